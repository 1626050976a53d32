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
    ///
    /// Message and hint may quote whoever wrote the input, so they are made harmless: one line each, no sign that
    /// moves a terminal's cursor or turns the reading direction, at most [`LONGEST`] characters.
    pub fn new(code: &'static str, line: u64, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let origin = Origin { document: String::new(), line };
        Problem {
            origin,
            code,
            message: tame(message.into()),
            hint: tame(hint.into()),
            severity: Severity::Loss,
        }
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

/// The longest message or hint, in characters; what is longer ends in `…`.
pub const LONGEST: usize = 600;

/// Foreign words that can be printed anywhere: breaks become spaces, other control signs `\u{fffd}`.
fn tame(text: String) -> String {
    if text.len() <= LONGEST && !text.chars().any(is_wild) {
        return text;
    }
    let mut tamed: String = text
        .chars()
        .take(LONGEST)
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            wild if is_wild(wild) => '\u{fffd}',
            tame => tame,
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        tamed.push('…');
    }
    tamed
}

/// Control signs, separators of lines, and signs that turn the reading direction.
fn is_wild(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_cannot_break_the_line_or_steer_the_terminal() {
        let problem = Problem::new("x", 1, "the row `a\n\tb\u{1b}[2Jc\u{202e}d` is odd", "try\r\nagain");
        assert_eq!(problem.message, "the row `a  b\u{fffd}[2Jc\u{fffd}d` is odd");
        assert_eq!(problem.hint, "try  again");
    }

    #[test]
    fn a_long_quotation_is_cut_between_characters() {
        let problem = Problem::new("x", 1, "é".repeat(LONGEST + 1), "");
        assert_eq!(problem.message.chars().count(), LONGEST + 1);
        assert!(problem.message.ends_with("é…"));
        assert_eq!(Problem::new("x", 1, "é".repeat(LONGEST), "").message.chars().count(), LONGEST);
    }
}
