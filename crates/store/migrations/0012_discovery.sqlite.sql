create trigger discovery_run_stays before delete on discovery_run begin select raise(abort, 'trainings are never deleted'); end;
create trigger discovery_run_fixed before update on discovery_run begin select raise(abort, 'trainings never change'); end;
