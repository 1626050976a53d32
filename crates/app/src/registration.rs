//! Tracks registered by their producers before release, each with an id for the file's tags.

use music::{Isrc, MediaKind, OwnTrackId, PartyId, Recording, RecordingId, RecordingStatus};
use store::CatalogueRow;

use crate::catalogue::Matching;
use crate::duplicate::{self, Merge, Merged};
use crate::failure::refuse;
use crate::{Failure, House, catalogue, party};

/// The source of rows that producers registered themselves.
pub const SOURCE: &str = "registered";

/// A track to register.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Who registers it: a party.
    pub by: String,
    /// The artist credit as it will be printed; the party's own name where empty.
    pub artist: String,
    /// The title.
    pub title: String,
    /// The version, where it has one.
    pub version: String,
    /// The label, where it is known.
    pub label: String,
    /// Seconds, where they are known.
    pub duration_s: Option<u32>,
    /// Whether to register it although the catalogue seems to have it.
    pub another: bool,
}

/// Registers a track and gives it an id. No share comes with it: as everywhere, the credited artist is paid by default
/// until shares are stated, so that registering somebody else's track earns nothing.
pub async fn register(house: &House, matching: &Matching, ask: Register) -> Result<CatalogueRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let by = party::find(&mut tx, &ask.by).await?.party;
    let (artist, title) = (ask.artist.trim(), ask.title.trim());
    if title.is_empty() {
        return Err(refuse("recording-title", "a recording needs a title", "`--title \"…\"`"));
    }
    let artist = if artist.is_empty() { by.name.as_str() } else { artist };
    if !ask.another {
        let query =
            matching::Query { artist, title, version: ask.version.trim(), ..matching::Query::default() };
        if let Some(id) = matching.verdict(&query).recording {
            let id = tx.survivor(&id).await?;
            let named = tx.recording(&id).await?.map(|r| duplicate::name(&r)).unwrap_or_default();
            let message = format!("`{named}` is here already as `{id}`");
            return Err(refuse("recording-here", message, "if it is another recording, say so: `--another`"));
        }
    }
    let own_id = OwnTrackId::from_bits(house.world.bits());
    let recording = Recording {
        id: house.recording_id(),
        kind: MediaKind::Audio,
        artist: artist.to_owned(),
        title: title.to_owned(),
        version: ask.version.trim().to_owned(),
        album: String::new(),
        label: ask.label.trim().to_owned(),
        duration_s: ask.duration_s,
        year: None,
        isrc: None,
        mbid: None,
        own_id: Some(own_id.clone()),
        status: RecordingStatus::Unreleased,
    };
    let row = CatalogueRow {
        recording,
        source: SOURCE.to_owned(),
        source_id: own_id.to_string(),
        origin_line: 0,
        merged_into: None,
    };
    tx.upsert_recordings(std::slice::from_ref(&row), now).await?;
    tx.insert_registration(&row.recording.id, &by.id, now).await?;
    tx.note(now, by.id.as_str(), "recording register", row.recording.id.as_str(), own_id.as_str()).await?;
    tx.commit().await?;
    Ok(row)
}

/// A registered track that is out now.
#[derive(Debug, Clone)]
pub struct Release {
    /// The track: its own id or our id.
    pub recording: String,
    /// Its ISRC, where it got one.
    pub isrc: Option<Isrc>,
    /// The row of the catalogue that it came out as, where it is named.
    pub row: Option<String>,
    /// Who says so: the party that registered it.
    pub by: String,
}

/// What became of a release.
#[derive(Debug, Clone)]
pub struct Released {
    /// The row that answers now.
    pub row: CatalogueRow,
    /// The merge with the catalogue's row, where it has one.
    pub merged: Option<Merged>,
}

/// Says that a registered track is out. Where the catalogue has a row with its ISRC, or one is named, the registered row is
/// merged into that one: lines with the own id go on matching, what was earned stays, shares stated for both are compared.
/// Without such a row the registered one gets the ISRC and is live itself.
pub async fn release(house: &House, ask: Release) -> Result<Released, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let by = party::find(&mut tx, &ask.by).await?.party;
    let own = catalogue::row_named(&mut tx, &ask.recording).await?;
    let id = own.recording.id.clone();
    let Some((registered_by, _)) = tx.registration(&id).await? else {
        let message = format!("`{}` was not registered before release", ask.recording);
        return Err(refuse("not-registered", message, "`tantieme recording list` shows what was"));
    };
    if registered_by != by.id {
        let message = format!("`{}` was registered by somebody else", ask.recording);
        return Err(refuse("not-yours", message, "only the party that registered it says that it is out"));
    }
    let twin = match (&ask.row, &ask.isrc) {
        (Some(row), _) => Some(catalogue::row_named(&mut tx, row).await?.recording.id),
        (None, Some(isrc)) => {
            let rows = tx.recordings_by_isrc(isrc.as_str()).await?;
            rows.into_iter().map(|r| r.recording.id).find(|other| *other != id)
        }
        (None, None) => None,
    };
    let merge_with = match twin {
        Some(twin) if tx.survivor(&twin).await? != tx.survivor(&id).await? => Some(twin),
        _ => None,
    };
    // The ISRC goes to the row that answers; a second row with it would only be doubtful.
    let isrc = if merge_with.is_some() { None } else { ask.isrc.as_ref() };
    tx.release_recording(&id, isrc, now).await?;
    let detail = ask.isrc.as_ref().map(ToString::to_string).unwrap_or_default();
    tx.note(now, by.id.as_str(), "recording release", id.as_str(), &detail).await?;
    let merged = match merge_with {
        Some(keep) => {
            let ask =
                Merge { keep: keep.to_string(), gone: id.to_string(), anyway: false, by: by.id.to_string() };
            Some(duplicate::merge_in(house, &mut tx, &ask).await?)
        }
        None => None,
    };
    let survivor = tx.survivor(&id).await?;
    let row = tx.recording(&survivor).await?.unwrap_or(own);
    tx.commit().await?;
    Ok(Released { row, merged })
}

/// What was registered before release, by a party or by all: each row, and what it was merged into.
pub async fn list(house: &House, who: Option<&str>) -> Result<Vec<(CatalogueRow, RecordingId)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let party: Option<PartyId> = match who {
        Some(who) => Some(party::find(&mut tx, who).await?.party.id),
        None => None,
    };
    let mut all = Vec::new();
    for id in tx.registrations(party.as_ref()).await? {
        let survivor = tx.survivor(&id).await?;
        if let Some(row) = tx.recording(&id).await? {
            all.push((row, survivor));
        }
    }
    Ok(all)
}
