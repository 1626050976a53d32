//! A kind for each id, so that a party cannot be passed where a recording is meant.
//!
//! An id is short text: a prefix that names the kind and Crockford base 32 without vowels that could
//! spell (`pty-7K3QX9ZP2M4T`). Ids arrive as values; this crate makes none up.

use std::fmt;
use std::str::FromStr;

/// The text is not an id of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the id of a {kind}; such ids start with `{prefix}-`")]
pub struct BadId {
    /// What was given.
    pub text: String,
    /// The kind that was wanted, in words.
    pub kind: &'static str,
    /// Its prefix.
    pub prefix: &'static str,
}

/// Sixty bits as twelve letters and digits of Crockford's base 32 (no I, L, O, U).
pub fn base32(bits: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    (0..12).rev().map(|place| char::from(DIGITS[(bits >> (place * 5)) as usize & 31])).collect()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The prefix of such ids, without the hyphen.
            pub const PREFIX: &'static str = $prefix;

            /// The id made of sixty bits (the upper four are ignored).
            pub fn from_bits(bits: u64) -> Self {
                $name(format!(concat!($prefix, "-{}"), base32(bits)))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let bad = || BadId { text: text.to_owned(), kind: $kind, prefix: $prefix };
                let rest = text.strip_prefix(concat!($prefix, "-")).ok_or_else(bad)?;
                let fine = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.';
                if rest.is_empty() || rest.len() > 80 || !rest.bytes().all(fine) {
                    return Err(bad());
                }
                Ok($name(text.to_owned()))
            }
        }
    )*};
}

ids! {
    /// A party.
    PartyId, "pty", "party";
    /// A recording.
    RecordingId, "rec", "recording";
    /// A work.
    WorkId, "wrk", "work";
    /// A release.
    ReleaseId, "rel", "release";
    /// A rights share as claimed by one party.
    ShareId, "shr", "rights share";
    /// An event: a gig, one night.
    EventId, "evt", "event";
    /// A set list.
    SetListId, "set", "set list";
    /// One line of a set list.
    LineId, "lin", "set-list line";
    /// A pot.
    PotId, "pot", "pot";
    /// What one payer gives, or promises, to one pot.
    ContributionId, "con", "contribution";
    /// A run: one execution that changes money.
    RunId, "run", "run";
    /// One line of an allocation.
    AllocationLineId, "all", "allocation line";
    /// A claim to an account or a share.
    ClaimId, "clm", "claim";
    /// One payment to one party.
    PayoutId, "pay", "payout";
    /// Payouts prepared together.
    BatchId, "bat", "payout batch";
    /// A statement.
    StatementId, "stm", "statement";
    /// A self-billed invoice.
    InvoiceId, "inv", "invoice";
    /// What an institution agreed with the house.
    ContractId, "ctr", "contract";
    /// An invoice or credit note to an institution.
    SaleId, "sal", "invoice to an institution";
    /// A device in an institution's rooms.
    KioskId, "ksk", "kiosk";
    /// An institution's editorial choice.
    SelectionId, "sel", "selection";
    /// Money whose owner is not yet known, or not yet sure.
    SuspenseId, "sus", "suspense item";
    /// An advance that is recouped from later lines.
    AdvanceId, "adv", "advance";
    /// The merging of two catalogue rows, or its undoing.
    MergeId, "mrg", "merge";
    /// A proof of participation.
    ProofId, "prf", "participation proof";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_knows_its_kind() {
        let id = PartyId::from_bits(0x0123_4567_89AB_CDEF);
        assert_eq!(id.as_str().len(), 16);
        assert_eq!(id.as_str().parse::<PartyId>().unwrap(), id);
        let message = id.as_str().parse::<PotId>().unwrap_err().to_string();
        assert_eq!(message, format!("`{id}` is not the id of a pot; such ids start with `pot-`"));
    }
}
