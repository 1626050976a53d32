//! One element of a message and what it holds, as a small tree; and the events it is built from, with caps on
//! everything a hostile document could make large.

use std::borrow::Cow;
use std::io::BufRead;

use encoding_rs::Encoding;
use music::problem::Problem;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::catalogue::cell::short;
use crate::catalogue::source::{Decoded, Guard};

/// Levels of nesting; real messages have up to twelve.
pub(super) const DEPTH: usize = 64;

/// Bytes one tag, text or comment may have.
const TOKEN_BYTES: usize = 1 << 20;

/// Attributes one element may have.
const ATTRIBUTES: usize = 64;

/// Bytes of text and attributes one unit (a resource, a release, a party, the deals of a release) may have.
const UNIT_BYTES: usize = 16 << 20;

/// Elements one unit may have: a release of 20,000 tracks fits.
const UNIT_NODES: usize = 250_000;

/// Elements whose content is of no interest here and may be large.
const SKIPPED: [&str; 11] = [
    "TechnicalInstantiation",
    "Keywords",
    "Synopsis",
    "MarketingComment",
    "Genre",
    "CLine",
    "CourtesyLine",
    "RelatedRelease",
    "RelatedResource",
    "SoundRecordingPreviewDetails",
    "PriceInformation",
];

/// An element.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its name without prefix.
    pub(super) name: String,
    /// The line its tag ends on.
    pub(super) line: u64,
    /// Its own text, trimmed.
    pub(super) text: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) kids: Vec<Node>,
}

impl Node {
    /// Its children of one of these names, in order.
    pub(super) fn all<'n>(&'n self, names: &'n [&str]) -> impl Iterator<Item = &'n Node> {
        self.kids.iter().filter(move |k| names.contains(&k.name.as_str()))
    }

    /// Its first child of this name.
    pub(super) fn kid(&self, name: &str) -> Option<&Node> {
        self.kids.iter().find(|k| k.name == name)
    }

    /// The text at the end of a path such as `PartyName/FullName`; empty where there is none.
    pub(super) fn at(&self, path: &str) -> &str {
        path.split('/').try_fold(self, |node, name| node.kid(name)).map_or("", |node| &node.text)
    }

    /// An attribute; empty where it is missing.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// All attributes, names with their prefix.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Its own word, or the sender's own where it says `UserDefined`.
    pub(super) fn word(&self) -> String {
        let own = self.attribute("UserDefinedValue");
        if self.text == "UserDefined" && !own.is_empty() { own.to_owned() } else { self.text.clone() }
    }

    /// Whether a child of this name says `true`.
    pub(super) fn says(&self, name: &str) -> bool {
        matches!(self.at(name), "true" | "1")
    }
}

/// A step through a message.
pub(super) enum Step {
    /// An element opens.
    Open(Node),
    /// The element opened last closes.
    Close,
    /// The document ended.
    End,
}

/// A message as a sequence of steps.
pub(super) struct Message<'a> {
    reader: quick_xml::Reader<Guard<Decoded<'a>>>,
    buf: Vec<u8>,
    depth: usize,
    /// Whether the element opened last was `<x/>`, so that its end is still owed.
    owed: bool,
    /// References to unknown entities met so far.
    pub(super) unknown_entities: u64,
    text: String,
}

impl<'a> Message<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead, encoding: &'static Encoding) -> Self {
        let reader = quick_xml::Reader::from_reader(Guard::new(Decoded::new(input, encoding)));
        Message { reader, buf: Vec::new(), depth: 0, owed: false, unknown_entities: 0, text: String::new() }
    }

    /// The line reached.
    pub(super) fn line(&self) -> u64 {
        self.reader.get_ref().lines + 1
    }

    /// Whether bytes were met that are not of the encoding.
    pub(super) fn damaged(&self) -> bool {
        self.reader.get_ref().inner.damaged
    }

    /// The next opening or closing; text between is kept for [`Message::unit`]. The problem is fatal.
    pub(super) fn step(&mut self) -> Result<Step, Problem> {
        if std::mem::take(&mut self.owed) {
            self.depth -= 1;
            return Ok(Step::Close);
        }
        loop {
            if self.text.len() > TOKEN_BYTES {
                let message = format!("an element has more than {} MiB of text", TOKEN_BYTES >> 20);
                return Err(refused("xml-token-too-large", self.line(), message));
            }
            self.reader.get_mut().allow(TOKEN_BYTES);
            self.buf.clear();
            let line = self.reader.get_ref().lines + 1;
            let event = match self.reader.read_event_into(&mut self.buf) {
                Ok(event) => event,
                Err(error) => return Err(unreadable(&error, line)),
            };
            let line = self.reader.get_ref().lines + 1;
            match event {
                Event::DocType(_) => return Err(doctype(line)),
                Event::Start(tag) => {
                    self.depth += 1;
                    return if self.depth > DEPTH {
                        Err(too_deep(line))
                    } else {
                        Ok(Step::Open(open(&tag, line)?))
                    };
                }
                Event::Empty(tag) => {
                    self.depth += 1;
                    self.owed = true;
                    return if self.depth > DEPTH {
                        Err(too_deep(line))
                    } else {
                        Ok(Step::Open(open(&tag, line)?))
                    };
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Close);
                }
                Event::Eof => return Ok(Step::End),
                Event::Text(text) => push(&mut self.text, &text.xml10_content()),
                Event::CData(text) => push(&mut self.text, &text.xml10_content()),
                Event::GeneralRef(name) => match resolve(&name) {
                    Some(c) => self.text.push(c),
                    None => self.unknown_entities += 1,
                },
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// Lets go of the text met since; it stands between the elements that matter.
    pub(super) fn forget_text(&mut self) {
        self.text.clear();
    }

    /// Everything inside the element just opened, and whether something was left out for its size.
    pub(super) fn unit(&mut self, root: Node) -> Result<(Node, bool), Problem> {
        let mut open = vec![root];
        let (mut nodes, mut bytes, mut skipping) = (0, 0, 0_usize);
        self.text.clear();
        loop {
            let step = self.step()?;
            let last = open.last_mut().map(|n| &mut n.text);
            if let Some(text) = last.filter(|_| skipping == 0) {
                bytes += self.text.len();
                if bytes <= UNIT_BYTES {
                    push(text, &self.text);
                }
            }
            self.text.clear();
            match step {
                Step::Open(node) => {
                    nodes += 1;
                    bytes += node.attributes.iter().map(|(n, v)| n.len() + v.len()).sum::<usize>();
                    let unwanted =
                        SKIPPED.contains(&node.name.as_str()) || nodes > UNIT_NODES || bytes > UNIT_BYTES;
                    if skipping > 0 || unwanted {
                        skipping += 1;
                    } else {
                        open.push(node);
                    }
                }
                Step::Close if skipping > 0 => skipping -= 1,
                Step::Close => {
                    let Some(mut done) = open.pop() else { return Err(cut_short(self.line())) };
                    trim(&mut done.text);
                    match open.last_mut() {
                        Some(parent) => parent.kids.push(done),
                        None => return Ok((done, nodes > UNIT_NODES || bytes > UNIT_BYTES)),
                    }
                }
                Step::End => return Err(cut_short(self.line())),
            }
        }
    }
}

fn push(text: &mut String, more: &str) {
    // Space before the first letter is layout.
    text.push_str(if text.is_empty() { more.trim_start() } else { more });
}

/// Trims, and makes one space of breaks and tabs inside.
fn trim(text: &mut String) {
    text.truncate(text.trim_end().len());
    if text.contains(['\n', '\r', '\t']) {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

fn open(tag: &BytesStart<'_>, line: u64) -> Result<Node, Problem> {
    let mut node = Node { name: tag.local_name().as_ref().to_owned(), line, ..Node::default() };
    for attribute in tag.attributes().with_checks(false).take(ATTRIBUTES + 1) {
        if node.attributes.len() == ATTRIBUTES {
            let message = format!("`{}` has more than {ATTRIBUTES} attributes", short(&node.name));
            return Err(refused("xml-too-many-attributes", line, message));
        }
        // An attribute that cannot be read says nothing that is needed.
        let Ok(attribute) = attribute else { continue };
        let key = attribute.key.as_ref().to_owned();
        let value = unescape(&attribute.value);
        node.attributes.push((key, value));
    }
    Ok(node)
}

fn unescape(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
}

fn resolve(name: &BytesRef<'_>) -> Option<char> {
    if name.is_char_ref() {
        return name.resolve_char_ref().ok().flatten();
    }
    match &**name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

fn refused(code: &'static str, line: u64, message: impl Into<String>) -> Problem {
    Problem::new(code, line, message, "no release message needs this; the message was refused").fatal()
}

fn doctype(line: u64) -> Problem {
    refused("xml-doctype", line, "the message declares a document type, which could hold an entity bomb")
}

fn too_deep(line: u64) -> Problem {
    refused("xml-too-deep", line, format!("elements are nested more than {DEPTH} deep"))
}

/// The message ended early.
pub(super) fn cut_short(line: u64) -> Problem {
    let hint = "nothing of it was imported; ask the sender for the whole message";
    Problem::new("truncated", line, "the message is cut short", hint).fatal()
}

fn unreadable(error: &Error, line: u64) -> Problem {
    match error {
        Error::Io(failure) if failure.kind() == std::io::ErrorKind::FileTooLarge => refused(
            "xml-token-too-large",
            line,
            format!("a tag or text has more than {} MiB", TOKEN_BYTES >> 20),
        ),
        Error::Io(failure) => {
            let message = format!("the message breaks off: {}", short(&failure.to_string().to_lowercase()));
            Problem::new("truncated", line, message, "nothing of it was imported; fetch it again").fatal()
        }
        // All of these but the first are an end of the document inside a tag.
        Error::Syntax(error) if !matches!(error, SyntaxError::InvalidBangMarkup) => cut_short(line),
        other => {
            let message =
                format!("the message is not well-formed XML: {}", short(&other.to_string().to_lowercase()));
            Problem::new(
                "xml-malformed",
                line,
                message,
                "ask the sender to correct it; nothing of it was imported",
            )
            .fatal()
        }
    }
}
