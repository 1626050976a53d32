//! Payouts and the bank: prepared by one, approved by another, sent, confirmed.

use app::payout::{self, Batch};
use app::session::Need;
use app::{bank, suspense};
use music::{BatchId, SuspenseId};
use store::BatchRow;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::pot::Contribution;
use super::problem::Wrong;
use super::recording::Found;
use super::shape::{ask, tell};
use super::value::{Money, base64, bytes, currency, read};

tell! {
    /// Payouts that travel together.
    PayoutBatch {
        /// Our id.
        id: String,
        /// Its number.
        number: i64,
        /// Its currency.
        currency: String,
        /// `prepared`, `approved`, `exported`, `dropped` or `settled`.
        status: String,
        /// Who prepared it.
        prepared_by: String,
        /// When.
        prepared: jiff::Timestamp,
        /// Who approved it: somebody else.
        approved_by: Option<String>,
        /// When it was written for the bank.
        exported: Option<jiff::Timestamp>,
        /// Its payouts.
        payouts: Vec<BatchPayout>,
        /// What stays on balances, and why; told when it is prepared.
        stays: Vec<Staying>,
    }
    /// A payout of a batch.
    BatchPayout {
        /// Our id.
        id: String,
        /// To whom.
        party: String,
        /// The payee's name.
        name: String,
        /// The account, masked.
        account: String,
        /// What leaves the balance.
        gross: Money,
        /// What arrives.
        net: Money,
        /// Where it stands.
        status: String,
        /// The id that the bank shows.
        end_to_end: String,
    }
    /// Money that stays on a balance.
    Staying {
        /// Whose.
        name: String,
        /// How much.
        amount: Money,
        /// Why, in words.
        reasons: Vec<String>,
    }
    /// What a batch would do now.
    Preview {
        /// What would be paid.
        payouts: Vec<PlannedPayout>,
        /// How many balances would stay.
        stay: u64,
    }
    /// A payout that would be made.
    PlannedPayout {
        /// To whom.
        party: String,
        /// What would leave the balance.
        gross: Money,
        /// What would arrive.
        net: Money,
    }
    /// A file for a bank.
    BankFile {
        /// The batch.
        batch: String,
        /// The file in base 64; asked again it has the same bytes.
        base64: String,
        /// How many payouts are in it.
        count: u64,
        /// Their sum.
        sum: Money,
        /// What was changed for the bank's sake.
        changes: Vec<Found>,
    }
    /// What came of a message of the bank.
    BankMessage {
        /// What it was.
        kind: String,
        /// Whether the same bytes were imported before: nothing moved.
        before: bool,
        /// Contributions that money arrived for.
        received: Vec<Contribution>,
        /// Payouts that arrived, by end-to-end id.
        paid: Vec<String>,
        /// Payouts that were refused or came back.
        undone: Vec<String>,
        /// Money without a reference we know.
        unreferenced: Vec<Money>,
        /// Lines that were known from another message.
        known: u64,
        /// What was wrong.
        problems: Vec<Found>,
    }
    /// A line of the bank without a reference we know.
    BankLine {
        /// Our id.
        id: String,
        /// How much.
        amount: Money,
        /// Who sent it, as the bank names them.
        counterparty: String,
        /// What the transfer said.
        remittance: String,
        /// The day it was booked.
        booked: Option<String>,
    }
    /// Money to go back to its sender.
    Refund {
        /// What waits.
        item: String,
        /// How much.
        amount: Money,
        /// Who sent it.
        to: String,
        /// What the transfer has to carry.
        reference: String,
    }
    /// What waited, and whose clock has run out.
    ClockEnded {
        /// What waited.
        item: String,
        /// How much.
        amount: Money,
        /// Why it waited.
        reason: String,
        /// Where it was to go.
        destination: String,
    }
    /// Clocks that have run out.
    ClocksEnded {
        /// In their order.
        ended: Vec<ClockEnded>,
    }
}

ask! {
    /// A batch to prepare.
    NewBatch {
        /// Its currency.
        currency: String,
    }
    /// How a batch travels.
    Rail {
        /// The rail, such as `sepa`.
        rail: String,
    }
    /// In which currency.
    InCurrency {
        /// ISO 4217; EUR where it is left out.
        currency: Option<String>,
    }
    /// A message of the bank: pain.002, camt.053 or camt.054.
    Message {
        /// The file's name.
        name: String,
        /// Its bytes in base 64.
        base64: String,
    }
    /// What a bank line is for.
    Assignment {
        /// The reference of a contribution.
        reference: String,
    }
}

impl PayoutBatch {
    fn of(batch: &Batch) -> PayoutBatch {
        let BatchRow { id, number, currency, status, prepared_by, prepared, approved_by, exported, .. } =
            &batch.batch;
        let payouts = batch.payouts.iter().map(|(p, name, account)| BatchPayout {
            id: p.id.to_string(),
            party: p.party.to_string(),
            name: name.clone(),
            account: account.clone(),
            gross: p.gross.into(),
            net: p.net.into(),
            status: p.status.clone(),
            end_to_end: p.end_to_end.clone(),
        });
        let stays = batch.stays.iter().map(|(name, amount, reasons)| Staying {
            name: name.clone(),
            amount: (*amount).into(),
            reasons: reasons.clone(),
        });
        PayoutBatch {
            id: id.to_string(),
            number: *number,
            currency: currency.code().to_owned(),
            status: status.clone(),
            prepared_by: prepared_by.clone(),
            prepared: *prepared,
            approved_by: approved_by.clone(),
            exported: *exported,
            payouts: payouts.collect(),
            stays: stays.collect(),
        }
    }
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<PayoutBatch>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let all = payout::list(&ask.house).await?;
    let q = &ask.query;
    page::cut(
        all,
        (q.after.as_deref(), q.limit),
        |b| format!("{:020}", b.batch.number),
        |b| PayoutBatch::of(&b),
    )
}

pub(crate) async fn preview(ask: Ask<InCurrency, ()>) -> Result<Preview, Wrong> {
    ask.require(Need::SeeHouse)?;
    let of = currency(ask.query.currency.as_deref().unwrap_or("EUR"))?;
    let plan = payout::preview(&ask.house, of).await?;
    let payouts = plan.payouts.iter().map(|p| PlannedPayout {
        party: p.party.to_string(),
        gross: p.gross.into(),
        net: p.net.into(),
    });
    Ok(Preview { payouts: payouts.collect(), stay: plan.stays.len() as u64 })
}

fn batch_of<B>(ask: &Ask<(), B>) -> Result<BatchId, Wrong> {
    read("batch-unknown", ask.at("batch"))
}

pub(crate) async fn prepare(ask: Ask<(), NewBatch>) -> Result<PayoutBatch, Wrong> {
    ask.require(Need::Operate)?;
    Ok(PayoutBatch::of(&payout::prepare(&ask.house, currency(&ask.body.currency)?, ask.by()).await?))
}

pub(crate) async fn approve(ask: Ask<(), ()>) -> Result<PayoutBatch, Wrong> {
    ask.require(Need::Approve)?;
    Ok(PayoutBatch::of(&payout::approve(&ask.house, &batch_of(&ask)?, ask.by()).await?))
}

pub(crate) async fn drop_batch(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    ask.require(Need::Operate)?;
    let batch = batch_of(&ask)?;
    payout::drop_batch(&ask.house, &batch, ask.by()).await?;
    Ok(Done::with(batch))
}

pub(crate) async fn export(ask: Ask<(), Rail>) -> Result<BankFile, Wrong> {
    ask.require(Need::Operate)?;
    let done = payout::export(&ask.house, Some(&batch_of(&ask)?), &ask.body.rail, ask.by()).await?;
    Ok(BankFile {
        batch: done.batch.id.to_string(),
        base64: base64(&done.bytes),
        count: done.count as u64,
        sum: done.sum.into(),
        changes: done.changes.iter().map(Found::of).collect(),
    })
}

pub(crate) async fn import(ask: Ask<(), Message>) -> Result<BankMessage, Wrong> {
    ask.require(Need::Operate)?;
    let name: String = ask.body.name.chars().filter(|c| !c.is_control()).take(120).collect();
    let done = bank::import(&ask.house, &name, &bytes(&ask.body.base64)?, ask.by()).await?;
    Ok(BankMessage {
        kind: done.kind,
        before: done.before,
        received: done.received.iter().map(|(c, _)| Contribution::of(c)).collect(),
        paid: done.paid,
        undone: done.undone.into_iter().map(|(id, why)| format!("{id}: {why}")).collect(),
        unreferenced: done.unreferenced.into_iter().map(|(_, a)| a.into()).collect(),
        known: done.known as u64,
        problems: done.problems.iter().map(Found::of).collect(),
    })
}

pub(crate) async fn unreferenced(ask: Ask<Page, ()>) -> Result<Listed<BankLine>, Wrong> {
    ask.require(Need::SeeHouse)?;
    let lines = bank::unreferenced_lines(&ask.house).await?;
    let q = &ask.query;
    let tell = |l: store::BankLine| BankLine {
        id: l.id,
        amount: l.amount.into(),
        counterparty: l.counterparty,
        remittance: l.remittance,
        booked: l.booked,
    };
    page::cut(lines, (q.after.as_deref(), q.limit), |l| l.id.clone(), tell)
}

pub(crate) async fn assign(ask: Ask<(), Assignment>) -> Result<Contribution, Wrong> {
    ask.require(Need::Operate)?;
    let done = bank::assign(&ask.house, ask.at("bank_line"), &ask.body.reference, ask.by()).await?;
    Ok(Contribution::of(&done))
}

pub(crate) async fn refund(ask: Ask<(), ()>) -> Result<Refund, Wrong> {
    ask.require(Need::Operate)?;
    let item: SuspenseId = read("suspense-unknown", ask.at("item"))?;
    let done = bank::refund(&ask.house, &item, ask.by()).await?;
    Ok(Refund {
        item: done.item.id.to_string(),
        amount: done.item.amount.into(),
        to: done.to,
        reference: done.reference,
    })
}

pub(crate) async fn clocks(ask: Ask<(), ()>) -> Result<ClocksEnded, Wrong> {
    ask.require(Need::Operate)?;
    let ended = suspense::due(&ask.house, ask.by()).await?;
    let told = ended.into_iter().map(|e| ClockEnded {
        item: e.item.id.to_string(),
        amount: e.item.amount.into(),
        reason: e.item.reason,
        destination: e.item.destination,
    });
    Ok(ClocksEnded { ended: told.collect() })
}
