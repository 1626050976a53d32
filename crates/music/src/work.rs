//! Works: compositions.

use crate::{Iswc, WorkId};

/// A composition (DDEX MusicalWork).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Our id.
    pub id: WorkId,
    /// The title.
    pub title: String,
    /// ISWC.
    pub iswc: Option<Iswc>,
}
