-- Institutions: who subscribes and on which terms, what was billed and what its money became, what they publish.

create table institution (
  party text primary key references party (id),
  -- its name in addresses of pages
  slug text not null unique,
  kind text not null check (kind in ('library', 'network', 'authority', 'works-council', 'venue', 'school', 'other')),
  street text not null,
  postcode text not null,
  town text not null,
  country text not null,
  url text not null,
  -- hundred-thousandths of a degree
  lat_e5 bigint,
  lon_e5 bigint,
  -- whether it stands in the public directory
  listed bigint not null,
  -- sites that may show its selections in a frame, separated by spaces
  frames text not null,
  -- what an invoice needs: legal name, SIRET, VAT id, service code
  sealed_billing {blob},
  created_us bigint not null
);

create table contract (
  id text primary key,
  holder text not null references institution (party),
  start_day text not null,
  end_day text not null,
  currency text not null,
  price_kind text not null check (price_kind in ('per-seat', 'flat', 'per-inhabitant')),
  -- before VAT, for the whole term, in micros
  price bigint not null check (price >= 0),
  -- how the money is attributed to the institutions
  share_key text not null check (share_key in ('equal', 'seats', 'inhabitants', 'weights')),
  rule text not null,
  -- what is sold, as the invoice says it, and in which language
  subject text not null,
  lang text not null,
  -- how often plays are shared
  closes text not null check (closes in ('month', 'quarter', 'term')),
  on_site bigint not null,
  home bigint not null,
  vat text not null check (vat in ('S', 'Z', 'E', 'AE', 'O')),
  vat_class text not null,
  exemption text not null,
  exemption_code text not null,
  order_number text not null,
  -- months by which it goes on; none where it ends
  renews_months bigint,
  notice_days bigint not null,
  follows text references contract (id),
  -- notice was given: it is not renewed
  noticed_us bigint,
  created_us bigint not null,
  by_party text not null,
  check (start_day < end_day)
);
create index contract_by_holder on contract (holder);
create unique index contract_followed_once on contract (follows) where follows is not null;

create table contract_member (
  contract text not null references contract (id),
  institution text not null references institution (party),
  seats bigint check (seats > 0),
  inhabitants bigint check (inhabitants > 0),
  weight bigint check (weight > 0),
  primary key (contract, institution)
);
create index contract_member_by_institution on contract_member (institution);

-- A member of an institution who is active in a contract: takes one of its seats.
create table seat (
  contract text not null references contract (id),
  member text not null,
  institution text not null references institution (party),
  since_us bigint not null,
  primary key (contract, member)
);
create index seat_by_member on seat (member);
create index seat_by_institution on seat (contract, institution);

create table kiosk (
  id text primary key,
  institution text not null references institution (party),
  name text not null,
  -- SHA-256 of its token
  token_hash text not null unique,
  -- networks it may call from, separated by spaces
  networks text not null,
  created_us bigint not null,
  ended_us bigint,
  by_party text not null
);
create index kiosk_by_institution on kiosk (institution);

create table vat_rate (
  country text not null,
  class text not null,
  since_day text not null,
  num bigint not null check (num >= 0),
  den bigint not null check (den > 0),
  by_party text not null,
  primary key (country, class, since_day)
);
insert into vat_rate (country, class, since_day, num, den, by_party) values
  ('FR', 'standard', '2014-01-01', 1, 5, 'house'),
  ('FR', 'intermediate', '2014-01-01', 1, 10, 'house'),
  ('FR', 'reduced', '2012-01-01', 11, 200, 'house'),
  ('BE', 'standard', '1996-01-01', 21, 100, 'house'),
  ('DE', 'standard', '2021-01-01', 19, 100, 'house'),
  ('LU', 'standard', '2024-01-01', 17, 100, 'house'),
  ('CH', 'standard', '2024-01-01', 81, 1000, 'house');

-- Invoices and credit notes to institutions; they never change.
create table sale (
  id text primary key,
  series text not null,
  -- from 1 without gaps in each series
  number bigint not null,
  printed text not null unique,
  kind text not null check (kind in ('invoice', 'credit-note')),
  contract text not null references contract (id),
  buyer text not null references institution (party),
  start_day text not null,
  end_day text not null,
  currency text not null,
  net bigint not null,
  vat bigint not null,
  gross bigint not null,
  vat_country text not null,
  -- the invoice that a credit note takes back as a whole
  corrects text references sale (id),
  reference text not null unique,
  sealed_body {blob} not null,
  hash text not null,
  issued_day text not null,
  due_day text not null,
  issued_us bigint not null
);
create unique index sale_by_number on sale (series, number);
create unique index sale_corrected_once on sale (corrects) where corrects is not null;
create index sale_by_contract on sale (contract);
create index sale_by_buyer on sale (buyer);

-- What an invoice's money is for: an institution's members in a span whose plays are shared together.
create table sale_part (
  sale text not null references sale (id),
  institution text not null references institution (party),
  start_day text not null,
  end_day text not null,
  pot text not null references pot (id),
  contribution text not null references contribution (id),
  amount bigint not null check (amount > 0),
  primary key (sale, institution, start_day)
);
create index sale_part_by_institution on sale_part (institution, start_day);
create index sale_part_by_pot on sale_part (pot);

-- Money that arrived for an invoice.
create table sale_receipt (
  sale text not null references sale (id),
  receipt text not null,
  amount bigint not null,
  at_us bigint not null,
  primary key (sale, receipt)
);

-- What was told an institution about the use its members made, span by span; it never changes.
create table usage_report (
  institution text not null references institution (party),
  start_day text not null,
  end_day text not null,
  body text not null,
  hash text not null,
  made_us bigint not null,
  by_party text not null,
  primary key (institution, start_day)
);

create table selection (
  id text primary key,
  institution text not null references institution (party),
  slug text not null unique,
  lang text not null,
  title text not null,
  words text not null,
  status text not null check (status in ('draft', 'published', 'withdrawn')),
  -- when it is shown; since it is published and for ever where absent
  from_us bigint,
  until_us bigint,
  created_us bigint not null,
  changed_us bigint not null,
  by_party text not null
);
create index selection_by_institution on selection (institution);

create table selection_item (
  selection text not null references selection (id),
  place bigint not null,
  recording text not null references recording (id),
  words text not null,
  primary key (selection, place)
);

create table selection_curator (
  selection text not null references selection (id),
  place bigint not null,
  name text not null,
  primary key (selection, place)
);

create table selection_picture (
  selection text primary key references selection (id),
  kind text not null,
  alt text not null,
  credit text not null,
  hash text not null,
  bytes {blob} not null
);

-- What happens in an institution, beside its selections.
create table agenda (
  id text primary key,
  institution text not null references institution (party),
  day text not null,
  title text not null,
  words text not null,
  url text not null,
  created_us bigint not null,
  by_party text not null
);
create index agenda_by_day on agenda (day);

-- How often somebody asked for a place to take part; nothing about who.
create table place_wish (
  place text not null references place (code),
  month text not null,
  wishes bigint not null,
  primary key (place, month)
);
