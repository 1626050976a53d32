//! What a giver gave stays with the giver and the house: the policy, attacked.
//!
//! Attackers here know the rule, every list with its length, the thresholds, all public totals, and
//! pool every view they get. Tests named `inferable_…` show what they can still find out;
//! `docs/privacy-of-the-giver.md` says the same in words.

mod attacks;
mod inferable;
mod policy;
mod public;
mod world;
