//! What must hold whatever bytes come in: one function for each door through which foreign bytes enter.
//!
//! Each takes any bytes and panics where a promise is broken. The programs in `bin/` hand them to a
//! coverage-guided fuzzer; `cargo xtask fuzz` builds and runs them. What once broke a promise is kept in
//! `seeds/` and tried again by every `cargo xtask test`.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use allocation::Lang;
use music::problem::Problem;

/// A door, and the promise that is tried at it.
pub type Door = (&'static str, fn(&[u8]));

/// Every door by the name of its program and of its folder of seeds.
pub const DOORS: [Door; 14] = [
    ("set_list", set_list),
    ("catalogue", catalogue),
    ("bank", bank),
    ("rule", rule),
    ("line", line),
    ("index", index),
    ("note", note),
    ("word", word),
    ("passkey", passkey),
    ("card", card),
    ("play", play),
    ("registry", registry),
    ("media", media),
    ("mail", mail),
];

/// A set list: lines stand in sets that exist, positions count from 1, problems are one line of text.
pub fn set_list(bytes: &[u8]) {
    // The first byte chooses whether the rest comes with a write-ahead log.
    let (with_log, bytes) =
        bytes.split_first().map_or((false, bytes), |(first, rest)| (first % 8 == 7, rest));
    let (file, log) = if with_log { bytes.split_at(bytes.len() / 2) } else { (bytes, &[][..]) };
    let read = formats::set_list::read(file, with_log.then_some(log));
    let sets: BTreeSet<u32> = read.sets.iter().map(|s| s.number).collect();
    for line in &read.lines {
        assert!(
            sets.contains(&line.set),
            "line {} stands in set {}, which is not there",
            line.line,
            line.set
        );
        assert!(line.position >= 1, "positions count from 1");
    }
    assert!(read.format.is_some() || !read.problems.is_empty(), "no set list, and not a word why");
    said_well(&read.problems);
}

/// A catalogue of any kind, sniffed or said; what is counted is what was passed on.
pub fn catalogue(bytes: &[u8]) {
    use formats::catalogue::{Item, Kind, read};
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let kind = Kind::ALL.get(usize::from(first)).copied();
    let (mut recordings, mut problems) = (0, Vec::new());
    let report = read(&mut &*rest, kind, "fuzz", &mut |item| {
        match item {
            Item::Recording(_) => recordings += 1,
            Item::Problem(problem) => problems.push(problem),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    assert_eq!(report.recordings, recordings, "recordings counted and passed on differ");
    said_well(&problems);
}

/// A message of a bank, or a provider's results.
pub fn bank(bytes: &[u8]) {
    let (message, problems) = formats::bank::read(bytes);
    assert!(message.is_some() || !problems.is_empty(), "no message, and not a word why");
    said_well(&problems);
    said_well(&formats::bank::provider_csv::read_results(bytes).1);
}

/// A rule: what is accepted reads well in both languages, and its canonical text is accepted as the same rule.
pub fn rule(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match allocation::rule::read("fuzz.toml", text) {
        Ok(rule) => {
            for lang in [Lang::En, Lang::Fr] {
                assert!(!allocation::reading(&rule, lang).is_empty());
            }
            assert!(!rule.hash().is_empty());
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            said_well(&problems);
        }
    }
}

/// A line of a set list taken apart: every span lies in the line, on borders of characters.
pub fn line(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let line = matching::parse::line(&text);
    let _ = format!("{line:?}");
    for artist in matching::parse::artists(&text, line.title) {
        assert!(text.get(artist.name.start..artist.name.end).is_some());
    }
}

/// An index file that somebody damaged: it is refused or answered from, never a fault.
///
/// The bytes are damages, five each: a place from the file's beginning or, by the place's last bit, its end, and the
/// byte that stands there now. What is left over cuts the file.
pub fn index(bytes: &[u8]) {
    let mut file = small_index().to_vec();
    let (damages, cut) = bytes.as_chunks::<5>();
    for &[a, b, c, d, byte] in damages {
        let place = u32::from_le_bytes([a, b, c, d]) as usize;
        let place = (place >> 1) % file.len();
        let at = if a & 1 == 0 { place.min(4096) } else { place };
        file[at] = byte;
    }
    if let [a, b, ..] = *cut {
        file.truncate(usize::from(a) * 256 + usize::from(b));
    }
    let Ok(index) = matching::Index::open(&file) else { return };
    let _ = index.verify();
    for row in [0, 1, index.len() / 2, index.len().saturating_sub(1), index.len()] {
        let _ = index.row(row);
    }
    for key in ["", "R2", "FRXXX2600001"] {
        let _ = (index.by_id(key), index.by_isrc(key), index.by_mbid(key), index.by_own_id(key));
    }
    let matcher = matching::Matcher::new(&index, matching::Model::shipped());
    let mut session = matcher.session();
    for text in ["Ada Nwosu - Night Drive (Kite Remix)", "Slow Tide", "Miro Lindqvst - Slow Tied"] {
        let _ = session.match_line(&matching::Query { text, ..Default::default() });
    }
}

/// A whole index of three rows, built once.
fn small_index() -> &'static [u8] {
    static INDEX: OnceLock<Vec<u8>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let row = |id, artist, title, isrc| matching::Row {
            id,
            artist,
            title,
            isrc,
            label: "Tide",
            ..Default::default()
        };
        matching::index::build([
            row("R1", "Ada Nwosu", "Night Drive", "FRXXX2600001"),
            row("R2", "Ada Nwosu", "Night Drive (Kite Remix)", ""),
            row("R3", "Miro Lindqvist & Dasha", "Slow Tide", ""),
        ])
        .unwrap_or_default()
    })
}

/// Signed notes, checkpoints and proofs of participation: what parses is written back as it was.
pub fn note(bytes: &[u8]) {
    tiles(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(note) = text.parse::<proof::Note>() {
        assert_eq!(note.to_string(), text, "a note is its bytes");
    }
    if let Ok(checkpoint) = text.parse::<proof::Checkpoint>() {
        assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
    }
    let _ = text.parse::<proof::Participation>();
    let _ = text.parse::<proof::VerifierKey>();
    let _ = text.parse::<proof::Commitment>();
    let _ = text.parse::<proof::log::Receipt>();
    let _ = text.parse::<proof::log::Rotation>();
    let _ = text.parse::<proof::log::AddCheckpoint>();
    let _ = text.parse::<proof::log::Tile>();
    let _ = text.parse::<proof::map::MapProof>();
    let _ = text.parse::<proof::webhook::Secret>();
}

/// Tiles and bundles of a log that somebody else serves: what is read has the width that was asked for.
fn tiles(bytes: &[u8]) {
    for width in [1, 7, 256] {
        if let Ok(entries) = proof::log::read_bundle(bytes, width) {
            assert_eq!(entries.len(), usize::from(width));
        }
        if let Ok(hashes) = proof::log::read_hashes(bytes, width) {
            assert_eq!(hashes.len(), usize::from(width));
        }
    }
}

/// Words that people type: identifiers, amounts, ratios, accounts, periods. What is accepted says itself again.
pub fn word(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    macro_rules! same {
        ($($kind:ty),*) => {$(
            if let Ok(value) = text.parse::<$kind>() {
                assert_eq!(value.to_string().parse::<$kind>().as_ref(), Ok(&value), stringify!($kind));
            }
        )*};
    }
    same!(music::Isrc, music::Iswc, music::Ipi, music::Isni, music::Gtin, music::Mbid, music::OwnTrackId);
    same!(money::Amount, money::Ratio, money::Currency, music::Territory);
    same!(formats::bank::CreditorReference, formats::bank::Iban, formats::bank::Bic);
    let _ = music::Period::parse(text);
    let _ = formats::bank::CreditorReference::find_all(text);
}

/// What a browser hands over for a passkey: read with bounds, and a key that was kept is the key that was read.
pub fn passkey(bytes: &[u8]) {
    use formats::passkey::{Key, attestation, base64url, client_data, said};
    let read = said(bytes).into_iter().chain(attestation(bytes).and_then(|a| said(&a.said)));
    for said in read {
        if let Some(made) = said.made {
            let (kind, kept) = made.key.kept();
            assert_eq!(Key::of_kept(kind, &kept).as_ref(), Some(&made.key), "a key that was kept is another");
        }
    }
    let _ = client_data(bytes);
    let _ = std::str::from_utf8(bytes).map(base64url);
}

/// Lists of cards, and answers of a system for signing in, as institutions send them.
pub fn card(bytes: &[u8]) {
    let (cards, problems) = formats::door::read_cards(bytes);
    assert!(cards.len() <= formats::door::CARDS_MOST, "more cards than are taken");
    said_well(&problems);
    let _ = formats::sip2::read_login(bytes);
    let _ = formats::sip2::read_patron(bytes);
    if let Ok(user) = formats::door::cas_user(bytes) {
        assert!(user.len() <= formats::door::SUBJECT_MOST, "a name longer than is taken");
    }
}

/// Plays as venues and libraries report them.
pub fn play(bytes: &[u8]) {
    said_well(&formats::plays::read(bytes).1);
}

/// A line of a registry of consents, as anybody may hand one in.
pub fn registry(bytes: &[u8]) {
    if let Err(problem) = consent::registry::read_line(1, bytes) {
        said_well(std::slice::from_ref(&problem));
    }
    said_well(&consent::foreign::tdmai::read(bytes).1);
    said_well(&consent::foreign::tdmrep::read(bytes).1);
    let _ = consent::foreign::tdmrep::from_page(bytes);
    for refused in [consent::foreign::cawg::refused(bytes).err(), consent::foreign::odrl::read(bytes).err()] {
        said_well(refused.as_slice());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = text.parse::<consent::foreign::rsl::Rsl>();
    if let Ok(value) = serde_json::from_str(text) {
        let _ = consent::statement::verify(&value);
    }
}

/// Sound, pictures, books and games as files, whatever their names say: tags and headers, never a whole decoding.
pub fn media(bytes: &[u8]) {
    use std::io::Cursor;
    if let Some(format) = media::format::sniff(bytes) {
        if format.is_picture() {
            let _ = media::picture::about(bytes);
        } else if format.is_sound() {
            let _ = media::tag::read(Cursor::new(bytes), format, false);
            let _ = media::tag::picture(Cursor::new(bytes), format);
        }
    }
    let _ = media::book::epub(Cursor::new(bytes));
    let _ = media::book::cbz(Cursor::new(bytes));
    let _ = media::web_build::WebBuild::open(Cursor::new(bytes));
    let _ = media::signed::read(bytes);
}

/// Problems are one line each, with a code.
fn said_well(problems: &[Problem]) {
    for problem in problems {
        assert!(!problem.code.is_empty() && !problem.message.is_empty(), "a problem without words");
        assert!(!problem.message.contains('\n'), "a message of several lines: {}", problem.message);
    }
}

/// A message that came by mail, and what a mail server says: bounded, tame, and never more than it brought.
pub fn mail(bytes: &[u8]) {
    let (letter, problems) = formats::mail::read(bytes);
    assert!(letter.is_some() || !problems.is_empty(), "no message, and not a word why");
    said_well(&problems);
    if let Some(letter) = letter {
        assert!(letter.files.len() <= formats::mail::MOST_FILES);
        assert!(!letter.subject.contains(char::is_control));
        for file in &letter.files {
            assert!(
                !file.name.is_empty()
                    && !file.name.contains(['/', '\\'])
                    && !file.name.contains(char::is_control)
            );
        }
    }
    for line in bytes.split(|b| *b == b'\n') {
        match formats::lmtp::command(line) {
            Ok(formats::lmtp::Command::Receiver(local, domain)) => {
                assert!(!local.is_empty() && !domain.is_empty())
            }
            Ok(_) => {}
            Err(answer) => assert!(answer.starts_with('5')),
        }
    }
}
