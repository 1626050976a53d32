//! Reading an index where it lies.

use super::*;
use crate::fold::GRAMS;
use sections::Sections;

/// Why bytes are not an index that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too short, or another kind of file.
    #[error("this is not a matching index (its first bytes are not `TNTMATCH`)")]
    NotAnIndex,
    /// Made by another version of the program.
    #[error("the index has format {found}, this program reads format {FORMAT}; build it anew")]
    Format {
        /// The format it says it has.
        found: u32,
    },
    /// The header or the contents were changed or cut.
    #[error("the index is damaged or incomplete; build it anew")]
    Damaged,
}

impl From<sections::OpenError> for OpenError {
    fn from(e: sections::OpenError) -> OpenError {
        match e {
            sections::OpenError::Other => OpenError::NotAnIndex,
            sections::OpenError::Format { found } => OpenError::Format { found },
            sections::OpenError::Damaged => OpenError::Damaged,
        }
    }
}

/// A catalogue index over bytes that someone else holds, a memory map as a rule.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a> {
    file: Sections<'a, SECTIONS>,
    rows: u32,
    word_mask: u32,
    near_mask: u32,
}

/// The rows that hold one piece, rarest information first: how many, then where.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// How many rows hold it.
    pub count: u32,
    rows: &'a [u8],
}

impl<'a> Index<'a> {
    /// Opens an index; looks at its header alone.
    pub fn open(bytes: &'a [u8]) -> Result<Index<'a>, OpenError> {
        let file = Sections::open(KIND, bytes)?;
        let [rows, word_bits, _] = file.counts();
        if word_bits > BUCKET_BITS {
            return Err(OpenError::Damaged);
        }
        let near = (file.section(NEAR_OFFSETS).len() / 4).saturating_sub(1);
        let near_mask = (near as u32).wrapping_sub(1);
        let index = Index { file, rows, word_mask: (1 << word_bits) - 1, near_mask };
        let n = rows as usize;
        let fits = near.is_power_of_two()
            && near <= 1 << 24
            && index.section(GRAM_RARITIES).len() == GRAMS
            && index.section(GRAM_OFFSETS).len() == (GRAMS + 1) * 4
            && index.section(WORD_OFFSETS).len() == ((1 << word_bits) + 1) * 4
            && index.section(TOKEN_OFFSETS).len() == (n + 1) * 4
            && index.section(RECORD_OFFSETS).len() == (n + 1) * 4;
        if fits { Ok(index) } else { Err(OpenError::Damaged) }
    }

    /// Reads everything and says whether it is as it was written.
    pub fn verify(&self) -> Result<(), OpenError> {
        Ok(self.file.verify()?)
    }

    /// How many recordings it holds.
    pub fn len(&self) -> u32 {
        self.rows
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The recording with a row number; `None` behind the last.
    pub fn row(&self, row: u32) -> Option<Row<'a>> {
        let mut at = self.slice(RECORD_OFFSETS, RECORDS, row)?;
        let mut text = || {
            let len = take_varint(&mut at) as usize;
            let (text, rest) = at.split_at_checked(len).unwrap_or((&[], &[]));
            at = rest;
            std::str::from_utf8(text).unwrap_or_default()
        };
        let [id, artist, title, version, album, label, isrc, mbid, own_id, aliases] =
            std::array::from_fn(|_| text());
        let duration_s = take_varint(&mut at).checked_sub(1);
        let year = take_varint(&mut at).checked_sub(1).and_then(|y| u16::try_from(y).ok());
        Some(Row { id, artist, title, version, album, label, duration_s, isrc, year, mbid, own_id, aliases })
    }

    /// The catalogue's id of a row; empty behind the last.
    pub fn id(&self, row: u32) -> &'a str {
        let mut at = self.slice(RECORD_OFFSETS, RECORDS, row).unwrap_or_default();
        let len = take_varint(&mut at) as usize;
        at.get(..len).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or_default()
    }

    /// Rows whose catalogue id is `id`.
    pub fn by_id(&self, id: &str) -> Vec<u32> {
        self.identified(IdKind::Row, id)
    }

    /// Rows with this ISRC, in any spelling.
    pub fn by_isrc(&self, isrc: &str) -> Vec<u32> {
        self.identified(IdKind::Isrc, isrc)
    }

    /// Rows with this MusicBrainz recording id.
    pub fn by_mbid(&self, mbid: &str) -> Vec<u32> {
        self.identified(IdKind::Mbid, mbid)
    }

    /// Rows with this id given by their producer before release.
    pub fn by_own_id(&self, own_id: &str) -> Vec<u32> {
        self.identified(IdKind::Own, own_id)
    }

    fn identified(&self, kind: IdKind, id: &str) -> Vec<u32> {
        if id.trim().is_empty() {
            return Vec::new();
        }
        let (table, hash) = (self.section(IDENTIFIERS), id_hash(kind, id));
        let count = table.len() / 8;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if number(table, middle * 8) < hash { low = middle + 1 } else { high = middle }
        }
        let same = (low..count).take_while(|i| number(table, i * 8) == hash).take(64);
        let rows = same.map(|i| number(table, i * 8 + 4));
        let is = |row: &u32| {
            self.row(*row).is_some_and(|r| match kind {
                IdKind::Row => r.id == id,
                IdKind::Isrc => bare(r.isrc) == bare(id),
                IdKind::Mbid => bare(r.mbid) == bare(id),
                IdKind::Own => bare(r.own_id) == bare(id),
            })
        };
        rows.filter(is).collect()
    }

    /// Rows that hold a folded word (and, rarely, another word of the same hash).
    pub fn word(&self, word: &[u8]) -> Posting<'a> {
        self.bucket(self.word_bucket(word))
    }

    /// The bucket a folded word falls into.
    pub(crate) fn word_bucket(&self, word: &[u8]) -> u32 {
        crate::fold::hash(word) & self.word_mask
    }

    /// Rows of a bucket of words.
    pub(crate) fn bucket(&self, bucket: u32) -> Posting<'a> {
        self.posting(WORD_OFFSETS, WORD_ROWS, bucket)
    }

    /// Where the words lie that share a spelling with a mistyped one.
    pub(crate) fn near_place(&self, spelling: u32) -> (u32, u32) {
        let (offsets, at) = (self.section(NEAR_OFFSETS), (spelling & self.near_mask) as usize * 4);
        (number(offsets, at), number(offsets, at + 4))
    }

    /// Calls `each` with the buckets of the words that lie there.
    pub(crate) fn near_at(&self, (start, end): (u32, u32), spelling: u32, mut each: impl FnMut(u32)) {
        let entries = self.section(NEAR_WORDS).get(start as usize..end as usize).unwrap_or_default();
        for entry in entries.as_chunks::<4>().0 {
            let entry = u32::from_le_bytes(*entry);
            if super::near_check(entry) == super::near_check(spelling) {
                each(entry & ((1 << BUCKET_BITS) - 1));
            }
        }
    }

    /// Rarity of a piece, in stored steps.
    pub(crate) fn gram_rarity(&self, gram: usize) -> u8 {
        self.section(GRAM_RARITIES).get(gram).copied().unwrap_or(1)
    }

    /// Rows that hold a piece of three letters.
    pub fn gram(&self, gram: usize) -> Posting<'a> {
        self.posting(GRAM_OFFSETS, GRAM_ROWS, gram as u32)
    }

    fn posting(&self, offsets: usize, rows: usize, bucket: u32) -> Posting<'a> {
        let mut rows = self.slice(offsets, rows, bucket).unwrap_or_default();
        let count = if rows.is_empty() { 0 } else { take_varint(&mut rows) };
        Posting { count: count.min(self.rows), rows }
    }

    /// The folded words of a row: field and length, rarity, letters.
    pub(crate) fn tokens(&self, row: u32) -> &'a [u8] {
        self.tokens_at(self.place(row))
    }

    /// Where a row's words lie.
    pub(crate) fn place(&self, row: u32) -> (u32, u32) {
        let (offsets, at) = (self.section(TOKEN_OFFSETS), row as usize * 4);
        (number(offsets, at), number(offsets, at + 4))
    }

    /// Length of the vector of pieces and words that lies there.
    pub(crate) fn norm_at(&self, (start, _): (u32, u32)) -> f32 {
        let steps = self.section(TOKENS).get(start as usize).copied().unwrap_or(255);
        f32::from(steps.max(1)) / super::build::NORM_STEPS
    }

    /// The words that lie there.
    pub(crate) fn tokens_at(&self, (start, end): (u32, u32)) -> &'a [u8] {
        self.section(TOKENS).get(start as usize + 1..end as usize).unwrap_or_default()
    }

    fn slice(&self, offsets: usize, data: usize, at: u32) -> Option<&'a [u8]> {
        self.file.slice(offsets, data, at)
    }

    fn section(&self, section: usize) -> &'a [u8] {
        self.file.section(section)
    }
}

impl Posting<'_> {
    /// Bytes it takes.
    pub fn size(&self) -> usize {
        self.rows.len()
    }

    /// Whether its rows were kept; they are not where there are too many to be of use.
    pub fn is_listed(&self) -> bool {
        self.count as usize <= LIST_MAX
    }

    /// Calls `each` with every row, ascending; with none where they were not kept.
    #[inline]
    pub fn each(&self, mut each: impl FnMut(u32)) {
        let Some((first, rest)) = self.rows.split_first_chunk::<4>() else { return };
        let mut row = u32::from_le_bytes(*first);
        each(row);
        let Some((width, steps)) = rest.split_first() else { return };
        let mut step = |step: u32| {
            row = row.wrapping_add(step);
            each(row);
        };
        match width {
            1 => steps.iter().for_each(|a| step(u32::from(*a))),
            2 => steps.as_chunks::<2>().0.iter().for_each(|s| step(u32::from(u16::from_le_bytes(*s)))),
            3 => steps
                .as_chunks::<3>()
                .0
                .iter()
                .for_each(|[a, b, c]| step(u32::from_le_bytes([*a, *b, *c, 0]))),
            _ => steps.as_chunks::<4>().0.iter().for_each(|s| step(u32::from_le_bytes(*s))),
        }
    }
}

fn take_varint(at: &mut &[u8]) -> u32 {
    let (mut n, mut shift) = (0, 0);
    while let Some((b, rest)) = at.split_first() {
        *at = rest;
        n |= u32::from(b & 0x7f) << shift;
        if b & 0x80 == 0 {
            break;
        }
        shift = (shift + 7).min(28);
    }
    n
}

fn number(bytes: &[u8], at: usize) -> u32 {
    sections::number(bytes, at).unwrap_or_default()
}
