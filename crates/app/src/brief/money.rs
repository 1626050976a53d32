//! The money of a contract: offered, awaited, held for each milestone, paid by the rule, or given back.
//!
//! | step | entry |
//! |---|---|
//! | both signed | pending `pledge`: `pledge:BUDGET` → `pot:BUDGET` |
//! | the bank shows it | `receive`: `bank` → `pot:BUDGET`, VAT with it |
//! | then | `campaign-vat`: `pot:BUDGET` → `vat:FR` ([`super::tax`]) |
//! | held | per milestone, pending `hold`: `pot:BUDGET` → `pot:MILESTONE` |
//! | accepted | the hold is posted; `allocation` by the rule: `pot:MILESTONE` → artist's side, `house`, `fund:solidarity` |
//! | the artist named a scene | `solidarity`: `fund:solidarity` → `pot:SLICE`; `allocation`: → those named |
//! | what goes back | takes its VAT along: `campaign-vat-back`: `vat:FR` → `party:BRAND` |
//! | settled or cancelled | the hold is voided; `award`: `pot:BUDGET` → `pot:MILESTONE` what is due, and `campaign-refund`: → `party:BRAND` the rest |
//!
//! What goes back lies on the brand's own balance, from which it is paid out like anybody's money.

use ::allocation::{Deliverable, Input, LineKind, RuleSet, SharesOf};
use ::money::Amount;
use formats::bank::CreditorReference;
use ledger::{Account, Draft};
use music::pot::{PayerRole, Programme};
use music::{PartyId, PotId};
use programmes::brief::contract::Contract;
use programmes::brief::milestone::State;
use store::{BrandDealRow, ContributionRow, MilestoneRow, PotRow, Tx};

use super::{deal, fault, tax};
use crate::failure::refuse;
use crate::{Failure, House, allocation, pot};

/// The rule for the slice that goes to whom the artist named.
pub(super) const SLICE_RULE: &str = "solidarity-slice";

/// The fund that slices go to, and through.
pub(super) fn fund() -> Result<Account, Failure> {
    "fund:solidarity".parse().map_err(|e: ledger::BadAccount| fault(&e))
}

/// What an artist would get of a fee, by the rule that shares it later.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The fee.
    pub fee: Amount,
    /// What the rule takes first: where to, why in English and French, how much.
    pub deductions: Vec<(String, String, String, Amount)>,
    /// What the artist's side gets.
    pub net: Amount,
    /// The rule with version.
    pub rule: String,
    /// Its hash.
    pub rule_hash: String,
}

/// A rule by which campaigns can be shared.
///
/// # Errors
/// `rule-unknown`, `brief-rule`.
pub(super) fn rule_of(name: &str) -> Result<RuleSet, Failure> {
    let rule = allocation::rule_named(name)?;
    if super::rules().contains(&rule.label()) {
        return Ok(rule);
    }
    Err(refuse(
        "brief-rule",
        format!("the rule `{name}` does not pay deliverables"),
        format!("one of {}", super::rules().join(", ")),
    ))
}

/// What a fee comes to: the rule itself says it.
pub(super) fn offer(fee: Amount, rule: &str) -> Result<Offer, Failure> {
    let rule = rule_of(rule)?;
    let shares = SharesOf::whole(PartyId::from_bits(1));
    let deliverable = Deliverable { key: "offer".to_owned(), agreed: fee, accepted: true, shares };
    let input = Input { deliverables: vec![deliverable], ..Input::default() };
    let shared = ::allocation::allocate(fee, &input, &rule)
        .map_err(|e| refuse("rule-refuses", e.to_string(), e.hint()))?;
    let (mut deductions, mut net) = (Vec::new(), Amount::zero(fee.currency()));
    for line in &shared.lines {
        match &line.kind {
            LineKind::Deduct { to, reason } => {
                let french =
                    rule.deductions.iter().find(|d| d.reason.en == *reason).and_then(|d| d.reason.fr.clone());
                let french = french.unwrap_or_else(|| reason.clone());
                deductions.push((to.to_string(), reason.clone(), french, line.amount));
            }
            LineKind::Pay { .. } => net = net.checked_add(line.amount)?,
            _ => {}
        }
    }
    Ok(Offer { fee, deductions, net, rule: rule.label(), rule_hash: rule.hash() })
}

/// Opens the pot of a budget and asks the brand for it, with a reference of its own.
pub(super) async fn ask_budget(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    title: &str,
) -> Result<ContributionRow, Failure> {
    let now = house.now();
    let pot = open(house, tx, &deal.rule, format!("budget: {title}"), deal.fee).await?;
    let gross = tax::gross(tx, deal).await?;
    let id = house.contribution_id();
    let body: String = id.as_str().trim_start_matches("con-").to_owned();
    let reference = CreditorReference::from_body(&body).map_err(|e| fault(&e))?;
    let pledge = Draft::pending("pledge", id.as_str(), format!("pledge:{id}"))
        .memo(format!("budget of contract {}, not yet at the bank", deal.id))
        .inputs(gross.to_string())
        .debit(Account::pledge(pot.as_str()), gross)
        .credit(Account::pot(pot.as_str()), gross);
    let entry = tx.post_one(now, pledge).await?;
    let contribution = ContributionRow {
        id,
        pot,
        payer: deal.agency.clone().unwrap_or_else(|| deal.brand.clone()),
        role: PayerRole::Brand,
        reference: reference.to_string(),
        pledged: gross,
        share: None,
        attested: "dj".to_owned(),
        received: Amount::zero(deal.fee.currency()),
        pledge_entry: Some(entry.seq()),
        receipt: None,
        created: now,
    };
    tx.insert_contribution(&contribution).await?;
    Ok(contribution)
}

async fn open(
    house: &House,
    tx: &mut Tx,
    rule: &str,
    purpose: String,
    amount: Amount,
) -> Result<PotId, Failure> {
    let row = PotRow {
        id: house.pot_id(),
        programme: Programme::Campaign.word().to_owned(),
        event: None,
        currency: amount.currency(),
        rule: allocation::rule_named(rule)?.label(),
        purpose,
        status: "open".to_owned(),
        created: house.now(),
    };
    tx.insert_pot(&row).await?;
    Ok(row.id)
}

/// Whether the whole budget has come, with its VAT.
pub(super) async fn has_come(tx: &mut Tx, deal: &BrandDealRow) -> Result<bool, Failure> {
    let Some(contribution) = &deal.contribution else { return Ok(false) };
    let gross = tax::gross(tx, deal).await?;
    let received = tx.contribution(contribution).await?.map(|c| c.received);
    Ok(received.is_some_and(|r| r.micros() >= gross.micros()))
}

/// Reserves what each milestone pays: a pot of its own, and a pending entry into it.
pub(super) async fn hold(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    contract: &Contract,
) -> Result<(), Failure> {
    let Some(budget) = &deal.pot else { return Ok(()) };
    for m in tx.milestones(&deal.id).await? {
        let pot = open(house, tx, &deal.rule, format!("{}: {}", contract.title, m.title), m.amount).await?;
        let draft = Draft::pending("hold", m.id.as_str(), format!("hold:{}", m.id))
            .memo(format!("held for `{}` of contract {}", m.title, deal.id))
            .inputs(m.amount.to_string())
            .debit(Account::pot(budget.as_str()), m.amount)
            .credit(Account::pot(pot.as_str()), m.amount);
        let entry = tx.post_one(house.now(), draft).await?;
        let held = MilestoneRow {
            state: State::Held.word().to_owned(),
            pot: Some(pot),
            hold: Some(entry.seq()),
            ..m.clone()
        };
        deal::moved(tx, &m, &held).await?;
    }
    Ok(())
}

/// Ends a milestone: pays `award` of it by the rule, gives the rest back to whoever paid. `to` is the state it ends in.
/// Of two at once one wins; the other is refused and moves nothing.
pub(super) async fn end(
    house: &House,
    tx: &mut Tx,
    (deal, contract): (&BrandDealRow, &Contract),
    m: &MilestoneRow,
    (to, award): (State, Amount),
    by: &str,
) -> Result<MilestoneRow, Failure> {
    let now = house.now();
    let ended =
        MilestoneRow { state: to.word().to_owned(), silence: None, awarded: Some(award), ..m.clone() };
    deal::moved(tx, m, &ended).await?;
    let (Some(pot), Some(hold)) = (&m.pot, m.hold) else { return Ok(ended) };
    if award == m.amount {
        let draft = Draft::posts(hold, "release", m.id.as_str(), format!("release:{}", m.id)).memo(format!(
            "`{}` is {}",
            m.title,
            to.word()
        ));
        tx.post_one(now, draft).await?;
    } else {
        let budget = deal.pot.as_ref().ok_or_else(|| fault("a milestone is held without a budget"))?;
        let draft = Draft::voids(hold, "unhold", m.id.as_str(), format!("unhold:{}", m.id)).memo(format!(
            "`{}` is {}",
            m.title,
            to.word()
        ));
        tx.post_one(now, draft).await?;
        let rest = m.amount.checked_sub(award)?;
        let payer = tx.contributions_to(budget).await?.first().map(|c| c.payer.clone());
        let payer = payer.unwrap_or_else(|| deal.brand.clone());
        let draft = Draft::posted("campaign-refund", m.id.as_str(), format!("refund:{}", m.id))
            .memo(format!("`{}` of `{}` is {}: the rest goes back", m.title, contract.title, to.word()))
            .inputs(rest.to_string())
            .debit(Account::pot(budget.as_str()), rest)
            .credit(Account::party(payer.as_str()), rest);
        tx.post_one(now, draft).await?;
        let mut back = Amount::zero(rest.currency());
        if let Some((due, vat)) = tax::of_rest(tx, deal, m, rest).await?.filter(|(_, v)| v.is_positive()) {
            back = vat;
            let draft = Draft::posted("campaign-vat-back", m.id.as_str(), format!("vat-back:{}", m.id))
                .memo(format!("VAT of what goes back of `{}`", m.title))
                .inputs(vat.to_string())
                .debit(Account::vat(&due.country), vat)
                .credit(Account::party(payer.as_str()), vat);
            tx.post_one(now, draft).await?;
        }
        tax::credit(house, tx, deal, m, (rest, back)).await?;
        if award.is_positive() {
            let draft = Draft::posted("award", m.id.as_str(), format!("award:{}", m.id))
                .memo(format!("`{}` is {}: {award} of {} are due", m.title, to.word(), m.amount))
                .inputs(award.to_string())
                .debit(Account::pot(budget.as_str()), award)
                .credit(Account::pot(pot.as_str()), award);
            tx.post_one(now, draft).await?;
        }
    }
    if award.is_positive() {
        let run = allocation::share_now(house, tx, pot, by).await?;
        if !contract.scene.is_empty() {
            slice(house, tx, contract, m, &run, by).await?;
        }
    }
    Ok(ended)
}

/// Passes the slice that a run put into the fund on to whom the artist named.
async fn slice(
    house: &House,
    tx: &mut Tx,
    contract: &Contract,
    m: &MilestoneRow,
    run: &allocation::Run,
    by: &str,
) -> Result<(), Failure> {
    let fund = fund()?;
    let of_fund = run.lines.iter().filter(|l| l.account == fund.as_str()).map(|l| l.amount);
    let amount = ::money::sum(of_fund, m.amount.currency())?;
    if !amount.is_positive() {
        return Ok(());
    }
    let purpose = format!("{}: {} (solidarity)", contract.title, m.title);
    let pot = open(house, tx, SLICE_RULE, purpose, amount).await?;
    tx.set_milestone_slice(&m.id, &pot).await?;
    let draft = Draft::posted("solidarity", m.id.as_str(), format!("solidarity:{}", m.id))
        .memo(format!("the solidarity slice of `{}`, to whom the artist named", m.title))
        .inputs(amount.to_string())
        .debit(fund, amount)
        .credit(Account::pot(pot.as_str()), amount);
    tx.post_one(house.now(), draft).await?;
    allocation::share_now(house, tx, &pot, by).await?;
    Ok(())
}

/// What a campaign's pot is shared by: its one deliverable, with the artist's side or those of the slice.
pub(crate) async fn deliverables(tx: &mut Tx, pot: &PotRow) -> Result<Option<Vec<Deliverable>>, Failure> {
    if pot.programme != Programme::Campaign.word() {
        return Ok(None);
    }
    let (m, of_slice) = match tx.milestone_of_pot(&pot.id).await? {
        Some(m) => (m, false),
        None => match tx.milestone_of_slice(&pot.id).await? {
            Some(m) => (m, true),
            None => return Ok(None),
        },
    };
    let Some(deal) = tx.brand_deal(&m.deal).await? else { return Ok(None) };
    let contract = deal::contract(tx, &deal).await?;
    let parts = if of_slice { &contract.scene } else { &contract.split };
    let shares = if parts.is_empty() {
        SharesOf::whole(deal.artist.clone())
    } else {
        SharesOf::new(parts.iter().cloned())
    };
    let agreed = if of_slice {
        let account = fund()?;
        let lines = match &m.pot {
            Some(pot) => tx.lines_of_pot(pot).await?,
            None => Vec::new(),
        };
        let first = lines.iter().filter(|l| l.account == account.as_str()).map(|l| l.amount);
        ::money::sum(first, pot.currency)?
    } else {
        m.awarded.unwrap_or(Amount::zero(pot.currency))
    };
    let accepted = State::from_word(&m.state).is_some_and(State::is_over);
    Ok(Some(vec![Deliverable { key: format!("{} {}", m.id, m.title), agreed, accepted, shares }]))
}

/// The words under which a campaign's line stands on a statement: the milestone's id, who pays, what for.
pub(crate) async fn line_words(
    tx: &mut Tx,
    pot: &PotId,
) -> Result<Option<(String, String, String)>, Failure> {
    let (m, of_slice) = match tx.milestone_of_pot(pot).await? {
        Some(m) => (m, false),
        None => match tx.milestone_of_slice(pot).await? {
            Some(m) => (m, true),
            None => return Ok(None),
        },
    };
    let Some(deal) = tx.brand_deal(&m.deal).await? else { return Ok(None) };
    let brand = tx.party(&deal.brand).await?.map(|p| p.party.name).unwrap_or_default();
    let contract = deal::contract(tx, &deal).await?;
    let slice = if of_slice { " (solidarity)" } else { "" };
    Ok(Some((m.id.to_string(), brand, format!("{}: {}{slice}", contract.title, m.title))))
}

/// How a payer pays: the contribution with the house's account.
pub(super) async fn payment(
    house: &House,
    tx: &mut Tx,
    contribution: ContributionRow,
) -> Result<pot::Payment, Failure> {
    let now = house.now();
    Ok(pot::Payment {
        contribution,
        holder: crate::policy::text(tx, "house-name", now).await?,
        iban: crate::policy::text(tx, "house-iban", now).await?,
        bic: crate::policy::text(tx, "house-bic", now).await?,
    })
}
