#![no_main]
//! Hands bytes to [`fuzz::catalogue`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::catalogue(bytes));
