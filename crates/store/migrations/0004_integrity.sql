-- Territories and who is tagged with them, plays of members, flagged usages, what runs were shared by, rates of exchange.

-- Countries and subdivisions (ISO 3166) with their names, and localities that the operator adds below them.
create table place (
  code text primary key,
  name text not null,
  source text not null,
  changed_us bigint not null
);

-- A recording or a party and a place it belongs to.
create table place_tag (
  subject text not null,
  code text not null,
  by_party text not null,
  at_us bigint not null,
  primary key (subject, code)
);
create index tag_by_code on place_tag (code);

-- What members of an institution played, as a pot is shared by it. A member is a salted name that leads to nobody.
create table play_list (
  id text primary key,
  pot text not null references pot (id),
  document text not null,
  document_hash text not null,
  seats bigint,
  period_s bigint not null,
  by_party text not null,
  created_us bigint not null
);
create unique index play_list_once on play_list (pot, document_hash);

create table play (
  list text not null references play_list (id),
  line bigint not null,
  member text not null,
  recording text not null references recording (id),
  plays bigint not null check (plays >= 0),
  played_s bigint,
  at_s bigint,
  sought bigint not null,
  before bigint not null,
  primary key (list, line)
);

-- What a guard flagged, with its evidence, until a person decides or the clock runs out.
create table flag (
  id text primary key,
  pot text not null references pot (id),
  kind text not null,
  subject text not null,
  evidence text not null,
  evidence_fr text not null,
  held text not null,
  status text not null check (status in ('held', 'released', 'upheld')),
  opened_us bigint not null,
  due_us bigint not null,
  decided_us bigint,
  decided_by text,
  reason text not null default ''
);
create unique index flag_once on flag (pot, kind, subject);

-- Everything one pot was shared by in a run, as it was then: whoever shares it again must get the same lines.
create table run_input (
  run text not null references run (id),
  pot text not null references pot (id),
  input text not null,
  primary key (run, pot)
);

-- Rates as somebody published them: one unit of base is num / den units of quote.
create table rate (
  id text primary key,
  base text not null,
  quote text not null,
  num bigint not null check (num > 0),
  den bigint not null check (den > 0),
  day text not null,
  source text not null,
  by_party text not null,
  created_us bigint not null
);
create unique index rate_once on rate (base, quote, day, source);

-- Money that arrived in one currency for something in another: what was given, what it made, by which rate.
create table conversion (
  id text primary key,
  contribution text not null references contribution (id),
  given bigint not null,
  given_currency text not null,
  made bigint not null,
  made_currency text not null,
  rate text not null references rate (id),
  entry bigint not null,
  at_us bigint not null
);
create index conversion_by_contribution on conversion (contribution);
