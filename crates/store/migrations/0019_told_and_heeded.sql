-- Who is told what (webhooks), who signs with a key of their own, and what the house itself leaves out.

create table webhook (
  id text primary key,
  -- whom it belongs to: a party, a sign-in, or `house`
  owner text not null,
  -- an address may hold a secret of its receiver's
  sealed_url {blob} not null,
  -- words separated by spaces
  kinds text not null,
  -- whether this machine itself may be told, in plain text: the operator said so
  loopback bigint not null,
  sealed_secret {blob} not null,
  -- the secret before, which signs too until then
  sealed_before {blob},
  before_until_us bigint,
  -- how often it failed in a row, and until when it is left in peace
  failures bigint not null,
  quiet_us bigint,
  created_us bigint not null,
  ended_us bigint,
  -- `removed`, or `gone` where its receiver said so
  ended_why text not null
);
create index webhook_owner on webhook (owner);

create table webhook_delivery (
  id text primary key,
  webhook text not null references webhook (id),
  kind text not null,
  body text not null,
  state text not null check (state in ('waiting', 'delivered', 'given-up')),
  attempts bigint not null,
  -- what the receiver answered last
  status bigint,
  error text not null,
  created_us bigint not null,
  -- when it is tried again
  next_us bigint,
  ended_us bigint
);
create index webhook_delivery_of on webhook_delivery (webhook, created_us);

-- Keys of parties' own, by which they sign agreements and requests. Each is bound to its party by a signed paper that is an
-- entry of the log.
create table party_key (
  id text primary key,
  party text not null references party (id),
  -- the public key: 64 hexadecimal digits
  public_key text not null,
  paper text not null,
  hash text not null,
  place bigint not null,
  since_us bigint not null,
  end_place bigint,
  ended_us bigint
);
create index party_key_of on party_key (party, place);

-- Recordings that the house itself leaves out, by use: their holders refused, or ask for a licence. Decided anew when what was
-- said changes; what tightens is written with the word that says it.
create table own_barred (
  use_code text not null,
  recording text not null,
  primary key (use_code, recording)
);

-- As of which size of the log and which day it was decided, and how often it changed.
create table own_turn (
  one bigint primary key check (one = 1),
  log_size bigint not null,
  day text not null,
  turn bigint not null
);
