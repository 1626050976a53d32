//! Pots: money set aside, and the promises and payments that fill them.

use app::pot::{self, Contribute, Open, Receive, Summary};
use app::session::Need;
use axum::http::StatusCode;
use music::PotId;
use music::pot::PayerRole;
use store::{ContributionRow, PotRow};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::problem::Wrong;
use super::set_list::{HowToPay, NewGift};
use super::shape::{ask, tell};
use super::value::{Money, Sum, currency, read};

tell! {
    /// Money set aside for one purpose.
    Pot {
        /// Our id.
        id: String,
        /// Which programme it belongs to.
        programme: String,
        /// What it is for.
        purpose: String,
        /// Its currency.
        currency: String,
        /// The rule it is shared by.
        rule: String,
        /// Where it stands.
        status: String,
        /// When it was opened.
        created: jiff::Timestamp,
    }
    /// A pot with its sums.
    PotSummary {
        /// The pot.
        pot: Pot,
        /// What was promised.
        pledged: Money,
        /// What arrived.
        received: Money,
        /// What no approved run has shared yet.
        to_share: Money,
        /// Who promised what.
        contributions: Vec<Contribution>,
    }
    /// A promise of money to a pot.
    Contribution {
        /// Our id.
        id: String,
        /// The pot.
        pot: String,
        /// Who pays.
        payer: String,
        /// In what role.
        role: String,
        /// The reference that the transfer has to carry.
        reference: String,
        /// What was promised.
        pledged: Money,
        /// What arrived.
        received: Money,
        /// When it was promised.
        created: jiff::Timestamp,
    }
}

ask! {
    /// A pot to open.
    NewPot {
        /// What it is for.
        purpose: String,
        /// Its currency.
        currency: String,
        /// The rule it is shared by: a name, or `name@version`.
        rule: String,
        /// The event it belongs to.
        event: Option<String>,
    }
    /// A promise.
    NewContribution {
        /// Who pays: a party's id or unique name.
        payer: String,
        /// `dj`, `venue`, `promoter`, `ticket` or `at-source`.
        role: String,
        /// What is promised.
        gift: NewGift,
        /// Whether the venue attests the fee.
        venue_attests: Option<bool>,
    }
    /// Money that arrived without a bank message.
    Received {
        /// How much; all that was promised where it is left out.
        amount: Option<Sum>,
        /// What shows that it arrived.
        evidence: String,
    }
}

impl Pot {
    pub(crate) fn of(row: &PotRow) -> Pot {
        Pot {
            id: row.id.to_string(),
            programme: row.programme.clone(),
            purpose: row.purpose.clone(),
            currency: row.currency.code().to_owned(),
            rule: row.rule.clone(),
            status: row.status.clone(),
            created: row.created,
        }
    }
}

impl Contribution {
    pub(crate) fn of(row: &ContributionRow) -> Contribution {
        Contribution {
            id: row.id.to_string(),
            pot: row.pot.to_string(),
            payer: row.payer.to_string(),
            role: row.role.word().to_owned(),
            reference: row.reference.clone(),
            pledged: row.pledged.into(),
            received: row.received.into(),
            created: row.created,
        }
    }
}

impl PotSummary {
    fn of(s: &Summary) -> PotSummary {
        PotSummary {
            pot: Pot::of(&s.pot),
            pledged: s.pledged.into(),
            received: s.received.into(),
            to_share: s.to_share.into(),
            contributions: s.contributions.iter().map(|(c, _)| Contribution::of(c)).collect(),
        }
    }
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<PotSummary>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = pot::list(&ask.house).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |s| page::by_time(s.pot.created, &s.pot.id),
        |s| PotSummary::of(&s),
    )
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<PotSummary, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = pot::list(&ask.house).await?;
    let found = all.iter().find(|s| s.pot.id.as_str() == ask.at("pot")).ok_or_else(|| {
        let detail = format!("there is no pot `{}`", crate::form::short(ask.at("pot")));
        Wrong::new(StatusCode::NOT_FOUND, "pot-unknown", detail, "ask for the list")
    })?;
    Ok(PotSummary::of(found))
}

pub(crate) async fn open(ask: Ask<(), NewPot>) -> Result<Pot, Wrong> {
    ask.require(Need::Operate)?;
    let open = Open {
        purpose: ask.body.purpose.clone(),
        currency: currency(&ask.body.currency)?,
        rule: ask.body.rule.clone(),
        event: ask.body.event.as_deref().map(|e| read("event-unknown", e)).transpose()?,
        by: ask.by().to_owned(),
    };
    Ok(Pot::of(&pot::open(&ask.house, open).await?))
}

pub(crate) async fn close(ask: Ask<(), ()>) -> Result<Pot, Wrong> {
    ask.require(Need::Operate)?;
    let id: PotId = read("pot-unknown", ask.at("pot"))?;
    Ok(Pot::of(&pot::close(&ask.house, &id, ask.by()).await?))
}

pub(crate) async fn contribute(ask: Ask<(), NewContribution>) -> Result<HowToPay, Wrong> {
    ask.require(Need::Operate)?;
    let role =
        PayerRole::from_word(&ask.body.role).filter(|r| PayerRole::ALL.contains(r)).ok_or_else(|| {
            let known = PayerRole::ALL.map(PayerRole::word).join(", ");
            Wrong::unfit("payer-role", format!("`{}` is no role", crate::form::short(&ask.body.role)), known)
        })?;
    let contribute = Contribute {
        pot: read("pot-unknown", ask.at("pot"))?,
        payer: ask.body.payer.clone(),
        role,
        gift: ask.body.gift.gift()?,
        venue_attests: ask.body.venue_attests.unwrap_or_default(),
        by: ask.by().to_owned(),
    };
    Ok(HowToPay::of(&pot::contribute(&ask.house, contribute).await?))
}

pub(crate) async fn receive(ask: Ask<(), Received>) -> Result<Contribution, Wrong> {
    ask.require(Need::Operate)?;
    let receive = Receive {
        reference: ask.at("reference").to_owned(),
        amount: ask.body.amount.as_ref().map(Sum::amount).transpose()?,
        evidence: ask.body.evidence.clone(),
        by: ask.by().to_owned(),
    };
    Ok(Contribution::of(&pot::receive(&ask.house, receive).await?))
}

pub(crate) async fn own(ask: Ask<Page, ()>) -> Result<Listed<Contribution>, Wrong> {
    let party = read("party-unknown", &ask.see()?)?;
    let mut tx = ask.house.store.begin_read().await?;
    let rows = tx.contributions_by(&party).await?;
    let q = &ask.query;
    page::cut(
        rows,
        (q.after.as_deref(), q.limit),
        |c| page::by_time(c.created, &c.id),
        |c| Contribution::of(&c),
    )
}
