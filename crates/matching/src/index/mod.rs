//! The catalogue as one immutable piece of bytes, made to be memory-mapped and shared.
//!
//! ```text
//! header   magic `TNTMATCH`, format, rows, word bits, file length, one (offset, length) for each section,
//!          checksum of the contents, checksum of the header
//! sections pieces of three letters -> rows, words -> rows (both as offsets and row numbers, each as the step from the
//!          one before, all steps of a list in equally many bytes), length and folded words of each row,
//!          records as written, identifiers by hash, rarity of each piece, words with a letter less -> words
//! ```
//!
//! Opening looks at the header alone and copies nothing. Everything behind it is read with bounds checked, so
//! a damaged file gives wrong or missing candidates, never a fault; [`Index::verify`] reads it all and tells.

pub(crate) mod build;
mod read;

pub(crate) use build::canonical;
pub use build::{BuildError, Builder, build};
pub use read::{Index, OpenError, Posting};

/// One recording as it enters the index. Empty text and `None` are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Row<'a> {
    /// The catalogue's id, given back in verdicts.
    pub id: &'a str,
    /// Artist credit; several by `;`, `,`, `&`, `feat.`.
    pub artist: &'a str,
    /// Title, with its version in brackets or behind a dash where the source writes it so.
    pub title: &'a str,
    /// The version, where the source keeps it apart.
    pub version: &'a str,
    /// Album or release.
    pub album: &'a str,
    /// Label.
    pub label: &'a str,
    /// Seconds.
    pub duration_s: Option<u32>,
    /// ISRC.
    pub isrc: &'a str,
    /// Year.
    pub year: Option<u16>,
    /// MusicBrainz recording id.
    pub mbid: &'a str,
    /// The producer's own id, given before release.
    pub own_id: &'a str,
    /// Other names of the artists, by `;`: aliases, names in another script.
    pub aliases: &'a str,
}

/// A recording of the catalogue without other names of its artists.
impl<'a> From<&'a music::Recording> for Row<'a> {
    fn from(r: &'a music::Recording) -> Row<'a> {
        Row {
            id: r.id.as_str(),
            artist: &r.artist,
            title: &r.title,
            version: &r.version,
            album: &r.album,
            label: &r.label,
            duration_s: r.duration_s,
            isrc: r.isrc.as_ref().map_or("", |i| i.as_str()),
            year: r.year,
            mbid: r.mbid.as_ref().map_or("", |i| i.as_str()),
            own_id: r.own_id.as_ref().map_or("", |i| i.as_str()),
            aliases: "",
        }
    }
}

/// Begins every index file.
pub const MAGIC: &[u8; 8] = b"TNTMATCH";

/// The format written and read; another number is refused and the index built anew.
pub const FORMAT: u32 = 2;

pub(crate) const KIND: sections::Kind = sections::Kind { magic: MAGIC, format: FORMAT };

pub(crate) const SECTIONS: usize = 12;
pub(crate) const GRAM_OFFSETS: usize = 0;
pub(crate) const GRAM_ROWS: usize = 1;
pub(crate) const WORD_OFFSETS: usize = 2;
pub(crate) const WORD_ROWS: usize = 3;
pub(crate) const TOKEN_OFFSETS: usize = 4;
pub(crate) const TOKENS: usize = 5;
pub(crate) const RECORD_OFFSETS: usize = 6;
pub(crate) const RECORDS: usize = 7;
pub(crate) const IDENTIFIERS: usize = 8;
pub(crate) const GRAM_RARITIES: usize = 9;
pub(crate) const NEAR_OFFSETS: usize = 10;
pub(crate) const NEAR_WORDS: usize = 11;

/// Longest list of rows kept for a piece or word: a longer one tells too little to be read, so that its count is kept alone.
pub(crate) const LIST_MAX: usize = 16_384;

/// Bits of a near entry that name a bucket of words; the rest checks the spelling.
pub(crate) const BUCKET_BITS: u32 = 22;

/// What a folded word of a row belongs to; three bits in its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Field {
    /// First word of a main artist.
    Artist = 0,
    /// Further word of the artist before it.
    More = 1,
    /// Title.
    Title = 2,
    /// Version.
    Version = 3,
    /// First word of an artist who may go unnamed: featured, remixer.
    Guest = 4,
    /// First word of another name of an artist.
    Alias = 5,
}

impl Field {
    pub(crate) const fn from_bits(bits: u8) -> Field {
        match bits {
            0 => Field::Artist,
            1 => Field::More,
            2 => Field::Title,
            3 => Field::Version,
            4 => Field::Guest,
            _ => Field::Alias,
        }
    }
}

/// Sixteenths of a nat in one step of a stored rarity.
pub(crate) const RARITY_STEPS: f32 = 16.0;

/// A catalogue is taken to be at least this large when rarity is told: a small house's twenty rows do not make
/// an artist's name common. Five thousand keeps the hard lines of the museum right on catalogues of a few rows.
pub(crate) const ROWS_AT_LEAST: u32 = 5_000;

/// Rarity of what stands in `df` of `rows` rows, in stored steps: `16 · ln(rows / df)`.
pub(crate) fn rarity(rows: u32, df: u32) -> u8 {
    let nats = (f64::from(rows.max(ROWS_AT_LEAST)) / f64::from(df.max(1))).ln().max(0.0) as f32;
    (nats * RARITY_STEPS).round().clamp(1.0, 255.0) as u8
}

/// Shortest word whose near spellings are kept.
pub(crate) const NEAR_LEAST: usize = 3;

/// Calls `each` with the hash of a word and of the word with each one letter left out, all different.
pub(crate) fn near_spellings(word: &[u8], mut each: impl FnMut(u32)) {
    each(crate::fold::hash(word));
    let mut short = [0_u8; crate::fold::WORD_MAX];
    let Some(short) = word.len().checked_sub(1).and_then(|len| short.get_mut(..len)) else { return };
    short.copy_from_slice(&word[1..]);
    each(crate::fold::hash(short));
    for i in 0..short.len() {
        // the letter left out moves on by one; a double letter gives the same word twice
        if short[i] != word[i] {
            short[i] = word[i];
            each(crate::fold::hash(short));
        }
    }
}

/// The part of a spelling's hash that a near entry keeps, where it stands in the entry.
pub(crate) fn near_check(spelling: u32) -> u32 {
    (spelling >> BUCKET_BITS) << BUCKET_BITS
}

/// What an identifier is of; enters its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum IdKind {
    Row = b'r',
    Isrc = b'i',
    Mbid = b'm',
    Own = b'o',
}

/// An identifier without hyphens, blanks and case.
pub(crate) fn bare(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

pub(crate) fn id_hash(kind: IdKind, id: &str) -> u32 {
    let mut bytes = vec![kind as u8];
    if kind == IdKind::Row {
        bytes.extend(id.bytes())
    } else {
        bytes.extend(bare(id).bytes())
    }
    crate::fold::hash(&bytes)
}
