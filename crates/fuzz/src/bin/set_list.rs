#![no_main]
//! Hands bytes to [`fuzz::set_list`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::set_list(bytes));
