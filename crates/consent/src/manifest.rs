//! The manifest of an audit: CSV or NDJSON rows that name recordings, resolved in one pass.
//!
//! Columns, whatever their case and order and whether words are parted by spaces, hyphens or underscores: `isrc`,
//! `recording` (or `id`), `file_hash` (or `sha256`), `iscc`, `artist` with `title`, and what others call them. The first
//! that finds a recording, in this order, is the match method; of two columns of one name the first that holds something
//! counts. A file of bare ISRCs needs no header. Blank lines are no rows. Artist and title are found letter for letter,
//! or by whoever is handed in to find them, with the chance of being right.
//!
//! A quotation mark quotes only where a field begins (RFC 4180), so that `12" Mix` costs no other row; between tabs a
//! quoted field ends with its line.

use std::borrow::Cow;

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
    /// ISRCs and nothing else, one a line.
    Isrcs,
    /// Fields with a sign between; what the columns are.
    Csv { signs: Signs, columns: Vec<Option<Column>> },
}

/// What parts fields, and whether quotation marks stand around some.
#[derive(Debug, Clone, Copy)]
struct Signs {
    between: u8,
    quotes: bool,
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

/// What columns are called, here and elsewhere.
const NAMES: [(&str, Column); 30] = [
    ("isrc", Column::Isrc),
    ("isrc_code", Column::Isrc),
    ("recording_isrc", Column::Isrc),
    ("track_isrc", Column::Isrc),
    ("recording", Column::Recording),
    ("recording_id", Column::Recording),
    ("id", Column::Recording),
    ("file_hash", Column::FileHash),
    ("filehash", Column::FileHash),
    ("sha256", Column::FileHash),
    ("sha_256", Column::FileHash),
    ("hash", Column::FileHash),
    ("file_sha256", Column::FileHash),
    ("sha256_hash", Column::FileHash),
    ("iscc", Column::Iscc),
    ("iscc_code", Column::Iscc),
    ("artist", Column::Artist),
    ("artist_name", Column::Artist),
    ("artists", Column::Artist),
    ("track_artist", Column::Artist),
    ("main_artist", Column::Artist),
    ("display_artist", Column::Artist),
    ("performer", Column::Artist),
    ("title", Column::Title),
    ("track", Column::Title),
    ("track_title", Column::Title),
    ("track_name", Column::Title),
    ("recording_title", Column::Title),
    ("song", Column::Title),
    ("song_title", Column::Title),
];

impl Column {
    fn named(name: &str) -> Option<Column> {
        let name = name.trim().as_bytes();
        NAMES.iter().find(|(known, _)| alike(known.as_bytes(), name)).map(|(_, column)| *column)
    }
}

/// Whether a name is a known one but for case and what parts its words.
fn alike(known: &[u8], name: &[u8]) -> bool {
    let same = |(a, b): (&u8, &u8)| match a {
        b'_' => b"_- ".contains(b),
        a => a.eq_ignore_ascii_case(b),
    };
    known.len() == name.len() && known.iter().zip(name).all(same)
}

/// Whether a column of this name is read.
pub fn reads_column(name: &str) -> bool {
    Column::named(name).is_some()
}

/// The bytes of a manifest as it is read: UTF-16 with its mark becomes UTF-8, and lines that end as on an old Macintosh
/// end as everywhere. Anything else stays as it is.
pub fn plain(bytes: Vec<u8>) -> Vec<u8> {
    let order: Option<fn([u8; 2]) -> u16> = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some(u16::from_le_bytes),
        Some([0xfe, 0xff]) => Some(u16::from_be_bytes),
        _ => None,
    };
    let mut bytes = match order {
        None => bytes,
        Some(order) => {
            let (pairs, _) = bytes.get(2..).unwrap_or_default().as_chunks::<2>();
            let text = char::decode_utf16(pairs.iter().map(|p| order(*p)));
            text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes()
        }
    };
    if memchr::memchr(b'\n', &bytes).is_none() {
        bytes.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
    }
    bytes
}

/// Finds a recording by artist and title, with the chance of being right in ten-thousandths.
pub type ByTitle<'a> = dyn Fn(&str, &str) -> Option<(u32, u16)> + 'a;

/// What one row says, by column.
type Fields<'a> = [Cow<'a, str>; 6];

impl<'a> Manifest<'a> {
    /// Finds out what the bytes are.
    ///
    /// # Errors
    /// `manifest-header` where no column is known.
    pub fn open(bytes: &'a [u8]) -> Result<Manifest<'a>, Problem> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if bytes.first() == Some(&b'{') {
            return Ok(Manifest { rows: bytes, shape: Shape::Ndjson });
        }
        let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let head = bytes.get(..end).unwrap_or_default();
        // Of signs that stand equally often the comma counts.
        let between = *b"\t;,".iter().max_by_key(|s| head.iter().filter(|b| b == s).count()).unwrap_or(&b',');
        let signs = Signs { between, quotes: memchr::memchr(b'"', bytes).is_some() };
        let mut fields = Vec::new();
        let rest = row(bytes, signs, &mut fields);
        let names: Vec<Cow<'_, str>> = fields.iter().map(|f| text(f)).collect();
        if names.first().is_some_and(|n| isrc(n.as_bytes()).is_some()) {
            let columns = vec![Some(Column::Isrc)];
            let shape = if names.len() == 1 { Shape::Isrcs } else { Shape::Csv { signs, columns } };
            return Ok(Manifest { rows: bytes, shape });
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
        let lone = columns.as_slice() == [Some(Column::Isrc)];
        Ok(Manifest { rows: rest, shape: if lone { Shape::Isrcs } else { Shape::Csv { signs, columns } } })
    }

    /// The rows in about as many parts as wanted, in order; each can be resolved by itself.
    pub fn parts(&self, wanted: usize) -> Vec<&'a [u8]> {
        let (mut parts, mut rest) = (Vec::new(), self.rows);
        let size = self.rows.len() / wanted.max(1) + 1;
        while rest.len() > size {
            let Some(end) = self.row_end_after(rest, size) else { break };
            let (part, later) = rest.split_at(end);
            parts.push(part);
            rest = later;
        }
        parts.push(rest);
        parts
    }

    /// The first end of a row at or behind a place.
    fn row_end_after(&self, bytes: &[u8], place: usize) -> Option<usize> {
        if let Shape::Csv { signs: signs @ Signs { quotes: true, .. }, .. } = &self.shape {
            // A line break may stand in quotes, so that ends are known from the beginning only.
            let mut rest = bytes;
            while !rest.is_empty() && bytes.len() - rest.len() <= place {
                rest = after_row(rest, *signs);
            }
            return Some(bytes.len() - rest.len());
        }
        let end = memchr::memchr(b'\n', bytes.get(place..)?)?;
        Some(place + end + 1)
    }

    /// Whether rows may name recordings by artist and title.
    pub fn has_titles(&self) -> bool {
        match &self.shape {
            Shape::Isrcs => false,
            Shape::Ndjson => {
                let mut rest = self.rows;
                while let Some(at) = memchr::memchr(b'"', rest) {
                    rest = rest.get(at + 1..).unwrap_or_default();
                    let titled = |(known, column): &(&str, Column)| {
                        let key = rest.get(..known.len()).filter(|_| rest.get(known.len()) == Some(&b'"'));
                        *column == Column::Title && key.is_some_and(|k| alike(known.as_bytes(), k))
                    };
                    if NAMES.iter().any(titled) {
                        return true;
                    }
                }
                false
            }
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
            Shape::Isrcs => {
                for line in part.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|l| !l.is_empty()) {
                    let bare = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")).unwrap_or(line);
                    let found = isrc(bare).and_then(|code| index.by_isrc(code));
                    tell(found.map(|n| (n, Method::Isrc, EXACT)));
                }
            }
            Shape::Csv { signs, columns } => {
                let (mut rest, mut fields) = (part, Vec::new());
                while !rest.is_empty() {
                    let whole = rest;
                    rest = row(rest, *signs, &mut fields);
                    let line = whole.get(..whole.len() - rest.len()).unwrap_or_default();
                    if line.trim_ascii().is_empty() {
                        continue;
                    }
                    let mut told = Fields::default();
                    for (column, field) in columns.iter().zip(&fields) {
                        if let Some(column) = column {
                            note(&mut told, *column, text(field));
                        }
                    }
                    tell(find(&told, index, by_title));
                }
            }
        }
    }
}

/// Notes what a column holds; of two with one name the first that holds something.
fn note<'a>(told: &mut Fields<'a>, column: Column, text: Cow<'a, str>) {
    let place = &mut told[column as usize]; // six columns, six places
    if place.is_empty() {
        *place = text;
    }
}

fn find(told: &Fields<'_>, index: &Index, by_title: Option<&ByTitle<'_>>) -> Option<Found> {
    let of = |column: Column| &*told[column as usize]; // six columns, six places
    let by = |column: Column, method, found: &dyn Fn(&str) -> Option<u32>| match of(column) {
        "" => None,
        text => found(text).map(|n| (n, method, EXACT)),
    };
    let titled = || match by_title {
        _ if of(Column::Title).is_empty() => None,
        Some(matcher) => {
            let found = matcher(of(Column::Artist), of(Column::Title));
            found.map(|(n, chance)| (n, Method::ArtistTitle, chance))
        }
        None => by(Column::Title, Method::ArtistTitle, &|t| index.by_title(of(Column::Artist), t)),
    };
    by(Column::Isrc, Method::Isrc, &|t| index.by_isrc(isrc(t.as_bytes())?))
        .or_else(|| by(Column::Recording, Method::Id, &|t| index.recording(t)))
        .or_else(|| by(Column::FileHash, Method::FileHash, &|t| index.by_file_hash(bare_hash(t))))
        .or_else(|| by(Column::Iscc, Method::Iscc, &|t| index.by_iscc(t)))
        .or_else(titled)
}

/// An ISRC, also with its name in front, as on some sheets: `ISRC DE-A12-26-00001`, `urn:isrc:…`.
fn isrc(text: &[u8]) -> Option<u64> {
    pack_isrc(text).or_else(|| {
        let text = text.trim_ascii();
        let text =
            text.get(..4).filter(|t| t.eq_ignore_ascii_case(b"urn:")).and(text.get(4..)).unwrap_or(text);
        let rest = text.get(..4).filter(|t| t.eq_ignore_ascii_case(b"isrc")).and(text.get(4..))?;
        pack_isrc(rest.strip_prefix(b":").unwrap_or(rest))
    })
}

/// A hash without the name of how it was made: `sha256:…`, `sha-256=…`.
fn bare_hash(text: &str) -> &str {
    match text.split_once([':', '=']) {
        Some((name, hash)) if alike(b"sha256", name.as_bytes()) || alike(b"sha_256", name.as_bytes()) => {
            hash.trim()
        }
        _ => text,
    }
}

fn from_json(line: &[u8], index: &Index, by_title: Option<&ByTitle<'_>>) -> Option<Found> {
    let value: serde_json::Value = serde_json::from_slice(line).ok()?;
    let mut told = Fields::default();
    for (name, field) in value.as_object()? {
        if let (Some(column), Some(text)) = (Column::named(name), field.as_str()) {
            note(&mut told, column, Cow::Borrowed(text.trim()));
        }
    }
    find(&told, index, by_title)
}

/// Reads one row into its fields; gives what comes behind it.
fn row<'a>(bytes: &'a [u8], signs: Signs, fields: &mut Vec<Cow<'a, [u8]>>) -> &'a [u8] {
    fields.clear();
    let mut rest = bytes;
    loop {
        let (field, behind, ended) = field(rest, signs);
        fields.push(field);
        rest = behind;
        if ended {
            return rest;
        }
    }
}

/// What comes behind one row.
fn after_row(bytes: &[u8], signs: Signs) -> &[u8] {
    let mut rest = bytes;
    loop {
        let (_, behind, ended) = field(rest, signs);
        rest = behind;
        if ended {
            return rest;
        }
    }
}

/// One field, what comes behind it, and whether the row ends with it.
fn field(bytes: &[u8], signs: Signs) -> (Cow<'_, [u8]>, &[u8], bool) {
    let quoted = if signs.quotes && bytes.first() == Some(&b'"') { quoted(bytes, signs) } else { None };
    let (inside, open) = quoted.unwrap_or((Cow::Borrowed(&[]), bytes));
    // What stands between a closing quotation mark and the next sign belongs to the field too.
    let end = memchr::memchr2(signs.between, b'\n', open).unwrap_or(open.len());
    let (more, behind) = open.split_at(end);
    let more = more.strip_suffix(b"\r").filter(|_| behind.first() != Some(&signs.between)).unwrap_or(more);
    let whole = match (inside.is_empty(), more.is_empty()) {
        (true, _) => Cow::Borrowed(more),
        (false, true) => inside,
        (false, false) => Cow::Owned([&*inside, more].concat()),
    };
    (whole, behind.get(1..).unwrap_or_default(), behind.first() != Some(&signs.between))
}

/// What stands within quotation marks, two of them being one, and what comes behind; nothing where they are never closed.
fn quoted(bytes: &[u8], signs: Signs) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let inside = bytes.get(1..)?;
    let line = if signs.between == b'\t' { memchr::memchr(b'\n', inside) } else { None };
    let (inside, later) = (inside.get(..line.unwrap_or(inside.len()))?, bytes);
    let (mut at, mut doubled) = (0, false);
    loop {
        let mark = at + memchr::memchr(b'"', inside.get(at..)?)?;
        if inside.get(mark + 1) == Some(&b'"') {
            (at, doubled) = (mark + 2, true);
            continue;
        }
        let text = inside.get(..mark)?;
        let text = if doubled { Cow::Owned(single(text)) } else { Cow::Borrowed(text) };
        return Some((text, later.get(mark + 2..)?));
    }
}

/// Two quotation marks as one.
fn single(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        out.push(*byte);
        if *byte == b'"' {
            bytes.next();
        }
    }
    out
}

/// A field as text without the blanks around it; bytes that are no UTF-8 are those of Latin 1.
fn text<'a>(field: &Cow<'a, [u8]>) -> Cow<'a, str> {
    let latin = |bytes: &[u8]| bytes.iter().map(|b| char::from(*b)).collect::<String>();
    match field {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text.trim()),
            Err(_) => Cow::Owned(latin(bytes).trim().to_owned()),
        },
        Cow::Owned(bytes) => {
            let text = std::str::from_utf8(bytes).map_or_else(|_| latin(bytes), str::to_owned);
            Cow::Owned(text.trim().to_owned())
        }
    }
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

    #[test]
    fn columns_are_known_by_what_others_call_them() {
        let hash = "AB".repeat(32);
        assert_eq!(
            methods("\n\nISRC Code\tn\nISRC DE-A12-26-00001\t1\nurn:isrc:DEA122600002\t2\n"),
            "isrc isrc"
        );
        assert_eq!(
            methods(&format!("File-Hash,x\nsha256:{hash},1\n{},2\n", hash.to_lowercase())),
            "file_hash file_hash"
        );
        assert_eq!(methods("Artist Name,Track Title\nMira Feld,undertow\n"), "artist_title");
        assert_eq!(methods("{\"Track Title\":\"undertow\",\"ARTIST\":\"mira feld\"}"), "artist_title");
        // Of two columns of one name the first that holds something; without a header the first is the ISRC.
        assert_eq!(
            methods("isrc,ISRC\n,DEA122600002\nDEA122600001,XXA122600009\nXXA122600009,DEA122600001\n"),
            "isrc isrc none"
        );
        assert_eq!(methods("DEA122600001,a\nde-a12-26-00002,\"b\nc\"\nXXA122600001,\n"), "isrc isrc none");
        assert_eq!(
            methods("isrc;n\r\n\"DE-A12-26-00001\";\"a\r\nb;\"\r\n;\r\nDEA122600002;\r\n"),
            "isrc none isrc"
        );
    }

    #[test]
    fn a_quotation_mark_costs_no_other_row() {
        for sign in [",", ";", "\t"] {
            let rows = [
                "isrc,title,x",
                "DEA122600001,12\" mix,",
                "DEA122600002,\"Heroes\",",
                "DEA122600001,5\" 7\",\"\"",
            ];
            let rows = rows.join("\n").replace(',', sign);
            assert_eq!(methods(&rows), "isrc isrc isrc", "{rows}");
        }
        // One that is never closed is a sign like any other; between tabs its line closes it.
        assert_eq!(methods("title,isrc\n\"a,DEA122600001\nb,DEA122600002\n"), "isrc isrc");
        assert_eq!(methods("title\tisrc\n\"a\tDEA122600001\nb\"\tDEA122600002\n"), "isrc isrc");
        assert_eq!(methods("isrc,artist,title\n,\"Mira \"\"Feld\"\"\",\"Under\"tow\n"), "artist_title");
    }

    #[test]
    fn old_and_wide_bytes_are_read() {
        let read = |bytes: Vec<u8>| methods(std::str::from_utf8(&plain(bytes)).unwrap());
        let wide = |text: &str| -> Vec<u8> {
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        assert_eq!(read(wide("isrc\ttitle\r\nDEA122600001\tÜ\r\n")), "isrc");
        assert_eq!(read(b"isrc\rDEA122600001\rx\r".to_vec()), "isrc none");
        let mut builder = Builder::default();
        let told = "{\"type\":\"recording\",\"id\":\"r\",\"artist\":\"Zo\u{e9}\",\"title\":\"A\"}";
        builder.push(1, &read_line(1, told.as_bytes()).unwrap().unwrap()).unwrap();
        let index = builder.finish();
        let manifest = Manifest::open(b"artist,title\nZo\xe9,A\n").unwrap();
        assert!(manifest.found(manifest.parts(1)[0], &index, None)[0].is_some());
    }

    proptest::proptest! {
        /// Cut in parts or whole, the rows are the same, and any bytes have some.
        #[test]
        fn parts_have_the_rows_of_the_whole(rows in r#"(DEA122600001|,|"|""|\n|\r\n|x|;){0,60}"#, many in 1_usize..9) {
            let index = world();
            for head in ["isrc,title\n", "isrc;title\n", "title\tisrc\n", "isrc\n"] {
                let bytes = format!("{head}{rows}");
                let manifest = Manifest::open(bytes.as_bytes()).unwrap();
                let found = |many| manifest.parts(many).iter().flat_map(|p| manifest.found(p, &index, None)).collect::<Vec<_>>();
                proptest::prop_assert_eq!(found(many), found(1));
            }
        }
    }
}
