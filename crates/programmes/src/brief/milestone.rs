//! A milestone: its money is held, something is delivered for it, the brand accepts it, and it is paid.
//!
//! ```text
//! agreed ─hold→ held ─submit→ submitted ─accept, silence→ accepted
//!                 ↑               │ send back ↘
//!                 │               │         sent back ─submit→ submitted
//!                 └───────────────┤ dispute (also from sent back)
//!                                 ↘ disputed ─settle→ settled
//! agreed, held, submitted, sent back ─cancel→ cancelled
//! ```
//!
//! Whatever is not drawn is refused, and nothing moves. Disputes freeze one milestone and no other.

use money::{Amount, AmountError, Ratio};

/// Where a milestone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// In the contract; its money is not there yet.
    Agreed,
    /// Its money is held.
    Held,
    /// Delivered; the brand has time to look.
    Submitted,
    /// Sent back with reasons.
    SentBack,
    /// Somebody has to decide.
    Disputed,
    /// Accepted and paid.
    Accepted,
    /// A dispute ended: part or all of it was paid.
    Settled,
    /// The contract ended before; what was due of it was paid.
    Cancelled,
}

/// What can be done to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// The budget has come.
    Hold,
    /// The artist delivers.
    Submit,
    /// The brand accepts.
    Accept,
    /// The term passed in silence.
    Silence,
    /// The brand sends it back.
    SendBack,
    /// Either side disputes.
    Dispute,
    /// The house, or both, settle a dispute.
    Settle,
    /// The contract is cancelled.
    Cancel,
}

/// Why something cannot be done to a milestone as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a milestone that is {} cannot be {}", .state.word(), .act.word())]
pub struct Illegal {
    /// How it stands.
    pub state: State,
    /// What was tried.
    pub act: Act,
}

impl State {
    /// All of them.
    pub const ALL: [State; 8] = [
        State::Agreed,
        State::Held,
        State::Submitted,
        State::SentBack,
        State::Disputed,
        State::Accepted,
        State::Settled,
        State::Cancelled,
    ];

    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            State::Agreed => "agreed",
            State::Held => "held",
            State::Submitted => "submitted",
            State::SentBack => "sent-back",
            State::Disputed => "disputed",
            State::Accepted => "accepted",
            State::Settled => "settled",
            State::Cancelled => "cancelled",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.word() == word)
    }

    /// Whether nothing more happens to it.
    pub fn is_over(self) -> bool {
        matches!(self, State::Accepted | State::Settled | State::Cancelled)
    }

    /// Whether work on it was shown.
    pub fn is_begun(self) -> bool {
        matches!(self, State::Submitted | State::SentBack | State::Disputed)
    }

    /// How it stands after something was done.
    ///
    /// # Errors
    /// [`Illegal`] for whatever the picture above does not draw.
    pub fn after(self, act: Act) -> Result<State, Illegal> {
        Ok(match (self, act) {
            (State::Agreed, Act::Hold) => State::Held,
            (State::Held | State::SentBack, Act::Submit) => State::Submitted,
            (State::Submitted, Act::Accept | Act::Silence) => State::Accepted,
            (State::Submitted, Act::SendBack) => State::SentBack,
            (State::Submitted | State::SentBack, Act::Dispute) => State::Disputed,
            (State::Disputed, Act::Settle) => State::Settled,
            (State::Agreed | State::Held | State::Submitted | State::SentBack, Act::Cancel) => {
                State::Cancelled
            }
            (state, act) => return Err(Illegal { state, act }),
        })
    }
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 8] = [
        Act::Hold,
        Act::Submit,
        Act::Accept,
        Act::Silence,
        Act::SendBack,
        Act::Dispute,
        Act::Settle,
        Act::Cancel,
    ];

    /// In words.
    pub const fn word(self) -> &'static str {
        match self {
            Act::Hold => "held",
            Act::Submit => "submitted",
            Act::Accept => "accepted",
            Act::Silence => "accepted by silence",
            Act::SendBack => "sent back",
            Act::Dispute => "disputed",
            Act::Settle => "settled",
            Act::Cancel => "cancelled",
        }
    }
}

/// Who cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The brand, or its agency.
    Brand,
    /// The artist.
    Artist,
}

impl Side {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Side::Brand => "brand",
            Side::Artist => "artist",
        }
    }
}

/// What of a milestone is paid when the contract is cancelled; the rest goes back to the brand.
///
/// A brand pays the agreed part: `begun` of one on which work was shown, `ahead` of one that was not begun. An artist who
/// cancels is paid for what was accepted, and nothing further. A disputed one stays frozen until it is settled.
///
/// Worked case: EUR 1,000.00 not begun at 25 % are EUR 250.00 for the artist and EUR 750.00 for the brand.
///
/// # Errors
/// Where the amount leaves 64 bits.
pub fn due_on_cancelling(
    amount: Amount,
    state: State,
    by: Side,
    begun: Ratio,
    ahead: Ratio,
) -> Result<Amount, AmountError> {
    let zero = Amount::zero(amount.currency());
    let part = match (by, state) {
        (Side::Brand, s) if s.is_begun() => begun,
        (Side::Brand, State::Held) => ahead,
        _ => return Ok(zero),
    };
    let (num, den) = (u64::from(part.numerator()), u64::from(part.denominator()));
    Ok(amount
        .times_to_minor(num, den)
        .map_or(zero, |due| if due.micros() > amount.micros() { amount } else { due }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over_and_every_way_ends() {
        for state in State::ALL {
            assert_eq!(State::from_word(state.word()), Some(state));
            let next: Vec<State> = Act::ALL.into_iter().filter_map(|a| state.after(a).ok()).collect();
            assert_eq!(next.is_empty(), state.is_over(), "{state:?}");
        }
        // Money that is held always has a way out.
        for state in [State::Held, State::Submitted, State::SentBack, State::Disputed] {
            assert!(state.after(Act::Cancel).is_ok() || state.after(Act::Settle).is_ok());
        }
    }

    #[test]
    fn only_what_is_drawn_is_done() {
        let drawn =
            State::ALL.iter().flat_map(|s| Act::ALL.map(|a| s.after(a))).filter(Result::is_ok).count();
        assert_eq!(drawn, 13);
        let twice = State::Submitted.after(Act::Accept).and_then(|s| s.after(Act::Accept)).unwrap_err();
        assert_eq!(twice.to_string(), "a milestone that is accepted cannot be accepted");
        assert!(State::Held.after(Act::Accept).is_err(), "nothing was delivered");
        assert!(State::Agreed.after(Act::Submit).is_err(), "no work before the money");
    }

    #[test]
    fn cancelling_pays_what_was_agreed_and_never_more() {
        let amount: Amount = "EUR 1000".parse().unwrap();
        let (begun, ahead) = ("80 %".parse().unwrap(), "25 %".parse().unwrap());
        let due = |state, by| due_on_cancelling(amount, state, by, begun, ahead).unwrap().to_string();
        assert_eq!(due(State::Held, Side::Brand), "EUR 250.00");
        assert_eq!(due(State::Submitted, Side::Brand), "EUR 800.00");
        assert_eq!(due(State::Submitted, Side::Artist), "EUR 0.00");
        assert_eq!(due(State::Agreed, Side::Brand), "EUR 0.00", "no money was there");
    }
}
