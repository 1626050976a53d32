//! Books and comics: what an edition says of itself, and its pages.

use jiff::Timestamp;
use music::RecordingId;
use store::{EditionRow, Tx};

use super::{depot, fault, keep};
use crate::failure::refuse;
use crate::{Failure, House};

/// What an edition says of itself; `None` where none came.
pub async fn about(house: &House, recording: &RecordingId) -> Result<Option<EditionRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.edition(recording).await?)
}

/// One page of a comic, counted from 1: its bytes and their media type.
pub async fn page(
    house: &House,
    recording: &RecordingId,
    number: u32,
) -> Result<(Vec<u8>, &'static str), Failure> {
    let none = |what: String| refuse("page-unknown", what, "pages are counted from 1");
    let playable = super::playable(house, recording).await?;
    let playable = playable.ok_or_else(|| none(format!("there is no file for `{recording}`")))?;
    let choice = playable.pick(super::Want { format: Some("raw"), most_kbps: None });
    let choice = choice.ok_or_else(|| none(format!("there is no file for `{recording}`")))?;
    let place = depot(house)?;
    let read = tokio::task::spawn_blocking(move || {
        let file = place.file(&choice.address).map_err(|e| media::Flaw::unread(&e))?;
        file.map_or(Ok(None), |file| media::book::page(file, number))
    });
    let bytes = read
        .await
        .map_err(|e| fault("a page could not be read", &e))?
        .map_err(|flaw| keep::refused(recording.as_str(), &flaw))?
        .ok_or_else(|| none(format!("`{recording}` has no page {number}")))?;
    let about = media::picture::about(&bytes).map_err(|flaw| keep::refused(recording.as_str(), &flaw))?;
    Ok((bytes, about.format.content_type()))
}

/// Writes what an edition says of itself.
pub(crate) async fn record(
    tx: &mut Tx,
    recording: &RecordingId,
    found: &media::book::Edition,
    now: Timestamp,
) -> Result<(), Failure> {
    let row = EditionRow {
        language: found.language.clone(),
        publisher: found.publisher.clone(),
        identifier: found.identifier.clone(),
        description: found.description.clone(),
        pages: found.pages.map(i64::from),
    };
    Ok(tx.put_edition(recording, &row, now).await?)
}
