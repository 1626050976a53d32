//! Books, comics and web builds, made here.

use std::io::{Cursor, Write};

use media::web_build::WebBuild;
use media::{Format, book};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::{fixture, kind};

fn pack(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let plain = *name == "mimetype";
        let method = if plain { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const CONTAINER: &[u8] = br#"<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

fn opf(extra: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>{extra}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>Tides &amp; Harbours</dc:title><dc:creator>Ada Nwosu</dc:creator><dc:creator>Mira Feld</dc:creator>
<dc:language>fr</dc:language><dc:publisher>Quay</dc:publisher><dc:date>2021-05-01</dc:date><meta name="cover" content="c1"/></metadata>
<manifest><item id="c1" href="../img/the%20cover.png" media-type="image/png"/></manifest></package>"#
    )
}

fn epub(opf: &str) -> Vec<u8> {
    let cover = fixture("cover.png");
    pack(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/content.opf", opf.as_bytes()),
        ("img/the cover.png", &cover),
    ])
}

#[test]
fn a_book_tells_title_people_and_cover() {
    let bytes = epub(&opf(""));
    assert_eq!(kind(&bytes), Some(Format::Epub));
    let edition = book::epub(Cursor::new(bytes)).unwrap();
    assert_eq!(edition.title, "Tides & Harbours");
    assert_eq!(edition.creators, "Ada Nwosu, Mira Feld");
    assert_eq!(
        (edition.language.as_str(), edition.publisher.as_str(), edition.year),
        ("fr", "Quay", Some(2021))
    );
    assert_eq!(edition.cover.as_deref(), Some(fixture("cover.png").as_slice()));
}

#[test]
fn entities_of_a_document_type_are_never_expanded() {
    let bomb = opf(r#"<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>"#);
    assert_eq!(book::epub(Cursor::new(epub(&bomb))).unwrap_err().code, "book-damaged");
    let deep = "<a>".repeat(100_000);
    assert_eq!(book::epub(Cursor::new(epub(&deep))).unwrap_err().code, "book-damaged");
    // A description that unfolds to 64 MB out of a few kB is read no further than 4 MB.
    let wide = " ".repeat(64 * 1024 * 1024);
    assert_eq!(book::epub(Cursor::new(epub(&wide))).unwrap_err().code, "pack-too-large");
}

#[test]
fn a_comic_has_its_pages_in_order() {
    let cover = fixture("cover.png");
    let info = b"<ComicInfo><Series>Low Tide</Series><Number>2</Number><Title>Ebb</Title><LanguageISO>en</LanguageISO></ComicInfo>";
    let bytes = pack(&[
        ("p10.png", b"ten"),
        ("p2.png", b"two"),
        ("p1.png", &cover),
        ("__MACOSX/p0.png", b"no"),
        ("ComicInfo.xml", info),
    ]);
    assert_eq!(kind(&bytes), Some(Format::Cbz));
    let edition = book::cbz(Cursor::new(&bytes)).unwrap();
    assert_eq!((edition.title.as_str(), edition.pages), ("Low Tide 2: Ebb", Some(3)));
    assert_eq!(edition.cover.as_deref(), Some(cover.as_slice()));
    assert_eq!(book::page(Cursor::new(&bytes), 3).unwrap().as_deref(), Some(&b"ten"[..]));
    assert_eq!(book::page(Cursor::new(&bytes), 4).unwrap(), None);
    assert_eq!(book::page(Cursor::new(&bytes), 0).unwrap(), None);
    let empty = pack(&[("readme.txt", b"x")]);
    assert_eq!(book::cbz(Cursor::new(empty)).unwrap_err().code, "comic-empty");
}

#[test]
fn a_build_is_checked_before_it_is_unpacked() {
    let bytes = pack(&[("game/index.html", b"<!doctype html>"), ("game/a/main.wasm", b"\0asm")]);
    let mut build = WebBuild::open(Cursor::new(bytes)).unwrap();
    let files = build.files().to_vec();
    let paths: Vec<_> = files.iter().map(|f| (f.path.as_str(), f.content_type)).collect();
    assert_eq!(paths, [("a/main.wasm", "application/wasm"), ("index.html", "text/html; charset=utf-8")]);
    let mut out = Vec::new();
    assert_eq!(build.unpack(&files[0], &mut out).unwrap(), 4);
    let zeros = vec![0; 8_000_000];
    type Files<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(Files<'_>, &str); 5] = [
        (&[("index.html", b""), ("../../etc/cron.d/x", b"x")], "path-leads-out"),
        (&[("index.html", b""), ("/etc/x", b"x")], "path-leads-out"),
        (&[("index.html", b""), ("Index.HTML", b"x")], "build-twice"),
        (&[("main.js", b"")], "build-no-index"),
        (&[("index.html", b""), ("a\\..\\..\\x", &zeros[..9])], "path-leads-out"),
    ];
    for (files, code) in cases {
        let flaw = WebBuild::open(Cursor::new(pack(files))).unwrap_err();
        assert_eq!(flaw.code, code, "{files:?}: {flaw:?}");
    }
}
