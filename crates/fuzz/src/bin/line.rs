#![no_main]
//! Hands bytes to [`fuzz::line`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::line(bytes));
