//! Any foreign file: what it is, and what it says to whoever asks for an address.

use music::Problem;

use super::rsl::{Asker, Rsl};
use super::{Told, aipref, cawg, odrl, robots, tdmai, tdmrep};

/// What a file can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `robots.txt` or `ai.txt`.
    Robots,
    /// The head of an HTTP answer.
    Headers,
    /// A page in HTML.
    Page,
    /// RSL.
    Rsl,
    /// `tdmrep.json`.
    Tdmrep,
    /// A policy in ODRL.
    Odrl,
    /// A declaration of TDM·AI.
    Tdmai,
    /// An assertion of CAWG, out of its manifest.
    Cawg,
}

/// Of what is asked, and by whom.
#[derive(Debug, Clone, Copy, Default)]
pub struct For<'a> {
    /// The address or path; `/` where nothing is given.
    pub address: &'a str,
    /// The crawler's name.
    pub agent: &'a str,
    /// The kind of user and the country, as RSL tells them apart.
    pub asker: Asker<'a>,
}

impl Kind {
    /// All kinds with their words.
    pub const ALL: [(&'static str, Kind); 8] = [
        ("robots", Kind::Robots),
        ("headers", Kind::Headers),
        ("page", Kind::Page),
        ("rsl", Kind::Rsl),
        ("tdmrep", Kind::Tdmrep),
        ("odrl", Kind::Odrl),
        ("tdmai", Kind::Tdmai),
        ("cawg", Kind::Cawg),
    ];

    /// What a file is, by its content and, where that leaves it open, its name.
    pub fn sniff(name: &str, bytes: &[u8]) -> Option<Kind> {
        let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        let head = head.get(..head.len().min(64 * 1024)).unwrap_or_default();
        let text = String::from_utf8_lossy(head).to_ascii_lowercase();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        let has = |word: &str| text.contains(word);
        match head.first()? {
            b'<' if has("<rsl") => Some(Kind::Rsl),
            b'<' => Some(Kind::Page),
            b'{' | b'[' if has("\"iscc\"") => Some(Kind::Tdmai),
            b'{' | b'[' if has("\"location\"") && has("tdm-reservation") => Some(Kind::Tdmrep),
            b'[' if name.starts_with("tdmrep") => Some(Kind::Tdmrep),
            b'{' if has("cawg.") || has("c2pa.") => Some(Kind::Cawg),
            b'{' | b'[' if has("permission\"") || has("prohibition\"") => Some(Kind::Odrl),
            b'{' | b'[' => None,
            _ if text.lines().any(|l| l.trim_start().starts_with("user-agent")) => Some(Kind::Robots),
            _ if name.starts_with("robots") || name.starts_with("ai.txt") => Some(Kind::Robots),
            _ if has("content-usage:") || has("tdm-reservation:") || text.starts_with("http/") => {
                Some(Kind::Headers)
            }
            _ => None,
        }
    }

    /// Reads a file of this kind.
    pub fn read(self, bytes: &[u8], asked: For<'_>) -> (Vec<Told>, Vec<Problem>) {
        let address = if asked.address.is_empty() { "/" } else { asked.address };
        match self {
            Kind::Robots => {
                let (robots, problems) = robots::Robots::read(bytes);
                let mut told = robots.usage(asked.agent, path(address)).told();
                told.about = address.to_owned();
                (vec![told], problems)
            }
            Kind::Headers => headers(bytes, address),
            Kind::Page => {
                let (reserved, policy) = tdmrep::from_page(bytes);
                (vec![tdmrep::told(address, reserved, policy.as_deref())], Vec::new())
            }
            Kind::Rsl => {
                let (rsl, problems) = Rsl::read(bytes);
                (vec![rsl.told(address, asked.asker)], problems)
            }
            Kind::Tdmrep => {
                let (rules, problems) = tdmrep::read(bytes);
                let rule = tdmrep::at(&rules, address);
                let policy = rule.and_then(|r| r.policy.as_deref());
                (vec![tdmrep::told(address, rule.map(|r| r.reserved), policy)], problems)
            }
            Kind::Odrl => one(odrl::read(bytes)),
            Kind::Tdmai => {
                let (all, problems) = tdmai::read(bytes);
                (all.iter().map(tdmai::Declaration::told).collect(), problems)
            }
            Kind::Cawg => one(cawg::Assertion::read(bytes).map(|a| a.told())),
        }
    }
}

fn one(read: Result<Told, Problem>) -> (Vec<Told>, Vec<Problem>) {
    match read {
        Ok(told) => (vec![told], Vec::new()),
        Err(problem) => (Vec::new(), vec![problem]),
    }
}

/// The path of an address.
fn path(address: &str) -> &str {
    match address.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => address,
    }
}

/// The head of an answer: names have no case, a line that begins with a space goes on with the one before.
fn headers(bytes: &[u8], address: &str) -> (Vec<Told>, Vec<Problem>) {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(256 * 1024)).unwrap_or_default());
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.is_empty() && !fields.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    let pairs = || fields.iter().map(|(n, v)| (n.as_str(), v.as_str()));
    let (usage, problems) = aipref::Usage::from_headers(pairs());
    let reserved = tdmrep::from_headers(pairs());
    let policy = pairs().find(|(n, _)| n.eq_ignore_ascii_case("tdm-policy")).map(|(_, v)| v);
    let mut said = vec![usage.told(), tdmrep::told(address, reserved, policy)];
    said.iter_mut().for_each(|t| t.about = address.to_owned());
    (said, problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uses::Use;
    use proptest::prelude::*;

    #[test]
    fn every_kind_is_known_by_its_content() {
        for (name, text, kind) in [
            ("x", "<rsl xmlns='https://rslstandard.org/rsl'/>", Kind::Rsl),
            ("x", "<!doctype html><html>", Kind::Page),
            ("x", "[{\"location\":\"/\",\"tdm-reservation\":1}]", Kind::Tdmrep),
            ("tdmrep.json", "[]", Kind::Tdmrep),
            ("x", "{\"iscc\":\"K\",\"all\":\"false\"}", Kind::Tdmai),
            ("x", "{\"entries\":{\"cawg.ai_training\":{\"use\":\"allowed\"}}}", Kind::Cawg),
            ("x", "{\"permission\":[]}", Kind::Odrl),
            ("x", "\u{feff}# us\nUSER-AGENT: *\n", Kind::Robots),
            ("x", "HTTP/2 200\nContent-Usage: train-ai=n\n", Kind::Headers),
        ] {
            assert_eq!(Kind::sniff(name, text.as_bytes()), Some(kind), "{text}");
        }
        assert_eq!(Kind::sniff("x", b"hello"), None);
    }

    #[test]
    fn a_head_says_both_and_lines_may_go_on() {
        let head = b"HTTP/1.1 200 OK\r\nCONTENT-USAGE: train-ai=n,\r\n  search=y\r\nTDM-Reservation: 1\r\n\r\ncontent-usage: train-ai=y\r\n";
        let (said, problems) = Kind::Headers.read(head, For::default());
        assert!(
            problems.is_empty() && said[0].refused.has(Use::TrainGen) && said[0].noted.has(Use::IndexSearch)
        );
        assert_eq!(said[1].reserved, Some(true));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_as_any_kind(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = Kind::sniff("a", &bytes);
            for (_, kind) in Kind::ALL {
                let _ = kind.read(&bytes, For::default());
            }
        }
    }
}
