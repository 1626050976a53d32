//! Briefs of brands: written, answered, agreed, delivered, paid. It is one piece because what a brief, a contract and a
//! dispute tell is told by the same few shapes.

use app::brief::deal::{self, Shown as Deal_};
use app::brief::dispute::{self, Disputed};
use app::brief::domain::disclosure::Label;
use app::brief::{self, answer, field, tax, terms, work};
use app::session::Need;
use jiff::Timestamp;
use serde_json::Value;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::set_list::HowToPay;
use super::shape::{ask, tell};
use super::statement::json;
use super::value::{Money, Sum};

tell! {
    /// What a brand looks for.
    Brief {
        /// Its id.
        id: String,
        /// The brand.
        brand: String,
        /// The agency, where one works for it.
        agency: Option<String>,
        /// Its title.
        title: String,
        /// What is wanted.
        wanted: String,
        /// `draft`, `published`, `withdrawn` or `over`.
        status: String,
        /// Its version.
        version: i64,
        /// The hash of what it says.
        hash: String,
        /// What stands in the way of publishing it.
        flaws: Vec<BriefFlaw>,
        /// What it offers each artist, where that can be reckoned.
        offer: Option<BriefOffer>,
        /// Until when artists answer.
        answer: Option<Timestamp>,
        /// When it was written first.
        created: Timestamp,
    }
    /// What stands in the way of publishing a brief.
    BriefFlaw {
        /// A stable word for it.
        code: String,
        /// What is wrong.
        message: String,
        /// What to try.
        hint: String,
    }
    /// What a brief offers.
    BriefOffer {
        /// The fee.
        fee: Money,
        /// What the artist gets of it.
        net: Money,
        /// The rule.
        rule: String,
    }
    /// Who said yes to a brief.
    BriefAnswers {
        /// The answers.
        answers: Vec<BriefAnswer>,
    }
    /// An artist's yes.
    BriefAnswer {
        /// The invitation, by which the artist is chosen.
        invitation: String,
        /// The name, or a word where artists stay unnamed.
        name: String,
        /// What they say.
        words: String,
        /// Where it stands.
        state: String,
    }
    /// A brief that an artist is asked about.
    BriefInvitation {
        /// The brief.
        brief: String,
        /// The brand's name.
        brand: String,
        /// Its title.
        title: String,
        /// What is wanted.
        wanted: String,
        /// The fee.
        fee: Money,
        /// What the artist gets of it.
        net: Money,
        /// Where the artist's answer stands; absent for open calls that were not answered.
        state: Option<String>,
        /// Until when to answer.
        until: Option<Timestamp>,
    }
    /// A contract between a brand and an artist.
    Deal {
        /// Its id.
        id: String,
        /// The brief.
        brief: String,
        /// The brand.
        brand: String,
        /// The artist.
        artist: String,
        /// Where it stands.
        state: String,
        /// The fee.
        fee: Money,
        /// What is held for it.
        held: Money,
        /// What was paid.
        paid: Money,
        /// The text, in words.
        text: String,
        /// The text's hash, which signatures name.
        hash: String,
        /// Who signed.
        signatures: Vec<DealSignature>,
        /// Its milestones.
        milestones: Vec<Milestone>,
        /// How to pay the budget; for the brand, once both have signed.
        payment: Option<HowToPay>,
        /// The labels that what is published has to carry.
        labels: Vec<DealLabel>,
        /// What both sides agreed to measure.
        indicators: Vec<String>,
        /// Raw figures of it, as both sides see them.
        figures: Vec<DealFigure>,
        /// What happened, in order.
        events: Vec<DealEvent>,
        /// When it was drawn up.
        created: Timestamp,
    }
    /// A signature of a contract.
    DealSignature {
        /// `brand` or `artist`.
        side: String,
        /// The hash that was signed.
        hash: String,
        /// When.
        at: Timestamp,
    }
    /// A milestone of a contract.
    Milestone {
        /// Its place, from 1.
        place: i64,
        /// What it is.
        title: String,
        /// How much.
        amount: Money,
        /// The day it is due.
        due: String,
        /// Where it stands.
        state: String,
        /// When silence accepts it.
        silence: Option<Timestamp>,
    }
    /// A label of a delivery: one of its words is needed.
    DealLabel {
        /// The territory.
        territory: String,
        /// `paid` or `virtual`.
        what: String,
        /// The words, the usual one first.
        words: Vec<String>,
    }
    /// A raw figure of what was agreed to be measured.
    DealFigure {
        /// What was measured.
        indicator: String,
        /// How much.
        value: i64,
        /// Of which day.
        day: String,
        /// Where it comes from.
        source: String,
        /// Who says so.
        by: String,
    }
    /// Something that happened to a contract.
    DealEvent {
        /// The place of the milestone; absent where it is about the whole.
        milestone: Option<i64>,
        /// `drafted`, `signed`, `held`, `submitted`, `accepted`, `sent-back`, `disputed`, `evidence`, `settled` …
        what: String,
        /// `artist`, `brand` or `house`.
        side: String,
        /// Evidence, reasons, words.
        words: String,
        /// When.
        at: Timestamp,
    }
    /// A milestone that is or was disputed, for the house.
    DealDispute {
        /// The contract.
        deal: String,
        /// The milestone's place.
        place: i64,
        /// What it is.
        title: String,
        /// Whether it waits for a decision.
        open: bool,
        /// What was agreed for it; frozen while it is open.
        amount: Money,
        /// What of it was paid, once it is settled.
        awarded: Option<Money>,
        /// The brand.
        brand: String,
        /// The artist.
        artist: String,
        /// What happened to it: what both sides said.
        events: Vec<DealEvent>,
    }
    /// An invoice to a brand, or a credit note.
    BrandInvoice {
        /// Its number.
        number: String,
        /// `invoice` or `credit-note`.
        kind: String,
        /// The invoice that is corrected; empty on one.
        corrects: String,
        /// The contract.
        deal: String,
        /// Day of issue.
        issued: String,
        /// Without VAT.
        net: String,
        /// VAT.
        vat: String,
        /// Both.
        gross: String,
        /// ISO 4217.
        currency: String,
        /// Its electronic form as CII XML (EN 16931); absent where it has none.
        xml: Option<String>,
    }
    /// What the field is told: reference prices, parts by tier and territory, how fair the lists were, sessions.
    FieldFigures {
        /// The first day that is not in it.
        until: String,
        /// All of it, as the page of the field has it.
        figures: Value,
    }
    /// Sessions that were given.
    SessionGrants {
        /// Each with its artist, amount, day, and the hash of its selection log.
        items: Vec<SessionGrant>,
    }
    /// A session given to an emerging artist.
    SessionGrant {
        /// Its id.
        id: String,
        /// The artist.
        artist: String,
        /// How much.
        amount: Money,
        /// The day.
        day: String,
        /// Where artists had to be at home; empty for anywhere.
        place: String,
        /// From how many, as a rung.
        candidates: u32,
        /// SHA-256 of the selection log, as it stands in the public log.
        hash: String,
        /// The selection log, by which anybody can draw again; absent where fewer than ten could be chosen.
        log: Option<Value>,
    }
    /// Selections in which an artist could be chosen.
    DrawnSessions {
        /// Each with the artist's own ticket.
        items: Vec<DrawnSession>,
    }
    /// A selection in which an artist could be chosen.
    DrawnSession {
        /// One of its sessions.
        id: String,
        /// The day.
        day: String,
        /// The artist's own ticket.
        ticket: String,
        /// Whole first places that were owed.
        owed: u64,
        /// The place in the order of the choice, from 1.
        place: u32,
        /// Whether the artist was chosen.
        chosen: bool,
        /// SHA-256 of the selection log.
        hash: String,
        /// The selection log.
        log: Value,
    }
    /// An artist's own terms.
    Terms {
        /// As they were set; null where none are.
        terms: Value,
    }
    /// How an artist was shown.
    Exposure {
        /// Time by time.
        items: Vec<Exposed>,
    }
    /// A time an artist was considered for a brief.
    Exposed {
        /// The brief.
        brief: String,
        /// Its title.
        title: String,
        /// The brand.
        brand: String,
        /// When.
        at: Timestamp,
        /// The place on the list.
        place: i64,
        /// Where: the territories of the audience, or where it was to be shown.
        places: Vec<String>,
        /// What fit earned, in millionths of a first place.
        earned: i64,
        /// What was shown, in the same.
        shown: i64,
    }
}

ask! {
    /// A brief to write.
    NewBrief {
        /// What it says: TOML, as `docs/brands.md` describes it.
        text: String,
        /// The brief that is written anew; a new one where it is left out.
        brief: Option<String>,
    }
    /// An artist's answer.
    NewYes {
        /// Yes or no.
        yes: bool,
        /// What they say.
        words: Option<String>,
    }
    /// An artist to choose.
    NewChoice {
        /// The invitation.
        invitation: String,
    }
    /// A signature.
    NewSignature {
        /// The hash of the text that was read.
        hash: String,
    }
    /// What was made.
    NewWork {
        /// Where it can be seen.
        evidence: String,
        /// The labels it carries.
        labels: Option<Vec<String>>,
    }
    /// Why.
    NewReasons {
        /// In words.
        reasons: String,
    }
    /// A decision about a dispute.
    NewSettlement {
        /// How much of it is paid: nothing, all, or anything between.
        award: Sum,
        /// Why; both sides read it.
        reasons: String,
    }
    /// A raw figure.
    NewFigure {
        /// What was measured, one of the contract's indicators.
        indicator: String,
        /// How much.
        value: i64,
        /// Where it comes from.
        source: String,
    }
    /// Sessions to give.
    NewGrant {
        /// How much each.
        amount: Sum,
        /// How many.
        count: u32,
        /// Only artists at home there.
        place: Option<String>,
    }
    /// An artist's own terms.
    NewTerms {
        /// TOML, as `docs/brands.md` describes it.
        text: String,
    }
}

impl Brief {
    fn of(s: &brief::Shown) -> Brief {
        let flaws = s.flaws.iter().map(|f| BriefFlaw {
            code: f.code.to_owned(),
            message: f.message.clone(),
            hint: f.hint.clone(),
        });
        Brief {
            id: s.row.id.to_string(),
            brand: s.row.brand.to_string(),
            agency: s.row.agency.as_ref().map(ToString::to_string),
            title: s.written.title.clone(),
            wanted: s.written.wanted.clone(),
            status: s.row.status.clone(),
            version: s.row.version,
            hash: s.hash.clone(),
            flaws: flaws.collect(),
            offer: s.offer.as_ref().map(|o| BriefOffer {
                fee: o.fee.into(),
                net: o.net.into(),
                rule: o.rule.clone(),
            }),
            answer: s.row.answer,
            created: s.row.created,
        }
    }
}

/// The briefs of a brand, or of its agency while its mandate holds.
async fn own_briefs<Q, B>(ask: &Ask<Q, B>, party: &str) -> Result<Vec<brief::Shown>, Wrong> {
    Ok(brief::of_party(&ask.house, party).await?)
}

pub(super) async fn own_brief<Q, B>(ask: &Ask<Q, B>) -> Result<(String, brief::Shown), Wrong> {
    let party = ask.act()?;
    let all = own_briefs(ask, &party).await?;
    let one = all.into_iter().find(|b| b.row.id.as_str() == ask.at("brief")).ok_or_else(Wrong::not_yours)?;
    Ok((party, one))
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<Brief>, Wrong> {
    let party = ask.see()?;
    let all = own_briefs(&ask, &party).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |b| page::by_time(b.row.created, &b.row.id),
        |b| Brief::of(&b),
    )
}

pub(crate) async fn write(ask: Ask<(), NewBrief>) -> Result<Brief, Wrong> {
    let party = ask.act()?;
    if let Some(id) = &ask.body.brief
        && !own_briefs(&ask, &party).await?.iter().any(|b| b.row.id.as_str() == id)
    {
        return Err(Wrong::not_yours());
    }
    let write = brief::Write {
        brand: party.clone(),
        agency: String::new(),
        brief: ask.body.brief.clone().unwrap_or_default(),
        text: ask.body.text.clone(),
        by: party,
    };
    Ok(Brief::of(&brief::write(&ask.house, write).await?))
}

pub(crate) async fn publish(ask: Ask<(), ()>) -> Result<Brief, Wrong> {
    let (party, one) = own_brief(&ask).await?;
    Ok(Brief::of(&brief::publish(&ask.house, one.row.id.as_str(), &party).await?.brief))
}

pub(crate) async fn withdraw(ask: Ask<(), ()>) -> Result<Brief, Wrong> {
    let (party, one) = own_brief(&ask).await?;
    Ok(Brief::of(&brief::withdraw(&ask.house, one.row.id.as_str(), &party).await?))
}

pub(crate) async fn answers(ask: Ask<(), ()>) -> Result<BriefAnswers, Wrong> {
    let (party, one) = own_brief(&ask).await?;
    let seen = brief::seen(&ask.house, one.row.id.as_str(), &party).await?;
    let told = seen.answers.into_iter().map(|a| BriefAnswer {
        invitation: a.invitation.to_string(),
        name: a.name,
        words: a.words,
        state: a.state,
    });
    Ok(BriefAnswers { answers: told.collect() })
}

pub(crate) async fn choose(ask: Ask<(), NewChoice>) -> Result<Deal, Wrong> {
    let (party, one) = own_brief(&ask).await?;
    let terms = deal::Terms::default();
    let id = one.row.id.as_str();
    let shown = deal::choose(&ask.house, id, &ask.body.invitation, "single", terms, &party).await?;
    Ok(Deal::of(&shown, &party))
}

pub(crate) async fn invitations(ask: Ask<Page, ()>) -> Result<Listed<BriefInvitation>, Wrong> {
    let party = ask.act()?;
    let all = answer::invitations(&ask.house, &party).await?;
    let q = &ask.query;
    let tell = |i: answer::Invited| BriefInvitation {
        brief: i.row.id.to_string(),
        brand: i.brand,
        title: i.brief.title.clone(),
        wanted: i.brief.wanted.clone(),
        fee: i.offer.fee.into(),
        net: i.offer.net.into(),
        state: i.invitation.as_ref().map(|r| r.state.clone()),
        until: i.invitation.as_ref().map(|r| r.until),
    };
    page::cut(all, (q.after.as_deref(), q.limit), |i| page::by_time(i.row.created, &i.row.id), tell)
}

pub(crate) async fn answer_brief(ask: Ask<(), NewYes>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    let words = ask.body.words.clone().unwrap_or_default();
    answer::answer(&ask.house, ask.at("brief"), &party, ask.body.yes, &words).await?;
    Ok(Done::with(ask.at("brief")))
}

impl Deal {
    pub(super) fn of(d: &Deal_, asker: &str) -> Deal {
        let signatures = d.signatures.iter().map(|s| DealSignature {
            side: s.side.clone(),
            hash: s.hash.clone(),
            at: s.at,
        });
        let milestones = d.milestones.iter().map(|m| Milestone {
            place: m.place,
            title: m.title.clone(),
            amount: m.amount.into(),
            due: m.due.clone(),
            state: m.state.clone(),
            silence: m.silence,
        });
        let artist = d.row.artist.as_str() == asker;
        let figures = d.figures.iter().map(|f| DealFigure {
            indicator: f.indicator.clone(),
            value: f.value,
            day: f.day.clone(),
            source: f.source.clone(),
            by: f.by.clone(),
        });
        Deal {
            id: d.row.id.to_string(),
            brief: d.row.brief.to_string(),
            brand: d.row.brand.to_string(),
            artist: d.row.artist.to_string(),
            state: d.row.state.clone(),
            fee: d.row.fee.into(),
            held: d.held.into(),
            paid: d.paid.into(),
            text: d.text.words.clone(),
            hash: d.text.hash.clone(),
            signatures: signatures.collect(),
            milestones: milestones.collect(),
            payment: d.payment.as_ref().filter(|_| !artist).map(HowToPay::of),
            labels: d.labels.iter().map(DealLabel::of).collect(),
            indicators: d.contract.indicators.clone(),
            figures: figures.collect(),
            events: d.events.iter().map(|e| DealEvent::of(d, e)).collect(),
            created: d.row.created,
        }
    }
}

impl DealLabel {
    fn of(l: &Label) -> DealLabel {
        DealLabel {
            territory: l.territory.clone(),
            what: l.what.to_owned(),
            words: l.words.iter().map(|w| (*w).to_owned()).collect(),
        }
    }
}

impl DealEvent {
    fn of(d: &Deal_, e: &store::BrandEventRow) -> DealEvent {
        let place = |id: &store::MilestoneId| d.milestones.iter().find(|m| m.id == *id).map(|m| m.place);
        DealEvent {
            milestone: e.milestone.as_ref().and_then(place),
            what: e.what.clone(),
            side: dispute::side_in(&d.row, &e.by).map_or("house", |s| s.word()).to_owned(),
            words: e.words.clone(),
            at: e.at,
        }
    }
}

pub(crate) async fn deals(ask: Ask<Page, ()>) -> Result<Listed<Deal>, Wrong> {
    let party = ask.see()?;
    let all = deal::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    let tell = |d: Deal_| Deal::of(&d, &party);
    page::cut(all, (q.after.as_deref(), q.limit), |d| page::by_time(d.row.created, &d.row.id), tell)
}

/// The contract of the path, where the party of the path is one of its sides.
pub(super) async fn own_deal<B>(ask: &Ask<(), B>, acts: bool) -> Result<(String, Deal_), Wrong> {
    let party = if acts { ask.act()? } else { ask.see()? };
    let all = deal::list(&ask.house, Some(&party)).await?;
    let one = all.into_iter().find(|d| d.row.id.as_str() == ask.at("deal")).ok_or_else(Wrong::not_yours)?;
    Ok((party, one))
}

pub(crate) async fn one_deal(ask: Ask<(), ()>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, false).await?;
    Ok(Deal::of(&one, &party))
}

pub(crate) async fn sign(ask: Ask<(), NewSignature>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    let shown = deal::sign(&ask.house, one.row.id.as_str(), Some(&ask.body.hash), &party).await?;
    Ok(Deal::of(&shown, &party))
}

/// The place of the milestone of the path.
pub(super) fn place<B>(ask: &Ask<(), B>) -> Result<i64, Wrong> {
    super::value::read("milestone-unknown", ask.at("place"))
}

pub(crate) async fn submit(ask: Ask<(), NewWork>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    let submit = work::Submit {
        deal: one.row.id.to_string(),
        milestone: place(&ask)?,
        evidence: ask.body.evidence.clone(),
        labels: ask.body.labels.clone().unwrap_or_default(),
        by: party.clone(),
    };
    Ok(Deal::of(&work::submit(&ask.house, submit).await?, &party))
}

pub(crate) async fn accept(ask: Ask<(), ()>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    Ok(Deal::of(&work::accept(&ask.house, one.row.id.as_str(), place(&ask)?, &party).await?, &party))
}

pub(crate) async fn send_back(ask: Ask<(), NewReasons>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    let id = one.row.id.as_str();
    Ok(Deal::of(&work::send_back(&ask.house, id, place(&ask)?, &ask.body.reasons, &party).await?, &party))
}

pub(crate) async fn open_dispute(ask: Ask<(), NewReasons>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    let id = one.row.id.as_str();
    Ok(Deal::of(&work::dispute(&ask.house, id, place(&ask)?, &ask.body.reasons, &party).await?, &party))
}

pub(crate) async fn evidence(ask: Ask<(), NewReasons>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    let id = one.row.id.as_str();
    Ok(Deal::of(&dispute::say(&ask.house, id, place(&ask)?, &ask.body.reasons, &party).await?, &party))
}

pub(crate) async fn cancel(ask: Ask<(), NewReasons>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    Ok(Deal::of(&work::cancel(&ask.house, one.row.id.as_str(), &ask.body.reasons, &party).await?, &party))
}

pub(crate) async fn measure(ask: Ask<(), NewFigure>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    let b = &ask.body;
    let id = one.row.id.as_str();
    Ok(Deal::of(&work::measure(&ask.house, id, &b.indicator, b.value, &b.source, &party).await?, &party))
}

impl DealDispute {
    fn of(d: &Disputed) -> DealDispute {
        DealDispute {
            deal: d.deal.row.id.to_string(),
            place: d.milestone.place,
            title: format!("{}: {}", d.deal.contract.title, d.milestone.title),
            open: d.is_open(),
            amount: d.milestone.amount.into(),
            awarded: d.milestone.awarded.map(Into::into),
            brand: d.deal.row.brand.to_string(),
            artist: d.deal.row.artist.to_string(),
            events: d.events.iter().map(|e| DealEvent::of(&d.deal, e)).collect(),
        }
    }
}

pub(crate) async fn disputes(ask: Ask<Page, ()>) -> Result<Listed<DealDispute>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = dispute::list(&ask.house).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |d| page::by_time(d.deal.row.created, &format!("{}/{:04}", d.deal.row.id, d.milestone.place)),
        |d| DealDispute::of(&d),
    )
}

pub(crate) async fn settle(ask: Ask<(), NewSettlement>) -> Result<Deal, Wrong> {
    ask.require(Need::Operate)?;
    let deal = ask.at("deal").to_owned();
    let shown = deal::one(&ask.house, &deal, brief::HOUSE).await?;
    // Whoever acts for a side does not decide for the house.
    let is_side = |id: &str| dispute::side_in(&shown.row, id).is_some();
    if ask.caller.rights().is_some_and(|r| r.parties().any(|(_, id)| is_side(id))) {
        return Err(Wrong::not_yours());
    }
    let award = ask.body.award.amount()?;
    let done = dispute::settle(&ask.house, &deal, place(&ask)?, award, &ask.body.reasons, ask.by()).await?;
    Ok(Deal::of(&done, brief::HOUSE))
}

pub(crate) async fn invoices(ask: Ask<Page, ()>) -> Result<Listed<BrandInvoice>, Wrong> {
    let party = ask.see()?;
    let mut told = Vec::new();
    for i in tax::list(&ask.house, Some(&party)).await? {
        let xml = if i.electronic.is_some() { Some(i.cii()?) } else { None };
        told.push(BrandInvoice {
            number: i.number,
            kind: i.kind,
            corrects: i.corrects,
            deal: i.contract,
            issued: i.issued,
            net: i.net,
            vat: i.vat,
            gross: i.gross,
            currency: i.currency,
            xml,
        });
    }
    let q = &ask.query;
    page::cut(told, (q.after.as_deref(), q.limit), |i| format!("{}/{}", i.issued, i.number), |i| i)
}

pub(crate) async fn field_figures(ask: Ask<(), ()>) -> Result<FieldFigures, Wrong> {
    let told = field::field(&ask.house).await?;
    let grants = field::published_grants(&ask.house).await?;
    let figures = crate::pages::brief::field::value(&told, &grants);
    Ok(FieldFigures { until: told.until, figures })
}

impl SessionGrant {
    fn of(g: field::Granted) -> SessionGrant {
        SessionGrant {
            log: g.log.and_then(|l| serde_json::from_str(&l).ok()),
            id: g.id,
            artist: g.artist,
            amount: g.amount.into(),
            day: g.day,
            place: g.place,
            candidates: u32::try_from(g.candidates).unwrap_or(u32::MAX),
            hash: g.hash,
        }
    }
}

pub(crate) async fn grants(ask: Ask<(), ()>) -> Result<SessionGrants, Wrong> {
    let all = field::published_grants(&ask.house).await?;
    Ok(SessionGrants { items: all.into_iter().map(SessionGrant::of).collect() })
}

pub(crate) async fn give_grants(ask: Ask<(), NewGrant>) -> Result<SessionGrants, Wrong> {
    ask.require(Need::Operate)?;
    let b = &ask.body;
    let give = field::Give {
        amount: b.amount.amount()?,
        count: b.count as usize,
        place: b.place.clone().unwrap_or_default(),
        by: ask.by().to_owned(),
    };
    let given = field::give(&ask.house, give).await?;
    let is_new = |g: &field::Granted| given.iter().any(|r| r.id.as_str() == g.id);
    let all = field::published_grants(&ask.house).await?;
    Ok(SessionGrants { items: all.into_iter().filter(is_new).map(SessionGrant::of).collect() })
}

pub(crate) async fn drawn(ask: Ask<(), ()>) -> Result<DrawnSessions, Wrong> {
    let party = ask.see()?;
    let mut items = Vec::new();
    for s in field::drawn_for(&ask.house, &party).await? {
        items.push(DrawnSession {
            log: serde_json::from_str(&s.log).unwrap_or_default(),
            id: s.id,
            day: s.day,
            ticket: s.ticket,
            owed: s.owed,
            place: u32::try_from(s.place).unwrap_or(u32::MAX),
            chosen: s.chosen,
            hash: s.hash,
        });
    }
    Ok(DrawnSessions { items })
}

pub(crate) async fn own_terms(ask: Ask<(), ()>) -> Result<Terms, Wrong> {
    let party = ask.see()?;
    let terms = terms::get(&ask.house, &party).await?;
    Ok(Terms { terms: terms.map_or(Ok(Value::Null), |t| json(&t))? })
}

pub(crate) async fn set_terms(ask: Ask<(), NewTerms>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    let version = terms::set(&ask.house, &party, &ask.body.text, &party).await?;
    Ok(Done::with(version))
}

pub(crate) async fn exposure(ask: Ask<(), ()>) -> Result<Exposure, Wrong> {
    let party = ask.see()?;
    let all = terms::exposure(&ask.house, &party).await?;
    let told = all.into_iter().map(|e| Exposed {
        brief: e.brief.to_string(),
        title: e.title,
        brand: e.brand,
        at: e.at,
        place: e.place,
        places: e.places,
        earned: e.earned,
        shown: e.shown,
    });
    Ok(Exposure { items: told.collect() })
}

pub(crate) async fn all(ask: Ask<Page, ()>) -> Result<Listed<Brief>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = brief::list(&ask.house).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |b| page::by_time(b.row.created, &b.row.id),
        |b| Brief::of(&b),
    )
}
