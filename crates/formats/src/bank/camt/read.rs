//! Reading camt.053 and camt.054.

use money::Amount;
use music::Problem;

use super::super::account::AccountId;
use super::super::reason::Reason;
use super::super::xml::{Node, Visitor, moment, note, walk};
use super::identity::identify;
use super::{
    Balance, Counterparty, Direction, Entry, EntryStatus, Report, Statement, Transaction, TransactionCode,
};

/// Reads all statements or notifications of a message.
pub(in crate::bank) fn read_text(text: &str, problems: &mut Vec<Problem>) -> Vec<Statement> {
    let mut reading = Reading::default();
    walk(text, &mut reading, problems);
    if reading.statements.is_empty() && problems.is_empty() {
        let message = "the message holds no statement and no notification";
        problems.push(Problem::new("empty", 0, message, "export the period again").notice());
    }
    reading.statements
}

#[derive(Default)]
struct Reading {
    message_id: String,
    balances: Vec<Balance>,
    entries: Vec<Entry>,
    /// Transactions of the entry that is open.
    transactions: Vec<Found>,
    /// How many transactions the entry that is open had so far, those that were left out among them.
    places: u32,
    statements: Vec<Statement>,
}

/// A transaction before its entry is known.
struct Found {
    transaction: Transaction,
    /// The direction it names itself.
    direction: Option<Direction>,
    /// The amounts it names, the likeliest to be booked first, the ordered one last.
    amounts: Vec<Amount>,
}

impl Visitor for Reading {
    fn close(&mut self, parents: &[Node], node: Node, problems: &mut Vec<Problem>) -> Option<Node> {
        let parent = parents.last().map_or("", |p| p.name.as_str());
        match (parent, node.name.as_str()) {
            ("NtryDtls", "TxDtls") => self.transaction(&node, problems),
            ("Stmt" | "Ntfctn", "Ntry") => self.entry(&node, problems),
            ("Stmt" | "Ntfctn", "Bal") => self.balance(&node, problems),
            (_, "Stmt") => self.statement(&node, Report::Statement, true, problems),
            (_, "Ntfctn") => self.statement(&node, Report::Notification, true, problems),
            (_, "GrpHdr") => self.message_id = node.text_at(&["MsgId"]).unwrap_or_default(),
            ("Stmt" | "Ntfctn", name) if !STATEMENT_PARTS.contains(&name) => {}
            (_, "BkToCstmrStmt" | "BkToCstmrDbtCdtNtfctn" | "Document" | "SplmtryData") => {}
            _ => return Some(node),
        }
        None
    }

    fn cut(&mut self, _: &[Node], node: Node, problems: &mut Vec<Problem>) {
        match node.name.as_str() {
            "Ntry" => {
                self.transactions.clear();
                self.places = 0;
                let message = "the entry that begins here is cut off and left out";
                note(problems, Problem::new("entry-cut", node.line, message, "fetch the file again"));
            }
            "Stmt" => self.statement(&node, Report::Statement, false, problems),
            "Ntfctn" => self.statement(&node, Report::Notification, false, problems),
            _ => {}
        }
    }
}

/// What is kept of a statement besides balances and entries.
const STATEMENT_PARTS: &[&str] =
    &["StmtPgntn", "NtfctnPgntn", "Id", "ElctrncSeqNb", "LglSeqNb", "CreDtTm", "CpyDplctInd", "Acct"];

impl Reading {
    fn statement(&mut self, node: &Node, report: Report, is_complete: bool, problems: &mut Vec<Problem>) {
        let account = node.child("Acct");
        let mut statement = Statement {
            report,
            line: node.line,
            message_id: self.message_id.clone(),
            id: node.text_at(&["Id"]).unwrap_or_default(),
            sequence: node.text_at(&["ElctrncSeqNb"]).or_else(|| node.text_at(&["LglSeqNb"])),
            page: node.text_at(&["StmtPgntn", "PgNb"]).or_else(|| node.text_at(&["NtfctnPgntn", "PgNb"])),
            created_at: node.text_at(&["CreDtTm"]).and_then(|t| moment(&t)),
            is_copy: node.child("CpyDplctInd").is_some(),
            account: account.and_then(account_id),
            currency: account.and_then(|a| a.text_at(&["Ccy"])).and_then(|c| c.parse().ok()),
            owner: account
                .and_then(|a| a.text_at(&["Ownr", "Nm"]))
                .or_else(|| account.and_then(|a| a.text_at(&["Nm"]))),
            balances: std::mem::take(&mut self.balances),
            entries: std::mem::take(&mut self.entries),
            is_complete,
        };
        if statement.account.is_none() {
            let message = "the statement does not say which account it is of";
            note(
                problems,
                Problem::new("account-missing", node.line, message, "ask the bank for the file again"),
            );
        }
        identify(&mut statement);
        if is_complete {
            check_balances(&statement, problems);
        }
        self.statements.push(statement);
    }

    fn balance(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        let amount = node.child("Amt").map(Node::amount);
        match (amount, direction(node)) {
            (Some(Ok(amount)), Some(direction)) if !node.damaged => self.balances.push(Balance {
                code: node.at(&["Tp", "CdOrPrtry"]).and_then(Node::choice).unwrap_or_default(),
                amount: direction.signed(amount),
                date: node.child("Dt").and_then(Node::date),
            }),
            (Some(Err(problem)), _) => note(problems, problem),
            _ => note(
                problems,
                Problem::new(
                    "balance-unreadable",
                    node.line,
                    "the balance lacks amount or direction",
                    ASK_AGAIN,
                ),
            ),
        }
    }

    fn entry(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        let transactions = std::mem::take(&mut self.transactions);
        let places = std::mem::take(&mut self.places) as usize;
        let amount = match node.child("Amt").map(Node::amount) {
            Some(Ok(amount)) if !node.damaged => amount,
            Some(Err(problem)) => return note(problems, problem),
            _ => return note(problems, unreadable_entry(node, "has no readable amount")),
        };
        let Some(direction) = direction(node) else {
            return note(problems, unreadable_entry(node, "does not say whether money came or went"));
        };
        let status = node.child("Sts").and_then(Node::choice).unwrap_or_default();
        let mut entry = Entry {
            line: node.line,
            identity: String::new(),
            reference: node.text_at(&["NtryRef"]),
            servicer_reference: node.text_at(&["AcctSvcrRef"]),
            amount,
            direction,
            is_reversal: matches!(node.text_at(&["RvslInd"]).as_deref(), Some("true" | "1")),
            status: EntryStatus::of(&status),
            booked_on: node.child("BookgDt").and_then(Node::date),
            value_on: node.child("ValDt").and_then(Node::date),
            code: node.child("BkTxCd").map(transaction_code).unwrap_or_default(),
            batch_message_id: node.text_at(&["NtryDtls", "Btch", "MsgId"]),
            batch_payment_id: node.text_at(&["NtryDtls", "Btch", "PmtInfId"]),
            note: node.text_at(&["AddtlNtryInf"]),
            transactions: Vec::new(),
            adds_up: places == transactions.len(),
        };
        settle_amounts(&mut entry, transactions, problems);
        self.entries.push(entry);
    }

    fn transaction(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        self.places += 1;
        if node.damaged {
            let message = "the transaction holds what cannot be trusted and is left out";
            return note(problems, Problem::new("transaction-unreadable", node.line, message, ASK_AGAIN));
        }
        let mut amounts = Vec::new();
        for path in [
            &["Amt"][..],
            &["AmtDtls", "TxAmt", "Amt"],
            &["AmtDtls", "CntrValAmt", "Amt"],
            &["AmtDtls", "InstdAmt", "Amt"],
        ] {
            match node.at(path).map(Node::amount) {
                Some(Ok(amount)) => amounts.push(amount),
                Some(Err(problem)) => note(problems, problem),
                None => {}
            }
        }
        let direction = direction(node);
        // Amount and direction are settled when the entry is known.
        let amount = amounts.first().copied().unwrap_or(Amount::zero(money::Currency::EUR));
        let mut found = Transaction::new(direction.unwrap_or(Direction::Credit), amount);
        found.index = self.places;
        found.line = node.line;
        references(node, &mut found);
        remittance(node, &mut found);
        found.debtor = counterparty(node, "Dbtr", "DbtrAcct", "DbtrAgt");
        found.creditor = counterparty(node, "Cdtr", "CdtrAcct", "CdtrAgt");
        found.return_reason = node.child("RtrInf").map(Reason::of);
        found.note = node.text_at(&["AddtlTxInf"]);
        self.transactions.push(Found { transaction: found, direction, amounts });
    }
}

const ASK_AGAIN: &str = "fetch the file again; if it stays so, look the movement up in the bank's own pages";

fn unreadable_entry(node: &Node, what: &str) -> Problem {
    Problem::new("entry-unreadable", node.line, format!("the entry {what} and is left out"), ASK_AGAIN)
}

/// Gives each transaction what moved on the account, and tells whether they add up to the entry.
fn settle_amounts(entry: &mut Entry, found: Vec<Found>, problems: &mut Vec<Problem>) {
    if found.is_empty() {
        entry.adds_up = true;
        entry.transactions.push(whole(entry));
        return;
    }
    let only = found.len() == 1 && entry.adds_up;
    let mut sum: i128 = 0;
    for Found { mut transaction, direction, amounts } in found {
        let booked = amounts.iter().copied().find(|a| a.currency() == entry.amount.currency());
        entry.adds_up &= only || booked.is_some();
        transaction.direction = if only { entry.direction } else { direction.unwrap_or(entry.direction) };
        transaction.amount = match booked {
            _ if only => entry.amount,
            Some(booked) => booked,
            // What it names in another currency, else nothing: the entry does not add up.
            None => amounts.first().copied().unwrap_or(Amount::zero(entry.amount.currency())),
        };
        transaction.instructed = amounts.last().copied().filter(|a| *a != transaction.amount);
        sum += i128::from(transaction.direction.signed(transaction.amount).micros());
        entry.transactions.push(transaction);
    }
    entry.adds_up &= sum == i128::from(entry.signed().micros());
    if !entry.adds_up {
        let message = format!("the transactions of the entry of {} do not add up to it", entry.amount);
        let hint = "only the entry's amount is sure to have moved; ask the bank how it is made up";
        note(problems, Problem::new("batch-sum", entry.line, message, hint).notice());
    }
}

/// An entry without details as its own only transaction.
fn whole(entry: &Entry) -> Transaction {
    let mut whole = Transaction::new(entry.direction, entry.amount);
    whole.line = entry.line;
    whole.servicer_reference = entry.servicer_reference.clone();
    whole.message_id = entry.batch_message_id.clone();
    whole.payment_id = entry.batch_payment_id.clone();
    whole.note = entry.note.clone();
    whole
}

fn direction(node: &Node) -> Option<Direction> {
    match node.text_at(&["CdtDbtInd"]).as_deref() {
        Some("CRDT") => Some(Direction::Credit),
        Some("DBIT") => Some(Direction::Debit),
        _ => None,
    }
}

fn transaction_code(node: &Node) -> TransactionCode {
    let part = |path: &[&str]| node.text_at(path).unwrap_or_default();
    TransactionCode {
        domain: part(&["Domn", "Cd"]),
        family: part(&["Domn", "Fmly", "Cd"]),
        sub_family: part(&["Domn", "Fmly", "SubFmlyCd"]),
        proprietary: part(&["Prtry", "Cd"]),
    }
}

fn references(node: &Node, into: &mut Transaction) {
    let Some(refs) = node.child("Refs") else { return };
    let given = |name: &str| refs.text_at(&[name]).filter(|t| t != "NOTPROVIDED" && t != "NONREF");
    into.end_to_end_id = given("EndToEndId");
    into.message_id = given("MsgId");
    into.payment_id = given("PmtInfId");
    into.instruction_id = given("InstrId");
    into.transaction_id = given("TxId");
    into.servicer_reference = given("AcctSvcrRef");
}

fn remittance(node: &Node, into: &mut Transaction) {
    let Some(info) = node.child("RmtInf") else { return };
    into.unstructured = info.all("Ustrd").filter_map(Node::own_text).collect();
    for structured in info.all("Strd") {
        let reference = structured.child("CdtrRefInf");
        let text = reference.and_then(|r| r.text_at(&["Ref"]).or_else(|| r.text_at(&["CdtrRef"])));
        into.structured.extend(text);
        into.unstructured.extend(structured.all("AddtlRmtInf").filter_map(Node::own_text));
    }
    into.creditor_reference = into.structured.iter().find_map(|t| t.parse().ok());
}

fn counterparty(node: &Node, party: &str, account: &str, agent: &str) -> Counterparty {
    let parties = node.child("RltdPties");
    let named = parties.and_then(|p| p.child(party));
    let name = named.and_then(|n| {
        let paths: [&[&str]; 3] = [&["Nm"], &["Pty", "Nm"], &["Agt", "FinInstnId", "Nm"]];
        paths.iter().find_map(|path| n.text_at(path))
    });
    let institution = node.at(&["RltdAgts", agent, "FinInstnId"]);
    let bic = institution.and_then(|i| i.text_at(&["BICFI"]).or_else(|| i.text_at(&["BIC"])));
    Counterparty {
        name,
        account: parties.and_then(|p| p.child(account)).and_then(account_id),
        bic: bic.and_then(|b| b.parse().ok()),
    }
}

fn account_id(node: &Node) -> Option<AccountId> {
    let paths: [&[&str]; 3] = [&["Id", "IBAN"], &["Id", "Othr", "Id"], &["Id", "PrtryAcct", "Id"]];
    paths.iter().find_map(|path| node.text_at(path)).map(|text| AccountId::of(&text))
}

/// Whether opening balance and booked entries give the closing balance, where all are told.
fn check_balances(statement: &Statement, problems: &mut Vec<Problem>) {
    let (Some(opening), Some(closing)) = (statement.opening(), statement.closing()) else { return };
    let Ok(expected) = statement.moved(opening.amount) else { return };
    if expected != closing.amount {
        let message = format!(
            "the closing balance is {}, but opening balance and booked entries give {expected}",
            closing.amount
        );
        let hint =
            "the statement may be one page of several, or an entry could not be read; fetch the whole period";
        note(problems, Problem::new("balance-mismatch", statement.line, message, hint).notice());
    }
}
