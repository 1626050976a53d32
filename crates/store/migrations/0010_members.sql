-- Members of institutions: a random id each, the doors they come in by, and nothing that tells who they are.

create table member (
  -- random; favourites, playlists and app passwords hang on it, and it is told to nobody
  id text primary key,
  institution text not null,
  sign_in text not null references sign_in (id),
  created_us bigint not null,
  -- until when the institution said that this reader may come in; open where it did not say
  until_us bigint,
  -- when the institution last confirmed it, by any door
  confirmed_us bigint not null,
  ended_us bigint
);
create unique index member_once on member (institution, sign_in) where ended_us is null;
create index member_by_sign_in on member (sign_in);

-- who somebody is to an institution's own system, as a keyed hash: the same reader is found again, and neither the
-- number nor the subject can be read back
create table member_mark (
  mark text primary key,
  member text not null references member (id),
  door text not null,
  created_us bigint not null
);
create index member_mark_by_member on member_mark (member);

create table invitation (
  hash text primary key,
  id text not null unique,
  institution text not null,
  -- what the institution calls it, such as the name of a leaflet; nobody's name
  note text not null,
  uses_most bigint not null check (uses_most > 0),
  uses bigint not null default 0,
  created_us bigint not null,
  until_us bigint not null,
  ended_us bigint,
  by_party text not null,
  check (uses <= uses_most)
);
create index invitation_by_institution on invitation (institution);

-- cards that an institution handed in: keyed hashes of number and PIN
create table card (
  mark text primary key,
  institution text not null,
  pin_mark text not null,
  until_us bigint,
  -- the hand-in that last named it: cards that a full list leaves out are over
  list text not null,
  ended_us bigint
);
create index card_by_institution on card (institution);

-- how an institution's own system is spoken with, one row a door
create table door (
  institution text not null,
  kind text not null check (kind in ('oidc', 'cas', 'signed-link', 'pmb', 'network')),
  -- addresses, client ids, keys, networks as JSON
  sealed {blob} not null,
  changed_us bigint not null,
  by_party text not null,
  primary key (institution, kind)
);

-- somebody on the way through a foreign door: state, nonce and proof key, for minutes
create table door_way (
  hash text primary key,
  institution text not null,
  kind text not null,
  sealed {blob} not null,
  until_us bigint not null
);

-- what was used up at a door: a ticket, a nonce, a link
create table door_used (
  mark text primary key,
  until_us bigint not null
);
create index door_used_until on door_used (until_us);

-- harvesters ask for what changed since
create index recording_by_change on recording (changed_us, id);
