-- Set lists by mail: each DJ's private address, what came, and what waits to be looked at.

create table mail_door (
  -- a keyed hash of the address's local part
  mark text primary key,
  party text not null references party (id),
  -- the local part, encrypted, for its owner to see
  sealed {blob} not null,
  created_us bigint not null,
  ended_us bigint
);
create index mail_door_by_party on mail_door (party);

-- messages that came, by a keyed hash of receiver, id and contents: each is taken once
create table mail_taken (
  mark text primary key,
  party text not null references party (id),
  -- `draft`, `list`, `refused` or `automatic`
  outcome text not null,
  taken_us bigint not null
);
create index mail_taken_by_party on mail_taken (party, taken_us);

-- files that came and wait for their owner
create table mail_draft (
  id text primary key,
  party text not null references party (id),
  -- name, subject, day and bytes, encrypted
  sealed {blob} not null,
  bytes bigint not null,
  created_us bigint not null
);
create index mail_draft_by_party on mail_draft (party, created_us);
