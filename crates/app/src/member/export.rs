//! Everything the house keeps about a person, for that person to take along: JSON, whose playlists are JSPF.
//!
//! The stable id is not in it, and neither is any name under which plays were counted: what somebody else could use to
//! find rows that are nobody's.

use std::collections::BTreeMap;

use music::RecordingId;
use ports::period_keys::PeriodKeys;
use serde_json::{Value, json};
use store::{MemberRow, Tx};

use super::own;
use crate::session::Visitor;
use crate::{Failure, House, audio};

/// How the library calls an album or artist by its id.
pub type Names<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// Tracks that were looked up before: one stands on many lists.
type Known = BTreeMap<String, Value>;

/// Everything the house keeps about a person's access and memberships. What was counted of them is in it as long as
/// `keys` can lead back to it.
pub async fn export(
    house: &House,
    visitor: &Visitor,
    keys: Option<&PeriodKeys>,
    names: Names<'_>,
) -> Result<Value, Failure> {
    let mut tx = house.store.begin_read().await?;
    let members = tx.members_of(&visitor.sign_in.id).await?;
    let (mut memberships, mut known) = (Vec::new(), Known::new());
    for member in &members {
        memberships.push(membership(house, &mut tx, member, names, &mut known).await?);
    }
    let access = access(&mut tx, visitor).await?;
    drop(tx);
    if let Some(keys) = keys {
        for (member, told) in members.iter().zip(&mut memberships) {
            told["counted"] = counted(house, keys, member, &mut known).await?;
        }
    }
    let mut all = access;
    all["memberships"] = Value::Array(memberships);
    Ok(all)
}

async fn access(tx: &mut Tx, visitor: &Visitor) -> Result<Value, Failure> {
    let of = &visitor.sign_in.id;
    let sessions: Vec<Value> = tx
        .sessions_of(of)
        .await?
        .into_iter()
        .map(|s| json!({ "door": s.door, "browser": s.agent, "since": s.created.to_string(), "seen": s.seen.to_string() }))
        .collect();
    let keys: Vec<Value> = tx
        .api_keys_of(of)
        .await?
        .into_iter()
        .map(|k| json!({ "name": k.name, "scopes": k.scopes, "since": k.created.to_string() }))
        .collect();
    let roles: Vec<Value> = tx
        .roles_of(of)
        .await?
        .into_iter()
        .map(|r| json!({ "role": r.role, "for": r.party, "until": r.until.map(|t| t.to_string()) }))
        .collect();
    let s = &visitor.sign_in;
    Ok(json!({
        "access": { "mail": s.mail, "name": s.name, "language": s.lang, "since": s.created.to_string(),
                    "password": s.password.is_some(), "second_factor": s.totp_on.is_some() },
        "sessions": sessions, "keys": keys, "roles": roles,
    }))
}

async fn membership(
    house: &House,
    tx: &mut Tx,
    m: &MemberRow,
    names: Names<'_>,
    known: &mut Known,
) -> Result<Value, Failure> {
    let id = m.id.as_str();
    let mut favourites = Vec::new();
    for star in tx.stars(id).await? {
        let name = named(tx, &star.item, names, known).await?;
        favourites.push(json!({ "kind": star.kind.word(), "what": name, "since": star.at.to_string() }));
    }
    let mut ratings = Vec::new();
    for rating in tx.ratings(id).await? {
        let name = named(tx, &rating.item, names, known).await?;
        ratings.push(json!({ "kind": rating.kind.word(), "what": name, "stars": rating.stars }));
    }
    let mut heard = Vec::new();
    for tally in tx.tallies(id).await? {
        let track = track(tx, &tally.recording, known).await?;
        heard.push(json!({ "track": track, "times": tally.plays, "last": tally.last.to_string() }));
    }
    let mut marks = Vec::new();
    for mark in tx.bookmarks(id).await? {
        let track = track(tx, &mark.recording, known).await?;
        marks.push(json!({ "track": track, "position_ms": mark.position_ms, "comment": mark.comment }));
    }
    let mut playlists = Vec::new();
    for list in tx.playlists(id).await? {
        let songs = tx.playlist_songs(&list.id).await?;
        let mut tracks = Vec::new();
        for song in &songs {
            tracks.push(track(tx, song, known).await?);
        }
        let (name, words, made) = (&list.name, &list.comment, list.created.to_string());
        playlists.push(
            json!({ "playlist": { "title": name, "annotation": words, "date": made, "track": tracks } }),
        );
    }
    let queue = match tx.queue(id).await? {
        Some(queue) => {
            let mut tracks = Vec::new();
            for song in &queue.songs {
                tracks.push(track(tx, song, known).await?);
            }
            json!({ "track": tracks, "current": queue.current, "position_ms": queue.position_ms })
        }
        None => Value::Null,
    };
    let players: Vec<Value> = tx
        .app_passwords(id)
        .await?
        .into_iter()
        .map(|p| {
            let kind = if p.is_key { "key" } else { "password" };
            json!({ "name": p.name, "kind": kind, "since": p.created.to_string(), "revoked": p.revoked.map(|t| t.to_string()) })
        })
        .collect();
    let mut games = Vec::new();
    for (recording, sealed) in tx.access_keys_of(id).await? {
        let key = house.store.fields().open(&audio::reach::context(&recording), &sealed)?;
        games.push(json!({ "track": track(tx, recording.as_str(), known).await?, "key": key }));
    }
    let login = tx.listener(id).await?.map(|l| l.login);
    Ok(json!({
        "institution": m.institution, "since": m.created.to_string(), "until": m.until.map(|t| t.to_string()),
        "confirmed_at": m.confirmed.to_string(), "known_by": tx.member_doors(&m.id).await?,
        "name_for_players": login, "players": players, "favourites": favourites, "ratings": ratings,
        "playlists": playlists, "queue": queue, "bookmarks": marks, "heard": heard, "game_keys": games,
    }))
}

async fn counted(
    house: &House,
    keys: &PeriodKeys,
    member: &MemberRow,
    known: &mut Known,
) -> Result<Value, Failure> {
    let all = own::counted(house, keys, member).await?;
    let mut tx = house.store.begin_read().await?;
    let mut periods = Vec::new();
    for of in all {
        let mut rows = Vec::new();
        for row in of.rows {
            let track = track(&mut tx, row.recording.as_str(), known).await?;
            rows.push(json!({ "track": track, "outcome": row.outcome, "unit": row.unit, "times": row.plays, "seconds": row.seconds }));
        }
        periods.push(json!({ "period": of.period.label, "status": of.period.status, "rows": rows }));
    }
    Ok(Value::Array(periods))
}

/// A thing by the names it has: a track as JSPF has it, an album or artist by its name.
async fn named(tx: &mut Tx, item: &str, names: Names<'_>, known: &mut Known) -> Result<Value, Failure> {
    if item.parse::<RecordingId>().is_ok() {
        return track(tx, item, known).await;
    }
    Ok(names(item).map_or_else(|| json!({ "id": item }), Value::String))
}

/// A recording as a track of JSPF.
async fn track(tx: &mut Tx, recording: &str, known: &mut Known) -> Result<Value, Failure> {
    if let Some(track) = known.get(recording) {
        return Ok(track.clone());
    }
    let track = read(tx, recording).await?;
    known.insert(recording.to_owned(), track.clone());
    Ok(track)
}

async fn read(tx: &mut Tx, recording: &str) -> Result<Value, Failure> {
    let row = match recording.parse::<RecordingId>() {
        Ok(id) => tx.recording(&id).await?,
        Err(_) => None,
    };
    let Some(r) = row.map(|r| r.recording) else { return Ok(json!({ "identifier": [recording] })) };
    let title = if r.version.is_empty() { r.title.clone() } else { format!("{} ({})", r.title, r.version) };
    let mut track = json!({ "title": title, "creator": r.artist });
    if !r.album.is_empty() {
        track["album"] = json!(r.album);
    }
    if let Some(seconds) = r.duration_s {
        track["duration"] = json!(u64::from(seconds) * 1_000);
    }
    let isrc = r.isrc.map(|isrc| format!("urn:isrc:{isrc}"));
    let mbid = r.mbid.map(|mbid| format!("https://musicbrainz.org/recording/{mbid}"));
    let ids: Vec<String> = isrc.into_iter().chain(mbid).collect();
    if !ids.is_empty() {
        track["identifier"] = json!(ids);
    }
    Ok(track)
}
