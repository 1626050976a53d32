#![no_main]
//! Hands bytes to [`fuzz::bank`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::bank(bytes));
