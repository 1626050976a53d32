#![no_main]
//! Hands bytes to [`fuzz::media`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::media(bytes));
