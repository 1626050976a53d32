//! A brief or terms as somebody wrote them: TOML, or JSON, with unknown words refused by their line.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use toml_span::value::{Value as Toml, ValueInner};

/// Most bytes of a document.
const MOST_BYTES: usize = 256 * 1024;

/// What is wrong with, or missing from, a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// A stable word.
    pub code: &'static str,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What to try.
    pub hint: String,
    /// The field of the document that it is about; empty where it is about the whole.
    pub field: String,
    /// The message and the hint in French; empty where nobody says them on a page.
    pub french: Box<(String, String)>,
}

impl Flaw {
    pub(super) fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Flaw {
        Flaw {
            code,
            message: message.into(),
            hint: hint.into(),
            field: String::new(),
            french: Default::default(),
        }
    }

    /// What somebody else than the checker found, about a field.
    pub fn said(code: &'static str, field: &str, message: String, hint: String) -> Flaw {
        Flaw::new(code, message, hint).of(field)
    }

    /// The same about a field.
    pub(super) fn of(self, field: &str) -> Flaw {
        Flaw { field: field.to_owned(), ..self }
    }

    /// The same with its words in French.
    pub(super) fn french(self, message: impl Into<String>, hint: impl Into<String>) -> Flaw {
        Flaw { french: Box::new((message.into(), hint.into())), ..self }
    }
}

/// Reads a document. Anything may come in: it never panics.
///
/// # Errors
/// `document` with the line, as far as it is known.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Flaw> {
    let bad =
        |why: String| Flaw::new("document", why, "write TOML or JSON; the reference page lists every word");
    if text.len() > MOST_BYTES {
        return Err(bad(format!("the document has {} bytes; {MOST_BYTES} at most are read", text.len())));
    }
    let value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|e| bad(format!("the document cannot be read: {e}")))?
    } else {
        let toml = toml_span::parse(text).map_err(|e| {
            let at = text.get(..e.span.start).unwrap_or_default();
            let line = 1 + at.bytes().filter(|b| *b == b'\n').count();
            bad(format!("line {line} cannot be read: {e}"))
        })?;
        plain(toml)
    };
    serde_json::from_value(value).map_err(|e| bad(format!("the document cannot be read: {e}")))
}

/// The depth is bounded by the parser's own limit.
fn plain(mut toml: Toml<'_>) -> Value {
    match toml.take() {
        ValueInner::String(text) => Value::String(text.into_owned()),
        ValueInner::Integer(n) => Value::from(n),
        ValueInner::Float(n) => Value::from(n),
        ValueInner::Boolean(b) => Value::Bool(b),
        ValueInner::Array(all) => Value::Array(all.into_iter().map(plain).collect()),
        ValueInner::Table(all) => Value::Object(
            all.into_iter().map(|(k, v)| (k.name.into_owned(), plain(v))).collect::<Map<_, _>>(),
        ),
    }
}
