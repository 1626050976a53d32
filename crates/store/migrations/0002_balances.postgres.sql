-- Balances of a batch are added up once and written once per account. Written once per entry, each write left a dead
-- version of the same few rows behind, all within one transaction, and a batch of 100,000 entries walked them all.

create or replace function entry_seal() returns trigger language plpgsql as $$
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
  return new;
end $$;

create function entry_balances() returns trigger language plpgsql as $$
begin
  update account a set
    posted = a.posted + m.posted,
    pending_debits = a.pending_debits + m.pending_debits,
    pending_credits = a.pending_credits + m.pending_credits
  from (select p.account as code, p.currency,
          cast(sum(case when s.state in ('posted', 'posts') then p.amount else 0 end) as bigint) as posted,
          cast(sum(case s.state when 'pending' then greatest(p.amount, 0) when 'posted' then 0
                   else -greatest(p.amount, 0) end) as bigint) as pending_debits,
          cast(sum(case s.state when 'pending' then least(p.amount, 0) when 'posted' then 0
                   else -least(p.amount, 0) end) as bigint) as pending_credits
        from sealed s join posting p on p.entry = coalesce(s.resolves, s.seq)
        group by p.account, p.currency) as m
  where a.code = m.code and a.currency = m.currency;
  return null;
end $$;
create trigger entry_balances after update on entry referencing new table as sealed
  for each statement execute function entry_balances();
