//! What a message may weigh in memory, and the problems of one that does not fit or does not hang together.

use music::problem::Problem;

use super::tree::Node;
use crate::catalogue::cell::short;
use crate::catalogue::item::{Deal, RecordingItem};

/// Memory that recordings may take while they wait for their deals: some 30,000 of usual size.
pub(super) const HELD_BYTES: usize = 32 << 20;

/// Memory that references, parties, works and releases of one message may take: a million tracks fit.
pub(super) const INDEX_BYTES: usize = 256 << 20;

/// Deals that the recordings of one message get, all together.
pub(super) const DEALS_IN_ALL: usize = 20_000_000;

/// About how many bytes a recording takes while it waits.
pub(super) fn weight(item: &RecordingItem) -> usize {
    let texts = [&item.source_id, &item.artist, &item.title, &item.version, &item.album, &item.label];
    let texts: usize = texts.iter().map(|t| t.len()).sum();
    let parties = item.artists.iter().map(|c| &c.party).chain(item.shares.iter().map(|s| &s.party));
    let parties: usize = parties.map(|p| 300 + p.name.len() + p.source_id.len()).sum();
    let works: usize = item.works.iter().map(|w| 300 + w.title.len() + w.credits.len() * 300).sum();
    let files: usize = item.files.iter().map(|f| 72 + f.path.len() + f.hash.len()).sum();
    700 + texts + parties + works + files + item.other_isrcs.len() * 40
}

pub(super) fn deal_weight(deal: &Deal) -> usize {
    let words = deal.commercial_models.iter().chain(&deal.use_types).map(|w| 24 + w.len()).sum::<usize>();
    250 + words + (deal.territories.len() + deal.excluded.len()) * 40
}

pub(super) fn unknown(kind: &str, reference: &str, line: u64) -> Problem {
    let message = format!("`{}` refers to no {kind} of the message", short(reference));
    Problem::new(
        "reference-unknown",
        line,
        message,
        "the reference was left out; ask the sender to correct it",
    )
}

pub(super) fn unit_too_large(unit: &Node) -> Problem {
    let message = format!("`{}` holds more than is read of one such element", short(&unit.name));
    Problem::new("unit-too-large", unit.line, message, "its beginning was read; ask the sender to split it")
}

pub(super) fn message_too_large(line: u64) -> Problem {
    let hint = "ask the sender to deliver it as several messages; undo what was taken from it";
    let message =
        format!("the message needs more than {} MiB for its references and deals", INDEX_BYTES >> 20);
    Problem::new("message-too-large", line, message, hint).fatal()
}

pub(super) fn not_a_message(root: &str, line: u64) -> Problem {
    let hint = "give a DDEX `NewReleaseMessage` or `PurgeReleaseMessage` (ERN 3.x or 4.x)";
    let message = match root {
        "" => "the document holds no element".to_owned(),
        root => format!("`{}` is not a release message", short(root)),
    };
    Problem::new("message-unknown", line, message, hint).fatal()
}
