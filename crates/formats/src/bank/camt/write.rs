//! Writing camt.053.001.08 and camt.054.001.08, as a bank would: for demonstrations, tests and houses that are
//! their own bank. The same statement gives the same bytes.

use super::super::account::AccountId;
use super::super::xml::XmlOut;
use super::{Counterparty, Direction, Entry, Statement, Transaction};

/// Writes a statement; it needs at least one balance ([`Statement::balance`]).
pub fn write_camt053(statement: &Statement) -> String {
    let mut out = XmlOut::message("urn:iso:std:iso:20022:tech:xsd:camt.053.001.08");
    out.element("BkToCstmrStmt", |out| {
        header(out, statement);
        out.element("Stmt", |out| content(out, statement));
    });
    out.finish()
}

/// Writes a notification; balances are left out.
pub fn write_camt054(statement: &Statement) -> String {
    let mut out = XmlOut::message("urn:iso:std:iso:20022:tech:xsd:camt.054.001.08");
    out.element("BkToCstmrDbtCdtNtfctn", |out| {
        header(out, statement);
        out.element("Ntfctn", |out| content(out, &Statement { balances: Vec::new(), ..statement.clone() }));
    });
    out.finish()
}

fn created(statement: &Statement) -> String {
    statement.created_at.map_or_else(|| "1970-01-01T00:00:00".to_owned(), |at| at.to_string())
}

fn header(out: &mut XmlOut, statement: &Statement) {
    out.element("GrpHdr", |out| {
        out.leaf("MsgId", &statement.message_id);
        out.leaf("CreDtTm", &created(statement));
    });
}

fn content(out: &mut XmlOut, statement: &Statement) {
    out.leaf("Id", &statement.id);
    out.leaf_if("ElctrncSeqNb", statement.sequence.as_deref());
    out.leaf("CreDtTm", &created(statement));
    if statement.is_copy {
        out.leaf("CpyDplctInd", "DUPL");
    }
    out.element("Acct", |out| {
        account(out, statement.account.as_ref());
        out.leaf_if("Ccy", statement.currency.map(money::Currency::code));
        if let Some(owner) = &statement.owner {
            out.path(&["Ownr", "Nm"], owner);
        }
    });
    for balance in &statement.balances {
        out.element("Bal", |out| {
            out.path(&["Tp", "CdOrPrtry", "Cd"], &balance.code);
            let way = if balance.amount.is_negative() { Direction::Debit } else { Direction::Credit };
            let size = money::Amount::from_micros(
                balance.amount.micros().saturating_abs(),
                balance.amount.currency(),
            );
            out.amount("Amt", size);
            out.leaf("CdtDbtInd", way.code());
            out.path(&["Dt", "Dt"], &balance.date.map_or_else(|| "1970-01-01".to_owned(), |d| d.to_string()));
        });
    }
    for item in &statement.entries {
        out.element("Ntry", |out| entry(out, item));
    }
}

fn entry(out: &mut XmlOut, entry: &Entry) {
    out.leaf_if("NtryRef", entry.reference.as_deref());
    out.amount("Amt", entry.amount);
    out.leaf("CdtDbtInd", entry.direction.code());
    if entry.is_reversal {
        out.leaf("RvslInd", "true");
    }
    out.path(&["Sts", "Cd"], entry.status.code());
    for (name, date) in [("BookgDt", entry.booked_on), ("ValDt", entry.value_on)] {
        if let Some(date) = date {
            out.path(&[name, "Dt"], &date.to_string());
        }
    }
    out.leaf_if("AcctSvcrRef", entry.servicer_reference.as_deref());
    out.element("BkTxCd", |out| {
        if !entry.code.domain.is_empty() {
            out.element("Domn", |out| {
                out.leaf("Cd", &entry.code.domain);
                out.element("Fmly", |out| {
                    out.leaf("Cd", &entry.code.family);
                    out.leaf("SubFmlyCd", &entry.code.sub_family);
                });
            });
        }
        if !entry.code.proprietary.is_empty() {
            out.path(&["Prtry", "Cd"], &entry.code.proprietary);
        }
    });
    out.element("NtryDtls", |out| {
        if entry.transactions.len() > 1 || entry.batch_message_id.is_some() {
            out.element("Btch", |out| batch(out, entry));
        }
        for item in &entry.transactions {
            out.element("TxDtls", |out| transaction(out, item));
        }
    });
    out.leaf_if("AddtlNtryInf", entry.note.as_deref());
}

fn batch(out: &mut XmlOut, entry: &Entry) {
    out.leaf_if("MsgId", entry.batch_message_id.as_deref());
    out.leaf_if("PmtInfId", entry.batch_payment_id.as_deref());
    out.leaf("NbOfTxs", &entry.transactions.len().to_string());
    out.amount("TtlAmt", entry.amount);
    out.leaf("CdtDbtInd", entry.direction.code());
}

fn transaction(out: &mut XmlOut, item: &Transaction) {
    out.element("Refs", |out| {
        out.leaf_if("MsgId", item.message_id.as_deref());
        out.leaf_if("AcctSvcrRef", item.servicer_reference.as_deref());
        out.leaf_if("PmtInfId", item.payment_id.as_deref());
        out.leaf_if("InstrId", item.instruction_id.as_deref());
        out.leaf("EndToEndId", item.end_to_end_id.as_deref().unwrap_or("NOTPROVIDED"));
        out.leaf_if("TxId", item.transaction_id.as_deref());
    });
    out.amount("Amt", item.amount);
    out.leaf("CdtDbtInd", item.direction.code());
    if let Some(instructed) = item.instructed {
        out.element("AmtDtls", |out| out.element("InstdAmt", |out| out.amount("Amt", instructed)));
    }
    if item.debtor != Counterparty::default() || item.creditor != Counterparty::default() {
        out.element("RltdPties", |out| {
            party(out, "Dbtr", "DbtrAcct", &item.debtor);
            party(out, "Cdtr", "CdtrAcct", &item.creditor);
        });
    }
    if item.debtor.bic.is_some() || item.creditor.bic.is_some() {
        out.element("RltdAgts", |out| {
            for (name, side) in [("DbtrAgt", &item.debtor), ("CdtrAgt", &item.creditor)] {
                if let Some(bic) = &side.bic {
                    out.path(&[name, "FinInstnId", "BICFI"], bic.as_str());
                }
            }
        });
    }
    remittance(out, item);
    if let Some(reason) = &item.return_reason {
        out.element("RtrInf", |out| {
            if !reason.code.is_empty() {
                out.path(&["Rsn", "Cd"], &reason.code);
            }
            out.leaf_if("AddtlInf", Some(&reason.text));
        });
    }
    out.leaf_if("AddtlTxInf", item.note.as_deref());
}

fn remittance(out: &mut XmlOut, item: &Transaction) {
    let own = item
        .creditor_reference
        .iter()
        .map(|r| r.as_str())
        .filter(|r| !item.structured.iter().any(|s| s == r));
    let references: Vec<&str> = own.chain(item.structured.iter().map(String::as_str)).collect();
    if references.is_empty() && item.unstructured.is_empty() {
        return;
    }
    out.element("RmtInf", |out| {
        for line in &item.unstructured {
            out.leaf("Ustrd", line);
        }
        for reference in references {
            out.element("Strd", |out| {
                out.element("CdtrRefInf", |out| {
                    out.path(&["Tp", "CdOrPrtry", "Cd"], "SCOR");
                    out.leaf("Ref", reference);
                });
            });
        }
    });
}

fn party(out: &mut XmlOut, name: &'static str, account_name: &'static str, side: &Counterparty) {
    if let Some(text) = &side.name {
        out.path(&[name, "Pty", "Nm"], text);
    }
    if side.account.is_some() {
        out.element(account_name, |out| account(out, side.account.as_ref()));
    }
}

fn account(out: &mut XmlOut, id: Option<&AccountId>) {
    match id {
        Some(AccountId::Iban(iban)) => out.path(&["Id", "IBAN"], iban.as_str()),
        Some(AccountId::Other(number)) => out.path(&["Id", "Othr", "Id"], number),
        None => out.path(&["Id", "Othr", "Id"], "NOTPROVIDED"),
    }
}
