-- How an institution's own system is spoken with, for kinds of doors that came after the first five: `door` names
-- those, and a program of an older version goes on with them.
create table more_door (
  institution text not null,
  kind text not null,
  sealed {blob} not null,
  changed_us bigint not null,
  by_party text not null,
  primary key (institution, kind)
);
