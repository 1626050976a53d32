//! What a rule shares by: usages, plays, deliverables, and who holds what.
//!
//! All of it arrives as values, in any order; the order changes nothing.

use std::collections::BTreeMap;

use money::Amount;
use music::{Origin, PartyId, RecordingId};

use crate::{Shares, SharesOf};

/// Everything one pot is shared by. A rule uses what it names and refuses when that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input {
    /// Lines of set lists.
    pub usages: Vec<Usage>,
    /// Plays by members.
    pub plays: Vec<Play>,
    /// Paid seats; the members with a play where not told.
    pub seats: Option<u64>,
    /// What is known of recordings, for filters, artists and thresholds.
    pub facts: BTreeMap<RecordingId, Facts>,
    /// Who holds each recording, by side.
    pub shares: Shares,
    /// Who performed the set.
    pub performer: Option<PartyId>,
    /// What an output was made from.
    pub attributions: Vec<Attribution>,
    /// What was delivered in a campaign.
    pub deliverables: Vec<Deliverable>,
    /// Releases an institution chose.
    pub releases: Vec<SelectedRelease>,
}

/// One line of a set list, as it counts for sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// A stable identifier of the line: ties are decided by it, explanations lead back to it. Two rows
    /// with one key are one line whose plays and seconds add up.
    pub key: String,
    /// The document and line it came from.
    pub origin: Origin,
    /// The recording; `None` where it is not identified, and its money waits.
    pub recording: Option<RecordingId>,
    /// How many times, at least 1; 0 gets nothing.
    pub plays: u32,
    /// Seconds heard, where the source has them.
    pub played_s: Option<u32>,
}

impl Usage {
    /// A line played once.
    pub fn line(key: impl Into<String>, origin: Origin, recording: Option<RecordingId>) -> Usage {
        Usage { key: key.into(), origin, recording, plays: 1, played_s: None }
    }
}

/// What one member played of one recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Play {
    /// The member, as a pseudonym.
    pub member: String,
    /// The recording.
    pub recording: RecordingId,
    /// Counted plays.
    pub plays: u32,
    /// Seconds heard, where known.
    pub played_s: Option<u32>,
    /// Whether the member sought it.
    pub sought: bool,
    /// Plays of it by the same member before this period (for listen-to-own).
    pub before: u32,
}

/// What is known of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// A stable key of its artist.
    pub artist: Option<String>,
    /// Available to the members of the institution that pays.
    pub in_catalogue: bool,
    /// Tagged with the territory of the institution that pays.
    pub local: bool,
    /// Part of the licensed set.
    pub licensed: bool,
    /// Plays in the months of a threshold, all listeners and this period included.
    pub threshold_plays: Option<u64>,
    /// For the double under which flagged plays of a recording count: that recording. See [`crate::held`].
    pub held_for: Option<RecordingId>,
}

/// What was attributed to one source of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// A stable identifier of the report's row.
    pub key: String,
    /// The recording; `None` where the source is not identified.
    pub recording: Option<RecordingId>,
    /// How much, in any unit common to the report.
    pub weight: u64,
}

/// Something delivered in a campaign, with the amount agreed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliverable {
    /// A stable identifier.
    pub key: String,
    /// The amount agreed, before deductions.
    pub agreed: Amount,
    /// Whether it was accepted; the others get nothing yet.
    pub accepted: bool,
    /// Who is paid for it.
    pub shares: SharesOf,
}

/// A release that an institution chose for its collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedRelease {
    /// A stable identifier.
    pub key: String,
    /// Who is paid for it.
    pub shares: SharesOf,
}

impl Input {
    /// Nothing at all.
    pub const NOTHING: Input = Input {
        usages: Vec::new(),
        plays: Vec::new(),
        seats: None,
        facts: BTreeMap::new(),
        shares: Shares::NONE,
        performer: None,
        attributions: Vec::new(),
        deliverables: Vec::new(),
        releases: Vec::new(),
    };

    /// A set list and who holds what was played.
    pub fn set_list(usages: Vec<Usage>, shares: Shares) -> Input {
        Input { usages, shares, ..Input::default() }
    }
}
