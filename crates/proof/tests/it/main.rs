//! Proofs as outsiders meet them: against a foreign reference log, and against forgers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod merkle;
mod note;
mod participation;
mod reference_log;
