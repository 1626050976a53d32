//! Releases and the tracks on them.

use crate::{Gtin, RecordingId, ReleaseId};

/// Recordings published together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Our id.
    pub id: ReleaseId,
    /// The title.
    pub title: String,
    /// The artist credit as printed.
    pub artist: String,
    /// The label.
    pub label: String,
    /// The label's own number for it.
    pub catalogue_number: String,
    /// GTIN (EAN, UPC).
    pub gtin: Option<Gtin>,
}

/// The place of a recording on a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// The release.
    pub release: ReleaseId,
    /// Its place, counted from 1.
    pub position: u32,
    /// The recording.
    pub recording: RecordingId,
}
