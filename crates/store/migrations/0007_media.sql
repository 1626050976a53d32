-- What can be played, viewed and read: masters as they came, renditions made of them, pictures, waveforms.
-- Bytes lie in the depot under the SHA-256 of their content; these tables hold the addresses.

-- The file a recording came as, byte for byte. A later file takes the earlier one's place; nothing is deleted.
create table master (
  recording text not null references recording (id),
  address text not null,
  kind text not null,
  format text not null,
  bytes bigint not null,
  -- the name it came under, as a person knows it
  origin text not null,
  by_party text not null,
  at_us bigint not null,
  -- when another file took its place
  replaced_us bigint,
  primary key (recording, address)
);
create unique index master_current on master (recording) where replaced_us is null;
create index master_by_address on master (address);

-- What decoding a master once found; one row per content, however many recordings share it.
create table analysis (
  address text primary key,
  state text not null check (state in ('due', 'good', 'damaged', 'unreadable')),
  -- code and words of the problem where there is one
  problem text not null default '',
  problem_words text not null default '',
  duration_ms bigint,
  sample_rate bigint,
  channels bigint,
  -- EBU R128: integrated loudness in thousandths of LUFS, range in thousandths of LU, true peak in thousandths of dBTP
  loudness_mlufs bigint,
  range_mlu bigint,
  peak_mdbtp bigint,
  -- waveform: one byte per column, the peak of it
  peaks {blob},
  tried bigint not null default 0,
  changed_us bigint not null
);
create index analysis_due on analysis (address) where state = 'due';

-- What was made of a master for players.
create table rendition (
  master text not null,
  format text not null,
  kbps bigint not null,
  address text not null,
  bytes bigint not null,
  duration_ms bigint not null,
  at_us bigint not null,
  primary key (master, format, kbps)
);

-- Pictures of recordings and releases, in several sizes; size 0 is the picture as it came.
create table cover (
  subject text not null,
  size bigint not null,
  address text not null,
  format text not null,
  width bigint not null,
  height bigint not null,
  bytes bigint not null,
  changed_us bigint not null,
  primary key (subject, size)
);

-- How a game, film or edition is reached where it is not one file: a link, keys, a web build, a stream.
create table access (
  recording text primary key references recording (id),
  way text not null check (way in ('link', 'key', 'web', 'hls')),
  -- the address of a link; the folder of a build; empty for keys
  target text not null,
  by_party text not null,
  at_us bigint not null
);

-- Keys that unlock a game, each given once; sealed.
create table access_key (
  seq {seq},
  recording text not null references recording (id),
  sealed {blob} not null,
  given_to text,
  given_us bigint
);
create index access_key_free on access_key (recording) where given_us is null;

-- One file of a web build or of a film cut into pieces.
create table part (
  recording text not null references recording (id),
  path text not null,
  address text not null,
  bytes bigint not null,
  format text not null,
  primary key (recording, path)
);

-- The languages, pages and so on that an edition says of itself.
create table edition (
  recording text primary key references recording (id),
  language text not null default '',
  publisher text not null default '',
  identifier text not null default '',
  description text not null default '',
  pages bigint,
  changed_us bigint not null
);

-- Whether a recording is made by people, with the help of machines, or generated, and who says so.
alter table recording add column made text not null default '';
alter table recording add column made_by text not null default '';

-- Everything said about that, growing only. A contest is open until it is decided.
create table declaration (
  seq {seq},
  recording text not null references recording (id),
  act text not null check (act in ('declare', 'contest', 'uphold', 'correct')),
  made text not null,
  by_party text not null,
  reason text not null default '',
  at_us bigint not null
);
create index declaration_by_recording on declaration (recording);

-- Files of a folder that a scan has seen, so that the next scan reads only what changed; those that wait are kept,
-- decoded and get their recording's master in the background.
create table scanned (
  folder text not null,
  path text not null,
  bytes bigint not null,
  changed_us bigint not null,
  state text not null check (state in ('waiting', 'kept', 'useless')),
  -- empty where the file is of no use
  recording text not null default '',
  release text not null default '',
  by_party text not null,
  problem text not null default '',
  problem_words text not null default '',
  primary key (folder, path)
);
create index scanned_waiting on scanned (folder, path) where state = 'waiting';
