//! Catalogues in, items out: own fixtures with what each must give, hostile documents, and real ones where they are
//! at hand.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use formats::catalogue::{Item, Kind, Report, decompress, read, sniff};

mod ern;
mod hostile;
mod musicbrainz;
mod shown;
mod tables;

fn items(bytes: &[u8]) -> (Report, Vec<Item>) {
    items_of(&mut &*bytes, None)
}

fn items_of(input: &mut dyn BufRead, kind: Option<Kind>) -> (Report, Vec<Item>) {
    let mut items = Vec::new();
    let report = read(input, kind, "doc", &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (report, items)
}

/// What the items of a document look like, one a line.
fn shown(bytes: &[u8]) -> String {
    items(bytes).1.iter().map(|i| shown::item(i) + "\n").collect()
}

/// Compares line by line, so that a difference is seen at once.
#[track_caller]
fn check(bytes: &[u8], want: &str) {
    let got = shown(bytes);
    let want: Vec<&str> = want.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert!(got.lines().map(str::trim).eq(want.iter().copied()), "got:\n{got}\nwant:\n{}", want.join("\n"));
}

/// The bytes of a file beside the repository, where it is there.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn beside(path: &str) -> Option<Vec<u8>> {
    let full = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    match std::fs::read(&full) {
        Ok(bytes) => Some(bytes),
        Err(_) if std::env::var("CI").as_deref() == Ok("true") => panic!("missing: {full}"),
        Err(_) => {
            eprintln!("SKIPPED: {full} is not here");
            None
        }
    }
}

/// A document that is made while it is read, and counts what was taken of it.
struct Made<I> {
    parts: I,
    part: Vec<u8>,
    at: usize,
}

impl<I: Iterator<Item = String>> Made<I> {
    fn new(parts: I) -> BufReader<Self> {
        BufReader::with_capacity(4096, Made { parts, part: Vec::new(), at: 0 })
    }
}

impl<I: Iterator<Item = String>> Read for Made<I> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.part.len() {
            match self.parts.next() {
                Some(part) => (self.part, self.at) = (part.into_bytes(), 0),
                None => return Ok(0),
            }
        }
        let count = (&self.part[self.at..]).read(buf)?;
        self.at += count;
        Ok(count)
    }
}

#[test]
fn kinds_are_told_by_content() {
    for (head, want) in [
        ("id\tartist\ttitle\talbum\n", Some(Kind::Tsv)),
        ("Title;Artist;ISRC\n", Some(Kind::Csv)),
        ("\u{feff}\"title\",\"artist\"\n", Some(Kind::Csv)),
        ("sep=;\ntitle;artist\n", Some(Kind::Csv)),
        ("title\nNight Drive\n", Some(Kind::Csv)),
        ("isrc\tparty\tshare\n", Some(Kind::Tsv)),
        ("<?xml version='1.0'?>\n<x:NewReleaseMessage", Some(Kind::DdexErn)),
        ("<mead:MeadMessage xmlns:mead='http://ddex.net/xml/mead/10'>", Some(Kind::DdexErn)),
        ("<DJ_PLAYLISTS Version='1.0.0'>", None),
        ("{\"id\":", Some(Kind::MusicBrainzJson)),
        ("1. Ada Nwosu - Night Drive\n", None),
        ("\0\0\0\0\0\0\0\0", None),
        ("", None),
    ] {
        assert_eq!(sniff(head.as_bytes()), want, "{head:?}");
    }
    for kind in Kind::ALL {
        assert_eq!(Kind::from_word(kind.word()), Some(kind));
    }
}

#[test]
fn the_sink_can_stop_the_reading() {
    let text = "id\ttitle\n".to_owned() + &"1\tx\n".repeat(10);
    let mut seen = 0;
    let report = read(&mut text.as_bytes(), None, "", &mut |_| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((seen, report.recordings, report.complete), (3, 3, false));
}

#[test]
fn what_is_no_catalogue_is_one_message() {
    for bytes in [b"hello\n".as_slice(), &[0; 100_000], b"\x7fELF\x01"] {
        let (report, items) = items(bytes);
        assert_eq!((items.len(), report.problems, report.complete, report.kind), (1, 1, false, None));
        assert!(matches!(&items[0], Item::Problem(p) if p.code == "catalogue-unknown" && !p.hint.is_empty()));
    }
    assert!(shown(b"").starts_with("problem 0: catalogue-empty"));
    let packed = zstd::encode_all(&[0_u8; 1 << 20][..], 1).unwrap();
    let (report, _) = items_of(&mut decompress(Box::new(&packed[..])), None);
    assert_eq!((report.kind, report.problems), (None, 1));
}
