-- Pages that members opened, under their names of the period: kept until the institution is told its figures, and not
-- a day longer than what was heard.
create table look (
  period text not null references usage_period (id),
  member text not null,
  -- `recording`, `release`, `artist` or `selection`
  page text not null,
  item text not null,
  -- the recording whose medium and origin it counts under
  recording text not null,
  at_s bigint not null,
  primary key (period, member, page, item, at_s)
);
