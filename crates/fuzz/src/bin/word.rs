#![no_main]
//! Hands bytes to [`fuzz::word`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::word(bytes));
