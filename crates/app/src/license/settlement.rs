//! Lump sums and settlements: money that was not asked for output by output goes the same way, by a named rule, over the works
//! it was paid for. What is not known of them waits with its reason and its clock.

use money::Amount;
use programmes::licensing::Report;
use store::{PotWorkRow, Tx};

use super::sign::Fill;
use crate::consent::say;
use crate::pot::Payment;
use crate::{Failure, House, party};
use music::{Problem, RecordingId};

/// The rule by which a settlement is shared.
pub const SETTLEMENT_RULE: &str = "ai-settlement";

/// A settlement to take in.
#[derive(Debug, Clone)]
pub struct Settle {
    /// Who pays.
    pub payer: String,
    /// How much.
    pub amount: Amount,
    /// What it is for, as statements and the walk back tell it.
    pub what: String,
    /// The table of works with their weights, as a usage report's.
    pub works: Vec<u8>,
    /// Who enters it.
    pub by: String,
}

/// What became of it.
#[derive(Debug, Clone)]
pub enum Settled {
    /// Its pot is open, and so many of its works are known, of so many.
    Open(Box<Payment>, usize, usize),
    /// The table could not be read; money follows every row.
    Refused(Vec<Problem>),
}

/// Opens the pot of a settlement over the works of a table.
///
/// # Errors
/// `party-unknown`, `settlement-words`, `gift-not-positive`.
pub async fn settle(house: &House, ask: &Settle) -> Result<Settled, Failure> {
    let read = Report::read(&ask.works);
    if !read.problems.is_empty() {
        return Ok(Settled::Refused(read.problems));
    }
    let what: String = ask.what.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    if what.is_empty() {
        return Err(crate::failure::refuse(
            "settlement-words",
            "a settlement says what it is for",
            "as in `--what \"settlement of 4 September\"`",
        ));
    }
    let mut tx = house.store.begin().await?;
    let payer = party::find(&mut tx, &ask.payer).await?.party;
    let mut works = Vec::new();
    for row in &read.rows {
        let recording = found(&mut tx, &row.source).await?;
        let (line, weight) = (i64::try_from(row.line).unwrap_or(0), i64::try_from(row.parts).unwrap_or(0));
        works.push(PotWorkRow { line, source: row.source.clone(), recording, weight });
    }
    let (known, all) = (works.iter().filter(|w| w.recording.is_some()).count(), works.len());
    let fill = Fill {
        kind: "settlement",
        rule: SETTLEMENT_RULE,
        license: None,
        report: None,
        payer: payer.id.to_string(),
        amount: ask.amount,
        purpose: what.clone(),
        why: what,
        works,
        by: ask.by.clone(),
    };
    let payment = fill.open(house, &mut tx).await?;
    let pot = payment.contribution.pot.as_str();
    tx.note(house.now(), &ask.by, "licence settlement", pot, &format!("{known} of {all} works known"))
        .await?;
    tx.commit().await?;
    Ok(Settled::Open(Box::new(payment), known, all))
}

async fn found(tx: &mut Tx, name: &str) -> Result<Option<RecordingId>, Failure> {
    match say::recording(tx, name).await {
        Ok(id) => Ok(Some(id)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}
