#![no_main]
//! Hands bytes to [`fuzz::passkey`].
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::passkey(bytes));
