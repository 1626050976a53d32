//! Why a pot cannot be shared.

use money::{Amount, AmountError, Undividable};

use crate::Reason;

/// Why a pot cannot be shared by a rule; the state of the world, never a failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Two rows have one key and different recordings.
    #[error("the line `{key}` stands twice with different recordings; settle which one it is")]
    RowsContradict {
        /// The key.
        key: String,
    },
    /// Two deliverables, releases or report rows have one key.
    #[error("`{key}` stands twice; keep one of the two")]
    KeyTwice {
        /// The key.
        key: String,
    },
    /// Lines lack seconds under a split by duration.
    #[error(
        "the split `{split}` goes by duration, and {count} lines do not say how long they were heard (first `{first}`); share per line, or let the rule say `missing = \"median\"`"
    )]
    NoDuration {
        /// The split.
        split: String,
        /// How many lines.
        count: usize,
        /// The key of the first.
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
    #[error(
        "nothing qualifies for the split `{split}`; let the rule say where such money goes (`otherwise`, `[unplayed]`)"
    )]
    NothingQualifies {
        /// The split.
        split: String,
    },
    /// There are more members with plays than paid seats.
    #[error("{members} members have plays but only {seats} seats are paid; count the seats again")]
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
    #[error(
        "the pot is {pot}, but the accepted deliverables were agreed at {agreed}; pay exactly what was agreed"
    )]
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
    #[error("money would wait ({}) and the rule does not say how long; add `[{}]` with `hold` and `then`", .reason.word(), section(*.reason))]
    NoHold {
        /// Why it would wait.
        reason: Reason,
    },
    /// Weights or ratios beyond 64 bits.
    #[error("the numbers are too large to be divided exactly; scale the weights down by a common factor")]
    TooLarge,
    /// Amounts of different currencies or beyond the range met.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The division was refused.
    #[error(transparent)]
    Undividable(#[from] Undividable),
}

fn section(reason: Reason) -> &'static str {
    if reason == Reason::Unmatched { "unmatched" } else { "unclaimed" }
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
}
