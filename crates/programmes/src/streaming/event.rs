//! What was seen of one member's playing: bytes that left, and what players said.

use music::RecordingId;

use super::Unit;

/// One thing seen. Times are milliseconds since 1970 UTC by the server's clock, unless told otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Event {
    /// When it was seen.
    pub at: i64,
    /// On which of the member's devices, by a name that means nothing elsewhere.
    pub device: String,
    /// Of what.
    pub recording: RecordingId,
    /// What was seen.
    pub what: What,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Bytes are about to leave that hold this part of the recording. Written down before they leave.
    Delivered {
        /// The request they answer.
        stream: u64,
        /// Where the part begins, in milliseconds of the recording.
        from_ms: u32,
        /// Where it ends; not before it begins.
        to_ms: u32,
        /// How long the whole recording is, in milliseconds; 0 where it has no length.
        length_ms: u32,
        /// What a use of it is called.
        unit: Unit,
    },
    /// The request ended early: nothing of it beyond this left.
    Cut {
        /// The request.
        stream: u64,
        /// What did not leave begins here, in milliseconds of the recording.
        at_ms: u32,
    },
    /// The device has had this since before the period began.
    Held {
        /// When it left first.
        since: i64,
        /// How much of the recording left, in milliseconds.
        held_ms: u32,
        /// How long the whole recording is, in milliseconds; 0 where it has no length.
        length_ms: u32,
        /// What a use of it is called.
        unit: Unit,
    },
    /// A player said something.
    Said(Report),
}

/// What a player says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Report {
    /// It shows this as playing now. Many say so at log-in, before anybody presses play.
    Opened,
    /// It was listened to: `scrobble`, sent at 50, 70 or 75 %, or a listen.
    Listened {
        /// When it began, by the player's clock; `None` where it does not say.
        at: Option<i64>,
    },
    /// Where the player stands.
    Moved {
        /// In what state.
        state: State,
        /// At which place, in milliseconds of the recording.
        position_ms: u32,
    },
}

/// The state a player says it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// About to play.
    Starting,
    /// Playing.
    Playing,
    /// Paused.
    Paused,
    /// Stopped.
    Stopped,
}

impl State {
    /// All states.
    pub const ALL: [State; 4] = [State::Starting, State::Playing, State::Paused, State::Stopped];

    /// The word that stands for it, as in the OpenSubsonic extension `playbackReport`.
    pub const fn word(self) -> &'static str {
        match self {
            State::Starting => "starting",
            State::Playing => "playing",
            State::Paused => "paused",
            State::Stopped => "stopped",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.word() == word)
    }
}

impl Event {
    /// When it took place as far as the server knows: what was held before the period, when it left.
    pub(super) fn seen(&self) -> i64 {
        match self.what {
            What::Held { since, .. } => since.min(self.at),
            _ => self.at,
        }
    }
}
