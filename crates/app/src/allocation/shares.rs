//! Who holds a recording on a day in a place; the credited artist where nobody said.

use std::collections::BTreeSet;

use allocation::rule::Pays;
use allocation::{Shares, SharesOf};
use jiff::Timestamp;
use jiff::civil::Date;
use music::{RecordingId, RightsShare, ShareStatus, ShareSubject, Territory, UseType};
use store::{ShareRow, Tx};

use crate::{Failure, House, duplicate, party};

/// The shares of the recordings, by side, for a set list here, on this day. A recording nobody has stated a
/// share of goes whole to the artist as credited; that default is written down as a share with source
/// `credit`, and gives way to the first stated one.
pub(super) async fn live_shares(
    house: &House,
    tx: &mut Tx,
    recordings: &BTreeSet<RecordingId>,
    territory: Option<&Territory>,
    day: Date,
) -> Result<Shares, Failure> {
    let now = house.now();
    let (mut rights, mut works) = (Vec::new(), Vec::new());
    for id in recordings {
        for work in works_of(tx, id).await? {
            rights.extend(tx.shares_of_work(&work.id).await?.into_iter().map(|row| row.share));
            works.push((id.clone(), work.id));
        }
    }
    // Of the composition there is no default: a printed artist credit names no composer.
    rights.sort_by(|a, b| a.id.cmp(&b.id));
    rights.dedup_by(|a, b| a.id == b.id);
    let mut shares = Shares::registered(&rights, &works, UseType::SetList, territory, day);
    for id in recordings {
        let mut rows = duplicate::shares(tx, id).await?;
        if rows.iter().all(|r| r.share.status == ShareStatus::Withdrawn) {
            rows.extend(default_share(house, tx, id, now).await?);
        }
        let live: Vec<&RightsShare> =
            rows.iter().map(|r| &r.share).filter(|s| s.applies(UseType::SetList, territory, day)).collect();
        if !live.is_empty() {
            for side in [Pays::Master, Pays::CreditedArtist] {
                shares.set(id.clone(), side, SharesOf::from_rights(&live));
            }
        }
    }
    Ok(shares)
}

/// The works of a recording; of a row merged into it where it names none itself.
async fn works_of(tx: &mut Tx, id: &RecordingId) -> Result<Vec<music::Work>, Failure> {
    for row in tx.family(id).await? {
        let works = tx.works_of(&row).await?;
        if !works.is_empty() {
            return Ok(works);
        }
    }
    Ok(Vec::new())
}

async fn default_share(
    house: &House,
    tx: &mut Tx,
    id: &RecordingId,
    now: Timestamp,
) -> Result<Option<ShareRow>, Failure> {
    let Some(row) = tx.recording(id).await? else { return Ok(None) };
    let Some(party) = party::credited(house, tx, &row.recording.artist, now).await? else { return Ok(None) };
    let share = RightsShare {
        id: house.share_id(),
        subject: ShareSubject::Recording(id.clone()),
        party,
        ratio: money::Ratio::WHOLE,
        territory: Territory::worldwide(),
        period: music::Period::ALWAYS,
        use_type: UseType::Any,
        status: ShareStatus::Claimed,
    };
    let row = ShareRow { share, source: party::CREDIT.to_owned(), origin_line: row.origin_line };
    tx.put_share(&row, now).await?;
    Ok(Some(row))
}
