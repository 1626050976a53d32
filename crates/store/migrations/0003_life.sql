-- A catalogue that lives: rows merged and set apart again, answers as evidence, tracks registered before release.

-- Growing only: a merge is undone by a record of its own.
create table recording_merge (
  id text primary key,
  kind text not null check (kind in ('merge', 'unmerge')),
  keep text not null references recording (id),
  gone text not null references recording (id),
  undoes text references recording_merge (id),
  -- what the row that goes was before
  status_before text not null,
  likelihood_ppm bigint not null,
  reasons text not null,
  by_party text not null,
  at_us bigint not null,
  check ((kind = 'unmerge') = (undoes is not null)),
  check (keep <> gone)
);
create index merge_by_keep on recording_merge (keep);
create index merge_by_gone on recording_merge (gone);
create unique index merge_undone_once on recording_merge (undoes) where undoes is not null;
create index recording_by_merged on recording (merged_into) where merged_into is not null;

-- What its source last said of a row's state while it is merged; nothing before the first such word.
alter table recording add column told_status text;
-- When the row first came; nothing for rows that were here before this column.
alter table recording add column since_us bigint;

-- A producer who registered a track before its release.
create table registration (
  recording text primary key references recording (id),
  party text not null references party (id),
  at_us bigint not null,
  released_us bigint
);

-- The line's artist, title and version as folded: lines that are spelled alike share it.
alter table set_list_line add column spelling text;
create index line_by_spelling on set_list_line (spelling) where spelling is not null;

-- What persons answered to doubtful lines. A later word of the same person counts; one taken back counts no more.
create table line_answer (
  seq {seq},
  set_line text references set_list_line (id),
  text_key text not null,
  spelling text not null,
  recording text references recording (id),
  by_party text not null,
  performer text not null,
  at_us bigint not null,
  taken_back_us bigint,
  taken_back_by text
);
create index answer_by_text on line_answer (text_key);
create index answer_by_spelling on line_answer (spelling);
create index answer_by_line on line_answer (set_line) where set_line is not null;
insert into line_answer (text_key, spelling, recording, by_party, performer, at_us)
  select text_key, text_key, recording, by_party, by_party, at_us from answer order by at_us, text_key;
drop table answer;

-- Who lets answers to lines of their lists go into the training of the matcher.
create table training_consent (
  party text primary key references party (id),
  since_us bigint not null
);
