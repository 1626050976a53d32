//! The write-ahead log that a running SQLite leaves beside its database.
//!
//! ```text
//! header, 32 bytes: magic, version, page size, sequence, salt, salt, checksum, checksum
//! frame, 24 bytes:  page number, pages after commit or 0, salt, salt, checksum, checksum; then the page
//! ```
//!
//! All numbers are big-endian; the last bit of the magic says in which byte order the checksums were
//! summed. Frames count up to the last commit whose salts and running checksums are right; what follows
//! is older or was never finished (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).

use std::collections::BTreeMap;

/// What a log says the database's pages are.
pub(super) struct Committed<'a> {
    /// The newest committed text of each page, by page number from 1.
    pub pages: BTreeMap<u32, &'a [u8]>,
    /// Pages of the whole database after the last commit.
    pub size: u32,
    /// Whether frames followed that were cut off or damaged.
    pub cut: bool,
}

/// Why a log is of no use.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Useless {
    /// It has nothing in it.
    Empty,
    /// It is no write-ahead log, or its header is damaged.
    Header,
    /// It belongs to a database with pages of another size.
    PageSize,
}

/// Whether the bytes begin like a write-ahead log.
pub(super) fn sniff(head: &[u8]) -> bool {
    matches!(number(head, 0), Some(0x377f_0682 | 0x377f_0683)) && number(head, 4) == Some(3_007_000)
}

/// The committed pages of a log for a database with pages of `page` bytes and `pages` of them.
///
/// # Errors
///
/// Where the log is empty, not a log, or another database's.
pub(super) fn committed(log: &[u8], page: usize, pages: u32) -> Result<Committed<'_>, Useless> {
    if log.is_empty() {
        return Err(Useless::Empty);
    }
    let header = log.get(..32).filter(|_| sniff(log)).ok_or(Useless::Header)?;
    let big = header[3] & 1 == 1;
    let mut sum = checksum((0, 0), &header[..24], big);
    if pair(header, 24) != Some(sum) {
        return Err(Useless::Header);
    }
    if number(header, 8).map(|n| n as usize) != Some(page) {
        return Err(Useless::PageSize);
    }
    let frames = log[32..].chunks(24 + page);
    // A page past this would need pages in between that nobody wrote.
    let most = pages.saturating_add(u32::try_from(frames.len()).unwrap_or(u32::MAX));
    let mut found = Committed { pages: BTreeMap::new(), size: pages, cut: false };
    let mut open = Vec::new();
    for frame in frames {
        let whole = frame.len() == 24 + page && frame[8..16] == header[16..24];
        let (Some(at), Some(size)) = (number(frame, 0), number(frame, 4)) else { break };
        if !whole || at == 0 || at > most || size > most {
            found.cut = frame.len() < 24 + page;
            break;
        }
        sum = checksum(checksum(sum, &frame[..8], big), &frame[24..], big);
        if pair(frame, 16) != Some(sum) {
            found.cut = true;
            break;
        }
        open.push((at, &frame[24..]));
        if size > 0 {
            found.pages.extend(open.drain(..));
            found.size = size;
        }
    }
    found.cut |= !open.is_empty();
    Ok(found)
}

/// The running checksum over pairs of 32-bit words; bytes past the last pair do not occur.
fn checksum((mut a, mut b): (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    let word = |w: &[u8]| {
        let w = [w[0], w[1], w[2], w[3]]; // chunks_exact below gives eight bytes
        if big { u32::from_be_bytes(w) } else { u32::from_le_bytes(w) }
    };
    for two in bytes.chunks_exact(8) {
        a = a.wrapping_add(word(&two[..4])).wrapping_add(b);
        b = b.wrapping_add(word(&two[4..])).wrapping_add(a);
    }
    (a, b)
}

fn pair(bytes: &[u8], at: usize) -> Option<(u32, u32)> {
    Some((number(bytes, at)?, number(bytes, at + 4)?))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}
