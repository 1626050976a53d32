//! Writing pain.001.001.09.

use std::collections::BTreeMap;

use jiff::civil::Date;
use money::{Amount, Currency, MICROS_PER_UNIT};
use music::Problem;

use super::super::account::Account;
use super::super::sepa_text::{self, CODE_CHARS, NAME_CHARS, REMITTANCE_CHARS, STREET_CHARS, TOWN_CHARS};
use super::super::xml::XmlOut;
use super::{Address, Payment, Rail, Remittance, Transfers, Written, WrittenBlock};

/// Writes what was checked.
pub(super) fn write(transfers: &Transfers) -> Written {
    let blocks = blocks(transfers);
    let mut changes = Changes(Vec::new());
    let mut out = XmlOut::message("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09");
    out.element("CstmrCdtTrfInitn", |out| {
        out.element("GrpHdr", |out| {
            out.leaf("MsgId", &transfers.message_id);
            // Whole seconds: some banks refuse more.
            out.leaf("CreDtTm", &transfers.created_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
            out.leaf("NbOfTxs", &transfers.payments.len().to_string());
            out.leaf("CtrlSum", &control_sum(transfers.payments.iter().map(|p| p.amount)));
            out.path(&["InitgPty", "Nm"], &changes.clean(&transfers.initiating_party, NAME_CHARS, 0));
        });
        for block in &blocks {
            out.element("PmtInf", |out| payment_information(out, transfers, block, &mut changes));
        }
    });
    Written { xml: out.finish(), changes: changes.0, blocks }
}

/// Sorts payments into blocks of one rail, currency and day; order inside a block is that of the list.
fn blocks(transfers: &Transfers) -> Vec<WrittenBlock> {
    let mut groups: BTreeMap<(Rail, Currency, Date), Vec<usize>> = BTreeMap::new();
    for (place, payment) in transfers.payments.iter().enumerate() {
        let date = payment.execution_date.unwrap_or(transfers.execution_date);
        groups.entry((payment.rail, payment.amount.currency(), date)).or_default().push(place);
    }
    let mut blocks = Vec::new();
    for (number, ((rail, currency, execution_date), payments)) in (1..).zip(groups) {
        let micros: i128 = payments.iter().map(|p| i128::from(transfers.payments[*p].amount.micros())).sum();
        // `Transfers::check` refuses files whose sum does not fit.
        let sum = Amount::from_micros(i64::try_from(micros).unwrap_or(i64::MAX), currency);
        let payment_id = block_id(&transfers.message_id, number);
        blocks.push(WrittenBlock { payment_id, rail, execution_date, sum, payments });
    }
    blocks
}

/// The message id, shortened where it must be, and the block's number.
fn block_id(message_id: &str, number: usize) -> String {
    let tail = format!("-{number}");
    let room = 35_usize.saturating_sub(tail.len()).min(message_id.len());
    format!("{}{tail}", message_id.get(..room).unwrap_or(message_id).trim_end_matches('/'))
}

/// The sum of all amounts whatever their currency, exactly, as control sums are.
fn control_sum(amounts: impl Iterator<Item = Amount>) -> String {
    let mut places = 2;
    let mut micros: i128 = 0;
    for amount in amounts {
        micros += i128::from(amount.micros());
        places = places.max(amount.currency().exponent() as usize);
    }
    let unit = i128::from(MICROS_PER_UNIT);
    format!("{}.{}", micros / unit, &format!("{:06}", micros % unit)[..places.min(6)])
}

fn payment_information(out: &mut XmlOut, transfers: &Transfers, block: &WrittenBlock, changes: &mut Changes) {
    let debtor = &transfers.debtor;
    out.leaf("PmtInfId", &block.payment_id);
    out.leaf("PmtMtd", "TRF");
    out.leaf("BtchBookg", if block.rail == Rail::Sepa { "true" } else { "false" });
    out.leaf("NbOfTxs", &block.payments.len().to_string());
    out.leaf("CtrlSum", &control_sum(block.payments.iter().map(|p| transfers.payments[*p].amount)));
    if block.rail == Rail::Sepa {
        out.path(&["PmtTpInf", "SvcLvl", "Cd"], "SEPA");
    }
    out.path(&["ReqdExctnDt", "Dt"], &block.execution_date.to_string());
    out.element("Dbtr", |out| party(out, &debtor.name, debtor.address.as_ref(), 0, changes));
    out.element("DbtrAcct", |out| account(out, &debtor.account));
    out.element("DbtrAgt", |out| match debtor.account.bic().or(debtor.bic.as_ref()) {
        Some(bic) => out.path(&["FinInstnId", "BICFI"], bic.as_str()),
        None => out.path(&["FinInstnId", "Othr", "Id"], "NOTPROVIDED"),
    });
    out.leaf("ChrgBr", if block.rail == Rail::Sepa { "SLEV" } else { "SHAR" });
    for place in &block.payments {
        let payment = &transfers.payments[*place];
        out.element("CdtTrfTxInf", |out| transfer(out, payment, *place as u64 + 1, changes));
    }
}

fn transfer(out: &mut XmlOut, payment: &Payment, line: u64, changes: &mut Changes) {
    out.path(&["PmtId", "EndToEndId"], &payment.end_to_end_id);
    out.element("Amt", |out| out.amount("InstdAmt", payment.amount));
    if let Some(bic) = payment.account.bic().or(payment.bic.as_ref()) {
        out.path(&["CdtrAgt", "FinInstnId", "BICFI"], bic.as_str());
    }
    out.element("Cdtr", |out| party(out, &payment.creditor, payment.address.as_ref(), line, changes));
    out.element("CdtrAcct", |out| account(out, &payment.account));
    match &payment.remittance {
        Remittance::None => {}
        Remittance::Text(text) => {
            let text = changes.clean(text, REMITTANCE_CHARS, line);
            if !text.is_empty() {
                out.path(&["RmtInf", "Ustrd"], &text);
            }
        }
        Remittance::Reference(reference) => out.element("RmtInf", |out| {
            out.element("Strd", |out| {
                out.element("CdtrRefInf", |out| {
                    out.element("Tp", |out| {
                        out.path(&["CdOrPrtry", "Cd"], "SCOR");
                        out.leaf("Issr", "ISO");
                    });
                    out.leaf("Ref", reference.as_str());
                });
            });
        }),
    }
}

fn party(out: &mut XmlOut, name: &str, address: Option<&Address>, line: u64, changes: &mut Changes) {
    out.leaf("Nm", &changes.clean(name, NAME_CHARS, line));
    let Some(address) = address else { return };
    out.element("PstlAdr", |out| {
        for (name, text, longest) in [
            ("StrtNm", &address.street, STREET_CHARS),
            ("BldgNb", &address.building, CODE_CHARS),
            ("PstCd", &address.postcode, CODE_CHARS),
            ("TwnNm", &address.town, TOWN_CHARS),
        ] {
            out.leaf_if(name, Some(&changes.clean(text, longest, line)));
        }
        out.leaf("Ctry", address.country.as_str());
    });
}

fn account(out: &mut XmlOut, account: &Account) {
    match account {
        Account::Iban(iban) => out.path(&["Id", "IBAN"], iban.as_str()),
        Account::Other { number, .. } => out.element("Id", |out| {
            out.element("Othr", |out| {
                out.leaf("Id", number);
                out.path(&["SchmeNm", "Cd"], "BBAN");
            });
        }),
    }
}

/// Collects what texts had to become.
struct Changes(Vec<Problem>);

impl Changes {
    fn clean(&mut self, text: &str, longest: usize, line: u64) -> String {
        let clean = sepa_text::clean(text, longest);
        if !clean.is_unchanged() {
            let message =
                format!("`{}` goes to the bank as `{}`: {}", text.trim(), clean.text, clean.changes());
            let hint = "banks carry Latin letters without accents; nothing needs to be done";
            let change = Problem::new("text-changed", line, message, hint).notice();
            // The debtor stands in every block and is told of once.
            if line > 0 || !self.0.contains(&change) {
                self.0.push(change);
            }
        }
        clean.text
    }
}
