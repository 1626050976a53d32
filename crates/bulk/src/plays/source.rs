//! A file that several threads read at once.
//!
//! Handles that are cloned share one position, so each read here says where it starts.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Bytes read ahead of what is asked for.
const AHEAD: usize = 1 << 16;

/// A file for several readers.
#[derive(Debug, Clone)]
pub(super) struct Source {
    file: Arc<Mutex<File>>,
    size: u64,
}

/// A reader that starts at a place of its own.
#[derive(Debug)]
pub(super) struct From {
    source: Source,
    place: u64,
}

impl Source {
    pub fn new(file: File) -> io::Result<Source> {
        let size = file.metadata()?.len();
        Ok(Source { file: Arc::new(Mutex::new(file)), size })
    }

    fn read_at(&self, place: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().map_err(|_| io::Error::other("another reader stopped"))?;
        file.seek(SeekFrom::Start(place))?;
        file.read(bytes)
    }
}

impl Read for From {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read_at(self.place, bytes)?;
        self.place += read as u64;
        Ok(read)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Source {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<BufReader<From>> {
        Ok(BufReader::with_capacity(AHEAD, From { source: self.clone(), place: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A length from a damaged footer must not be believed before the file is long enough for it.
        if start.checked_add(length as u64).is_none_or(|end| end > self.size) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} lie beyond its end")));
        }
        let mut bytes = vec![0; length];
        From { source: self.clone(), place: start }.read_exact(&mut bytes)?;
        Ok(Bytes::from(bytes))
    }
}
