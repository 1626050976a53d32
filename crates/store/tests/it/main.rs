//! The store suite. Each scenario runs on SQLite, and on PostgreSQL where `TANTIEME_TEST_POSTGRES` holds
//! the URL of a server that may be filled with throw-away schemas; without it the PostgreSQL half says
//! loudly that it skips, and under `CI=true` it fails.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "tests may stop short and say what they skip"
)]

mod books;
mod crash;
mod fixture;
mod fresh;
mod schema;
mod verify;
