#![no_main]
//! Hands bytes to [`fuzz::note`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::note(bytes));
