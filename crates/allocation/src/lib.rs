//! A pot, usages, shares and a rule set in; exact lines that explain themselves out.
//!
//! Rules are short texts that a musician can read ([`rule`]); [`allocate`] shares a pot by one of them,
//! to the micro, whatever the order of what it is given; [`explain()`] says in words how a line came
//! about; [`manifest`] fixes a run in bytes that anyone can hash; [`diff()`] makes the adjustments after
//! a late match or a changed share; [`compare`] shows several rules side by side.
//!
//! `allocation` has no idea where usages come from or where money goes; it sees numbers with names.
//! It reads no clock and no file: the rules that ship are compiled in ([`library()`]).

pub mod canon;
mod combine;
pub mod compare;
pub mod comparison;
pub mod diff;
mod evaluate;
pub mod example;
pub mod explain;
pub mod guard;
pub mod held;
pub mod input;
pub mod kernel;
mod lang;
mod library;
pub mod manifest;
mod outcome;
pub mod rule;
mod shares;
pub mod territory;

pub use combine::{Combined, combine};
pub use diff::{Adjustment, diff, reversal};
pub use evaluate::{Refusal, SeatLine, SeatShare, after_hold, allocate, of_seat};
pub use explain::{explain, explain_to_holder};
pub use input::{Attribution, Deliverable, Facts, Input, Play, SelectedRelease, Usage};
pub use lang::Lang;
pub use library::{Shipped, find, library, shipped};
pub use outcome::{Allocation, How, Line, LineKind, Part, Reason, RuleStamp, Unit};
pub use rule::{RuleSet, reading};
pub use shares::{Holder, Shares, SharesOf};
