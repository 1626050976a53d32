-- The doors: who may come in, how they showed it, and what the house does in the background.

create table sign_in (
  id text primary key,
  -- keyed hash of the address, so that it can be found without being readable; empty once erased
  mail_mark text unique,
  -- keyed hash of a name that stands in for the address at the door, where one was given
  name_mark text unique,
  sealed_mail {blob},
  sealed_name {blob},
  lang text not null,
  -- PHC text of Argon2id
  password text,
  sealed_totp {blob},
  -- null while the second factor was only offered
  totp_on_us bigint,
  -- the last time step whose code was taken: none is taken twice
  totp_step bigint not null default 0,
  created_us bigint not null,
  ended_us bigint
);

create table sign_in_recovery (
  sign_in text not null references sign_in (id),
  hash text not null,
  used_us bigint,
  primary key (sign_in, hash)
);

create table sign_in_role (
  sign_in text not null references sign_in (id),
  role text not null check (role in ('owner', 'member', 'staff', 'operator', 'approver', 'auditor')),
  -- the party or institution it is for; empty for the house
  party text not null,
  since_us bigint not null,
  until_us bigint,
  by_party text not null,
  primary key (sign_in, role, party)
);
create index sign_in_role_by_party on sign_in_role (party);

create table sign_in_link (
  hash text primary key,
  mail_mark text not null,
  sealed_mail {blob} not null,
  lang text not null,
  next text not null,
  created_us bigint not null,
  until_us bigint not null,
  used_us bigint
);
create index sign_in_link_until on sign_in_link (until_us);

create table session (
  hash text primary key,
  id text not null unique,
  sign_in text not null references sign_in (id),
  -- how it was opened: link, password
  door text not null,
  -- the browser's own word for itself, shortened
  agent text not null,
  created_us bigint not null,
  seen_us bigint not null,
  second_us bigint,
  until_us bigint not null,
  ended_us bigint
);
create index session_by_sign_in on session (sign_in);
create index session_until on session (until_us);

create table api_key (
  hash text primary key,
  id text not null unique,
  sign_in text not null references sign_in (id),
  name text not null,
  -- words separated by spaces
  scopes text not null,
  created_us bigint not null,
  seen_us bigint,
  until_us bigint,
  ended_us bigint
);
create index api_key_by_sign_in on api_key (sign_in);

-- how often a door was tried in a while, by a keyed hash of who tried
create table door_try (
  mark text primary key,
  count bigint not null,
  since_us bigint not null
);

create table job (
  id text primary key,
  kind text not null,
  payload text not null,
  -- where it is given, one job of its kind with it waits or runs at a time
  once text,
  state text not null check (state in ('waiting', 'running', 'done', 'dead')),
  run_us bigint not null,
  -- until when its worker has it
  lease_us bigint not null default 0,
  -- grows with each lease: an earlier holder can be told from the present one
  fence bigint not null default 0,
  worker text not null default '',
  attempts bigint not null default 0,
  attempts_most bigint not null,
  error text not null default '',
  created_us bigint not null,
  ended_us bigint
);
create unique index job_once on job (kind, once) where once is not null and state in ('waiting', 'running');
create index job_due on job (run_us) where state = 'waiting';
create index job_leased on job (lease_us) where state = 'running';
create index job_ended on job (ended_us) where ended_us is not null;
