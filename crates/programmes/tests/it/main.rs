//! The programmes as their readers, and attackers, meet them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod counting;
mod giver_privacy;
