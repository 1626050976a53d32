-- Passkeys, changes of rules told beforehand, shares offered to others, thanks, and what auditors looked at.

create table passkey (
  id text primary key,
  sign_in text not null references sign_in (id),
  -- the passkey's own id, in hexadecimal
  credential text not null unique,
  -- what its owner calls it
  name text not null,
  -- ES256, EdDSA or RS256, and the public key
  kind text not null,
  public_key {blob} not null,
  -- how often it signed, as it says; 0 where it does not count
  count bigint not null,
  -- how it can be reached: words separated by spaces
  transports text not null,
  copied bigint not null check (copied in (0, 1)),
  created_us bigint not null,
  seen_us bigint,
  ended_us bigint
);
create index passkey_by_sign_in on passkey (sign_in);

-- challenges that were given out and not answered yet, by their hash; each is answered once
create table passkey_ask (
  hash text primary key,
  purpose text not null check (purpose in ('add', 'show', 'enter')),
  -- the session, or the visit where nobody is signed in
  bound text not null,
  until_us bigint not null
);
create index passkey_ask_until on passkey_ask (until_us);

-- a policy's new value, told before it holds
create table policy_change (
  id text primary key,
  name text not null,
  before text not null,
  value text not null,
  reason text not null,
  announced_us bigint not null,
  effective_us bigint not null,
  -- who announced it
  by_party text not null,
  withdrawn_us bigint,
  withdrawn_why text not null default '',
  check (effective_us > announced_us)
);
create index policy_change_effective on policy_change (effective_us);

create table policy_comment (
  id text primary key,
  change text not null references policy_change (id),
  sign_in text not null references sign_in (id),
  -- the party in whose name it is said; empty where in their own
  party text not null,
  words text not null,
  said_us bigint not null
);
create index policy_comment_by_change on policy_comment (change, said_us);

-- a part of somebody's own share of a recording, offered to another party; it moves once that one confirms
create table share_offer (
  id text primary key,
  recording text not null references recording (id),
  from_party text not null references party (id),
  to_party text not null references party (id),
  num bigint not null,
  den bigint not null,
  from_day text not null,
  words text not null,
  status text not null check (status in ('open', 'confirmed', 'refused', 'withdrawn')),
  offered_us bigint not null,
  by_sign_in text not null,
  answered_us bigint,
  answered_by text,
  check (num > 0 and den > 0 and num <= den),
  check (from_party <> to_party)
);
create index share_offer_by_from on share_offer (from_party);
create index share_offer_by_to on share_offer (to_party);

-- a word of a producer to whoever played them
create table thanks (
  id text primary key,
  from_party text not null references party (id),
  set_list text not null references set_list (id),
  words text not null,
  said_us bigint not null,
  by_sign_in text not null,
  unique (from_party, set_list)
);
create index thanks_by_set_list on thanks (set_list);

-- what whoever only looks looked at
create table audit_visit (
  seq {seq},
  sign_in text not null references sign_in (id),
  at_us bigint not null,
  path text not null,
  answer bigint not null
);
create index audit_visit_at on audit_visit (at_us);
