//! Mail as people send it (RFC 5322, MIME): whether a person wrote it, what came with it, and the words in it.
//!
//! The grammar is `mail-parser`'s; what stands here are the bounds within which it is asked, since a hostile message of
//! a few megabytes can ask for quadratic time or for a structure deeper than a stack. It knows nothing of set lists, of
//! addresses that mean anything, or of who may write to whom.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use music::problem::Problem;

/// The longest message that is read, in bytes: files of 25 MiB are a third longer as Base64.
pub const MOST_BYTES: usize = 36 * 1024 * 1024;
/// How often a content type may be said. Each may cost one pass over the message.
const MOST_TYPES: usize = 64;
/// How many lines may look like fields of a header.
const MOST_FIELDS: usize = 200_000;
/// How many files one message may bring.
pub const MOST_FILES: usize = 20;
/// How deep messages within messages are looked into.
const MOST_DEPTH: usize = 3;
/// The longest name of a file, and the longest subject, in letters.
const MOST_NAME: usize = 120;

/// A message, as far as it matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its own id, without angle brackets; empty where it has none.
    pub id: String,
    /// Whether a program wrote it: an answer in absence, a list, a report of a failure. Nobody answers those (RFC 3834).
    pub automatic: bool,
    /// The subject as one line; may be empty.
    pub subject: String,
    /// The addresses that its header names as receivers, in lower case, those of the delivery first.
    pub to: Vec<String>,
    /// The files that came with it, also those of messages within it.
    pub files: Vec<Enclosure>,
    /// What its sender wrote, without what is quoted and without the signature.
    pub text: String,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name, for people; never a path.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads a message; `None` with one problem where it is none or goes beyond the bounds.
///
/// ```
/// let (letter, problems) = formats::mail::read(b"Subject: Club Nord\r\nMessage-ID: <1@x>\r\n\r\nAda Nwosu - Night Drive\r\n");
/// let letter = letter.unwrap();
/// assert_eq!((letter.subject.as_str(), letter.text.as_str()), ("Club Nord", "Ada Nwosu - Night Drive"));
/// assert!(problems.is_empty() && !letter.automatic);
/// ```
pub fn read(bytes: &[u8]) -> (Option<Letter>, Vec<Problem>) {
    if let Some(problem) = beyond(bytes) {
        return (None, vec![problem]);
    }
    let parser = MessageParser::new()
        .with_mime_headers()
        .header_text(HeaderName::Subject)
        .header_id(HeaderName::MessageId)
        .default_header_raw();
    // The parser gives up in the middle of some messages that are built against the rules, such as a digest of
    // nothing; that is the message's fault and stops nobody else's.
    let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| parser.parse(bytes)));
    let Some(message) = parsed.ok().flatten().filter(|m| !m.headers().is_empty()) else {
        let hint = "send the list as a file with an ordinary mail";
        return (None, vec![Problem::new("mail-unreadable", 0, "this is no mail message", hint)]);
    };
    let mut letter = Letter {
        id: one_line(message.message_id().unwrap_or_default()),
        automatic: is_automatic(&message),
        subject: one_line(message.subject().unwrap_or_default()),
        to: receivers(&message),
        ..Letter::default()
    };
    let mut problems = Vec::new();
    gather(&message, 0, &mut letter, &mut problems);
    (Some(letter), problems)
}

/// Why a message is not looked into at all.
fn beyond(bytes: &[u8]) -> Option<Problem> {
    let hint = "send the list alone, as a file";
    if bytes.len() > MOST_BYTES {
        let message =
            format!("the message has {} bytes, more than the {MOST_BYTES} that are read", bytes.len());
        return Some(Problem::new("mail-large", 0, message, "hand the file in on the page instead"));
    }
    let mut types = 0;
    let mut fields = 0;
    // Fields stand at the beginning and behind a line that begins a part; a blank line may stand before them.
    let mut blanks = 3;
    for line in bytes.split(|b| *b == b'\n') {
        let says_type = says_type(line);
        types += says_type;
        if says_type > 0 || line.starts_with(b"--") {
            blanks = 3;
        }
        if blanks > 0 && memchr::memchr(b':', line).is_some() {
            fields += 1;
        }
        if line.is_empty() || line == b"\r" {
            blanks -= i32::from(blanks > 0);
        }
        if types > MOST_TYPES || fields > MOST_FIELDS {
            let message = format!("the message has more than {MOST_TYPES} parts, or {MOST_FIELDS} fields");
            return Some(Problem::new("mail-parts", 0, message, hint));
        }
    }
    None
}

/// How often a line says a content type.
fn says_type(line: &[u8]) -> usize {
    const WORD: &[u8] = b"content-type";
    let at = |place: usize| {
        place
            .checked_sub(7)
            .and_then(|start| line.get(start..start + WORD.len()))
            .is_some_and(|word| word.eq_ignore_ascii_case(WORD))
    };
    memchr::memchr_iter(b'-', line).filter(|place| at(*place)).count()
}

/// Whether a program sent it: RFC 3834, section 2, and what programs wrote before it.
fn is_automatic(message: &Message<'_>) -> bool {
    let field = |name: &'static str| field(message, name);
    let said = |name: &'static str| field(name).is_some_and(|v| !v.is_empty());
    let from = field("From").unwrap_or_default().to_ascii_lowercase();
    let precedence = field("Precedence").unwrap_or_default().to_ascii_lowercase();
    field("Auto-Submitted").is_some_and(|v| !v.to_ascii_lowercase().starts_with("no"))
        || ["bulk", "list", "junk", "auto_reply"].contains(&precedence.as_str())
        || said("List-Id")
        || said("List-Unsubscribe")
        || said("X-Auto-Response-Suppress")
        || said("X-Autoreply")
        || said("X-Autorespond")
        || said("X-Loop")
        || field("Return-Path").is_some_and(|v| v == "<>")
        || ["mailer-daemon@", "postmaster@", "noreply@", "no-reply@"].iter().any(|who| from.contains(who))
}

fn field(message: &Message<'_>, name: &'static str) -> Option<String> {
    let raw = message.header_raw(HeaderName::parse(name)?)?;
    Some(raw.trim().chars().take(2_000).collect())
}

fn receivers(message: &Message<'_>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in ["Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"] {
        let Some(value) = field(message, name) else { continue };
        let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
        for word in value.split(odd).filter(|w| w.contains('@')).take(50) {
            let word = word.to_ascii_lowercase();
            if !all.contains(&word) {
                all.push(word);
            }
        }
    }
    all
}

fn gather(message: &Message<'_>, depth: usize, letter: &mut Letter, problems: &mut Vec<Problem>) {
    let mut text = String::new();
    for (place, id) in message.text_body.iter().enumerate() {
        let Some(part) = message.part(*id) else { continue };
        if part.attachment_name().is_none() && part.is_text() {
            let words = message.body_text(place).unwrap_or_default();
            text.push_str(&own_words(&words, is_flowed(part), part.is_text_html()));
        }
    }
    if letter.text.is_empty() {
        text.trim_matches('\n').clone_into(&mut letter.text);
    }
    for (id, part) in message.parts.iter().enumerate() {
        let Ok(id) = u32::try_from(id) else { break };
        let named = part.attachment_name().is_some();
        let in_body = message.text_body.contains(&id) || message.html_body.contains(&id);
        if let PartType::Message(inner) = &part.body {
            if depth < MOST_DEPTH {
                gather(inner, depth + 1, letter, problems);
            }
            continue;
        }
        if part.is_multipart() || (in_body && !named) || is_beside_the_point(part) {
            continue;
        }
        if letter.files.len() >= MOST_FILES {
            let words = format!("the message brings more than {MOST_FILES} files");
            problems.push(Problem::new("mail-files", 0, words, "send the others with another message"));
            return;
        }
        let bytes = contents(message, part);
        if !bytes.is_empty() {
            letter.files.push(Enclosure { name: file_name(part.attachment_name()), bytes });
        }
    }
}

/// The bytes of a file. A text is taken as it was sent where no charset is said with it: its reader finds it out, since
/// XML says its own and old programs write none.
fn contents(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let says_charset = part.content_type().is_some_and(|kind| kind.attribute("charset").is_some());
    if !part.is_text() || says_charset {
        return part.contents().to_vec();
    }
    let (from, to) = (part.raw_body_offset() as usize, part.raw_end_offset() as usize);
    let raw = message.raw_message.get(from..to).unwrap_or_default();
    let plain = match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
    };
    plain.unwrap_or_else(|| part.contents().to_vec())
}

/// Signatures, calendars, visiting cards, pictures in a foot: never a set list.
fn is_beside_the_point(part: &MessagePart<'_>) -> bool {
    let Some(kind) = part.content_type() else { return false };
    let sub = kind.subtype().unwrap_or_default().to_ascii_lowercase();
    match kind.ctype().to_ascii_lowercase().as_str() {
        "image" | "audio" | "video" | "font" => true,
        "text" => ["calendar", "vcard", "x-vcard", "directory"].contains(&sub.as_str()),
        "application" => ["pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "ics", "pgp-keys"]
            .contains(&sub.as_str()),
        "message" => true,
        _ => false,
    }
}

fn is_flowed(part: &MessagePart<'_>) -> Option<bool> {
    let kind = part.content_type()?;
    let flowed = kind.attribute("format")?.eq_ignore_ascii_case("flowed");
    flowed.then(|| kind.attribute("delsp").is_some_and(|v| v.eq_ignore_ascii_case("yes")))
}

/// What a sender wrote: up to the signature, without quoted lines, and with lines joined that were broken for the way
/// (RFC 3676). `flowed` says whether the blank at a break goes too.
fn own_words(text: &str, flowed: Option<bool>, from_html: bool) -> String {
    let mut out = String::new();
    let mut open = false;
    for line in text.lines() {
        if line == "-- " || (line == "--" && !from_html) {
            break;
        }
        if line.starts_with('>') {
            open = false;
            continue;
        }
        // A blank that was put before a line which begins with one, `From ` or `>`.
        let line = if flowed.is_some() { line.strip_prefix(' ').unwrap_or(line) } else { line };
        if !open && !out.is_empty() {
            out.push('\n');
        }
        match flowed {
            Some(gone) if line.ends_with(' ') => {
                out.push_str(if gone { &line[..line.len() - 1] } else { line });
                open = true;
            }
            _ => {
                out.push_str(line.trim_end());
                open = false;
            }
        }
    }
    out
}

fn file_name(name: Option<&str>) -> String {
    let last = name.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let clean = one_line(last);
    if clean.is_empty() { "set-list".to_owned() } else { clean }
}

fn one_line(text: &str) -> String {
    let tame: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_NAME * 4).collect();
    tame.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letter(text: &str) -> Letter {
        let (letter, problems) = read(text.replace('\n', "\r\n").as_bytes());
        assert!(problems.is_empty(), "{problems:?}");
        letter.unwrap()
    }

    #[test]
    fn a_file_that_came_along_is_taken_as_it_was_sent() {
        let mail = "From: Mira <mira@example.org>\nTo: set-x@lists.example\nSubject: =?utf-8?q?Soir=C3=A9e_Nord?=\n\
            Message-ID: <a1@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n\
            --b\nContent-Type: text/plain; charset=utf-8\n\nHere it is\n-- \nMira\n\
            --b\nContent-Type: text/csv; name=\"h.csv\"\nContent-Transfer-Encoding: base64\n\
            Content-Disposition: attachment; filename*=utf-8''soir%C3%A9e.csv\n\nYSxiCjEsMgo=\n\
            --b\nContent-Type: image/png; name=\"logo.png\"\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n";
        let got = letter(mail);
        assert_eq!((got.id.as_str(), got.subject.as_str()), ("a1@example.org", "Soirée Nord"));
        assert_eq!(got.text, "Here it is");
        assert_eq!(got.files, [Enclosure { name: "soirée.csv".into(), bytes: b"a,b\n1,2\n".to_vec() }]);
        assert_eq!(got.to, ["set-x@lists.example"]);
    }

    #[test]
    fn what_programs_write_is_known_as_such() {
        for field in [
            "Auto-Submitted: auto-replied",
            "Precedence: bulk",
            "List-Id: <x.example>",
            "Return-Path: <>",
            "From: Mail Delivery <MAILER-DAEMON@example.org>",
            "X-Auto-Response-Suppress: All",
        ] {
            assert!(letter(&format!("{field}\nSubject: x\n\nA - B\n")).automatic, "{field}");
        }
        for field in ["Auto-Submitted: no", "From: Ada <ada@example.org>", "Return-Path: <ada@example.org>"] {
            assert!(!letter(&format!("{field}\nSubject: x\n\nA - B\n")).automatic, "{field}");
        }
    }

    #[test]
    fn pasted_lines_come_without_quotes_signatures_and_breaks_of_the_way() {
        let flowed = "Subject: x\nContent-Type: text/plain; format=flowed\n\nAda Nwosu - Night Drive \n(Kite Remix)\nMira - Low Tide\n> quoted\n-- \nAda\n";
        assert_eq!(letter(flowed).text, "Ada Nwosu - Night Drive (Kite Remix)\nMira - Low Tide");
        let html = "Subject: x\nContent-Type: text/html\n\n<p>Ada - One</p><p>Mira - Two</p>\n";
        let text = letter(html).text;
        assert!(text.contains("Ada - One") && text.lines().count() >= 2, "{text}");
    }

    #[test]
    fn a_message_within_a_message_brings_its_files() {
        let mail = "Subject: Fwd\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nsee below\n--o\nContent-Type: message/rfc822\n\n\
            Subject: inner\nContent-Type: multipart/mixed; boundary=i\n\n--i\nContent-Disposition: attachment; filename=\"../../a.txt\"\n\nA - B\n--i--\n--o--\n";
        let got = letter(mail);
        assert_eq!(got.text, "see below");
        assert_eq!(got.files, [Enclosure { name: "a.txt".into(), bytes: b"A - B".to_vec() }]);
    }

    #[test]
    fn what_would_take_too_long_is_not_begun() {
        let deep = "Content-Type: message/rfc822\n\n".repeat(200_000);
        let wide: String =
            (0..100_000).map(|n| format!("--a\nContent-Type: multipart/x; boundary=a{n}\n\n")).collect();
        let fields = "a:b\n".repeat(1_000_000);
        for (bytes, code) in [
            (deep.into_bytes(), "mail-parts"),
            (format!("Content-Type: multipart/mixed; boundary=a\n\n{wide}").into_bytes(), "mail-parts"),
            (fields.into_bytes(), "mail-parts"),
            (vec![b'x'; MOST_BYTES + 1], "mail-large"),
            (Vec::new(), "mail-unreadable"),
        ] {
            let (letter, problems) = read(&bytes);
            assert!(letter.is_none());
            assert_eq!(problems[0].code, code);
        }
    }

    #[test]
    fn a_long_list_of_times_is_no_header() {
        let lines: String = (0..5_000).map(|n| format!("22:{:02} Ada - Song {n}\n", n % 60)).collect();
        assert_eq!(letter(&format!("Subject: x\n\n{lines}")).text.lines().count(), 5_000);
    }

    /// Pieces that messages are made of, in any order.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just("Content-Type: multipart/mixed; boundary=b\r\n".as_bytes().to_vec()),
            Just(b"Content-Type: multipart/digest; boundary=\"b\"\r\n".to_vec()),
            Just(b"Content-Type: message/rfc822\r\n".to_vec()),
            Just(b"Content-Transfer-Encoding: base64\r\n".to_vec()),
            Just(b"Content-Transfer-Encoding: quoted-printable\r\n".to_vec()),
            Just(b"Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1=x\r\n".to_vec()),
            Just(b"Subject: =?utf-8?b?w6k=?= =?x?q?=C3?=\r\n".to_vec()),
            Just(b"\r\n".to_vec()),
            Just(b"\n".to_vec()),
            Just(b"--b\r\n".to_vec()),
            Just(b"--b--\r\n".to_vec()),
            Just(b"--b".to_vec()),
            Just(b"-".to_vec()),
            Just(b"YQ==\r\n=3D=\r\n".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..40),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|all| all.concat())
    }

    #[test]
    fn a_digest_of_nothing_is_refused_and_stops_nothing() {
        let text = "Content-Type: multipart/digest; boundary=\"b\"\r\n\r\n--b\r\n\r\nContent-Type: message/rfc822\r\n\r\n\r\n--b--\r\n";
        let (letter, problems) = read(text.as_bytes());
        assert!(letter.is_none());
        assert_eq!(problems.first().map(|p| p.code), Some("mail-unreadable"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn any_bytes_are_read_or_refused_with_a_word(bytes in pieces()) {
            let (letter, problems) = read(&bytes);
            prop_assert!(letter.is_some() || problems.len() == 1);
            if let Some(letter) = letter {
                prop_assert!(letter.files.len() <= MOST_FILES);
                prop_assert!(!letter.subject.contains('\n') && letter.subject.chars().count() <= MOST_NAME);
                let kept: usize = letter.files.iter().map(|f| f.bytes.len()).sum();
                // An encoding never makes more than three bytes of one.
                prop_assert!(kept <= bytes.len() * 3 * (MOST_DEPTH + 1), "{kept} of {}", bytes.len());
                for file in &letter.files {
                    prop_assert!(!file.name.is_empty() && !file.name.contains(['/', '\\']));
                }
            }
        }
    }
}
