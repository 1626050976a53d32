//! Writing pain.002.001.12, as a bank would: for demonstrations and tests. The same report gives the same bytes.

use super::super::reason::Reason;
use super::super::xml::XmlOut;
use super::{StatusReport, TransactionStatus};

/// Writes a status report; transactions stand in the block their `payment_id` names, which must be among `blocks`.
pub fn write_pain002(report: &StatusReport) -> String {
    let created = report.created_at.map_or_else(|| "1970-01-01T00:00:00".to_owned(), |at| at.to_string());
    let mut out = XmlOut::message("urn:iso:std:iso:20022:tech:xsd:pain.002.001.12");
    out.element("CstmrPmtStsRpt", |out| {
        out.element("GrpHdr", |out| {
            out.leaf("MsgId", &report.message_id);
            out.leaf("CreDtTm", &created);
        });
        out.element("OrgnlGrpInfAndSts", |out| {
            out.leaf("OrgnlMsgId", &report.original_message_id);
            out.leaf("OrgnlMsgNmId", &report.original_message_name);
            out.leaf_if("GrpSts", report.group_status.as_ref().map(|s| s.code()));
            reasons(out, &report.reasons);
        });
        for block in &report.blocks {
            out.element("OrgnlPmtInfAndSts", |out| {
                out.leaf("OrgnlPmtInfId", &block.payment_id);
                out.leaf_if("PmtInfSts", block.status.as_ref().map(|s| s.code()));
                reasons(out, &block.reasons);
                for item in
                    report.transactions.iter().filter(|t| t.payment_id.as_ref() == Some(&block.payment_id))
                {
                    out.element("TxInfAndSts", |out| transaction(out, item));
                }
            });
        }
    });
    out.finish()
}

fn transaction(out: &mut XmlOut, item: &TransactionStatus) {
    out.leaf_if("OrgnlInstrId", item.instruction_id.as_deref());
    out.leaf_if("OrgnlEndToEndId", item.end_to_end_id.as_deref());
    out.leaf("TxSts", item.status.code());
    reasons(out, &item.reasons);
    out.leaf_if("AcctSvcrRef", item.servicer_reference.as_deref());
    if let Some(amount) = item.amount {
        out.element("OrgnlTxRef", |out| out.element("Amt", |out| out.amount("InstdAmt", amount)));
    }
}

fn reasons(out: &mut XmlOut, reasons: &[Reason]) {
    for reason in reasons {
        out.element("StsRsnInf", |out| {
            if !reason.code.is_empty() {
                // Codes of the external list have at most four characters; longer words are the bank's own.
                let kind = if reason.code.len() <= 4 { "Cd" } else { "Prtry" };
                out.path(&["Rsn", kind], &reason.code);
            }
            out.leaf_if("AddtlInf", Some(&reason.text));
        });
    }
}
