//! What is billed by itself: the next term of a contract that went on, where a person billed the term before as a whole.
//!
//! The first term, and one that is billed in parts, is a person's to bill; so is one whose invoice was taken back.

use jiff::Span;
use store::{ContractRow, SaleRow, Tx};

use super::{Sale, issue};
use crate::institution::today;
use crate::{Failure, House, policy};

/// Bills what is due; a job of each day. Tells the invoices, and of each contract that could not be billed why.
pub async fn issue_due(house: &House, by: &str) -> Result<(Vec<Sale>, Vec<(String, Failure)>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let due = due(house, &mut tx).await?;
    drop(tx);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for row in due {
        match issue(house, row.id.as_str(), None, by).await {
            Ok(sale) => done.push(sale),
            Err(Failure::Fault(fault)) => return Err(Failure::Fault(fault)),
            Err(refused) => failed.push((row.id.to_string(), refused)),
        }
    }
    Ok((done, failed))
}

async fn due(house: &House, tx: &mut Tx) -> Result<Vec<ContractRow>, Failure> {
    let days = policy::count(tx, "sale-ahead-days", house.now()).await?;
    if days == 0 {
        return Ok(Vec::new());
    }
    let day = today(house);
    let until = day.checked_add(Span::new().days(i64::from(days.min(3_660)))).unwrap_or(day);
    let (contracts, sales) = (tx.all_contracts().await?, tx.all_sales(house.store.fields()).await?);
    let of = |row: &ContractRow| sales.iter().filter(|s| s.contract == row.id).collect::<Vec<_>>();
    let whole = |row: &ContractRow| matches!(of(row).as_slice(), [one] if is_whole(one, row));
    let due = contracts.iter().filter(|row| {
        let before = row.follows.as_ref().and_then(|id| contracts.iter().find(|c| c.id == *id));
        row.start <= until && day < row.end && of(row).is_empty() && before.is_some_and(whole)
    });
    Ok(due.cloned().collect())
}

fn is_whole(sale: &SaleRow, row: &ContractRow) -> bool {
    sale.kind == "invoice" && (sale.start, sale.end) == (row.start, row.end)
}
