//! What `doctor`, the public figures and the export ask of the whole database at once.
//!
//! The questions are data: each counts what it examines and finds what is wrong, one row per fault.

use jiff::tz::TimeZone;

use crate::db::{Row, Tx};
use crate::{Fault, args};

/// A question about everything of a kind. A finding's row is: place, what, currency or null, two amounts
/// in micros or null, to stand for `{a}` and `{b}` in what.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// What the check is called.
    pub check: &'static str,
    /// What to do about a finding.
    pub hint: &'static str,
    /// Whether a finding is a fault, or only worth knowing.
    pub fault: bool,
    count: &'static str,
    find: &'static str,
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Where exactly.
    pub place: String,
    /// What is wrong, with `{a}` and `{b}` for the amounts.
    pub what: String,
    /// The amounts' currency.
    pub currency: Option<String>,
    /// The first amount, in micros.
    pub a: Option<i64>,
    /// The second amount, in micros.
    pub b: Option<i64>,
}

const RESTORE: &str = "compare with the newest backup; correct by a new entry, never by hand in the database";

/// Every question, in the order of the report.
pub const QUESTIONS: &[Question] = &[
    Question {
        check: "background work",
        hint: "`tantieme jobs retry`, or the page `/jobs`, once what stood in the way is gone",
        fault: false,
        count: "select count(*) from job",
        find: "select 'job ' || id, kind || ' was given up: ' || error, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from job where state = 'dead' order by 1",
    },
    Question {
        check: "postings",
        hint: RESTORE,
        fault: true,
        count: "select count(*) from posting",
        find: "select 'entry ' || cast(p.entry as text) || ', posting ' || cast(p.place + 1 as text), 'belongs to no entry', p.currency, p.amount, cast(null as bigint) \
               from posting p left join entry e on e.seq = p.entry where e.seq is null \
               union all select 'entry ' || cast(entry as text), 'a posting is missing: ' || cast(count(*) as text) || ' are there, numbered up to ' \
               || cast(max(place) + 1 as text), cast(null as text), cast(null as bigint), cast(null as bigint) from posting group by entry having max(place) + 1 <> count(*) \
               union all select 'entry ' || cast(p.entry as text) || ', posting ' || cast(p.place + 1 as text), 'its account `' || p.account || '` does not exist', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from posting p left join account a on a.code = p.account and a.currency = p.currency where a.code is null order by 1",
    },
    Question {
        check: "payouts",
        hint: RESTORE,
        fault: true,
        count: "select count(*) from payout",
        find: "select 'payout ' || p.id, 'its entry ' || cast(p.pending_entry as text) || ' is not there', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from payout p left join entry e on e.seq = p.pending_entry where e.seq is null \
               union all select 'payout ' || p.id, 'its entry ' || cast(e.seq as text) || ' is about something else: ' || e.kind || ' ' || e.subject, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from payout p join entry e on e.seq = p.pending_entry where e.kind <> 'payout' or e.state <> 'pending' or e.subject <> p.id \
               union all select 'entry ' || cast(e.seq as text), 'reserves the payout ' || e.subject || ', which is not there', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from entry e left join payout p on p.pending_entry = e.seq where e.kind = 'payout' and p.id is null \
               union all select 'payout ' || p.id, 'is ' || p.status || ', and its entry ' || cast(p.pending_entry as text) || ' was ' || \
               case coalesce(r.state, '') when 'posts' then 'posted' when 'voids' then 'voided' else 'not resolved' end, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from payout p join entry e on e.seq = p.pending_entry left join entry r on r.resolves = p.pending_entry \
               where coalesce(r.state, '') <> case p.status when 'reserved' then '' when 'sent' then '' when 'paid' then 'posts' when 'returned' then 'posts' else 'voids' end \
               union all select 'payout ' || p.id, 'was returned, and no entry brings the money back', p.currency, cast(null as bigint), cast(null as bigint) \
               from payout p where p.status = 'returned' and not exists (select 1 from entry where kind = 'payout-returned' and subject = p.id) \
               union all select 'payout ' || p.id, 'has net {a}, and its entry takes {b} from the bank', p.currency, p.net, \
               cast(coalesce((select -sum(amount) from posting where entry = p.pending_entry and account = 'bank' and currency = p.currency), 0) as bigint) \
               from payout p join entry e on e.seq = p.pending_entry \
               where p.net <> coalesce((select -sum(amount) from posting where entry = p.pending_entry and account = 'bank' and currency = p.currency), 0) \
               union all select 'payout ' || p.id, 'has gross {a}, and its parts add up to {b}', p.currency, p.gross, p.recouped + p.withheld + p.fee + p.net \
               from payout p where p.gross <> p.recouped + p.withheld + p.fee + p.net order by 1",
    },
    Question {
        check: "batches",
        hint: "look at `tantieme payout list` and the journal",
        fault: true,
        count: "select count(*) from batch",
        find: "select 'batch ' || b.id, 'is ' || b.status || ', and its payout ' || p.id || ' is ' || p.status, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from batch b join payout p on p.batch = b.id where (b.status = 'confirmed' and p.status in ('reserved', 'sent')) \
               or (b.status = 'dropped') <> (p.status = 'dropped') or (b.status = 'prepared' and p.status <> 'reserved') \
               union all select 'batch ' || id, 'was approved by who prepared it: ' || prepared_by, cast(null as text), cast(null as bigint), cast(null as bigint) from batch where approved_by = prepared_by \
               union all select 'batch ' || id, 'is ' || status || ', and nobody approved it', cast(null as text), cast(null as bigint), cast(null as bigint) from batch \
               where status in ('approved', 'confirmed') and approved_by is null \
               union all select 'batch ' || b.id, 'is of ' || b.currency || ', and its payout ' || p.id || ' of ' || p.currency, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from batch b join payout p on p.batch = b.id where p.currency <> b.currency order by 1",
    },
    Question {
        check: "contributions",
        hint: RESTORE,
        fault: true,
        count: "select count(*) from contribution",
        find: "select place, what, currency, a, b from (select 'contribution ' || c.id as place, 'says that {a} arrived, and the books show {b}' as what, t.currency as currency, c.received as a, \
               cast(coalesce((select -sum(p.amount) from entry e join posting p on p.entry = e.seq where e.kind = 'receive' and e.subject = c.id and p.account = 'pot:' || c.pot), 0) as bigint) as b \
               from contribution c join pot t on t.id = c.pot) as compared where a <> b \
               union all select 'contribution ' || c.id, 'its promise (entry ' || cast(c.pledge_entry as text) || ') is not there', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from contribution c left join entry e on e.seq = c.pledge_entry and e.subject = c.id where c.pledge_entry is not null and e.seq is null \
               union all select 'entry ' || cast(e.seq as text), 'receives for ' || e.subject || ', which is not there', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from entry e left join contribution c on c.id = e.subject where e.kind in ('receive', 'pledge') and c.id is null order by 1",
    },
    Question {
        check: "runs",
        hint: RESTORE,
        fault: true,
        count: "select count(*) from run",
        find: "select 'run ' || r.id, 'is approved, and has no entry', cast(null as text), cast(null as bigint), cast(null as bigint) from run r left join entry e on e.seq = r.entry and e.subject = r.id \
               where r.status = 'approved' and e.seq is null \
               union all select 'entry ' || cast(e.seq as text), 'shares the run ' || e.subject || ', which is not there or not approved', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from entry e left join run r on r.entry = e.seq and r.status = 'approved' where e.kind in ('allocation', 'adjustment', 'reversal') and r.id is null \
               union all select 'run ' || r.id || ', pot ' || p.pot, 'brought {a}, and its lines add up to {b}', r.currency, p.amount, \
               cast(coalesce((select sum(l.amount) from allocation_line l where l.run = r.id and l.pot = p.pot), 0) as bigint) \
               from run r join run_pot p on p.run = r.id \
               where p.amount <> coalesce((select sum(l.amount) from allocation_line l where l.run = r.id and l.pot = p.pot), 0) \
               union all select 'run ' || m.run || ', account ' || m.account, 'its lines say {a}, and its entry {b}', r.currency, \
               cast(sum(m.said) as bigint), cast(sum(m.booked) as bigint) from ( \
               select l.run as run, case when l.party is not null then 'party:' || coalesce(o.merged_into, l.party) else l.account end as account, l.amount as said, 0 as booked \
               from allocation_line l left join party o on o.id = l.party \
               union all select p.run, 'pot:' || p.pot, -p.amount, 0 from run_pot p \
               union all select r.id, case when g.account like 'unclaimed:%' then 'party:' || coalesce(o.merged_into, substr(g.account, 11)) \
               when g.account like 'party:%' then 'party:' || coalesce(o.merged_into, substr(g.account, 7)) else g.account end, 0, -g.amount \
               from run r join posting g on g.entry = r.entry \
               left join party o on o.id = case when g.account like 'unclaimed:%' then substr(g.account, 11) else substr(g.account, 7) end) as m join run r on r.id = m.run where r.status = 'approved' \
               group by m.run, m.account, r.currency having sum(m.said) <> sum(m.booked) order by 1",
    },
    Question {
        check: "suspense",
        hint: "the items with their clocks and the account must tell the same; look at the entries of the account",
        fault: true,
        count: "select count(*) from suspense_item",
        find: "select 'account ' || m.account, 'its open items add up to {a}, and it holds {b}', m.currency, cast(sum(m.items) as bigint), cast(sum(m.held) as bigint) from ( \
               select account, currency, amount as items, 0 as held from suspense_item where closed_us is null \
               union all select code, currency, 0, -posted from account where code like 'suspense:%' or code like 'unclaimed:%') as m \
               group by m.account, m.currency having sum(m.items) <> sum(m.held) order by 1",
    },
    Question {
        check: "pots",
        hint: "more was shared than arrived; reverse the run that did it",
        fault: true,
        count: "select count(*) from pot",
        find: "select 'account ' || a.code, 'is overdrawn by {a}', a.currency, a.posted, cast(null as bigint) from account a \
               where a.posted > 0 and (a.code like 'pot:%' or a.code like 'fund:%' or a.code like 'unclaimed:%') \
               union all select 'account ' || a.code, 'belongs to a pot that is not there', cast(null as text), cast(null as bigint), cast(null as bigint) from account a \
               left join pot p on a.code = 'pot:' || p.id where a.code like 'pot:%' and p.id is null order by 1",
    },
    Question {
        check: "payees",
        hint: "what a payee was paid too much is owed back under `receivable:`, and never more than that; look at the entries of the account",
        fault: true,
        count: "select count(*) from account where code like 'party:%' or code like 'receivable:%'",
        find: "select 'account ' || code, 'is overdrawn by {a}', currency, posted, cast(null as bigint) from account where posted > 0 and code like 'party:%' \
               union all select 'account ' || code, 'was repaid {a} too much', currency, -posted, cast(null as bigint) from account where posted < 0 and code like 'receivable:%' \
               order by 1",
    },
    Question {
        check: "owed back",
        hint: "later credits repay it; `tantieme bank assign LINE --to` the payee books what is sent back",
        fault: false,
        count: "select count(*) from account where code like 'receivable:%'",
        find: "select 'account ' || code, 'owes back {a} that was paid out before a correction', currency, posted, cast(null as bigint) \
               from account where posted > 0 and code like 'receivable:%' order by 1",
    },
    Question {
        check: "set lists",
        hint: "settle the line again: `tantieme set-list review`",
        fault: true,
        count: "select count(*) from set_list_line",
        find: "select 'line ' || l.id || ' (set list ' || l.set_list || ', position ' || cast(l.position as text) || ')', \
               case when l.recording is null then 'is matched, and names no recording' else 'names the recording ' || l.recording || ', which is not there' end, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from set_list_line l left join recording r on r.id = l.recording \
               where (l.recording is null and l.verdict = 'matched') or (l.recording is not null and r.id is null) order by 1",
    },
    Question {
        check: "merges",
        hint: "look at `tantieme catalogue merges`; set the row apart and merge it again",
        fault: true,
        count: "select count(*) from recording_merge",
        find: "select 'recording ' || r.id, case when r.merged_into is null then 'is merged, and names no row that answers' \
               else 'names a row that answers, and is ' || r.status end, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from recording r where (r.status = 'merged') <> (r.merged_into is not null) \
               union all select 'recording ' || r.id, 'is merged into ' || r.merged_into || ', which is not there', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from recording r left join recording k on k.id = r.merged_into where r.merged_into is not null and k.id is null \
               union all select 'recording ' || r.id, 'is merged into ' || r.merged_into || ', and no record says so', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from recording r where r.merged_into is not null and not exists (select 1 from recording_merge m where m.gone = r.id and m.keep = r.merged_into and m.kind = 'merge' \
               and not exists (select 1 from recording_merge u where u.undoes = m.id)) \
               union all select 'merge ' || m.id, 'says that ' || m.gone || ' answers no more, and it does', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from recording_merge m join recording r on r.id = m.gone where m.kind = 'merge' and (r.merged_into is null or r.merged_into <> m.keep) \
               and not exists (select 1 from recording_merge u where u.undoes = m.id) \
               union all select distinct 'recording ' || c.first, 'is merged in a circle', cast(null as text), cast(null as bigint), cast(null as bigint) from ( \
               with recursive chain (first, at, links) as (select id, merged_into, 1 from recording where merged_into is not null \
               union all select c.first, r.merged_into, c.links + 1 from chain c join recording r on r.id = c.at \
               where r.merged_into is not null and c.links < 300 and c.at <> c.first) select first from chain where at = first) as c order by 1",
    },
    Question {
        check: "bank lines",
        hint: "compare the line with the bank's own statement",
        fault: true,
        count: "select count(*) from bank_line",
        find: "select 'bank line ' || b.id, 'paid a contribution, and no entry books it', b.currency, cast(null as bigint), cast(null as bigint) from bank_line b \
               where b.matched = 'contribution' and not exists (select 1 from entry where key = 'receive:bank:' || b.id) \
               union all select 'bank line ' || b.id, 'is unreferenced, and its entry is not there', b.currency, cast(null as bigint), cast(null as bigint) from bank_line b \
               left join entry e on e.seq = b.entry where b.matched = 'unreferenced' and e.seq is null \
               union all select 'bank line ' || b.id, 'is {a}, and the books took {b}', b.currency, b.amount, cast(sum(g.amount) as bigint) \
               from bank_line b join entry e on e.key = 'receive:bank:' || b.id join posting g on g.entry = e.seq and g.account = 'bank' and g.currency = b.currency \
               group by b.id, b.currency, b.amount having b.amount <> sum(g.amount) \
               union all select 'entry ' || cast(e.seq as text), 'books the bank line ' || substr(e.key, 14) || ', which is not there', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from entry e left join bank_line b on e.key = 'receive:bank:' || b.id where e.key like 'receive:bank:%' and b.id is null \
               union all select 'bank line ' || b.id, 'settles the payout ' || p.id || ', which is ' || p.status, b.currency, cast(null as bigint), cast(null as bigint) \
               from bank_line b join payout p on p.id = b.payout where b.matched in ('payout', 'returned') and p.status not in ('paid', 'returned', 'rejected') \
               union all select 'bank line ' || b.id, 'settles the payout ' || coalesce(b.payout, '') || ', which is not there', b.currency, cast(null as bigint), cast(null as bigint) \
               from bank_line b left join payout p on p.id = b.payout left join batch t on t.id = b.payout \
               where b.matched in ('payout', 'returned') and p.id is null and t.id is null \
               union all select 'bank line ' || b.id, 'debited {a} for a payout of {b}', b.currency, b.amount, p.net \
               from bank_line b join payout p on p.id = b.payout where b.matched = 'payout' and b.amount <> p.net and b.entry is null order by 1",
    },
    Question {
        check: "advances",
        hint: RESTORE,
        fault: true,
        count: "select count(*) from advance",
        find: "select 'advance ' || a.id, 'its entry ' || cast(a.entry as text) || ' is not there', cast(null as text), cast(null as bigint), cast(null as bigint) from advance a \
               left join entry e on e.seq = a.entry and e.subject = a.id where e.seq is null order by 1",
    },
    Question {
        check: "campaigns",
        hint: "look at `tantieme brief contract` and at the entries of the milestone",
        fault: true,
        count: "select count(*) from brand_milestone",
        find: "select 'milestone ' || m.id, 'is ' || m.state || ', and what holds its money was ' || \
               case coalesce(r.state, '') when 'posts' then 'posted' when 'voids' then 'voided' else 'not resolved' end, cast(null as text), cast(null as bigint), cast(null as bigint) \
               from brand_milestone m left join entry r on r.resolves = m.hold_entry \
               where m.hold_entry is not null and (m.state in ('accepted', 'settled', 'cancelled')) <> (r.seq is not null) \
               union all select 'milestone ' || m.id, 'was agreed at {a}, and {b} are held for it', m.currency, m.amount, \
               cast(coalesce((select sum(p.amount) from posting p where p.entry = m.hold_entry and p.amount > 0), 0) as bigint) from brand_milestone m \
               where m.hold_entry is not null and m.amount <> coalesce((select sum(p.amount) from posting p where p.entry = m.hold_entry and p.amount > 0), 0) \
               union all select 'contract ' || d.id, 'is ' || d.state || ', and not both sides signed its version', cast(null as text), cast(null as bigint), cast(null as bigint) \
               from brand_deal d where d.state in ('signed', 'held', 'done') \
               and (select count(*) from brand_signature s where s.deal = d.id and s.version = d.version) <> 2 order by 1",
    },
    Question {
        check: "overclaims",
        hint: "ask the holders to confirm, or mark one share as disputed; the money waits in suspense",
        fault: false,
        count: "select count(*) from share",
        find: "select 'recording ' || s.recording, 'shares in ' || s.territory || ' for ' || s.use_type || ' exceed the whole: ' \
               || cast(sum(s.num * 1000000 / s.den) as text) || ' parts of a million', cast(null as text), cast(null as bigint), cast(null as bigint) from share s \
               where s.recording is not null and s.status <> 'withdrawn' and s.source <> 'credit' and s.end_day is null \
               group by s.recording, s.territory, s.use_type having sum(s.num * 1000000 / s.den) > 1000000 order by 1",
    },
    Question {
        check: "claims",
        hint: "decide it: `tantieme claim list`",
        fault: false,
        count: "select count(*) from claim",
        find: "select 'claim ' || id, 'is ' || status, cast(null as text), cast(null as bigint), cast(null as bigint) from claim where status in ('open', 'disputed') order by 1",
    },
];

/// Where the bank's and the books' view of one currency may differ, in micros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BankView {
    /// Bank lines booked after the closing day, money in above nothing, and what was booked by hand after it.
    pub later: i64,
    /// Payouts that a status report confirmed and no statement has shown yet.
    pub unseen_payouts: i64,
    /// Money booked by hand up to the closing day, without a bank line.
    pub by_hand: i64,
}

/// The tables of the export: all but the list of migrations, in an order in which each
/// refers only to earlier ones.
pub const TABLES: &[&str] = &[
    "policy",
    "party",
    "party_alias",
    "recording",
    "work",
    "recording_work",
    "release",
    "track",
    "share",
    "recording_merge",
    "registration",
    "deal",
    "event",
    "set_list",
    "set_list_line",
    "line_answer",
    "training_consent",
    "pot",
    "contribution",
    "pledge_plan",
    "run",
    "run_pot",
    "allocation_line",
    "account",
    "entry",
    "posting",
    "suspense_item",
    "bank_message",
    "bank_line",
    "bank_balance",
    "claim",
    "claim_token",
    "bank_details",
    "sanction",
    "batch",
    "payout",
    "hold",
    "advance",
    "statement",
    "invoice_mandate",
    "invoice",
    "participation",
    "proof_demand",
    "booked",
    "party_secret",
    "mail",
    "counter",
    "journal",
    "place",
    "place_tag",
    "play_list",
    "play",
    "flag",
    "run_input",
    "rate",
    "conversion",
    "discovery_refusal",
    "discovery_run",
    "institution",
    "institution_name",
    "contract",
    "contract_member",
    "seat",
    "kiosk",
    "vat_rate",
    "sale",
    "sale_part",
    "sale_receipt",
    "usage_report",
    "selection",
    "selection_item",
    "selection_curator",
    "selection_picture",
    "agenda",
    "place_wish",
    "usage_period",
    "play_event",
    "look",
    "usage_appeal",
    "log_leaf",
    "log_head",
    "log_key",
    "log_writer",
    "consent_line",
    "consent_claim",
    "consent_level",
    "consent_wait",
    "consent_link",
    "training_row",
    "license_offer",
    "license",
    "license_work",
    "license_report",
    "license_report_row",
    "license_fee",
    "license_pot_work",
    "license_contest",
    "license_violation",
    "license_permit",
    "imitation",
    "imitation_money",
    "artist_terms",
    "brief",
    "brief_version",
    "brief_standing",
    "brief_fit",
    "brief_invitation",
    "brand_deal",
    "brand_text",
    "brand_signature",
    "brand_milestone",
    "brand_event",
    "brand_figure",
    "branded_selection",
    "session_grant",
    "sign_in",
    "sign_in_recovery",
    "sign_in_role",
    "sign_in_link",
    "session",
    "api_key",
    "webhook",
    "webhook_delivery",
    "party_key",
    "own_barred",
    "own_turn",
    "index_change",
    "passkey",
    "passkey_ask",
    "policy_change",
    "policy_comment",
    "share_offer",
    "thanks",
    "audit_visit",
    "door_try",
    "job",
    "member",
    "member_mark",
    "invitation",
    "card",
    "door",
    "more_door",
    "door_way",
    "door_used",
    "master",
    "rendition",
    "analysis",
    "cover",
    "scanned",
    "edition",
    "access",
    "access_key",
    "part",
    "declaration",
    "listener",
    "app_password",
    "star",
    "rating",
    "tally",
    "playlist",
    "playlist_song",
    "bookmark",
    "play_queue",
    "now_playing",
    "recording_genre",
    "recording_lyrics",
    "track_place",
    "release_mbid",
    "house_fact",
    "usage_key_mark",
    "pace_mark",
    "upload_wait",
    "mail_door",
    "mail_taken",
    "mail_draft",
    "brand_mandate",
    "brand_tax",
    "brand_invoice",
    "api_answer",
];

impl Tx {
    /// How much a question examines, and every row it finds.
    pub async fn examine(&mut self, question: &Question) -> Result<(i64, Vec<Stray>), Fault> {
        let examined = self.number(question.count, args![]).await?;
        let rows = self.rows(question.find, args![]).await?;
        let strays = rows.iter().map(stray).collect::<Result<_, Fault>>()?;
        Ok((examined, strays))
    }

    /// What the engine itself finds wrong with its file: SQLite's integrity and foreign-key checks. Nothing on
    /// PostgreSQL, which keeps both by itself.
    pub async fn engine_faults(&mut self) -> Result<Vec<String>, Fault> {
        if self.is_postgres() {
            return Ok(Vec::new());
        }
        let mut faults = Vec::new();
        for row in self.rows("pragma integrity_check(100)", args![]).await? {
            let text = row.text(0)?;
            if text != "ok" {
                faults.push(text);
            }
        }
        for row in self.rows("pragma foreign_key_check", args![]).await? {
            let (table, parent) = (row.text(0)?, row.text(2)?);
            let row = row.opt_int(1)?.map_or_else(String::new, |n| format!(", row {n}"));
            faults.push(format!("table {table}{row}: refers to a row of {parent} that is not there"));
        }
        Ok(faults)
    }

    /// How many entries there are, the highest number, and those whose predecessor is missing, as the number
    /// that is missing (a hundred at most).
    pub async fn numbering(&mut self) -> Result<(i64, i64, Vec<i64>), Fault> {
        let count = self.number("select count(*) from entry", args![]).await?;
        let highest = self.number("select max(seq) from entry", args![]).await?;
        let sql = "select e.seq - 1 from entry e left join entry b on b.seq = e.seq - 1 where e.seq <> 1 and b.seq is null order by 1 limit 100";
        let missing = self.rows(sql, args![]).await?;
        Ok((count, highest, missing.iter().map(|r| r.int(0)).collect::<Result<_, _>>()?))
    }

    /// All accounts as stored: code, currency, posted, pending debits, pending credits.
    pub async fn stored_accounts(&mut self) -> Result<Vec<(String, String, [i64; 3])>, Fault> {
        let sql = "select code, currency, posted, pending_debits, pending_credits from account order by code, currency";
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, [r.int(2)?, r.int(3)?, r.int(4)?]))).collect()
    }

    /// What lies between the bank's closing balance of a day and the books now.
    pub async fn bank_view(&mut self, currency: &str, day: &str) -> Result<BankView, Fault> {
        let later = "select cast(sum(case when credit = 1 then amount else -amount end) as bigint) from bank_line where currency = $1 and booked_day > $2";
        let unseen = "select cast(sum(p.net) as bigint) from payout p where p.currency = $1 and p.status = 'paid' \
                      and not exists (select 1 from bank_line b where b.payout = p.id or b.payout = p.batch)";
        let by_hand = |when: &str| {
            format!(
                "select cast(sum(g.amount) as bigint) from entry e join posting g on g.entry = e.seq \
                 where e.key like 'receive:hand:%' and g.account = 'bank' and g.currency = $1 and e.at_us {when} $2"
            )
        };
        let end = day
            .parse::<jiff::civil::Date>()
            .and_then(|d| d.tomorrow())
            .and_then(|d| d.to_zoned(TimeZone::UTC));
        let end = end.map_err(|e| Fault::new(format!("`{day}` is no day of a statement: {e}")))?;
        let end = end.timestamp().as_microsecond();
        let by_hand_later = self.number(&by_hand(">="), args![currency, end]).await?;
        Ok(BankView {
            later: self.number(later, args![currency, day]).await? + by_hand_later,
            unseen_payouts: self.number(unseen, args![currency]).await?,
            by_hand: self.number(&by_hand("<"), args![currency, end]).await?,
        })
    }

    /// One of the [`COUNTS`] of a currency, by name, of what was approved or paid up to an entry.
    pub async fn count_until(&mut self, name: &str, currency: &str, until: i64) -> Result<i64, Fault> {
        let found = COUNTS.iter().find(|(n, _)| *n == name);
        let (_, sql) = found.ok_or_else(|| Fault::new(format!("there is no figure `{name}`")))?;
        self.number(sql, args![currency, until]).await
    }

    /// What approved runs, and ended waits, moved in a currency, in order.
    pub async fn moved(&mut self, currency: &str) -> Result<Vec<Moved>, Fault> {
        let received = format!(
            "select r.entry, r.approved_us, {GIVER}, 'received', cast(sum(rp.amount) as bigint) from run_pot rp join run r on r.id = rp.run \
             join pot p on p.id = rp.pot where r.currency = $1 and r.status = 'approved' group by r.entry, r.approved_us, p.event, p.id"
        );
        let lines = format!(
            "select r.entry, r.approved_us, {GIVER}, \
             case when l.kind = 'suspense' then 'suspense:' || l.reason when l.kind = 'deduct' and l.reason = 'carried' then 'carried' else l.kind end, \
             cast(sum(l.amount) as bigint) from allocation_line l join run r on r.id = l.run join pot p on p.id = l.pot \
             where r.currency = $1 and r.status = 'approved' group by r.entry, r.approved_us, p.event, p.id, 4"
        );
        let ended = "select cast(substr(i.closed_by, 7) as bigint), i.closed_us, s.performer, 'suspense:' || i.reason, -i.amount from suspense_item i \
             join set_list_line l on l.id = i.set_line join set_list s on s.id = l.set_list \
             where i.currency = $1 and i.run is not null and i.closed_by like 'entry %' and i.reason <> 'unclaimed'";
        // What was left over and is shared once more with the payer's next pot was received once.
        let carried = |figure: &str| {
            format!(
                "select e.seq, e.at_us, {GIVER}, '{figure}', -g.amount from entry e join posting g on g.entry = e.seq \
                 join pot p on p.id = e.subject where e.kind = 'carry' and g.account = 'suspense:unplayed' and g.currency = $1"
            )
        };
        let (again, waits) = (carried("received"), carried("suspense:unplayed"));
        let mut all = Vec::new();
        for sql in [received.as_str(), &lines, ended, &again, &waits] {
            for r in self.rows(sql, args![currency]).await? {
                all.push(Moved {
                    seq: r.int(0)?,
                    at_us: r.int(1)?,
                    giver: r.text(2)?,
                    figure: r.text(3)?,
                    micros: r.int(4)?,
                });
            }
        }
        all.sort_by(|a, b| (a.seq, &a.giver, &a.figure).cmp(&(b.seq, &b.giver, &b.figure)));
        Ok(all)
    }

    /// The payouts that arrived in a currency, and those that came back with minus signs, in order.
    pub async fn arrived(&mut self, currency: &str) -> Result<Vec<Arrived>, Fault> {
        let went = "select e.seq, e.at_us, p.party, p.gross, p.net from payout p join entry e on e.resolves = p.pending_entry and e.state = 'posts' where p.currency = $1";
        let back = "select e.seq, e.at_us, p.party, -p.gross, -p.net from payout p join entry e on e.seq = p.settled_entry \
                    join entry w on w.resolves = p.pending_entry and w.state = 'posts' where p.currency = $1 and p.status = 'returned'";
        let mut all = Vec::new();
        for sql in [went, back] {
            for r in self.rows(sql, args![currency]).await? {
                all.push(Arrived {
                    seq: r.int(0)?,
                    at_us: r.int(1)?,
                    party: r.text(2)?,
                    gross: r.int(3)?,
                    net: r.int(4)?,
                });
            }
        }
        all.sort_by(|a, b| (a.seq, &a.party, a.gross).cmp(&(b.seq, &b.party, b.gross)));
        Ok(all)
    }

    /// What each party, by the name that answers for it, was credited of each giver's money: party, giver, micros.
    pub async fn credited_by_giver(&mut self, currency: &str) -> Result<Vec<(String, String, i64)>, Fault> {
        let sql = format!(
            "select coalesce(q.merged_into, q.id), {GIVER}, cast(sum(l.amount) as bigint) from allocation_line l \
             join run r on r.id = l.run join pot p on p.id = l.pot join party q on q.id = l.party \
             where r.currency = $1 and r.status = 'approved' group by q.merged_into, q.id, p.event, p.id"
        );
        let rows = self.rows(&sql, args![currency]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.int(2)?))).collect()
    }

    /// Currencies that any account has, by code.
    pub async fn currencies(&mut self) -> Result<Vec<String>, Fault> {
        let rows = self.rows("select distinct currency from account order by currency", args![]).await?;
        rows.iter().map(|r| r.text(0)).collect()
    }

    /// What each party was credited by runs approved from an instant on, up to an entry.
    pub async fn credited_between(
        &mut self,
        currency: &str,
        since_us: i64,
        until: i64,
    ) -> Result<Vec<i64>, Fault> {
        let sql = "select cast(sum(l.amount) as bigint) from allocation_line l join run r on r.id = l.run \
                   where r.currency = $1 and r.status = 'approved' and r.approved_us >= $2 and r.entry <= $3 and l.party is not null group by l.party order by 1 desc";
        self.rows(sql, args![currency, since_us, until]).await?.iter().map(|r| r.int(0)).collect()
    }

    /// The countries of the parties credited by runs approved up to an entry, by code.
    pub async fn countries_credited(&mut self, until: i64) -> Result<Vec<String>, Fault> {
        let sql = "select distinct p.territory from allocation_line l join run r on r.id = l.run join party p on p.id = l.party \
                   where r.status = 'approved' and r.entry <= $1 and p.territory is not null order by 1";
        self.rows(sql, args![until]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// The first and the last instant at which an approved run or payout was booked, in microseconds.
    pub async fn observed_span(&mut self) -> Result<Option<(i64, i64)>, Fault> {
        let row = self.row("select min(at_us), max(at_us) from entry", args![]).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(row.opt_int(0)?.zip(row.opt_int(1)?))
    }

    /// Replaces a list of the most booked names.
    pub async fn replace_booked(&mut self, list: &str, names: &[String]) -> Result<(), Fault> {
        self.run("delete from booked where list = $1", args![list]).await?;
        let rows = names.iter().map(|n| args![list, music::name_key(n), n]).collect();
        self.insert_many("insert into booked (list, name_key, name)", rows, "on conflict do nothing").await
    }

    /// Each list of the most booked: its name, how many names, how many of them gave money that arrived.
    pub async fn booked_participation(&mut self, until: i64) -> Result<Vec<(String, i64, i64)>, Fault> {
        let sql = "select b.list, count(*), cast(sum(case when exists (select 1 from party p join contribution c on c.payer = p.id \
                   where c.received > 0 and exists (select 1 from run_pot rp join run r on r.id = rp.run where rp.pot = c.pot and r.status = 'approved' and r.entry <= $1) \
                   and (p.name_key = b.name_key or exists (select 1 from party_alias a where a.party = p.id and a.alias_key = b.name_key))) \
                   then 1 else 0 end) as bigint) from booked b group by b.list order by b.list";
        let rows = self.rows(sql, args![until]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?, r.int(2)?))).collect()
    }

    /// The columns of a table in order.
    pub async fn columns(&mut self, table: &str) -> Result<Vec<String>, Fault> {
        let sql = if self.is_postgres() {
            "select cast(column_name as text) from information_schema.columns \
             where table_schema = current_schema() and table_name = $1 order by ordinal_position"
        } else {
            "select name from pragma_table_info($1) order by cid"
        };
        self.rows(sql, args![table]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// Rows of one of [`TABLES`] in order of all `columns`, a page at a time.
    pub async fn table_page(
        &mut self,
        table: &str,
        columns: &[String],
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Row>, Fault> {
        if !TABLES.contains(&table) {
            return Err(Fault::new(format!("there is no table `{table}`")));
        }
        let list = columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ");
        let order = (1..=columns.len()).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
        let sql = format!("select {list} from \"{table}\" order by {order} limit $1 offset $2");
        self.rows(&sql, args![limit, offset]).await
    }
}

/// The counts among the public figures of a currency (`$1`), of what was approved or paid up to an entry (`$2`).
pub const COUNTS: &[(&str, &str)] = &[
    (
        "parties-credited",
        "select count(*) from (select l.party from allocation_line l join run r on r.id = l.run \
                          where r.currency = $1 and r.entry <= $2 and r.status = 'approved' and l.party is not null group by l.party having sum(l.amount) > 0) as credited",
    ),
    (
        "parties-claimed",
        "select count(*) from (select l.party from allocation_line l join run r on r.id = l.run join party p on p.id = l.party \
                         where r.currency = $1 and r.entry <= $2 and r.status = 'approved' and p.standing <> 'unclaimed' group by l.party having sum(l.amount) > 0) as claimed",
    ),
    (
        "parties-paid",
        "select count(distinct p.party) from payout p join entry e on e.resolves = p.pending_entry and e.state = 'posts' \
                      where p.currency = $1 and e.seq <= $2 and p.status = 'paid'",
    ),
    (
        "paid-lines",
        "select count(*) from allocation_line l join run r on r.id = l.run \
                    where r.currency = $1 and r.entry <= $2 and r.status = 'approved' and r.kind = 'allocation' and l.kind = 'pay'",
    ),
    (
        "first-payments",
        "select count(distinct p.party) from payout p join party t on t.id = p.party \
                        join entry e on e.resolves = p.pending_entry and e.state = 'posts' \
                        where p.currency = $1 and e.seq <= $2 and p.status = 'paid' and t.first_payment = 'yes'",
    ),
];

/// Money that moved in the house as public figures count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The entry that moved it: what has the same is one event, and entries are in order.
    pub seq: i64,
    /// When, in microseconds.
    pub at_us: i64,
    /// The performer behind it, or the payer of a pot without one.
    pub giver: String,
    /// `received`, `pay`, `deduct`, `carried`, a reason for waiting as `suspense:REASON`.
    pub figure: String,
    /// How much, in micros.
    pub micros: i64,
}

/// A payout that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The entry by which the bank's word was booked.
    pub seq: i64,
    /// When, in microseconds.
    pub at_us: i64,
    /// To whom.
    pub party: String,
    /// What left the balance, in micros.
    pub gross: i64,
    /// What arrived, in micros.
    pub net: i64,
}

/// The performer of a pot's event, or who pays into a pot without one.
const GIVER: &str = "coalesce((select e.performer from event e where e.id = p.event), \
                     (select min(c.payer) from contribution c where c.pot = p.id), p.id)";

fn stray(row: &Row) -> Result<Stray, Fault> {
    Ok(Stray {
        place: row.text(0)?,
        what: row.text(1)?,
        currency: row.opt_text(2)?,
        a: row.opt_int(3)?,
        b: row.opt_int(4)?,
    })
}
