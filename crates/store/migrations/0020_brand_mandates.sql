-- Who may act for a brand; VAT on budgets; invoices to brands.

-- An agency acts for a brand while its mandate lives.
create table brand_mandate (
  id text primary key,
  brand text not null references party (id),
  agency text not null references party (id),
  -- the paper it stands on, in words
  evidence text not null,
  from_us bigint not null,
  -- the instant from which it no longer holds; open where null
  until_us bigint,
  ended_us bigint,
  by_party text not null
);
create index brand_mandate_brand on brand_mandate (brand);
create index brand_mandate_agency on brand_mandate (agency);

-- VAT on the budget of a contract, as it was when both had signed.
create table brand_tax (
  deal text primary key references brand_deal (id),
  country text not null,
  -- S, E, AE or O, as on invoices
  category text not null check (category in ('S', 'E', 'AE', 'O')),
  rate text not null,
  currency text not null,
  vat bigint not null check (vat >= 0)
);

-- Invoices to brands, and credit notes: issued once, never changed.
create table brand_invoice (
  number text primary key,
  deal text not null references brand_deal (id),
  milestone text references brand_milestone (id),
  kind text not null check (kind in ('invoice', 'credit-note')),
  currency text not null,
  net bigint not null,
  vat bigint not null,
  body text not null,
  hash text not null,
  issued_us bigint not null
);
create index brand_invoice_deal on brand_invoice (deal);
create unique index brand_invoice_once on brand_invoice (deal, kind, coalesce(milestone, ''));
