-- When a recording was left out of the house's index, or came back into it: the feed for harvesters tells it as a
-- change, without the catalogue itself having changed.
create table index_change (
  recording text primary key,
  changed_us bigint not null
);
create index index_change_by_time on index_change (changed_us, recording);

-- A word about a work reaches the recordings of this work, and need not look at others.
create index recording_work_by_work on recording_work (work, recording);
