//! Disputes over a milestone: both sides say what it is about, the house settles it between nothing and all, with reasons that
//! both read. What is disputed is frozen, and nothing else.

use ::money::Amount;
use programmes::brief::milestone::{Act, Side, State};
use store::{BrandDealRow, BrandEventRow, MilestoneRow};

use super::deal::{self, Shown, deal_in, happened, not_yours, side_of};
use super::work::{after, finish, is_a_side, milestone_in, words};
use super::{money, said};
use crate::failure::refuse;
use crate::{Failure, House};

/// How often each side can say something to one dispute.
const MOST_SAID: usize = 20;

/// A milestone that is or was disputed.
#[derive(Debug, Clone, PartialEq)]
pub struct Disputed {
    /// The contract.
    pub deal: Shown,
    /// The milestone.
    pub milestone: MilestoneRow,
    /// What happened to it, in order: who delivered, disputed and said what.
    pub events: Vec<BrandEventRow>,
}

impl Disputed {
    /// Whether it waits for the house.
    pub fn is_open(&self) -> bool {
        State::from_word(&self.milestone.state) == Some(State::Disputed)
    }
}

/// The side in whose name something was done; `None` for the house.
pub fn side_in(deal: &BrandDealRow, by: &str) -> Option<Side> {
    if by == deal.artist.as_str() {
        return Some(Side::Artist);
    }
    let agency = deal.agency.as_ref().is_some_and(|a| a.as_str() == by);
    (by == deal.brand.as_str() || agency).then_some(Side::Brand)
}

/// All disputes for the house, open ones first, then the newest contract.
pub async fn list(house: &House) -> Result<Vec<Disputed>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.disputed_brand_deals().await? {
        let shown = deal::shown(house, &mut tx, row).await?;
        for m in &shown.milestones {
            let events: Vec<BrandEventRow> =
                shown.events.iter().filter(|e| e.milestone.as_ref() == Some(&m.id)).cloned().collect();
            if events.iter().any(|e| e.what == "disputed") {
                all.push(Disputed { deal: shown.clone(), milestone: m.clone(), events });
            }
        }
    }
    all.sort_by_key(|d| !d.is_open());
    Ok(all)
}

/// What a side says to a dispute, beside what the other says; told to the other side.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `milestone-unknown`, `milestone-state` (nothing is disputed there), `reasons`,
/// `dispute-words` (said enough).
pub async fn say(house: &House, id: &str, place: i64, text: &str, by: &str) -> Result<Shown, Failure> {
    let mut tx = house.store.begin().await?;
    let mut row = deal_in(&mut tx, id).await?;
    let side = side_of(house, &mut tx, &row, by).await?.ok_or_else(|| not_yours(&row))?;
    let m = milestone_in(&mut tx, &row, place).await?;
    if State::from_word(&m.state) != Some(State::Disputed) {
        return Err(refuse(
            "milestone-state",
            format!("the milestone `{}` is {}, and nothing is disputed there", m.title, m.state),
            "open a dispute first",
        ));
    }
    let text = words("reasons", text, "say what the house should know: addresses, dates, what was agreed")?;
    let before = tx.brand_events(&row.id).await?;
    let own = crate::party::find(&mut tx, by).await?.party.id;
    let mine = before.iter().filter(|e| {
        e.milestone.as_ref() == Some(&m.id) && e.what == "evidence" && side_in(&row, &e.by) == Some(side)
    });
    if mine.count() >= MOST_SAID {
        return Err(refuse(
            "dispute-words",
            format!("each side says {MOST_SAID} things to a dispute at most"),
            "the house decides by what was said",
        ));
    }
    happened(house, &mut tx, &row, Some(&m.id), "evidence", &text, own.as_str()).await?;
    let contract = deal::contract(&mut tx, &row).await?;
    let title = format!("{}: {}", contract.title, m.title);
    let said = said::step(
        &title,
        ("the other side said something to the dispute", "l'autre partie s'est exprimée sur le litige"),
    );
    let other = other_of(&row, side);
    let key = format!("evidence-{}-{}", m.id, before.len());
    said::tell(house, &mut tx, &other, &key, said).await?;
    tx.note(house.now(), by, "brief evidence", m.id.as_str(), side.word()).await?;
    finish(house, tx, &mut row).await
}

/// Whom the other side's messages reach.
pub(super) fn other_of(row: &BrandDealRow, side: Side) -> music::PartyId {
    match side {
        Side::Brand => row.artist.clone(),
        Side::Artist => row.agency.clone().unwrap_or_else(|| row.brand.clone()),
    }
}

/// Settles a dispute: so much is paid, the rest goes back. The house decides, with reasons for both.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours` (only the house), `milestone-unknown`, `milestone-state`, `award`, `reasons`.
pub async fn settle(
    house: &House,
    id: &str,
    place: i64,
    award: Amount,
    reasons: &str,
    by: &str,
) -> Result<Shown, Failure> {
    let mut tx = house.store.begin().await?;
    let mut row = deal_in(&mut tx, id).await?;
    if is_a_side(&mut tx, &row, by).await {
        return Err(refuse(
            "not-yours",
            "no side settles its own dispute",
            "the house does, or both withdraw it",
        ));
    }
    let contract = deal::contract(&mut tx, &row).await?;
    let m = milestone_in(&mut tx, &row, place).await?;
    let next = after(&m, Act::Settle)?;
    let fits = award.currency() == m.amount.currency()
        && !award.is_negative()
        && award.micros() <= m.amount.micros();
    if !fits || award != award.round_down_to_minor() {
        let message = format!("`{award}` cannot be awarded of {}", m.amount);
        return Err(refuse("award", message, "nothing, all, or anything between, in whole cents"));
    }
    let reasons = words("reasons", reasons, "say why: `--reasons \"…\"`")?;
    money::end(house, &mut tx, (&row, &contract), &m, (next, award), by).await?;
    happened(house, &mut tx, &row, Some(&m.id), "settled", &format!("{award}: {reasons}"), by).await?;
    let title = format!("{}: {}", contract.title, m.title);
    for side in [Side::Brand, Side::Artist] {
        let told = said::settled(&title, award, m.amount, &reasons);
        let to = other_of(&row, side);
        said::tell(house, &mut tx, &to, &format!("settled-{}-{}", m.id, side.word()), told).await?;
    }
    tx.note(house.now(), by, "brief settle", m.id.as_str(), &award.to_string()).await?;
    finish(house, tx, &mut row).await
}
