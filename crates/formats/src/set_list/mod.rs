//! Set lists as DJ software, players and people write them.
//!
//! [`read`] finds out by its content what a file is, in which encoding, and returns all lines of all its sets with what was
//! wrong. It knows nothing of file names, catalogues or money.

mod build;
mod clock;
mod cue;
mod encoding;
mod fields;
mod format;
mod json_list;
mod m3u;
mod plain_text;
mod rekordbox_xml;
mod serato_live;
mod serato_table;
mod sniff;
mod table;
mod tables;
mod traktor_nml;
mod virtualdj;
mod xml;
mod xspf;

mod binary;
pub mod write;

pub use format::Format;
pub use sniff::read;

mod engine_db;
mod gather;
mod mixxx_db;
mod rekordbox_db;
mod rekordbox_pdb;
mod serato_db;
mod serato_session;
mod sqlite;
mod wal;
pub mod write_db;

use music::problem::Problem;
use music::usage::Moment;
use music::{Isrc, Mbid, OwnTrackId};

/// What was read from a file of set lists: its lines, the sets they belong to, and what was wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct SetListFile {
    /// What the bytes turned out to be; `None` where they are no set list known to us.
    pub format: Option<Format>,
    /// The lines of all sets, in playing order within each set, sets in the file's order.
    pub lines: Vec<Line>,
    /// The sets; a file that holds just one has one entry, a bare collection none.
    pub sets: Vec<Set>,
    /// What was wrong, in the file's order.
    pub problems: Vec<Problem>,
}

/// One set (history, session, playlist) of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Set {
    /// Its number in this file, from 1.
    pub number: u32,
    /// Its name, where the file has one.
    pub name: Option<String>,
    /// When it began, where the file says.
    pub started_at: Option<Moment>,
}

/// One line of a set as the file gives it; nothing is guessed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Line, row or record of the file, from 1.
    pub line: u64,
    /// The number of its set ([`Set::number`]).
    pub set: u32,
    /// Place in the set, from 1.
    pub position: u32,
    /// The line's text as written, where the format is plain text.
    pub text: Option<String>,
    /// Artist credit.
    pub artist: Option<String>,
    /// Title, with its version where the file does not keep that apart.
    pub title: Option<String>,
    /// Version (remix, edit, mix), where the file keeps it apart.
    pub version: Option<String>,
    /// Remixer, where the file keeps it apart.
    pub remixer: Option<String>,
    /// Release or album.
    pub album: Option<String>,
    /// Label.
    pub label: Option<String>,
    /// Year.
    pub year: Option<u16>,
    /// Length of the track in whole seconds.
    pub duration_s: Option<u32>,
    /// ISRC, where the file has a valid one.
    pub isrc: Option<Isrc>,
    /// MusicBrainz recording, where the file has one.
    pub mbid: Option<Mbid>,
    /// A producer's own id found in a comment or grouping tag.
    pub own_id: Option<OwnTrackId>,
    /// Why a word in those tags that looks like such an id is none; told as a problem when the file is read.
    pub own_id_slip: Option<music::BadIdentifier>,
    /// When it was started.
    pub started_at: Option<Moment>,
    /// Where it begins in the set, in whole seconds from the set's beginning, where the file says.
    pub offset_s: Option<u32>,
    /// Whole seconds really heard, where the file says.
    pub played_s: Option<u32>,
    /// Whether it was played to the public. False for prelistened and merely loaded tracks;
    /// true where the format has no mark for it.
    pub played: bool,
}
