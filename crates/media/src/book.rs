//! Books and comics: what an EPUB or a CBZ says of itself, its cover, its pages.

use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::flaw::Flaw;
use crate::pack::{Entry, Pack};

/// Largest description (OPF, ComicInfo) that is read, in bytes.
const LARGEST_WORDS: u64 = 4 * 1024 * 1024;
/// Largest page or cover, in bytes.
pub const LARGEST_PAGE: u64 = 40 * 1024 * 1024;
/// Longest text that is taken over, in characters.
const LONGEST: usize = 4_000;
/// Deepest nesting of a description that is followed.
const DEEPEST: usize = 64;

/// What an edition says of itself; what it does not say is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edition {
    /// The title.
    pub title: String,
    /// Who made it, separated by commas.
    pub creators: String,
    /// BCP 47, as written.
    pub language: String,
    /// The publisher.
    pub publisher: String,
    /// ISBN or the like, as written.
    pub identifier: String,
    /// A blurb, as written; may hold markup and must be escaped where shown.
    pub description: String,
    /// First year.
    pub year: Option<u16>,
    /// How many pages, where they can be counted.
    pub pages: Option<u32>,
    /// The cover's bytes: a picture, not decoded yet.
    pub cover: Option<Vec<u8>>,
}

/// Reads an EPUB's package document and cover. The text itself is not read.
///
/// # Errors
/// A [`Flaw`] where it is no EPUB, or damaged.
pub fn epub<R: Read + Seek>(input: R) -> Result<Edition, Flaw> {
    epub_in(Pack::open(input)?)
}

fn epub_in(mut pack: Pack<'_>) -> Result<Edition, Flaw> {
    let entries = pack.entries()?;
    let find = |name: &str| entries.iter().find(|e| e.name == name);
    let not = |what: &str| {
        let words = format!("the book is no EPUB: {what}");
        Flaw::new("book-damaged", words, "check it with an EPUB checker and send it again")
    };
    if find("META-INF/encryption.xml").is_some_and(|e| e.bytes > 0) && find("META-INF/rights.xml").is_some() {
        return Err(Flaw::new(
            "book-locked",
            "the book is locked by rights management",
            "send the edition without locks; who may read is decided here",
        ));
    }
    let container =
        find("META-INF/container.xml").ok_or_else(|| not("`META-INF/container.xml` is missing"))?;
    let container = pack.bytes(container.index, LARGEST_WORDS)?;
    let mut root = String::new();
    walk(&container, &mut |path, element, _| {
        if path == "rootfile" && root.is_empty() {
            root = attribute(element, "full-path");
        }
    })?;
    let package = find(&root).ok_or_else(|| not("its package document is missing"))?;
    let package = pack.bytes(package.index, LARGEST_WORDS)?;
    let (mut edition, cover) = package_document(&package)?;
    if let Some(href) = cover {
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(entry) = join(folder, &href).and_then(|path| entries.iter().find(|e| e.name == path)) {
            edition.cover = pack.bytes(entry.index, LARGEST_PAGE).ok();
        }
    }
    if edition.title.is_empty() {
        return Err(not("it has no title"));
    }
    Ok(edition)
}

/// Reads a comic: its pages in reading order, its first page as cover, `ComicInfo.xml` where there is one.
///
/// # Errors
/// A [`Flaw`] where it holds no page, or is damaged.
pub fn cbz<R: Read + Seek>(input: R) -> Result<Edition, Flaw> {
    cbz_in(Pack::open(input)?)
}

fn cbz_in(mut pack: Pack<'_>) -> Result<Edition, Flaw> {
    let entries = pack.entries()?;
    let pages = pages(&entries);
    let first = pages.first().ok_or_else(|| {
        Flaw::new("comic-empty", "the comic holds no page", "pack its pages as JPEG, PNG or WebP into a zip")
    })?;
    let cover = pack.bytes(first.index, LARGEST_PAGE)?;
    let mut edition = Edition::default();
    let info = entries.iter().find(|e| e.name.eq_ignore_ascii_case("comicinfo.xml"));
    if let Some(info) = info {
        let bytes = pack.bytes(info.index, LARGEST_WORDS)?;
        let mut series = String::new();
        let mut number = String::new();
        walk(&bytes, &mut |path, _, text| match path {
            "Title" => put(&mut edition.title, text),
            "Series" => put(&mut series, text),
            "Number" => put(&mut number, text),
            "Writer" | "Penciller" => add(&mut edition.creators, text),
            "Publisher" => put(&mut edition.publisher, text),
            "LanguageISO" => put(&mut edition.language, text),
            "Summary" => put(&mut edition.description, text),
            "GTIN" => put(&mut edition.identifier, text),
            "Year" => edition.year = edition.year.or(year(text)),
            _ => {}
        })?;
        if !series.is_empty() {
            let place = if number.is_empty() { String::new() } else { format!(" {number}") };
            let title = if edition.title.is_empty() { String::new() } else { format!(": {}", edition.title) };
            edition.title = format!("{series}{place}{title}");
        }
    }
    edition.pages = u32::try_from(pages.len()).ok();
    edition.cover = Some(cover);
    Ok(edition)
}

/// The bytes of one page of a comic, counted from 1; `None` where there are fewer.
///
/// # Errors
/// As [`cbz`].
pub fn page<R: Read + Seek>(input: R, number: u32) -> Result<Option<Vec<u8>>, Flaw> {
    let mut pack = Pack::open(input)?;
    let entries = pack.entries()?;
    let pages = pages(&entries);
    let place = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    match place.and_then(|place| pages.get(place)) {
        Some(entry) => pack.bytes(entry.index, LARGEST_PAGE).map(Some),
        None => Ok(None),
    }
}

/// The pictures among the entries, in the order people mean: numbers in names count as numbers.
fn pages(entries: &[Entry]) -> Vec<&Entry> {
    const ENDINGS: [&str; 5] = [".jpg", ".jpeg", ".png", ".webp", ".gif"];
    let is_page = |e: &&Entry| {
        let name = e.name.to_ascii_lowercase();
        e.is_file && !name.contains("__macosx") && ENDINGS.iter().any(|ending| name.ends_with(ending))
    };
    let mut pages: Vec<&Entry> = entries.iter().filter(is_page).collect();
    pages.sort_by_cached_key(|e| natural(&e.name));
    pages
}

/// A key under which `page10` comes after `page9`.
fn natural(name: &str) -> Vec<(u8, u64, String)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (part, tail) = if digits > 0 {
            rest.split_at(digits)
        } else {
            rest.split_at(rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len()))
        };
        key.push(if digits > 0 {
            (0, part.parse().unwrap_or(u64::MAX), String::new())
        } else {
            (1, 0, part.to_lowercase())
        });
        rest = tail;
    }
    key
}

/// Reads an OPF: what it says, and where its cover lies.
fn package_document(bytes: &[u8]) -> Result<(Edition, Option<String>), Flaw> {
    let mut edition = Edition::default();
    let (mut cover_id, mut cover) = (String::new(), None::<String>);
    let mut items: Vec<(String, String, String)> = Vec::new();
    walk(bytes, &mut |path, element, text| match path {
        "title" => put(&mut edition.title, text),
        "creator" => add(&mut edition.creators, text),
        "language" => put(&mut edition.language, text),
        "publisher" => put(&mut edition.publisher, text),
        "identifier" => put(&mut edition.identifier, text),
        "description" => put(&mut edition.description, text),
        "date" => edition.year = edition.year.or(year(text)),
        "meta" if attribute(element, "name") == "cover" => cover_id = attribute(element, "content"),
        "item" if items.len() < 50_000 => items.push((
            attribute(element, "id"),
            attribute(element, "href"),
            format!("{} {}", attribute(element, "properties"), attribute(element, "media-type")),
        )),
        _ => {}
    })?;
    for (id, href, about) in items {
        let marked = about.split(' ').any(|p| p == "cover-image");
        let named = !cover_id.is_empty() && id == cover_id && about.contains("image/");
        if marked || (named && cover.is_none()) {
            cover = Some(href);
        }
    }
    Ok((edition, cover))
}

/// Walks a description: for each element its local name, itself, and the text directly in it. A document type is
/// refused, so that no entity is ever expanded.
fn walk(bytes: &[u8], see: &mut dyn FnMut(&str, &BytesStart<'_>, &str)) -> Result<(), Flaw> {
    let bad = |what: &str| {
        let words = format!("the description of the edition cannot be read: {what}");
        Flaw::new("book-damaged", words, "check the file and send it again")
    };
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let mut open: Vec<(String, BytesStart<'static>, String)> = Vec::new();
    loop {
        match reader.read_event().map_err(|e| bad(&e.to_string()))? {
            Event::Start(element) => {
                if open.len() >= DEEPEST {
                    return Err(bad("it is nested too deeply"));
                }
                open.push((local(&element), element.into_owned(), String::new()));
            }
            Event::Empty(element) => see(&local(&element), &element, ""),
            Event::Text(text) => {
                if let Some((_, _, held)) = open.last_mut() {
                    held.push_str(&text);
                }
            }
            Event::CData(text) => {
                if let Some((_, _, held)) = open.last_mut() {
                    held.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                if let Some((_, _, held)) = open.last_mut() {
                    held.push_str(&entity(&name));
                }
            }
            Event::End(_) => {
                if let Some((name, element, text)) = open.pop() {
                    see(&name, &element, text.trim());
                }
            }
            Event::DocType(_) => return Err(bad("it declares a document type")),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn entity(name: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return c.to_string();
    }
    match &**name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
    .to_owned()
}

fn local(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}

fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element.attributes().flatten().find(|a| a.key.local_name().as_ref() == name);
    found.map(|a| a.value.replace("&amp;", "&")).unwrap_or_default()
}

fn put(slot: &mut String, text: &str) {
    if slot.is_empty() {
        *slot = clean(text);
    }
}

fn add(slot: &mut String, text: &str) {
    if !text.is_empty() && slot.chars().count() < LONGEST {
        if !slot.is_empty() {
            slot.push_str(", ");
        }
        slot.push_str(&clean(text));
    }
}

fn clean(text: &str) -> String {
    let one_line: Vec<&str> = text.split_whitespace().collect();
    one_line.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

fn year(text: &str) -> Option<u16> {
    text.get(..4)?.parse().ok().filter(|y| (1_400..2_200).contains(y))
}

/// A path below a folder, with `..` resolved; `None` where it leads out of the pack.
fn join(folder: &str, href: &str) -> Option<String> {
    let mut parts: Vec<String> = folder.split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(unescape(part)),
        }
    }
    Some(parts.join("/"))
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let code = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_in_the_order_people_mean() {
        let mut names = ["p10.jpg", "p9.jpg", "a/p1.jpg", "P2.jpg"];
        names.sort_by_cached_key(|n| natural(n));
        assert_eq!(names, ["a/p1.jpg", "P2.jpg", "p9.jpg", "p10.jpg"]);
    }

    #[test]
    fn hrefs_stay_in_the_pack() {
        assert_eq!(join("OEBPS/text", "../img/a%20b.jpg"), Some("OEBPS/img/a b.jpg".to_owned()));
        assert_eq!(join("OEBPS", "../../x"), None);
        assert_eq!(unescape("100%"), "100%");
    }
}
