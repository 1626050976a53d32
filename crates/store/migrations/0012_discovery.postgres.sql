create trigger discovery_run_stays before delete or update on discovery_run for each row execute function never();
