//! Files packed in a zip: what books, comics and web builds have in common. No entry's word is taken for its size.

use std::io::{self, Read, Seek, SeekFrom, Write};

use zip::ZipArchive;

use crate::ReadSeek;
use crate::flaw::Flaw;

/// Most entries of a pack.
pub const MOST_ENTRIES: u64 = 20_000;

/// An opened pack.
pub(crate) struct Pack<'a> {
    zip: ZipArchive<Box<dyn ReadSeek + 'a>>,
}

/// One file in a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) index: usize,
    pub(crate) name: String,
    /// What the pack says; reading goes no further.
    pub(crate) bytes: u64,
    pub(crate) packed: u64,
    pub(crate) is_file: bool,
    pub(crate) is_link: bool,
    pub(crate) is_locked: bool,
}

/// Files packed one after the other, unfolded, under their names: for what is made here, such as an invented book.
///
/// # Errors
/// Where there are more files, or larger ones, than a zip holds.
pub fn packed(files: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, options).map_err(io::Error::other)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}

impl<'a> Pack<'a> {
    pub(crate) fn open(input: impl Read + Seek + 'a) -> Result<Pack<'a>, Flaw> {
        Pack::open_dyn(Box::new(input))
    }

    fn open_dyn(mut input: Box<dyn ReadSeek + 'a>) -> Result<Pack<'a>, Flaw> {
        let count = entries(&mut *input).map_err(|e| Flaw::unread(&e))?;
        if count > MOST_ENTRIES {
            let words = format!("the pack holds {count} files");
            return Err(Flaw::new("pack-too-many", words, "send one with at most 20,000 files"));
        }
        Ok(Pack { zip: ZipArchive::new(input).map_err(|e| damaged(&e))? })
    }

    pub(crate) fn entries(&mut self) -> Result<Vec<Entry>, Flaw> {
        (0..self.zip.len())
            .map(|index| {
                let file = self.zip.by_index_raw(index).map_err(|e| damaged(&e))?;
                Ok(Entry {
                    index,
                    name: file.name().map_err(|e| damaged(&e))?.into_owned(),
                    bytes: file.size(),
                    packed: file.compressed_size(),
                    is_file: file.is_file(),
                    is_link: file.is_symlink(),
                    is_locked: file.encrypted(),
                })
            })
            .collect()
    }

    /// Unpacks an entry, at most so many bytes.
    pub(crate) fn unpack(&mut self, index: usize, most: u64, out: &mut dyn Write) -> Result<u64, Flaw> {
        let file = self.zip.by_index(index).map_err(|e| damaged(&e))?;
        let count = io::copy(&mut file.take(most.saturating_add(1)), out).map_err(|e| damaged(&e))?;
        if count > most {
            let words = format!("a file in the pack is larger than {most} bytes");
            return Err(Flaw::new("pack-too-large", words, "send it with smaller files"));
        }
        Ok(count)
    }

    pub(crate) fn bytes(&mut self, index: usize, most: u64) -> Result<Vec<u8>, Flaw> {
        let mut out = Vec::new();
        self.unpack(index, most, &mut out)?;
        Ok(out)
    }
}

/// How many entries the end of the pack claims, before they are all read.
fn entries(input: &mut dyn ReadSeek) -> io::Result<u64> {
    const TAIL: u64 = 65_557 + 76;
    let length = input.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(TAIL);
    input.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    Read::take(&mut *input, TAIL).read_to_end(&mut tail)?;
    input.seek(SeekFrom::Start(0))?;
    let number = |at: usize, size: usize| {
        let digits = tail.get(at..at + size).unwrap_or_default();
        digits.iter().rev().fold(0_u64, |sum, b| sum << 8 | u64::from(*b))
    };
    let each =
        |mark: &'static [u8]| tail.windows(4).enumerate().filter(move |(_, w)| *w == mark).map(|(at, _)| at);
    let small = each(b"PK\x05\x06").map(|at| number(at + 10, 2)).filter(|n| *n != 0xFFFF).max();
    let large = each(b"PK\x06\x06").map(|at| number(at + 32, 8)).max();
    Ok(small.unwrap_or(0).max(large.unwrap_or(0)))
}

fn damaged(error: &dyn std::fmt::Display) -> Flaw {
    Flaw::new("pack-damaged", format!("the pack cannot be read: {error}"), "pack and send it again")
}
