//! Pots and what payers give to them: promised, shown by the bank, ready to be shared.

use allocation::RuleSet;
use allocation::rule::Measure;
use formats::bank::CreditorReference;
use jiff::Timestamp;
use ledger::{Account, Draft, Suspense};
use money::{Amount, Currency, Ratio, divide};
use music::pot::{PayerRole, Programme};
use music::{ContributionId, EventId, PotId};
use store::{ContributionRow, PotRow, SuspenseRow, Tx};

use crate::failure::refuse;
use crate::job::{self, Enqueue};
use crate::{Failure, House, party, policy, rate};

/// What a payer sets aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gift {
    /// A share of a fee; the fee is used once, here, and never stored.
    Share {
        /// The fee.
        fee: Amount,
        /// The part of it.
        share: Ratio,
    },
    /// An amount, without telling any fee.
    Amount(Amount),
}

impl Gift {
    /// The money that is set aside; a share is rounded down to what a bank can carry.
    pub fn amount(self) -> Result<Amount, Failure> {
        let amount = match self {
            Gift::Amount(amount) => amount,
            Gift::Share { fee, share } => {
                if !fee.is_positive() {
                    let message = format!("a fee of `{fee}` cannot be shared");
                    return Err(refuse(
                        "fee-not-positive",
                        message,
                        "give the fee as paid, such as `--fee \"EUR 1000\"`, or only the gift: `--amount \"EUR 50\"`",
                    ));
                }
                let (num, den) = (u64::from(share.numerator()), u64::from(share.denominator()));
                let parts = divide(fee, &[(0, num), (1, den - num)])
                    .map_err(|e| refuse("fee-share", e.to_string(), ""))?;
                parts[0].round_down_to_minor()
            }
        };
        if amount.is_positive() {
            return Ok(amount);
        }
        Err(refuse(
            "gift-not-positive",
            format!("a contribution of `{amount}` is nothing to share"),
            "give an amount above zero, such as `--amount \"EUR 50\"`",
        ))
    }

    fn share(self) -> Option<Ratio> {
        match self {
            Gift::Share { share, .. } => Some(share),
            Gift::Amount(_) => None,
        }
    }
}

/// A pot to open.
#[derive(Debug, Clone)]
pub struct Open {
    /// Words for a person.
    pub purpose: String,
    /// Its one currency.
    pub currency: Currency,
    /// The rule's name, as in `set-list-per-line`.
    pub rule: String,
    /// The gig it belongs to.
    pub event: Option<EventId>,
    /// Who opens it.
    pub by: String,
}

/// Opens a pot, to which anybody may then contribute.
pub async fn open(house: &House, ask: Open) -> Result<PotRow, Failure> {
    let mut tx = house.store.begin().await?;
    let pot = open_in(house, &mut tx, &ask).await?;
    tx.commit().await?;
    Ok(pot)
}

pub(crate) async fn open_in(house: &House, tx: &mut Tx, ask: &Open) -> Result<PotRow, Failure> {
    let rule = crate::allocation::rule_named(&ask.rule)?;
    let pot = PotRow {
        id: house.pot_id(),
        programme: programme(&rule, ask.event.is_some()).word().to_owned(),
        event: ask.event.clone(),
        currency: ask.currency,
        rule: rule.label(),
        purpose: ask.purpose.clone(),
        status: "open".to_owned(),
        created: house.now(),
    };
    tx.insert_pot(&pot).await?;
    tx.note(house.now(), &ask.by, "pot open", pot.id.as_str(), &ask.purpose).await?;
    Ok(pot)
}

/// Which programme a pot belongs to: what its rule shares by says so. A gig's pot is shared by its set list.
fn programme(rule: &RuleSet, gig: bool) -> Programme {
    let by = |measure: fn(&Measure) -> bool| rule.splits.iter().any(|split| measure(&split.measure));
    if gig {
        Programme::SetList
    } else if by(|m| matches!(m, Measure::Play(_) | Measure::Member(_))) {
        Programme::Streaming
    } else if by(|m| matches!(m, Measure::Deliverable)) {
        Programme::Campaign
    } else if by(|m| matches!(m, Measure::Attribution | Measure::LicensedWork)) {
        Programme::Licensing
    } else {
        Programme::SetList
    }
}

/// Closes a pot to further promises; what is promised may still arrive.
pub async fn close(house: &House, pot: &PotId, by: &str) -> Result<PotRow, Failure> {
    let mut tx = house.store.begin().await?;
    let row = pot_in(&mut tx, pot).await?;
    if row.status == "open" {
        tx.set_pot_status(pot, "closed").await?;
        tx.note(house.now(), by, "pot close", pot.as_str(), "").await?;
    }
    tx.commit().await?;
    Ok(PotRow { status: if row.status == "open" { "closed".to_owned() } else { row.status.clone() }, ..row })
}

pub(crate) async fn pot_in(tx: &mut Tx, pot: &PotId) -> Result<PotRow, Failure> {
    let unknown =
        || refuse("pot-unknown", format!("there is no pot `{pot}`"), "`tantieme pot list` shows all");
    tx.pot(pot).await?.ok_or_else(unknown)
}

/// A contribution to promise.
#[derive(Debug, Clone)]
pub struct Contribute {
    /// The pot.
    pub pot: PotId,
    /// Who pays: an id or a unique name.
    pub payer: String,
    /// In what role.
    pub role: PayerRole,
    /// How much.
    pub gift: Gift,
    /// Whether the venue attests the fee too.
    pub venue_attests: bool,
    /// Who notes it.
    pub by: String,
}

/// How to pay a promise: everything a transfer form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The contribution.
    pub contribution: ContributionRow,
    /// The house's name as account holder.
    pub holder: String,
    /// The house's IBAN; empty until the policy `house-iban` is set.
    pub iban: String,
    /// The house's BIC; may be empty.
    pub bic: String,
}

/// Promises money to a pot and gives it a reference of its own.
pub async fn contribute(house: &House, ask: Contribute) -> Result<Payment, Failure> {
    let mut tx = house.store.begin().await?;
    let pot = pot_in(&mut tx, &ask.pot).await?;
    let payment = contribute_in(house, &mut tx, &pot, &ask).await?;
    tx.commit().await?;
    Ok(payment)
}

pub(crate) async fn contribute_in(
    house: &House,
    tx: &mut Tx,
    pot: &PotRow,
    ask: &Contribute,
) -> Result<Payment, Failure> {
    let now = house.now();
    let amount = ask.gift.amount()?;
    if pot.status != "open" {
        return Err(refuse(
            "pot-closed",
            format!("the pot `{}` takes no more contributions: it is {}", pot.id, pot.status),
            "open another one for the same event",
        ));
    }
    if amount.currency() != pot.currency {
        let message = format!("`{amount}` cannot go into a pot of {}", pot.currency);
        return Err(refuse("pot-currency", message, "a pot has one currency; open another pot"));
    }
    let minimum = policy::money(tx, "minimum-gift", pot.currency, now).await?;
    // What a licence costs is what was signed, however small.
    if ask.role != PayerRole::Licensee && amount.micros() < minimum.micros() {
        let hint = format!(
            "the smallest contribution is {minimum}; below it the cost of a transfer would eat the gift"
        );
        return Err(refuse("gift-too-small", format!("`{amount}` is less than a contribution can be"), hint));
    }
    let payer = party::find(tx, &ask.payer).await?;
    let id = house.contribution_id();
    let body: String = id.as_str().trim_start_matches("con-").to_owned();
    let reference = CreditorReference::from_body(&body).map_err(|e| {
        Failure::Fault(store::Fault::new(format!("no reference can be made of `{body}`: {e}")))
    })?;
    let pledge = pledge_draft(pot, &id, amount, format!("pledge:{id}"));
    let entry = tx.post_one(now, pledge).await?;
    let contribution = ContributionRow {
        id,
        pot: pot.id.clone(),
        payer: payer.party.id.clone(),
        role: ask.role,
        reference: reference.to_string(),
        pledged: amount,
        share: ask.gift.share(),
        attested: if ask.venue_attests { "dj+venue" } else { "dj" }.to_owned(),
        received: Amount::zero(pot.currency),
        pledge_entry: Some(entry.seq()),
        receipt: None,
        created: now,
    };
    tx.insert_contribution(&contribution).await?;
    tx.note(now, &ask.by, "pot contribute", pot.id.as_str(), ask.role.word()).await?;
    Ok(Payment {
        contribution,
        holder: policy::text(tx, "house-name", now).await?,
        iban: policy::text(tx, "house-iban", now).await?,
        bic: policy::text(tx, "house-bic", now).await?,
    })
}

fn pledge_draft(pot: &PotRow, contribution: &ContributionId, amount: Amount, key: String) -> Draft {
    Draft::pending("pledge", contribution.as_str(), key)
        .memo("promised, not yet at the bank")
        .inputs(amount.to_string())
        .debit(Account::pledge(pot.id.as_str()), amount)
        .credit(Account::pot(pot.id.as_str()), amount)
}

/// Money that arrived without a bank message: counted by a person who answers for it.
#[derive(Debug, Clone)]
pub struct Receive {
    /// The creditor reference of the contribution, or its id.
    pub reference: String,
    /// How much; what was promised where `None`.
    pub amount: Option<Amount>,
    /// What proves it: a receipt number, a bank statement's line.
    pub evidence: String,
    /// Who answers for it.
    pub by: String,
}

/// Books money for a contribution by hand. `doctor` still compares the books with what the bank reports.
pub async fn receive(house: &House, ask: Receive) -> Result<ContributionRow, Failure> {
    let now = house.now();
    if ask.evidence.trim().is_empty() {
        return Err(refuse(
            "evidence",
            "money booked by hand needs evidence",
            "name the document: `--evidence \"statement 12, line 3\"`",
        ));
    }
    let mut tx = house.store.begin().await?;
    let contribution = contribution_in(&mut tx, &ask.reference).await?;
    let amount = ask.amount.map_or_else(|| contribution.pledged.checked_sub(contribution.received), Ok)?;
    if !amount.is_positive() {
        let hint = format!("{} is promised, {} arrived so far", contribution.pledged, contribution.received);
        return Err(refuse(
            "receive-amount",
            format!("`{amount}` cannot be booked for `{}`", contribution.reference),
            hint,
        ));
    }
    let key = format!("receive:hand:{}:{}", contribution.id, ask.evidence.trim());
    let row = receive_in(house, &mut tx, &contribution, amount, &key, None, None).await?;
    tx.note(now, &ask.by, "pot receive", contribution.pot.as_str(), ask.evidence.trim()).await?;
    tx.commit().await?;
    Ok(row)
}

pub(crate) async fn contribution_in(tx: &mut Tx, text: &str) -> Result<ContributionRow, Failure> {
    let found = match text.parse::<ContributionId>() {
        Ok(id) => tx.contribution(&id).await?,
        Err(_) => {
            let reference =
                text.parse::<CreditorReference>().map_err(|e| refuse("reference", e.to_string(), ""))?;
            tx.contribution_by_reference(&reference.to_string()).await?
        }
    };
    found.ok_or_else(|| {
        refuse(
            "contribution-unknown",
            format!("no contribution has the reference `{text}`"),
            "`tantieme pot list` shows the references",
        )
    })
}

/// Books money that arrived for a contribution: up to what was promised into its pot, the rest into
/// `suspense:overpaid` with an item of its own. The same key books once.
pub(crate) async fn receive_in(
    house: &House,
    tx: &mut Tx,
    contribution: &ContributionRow,
    amount: Amount,
    key: &str,
    bank_line: Option<&str>,
    booked: Option<jiff::civil::Date>,
) -> Result<ContributionRow, Failure> {
    let now = house.now();
    let pot = pot_in(tx, &contribution.pot).await?;
    let exchanged = rate::arriving(house, tx, contribution, amount, booked).await?;
    let given = amount;
    let amount = exchanged.as_ref().map_or(amount, |e| e.made);
    let missing = contribution.pledged.checked_sub(contribution.received)?;
    let (into_pot, beyond) = if amount.micros() <= missing.micros() {
        (amount, Amount::zero(pot.currency))
    } else {
        (missing, amount.checked_sub(missing)?)
    };
    let mut draft = Draft::posted("receive", contribution.id.as_str(), key)
        .memo(format!("received for {}", contribution.reference))
        .inputs(given.to_string());
    draft = match &exchanged {
        Some(exchanged) => exchanged.sides(draft),
        None => draft.debit(Account::bank(), amount),
    };
    if !into_pot.is_zero() {
        draft = draft.credit(Account::pot(pot.id.as_str()), into_pot);
    }
    if !beyond.is_zero() {
        draft = draft.credit(Account::suspense(Suspense::Overpaid), beyond);
    }
    let posted = tx.post_one(now, draft).await?;
    if let store::Posted::Before(seq) = posted {
        let hint = format!("entry {seq} booked it; nothing was booked now");
        return Err(refuse("received-before", format!("the receipt `{key}` is booked already"), hint));
    }
    if let Some(exchanged) = &exchanged {
        exchanged.note(house, tx, contribution, posted.seq()).await?;
    }
    if let Some(pledge) = contribution.pledge_entry.filter(|_| contribution.received.is_zero()) {
        let key = format!("pledge-kept:{}", contribution.id);
        tx.post_one(now, Draft::voids(pledge, "pledge-kept", contribution.id.as_str(), key)).await?;
    }
    if !beyond.is_zero() {
        tx.insert_suspense(&[overpaid(house, contribution, beyond, bank_line, now)]).await?;
    }
    let received = contribution.received.checked_add(into_pot)?;
    let complete = received.micros() >= contribution.pledged.micros();
    tx.set_received(&contribution.id, received, complete.then_some(now)).await?;
    if complete && pot.programme == Programme::Campaign.word() {
        // A brand's budget is held at once: an artist waits for it.
        let once = format!("came/{}", contribution.id);
        job::enqueue_in(house, tx, Enqueue::now(crate::brief::DUE, pot.id.as_str()).once(once)).await?;
    }
    Ok(ContributionRow {
        received,
        receipt: contribution.receipt.or(complete.then_some(now)),
        ..contribution.clone()
    })
}

fn overpaid(
    house: &House,
    c: &ContributionRow,
    amount: Amount,
    bank_line: Option<&str>,
    now: Timestamp,
) -> SuspenseRow {
    SuspenseRow {
        id: house.suspense_id(),
        account: Account::suspense(Suspense::Overpaid).to_string(),
        amount,
        reason: Suspense::Overpaid.word().to_owned(),
        party: Some(c.payer.clone()),
        recording: None,
        set_line: None,
        run: None,
        bank_line: bank_line.map(str::to_owned),
        opened: now,
        due: None,
        destination: "refund to the payer".to_owned(),
        closed: None,
        closed_by: None,
    }
}

/// A standing promise: what a payer gives with every set list that says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The same amount each time.
    Amount(Amount),
    /// The same share of each fee.
    Share(Ratio),
}

/// Notes a recurring pledge; the newest counts, `None` ends it.
pub async fn plan(
    house: &House,
    payer: &str,
    currency: Currency,
    plan: Option<Plan>,
    by: &str,
) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let payer = party::find(&mut tx, payer).await?;
    tx.end_plans(&payer.party.id, now).await?;
    if let Some(plan) = plan {
        let (amount, share) = match plan {
            Plan::Amount(amount) => (Some(amount), None),
            Plan::Share(share) => (None, Some(share)),
        };
        let id = format!("plan-{}", house.contribution_id());
        tx.insert_plan(&id, &payer.party.id, currency, amount, share, now).await?;
    }
    tx.note(now, by, "pledge plan", payer.party.id.as_str(), "").await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a payer has a recurring pledge in force.
pub async fn has_plan(house: &House, payer: &str) -> Result<bool, Failure> {
    let mut tx = house.store.begin_read().await?;
    let payer = party::find(&mut tx, payer).await?;
    Ok(tx.plan_of(&payer.party.id).await?.is_some())
}

/// A pot with its sums and contributions.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The pot.
    pub pot: PotRow,
    /// Everything promised.
    pub pledged: Amount,
    /// Everything the bank has shown.
    pub received: Amount,
    /// What of it no approved run has shared yet.
    pub to_share: Amount,
    /// The contributions, each with the payer's name.
    pub contributions: Vec<(ContributionRow, String)>,
}

/// All pots, oldest first.
pub async fn list(house: &House) -> Result<Vec<Summary>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for pot in tx.pots("").await? {
        let mut contributions = Vec::new();
        for c in tx.contributions_to(&pot.id).await? {
            let name = tx.party(&c.payer).await?.map(|p| p.party.name).unwrap_or_default();
            contributions.push((c, name));
        }
        let to_share = tx.balance(&Account::pot(pot.id.as_str()), pot.currency).await?.posted.negated()?;
        all.push(Summary {
            pledged: money::sum(contributions.iter().map(|(c, _)| c.pledged), pot.currency)?,
            received: money::sum(contributions.iter().map(|(c, _)| c.received), pot.currency)?,
            to_share,
            contributions,
            pot,
        });
    }
    Ok(all)
}

/// What a banking app needs to fill in the transfer, for a QR code.
pub fn transfer_request(p: &Payment) -> Result<formats::bank::TransferRequest, Failure> {
    let missing = || {
        refuse(
            "house-account",
            "the house's own account is not known",
            "`tantieme policy set house-iban IBAN`",
        )
    };
    Ok(formats::bank::TransferRequest {
        name: p.holder.clone(),
        iban: p.iban.parse().map_err(|_| missing())?,
        bic: p.bic.parse().ok(),
        amount: Some(p.contribution.pledged),
        reference: p.contribution.reference.parse().ok(),
        note: String::new(),
    })
}
