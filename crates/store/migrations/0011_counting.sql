-- Counting: what was seen of members' listening, by period; what became of it; appeals.

-- A stretch of one institution's listening that is counted, shared and forgotten as one.
create table usage_period (
  id text primary key,
  institution text not null references party (id),
  label text not null,
  start_us bigint not null,
  end_us bigint not null,
  status text not null check (status in ('open', 'draft', 'closed', 'forgotten')),
  pot text references pot (id),
  seats bigint,
  -- the counting rule, what came out, and the hashes of the two files; empty while open
  manifest text not null default '',
  hash text not null default '',
  drafted_us bigint,
  drafted_by text,
  closed_us bigint,
  closed_by text,
  check (start_us < end_us)
);
create unique index usage_period_once on usage_period (institution, start_us);

-- Append-only. Members and devices are names under the period's key; without it they lead to nobody.
create table play_event (
  writer bigint not null,
  number bigint not null,
  period text not null references usage_period (id),
  member text not null,
  device text not null,
  recording text not null,
  at_ms bigint not null,
  kind bigint not null,
  a bigint,
  b bigint,
  c bigint,
  d bigint,
  unit bigint,
  primary key (writer, number)
);
create index play_event_of on play_event (period, member, recording);

-- An artist who says that what was set aside was listened to.
create table usage_appeal (
  id text primary key,
  period text not null references usage_period (id),
  party text not null references party (id),
  recording text not null references recording (id),
  why text not null,
  words text not null,
  status text not null check (status in ('open', 'granted', 'refused')),
  opened_us bigint not null,
  decided_us bigint,
  decided_by text,
  reason text not null default ''
);
create unique index usage_appeal_once on usage_appeal (period, recording, why);

-- Pots of plays are no pots of set lists.
update pot set programme = 'streaming' where event is null and id in (select pot from play_list);
