-- Who refuses that what they played trains the recommender, and what each training was made with.

-- A member's pseudonym or a DJ's party id. Absence is no refusal.
create table discovery_refusal (
  person text primary key,
  since_us bigint not null,
  by_party text not null
);

create table discovery_run (
  seq {seq},
  id text not null unique,
  -- SHA-256 of the model's bytes, of what it read, and its settings in one line
  model_hash text not null,
  inputs_hash text not null,
  settings text not null,
  -- what was decided about the use of the recordings, in one line, and how many were left out by it
  consent text not null,
  left_out bigint not null,
  recordings bigint not null,
  names bigint not null,
  members bigint not null,
  djs bigint not null,
  selections bigint not null,
  plays bigint not null,
  -- persons who refused and were not read
  refused bigint not null,
  file text not null,
  by_party text not null,
  at_us bigint not null
);
