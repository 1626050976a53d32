create trigger rate_stays before delete or update on rate for each row execute function never();
create trigger run_input_stays before delete or update on run_input for each row execute function never();
create trigger flag_stays before delete on flag for each row execute function never();
create trigger play_fixed before update on play for each row execute function never();
