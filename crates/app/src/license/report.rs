//! Usage reports: a licensee tells what its outputs were made from. Holders see their part, everybody sees whom it credits;
//! for a term a holder may contest it, and until that is over and decided, its money waits in the pot.

use std::collections::BTreeSet;

use ::consent::{Asked, Session};
use jiff::SignedDuration;
use jiff::civil::Date;
use ledger::Hash;
use money::{Amount, Ratio, divide};
use music::{PartyId, Problem, RecordingId};
use programmes::licensing::attribution::{self, WHOLE};
use programmes::licensing::violation::Term;
use programmes::licensing::{Basis, Report};
use proof::merkle::{leaf_hash, root};
use serde_json::json;
use store::{ContestRow, LicenseRow, PotWorkRow, ReportRow, SourceRow, Tx};

use super::sign::Fill;
use super::{Money, Wanted, known, lines, offer, territories, usage, violation};
use crate::consent::{fresh_id, registry, say};
use crate::failure::refuse;
use crate::pot::Payment;
use crate::{Failure, House, log, mail, party, policy, webhook};

/// The rule by which reported income is shared.
pub const REPORT_RULE: &str = "ai-output";
/// The most characters of a word of contest.
const WORDS_MOST: usize = 2_000;

/// A report to hand in.
#[derive(Debug, Clone)]
pub struct HandIn {
    /// The licence it is under.
    pub license: String,
    /// The file's name.
    pub document: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// First day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// How many outputs were made.
    pub outputs: Option<u64>,
    /// What was earned with them.
    pub income: Option<Amount>,
    /// Who hands it in.
    pub by: String,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Handed {
    /// It was taken.
    Taken(Box<Taken>),
    /// It was not, for these reasons: money follows every row.
    Refused(Vec<Problem>),
}

/// A report that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The report.
    pub report: Told,
    /// Whether it was here before; nothing was changed then.
    pub before: bool,
    /// How to pay what it makes due.
    pub payment: Option<Payment>,
    /// How many violations it shows.
    pub violations: usize,
}

/// Takes a usage report.
///
/// # Errors
/// `license-unknown`, `report-days`, `license-fee`.
pub async fn hand_in(house: &House, ask: HandIn) -> Result<Handed, Failure> {
    let now = house.now();
    if ask.until <= ask.from {
        let message = format!("a report from {} until before {} has no days", ask.from, ask.until);
        return Err(refuse("report-days", message, "the second day is the one after the last"));
    }
    let read = Report::read(&ask.bytes);
    if !read.problems.is_empty() {
        return Ok(Handed::Refused(read.problems));
    }
    let mut tx = house.store.begin().await?;
    let license = known(&mut tx, &ask.license).await?;
    let document_hash = Hash::of(&ask.bytes).to_string();
    if let Some(row) = tx.report_of(&license.id, &document_hash, ask.from, ask.until).await? {
        let report = told(&mut tx, row, None).await?;
        return Ok(Handed::Taken(Box::new(Taken { report, before: true, payment: None, violations: 0 })));
    }
    let sources = sources(house, &mut tx, &license, &read, ask.from).await?;
    let id = fresh_id(house, "rpt");
    let leaves =
        sources.iter().map(|s| leaf_hash(format!("{}\t{}\t{}", s.line, s.source, s.parts).as_bytes()));
    let root = root(&leaves.collect::<Vec<_>>()).to_string();
    let leaf = json!({
        "document": document_hash, "from": ask.from.to_string(), "leaf": "usage", "license": license.id, "root": root,
        "rows": sources.len(), "until": ask.until.to_string(),
    });
    let place = log::add(house, &mut tx, "usage", &id, &leaf).await?;
    let days = policy::count(&mut tx, "report-contest-days", now).await?;
    let row = ReportRow {
        id,
        license: license.id.clone(),
        licensee: license.licensee.clone(),
        model: license.model.clone(),
        version: license.version.clone(),
        from: ask.from,
        until: ask.until,
        outputs: ask.outputs.and_then(|n| i64::try_from(n).ok()),
        income: ask.income,
        document: ask.document.clone(),
        document_hash,
        root,
        place,
        contest_until: now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now),
        by: ask.by.clone(),
        opened: now,
    };
    tx.insert_report(&row, &sources).await?;
    let payment = bill(house, &mut tx, &license, &row, &ask).await?;
    let violations = violations(house, &mut tx, &license, &row, &ask, &sources).await?;
    tell_holders(house, &mut tx, &row, &sources).await?;
    tx.note(now, &ask.by, "licence report", &row.id, &license.id).await?;
    let report = told(&mut tx, row, None).await?;
    tx.commit().await?;
    Ok(Handed::Taken(Box::new(Taken { report, before: false, payment, violations })))
}

/// The sources with their recordings, and whether the decision permits each for the licence's uses on the first day.
async fn sources(
    house: &House,
    tx: &mut Tx,
    license: &LicenseRow,
    read: &Report,
    on: Date,
) -> Result<Vec<SourceRow>, Failure> {
    let mut found = Vec::new();
    for row in &read.rows {
        let recording = match say::recording(tx, &row.source).await {
            _ if row.source.is_empty() => None,
            Ok(id) => Some(id),
            Err(Failure::Refused(_)) => None,
            Err(fault) => return Err(fault),
        };
        found.push((row, recording));
    }
    let ids: BTreeSet<String> =
        found.iter().filter_map(|(_, r)| r.as_ref().map(ToString::to_string)).collect();
    let people = BTreeSet::from([license.licensee.to_string(), license.holder.to_string()]);
    let index = registry::compile(&lines(house, tx, &ids, &people).await?)?;
    let terms = offer::terms(&offer::known(tx, &license.offer).await?)?;
    let uses = terms.uses.iter().map(|u| usage(u)).collect::<Result<Vec<_>, _>>()?;
    let places = territories(&terms.territories)?;
    let wanted = Wanted {
        uses: &uses,
        licensee: license.licensee.as_str(),
        on,
        territories: &places,
        model: Some(license.model.as_str()).filter(|m| !m.is_empty()),
        version: Some(license.version.as_str()).filter(|v| !v.is_empty()),
        project: None,
    };
    let mut session = Session::default();
    let rows = found.into_iter().map(|(row, recording)| {
        let id = recording.as_ref().map(ToString::to_string);
        let licensed = id.is_some_and(|id| wanted.no(&index, Asked::Recording(&id), &mut session).is_none());
        let parts = i64::try_from(row.parts).unwrap_or(0);
        let line = i64::try_from(row.line).unwrap_or(0);
        SourceRow { line, source: row.source.clone(), recording, licensed, parts, counted: parts }
    });
    Ok(rows.collect())
}

async fn bill(
    house: &House,
    tx: &mut Tx,
    license: &LicenseRow,
    row: &ReportRow,
    ask: &HandIn,
) -> Result<Option<Payment>, Failure> {
    let terms = offer::terms(&offer::known(tx, &license.offer).await?)?;
    // Every work that the licensee has licensed for this model and version carries the part that follows no attribution.
    let mut works = BTreeSet::new();
    for other in tx.licenses(license.licensee.as_str()).await? {
        if (&other.licensee, &other.model, &other.version)
            == (&license.licensee, &license.model, &license.version)
        {
            works.extend(tx.license_works(&other.id).await?);
        }
    }
    let count = u64::try_from(works.len()).unwrap_or(u64::MAX);
    let basis = Basis { works: count, income: ask.income, outputs: ask.outputs };
    let due = terms.fee.of_report(&basis).map_err(|e| {
        refuse("license-fee", e.to_string(), "tell it with `--income \"EUR 1000\"` or `--outputs 1000`")
    })?;
    let Some(due) = due.filter(|d| d.amount.is_positive()) else { return Ok(None) };
    let of = |id: RecordingId| PotWorkRow { line: 0, source: id.to_string(), recording: Some(id), weight: 1 };
    let name = party::name(tx, &license.licensee).await?;
    let fill = Fill {
        kind: "report",
        rule: REPORT_RULE,
        license: Some(license.id.clone()),
        report: Some(row.id.clone()),
        payer: license.licensee.to_string(),
        amount: due.amount,
        purpose: format!("{} {} of {name}, {} to {}", license.model, license.version, row.from, row.until),
        why: due.why,
        works: works.into_iter().map(of).collect(),
        by: ask.by.clone(),
    };
    fill.open(house, tx).await.map(Some)
}

async fn violations(
    house: &House,
    tx: &mut Tx,
    license: &LicenseRow,
    row: &ReportRow,
    ask: &HandIn,
    sources: &[SourceRow],
) -> Result<usize, Failure> {
    let terms = offer::terms(&offer::known(tx, &license.offer).await?)?;
    let end = tx.consent_line(&license.id).await?.and_then(|l| l.end).map(|e| e.1);
    let notice =
        |day: Date| day.checked_add(jiff::Span::new().days(i64::from(terms.notice_days))).unwrap_or(day);
    let named: Vec<(String, Option<String>, bool)> = sources
        .iter()
        .map(|s| (s.source.clone(), s.recording.as_ref().map(ToString::to_string), s.licensed))
        .collect();
    let origin = format!("report {}", row.id);
    let used = programmes::licensing::violation::Used {
        license: &license.id,
        origin: &origin,
        term: Term { from: terms.from, until: terms.until, ended: end.map(notice) },
        from: row.from,
        until: row.until,
        outputs: ask.outputs,
        cap: terms.output_cap,
        sources: &named,
    };
    let found = programmes::licensing::violation::find(&used);
    violation::keep(house, tx, &license.licensee, Some(&license.id), &row.id, &found).await
}

/// Tells every holder with a part whose address is known that it may be contested, and until when.
async fn tell_holders(
    house: &House,
    tx: &mut Tx,
    row: &ReportRow,
    sources: &[SourceRow],
) -> Result<(), Failure> {
    let house_name = policy::text(tx, "house-name", house.now()).await?;
    let licensee = party::name(tx, &row.licensee).await?;
    let mut holders: BTreeSet<PartyId> = BTreeSet::new();
    for source in sources {
        let Some(recording) = &source.recording else { continue };
        for claim in tx.role_claims_of("", &format!("recording:{recording}")).await? {
            holders.insert(claim.party);
        }
    }
    for holder in holders {
        if let Some(to) = tx.secret(house.store.fields(), &holder, "mail").await? {
            let words = mail::report_words(&house_name, &licensee, &row.model, &row.id, row.contest_until);
            let id = format!("{}-{holder}", row.id);
            mail::queue(house, tx, id, to, words.0, words.1, "licence-report").await?;
        }
    }
    Ok(())
}

/// A report as it is shown: to the public and the house whole, to a holder with its own rows marked.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The report.
    pub row: ReportRow,
    /// The licensee's name.
    pub licensee: String,
    /// Its sources, the largest first.
    pub sources: Vec<Source>,
    /// What was contested.
    pub contests: Vec<ContestRow>,
    /// Its pot, where it made something due.
    pub money: Option<Money>,
    /// Whether its money still waits.
    pub waits: Option<&'static str>,
}

/// One source with its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The source.
    pub row: SourceRow,
    /// Artist and title; empty where it is not known.
    pub title: String,
    /// Whether the party that looks has a role in it.
    pub own: bool,
}

/// The reports that name a recording of a party, or that it handed in as licensee; all without one. Newest first.
///
/// # Errors
/// `party-unknown`.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Told>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party = match who {
        Some(who) => Some(party::find(&mut tx, who).await?.party.id),
        None => None,
    };
    let mut all = Vec::new();
    for row in tx.reports("").await?.into_iter().rev() {
        let one = told_at(house, &mut tx, row, party.as_ref()).await?;
        let concerned =
            party.as_ref().is_none_or(|p| one.row.licensee == *p || one.sources.iter().any(|s| s.own));
        if concerned {
            all.push(one);
        }
    }
    Ok(all)
}

/// A page of all reports, newest first: those below a place of the log, and the place below which the next page begins.
pub(super) async fn page(
    house: &House,
    before: Option<i64>,
    most: usize,
) -> Result<(Vec<Told>, Option<i64>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let mut rows = tx.reports_before(before.unwrap_or(i64::MAX), limit).await?;
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|row| row.place);
    let mut all = Vec::new();
    for row in rows {
        all.push(told_at(house, &mut tx, row, None).await?);
    }
    Ok((all, next))
}

/// One report.
///
/// # Errors
/// `report-unknown`.
pub async fn one(house: &House, id: &str) -> Result<Told, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = report(&mut tx, id).await?;
    told_at(house, &mut tx, row, None).await
}

async fn told_at(house: &House, tx: &mut Tx, row: ReportRow, of: Option<&PartyId>) -> Result<Told, Failure> {
    let mut one = told(tx, row, of).await?;
    if let Some(origin) = tx.pot_origins("", &one.row.id).await?.into_iter().next()
        && let Some(Failure::Refused(refusal)) = super::waits(tx, &origin, house.now()).await?
    {
        one.waits = Some(refusal.code);
    }
    Ok(one)
}

async fn told(tx: &mut Tx, row: ReportRow, of: Option<&PartyId>) -> Result<Told, Failure> {
    let held: BTreeSet<String> = match of {
        Some(of) => crate::consent::holdings(tx, of).await?.into_iter().map(|h| h.id).collect(),
        None => BTreeSet::new(),
    };
    let mut sources = Vec::new();
    for source in tx.report_sources(&row.id).await? {
        let title = match &source.recording {
            Some(id) => super::title(tx, id).await?,
            None => String::new(),
        };
        let own = source.recording.as_ref().is_some_and(|r| held.contains(r.as_str()));
        sources.push(Source { row: source, title, own });
    }
    sources.sort_by(|a, b| (b.row.counted, &a.row.source).cmp(&(a.row.counted, &b.row.source)));
    let money = match tx.pot_origins("", &row.id).await?.into_iter().next() {
        Some(origin) => super::pot::money(tx, &origin, of).await?,
        None => None,
    };
    Ok(Told {
        licensee: party::name(tx, &row.licensee).await?,
        contests: tx.contests(&row.id).await?,
        sources,
        money,
        waits: None,
        row,
    })
}

pub(super) async fn report(tx: &mut Tx, id: &str) -> Result<ReportRow, Failure> {
    tx.report(id).await?.ok_or_else(|| {
        refuse(
            "report-unknown",
            format!("there is no usage report `{id}`"),
            "`tantieme licence reports` lists them",
        )
    })
}

/// Something to contest.
#[derive(Debug, Clone)]
pub struct Contest {
    /// The report.
    pub report: String,
    /// Who contests: a holder of the recording.
    pub party: String,
    /// The recording.
    pub recording: String,
    /// The part that is asked for, where a figure is.
    pub asked: Option<Ratio>,
    /// Why.
    pub words: String,
    /// Who enters it.
    pub by: String,
}

/// Contests a report for a recording; its money waits until it is decided.
///
/// # Errors
/// In this order: `report-unknown`, `party-unknown`, `recording-unknown`, `contest-not-yours`, `contest-late`, `contest-words`,
/// `contest-twice`.
pub async fn contest(house: &House, ask: &Contest) -> Result<ContestRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    crate::consent::roles::sync(house, &mut tx).await?;
    let row = report(&mut tx, &ask.report).await?;
    let party = say::here(&mut tx, &ask.party).await?.party;
    let recording = say::recording(&mut tx, &ask.recording).await?;
    let held = crate::consent::holdings(&mut tx, &party.id).await?;
    if !held.iter().any(|h| h.id == recording.as_str()) {
        let message = format!("`{}` has no role in `{recording}`", party.name);
        return Err(refuse("contest-not-yours", message, "who holds, wrote or played it contests"));
    }
    if now >= row.contest_until {
        let day = row.contest_until.to_zoned(jiff::tz::TimeZone::UTC).date();
        let message = format!("the report `{}` could be contested until {day}", row.id);
        return Err(refuse("contest-late", message, "tell the house; a later report can correct it"));
    }
    let words: String =
        ask.words.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(WORDS_MOST).collect();
    if words.is_empty() {
        return Err(refuse(
            "contest-words",
            "a contest needs its reason",
            "what is wrong, and what shows it",
        ));
    }
    let open = tx.contests(&row.id).await?;
    if open.iter().any(|c| c.status == "open" && c.party == party.id && c.recording == recording) {
        let message = format!("`{}` contests that already", party.name);
        return Err(refuse("contest-twice", message, "it waits to be decided"));
    }
    let id = fresh_id(house, "cts");
    let hash = Hash::of(format!("{id}\n{words}").as_bytes()).to_string();
    let leaf = json!({ "hash": hash, "leaf": "contest", "report": row.id });
    let place = log::add(house, &mut tx, "contest", &id, &leaf).await?;
    let contest = ContestRow {
        id,
        report: row.id.clone(),
        party: party.id,
        recording,
        asked: ask.asked.map(parts),
        words,
        status: "open".to_owned(),
        place,
        opened: now,
        decided: None,
        reason: String::new(),
    };
    tx.insert_contest(&contest).await?;
    let data = json!({
        "contest": contest.id, "entry": place, "holder": contest.party.as_str(), "recording": contest.recording.as_str(),
        "report": row.id,
    });
    let concerned = [row.licensee.as_str(), contest.party.as_str()];
    webhook::tell(house, &mut tx, webhook::Kind::ReportContested, &concerned, &data).await?;
    tx.note(now, &ask.by, "licence contest", &contest.id, &row.id).await?;
    tx.commit().await?;
    Ok(contest)
}

/// Parts of a milliard.
fn parts(ratio: Ratio) -> i64 {
    let whole = Amount::from_micros(i64::try_from(WHOLE).unwrap_or(i64::MAX), money::Currency::EUR);
    let (num, den) = (u64::from(ratio.numerator()), u64::from(ratio.denominator()));
    let parts = divide(whole, &[(0, num), (1, den.saturating_sub(num))]).ok();
    parts.and_then(|p| p.first().map(|a| a.micros())).unwrap_or(0)
}

/// Decides a contest. Upheld with a part, the recording counts for that part, and every other source carries the
/// difference in proportion; what was reported stays as it is beside it.
///
/// # Errors
/// `contest-unknown`, `contest-decided`, `contest-part`, `evidence`.
pub async fn decide(
    house: &House,
    id: &str,
    upheld: Option<Ratio>,
    reason: &str,
    by: &str,
) -> Result<Told, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let contest = tx.contest(id).await?.ok_or_else(|| {
        refuse(
            "contest-unknown",
            format!("there is no contest `{id}`"),
            "`tantieme licence reports` lists them",
        )
    })?;
    if reason.trim().is_empty() {
        return Err(refuse("evidence", "a decision needs its reason", "say what was looked at"));
    }
    let status = if upheld.is_some() { "upheld" } else { "dismissed" };
    if !tx.decide_contest(id, status, by, reason.trim(), now).await? {
        let message = format!("the contest `{id}` is {} already", contest.status);
        return Err(refuse("contest-decided", message, "nothing was changed now"));
    }
    if let Some(ratio) = upheld {
        recount(&mut tx, &contest, parts(ratio).unsigned_abs()).await?;
    }
    let leaf = json!({ "contest": id, "leaf": "decision", "outcome": status });
    log::add(house, &mut tx, "decision", id, &leaf).await?;
    tx.note(now, by, "licence decide", id, &format!("{status}: {}", reason.trim())).await?;
    let row = report(&mut tx, &contest.report).await?;
    let told = told_at(house, &mut tx, row, None).await?;
    tx.commit().await?;
    Ok(told)
}

async fn recount(tx: &mut Tx, contest: &ContestRow, parts: u64) -> Result<(), Failure> {
    let mut sources = tx.report_sources(&contest.report).await?;
    let place = sources.iter().position(|s| s.recording.as_ref() == Some(&contest.recording));
    let place = match place {
        Some(place) => place,
        None => {
            // It was left out of the report altogether.
            let source = SourceRow {
                line: 0,
                source: contest.recording.to_string(),
                recording: Some(contest.recording.clone()),
                licensed: true,
                parts: 0,
                counted: 0,
            };
            tx.insert_report_source(&contest.report, &source).await?;
            sources.push(source);
            sources.len() - 1
        }
    };
    let counted: Vec<u64> = sources.iter().map(|s| u64::try_from(s.counted).unwrap_or(0)).collect();
    let now = attribution::recount(&counted, place, parts).ok_or_else(|| {
        refuse(
            "contest-part",
            "nothing else is left to carry the rest",
            "name a part that leaves the others theirs",
        )
    })?;
    for (source, counted) in sources.iter().zip(now) {
        let counted = i64::try_from(counted).unwrap_or(i64::MAX);
        tx.recount_source(&contest.report, &source.source, counted).await?;
    }
    Ok(())
}
