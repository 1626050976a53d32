-- Self-billed invoices: what the house writes in the name of a payee who asked for it, and the mandate behind it.

create table invoice_mandate (
  party text not null references party (id),
  version bigint not null,
  -- names, addresses, VAT ids and VAT treatment of the payee
  sealed {blob} not null,
  given_day text not null,
  created_us bigint not null,
  ended_us bigint,
  by_party text not null,
  primary key (party, version)
);

create table invoice (
  id text primary key,
  party text not null references party (id),
  -- from 1 without gaps for each payee
  number bigint not null,
  currency text not null,
  kind text not null check (kind in ('invoice', 'credit-note')),
  start_day text not null,
  end_day text not null,
  -- the invoice that a credit note takes back as a whole
  corrects text references invoice (id),
  gross bigint not null,
  sealed_body {blob} not null,
  hash text not null,
  issued_us bigint not null
);
create unique index invoice_by_number on invoice (party, number);
create unique index invoice_corrected_once on invoice (corrects) where corrects is not null;
