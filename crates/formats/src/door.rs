//! What the systems of institutions send to a door: lists of cards, answers of CAS and of library systems.
//!
//! It reads who somebody is to the institution's system and nothing else: names and mail addresses that come along are
//! not even looked at. It has no idea whether somebody may come in.

use jiff::civil::Date;
use music::Problem;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Most cards of one list.
pub const CARDS_MOST: usize = 500_000;
/// Most bytes of an answer of CAS that are looked at.
const CAS_BYTES: usize = 64 * 1024;
/// The longest name of somebody in a foreign system, in bytes.
pub const SUBJECT_MOST: usize = 512;

/// A card as an institution hands it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The line it stands on.
    pub line: u64,
    /// Its number, without spaces, in capitals.
    pub number: String,
    /// Its PIN.
    pub pin: String,
    /// The last day on which it opens; open where `None`.
    pub until: Option<Date>,
}

/// Reads a list of cards: CSV with commas, semicolons or tabs, and a header that names `card` and `pin`, and `until`
/// where cards end (French headers are known: `carte`, `code`, `fin`). Other columns, such as names, are not read.
///
/// ```
/// let (cards, problems) = formats::door::read_cards(b"card;pin;until\n0042 17;1234;31/12/2026\n;5;\n");
/// assert_eq!((cards.len(), cards[0].number.as_str(), problems.len()), (1, "004217", 1));
/// ```
pub fn read_cards(bytes: &[u8]) -> (Vec<Card>, Vec<Problem>) {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let head = text.lines().next().unwrap_or_default();
    let most = [b';', b',', b'\t'].into_iter().max_by_key(|d| head.bytes().filter(|b| b == d).count());
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(most.unwrap_or(b';'))
        .flexible(true)
        .has_headers(true)
        .from_reader(text.as_bytes());
    let column = |headers: &csv::StringRecord, names: &[&str]| {
        headers.iter().position(|h| names.contains(&h.trim().to_lowercase().as_str()))
    };
    let Ok(headers) = reader.headers().cloned() else {
        return (Vec::new(), vec![Problem::new("cards-header", 1, "this is no list of cards", HEADER)]);
    };
    let (Some(card), Some(pin)) = (
        column(&headers, &["card", "carte", "number", "numéro", "numero", "barcode", "code-barres"]),
        column(&headers, &["pin", "code", "password", "mot de passe"]),
    ) else {
        return (
            Vec::new(),
            vec![Problem::new("cards-header", 1, "the first line does not name `card` and `pin`", HEADER)],
        );
    };
    let until = column(&headers, &["until", "fin", "expires", "expiration", "date de fin"]);
    let (mut cards, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(Problem::new("cards-line", line, "this line cannot be read", ""));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if cards.len() >= CARDS_MOST {
            let message = format!("a list holds {CARDS_MOST} cards at most");
            problems.push(Problem::new("cards-many", line, message, "hand the rest in as another list"));
            break;
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        match read_card(line, cell(card), cell(pin), until.map(cell).unwrap_or_default()) {
            Ok(card) => cards.push(card),
            Err(problem) => problems.push(problem),
        }
    }
    (cards, problems)
}

const HEADER: &str = "the first line names the columns: `card`, `pin`, and `until` where cards end";

fn read_card(line: u64, number: &str, pin: &str, until: &str) -> Result<Card, Problem> {
    let number = card_number(number);
    if number.is_empty() || number.len() > 64 {
        return Err(Problem::new("card-number", line, "this line has no card number", ""));
    }
    if pin.is_empty() || pin.len() > 64 {
        return Err(Problem::new("card-pin", line, "this card has no PIN", "cards without one open nothing"));
    }
    let until = match until {
        "" => None,
        text => Some(day(text).ok_or_else(|| {
            let message = format!("`{text}` is not a day");
            Problem::new("card-until", line, message, "as in `2026-12-31` or `31/12/2026`")
        })?),
    };
    Ok(Card { line, number, pin: pin.to_owned(), until })
}

/// A card number as it is compared: letters and digits in capitals.
pub fn card_number(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(65).collect()
}

fn day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse::<Date>() {
        return Some(day);
    }
    let mut parts = text.split(['/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// What a CAS server says of a ticket (CAS protocol 3.0, 2.5): who it belongs to, or why to nobody. Attributes are not
/// read.
///
/// # Errors
/// The server's code, such as `INVALID_TICKET`; `unreadable` where it is no such answer.
pub fn cas_user(bytes: &[u8]) -> Result<String, String> {
    let unreadable = || "unreadable".to_owned();
    let text = std::str::from_utf8(bytes.get(..CAS_BYTES).unwrap_or(bytes)).map_err(|_| unreadable())?;
    let mut reader = Reader::from_str(text);
    let (mut path, mut user): (Vec<String>, String) = (Vec::new(), String::new());
    let mut done = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let name = tag.local_name().as_ref().to_owned();
                if path.len() > 32 {
                    return Err(unreadable());
                }
                if name == "authenticationFailure" && path.len() == 1 {
                    let code = tag.try_get_attribute("code").ok().flatten();
                    let code = code.map(|c| c.value.into_owned()).unwrap_or_default();
                    let fine = |c: &char| c.is_ascii_uppercase() || *c == '_';
                    return Err(code.chars().filter(fine).take(40).collect());
                }
                path.push(name);
            }
            Ok(Event::Text(part)) if at_user(&path) => {
                user.push_str(&part.xml10_content());
            }
            Ok(Event::GeneralRef(part)) if at_user(&path) => {
                let known = match &*part.xml10_content() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => part.resolve_char_ref().ok().flatten(),
                };
                user.push(known.ok_or_else(unreadable)?);
            }
            // A name that a comment or a section cuts in two would be read as another one elsewhere.
            Ok(Event::Comment(_) | Event::CData(_) | Event::PI(_)) if at_user(&path) => {
                return Err(unreadable());
            }
            Ok(Event::DocType(_)) => return Err(unreadable()),
            Ok(Event::End(_)) => {
                done |= at_user(&path);
                path.pop();
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => return Err(unreadable()),
        }
    }
    let user = user.trim().to_owned();
    if done && path.is_empty() && !user.is_empty() && user.len() <= SUBJECT_MOST {
        Ok(user)
    } else {
        Err(unreadable())
    }
}

fn at_user(path: &[String]) -> bool {
    matches!(path, [root, success, user] if root == "serviceResponse" && success == "authenticationSuccess" && user == "user")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cards_as_they_are_handed_in() {
        let list = "\u{feff}Nom;Carte;Code;Fin\nFeld;12 34;0000;2026-12-31\nX;;1;\nY;99;;\nZ;77;8;soon\n\"W;1\";78;9;01/02/2027\n";
        let (cards, problems) = read_cards(list.as_bytes());
        let read: Vec<_> = cards
            .iter()
            .map(|c| (c.line, c.number.as_str(), c.pin.as_str(), c.until.map(|d| d.to_string())))
            .collect();
        assert_eq!(
            read,
            [
                (2, "1234", "0000", Some("2026-12-31".to_owned())),
                (6, "78", "9", Some("2027-02-01".to_owned()))
            ]
        );
        let told: Vec<_> = problems.iter().map(|p| (p.origin.line, p.code)).collect();
        assert_eq!(told, [(3, "card-number"), (4, "card-pin"), (5, "card-until")]);
        for none in ["", "name,mail\nA,b\n", "card\n1\n"] {
            let (cards, problems) = read_cards(none.as_bytes());
            assert!(cards.is_empty() && problems[0].code == "cards-header", "{none}");
        }
    }

    #[test]
    fn a_cas_server_names_somebody_or_says_why_not() {
        let answer = |inside: &str| {
            format!(
                "<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">{inside}</cas:serviceResponse>"
            )
        };
        let success = |user: &str| {
            answer(&format!(
                "<cas:authenticationSuccess><cas:user>{user}</cas:user><cas:attributes><cas:mail>a@b.example</cas:mail>\
                 <cas:user>other</cas:user></cas:attributes></cas:authenticationSuccess>"
            ))
        };
        assert_eq!(cas_user(success("reader-7").as_bytes()).unwrap(), "reader-7");
        assert_eq!(cas_user(success("a &amp; b&#46;").as_bytes()).unwrap(), "a & b.");
        let failure =
            answer("<cas:authenticationFailure code=\"INVALID_TICKET\">ST-1</cas:authenticationFailure>");
        assert_eq!(cas_user(failure.as_bytes()).unwrap_err(), "INVALID_TICKET");
        for odd in [
            String::new(),
            "yes\nreader\n".to_owned(),
            success(""),
            success("admin<!-- -->.evil"),
            success("&unknown;"),
            success(&"x".repeat(600)),
            format!("<!DOCTYPE x [<!ENTITY e 'x'>]>{}", success("&e;")),
            success("reader").replace("</cas:serviceResponse>", ""),
            answer("<cas:user>reader</cas:user>"),
        ] {
            assert_eq!(cas_user(odd.as_bytes()).unwrap_err(), "unreadable", "{odd}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = cas_user(&bytes);
            let (cards, _) = read_cards(&bytes);
            prop_assert!(cards.iter().all(|c| !c.number.is_empty() && !c.pin.is_empty()));
        }

        #[test]
        fn cards_come_back_as_written(cards in proptest::collection::vec(("[0-9A-Z]{1,20}", "[0-9]{1,8}"), 0..30)) {
            let text: String = cards.iter().map(|(n, p)| format!("{n};{p}\n")).collect();
            let (read, problems) = read_cards(format!("card;pin\n{text}").as_bytes());
            prop_assert!(problems.is_empty());
            let read: Vec<_> = read.into_iter().map(|c| (c.number, c.pin)).collect();
            prop_assert_eq!(read, cards);
        }
    }
}
