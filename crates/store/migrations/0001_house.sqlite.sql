-- Balanced and append-only, kept by the database itself. An entry is written open, its postings
-- added, and then sealed: the update checks it, moves the balances and freezes it.

create trigger entry_starts_open before insert on entry when new.sealed <> 0
begin select raise(abort, 'an entry is written open and sealed afterwards'); end;

create trigger entry_follows before insert on entry
when new.seq <> coalesce((select max(seq) from entry), 0) + 1
begin select raise(abort, 'entries are numbered without gaps'); end;

create trigger posting_needs_open_entry before insert on posting
when coalesce((select sealed from entry where seq = new.entry), 1) <> 0
begin select raise(abort, 'a sealed entry takes no more postings'); end;

create trigger entry_seal before update on entry
begin
  select raise(abort, 'a sealed entry never changes') where old.sealed <> 0;
  select raise(abort, 'only the seal of an entry may be set')
    where new.sealed <> 1 or new.seq <> old.seq or new.at_us <> old.at_us or new.kind <> old.kind
       or new.memo <> old.memo or new.subject <> old.subject or new.state <> old.state
       or new.resolves is not old.resolves or new.key <> old.key or new.input_hash <> old.input_hash
       or new.hash <> old.hash;
  select raise(abort, 'an entry must balance in every currency')
    where exists (select 1 from posting where entry = new.seq group by currency having sum(amount) <> 0);
  select raise(abort, 'an entry that moves money has two sides at least')
    where new.state in ('posted', 'pending') and (select count(*) from posting where entry = new.seq) < 2;
  select raise(abort, 'a resolution carries no postings of its own')
    where new.state in ('posts', 'voids') and exists (select 1 from posting where entry = new.seq);
  select raise(abort, 'only a pending entry can be posted or voided')
    where new.state in ('posts', 'voids')
      and not exists (select 1 from entry where seq = new.resolves and state = 'pending' and sealed = 1);
end;

create trigger entry_sealed_posted after update on entry when new.state = 'posted'
begin
  update account set posted = account.posted + moved.total
  from (select account as code, currency, sum(amount) as total from posting where entry = new.seq group by account, currency) as moved
  where account.code = moved.code and account.currency = moved.currency;
end;

create trigger entry_sealed_pending after update on entry when new.state = 'pending'
begin
  update account set pending_debits = account.pending_debits + moved.debits, pending_credits = account.pending_credits + moved.credits
  from (select account as code, currency, sum(max(amount, 0)) as debits, sum(min(amount, 0)) as credits
        from posting where entry = new.seq group by account, currency) as moved
  where account.code = moved.code and account.currency = moved.currency;
end;

create trigger entry_sealed_resolution after update on entry when new.state in ('posts', 'voids')
begin
  update account set pending_debits = account.pending_debits - moved.debits, pending_credits = account.pending_credits - moved.credits,
    posted = account.posted + case when new.state = 'posts' then moved.debits + moved.credits else 0 end
  from (select account as code, currency, sum(max(amount, 0)) as debits, sum(min(amount, 0)) as credits
        from posting where entry = new.resolves group by account, currency) as moved
  where account.code = moved.code and account.currency = moved.currency;
end;

create trigger entry_stays before delete on entry begin select raise(abort, 'entries are never deleted'); end;
create trigger posting_stays before delete on posting begin select raise(abort, 'postings are never deleted'); end;
create trigger posting_fixed before update on posting begin select raise(abort, 'postings never change'); end;
create trigger approved_line_fixed before update on allocation_line begin select raise(abort, 'allocation lines never change'); end;
create trigger approved_line_stays before delete on allocation_line
when (select status from run where id = old.run) <> 'draft'
begin select raise(abort, 'lines of an approved run are never deleted'); end;
create trigger approved_run_stays before update on run when old.status = 'approved'
begin select raise(abort, 'an approved run is never edited'); end;
create trigger approved_run_kept before delete on run when old.status = 'approved'
begin select raise(abort, 'an approved run is never deleted'); end;
create trigger policy_fixed before update on policy begin select raise(abort, 'a policy version never changes'); end;
create trigger policy_stays before delete on policy begin select raise(abort, 'a policy version is never deleted'); end;
