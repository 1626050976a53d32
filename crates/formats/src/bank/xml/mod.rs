//! Walking through a bank message in bounded memory.
//!
//! A walk builds a small tree for each element and hands it to a [`Visitor`] as soon as it is closed; what the
//! visitor takes is forgotten. Namespaces and prefixes do not matter. Document types and entities of their own
//! are refused, depth and size of what is held at once are capped.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use music::Problem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

mod node;
mod out;

pub(super) use node::{Node, moment};
pub(super) use out::XmlOut;

/// Deepest nesting followed; ISO 20022 messages stay below 20.
const DEEPEST: usize = 64;
/// Most elements held at once, those of one entry or transaction that is not closed yet.
const MOST_HELD: usize = 50_000;
/// Most bytes of text kept of one element; ISO 20022 allows 2 000 characters at most.
const LONGEST_TEXT: usize = 8_000;
/// Most problems told of one file; after that they are only counted once more.
const MOST_PROBLEMS: usize = 500;

/// Who is told of closed elements.
pub(super) trait Visitor {
    /// An element was closed inside `parents` (outermost first); what is given back stays in its parent.
    fn close(&mut self, parents: &[Node], node: Node, problems: &mut Vec<Problem>) -> Option<Node>;

    /// The file ended inside an element; told from the innermost outwards.
    fn cut(&mut self, parents: &[Node], node: Node, problems: &mut Vec<Problem>);
}

/// Notes a problem, up to a bound, so that a hostile file cannot fill memory with complaints.
pub(super) fn note(problems: &mut Vec<Problem>, problem: Problem) {
    match problems.len() {
        n if n < MOST_PROBLEMS => problems.push(problem),
        MOST_PROBLEMS => problems.push(Problem::new(
            "too-many-problems",
            problem.origin.line,
            format!("more than {MOST_PROBLEMS} problems; the others are not listed"),
            "the file is probably not what it claims to be; ask for it again",
        )),
        _ => {}
    }
}

/// The bytes as text: by byte order mark, else by the XML declaration, else UTF-8; the flag tells whether any sign was lost.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let encoding = Encoding::for_bom(bytes).map(|(e, _)| e).or_else(|| declared(bytes)).unwrap_or(UTF_8);
    let (text, _, lost) = encoding.decode(bytes);
    (text, lost)
}

fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, b'?', 0, ..] => return Some(UTF_16LE),
        [0, b'<', 0, b'?', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(200)];
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = std::str::from_utf8(&head[..end]).ok()?;
    let rest = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = rest[1..].split(quote).next()?;
    // A file that says UTF-16 in readable ASCII is not.
    Encoding::for_label(label.as_bytes()).filter(|e| *e != UTF_16LE && *e != UTF_16BE)
}

/// Walks through a message; whether it was complete.
pub(super) fn walk(text: &str, visitor: &mut dyn Visitor, problems: &mut Vec<Problem>) -> bool {
    let mut walk = Walk { open: Vec::new(), held: 0, too_large: false };
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text: text.as_bytes(), counted_to: 0, line: 1 };
    loop {
        let line = lines.at(reader.buffer_position());
        let stop = match reader.read_event() {
            Ok(Event::Start(start)) => walk.start(&start, line),
            Ok(Event::End(_)) => {
                walk.end(visitor, problems);
                None
            }
            Ok(Event::Text(piece)) => walk.text(&piece.xml10_content()),
            Ok(Event::CData(piece)) => walk.text(&piece.xml10_content()),
            Ok(Event::GeneralRef(name)) => {
                let meant = match &*name.xml10_content() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => name.resolve_char_ref().ok().flatten(),
                };
                walk.reference(meant, line, problems)
            }
            Ok(Event::DocType(_)) => Some(doctype(line)),
            Ok(Event::Eof) if walk.open.is_empty() => return true,
            Ok(Event::Eof) => Some(truncated(line)),
            Ok(_) => None,
            Err(error) if walk.open.is_empty() => Some(broken(line, &error)),
            Err(error) => Some(match error {
                quick_xml::Error::Syntax(_) if at_end(text, reader.buffer_position()) => truncated(line),
                other => broken(line, &other),
            }),
        };
        if let Some(problem) = stop {
            note(problems, problem);
            walk.unwind(visitor, problems);
            return false;
        }
    }
}

fn at_end(text: &str, position: u64) -> bool {
    usize::try_from(position).is_ok_and(|p| p + 4 >= text.trim_end().len())
}

fn truncated(line: u64) -> Problem {
    let hint =
        "what was complete before that stands; fetch the file again and import it, nothing is booked twice";
    Problem::new("truncated", line, "the file ends in the middle of the message", hint)
}

fn broken(line: u64, error: &quick_xml::Error) -> Problem {
    let hint = "what was complete before that stands; fetch the file again, unedited";
    Problem::new("xml-broken", line, format!("the file is no longer XML from here on: {error}"), hint)
}

fn doctype(line: u64) -> Problem {
    let message = "the file declares a document type, which bank messages never do and which can hide traps";
    Problem::new("doctype-refused", line, message, "fetch the file from the bank itself").fatal()
}

/// Counts lines as far as the reader got, each byte once.
struct Lines<'a> {
    text: &'a [u8],
    counted_to: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> u64 {
        let to = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if to > self.counted_to {
            self.line += memchr::memchr_iter(b'\n', &self.text[self.counted_to..to]).count() as u64;
            self.counted_to = to;
        }
        self.line
    }
}

struct Walk {
    open: Vec<Node>,
    held: usize,
    too_large: bool,
}

impl Walk {
    fn start(&mut self, start: &BytesStart<'_>, line: u64) -> Option<Problem> {
        if self.open.len() >= DEEPEST {
            let message = format!("elements are nested more than {DEEPEST} deep; no bank message is");
            return Some(
                Problem::new("too-deep", line, message, "fetch the file from the bank itself").fatal(),
            );
        }
        let name: String = start.local_name().as_ref().chars().take(80).collect();
        let currency = start
            .attributes()
            .flatten()
            .find(|a| a.key.as_ref() == "Ccy")
            .map(|a| a.value.chars().take(10).collect());
        self.held += 1;
        self.open.push(Node { name, line, currency, weight: 1, ..Node::default() });
        None
    }

    fn text(&mut self, piece: &str) -> Option<Problem> {
        let node = self.open.last_mut()?;
        if node.text.is_empty() && piece.trim().is_empty() {
            return None;
        }
        let room = LONGEST_TEXT.saturating_sub(node.text.len());
        if piece.len() <= room {
            node.text.push_str(piece);
        } else {
            let end = (0..=room).rev().find(|i| piece.is_char_boundary(*i)).unwrap_or(0);
            node.text.push_str(&piece[..end]);
            node.damaged = true;
        }
        None
    }

    fn reference(&mut self, meant: Option<char>, line: u64, problems: &mut Vec<Problem>) -> Option<Problem> {
        match meant {
            Some(sign) => self.text(sign.encode_utf8(&mut [0; 4])),
            None => {
                let message = "an entity that XML does not define is used; what stands around it is left out";
                note(
                    problems,
                    Problem::new("entity-refused", line, message, "fetch the file from the bank itself"),
                );
                if let Some(node) = self.open.last_mut() {
                    node.damaged = true;
                }
                None
            }
        }
    }

    fn end(&mut self, visitor: &mut dyn Visitor, problems: &mut Vec<Problem>) {
        let Some(node) = self.open.pop() else { return };
        let (weight, line) = (node.weight, node.line);
        let kept = visitor.close(&self.open, node, problems);
        let (Some(kept), Some(parent)) = (kept, self.open.last_mut()) else {
            self.held = self.held.saturating_sub(weight);
            return;
        };
        parent.damaged |= kept.damaged;
        if self.held > MOST_HELD {
            parent.damaged = true;
            self.held = self.held.saturating_sub(weight);
            if !std::mem::replace(&mut self.too_large, true) {
                let message =
                    format!("one part of the message holds more than {MOST_HELD} elements; it is left out");
                note(
                    problems,
                    Problem::new("too-large", line, message, "ask the bank for the movements one by one"),
                );
            }
            return;
        }
        parent.weight += weight;
        parent.children.push(kept);
    }

    fn unwind(&mut self, visitor: &mut dyn Visitor, problems: &mut Vec<Problem>) {
        while let Some(node) = self.open.pop() {
            visitor.cut(&self.open, node, problems);
        }
    }
}
