//! Bytes on their way in: decompression, encodings, bounded lines, bounded tokens.
//!
//! It knows no format above bytes and characters.

use std::io::{self, BufRead, Cursor, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Memory that an xz stream may ask for; the strongest preset of the tool needs 65 MiB.
const XZ_MEMORY: u64 = 256 << 20;

/// Window of a zstd stream as a power of two; 2^27 is what its own tool accepts unasked.
const ZSTD_WINDOW_LOG: u32 = 27;

/// Unpacks xz, zstd and gzip, told by their first bytes; anything else passes through.
///
/// A damaged stream gives an I/O error where the damage is met.
pub fn decompress<'a>(mut input: Box<dyn BufRead + Send + 'a>) -> Box<dyn BufRead + Send + 'a> {
    let (head, failure) = peek(&mut *input, 6);
    let magic = head.clone();
    let input = Rejoined { head: Cursor::new(head), failure, rest: input };
    let opened: io::Result<Box<dyn BufRead + Send + 'a>> = match magic.as_slice() {
        [0xFD, b'7', b'z', b'X', b'Z', 0] => xz(input),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => zstd(input),
        [0x1F, 0x8B, ..] => Ok(Box::new(io::BufReader::new(flate2::bufread::MultiGzDecoder::new(input)))),
        _ => Ok(Box::new(input)),
    };
    opened.unwrap_or_else(|failure| {
        Box::new(Rejoined {
            head: Cursor::new(Vec::new()),
            failure: Some(failure),
            rest: Box::new(io::empty()),
        })
    })
}

fn xz<'a>(input: impl BufRead + Send + 'a) -> io::Result<Box<dyn BufRead + Send + 'a>> {
    let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED)?;
    Ok(Box::new(io::BufReader::with_capacity(
        1 << 16,
        liblzma::bufread::XzDecoder::new_stream(input, stream),
    )))
}

fn zstd<'a>(input: impl BufRead + Send + 'a) -> io::Result<Box<dyn BufRead + Send + 'a>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(input)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(Box::new(io::BufReader::with_capacity(1 << 16, decoder)))
}

/// Takes up to `count` bytes off the front, and the failure that ended them early, if one did.
pub(super) fn peek(input: &mut dyn BufRead, count: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut head = Vec::with_capacity(count);
    match input.take(count as u64).read_to_end(&mut head) {
        Ok(_) => (head, None),
        Err(failure) => (head, Some(failure)),
    }
}

/// Bytes that were peeked at, then the failure that ended the peek, or the rest.
pub(super) struct Rejoined<R> {
    head: Cursor<Vec<u8>>,
    failure: Option<io::Error>,
    rest: R,
}

pub(super) fn rejoin(
    head: Vec<u8>,
    rest: &mut dyn BufRead,
    failure: Option<io::Error>,
) -> Rejoined<&mut dyn BufRead> {
    Rejoined { head: Cursor::new(head), failure, rest }
}

impl<R: BufRead> Read for Rejoined<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Rejoined<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if (self.head.position() as usize) < self.head.get_ref().len() {
            return self.head.fill_buf();
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, count: usize) {
        if (self.head.position() as usize) < self.head.get_ref().len() {
            self.head.consume(count);
        } else {
            self.rest.consume(count);
        }
    }
}

/// Whether these are the first bytes of a tar archive.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar".as_slice())
}

/// The encoding that the first bytes tell: a byte order mark, the zeros of UTF-16, or an XML declaration.
pub(super) fn encoding(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match head {
        [0, b, ..] if *b != 0 => UTF_16BE,
        [b, 0, ..] if *b != 0 => UTF_16LE,
        _ => declared(head).unwrap_or(UTF_8),
    }
}

fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memchr(b'>', declaration)?];
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let mut parts = declaration[at..].split(|b| matches!(b, b'"' | b'\''));
    let found = Encoding::for_label(parts.nth(1)?)?;
    // A declaration in one-byte letters cannot be true of a two-byte encoding.
    (found != UTF_16LE && found != UTF_16BE).then_some(found)
}

/// The first bytes as text, whatever their encoding.
pub(super) fn head_text(head: &[u8]) -> String {
    encoding(head).decode(head).0.into_owned()
}

/// A line's bytes as text, and whether they had to be taken for Windows-1252 since they are not UTF-8.
pub(super) fn line_text(bytes: &[u8]) -> (std::borrow::Cow<'_, str>, bool) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), false),
        Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
    }
}

/// A reader that turns any encoding into UTF-8 and unreadable bytes into `U+FFFD`.
pub(super) struct Decoded<'a> {
    input: &'a mut dyn BufRead,
    decoder: Decoder,
    text: Vec<u8>,
    filled: usize,
    taken: usize,
    ended: bool,
    /// Whether any byte could not be read.
    pub(super) damaged: bool,
}

impl<'a> Decoded<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Decoded { input, decoder, text: vec![0; 1 << 15], filled: 0, taken: 0, ended: false, damaged: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.taken == self.filled && !self.ended {
            let bytes = match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let last = bytes.is_empty();
            let (result, read, written, damaged) = self.decoder.decode_to_utf8(bytes, &mut self.text, last);
            self.input.consume(read);
            self.damaged |= damaged;
            (self.taken, self.filled) = (0, written);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.refill()?;
        Ok(&self.text[self.taken..self.filled])
    }

    fn consume(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.filled);
    }
}

/// A reader that counts lines and gives out only so many bytes between two calls of [`Guard::allow`].
pub(super) struct Guard<R> {
    pub(super) inner: R,
    /// Line breaks passed so far.
    pub(super) lines: u64,
    allowance: usize,
}

impl<R> Guard<R> {
    pub(super) fn new(inner: R) -> Self {
        Guard { inner, lines: 0, allowance: 0 }
    }

    pub(super) fn allow(&mut self, bytes: usize) {
        self.allowance = bytes;
    }
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "token too large"));
        }
        let bytes = self.inner.fill_buf()?;
        Ok(&bytes[..bytes.len().min(self.allowance)])
    }

    fn consume(&mut self, count: usize) {
        // What is consumed was filled a moment ago, so filling again neither reads nor fails.
        if let Ok(bytes) = self.inner.fill_buf() {
            self.lines += memchr::memchr_iter(b'\n', &bytes[..count.min(bytes.len())]).count() as u64;
        }
        self.inner.consume(count);
        self.allowance = self.allowance.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        decompress(Box::new(bytes)).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn packed_bytes_are_unpacked_by_their_magic() {
        use std::io::Write;
        let text = "id\tartist\ttitle\n".repeat(1000);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 1);
        xz.write_all(text.as_bytes()).unwrap();
        let zst = zstd::encode_all(text.as_bytes(), 1).unwrap();
        for packed in [gz.finish().unwrap(), xz.finish().unwrap(), zst, text.clone().into_bytes()] {
            assert!(unpack(&packed).unwrap() == text);
        }
        let cut = zstd::encode_all(text.as_bytes(), 1).unwrap();
        assert!(unpack(&cut[..cut.len() - 5]).is_err() && unpack(b"\xFD7zXZ\0nonsense").is_err());
        assert_eq!(unpack(b"").unwrap(), "");
    }

    #[test]
    fn encodings_are_told_by_mark_zeros_or_declaration() {
        for (head, want) in [
            (b"\xFF\xFEa\0".as_slice(), UTF_16LE),
            (b"a\0b\0", UTF_16LE),
            (b"\0<\0?", UTF_16BE),
            (b"<?xml version='1.0' encoding='ISO-8859-1'?>", WINDOWS_1252),
            (b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>", UTF_8),
            (b"<a>", UTF_8),
            (b"\0\0\0\0", UTF_8),
        ] {
            assert_eq!(encoding(head), want, "{head:?}");
        }
    }
}
