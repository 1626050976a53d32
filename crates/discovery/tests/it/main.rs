//! The recommender from outside: what it finds, what it must never tell, and how good it is.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests may stop short and say what they skip"
)]

mod answers;
mod corpus;
mod fair;
mod file;
mod privacy;
mod world;
