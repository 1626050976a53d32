//! What the readers and writers of foreign formats promise, from outside.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests may stop short and say what they skip")]

mod bank;
mod binary;
mod catalogue;
mod set_list_text;
