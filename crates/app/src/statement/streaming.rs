//! What members' plays earned, as far as it may be told of a few members.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use money::Amount;
use music::{PartyId, PotId, RecordingId};
use programmes::set_list::disclosure::Played;
use programmes::streaming::disclosure::{Plays, partition};
use store::Tx;

use super::{Line, RecordingLine, STREAMING, recording_line};
use crate::{Failure, heard};

/// What plays earned, by pot, recording and side.
pub(super) type Streamed = BTreeMap<PotId, BTreeMap<(RecordingId, String), Amount>>;

/// The lines of what members' plays earned, and why some are not shown. What may be told is settled pot by pot, since
/// a pot is shared by one closed period: whatever spans statements have, sums and differences of them are made of
/// whole cells with enough members each ([`programmes::streaming::disclosure`]).
pub(super) async fn streaming_lines(
    tx: &mut Tx,
    party: &PartyId,
    streamed: Streamed,
    now: Timestamp,
) -> Result<(Vec<Line>, String), Failure> {
    let threshold = heard::threshold(tx, now).await?;
    let mut apart: BTreeMap<(RecordingId, String), (Amount, u64)> = BTreeMap::new();
    let (mut lines, mut withheld) = (Vec::new(), false);
    let line = |recordings, side: String, amount: Amount| Line {
        recordings,
        side,
        payers: STREAMING.to_owned(),
        amount: amount.round_down_to_minor().to_decimal(),
    };
    for (pot, cells) in streamed {
        let mut plays: BTreeMap<RecordingId, Plays> = BTreeMap::new();
        for (recording, member, n) in tx.plays_of_party(&pot, party).await? {
            plays.entry(recording).or_default().insert(member, u64::try_from(n).unwrap_or(0));
        }
        let parts = partition(&plays, threshold);
        let mut rest: BTreeMap<String, (Amount, BTreeSet<RecordingId>)> = BTreeMap::new();
        for ((recording, side), amount) in cells {
            if parts.shown.contains(&recording) {
                let n = plays.get(&recording).map_or(0, |p| p.values().sum());
                let sum = apart.entry((recording, side)).or_insert((Amount::zero(amount.currency()), 0));
                *sum = (sum.0.checked_add(amount)?, sum.1 + n);
            } else {
                let sum = rest.entry(side).or_insert((Amount::zero(amount.currency()), BTreeSet::new()));
                sum.0 = sum.0.checked_add(amount)?;
                sum.1.insert(recording);
            }
        }
        if !parts.rest.is_empty() && !parts.rest_told {
            withheld = true;
            continue;
        }
        for (side, (amount, recordings)) in rest {
            let mut together = Vec::new();
            for recording in recordings {
                together.push(recording_named(tx, recording, None).await?);
            }
            lines.push(line(together, side, amount));
        }
    }
    let mut shown = Vec::new();
    for ((recording, side), (amount, n)) in apart {
        shown.push(line(vec![recording_named(tx, recording, Some(n)).await?], side, amount));
    }
    shown.extend(lines);
    let why = if withheld {
        format!(
            "what fewer than {} members of an institution listened to is in the total alone",
            threshold.members
        )
    } else {
        String::new()
    };
    Ok((shown, why))
}

async fn recording_named(
    tx: &mut Tx,
    recording: RecordingId,
    plays: Option<u64>,
) -> Result<RecordingLine, Failure> {
    let mut line = recording_line(tx, &Played { recording, plays: 0, seen: Vec::new() }).await?;
    line.plays = plays;
    Ok(line)
}
