//! Payment status reports (pain.002, versions 2 to 12): what became of the payments in a pain.001.
//!
//! It knows ids and codes, not what they were ids of.

mod write;

use money::Amount;
use music::Problem;
use music::usage::Moment;

use super::reason::Reason;
use super::xml::{Node, Visitor, moment, note, walk};

pub use write::write_pain002;

/// A status report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StatusReport {
    /// Its own message id.
    pub message_id: String,
    /// When it was made.
    pub created_at: Option<Moment>,
    /// The message id of the pain.001 it answers.
    pub original_message_id: String,
    /// The name of that message, such as `pain.001.001.09`.
    pub original_message_name: String,
    /// The status of the whole file, where one is given.
    pub group_status: Option<PaymentStatus>,
    /// Reasons for the whole file.
    pub reasons: Vec<Reason>,
    /// The blocks (payment informations) it speaks of.
    pub blocks: Vec<BlockStatus>,
    /// The payments it speaks of one by one.
    pub transactions: Vec<TransactionStatus>,
    /// Whether the file held all of it; false where it was cut off.
    pub is_complete: bool,
}

/// The status of one block (`PmtInf`) of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockStatus {
    /// The line it begins in.
    pub line: u64,
    /// The block's id.
    pub payment_id: String,
    /// Its status, where one is given.
    pub status: Option<PaymentStatus>,
    /// Reasons for the block.
    pub reasons: Vec<Reason>,
}

/// The status of one payment.
#[derive(Debug, Clone, PartialEq)]
pub struct TransactionStatus {
    /// The line it begins in.
    pub line: u64,
    /// The block it was ordered in, where it is told.
    pub payment_id: Option<String>,
    /// The end-to-end id it was ordered under.
    pub end_to_end_id: Option<String>,
    /// The instruction id it was ordered under.
    pub instruction_id: Option<String>,
    /// Its status.
    pub status: PaymentStatus,
    /// Reasons.
    pub reasons: Vec<Reason>,
    /// The bank's reference for it.
    pub servicer_reference: Option<String>,
    /// The amount as ordered, where it is repeated.
    pub amount: Option<Amount>,
}

/// How far a payment has come (ISO 20022 external payment status codes).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentStatus {
    /// `RCVD`: received.
    Received,
    /// `ACTC`: the file is technically right.
    TechnicallyAccepted,
    /// `ACCP`: the customer's profile was checked too.
    CustomerAccepted,
    /// `ACWC`: accepted with a change.
    AcceptedWithChange,
    /// `ACSP`: settlement is in process.
    InProcess,
    /// `ACSC`: settled on the debtor's account.
    Settled,
    /// `ACCC`: settled on the creditor's account.
    Credited,
    /// `PDNG`: pending.
    Pending,
    /// `PART`: some accepted, some not; the single payments tell.
    Partial,
    /// `RJCT`: rejected, no money moves.
    Rejected,
    /// `CANC`: cancelled, no money moves.
    Cancelled,
    /// Any other code.
    Other(String),
}

impl PaymentStatus {
    /// The status of a code.
    pub fn of(code: &str) -> PaymentStatus {
        match code {
            "RCVD" => PaymentStatus::Received,
            "ACTC" => PaymentStatus::TechnicallyAccepted,
            "ACCP" => PaymentStatus::CustomerAccepted,
            "ACWC" => PaymentStatus::AcceptedWithChange,
            "ACSP" => PaymentStatus::InProcess,
            "ACSC" => PaymentStatus::Settled,
            "ACCC" => PaymentStatus::Credited,
            "PDNG" => PaymentStatus::Pending,
            "PART" => PaymentStatus::Partial,
            "RJCT" => PaymentStatus::Rejected,
            "CANC" => PaymentStatus::Cancelled,
            other => PaymentStatus::Other(other.to_owned()),
        }
    }

    /// The code of ISO 20022.
    pub fn code(&self) -> &str {
        match self {
            PaymentStatus::Received => "RCVD",
            PaymentStatus::TechnicallyAccepted => "ACTC",
            PaymentStatus::CustomerAccepted => "ACCP",
            PaymentStatus::AcceptedWithChange => "ACWC",
            PaymentStatus::InProcess => "ACSP",
            PaymentStatus::Settled => "ACSC",
            PaymentStatus::Credited => "ACCC",
            PaymentStatus::Pending => "PDNG",
            PaymentStatus::Partial => "PART",
            PaymentStatus::Rejected => "RJCT",
            PaymentStatus::Cancelled => "CANC",
            PaymentStatus::Other(code) => code,
        }
    }

    /// Whether the money has left for good: settled or credited.
    pub fn is_settled(&self) -> bool {
        matches!(self, PaymentStatus::Settled | PaymentStatus::Credited)
    }

    /// Whether no money moves and none will.
    pub fn is_refused(&self) -> bool {
        matches!(self, PaymentStatus::Rejected | PaymentStatus::Cancelled)
    }
}

impl StatusReport {
    /// What the report says of a payment: its own status, else that of its block, else that of the file.
    ///
    /// `payment_id` is the block it was ordered in. A block or file that is only partly accepted says nothing of a
    /// payment it does not list.
    pub fn status_of(&self, end_to_end_id: &str, payment_id: &str) -> Option<(&PaymentStatus, &[Reason])> {
        let said = |status: &PaymentStatus| *status != PaymentStatus::Partial;
        let own = self.transactions.iter().find(|t| t.end_to_end_id.as_deref() == Some(end_to_end_id));
        if let Some(own) = own {
            return Some((&own.status, &own.reasons));
        }
        let block = self.blocks.iter().find(|b| b.payment_id == payment_id);
        if let Some((block, status)) = block.and_then(|b| Some((b, b.status.as_ref()?))) {
            return said(status).then_some((status, &block.reasons[..]));
        }
        self.group_status.as_ref().filter(|s| said(s)).map(|s| (s, &self.reasons[..]))
    }
}

/// Reads a status report.
pub(super) fn read_text(text: &str, problems: &mut Vec<Problem>) -> StatusReport {
    let mut reading = Reading::default();
    let complete = walk(text, &mut reading, problems);
    let mut report = reading.report;
    report.is_complete = complete;
    if report.original_message_id.is_empty() {
        let message = "the report does not say which payment file it answers";
        note(problems, Problem::new("original-missing", 0, message, "ask the bank for the report again"));
    }
    report
}

#[derive(Default)]
struct Reading {
    report: StatusReport,
    /// Where the transactions of the block that is open begin.
    block_from: usize,
}

impl Visitor for Reading {
    fn close(&mut self, _: &[Node], node: Node, problems: &mut Vec<Problem>) -> Option<Node> {
        match node.name.as_str() {
            "GrpHdr" => {
                self.report.message_id = node.text_at(&["MsgId"]).unwrap_or_default();
                self.report.created_at = node.text_at(&["CreDtTm"]).and_then(|t| moment(&t));
            }
            "OrgnlGrpInfAndSts" => self.group(&node),
            "TxInfAndSts" => self.transaction(&node, problems),
            "OrgnlPmtInfAndSts" => self.block(&node),
            "SplmtryData" | "CstmrPmtStsRpt" | "Document" => {}
            _ => return Some(node),
        }
        None
    }

    fn cut(&mut self, _: &[Node], node: Node, problems: &mut Vec<Problem>) {
        match node.name.as_str() {
            "TxInfAndSts" => {
                let message = "the payment status that begins here is cut off and left out";
                note(problems, Problem::new("status-cut", node.line, message, "fetch the file again"));
            }
            "OrgnlPmtInfAndSts" => self.block(&node),
            _ => {}
        }
    }
}

impl Reading {
    fn group(&mut self, node: &Node) {
        self.report.original_message_id = node.text_at(&["OrgnlMsgId"]).unwrap_or_default();
        self.report.original_message_name = node.text_at(&["OrgnlMsgNmId"]).unwrap_or_default();
        self.report.group_status = node.text_at(&["GrpSts"]).map(|s| PaymentStatus::of(&s));
        self.report.reasons = node.all("StsRsnInf").map(Reason::of).collect();
    }

    fn block(&mut self, node: &Node) {
        let payment_id = node.text_at(&["OrgnlPmtInfId"]);
        for transaction in self.report.transactions.iter_mut().skip(self.block_from) {
            transaction.payment_id = transaction.payment_id.take().or_else(|| payment_id.clone());
        }
        self.block_from = self.report.transactions.len();
        self.report.blocks.push(BlockStatus {
            line: node.line,
            payment_id: payment_id.unwrap_or_default(),
            status: node.text_at(&["PmtInfSts"]).map(|s| PaymentStatus::of(&s)),
            reasons: node.all("StsRsnInf").map(Reason::of).collect(),
        });
    }

    fn transaction(&mut self, node: &Node, problems: &mut Vec<Problem>) {
        let end_to_end_id = node.text_at(&["OrgnlEndToEndId"]);
        let instruction_id = node.text_at(&["OrgnlInstrId"]);
        let status = node.text_at(&["TxSts"]);
        let (Some(status), false, true) =
            (status, node.damaged, end_to_end_id.is_some() || instruction_id.is_some())
        else {
            let message = "the payment status here lacks status or payment id and is left out";
            return note(
                problems,
                Problem::new("status-unreadable", node.line, message, "ask the bank for it again"),
            );
        };
        let amount = match node.at(&["OrgnlTxRef", "Amt", "InstdAmt"]).map(Node::amount) {
            Some(Ok(amount)) => Some(amount),
            Some(Err(problem)) => {
                note(problems, problem.notice());
                None
            }
            None => None,
        };
        self.report.transactions.push(TransactionStatus {
            line: node.line,
            payment_id: node.text_at(&["OrgnlPmtInfId"]),
            end_to_end_id,
            instruction_id,
            status: PaymentStatus::of(&status),
            reasons: node.all("StsRsnInf").map(Reason::of).collect(),
            servicer_reference: node.text_at(&["AcctSvcrRef"]),
            amount,
        });
    }
}
