//! Brands pay artists: briefs, who is asked and who answers; then contracts, milestones and their money in the files below.
//!
//! What a brand is told of a brief ([`Seen`]) is made of what artists answered and of nothing else. What artists refuse
//! is read while a list is made ([`publish`]) and is in nothing that leaves this file.

mod ai;
pub mod answer;
pub mod counts;
pub mod deal;
pub mod dispute;
mod due;
mod electronic;
pub mod field;
pub mod mandate;
mod market;
mod money;
mod said;
pub mod tax;
pub mod terms;
pub mod wall;
pub mod work;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ledger::Hash;

use music::PartyId;
use programmes::brief::terms::Ask;
use programmes::brief::{Brief, Flaw, Kind, Word as _, Written};
use store::{BriefId, BriefInvitationId, BriefInvitationRow, BriefRow, BriefTextRow, StandingRow, Tx};

use crate::failure::refuse;
use crate::job::{Enqueue, enqueue_in};
use crate::{Failure, House, party};

pub use due::{DUE, Due, RunDue, due};
pub use market::Weighed;
pub use money::Offer;
pub(crate) use money::{deliverables, line_words};
pub use programmes::brief as domain;

/// A brief to write, or another version of one.
#[derive(Debug, Clone, Default)]
pub struct Write {
    /// The brand: id or unique name.
    pub brand: String,
    /// The agency that asks for it under its mandate; none where empty.
    pub agency: String,
    /// The brief that is changed; a new one where empty.
    pub brief: String,
    /// The document: TOML or JSON.
    pub text: String,
    /// Who writes.
    pub by: String,
}

/// A brief as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The brief.
    pub row: BriefRow,
    /// The brand's name.
    pub brand: String,
    /// The agency's name; empty where there is none.
    pub agency: String,
    /// Its newest version, as written.
    pub written: Written,
    /// SHA-256 of that.
    pub hash: String,
    /// What is wrong with it or missing; it cannot be published before.
    pub flaws: Vec<Flaw>,
    /// What an artist would get, by the rule; `None` where the brief is not whole.
    pub offer: Option<Offer>,
}

/// Writes a brief, or another version of a draft. A brief with flaws is kept: the flaws say what is missing.
///
/// # Errors
/// `document`, what finding the parties refuses, `brand-mandate` (the agency has none that holds), `not-yours`, `brief-unknown`,
/// `brief-published`.
pub async fn write(house: &House, ask: Write) -> Result<Shown, Failure> {
    let now = house.now();
    let written: Written = domain::read(&ask.text).map_err(|f| refuse(f.code, f.message, f.hint))?;
    let body = serde_json::to_string(&written).map_err(|e| fault(&e))?;
    let mut tx = house.store.begin().await?;
    let (row, version) = if ask.brief.trim().is_empty() {
        let brand = party::find(&mut tx, &ask.brand).await?.party.id;
        let agency = match ask.agency.trim() {
            "" => None,
            name => Some(party::find(&mut tx, name).await?.party.id),
        };
        if let Some(agency) = &agency {
            mandate::holds(house, &mut tx, &brand, agency).await?;
        }
        let row = BriefRow {
            id: BriefId::from_bits(house.world.bits()),
            brand,
            agency,
            status: "draft".to_owned(),
            version: 1,
            created: now,
            published: None,
            answer: None,
            by: ask.by.clone(),
        };
        of_the_brand(house, &mut tx, &row, &ask.by).await?;
        tx.insert_brief(&row).await?;
        (row, 1)
    } else {
        let row = brief_in(&mut tx, &ask.brief).await?;
        of_the_brand(house, &mut tx, &row, &ask.by).await?;
        if row.status != "draft" {
            return Err(refuse(
                "brief-published",
                format!("the brief `{}` is {}: artists were asked by what it said", row.id, row.status),
                "write another one",
            ));
        }
        let version = row.version + 1;
        (row, version)
    };
    let text = BriefTextRow { version, hash: Hash::of(body.as_bytes()).to_string(), body, at: now };
    tx.insert_brief_text(&row.id, &text, &ask.by).await?;
    tx.note(now, &ask.by, "brief write", row.id.as_str(), &format!("version {version}")).await?;
    let shown = shown(house, &mut tx, BriefRow { version, ..row }).await?;
    tx.commit().await?;
    Ok(shown)
}

/// All briefs, newest first.
pub async fn list(house: &House) -> Result<Vec<Shown>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.briefs().await? {
        all.push(shown(house, &mut tx, row).await?);
    }
    Ok(all)
}

/// The briefs of a brand, and those that an agency has under mandates that hold, newest first.
pub async fn of_party(house: &House, who: &str) -> Result<Vec<Shown>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, who).await?.party.id;
    let mut all = Vec::new();
    for row in tx.briefs().await? {
        let theirs =
            row.agency.as_ref() == Some(&who) && tx.has_brand_mandate(&row.brand, &who, house.now()).await?;
        if row.brand == who || theirs {
            all.push(shown(house, &mut tx, row).await?);
        }
    }
    Ok(all)
}

/// The brands a party may write briefs for: itself, and those whose mandates it has.
pub async fn brands_of(house: &House, who: &str) -> Result<Vec<(PartyId, String)>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, who).await?.party;
    let mut all = vec![(who.id.clone(), who.name)];
    for m in tx.brand_mandates(&who.id).await? {
        if m.agency == who.id && m.lives(now) && all.iter().all(|(id, _)| *id != m.brand) {
            let name = tx.party(&m.brand).await?.map(|p| p.party.name).unwrap_or_default();
            all.push((m.brand, name));
        }
    }
    Ok(all)
}

/// A brief with what is missing in it.
pub async fn one(house: &House, id: &str) -> Result<Shown, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = brief_in(&mut tx, id).await?;
    shown(house, &mut tx, row).await
}

/// What publishing a brief came to, for the house. The brand is told [`seen`].
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The brief.
    pub brief: Shown,
    /// Everybody in the running, the list first.
    pub standings: Vec<StandingRow>,
}

/// Publishes a brief: makes its shortlist, asks who is on it, and starts the term.
///
/// # Errors
/// In this order: `brief-unknown`, `not-yours`, `brand-mandate`, `brief-status`, the first flaw of the brief, what finding its
/// references and exclusions refuses, `brief-ai-refused` (the consent registry does not permit a reference as an input).
pub async fn publish(house: &House, id: &str, by: &str) -> Result<Published, Failure> {
    let now = house.now();
    let model = crate::discovery::open(house).await?;
    let mut tx = house.store.begin().await?;
    let row = brief_in(&mut tx, id).await?;
    of_the_brand(house, &mut tx, &row, by).await?;
    if row.status != "draft" || !tx.move_brief(&row.id, "draft", "published").await? {
        return Err(refuse(
            "brief-status",
            format!("the brief `{}` is {}", row.id, row.status),
            "it is published once",
        ));
    }
    let brief = whole(house, &mut tx, &row).await?;
    let list = market::weigh(house, &mut tx, &row, &brief, model.as_ref()).await?;
    tx.insert_standings(&row.id, &list.standings, (list.best, list.given), now).await?;
    let answer = now + SignedDuration::from_hours(24 * i64::from(brief.answer_days));
    tx.set_brief_term(&row.id, now, answer).await?;
    for standing in list.standings.iter().filter(|s| s.place > 0) {
        asked(house, &mut tx, &row, &brief, &standing.artist, ("list", false), answer).await?;
    }
    enqueue_in(
        house,
        &mut tx,
        Enqueue::now(DUE, row.id.as_str()).once(format!("answer/{}", row.id)).at(answer),
    )
    .await?;
    tx.note(now, by, "brief publish", row.id.as_str(), &brief.title).await?;
    let row = BriefRow { status: "published".to_owned(), published: Some(now), answer: Some(answer), ..row };
    let brief = shown(house, &mut tx, row).await?;
    tx.commit().await?;
    Ok(Published { brief, standings: list.standings })
}

/// Asks an artist in the transaction that makes it true. `unseen`: the artist's terms keep it from them, and only its end
/// shows that it was there.
async fn asked(
    house: &House,
    tx: &mut Tx,
    row: &BriefRow,
    brief: &Brief,
    artist: &PartyId,
    (kind, unseen): (&str, bool),
    until: Timestamp,
) -> Result<BriefInvitationRow, Failure> {
    let invitation = BriefInvitationRow {
        id: BriefInvitationId::from_bits(house.world.bits()),
        brief: row.id.clone(),
        artist: artist.clone(),
        kind: kind.to_owned(),
        state: "asked".to_owned(),
        unseen,
        asked: house.now(),
        until,
        answered: None,
        words: String::new(),
    };
    if !tx.insert_brief_invitation(&invitation).await? {
        return Err(refuse(
            "brief-asked",
            "this artist is asked for this brief already",
            "wait for the answer",
        ));
    }
    if !unseen {
        let words = said::asked(brief, until, row.id.as_str());
        said::tell(house, tx, artist, &format!("brief-{}", invitation.id), words).await?;
    }
    Ok(invitation)
}

/// Takes a brief back. Those who were asked are told nothing more; contracts that were signed go on.
///
/// # Errors
/// `brief-unknown`, `not-yours`, `brief-status`.
pub async fn withdraw(house: &House, id: &str, by: &str) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = brief_in(&mut tx, id).await?;
    of_the_brand(house, &mut tx, &row, by).await?;
    if !tx.move_brief(&row.id, &row.status, "withdrawn").await? || row.status == "withdrawn" {
        return Err(refuse("brief-status", format!("the brief `{}` is {}", row.id, row.status), ""));
    }
    for i in tx.brief_invitations(&row.id).await? {
        if matches!(i.state.as_str(), "asked" | "yes") {
            tx.move_brief_invitation(&i.id, (&i.state, "lapsed"), None, None).await?;
        }
    }
    tx.note(now, by, "brief withdraw", row.id.as_str(), "").await?;
    let shown = shown(house, &mut tx, BriefRow { status: "withdrawn".to_owned(), ..row }).await?;
    tx.commit().await?;
    Ok(shown)
}

/// An artist who said yes, as the brand sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The artist's id; empty while names wait.
    pub artist: String,
    /// The name, or `artist 1`, `artist 2` … while names wait.
    pub name: String,
    /// The pitch.
    pub words: String,
    /// `list`, `invited` or `pitch`.
    pub kind: String,
    /// `yes`, `chosen` or `passed`.
    pub state: String,
    /// The tier.
    pub tier: String,
    /// Why this artist fits, in English and French.
    pub reasons: Vec<(String, String, String)>,
    /// What the house calls the invitation.
    pub invitation: BriefInvitationId,
}

/// Everything a brand is told of who was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The brief.
    pub brief: Shown,
    /// Who said yes, best fit first; those without a place after.
    pub answers: Vec<Answered>,
    /// Whom the brand asked by name, with `open` until the term ends, then `no yes came` or `yes`. Why not is never told.
    pub named: Vec<(String, String)>,
}

/// What a brand sees of its brief: who said yes, and why they fit. How many were asked, who was not, who declined and who
/// was silent is in none of it.
///
/// # Errors
/// `brief-unknown`, `not-yours`.
pub async fn seen(house: &House, id: &str, by: &str) -> Result<Seen, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let row = brief_in(&mut tx, id).await?;
    of_the_brand(house, &mut tx, &row, by).await?;
    let brief = shown(house, &mut tx, row.clone()).await?;
    let standings = tx.standings(&row.id).await?;
    let (mut answers, mut named) = (Vec::new(), Vec::new());
    let mut yes: Vec<(i64, BriefInvitationRow)> = Vec::new();
    for i in tx.brief_invitations(&row.id).await? {
        let name = tx.party(&i.artist).await?.map(|p| p.party.name).unwrap_or_default();
        let said_yes = matches!(i.state.as_str(), "yes" | "chosen" | "passed");
        if i.kind == "invited" {
            let word = if said_yes {
                "yes"
            } else if now < i.until {
                "open"
            } else {
                "no yes came"
            };
            named.push((name, word.to_owned()));
        }
        if said_yes {
            let fit = standings.iter().find(|s| s.artist == i.artist).map_or(0, |s| s.fit);
            yes.push((fit, i));
        }
    }
    yes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.as_str().cmp(b.1.id.as_str())));
    for (n, (_, i)) in yes.into_iter().enumerate() {
        let hidden = brief.written.anonymous && i.state != "chosen" && i.kind != "invited";
        let standing = standings.iter().find(|s| s.artist == i.artist);
        let name = tx.party(&i.artist).await?.map(|p| p.party.name).unwrap_or_default();
        answers.push(Answered {
            artist: if hidden { String::new() } else { i.artist.to_string() },
            name: if hidden { format!("artist {}", n + 1) } else { name },
            words: i.words,
            kind: i.kind,
            state: i.state,
            tier: standing.map(|s| s.tier.clone()).unwrap_or_default(),
            reasons: standing.map(market::reasons_of).transpose()?.unwrap_or_default(),
            invitation: i.id,
        });
    }
    Ok(Seen { brief, answers, named })
}

/// The whole shortlist with its reasons, for the house.
pub async fn standings(house: &House, id: &str) -> Result<Vec<Weighed>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = brief_in(&mut tx, id).await?;
    let mut all = Vec::new();
    for standing in tx.standings(&row.id).await? {
        let name = tx.party(&standing.artist).await?.map(|p| p.party.name).unwrap_or_default();
        let reasons = market::reasons_of(&standing)?;
        all.push(Weighed { standing, name, reasons });
    }
    Ok(all)
}

pub(crate) async fn brief_in(tx: &mut Tx, text: &str) -> Result<BriefRow, Failure> {
    let unknown = || {
        refuse(
            "brief-unknown",
            format!("there is no brief `{}`", text.trim()),
            "`tantieme brief list` shows all",
        )
    };
    let id: BriefId = text.trim().parse().map_err(|_| unknown())?;
    tx.brief(&id).await?.ok_or_else(unknown)
}

/// Whether somebody may act for the brand of a brief: the brand, its agency while its mandate lives, or the house.
async fn of_the_brand(house: &House, tx: &mut Tx, row: &BriefRow, by: &str) -> Result<(), Failure> {
    if by == HOUSE {
        return Ok(());
    }
    let who = party::find(tx, by).await?.party.id;
    if who == row.brand {
        return Ok(());
    }
    if row.agency.as_ref() == Some(&who) {
        return mandate::holds(house, tx, &row.brand, &who).await;
    }
    Err(refuse(
        "not-yours",
        format!("the brief `{}` is somebody else's", row.id),
        "the brand or its agency acts on it",
    ))
}

/// The word under which the house itself acts.
pub const HOUSE: &str = "house";

pub(crate) async fn written(tx: &mut Tx, row: &BriefRow) -> Result<(Written, String), Failure> {
    let text = tx.brief_text(&row.id, row.version).await?;
    let text = text.ok_or_else(|| fault(&format!("the text of brief {} is missing", row.id)))?;
    Ok((serde_json::from_str(&text.body).map_err(|e| fault(&e))?, text.hash))
}

/// A brief without flaws; the first flaw as a refusal.
pub(crate) async fn whole(house: &House, tx: &mut Tx, row: &BriefRow) -> Result<Brief, Failure> {
    let (written, _) = written(tx, row).await?;
    // What was published stays what it was on that day.
    let day = row.published.map_or_else(|| today(house), |at| at.to_zoned(TimeZone::UTC).date());
    let brief = written.check(day).map_err(|flaws| {
        let more = flaws.len().saturating_sub(1);
        let hint = |h: &str| {
            if more == 0 { h.to_owned() } else { format!("{h}; `tantieme brief show` tells {more} more") }
        };
        flaws.first().map_or_else(
            || fault("a brief is not whole, and has no flaw"),
            |f| refuse(f.code, f.message.clone(), hint(&f.hint)),
        )
    })?;
    money::rule_of(&brief.rule)?;
    Ok(brief)
}

async fn shown(house: &House, tx: &mut Tx, row: BriefRow) -> Result<Shown, Failure> {
    let (written, hash) = written(tx, &row).await?;
    let day = row.published.map_or_else(|| today(house), |at| at.to_zoned(TimeZone::UTC).date());
    let (offer, mut flaws) = match written.check(day) {
        Ok(brief) => match money::offer(brief.fee, &brief.rule) {
            Ok(offer) => (Some(offer), Vec::new()),
            Err(Failure::Refused(r)) => (None, vec![Flaw::said(r.code, "rule", r.message, r.hint)]),
            Err(fault) => return Err(fault),
        },
        Err(flaws) => (None, flaws),
    };
    if row.status != "draft" {
        flaws.clear();
    }
    let brand = tx.party(&row.brand).await?.map(|p| p.party.name).unwrap_or_default();
    let agency = match &row.agency {
        Some(agency) => tx.party(agency).await?.map(|p| p.party.name).unwrap_or_default(),
        None => String::new(),
    };
    Ok(Shown { row, brand, agency, written, hash, flaws, offer })
}

/// What one artist is asked by a brief.
pub(crate) fn ask_of(row: &BriefRow, brief: &Brief) -> Ask {
    let brands = std::iter::once(row.brand.clone()).chain(row.agency.clone()).collect();
    Ask::of(brief, brands)
}

pub(crate) fn today(house: &House) -> Date {
    house.now().to_zoned(TimeZone::UTC).date()
}

fn fault(e: &(impl std::fmt::Display + ?Sized)) -> Failure {
    Failure::Fault(store::Fault::new(e.to_string()))
}

/// The rules by which campaigns can be shared.
pub fn rules() -> Vec<String> {
    let is_ours = |r: &&::allocation::RuleSet| {
        r.splits.iter().any(|s| matches!(s.measure, ::allocation::rule::Measure::Deliverable))
            && !r.deductions.is_empty()
    };
    ::allocation::library().iter().filter(is_ours).map(::allocation::RuleSet::label).collect()
}

/// What a kind is called, in English and French.
pub fn kind_said(word: &str) -> (&'static str, &'static str) {
    Kind::from_word(word).map_or(("", ""), |k| k.said())
}
