-- The first schema: parties, catalogue, set lists, pots, runs, books, claims, payouts.
-- One text for SQLite and PostgreSQL. Money is whole micros, times are microseconds since 1970 UTC,
-- days are ISO 8601 text, ids are text. {blob} and {seq} are the two words in which the engines differ.

create table policy (
  name text not null,
  version bigint not null,
  value text not null,
  since_us bigint not null,
  by_party text not null,
  primary key (name, version)
);

create table party (
  id text primary key,
  name text not null,
  name_key text not null,
  kind text not null check (kind in ('person', 'group', 'organisation')),
  territory text,
  isni text,
  ipi text,
  mbid text,
  -- unclaimed: credited by name, nobody has answered yet; here: claimed or registered; frozen: disputed
  standing text not null check (standing in ('unclaimed', 'here', 'frozen')),
  -- what a frozen party goes back to when nobody wins its dispute
  frozen_from text check (frozen_from in ('unclaimed', 'here')),
  -- the party that answers for this name since a claim was accepted; its lines stay as they were written
  merged_into text references party (id),
  first_payment text check (first_payment in ('yes', 'no')),
  withhold_num bigint not null default 0,
  withhold_den bigint not null default 1,
  created_us bigint not null
);
create index party_by_name on party (name_key);
create unique index party_by_isni on party (isni) where isni is not null;
create unique index party_by_ipi on party (ipi) where ipi is not null;

create table party_alias (
  party text not null references party (id),
  alias text not null,
  alias_key text not null,
  primary key (party, alias_key)
);
create index alias_by_key on party_alias (alias_key);

-- Personal data, encrypted as one field each (key: `fields` in the key folder).
create table party_secret (
  party text not null references party (id),
  field text not null,
  sealed {blob} not null,
  changed_us bigint not null,
  primary key (party, field)
);

create table recording (
  id text primary key,
  kind text not null,
  artist text not null,
  title text not null,
  version text not null default '',
  album text not null default '',
  label text not null default '',
  duration_s bigint,
  year bigint,
  isrc text,
  mbid text,
  own_id text,
  status text not null,
  merged_into text,
  source text not null,
  source_id text not null,
  origin_line bigint not null default 0,
  changed_us bigint not null
);
create unique index recording_by_source on recording (source, source_id);
create index recording_by_isrc on recording (isrc) where isrc is not null;
create index recording_by_own_id on recording (own_id) where own_id is not null;

create table work (
  id text primary key,
  title text not null,
  iswc text
);
create unique index work_by_iswc on work (iswc) where iswc is not null;

create table recording_work (
  recording text not null references recording (id),
  work text not null references work (id),
  primary key (recording, work)
);

create table release (
  id text primary key,
  title text not null,
  artist text not null default '',
  label text not null default '',
  catalogue_number text not null default '',
  gtin text,
  source text not null,
  source_id text not null
);
create unique index release_by_source on release (source, source_id);

create table track (
  release text not null references release (id),
  position bigint not null,
  recording text not null references recording (id),
  primary key (release, position)
);

create table share (
  id text primary key,
  recording text references recording (id),
  work text references work (id),
  party text not null references party (id),
  num bigint not null,
  den bigint not null,
  territory text not null,
  start_day text,
  end_day text,
  use_type text not null,
  status text not null,
  source text not null,
  origin_line bigint not null default 0,
  changed_us bigint not null,
  check ((recording is null) <> (work is null)),
  check (num >= 0 and den > 0 and num <= den)
);
create index share_by_recording on share (recording) where recording is not null;
create index share_by_work on share (work) where work is not null;
create index share_by_party on share (party);

create table deal (
  recording text not null references recording (id),
  place bigint not null,
  territories text not null,
  excluded text not null,
  start_day text,
  end_day text,
  terms text not null,
  primary key (recording, place)
);

create table event (
  id text primary key,
  name text not null,
  day text,
  venue text not null,
  city text not null,
  territory text,
  time_zone text not null,
  performer text not null references party (id)
);

create table set_list (
  id text primary key,
  event text not null references event (id),
  performer text not null references party (id),
  submitted_by text not null references party (id),
  document text not null,
  document_hash text not null,
  format text not null,
  set_number bigint not null,
  visibility text not null check (visibility in ('track-only', 'city-and-date', 'everything')),
  -- asked: another list of the same event overlaps and somebody must say whether it is the same
  status text not null check (status in ('open', 'asked', 'same', 'withdrawn')),
  same_as text references set_list (id),
  created_us bigint not null
);
create index set_list_by_hash on set_list (document_hash);
create index set_list_by_event on set_list (event);

create table set_list_line (
  id text primary key,
  set_list text not null references set_list (id),
  position bigint not null,
  origin_line bigint not null,
  raw text not null,
  artist text not null,
  title text not null,
  version text not null,
  label text not null,
  duration_s bigint,
  isrc text,
  mbid text,
  own_id text,
  started_at text,
  played_s bigint,
  played bigint not null,
  verdict text not null check (verdict in ('matched', 'ambiguous', 'unmatched')),
  recording text references recording (id),
  probability_ppm bigint not null,
  reasons text not null,
  candidates text not null,
  decided_by text
);
create unique index line_by_place on set_list_line (set_list, position);
create index line_by_recording on set_list_line (recording) where recording is not null;

-- A person's answer to a doubtful line, used for the same text next time.
create table answer (
  text_key text primary key,
  recording text references recording (id),
  by_party text not null,
  at_us bigint not null
);

create table pot (
  id text primary key,
  programme text not null,
  event text references event (id),
  currency text not null,
  rule text not null,
  purpose text not null,
  status text not null check (status in ('open', 'closed', 'allocated')),
  created_us bigint not null
);

create table contribution (
  id text primary key,
  pot text not null references pot (id),
  payer text not null references party (id),
  role text not null,
  reference text not null unique,
  pledged bigint not null check (pledged > 0),
  -- the fee itself is never stored: only the part that was set aside, and the share if the payer wants proofs
  share_num bigint,
  share_den bigint,
  attested text not null default 'dj' check (attested in ('dj', 'dj+venue')),
  received bigint not null default 0,
  pledge_entry bigint,
  receipt_us bigint,
  created_us bigint not null
);
create index contribution_by_pot on contribution (pot);

create table pledge_plan (
  id text primary key,
  payer text not null references party (id),
  currency text not null,
  amount bigint,
  share_num bigint,
  share_den bigint,
  since_us bigint not null,
  until_us bigint
);

create table run (
  id text primary key,
  kind text not null check (kind in ('allocation', 'adjustment', 'reversal')),
  status text not null check (status in ('draft', 'approved', 'dropped')),
  rule text not null,
  rule_version bigint not null,
  rule_hash text not null,
  currency text not null,
  input_hash text not null,
  lines_hash text not null,
  manifest {blob} not null,
  private bigint not null,
  givers bigint not null,
  of_run text references run (id),
  by_party text not null,
  created_us bigint not null,
  approved_by text,
  approved_us bigint,
  entry bigint
);

create table run_pot (
  run text not null references run (id),
  pot text not null references pot (id),
  amount bigint not null,
  primary key (run, pot)
);
create index run_pot_by_pot on run_pot (pot);

create table allocation_line (
  id text primary key,
  run text not null references run (id),
  place bigint not null,
  pot text not null references pot (id),
  kind text not null check (kind in ('pay', 'deduct', 'suspense')),
  account text not null,
  party text references party (id),
  recording text references recording (id),
  set_line text references set_list_line (id),
  side text,
  reason text not null,
  amount bigint not null,
  why text not null
);
create unique index allocation_by_place on allocation_line (run, place);
create index allocation_by_party on allocation_line (party) where party is not null;
create index allocation_by_line on allocation_line (set_line) where set_line is not null;

-- The books. Accounts carry running balances; the entries are the truth.
create table account (
  code text not null,
  currency text not null,
  posted bigint not null default 0,
  pending_debits bigint not null default 0,
  pending_credits bigint not null default 0,
  primary key (code, currency)
);

create table entry (
  seq bigint primary key,
  at_us bigint not null,
  kind text not null,
  memo text not null,
  subject text not null,
  state text not null check (state in ('posted', 'pending', 'posts', 'voids')),
  resolves bigint references entry (seq),
  key text not null unique,
  input_hash text not null,
  hash text not null,
  sealed bigint not null default 0
);
create unique index entry_resolved_once on entry (resolves) where resolves is not null;
create index entry_by_subject on entry (subject);

create table posting (
  entry bigint not null references entry (seq),
  place bigint not null,
  account text not null,
  currency text not null,
  amount bigint not null,
  primary key (entry, place),
  foreign key (account, currency) references account (code, currency)
);
create index posting_by_account on posting (account, currency, entry);

-- Money that waits, with its reason and its clock.
create table suspense_item (
  id text primary key,
  account text not null,
  currency text not null,
  amount bigint not null,
  reason text not null,
  party text references party (id),
  recording text references recording (id),
  set_line text references set_list_line (id),
  run text references run (id),
  bank_line text,
  opened_us bigint not null,
  due_us bigint,
  destination text not null,
  closed_us bigint,
  closed_by text
);
create index suspense_open on suspense_item (reason) where closed_us is null;
create index suspense_by_party on suspense_item (party) where party is not null;

create table bank_message (
  hash text primary key,
  kind text not null,
  document text not null,
  imported_us bigint not null,
  by_party text not null
);

create table bank_line (
  id text primary key,
  message text not null references bank_message (hash),
  credit bigint not null,
  amount bigint not null,
  currency text not null,
  booked_day text,
  reference text not null,
  end_to_end text not null,
  counterparty text not null,
  remittance text not null,
  entry bigint,
  matched text not null,
  contribution text references contribution (id),
  payout text
);
create index bank_line_by_payout on bank_line (payout) where payout is not null;

-- Closing balances as the bank reports them, for reconciliation.
create table bank_balance (
  account text not null,
  day text not null,
  currency text not null,
  amount bigint not null,
  message text not null references bank_message (hash),
  primary key (account, day, currency)
);

create table claim (
  id text primary key,
  party text not null references party (id),
  status text not null check (status in ('invited', 'open', 'accepted', 'refused', 'disputed')),
  claimant_name text not null,
  sealed_contact {blob},
  sealed_evidence {blob},
  -- who relayed the invitation: label, operator or dj, and under what name; empty without one
  relay text not null default '',
  relayed_by text not null default '',
  reminders bigint not null default 0,
  last_reminder_us bigint,
  reason text not null default '',
  first_payment text,
  created_us bigint not null,
  decided_us bigint,
  decided_by text
);
create index claim_by_party on claim (party);

-- One-time links. Only the SHA-256 of a token is kept; a reminder brings a token of its own.
create table claim_token (
  token_hash text primary key,
  claim text not null references claim (id),
  created_us bigint not null,
  used_us bigint
);
create index token_by_claim on claim_token (claim);

create table bank_details (
  party text not null references party (id),
  version bigint not null,
  sealed {blob} not null,
  masked text not null,
  rail text not null,
  country text not null,
  -- a change waits until this instant before money goes there
  usable_us bigint not null,
  created_us bigint not null,
  by_party text not null,
  primary key (party, version)
);

create table sanction (
  name_key text not null,
  name text not null,
  list text not null,
  country text not null default '',
  primary key (list, name_key)
);

create table batch (
  id text primary key,
  number bigint not null unique,
  currency text not null,
  status text not null check (status in ('prepared', 'approved', 'dropped', 'confirmed')),
  prepared_by text not null,
  prepared_us bigint not null,
  approved_by text,
  approved_us bigint,
  exported_us bigint
);

create table payout (
  id text primary key,
  batch text not null references batch (id),
  party text not null references party (id),
  rail text not null,
  details_version bigint not null,
  gross bigint not null,
  recouped bigint not null default 0,
  withheld bigint not null default 0,
  fee bigint not null default 0,
  net bigint not null check (net > 0),
  currency text not null,
  status text not null check (status in ('reserved', 'sent', 'paid', 'returned', 'rejected', 'dropped')),
  end_to_end text not null unique,
  pending_entry bigint not null,
  settled_entry bigint,
  reason text not null default ''
);
create index payout_by_party on payout (party);

create table hold (
  party text not null references party (id),
  batch text not null references batch (id),
  reason text not null,
  at_us bigint not null,
  primary key (party, batch, reason)
);

create table advance (
  id text primary key,
  party text not null references party (id),
  currency text not null,
  amount bigint not null,
  fund text not null,
  rate_num bigint not null,
  rate_den bigint not null,
  entry bigint not null,
  created_us bigint not null
);

create table statement (
  id text primary key,
  number bigint not null unique,
  party text not null references party (id),
  currency text not null,
  period text not null,
  body text not null,
  hash text not null,
  issued_us bigint not null
);

create table participation (
  id text primary key,
  set_list text not null references set_list (id),
  note text not null,
  issued_us bigint not null
);
create index participation_by_list on participation (set_list);

-- A venue or agent that asks for proofs at its events.
create table proof_demand (
  party text not null references party (id),
  venue_key text not null,
  venue text not null,
  percent bigint,
  since_day text not null,
  by_party text not null,
  primary key (party, venue_key)
);

create table mail (
  id text primary key,
  sealed_to {blob} not null,
  subject text not null,
  sealed_body {blob} not null,
  reason text not null,
  created_us bigint not null,
  sent_us bigint
);

create table booked (
  list text not null,
  name_key text not null,
  name text not null,
  primary key (list, name_key)
);

create table counter (
  name text primary key,
  value bigint not null
);

-- Every run of the program that changed something: who, when, what came out.
create table journal (
  seq {seq},
  at_us bigint not null,
  by_party text not null,
  action text not null,
  subject text not null,
  detail text not null
);
