//! Why a pot cannot be shared.

use money::{Amount, AmountError, Undividable};
use music::Problem;

use crate::Reason;

/// Why a pot cannot be shared by a rule; the state of the world, never a failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Two rows have one key and different recordings.
    #[error("the line `{key}` stands twice with different recordings")]
    RowsContradict {
        /// The key.
        key: String,
    },
    /// Two deliverables, releases or report rows have one key.
    #[error("`{key}` stands twice")]
    KeyTwice {
        /// The key.
        key: String,
    },
    /// Lines lack seconds under a split by duration.
    #[error(
        "the split `{split}` goes by duration, and {count} lines do not say how long they were heard, first `{first}`"
    )]
    NoDuration {
        /// The split.
        split: String,
        /// How many lines.
        count: usize,
        /// The first: its document and line where they are known, or its key.
        first: String,
    },
    /// Played recordings have no artist under a split by artist.
    #[error("the split `{split}` goes by artist, and the artist of recording `{recording}` is not known")]
    NoArtist {
        /// The split.
        split: String,
        /// The first such recording.
        recording: String,
    },
    /// A threshold over earlier months needs counts that are not there.
    #[error(
        "the split `{split}` has a threshold over several months, and the plays of recording `{recording}` in them are not known"
    )]
    NoEarlierPlays {
        /// The split.
        split: String,
        /// The first such recording.
        recording: String,
    },
    /// Nothing qualifies for a split and the rule does not say where its money goes then.
    #[error("nothing qualifies for the split `{split}`, and the rule does not say where its money goes then")]
    NothingQualifies {
        /// The split.
        split: String,
    },
    /// There are more members with plays than paid seats.
    #[error("{members} members have plays but only {seats} seats are paid")]
    SeatsTooFew {
        /// Seats given.
        seats: u64,
        /// Members with plays.
        members: u64,
    },
    /// More seats than any institution has.
    #[error("{seats} seats are more than the ten million that one pot can have")]
    SeatsTooMany {
        /// Seats given.
        seats: u64,
    },
    /// The pot is not what was agreed for the deliverables accepted.
    #[error("the pot is {pot}, but the accepted deliverables were agreed at {agreed}")]
    PotNotAgreed {
        /// The pot.
        pot: Amount,
        /// The sum of what was agreed.
        agreed: Amount,
    },
    /// The flat amounts exceed the money for them.
    #[error("{count} releases at {each} need more than the {amount} that are there")]
    PotTooSmall {
        /// How many releases.
        count: usize,
        /// The flat amount.
        each: Amount,
        /// The money for them.
        amount: Amount,
    },
    /// Money would wait without an end.
    #[error("money would wait ({}) and the rule does not say how long", .reason.word())]
    NoHold {
        /// Why it would wait.
        reason: Reason,
    },
    /// Weights or ratios beyond 64 bits.
    #[error("the numbers are too large to be divided exactly")]
    TooLarge,
    /// Amounts of different currencies or beyond the range met.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The division was refused.
    #[error(transparent)]
    Undividable(#[from] Undividable),
}

impl Refusal {
    /// A stable word for it, as in the museum of errors and the JSON of problems.
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::RowsContradict { .. } => "rows-contradict",
            Refusal::KeyTwice { .. } => "key-twice",
            Refusal::NoDuration { .. } => "no-duration",
            Refusal::NoArtist { .. } => "no-artist",
            Refusal::NoEarlierPlays { .. } => "no-earlier-plays",
            Refusal::NothingQualifies { .. } => "nothing-qualifies",
            Refusal::SeatsTooFew { .. } => "seats-too-few",
            Refusal::SeatsTooMany { .. } => "seats-too-many",
            Refusal::PotNotAgreed { .. } => "pot-not-agreed",
            Refusal::PotTooSmall { .. } => "pot-too-small",
            Refusal::NoHold { .. } => "no-hold",
            Refusal::TooLarge => "too-large",
            Refusal::Amount(_) => "amount",
            Refusal::Undividable(_) => "undividable",
        }
    }

    /// What to try; empty where the message says it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Refusal::RowsContradict { .. } => {
                "settle which recording it is, or give each row a key of its own"
            }
            Refusal::KeyTwice { .. } => "keep one of the two, or give each a key of its own",
            Refusal::NoDuration { .. } => "share per line, or let the rule say `missing = \"median\"`",
            Refusal::NoArtist { .. } => "name the artist in the catalogue, or share by `recording`",
            Refusal::NoEarlierPlays { .. } => {
                "bring the counts of those months, or take a rule without a threshold"
            }
            Refusal::NothingQualifies { .. } => {
                "let the rule say it with `otherwise` or `[unplayed]`, or check what came in"
            }
            Refusal::SeatsTooFew { .. } => "count the paid seats again",
            Refusal::SeatsTooMany { .. } => "check the number of seats, or share in several pots",
            Refusal::PotNotAgreed { .. } => {
                "put exactly what was agreed for the accepted deliverables into the pot"
            }
            Refusal::PotTooSmall { .. } => "raise the pot, or select fewer releases",
            Refusal::NoHold { reason: Reason::Unmatched } => {
                "add `[unmatched]` with `hold` and `then` to the rule"
            }
            Refusal::NoHold { .. } => "add `[unclaimed]` with `hold` and `then` to the rule",
            Refusal::TooLarge => "scale the weights down by a common factor",
            Refusal::Amount(_) | Refusal::Undividable(_) => "",
        }
    }

    /// The same as a problem without a place.
    pub fn problem(&self) -> Problem {
        Problem::new(self.code(), 0, self.to_string(), self.hint()).fatal()
    }
}
