//! Guards: usages that look as if nobody listened, or as if somebody was paid to. They flag, with evidence; they decide nothing.
//!
//! What is flagged is held ([`crate::held`]) until a person releases or upholds it. Each guard compares with what is
//! possible or with what everybody else does, never with who somebody is:
//!
//! | guard | flags | because |
//! |---|---|---|
//! | `beyond-hearing` | a member | more seconds than the time has, or than a waking person hears |
//! | `one-party` | a member | far more plays than almost all others, nearly all for one party |
//! | `ring` | members of one party | far more devoted listeners than chance gives a party with so few listeners |
//! | `same-basket` | members | many of them played nearly the same recordings |
//! | `own-tracks` | a set list | mostly recordings of its own performer |
//! | `copied-list` | a set list | the same recordings in the same order as another performer's list |
//!
//! The module has no idea of money, nor of who is behind a name; members are pseudonyms here.

mod baskets;
mod lists;
mod plays;

use music::RecordingId;

use crate::held::Held;

pub use lists::{ListSeen, SeenLine, list};
pub use plays::plays;

/// Which guard spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// More than can be heard.
    BeyondHearing,
    /// One member feeds one party.
    OneParty,
    /// Several members feed one party.
    Ring,
    /// Many members with nearly the same basket.
    SameBasket,
    /// A set list of its performer's own recordings.
    OwnTracks,
    /// A set list like another performer's.
    CopiedList,
}

impl Kind {
    /// All guards.
    pub const ALL: [Kind; 6] = [
        Kind::BeyondHearing,
        Kind::OneParty,
        Kind::Ring,
        Kind::SameBasket,
        Kind::OwnTracks,
        Kind::CopiedList,
    ];

    /// The word that stands for it in the store and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::BeyondHearing => "beyond-hearing",
            Kind::OneParty => "one-party",
            Kind::Ring => "ring",
            Kind::SameBasket => "same-basket",
            Kind::OwnTracks => "own-tracks",
            Kind::CopiedList => "copied-list",
        }
    }

    /// The guard a word stands for.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// What a guard found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Which guard.
    pub kind: Kind,
    /// Whom or what it is about: a member, a party, a set list, or the first member of a group. With `kind` it
    /// names the flag: the same finding again is the same flag.
    pub subject: String,
    /// What was seen, with its numbers, in English.
    pub evidence: String,
    /// The same in French.
    pub evidence_fr: String,
    /// What is to wait.
    pub held: Held,
}

/// What one member played of one recording, as the guards see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The member, as a pseudonym.
    pub member: String,
    /// The recording.
    pub recording: RecordingId,
    /// Whom it mostly pays; `None` where nobody is known.
    pub party: Option<String>,
    /// How many plays.
    pub plays: u32,
    /// Seconds heard in all of them, where known.
    pub played_s: Option<u32>,
    /// Seconds the recording lasts, where known.
    pub duration_s: Option<u32>,
    /// When it began, in seconds since 1970 UTC, where known.
    pub at: Option<i64>,
}

/// From where on a guard speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Hours a day that one member can be awake and listening, on average over a week or more. A shop that
    /// leaves it on all day stays below; a machine that never sleeps does not.
    pub hours_a_day: u64,
    /// How many times the plays of all but one in a hundred members are too many for one party.
    pub times_the_most: u64,
    /// Least plays for a single member to matter.
    pub least_plays: u64,
    /// The part of a member's plays, in percent, that makes it devoted to one party.
    pub devoted_percent: u64,
    /// Least members of a ring, and of members with the same basket.
    pub least_members: usize,
    /// How often chance alone may make a ring, over all parties together.
    pub chance: f64,
    /// Least recordings of a basket or list that is compared.
    pub least_recordings: usize,
    /// From which overlap, in percent of all recordings of both, two baskets are the same.
    pub same_percent: u64,
    /// From which part, in percent of its known lines, a set list is its performer's own.
    pub own_percent: u64,
    /// From which part of its order, in percent, a list is copied.
    pub copied_percent: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            hours_a_day: 18,
            times_the_most: 3,
            least_plays: 300,
            devoted_percent: 75,
            least_members: 5,
            chance: 0.0001,
            least_recordings: 8,
            same_percent: 80,
            own_percent: 60,
            copied_percent: 70,
        }
    }
}
