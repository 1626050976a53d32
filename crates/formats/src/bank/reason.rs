//! Why a payment was refused or came back, in words (ISO 20022 external code sets, as SEPA uses them).

use super::xml::Node;

/// A reason as a message gives it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reason {
    /// The code, such as `AC04`, or the bank's own word; empty where only a text is given.
    pub code: String,
    /// What the bank adds; empty where it adds nothing.
    pub text: String,
}

impl Reason {
    /// The reason for a person: what the code means, else the code, with the bank's words behind.
    pub fn explained(&self) -> String {
        let meaning =
            meaning(&self.code).map_or_else(|| self.code.clone(), |m| format!("{m} ({})", self.code));
        match (meaning.is_empty(), self.text.is_empty()) {
            (_, true) => meaning,
            (true, false) => self.text.clone(),
            (false, false) => format!("{meaning}: {}", self.text),
        }
    }

    /// Reads `StsRsnInf` or `RtrInf`, in today's and the oldest form.
    pub(super) fn of(node: &Node) -> Reason {
        let code = node.child("Rsn").or_else(|| node.child("StsRsn")).or_else(|| node.child("RtrRsn"));
        let texts: Vec<String> = node
            .all("AddtlInf")
            .chain(node.all("AddtlStsRsnInf"))
            .chain(node.all("AddtlRtrRsnInf"))
            .filter_map(Node::own_text)
            .collect();
        Reason { code: code.and_then(Node::choice).unwrap_or_default(), text: texts.join(" ") }
    }
}

/// What a reason code means for the payee's account, in plain words; `None` for codes that are not known here.
pub fn meaning(code: &str) -> Option<&'static str> {
    Some(match code {
        "AC01" => "the account number is wrong",
        "AC02" => "the debtor's account number is wrong",
        "AC03" => "the creditor's account number is wrong",
        "AC04" => "the account is closed",
        "AC06" => "the account is blocked",
        "AC07" => "the creditor's account is closed",
        "AC13" => "the account is of a kind that cannot take this payment",
        "AG01" => "the account does not allow this kind of payment",
        "AG02" => "the bank does not know this kind of operation",
        "AM01" => "the amount is zero",
        "AM02" => "the amount is above what is allowed",
        "AM03" => "the currency cannot be processed",
        "AM04" => "there is not enough money on the account",
        "AM05" => "the payment was sent twice",
        "AM09" => "the amount is not the one agreed",
        "AM10" => "the control sum does not fit",
        "BE01" => "name and account do not belong together",
        "BE04" => "the creditor's address is missing or incomplete",
        "BE05" => "the initiating party is not known to the bank",
        "BE06" => "the bank does not know this customer",
        "CNOR" => "the creditor's bank does not take part",
        "CURR" => "the currency is wrong",
        "CUST" => "the customer asked for it",
        "DNOR" => "the debtor's bank does not take part",
        "DS02" => "the order was cancelled",
        "DT01" => "the execution date is wrong",
        "DUPL" => "the payment was sent twice",
        "ED05" => "settlement failed",
        "FF01" => "the file does not follow the format",
        "FOCR" => "returned after a recall",
        "FR01" => "returned because of fraud",
        "MD07" => "the account's holder has died",
        "MS02" => "the customer gave no reason",
        "MS03" => "the bank gave no reason",
        "NOAS" => "the customer did not answer",
        "NOOR" => "the original payment was not found",
        "RC01" => "the bank's BIC is wrong",
        "RC07" => "the creditor's bank is not known by this BIC",
        "RR01" => "the debtor's account or identification is missing, as the law asks for it",
        "RR02" => "the debtor's name or address is missing, as the law asks for it",
        "RR03" => "the creditor's name or address is missing, as the law asks for it",
        "RR04" => "a legal reason",
        "TECH" => "a technical problem",
        "TM01" => "the file came too late in the day",
        "UPAY" => "the payment was not owed",
        _ => return None,
    })
}
