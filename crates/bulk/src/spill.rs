//! Partitions of rows, in memory up to a budget and past it in nameless files that vanish with the program.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use allocation::kernel::Row;

use crate::Failure;

/// Rows of one piece: what a thread gathers for a partition before it hands it over.
pub(crate) const CHUNK: usize = 1 << 12;

/// A row that can be written to a file.
pub(crate) trait Spill: Row {
    /// Bytes of one.
    const SIZE: usize;
    /// Writes rows.
    fn put(rows: &[Self], out: &mut Vec<u8>);
    /// Reads rows back.
    fn take(bytes: &[u8], out: &mut Vec<Self>);
}

macro_rules! spills {
    ($word:ty) => {
        impl Spill for $word {
            const SIZE: usize = size_of::<$word>();

            fn put(rows: &[$word], out: &mut Vec<u8>) {
                out.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
            }

            fn take(bytes: &[u8], out: &mut Vec<$word>) {
                let (words, _) = bytes.as_chunks::<{ size_of::<$word>() }>();
                out.extend(words.iter().map(|word| <$word>::from_le_bytes(*word)));
            }
        }
    };
}

spills!(u64);
spills!(u128);

/// All partitions.
pub(crate) struct Partitions<R> {
    parts: Vec<Mutex<Part<R>>>,
    held: AtomicU64,
    budget: u64,
    roomy: bool,
    folder: PathBuf,
}

#[derive(Debug)]
struct Part<R> {
    chunks: Vec<Vec<R>>,
    rows: u64,
    file: Option<File>,
}

impl<R: Spill> Partitions<R> {
    /// So many, with a budget in bytes for the rows of all together; `roomy` where that is more than twice enough.
    pub fn new(count: usize, budget: u64, roomy: bool, folder: PathBuf) -> Partitions<R> {
        let part = || Mutex::new(Part { chunks: Vec::new(), rows: 0, file: None });
        let parts = std::iter::repeat_with(part).take(count).collect();
        Partitions { parts, held: AtomicU64::new(0), budget, roomy, folder }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Adds rows to a partition; to its file once the budget is used up. The chunk comes back empty.
    pub fn push(&self, part: usize, chunk: &mut Vec<R>) -> Result<(), Failure> {
        if chunk.is_empty() {
            return Ok(());
        }
        let mut part = self.lock(part)?;
        let bytes = (chunk.len() * R::SIZE) as u64;
        if self.held.fetch_add(bytes, Ordering::Relaxed) + bytes <= self.budget {
            let capacity = chunk.capacity();
            part.rows += chunk.len() as u64;
            if chunk.len() < capacity {
                // The last piece of a thread: it need not hold the room of a full one.
                part.chunks.push(chunk.to_vec());
                chunk.clear();
            } else {
                part.chunks.push(std::mem::replace(chunk, Vec::with_capacity(capacity)));
            }
            return Ok(());
        }
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        self.write(&mut part, chunk)?;
        chunk.clear();
        Ok(())
    }

    /// Moves all rows of a partition to `rows`, which is emptied first.
    pub fn take(&self, part: usize, rows: &mut Vec<R>) -> Result<(), Failure> {
        let mut part = self.lock(part)?;
        self.copy(&mut part, rows)?;
        let held: usize = part.chunks.iter().map(Vec::len).sum();
        self.held.fetch_sub((held * R::SIZE) as u64, Ordering::Relaxed);
        *part = Part { chunks: Vec::new(), rows: 0, file: None };
        Ok(())
    }

    /// Shows a partition's rows in their order; from memory where they lie there in one piece, else from `room`.
    pub fn look<T>(&self, part: usize, room: &mut Vec<R>, see: impl FnOnce(&[R]) -> T) -> Result<T, Failure> {
        let mut part = self.lock(part)?;
        if let (None, [one]) = (&part.file, part.chunks.as_slice()) {
            return Ok(see(one));
        }
        self.copy(&mut part, room)?;
        drop(part);
        Ok(see(room))
    }

    /// Puts sorted rows back and empties `rows`: in one piece where there is room for that; else in pieces that fit
    /// where others lay, and what is past the budget on disk.
    pub fn put_back(&self, part: usize, rows: &mut Vec<R>) -> Result<(), Failure> {
        let mut part = self.lock(part)?;
        if self.roomy {
            self.held.fetch_add((rows.len() * R::SIZE) as u64, Ordering::Relaxed);
            part.rows = rows.len() as u64;
            part.chunks = vec![std::mem::take(rows)];
            return Ok(());
        }
        for chunk in rows.chunks(CHUNK) {
            let bytes = (chunk.len() * R::SIZE) as u64;
            // What follows a piece on disk goes there too, so that the order stays.
            if part.file.is_none() && self.held.fetch_add(bytes, Ordering::Relaxed) + bytes <= self.budget {
                part.rows += chunk.len() as u64;
                part.chunks.push(chunk.to_vec());
                continue;
            }
            if part.file.is_none() {
                self.held.fetch_sub(bytes, Ordering::Relaxed);
            }
            self.write(&mut part, chunk)?;
        }
        rows.clear();
        Ok(())
    }

    /// Copies memory, then disk.
    fn copy(&self, part: &mut Part<R>, rows: &mut Vec<R>) -> Result<(), Failure> {
        rows.clear();
        rows.reserve(usize::try_from(part.rows).unwrap_or(0));
        part.chunks.iter().for_each(|chunk| rows.extend_from_slice(chunk));
        if let Some(file) = &mut part.file {
            read_back(file, rows).map_err(|error| self.fault(&error))?;
        }
        if rows.len() as u64 != part.rows {
            return Err(Failure::Fault("rows put to disk did not come back".to_owned()));
        }
        Ok(())
    }

    fn write(&self, part: &mut Part<R>, rows: &[R]) -> Result<(), Failure> {
        let fault = |error: std::io::Error| self.fault(&error);
        if part.file.is_none() {
            part.file = Some(tempfile::tempfile_in(&self.folder).map_err(fault)?);
        }
        let Some(file) = &mut part.file else { return Ok(()) };
        let mut bytes = Vec::with_capacity(rows.len().min(1 << 16) * R::SIZE);
        for rows in rows.chunks(1 << 16) {
            bytes.clear();
            R::put(rows, &mut bytes);
            file.write_all(&bytes).map_err(fault)?;
        }
        part.rows += rows.len() as u64;
        Ok(())
    }

    fn lock(&self, part: usize) -> Result<std::sync::MutexGuard<'_, Part<R>>, Failure> {
        self.parts[part].lock().map_err(|_| Failure::Fault("another thread stopped".to_owned()))
    }

    fn fault(&self, error: &std::io::Error) -> Failure {
        Failure::fault(&format!("rows cannot be put to disk in `{}`", self.folder.display()), error)
    }
}

fn read_back<R: Spill>(file: &mut File, rows: &mut Vec<R>) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    // A multiple of both widths, so that no row is cut.
    let mut bytes = vec![0; 1 << 19];
    loop {
        let mut filled = 0;
        while filled < bytes.len() {
            let read = file.read(&mut bytes[filled..])?;
            if read == 0 {
                break;
            }
            filled += read;
        }
        R::take(&bytes[..filled], rows);
        if filled < bytes.len() {
            return Ok(());
        }
    }
}
