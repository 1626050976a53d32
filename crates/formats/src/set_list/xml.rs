//! Walks XML that may be broken or hostile: no entities beyond the five and character numbers, a depth
//! limit, and after a broken tag it goes on with the next one.

use std::borrow::Cow;

use music::problem::Problem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deepest nesting of elements that is read.
const MAX_DEPTH: usize = 64;

/// Most attributes read of one element.
const MAX_ATTRIBUTES: usize = 200;

/// Most broken places gone past in one file.
const MAX_REPAIRS: usize = 100;

/// A step through the document.
pub(crate) enum Step<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// An element ends; its name.
    Close(String),
    /// Text between tags.
    Text(String),
}

/// The tag of an element that begins.
pub(crate) struct Element<'a> {
    tag: BytesStart<'a>,
    /// Its name without a prefix.
    pub name: String,
    /// The line of its end, from 1.
    pub line: u64,
}

impl<'a> Element<'a> {
    /// All its attributes, entities resolved.
    pub fn attributes(&self) -> Attributes<'_> {
        let mut found = Vec::new();
        let mut reader = self.tag.attributes();
        for attribute in reader.with_checks(false).flatten().take(MAX_ATTRIBUTES) {
            let value = match attribute.value {
                Cow::Borrowed(raw) => unescaped(raw),
                Cow::Owned(raw) => Cow::Owned(unescaped(&raw).into_owned()),
            };
            found.push((attribute.key.into_inner(), value));
        }
        Attributes(found)
    }
}

/// The attributes of an element.
pub(crate) struct Attributes<'a>(Vec<(&'a str, Cow<'a, str>)>);

impl Attributes<'_> {
    /// The value, where it is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(key, _)| *key == name)?;
        Some(value.as_ref()).filter(|value| !value.is_empty())
    }
}

/// A walk through one document.
pub(crate) struct Walk<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    base: usize,
    counted: usize,
    line: u64,
    open: Vec<String>,
    closing: Option<String>,
    repairs: usize,
    problems: Vec<Problem>,
    done: bool,
}

impl<'a> Walk<'a> {
    pub fn new(text: &'a str) -> Self {
        Walk {
            text,
            reader: reader(text),
            base: 0,
            counted: 0,
            line: 1,
            open: Vec::new(),
            closing: None,
            repairs: 0,
            problems: Vec::new(),
            done: false,
        }
    }

    /// What was wrong with the document; to be asked after the walk.
    pub fn problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// The next step; `None` at the end.
    pub fn step(&mut self) -> Option<Step<'a>> {
        if let Some(name) = self.closing.take() {
            return Some(Step::Close(name));
        }
        while !self.done {
            match self.reader.read_event() {
                Ok(Event::Start(tag)) => {
                    let element = self.element(tag);
                    if self.open.len() >= MAX_DEPTH {
                        self.stop("xml-too-deep", format!("elements are nested more than {MAX_DEPTH} deep"));
                        return None;
                    }
                    self.open.push(element.name.clone());
                    return Some(Step::Open(element));
                }
                Ok(Event::Empty(tag)) => {
                    let element = self.element(tag);
                    self.closing = Some(element.name.clone());
                    return Some(Step::Open(element));
                }
                Ok(Event::End(tag)) => {
                    let name = local(tag.name().into_inner());
                    if let Some(at) = self.open.iter().rposition(|open| *open == name) {
                        self.open.truncate(at);
                        return Some(Step::Close(name));
                    }
                }
                Ok(Event::Text(text)) => return Some(Step::Text(text.into_inner().into_owned())),
                Ok(Event::CData(text)) => return Some(Step::Text(text.into_inner().into_owned())),
                Ok(Event::GeneralRef(name)) => {
                    let reference = format!("&{};", name.into_inner());
                    return Some(Step::Text(unescaped(&reference).into_owned()));
                }
                Ok(Event::DocType(text)) => {
                    if text.into_inner().contains("<!ENTITY") {
                        let message = "the file defines entities of its own; they are left as they are";
                        self.problems.push(Problem::new("xml-entities", self.line, message, "").notice());
                    }
                }
                Ok(Event::Eof) => self.end(),
                Ok(_) => {}
                Err(error) => self.repair(&error),
            }
        }
        None
    }

    fn element(&mut self, tag: BytesStart<'a>) -> Element<'a> {
        let here = self.base + self.reader.buffer_position() as usize;
        let name = local(tag.name().into_inner());
        Element { tag, name, line: self.line_at(here) }
    }

    fn line_at(&mut self, here: usize) -> u64 {
        let passed = self.text.as_bytes().get(self.counted..here).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.counted = self.counted.max(here);
        self.line
    }

    fn end(&mut self) {
        self.done = true;
        if !self.open.is_empty() {
            let line = self.line_at(self.text.len());
            let message = "the file ends within its list";
            self.problems.push(Problem::new(
                "truncated",
                line,
                message,
                "copy or export the file again; what stands before the end is read",
            ));
        }
    }

    /// Goes on at the next tag after a broken place.
    fn repair(&mut self, error: &quick_xml::Error) {
        let here = self.base + self.reader.error_position() as usize;
        let from = here + 1;
        let next = self.text.as_bytes().get(from..).and_then(|rest| memchr::memchr(b'<', rest));
        let line = self.line_at(here);
        self.repairs += 1;
        match next {
            Some(next) if self.repairs < MAX_REPAIRS => {
                if self.repairs <= 3 {
                    let message = format!("the XML is broken here: {}", error.to_string().to_lowercase());
                    self.problems.push(Problem::new(
                        "xml-broken",
                        line,
                        message,
                        "the rest of the file is read",
                    ));
                }
                self.base = from + next;
                self.reader = reader(self.text.get(self.base..).unwrap_or_default());
            }
            Some(_) => self.stop("xml-broken", "the XML is broken in too many places".to_owned()),
            None => self.end(),
        }
    }

    fn stop(&mut self, code: &'static str, message: String) {
        self.done = true;
        self.problems.push(Problem::new(code, self.line, message, "export the file again"));
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    config.check_comments = false;
    reader
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

/// The five entities and character numbers resolved; anything else stays as it is.
fn unescaped(raw: &str) -> Cow<'_, str> {
    match quick_xml::escape::unescape(raw) {
        Ok(text) => text,
        Err(_) => super::fields::html_unescaped(raw),
    }
}
