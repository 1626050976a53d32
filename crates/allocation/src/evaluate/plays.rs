//! Plays in one heap, with caps, thresholds, boosts and prices.

use music::RecordingId;

use super::Refusal;
use super::place::{Item, Usages, played, qualifies};
use crate::Input;
use crate::rule::{PlayTerms, Split};

/// Weighs each recording by its plays.
pub(super) fn by_play<'a>(
    split: &Split,
    _terms: &PlayTerms,
    input: &'a Input,
    usages: &Usages<'a>,
) -> Result<Vec<Item<'a>>, Refusal> {
    let counts = |recording: Option<&RecordingId>| qualifies(split.filter, input, recording);
    let (recordings, mut items) = played(input, usages, counts);
    items.extend(recordings.into_iter().map(|(recording, plays)| Item::recording(recording.clone(), plays)));
    Ok(items)
}
