//! Plays in real files, shared end to end.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

mod bad;
mod hetrec;
mod house;
mod same;
