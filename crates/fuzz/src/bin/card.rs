#![no_main]
//! Hands bytes to [`fuzz::card`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::card(bytes));
