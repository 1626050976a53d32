//! A deal: one contract between a brand and an artist, from its draft to its end.

use super::milestone;

/// Where a deal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Its text is there; nobody signed.
    Drafted,
    /// One side signed.
    HalfSigned,
    /// Both signed; the money is awaited.
    Signed,
    /// The money is held; work can start.
    Held,
    /// Every milestone is over.
    Done,
    /// It was cancelled.
    Cancelled,
    /// It was not signed in time.
    Lapsed,
}

/// What can be done to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Write another version of the text.
    Revise,
    /// The first signature.
    Sign,
    /// The second one, of the other side.
    Countersign,
    /// The budget came.
    Hold,
    /// The last milestone is over.
    Finish,
    /// Either side cancels.
    Cancel,
    /// The term for signing passed.
    Lapse,
}

/// Why something cannot be done to a deal as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contract that is {} cannot be {}", .state.word(), .act.word())]
pub struct Illegal {
    /// How it stands.
    pub state: State,
    /// What was tried.
    pub act: Act,
}

impl State {
    /// All of them.
    pub const ALL: [State; 7] = [
        State::Drafted,
        State::HalfSigned,
        State::Signed,
        State::Held,
        State::Done,
        State::Cancelled,
        State::Lapsed,
    ];

    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            State::Drafted => "drafted",
            State::HalfSigned => "half-signed",
            State::Signed => "signed",
            State::Held => "held",
            State::Done => "done",
            State::Cancelled => "cancelled",
            State::Lapsed => "lapsed",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.word() == word)
    }

    /// How it stands after something was done. A text that somebody signed is never revised.
    ///
    /// # Errors
    /// [`Illegal`].
    pub fn after(self, act: Act) -> Result<State, Illegal> {
        Ok(match (self, act) {
            (State::Drafted, Act::Revise) => State::Drafted,
            (State::Drafted, Act::Sign) => State::HalfSigned,
            (State::HalfSigned, Act::Countersign) => State::Signed,
            (State::Signed, Act::Hold) => State::Held,
            (State::Held, Act::Finish) => State::Done,
            (State::Drafted | State::HalfSigned | State::Signed | State::Held, Act::Cancel) => {
                State::Cancelled
            }
            (State::Drafted | State::HalfSigned, Act::Lapse) => State::Lapsed,
            (state, act) => return Err(Illegal { state, act }),
        })
    }
}

impl Act {
    /// In words.
    pub const fn word(self) -> &'static str {
        match self {
            Act::Revise => "changed",
            Act::Sign => "signed",
            Act::Countersign => "countersigned",
            Act::Hold => "paid for",
            Act::Finish => "finished",
            Act::Cancel => "cancelled",
            Act::Lapse => "given up",
        }
    }
}

/// Whether a deal's milestones are all over.
pub fn is_finished(milestones: impl IntoIterator<Item = milestone::State>) -> bool {
    milestones.into_iter().all(milestone::State::is_over)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_text_never_changes() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
            assert_eq!(state.after(Act::Revise).is_ok(), state == State::Drafted);
        }
        let e = State::Signed.after(Act::Revise).unwrap_err();
        assert_eq!(e.to_string(), "a contract that is signed cannot be changed");
    }
}
