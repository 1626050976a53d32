//! The rules that ship, against their worked examples.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod attacks;
mod docs;
mod golden;
mod guards;
mod hetrec;
mod kernel;
mod library;
mod mutation;
mod oracle;
mod outcome;
mod properties;
mod refusals;
mod rules;
