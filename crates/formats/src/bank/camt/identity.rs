//! What entries and transactions are recognised by when a bank tells of them again (see the module above).

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::super::account::AccountId;
use super::{Entry, Statement};

/// Gives every entry and transaction its identity from what the statement holds.
pub(super) fn identify(statement: &mut Statement) {
    let account = statement.account.as_ref().map_or("", AccountId::as_str).to_owned();
    let id = if statement.id.is_empty() { statement.message_id.clone() } else { statement.id.clone() };
    let page = statement.page.clone().unwrap_or_default();
    let mut seen: HashMap<String, u32> = HashMap::new();
    for entry in &mut statement.entries {
        let base = match &entry.servicer_reference {
            Some(reference) => {
                let way = entry.direction.code();
                format!(
                    "{account}/{reference}/{way}/{}{}",
                    entry.amount.currency(),
                    entry.amount.to_decimal()
                )
            }
            None => format!("{account}/sha256:{}", imprint([&account, &id, &page], entry)),
        };
        let count = seen.entry(base.clone()).and_modify(|n| *n += 1).or_insert(1);
        entry.identity = if *count == 1 { base } else { format!("{base}~{count}") };
        for transaction in &mut entry.transactions {
            transaction.identity = match transaction.index {
                1 => entry.identity.clone(),
                place => format!("{}#{place}", entry.identity),
            };
        }
    }
}

/// SHA-256 over what an entry says, each field behind its length, so that no two lists of fields look alike.
fn imprint(place: [&str; 3], entry: &Entry) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let date = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    place.into_iter().for_each(&mut field);
    field(&text(&entry.reference));
    field(&entry.amount.to_string());
    field(entry.direction.code());
    field(if entry.is_reversal { "reversal" } else { "" });
    field(&date(entry.booked_on));
    field(&date(entry.value_on));
    field(&text(&entry.note));
    for transaction in &entry.transactions {
        field(&transaction.amount.to_string());
        field(transaction.direction.code());
        for part in [
            &transaction.end_to_end_id,
            &transaction.message_id,
            &transaction.instruction_id,
            &transaction.transaction_id,
            &transaction.servicer_reference,
            &transaction.debtor.name,
            &transaction.creditor.name,
            &transaction.note,
        ] {
            field(&text(part));
        }
        for account in [&transaction.debtor.account, &transaction.creditor.account] {
            field(account.as_ref().map_or("", AccountId::as_str));
        }
        field(&transaction.structured.join("\n"));
        field(&transaction.unstructured.join("\n"));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
