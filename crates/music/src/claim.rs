//! Claims: somebody says that a name, or a share, is theirs.

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimStatus {
    /// An invitation was sent; nobody has answered.
    Invited,
    /// Somebody asserts it, with evidence; the house has not decided.
    Open,
    /// Accepted; the money is released.
    Accepted,
    /// Refused; the reason is kept.
    Refused,
    /// Contradicted by another; the money is frozen.
    Disputed,
}

impl ClaimStatus {
    /// All states.
    pub const ALL: [ClaimStatus; 5] = [
        ClaimStatus::Invited,
        ClaimStatus::Open,
        ClaimStatus::Accepted,
        ClaimStatus::Refused,
        ClaimStatus::Disputed,
    ];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            ClaimStatus::Invited => "invited",
            ClaimStatus::Open => "open",
            ClaimStatus::Accepted => "accepted",
            ClaimStatus::Refused => "refused",
            ClaimStatus::Disputed => "disputed",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        ClaimStatus::ALL.into_iter().find(|s| s.word() == word)
    }
}
