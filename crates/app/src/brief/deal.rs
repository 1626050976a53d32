//! Contracts: drafted from a brief and a yes, revised until somebody signs, signed by both, and what followed.
//!
//! It is one piece because drafting, revising and signing compose and check one text, and what a contract looks like
//! afterwards is told from the same rows.

use ::money::{Amount, Ratio};
use jiff::SignedDuration;
use jiff::civil::Date;
use ledger::Hash;
use music::{PartyId, ShareStatus, ShareSubject};
use programmes::brief::contract::{self, Contract};
use programmes::brief::deal::{Act, State};
use programmes::brief::terms::is_whole;
use programmes::brief::{Brief, Flaw, Step, Word as _, WrittenStep, disclosure, milestone};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    BrandDealId, BrandDealRow, BrandEventRow, BrandInvoiceRow, BrandTaxRow, BrandTextRow, BriefRow,
    ContributionRow, FigureRow, MilestoneId, MilestoneRow, SignatureRow, Tx,
};

use super::{HOUSE, ai, brief_in, fault, mandate, money, of_the_brand, said, tax, terms, today, whole};
use crate::failure::refuse;
use crate::job::{Enqueue, enqueue_in};
use crate::{Failure, House, catalogue, log, party, pot};

/// Days in which a contract can be signed.
const SIGN_DAYS: i64 = 14;

/// What the sides agree beside the brief. Names are ids or unique names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// How the artist's side divides it: `{ "Ada" = "50 %", … }` as pairs; the artist alone where empty.
    pub split: Vec<[String; 2]>,
    /// A recording whose shares say how it is divided, in place of `split`.
    pub split_of: String,
    /// Who gets the solidarity slice; what the artist's terms say, or the fund, where empty.
    pub scene: Vec<[String; 2]>,
    /// Other milestones than the brief's, for an order or an agreed change.
    pub milestones: Vec<WrittenStep>,
}

/// A contract as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// It.
    pub row: BrandDealRow,
    /// What it says.
    pub contract: Contract,
    /// The text that is signed, with its hash.
    pub text: BrandTextRow,
    /// Who signed.
    pub signatures: Vec<SignatureRow>,
    /// Its milestones.
    pub milestones: Vec<MilestoneRow>,
    /// What happened.
    pub events: Vec<BrandEventRow>,
    /// How the budget is paid, and what of it came.
    pub payment: Option<pot::Payment>,
    /// What is reserved for milestones that are not over.
    pub held: Amount,
    /// What was paid of it until now, before commission and slice.
    pub paid: Amount,
    /// Figures of what is measured.
    pub figures: Vec<FigureRow>,
    /// The orders under a framework.
    pub orders: Vec<BrandDealId>,
    /// VAT on the fee, which the brand pays beside it; `None` before both signed.
    pub tax: Option<BrandTaxRow>,
    /// Invoices to the brand and credit notes.
    pub invoices: Vec<BrandInvoiceRow>,
    /// Whether French law wants it in writing, all contracts of the year for its objective together.
    pub mandatory: bool,
    /// What a signature still needs; empty once both signed.
    pub lacks: Vec<Flaw>,
    /// The labels that what is published has to carry, by territory.
    pub labels: Vec<disclosure::Label>,
}

/// Drafts a contract with an artist who said yes. `form` is `single` or `framework`.
///
/// # Errors
/// In this order: `brief-unknown`, `not-yours`, `brief-anonymous`, what finding the artist refuses, `not-yes`, `brief-full`,
/// `brief-ai-refused`, what the terms of the contract refuse (`split`, `milestones-sum`).
pub async fn choose(
    house: &House,
    brief: &str,
    artist: &str,
    form: &str,
    agreed: Terms,
    by: &str,
) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let row = brief_in(&mut tx, brief).await?;
    of_the_brand(house, &mut tx, &row, by).await?;
    let brief = whole(house, &mut tx, &row).await?;
    let artist = chosen(&mut tx, &row, brief.anonymous, artist).await?;
    let not_yes = || {
        refuse(
            "not-yes",
            "this artist did not say yes to this brief",
            "choose among those who did: `tantieme brief answers`",
        )
    };
    let invitation =
        tx.brief_invitation(&row.id, &artist).await?.filter(|i| i.state == "yes").ok_or_else(not_yes)?;
    let deals = tx.brand_deals_of_brief(&row.id).await?;
    let standing = deals
        .iter()
        .filter(|d| d.framework.is_none() && !matches!(d.state.as_str(), "lapsed" | "cancelled"))
        .count();
    if standing >= usize::try_from(brief.artists).unwrap_or(usize::MAX) {
        let message = format!("the brief asks for {} artists, and so many contracts stand", brief.artists);
        return Err(refuse("brief-full", message, "write another brief for more artists"));
    }
    ai::permitted(&mut tx, &row, &brief, &artist).await?;
    if !matches!(form, "single" | "framework") {
        return Err(refuse(
            "deal-form",
            format!("`{form}` is no form of a contract"),
            "`single` or `framework`",
        ));
    }
    if !tx.move_brief_invitation(&invitation.id, ("yes", "chosen"), None, None).await? {
        return Err(not_yes());
    }
    let shown = draft(house, &mut tx, &row, &brief, (artist, form, None), agreed, by).await?;
    tx.note(now, by, "brief choose", shown.row.id.as_str(), row.id.as_str()).await?;
    tx.commit().await?;
    Ok(shown)
}

/// An order under a framework agreement that both signed.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `deal-framework`, `milestones-missing`, `brief-budget`, and as [`choose`].
pub async fn order(house: &House, framework: &str, agreed: Terms, by: &str) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let frame = deal_in(&mut tx, framework).await?;
    let side = side_of(house, &mut tx, &frame, by).await?;
    if side != Some(milestone::Side::Brand) && by != HOUSE {
        return Err(not_yours(&frame));
    }
    if frame.form != "framework" || frame.state != State::Signed.word() {
        let message = format!(
            "the contract `{}` is no framework agreement that stands: {}, {}",
            frame.id, frame.form, frame.state
        );
        return Err(refuse("deal-framework", message, "both sides sign the framework first"));
    }
    if agreed.milestones.is_empty() {
        return Err(refuse(
            "milestones-missing",
            "an order names its own milestones",
            "`milestones` in the document",
        ));
    }
    let row = tx.brief(&frame.brief).await?.ok_or_else(|| fault("a contract's brief is missing"))?;
    let brief = whole(house, &mut tx, &row).await?;
    let shown = draft(
        house,
        &mut tx,
        &row,
        &brief,
        (frame.artist.clone(), "order", Some(frame.id.clone())),
        agreed,
        by,
    )
    .await?;
    let mut sum = Amount::zero(brief.budget.currency());
    for other in tx.brand_deals_of_brief(&row.id).await? {
        if other.framework.is_some() && !matches!(other.state.as_str(), "lapsed" | "cancelled") {
            sum = sum.checked_add(other.fee)?;
        }
    }
    if sum.micros() > brief.budget.micros() {
        let message = format!("the orders come to {sum}, above the budget of {}", brief.budget);
        return Err(refuse("brief-budget", message, "order less, or write another brief"));
    }
    tx.note(now, by, "brief order", shown.row.id.as_str(), frame.id.as_str()).await?;
    tx.commit().await?;
    Ok(shown)
}

/// The artist meant by an invitation's id, or by an id or a name where names are told.
async fn chosen(tx: &mut Tx, row: &BriefRow, anonymous: bool, text: &str) -> Result<PartyId, Failure> {
    let invitations = tx.brief_invitations(&row.id).await?;
    if let Some(i) = invitations.iter().find(|i| i.id.as_str() == text.trim()) {
        return Ok(i.artist.clone());
    }
    // Trying names would tell who stands behind an answer.
    if anonymous {
        return Err(refuse(
            "brief-anonymous",
            "names wait until both sides agree",
            "choose by the answer's own id: `tantieme brief answers`",
        ));
    }
    Ok(party::find(tx, text).await?.party.id)
}

async fn draft(
    house: &House,
    tx: &mut Tx,
    row: &BriefRow,
    brief: &Brief,
    (artist, form, framework): (PartyId, &str, Option<BrandDealId>),
    agreed: Terms,
    by: &str,
) -> Result<Shown, Failure> {
    let now = house.now();
    let id = BrandDealId::from_bits(house.world.bits());
    let zero = Amount::zero(brief.fee.currency());
    let sign = now + SignedDuration::from_hours(24 * SIGN_DAYS);
    let mut deal = BrandDealRow {
        id,
        brief: row.id.clone(),
        framework,
        form: form.to_owned(),
        brand: row.brand.clone(),
        agency: row.agency.clone(),
        tier: super::market::tier_of(house, tx, &artist).await?.word().to_owned(),
        artist,
        state: State::Drafted.word().to_owned(),
        version: 1,
        fee: zero,
        benefits: brief.benefits,
        kind: brief.kind.word().to_owned(),
        objective: brief.objective.clone(),
        places: brief.territories.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        rule: money::rule_of(&brief.rule)?.label(),
        pot: None,
        contribution: None,
        created: now,
        sign,
        signed: None,
        ended: None,
    };
    let contract = compose(house, tx, &mut deal, brief, &agreed).await?;
    tx.insert_brand_deal(&deal).await?;
    keep(house, tx, &deal, &contract, by).await?;
    enqueue_in(
        house,
        tx,
        Enqueue::now(super::DUE, deal.id.as_str()).once(format!("sign/{}", deal.id)).at(sign),
    )
    .await?;
    let words = said::to_sign(&contract.title, deal.id.as_str(), sign);
    said::tell(house, tx, &deal.artist, &format!("sign-{}", deal.id), words).await?;
    shown(house, tx, deal).await
}

/// Writes another version of a contract that nobody signed yet.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `contract-signed`, and as [`choose`].
pub async fn revise(house: &House, id: &str, agreed: Terms, by: &str) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let mut deal = deal_in(&mut tx, id).await?;
    if side_of(house, &mut tx, &deal, by).await?.is_none() && by != HOUSE {
        return Err(not_yours(&deal));
    }
    step(&deal, Act::Revise).map_err(|e| {
        let hint = "what was signed stays; draft another contract, or an order under a framework";
        refuse("contract-signed", e.to_string(), hint)
    })?;
    let row = tx.brief(&deal.brief).await?.ok_or_else(|| fault("a contract's brief is missing"))?;
    let brief = whole(house, &mut tx, &row).await?;
    deal.version += 1;
    let contract = compose(house, &mut tx, &mut deal, &brief, &agreed).await?;
    tx.revise_brand_deal(&deal).await?;
    keep(house, &mut tx, &deal, &contract, by).await?;
    tx.note(now, by, "brief revise", deal.id.as_str(), &format!("version {}", deal.version)).await?;
    let shown = shown(house, &mut tx, deal).await?;
    tx.commit().await?;
    Ok(shown)
}

/// Fills the template.
async fn compose(
    house: &House,
    tx: &mut Tx,
    deal: &mut BrandDealRow,
    brief: &Brief,
    agreed: &Terms,
) -> Result<Contract, Failure> {
    let steps = if deal.form == "framework" { Vec::new() } else { steps(house, brief, agreed)? };
    let currency = brief.fee.currency();
    deal.fee = ::money::sum(steps.iter().map(|s| s.pays), currency)?;
    if deal.form == "single" && deal.fee != brief.fee {
        let message = format!("the milestones come to {}, and the brief offered {}", deal.fee, brief.fee);
        return Err(refuse(
            "milestones-sum",
            message,
            "what was offered is what is agreed: divide it otherwise, but whole",
        ));
    }
    let split = split(tx, brief, agreed).await?;
    let scene = match agreed.scene.as_slice() {
        [] => terms::of(house, tx, &deal.artist).await?.map(|t| t.scene).unwrap_or_default(),
        own => parts(tx, own).await?,
    };
    let (rule, deductions, net) = if deal.fee.is_positive() {
        let offer = money::offer(deal.fee, &brief.rule)?;
        let fr = brief.lang == "fr";
        let words = offer
            .deductions
            .iter()
            .map(|(to, en, french, amount)| format!("{amount} {} ({to})", if fr { french } else { en }));
        (format!("{} {}", offer.rule, offer.rule_hash), words.collect(), offer.net)
    } else {
        (deal.rule.clone(), Vec::new(), deal.fee)
    };
    let names = |ids: &[(PartyId, Ratio)]| ids.iter().map(|(p, _)| p.clone()).collect::<Vec<_>>();
    let in_france = brief.territories.iter().any(|t| t.is_worldwide() || t.country() == Some("FR"));
    let pick = |said: (&'static str, &'static str)| if brief.lang == "fr" { said.1 } else { said.0 };
    let labels = disclosure::labels(brief.kind, brief.uses, &brief.territories);
    let agency = match &deal.agency {
        Some(agency) => side(house, tx, agency).await?,
        None => contract::Party::default(),
    };
    Ok(Contract {
        deal: deal.id.to_string(),
        version: u32::try_from(deal.version).unwrap_or(1),
        lang: brief.lang.clone(),
        form: deal.form.clone(),
        framework: deal.framework.as_ref().map(ToString::to_string).unwrap_or_default(),
        day: today(house),
        title: brief.title.clone(),
        mission: brief.wanted.clone(),
        objective: deal.objective.clone(),
        brand: side(house, tx, &deal.brand).await?,
        agency,
        artist: side(house, tx, &deal.artist).await?,
        fee: deal.fee,
        steps,
        benefits: deal.benefits,
        benefits_words: brief.benefits_words.clone(),
        rule,
        deductions,
        net,
        split_names: called(tx, &names(&split)).await?,
        split,
        scene_names: called(tx, &names(&scene)).await?,
        scene,
        starts: brief.starts,
        ends: brief.ends,
        uses: brief.uses.iter().map(|u| pick(u.said()).to_owned()).collect(),
        ai: brief.ai.iter().map(|u| ai::words(*u, brief.lang == "fr")).collect(),
        months: brief.months,
        territories: brief.territories.iter().map(ToString::to_string).collect(),
        exclusive_days: brief.exclusive_days,
        silence_days: brief.silence_days,
        cancel_begun: brief.cancel_begun,
        cancel_ahead: brief.cancel_ahead,
        labels: labels
            .iter()
            .filter_map(|l| l.words.first().map(|w| format!("{w} ({})", l.territory)))
            .collect(),
        indicators: brief.indicators.clone(),
        law: brief.law.clone(),
        in_france,
        code: house.world.nonce().iter().map(|b| format!("{b:02x}")).collect(),
    })
}

fn steps(house: &House, brief: &Brief, agreed: &Terms) -> Result<Vec<Step>, Failure> {
    if agreed.milestones.is_empty() {
        return Ok(brief.steps.clone());
    }
    let mut steps = Vec::new();
    for m in &agreed.milestones {
        let pays: Amount = m
            .pays
            .parse()
            .map_err(|e: ::money::AmountError| refuse("milestone-pay", e.to_string(), "`EUR 500`"))?;
        let due: Date = m.due.trim().parse().map_err(|_| {
            refuse("milestone-due", format!("`{}` is no day", m.due.trim()), "write it as `2026-11-01`")
        })?;
        if due < today(house) {
            return Err(refuse(
                "brief-past",
                format!("`{}` was due on {due}, which is past", m.title),
                "give a day from today on",
            ));
        }
        if !pays.is_positive()
            || pays != pays.round_down_to_minor()
            || pays.currency() != brief.fee.currency()
            || m.title.trim().is_empty()
        {
            let message = format!("`{}` cannot pay {pays}", m.title.trim());
            return Err(refuse(
                "milestone-pay",
                message,
                "a title, and an amount above nothing in whole cents of the brief's currency",
            ));
        }
        let title: String = m.title.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        steps.push(Step { title, pays, due });
    }
    Ok(steps)
}

/// How the artist's side divides: as agreed, or as the shares of a recording say; nobody named is the artist alone.
async fn split(tx: &mut Tx, brief: &Brief, agreed: &Terms) -> Result<Vec<(PartyId, Ratio)>, Failure> {
    if agreed.split_of.trim().is_empty() {
        return parts(tx, &agreed.split).await;
    }
    let recording = catalogue::row_named(tx, &agreed.split_of).await?.recording;
    let id = tx.survivor(&recording.id).await?;
    let mut all: Vec<(PartyId, Ratio)> = Vec::new();
    for row in crate::duplicate::shares(tx, &id).await? {
        let s = row.share;
        let territory = brief.territories.first();
        if matches!(s.subject, ShareSubject::Recording(_))
            && s.status != ShareStatus::Withdrawn
            && s.applies(music::UseType::Campaign, territory, brief.starts)
        {
            all.push((s.party, s.ratio));
        }
    }
    whole_parts(all)
}

async fn parts(tx: &mut Tx, texts: &[[String; 2]]) -> Result<Vec<(PartyId, Ratio)>, Failure> {
    let mut all = Vec::new();
    for [who, part] in texts {
        let ratio: Ratio = part
            .parse()
            .map_err(|e: ::money::RatioError| refuse("split", e.to_string(), "write `33 %` or `1/3`"))?;
        all.push((party::find(tx, who).await?.party.id, ratio));
    }
    if all.is_empty() { Ok(all) } else { whole_parts(all) }
}

fn whole_parts(all: Vec<(PartyId, Ratio)>) -> Result<Vec<(PartyId, Ratio)>, Failure> {
    let ratios: Vec<Ratio> = all.iter().map(|(_, r)| *r).collect();
    if is_whole(&ratios) && all.iter().all(|(_, r)| !r.is_zero()) {
        return Ok(all);
    }
    Err(refuse(
        "split",
        "the parts do not make the whole",
        "three equal parts are `1/3` each; shares of a recording have to be complete",
    ))
}

async fn called(tx: &mut Tx, ids: &[PartyId]) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for id in ids {
        all.push(tx.party(id).await?.map(|p| p.party.name).unwrap_or_default());
    }
    Ok(all)
}

async fn side(house: &House, tx: &mut Tx, id: &PartyId) -> Result<contract::Party, Failure> {
    let record = tx.party(id).await?;
    let known = terms::contact_of(house, tx, id).await?;
    let mail = tx.secret(house.store.fields(), id, "mail").await?.unwrap_or_default();
    let home =
        record.as_ref().and_then(|r| r.party.territory.as_ref()).and_then(|t| t.country().map(str::to_owned));
    Ok(contract::Party {
        id: id.to_string(),
        name: record.map(|r| r.party.name).unwrap_or_default(),
        contact: known.contact,
        mail: if known.mail.is_empty() { mail } else { known.mail },
        country: if known.country.is_empty() { home.unwrap_or_default() } else { known.country },
    })
}

/// Keeps a version: its text, its hash in the public log, its milestones.
async fn keep(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    contract: &Contract,
    by: &str,
) -> Result<(), Failure> {
    let words = contract.text();
    let hash = Hash::of(words.as_bytes()).to_string();
    let body = serde_json::to_string(contract).map_err(|e| fault(&e))?;
    let text = BrandTextRow { version: deal.version, body, words, hash: hash.clone(), at: house.now() };
    tx.insert_brand_text(&deal.id, &text, by).await?;
    // The text holds a random code: its hash tells nobody who agreed what.
    let leaf = json!({ "hash": hash, "leaf": "contract", "version": deal.version });
    log::add(house, tx, "contract", &format!("{}/{}", deal.id, deal.version), &leaf).await?;
    let rows: Vec<MilestoneRow> = (1_i64..)
        .zip(&contract.steps)
        .map(|(place, s)| MilestoneRow {
            id: MilestoneId::from_bits(house.world.bits()),
            deal: deal.id.clone(),
            place,
            title: s.title.clone(),
            amount: s.pays,
            due: s.due.to_string(),
            state: milestone::State::Agreed.word().to_owned(),
            pot: None,
            hold: None,
            silence: None,
            awarded: None,
            slice: None,
        })
        .collect();
    tx.put_milestones(&deal.id, &rows).await?;
    happened(house, tx, deal, None, "drafted", &format!("version {}", deal.version), by).await
}

/// A signature: `by` is a party of the contract, `hash` the hash of the text that was read.
///
/// The second one opens the budget's pot, and the brand is told how to pay. Nothing starts before the money is there.
///
/// # Errors
/// In this order: `deal-unknown`, `not-yours`, `deal-state`, `sign-late`, `contract-changed` (the hash is another version's),
/// `contract-missing` (French law), `brief-ai-refused` (a consent was taken back), `signed-before`; what VAT refuses.
pub async fn sign(house: &House, id: &str, hash: Option<&str>, by: &str) -> Result<Shown, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let deal = deal_in(&mut tx, id).await?;
    let side = side_of(house, &mut tx, &deal, by).await?.ok_or_else(|| not_yours(&deal))?;
    let signatures = tx.brand_signatures(&deal.id).await?;
    if signatures.iter().any(|s| s.side == side.word()) {
        return Err(refuse(
            "signed-before",
            format!("the {} signed already", side.word()),
            "the other side signs now",
        ));
    }
    let act = if signatures.is_empty() { Act::Sign } else { Act::Countersign };
    let next = step(&deal, act).map_err(|e| refuse("deal-state", e.to_string(), ""))?;
    if now >= deal.sign {
        return Err(refuse("sign-late", "the term for signing is over", "draft another contract"));
    }
    let text =
        tx.brand_text(&deal.id, deal.version).await?.ok_or_else(|| fault("a contract's text is missing"))?;
    if hash.is_some_and(|h| h.trim() != text.hash) {
        return Err(refuse(
            "contract-changed",
            "the text has another hash than the one that was read",
            format!("read version {} again: `tantieme brief contract {}`", deal.version, deal.id),
        ));
    }
    let contract: Contract = serde_json::from_str(&text.body).map_err(|e| fault(&e))?;
    let before = this_year(house, &mut tx, &deal).await?;
    if let Some(flaw) = contract.missing(before).into_iter().next() {
        return Err(refuse(flaw.code, flaw.message, flaw.hint));
    }
    let row = tx.brief(&deal.brief).await?.ok_or_else(|| fault("a contract's brief is missing"))?;
    let brief = whole(house, &mut tx, &row).await?;
    ai::permitted(&mut tx, &row, &brief, &deal.artist).await?;
    if !tx.move_brand_deal(&deal.id, &deal.state, next.word()).await? {
        return Err(refuse("deal-state", "somebody else was quicker", "look again"));
    }
    let signature = SignatureRow {
        side: side.word().to_owned(),
        version: deal.version,
        hash: text.hash.clone(),
        by: by.to_owned(),
        at: now,
    };
    if !tx.insert_brand_signature(&deal.id, &signature).await? {
        return Err(refuse(
            "signed-before",
            format!("the {} signed already", side.word()),
            "the other side signs now",
        ));
    }
    happened(house, &mut tx, &deal, None, "signed", &text.hash, by).await?;
    let mut deal = BrandDealRow { state: next.word().to_owned(), ..deal };
    if next == State::Signed {
        both_signed(house, &mut tx, &mut deal, &contract, &text.hash).await?;
    }
    tx.note(now, by, "brief sign", deal.id.as_str(), side.word()).await?;
    let shown = shown(house, &mut tx, deal).await?;
    tx.commit().await?;
    Ok(shown)
}

async fn both_signed(
    house: &House,
    tx: &mut Tx,
    deal: &mut BrandDealRow,
    contract: &Contract,
    hash: &str,
) -> Result<(), Failure> {
    let now = house.now();
    let leaf = json!({ "hash": hash, "leaf": "contract-signed", "version": deal.version });
    log::add(house, tx, "contract-signed", deal.id.as_str(), &leaf).await?;
    if deal.fee.is_positive() {
        let due = tax::on(house, tx, &deal.brand, deal.fee).await?;
        tx.insert_brand_tax(&deal.id, &due).await?;
        let asked = money::ask_budget(house, tx, deal, &contract.title).await?;
        let words = said::to_pay(&contract.title, deal.id.as_str(), &asked.reference);
        said::tell(house, tx, &asked.payer, &format!("pay-{}", deal.id), words).await?;
        (deal.pot, deal.contribution) = (Some(asked.pot.clone()), Some(asked.id.clone()));
    }
    deal.signed = Some(now);
    tx.set_brand_deal_signed(&deal.id, deal.pot.as_ref(), deal.contribution.as_ref(), now).await?;
    Ok(())
}

/// What the same two agreed for the same objective in the twelve months before, this contract left out.
///
/// The decree says "in the course of one year" and not which: twelve months hold the calendar year until today, so no
/// contract escapes by the calendar. What is drafted and not signed yet counts too, and other currencies by the same
/// figures: rather a contract too many.
async fn this_year(house: &House, tx: &mut Tx, deal: &BrandDealRow) -> Result<Amount, Failure> {
    let now = house.now();
    let since = now - SignedDuration::from_hours(24 * 366);
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let objective = plain(&deal.objective);
    let mut micros = 0_i64;
    for other in tx.brand_deals_of(&deal.artist).await? {
        let same = other.artist == deal.artist
            && other.brand == deal.brand
            && other.id != deal.id
            && plain(&other.objective) == objective;
        let counts = match other.signed {
            Some(at) => at > since,
            None => matches!(other.state.as_str(), "drafted" | "half-signed"),
        };
        if same && counts {
            let both = other.fee.micros().saturating_add(other.benefits.micros());
            micros = micros.saturating_add(both);
        }
    }
    Ok(Amount::from_micros(micros, deal.fee.currency()))
}

/// Holds the money of a signed contract where the budget has come; every step of the work looks first.
pub(super) async fn hold_where_it_came(
    house: &House,
    tx: &mut Tx,
    deal: &mut BrandDealRow,
) -> Result<bool, Failure> {
    if deal.state != State::Signed.word() || !money::has_come(tx, deal).await? {
        return Ok(false);
    }
    if !tx.move_brand_deal(&deal.id, State::Signed.word(), State::Held.word()).await? {
        return Err(refuse("deal-state", "somebody else was quicker", "look again"));
    }
    deal.state = State::Held.word().to_owned();
    let contract = contract(tx, deal).await?;
    money::hold(house, tx, deal, &contract).await?;
    tax::budget_came(house, tx, deal).await?;
    happened(house, tx, deal, None, "held", &deal.fee.to_string(), HOUSE).await?;
    let words = said::step(
        &contract.title,
        ("the budget is held; work can start", "le budget est en réserve ; le travail peut commencer"),
    );
    said::tell(house, tx, &deal.artist, &format!("held-{}", deal.id), words).await?;
    Ok(true)
}

pub(crate) async fn contract(tx: &mut Tx, deal: &BrandDealRow) -> Result<Contract, Failure> {
    let text =
        tx.brand_text(&deal.id, deal.version).await?.ok_or_else(|| fault("a contract's text is missing"))?;
    serde_json::from_str(&text.body).map_err(|e| fault(&e))
}

/// Moves a milestone; refused where somebody else moved it meanwhile.
pub(super) async fn moved(tx: &mut Tx, from: &MilestoneRow, to: &MilestoneRow) -> Result<(), Failure> {
    if tx.move_milestone(&from.state, to).await? {
        return Ok(());
    }
    let now = tx.milestone(&from.id).await?.map(|m| m.state).unwrap_or_default();
    Err(refuse(
        "milestone-state",
        format!("the milestone `{}` is {now} by now", from.id),
        "somebody was quicker; nothing was changed",
    ))
}

pub(super) async fn happened(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    milestone: Option<&MilestoneId>,
    what: &str,
    words: &str,
    by: &str,
) -> Result<(), Failure> {
    let event = BrandEventRow {
        milestone: milestone.cloned(),
        what: what.to_owned(),
        words: words.to_owned(),
        by: by.to_owned(),
        at: house.now(),
    };
    Ok(tx.insert_brand_event(&deal.id, &event).await?)
}

fn step(deal: &BrandDealRow, act: Act) -> Result<State, programmes::brief::deal::Illegal> {
    State::from_word(&deal.state).unwrap_or(State::Lapsed).after(act)
}

pub(super) fn after(deal: &BrandDealRow, act: Act) -> Result<State, Failure> {
    step(deal, act).map_err(|e| refuse("deal-state", e.to_string(), ""))
}

pub(crate) async fn deal_in(tx: &mut Tx, text: &str) -> Result<BrandDealRow, Failure> {
    let unknown = || {
        refuse(
            "deal-unknown",
            format!("there is no contract `{}`", text.trim()),
            "`tantieme brief contracts` shows all",
        )
    };
    let id: BrandDealId = text.trim().parse().map_err(|_| unknown())?;
    tx.brand_deal(&id).await?.ok_or_else(unknown)
}

/// On which side of a contract somebody acts; `None` for the house and for strangers.
///
/// # Errors
/// `brand-mandate`: the agency of the contract, without a mandate that holds.
pub(super) async fn side_of(
    house: &House,
    tx: &mut Tx,
    deal: &BrandDealRow,
    by: &str,
) -> Result<Option<milestone::Side>, Failure> {
    if by == HOUSE {
        return Ok(None);
    }
    let who = party::find(tx, by).await?.party.id;
    if who != deal.artist && who != deal.brand && deal.agency.as_ref() == Some(&who) {
        mandate::holds(house, tx, &deal.brand, &who).await?;
    }
    Ok(stands(deal, &who))
}

/// On which side of a contract a party stands.
pub(super) fn stands(deal: &BrandDealRow, who: &PartyId) -> Option<milestone::Side> {
    if *who == deal.artist {
        Some(milestone::Side::Artist)
    } else if *who == deal.brand || deal.agency.as_ref() == Some(who) {
        Some(milestone::Side::Brand)
    } else {
        None
    }
}

/// A contract, where the brand's side or the house looks.
pub(super) async fn seen_by_brand(
    house: &House,
    tx: &mut Tx,
    id: &str,
    by: &str,
) -> Result<BrandDealRow, Failure> {
    let deal = deal_in(tx, id).await?;
    if by != HOUSE && side_of(house, tx, &deal, by).await? != Some(milestone::Side::Brand) {
        return Err(not_yours(&deal));
    }
    Ok(deal)
}

pub(super) fn not_yours(deal: &BrandDealRow) -> Failure {
    refuse(
        "not-yours",
        format!("the contract `{}` is not yours to act on so", deal.id),
        "its two sides act on it, each on its own part",
    )
}

/// A contract, for its sides and the house.
///
/// # Errors
/// `deal-unknown`, `not-yours`.
pub async fn one(house: &House, id: &str, by: &str) -> Result<Shown, Failure> {
    let mut tx = house.store.begin_read().await?;
    let deal = deal_in(&mut tx, id).await?;
    if by != HOUSE && side_of(house, &mut tx, &deal, by).await?.is_none() {
        return Err(not_yours(&deal));
    }
    shown(house, &mut tx, deal).await
}

/// The contracts of a party on either side; all where nobody is named.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<Shown>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let rows = match who {
        None => tx.brand_deals().await?,
        Some(who) => {
            let id = party::find(&mut tx, who).await?.party.id;
            let mut theirs = Vec::new();
            for row in tx.brand_deals_of(&id).await? {
                let own = row.artist == id || row.brand == id;
                if own || tx.has_brand_mandate(&row.brand, &id, house.now()).await? {
                    theirs.push(row);
                }
            }
            theirs
        }
    };
    let mut all = Vec::new();
    for row in rows {
        all.push(shown(house, &mut tx, row).await?);
    }
    Ok(all)
}

pub(super) async fn shown(house: &House, tx: &mut Tx, row: BrandDealRow) -> Result<Shown, Failure> {
    let text =
        tx.brand_text(&row.id, row.version).await?.ok_or_else(|| fault("a contract's text is missing"))?;
    let contract: Contract = serde_json::from_str(&text.body).map_err(|e| fault(&e))?;
    let milestones = tx.milestones(&row.id).await?;
    let contribution: Option<ContributionRow> = match &row.contribution {
        Some(id) => tx.contribution(id).await?,
        None => None,
    };
    let payment = match contribution {
        Some(c) => Some(money::payment(house, tx, c).await?),
        None => None,
    };
    let zero = Amount::zero(row.fee.currency());
    let (mut held, mut paid) = (zero, zero);
    for m in &milestones {
        match (milestone::State::from_word(&m.state), m.awarded) {
            (Some(s), _) if m.hold.is_some() && !s.is_over() => held = held.checked_add(m.amount)?,
            (Some(s), Some(awarded)) if s.is_over() => paid = paid.checked_add(awarded)?,
            _ => {}
        }
    }
    let orders = match row.form.as_str() {
        "framework" => {
            let all = tx.brand_deals_of_brief(&row.brief).await?;
            all.into_iter().filter(|d| d.framework.as_ref() == Some(&row.id)).map(|d| d.id).collect()
        }
        _ => Vec::new(),
    };
    let before = this_year(house, tx, &row).await?;
    let brief = tx.brief(&row.brief).await?.ok_or_else(|| fault("a contract's brief is missing"))?;
    let brief = whole(house, tx, &brief).await?;
    let open = matches!(row.state.as_str(), "drafted" | "half-signed");
    Ok(Shown {
        tax: tx.brand_tax(&row.id).await?,
        invoices: tx.brand_invoices(&row.id).await?,
        mandatory: contract.is_mandatory(before),
        lacks: if open { contract.missing(before) } else { Vec::new() },
        labels: disclosure::labels(brief.kind, brief.uses, &brief.territories),
        signatures: tx.brand_signatures(&row.id).await?,
        events: tx.brand_events(&row.id).await?,
        figures: tx.figures_of_deal(&row.id).await?,
        row,
        contract,
        text,
        milestones,
        payment,
        held,
        paid,
        orders,
    })
}
