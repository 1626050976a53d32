create function log_leaf_follows() returns trigger language plpgsql as $$
begin
  if new.place <> coalesce((select max(place) from log_leaf), -1) + 1 then
    raise exception 'entries of the log are numbered without gaps';
  end if;
  return new;
end $$;
create trigger log_leaf_follows before insert on log_leaf for each row execute function log_leaf_follows();
create trigger log_leaf_stays before delete or update on log_leaf for each row execute function never();
create trigger log_head_stays before delete on log_head for each row execute function never();
create trigger log_head_fixed before update of size, root, note, token on log_head for each row execute function never();
create trigger consent_line_stays before delete on consent_line for each row execute function never();
create trigger consent_line_fixed before update of id, kind, speaker, holder, subject, hash, place, day on consent_line for each row execute function never();
create trigger consent_claim_stays before delete on consent_claim for each row execute function never();
