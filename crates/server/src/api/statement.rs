//! Statements and invoices: what a party is told, signed.

use app::{invoice, statement};
use jiff::civil::Date;
use music::Period;
use serde_json::Value;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::problem::Wrong;
use super::shape::{ask, tell};

tell! {
    /// What a party is told about a period, in one currency.
    Statement {
        /// Its number; absent where there is nothing to number.
        number: Option<i64>,
        /// The party.
        party: String,
        /// The party's name.
        name: String,
        /// The currency of all its amounts.
        currency: String,
        /// The first day; empty for ever before.
        from: String,
        /// The first day after it.
        until: String,
        /// The balance at its beginning.
        opening: String,
        /// What was credited in it.
        credited: String,
        /// The balance at its end.
        balance: String,
        /// What of it is reserved for payouts.
        reserved: String,
        /// The whole statement, as it is signed.
        document: Value,
        /// A signed note over the hash of the document's canonical JSON.
        proof: String,
    }
    /// What a party is told about a period.
    Statements {
        /// One for each currency.
        statements: Vec<Statement>,
    }
    /// An invoice issued in a party's name.
    Invoice {
        /// Its number.
        number: String,
        /// Invoice or credit note.
        kind: String,
        /// The day it was issued.
        issued: String,
        /// The currency of its amounts.
        currency: String,
        /// Without tax.
        net: String,
        /// The tax.
        vat: String,
        /// With tax.
        gross: String,
        /// The whole invoice, as it is signed.
        document: Value,
        /// A signed note over the hash of the document's canonical JSON.
        proof: String,
    }
}

ask! {
    /// Of which days.
    Days {
        /// The first day.
        from: Option<Date>,
        /// The first day after it.
        until: Option<Date>,
    }
}

pub(crate) fn json(value: &impl serde::Serialize) -> Result<Value, Wrong> {
    serde_json::to_value(value).map_err(|e| Wrong::fault(&e.to_string()))
}

pub(crate) async fn make(ask: Ask<Days, ()>) -> Result<Statements, Wrong> {
    let party = ask.see()?;
    if let (Some(from), Some(until)) = (ask.query.from, ask.query.until)
        && until <= from
    {
        return Err(Wrong::unfit(
            "period",
            format!("from {from} until before {until} there are no days"),
            "",
        ));
    }
    let period = Period { start: ask.query.from, end: ask.query.until };
    let mut statements = Vec::new();
    for issued in statement::make(&ask.house, &party, period).await? {
        let s = &issued.statement;
        statements.push(Statement {
            number: s.number,
            party: s.party_id.clone(),
            name: s.party.clone(),
            currency: s.currency.clone(),
            from: s.from.clone(),
            until: s.until.clone(),
            opening: s.opening.clone(),
            credited: s.credited.clone(),
            balance: s.balance.clone(),
            reserved: s.reserved.clone(),
            document: json(s)?,
            proof: issued.proof,
        });
    }
    Ok(Statements { statements })
}

fn told(issued: &invoice::IssuedInvoice) -> Result<Invoice, Wrong> {
    let i = &issued.invoice;
    Ok(Invoice {
        number: i.number.clone(),
        kind: i.kind.clone(),
        issued: i.issued.clone(),
        currency: i.currency.clone(),
        net: i.net.clone(),
        vat: i.vat.clone(),
        gross: i.gross.clone(),
        document: json(i)?,
        proof: issued.proof.clone(),
    })
}

pub(crate) async fn invoices(ask: Ask<Page, ()>) -> Result<Listed<Invoice>, Wrong> {
    let party = ask.see()?;
    let all: Result<Vec<Invoice>, Wrong> =
        invoice::list(&ask.house, &party).await?.iter().map(told).collect();
    let q = &ask.query;
    page::cut(all?, (q.after.as_deref(), q.limit), |i| format!("{}/{}", i.issued, i.number), |i| i)
}

pub(crate) async fn one_invoice(ask: Ask<(), ()>) -> Result<Invoice, Wrong> {
    let party = ask.see()?;
    told(&invoice::one(&ask.house, &party, ask.at("number")).await?)
}
