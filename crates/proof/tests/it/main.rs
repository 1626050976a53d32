//! Proofs as outsiders meet them: against a foreign reference log, and against forgers.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and one that is skipped says so"
)]

mod log;
mod merkle;
mod note;
mod participation;
mod reference_log;
