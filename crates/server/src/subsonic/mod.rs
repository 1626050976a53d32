//! OpenSubsonic: the protocol of the players that people already have.
//!
//! Every endpoint of version 1.16.1 and of the extensions named in [`rest::EXTENSIONS`] is answered, as JSON, JSONP or
//! XML, at `/rest/x` and `/rest/x.view`, asked for by `GET` or by a form. Errors are answers too, with status 200, as
//! players expect; only an endpoint that the protocol does not know is not found.
//!
//! People's own passwords are never accepted here: members make app passwords and keys (`app::app_password`), which
//! open nothing but listening. What one listener hears, stars or lists is shown to that listener alone: there are no
//! public playlists, no ratings on average, and nobody sees what others are hearing.

mod ask;
mod browse;
mod callers;
mod hear;
mod keep;
mod listens;
mod lists;
mod opds;
mod out;
mod rest;
mod show;
pub(crate) mod stand;

use std::sync::Arc;

use app::House;
use app::counting::Recorder;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL,
    CONTENT_TYPE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

use crate::Web;
use crate::sound::Seats;
use ask::{Params, Wrong};
use callers::{Caller, Callers};
use out::{Format, Out, answer};
use show::Shown;
use stand::{Kept, Stand, Stands};

/// The version of the protocol that is spoken.
pub(crate) const VERSION: &str = "1.16.1";
/// Most bytes of a form: a playlist of fifty thousand songs.
const FORM_MOST: usize = 4 * 1024 * 1024;

/// What players need beside the pages' things.
pub(crate) struct Players {
    callers: Callers,
    stands: Arc<Stands>,
    recorder: Option<Recorder>,
    seats: Seats,
}

impl Players {
    pub(crate) fn new(recorder: Option<Recorder>) -> Players {
        Players { callers: Callers::default(), stands: Arc::default(), recorder, seats: Seats::default() }
    }

    /// What writes down what is heard, in a house that counts.
    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_ref()
    }

    /// The libraries and what listeners keep.
    pub(crate) fn stands(&self) -> &Arc<Stands> {
        &self.stands
    }

    /// Who may hear something now.
    pub(crate) fn seats(&self) -> &Seats {
        &self.seats
    }
}

/// The addresses for players; outside of the pages' frame, which is about browsers.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/rest/{endpoint}", any(serve))
        .route("/1/submit-listens", post(listens::submit))
        .route("/1/validate-token", get(listens::validate))
        .merge(opds::routes())
}

/// What a handler works with.
struct Ask<'a> {
    web: &'a Web,
    params: &'a Params,
    format: &'a Format,
    method: &'a Method,
    headers: &'a HeaderMap,
    caller: Arc<Caller>,
    stand: Arc<Stand>,
    kept: Arc<Kept>,
}

/// What a handler gives.
enum Reply {
    Text(String),
    Raw(Response),
}

type Done = Result<Reply, Wrong>;

impl Ask<'_> {
    fn house(&self) -> &House {
        self.web.house()
    }

    fn member(&self) -> &str {
        &self.caller.listener.member
    }

    /// The player's name for itself.
    fn client(&self) -> &str {
        let name = self.params.get("c").unwrap_or("unknown");
        name.char_indices().nth(100).map_or(name, |(end, _)| name.get(..end).unwrap_or(name))
    }

    fn recorder(&self) -> Option<&Recorder> {
        self.web.players().recorder.as_ref()
    }

    fn chance(&self) -> u64 {
        self.house().world.bits()
    }

    fn shown(&self) -> Shown<'_> {
        Shown { stand: &self.stand, kept: &self.kept }
    }

    /// Says that what the listener keeps has changed.
    fn changed(&self) {
        self.web.players().stands.forget(self.member());
    }

    fn good(&self, fields: impl FnOnce(&mut Out)) -> Done {
        Ok(Reply::Text(answer(self.format, true, fields)))
    }
}

async fn serve(State(web): State<Web>, Path(endpoint): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return open(StatusCode::NO_CONTENT.into_response());
    }
    let name = endpoint.strip_suffix(".view").unwrap_or(&endpoint);
    let form = match form(&parts.headers, body).await {
        Ok(form) => form,
        Err(wrong) => return open(failed(&Format::Xml, &wrong)),
    };
    let params = Params::read(&parts.uri, &form);
    let format = match params.format() {
        Ok(format) => format,
        Err(wrong) => return open(failed(&Format::Xml, &wrong)),
    };
    if !is_known(name) {
        let mut response = failed(&format, &Wrong::new(0, format!("there is no endpoint `{name}`")));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return open(response);
    }
    let done = reply(&web, name, &params, &format, &parts.method, &parts.headers).await;
    open(match done {
        Ok(Reply::Text(text)) => text_response(&format, text),
        Ok(Reply::Raw(response)) => response,
        Err(wrong) => failed(&format, &wrong),
    })
}

/// The form of a request that has one; other bodies are not looked at.
async fn form(headers: &HeaderMap, body: Body) -> Result<Bytes, Wrong> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Ok(Bytes::new());
    }
    axum::body::to_bytes(body, FORM_MOST).await.map_err(|_| Wrong::new(0, "the form is too long"))
}

fn failed(format: &Format, wrong: &Wrong) -> Response {
    let text = answer(format, false, |o| {
        o.object("error", |o| {
            o.plain("code", wrong.code);
            o.text("message", &wrong.message);
        });
    });
    text_response(format, text)
}

fn text_response(format: &Format, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// Players in browsers come from elsewhere; they prove themselves by parameters, never by cookies.
fn open(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, HEAD, OPTIONS"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

async fn reply(
    web: &Web,
    name: &str,
    params: &Params,
    format: &Format,
    method: &Method,
    headers: &HeaderMap,
) -> Done {
    if name == "getOpenSubsonicExtensions" {
        // Asked before there is a login.
        return Ok(Reply::Text(answer(format, true, |o| {
            o.list("openSubsonicExtensions", rest::EXTENSIONS, |o, (name, versions)| {
                o.text("name", name);
                o.numbers("versions", versions.iter().copied());
            });
        })));
    }
    let players = web.players();
    let caller = players.callers.find(web.house(), params).await?;
    version(params)?;
    if name == "ping" {
        return Ok(Reply::Text(answer(format, true, |_| ())));
    }
    let stand = players.stands.library(web.house(), &caller.listener.territory).await?;
    let kept = players.stands.kept(web.house(), &caller.listener.member, &stand).await?;
    dispatch(name, &Ask { web, params, format, method, headers, caller, stand, kept }).await
}

/// The protocol asks every player for its version and its name.
fn version(params: &Params) -> Result<(), Wrong> {
    let version = params.need("v")?;
    params.need("c")?;
    let major = version.split('.').next().and_then(|m| m.parse::<u32>().ok());
    match major {
        Some(1) => Ok(()),
        Some(0) => Err(Wrong::new(20, "incompatible version of the protocol: the client must upgrade")),
        Some(_) => Err(Wrong::new(30, "incompatible version of the protocol: the server must upgrade")),
        None => Err(Wrong::new(10, format!("`{version}` is no version"))),
    }
}

/// What is changed or made by an administrator, or is not offered here at all.
const NOT_ALLOWED: [&str; 21] = [
    "addChatMessage",
    "changePassword",
    "createInternetRadioStation",
    "createPodcastChannel",
    "createShare",
    "createUser",
    "deleteInternetRadioStation",
    "deletePodcastChannel",
    "deletePodcastEpisode",
    "deleteShare",
    "deleteUser",
    "downloadPodcastEpisode",
    "jukeboxControl",
    "refreshPodcasts",
    "updateInternetRadioStation",
    "updateShare",
    "updateUser",
    // Known to the protocol, and of no use here: files are played as they are or in the one rendition.
    "getTranscodeDecision",
    "getTranscodeStream",
    "hls.m3u8",
    "hls",
];

/// What is answered.
const ANSWERED: [&str; 66] = [
    "createBookmark",
    "createPlaylist",
    "deleteBookmark",
    "deletePlaylist",
    "download",
    "findSonicPath",
    "getAlbum",
    "getAlbumInfo",
    "getAlbumInfo2",
    "getAlbumList",
    "getAlbumList2",
    "getArtist",
    "getArtistInfo",
    "getArtistInfo2",
    "getArtists",
    "getAvatar",
    "getBookmarks",
    "getCaptions",
    "getChatMessages",
    "getCoverArt",
    "getGenres",
    "getIndexes",
    "getInternetRadioStations",
    "getLicense",
    "getLyrics",
    "getLyricsBySongId",
    "getMusicDirectory",
    "getMusicFolders",
    "getNewestPodcasts",
    "getNowPlaying",
    "getOpenSubsonicExtensions",
    "getPlayQueue",
    "getPlayQueueByIndex",
    "getPlaylist",
    "getPlaylists",
    "getPodcastEpisode",
    "getPodcasts",
    "getRandomSongs",
    "getScanStatus",
    "getShares",
    "getSimilarSongs",
    "getSimilarSongs2",
    "getSong",
    "getSongsByGenre",
    "getSonicSimilarTracks",
    "getStarred",
    "getStarred2",
    "getTopSongs",
    "getUser",
    "getUsers",
    "getVideoInfo",
    "getVideos",
    "ping",
    "reportPlayback",
    "savePlayQueue",
    "savePlayQueueByIndex",
    "scrobble",
    "search",
    "search2",
    "search3",
    "setRating",
    "star",
    "startScan",
    "stream",
    "tokenInfo",
    "unstar",
];

fn is_known(name: &str) -> bool {
    // `updatePlaylist` is answered as well.
    name == "updatePlaylist" || ANSWERED.contains(&name) || NOT_ALLOWED.contains(&name)
}

async fn dispatch(name: &str, ask: &Ask<'_>) -> Done {
    match name {
        "getLicense" => rest::license(ask),
        "tokenInfo" => rest::token_info(ask),
        // Whoever brings files has them read; a player learns how far that is.
        "getScanStatus" | "startScan" => rest::scan_status(ask),
        "getUser" => rest::user(ask),
        "getUsers" => rest::users(ask),
        "getAvatar" => rest::avatar(ask),
        "getMusicFolders" => browse::music_folders(ask),
        "getIndexes" => browse::indexes(ask),
        "getArtists" => browse::artists(ask),
        "getMusicDirectory" => browse::music_directory(ask),
        "getGenres" => browse::genres(ask),
        "getArtist" => browse::artist(ask),
        "getAlbum" => browse::album(ask),
        "getSong" => browse::song(ask),
        "getArtistInfo" => browse::artist_info(ask, false),
        "getArtistInfo2" => browse::artist_info(ask, true),
        "getAlbumInfo" | "getAlbumInfo2" => browse::album_info(ask),
        "getAlbumList" => lists::album_list(ask, false),
        "getAlbumList2" => lists::album_list(ask, true),
        "getRandomSongs" => lists::random_songs(ask),
        "getSongsByGenre" => lists::songs_by_genre(ask),
        "getStarred" => lists::starred(ask, false),
        "getStarred2" => lists::starred(ask, true),
        "getSimilarSongs" => lists::similar_songs(ask, false),
        "getSimilarSongs2" => lists::similar_songs(ask, true),
        "getTopSongs" => lists::top_songs(ask),
        "getSonicSimilarTracks" => lists::sonic_similar(ask),
        "findSonicPath" => lists::sonic_path(ask),
        "search" => lists::old_search(ask),
        "search2" => lists::search(ask, false),
        "search3" => lists::search(ask, true),
        "star" => keep::star(ask, true).await,
        "unstar" => keep::star(ask, false).await,
        "setRating" => keep::rate(ask).await,
        "getPlaylists" => keep::playlists(ask).await,
        "getPlaylist" => keep::one_playlist(ask).await,
        "createPlaylist" => keep::create_playlist(ask).await,
        "updatePlaylist" => keep::update_playlist(ask).await,
        "deletePlaylist" => keep::delete_playlist(ask).await,
        "getBookmarks" => keep::bookmarks(ask).await,
        "createBookmark" => keep::create_bookmark(ask).await,
        "deleteBookmark" => keep::delete_bookmark(ask).await,
        "getPlayQueue" => keep::queue(ask, false).await,
        "getPlayQueueByIndex" => keep::queue(ask, true).await,
        "savePlayQueue" => keep::save_queue(ask, false).await,
        "savePlayQueueByIndex" => keep::save_queue(ask, true).await,
        "stream" => hear::stream(ask, false).await,
        "download" => hear::stream(ask, true).await,
        "getCoverArt" => hear::cover(ask).await,
        "getLyrics" => hear::lyrics(ask).await,
        "getLyricsBySongId" => hear::lyrics_by_id(ask).await,
        "scrobble" => hear::scrobble(ask).await,
        "reportPlayback" => hear::report(ask).await,
        "getNowPlaying" => hear::now_playing(ask).await,
        "getVideos" => rest::none(ask, "videos", "video"),
        "getShares" => rest::none(ask, "shares", "share"),
        "getPodcasts" => rest::none(ask, "podcasts", "channel"),
        "getNewestPodcasts" => rest::none(ask, "newestPodcasts", "episode"),
        "getInternetRadioStations" => rest::none(ask, "internetRadioStations", "internetRadioStation"),
        "getChatMessages" => rest::none(ask, "chatMessages", "chatMessage"),
        "getPodcastEpisode" | "getVideoInfo" | "getCaptions" => {
            ask.params.need("id")?;
            Err(Wrong::not_found("this"))
        }
        _ => Err(Wrong::forbidden()),
    }
}
