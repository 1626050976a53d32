//! Work on a contract: delivered, accepted or sent back, disputed, cancelled; and what was measured.

use jiff::SignedDuration;
use music::PartyId;
use programmes::brief::contract::Contract;
use programmes::brief::milestone::{self, Act, Side, State, due_on_cancelling};
use programmes::brief::{deal as domain, disclosure};
use serde_json::json;
use store::{BrandDealRow, FigureRow, MilestoneRow, Tx};

use super::deal::{self, Shown, deal_in, happened, hold_where_it_came, not_yours, side_of};
use super::{DUE, HOUSE, dispute, fault, money, said, whole};
use crate::failure::refuse;
use crate::job::{Enqueue, enqueue_in};
use crate::{Failure, House};

/// Most bytes of evidence or reasons.
const MOST_WORDS: usize = 10_000;

/// Something delivered.
#[derive(Debug, Clone, Default)]
pub struct Submit {
    /// The contract.
    pub deal: String,
    /// Which milestone, from 1.
    pub milestone: i64,
    /// Where it can be seen: addresses, a receipt, words.
    pub evidence: String,
    /// The labels that what was published carries.
    pub labels: Vec<String>,
    /// The artist.
    pub by: String,
}

/// Delivers a milestone. Silence accepts it after the term.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `not-held` (the budget has not come), `milestone-unknown` (nobody asked for it),
/// `milestone-state`, `delivery-evidence`, `label-missing`.
pub async fn submit(house: &House, ask: Submit) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let Begun { mut deal, contract, own } =
        begin(house, &mut tx, &ask.deal, &ask.by, Some(Side::Artist)).await?;
    let m = milestone_in(&mut tx, &deal, ask.milestone).await?;
    let next = after(&m, Act::Submit)?;
    let evidence =
        words("delivery-evidence", &ask.evidence, "say where it can be seen: `--evidence https://…`")?;
    let row = tx.brief(&deal.brief).await?.ok_or_else(|| fault("a contract's brief is missing"))?;
    let brief = whole(house, &mut tx, &row).await?;
    let needed = disclosure::labels(brief.kind, brief.uses, &brief.territories);
    if let Some(label) = disclosure::absent(&needed, &ask.labels).first() {
        let words = label.words.join("`, `");
        return Err(refuse(
            "label-missing",
            format!("what is published in {} has to say `{words}`", label.territory),
            "publish it with the label, and confirm each: `--label \"Publicité\"`",
        ));
    }
    let silence = now + SignedDuration::from_hours(24 * i64::from(contract.silence_days));
    let submitted = MilestoneRow { state: next.word().to_owned(), silence: Some(silence), ..m.clone() };
    deal::moved(&mut tx, &m, &submitted).await?;
    let told = json!({ "evidence": evidence, "labels": ask.labels }).to_string();
    happened(house, &mut tx, &deal, Some(&m.id), "submitted", &told, own.as_str()).await?;
    let key = format!("silence/{}/{}", m.id, silence.as_second());
    enqueue_in(house, &mut tx, Enqueue::now(DUE, m.id.as_str()).once(key).at(silence)).await?;
    let title = format!("{}: {}", contract.title, m.title);
    let what = (
        "delivered; silence accepts it after the term",
        "livré ; passé le délai, le silence vaut acceptation",
    );
    let to = deal.agency.clone().unwrap_or_else(|| deal.brand.clone());
    said::tell(
        house,
        &mut tx,
        &to,
        &format!("submitted-{}-{}", m.id, now.as_microsecond()),
        said::step(&title, what),
    )
    .await?;
    tx.note(now, &ask.by, "brief submit", m.id.as_str(), "").await?;
    finish(house, tx, &mut deal).await
}

/// Accepts a milestone: its money goes by the rule, at once.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `not-held`, `milestone-unknown`, `milestone-state`.
pub async fn accept(house: &House, id: &str, place: i64, by: &str) -> Result<Shown, Failure> {
    let mut tx = house.store.begin().await?;
    let Begun { mut deal, contract, own } = begin(house, &mut tx, id, by, Some(Side::Brand)).await?;
    let m = milestone_in(&mut tx, &deal, place).await?;
    accept_in(house, &mut tx, (&deal, &contract), &m, Act::Accept, own.as_str()).await?;
    tx.note(house.now(), by, "brief accept", m.id.as_str(), "").await?;
    finish(house, tx, &mut deal).await
}

pub(super) async fn accept_in(
    house: &House,
    tx: &mut Tx,
    (deal, contract): (&BrandDealRow, &Contract),
    m: &MilestoneRow,
    act: Act,
    by: &str,
) -> Result<(), Failure> {
    let next = after(m, act)?;
    money::end(house, tx, (deal, contract), m, (next, m.amount), by).await?;
    happened(
        house,
        tx,
        deal,
        Some(&m.id),
        if act == Act::Silence { "accepted-by-silence" } else { "accepted" },
        "",
        by,
    )
    .await?;
    let title = format!("{}: {}", contract.title, m.title);
    let words = said::step(&title, ("accepted and credited", "accepté et crédité"));
    said::tell(house, tx, &deal.artist, &format!("accepted-{}", m.id), words).await
}

/// Sends a milestone back, with reasons.
///
/// # Errors
/// As [`accept`], then `reasons`.
pub async fn send_back(
    house: &House,
    id: &str,
    place: i64,
    reasons: &str,
    by: &str,
) -> Result<Shown, Failure> {
    let mut tx = house.store.begin().await?;
    let Begun { mut deal, contract, own } = begin(house, &mut tx, id, by, Some(Side::Brand)).await?;
    let m = milestone_in(&mut tx, &deal, place).await?;
    let next = after(&m, Act::SendBack)?;
    let reasons = words("reasons", reasons, "say what is missing of what was agreed: `--reasons \"…\"`")?;
    deal::moved(&mut tx, &m, &MilestoneRow { state: next.word().to_owned(), silence: None, ..m.clone() })
        .await?;
    happened(house, &mut tx, &deal, Some(&m.id), "sent-back", &reasons, own.as_str()).await?;
    let words = said::step(
        &format!("{}: {}", contract.title, m.title),
        ("sent back with reasons", "renvoyé avec ses raisons"),
    );
    let key = format!("back-{}-{}", m.id, house.now().as_microsecond());
    said::tell(house, &mut tx, &deal.artist.clone(), &key, words).await?;
    tx.note(house.now(), by, "brief send-back", m.id.as_str(), "").await?;
    finish(house, tx, &mut deal).await
}

/// Disputes a milestone, and no other: its money is frozen until somebody settles it.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `not-held`, `milestone-unknown`, `milestone-state`, `reasons`.
pub async fn dispute(house: &House, id: &str, place: i64, reasons: &str, by: &str) -> Result<Shown, Failure> {
    let mut tx = house.store.begin().await?;
    let Begun { mut deal, contract, own } = begin(house, &mut tx, id, by, None).await?;
    let m = milestone_in(&mut tx, &deal, place).await?;
    let next = after(&m, Act::Dispute)?;
    let reasons = words("reasons", reasons, "say what it is about: `--reasons \"…\"`")?;
    deal::moved(&mut tx, &m, &MilestoneRow { state: next.word().to_owned(), silence: None, ..m.clone() })
        .await?;
    happened(house, &mut tx, &deal, Some(&m.id), "disputed", &reasons, own.as_str()).await?;
    if let Some(side) = side_of(house, &mut tx, &deal, by).await? {
        let title = format!("{}: {}", contract.title, m.title);
        let what = (
            "disputed: its money is frozen until the house settles it; say your side on the contract's page",
            "mis en litige : son argent est gelé jusqu'à la décision de la maison ; dites votre version sur la page du contrat",
        );
        let key = format!("disputed-{}-{}", m.id, house.now().as_microsecond());
        said::tell(house, &mut tx, &dispute::other_of(&deal, side), &key, said::step(&title, what)).await?;
    }
    tx.note(house.now(), by, "brief dispute", m.id.as_str(), "").await?;
    finish(house, tx, &mut deal).await
}

/// Cancels a contract: what was accepted stays paid; of the rest what the contract says is paid, and what is left goes back. A
/// disputed milestone stays frozen until it is settled.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `deal-state`, `reasons`.
pub async fn cancel(house: &House, id: &str, reasons: &str, by: &str) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let mut deal = deal_in(&mut tx, id).await?;
    let side = side_of(house, &mut tx, &deal, by).await?.ok_or_else(|| not_yours(&deal))?;
    hold_where_it_came(house, &mut tx, &mut deal).await?;
    let next = deal::after(&deal, domain::Act::Cancel)?;
    let reasons = words("reasons", reasons, "say why: `--reasons \"…\"`")?;
    let contract = deal::contract(&mut tx, &deal).await?;
    if !tx.move_brand_deal(&deal.id, &deal.state, next.word()).await? {
        return Err(refuse("deal-state", "somebody else was quicker", "look again"));
    }
    deal.state = next.word().to_owned();
    for m in tx.milestones(&deal.id).await? {
        let state = state_of(&m)?;
        let Ok(next) = state.after(Act::Cancel) else { continue };
        let award = due_on_cancelling(m.amount, state, side, contract.cancel_begun, contract.cancel_ahead)?;
        money::end(house, &mut tx, (&deal, &contract), &m, (next, award), by).await?;
        happened(house, &mut tx, &deal, Some(&m.id), "cancelled", &award.to_string(), by).await?;
    }
    happened(house, &mut tx, &deal, None, "cancelled", &reasons, by).await?;
    tx.end_brand_deal(&deal.id, now).await?;
    let other = if side == Side::Brand {
        deal.artist.clone()
    } else {
        deal.agency.clone().unwrap_or_else(|| deal.brand.clone())
    };
    let words = said::step(&contract.title, ("the contract was cancelled", "le contrat est annulé"));
    said::tell(house, &mut tx, &other, &format!("cancelled-{}", deal.id), words).await?;
    tx.note(now, by, "brief cancel", deal.id.as_str(), side.word()).await?;
    let shown = deal::shown(house, &mut tx, deal).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Notes a raw figure of what was agreed to be measured; both sides see it.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `indicator-unknown`, `figure`.
pub async fn measure(
    house: &House,
    id: &str,
    indicator: &str,
    value: i64,
    source: &str,
    by: &str,
) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let deal = deal_in(&mut tx, id).await?;
    if by != HOUSE && side_of(house, &mut tx, &deal, by).await?.is_none() {
        return Err(not_yours(&deal));
    }
    let contract = deal::contract(&mut tx, &deal).await?;
    if !contract.indicators.iter().any(|i| i == indicator.trim()) {
        let known = contract.indicators.join("`, `");
        return Err(refuse(
            "indicator-unknown",
            format!("`{}` is not measured by this contract", indicator.trim()),
            format!("agreed are: `{known}`"),
        ));
    }
    if value < 0 || source.trim().is_empty() {
        return Err(refuse(
            "figure",
            "a figure is a whole number from nought on, with its source",
            "`--source \"the platform's own report of 3 November\"`",
        ));
    }
    let figure = FigureRow {
        indicator: indicator.trim().to_owned(),
        value,
        day: super::today(house).to_string(),
        source: words("figure", source, "name the source")?,
        by: by.to_owned(),
        at: now,
    };
    tx.insert_figure(&deal.id, &figure).await?;
    let shown = deal::shown(house, &mut tx, deal).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Whether somebody stands on a side of a contract, with a mandate or without.
pub(super) async fn is_a_side(tx: &mut Tx, deal: &BrandDealRow, by: &str) -> bool {
    match crate::party::find(tx, by).await {
        Ok(found) => deal::stands(deal, &found.party.id).is_some(),
        Err(_) => false,
    }
}

struct Begun {
    deal: BrandDealRow,
    contract: Contract,
    /// Whoever acts, by id.
    own: PartyId,
}

/// Who may act, and whether the money is there: asked before every step. `side`: whose step it is; either's where `None`.
async fn begin(house: &House, tx: &mut Tx, id: &str, by: &str, side: Option<Side>) -> Result<Begun, Failure> {
    let mut deal = deal_in(tx, id).await?;
    let theirs = side_of(house, tx, &deal, by).await?;
    if theirs.is_none() || (side.is_some() && theirs != side) {
        return Err(not_yours(&deal));
    }
    hold_where_it_came(house, tx, &mut deal).await?;
    if deal.form == "framework" {
        return Err(refuse(
            "milestone-unknown",
            "a framework agreement has no milestones of its own",
            "its orders have",
        ));
    }
    let known = domain::State::from_word(&deal.state);
    if matches!(known, Some(domain::State::Drafted | domain::State::HalfSigned | domain::State::Signed)) {
        let (message, hint) = if known == Some(domain::State::Signed) {
            (
                "the budget of this contract has not come yet",
                "no work before the money: the bank has to show it first",
            )
        } else {
            ("this contract is not signed by both", "both sides sign first: `tantieme brief sign`")
        };
        return Err(refuse("not-held", message, hint));
    }
    let contract = deal::contract(tx, &deal).await?;
    let own = crate::party::find(tx, by).await?.party.id;
    Ok(Begun { deal, contract, own })
}

pub(super) async fn finish(house: &House, mut tx: Tx, deal: &mut BrandDealRow) -> Result<Shown, Failure> {
    finish_in(house, &mut tx, deal).await?;
    let shown = deal::shown(house, &mut tx, deal.clone()).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Ends a contract whose milestones are all over.
pub(super) async fn finish_in(house: &House, tx: &mut Tx, deal: &mut BrandDealRow) -> Result<(), Failure> {
    let mut states = Vec::new();
    for m in tx.milestones(&deal.id).await? {
        states.push(state_of(&m)?);
    }
    let held = domain::State::Held.word();
    if deal.state == held
        && domain::is_finished(states)
        && tx.move_brand_deal(&deal.id, held, domain::State::Done.word()).await?
    {
        deal.state = domain::State::Done.word().to_owned();
        deal.ended = Some(house.now());
        tx.end_brand_deal(&deal.id, house.now()).await?;
        happened(house, tx, deal, None, "done", "", HOUSE).await?;
    }
    Ok(())
}

pub(super) async fn milestone_in(
    tx: &mut Tx,
    deal: &BrandDealRow,
    place: i64,
) -> Result<MilestoneRow, Failure> {
    let all = tx.milestones(&deal.id).await?;
    let count = all.len();
    all.into_iter().find(|m| m.place == place).ok_or_else(|| {
        refuse(
            "milestone-unknown",
            format!("the contract `{}` has no milestone {place}: nobody asked for it", deal.id),
            format!("it has {count}, numbered from 1"),
        )
    })
}

fn state_of(m: &MilestoneRow) -> Result<State, Failure> {
    State::from_word(&m.state).ok_or_else(|| fault(&format!("the milestone {} is in no known state", m.id)))
}

pub(super) fn after(m: &MilestoneRow, act: Act) -> Result<State, Failure> {
    state_of(m)?.after(act).map_err(|e: milestone::Illegal| {
        refuse("milestone-state", e.to_string(), "look at the contract: `tantieme brief contract`")
    })
}

pub(super) fn words(code: &'static str, text: &str, hint: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() || text.len() > MOST_WORDS {
        let what = code.trim_start_matches("delivery-");
        return Err(refuse(code, format!("{what} of {} bytes cannot be kept", text.len()), hint));
    }
    Ok(text.chars().filter(|c| *c == '\n' || !c.is_control()).collect())
}
