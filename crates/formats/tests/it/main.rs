//! One binary for all integration tests of the crate.

mod set_list_text;
