//! Index files: immutable, memory-mapped, shared between processes, swapped by name.

use std::fs::File;
use std::io;
use std::ops::Deref;
use std::path::Path;

/// The bytes of an index, mapped from a file or held in memory.
#[derive(Debug)]
pub enum IndexFile {
    /// Mapped: opening costs nothing, pages are shared between processes.
    Mapped(memmap2::Mmap),
    /// Held in memory, where it was just built.
    Held(Vec<u8>),
}

impl IndexFile {
    /// Maps a file. An index file is written once under a temporary name and renamed, and never changed
    /// afterwards; a reader that keeps an old one keeps its bytes.
    #[allow(
        unsafe_code,
        reason = "mapping is the one thing the standard library does not offer; index files never change once named"
    )]
    pub fn open(file: &Path) -> io::Result<IndexFile> {
        let file = File::open(file)?;
        // SAFETY: the file is not truncated or written by anybody who keeps to the protocol above; every read of
        // the bytes is bounds-checked, so that a changed file gives wrong candidates and not a fault.
        let mapped = unsafe { memmap2::Mmap::map(&file)? };
        Ok(IndexFile::Mapped(mapped))
    }

    /// Writes an index in one step and keeps it in memory.
    pub fn create(file: &Path, bytes: Vec<u8>) -> io::Result<IndexFile> {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        // Two may make the same index at once; each writes a draft of its own.
        name.push(format!(".{:016x}.part", crate::world::bits()));
        let part = file.with_file_name(name);
        std::fs::write(&part, &bytes)?;
        std::fs::rename(&part, file)?;
        Ok(IndexFile::Held(bytes))
    }
}

impl Deref for IndexFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            IndexFile::Mapped(mapped) => mapped,
            IndexFile::Held(bytes) => bytes,
        }
    }
}
