//! Audits of millions: a manifest in, for each row outcome, reason and match method, and one Merkle root.
//!
//! A row of the answer is `row,outcome,reason,match_method` and, where any row has some, `conditions`, `probability` (of a
//! row that was found by artist and title) and `was` (where only changes are asked for); rows count from 1. The leaf of a row is its line without the line break. Each recording is decided once,
//! however often it stands in the manifest; the rows only look up. It knows no threads and no files: the caller cuts
//! rows into chunks of [`CHUNK`] and puts the results back in order.

use std::collections::HashMap;
use std::fmt::Write as _;

use proof::Hash;
use proof::merkle::{Frontier, leaf_hash, node_hash};

use crate::answer::{Answer, Outcome, Question};
use crate::decide::{Prepared, Session};
use crate::index::Index;

/// Rows in a chunk: a power of two, so that a full chunk is a whole subtree.
pub const CHUNK: usize = 1 << 16;

/// How a row found its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Method {
    /// By nothing.
    None,
    /// By the recording's id.
    Id,
    /// By ISRC.
    Isrc,
    /// By the file's hash.
    FileHash,
    /// By ISCC.
    Iscc,
    /// By artist and title.
    ArtistTitle,
}

impl Method {
    const ALL: [Method; 6] =
        [Method::None, Method::Id, Method::Isrc, Method::FileHash, Method::Iscc, Method::ArtistTitle];

    /// Its stable word.
    pub const fn code(self) -> &'static str {
        match self {
            Method::None => "none",
            Method::Id => "id",
            Method::Isrc => "isrc",
            Method::FileHash => "file_hash",
            Method::Iscc => "iscc",
            Method::ArtistTitle => "artist_title",
        }
    }
}

/// One kind of answer, as it stands in a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kind {
    /// The outcome's code.
    pub outcome: &'static str,
    /// All reasons, the first being the one of the outcome, with semicolons between.
    pub reasons: String,
    /// What must be kept, with semicolons between.
    pub conditions: String,
}

/// What was found for every recording; a recording's kind is a place in `kinds`.
#[derive(Debug)]
pub struct Decided {
    /// The kinds that occur. The first is that of a row without a recording.
    pub kinds: Vec<Kind>,
    of: Vec<u16>,
}

/// Decides a range of recordings for one question; ranges may run side by side and are put together by [`join`].
pub fn decide_range(
    index: &Index,
    question: &Question<'_>,
    range: std::ops::Range<usize>,
) -> (Vec<Kind>, Vec<u16>) {
    let prepared = index.prepare(question);
    let (mut session, mut answer) = (Session::default(), Answer::default());
    let mut known: HashMap<(Outcome, u16, u32), u16> = HashMap::new();
    let (mut kinds, mut of) = (Vec::new(), Vec::with_capacity(range.len()));
    for number in range {
        index.decide_recording(&prepared, u32::try_from(number).ok(), &mut session, &mut answer);
        of.push(kind_of(index, &prepared, &answer, &mut known, &mut kinds));
    }
    (kinds, of)
}

fn kind_of(
    index: &Index,
    q: &Prepared<'_>,
    answer: &Answer,
    known: &mut HashMap<(Outcome, u16, u32), u16>,
    kinds: &mut Vec<Kind>,
) -> u16 {
    let conditional = answer.outcome == Outcome::PermitIf;
    let key = (answer.outcome, answer.reasons.0, 0);
    if !conditional && let Some(found) = known.get(&key) {
        return *found;
    }
    let conditions = if conditional { index.conditions_of(q, answer).join(";") } else { String::new() };
    let reasons = match answer.outcome {
        Outcome::NeedsLicense => "NEEDS_LICENSE".to_owned(),
        _ if answer.needs_license => format!("{};NEEDS_LICENSE", answer.reasons.codes()),
        _ => answer.reasons.codes(),
    };
    let kind = Kind { outcome: answer.outcome.code(), reasons, conditions };
    let found = kinds.iter().position(|k| *k == kind).unwrap_or_else(|| {
        kinds.push(kind);
        kinds.len() - 1
    });
    let found = u16::try_from(found).unwrap_or(u16::MAX);
    if !conditional {
        known.insert(key, found);
    }
    found
}

/// Puts the ranges together, in their order.
pub fn join(index: &Index, question: &Question<'_>, ranges: Vec<(Vec<Kind>, Vec<u16>)>) -> Decided {
    let (mut session, mut answer) = (Session::default(), Answer::default());
    let prepared = index.prepare(question);
    index.decide_recording(&prepared, None, &mut session, &mut answer);
    let mut kinds = Vec::new();
    kind_of(index, &prepared, &answer, &mut HashMap::new(), &mut kinds);
    let mut of = Vec::with_capacity(index.recordings_len());
    for (some, numbers) in ranges {
        let places: Vec<u16> = some
            .into_iter()
            .map(|k| {
                let found = kinds.iter().position(|x| *x == k).unwrap_or_else(|| {
                    kinds.push(k);
                    kinds.len() - 1
                });
                u16::try_from(found).unwrap_or(0)
            })
            .collect();
        of.extend(numbers.into_iter().map(|n| places.get(usize::from(n)).copied().unwrap_or(0)));
    }
    Decided { kinds, of }
}

/// What became of one row: its kind, its chance and its method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    kind: u16,
    /// Of having found the right recording, in ten-thousandths; nothing where the name is exact.
    chance: u16,
    method: Method,
}

/// How a row found its recording: which, how, and with what chance of being right in ten-thousandths (10,000 where
/// the name is exact).
pub type Found = (u32, Method, u16);

/// The chance of an exact name.
pub const EXACT: u16 = 10_000;

/// Which columns stand behind the four that are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// `conditions`.
    pub conditions: bool,
    /// `probability`.
    pub probability: bool,
}

impl Decided {
    /// The row of a recording that was found in some way; `None` where it was not.
    pub fn row(&self, found: Option<Found>) -> Row {
        let row = |(n, method, chance): Found| Some(Row { kind: *self.of.get(n as usize)?, chance, method });
        found.and_then(row).unwrap_or(Row { kind: 0, chance: EXACT, method: Method::None })
    }

    /// What the row's recording was answered.
    pub fn kind(&self, row: Row) -> Option<&Kind> {
        self.kinds.get(usize::from(row.kind))
    }

    /// The columns that these rows need.
    pub fn columns(&self, rows: &[Row]) -> Columns {
        let used: std::collections::BTreeSet<u16> = rows.iter().map(|r| r.kind).collect();
        let conditions = |k: &u16| self.kinds.get(usize::from(*k)).is_some_and(|k| !k.conditions.is_empty());
        Columns {
            conditions: used.iter().any(conditions),
            probability: rows.iter().any(|r| r.method == Method::ArtistTitle),
        }
    }

    /// What stands behind the row number, for each kind and method.
    pub fn tails(&self, columns: Columns) -> Tails {
        let mut tails = Vec::new();
        for kind in &self.kinds {
            for method in Method::ALL {
                let mut tail = format!(",{},{},{}", kind.outcome, kind.reasons, method.code());
                if columns.conditions {
                    let _ = write!(tail, ",{}", quoted(&kind.conditions)); // writing into a string does not fail
                }
                tails.push(tail);
            }
        }
        Tails { tails, columns }
    }

    /// The rows whose answer is another than it was, with their number from 1 and what it was: as they stand in the file of
    /// changes, each a line without its break.
    pub fn changes(&self, rows: &[Row], before: &Decided, then: &[Row]) -> Vec<String> {
        let columns = self.columns(rows);
        let tails = self.tails(columns);
        let mut lines = Vec::new();
        for ((number, now), was) in (1_u64..).zip(rows).zip(then) {
            let (Some(kind), Some(old)) = (self.kind(*now), before.kind(*was)) else { continue };
            if kind == old {
                continue;
            }
            let mut line = Vec::new();
            tails.write(number, std::slice::from_ref(now), &mut line, None);
            let mut text = String::from_utf8_lossy(&line).trim_end().to_owned();
            let reason = if old.reasons.is_empty() { String::new() } else { format!(" {}", old.reasons) };
            let _ = write!(text, ",{}", quoted(&format!("{}{reason}", old.outcome))); // into a string, as above
            lines.push(text);
        }
        lines
    }
}

impl Row {
    /// How it found its recording.
    pub const fn method(self) -> Method {
        self.method
    }
}

impl Columns {
    /// The head of the answers.
    pub fn header(self) -> String {
        let mut head = "row,outcome,reason,match_method".to_owned();
        head.push_str(if self.conditions { ",conditions" } else { "" });
        head.push_str(if self.probability { ",probability" } else { "" });
        head
    }
}

/// The ends of lines, made once.
#[derive(Debug)]
pub struct Tails {
    tails: Vec<String>,
    columns: Columns,
}

impl Tails {
    /// Writes the rows of one chunk, the first having `number`, and gives the root of their leaves (and the
    /// leaves themselves where they are wanted).
    pub fn write(
        &self,
        number: u64,
        rows: &[Row],
        into: &mut Vec<u8>,
        leaves: Option<&mut Vec<Hash>>,
    ) -> Vec<Hash> {
        let mut hashes = Vec::with_capacity(rows.len());
        let mut digits = [0_u8; 20];
        for (number, row) in (number..).zip(rows) {
            let start = into.len();
            into.extend_from_slice(decimal(number, &mut digits));
            let tail = self.tails.get(usize::from(row.kind) * Method::ALL.len() + row.method as usize);
            into.extend_from_slice(tail.map_or(b"", |t| t.as_bytes()));
            if self.columns.probability {
                into.push(b',');
                if row.method == Method::ArtistTitle {
                    into.extend_from_slice(chance(row.chance).as_bytes());
                }
            }
            hashes.push(leaf_hash(into.get(start..).unwrap_or_default()));
            into.push(b'\n');
        }
        if let Some(leaves) = leaves {
            leaves.extend_from_slice(&hashes);
        }
        if rows.len() == CHUNK { vec![fold(hashes)] } else { hashes }
    }
}

/// A chance as a number between nought and one with four digits.
fn chance(parts: u16) -> String {
    format!("{}.{:04}", parts / EXACT, parts % EXACT)
}

/// The root over a manifest whose chunks were written in order.
#[derive(Debug, Default)]
pub struct Root {
    subtrees: Vec<Hash>,
    rest: Vec<Hash>,
}

impl Root {
    /// Adds what [`Tails::write`] gave for the next chunk; only the last may be short.
    pub fn push(&mut self, chunk: Vec<Hash>, rows: usize) {
        if rows == CHUNK { self.subtrees.extend(chunk) } else { self.rest = chunk }
    }

    /// The root over all rows.
    pub fn finish(self) -> Hash {
        let mut rest = Frontier::new();
        for leaf in &self.rest {
            rest.push(leaf);
        }
        // RFC 6962: a tree of whole subtrees and a rest is the tree over the subtrees with the rest as its last leaf.
        let mut above = Frontier::new();
        for subtree in &self.subtrees {
            above.push(subtree);
        }
        if !self.rest.is_empty() {
            above.push(&rest.root());
        }
        above.root()
    }
}

/// The root of a whole subtree: pairs are hashed until one is left.
fn fold(mut level: Vec<Hash>) -> Hash {
    while level.len() > 1 {
        level = level.chunks(2).map(|p| if let [a, b] = p { node_hash(a, b) } else { p[0] }).collect();
    }
    level.first().copied().unwrap_or_else(proof::merkle::empty_root)
}

fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1; // a 64-bit number has at most 20 digits
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[at..];
        }
    }
}

/// A field of CSV, in quotes where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_chunks_is_the_root_of_rows() {
        let decided = Decided {
            kinds: vec![Kind { outcome: "DENY", reasons: "SILENT".to_owned(), conditions: String::new() }],
            of: vec![0],
        };
        let tails = decided.tails(Columns::default());
        for count in [0, 1, 3, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5] {
            let rows = vec![decided.row(Some((0, Method::Isrc, EXACT))); count];
            let (mut root, mut leaves) = (Root::default(), Vec::new());
            for (place, chunk) in rows.chunks(CHUNK).enumerate() {
                let first = (place * CHUNK + 1) as u64;
                let mut text = Vec::new();
                root.push(tails.write(first, chunk, &mut text, Some(&mut leaves)), chunk.len());
            }
            assert_eq!(root.finish(), proof::merkle::root(&leaves), "{count}");
        }
    }

    #[test]
    fn a_row_reads_as_told() {
        let kind = Kind { outcome: "PERMIT_IF", reasons: String::new(), conditions: "fee=1,5 %".to_owned() };
        let decided = Decided { kinds: vec![kind], of: vec![0] };
        let mut text = Vec::new();
        let row = decided.row(None);
        assert_eq!(decided.columns(&[row]).header(), "row,outcome,reason,match_method,conditions");
        decided.tails(decided.columns(&[row])).write(9, &[row], &mut text, None);
        assert_eq!(String::from_utf8(text).unwrap(), "9,PERMIT_IF,,none,\"fee=1,5 %\"\n");
    }

    #[test]
    fn a_chance_and_what_was_stand_in_columns_of_their_own() {
        let kind = |outcome| Kind { outcome, reasons: String::new(), conditions: String::new() };
        let then = Decided { kinds: vec![kind("PERMIT")], of: vec![0, 0] };
        let now = Decided { kinds: vec![kind("PERMIT"), kind("DENY")], of: vec![0, 1] };
        let found = [Some((0, Method::Isrc, EXACT)), Some((1, Method::ArtistTitle, 9_312))];
        let rows = |d: &Decided| found.map(|f| d.row(f)).to_vec();
        assert_eq!(now.columns(&rows(&now)).header(), "row,outcome,reason,match_method,probability");
        assert_eq!(now.changes(&rows(&now), &then, &rows(&then)), ["2,DENY,,artist_title,0.9312,PERMIT"]);
        assert!(now.changes(&rows(&now), &now, &rows(&now)).is_empty());
        let mut text = Vec::new();
        now.tails(now.columns(&rows(&now))).write(1, &rows(&now), &mut text, None);
        assert_eq!(String::from_utf8(text).unwrap(), "1,PERMIT,,isrc,\n2,DENY,,artist_title,0.9312\n");
    }
}
