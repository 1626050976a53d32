//! Events: one performer's night, or a part of it.

use jiff::civil::Date;

use crate::{EventId, PartyId, Territory};

/// A gig: where and when a set was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Our id.
    pub id: EventId,
    /// The name people know it by; may be empty.
    pub name: String,
    /// The day it began, by the place's own clock.
    pub date: Option<Date>,
    /// The venue; may be empty.
    pub venue: String,
    /// The city; may be empty.
    pub city: String,
    /// Where it lies.
    pub territory: Option<Territory>,
    /// The place's IANA time zone, which resolves local times in files.
    pub time_zone: String,
    /// Who performed.
    pub performer: PartyId,
}
