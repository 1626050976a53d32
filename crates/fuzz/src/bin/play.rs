#![no_main]
//! Hands bytes to [`fuzz::play`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::play(bytes));
