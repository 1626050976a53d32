//! Files of sound, pictures, books, films and games: bytes in, values out.
//!
//! It knows no recording, no catalogue and no player, and no file either: it reads what it is handed, bounded in
//! memory whatever the bytes say. What it cannot read is a [`flaw::Flaw`] with a code and a hint, never a panic.

pub mod address;
pub mod flaw;
pub mod format;
pub mod listen;
pub mod loudness;
pub mod opus;
mod resample;
pub mod sound;
pub mod waveform;

pub use address::{Address, Addressing, BadAddress};
pub use flaw::Flaw;
pub use format::Format;
