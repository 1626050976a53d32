create trigger play_event_fixed before update on play_event begin select raise(abort, 'what was seen never changes'); end;
create trigger play_event_stays before delete on play_event
  when (select status from usage_period where id = old.period) <> 'forgotten'
  begin select raise(abort, 'what was seen stays until its period is forgotten'); end;
create trigger usage_period_stays before delete on usage_period begin select raise(abort, 'periods are never deleted'); end;
create trigger usage_appeal_stays before delete on usage_appeal begin select raise(abort, 'appeals are never deleted'); end;
