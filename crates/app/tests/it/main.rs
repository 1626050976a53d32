//! Use cases on both engines. The PostgreSQL half runs where `TANTIEME_TEST_POSTGRES` names a server that may be
//! filled with throw-away schemas; without it it says loudly that it skips, and under `CI=true` it fails.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::type_complexity,
    reason = "tests may stop short and say what they skip"
)]

mod audio;
mod brief;
mod claim;
mod close;
mod consent;
mod corrected;
mod counting;
mod discovery;
mod doctor;
mod doors;
mod duplicate;
mod export;
mod figures;
mod giver;
mod heed;
mod import;
mod institution;
mod integrity;
mod invoice;
mod jobs;
mod licence;
mod licence_key;
mod log;
mod members;
mod paid;
mod passkey;
mod refusals;
mod rules_and_shares;
mod small_house;
mod smtp;
mod story;
mod upgrade;
mod webhook;
mod world;
