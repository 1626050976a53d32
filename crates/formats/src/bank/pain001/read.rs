//! Reading pain.001 back: what a file orders, whoever wrote it.

use jiff::civil::Date;
use money::Amount;
use music::Problem;
use music::usage::Moment;

use super::super::account::AccountId;
use super::super::xml::{Node, Visitor, moment, note, walk};

/// A payment file as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Initiation {
    /// Its message id.
    pub message_id: String,
    /// When it was made.
    pub created_at: Option<Moment>,
    /// How many payments it says it holds.
    pub count: Option<u64>,
    /// The control sum as written.
    pub control_sum: Option<String>,
    /// Who hands it in.
    pub initiating_party: Option<String>,
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Whether the file held all of it; false where it was cut off.
    pub is_complete: bool,
}

/// A block (`PmtInf`) of a payment file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// The line it begins in.
    pub line: u64,
    /// Its id.
    pub payment_id: String,
    /// How many payments it says it holds.
    pub count: Option<u64>,
    /// The control sum as written.
    pub control_sum: Option<String>,
    /// The service level, such as `SEPA`.
    pub service_level: Option<String>,
    /// Who bears the charges, such as `SLEV`.
    pub charge_bearer: Option<String>,
    /// When it shall be executed.
    pub execution_date: Option<Date>,
    /// Whose account is debited.
    pub debtor: Option<String>,
    /// Which account is debited.
    pub debtor_account: Option<AccountId>,
    /// Its bank.
    pub debtor_bic: Option<String>,
    /// The payments.
    pub payments: Vec<OrderedPayment>,
}

/// One payment of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedPayment {
    /// The line it begins in.
    pub line: u64,
    /// Its end-to-end id.
    pub end_to_end_id: String,
    /// How much.
    pub amount: Amount,
    /// Who is paid.
    pub creditor: Option<String>,
    /// Where to.
    pub account: Option<AccountId>,
    /// The payee's bank.
    pub bic: Option<String>,
    /// Town and country of the payee, where given.
    pub town: Option<String>,
    /// The payee's country, where given.
    pub country: Option<String>,
    /// The structured reference, where given.
    pub reference: Option<String>,
    /// The unstructured remittance, where given.
    pub text: Option<String>,
}

impl Initiation {
    /// All payments, in the file's order.
    pub fn payments(&self) -> impl Iterator<Item = &OrderedPayment> {
        self.blocks.iter().flat_map(|b| &b.payments)
    }
}

/// Reads a payment file.
pub(in crate::bank) fn read_text(text: &str, problems: &mut Vec<Problem>) -> Initiation {
    let mut reading = Reading::default();
    let is_complete = walk(text, &mut reading, problems);
    let file = Initiation { is_complete, ..reading.file };
    let held = file.payments().count() as u64;
    if let Some(told) = file.count.filter(|told| is_complete && *told != held) {
        let message = format!("the file says it holds {told} payments, and {held} could be read");
        note(problems, Problem::new("count-mismatch", 0, message, "do not send it; make it anew"));
    }
    file
}

#[derive(Default)]
struct Reading {
    file: Initiation,
    payments: Vec<OrderedPayment>,
}

impl Visitor for Reading {
    fn close(&mut self, _: &[Node], node: Node, problems: &mut Vec<Problem>) -> Option<Node> {
        match node.name.as_str() {
            "GrpHdr" => {
                self.file.message_id = node.text_at(&["MsgId"]).unwrap_or_default();
                self.file.created_at = node.text_at(&["CreDtTm"]).and_then(|t| moment(&t));
                self.file.count = node.text_at(&["NbOfTxs"]).and_then(|t| t.parse().ok());
                self.file.control_sum = node.text_at(&["CtrlSum"]);
                self.file.initiating_party = node.text_at(&["InitgPty", "Nm"]);
            }
            "CdtTrfTxInf" => self.payment(&node, problems),
            "PmtInf" => self.block(&node),
            "CstmrCdtTrfInitn" | "Document" => {}
            _ => return Some(node),
        }
        None
    }

    fn cut(&mut self, _: &[Node], node: Node, _: &mut Vec<Problem>) {
        if node.name == "PmtInf" {
            self.block(&node);
        }
    }
}

impl Reading {
    fn block(&mut self, node: &Node) {
        let date = node.child("ReqdExctnDt").and_then(Node::date);
        self.file.blocks.push(Block {
            line: node.line,
            payment_id: node.text_at(&["PmtInfId"]).unwrap_or_default(),
            count: node.text_at(&["NbOfTxs"]).and_then(|t| t.parse().ok()),
            control_sum: node.text_at(&["CtrlSum"]),
            service_level: node.at(&["PmtTpInf", "SvcLvl"]).and_then(Node::choice),
            charge_bearer: node.text_at(&["ChrgBr"]),
            execution_date: date,
            debtor: node.text_at(&["Dbtr", "Nm"]),
            debtor_account: account(node, "DbtrAcct"),
            debtor_bic: bic(node, "DbtrAgt"),
            payments: std::mem::take(&mut self.payments),
        });
    }

    fn payment(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        let amount = match node.at(&["Amt", "InstdAmt"]).map(Node::amount) {
            Some(Ok(amount)) if !node.damaged => amount,
            Some(Err(problem)) => return note(problems, problem),
            _ => {
                let message = "the payment has no readable amount and is left out";
                return note(
                    problems,
                    Problem::new("payment-unreadable", node.line, message, "make the file anew"),
                );
            }
        };
        self.payments.push(OrderedPayment {
            line: node.line,
            end_to_end_id: node.text_at(&["PmtId", "EndToEndId"]).unwrap_or_default(),
            amount,
            creditor: node.text_at(&["Cdtr", "Nm"]),
            account: account(node, "CdtrAcct"),
            bic: bic(node, "CdtrAgt"),
            town: node.text_at(&["Cdtr", "PstlAdr", "TwnNm"]),
            country: node.text_at(&["Cdtr", "PstlAdr", "Ctry"]),
            reference: node.text_at(&["RmtInf", "Strd", "CdtrRefInf", "Ref"]),
            text: node.text_at(&["RmtInf", "Ustrd"]),
        });
    }
}

fn account(node: &Node, name: &str) -> Option<AccountId> {
    let id = node.at(&[name, "Id"])?;
    id.text_at(&["IBAN"]).or_else(|| id.text_at(&["Othr", "Id"])).map(|text| AccountId::of(&text))
}

fn bic(node: &Node, name: &str) -> Option<String> {
    let bank = node.at(&[name, "FinInstnId"])?;
    bank.text_at(&["BICFI"]).or_else(|| bank.text_at(&["BIC"]))
}
