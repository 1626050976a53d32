//! The outside: mail, HTTP, key files, the clock and chance.
//!
//! Only this crate reaches out. It knows no use case: it carries what it is handed.

pub mod http;
pub mod index_file;
pub mod keys;
pub mod log;
pub mod mail;
pub mod world;
