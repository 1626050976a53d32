-- Balanced and append-only, kept by the database itself. An entry is written open, its postings
-- added, and then sealed: the update checks it, moves the balances and freezes it.

create function entry_opens() returns trigger language plpgsql as $$
begin
  if new.sealed <> 0 then raise exception 'an entry is written open and sealed afterwards'; end if;
  if new.seq <> coalesce((select max(seq) from entry), 0) + 1 then
    raise exception 'entries are numbered without gaps';
  end if;
  return new;
end $$;
create trigger entry_opens before insert on entry for each row execute function entry_opens();

create function posting_needs_open_entry() returns trigger language plpgsql as $$
begin
  if coalesce((select sealed from entry where seq = new.entry), 1) <> 0 then
    raise exception 'a sealed entry takes no more postings';
  end if;
  return new;
end $$;
create trigger posting_needs_open_entry before insert on posting for each row execute function posting_needs_open_entry();

create function entry_seal() returns trigger language plpgsql as $$
begin
  if old.sealed <> 0 then raise exception 'a sealed entry never changes'; end if;
  if new.sealed <> 1 or (new.seq, new.at_us, new.kind, new.memo, new.subject, new.state, new.key, new.input_hash, new.hash)
       <> (old.seq, old.at_us, old.kind, old.memo, old.subject, old.state, old.key, old.input_hash, old.hash)
     or new.resolves is distinct from old.resolves then
    raise exception 'only the seal of an entry may be set';
  end if;
  if exists (select 1 from posting where entry = new.seq group by currency having sum(amount) <> 0) then
    raise exception 'an entry must balance in every currency';
  end if;
  if new.state in ('posted', 'pending') and (select count(*) from posting where entry = new.seq) < 2 then
    raise exception 'an entry that moves money has two sides at least';
  end if;
  if new.state in ('posts', 'voids') and exists (select 1 from posting where entry = new.seq) then
    raise exception 'a resolution carries no postings of its own';
  end if;
  if new.state in ('posts', 'voids')
     and not exists (select 1 from entry where seq = new.resolves and state = 'pending' and sealed = 1) then
    raise exception 'only a pending entry can be posted or voided';
  end if;
  update account a set
    posted = a.posted + case new.state when 'posted' then m.debits + m.credits when 'posts' then m.debits + m.credits else 0 end,
    pending_debits = a.pending_debits + case new.state when 'pending' then m.debits when 'posted' then 0 else -m.debits end,
    pending_credits = a.pending_credits + case new.state when 'pending' then m.credits when 'posted' then 0 else -m.credits end
  from (select account as code, currency, cast(sum(greatest(amount, 0)) as bigint) as debits, cast(sum(least(amount, 0)) as bigint) as credits
        from posting where entry = coalesce(new.resolves, new.seq) group by account, currency) as m
  where a.code = m.code and a.currency = m.currency;
  return new;
end $$;
create trigger entry_seal before update on entry for each row execute function entry_seal();

create function entry_left_open() returns trigger language plpgsql as $$
begin
  if exists (select 1 from entry where seq = new.seq and sealed = 0) then
    raise exception 'entry % was left open', new.seq;
  end if;
  return null;
end $$;
create constraint trigger entry_left_open after insert on entry deferrable initially deferred
  for each row execute function entry_left_open();

create function never() returns trigger language plpgsql as $$
begin raise exception '% in % is never allowed', lower(tg_op), tg_table_name; end $$;
create trigger entry_stays before delete on entry for each row execute function never();
create trigger posting_stays before delete or update on posting for each row execute function never();
create trigger allocation_line_fixed before update on allocation_line for each row execute function never();
create trigger policy_stays before delete or update on policy for each row execute function never();

create function approved_stays() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'run' then
    if old.status = 'approved' then raise exception 'an approved run is never edited'; end if;
  elsif (select status from run where id = old.run) <> 'draft' then
    raise exception 'lines of an approved run are never deleted';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger approved_run_stays before update or delete on run for each row execute function approved_stays();
create trigger approved_line_stays before delete on allocation_line for each row execute function approved_stays();
