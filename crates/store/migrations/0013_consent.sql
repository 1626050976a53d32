-- The public log as rows, and what artists said of uses by AI.

-- Every entry of the log in its order. Tiles and checkpoints are made from these rows and can be made again.
create table log_leaf (
  place bigint primary key check (place >= 0),
  kind text not null,
  subject text not null,
  entry {blob} not null,
  leaf text not null,
  at_us bigint not null
);
create unique index log_leaf_once on log_leaf (kind, subject);

-- Every checkpoint that was ever published, with the cosignatures that came.
create table log_head (
  size bigint primary key,
  root text not null,
  note text not null,
  cosigned text not null default '',
  token bigint not null,
  at_us bigint not null
);

-- The log's keys, the first by itself and each later one with the note by which it follows.
create table log_key (
  number bigint primary key,
  since_size bigint not null,
  verifier text not null
);

-- Who may write the tiles now. The token grows with every new holder, and a head is only kept under the newest.
create table log_writer (
  name text primary key,
  token bigint not null,
  holder text not null,
  until_us bigint not null
);

-- What was said, who may speak for whom, what was agreed, what is contested: a line of the registry each.
create table consent_line (
  id text primary key,
  kind text not null check (kind in ('statement', 'mandate', 'license', 'dispute', 'training')),
  speaker text not null references party (id),
  holder text not null references party (id),
  subject text not null,
  -- as it was signed; empty once it was erased, while hash and place stay
  line text not null,
  hash text not null,
  place bigint not null,
  day text not null,
  end_place bigint,
  end_day text
);
create index consent_by_holder on consent_line (holder, subject);
create index consent_by_speaker on consent_line (speaker, subject);

-- Who holds what in which role, as the log tells it: from one place to another.
create table consent_claim (
  id text primary key,
  subject text not null,
  role text not null,
  party text not null references party (id),
  ppm bigint not null,
  territory text not null,
  from_day text,
  until_day text,
  level text not null,
  -- the share it comes from, or empty where somebody declared it
  share text not null,
  place bigint not null,
  day text not null,
  end_place bigint,
  end_day text
);
create index consent_claim_by_subject on consent_claim (subject);
create index consent_claim_by_party on consent_claim (party);

-- How well somebody is verified, with the evidence; the newest counts.
create table consent_level (
  party text not null references party (id),
  place bigint not null,
  level text not null,
  sealed_evidence {blob},
  by_party text not null,
  at_us bigint not null,
  primary key (party, place)
);

-- What needs a second factor or time: adding an agent, handing over a catalogue, lifting a refusal.
create table consent_wait (
  id text primary key,
  kind text not null check (kind in ('lift', 'agent', 'hand-over')),
  party text not null references party (id),
  body text not null,
  code_hash text not null,
  tries bigint not null default 0,
  status text not null check (status in ('waiting', 'done', 'stopped')),
  opened_us bigint not null,
  due_us bigint not null,
  decided_us bigint,
  decided_by text
);
create index consent_wait_by_party on consent_wait (party);

-- A link by which one party reaches its own page. Only the SHA-256 of its token is kept.
create table consent_link (
  token_hash text primary key,
  party text not null references party (id),
  created_us bigint not null,
  until_us bigint not null
);

-- Recordings of a registered training run, as leaves of its manifest: in the order of the manifest.
create table training_row (
  run text not null references consent_line (id),
  place bigint not null,
  recording text not null,
  primary key (run, place)
);
create index training_by_recording on training_row (recording);
