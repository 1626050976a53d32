-- Names of institutions in addresses that were changed: printed on posters and cards, they lead on.

create table institution_name (
  slug text primary key,
  party text not null references institution (party),
  -- when another took its place
  until_us bigint not null
);
