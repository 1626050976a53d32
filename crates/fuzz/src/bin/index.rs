#![no_main]
//! Hands bytes to [`fuzz::index`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::index(bytes));
