//! What is wrong with a file: a code, words, and what to try.

use std::fmt;

/// Something wrong with a file.
///
/// Words as everywhere: lower case, no full stop, numbers with units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// A stable word, such as `sound-truncated`.
    pub code: &'static str,
    /// What is wrong.
    pub words: String,
    /// What to try.
    pub hint: &'static str,
}

impl Flaw {
    /// A flaw in words.
    pub fn new(code: &'static str, words: impl Into<String>, hint: &'static str) -> Flaw {
        Flaw { code, words: words.into(), hint }
    }

    /// The file is none of the kinds that are read here.
    pub fn unknown_kind() -> Flaw {
        Flaw::new(
            "file-kind-unknown",
            "the content is no sound, picture, book, film or game that is read here",
            "send MP3, FLAC, WAV, AIFF, AAC, M4A, Ogg Vorbis, Opus, EPUB, CBZ, MP4, or a zip with a web build",
        )
    }

    /// Reading itself failed.
    pub fn unread(error: &std::io::Error) -> Flaw {
        Flaw::new("file-unread", format!("the file cannot be read: {error}"), "try again, or send the file again")
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Flaw {}
