//! What counts, what is set aside, and why.
//!
//! 1. Everything seen of one recording on one device of a member is a *strand*; a strand falls into *sessions* where
//!    nothing happens for longer than the rule's gap. A report counts where the player says it was heard, as far as
//!    that can be: not before the first byte left, not after it was received (`claim`).
//! 2. In a session each report of having listened, and each stretch of reported positions, is a *claim*: a window
//!    of time in which the needed time is said to have been heard. A claim needs as much of the recording to have
//!    been delivered, and a window that is long enough.
//! 3. All claims of a member, on all devices, must fit into its time (`schedule`).
//! 4. A session counts once.

use std::collections::BTreeMap;

use music::RecordingId;

use super::claim::{self, Strand};
use super::schedule::{self, Window};
use super::{Event, Rule, Unit};

/// What became of one listening session, or of a claim beyond the first in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Verdict {
    /// Of what.
    pub recording: RecordingId,
    /// What a use of it is called.
    pub unit: Unit,
    /// When the session began, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Whether it counts.
    pub outcome: Outcome,
}

/// Whether a session counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is a play.
    Counted {
        /// How much was heard, in milliseconds; all of a member's plays together take no more than its time.
        heard_ms: i64,
    },
    /// It is not, and kept as evidence.
    SetAside(Why),
}

/// Why something that looks like a play is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// It was fetched, and no player said that it was heard.
    Unreported,
    /// A player said it was heard, and nothing of it was ever delivered to that device.
    Undelivered,
    /// A player said it was heard, and too little of it was delivered.
    PartlyDelivered,
    /// A player said it was heard sooner after the first byte than it can have been.
    TooSoon,
    /// The player's own positions say that too little was heard.
    NotHeard,
    /// More was claimed in this time than anybody can hear in it.
    AtOnce,
    /// The same recording again within one listening session.
    Repeat,
}

impl Why {
    /// All reasons.
    pub const ALL: [Why; 7] = [
        Why::Unreported,
        Why::Undelivered,
        Why::PartlyDelivered,
        Why::TooSoon,
        Why::NotHeard,
        Why::AtOnce,
        Why::Repeat,
    ];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Why::Unreported => "unreported",
            Why::Undelivered => "undelivered",
            Why::PartlyDelivered => "partly-delivered",
            Why::TooSoon => "too-soon",
            Why::NotHeard => "not-heard",
            Why::AtOnce => "at-once",
            Why::Repeat => "repeat",
        }
    }

    /// The reason a word stands for.
    pub fn from_word(word: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|w| w.word() == word)
    }
}

impl Outcome {
    /// `counted`, or the word of the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Counted { .. } => "counted",
            Outcome::SetAside(why) => why.word(),
        }
    }
}

/// Counts what one member did in one period. The order of events and repeats of them change nothing; time is near
/// linear in their number.
pub fn count(events: &[Event], rule: &Rule) -> Vec<Verdict> {
    let mut seen: Vec<&Event> = events.iter().collect();
    seen.sort();
    seen.dedup();
    let mut strands: BTreeMap<(&str, &RecordingId), Strand> = BTreeMap::new();
    for event in &seen {
        strands.entry((&event.device, &event.recording)).or_default().see(event);
    }
    claim::set_clocks(&mut strands, rule);
    let signs = claim::signs(&strands);
    let none = claim::DeviceSigns::default();
    let mut sessions = Vec::new();
    for ((device, recording), strand) in &strands {
        let others = signs.get(device).unwrap_or(&none);
        for session in strand.sessions(rule, recording, others) {
            sessions.push((*recording, strand.unit(), session));
        }
    }
    let windows: Vec<Window> = sessions.iter().flat_map(|(_, _, s)| s.claims.iter().copied()).collect();
    let mut got = schedule::fit(&windows).into_iter();
    let mut verdicts = Vec::new();
    for (recording, unit, session) in sessions {
        let mut say = |outcome| {
            verdicts.push(Verdict { recording: recording.clone(), unit, at: session.at, outcome });
        };
        let mut counted = false;
        for got in got.by_ref().take(session.claims.len()) {
            match got {
                Some(heard_ms) if !counted => {
                    counted = true;
                    say(Outcome::Counted { heard_ms });
                }
                Some(_) => say(Outcome::SetAside(Why::Repeat)),
                None => say(Outcome::SetAside(Why::AtOnce)),
            }
        }
        if let Some(why) = session.lacks.filter(|_| session.claims.is_empty()) {
            say(Outcome::SetAside(why));
        }
    }
    verdicts.sort();
    verdicts
}
