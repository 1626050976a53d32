//! Where the sound of an MPEG-4 file begins and ends: its edit list (ISO/IEC 14496-12, 8.6.6).
//!
//! Encoders put some samples before the sound and fill the last packet up; the edit list says how many. Decoders that do
//! not read it play up to fifty milliseconds too much, which is heard between two tracks that belong together.

use std::io::{self, Read, Seek, SeekFrom};

/// Largest box that is read into memory, in bytes: those that are looked for have some dozens.
const LARGEST: u64 = 4_096;
/// Most boxes looked at on the way.
const MOST: usize = 4_096;

/// The part of a track that is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// Samples of each channel before it, in the track's own time scale.
    pub(crate) skip: u64,
    /// Its length in milliseconds.
    pub(crate) length_ms: u64,
    /// Units of the track a second.
    pub(crate) scale: u32,
}

/// The one edit of the first track of sound; nothing where there is none, or several, which are for films.
pub(crate) fn heard<R: Read + Seek + ?Sized>(input: &mut R) -> io::Result<Option<Part>> {
    let end = input.seek(SeekFrom::End(0))?;
    let mut walk = Walk { input, left: MOST };
    let Some(moov) = walk.find(0, end, b"moov")? else { return Ok(None) };
    let Some(movie_scale) = walk.scale(moov, b"mvhd")? else { return Ok(None) };
    let mut from = moov.0;
    while let Some(trak) = walk.find(from, moov.1, b"trak")? {
        from = trak.1;
        let Some(mdia) = walk.find(trak.0, trak.1, b"mdia")? else { continue };
        if !walk.is_sound(mdia)? {
            continue;
        }
        let (Some(scale), Some(edts)) = (walk.scale(mdia, b"mdhd")?, walk.find(trak.0, trak.1, b"edts")?)
        else {
            return Ok(None);
        };
        let Some(elst) = walk.find(edts.0, edts.1, b"elst")? else { return Ok(None) };
        return Ok(read_edit(&walk.read(elst)?).map(|(length, skip)| Part {
            skip,
            length_ms: length.saturating_mul(1_000) / u64::from(movie_scale.max(1)),
            scale,
        }));
    }
    Ok(None)
}

/// Length in units of the movie and beginning in units of the track of the only edit that plays something.
fn read_edit(body: &[u8]) -> Option<(u64, u64)> {
    let wide = *body.first()? == 1;
    let number = |at: usize, bytes: usize| -> Option<u64> {
        Some(body.get(at..at + bytes)?.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    };
    if number(4, 4)? != 1 {
        return None;
    }
    let (length, skip) = if wide { (number(8, 8)?, number(16, 8)?) } else { (number(8, 4)?, number(12, 4)?) };
    // All ones are an edit in which nothing plays.
    let empty = if wide { u64::MAX } else { u64::from(u32::MAX) };
    (skip != empty && length > 0 && skip < 1 << 24).then_some((length, skip))
}

/// Where a box's content begins and ends.
type Span = (u64, u64);

struct Walk<'a, R: ?Sized> {
    input: &'a mut R,
    left: usize,
}

impl<R: Read + Seek + ?Sized> Walk<'_, R> {
    /// The first box of a kind between two places.
    fn find(&mut self, mut at: u64, end: u64, kind: &[u8; 4]) -> io::Result<Option<Span>> {
        while at.saturating_add(8) <= end && self.left > 0 {
            self.left -= 1;
            self.input.seek(SeekFrom::Start(at))?;
            let mut head = [0_u8; 16];
            self.input.read_exact(&mut head[..8])?;
            let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
            let (length, skip) = match short {
                0 => (end - at, 8),
                1 => {
                    self.input.read_exact(&mut head[8..])?;
                    (head[8..].iter().fold(0, |n, b| n << 8 | u64::from(*b)), 16)
                }
                short => (short, 8),
            };
            let next = at.saturating_add(length);
            if length < skip || next > end {
                return Ok(None);
            }
            if &head[4..8] == kind {
                return Ok(Some((at + skip, next)));
            }
            at = next;
        }
        Ok(None)
    }

    fn read(&mut self, span: Span) -> io::Result<Vec<u8>> {
        self.input.seek(SeekFrom::Start(span.0))?;
        let mut body = Vec::new();
        (&mut *self.input).take((span.1 - span.0).min(LARGEST)).read_to_end(&mut body)?;
        Ok(body)
    }

    /// The time scale in a header: twelve bytes in, or twenty where its times are long.
    fn scale(&mut self, inside: Span, kind: &[u8; 4]) -> io::Result<Option<u32>> {
        let Some(header) = self.find(inside.0, inside.1, kind)? else { return Ok(None) };
        let body = self.read(header)?;
        let at = if body.first() == Some(&1) { 20 } else { 12 };
        let scale = body.get(at..at + 4).map(|b| b.iter().fold(0, |n, b| n << 8 | u32::from(*b)));
        Ok(scale.filter(|s| *s > 0))
    }

    fn is_sound(&mut self, mdia: Span) -> io::Result<bool> {
        let Some(handler) = self.find(mdia.0, mdia.1, b"hdlr")? else { return Ok(false) };
        Ok(self.read(handler)?.get(8..12) == Some(b"soun"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn header(kind: &[u8; 4], scale: u32) -> Vec<u8> {
        boxed(kind, &[&[0; 12][..], &scale.to_be_bytes(), &[0; 4]].concat())
    }

    fn file(edits: &[(u32, u32)]) -> Vec<u8> {
        let list: Vec<u8> = edits
            .iter()
            .flat_map(|(length, at)| [length.to_be_bytes(), at.to_be_bytes(), [0, 1, 0, 0]].concat())
            .collect();
        let elst = boxed(b"elst", &[&[0; 4][..], &(edits.len() as u32).to_be_bytes(), &list].concat());
        let handler = boxed(b"hdlr", b"\0\0\0\0\0\0\0\0soun\0\0\0\0");
        let mdia = boxed(b"mdia", &[header(b"mdhd", 44_100), handler].concat());
        let trak = boxed(b"trak", &[boxed(b"edts", &elst), mdia].concat());
        let moov = boxed(b"moov", &[header(b"mvhd", 1_000), trak].concat());
        [boxed(b"ftyp", b"M4A "), boxed(b"mdat", &[7; 99]), moov].concat()
    }

    fn part(file: Vec<u8>) -> Option<Part> {
        heard(&mut io::Cursor::new(file)).unwrap_or(None)
    }

    #[test]
    fn the_only_edit_tells_beginning_and_length() {
        assert_eq!(
            part(file(&[(2_000, 1_024)])),
            Some(Part { skip: 1_024, length_ms: 2_000, scale: 44_100 })
        );
        assert_eq!(part(file(&[(2_000, 1_024), (5, 0)])), None);
        assert_eq!(part(file(&[(2_000, u32::MAX)])), None);
        assert_eq!(part(Vec::new()), None);
    }

    #[test]
    fn a_file_cut_or_bent_anywhere_says_nothing_and_ends() {
        let whole = file(&[(2_000, 1_024)]);
        for at in 0..whole.len() {
            let _ = part(whole[..at].to_vec());
            let mut bent = whole.clone();
            bent[at] ^= 0xFF;
            let _ = part(bent);
        }
    }
}
