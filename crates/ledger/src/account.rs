use std::fmt;
use std::str::FromStr;

use money::Currency;

/// What an account's balance means, which decides its sign on reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountClass {
    /// What the house has: money at the bank, promises, advances. Grows by debits.
    Asset,
    /// What the house owes: pots, parties, suspense, funds. Grows by credits.
    Liability,
    /// What the house earned. Grows by credits.
    Income,
}

/// Why money waits without an owner to pay, one named account each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suspense {
    /// The usage line was not matched to a recording.
    Unmatched,
    /// The recording has no holder on that side at all.
    NoHolder,
    /// A share of the whole is claimed by nobody.
    OpenShare,
    /// More than the whole is claimed.
    Overclaimed,
    /// Two parties contradict each other.
    Disputed,
    /// A credit at the bank names no reference we know.
    Unreferenced,
    /// A payer sent more than was pledged.
    Overpaid,
    /// A payout came back.
    Returned,
    /// Nothing was played that could carry it.
    Unplayed,
    /// The source is not licensed; a violation is recorded.
    Unlicensed,
    /// The rule pays the performer and none is named.
    NoPerformer,
    /// A guard flagged the usage; a person has to look.
    Flagged,
}

impl Suspense {
    /// All reasons.
    pub const ALL: [Suspense; 12] = [
        Suspense::Unmatched,
        Suspense::NoHolder,
        Suspense::OpenShare,
        Suspense::Overclaimed,
        Suspense::Disputed,
        Suspense::Unreferenced,
        Suspense::Overpaid,
        Suspense::Returned,
        Suspense::Unplayed,
        Suspense::Unlicensed,
        Suspense::NoPerformer,
        Suspense::Flagged,
    ];

    /// The word of it in account names.
    pub const fn word(self) -> &'static str {
        match self {
            Suspense::Unmatched => "unmatched",
            Suspense::NoHolder => "no-holder",
            Suspense::OpenShare => "open-share",
            Suspense::Overclaimed => "overclaimed",
            Suspense::Disputed => "disputed",
            Suspense::Unreferenced => "unreferenced",
            Suspense::Overpaid => "overpaid",
            Suspense::Returned => "returned",
            Suspense::Unplayed => "unplayed",
            Suspense::Unlicensed => "unlicensed",
            Suspense::NoPerformer => "no-performer",
            Suspense::Flagged => "flagged",
        }
    }

    /// The reason a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Suspense::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// A place for money, named `kind` or `kind:detail`.
///
/// | account | class | holds |
/// |---|---|---|
/// | `bank` | asset | money at the bank |
/// | `pledge:POT` | asset | promised to a pot, not yet there (pending only) |
/// | `advance:PARTY` | asset | paid ahead to a party, to be recouped |
/// | `receivable:PARTY` | asset | paid to a party before a correction took it back, to be repaid |
/// | `pot:POT` | liability | received for a pot, not yet shared |
/// | `party:PARTY` | liability | owed to a party who is here |
/// | `unclaimed:PARTY` | liability | owed to a party who has not claimed yet |
/// | `suspense:REASON` | liability | waiting for an owner, a match or an agreement |
/// | `fund:NAME` | liability | set aside for a purpose |
/// | `withholding:COUNTRY` | liability | tax kept back, owed to an authority |
/// | `fx:PAIR` | liability | money of one currency received for money of another, until it is exchanged at the bank |
/// | `invoice:SALE` | asset | billed to an institution: between the bank and the pots, empty but while it is booked |
/// | `vat:COUNTRY` | liability | VAT received with an invoice, owed to an authority |
/// | `house:NAME` | income | the house's own |
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(String);

/// The text names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an account; accounts are `bank`, `pot:…`, `party:…`, `suspense:…`, `fund:…`, `house:…` and their like"
)]
pub struct BadAccount(pub String);

impl Account {
    /// Money at the bank.
    pub fn bank() -> Self {
        Account("bank".to_owned())
    }

    /// Promised to a pot.
    pub fn pledge(pot: &str) -> Self {
        Account(format!("pledge:{pot}"))
    }

    /// Received for a pot and not yet shared.
    pub fn pot(pot: &str) -> Self {
        Account(format!("pot:{pot}"))
    }

    /// Owed to a party who is here.
    pub fn party(party: &str) -> Self {
        Account(format!("party:{party}"))
    }

    /// Owed to a party who has not claimed yet.
    pub fn unclaimed(party: &str) -> Self {
        Account(format!("unclaimed:{party}"))
    }

    /// Paid ahead to a party.
    pub fn advance(party: &str) -> Self {
        Account(format!("advance:{party}"))
    }

    /// Owed back by a party, because what it was paid for was corrected afterwards.
    pub fn receivable(party: &str) -> Self {
        Account(format!("receivable:{party}"))
    }

    /// Received for an invoice and passed on to its pots.
    pub fn invoice(sale: &str) -> Self {
        Account(format!("invoice:{sale}"))
    }

    /// VAT received, owed to a country's authority.
    pub fn vat(country: &str) -> Self {
        Account(format!("vat:{country}"))
    }

    /// Waiting for a reason.
    pub fn suspense(reason: Suspense) -> Self {
        Account(format!("suspense:{}", reason.word()))
    }

    /// Tax kept back for a country's authority.
    pub fn withholding(country: &str) -> Self {
        Account(format!("withholding:{country}"))
    }

    /// Where two currencies meet: the codes in alphabetical order, so that each pair has one account.
    ///
    /// Worked: dollars received for euros and the way back both go through `fx:EUR-USD`.
    pub fn exchange(one: Currency, other: Currency) -> Self {
        let (a, b) = if one.code() <= other.code() { (one, other) } else { (other, one) };
        Account(format!("fx:{}-{}", a.code(), b.code()))
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the colon.
    pub fn kind(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(kind, _)| kind)
    }

    /// The part after the colon; empty for `bank`.
    pub fn detail(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, detail)| detail)
    }

    /// What its balance means.
    pub fn class(&self) -> AccountClass {
        match self.kind() {
            "bank" | "pledge" | "advance" | "receivable" | "invoice" => AccountClass::Asset,
            "house" => AccountClass::Income,
            _ => AccountClass::Liability,
        }
    }
}

impl FromStr for Account {
    type Err = BadAccount;

    fn from_str(text: &str) -> Result<Self, BadAccount> {
        let bad = || BadAccount(text.to_owned());
        if text == "bank" || text == "house" {
            return Ok(Account(if text == "house" { "house:operation".to_owned() } else { text.to_owned() }));
        }
        let (kind, detail) = text.split_once(':').ok_or_else(bad)?;
        let known = [
            "pledge",
            "advance",
            "receivable",
            "pot",
            "party",
            "unclaimed",
            "suspense",
            "fund",
            "withholding",
            "house",
            "fx",
            "invoice",
            "vat",
        ];
        let fine = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        if !known.contains(&kind) || detail.is_empty() || detail.len() > 100 || !detail.bytes().all(fine) {
            return Err(bad());
        }
        if kind == "suspense" && Suspense::from_word(detail).is_none() {
            return Err(bad());
        }
        Ok(Account(text.to_owned()))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
