//! The auditor: recomputes what the house remembers from its entries, and compares it with the bank.
//!
//! It changes nothing. A finding names its place exactly; a notice is worth knowing and no fault. Somebody who
//! rewrites every entry from some point on, with all hashes after it, is caught by the signed log and not here.

mod books;

use std::collections::BTreeMap;

use ledger::AccountClass;
use money::{Amount, Currency};
use music::ShareStatus;
use music::share::Standing;
use store::Tx;
use store::audit::{QUESTIONS, Stray};

use crate::{Failure, House, duplicate, party};

/// One thing that is wrong or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where exactly, such as `entry 17, posting 2`.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// What to do.
    pub hint: &'static str,
    /// Worth knowing, and no fault.
    pub notice: bool,
}

/// One check over everything of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is called.
    pub name: &'static str,
    /// How many things it examined.
    pub examined: i64,
    /// What it found, in order of place.
    pub findings: Vec<Finding>,
}

/// The bank's closing balance beside the books, and whether all that is owed is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// The currency; nothing is added across currencies.
    pub currency: Currency,
    /// The bank's newest closing balances, added up; `None` where no statement was imported.
    pub bank: Option<Amount>,
    /// The day of the newest one.
    pub day: Option<String>,
    /// What the books hold at `bank` now.
    pub ledger: Amount,
    /// The same as of that day: without what the bank booked later.
    pub ledger_then: Amount,
    /// Payouts that are confirmed and no statement has shown yet.
    pub unseen_payouts: Amount,
    /// Money booked by hand.
    pub by_hand: Amount,
    /// What neither explains: the bank's balance minus what the books expect there. Money booked by hand explains as
    /// much as it needs to, up to its amount, since nobody knows whether the statement shows it.
    pub unexplained: Amount,
    /// Money held: the bank's balance carried forward to now; the books' where the bank has told none.
    pub held: Amount,
    /// Paid ahead out of held money, to be recouped.
    pub lent: Amount,
    /// Paid out before a correction took it back, and owed back by payees: the house's own money stands in for it.
    pub owed_back: Amount,
    /// The house's own money that is held.
    pub own: Amount,
    /// Money owed: parties, unclaimed, suspense, pots, funds, withholding. What one account is overdrawn by lessens no other.
    pub owed: Amount,
}

impl Reconciliation {
    /// Whether money held (and lent) is at least the money owed. Public.
    pub fn covered(&self) -> bool {
        i128::from(self.held.micros()) + i128::from(self.lent.micros()) >= i128::from(self.owed.micros())
    }
}

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Every check, also those that found nothing.
    pub checks: Vec<Check>,
    /// One per currency, by code.
    pub books: Vec<Reconciliation>,
}

impl Report {
    /// The findings that are faults, with the name of their check.
    pub fn faults(&self) -> impl Iterator<Item = (&'static str, &Finding)> {
        self.checks.iter().flat_map(|c| c.findings.iter().filter(|f| !f.notice).map(move |f| (c.name, f)))
    }

    /// Whether there is no fault.
    pub fn is_sound(&self) -> bool {
        self.faults().next().is_none()
    }
}

/// Examines everything; one consistent picture per check.
pub async fn examine(house: &House) -> Result<Report, Failure> {
    let mut checks = vec![engine(house).await?];
    checks.extend(books::examine(house).await?);
    for question in QUESTIONS {
        // A check of its own transaction each: on PostgreSQL a question that fails spoils the one it runs in.
        let mut tx = house.store.begin_read().await?;
        checks.push(match tx.examine(question).await {
            Ok((examined, strays)) => {
                let finding = |s| Finding { hint: question.hint, notice: !question.fault, ..in_words(s) };
                Check { name: question.check, examined, findings: strays.into_iter().map(finding).collect() }
            }
            Err(fault) => unexamined(question.check, &fault),
        });
    }
    checks.push(merged_shares(house).await?);
    checks.push(log(house).await?);
    let books = reconcile(house).await?;
    checks.push(against_the_bank(&books));
    Ok(Report { checks, books })
}

fn unexamined(name: &'static str, fault: &store::Fault) -> Check {
    let what = format!("cannot be examined: {fault}");
    let finding = Finding {
        place: name.to_owned(),
        what,
        hint: "the database holds something no version wrote; compare with the newest backup",
        notice: false,
    };
    Check { name, examined: 0, findings: vec![finding] }
}

fn in_words(stray: Stray) -> Finding {
    let amount = |micros: Option<i64>| match (micros, stray.currency.as_deref().map(str::parse::<Currency>)) {
        (Some(micros), Some(Ok(currency))) => Amount::from_micros(micros, currency).to_string(),
        (Some(micros), _) => format!("{micros} micros"),
        _ => String::new(),
    };
    let what = stray.what.replace("{a}", &amount(stray.a)).replace("{b}", &amount(stray.b));
    Finding { place: stray.place, what, hint: "", notice: false }
}

/// The public log: rows, folder and the checkpoints that were published tell one history, and none rolled back.
async fn log(house: &House) -> Result<Check, Failure> {
    let mut tx = house.store.begin_read().await?;
    let examined = tx.log_size().await?;
    let finding = |(place, what, notice)| Finding {
        place,
        what,
        hint: if notice {
            "`tantieme log publish`"
        } else {
            "restore the newest copies of database and folder; log nothing before"
        },
        notice,
    };
    let findings = crate::log::examine(house, &mut tx).await?.into_iter().map(finding).collect();
    Ok(Check { name: "log", examined, findings })
}

async fn engine(house: &House) -> Result<Check, Failure> {
    let mut tx = house.store.begin_read().await?;
    let faults = match tx.engine_faults().await {
        Ok(faults) => faults,
        Err(fault) => return Ok(unexamined("database", &fault)),
    };
    let hint = "the file is damaged or was changed by hand: restore the newest backup and import what came after it again";
    let finding = |what| Finding { place: "database".to_owned(), what, hint, notice: false };
    Ok(Check { name: "database", examined: 1, findings: faults.into_iter().map(finding).collect() })
}

/// Rows that answer for others, whose shares together are more than the whole or contradict each other.
async fn merged_shares(house: &House) -> Result<Check, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut answering = std::collections::BTreeSet::new();
    for keep in tx.merged_rows().await?.into_values() {
        // A circle is told by the check of merges.
        if let Ok(survivor) = tx.survivor(&keep).await {
            answering.insert(survivor);
        }
    }
    let mut findings = Vec::new();
    for id in &answering {
        let shares = duplicate::shares(&mut tx, id).await?;
        let live: Vec<_> =
            shares.iter().map(|r| &r.share).filter(|s| s.status != ShareStatus::Withdrawn).collect();
        if let Standing::Over(_) | Standing::Disputed = music::share::standing(&live) {
            findings.push(Finding {
                place: format!("recording {id}"),
                what: format!("the shares of the rows merged into it: {}", party::standing_in_words(&shares)),
                hint: "withdraw the wrong one: `tantieme share set … --share \"0 %\"`; until then the money of new lines waits",
                notice: true,
            });
        }
    }
    Ok(Check { name: "merged shares", examined: answering.len() as i64, findings })
}

async fn reconcile(house: &House) -> Result<Vec<Reconciliation>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut closing: BTreeMap<Currency, (i128, String)> = BTreeMap::new();
    for (_, day, amount) in tx.newest_bank_balances().await? {
        let slot = closing.entry(amount.currency()).or_default();
        slot.0 += i128::from(amount.micros());
        slot.1 = slot.1.clone().max(day);
    }
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    for (code, currency, [posted, ..]) in tx.stored_accounts().await? {
        let (Ok(account), Ok(currency)) = (code.parse::<ledger::Account>(), currency.parse()) else {
            continue;
        };
        let sum = sums.entry(currency).or_default();
        match (account.kind(), account.class()) {
            ("bank", _) => sum.bank += i128::from(posted),
            ("advance", _) => sum.lent += i128::from(posted),
            // What is owed here and lies at the bank in another currency: an asset until it is exchanged.
            ("fx", _) if posted > 0 => sum.lent += i128::from(posted),
            ("receivable", _) => sum.owed_back += i128::from(posted),
            ("house", _) => sum.own -= i128::from(posted),
            (_, AccountClass::Liability) => sum.owed += i128::from(posted).min(0).abs(),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for currency in closing.keys().chain(sums.keys()).copied().collect::<std::collections::BTreeSet<_>>() {
        let sum = sums.get(&currency).copied().unwrap_or_default();
        all.push(one_currency(&mut tx, currency, closing.get(&currency), sum).await?);
    }
    Ok(all)
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    bank: i128,
    lent: i128,
    owed_back: i128,
    own: i128,
    owed: i128,
}

async fn one_currency(
    tx: &mut Tx,
    currency: Currency,
    closing: Option<&(i128, String)>,
    sum: Sums,
) -> Result<Reconciliation, Failure> {
    let amount = |micros: i128| {
        let beyond = || Failure::Fault(store::Fault::new("a sum of the books is beyond 64 bits"));
        i64::try_from(micros).map(|m| Amount::from_micros(m, currency)).map_err(|_| beyond())
    };
    // Every day is later than no day, so without a statement nothing was booked after one.
    let view = match closing {
        Some((_, day)) => tx.bank_view(currency.code(), day).await?,
        None => store::audit::BankView::default(),
    };
    let (later, unseen, by_hand) =
        (i128::from(view.later), i128::from(view.unseen_payouts), i128::from(view.by_hand));
    let then = sum.bank - later;
    let off = closing.map_or(0, |(bank, _)| bank - (then + unseen));
    let unexplained = if off < 0 { (off + by_hand).min(0) } else { off };
    Ok(Reconciliation {
        currency,
        bank: closing.map(|(bank, _)| amount(*bank)).transpose()?,
        day: closing.map(|(_, day)| day.clone()),
        ledger: amount(sum.bank)?,
        ledger_then: amount(then)?,
        unseen_payouts: amount(unseen)?,
        by_hand: amount(by_hand)?,
        unexplained: amount(unexplained)?,
        held: amount(closing.map_or(sum.bank, |(bank, _)| bank + later - unseen))?,
        lent: amount(sum.lent)?,
        owed_back: amount(sum.owed_back)?,
        own: amount(sum.own)?,
        owed: amount(sum.owed)?,
    })
}

fn against_the_bank(books: &[Reconciliation]) -> Check {
    let mut findings = Vec::new();
    for book in books {
        let mut add = |what: String, hint, notice| {
            findings.push(Finding { place: format!("bank, {}", book.currency), what, hint, notice });
        };
        if !book.unexplained.is_zero() {
            let bank = book.bank.unwrap_or(Amount::zero(book.currency));
            let day = book.day.as_deref().unwrap_or("no day");
            let what = format!(
                "the bank closed {day} with {bank}, and the books expect {} there: {} is unexplained",
                book.ledger_then, book.unexplained
            );
            // More than expected is the house's own money or a statement that was not imported; less is missing.
            add(
                what,
                "import every statement up to that day; then look for a debit nobody ordered",
                book.unexplained.is_positive(),
            );
        }
        if !book.owed_back.is_zero() {
            let what = format!(
                "payees owe back {} that was paid out before a correction; the house's own {} stands in for it",
                book.owed_back, book.own
            );
            add(
                what,
                "later credits repay it; `tantieme bank assign LINE --to` the payee books what is sent back",
                true,
            );
        }
        if !book.covered() {
            let explained = if book.owed_back.is_zero() {
                String::new()
            } else {
                format!(
                    "; {} of it payees owe back, and the house's own money does not stand in for all of it",
                    book.owed_back
                )
            };
            let what =
                format!("{} is held and {} lent, and {} is owed{explained}", book.held, book.lent, book.owed);
            add(
                what,
                "money held for others must never be less than money owed: stop payouts and find what is missing",
                false,
            );
        }
    }
    Check { name: "bank", examined: books.len() as i64, findings }
}
