#![no_main]
//! Hands bytes to [`fuzz::registry`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::registry(bytes));
