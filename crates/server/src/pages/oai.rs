//! The catalogue feed: OAI-PMH 2.0, in Dublin Core and in the form that French library systems harvest already
//! (`oai1dtouch_dc`).
//!
//! Answers are made of what `app::harvest` tells; a harvester's place is in its token, so nothing is kept between two
//! questions, and a token works for ever.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use app::House;
use app::harvest::{self, PAGE, Place, Record};
use axum::extract::{RawForm, RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use music::{MediaKind, Recording, RecordingId};

use crate::Web;
use crate::flaw::Flaw;

/// The prefix of the form that library systems know.
const TOUCH: &str = "oai1dtouch_dc";
const TOUCH_SPACE: &str = "https://export.divercities.eu/OAI/2.0/oai1dtouch_dc/";
/// Microseconds.
const SECOND: i64 = 1_000_000;

/// The two forms of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Dc,
    Touch,
}

impl Form {
    fn read(prefix: &str) -> Option<Form> {
        match prefix {
            "oai_dc" => Some(Form::Dc),
            TOUCH => Some(Form::Touch),
            _ => None,
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Form::Dc => "oai_dc",
            Form::Touch => TOUCH,
        }
    }
}

/// What is wrong with a question: OAI's code and words.
type Wrong = (&'static str, &'static str);
type Arguments = BTreeMap<String, String>;

/// What a harvester wants listed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wish {
    form: Form,
    set: Option<MediaKind>,
    after: Place,
    end_us: i64,
}

/// A question by GET.
pub(crate) async fn get(State(web): State<Web>, RawQuery(query): RawQuery) -> Result<Response, Flaw> {
    answer(&web, query.unwrap_or_default().as_bytes()).await
}

/// A question by POST.
pub(crate) async fn post(State(web): State<Web>, RawForm(form): RawForm) -> Result<Response, Flaw> {
    answer(&web, &form).await
}

async fn answer(web: &Web, query: &[u8]) -> Result<Response, Flaw> {
    let house = web.house();
    let (name, url, oldest) = harvest::about(house).await?;
    let feed = Feed { house, name, base: format!("{url}/oai"), url, oldest };
    let (arguments, inside) = match arguments(query) {
        Err(wrong) => (Arguments::new(), Err(wrong)),
        Ok(arguments) => {
            let inside = feed.respond(&arguments).await?;
            (arguments, inside)
        }
    };
    // Where verb or arguments are wrong, the question is not repeated (OAI-PMH, 3.2).
    let echo = !matches!(&inside, Err(("badVerb" | "badArgument", _)));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/ \
         http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd\">",
    );
    tag(&mut xml, "responseDate", &stamp(house.now()));
    xml.push_str("<request");
    if echo {
        for (key, value) in &arguments {
            let _ = write!(xml, " {key}=\"{}\"", escaped(value));
        }
    }
    let _ = write!(xml, ">{}</request>", escaped(&feed.base));
    match inside {
        Ok(inside) => xml.push_str(&inside),
        Err((code, words)) => {
            let _ = write!(xml, "<error code=\"{code}\">{}</error>", escaped(words));
        }
    }
    xml.push_str("</OAI-PMH>\n");
    Ok(([(CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}

/// The arguments of a question, each once and each known.
fn arguments(query: &[u8]) -> Result<Arguments, Wrong> {
    const KNOWN: [&str; 7] =
        ["verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"];
    let mut all = Arguments::new();
    for (key, value) in form_pairs(query) {
        if !KNOWN.contains(&key.as_str()) {
            return Err(("badArgument", "there is an argument that is not known"));
        }
        if all.insert(key, value).is_some() {
            return Err(("badArgument", "an argument is there twice"));
        }
    }
    Ok(all)
}

/// Pairs of a query or a form, decoded.
fn form_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes.get(..4_000).unwrap_or(bytes));
    let pairs = text.split('&').filter(|p| !p.is_empty()).take(50);
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match (byte, code.and_then(|c| u8::from_str_radix(c, 16).ok())) {
            (_, Some(code)) => {
                out.push(code);
                at += 3;
            }
            (b'+', None) => {
                out.push(b' ');
                at += 1;
            }
            (byte, None) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

struct Feed<'a> {
    house: &'a House,
    name: String,
    url: String,
    base: String,
    oldest: Timestamp,
}

impl Feed<'_> {
    async fn respond(&self, all: &Arguments) -> Result<Result<String, Wrong>, Flaw> {
        let only = |allowed: &[&str]| {
            let odd = all.keys().any(|k| k != "verb" && !allowed.contains(&k.as_str()));
            if odd { Err(("badArgument", "an argument does not belong to this verb")) } else { Ok(()) }
        };
        let lists = ["metadataPrefix", "from", "until", "set", "resumptionToken"];
        Ok(match all.get("verb").map(String::as_str) {
            Some("Identify") => only(&[]).map(|()| self.identify()),
            Some("ListSets") => only(&["resumptionToken"]).and_then(|()| match all.get("resumptionToken") {
                Some(_) => Err(("badResumptionToken", "the sets are told in one answer")),
                None => Ok(sets()),
            }),
            Some("ListMetadataFormats") => match only(&["identifier"]) {
                Ok(()) => self.formats(all.get("identifier")).await?,
                Err(wrong) => Err(wrong),
            },
            Some("GetRecord") => match only(&["identifier", "metadataPrefix"]) {
                Ok(()) => self.get_record(all).await?,
                Err(wrong) => Err(wrong),
            },
            Some("ListRecords") => match only(&lists).and_then(|()| wish(all)) {
                Ok(wish) => self.list(wish, "ListRecords").await?,
                Err(wrong) => Err(wrong),
            },
            Some("ListIdentifiers") => match only(&lists).and_then(|()| wish(all)) {
                Ok(wish) => self.list(wish, "ListIdentifiers").await?,
                Err(wrong) => Err(wrong),
            },
            _ => Err(("badVerb", "the verb is missing or not one of OAI-PMH")),
        })
    }

    fn identify(&self) -> String {
        let mut xml = String::from("<Identify>");
        tag(&mut xml, "repositoryName", &self.name);
        tag(&mut xml, "baseURL", &self.base);
        tag(&mut xml, "protocolVersion", "2.0");
        tag(&mut xml, "adminEmail", &format!("catalogue@{}", self.host()));
        tag(&mut xml, "earliestDatestamp", &stamp(self.oldest));
        tag(&mut xml, "deletedRecord", "persistent");
        tag(&mut xml, "granularity", "YYYY-MM-DDThh:mm:ssZ");
        xml.push_str("</Identify>");
        xml
    }

    /// The house's name in identifiers: its host, as far as it is one that OAI allows there.
    fn host(&self) -> String {
        let host = self.url.split("://").nth(1).unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let fine =
            host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        if fine && host.starts_with(|c: char| c.is_ascii_alphabetic()) {
            host.to_owned()
        } else {
            "tantieme.invalid".to_owned()
        }
    }

    fn identifier(&self, id: &RecordingId) -> String {
        format!("oai:{}:{id}", self.host())
    }

    async fn found(&self, identifier: &str) -> Result<Option<Record>, Flaw> {
        let start = format!("oai:{}:", self.host());
        let Some(id) = identifier.strip_prefix(&start).and_then(|id| id.parse::<RecordingId>().ok()) else {
            return Ok(None);
        };
        Ok(harvest::one(self.house, &id).await?)
    }

    async fn formats(&self, identifier: Option<&String>) -> Result<Result<String, Wrong>, Flaw> {
        if let Some(identifier) = identifier
            && self.found(identifier).await?.is_none()
        {
            return Ok(Err(("idDoesNotExist", "no record has this identifier")));
        }
        let mut xml = String::from("<ListMetadataFormats>");
        for (prefix, schema, space) in [
            (
                "oai_dc",
                "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
                "http://www.openarchives.org/OAI/2.0/oai_dc/",
            ),
            (TOUCH, TOUCH_SPACE, TOUCH_SPACE),
        ] {
            xml.push_str("<metadataFormat>");
            tag(&mut xml, "metadataPrefix", prefix);
            tag(&mut xml, "schema", schema);
            tag(&mut xml, "metadataNamespace", space);
            xml.push_str("</metadataFormat>");
        }
        xml.push_str("</ListMetadataFormats>");
        Ok(Ok(xml))
    }

    async fn get_record(&self, all: &Arguments) -> Result<Result<String, Wrong>, Flaw> {
        let (Some(identifier), Some(prefix)) = (all.get("identifier"), all.get("metadataPrefix")) else {
            return Ok(Err(("badArgument", "this verb needs `identifier` and `metadataPrefix`")));
        };
        let Some(form) = Form::read(prefix) else {
            return Ok(Err(("cannotDisseminateFormat", "records are not told in this form")));
        };
        let Some(record) = self.found(identifier).await? else {
            return Ok(Err(("idDoesNotExist", "no record has this identifier")));
        };
        let mut xml = String::from("<GetRecord>");
        self.record(&mut xml, &record, form);
        xml.push_str("</GetRecord>");
        Ok(Ok(xml))
    }

    async fn list(&self, wish: Wish, verb: &str) -> Result<Result<String, Wrong>, Flaw> {
        // A set may be rare: go on through the catalogue until something of it is found, but not for ever.
        let mut after = wish.after.clone();
        let mut xml = format!("<{verb}>");
        let (mut told, mut rounds) = (0, 0);
        let next = loop {
            let page = harvest::page(self.house, &after, wish.end_us).await?;
            for record in &page.records {
                if wish.set.is_some_and(|kind| kind != record.recording.kind) {
                    continue;
                }
                told += 1;
                match verb {
                    "ListRecords" => self.record(&mut xml, record, wish.form),
                    _ => self.header(&mut xml, record),
                }
            }
            rounds += 1;
            match page.next {
                Some(next) if told == 0 && rounds < 50 => after = next,
                next => break next,
            }
        };
        let begun = wish.after.id.is_empty();
        if told == 0 && next.is_none() && begun {
            return Ok(Err(("noRecordsMatch", "nothing changed in this time, or nothing is in this set")));
        }
        match next {
            Some(after) => tag(&mut xml, "resumptionToken", &token(&Wish { after, ..wish })),
            // The last part of several ends with an empty token.
            None if !begun => xml.push_str("<resumptionToken/>"),
            None => {}
        }
        let _ = write!(xml, "</{verb}>");
        Ok(Ok(xml))
    }

    fn header(&self, xml: &mut String, record: &Record) {
        let recording = &record.recording;
        xml.push_str(if record.gone { "<header status=\"deleted\">" } else { "<header>" });
        tag(xml, "identifier", &self.identifier(&recording.id));
        tag(xml, "datestamp", &stamp(record.at));
        tag(xml, "setSpec", set_of(recording.kind));
        xml.push_str("</header>");
    }

    fn record(&self, xml: &mut String, record: &Record, form: Form) {
        xml.push_str("<record>");
        self.header(xml, record);
        if !record.gone {
            xml.push_str("<metadata>");
            match form {
                Form::Dc => self.dublin_core(xml, &record.recording),
                Form::Touch => self.touch(xml, &record.recording),
            }
            xml.push_str("</metadata>");
        }
        xml.push_str("</record>");
    }

    fn dublin_core(&self, xml: &mut String, r: &Recording) {
        xml.push_str(
            "<oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd\">",
        );
        tag(xml, "dc:title", &titled(r));
        some(xml, "dc:creator", &r.artist);
        some(xml, "dc:publisher", &r.label);
        if let Some(year) = r.year {
            tag(xml, "dc:date", &year.to_string());
        }
        tag(xml, "dc:type", if r.kind == MediaKind::Audio { "Sound" } else { "InteractiveResource" });
        tag(xml, "dc:identifier", &format!("{}{}", self.url, path(r)));
        if let Some(isrc) = &r.isrc {
            tag(xml, "dc:identifier", &format!("urn:isrc:{isrc}"));
        }
        some(xml, "dc:relation", &r.album);
        xml.push_str("</oai_dc:dc>");
    }

    fn touch(&self, xml: &mut String, r: &Recording) {
        let _ = write!(xml, "<{TOUCH} xmlns=\"{TOUCH_SPACE}\">");
        tag(xml, "title", &titled(r));
        if !r.label.is_empty() {
            xml.push_str("<studios><studio>");
            tag(xml, "name", &r.label);
            xml.push_str("</studio></studios>");
        }
        // The form asks for a day and the catalogue knows the year.
        if let Some(year) = r.year {
            tag(xml, "dateOfPublication", &format!("{year:04}-01-01"));
        }
        if !r.album.is_empty() {
            xml.push_str("<description>");
            tag(xml, "default", &r.album);
            xml.push_str("</description>");
        }
        if !r.artist.is_empty() {
            xml.push_str("<artists>");
            tag(xml, "artist", &r.artist);
            xml.push_str("</artists>");
        }
        tag(xml, "url", &format!("{}{}", self.url, path(r)));
        tag(xml, "path", &path(r));
        let _ = write!(xml, "</{TOUCH}>");
    }
}

fn titled(r: &Recording) -> String {
    if r.version.is_empty() { r.title.clone() } else { format!("{} ({})", r.title, r.version) }
}

/// Where a recording is found within the house; signed links take it as their destination.
fn path(r: &Recording) -> String {
    format!("/recording/{}", r.id)
}

const fn set_of(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Audio => "music",
        MediaKind::Video => "video",
        MediaKind::Game => "games",
        MediaKind::Book => "books",
        MediaKind::Comic => "comics",
    }
}

const SETS: [(MediaKind, &str); 5] = [
    (MediaKind::Audio, "Musique"),
    (MediaKind::Video, "Vidéo"),
    (MediaKind::Game, "Jeux"),
    (MediaKind::Book, "Livres"),
    (MediaKind::Comic, "Bande dessinée"),
];

fn sets() -> String {
    let mut xml = String::from("<ListSets>");
    for (kind, name) in SETS {
        xml.push_str("<set>");
        tag(&mut xml, "setSpec", set_of(kind));
        tag(&mut xml, "setName", name);
        xml.push_str("</set>");
    }
    xml.push_str("</ListSets>");
    xml
}

fn wish(all: &Arguments) -> Result<Wish, Wrong> {
    if let Some(token) = all.get("resumptionToken") {
        if all.len() > 2 {
            return Err(("badArgument", "a token stands alone"));
        }
        return read_token(token).ok_or(("badResumptionToken", "this token is none of ours"));
    }
    let prefix = all.get("metadataPrefix").ok_or(("badArgument", "this verb needs `metadataPrefix`"))?;
    let form = Form::read(prefix).ok_or(("cannotDisseminateFormat", "records are not told in this form"))?;
    let bad = ("badArgument", "`from` and `until` are days or moments of one granularity, in their order");
    let from = all.get("from").map(|t| moment(t).ok_or(bad)).transpose()?;
    let until = all.get("until").map(|t| moment(t).ok_or(bad)).transpose()?;
    if let (Some((start, _, days)), Some((_, end, also_days))) = (from, until)
        && (days != also_days || start >= end)
    {
        return Err(bad);
    }
    let set = match all.get("set") {
        None => None,
        Some(word) => {
            let known = SETS.iter().find(|(kind, _)| set_of(*kind) == word).map(|(kind, _)| *kind);
            Some(known.ok_or(("noRecordsMatch", "there is no such set"))?)
        }
    };
    Ok(Wish {
        form,
        set,
        // Just before the moment: nothing has an empty id.
        after: Place { at_us: from.map_or(i64::MIN, |(start, _, _)| start), id: String::new() },
        end_us: until.map_or(i64::MAX, |(_, end, _)| end),
    })
}

/// First and past-the-last microsecond of a day or a second, and whether it is a day.
fn moment(text: &str) -> Option<(i64, i64, bool)> {
    if let (10, Ok(day)) = (text.len(), text.parse::<Date>()) {
        let start = day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond();
        let end = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond();
        return Some((start, end, true));
    }
    if text.len() != 20 || !text.ends_with('Z') {
        return None;
    }
    let start = text.parse::<Timestamp>().ok()?.as_microsecond();
    Some((start, start + SECOND, false))
}

fn token(wish: &Wish) -> String {
    let set = wish.set.map_or("", set_of);
    format!("1~{}~{set}~{}~{}~{}", wish.form.prefix(), wish.end_us, wish.after.at_us, wish.after.id)
}

fn read_token(text: &str) -> Option<Wish> {
    let parts: Vec<&str> = text.split('~').collect();
    let ["1", prefix, set, end, at, id] = parts.as_slice() else { return None };
    let set = match *set {
        "" => None,
        word => Some(SETS.iter().find(|(kind, _)| set_of(*kind) == word)?.0),
    };
    let id = id.parse::<RecordingId>().ok()?.to_string();
    Some(Wish {
        form: Form::read(prefix)?,
        set,
        after: Place { at_us: at.parse().ok()?, id },
        end_us: end.parse().ok()?,
    })
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn some(xml: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        tag(xml, name, text);
    }
}

fn tag(xml: &mut String, name: &str, text: &str) {
    let _ = write!(xml, "<{name}>{}</{name}>", escaped(text));
}

/// Text as XML holds it: what XML 1.0 cannot hold at all is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

// What is asked for in one answer is bounded by the page of `app::harvest`.
const _: () = assert!(PAGE <= 1_000);

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Wish, Wrong> {
        arguments(query.as_bytes()).and_then(|all| wish(&all))
    }

    /// Whatever bytes come, they are a question or a refusal.
    #[test]
    fn no_question_breaks_the_feed() {
        let pieces = [
            "verb",
            "=",
            "&",
            "%",
            "%e",
            "%C3",
            "é",
            "~",
            "1~oai_dc~",
            "resumptionToken",
            "ListRecords",
            "from",
            "+",
            "\0",
            "9999-99-99",
        ];
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut query = String::new();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                query.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
            }
            if let Ok(all) = arguments(query.as_bytes()) {
                let _ = wish(&all);
            }
        }
    }

    #[test]
    fn questions_are_read_with_care() {
        for (query, want) in [
            ("verb=ListRecords", "badArgument"),
            ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
            ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&colour=red", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=yesterday", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
            (
                "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-03T00:00:00Z",
                "badArgument",
            ),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=poetry", "noRecordsMatch"),
            ("verb=ListRecords&resumptionToken=1~oai_dc", "badResumptionToken"),
            ("verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc", "badArgument"),
        ] {
            assert_eq!(asked(query).unwrap_err().0, want, "{query}");
        }
        let whole =
            asked("verb=ListRecords&metadataPrefix=oai1dtouch_dc&from=2026-09-01&until=2026-09-01&set=music");
        let whole = whole.unwrap();
        assert_eq!((whole.end_us - whole.after.at_us) / SECOND, 86_400);
        let placed = Wish { after: Place { at_us: 5, id: "rec-1".to_owned() }, ..whole };
        assert_eq!(read_token(&token(&placed)).unwrap(), placed);
        assert_eq!(decoded("a+b%20%zz%C3%A9%"), "a b %zzé%");
        assert_eq!(escaped("<a & \"b\">\u{0}\u{7}\n"), "&lt;a &amp; &quot;b&quot;&gt; ");
    }
}
