//! Building an index: rows in, bytes out.

use super::*;
use crate::fold::{self, Folded, GRAMS, WORD_MAX};
use crate::parse::{self, Role, Span};
use std::collections::HashSet;

/// Why an index could not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A section would pass four gigabytes.
    #[error("the catalogue is too large for one index ({rows} rows); split it")]
    TooLarge {
        /// Rows given.
        rows: usize,
    },
}

/// Builds an index from all rows at once.
pub fn build<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> Result<Vec<u8>, BuildError> {
    let mut builder = Builder::default();
    for row in rows {
        builder.push(&row);
    }
    builder.finish()
}

/// Takes rows one by one; the order in is the order of row numbers.
#[derive(Debug, Default)]
pub struct Builder {
    records: Vec<u8>,
    record_offsets: Vec<u32>,
    tokens: Vec<u8>,
    token_offsets: Vec<u32>,
    identifiers: Vec<(u32, u32)>,
    overflow: bool,
    folded: Folded,
}

impl Builder {
    /// Rows so far.
    pub fn len(&self) -> usize {
        self.record_offsets.len()
    }

    /// Whether nothing was pushed yet.
    pub fn is_empty(&self) -> bool {
        self.record_offsets.is_empty()
    }

    /// Adds a recording. Fields longer than [`parse::LINE_MAX`] bytes are cut.
    pub fn push(&mut self, row: &Row<'_>) {
        let number = self.record_offsets.len() as u32;
        self.overflow |=
            self.records.len() > u32::MAX as usize - 65_536 || self.tokens.len() > u32::MAX as usize - 65_536;
        if self.overflow {
            return;
        }
        self.record_offsets.push(self.records.len() as u32);
        self.token_offsets.push(self.tokens.len() as u32);
        self.tokens.push(0); // room for the length of its vector
        for text in [
            row.id,
            row.artist,
            row.title,
            row.version,
            row.album,
            row.label,
            row.isrc,
            row.mbid,
            row.own_id,
            row.aliases,
        ] {
            let text = parse::cut(text, parse::LINE_MAX);
            varint(&mut self.records, text.len() as u32);
            self.records.extend_from_slice(text.as_bytes());
        }
        varint(&mut self.records, row.duration_s.map_or(0, |s| s.saturating_add(1)));
        varint(&mut self.records, row.year.map_or(0, |y| u32::from(y).saturating_add(1)));
        for (kind, id) in [
            (IdKind::Row, row.id),
            (IdKind::Isrc, row.isrc),
            (IdKind::Mbid, row.mbid),
            (IdKind::Own, row.own_id),
        ] {
            if !id.is_empty() {
                self.identifiers.push((id_hash(kind, id), number));
            }
        }
        self.fold_row(row);
    }

    /// Writes the index.
    pub fn finish(mut self) -> Result<Vec<u8>, BuildError> {
        let rows = self.record_offsets.len();
        if self.overflow || rows >= u32::MAX as usize {
            return Err(BuildError::TooLarge { rows });
        }
        self.record_offsets.push(self.records.len() as u32);
        self.token_offsets.push(self.tokens.len() as u32);
        self.identifiers.sort_unstable();
        // four buckets a row, so that a word seldom shares one with another
        let word_bits = (rows.max(1) as u32)
            .saturating_mul(3)
            .next_power_of_two()
            .trailing_zeros()
            .clamp(10, BUCKET_BITS);
        let word_mask = (1_u32 << word_bits) - 1;
        let words = self.postings(1 << word_bits, |word, each| each((fold::hash(word) & word_mask) as usize));
        let grams = self.postings(GRAMS, |word, each| fold::grams(word, each));
        let (word_rarity, gram_rarity) = (words.rarities(rows), grams.rarities(rows));
        self.norms(&word_rarity, word_mask, &gram_rarity);
        let (near_offsets, near_words) = self.near(word_mask);
        let identifiers: Vec<u8> =
            self.identifiers.iter().flat_map(|(hash, row)| pair(*hash, *row)).collect();
        let parts = [
            sections::words(&grams.offsets),
            grams.bytes,
            sections::words(&words.offsets),
            words.bytes,
            sections::words(&self.token_offsets),
            self.tokens,
            sections::words(&self.record_offsets),
            self.records,
            identifiers,
            gram_rarity,
            near_offsets,
            near_words,
        ];
        if parts.iter().any(|s| s.len() > u32::MAX as usize) {
            return Err(BuildError::TooLarge { rows });
        }
        Ok(sections::write(KIND, [rows as u32, word_bits, 0], &parts))
    }

    /// Folds a row's names and title into its words, rarity left open.
    fn fold_row(&mut self, row: &Row<'_>) {
        let title = parse::cut(row.title, parse::LINE_MAX);
        let artist = parse::cut(row.artist, parse::LINE_MAX);
        let (base, versions, guests) = parse::versions(title, Span { start: 0, end: title.len() });
        let mut names: Vec<(Vec<u8>, Folded, Field)> = Vec::new();
        let authors: Vec<Vec<u8>> = versions.iter().map(|v| Folded::new(v.text.of(title)).letters).collect();
        let mut add = |text: &str, field: Field| {
            let folded = Folded::new(text);
            let known = names.iter().any(|(letters, ..)| *letters == folded.letters);
            if !folded.words.is_empty() && !known && names.len() < 12 {
                let author = field == Field::Artist
                    && !names.is_empty()
                    && authors.iter().any(|a| within(a, &folded.letters));
                names.push((folded.letters.clone(), folded, if author { Field::Guest } else { field }));
            }
        };
        for credit in parse::artists(artist, Span { start: 0, end: artist.len() }) {
            add(
                credit.name.of(artist),
                if credit.role == Role::Featured { Field::Guest } else { Field::Artist },
            );
        }
        for guest in guests {
            add(guest.name.of(title), Field::Guest);
        }
        for alias in parse::cut(row.aliases, parse::LINE_MAX).split(';') {
            add(alias, Field::Alias);
        }
        for (_, folded, field) in names {
            let words = folded.words.iter().enumerate();
            words.for_each(|(i, w)| self.token(if i == 0 { field } else { Field::More }, folded.word(w)));
        }
        self.fold_field(base.of(title), Field::Title);
        for part in versions.iter().rev() {
            self.fold_field(part.text.of(title), Field::Version);
        }
        self.fold_field(parse::cut(row.version, parse::LINE_MAX), Field::Version);
    }

    fn fold_field(&mut self, text: &str, field: Field) {
        let mut folded = std::mem::take(&mut self.folded);
        folded.clear();
        folded.push(text, 0);
        for w in folded.words.iter().take(60) {
            self.token(field, folded.word(w));
        }
        self.folded = folded;
    }

    fn token(&mut self, field: Field, word: &[u8]) {
        let word = &word[..word.len().min(WORD_MAX)];
        let word = if field == Field::Version { canonical(word) } else { word };
        self.tokens.extend([(field as u8) << 5 | word.len() as u8, 0]);
        self.tokens.extend_from_slice(word);
    }

    /// Rows by piece: counted, then filled, so that memory is four bytes for each posting.
    fn postings(&self, buckets: usize, pieces: impl Fn(&[u8], &mut dyn FnMut(usize))) -> Postings {
        let mut counts = vec![0_u32; buckets];
        let mut last = vec![u32::MAX; buckets];
        self.each_word(|row, word, _| {
            pieces(word, &mut |b| {
                if last[b] != row {
                    last[b] = row;
                    counts[b] += 1;
                }
            })
        });
        let mut starts = vec![0_usize; buckets + 1];
        for b in 0..buckets {
            starts[b + 1] = starts[b] + counts[b] as usize;
        }
        let mut rows = vec![0_u32; starts[buckets]];
        let mut next = starts.clone();
        last.fill(u32::MAX);
        self.each_word(|row, word, _| {
            pieces(word, &mut |b| {
                if last[b] != row {
                    last[b] = row;
                    rows[next[b]] = row;
                    next[b] += 1;
                }
            })
        });
        let mut bytes = Vec::with_capacity(rows.len() * 2);
        let mut offsets = Vec::with_capacity(buckets + 1);
        for b in 0..buckets {
            offsets.push(bytes.len() as u32);
            list(&mut bytes, &rows[starts[b]..starts[b + 1]]);
        }
        offsets.push(bytes.len() as u32);
        Postings { counts, offsets, bytes }
    }

    /// Each word by itself and with any one letter left out, so that a mistyped one is found by the spellings they share.
    fn near(&self, word_mask: u32) -> (Vec<u8>, Vec<u8>) {
        let mut seen = HashSet::new();
        let mut entries: Vec<(u32, u32)> = Vec::new();
        self.each_word(|_, word, _| {
            let own = fold::hash(word);
            if word.len() >= NEAR_LEAST && !word.iter().all(u8::is_ascii_digit) && seen.insert(own) {
                near_spellings(word, |spelling| entries.push((spelling, own & word_mask)));
            }
        });
        drop(seen);
        let bits = (entries.len() as u32 / 2).next_power_of_two().trailing_zeros().clamp(4, 24);
        let bucket = |spelling: u32| spelling & ((1 << bits) - 1);
        entries.sort_unstable_by_key(|(spelling, word)| (bucket(*spelling), *spelling, *word));
        entries.dedup();
        let mut offsets = Vec::with_capacity((1 << bits) + 1);
        for (at, (spelling, _)) in entries.iter().enumerate() {
            while offsets.len() <= bucket(*spelling) as usize {
                offsets.push(at as u32 * 4);
            }
        }
        offsets.resize((1 << bits) + 1, entries.len() as u32 * 4);
        let words = entries.iter().flat_map(|(s, word)| (near_check(*s) | word).to_le_bytes()).collect();
        (sections::words(&offsets), words)
    }

    fn each_word(&self, mut each: impl FnMut(u32, &[u8], usize)) {
        for (row, ends) in self.token_offsets.windows(2).enumerate() {
            let mut at = ends[0] as usize + 1;
            while at < ends[1] as usize {
                let len = usize::from(self.tokens[at] & 31);
                each(row as u32, &self.tokens[at + 2..at + 2 + len], at + 1);
                at += 2 + len;
            }
        }
    }

    /// Length of each row's vector, and on the way the rarity beside each of its words.
    fn norms(&mut self, words: &[u8], word_mask: u32, grams: &[u8]) {
        let mut squares = vec![0.0_f32; self.token_offsets.len() - 1];
        let mut places = Vec::with_capacity(self.tokens.len() / 6);
        let square = |r: u8| (f32::from(r) / RARITY_STEPS).powi(2);
        self.each_word(|row, word, at| {
            let rarity = words[(fold::hash(word) & word_mask) as usize];
            places.push((at, rarity));
            squares[row as usize] += square(rarity);
            fold::grams(word, |g| squares[row as usize] += square(grams[g]));
        });
        for (at, rarity) in places {
            self.tokens[at] = rarity;
        }
        for (square, at) in squares.into_iter().zip(&self.token_offsets) {
            self.tokens[*at as usize] = (square.sqrt() * NORM_STEPS).round().clamp(1.0, 255.0) as u8;
        }
    }
}

/// Steps of a stored norm in one unit.
pub(crate) const NORM_STEPS: f32 = 2.0;

/// A version word in its usual spelling: `rmx` is `remix`.
pub(crate) fn canonical(word: &[u8]) -> &[u8] {
    match crate::version::class_of(word) {
        Some(class) if !matches!(class, crate::version::Class::Rework | crate::version::Class::Intro) => {
            class.word().as_bytes()
        }
        _ => word,
    }
}

fn within(whole: &[u8], part: &[u8]) -> bool {
    part.len() >= 3 && memchr::memmem::find(whole, part).is_some()
}

struct Postings {
    counts: Vec<u32>,
    offsets: Vec<u32>,
    bytes: Vec<u8>,
}

impl Postings {
    fn rarities(&self, rows: usize) -> Vec<u8> {
        self.counts.iter().map(|df| rarity(rows as u32, *df)).collect()
    }
}

/// How many rows, then the first, the width of a step in bytes, and the steps; the count alone where there are too many.
fn list(bytes: &mut Vec<u8>, rows: &[u32]) {
    let Some(first) = rows.first() else { return };
    varint(bytes, rows.len() as u32);
    if rows.len() > LIST_MAX {
        return;
    }
    bytes.extend(first.to_le_bytes());
    let steps = || rows.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(widest) = steps().max() else { return };
    let width = 4 - widest.leading_zeros() as usize / 8;
    bytes.push(width as u8);
    steps().for_each(|step| bytes.extend(&step.to_le_bytes()[..width]));
}

fn varint(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn pair(a: u32, b: u32) -> [u8; 8] {
    let (a, b) = (a.to_le_bytes(), b.to_le_bytes());
    [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]]
}
