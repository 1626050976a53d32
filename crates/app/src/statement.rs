//! Statements: what a party is told of a period, as far as the privacy of those who gave allows.

mod licence;
mod streaming;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ledger::{Account, EntryState, Hash};
use money::{Amount, Currency};
use music::{PartyId, Period, PotId, RecordingId, RunId};
use programmes::set_list::disclosure::{self, Credit, Detail, Played, Visibility};
use serde::{Deserialize, Serialize};
use store::{StatementRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, brief, guard, party, policy, webhook};

use licence::{Licensed, add, licence_lines};
use streaming::{Streamed, streaming_lines};

/// A statement. Amounts are decimal texts with six decimals, of one currency; equal bodies have equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Number, once issued; `None` for a draft of a period that is not over.
    pub number: Option<i64>,
    /// The house's name.
    pub house: String,
    /// Whose statement.
    pub party: String,
    /// Their id.
    pub party_id: String,
    /// ISO 4217.
    pub currency: String,
    /// First day of the period, empty for since ever.
    pub from: String,
    /// First day after it, empty for for ever.
    pub until: String,
    /// What was owed at its beginning, in whole cents.
    pub opening: String,
    /// What was earned, by recording as far as it may be shown.
    pub lines: Vec<Line>,
    /// Everything earned in the period.
    pub credited: String,
    /// Other movements: advances, money released by a claim, corrections by hand.
    pub movements: Vec<Movement>,
    /// What left the balance in the period: the payouts that the bank carried out in it.
    pub payouts: Vec<Paid>,
    /// What is owed at its end, in whole cents; what is below stays for the next period.
    pub balance: String,
    /// What of it was reserved, at the period's end, by payouts on their way.
    pub reserved: String,
    /// What of the balance waits because nobody has claimed it yet.
    pub unclaimed: String,
    /// What is owed back at its end, because what it was paid for was corrected afterwards; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owed_back: String,
    /// The rules by which it was shared, with what they take before sharing.
    pub rules: Vec<RuleUsed>,
    /// What is not shown, and why, in words.
    pub withheld_detail: String,
    /// The day it was made.
    pub made: String,
    /// Until when money waits at most for enough givers; empty where none waits. It is in no sum of this statement.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub waits_until: String,
}

/// The word for what set lists earned.
pub const SET_LISTS: &str = "set lists";
/// The word for what licences for uses by AI earned.
pub const LICENCES: &str = "licences";
/// The word for what members' plays earned.
pub const STREAMING: &str = "streaming";

/// The word for what campaigns earned. Both sides signed its amounts, so they are shown.
pub const CAMPAIGN: &str = "campaign";

/// What one recording, or several together, earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The recordings: one, or those whose sums are shown as one.
    pub recordings: Vec<RecordingLine>,
    /// The side it was paid for.
    pub side: String,
    /// What it was paid for: `set lists`, `streaming`, `licences` or `campaign`.
    pub payers: String,
    /// What they earned; empty where only the total may be shown.
    pub amount: String,
}

/// A recording on a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingLine {
    /// Our id.
    pub id: String,
    /// Artist as credited.
    pub artist: String,
    /// Title with its version.
    pub title: String,
    /// ISRC, where known.
    pub isrc: String,
    /// On how many lines it was played; `None` where that may not be shown.
    pub plays: Option<u64>,
    /// The plays that DJs let be seen: date, city, DJ.
    pub seen: Vec<String>,
}

/// A movement other than earnings and payouts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The day.
    pub day: String,
    /// What it was.
    pub what: String,
    /// How much it changed the balance.
    pub amount: String,
}

impl Movement {
    /// The kind of entry, such as `claim` or `payout-returned`; pages say it in their language.
    pub fn kind(&self) -> &str {
        self.what.split_once(": ").map_or(self.what.as_str(), |(kind, _)| kind)
    }
}

/// A payout on a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// Our id.
    pub id: String,
    /// The id on the bank statement.
    pub end_to_end: String,
    /// Where it stands.
    pub status: String,
    /// What left the balance.
    pub gross: String,
    /// What repaid an advance.
    pub recouped: String,
    /// Tax kept back.
    pub withheld: String,
    /// Cost of the transfer.
    pub fee: String,
    /// What arrived.
    pub net: String,
}

/// A rule named on a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleUsed {
    /// `name@version`.
    pub label: String,
    /// SHA-256 of its canonical form.
    pub hash: String,
    /// What it takes before sharing: `15 % to house (service)`.
    pub deductions: Vec<String>,
    /// Its plain reading in English.
    pub reading_en: String,
    /// Its plain reading in French.
    pub reading_fr: String,
}

/// A statement with the proof that the house made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// What it says.
    pub statement: Statement,
    /// A signed note (C2SP signed-note) over the hash of the statement's JSON.
    pub proof: String,
}

/// Makes the statement of a party for a period, one per currency. Once the period is over it is issued:
/// numbered, stored, and the same for ever.
pub async fn make(house: &House, who: &str, period: Period) -> Result<Vec<Issued>, Failure> {
    // Most are asked for again, or for a time that goes on: those are only read, beside whoever writes.
    let mut tx = house.store.begin_read().await?;
    let party = party::find(&mut tx, who).await?.party;
    let over = period.end.is_some_and(|end| end <= house.now().to_zoned(TimeZone::UTC).date());
    let (mut all, mut missing) = (Vec::new(), false);
    for currency in currencies(&mut tx, &party.id).await? {
        if over && tx.statement(&party.id, currency, &period.to_string()).await?.is_none() {
            missing = true;
            break;
        }
        all.push(issued_in(house, &mut tx, &party, currency, period).await?);
    }
    drop(tx);
    if missing {
        all.clear();
        let mut tx = house.store.begin().await?;
        for currency in currencies(&mut tx, &party.id).await? {
            all.push(issued_in(house, &mut tx, &party, currency, period).await?);
        }
        tx.commit().await?;
    }
    if all.is_empty() {
        return Err(refuse(
            "nothing-to-state",
            format!("nothing was ever credited to {}", party.name),
            "a statement appears with the first line",
        ));
    }
    all.into_iter().map(|statement| sign(house, statement)).collect()
}

/// The currencies in which a party was ever credited.
pub(crate) async fn currencies(tx: &mut Tx, party: &PartyId) -> Result<BTreeSet<Currency>, Failure> {
    let own = [Account::party(party.as_str()), Account::unclaimed(party.as_str())];
    Ok(tx.currencies_of(own[0].as_str(), own[1].as_str()).await?.into_iter().collect())
}

/// The statement of a period in one currency: as it was issued, issued now where the period is over, or a draft.
pub(crate) async fn issued_in(
    house: &House,
    tx: &mut Tx,
    party: &music::Party,
    currency: Currency,
    period: Period,
) -> Result<Statement, Failure> {
    let now = house.now();
    let name = period.to_string();
    if let Some(row) = tx.statement(&party.id, currency, &name).await? {
        return read_body(&row);
    }
    let mut statement = assemble(tx, party, currency, period, now).await?;
    if period.end.is_some_and(|end| end <= now.to_zoned(TimeZone::UTC).date()) {
        let number = tx.next_number("statement").await?;
        statement.number = Some(number);
        let body = canonical(&statement)?;
        let row = StatementRow {
            id: house.statement_id(),
            number,
            party: party.id.clone(),
            currency,
            period: name,
            hash: Hash::of(body.as_bytes()).to_string(),
            body,
            issued: now,
        };
        tx.insert_statement(&row).await?;
        let data = serde_json::json!({
            "currency": row.currency.code(), "number": number, "party": row.party.as_str(), "period": row.period,
            "statement": row.id.as_str(),
        });
        webhook::tell(house, tx, webhook::Kind::StatementReady, &[row.party.as_str()], &data).await?;
    }
    Ok(statement)
}

/// What a party earned in a period, whole in the minor unit, such that consecutive periods add up to the whole
/// without losing what is below a cent.
pub(crate) async fn invoiceable(
    tx: &mut Tx,
    party: &PartyId,
    currency: Currency,
    period: Period,
    now: Timestamp,
) -> Result<Amount, Failure> {
    let releases = Releases::of(tx, party, now).await?;
    let (mut before, mut until) = (Amount::zero(currency), Amount::zero(currency));
    for moved in moves(tx, party, currency, &releases).await?.into_iter().filter(|m| is_earning(&m.kind)) {
        if period.start.is_some_and(|start| moved.day < start) {
            before = before.checked_add(moved.amount)?;
        }
        if period.end.is_none_or(|end| moved.day < end) {
            until = until.checked_add(moved.amount)?;
        }
    }
    Ok(until.round_down_to_minor().checked_sub(before.round_down_to_minor())?)
}

/// Whether a kind of entry brings a party what it earned, now or earlier under a name it claimed; an advance, a
/// payout and one that came back do not.
pub(crate) fn is_earning(kind: &str) -> bool {
    matches!(
        kind,
        "allocation" | "adjustment" | "reversal" | "claim" | "claim-unsettled" | "suspense-due" | "imitation"
    )
}

fn read_body(row: &StatementRow) -> Result<Statement, Failure> {
    serde_json::from_str(&row.body).map_err(|e| {
        Failure::Fault(store::Fault::new(format!("statement {} cannot be read: {e}", row.number)))
    })
}

/// The bytes that are hashed and signed: JSON in the order of the fields, without white space.
pub fn canonical(statement: &Statement) -> Result<String, Failure> {
    serde_json::to_string(statement).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))
}

fn sign(house: &House, statement: Statement) -> Result<Issued, Failure> {
    let hash = Hash::of(canonical(&statement)?.as_bytes());
    let fault = |e: String| Failure::Fault(store::Fault::new(e));
    let key = proof::note::SigningKey::from_seed(&house.origin, &house.log_seed)
        .map_err(|e| fault(e.to_string()))?;
    let text = format!("tantieme/statement/1\n{}\n{hash}\n", statement.party_id);
    let note = proof::note::Note::new(&text).map_err(|e| fault(e.to_string()))?.signed_by(&key);
    Ok(Issued { statement, proof: note.to_string() })
}

/// Checks an issued statement offline with the house's public key: the text is what was signed, unchanged.
pub fn verify(issued: &Issued, key: &proof::note::VerifierKey) -> Result<(), Failure> {
    let bad = |why: String| {
        refuse(
            "proof-invalid",
            format!("the statement does not verify: {why}"),
            "get it again from the house, or ask with which key it was signed",
        )
    };
    let note: proof::note::Note =
        issued.proof.parse().map_err(|e: proof::note::BadNote| bad(e.to_string()))?;
    let verified = note.verify(std::slice::from_ref(key)).map_err(|e| bad(e.to_string()))?;
    let hash = Hash::of(canonical(&issued.statement)?.as_bytes());
    let want = format!("tantieme/statement/1\n{}\n{hash}\n", issued.statement.party_id);
    if verified.text == want {
        Ok(())
    } else {
        Err(bad("its text is not the one that was signed".to_owned()))
    }
}

async fn assemble(
    tx: &mut Tx,
    party: &music::Party,
    currency: Currency,
    period: Period,
    now: Timestamp,
) -> Result<Statement, Failure> {
    let releases = Releases::of(tx, &party.id, now).await?;
    let (lines, mut withheld_detail, rules) = earned(tx, &party.id, currency, period, now, &releases).await?;
    for told in guard::told_to(tx, &party.id, now).await? {
        let joint = if withheld_detail.is_empty() { "" } else { "; " };
        withheld_detail = format!("{withheld_detail}{joint}{told}");
    }
    let books = movements(tx, &party.id, currency, period, &releases).await?;
    let mut reserved = Amount::zero(currency);
    let mut payouts = Vec::new();
    for p in tx.payouts_of_party(&party.id).await?.into_iter().filter(|p| p.net.currency() == currency) {
        if on_its_way(tx, p.pending_entry, period.end).await? {
            reserved = reserved.checked_add(p.gross)?;
        }
        if books.paid.contains(&p.pending_entry) {
            payouts.push(Paid {
                id: p.id.to_string(),
                end_to_end: p.end_to_end.clone(),
                // What came back later stands as a movement of the day it came back.
                status: "paid".to_owned(),
                gross: p.gross.to_decimal(),
                recouped: p.recouped.to_decimal(),
                withheld: p.withheld.to_decimal(),
                fee: p.fee.to_decimal(),
                net: p.net.to_decimal(),
            });
        }
    }
    Ok(Statement {
        number: None,
        house: policy::text(tx, "house-name", now).await?,
        party: party.name.clone(),
        party_id: party.id.to_string(),
        currency: currency.code().to_owned(),
        from: period.start.map(|d| d.to_string()).unwrap_or_default(),
        until: period.end.map(|d| d.to_string()).unwrap_or_default(),
        // In whole cents, like the sums: the sixth decimal of a balance could betray what one DJ gave.
        opening: books.opening.round_down_to_minor().to_decimal(),
        lines,
        credited: books.credited.round_down_to_minor().to_decimal(),
        movements: books.other,
        payouts,
        balance: books.closing.round_down_to_minor().to_decimal(),
        reserved: reserved.to_decimal(),
        unclaimed: books.unclaimed.round_down_to_minor().to_decimal(),
        owed_back: owed_back(tx, &party.id, currency, period).await?,
        rules,
        withheld_detail,
        made: now.to_zoned(TimeZone::UTC).date().to_string(),
        waits_until: releases.until.map(|d| d.to_string()).unwrap_or_default(),
    })
}

/// When what runs credited to a party is released to it: at once, or with enough company.
pub(crate) struct Releases {
    /// Per run the day; `None` while it waits. A run that is not named is released when it is approved.
    days: BTreeMap<RunId, Option<Date>>,
    /// Until when the oldest of what waits does so at most.
    until: Option<Date>,
}

impl Releases {
    /// Decides by [`disclosure::release_days`] under the policies `giver-threshold` and `giver-wait-months`.
    pub(crate) async fn of(tx: &mut Tx, party: &PartyId, now: Timestamp) -> Result<Releases, Failure> {
        let months = policy::count(tx, "giver-wait-months", now).await?;
        let mut releases = Releases { days: BTreeMap::new(), until: None };
        if months == 0 {
            return Ok(releases);
        }
        let shown = disclosure::Policy {
            givers: policy::count(tx, "giver-threshold", now).await? as usize,
            longest_wait_months: i32::try_from(months).unwrap_or(i32::MAX),
            ..disclosure::Policy::default()
        };
        let (mut runs, mut arrivals): (Vec<RunId>, Vec<(Date, Vec<Credit>)>) = (Vec::new(), Vec::new());
        for line in tx.lines_of_party(party).await? {
            if runs.last() != Some(&line.run) {
                let Some(approved) = tx.run_row(&line.run).await?.and_then(|r| r.approved) else { continue };
                runs.push(line.run.clone());
                arrivals.push((approved.to_zoned(TimeZone::UTC).date(), Vec::new()));
            }
            if let (Some((_, credits)), Some(recording), Some(set_line)) =
                (arrivals.last_mut(), line.recording.clone(), line.set_line.clone())
            {
                credits.push(credit(tx, Period::ALWAYS, recording, &set_line, line.amount, true).await?);
            }
        }
        let today = now.to_zoned(TimeZone::UTC).date();
        let days = disclosure::release_days(party, &arrivals, today, &shown);
        if let Some(place) = days.iter().position(Option::is_none) {
            let since = arrivals.get(place).map_or(today, |(day, _)| *day);
            let wait = jiff::Span::new().try_months(shown.longest_wait_months);
            releases.until = wait.ok().and_then(|w| since.checked_add(w).ok());
        }
        releases.days = runs.into_iter().zip(days).collect();
        Ok(releases)
    }

    /// The day a run's credits, approved on a day, are released; `None` while they wait.
    fn day(&self, run: &RunId, approved: Date) -> Option<Date> {
        self.days.get(run).copied().unwrap_or(Some(approved)).map(|day| day.max(approved))
    }
}

/// What of a party's balance waits for enough givers, and cannot be paid out before.
pub(crate) async fn unreleased(
    tx: &mut Tx,
    party: &PartyId,
    currency: Currency,
    now: Timestamp,
) -> Result<Amount, Failure> {
    let releases = Releases::of(tx, party, now).await?;
    let zero = Amount::zero(currency);
    if releases.until.is_none() {
        return Ok(zero);
    }
    let at_once = Releases { days: BTreeMap::new(), until: None };
    let mut waits = zero;
    for moved in moves(tx, party, currency, &at_once).await? {
        waits = waits.checked_add(moved.amount)?;
    }
    for moved in moves(tx, party, currency, &releases).await? {
        waits = waits.checked_sub(moved.amount)?;
    }
    Ok(if waits.is_negative() { zero } else { waits })
}

/// What the party owes back at the end of a period; empty for nothing.
async fn owed_back(
    tx: &mut Tx,
    party: &PartyId,
    currency: Currency,
    period: Period,
) -> Result<String, Failure> {
    let account = Account::receivable(party.as_str());
    let mut owed = Amount::zero(currency);
    for seq in tx.entries_of_account(account.as_str(), account.as_str(), currency).await? {
        for entry in tx.entries(seq, 1).await? {
            let day = day_of(entry.at_micros)?;
            let own = |p: &&ledger::Posting| p.account == account && p.amount.currency() == currency;
            for posting in entry.draft.postings.iter().filter(own) {
                if period.end.is_none_or(|end| day < end) {
                    owed = owed.checked_add(posting.amount)?;
                }
            }
        }
    }
    let owed = owed.round_down_to_minor();
    Ok(if owed.is_zero() { String::new() } else { owed.to_decimal() })
}

/// Whether a pending entry was written before `end` (or at all) and neither posted nor voided by then.
async fn on_its_way(tx: &mut Tx, pending: i64, end: Option<Date>) -> Result<bool, Failure> {
    let Some(entry) = tx.entries(pending, 1).await?.into_iter().next() else { return Ok(false) };
    let Some(end) = end else { return Ok(tx.resolved_at(pending).await?.is_none()) };
    let resolved = tx.resolved_at(pending).await?.map(day_of).transpose()?;
    Ok(day_of(entry.at_micros)? < end && resolved.is_none_or(|day| day >= end))
}

struct Books {
    opening: Amount,
    credited: Amount,
    closing: Amount,
    /// What of the closing balance waits until it is claimed.
    unclaimed: Amount,
    other: Vec<Movement>,
    /// The pending entries of payouts that left the balance in the period.
    paid: BTreeSet<i64>,
}

/// What the party's two accounts did, from the entries themselves.
async fn movements(
    tx: &mut Tx,
    party: &PartyId,
    currency: Currency,
    period: Period,
    releases: &Releases,
) -> Result<Books, Failure> {
    let zero = Amount::zero(currency);
    let mut books = Books {
        opening: zero,
        credited: zero,
        closing: zero,
        unclaimed: zero,
        other: Vec::new(),
        paid: BTreeSet::new(),
    };
    for Moved { seq, day, kind, memo, amount, unclaimed } in moves(tx, party, currency, releases).await? {
        if period.end.is_none_or(|end| day < end) {
            books.unclaimed = books.unclaimed.checked_add(unclaimed)?;
        }
        if period.start.is_some_and(|start| day < start) {
            books.opening = books.opening.checked_add(amount)?;
        } else if period.contains(day) {
            match kind.as_str() {
                "allocation" | "adjustment" | "reversal" => {
                    books.credited = books.credited.checked_add(amount)?
                }
                "payout" => {
                    books.paid.insert(seq);
                }
                _ if amount.is_zero() => {}
                kind => books.other.push(Movement {
                    day: day.to_string(),
                    what: format!("{kind}: {memo}"),
                    // In whole cents, as every sum here.
                    amount: amount.round_down_to_minor().to_decimal(),
                }),
            }
            books.closing = books.closing.checked_add(amount)?;
        }
    }
    books.closing = books.closing.checked_add(books.opening)?;
    Ok(books)
}

/// How an entry moved what is owed to a party.
struct Moved {
    seq: i64,
    day: Date,
    kind: String,
    memo: String,
    amount: Amount,
    /// The part of it on the account of what nobody has claimed yet.
    unclaimed: Amount,
}

/// Every posted entry of a party's two accounts in a currency, in order, on the day it counts. What waits is not there.
async fn moves(
    tx: &mut Tx,
    party: &PartyId,
    currency: Currency,
    releases: &Releases,
) -> Result<Vec<Moved>, Failure> {
    let own = [Account::party(party.as_str()), Account::unclaimed(party.as_str())];
    let zero = Amount::zero(currency);
    let mut all: Vec<Moved> = Vec::new();
    let mut last = None;
    for row in tx.movements_of(own[0].as_str(), own[1].as_str(), currency).await? {
        // A pending entry counts from the moment it is posted.
        let at = match (row.state, row.posted_micros) {
            (EntryState::Posted, _) => row.at_micros,
            (EntryState::Pending, Some(at)) => at,
            _ => continue,
        };
        let amount = row.amount.negated()?;
        let unclaimed = if row.account == own[1] { amount } else { zero };
        // Both accounts in one entry are one movement.
        if last == Some(row.seq) {
            if let Some(one) = all.last_mut() {
                one.amount = one.amount.checked_add(amount)?;
                one.unclaimed = one.unclaimed.checked_add(unclaimed)?;
            }
            continue;
        }
        let mut day = day_of(at)?;
        last = None;
        if matches!(row.kind.as_str(), "allocation" | "adjustment" | "reversal")
            && let Ok(run) = row.subject.parse::<RunId>()
        {
            let Some(released) = releases.day(&run, day) else { continue };
            day = released;
        }
        last = Some(row.seq);
        all.push(Moved { seq: row.seq, day, kind: row.kind, memo: row.memo, amount, unclaimed });
    }
    Ok(all)
}

fn day_of(micros: i64) -> Result<Date, Failure> {
    let at =
        Timestamp::from_microsecond(micros).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    Ok(at.to_zoned(TimeZone::UTC).date())
}

/// The earnings of a period through the eyes of the party: sums over enough givers, or the total alone.
async fn earned(
    tx: &mut Tx,
    party: &PartyId,
    currency: Currency,
    period: Period,
    now: Timestamp,
    releases: &Releases,
) -> Result<(Vec<Line>, String, Vec<RuleUsed>), Failure> {
    let mut credits = Vec::new();
    let mut streamed = Streamed::new();
    let mut licensed = Licensed::new();
    let mut of_licence: BTreeMap<PotId, bool> = BTreeMap::new();
    let mut campaigns = Vec::new();
    let mut rules: BTreeMap<String, RuleUsed> = BTreeMap::new();
    let mut side = "master".to_owned();
    for line in tx.lines_of_party(party).await?.into_iter().filter(|l| l.amount.currency() == currency) {
        let Some(run) = tx.run_row(&line.run).await? else { continue };
        let Some(at) = run.approved else { continue };
        let released = releases.day(&line.run, at.to_zoned(TimeZone::UTC).date());
        if !released.is_some_and(|day| period.contains(day)) {
            continue;
        }
        let label = format!("{}@{}", run.rule, run.rule_version);
        if let std::collections::btree_map::Entry::Vacant(slot) = rules.entry(label.clone()) {
            slot.insert(rule_used(&label, &run.rule_hash)?);
        }
        side = line.side.clone().unwrap_or(side);
        let (Some(recording), Some(set_line)) = (line.recording.clone(), line.set_line.clone()) else {
            let known = of_licence.get(&line.pot).copied();
            let by_licence = match known {
                Some(known) => known,
                None => tx.pot_origin(&line.pot).await?.is_some(),
            };
            of_licence.insert(line.pot.clone(), by_licence);
            if by_licence {
                add(&mut licensed, &line)?;
            } else if line.recording.is_none()
                && let Some((id, artist, title)) = brief::line_words(tx, &line.pot).await?
            {
                let of =
                    RecordingLine { id, artist, title, isrc: String::new(), plays: None, seen: Vec::new() };
                let amount = line.amount.to_decimal();
                campaigns.push(Line {
                    recordings: vec![of],
                    side: String::new(),
                    payers: CAMPAIGN.to_owned(),
                    amount,
                });
            } else if let Some(recording) = line.recording.clone() {
                let side = line.side.clone().unwrap_or_else(|| side.clone());
                let cell = streamed.entry(line.pot.clone()).or_default().entry((recording, side));
                let cell = cell.or_insert(Amount::zero(currency));
                *cell = cell.checked_add(line.amount)?;
            }
            continue;
        };
        credits.push(credit(tx, period, recording, &set_line, line.amount, run.kind == "allocation").await?);
    }
    let threshold = policy::count(tx, "giver-threshold", now).await?;
    let shown = disclosure::Policy { givers: threshold as usize, ..disclosure::Policy::default() };
    let views = disclosure::disclose(party, &credits, &shown)?;
    let (mut lines, heard) = streaming_lines(tx, party, streamed, now).await?;
    lines.extend(licence_lines(tx, licensed).await?);
    campaigns.sort_by(|a: &Line, b: &Line| title_of(a).cmp(&title_of(b)));
    lines.extend(campaigns);
    let Some(view) = views.into_iter().next() else {
        return Ok((lines, heard, rules.into_values().collect()));
    };
    let mut line = |recordings, amount| {
        lines.push(Line { recordings, side: side.clone(), payers: SET_LISTS.to_owned(), amount })
    };
    let mut why = String::new();
    match view.detail {
        Detail::Sums { recordings, other, fractions } => {
            for sum in recordings {
                line(vec![recording_line(tx, &sum.played).await?], sum.amount.to_decimal());
            }
            if let Some(other) = other {
                let mut together = Vec::new();
                for played in &other.played {
                    together.push(recording_line(tx, played).await?);
                }
                line(together, other.amount.to_decimal());
            }
            if !fractions.is_zero() {
                why = format!(
                    "sums are shown in whole cents; what is below a cent stays on the balance ({fractions} of the period's total)"
                );
            }
        }
        Detail::TotalOnly { recordings } => {
            let mut together = Vec::new();
            for recording in recordings {
                let mut one = recording_line(tx, &Played { recording, plays: 0, seen: Vec::new() }).await?;
                one.plays = None;
                together.push(one);
            }
            line(together, String::new());
            why = format!(
                "too few DJs stand behind this period's money (fewer than {threshold}, or one with more than half of it), so only its total is shown: more would tell what one of them gave"
            );
        }
    }
    let why: Vec<String> = [why, heard].into_iter().filter(|w| !w.is_empty()).collect();
    Ok((lines, why.join("; "), rules.into_values().collect()))
}

fn title_of(line: &Line) -> Option<(&str, &str)> {
    line.recordings.first().map(|r| (r.title.as_str(), r.id.as_str()))
}

fn rule_used(label: &str, hash: &str) -> Result<RuleUsed, Failure> {
    let rule = crate::allocation::rule_named(label)?;
    let deductions =
        rule.deductions.iter().map(|d| format!("{} to {} ({})", d.share, d.to, d.reason.en)).collect();
    Ok(RuleUsed {
        label: label.to_owned(),
        hash: hash.to_owned(),
        deductions,
        reading_en: allocation::reading(&rule, allocation::Lang::En),
        reading_fr: allocation::reading(&rule, allocation::Lang::Fr),
    })
}

async fn credit(
    tx: &mut Tx,
    period: Period,
    recording: RecordingId,
    line: &music::LineId,
    amount: Amount,
    first: bool,
) -> Result<Credit, Failure> {
    let lost = || {
        Failure::Fault(store::Fault::new(format!(
            "set-list line {line} is missing; `tantieme doctor` names it"
        )))
    };
    let line_row = tx.line(line).await?.ok_or_else(lost)?;
    let list = tx.set_list(&line_row.set_list).await?.ok_or_else(lost)?;
    let event = tx.event(&list.event).await?.ok_or_else(lost)?;
    let dj = tx.party(&list.performer).await?.map(|p| p.party.name).unwrap_or_default();
    Ok(Credit {
        period,
        recording,
        giver: list.performer,
        amount,
        plays: u32::from(first),
        visibility: Visibility::from_word(&list.visibility).unwrap_or_default(),
        dj,
        city: event.city,
        date: event.date,
    })
}

async fn recording_line(tx: &mut Tx, played: &Played) -> Result<RecordingLine, Failure> {
    let row = tx.recording(&played.recording).await?;
    let (artist, title, isrc) = match row {
        Some(row) => {
            let r = row.recording;
            let title = if r.version.is_empty() { r.title } else { format!("{} ({})", r.title, r.version) };
            (r.artist, title, r.isrc.map(|i| i.to_string()).unwrap_or_default())
        }
        None => (String::new(), String::new(), String::new()),
    };
    let seen = played.seen.iter().map(|s| {
        let parts =
            [s.date.map(|d| d.to_string()), (!s.city.is_empty()).then(|| s.city.clone()), s.dj.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    Ok(RecordingLine {
        id: played.recording.to_string(),
        artist,
        title,
        isrc,
        plays: Some(played.plays),
        seen: seen.collect(),
    })
}
