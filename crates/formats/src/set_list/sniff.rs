//! Finds out what a file is by its first bytes, never by its name, and hands it to its reader.

use music::problem::Problem;

use super::encoding::{decode, looks_utf16};
use super::{
    Format, SetListFile, binary, cue, json_list, m3u, plain_text, rekordbox_xml, serato_live, tables,
    traktor_nml, virtualdj, xspf,
};

/// How many bytes decide what a file is.
const HEAD: usize = 64 * 1024;

/// Largest text read. A Traktor collection of a whole working life has a fifth of it.
const MAX_TEXT: usize = 512 * 1024 * 1024;

/// Reads a file of set lists: all lines of all its sets, and what was wrong.
///
/// `wal` is the write-ahead log found beside a database, where there is one. What a file is shows in its
/// content; one that is no set list has `format` `None`, no lines and one problem.
///
/// ```
/// let file = formats::set_list::read(b"1. Ada Nwosu - Night Drive [Tide]\n2. ID - ID\n", None);
/// assert_eq!(file.format, Some(formats::set_list::Format::PlainText));
/// assert_eq!(file.lines[0].label.as_deref(), Some("Tide"));
/// ```
pub fn read(bytes: &[u8], wal: Option<&[u8]>) -> SetListFile {
    let mut file = read_any(bytes, wal);
    for line in &mut file.lines {
        // A right id in a second tag makes up for a wrong one in the first.
        if let Some(slip) = line.own_id_slip.take().filter(|_| line.own_id.is_none()) {
            let hint = "copy the producer's own id anew; the line is matched by its words";
            file.problems.push(Problem::new("own-id-invalid", line.line, slip.to_string(), hint).notice());
        }
    }
    file
}

fn read_any(bytes: &[u8], wal: Option<&[u8]>) -> SetListFile {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if let Some(refused) = hopeless(head, bytes.len()) {
        return refused;
    }
    if binary::sniff(head) {
        return binary::read(bytes, wal);
    }
    if let Some(refused) = unreadable(head, bytes.len()) {
        return refused;
    }
    let decoded = decode(bytes);
    let mut file = read_text(&decoded.text);
    if !file.lines.is_empty() {
        file.problems.splice(0..0, decoded.problem);
    }
    file
}

fn read_text(text: &str) -> SetListFile {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    match () {
        _ if head.trim().is_empty() => {
            refused(None, "empty", "the file is empty", "export the set list again")
        }
        _ if traktor_nml::sniff(head) => traktor_nml::read(text),
        _ if rekordbox_xml::sniff(head) => rekordbox_xml::read(text),
        _ if xspf::sniff(head) => xspf::read(text),
        _ if is_markup(head) && serato_live::sniff(text) => serato_live::read(text),
        _ if is_markup(head) => markup(head),
        _ if virtualdj::sniff(head) => virtualdj::read(text),
        _ if cue::sniff(head) => cue::read(text),
        _ if m3u::sniff_pls(head) => m3u::read_pls(text),
        _ if m3u::is_marked(head) => m3u::read(text),
        _ => read_loose(text, head),
    }
}

/// Families that show only in how the text is laid out.
fn read_loose(text: &str, head: &str) -> SetListFile {
    if json_list::sniff(head)
        && let Some(file) = json_list::read(text)
    {
        return file;
    }
    if let Some(found) = tables::find(head) {
        return tables::read(text, &found);
    }
    if head.starts_with("#\t") {
        let message = "this looks like rekordbox's text export, but none of its columns is named as a title";
        let hint = "show the title column in rekordbox, or set its language to English, and export again";
        return refused(Some(Format::RekordboxTxt), "header-unknown", message, hint);
    }
    if m3u::is_paths(head) {
        return m3u::read(text);
    }
    if let Some(file) = tables::read_headless(text) {
        return file;
    }
    if plain_text::sniff(head) {
        return plain_text::read(text);
    }
    let hint = "a set list has one track a line, such as `Artist - Title`, or comes from DJ software";
    refused(None, "not-a-set-list", "the text does not read like a set list", hint)
}

fn is_markup(head: &str) -> bool {
    let start = head.trim_start();
    start.starts_with("<?xml")
        || start.starts_with("<!")
        || start.starts_with("<html")
        || start.starts_with("<HTML")
        || (start.starts_with('<') && start.contains("</"))
}

fn markup(head: &str) -> SetListFile {
    match head.contains("<MASTER_PLAYLIST") {
        true => refused(
            None,
            "not-a-set-list",
            "this is rekordbox's own index of playlists; it names no tracks",
            "export the history as TXT, or the collection as XML",
        ),
        false => refused(
            None,
            "not-a-set-list",
            "the file is XML or HTML, but no set list known here",
            "paste the tracks as plain text",
        ),
    }
}

/// What the first bytes alone rule out.
fn hopeless(head: &[u8], len: usize) -> Option<SetListFile> {
    let hint = "export the set list again, or copy the file again from where it lies";
    if len == 0 {
        return Some(refused(None, "empty", "the file is empty", hint));
    }
    if head.iter().all(|b| *b == 0) {
        return Some(refused(None, "all-zeros", "the file holds nothing but zeros", hint));
    }
    let known = [
        (
            &b"PK\x03\x04"[..],
            "a zip archive or an office document",
            "save the list as CSV or plain text, or unpack the archive first",
        ),
        (b"%PDF", "a PDF", "copy its text into a plain-text file"),
        (b"ID3", "an audio file", "send the list of tracks, not the recording"),
        (b"fLaC", "an audio file", "send the list of tracks, not the recording"),
        (b"OggS", "an audio file", "send the list of tracks, not the recording"),
        (b"RIFF", "an audio file", "send the list of tracks, not the recording"),
        (b"\xFF\xFB", "an audio file", "send the list of tracks, not the recording"),
        (b"\xFF\xF3", "an audio file", "send the list of tracks, not the recording"),
        (b"\x89PNG", "an image", "type the tracks as plain text"),
        (b"\xFF\xD8\xFF", "an image", "type the tracks as plain text"),
        (b"\x1F\x8B", "a compressed file", "unpack it first"),
        (b"7z\xBC\xAF", "an archive", "unpack it first"),
    ];
    // `RIFF - Low Tide` and `ID3 - …` are words; a file of that kind has zeros early on.
    let (_, what, hint) = known.iter().find(|(magic, ..)| head.starts_with(magic))?;
    if *what == "an audio file" && head.is_ascii() && !head.iter().take(64).any(|b| *b == 0) {
        return None;
    }
    Some(refused(None, "not-a-set-list", format!("this is {what}, no set list"), hint))
}

/// What remains when no binary family knows the bytes.
fn unreadable(head: &[u8], len: usize) -> Option<SetListFile> {
    if len >= 4096 && len.is_multiple_of(1024) && is_random(head.get(..4096)?) {
        return Some(refused(
            Some(Format::RekordboxDb),
            "database-locked",
            "the file looks like a locked database, such as rekordbox's own `master.db`",
            "export the history as TXT from rekordbox, or give the unlocked database",
        ));
    }
    let strange = head.iter().filter(|b| **b < 9 || (14..32).contains(*b)).count();
    if !looks_utf16(head) && strange * 50 > head.len() {
        let hint = "send the file that the DJ software writes or exports as its history";
        return Some(refused(None, "not-a-set-list", "the file is in a binary format not known here", hint));
    }
    if len > MAX_TEXT {
        let message = format!(
            "the text has {} MB; more than {} MB are not read",
            len / 1_000_000,
            MAX_TEXT / 1_000_000
        );
        return Some(refused(None, "too-large", message, "export one night at a time"));
    }
    None
}

/// Whether bytes are spread as evenly as only encrypted or compressed ones are: over 7.8 bits a byte.
fn is_random(bytes: &[u8]) -> bool {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|b| counts[usize::from(*b)] += 1);
    let total = bytes.len() as f64;
    let entropy: f64 =
        counts.iter().filter(|n| **n > 0).map(|n| f64::from(*n) / total).map(|p| -p * p.log2()).sum();
    entropy > 7.8
}

fn refused(
    format: Option<Format>,
    code: &'static str,
    message: impl Into<String>,
    hint: &str,
) -> SetListFile {
    let problem = Problem::new(code, 0, message, hint).fatal();
    SetListFile { format, lines: Vec::new(), sets: Vec::new(), problems: vec![problem] }
}
