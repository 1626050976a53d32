//! Partitions of rows, in memory up to a budget and past it in nameless files that vanish with the program.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use allocation::kernel::Row;

use crate::Failure;

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
    folder: PathBuf,
    spilled: AtomicU64,
}

#[derive(Debug)]
struct Part<R> {
    chunks: Vec<Vec<R>>,
    rows: u64,
    file: Option<File>,
}

impl<R: Spill> Partitions<R> {
    /// So many, with a budget in bytes for the rows of all together.
    pub fn new(count: usize, budget: u64, folder: PathBuf) -> Partitions<R> {
        let part = || Mutex::new(Part { chunks: Vec::new(), rows: 0, file: None });
        let parts = std::iter::repeat_with(part).take(count).collect();
        Partitions { parts, held: AtomicU64::new(0), budget, folder, spilled: AtomicU64::new(0) }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Bytes that went to disk.
    pub fn spilled(&self) -> u64 {
        self.spilled.load(Ordering::Relaxed)
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
            part.chunks.push(std::mem::replace(chunk, Vec::with_capacity(capacity)));
            return Ok(());
        }
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        self.write(&mut part, chunk)?;
        chunk.clear();
        Ok(())
    }

    /// Rows of a partition.
    pub fn rows(&self, part: usize) -> u64 {
        self.parts.get(part).and_then(|part| part.lock().ok().map(|part| part.rows)).unwrap_or(0)
    }

    /// Takes all rows of a partition out.
    pub fn take(&self, part: usize) -> Result<Vec<R>, Failure> {
        let mut part = self.lock(part)?;
        let chunks = std::mem::take(&mut part.chunks);
        let held: usize = chunks.iter().map(Vec::len).sum();
        self.held.fetch_sub((held * R::SIZE) as u64, Ordering::Relaxed);
        if let (None, [_]) = (&part.file, chunks.as_slice()) {
            part.rows = 0;
            return Ok(chunks.into_iter().next().unwrap_or_default());
        }
        let mut rows = Vec::with_capacity(usize::try_from(part.rows).unwrap_or(held));
        for chunk in chunks {
            rows.extend_from_slice(&chunk);
        }
        if let Some(mut file) = part.file.take() {
            read_back(&mut file, &mut rows).map_err(|error| self.fault(&error))?;
        }
        if rows.len() as u64 != part.rows {
            return Err(Failure::Fault("rows put to disk did not come back".to_owned()));
        }
        part.rows = 0;
        Ok(rows)
    }

    /// Shows a partition's rows; from memory where they lie there in one piece.
    pub fn look<T>(&self, part: usize, see: impl FnOnce(&[R]) -> T) -> Result<T, Failure> {
        let mut part = self.lock(part)?;
        let Part { chunks, rows, file } = &mut *part;
        match (&*file, chunks.as_slice()) {
            (None, []) => return Ok(see(&[])),
            (None, [one]) => return Ok(see(one)),
            _ => {}
        }
        let mut all = Vec::with_capacity(usize::try_from(*rows).unwrap_or(0));
        chunks.iter().for_each(|chunk| all.extend_from_slice(chunk));
        if let Some(file) = file {
            read_back(file, &mut all).map_err(|error| self.fault(&error))?;
        }
        if all.len() as u64 != *rows {
            return Err(Failure::Fault("rows put to disk did not come back".to_owned()));
        }
        Ok(see(&all))
    }

    /// Puts rows back, in memory where the budget allows it.
    pub fn put_back(&self, part: usize, mut rows: Vec<R>) -> Result<(), Failure> {
        self.push(part, &mut rows)
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
        self.spilled.fetch_add((rows.len() * R::SIZE) as u64, Ordering::Relaxed);
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
