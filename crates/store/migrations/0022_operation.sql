-- Operation: several processes on one database, and databases that move.
--
-- From here on every change of the schema is additive (docs/operating.md): a process of the version before goes on beside
-- it. A migration after which older programs must not run is named as such in the code; its row says the lowest schema
-- that a program has to know.
alter table migration add column needs bigint not null default 0;

-- What is true of this house alone: its id, the name of its log, the marks of the keys it was made with. A mark is a hash
-- that says whether a key is the same and nothing else.
create table house_fact (
  name text primary key,
  value text not null
);

-- The mark of each period's key, so that two processes with key folders of their own do not name one member twice.
create table usage_key_mark (
  period text primary key,
  mark text not null
);

-- Who asked too often, where several processes answer: a keyed hash, and when the bucket is full again.
create table pace_mark (
  asker text primary key,
  full_us bigint not null
);
create index pace_mark_full on pace_mark (full_us);

-- A file that waits for one more answer of whoever handed it in, where the answer may come to another process: under a
-- keyed hash, encrypted, for half an hour.
create table upload_wait (
  key text primary key,
  since_us bigint not null,
  sealed {blob} not null
);
