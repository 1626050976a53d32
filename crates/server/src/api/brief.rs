//! Briefs of brands: written, answered, agreed, delivered, paid.

use app::brief::deal::{self, Shown as Deal_};
use app::brief::{self, answer, terms, work};
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
use super::value::Money;

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
            created: d.row.created,
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
