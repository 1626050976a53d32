//! Files as they come, whole, cut and damaged. The fixtures are invented tones of two seconds.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop short and say what they skip"
)]

mod books;
mod hostile;
mod rendition;
mod sound;
mod tags;

use std::io::Cursor;
use std::path::PathBuf;

use media::format::{HEAD, sniff};
use media::listen::{Found, listen};
use media::{Address, Flaw, Format};

/// The bytes of a fixture.
fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures")).join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What a file is by its content.
fn kind(bytes: &[u8]) -> Option<Format> {
    sniff(&bytes[..bytes.len().min(HEAD)])
}

/// Decodes bytes without making a rendition.
fn heard(bytes: Vec<u8>) -> Result<Found, Flaw> {
    let format = kind(&bytes).ok_or_else(Flaw::unknown_kind)?;
    let address = Address::of(&bytes);
    listen(Box::new(Cursor::new(bytes)), format, &address, None::<Vec<u8>>, &mut |_| true)
        .map(|(found, _)| found)
}
