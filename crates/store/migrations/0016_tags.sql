-- What tags tell of places on a release beyond the order of its tracks.

-- Only tracks whose disc is not the first, or whose number is not their place.
create table track_place (
  release text not null references release (id),
  position bigint not null,
  disc bigint not null,
  number bigint not null,
  primary key (release, position)
);

create table release_mbid (
  release text primary key references release (id),
  mbid text not null
);
