create function until_forgotten() returns trigger language plpgsql as $$
begin
  if (select status from usage_period where id = old.period) <> 'forgotten' then
    raise exception 'what was seen stays until its period is forgotten';
  end if;
  return old;
end $$;
create trigger play_event_fixed before update on play_event for each row execute function never();
create trigger play_event_stays before delete on play_event for each row execute function until_forgotten();
create trigger usage_period_stays before delete on usage_period for each row execute function never();
create trigger usage_appeal_stays before delete on usage_appeal for each row execute function never();
