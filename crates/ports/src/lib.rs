//! The outside: mail, HTTP, key files, the log's folder, witnesses, the clock and chance.
//!
//! Only this crate reaches out. It knows no use case: it carries what it is handed.

#[cfg(feature = "s3")]
mod bucket;
pub mod copies;
pub mod depot;
pub mod ffmpeg;
pub mod folder;
pub mod http;
pub mod index_file;
pub mod keys;
pub mod log;
pub mod mail;
pub mod period_keys;
pub mod postgres;
pub mod witness;
pub mod world;
