create trigger rate_stays before delete on rate begin select raise(abort, 'rates are never deleted'); end;
create trigger rate_fixed before update on rate begin select raise(abort, 'rates never change'); end;
create trigger run_input_stays before delete on run_input begin select raise(abort, 'what a run was shared by is never deleted'); end;
create trigger run_input_fixed before update on run_input begin select raise(abort, 'what a run was shared by never changes'); end;
create trigger flag_stays before delete on flag begin select raise(abort, 'flags are never deleted'); end;
create trigger play_fixed before update on play begin select raise(abort, 'plays never change'); end;
