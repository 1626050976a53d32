//! Workers on loopback against one process: the same bytes, or a clean refusal.
#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

mod kills;
mod lies;
mod refusals;
mod same;
mod world;
