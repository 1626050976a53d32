//! One binary for all integration tests of the crate.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests may stop short and say what they skip")]

mod set_list_text;
