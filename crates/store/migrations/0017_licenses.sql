-- Licences for uses by AI: the papers, what they cost, what was reported, contested and gone beyond.

-- What a holder, or an agent for them, offers; as it was signed. One without a licensee stands for everybody.
create table license_offer (
  id text primary key,
  holder text not null references party (id),
  speaker text not null references party (id),
  licensee text references party (id),
  paper text not null,
  hash text not null,
  place bigint not null,
  status text not null check (status in ('open', 'withdrawn')),
  opened_us bigint not null
);
create index license_offer_by_holder on license_offer (holder, status);

-- A licence as both sides signed it, beside its line in the registry.
create table license (
  id text primary key references consent_line (id),
  offer text not null references license_offer (id),
  holder text not null references party (id),
  licensee text not null references party (id),
  model text not null,
  version text not null,
  fee text not null,
  promise text not null,
  agreement text not null,
  hash text not null,
  place bigint not null,
  signed_us bigint not null
);
create index license_by_licensee on license (licensee);
create index license_by_holder on license (holder);

-- The recordings that a licence came through for when it was signed.
create table license_work (
  license text not null references license (id),
  recording text not null references recording (id),
  primary key (license, recording)
);
create index license_work_by_recording on license_work (recording);

-- What a licensee reports its outputs were made from.
create table license_report (
  id text primary key,
  license text not null references license (id),
  licensee text not null references party (id),
  model text not null,
  version text not null,
  from_day text not null,
  until_day text not null,
  outputs bigint,
  income bigint,
  currency text,
  document text not null,
  document_hash text not null,
  root text not null,
  place bigint not null,
  contest_until_us bigint not null,
  by_party text not null,
  opened_us bigint not null
);
create unique index license_report_once on license_report (license, document_hash, from_day, until_day);

-- Its sources; `parts` as reported, `counted` as they stand after contests, both of a milliard.
create table license_report_row (
  report text not null references license_report (id),
  line bigint not null,
  source text not null,
  recording text references recording (id),
  licensed bigint not null,
  parts bigint not null check (parts >= 0),
  counted bigint not null check (counted >= 0),
  primary key (report, source)
);
create index license_report_row_by_recording on license_report_row (recording);

-- Pots that hold a licence fee, a reported income or a settlement, and where they come from.
create table license_fee (
  pot text primary key references pot (id),
  kind text not null check (kind in ('signing', 'report', 'settlement')),
  license text references license (id),
  report text references license_report (id),
  contribution text not null,
  why text not null,
  opened_us bigint not null
);
create index license_fee_by_license on license_fee (license);

-- The works that such a pot is shared over, and, in a settlement, with which weight; a source that is not known has no recording.
create table license_pot_work (
  pot text not null references pot (id),
  source text not null,
  line bigint not null,
  recording text references recording (id),
  weight bigint not null check (weight >= 0),
  primary key (pot, source)
);

-- What a holder contests in a report; the money waits until it is decided.
create table license_contest (
  id text primary key,
  report text not null references license_report (id),
  party text not null references party (id),
  recording text not null references recording (id),
  asked bigint,
  words text not null,
  status text not null check (status in ('open', 'upheld', 'dismissed')),
  place bigint not null,
  opened_us bigint not null,
  decided_us bigint,
  decided_by text,
  reason text not null default ''
);
create index license_contest_by_report on license_contest (report);

-- What went beyond a licence, with what shows it.
create table license_violation (
  id text primary key,
  kind text not null check (kind in ('no-license', 'beyond-term', 'over-cap')),
  licensee text not null references party (id),
  license text references license (id),
  origin text not null,
  subject text not null,
  evidence text not null,
  place bigint not null,
  status text not null check (status in ('open', 'settled')),
  opened_us bigint not null,
  decided_us bigint,
  decided_by text,
  reason text not null default ''
);
create unique index license_violation_once on license_violation (origin, kind, subject);

-- Permits for one project and a short time.
create table license_permit (
  id text primary key,
  project text not null,
  tool text not null references party (id),
  note text not null,
  issued_us bigint not null,
  expires_us bigint not null
);
create index license_permit_by_project on license_permit (project);

-- "This imitates me": a report against a recording or a model.
create table imitation (
  id text primary key,
  reporter text not null references party (id),
  subject text not null,
  words text not null,
  sealed_evidence {blob},
  status text not null check (status in ('open', 'answered', 'unanswered', 'upheld', 'dismissed')),
  place bigint not null,
  opened_us bigint not null,
  due_us bigint not null,
  answer text not null default '',
  answered_by text,
  decided_us bigint,
  decided_by text,
  reason text not null default ''
);

-- The money that such a report froze, and the item under which it waits.
create table imitation_money (
  imitation text not null references imitation (id),
  account text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  item text not null references suspense_item (id),
  primary key (imitation, account, currency)
);
