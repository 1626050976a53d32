//! Recordings: one fixed performance, or one edition of another medium.

use crate::{Isrc, Mbid, OwnTrackId, RecordingId};

/// What kind of thing a recording is; each medium has its own use unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    /// Sound; used by the play.
    Audio,
    /// Film, animation, video; used by the view.
    Video,
    /// A video game; used by the session.
    Game,
    /// A book; used by the read.
    Book,
    /// A comic; used by the read.
    Comic,
}

impl MediaKind {
    /// All kinds.
    pub const ALL: [MediaKind; 5] =
        [MediaKind::Audio, MediaKind::Video, MediaKind::Game, MediaKind::Book, MediaKind::Comic];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            MediaKind::Audio => "audio",
            MediaKind::Video => "video",
            MediaKind::Game => "game",
            MediaKind::Book => "book",
            MediaKind::Comic => "comic",
        }
    }
}

/// Where a recording stands in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordingStatus {
    /// It can be matched and paid.
    Live,
    /// Registered by its producer before release.
    Unreleased,
    /// Withdrawn by a delivery; old usages still pay, new offers do not show it.
    Withdrawn,
    /// Merged into another row; history stays.
    Merged,
}

impl RecordingStatus {
    /// All states.
    pub const ALL: [RecordingStatus; 4] = [
        RecordingStatus::Live,
        RecordingStatus::Unreleased,
        RecordingStatus::Withdrawn,
        RecordingStatus::Merged,
    ];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            RecordingStatus::Live => "live",
            RecordingStatus::Unreleased => "unreleased",
            RecordingStatus::Withdrawn => "withdrawn",
            RecordingStatus::Merged => "merged",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        RecordingStatus::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// One fixed performance (DDEX SoundRecording); also one film, game, book or comic edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Our id.
    pub id: RecordingId,
    /// What kind of thing it is.
    pub kind: MediaKind,
    /// The artist credit as printed.
    pub artist: String,
    /// The title, with its version in brackets where the source writes it so.
    pub title: String,
    /// The version, where the source keeps it apart: remix, edit, dub, live.
    pub version: String,
    /// The release or album it is best known from.
    pub album: String,
    /// The label.
    pub label: String,
    /// Seconds, where known.
    pub duration_s: Option<u32>,
    /// First year, where known.
    pub year: Option<u16>,
    /// ISRC.
    pub isrc: Option<Isrc>,
    /// MusicBrainz recording.
    pub mbid: Option<Mbid>,
    /// The producer's own id before release.
    pub own_id: Option<OwnTrackId>,
    /// Where it stands.
    pub status: RecordingStatus,
}
