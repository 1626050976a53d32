-- Brands pay artists: artists' own terms, briefs, who was asked, what was agreed, delivered and paid.

-- Who has terms at all. What they say is an encrypted field (party_secret, `brand-terms`).
create table artist_terms (
  party text primary key references party (id),
  number bigint not null unique,
  version bigint not null,
  since_us bigint not null
);

create table brief (
  id text primary key,
  brand text not null references party (id),
  agency text references party (id),
  -- draft, published, closed or withdrawn
  status text not null check (status in ('draft', 'published', 'closed', 'withdrawn')),
  version bigint not null,
  created_us bigint not null,
  published_us bigint,
  -- until when artists answer
  answer_us bigint,
  by_party text not null
);
create index brief_brand on brief (brand);

create table brief_version (
  brief text not null references brief (id),
  version bigint not null,
  body text not null,
  hash text not null,
  at_us bigint not null,
  by_party text not null,
  primary key (brief, version)
);

-- Everybody in the running of a brief: what fit earned, what was shown. The exposure account.
create table brief_standing (
  brief text not null references brief (id),
  artist text not null references party (id),
  place bigint not null,
  fit bigint not null,
  earned bigint not null,
  shown bigint not null,
  tier text not null,
  reasons text not null,
  at_us bigint not null,
  primary key (brief, artist)
);
create index brief_standing_artist on brief_standing (artist);

create table brief_fit (
  brief text primary key references brief (id),
  best bigint not null,
  given bigint not null
);

create table brief_invitation (
  id text primary key,
  brief text not null references brief (id),
  artist text not null references party (id),
  -- list (by the shortlist), invited (by name) or pitch (an open call)
  kind text not null check (kind in ('list', 'invited', 'pitch')),
  -- asked, yes, no, lapsed, chosen or passed
  state text not null check (state in ('asked', 'yes', 'no', 'lapsed', 'chosen', 'passed')),
  -- whether the artist's terms keep it from them: it lapses unseen
  unseen bigint not null,
  asked_us bigint not null,
  until_us bigint not null,
  answered_us bigint,
  words text not null,
  unique (brief, artist)
);
create index brief_invitation_artist on brief_invitation (artist);

create table brand_deal (
  id text primary key,
  brief text not null references brief (id),
  -- the framework an order belongs to
  framework text references brand_deal (id),
  -- single, framework or order
  form text not null check (form in ('single', 'framework', 'order')),
  brand text not null references party (id),
  agency text references party (id),
  artist text not null references party (id),
  state text not null,
  version bigint not null,
  currency text not null,
  fee bigint not null check (fee >= 0),
  benefits bigint not null,
  kind text not null,
  objective text not null,
  tier text not null,
  places text not null,
  rule text not null,
  pot text references pot (id),
  contribution text references contribution (id),
  created_us bigint not null,
  sign_us bigint not null,
  signed_us bigint,
  ended_us bigint
);
create index brand_deal_brief on brand_deal (brief);
create index brand_deal_artist on brand_deal (artist);

create table brand_text (
  deal text not null references brand_deal (id),
  version bigint not null,
  body text not null,
  words text not null,
  hash text not null,
  at_us bigint not null,
  by_party text not null,
  primary key (deal, version)
);

create table brand_signature (
  deal text not null references brand_deal (id),
  side text not null check (side in ('brand', 'artist')),
  version bigint not null,
  hash text not null,
  by_party text not null,
  at_us bigint not null,
  primary key (deal, side)
);

create table brand_milestone (
  id text primary key,
  deal text not null references brand_deal (id),
  place bigint not null,
  title text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  due text not null,
  state text not null,
  -- where its money lies once it is to be paid, and the pending entry that holds it until then
  pot text references pot (id),
  hold_entry bigint,
  -- when silence accepts it
  silence_us bigint,
  -- what was paid of the amount, once it is over
  awarded bigint,
  -- where the solidarity slice lay on its way to whom the artist named
  slice text references pot (id),
  unique (deal, place)
);

-- Everything that happened to a deal, with words and evidence.
create table brand_event (
  seq {seq},
  deal text not null references brand_deal (id),
  milestone text references brand_milestone (id),
  what text not null,
  words text not null,
  by_party text not null,
  at_us bigint not null
);
create index brand_event_deal on brand_event (deal);

-- Raw figures of what was agreed to be measured, for both sides.
create table brand_figure (
  seq {seq},
  deal text not null references brand_deal (id),
  indicator text not null,
  value bigint not null,
  day text not null,
  source text not null,
  by_party text not null,
  at_us bigint not null
);

-- Selections that a brand paid for, with the label they carry.
create table branded_selection (
  selection text primary key references selection (id),
  deal text not null references brand_deal (id),
  label text not null,
  at_us bigint not null
);

-- Sessions given to emerging artists from a fund, each with how it was chosen.
create table session_grant (
  id text primary key,
  artist text not null references party (id),
  fund text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  entry bigint not null,
  choice text not null,
  by_party text not null,
  at_us bigint not null
);
