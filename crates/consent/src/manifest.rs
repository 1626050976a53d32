//! The manifest of an audit: CSV or NDJSON rows that name recordings, resolved in one pass.
//!
//! Columns, whatever their case and order: `recording` (or `id`), `isrc`, `file_hash` (or `sha256`), `iscc`,
//! `artist` with `title`. The first that finds a recording, in this order, is the match method. A file of bare
//! ISRCs needs no header. Blank lines are no rows. Artist and title are found letter for letter, or by whoever
//! is handed in to find them, with the chance of being right.

use music::Problem;

use crate::audit::{Decided, EXACT, Found, Method, Row};
use crate::index::{Index, pack_isrc};

/// A manifest with its columns found.
#[derive(Debug)]
pub struct Manifest<'a> {
    rows: &'a [u8],
    shape: Shape,
}

#[derive(Debug, Clone)]
enum Shape {
    /// Objects, one a line.
    Ndjson,
    /// Fields with a sign between; what the columns are.
    Csv { between: u8, columns: Vec<Option<Column>>, quotes: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Recording,
    Isrc,
    FileHash,
    Iscc,
    Artist,
    Title,
}

impl Column {
    fn named(name: &str) -> Option<Column> {
        match name.trim().to_ascii_lowercase().as_str() {
            "recording" | "recording_id" | "id" => Some(Column::Recording),
            "isrc" => Some(Column::Isrc),
            "file_hash" | "sha256" | "hash" => Some(Column::FileHash),
            "iscc" => Some(Column::Iscc),
            "artist" => Some(Column::Artist),
            "title" => Some(Column::Title),
            _ => None,
        }
    }
}

/// Finds a recording by artist and title, with the chance of being right in ten-thousandths.
pub type ByTitle<'a> = dyn Fn(&str, &str) -> Option<(u32, u16)> + 'a;

/// What one row says, by column.
type Fields<'a> = [&'a str; 6];

impl<'a> Manifest<'a> {
    /// Finds out what the bytes are.
    ///
    /// # Errors
    /// `manifest-header` where no column is known.
    pub fn open(bytes: &'a [u8]) -> Result<Manifest<'a>, Problem> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.trim_ascii_start().first() == Some(&b'{') {
            return Ok(Manifest { rows: bytes, shape: Shape::Ndjson });
        }
        let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
        let (head, rest) = bytes.split_at(end);
        let between = *b",;\t".iter().max_by_key(|s| head.iter().filter(|b| b == s).count()).unwrap_or(&b',');
        let quotes = bytes.contains(&b'"');
        let names = fields(head, between);
        if names.first().is_some_and(|n| pack_isrc(n.trim().as_bytes()).is_some()) {
            let columns = vec![Some(Column::Isrc)];
            return Ok(Manifest { rows: bytes, shape: Shape::Csv { between, columns, quotes } });
        }
        let columns: Vec<_> = names.iter().map(|n| Column::named(n)).collect();
        let has = |c| columns.contains(&Some(c));
        let by_sign = [Column::Recording, Column::Isrc, Column::FileHash, Column::Iscc].into_iter().any(has);
        let by_title = has(Column::Artist) && has(Column::Title);
        if !by_sign && !by_title {
            return Err(Problem::new(
                "manifest-header",
                1,
                "the manifest has no column that names recordings",
                "the first row names the columns: any of `isrc`, `recording`, `file_hash`, `iscc`, or `artist` with `title`",
            ));
        }
        Ok(Manifest { rows: rest, shape: Shape::Csv { between, columns, quotes } })
    }

    /// The rows in about as many parts as wanted, in order; each can be resolved by itself.
    pub fn parts(&self, wanted: usize) -> Vec<&'a [u8]> {
        if matches!(self.shape, Shape::Csv { quotes: true, .. }) {
            return vec![self.rows]; // a line break may stand in quotes
        }
        let (mut parts, mut rest) = (Vec::new(), self.rows);
        let size = self.rows.len() / wanted.max(1) + 1;
        while rest.len() > size {
            let Some(end) = rest.iter().skip(size).position(|b| *b == b'\n') else { break };
            let (part, later) = rest.split_at(size + end + 1); // found within the rest
            parts.push(part);
            rest = later;
        }
        parts.push(rest);
        parts
    }

    /// Whether rows may name recordings by artist and title.
    pub fn has_titles(&self) -> bool {
        match &self.shape {
            Shape::Ndjson => self
                .rows
                .windows(8)
                .any(|w| w.eq_ignore_ascii_case(b"\"title\":") || w.eq_ignore_ascii_case(b"\"title\" ")),
            Shape::Csv { columns, .. } => columns.contains(&Some(Column::Title)),
        }
    }

    /// The answers for the rows of a part.
    pub fn resolve(
        &self,
        part: &[u8],
        index: &Index,
        decided: &Decided,
        by_title: Option<&ByTitle<'_>>,
    ) -> Vec<Row> {
        let mut rows = Vec::with_capacity(part.len() / 13);
        self.each(part, index, by_title, &mut |found| rows.push(decided.row(found)));
        rows
    }

    /// What the rows of a part name, row by row.
    pub fn found(&self, part: &[u8], index: &Index, by_title: Option<&ByTitle<'_>>) -> Vec<Option<Found>> {
        let mut rows = Vec::new();
        self.each(part, index, by_title, &mut |found| rows.push(found));
        rows
    }

    fn each(
        &self,
        part: &[u8],
        index: &Index,
        by_title: Option<&ByTitle<'_>>,
        tell: &mut impl FnMut(Option<Found>),
    ) {
        match &self.shape {
            Shape::Ndjson => {
                for line in part.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()) {
                    tell(from_json(line, index, by_title));
                }
            }
            Shape::Csv { columns, .. } if columns.as_slice() == [Some(Column::Isrc)] => {
                for line in part.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|l| !l.is_empty()) {
                    let bare = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")).unwrap_or(line);
                    let found = pack_isrc(bare).and_then(|code| index.by_isrc(code));
                    tell(found.map(|n| (n, Method::Isrc, EXACT)));
                }
            }
            Shape::Csv { between, columns, quotes } => {
                for line in lines(part, *quotes).filter(|l| !l.trim_ascii().is_empty()) {
                    let texts = fields(line, *between);
                    let mut told: Fields<'_> = [""; 6];
                    for (column, text) in columns.iter().zip(&texts) {
                        if let Some(column) = column {
                            told[*column as usize] = text.trim(); // six columns, six places
                        }
                    }
                    tell(find(told, index, by_title));
                }
            }
        }
    }
}

fn find(
    [recording, isrc, file_hash, iscc, artist, title]: Fields<'_>,
    index: &Index,
    by_title: Option<&ByTitle<'_>>,
) -> Option<Found> {
    let by = |text: &str, method, found: &dyn Fn(&str) -> Option<u32>| {
        if text.is_empty() { None } else { found(text).map(|n| (n, method, EXACT)) }
    };
    let titled = || match by_title {
        _ if title.is_empty() => None,
        Some(matcher) => matcher(artist, title).map(|(n, chance)| (n, Method::ArtistTitle, chance)),
        None => by(title, Method::ArtistTitle, &|t| index.by_title(artist, t)),
    };
    by(isrc, Method::Isrc, &|t| index.by_isrc(pack_isrc(t.as_bytes())?))
        .or_else(|| by(recording, Method::Id, &|t| index.recording(t)))
        .or_else(|| by(file_hash, Method::FileHash, &|t| index.by_file_hash(t)))
        .or_else(|| by(iscc, Method::Iscc, &|t| index.by_iscc(t)))
        .or_else(titled)
}

fn from_json(line: &[u8], index: &Index, by_title: Option<&ByTitle<'_>>) -> Option<Found> {
    let value: serde_json::Value = serde_json::from_slice(line).ok()?;
    let mut told: Fields<'_> = [""; 6];
    for (name, field) in value.as_object()? {
        if let (Some(column), Some(text)) = (Column::named(name), field.as_str()) {
            told[column as usize] = text.trim(); // six columns, six places
        }
    }
    find(told, index, by_title)
}

/// Lines; a break in quotes is part of its field.
fn lines(part: &[u8], quotes: bool) -> impl Iterator<Item = &[u8]> {
    let mut inside = false;
    part.split(move |b| {
        inside ^= quotes && *b == b'"';
        *b == b'\n' && !inside
    })
}

/// The fields of a CSV line, quotes taken off; bytes that are no UTF-8 become replacement characters.
fn fields(line: &[u8], between: u8) -> Vec<String> {
    let mut list = vec![Vec::new()];
    let (mut inside, mut bytes) = (false, line.trim_ascii_end().iter().peekable());
    while let Some(byte) = bytes.next() {
        let Some(last) = list.last_mut() else { break };
        match byte {
            b'"' if inside && bytes.peek() == Some(&&b'"') => {
                bytes.next();
                last.push(b'"');
            }
            b'"' => inside = !inside,
            b if *b == between && !inside => list.push(Vec::new()),
            b => last.push(*b),
        }
    }
    list.into_iter().map(|f| String::from_utf8_lossy(&f).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::read_line;
    use crate::{Asked, Builder, Question, Use, audit};

    fn world() -> Index {
        let mut builder = Builder::default();
        let hash = "ab".repeat(32);
        for text in [
            r#"{"type":"recording","id":"r1","isrc":"DEA122600001","artist":"Mira Feld","title":"Undertow","iscc":"ISCC:KAA"}"#.to_owned(),
            format!(r#"{{"type":"recording","id":"r2","isrc":"DEA122600002","file_hash":"{hash}"}}"#),
        ] {
            builder.push(1, &read_line(1, text.as_bytes()).unwrap().unwrap()).unwrap();
        }
        builder.finish()
    }

    fn methods(manifest: &str) -> String {
        let index = world();
        let q = Question::new(
            Asked::Recording(""),
            Use::IndexSearch,
            "x",
            "2026-11-01".parse().unwrap(),
            "FR".parse().unwrap(),
        );
        let decided =
            audit::join(&index, &q, vec![audit::decide_range(&index, &q, 0..index.recordings_len())]);
        let manifest = Manifest::open(manifest.as_bytes()).unwrap();
        let mut text = Vec::new();
        for part in manifest.parts(3) {
            let tails = decided.tails(audit::Columns::default());
            tails.write(1, &manifest.resolve(part, &index, &decided, None), &mut text, None);
        }
        let text = String::from_utf8(text).unwrap();
        text.lines().map(|l| l.rsplit(',').next().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_way_to_name_a_recording_is_understood() {
        assert_eq!(methods("isrc\nDEA122600001\n\nde-a12-26-00002\r\nXXA122600001\n"), "isrc isrc none");
        assert_eq!(methods("DEA122600001\nnonsense"), "isrc none");
        let hash = "AB".repeat(32);
        assert_eq!(
            methods(&format!("n;Title;ARTIST;sha256\n1;\"under\ntow\";x;{hash}\n2;UNDERTOW;mira feld;\n")),
            "file_hash artist_title"
        );
        assert_eq!(methods("{\"iscc\":\"KAA\"}\n{\"id\":\"r2\"}\n{bad\n"), "iscc id none");
        assert_eq!(methods("{\"ISCC\":\"iscc:kaa\"}"), "iscc");
        assert!(
            Manifest::open(b"{\"title\": 1}").unwrap().has_titles()
                && !Manifest::open(b"{}").unwrap().has_titles()
        );
        assert!(Manifest::open(b"a,b\n1,2\n").is_err() && Manifest::open(b"").is_err());
    }
}
