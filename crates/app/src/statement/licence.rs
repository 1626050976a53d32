//! What licences for uses by AI earned. Their payers are named in public, so every sum is told as it is, to the millionth.

use std::collections::BTreeMap;

use money::Amount;
use music::RecordingId;
use programmes::set_list::disclosure::Played;
use store::{AllocationRow, Tx};

use super::{LICENCES, Line, recording_line};
use crate::Failure;

/// What licences earned, by recording and side.
pub(super) type Licensed = BTreeMap<(RecordingId, String), Amount>;

/// Adds a line of a licence's pot.
pub(super) fn add(licensed: &mut Licensed, line: &AllocationRow) -> Result<(), Failure> {
    let Some(recording) = line.recording.clone() else { return Ok(()) };
    let side = line.side.clone().unwrap_or_else(|| "master".to_owned());
    let slot = licensed.entry((recording, side)).or_insert(Amount::zero(line.amount.currency()));
    *slot = slot.checked_add(line.amount)?;
    Ok(())
}

/// The lines of what licences earned.
pub(super) async fn licence_lines(tx: &mut Tx, licensed: Licensed) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::new();
    for ((recording, side), amount) in licensed {
        let mut one = recording_line(tx, &Played { recording, plays: 0, seen: Vec::new() }).await?;
        one.plays = None;
        lines.push(Line {
            recordings: vec![one],
            side,
            payers: LICENCES.to_owned(),
            amount: amount.to_decimal(),
        });
    }
    Ok(lines)
}
