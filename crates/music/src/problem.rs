//! Problems are data: what was wrong with an input, where, and what to try.

use std::fmt;

/// Where a value came from: a document and, as far as it has them, a line in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin {
    /// The document as a person knows it: a file name, a message id. Empty where there is only one.
    pub document: String,
    /// The line, row or record, counted from 1; 0 where the whole document is meant.
    pub line: u64,
}

impl Origin {
    /// A line of a document.
    pub fn new(document: impl Into<String>, line: u64) -> Self {
        Origin { document: document.into(), line }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.document.is_empty(), self.line) {
            (false, 0) => write!(f, "{}", self.document),
            (true, 0) => Ok(()),
            (false, line) => write!(f, "{}:{line}", self.document),
            (true, line) => write!(f, "line {line}"),
        }
    }
}

/// Whether a problem costs what it stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; everything was read.
    Notice,
    /// Something at this place could not be read or used; the rest stands.
    Loss,
    /// The document as a whole is of no use.
    Fatal,
}

/// One thing wrong with an input: where, which, and what to try.
///
/// The message is for the person who wrote the input: lower case, no full stop, their words in
/// backticks, numbers with units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub origin: Origin,
    /// A stable word for it, such as `truncated` or `isrc-invalid`; documented in the museum of errors.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to try; empty where nothing can be done.
    pub hint: String,
    /// What it costs.
    pub severity: Severity,
}

impl Problem {
    /// A problem that costs what stands at its place.
    pub fn new(code: &'static str, line: u64, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let origin = Origin { document: String::new(), line };
        Problem { origin, code, message: message.into(), hint: hint.into(), severity: Severity::Loss }
    }

    /// The same, as something merely worth knowing.
    pub fn notice(self) -> Self {
        Problem { severity: Severity::Notice, ..self }
    }

    /// The same, as one that makes the whole document useless.
    pub fn fatal(self) -> Self {
        Problem { severity: Severity::Fatal, ..self }
    }

    /// The same, in a named document.
    pub fn in_document(mut self, document: impl Into<String>) -> Self {
        self.origin.document = document.into();
        self
    }
}

/// As a compiler would print it: `error`, place, hint, on lines of their own.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.severity == Severity::Notice { "notice" } else { "error" };
        write!(f, "{word}: {}", self.message)?;
        let place = self.origin.to_string();
        if !place.is_empty() {
            write!(f, "\n   --> {place}")?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}
