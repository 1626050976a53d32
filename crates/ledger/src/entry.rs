use std::collections::BTreeMap;

use money::{Amount, Currency};

use crate::Account;

/// The state an entry is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryState {
    /// It counts.
    Posted,
    /// It reserves until a later entry posts or voids it.
    Pending,
    /// It makes an earlier pending entry count; it carries no postings of its own.
    Posts(i64),
    /// It lifts an earlier pending entry's reservation; it carries no postings of its own.
    Voids(i64),
}

impl EntryState {
    /// The word that stands for it in the store.
    pub const fn word(self) -> &'static str {
        match self {
            EntryState::Posted => "posted",
            EntryState::Pending => "pending",
            EntryState::Posts(_) => "posts",
            EntryState::Voids(_) => "voids",
        }
    }

    /// The entry it resolves, if it resolves one.
    pub const fn resolves(self) -> Option<i64> {
        match self {
            EntryState::Posts(seq) | EntryState::Voids(seq) => Some(seq),
            EntryState::Posted | EntryState::Pending => None,
        }
    }

    /// The state a word and a number stand for.
    pub fn from_word(word: &str, resolves: Option<i64>) -> Option<Self> {
        match (word, resolves) {
            ("posted", None) => Some(EntryState::Posted),
            ("pending", None) => Some(EntryState::Pending),
            ("posts", Some(seq)) => Some(EntryState::Posts(seq)),
            ("voids", Some(seq)) => Some(EntryState::Voids(seq)),
            _ => None,
        }
    }
}

/// One side of an entry. A positive amount is a debit, a negative one a credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// How much; debit above nothing, credit below.
    pub amount: Amount,
}

/// An entry about to be written: what, why, and under which key it happens only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The kind of event, such as `receive`, `allocate`, `payout`.
    pub kind: String,
    /// Words for a person.
    pub memo: String,
    /// The run, bank line or payout it belongs to.
    pub subject: String,
    /// Posting state.
    pub state: EntryState,
    /// The same key with the same inputs writes once; with other inputs it is refused.
    pub key: String,
    /// Hash of the inputs, as hexadecimal; compared when the key comes again.
    pub input_hash: String,
    /// The sides.
    pub postings: Vec<Posting>,
}

/// Why a draft is no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbalanced {
    /// The sides of a currency do not add up to nothing.
    #[error("the entry `{memo}` is off by {off}; debits and credits of each currency must be equal")]
    Off {
        /// The draft's memo.
        memo: String,
        /// What is too much on the debit side.
        off: Amount,
    },
    /// An entry that moves money needs two sides at least.
    #[error("the entry `{0}` has fewer than two sides")]
    TooFewSides(String),
    /// A resolution has no sides of its own.
    #[error("the entry `{0}` resolves another and cannot carry sides of its own")]
    ResolvesWithSides(String),
    /// The sums leave 64 bits.
    #[error("the sums of the entry `{0}` are beyond 64 bits")]
    Overflow(String),
}

impl Draft {
    /// A posted entry of a kind, about a subject, that happens once under `key`.
    pub fn posted(kind: &str, subject: impl Into<String>, key: impl Into<String>) -> Draft {
        Draft {
            kind: kind.to_owned(),
            memo: String::new(),
            subject: subject.into(),
            state: EntryState::Posted,
            key: key.into(),
            input_hash: String::new(),
            postings: Vec::new(),
        }
    }

    /// The same, only reserving.
    pub fn pending(kind: &str, subject: impl Into<String>, key: impl Into<String>) -> Draft {
        Draft { state: EntryState::Pending, ..Draft::posted(kind, subject, key) }
    }

    /// An entry that posts a pending one.
    pub fn posts(seq: i64, kind: &str, subject: impl Into<String>, key: impl Into<String>) -> Draft {
        Draft { state: EntryState::Posts(seq), ..Draft::posted(kind, subject, key) }
    }

    /// An entry that voids a pending one.
    pub fn voids(seq: i64, kind: &str, subject: impl Into<String>, key: impl Into<String>) -> Draft {
        Draft { state: EntryState::Voids(seq), ..Draft::posted(kind, subject, key) }
    }

    /// The same with words for a person.
    pub fn memo(mut self, memo: impl Into<String>) -> Draft {
        self.memo = memo.into();
        self
    }

    /// The same with a hash of its inputs.
    pub fn inputs(mut self, hash: impl Into<String>) -> Draft {
        self.input_hash = hash.into();
        self
    }

    /// The same with a debit; nothing is left out, so that the entry shows it.
    pub fn debit(mut self, account: Account, amount: Amount) -> Draft {
        self.postings.push(Posting { account, amount });
        self
    }

    /// The same with a credit. The one amount without a mirror image (the least of 64 bits) is
    /// beyond every sum of money and left as it is, so that [`Draft::check`] refuses it.
    pub fn credit(mut self, account: Account, amount: Amount) -> Draft {
        let amount = amount.negated().unwrap_or(amount);
        self.postings.push(Posting { account, amount });
        self
    }

    /// Whether the sides of every currency add up to nothing.
    pub fn check(&self) -> Result<(), Unbalanced> {
        if self.state.resolves().is_some() {
            let empty = self.postings.is_empty();
            return if empty { Ok(()) } else { Err(Unbalanced::ResolvesWithSides(self.memo.clone())) };
        }
        if self.postings.len() < 2 {
            return Err(Unbalanced::TooFewSides(self.memo.clone()));
        }
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for posting in &self.postings {
            *sums.entry(posting.amount.currency()).or_default() += i128::from(posting.amount.micros());
        }
        for (currency, sum) in sums {
            if sum != 0 {
                let off = i64::try_from(sum).map_err(|_| Unbalanced::Overflow(self.memo.clone()))?;
                return Err(Unbalanced::Off {
                    memo: self.memo.clone(),
                    off: Amount::from_micros(off, currency),
                });
            }
        }
        Ok(())
    }
}

/// What an account holds: counted, and reserved by pending entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Sum of posted sides, debits above nothing.
    pub posted: Amount,
    /// Sum of pending debits.
    pub pending_debits: Amount,
    /// Sum of pending credits, below or at nothing.
    pub pending_credits: Amount,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str) -> Amount {
        format!("EUR {text}").parse().unwrap()
    }

    #[test]
    fn only_balanced_drafts_pass() {
        let draft = |debit: &str, credit: &str| {
            Draft::posted("receive", "x", "k")
                .memo("gift")
                .debit(Account::bank(), eur(debit))
                .credit(Account::pot("pot-1"), eur(credit))
        };
        assert_eq!(draft("50", "50").check(), Ok(()));
        assert_eq!(
            draft("50", "49.999999").check(),
            Err(Unbalanced::Off { memo: "gift".into(), off: eur("0.000001") })
        );
        assert!(Draft::posted("x", "", "k").check().is_err());
        assert_eq!(Draft::voids(3, "payout", "x", "k").check(), Ok(()));
        let wrong = Draft::voids(3, "payout", "x", "k").debit(Account::bank(), eur("1"));
        assert!(wrong.check().unwrap_err().to_string().contains("resolves another"));
    }

    #[test]
    fn currencies_balance_apart() {
        let usd: Amount = "USD 5".parse().unwrap();
        let draft =
            Draft::posted("fx", "", "k").debit(Account::bank(), eur("5")).credit(Account::bank(), usd);
        assert!(matches!(draft.check(), Err(Unbalanced::Off { .. })));
    }

    #[test]
    fn account_names_are_a_closed_list() {
        for name in ["bank", "pot:pot-1", "suspense:unmatched", "fund:solidarity", "house:research"] {
            assert_eq!(name.parse::<Account>().unwrap().as_str(), name);
        }
        for name in ["", "pot:", "cash:1", "suspense:misc", "party:a b"] {
            assert!(name.parse::<Account>().is_err(), "{name}");
        }
        assert_eq!("house".parse::<Account>().unwrap().as_str(), "house:operation");
    }
}
