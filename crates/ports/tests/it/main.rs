//! The outside as it is: processes that are killed, disks that are slow.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed, and a measurement says what it measured"
)]

#[cfg(feature = "s3")]
mod bucket;
mod log;
