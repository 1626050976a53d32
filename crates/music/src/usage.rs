//! Usage lines as reported, and their cleaned meaning.

use jiff::Timestamp;
use jiff::civil::DateTime;

/// When something was played, as precisely as the source says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// An instant known to the whole world.
    Instant(Timestamp),
    /// A time on a wall clock whose zone the file does not tell; the event's time zone resolves it.
    Local(DateTime),
}

impl std::fmt::Display for Moment {
    /// RFC 3339; without an offset where none is known.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Moment::Instant(at) => at.fmt(f),
            Moment::Local(at) => at.fmt(f),
        }
    }
}
