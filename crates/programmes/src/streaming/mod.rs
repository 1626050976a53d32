//! Streaming that institutions offer to their members: what they agree to and are billed, what counts as a play, and
//! what may be told of plays.
//!
//! The rule of counting in words, with a table of worked cases, is `docs/counting.md`; [`count()`] is that page in code. It is a
//! function of a *set* of events: their order, repeats of them and the moment at which they were written down
//! change nothing, so a crash can lose only what was never acknowledged.
//!
//! Nothing here knows who a member is (a pseudonym of one period), which player sent what over which wire, or what a
//! play is worth.

mod claim;
pub mod contract;
pub mod count;
pub mod disclosure;
mod event;
pub mod invoice;
mod rule;
mod schedule;
mod spans;
pub mod statistics;
mod time_map;

pub use claim::held;
pub use count::{Outcome, Verdict, Why, count};
pub use event::{Event, Report, State, What};
pub use rule::{Rule, Silent, Unit};
pub use spans::Spans;
pub use time_map::{BadMap, TimeMap};
