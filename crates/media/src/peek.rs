//! A file of which the beginning and the end are read once: tags lie there, and reading them asks for little pieces
//! back and forth.

use std::io::{self, Read, Seek, SeekFrom};

/// How much of the beginning is read at once. Tags without pictures fit.
const HEAD: usize = 16 * 1024;
/// How much of the end: where ID3v1 and APE tags stand.
const TAIL: usize = 512;

/// Reads like what is inside, with fewer questions to it.
#[derive(Debug)]
pub struct Peek<R> {
    inner: R,
    head: Vec<u8>,
    tail: Vec<u8>,
    bytes: u64,
    at: u64,
    /// Where `inner` stands.
    inner_at: u64,
}

impl<R: Read + Seek> Peek<R> {
    /// Wraps something of this length that stands at its beginning.
    ///
    /// # Errors
    /// What reading the beginning says.
    pub fn new(mut inner: R, bytes: u64) -> io::Result<Peek<R>> {
        let mut head = Vec::with_capacity(HEAD.min(usize::try_from(bytes).unwrap_or(HEAD)));
        inner.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let inner_at = head.len() as u64;
        Ok(Peek { inner, head, tail: Vec::new(), bytes, at: 0, inner_at })
    }

    /// The beginning: as much as [`crate::format::sniff`] wants, and more.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What is inside, standing anywhere.
    pub fn into_inner(self) -> R {
        self.inner
    }

    fn read_inner(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let tail_from = self.bytes.saturating_sub(TAIL as u64);
        if self.at >= tail_from && self.tail.is_empty() {
            self.inner.seek(SeekFrom::Start(tail_from))?;
            self.inner.by_ref().take(TAIL as u64).read_to_end(&mut self.tail)?;
            self.inner_at = tail_from + self.tail.len() as u64;
        }
        if self.at >= tail_from {
            let from = usize::try_from(self.at - tail_from).unwrap_or(usize::MAX);
            return Ok(copy(self.tail.get(from..).unwrap_or_default(), out));
        }
        if self.inner_at != self.at {
            self.inner.seek(SeekFrom::Start(self.at))?;
            self.inner_at = self.at;
        }
        let count = self.inner.read(out)?;
        self.inner_at += count as u64;
        Ok(count)
    }
}

fn copy(from: &[u8], out: &mut [u8]) -> usize {
    let count = from.len().min(out.len());
    if let (Some(from), Some(out)) = (from.get(..count), out.get_mut(..count)) {
        out.copy_from_slice(from);
    }
    count
}

impl<R: Read + Seek> Read for Peek<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let held = usize::try_from(self.at).ok().and_then(|at| self.head.get(at..)).unwrap_or_default();
        let count = if held.is_empty() { self.read_inner(out)? } else { copy(held, out) };
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read + Seek> Seek for Peek<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the beginning"))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_what_is_inside() {
        let bytes: Vec<u8> = (0..60_000_u32).map(|n| (n * 7 % 251) as u8).collect();
        let mut peek = Peek::new(io::Cursor::new(&bytes), bytes.len() as u64).unwrap();
        let mut plain = io::Cursor::new(&bytes);
        let mut dice = 1_u64;
        for _ in 0..500 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let to = match dice >> 60 {
                0..=5 => SeekFrom::Start(dice >> 33 & 0xFFFF),
                6..=9 => SeekFrom::End(-((dice >> 40 & 0x3FF) as i64)),
                _ => SeekFrom::Current((dice >> 40 & 0xFF) as i64),
            };
            assert_eq!(peek.seek(to).unwrap(), plain.seek(to).unwrap());
            let (mut a, mut b) = (Vec::new(), Vec::new());
            peek.by_ref().take(300).read_to_end(&mut a).unwrap();
            plain.by_ref().take(300).read_to_end(&mut b).unwrap();
            assert_eq!(a, b);
        }
        assert!(peek.seek(SeekFrom::End(-70_000)).is_err());
    }
}
