//! Lines of bounded length, each with its number.

use std::io::{self, BufRead};

/// What [`Lines::next`] got.
pub(super) enum Got {
    /// A line, without its break.
    Line,
    /// A line of more bytes than are kept; the buffer holds its beginning.
    TooLong,
    /// The input ended.
    End,
    /// The input failed.
    Failed(io::Error),
}

/// Lines of bounded length.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    cap: usize,
    /// The number of the line that was got last, from 1.
    pub(super) line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead, cap: usize) -> Self {
        Lines { input, cap, line: 0 }
    }

    pub(super) fn next(&mut self, buf: &mut Vec<u8>) -> Got {
        buf.clear();
        let (mut any, mut long) = (false, false);
        loop {
            let bytes = match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(failure) => return Got::Failed(failure),
                Ok(bytes) => bytes,
            };
            let end = memchr::memchr(b'\n', bytes);
            let (keep, used) = end.map_or((bytes.len(), bytes.len()), |at| (at, at + 1));
            let room = self.cap - buf.len();
            long |= keep > room;
            buf.extend_from_slice(&bytes[..keep.min(room)]);
            any |= used > 0;
            self.input.consume(used);
            if end.is_some() || used == 0 {
                break;
            }
        }
        if !any {
            return Got::End;
        }
        self.line += 1;
        if buf.last() == Some(&b'\r') {
            buf.pop();
        }
        if long { Got::TooLong } else { Got::Line }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_and_a_long_one_its_beginning() {
        let mut bytes = b"one\r\ntwo two two\n\nlast".as_slice();
        let mut lines = Lines::new(&mut bytes, 5);
        let mut buf = Vec::new();
        let mut got = Vec::new();
        while let what @ (Got::Line | Got::TooLong) = lines.next(&mut buf) {
            got.push((lines.line, String::from_utf8(buf.clone()).unwrap(), matches!(what, Got::TooLong)));
        }
        let want = [(1, "one", false), (2, "two t", true), (3, "", false), (4, "last", false)];
        assert_eq!(got, want.map(|(n, t, l)| (n, t.to_owned(), l)));
    }
}
