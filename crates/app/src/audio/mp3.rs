//! MP3 for old players, made by `ffmpeg` where it is, once for each recording and rate.

use media::{Address, Format};
use music::RecordingId;
pub use ports::ffmpeg::{Ffmpeg, find};
use store::RenditionRow;

use super::{Choice, Want, depot, fault, playable};
use crate::failure::refuse;
use crate::{Failure, House};

/// Rates that are made, in kilobits a second.
const RATES: [u32; 4] = [128, 192, 256, 320];

/// An MP3 of a recording of at most so many kilobits a second, made now where there is none yet. `None` where there
/// is no `ffmpeg`, or nothing to make it of.
pub async fn of(
    house: &House,
    recording: &RecordingId,
    most_kbps: Option<u32>,
    ffmpeg: Option<&Ffmpeg>,
) -> Result<Option<Choice>, Failure> {
    let Some(found) = playable(house, recording).await? else { return Ok(None) };
    let limit = most_kbps.filter(|k| *k > 0).unwrap_or(192);
    let kbps = RATES.into_iter().rfind(|r| *r <= limit).unwrap_or(RATES[0]);
    let want = Want { format: Some("mp3"), most_kbps: Some(limit.max(kbps)) };
    if let Some(choice) = found.pick(want).filter(|c| c.format == Format::Mp3) {
        return Ok(Some(choice));
    }
    let from = found.renditions.iter().find(|r| r.format == Format::Opus.word());
    let (Some(ffmpeg), Some(from)) = (ffmpeg.cloned(), from.cloned()) else { return Ok(None) };
    let address: Address = from.address.parse().map_err(|e| fault("a rendition has no address", &e))?;
    let place = depot(house)?;
    let work = tokio::task::spawn_blocking(move || {
        let file = place.file(&address)?.ok_or_else(|| std::io::Error::other("the rendition is lost"))?;
        ffmpeg.mp3(file, kbps, &place)
    });
    let kept = work.await.map_err(|e| fault("ffmpeg could not be asked", &e))?.map_err(|e| {
        refuse("mp3", format!("no MP3 of `{recording}` could be made: {e}"), "ask for another format")
    })?;
    let now = house.now();
    let row = RenditionRow {
        master: found.master.address.clone(),
        format: Format::Mp3.word().to_owned(),
        kbps: i64::from(kbps),
        address: kept.address.to_string(),
        bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
        duration_ms: from.duration_ms,
    };
    let mut tx = house.store.begin().await?;
    tx.put_rendition(&row, now).await?;
    tx.commit().await?;
    Ok(super::rendition(&row))
}
