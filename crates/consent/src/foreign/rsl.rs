//! RSL 1.0 (Really Simple Licensing), the XML that a site puts beside its pages: what it offers to whom, and for what.
//!
//! Each `<license>` of a `<content>` is one offer, and their order says nothing. A `<prohibits>` in any of them holds
//! against a `<permits>` in another. A licence that names no usage offers only what no licence of the content names.
//! A word that is not known covers nothing. Only a payment of type `free`, or none, is without charge: a price that is
//! left out is not nought. Of several contents the one with the longest address that fits holds.

use std::str::FromStr;

use music::{Origin, Problem};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::address::fits;
use super::{Exported, Preference, Told, all_open, unsaid, uses_under};
use crate::answer::Outcome;
use crate::uses::{LIST, Use, UseSet};

/// A word for usages, with ours that it speaks of. `train-ai` is the word of an older draft.
pub const USAGES: [(&str, &[&str]); 7] = [
    ("all", &[""]),
    ("ai-all", &["index.", "analyse.", "train.", "input.", "gen.", "tool.", "perf."]),
    ("ai-train", &["train.", "perf."]),
    ("train-ai", &["train.", "perf."]),
    ("ai-input", &["input.", "gen."]),
    ("ai-index", &["index.", "analyse."]),
    ("search", &["index."]),
];

/// Bytes that are read at most; a licence file is a page, not a book.
const LONGEST: usize = 1 << 20;
/// How deep elements may lie in one another.
const DEEPEST: usize = 16;
/// Licences that are read at most.
const MOST: usize = 10_000;

/// A file: what is offered for each address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rsl {
    /// The contents, as they came.
    pub contents: Vec<Content>,
}

/// What is offered for one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// A path or address; `*` stands for anything, `$` at the end for the end.
    pub url: String,
    /// Where a licence can be bought.
    pub server: Option<String>,
    /// The offers.
    pub licenses: Vec<License>,
}

/// One offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct License {
    /// What it permits, by type (`usage`, `user`, `geo`).
    pub permits: Vec<Terms>,
    /// What it prohibits.
    pub prohibits: Vec<Terms>,
    /// What it costs; one of these, where there are several.
    pub payments: Vec<Payment>,
}

/// The words of one `<permits>` or `<prohibits>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// `usage`, `user` or `geo`.
    pub of: String,
    /// Its words, in small letters.
    pub words: Vec<String>,
}

/// What a licence costs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payment {
    /// `free`, `use`, `subscription`, `purchase`, `crawl`, `training`, `contribution` or `attribution`.
    pub kind: String,
    /// The amount as written, with its currency; `None` where it has to be asked for.
    pub amount: Option<(String, String)>,
}

/// Who asks, as far as the format can tell people apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asker<'a> {
    /// `commercial`, `non-commercial`, `education`, `government` or `personal`.
    pub user: Option<&'a str>,
    /// The country's two letters.
    pub country: Option<&'a str>,
}

/// What is said of one use, and for what payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Yes, no, or nothing.
    pub preference: Preference,
    /// What would have to be paid for it to become a yes.
    pub for_payment: Vec<Payment>,
}

impl Rsl {
    /// Reads a file; what is well-formed until a break counts, and the break is told.
    pub fn read(bytes: &[u8]) -> (Rsl, Vec<Problem>) {
        let mut reading = Reading::default();
        if bytes.len() > LONGEST {
            reading.tell(0, format!("the file is longer than {LONGEST} bytes"));
            return (reading.rsl, reading.problems);
        }
        let text = String::from_utf8_lossy(bytes);
        let mut reader = Reader::from_str(&text);
        reader.config_mut().expand_empty_elements = true;
        let mut line = Lines { text: text.as_bytes(), position: 0, line: 1 };
        loop {
            let at = line.at(reader.buffer_position());
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(event) => {
                    if !reading.take(&event, at) {
                        break;
                    }
                }
                Err(e) => {
                    reading.tell(at, format!("the XML breaks here: {e}"));
                    break;
                }
            }
        }
        reading.close();
        if reading.rsl.contents.is_empty() && reading.problems.is_empty() {
            reading.tell(1, "the file has no `<content>`".to_owned());
        }
        (reading.rsl, reading.problems)
    }

    /// What is said of a use of the page at an address or path.
    pub fn says(&self, url: &str, usage: Use, asker: Asker<'_>) -> Said {
        let fitting = self.contents.iter().filter(|c| fits(&c.url, url)).max_by_key(|c| c.url.len());
        fitting.map_or(Said { preference: Preference::Unknown, for_payment: Vec::new() }, |c| {
            c.says(usage, asker)
        })
    }

    /// All that is said of an address to whoever asks, and what of it has no word here.
    pub fn told(&self, url: &str, asker: Asker<'_>) -> Told {
        let mut told = Told { format: "RSL", about: url.to_owned(), ..Told::default() };
        for row in &LIST {
            let said = self.says(url, row.usage, asker);
            match said.preference {
                Preference::NotAllowed => told.refused = told.refused.with(row.usage),
                Preference::Allowed => told.noted = told.noted.with(row.usage),
                Preference::Unknown => {}
            }
            if let Some(pay) = said.for_payment.first() {
                let amount = pay.amount.as_ref().map_or_else(String::new, |(n, c)| format!(" {n} {c}"));
                told.lost.push(format!(
                    "`{}` is offered against a payment (`{}`{amount}): not allowed",
                    row.code, pay.kind
                ));
            }
        }
        told
    }

    /// The uses that are refused for an address.
    pub fn refused(&self, url: &str, asker: Asker<'_>) -> UseSet {
        let no = |r: &&crate::uses::Row| self.says(url, r.usage, asker).preference == Preference::NotAllowed;
        LIST.iter().filter(no).fold(UseSet::default(), |set, r| set.with(r.usage))
    }
}

impl Content {
    fn says(&self, usage: Use, asker: Asker<'_>) -> Said {
        let no = Said { preference: Preference::NotAllowed, for_payment: Vec::new() };
        if self.licenses.iter().any(|l| l.prohibits(usage, asker)) {
            return no;
        }
        let named = self.licenses.iter().any(|l| l.names(usage));
        let mut priced = Vec::new();
        let mut offered = false;
        for license in self.licenses.iter().filter(|l| l.offers(usage, named, asker)) {
            if license.payments.iter().all(|p| p.kind == "free") {
                return Said { preference: Preference::Allowed, for_payment: Vec::new() };
            }
            offered = true;
            priced.extend(license.payments.iter().cloned());
        }
        match offered {
            // It says yes against something that nobody here can see paid.
            true => Said { preference: Preference::NotAllowed, for_payment: priced },
            // Named, but not to this asker.
            false if named => no,
            false => Said { preference: Preference::Unknown, for_payment: Vec::new() },
        }
    }
}

impl License {
    /// A usage may be prohibited outright, or the whole to some users and countries; who is not known to be outside is inside.
    fn prohibits(&self, usage: Use, asker: Asker<'_>) -> bool {
        self.prohibits.iter().any(|t| match t.of.as_str() {
            "usage" => t.covers(usage),
            "user" => t.holds(asker.user).unwrap_or(!t.words.is_empty()) && self.concerns(usage),
            "geo" => t.holds(asker.country).unwrap_or(!t.words.is_empty()) && self.concerns(usage),
            _ => false,
        })
    }

    fn names(&self, usage: Use) -> bool {
        self.permits.iter().any(|t| t.of == "usage" && t.covers(usage))
    }

    /// Whether it speaks of the usage: by name, or of all by naming none.
    fn concerns(&self, usage: Use) -> bool {
        self.names(usage) || !self.permits.iter().any(|t| t.of == "usage")
    }

    fn offers(&self, usage: Use, named: bool, asker: Asker<'_>) -> bool {
        let silent = !self.permits.iter().any(|t| t.of == "usage");
        let to = |of: &str, who: Option<&str>| {
            let mut terms = self.permits.iter().filter(|t| t.of == of).peekable();
            terms.peek().is_none() || terms.any(|t| t.holds(who).unwrap_or(false))
        };
        (self.names(usage) || (silent && !named)) && to("user", asker.user) && to("geo", asker.country)
    }
}

impl Terms {
    fn covers(&self, usage: Use) -> bool {
        let covers = |word: &String| {
            USAGES.iter().any(|(known, prefixes)| known == word && uses_under(prefixes).has(usage))
        };
        self.words.iter().any(covers)
    }

    /// Whether the words hold what was told; `None` where nothing was.
    fn holds(&self, told: Option<&str>) -> Option<bool> {
        told.map(|t| self.words.iter().any(|w| w.eq_ignore_ascii_case(t)))
    }
}

/// What has been read until now.
#[derive(Default)]
struct Reading {
    rsl: Rsl,
    problems: Vec<Problem>,
    path: Vec<String>,
    content: Option<Content>,
    license: Option<License>,
    text: String,
    attribute: Option<String>,
    payment: Option<Payment>,
    currency: Option<String>,
    licenses: usize,
}

impl Reading {
    /// Takes one event; false to stop.
    fn take(&mut self, event: &Event<'_>, at: u64) -> bool {
        match event {
            Event::Start(start) => return self.open(start, at),
            Event::End(_) => {
                let name = self.path.pop().unwrap_or_default();
                self.end(&name);
            }
            Event::Text(text) => self.text.push_str(&text.xml10_content()),
            Event::CData(text) => self.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(c)) => self.text.push(c),
                _ => self.text.push_str(match name.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                }),
            },
            Event::DocType(_) => {
                self.tell(at, "the file declares a document type, which no licence needs".to_owned());
                return false;
            }
            _ => {}
        }
        true
    }

    fn open(&mut self, start: &BytesStart<'_>, at: u64) -> bool {
        let name = start.local_name().as_ref().to_ascii_lowercase();
        self.path.push(name.clone());
        if self.path.len() > DEEPEST || self.licenses > MOST {
            self.tell(at, "the file holds more than a licence file has".to_owned());
            return false;
        }
        let value = |key: &str| {
            let found =
                start.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == key);
            found.map(|a| {
                a.normalized_value(quick_xml::XmlVersion::Implicit1_0)
                    .map(|v| v.trim().to_owned())
                    .unwrap_or_default()
            })
        };
        match name.as_str() {
            "content" => {
                self.content = Some(Content {
                    url: value("url").unwrap_or_default(),
                    server: value("server").filter(|s| !s.is_empty()),
                    licenses: Vec::new(),
                });
            }
            "license" => {
                self.licenses += 1;
                self.license = Some(License::default());
            }
            "permits" | "prohibits" => self.attribute = value("type").map(|t| t.to_ascii_lowercase()),
            "payment" => {
                let kind = value("type").map_or_else(|| "free".to_owned(), |t| t.to_ascii_lowercase());
                self.payment = Some(Payment { kind, amount: None });
            }
            "amount" => self.currency = Some(value("currency").unwrap_or_default()),
            _ => {}
        }
        self.text.clear();
        true
    }

    fn end(&mut self, name: &str) {
        let text = std::mem::take(&mut self.text);
        match name {
            "permits" | "prohibits" => {
                let split = text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty());
                let words = split.map(str::to_ascii_lowercase).collect();
                let terms = Terms { of: self.attribute.take().unwrap_or_default(), words };
                if let Some(license) = &mut self.license {
                    if name == "permits" {
                        license.permits.push(terms)
                    } else {
                        license.prohibits.push(terms)
                    }
                }
            }
            "amount" => {
                if let Some(payment) = &mut self.payment
                    && !text.trim().is_empty()
                {
                    payment.amount = Some((text.trim().to_owned(), self.currency.take().unwrap_or_default()));
                }
            }
            "payment" => {
                if let (Some(license), Some(payment)) = (&mut self.license, self.payment.take()) {
                    license.payments.push(payment);
                }
            }
            "license" => {
                if let (Some(content), Some(license)) = (&mut self.content, self.license.take()) {
                    content.licenses.push(license);
                }
            }
            "content" => self.rsl.contents.extend(self.content.take()),
            _ => {}
        }
    }

    /// Closes what a broken file left open: a prohibition that was read must not be lost.
    fn close(&mut self) {
        while let Some(name) = self.path.pop() {
            self.end(&name);
        }
    }

    fn tell(&mut self, line: u64, message: String) {
        const HINT: &str = "an RSL 1.0 file is `<rsl>` with `<content url=…>` and `<license>` in it; what was read until here counts";
        let origin = Origin::new("", line);
        self.problems.push(Problem { origin, ..Problem::new("rsl", line, message, HINT) });
    }
}

/// Lines counted along the way, so that a file is gone through once.
struct Lines<'a> {
    text: &'a [u8],
    position: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> u64 {
        let until = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.get(self.position..until).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.position = until.max(self.position);
        self.line
    }
}

/// The file for these answers: one licence that says yes where everything of a word is open, and no elsewhere.
pub fn export(url: &str, answers: &[(Use, Outcome)]) -> Exported {
    let (mut yes, mut no, mut spoken) = (Vec::new(), Vec::new(), UseSet::default());
    for (word, prefixes) in USAGES.iter().filter(|(w, _)| ["ai-train", "ai-input", "ai-index"].contains(w)) {
        let set = uses_under(prefixes);
        spoken.0 |= set.0;
        if all_open(set, answers) { yes.push(*word) } else { no.push(*word) }
    }
    let mut text = String::from("<rsl xmlns=\"https://rslstandard.org/rsl\">\n");
    text.push_str(&format!("  <content url=\"{}\">\n    <license>\n", quick_xml::escape::escape(url)));
    for (name, words) in [("permits", yes), ("prohibits", no)] {
        if !words.is_empty() {
            text.push_str(&format!("      <{name} type=\"usage\">{}</{name}>\n", words.join(" ")));
        }
    }
    text.push_str("    </license>\n  </content>\n</rsl>\n");
    Exported { text, unsaid: unsaid(spoken, answers, "RSL") }
}

impl FromStr for Rsl {
    type Err = Problem;

    /// Reads a file that must be whole.
    ///
    /// # Errors
    /// Its first problem.
    fn from_str(text: &str) -> Result<Rsl, Problem> {
        let (rsl, problems) = Rsl::read(text.as_bytes());
        problems.into_iter().next().map_or(Ok(rsl), Err)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(inside: &str) -> Rsl {
        format!("<rsl xmlns=\"https://rslstandard.org/rsl\"><content url=\"/\">{inside}</content></rsl>")
            .parse()
            .unwrap()
    }

    fn said(rsl: &Rsl, usage: Use) -> Preference {
        rsl.says("https://fen.example/a", usage, Asker::default()).preference
    }

    #[test]
    fn a_prohibition_in_any_licence_holds() {
        let yes = "<license><permits type=\"usage\">ai-train</permits></license>";
        let no = "<license><prohibits type=\"usage\">all</prohibits></license>";
        for both in [format!("{yes}{no}"), format!("{no}{yes}")] {
            assert_eq!(said(&file(&both), Use::TrainGen), Preference::NotAllowed);
        }
        assert_eq!(said(&file(yes), Use::TrainGen), Preference::Allowed);
        assert_eq!(said(&file(yes), Use::IndexSearch), Preference::Unknown);
    }

    #[test]
    fn only_what_is_free_is_free() {
        let for_money = |payment: &str| {
            file(&format!("<license><permits type=\"usage\">AI-Train, search</permits>{payment}</license>"))
        };
        for priced in [
            "<payment type=\"training\"/>",
            "<payment type=\"attribution\"><custom>https://fen.example/terms</custom></payment>",
            "<payment type=\"free\"/><payment type=\"crawl\"><amount currency=\"EUR\">0.01</amount></payment>",
        ] {
            assert_eq!(said(&for_money(priced), Use::TrainGen), Preference::NotAllowed, "{priced}");
        }
        assert_eq!(said(&for_money("<payment/>"), Use::TrainGen), Preference::Allowed);
        let priced = for_money("<payment type=\"purchase\"><amount currency=\"EUR\">12</amount></payment>");
        let want = Payment { kind: "purchase".into(), amount: Some(("12".into(), "EUR".into())) };
        assert_eq!(priced.says("/a", Use::IndexSearch, Asker::default()).for_payment, [want]);
    }

    #[test]
    fn silence_on_usage_offers_only_what_nobody_names() {
        let rsl = file(
            "<license><permits type=\"user\">education</permits></license><license><permits type=\"usage\">search</permits></license>",
        );
        let school = Asker { user: Some("education"), country: None };
        assert_eq!(rsl.says("/x", Use::TrainGen, school).preference, Preference::Allowed);
        assert_eq!(rsl.says("/x", Use::TrainGen, Asker::default()).preference, Preference::Unknown);
        assert_eq!(rsl.says("/x", Use::IndexSearch, school).preference, Preference::Allowed);
    }

    #[test]
    fn users_and_countries_are_kept_apart() {
        let rsl = file(
            "<license><permits type=\"usage\">all</permits><permits type=\"geo\">FR DE</permits></license>",
        );
        let from = |country| Asker { user: None, country };
        assert_eq!(rsl.says("/", Use::GenCover, from(Some("fr"))).preference, Preference::Allowed);
        assert_eq!(rsl.says("/", Use::GenCover, from(Some("US"))).preference, Preference::NotAllowed);
        assert_eq!(rsl.says("/", Use::GenCover, from(None)).preference, Preference::NotAllowed);
        let rsl = file("<license><prohibits type=\"user\">commercial</prohibits></license>");
        let by = |user| rsl.says("/", Use::GenCover, Asker { user, country: None }).preference;
        assert_eq!((by(Some("commercial")), by(None)), (Preference::NotAllowed, Preference::NotAllowed));
        assert_eq!(by(Some("personal")), Preference::Allowed);
    }

    #[test]
    fn the_longest_address_holds() {
        let text = "<rsl><content url=\"/\"><license><prohibits type=\"usage\">all</prohibits></license></content>\
                    <content url=\"/free/*.flac$\"><license><permits type=\"usage\">all</permits></license></content></rsl>";
        let rsl: Rsl = text.parse().unwrap();
        let at = |url: &str| rsl.says(url, Use::TrainGen, Asker::default()).preference;
        assert_eq!(at("https://fen.example/free/a.flac"), Preference::Allowed);
        assert_eq!(at("/free/a.flac.html"), Preference::NotAllowed);
        assert_eq!(at("/other"), Preference::NotAllowed);
        assert!(
            fits("https://fen.example/*", "https://fen.example/x")
                && !fits("https://fen.example/", "https://ash.example/")
        );
        assert!(fits("/a*b$", "/abxb") && !fits("/a*b$", "/abx"));
    }

    #[test]
    fn what_was_read_of_a_broken_file_counts() {
        let (rsl, problems) =
            Rsl::read(b"<rsl><content url='/'><license><prohibits type='usage'>all</prohibits></lic");
        assert_eq!(problems.len(), 1);
        assert_eq!(said(&rsl, Use::TrainGen), Preference::NotAllowed);
        let bomb = b"<!DOCTYPE rsl [<!ENTITY a \"b\">]><rsl><content url='/'/></rsl>";
        assert!(Rsl::read(bomb).0.contents.is_empty() && Rsl::read(bomb).1.len() == 1);
        assert_eq!(Rsl::read("<a>".repeat(100).as_bytes()).1.len(), 1);
        assert_eq!(Rsl::read(b"").1.len(), 1);
    }

    #[test]
    fn an_export_reads_back_and_never_says_too_much() {
        let answers: Vec<(Use, Outcome)> = LIST
            .iter()
            .map(|r| {
                (
                    r.usage,
                    if r.code.starts_with("index.") || r.code.starts_with("analyse.") {
                        Outcome::Permit
                    } else {
                        Outcome::NeedsLicense
                    },
                )
            })
            .collect();
        let out = export("https://fen.example/?a=1&b=2", &answers);
        let rsl: Rsl = out.text.parse().unwrap();
        assert_eq!(rsl.contents[0].url, "https://fen.example/?a=1&b=2");
        let says = |usage| rsl.says("https://fen.example/?a=1&b=2", usage, Asker::default()).preference;
        assert_eq!(
            (says(Use::IndexSearch), says(Use::TrainGen)),
            (Preference::Allowed, Preference::NotAllowed)
        );
        assert!(!out.unsaid.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let (rsl, _) = Rsl::read(&bytes);
            let _ = rsl.refused("/a", Asker::default());
        }

        #[test]
        fn any_elements_are_read(parts in prop::collection::vec("<(/?)(rsl|content|license|permits|prohibits|payment|amount)( type=\"(usage|geo)\")?>|all|&amp;|&x;", 0..40)) {
            let (rsl, _) = Rsl::read(parts.concat().as_bytes());
            let _ = rsl.refused("/a", Asker::default());
        }
    }
}
