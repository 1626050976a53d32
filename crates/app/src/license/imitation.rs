//! "This imitates me": a report against a recording or a model, with evidence. Exactly the disputed money is frozen; whoever is
//! meant may answer until a day; what is decided, or left undecided, ends in the log.
//!
//! 1. **Against a recording**: what it brought each payee and is still on their balance moves to `suspense:disputed`.
//!    **Against a model** (a usage report, or a training run, which means all reports of that model): the part that is claimed of
//!    what its pots hold moves there.
//! 2. Until the deadline whoever is meant may send a counter-notice. Without one the money stays frozen and the house decides.
//! 3. After a counter-notice the house has as long again. If nothing is decided by then, the money goes back.
//! 4. Upheld, the money goes to who reported; dismissed, back where it came from.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use ledger::{Account, Draft, Suspense};
use money::{Amount, Currency, Ratio, divide};
use music::PartyId;
use proof::commitment::{Commitment, MasterKey};
use serde_json::{Value, json};
use store::{FrozenRow, ImitationRow, PotRow, SuspenseRow, Tx};

use super::pot::unshared;
use crate::consent::{fresh_id, say};
use crate::failure::refuse;
use crate::job::{self, Enqueue, Handler, Held, Work};
use crate::{Failure, House, log, mail, party, policy};

/// The kind of the job that ends a deadline.
pub const JOB: &str = "imitation-deadline";
/// The most characters of what is said.
const WORDS_MOST: usize = 4_000;

/// A report to bring.
#[derive(Debug, Clone, Default)]
pub struct Bring {
    /// Who says that they are imitated.
    pub reporter: String,
    /// `recording:…`, `report:…` or `training:…`.
    pub subject: String,
    /// Which part of what a model's pots hold is claimed; the whole without.
    pub part: Option<Ratio>,
    /// What is said, in words that everybody concerned reads.
    pub words: String,
    /// What shows it; kept encrypted.
    pub evidence: String,
    /// Who enters it.
    pub by: String,
}

/// A report with names and money.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The report.
    pub row: ImitationRow,
    /// Who brought it.
    pub reporter: String,
    /// What it is against, for people.
    pub about: String,
    /// The money it froze.
    pub frozen: Vec<FrozenRow>,
    /// Who is meant: whoever's money it is, or the licensee of the model.
    pub against: Vec<PartyId>,
}

/// What a report is against.
struct About {
    subject: String,
    words: String,
    against: Vec<PartyId>,
    /// What is frozen: account, amount, the recording it was for.
    money: Vec<(Account, Amount, Option<music::RecordingId>)>,
}

/// Brings a report, freezes the disputed money, and tells whoever is meant.
///
/// # Errors
/// In this order: `party-unknown`, `party-not-here`, `imitation-words`, `evidence`, `imitation-subject`, `recording-unknown`,
/// `report-unknown`, `training-unknown`, `imitation-own`, `imitation-twice`.
pub async fn bring(house: &House, ask: &Bring) -> Result<Told, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let reporter = say::here(&mut tx, &ask.reporter).await?.party;
    let words: String =
        ask.words.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(WORDS_MOST).collect();
    if words.is_empty() {
        return Err(refuse("imitation-words", "a report says what imitates whom", "in a few sentences"));
    }
    if ask.evidence.trim().is_empty() {
        return Err(refuse(
            "evidence",
            "a report of imitation needs its evidence",
            "what shows it: links, comparisons, dates",
        ));
    }
    let about = about(&mut tx, &ask.subject, ask.part).await?;
    if about.against.contains(&reporter.id) {
        let message = format!("`{}` is on the side this is against", reporter.name);
        return Err(refuse("imitation-own", message, "name what somebody else made"));
    }
    let mut open = tx.imitations().await?.into_iter().filter(|i| i.decided.is_none());
    if let Some(same) = open.find(|i| i.reporter == reporter.id && i.subject == about.subject) {
        let message = format!("`{}` says so already", same.id);
        return Err(refuse("imitation-twice", message, "it is being looked at"));
    }
    let id = fresh_id(house, "imi");
    let salt = MasterKey::from_bytes(house.commitment_key).salt("imitation", &id);
    let commitment = Commitment::to(&id, ask.evidence.trim().as_bytes(), &salt);
    let leaf = json!({ "evidence": commitment.to_string(), "leaf": "imitation", "reporter": reporter.id.as_str(), "subject": about.subject });
    let place = log::add(house, &mut tx, "imitation", &id, &leaf).await?;
    let row = ImitationRow {
        id: id.clone(),
        reporter: reporter.id.clone(),
        subject: about.subject.clone(),
        words,
        status: "open".to_owned(),
        place,
        opened: now,
        due: deadline(&mut tx, now).await?,
        answer: String::new(),
        answered_by: None,
        decided: None,
        reason: String::new(),
    };
    let (key, nonce) = (house.store.fields(), house.world.nonce());
    tx.insert_imitation(key, &row, ask.evidence.trim(), nonce).await?;
    freeze(house, &mut tx, &row, &about).await?;
    job::enqueue_in(house, &mut tx, Enqueue::now(JOB, id.clone()).at(row.due)).await?;
    let name = policy::text(&mut tx, "house-name", now).await?;
    for party in &about.against {
        if let Some(to) = tx.secret(house.store.fields(), party, "mail").await? {
            let (subject, body) = mail::imitation_words(&name, &reporter.name, &about.words, &id, row.due);
            mail::queue(house, &mut tx, format!("{id}-{party}"), to, subject, body, "imitation").await?;
        }
    }
    tx.note(now, &ask.by, "licence imitation", &id, &about.subject).await?;
    let told = told(&mut tx, row).await?;
    tx.commit().await?;
    Ok(told)
}

async fn deadline(tx: &mut Tx, now: Timestamp) -> Result<Timestamp, Failure> {
    let days = policy::count(tx, "imitation-days", now).await?;
    Ok(now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now))
}

async fn about(tx: &mut Tx, subject: &str, part: Option<Ratio>) -> Result<About, Failure> {
    let (kind, name) = subject.trim().split_once(':').unwrap_or((subject.trim(), ""));
    match kind {
        "recording" => of_recording(tx, name).await,
        "report" => {
            let row = super::report::report(tx, name).await?;
            let words = format!("{} {}, report {}", row.model, row.version, row.id);
            of_reports(tx, format!("report:{}", row.id), words, row.licensee.clone(), vec![row.id], part)
                .await
        }
        "training" => {
            let row = tx.consent_line(name).await?.filter(|r| r.kind == "training").ok_or_else(|| {
                refuse(
                    "training-unknown",
                    format!("no training run `{name}` is registered"),
                    "`tantieme consent was-in` lists them",
                )
            })?;
            let line: Value = serde_json::from_str(&row.line).unwrap_or(Value::Null);
            let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (model, version) = (text("model"), text("version"));
            let same = |r: &store::ReportRow| {
                (&r.licensee, &r.model, &r.version) == (&row.speaker, &model, &version)
            };
            let reports = tx.reports("").await?.into_iter().filter(same).map(|r| r.id).collect();
            let words = format!("{model} {version}, training run {}", row.id);
            of_reports(tx, format!("training:{}", row.id), words, row.speaker.clone(), reports, part).await
        }
        _ => Err(refuse(
            "imitation-subject",
            format!("`{subject}` cannot be reported"),
            "`recording:` with an id or ISRC, `report:` with a usage report, or `training:` with a registered run",
        )),
    }
}

/// What a recording brought each payee and is still on their balance.
async fn of_recording(tx: &mut Tx, name: &str) -> Result<About, Failure> {
    let id = say::recording(tx, name).await?;
    let mut brought: BTreeMap<(PartyId, Currency), Amount> = BTreeMap::new();
    for line in tx.approved_lines().await? {
        let (Some(party), Some(recording)) = (&line.party, &line.recording) else { continue };
        if line.kind != "pay" || tx.survivor(recording).await? != id {
            continue;
        }
        let owner = tx.party(party).await?.and_then(|p| p.merged_into).unwrap_or_else(|| party.clone());
        let slot =
            brought.entry((owner, line.amount.currency())).or_insert(Amount::zero(line.amount.currency()));
        *slot = slot.checked_add(line.amount)?;
    }
    let mut against: Vec<PartyId> = Vec::new();
    for claim in tx.role_claims_of("", &format!("recording:{id}")).await? {
        against.push(claim.party);
    }
    let mut money = Vec::new();
    for ((party, currency), amount) in brought {
        let account = Account::party(party.as_str());
        let balance = tx.balance(&account, currency).await?;
        // What is reserved for payouts on their way is not there any more.
        let there = balance.posted.negated()?.checked_sub(balance.pending_debits)?;
        let frozen = if there.micros() < amount.micros() { there } else { amount };
        if frozen.is_positive() {
            money.push((account, frozen, Some(id.clone())));
        }
        against.push(party);
    }
    against.sort();
    against.dedup();
    let words = super::title(tx, &id).await?;
    Ok(About { subject: format!("recording:{id}"), words, against, money })
}

/// A part of what the pots of reports hold.
async fn of_reports(
    tx: &mut Tx,
    subject: String,
    words: String,
    licensee: PartyId,
    reports: Vec<String>,
    part: Option<Ratio>,
) -> Result<About, Failure> {
    let part = part.unwrap_or(Ratio::WHOLE);
    let mut money = Vec::new();
    for report in reports {
        for origin in tx.pot_origins("", &report).await? {
            let Some(pot) = tx.pot(&origin.pot).await? else { continue };
            let there = unshared(tx, &pot).await?;
            let (num, den) = (u64::from(part.numerator()), u64::from(part.denominator()));
            let claimed = divide(there, &[(0, num), (1, den - num)]).ok().and_then(|d| d.first().copied());
            if let Some(claimed) = claimed.filter(|a| a.is_positive()) {
                money.push((Account::pot(pot.id.as_str()), claimed, None));
            }
        }
    }
    Ok(About { subject, words, against: vec![licensee], money })
}

async fn freeze(house: &House, tx: &mut Tx, row: &ImitationRow, about: &About) -> Result<(), Failure> {
    let now = house.now();
    for (account, amount, recording) in &about.money {
        let key = format!("imitation:{}:{account}:{}", row.id, amount.currency().code());
        let draft = Draft::posted("imitation", row.id.as_str(), key)
            .memo("said to imitate somebody; it waits until that is decided")
            .inputs(amount.to_string())
            .debit(account.clone(), *amount)
            .credit(Account::suspense(Suspense::Disputed), *amount);
        tx.post_one(now, draft).await?;
        let item = SuspenseRow {
            id: house.suspense_id(),
            account: Account::suspense(Suspense::Disputed).to_string(),
            amount: *amount,
            reason: Suspense::Disputed.word().to_owned(),
            party: account.detail().parse().ok(),
            recording: recording.clone(),
            set_line: None,
            run: None,
            bank_line: None,
            opened: now,
            due: None,
            destination: format!("until {} is decided", row.id),
            closed: None,
            closed_by: None,
        };
        let frozen = FrozenRow {
            imitation: row.id.clone(),
            account: account.to_string(),
            amount: *amount,
            item: item.id.clone(),
        };
        tx.insert_suspense(&[item]).await?;
        tx.insert_frozen(&frozen).await?;
    }
    Ok(())
}

/// The counter-notice of whoever is meant; from then the house has as long again to decide.
///
/// # Errors
/// `imitation-unknown`, `imitation-not-yours`, `imitation-words`, `imitation-decided`.
pub async fn answer(house: &House, id: &str, who: &str, words: &str, by: &str) -> Result<Told, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = known(&mut tx, id).await?;
    let party = say::here(&mut tx, who).await?.party;
    let before = told(&mut tx, row.clone()).await?;
    if !before.against.contains(&party.id) {
        let message = format!("`{id}` is not against `{}`", party.name);
        return Err(refuse("imitation-not-yours", message, "who is meant answers"));
    }
    let words: String =
        words.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(WORDS_MOST).collect();
    if words.is_empty() {
        return Err(refuse(
            "imitation-words",
            "a counter-notice says why it is no imitation",
            "in a few sentences",
        ));
    }
    let due = deadline(&mut tx, now).await?;
    if !tx.answer_imitation(id, &words, party.id.as_str(), due).await? {
        let message = format!("`{id}` is {} already", row.status);
        return Err(refuse("imitation-decided", message, "nothing was changed now"));
    }
    let hash = ledger::Hash::of(format!("{id}\n{words}").as_bytes()).to_string();
    let leaf = json!({ "hash": hash, "imitation": id, "leaf": "counter-notice" });
    log::add(house, &mut tx, "counter-notice", id, &leaf).await?;
    job::enqueue_in(house, &mut tx, Enqueue::now(JOB, id.to_owned()).at(due)).await?;
    tx.note(now, by, "licence answer", id, party.id.as_str()).await?;
    let row = known(&mut tx, id).await?;
    let told = told(&mut tx, row).await?;
    tx.commit().await?;
    Ok(told)
}

/// Decides a report: upheld, the frozen money goes to who reported; dismissed, back where it came from.
///
/// # Errors
/// `imitation-unknown`, `evidence`, `imitation-decided`.
pub async fn decide(house: &House, id: &str, upheld: bool, reason: &str, by: &str) -> Result<Told, Failure> {
    if reason.trim().is_empty() {
        return Err(refuse("evidence", "a decision needs its reason", "say what was looked at"));
    }
    let mut tx = house.store.begin().await?;
    let row = known(&mut tx, id).await?;
    let told = end(house, &mut tx, &row, upheld, reason.trim(), by).await?;
    tx.commit().await?;
    Ok(told)
}

async fn end(
    house: &House,
    tx: &mut Tx,
    row: &ImitationRow,
    upheld: bool,
    reason: &str,
    by: &str,
) -> Result<Told, Failure> {
    let now = house.now();
    let status = if upheld { "upheld" } else { "dismissed" };
    if !tx.decide_imitation(&row.id, status, by, reason, now).await? {
        let message = format!("`{}` is {} already", row.id, row.status);
        return Err(refuse("imitation-decided", message, "nothing was changed now"));
    }
    for frozen in tx.frozen_by(&row.id).await? {
        let back: Account =
            frozen.account.parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?;
        let to = if upheld { Account::party(row.reporter.as_str()) } else { back.clone() };
        let key = format!("imitation-end:{}:{}:{}", row.id, frozen.account, frozen.amount.currency().code());
        let draft = Draft::posted("imitation", row.id.as_str(), key)
            .memo(if upheld { "found to imitate" } else { "not found to imitate" })
            .inputs(frozen.amount.to_string())
            .debit(Account::suspense(Suspense::Disputed), frozen.amount)
            .credit(to, frozen.amount);
        let entry = tx.post_one(now, draft).await?;
        tx.close_suspense(&frozen.item, &format!("entry {}", entry.seq()), now).await?;
        if !upheld && back.kind() == "pot" {
            reopen(tx, &back).await?;
        }
    }
    let leaf = json!({ "imitation": row.id, "leaf": "outcome", "outcome": status });
    log::add(house, tx, "outcome", &row.id, &leaf).await?;
    tx.note(now, by, "licence outcome", &row.id, &format!("{status}: {reason}")).await?;
    let row = known(tx, &row.id).await?;
    told(tx, row).await
}

/// A pot that got money back can be shared again, as far as it holds any.
async fn reopen(tx: &mut Tx, account: &Account) -> Result<(), Failure> {
    let pot: Option<PotRow> = match account.detail().parse() {
        Ok(id) => tx.pot(&id).await?,
        Err(_) => None,
    };
    if let Some(pot) = pot.filter(|p| p.status == "allocated") {
        tx.set_pot_status(&pot.id, "closed").await?;
    }
    Ok(())
}

/// Ends the deadlines that are over: without a counter-notice the house has to decide, with one that nothing was decided on the
/// money goes back. Tells how many.
pub async fn settle_due(house: &House) -> Result<usize, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let due: Vec<ImitationRow> =
        tx.imitations().await?.into_iter().filter(|i| i.decided.is_none() && i.due <= now).collect();
    drop(tx);
    let mut done = 0;
    for row in due {
        let mut tx = house.store.begin().await?;
        done += usize::from(lapse(house, &mut tx, &row).await?);
        tx.commit().await?;
    }
    Ok(done)
}

async fn lapse(house: &House, tx: &mut Tx, row: &ImitationRow) -> Result<bool, Failure> {
    match row.status.as_str() {
        "open" if tx.imitation_unanswered(&row.id).await? => {
            let leaf = json!({ "imitation": row.id, "leaf": "unanswered" });
            log::add(house, tx, "unanswered", &row.id, &leaf).await?;
            tx.note(house.now(), "time", "licence unanswered", &row.id, "").await?;
            Ok(true)
        }
        "answered" => {
            end(house, tx, row, false, "answered, and not decided in time", "time").await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Ends a deadline when its time has come.
pub(crate) struct Deadline;

impl Handler for Deadline {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(async move {
            let mut tx = house.store.begin().await?;
            job.hold(&mut tx).await?;
            if let Some(row) = tx.imitation(job.payload()).await?
                && row.decided.is_none()
                && row.due <= house.now()
            {
                lapse(house, &mut tx, &row).await?;
            }
            job.done(&mut tx, house.now()).await?;
            Ok(tx.commit().await?)
        })
    }
}

/// Reports of imitation, newest first; those that a party brought or that are against it, where one is named.
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
    for row in tx.imitations().await?.into_iter().rev() {
        let one = told(&mut tx, row).await?;
        let concerned = |p: &PartyId| one.row.reporter == *p || one.against.contains(p);
        if party.as_ref().is_none_or(concerned) {
            all.push(one);
        }
    }
    Ok(all)
}

/// The evidence of a report, for the house.
///
/// # Errors
/// `imitation-unknown`.
pub async fn evidence(house: &House, id: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = known(&mut tx, id).await?;
    Ok(tx.imitation_evidence(house.store.fields(), &row.id).await?.unwrap_or_default())
}

async fn told(tx: &mut Tx, row: ImitationRow) -> Result<Told, Failure> {
    let about = about(tx, &row.subject, None).await?;
    Ok(Told {
        reporter: party::name(tx, &row.reporter).await?,
        about: about.words,
        frozen: tx.frozen_by(&row.id).await?,
        against: about.against,
        row,
    })
}

async fn known(tx: &mut Tx, id: &str) -> Result<ImitationRow, Failure> {
    tx.imitation(id).await?.ok_or_else(|| {
        let message = format!("there is no report of imitation `{id}`");
        refuse("imitation-unknown", message, "`tantieme licence imitation list` shows them")
    })
}
