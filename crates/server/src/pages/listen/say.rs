//! What the player of the pages asks and says: bytes, pictures, shapes, the queue, and what was heard.

use app::play_queue::{self, NowRow, QueueRow};
use app::streaming::{Report, State as Played};
use app::{audio, shelf};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use music::RecordingId;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::rows::thinned;
use super::{Ears, to};
use crate::Web;
use crate::access::Checked;
use crate::covers::{picture, subjects};
use crate::flaw::Flaw;
use crate::sound::{self, Asked};
use crate::stream::respond;

/// Columns of a shape that the player draws.
const COLUMNS: usize = 200;
/// Most songs of a queue that the player is given back.
const QUEUE_MOST: usize = 500;
/// What the pages call themselves among the member's players.
const NAME: &str = "pages";

/// In what the sound is wanted.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    format: Option<String>,
}

/// The bytes of a recording.
pub(crate) async fn stream(
    State(web): State<Web>,
    ears: Ears,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Flaw> {
    let recording = recording(&ears, &id)?;
    let want = audio::Want { format: wanted.format.as_deref(), most_kbps: None };
    let asked = Asked { want, save: false };
    Ok(sound::serve(&web, (&method, &headers), &ears.hearer(), &recording, asked).await?)
}

fn recording(ears: &Ears, id: &str) -> Result<RecordingId, Flaw> {
    ears.library().song_by_id(id).and_then(|s| s.id.parse().ok()).ok_or(Flaw::NotFound)
}

/// How large a picture is wanted.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Size {
    size: Option<u32>,
}

/// The picture of a song, album or artist; where there is none, a divided bar of its own.
pub(crate) async fn cover(
    State(web): State<Web>,
    ears: Ears,
    Path(id): Path<String>,
    Query(wanted): Query<Size>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Flaw> {
    let subjects = subjects(ears.library(), &id);
    match picture(web.house(), &subjects, wanted.size.unwrap_or(300)).await? {
        Some(content) => Ok(respond(&method, &headers, content, None)),
        None => Ok(([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "private, max-age=3600")], drawn(&id))
            .into_response()),
    }
}

/// A picture that is the same for the same thing: its parts are digits of a hash.
fn drawn(id: &str) -> String {
    const INKS: [&str; 5] = ["#b5442f", "#c98b1d", "#2f7d72", "#4a5fa5", "#7d5a86"];
    let digits = Sha256::digest(id.as_bytes());
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 300\"><path fill=\"#e9e1d2\" d=\"M0 0h300v300H0z\"/>",
    );
    let parts: Vec<u32> = digits.iter().take(5).map(|d| 1 + u32::from(d % 9)).collect();
    let whole: u32 = parts.iter().sum();
    let mut x = 0;
    for ((part, ink), place) in parts.iter().zip(INKS).zip(5_usize..) {
        let width = part * 300 / whole.max(1);
        let height = 40 + u32::from(digits.get(place).copied().unwrap_or(0)) * 200 / 255;
        out += &format!("<path fill=\"{ink}\" d=\"M{x} {}h{width}v{height}h-{width}z\"/>", 300 - height);
        x += width;
    }
    out + "</svg>"
}

/// The shape of a sound, a byte for each column.
pub(crate) async fn wave(
    State(web): State<Web>,
    ears: Ears,
    Path(id): Path<String>,
) -> Result<Response, Flaw> {
    let columns = audio::waveform(web.house(), &recording(&ears, &id)?).await?.unwrap_or_default();
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, "private, max-age=86400")];
    Ok((headers, thinned(&columns, COLUMNS)).into_response())
}

/// What the player, or the listener by hand, says of a recording.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    id: String,
    state: String,
    #[serde(default)]
    at: u32,
    next: Option<String>,
}

/// Writes down what is said; on the answer it is on disk.
pub(crate) async fn said(
    State(web): State<Web>,
    ears: Ears,
    Checked(said): Checked<Said>,
) -> Result<Response, Flaw> {
    let recording = recording(&ears, &said.id)?;
    let report = match said.state.as_str() {
        "heard" => Report::Listened { at: None },
        word => Report::Moved { state: Played::from_word(word).ok_or(Flaw::BadForm)?, position_ms: said.at },
    };
    if let (Some(recorder), Ok(listener)) = (web.players().recorder(), ears.hearer().counted()) {
        recorder.say(&listener, &[(recording.clone(), report)]).await?;
    }
    let now = web.house().now();
    if said.state == "heard" {
        shelf::played(web.house(), ears.id(), &[(recording.to_string(), now)]).await?;
        web.players().stands().forget(ears.id());
    } else {
        let row = NowRow {
            client: NAME.to_owned(),
            recording: recording.to_string(),
            state: said.state,
            position_ms: i64::from(said.at),
            rate: 1_000,
            at: now,
        };
        play_queue::now_on(web.house(), ears.id(), &row).await?;
    }
    Ok(match &said.next {
        Some(next) => to(next).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// What the player goes on with, elsewhere or later.
#[derive(Debug, Deserialize)]
pub(crate) struct Queue {
    #[serde(default)]
    songs: String,
    #[serde(default)]
    current: usize,
    #[serde(default)]
    at: u32,
}

/// Keeps the queue.
pub(crate) async fn keep(
    State(web): State<Web>,
    ears: Ears,
    Checked(queue): Checked<Queue>,
) -> Result<StatusCode, Flaw> {
    let songs: Vec<String> = (queue.songs.split_whitespace())
        .filter_map(|id| ears.library().song_by_id(id).map(|s| s.id.to_owned()))
        .collect();
    let current = queue.current.min(songs.len().saturating_sub(1));
    let row = QueueRow {
        songs,
        current: i64::try_from(current).unwrap_or(0),
        position_ms: i64::from(queue.at),
        changed: web.house().now(),
        changed_by: NAME.to_owned(),
    };
    play_queue::save(web.house(), ears.id(), &row).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The queue that was kept, by this browser or by another player, and whether it may be played.
pub(crate) async fn queue(State(web): State<Web>, ears: Ears) -> Result<Json<Value>, Flaw> {
    let kept = play_queue::saved(web.house(), ears.id()).await?;
    let Some(kept) = kept else { return Ok(Json(json!({ "songs": [], "current": 0, "at": 0 }))) };
    let current = usize::try_from(kept.current).unwrap_or(0);
    let first = current.saturating_sub(QUEUE_MOST / 2);
    let songs: Vec<Value> = (kept.songs.iter().skip(first).take(QUEUE_MOST))
        .filter_map(|id| ears.library().song_by_id(id))
        .map(|s| json!({ "id": s.id, "title": s.title, "by": s.credit, "s": s.seconds, "g": s.audio.gain.map(|g| g.0) }))
        .collect();
    Ok(Json(json!({ "songs": songs, "current": current - first, "at": kept.position_ms })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_picture_is_the_same_for_the_same_thing() {
        assert_eq!(drawn("rel-1"), drawn("rel-1"));
        assert_ne!(drawn("rel-1"), drawn("rel-2"));
        assert!(!drawn("\"><script>").contains("script"));
    }
}
