-- What listeners keep: their login for players, app passwords, stars, playlists, queues. A member is opaque text here.

create table listener (
  member text primary key,
  -- the name players sign in with; says nothing about the person unless they chose it to
  login text not null,
  -- the institution whose seat it is; empty where none is known, and then nothing can be played
  institution text not null default '',
  -- where their institution is, as an ISO 3166 code; empty: nowhere in particular
  territory text not null default '',
  -- grows with every change of what follows, so that what was read can be known to be old
  changed bigint not null default 0,
  created_us bigint not null
);
create unique index listener_by_login on listener (login);

create table app_password (
  id text primary key,
  member text not null,
  kind text not null check (kind in ('password', 'key')),
  name text not null,
  -- a password, encrypted, because token and salt need it; a key is kept as its hash only
  sealed {blob},
  key_hash text,
  created_us bigint not null,
  revoked_us bigint,
  check ((kind = 'key') = (key_hash is not null)),
  check ((kind = 'password') = (sealed is not null))
);
create index app_password_by_member on app_password (member);
create unique index app_password_by_key on app_password (key_hash) where key_hash is not null;

create table star (
  member text not null,
  kind text not null check (kind in ('song', 'album', 'artist')),
  item text not null,
  at_us bigint not null,
  primary key (member, kind, item)
);

create table rating (
  member text not null,
  kind text not null check (kind in ('song', 'album', 'artist')),
  item text not null,
  stars bigint not null check (stars between 1 and 5),
  at_us bigint not null,
  primary key (member, kind, item)
);

-- How often a member's players said that a song was played: for the member's own lists, never for money.
create table tally (
  member text not null,
  recording text not null,
  plays bigint not null,
  last_us bigint not null,
  primary key (member, recording)
);

create table playlist (
  id text primary key,
  member text not null,
  name text not null,
  comment text not null default '',
  created_us bigint not null,
  changed_us bigint not null
);
create index playlist_by_member on playlist (member);

create table playlist_song (
  playlist text not null references playlist (id),
  place bigint not null,
  recording text not null,
  primary key (playlist, place)
);

create table bookmark (
  member text not null,
  recording text not null,
  position_ms bigint not null,
  comment text not null default '',
  created_us bigint not null,
  changed_us bigint not null,
  primary key (member, recording)
);

create table play_queue (
  member text primary key,
  -- ids separated by spaces, in order
  songs text not null,
  current_place bigint not null,
  position_ms bigint not null,
  changed_us bigint not null,
  changed_by text not null
);

create table now_playing (
  member text not null,
  client text not null,
  recording text not null,
  state text not null check (state in ('starting', 'playing', 'paused', 'stopped')),
  position_ms bigint not null,
  -- thousandths
  rate bigint not null,
  at_us bigint not null,
  primary key (member, client)
);

-- What a delivery or a tagged file says of a recording beyond the catalogue's own row.
create table recording_genre (
  recording text primary key,
  genre text not null
);

create table recording_lyrics (
  recording text not null,
  lang text not null,
  lyrics text not null,
  primary key (recording, lang)
);

create index master_by_time on master (at_us);
create index analysis_by_change on analysis (changed_us);
