//! Listens as ListenBrainz takes them, from scrobblers that speak nothing else.
//!
//! The token is an API key of the listener. A listen that is of nothing here is taken and forgotten; one of a recording
//! here is a report like any other: by itself it counts for nothing.

use app::counting::Listener;
use app::streaming::Report;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Query, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use library::{Library, Page, SongNo, sort_key};
use music::RecordingId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::callers::Caller;
use crate::Web;

/// Listens of one request, as ListenBrainz limits them.
const LISTENS_MOST: usize = 1_000;

#[derive(Debug, Deserialize)]
struct Submitted {
    listen_type: String,
    payload: Vec<Listen>,
}

#[derive(Debug, Deserialize)]
struct Listen {
    listened_at: Option<i64>,
    track_metadata: Track,
}

#[derive(Debug, Deserialize)]
struct Track {
    artist_name: String,
    track_name: String,
    #[serde(default)]
    additional_info: Value,
}

/// The token in a request to check.
#[derive(Debug, Deserialize)]
pub(super) struct Token {
    token: Option<String>,
}

fn answered(status: StatusCode, body: &Value) -> Response {
    (status, axum::Json(body)).into_response()
}

fn refused(status: StatusCode, words: &str) -> Response {
    answered(status, &json!({ "code": status.as_u16(), "error": words }))
}

/// The token of an `Authorization: Token …` header.
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    ["token", "bearer"].contains(&scheme.to_ascii_lowercase().as_str()).then(|| token.trim())
}

#[allow(clippy::result_large_err)] // the answer to a stranger, moved once
async fn caller(web: &Web, token: Option<&str>) -> Result<Option<std::sync::Arc<Caller>>, Response> {
    let Some(token) = token else { return Ok(None) };
    web.players()
        .callers
        .key(web.house(), token)
        .await
        .map_err(|_| refused(StatusCode::SERVICE_UNAVAILABLE, "try again later"))
}

pub(super) async fn validate(
    State(web): State<Web>,
    Query(query): Query<Token>,
    headers: HeaderMap,
) -> Response {
    let given = token(&headers).or(query.token.as_deref());
    if given.is_none() {
        return refused(StatusCode::BAD_REQUEST, "You need to provide an Authorization token.");
    }
    match caller(&web, given).await {
        Err(response) => response,
        Ok(None) => {
            answered(StatusCode::OK, &json!({ "code": 200, "message": "Token invalid.", "valid": false }))
        }
        Ok(Some(caller)) => {
            let body = json!({ "code": 200, "message": "Token valid.", "valid": true, "user_name": caller.listener.login });
            answered(StatusCode::OK, &body)
        }
    }
}

pub(super) async fn submit(
    State(web): State<Web>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(wrong) if wrong.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "that is too much at once; send fewer listens");
        }
        Err(wrong) => return refused(wrong.status(), "the listens did not arrive whole; send them again"),
    };
    let caller = match caller(&web, token(&headers)).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return refused(StatusCode::UNAUTHORIZED, "Invalid authorization token."),
        Err(response) => return response,
    };
    let submitted: Submitted = match serde_json::from_slice(&body) {
        Ok(submitted) => submitted,
        Err(error) => {
            return refused(StatusCode::BAD_REQUEST, &format!("cannot read the JSON document: {error}"));
        }
    };
    if let Err(words) = check(&submitted) {
        return refused(StatusCode::BAD_REQUEST, &words);
    }
    match take(&web, &caller, &submitted).await {
        Ok(()) => answered(StatusCode::OK, &json!({ "status": "ok" })),
        Err(wrong) => refused(StatusCode::SERVICE_UNAVAILABLE, &wrong.message),
    }
}

fn check(submitted: &Submitted) -> Result<(), String> {
    let count = submitted.payload.len();
    let now_playing = submitted.listen_type == "playing_now";
    match submitted.listen_type.as_str() {
        "single" | "playing_now" if count != 1 => {
            Err(format!("`{}` holds one listen, not {count}", submitted.listen_type))
        }
        "import" if count == 0 => Err("`import` holds no listen".to_owned()),
        "single" | "playing_now" | "import" if count > LISTENS_MOST => {
            Err(format!("more than {LISTENS_MOST} listens at once"))
        }
        "single" | "playing_now" | "import" => {
            let missing = submitted.payload.iter().any(|l| l.listened_at.is_none() != now_playing);
            if missing {
                Err("`listened_at` belongs to a listen, and to nothing that is playing now".to_owned())
            } else {
                Ok(())
            }
        }
        other => Err(format!("`{other}` is no type of listen")),
    }
}

async fn take(web: &Web, caller: &Caller, submitted: &Submitted) -> Result<(), super::Wrong> {
    let (house, players, row) = (web.house(), web.players(), &caller.listener);
    let stand = players.stands.library(house, &row.territory).await?;
    let now = house.now();
    let (mut said, mut plays) = (Vec::new(), Vec::new());
    for listen in &submitted.payload {
        let Some(song) = of(&stand.library, &listen.track_metadata).and_then(|no| stand.library.song(no))
        else {
            continue;
        };
        let Ok(recording) = song.id.parse::<RecordingId>() else { continue };
        let at = listen.listened_at.and_then(|s| Timestamp::from_second(s).ok());
        if let Some(at) = at {
            plays.push((song.id.to_owned(), at.min(now)));
        }
        let listened = Report::Listened { at: at.map(Timestamp::as_millisecond) };
        said.push((recording, if listen.listened_at.is_some() { listened } else { Report::Opened }));
    }
    if let (Some(recorder), Ok(institution)) = (&players.recorder, row.institution.parse()) {
        let device = format!("{} listens", caller.door);
        recorder.say(&Listener { institution, member: row.member.clone(), device }, &said).await?;
    }
    if !plays.is_empty() {
        app::shelf::played(house, &row.member, &plays).await?;
        players.stands.forget(&row.member);
    }
    Ok(())
}

/// The song a listen is of: by our id, its ISRC or MusicBrainz id, else by artist and title.
fn of(library: &Library, track: &Track) -> Option<SongNo> {
    let info = |name: &str| track.additional_info.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(song) =
        ["track_id", "recording_id", "origin_id"].iter().find_map(|n| library.song_by_id(info(n)))
    {
        return Some(song.no);
    }
    let (isrc, mbid) = (info("isrc"), info("recording_mbid"));
    let near = candidates(library, &track.artist_name, &track.track_name);
    let marked = near.iter().find(|no| {
        library.song(**no).is_some_and(|s| {
            (!isrc.is_empty() && s.isrc.eq_ignore_ascii_case(isrc))
                || (!mbid.is_empty() && s.mbid.eq_ignore_ascii_case(mbid))
        })
    });
    marked.copied().or_else(|| find(library, &track.artist_name, &track.track_name))
}

fn candidates(library: &Library, artist: &str, title: &str) -> Vec<SongNo> {
    library.search_songs(&format!("{title} {artist}"), Page { offset: 0, count: 50 })
}

/// The song of an artist and a title, however they are written; with no artist, the first of the title.
pub(super) fn find(library: &Library, artist: &str, title: &str) -> Option<SongNo> {
    let (artist, title) = (sort_key(artist), sort_key(title));
    candidates(library, &artist, &title).into_iter().find(|no| {
        library.song(*no).is_some_and(|s| {
            let names = || {
                library
                    .song_artists(*no)
                    .filter_map(|a| library.artist(a))
                    .any(|a| sort_key(a.name) == artist)
            };
            sort_key(s.title) == title && (artist.is_empty() || sort_key(s.credit) == artist || names())
        })
    })
}
