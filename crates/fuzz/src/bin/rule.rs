#![no_main]
//! Hands bytes to [`fuzz::rule`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::rule(bytes));
