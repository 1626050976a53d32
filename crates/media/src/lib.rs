//! Files of sound, pictures, books, films and games: bytes in, values out.
//!
//! It knows no recording, no catalogue and no player, and no file either: it reads what it is handed, bounded in
//! memory whatever the bytes say. What it cannot read is a [`flaw::Flaw`] with a code and a hint, never a panic.

pub mod address;
pub mod book;
mod edit_list;
pub mod flac;
pub mod flaw;
pub mod format;
pub mod hls;
pub mod listen;
pub mod loudness;
pub mod opus;
pub mod pack;
pub mod peek;
pub mod picture;
mod resample;
pub mod signed;
pub mod sound;
pub mod tag;
pub mod tone;
pub mod waveform;
pub mod web_build;

pub use address::{Address, Addressing, BadAddress};
pub use flaw::Flaw;
pub use format::Format;

/// Bytes to read and seek, whoever holds them: foreign readers are compiled once for it and not for every holder.
pub(crate) trait ReadSeek: std::io::Read + std::io::Seek {}
impl<T: std::io::Read + std::io::Seek> ReadSeek for T {}
