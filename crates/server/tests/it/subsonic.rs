//! OpenSubsonic, asked as players ask: every endpoint against the official description, in JSON and in XML.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::players::{FILE_BYTES, Stage, as_json, bare, flaws, schema, stage, xml};

/// Endpoints with parameters that they answer well, in an order in which each finds what it needs; `LIST` stands for the
/// id of the playlist made on the way, `ART` and `ALB` for an artist and a made album.
const GOOD: &[(&str, &str)] = &[
    ("ping", ""),
    ("getLicense", ""),
    ("getOpenSubsonicExtensions", ""),
    ("tokenInfo", ""),
    ("getMusicFolders", ""),
    ("getScanStatus", ""),
    ("getUser", "username=ada"),
    ("star", "id=rec-A1&id=rec-B1&albumId=rel-R1&artistId=ART"),
    ("setRating", "id=rec-A1&rating=4"),
    ("setRating", "id=rel-R1&rating=5"),
    ("scrobble", "id=rec-A1&time=1789999000000"),
    ("scrobble", "id=rec-A1&id=rec-B2&time=1789999000000&time=1789999100000&submission=true"),
    ("scrobble", "id=rec-B1&submission=false"),
    ("reportPlayback", "mediaId=rec-A1&mediaType=song&positionMs=1000&state=playing&playbackRate=1.0"),
    ("reportPlayback", "mediaId=rec-A1&mediaType=song&positionMs=1500&state=paused&ignoreScrobble=true"),
    ("getNowPlaying", ""),
    ("getIndexes", ""),
    ("getIndexes", "musicFolderId=1&ifModifiedSince=1"),
    ("getArtists", ""),
    ("getMusicDirectory", "id=1"),
    ("getMusicDirectory", "id=ART"),
    ("getMusicDirectory", "id=rel-R1"),
    ("getGenres", ""),
    ("getArtist", "id=ART"),
    ("getAlbum", "id=rel-R1"),
    ("getAlbum", "id=ALB"),
    ("getSong", "id=rec-A1"),
    ("getSong", "id=rec-C2"),
    ("getArtistInfo", "id=ART&count=5&includeNotPresent=true"),
    ("getArtistInfo2", "id=ART"),
    ("getAlbumInfo", "id=rel-R1"),
    ("getAlbumInfo2", "id=rel-R1"),
    ("getAlbumList", "type=newest"),
    ("getAlbumList", "type=alphabeticalByArtist&size=2&offset=1"),
    ("getAlbumList2", "type=random&size=500"),
    ("getAlbumList2", "type=newest"),
    ("getAlbumList2", "type=highest"),
    ("getAlbumList2", "type=frequent"),
    ("getAlbumList2", "type=recent"),
    ("getAlbumList2", "type=alphabeticalByName"),
    ("getAlbumList2", "type=alphabeticalByArtist"),
    ("getAlbumList2", "type=starred"),
    ("getAlbumList2", "type=byYear&fromYear=2030&toYear=1990"),
    ("getAlbumList2", "type=byGenre&genre=dub"),
    ("getRandomSongs", "size=3&fromYear=2000&toYear=2030"),
    ("getSongsByGenre", "genre=Dub&count=1&offset=1"),
    ("getStarred", ""),
    ("getStarred2", ""),
    ("search", "any=night"),
    ("search2", "query=night"),
    ("search3", "query=ni"),
    ("search3", "query=&songCount=2&songOffset=2"),
    ("search3", "query=%22%22&artistCount=0&albumCount=0"),
    ("getSimilarSongs", "id=rec-A1"),
    ("getSimilarSongs2", "id=ART&count=3"),
    ("getSonicSimilarTracks", "id=rec-A1&count=2"),
    ("findSonicPath", "startSongId=rec-A1&endSongId=rec-C1&count=6"),
    ("getTopSongs", "artist=mira%20feld"),
    ("getTopSongs", "id=ART"),
    ("createPlaylist", "name=Harbour%20%26%20sea&songId=rec-A1&songId=rec-B1&songId=rec-A1"),
    ("getPlaylists", ""),
    ("getPlaylists", "username=ada"),
    ("getPlaylist", "id=LIST"),
    ("updatePlaylist", "playlistId=LIST&name=Sea&comment=a%0Ab&songIdToAdd=rec-C1&songIndexToRemove=0"),
    ("createPlaylist", "playlistId=LIST&songId=rec-B2"),
    ("createBookmark", "id=rec-A1&position=12000&comment=here"),
    ("getBookmarks", ""),
    ("getSong", "id=rec-A1"),
    ("savePlayQueue", "id=rec-A1&id=rec-B1&current=rec-B1&position=99"),
    ("getPlayQueue", ""),
    ("savePlayQueueByIndex", "id=rec-A1&id=rec-A1&currentIndex=1&position=5"),
    ("getPlayQueueByIndex", ""),
    ("savePlayQueue", ""),
    ("getPlayQueue", ""),
    ("getPlayQueueByIndex", ""),
    ("deleteBookmark", "id=rec-A1"),
    ("deletePlaylist", "id=LIST"),
    ("unstar", "id=rec-A1"),
    ("getLyrics", "artist=Ada%20Nwosu&title=night%20drive"),
    ("getLyrics", "artist=x&title=y"),
    ("getLyricsBySongId", "id=rec-A1"),
    ("getLyricsBySongId", "id=rec-B1&enhanced=true"),
    ("getLyricsBySongId", "id=rec-C1"),
    ("getUsers", ""),
    ("startScan", ""),
    ("getVideos", ""),
    ("getShares", ""),
    ("getPodcasts", ""),
    ("getNewestPodcasts", ""),
    ("getInternetRadioStations", ""),
    ("getChatMessages", ""),
];

/// Requests that end in an error, with its code.
const BAD: &[(&str, &str, i64)] = &[
    ("getAlbum", "id=rel-none", 70),
    ("getAlbum", "", 10),
    ("getAlbum", "id=", 10),
    ("getArtist", "id=nobody", 70),
    ("getSong", "id=rec-X1", 70),
    ("getMusicDirectory", "id=zz", 70),
    ("getAlbumList2", "", 10),
    ("getAlbumList2", "type=sideways", 10),
    ("getAlbumList2", "type=newest&size=many", 10),
    ("getAlbumList2", "type=byYear", 10),
    ("getAlbumList2", "type=byGenre", 10),
    ("search3", "", 10),
    ("setRating", "id=rec-A1&rating=6", 10),
    ("setRating", "id=rec-A1", 10),
    ("star", "id=none", 70),
    ("star", "", 10),
    ("scrobble", "", 10),
    ("scrobble", "id=none", 70),
    ("scrobble", "id=rec-A1&time=noon", 10),
    ("reportPlayback", "mediaId=rec-A1&mediaType=song&positionMs=1&state=dancing", 10),
    ("reportPlayback", "mediaId=rec-A1&mediaType=film&positionMs=1&state=playing", 10),
    ("getPlaylist", "id=lst-none", 70),
    ("updatePlaylist", "playlistId=lst-none&name=x", 70),
    ("deletePlaylist", "", 10),
    ("createPlaylist", "", 10),
    ("createPlaylist", "name=x&songId=none", 70),
    ("savePlayQueueByIndex", "id=rec-A1&currentIndex=1", 10),
    ("savePlayQueueByIndex", "id=rec-A1", 10),
    ("savePlayQueue", "id=rec-A1&current=rec-B1", 10),
    ("savePlayQueue", "id=rec-A1", 10),
    ("stream", "id=rec-X1", 70),
    ("stream", "", 10),
    ("download", "id=none", 70),
    ("getCoverArt", "id=rec-A1", 70),
    ("getLyricsBySongId", "id=none", 70),
    ("getUser", "username=ben", 50),
    ("getPlaylists", "username=ben", 50),
    ("getVideoInfo", "id=x", 70),
    ("getAvatar", "username=ben", 50),
    ("getCaptions", "id=x", 70),
    ("hls.m3u8", "id=rec-A1", 50),
    ("getPodcastEpisode", "id=x", 70),
    ("getTranscodeDecision", "", 50),
    ("getTranscodeStream", "mediaId=x", 50),
    ("addChatMessage", "message=x", 50),
    ("changePassword", "username=ada&password=x", 50),
    ("createInternetRadioStation", "streamUrl=x&name=y", 50),
    ("createPodcastChannel", "url=x", 50),
    ("createShare", "id=rec-A1", 50),
    ("createUser", "username=x&password=y&email=z", 50),
    ("deleteInternetRadioStation", "id=x", 50),
    ("deletePodcastChannel", "id=x", 50),
    ("deletePodcastEpisode", "id=x", 50),
    ("deleteShare", "id=x", 50),
    ("deleteUser", "username=x", 50),
    ("downloadPodcastEpisode", "id=x", 50),
    ("jukeboxControl", "action=get", 50),
    ("refreshPodcasts", "", 50),
    ("updateInternetRadioStation", "id=x&streamUrl=y&name=z", 50),
    ("updateShare", "id=x", 50),
    ("updateUser", "username=x&password=y", 50),
];

/// The description of an endpoint's answer; for those that have none, success or failure.
fn described(document: &Value, endpoint: &str) -> Value {
    let path = format!("/rest/{endpoint}");
    let operation = &document["paths"][&path];
    let get = if operation["get"].is_object() { &operation["get"] } else { &operation["post"] };
    let own = &get["responses"]["200"]["content"]["application/json"]["schema"];
    if own["$ref"].is_string() {
        own.clone()
    } else {
        json!({ "$ref": "#/components/schemas/SubsonicResponse" })
    }
}

/// Asks in both formats; both fit the description and say the same.
async fn both(stage: &Stage, document: Option<&Value>, endpoint: &str, rest: &str, view: &str) -> Value {
    let name = format!("{endpoint}{view}");
    let in_json = stage.get(&stage.address(&name, &format!("f=json&{rest}"))).await;
    assert_eq!(in_json.status, 200, "{endpoint}?{rest}");
    assert_eq!(in_json.headers["content-type"], "application/json");
    let value = in_json.json();
    let Some(document) = document else { return value };
    let schema = described(document, endpoint);
    let mut wrong = Vec::new();
    flaws(document, &schema, &value, "", &mut wrong);
    assert!(wrong.is_empty(), "{endpoint}?{rest}: {wrong:#?}\n{value:#}");
    value
}

fn fits_as_xml(document: &Value, endpoint: &str, rest: &str, text: &str, same: Option<&Value>) {
    let root = xml(text);
    assert_eq!(root.name, "subsonic-response");
    let schema = described(document, endpoint);
    let name = schema["$ref"].as_str().unwrap().trim_start_matches('#');
    let inner = &document.pointer(name).unwrap()["properties"]["subsonic-response"];
    let mut value = as_json(document, inner, &root);
    // A required list without entries is not there in XML.
    if let Some(same) = same {
        assert_eq!(bare(&value), bare(&same["subsonic-response"]), "{endpoint}?{rest}\n{text}");
        value = same["subsonic-response"].clone();
    }
    let mut wrong = Vec::new();
    flaws(document, inner, &value, "", &mut wrong);
    assert!(wrong.is_empty(), "{endpoint}?{rest}: {wrong:#?}\n{text}");
}

/// Endpoints whose answer is made by chance or changes with each request: their two formats differ.
const BY_CHANCE: [&str; 9] = [
    // The description leaves open what is in it.
    "search",
    "getRandomSongs",
    "getSimilarSongs",
    "getSimilarSongs2",
    "getSonicSimilarTracks",
    "findSonicPath",
    "createPlaylist",
    "updatePlaylist",
    "deletePlaylist",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_fits_the_official_description() {
    let stage = stage().await;
    let document = schema();
    let found = stage.ask("search3", "query=mira&artistCount=1").await;
    let artist = found["searchResult3"]["artist"][0]["id"].as_str().unwrap().to_owned();
    let found = stage.ask("search3", "query=harbour&albumCount=1").await;
    let album = found["searchResult3"]["album"][0]["id"].as_str().unwrap().to_owned();
    let mut list = String::new();
    for (place, (endpoint, rest)) in GOOD.iter().enumerate() {
        let rest = rest.replace("LIST", &list).replace("ART", &artist).replace("ALB", &album);
        let view = if place % 2 == 0 { "" } else { ".view" };
        let value = both(&stage, document.as_ref(), endpoint, &rest, view).await;
        assert_eq!(value["subsonic-response"]["status"], "ok", "{endpoint}?{rest}: {value:#}");
        if *endpoint == "createPlaylist" && list.is_empty() {
            list = value["subsonic-response"]["playlist"]["id"].as_str().unwrap().to_owned();
        }
        let Some(document) = &document else { continue };
        if ["createPlaylist", "deletePlaylist"].contains(endpoint) {
            continue;
        }
        let text = stage.get(&stage.address(endpoint, &rest)).await.text();
        let chance = BY_CHANCE.contains(endpoint) || rest.contains("type=random");
        fits_as_xml(document, endpoint, &rest, &text, Some(&value).filter(|_| !chance));
    }
    for (endpoint, rest, code) in BAD {
        let value = both(&stage, document.as_ref(), endpoint, rest, "").await;
        assert_eq!(value["subsonic-response"]["error"]["code"], *code, "{endpoint}?{rest}: {value:#}");
        if let Some(document) = &document {
            let text = stage.get(&stage.address(endpoint, rest)).await.text();
            fits_as_xml(document, endpoint, rest, &text, Some(&value));
        }
    }
    let Some(document) = &document else { return };
    let asked: BTreeSet<&str> = GOOD.iter().map(|g| g.0).chain(BAD.iter().map(|b| b.0)).collect();
    let known = document["paths"].as_object().unwrap().keys();
    let missed: Vec<&str> =
        known.map(|p| p.trim_start_matches("/rest/")).filter(|p| !asked.contains(p)).collect();
    assert!(missed.is_empty(), "never asked: {missed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doors_open_to_app_passwords_and_keys_only() {
    let stage = stage().await;
    let (user, password, key) = (&stage.login, &stage.password, &stage.key);
    let hex: String = password.bytes().map(|b| format!("{b:02x}")).collect();
    let token = |salt: &str| format!("{:x}", Md5(format!("{password}{salt}")));
    for (query, code) in [
        (format!("u={user}&p={password}"), 0),
        (format!("u={user}&p=enc:{hex}"), 0),
        (format!("u={user}&t={}&s=salty1", token("salty1")), 0),
        (format!("u={user}&t={}&s=salty1", token("salty1").to_uppercase()), 0),
        (format!("u={user}&p={password}&t=&s="), 0),
        (format!("u={user}&p=&t={}&s=x", token("x")), 0),
        (format!("apiKey={key}"), 0),
        (format!("apiKey={key}&u=&p="), 0),
        (format!("apiKey={key}&u={user}"), 43),
        (format!("u={user}&p={password}&t={}&s=x", token("x")), 43),
        ("apiKey=tk-wrong".to_owned(), 44),
        (format!("u={user}&p=wrong"), 40),
        (format!("u={user}&t={}&s=other", token("x")), 40),
        (format!("u=nobody&p={password}"), 40),
        (format!("u={}&p={password}", stage.other.0), 40),
        (format!("u={user}"), 10),
        (format!("u={user}&p=&t=&s="), 10),
        (format!("u={user}&t=abc"), 10),
        (String::new(), 10),
    ] {
        let answer = stage.get(&format!("/rest/ping.view?{query}&v=1.16.1&c=test&f=json")).await.json();
        let got = answer["subsonic-response"]["error"]["code"].as_i64().unwrap_or(0);
        assert_eq!(got, code, "{query}: {answer}");
    }
    for (rest, code) in
        [("", 10), ("v=1.16.1", 10), ("c=x", 10), ("v=2.0.0&c=x", 30), ("v=0.9&c=x", 20), ("v=one&c=x", 10)]
    {
        let answer = stage.get(&format!("/rest/ping?u={user}&p={password}&f=json&{rest}")).await.json();
        assert_eq!(answer["subsonic-response"]["error"]["code"], code, "{rest}");
    }
    let open = stage.get("/rest/getOpenSubsonicExtensions?f=json").await.json();
    let names: Vec<&str> = open["subsonic-response"]["openSubsonicExtensions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["name"].as_str().unwrap())
        .collect();
    for name in [
        "playbackReport",
        "apiKeyAuthentication",
        "formPost",
        "songLyrics",
        "indexBasedQueue",
        "sonicSimilarity",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
}

/// MD5 in hexadecimal.
struct Md5(String);

impl std::fmt::LowerHex for Md5 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use md5::Digest;
        md5::Md5::digest(self.0.as_bytes()).iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_functions_and_browsers_are_answered() {
    let stage = stage().await;
    let form = format!("u={}&p={}&v=1.16.1&c=test&f=json&query=&songCount=1", stage.login, stage.password);
    let request = Request::post("/rest/search3.view")
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
        .body(Body::from(form))
        .unwrap();
    let answer = stage.send(request).await;
    assert_eq!(answer.json()["subsonic-response"]["searchResult3"]["song"].as_array().unwrap().len(), 1);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let called = stage.get(&stage.address("ping", "f=jsonp&callback=my.fn")).await;
    assert!(called.text().starts_with("my.fn({\"subsonic-response\"") && called.text().ends_with("});"));
    let bent = stage.get(&stage.address("ping", "f=jsonp&callback=alert(1)")).await.text();
    assert!(bent.contains("code=\"10\"") && !bent.contains("alert(1)"), "{bent}");
    let unknown = stage.get(&stage.address("getNothing", "f=json")).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.json()["subsonic-response"]["status"].as_str()),
        (404, Some("failed"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_search_pages_through_everything() {
    let stage = stage().await;
    let mut seen = BTreeSet::new();
    for offset in 0.. {
        let rest = format!("query=&artistCount=0&albumCount=0&songCount=1&songOffset={offset}");
        let answer = stage.ask("search3", &rest).await;
        let Some(id) = answer["searchResult3"]["song"][0]["id"].as_str() else { break };
        assert!(seen.insert(id.to_owned()), "{id} twice");
    }
    assert_eq!(seen.len(), 6, "what has no file is hidden: {seen:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_keeps_no_other_sees() {
    let stage = stage().await;
    stage.ask("star", "id=rec-A1").await;
    let made = stage.ask("createPlaylist", "name=mine&songId=rec-A1").await;
    let list = made["playlist"]["id"].as_str().unwrap();
    stage.ask("scrobble", "id=rec-A1&submission=false").await;
    let as_other = |endpoint: &str, rest: &str| {
        format!("/rest/{endpoint}?u={}&p={}&v=1.16.1&c=test&f=json&{rest}", stage.other.0, stage.other.1)
    };
    for (endpoint, rest, path) in [
        ("getStarred2", "", "/subsonic-response/starred2/song"),
        ("getPlaylists", "", "/subsonic-response/playlists/playlist"),
        ("getNowPlaying", "", "/subsonic-response/nowPlaying/entry"),
        ("getAlbumList2", "type=recent", "/subsonic-response/albumList2/album"),
    ] {
        let answer = stage.get(&as_other(endpoint, rest)).await.json();
        assert_eq!(answer.pointer(path), Some(&json!([])), "{endpoint}: {answer}");
    }
    let answer = stage.get(&as_other("getPlaylist", &format!("id={list}"))).await.json();
    assert_eq!(answer["subsonic-response"]["error"]["code"], 70);
    let own = stage.ask("getStarred2", "").await;
    assert_eq!(own["starred2"]["song"][0]["id"], "rec-A1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sound_is_written_down_before_it_leaves() {
    let stage = stage().await;
    let whole = stage.get(&stage.address("stream", "id=rec-A1")).await;
    assert_eq!((whole.status.as_u16(), whole.bytes.len()), (200, FILE_BYTES));
    assert_eq!(whole.headers["content-type"], "audio/mpeg");
    let request = Request::get(stage.address("stream", "id=rec-A1")).header("range", "bytes=1000-1999");
    let part = stage.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((part.status.as_u16(), part.bytes.len()), (206, 1_000));
    assert_eq!(part.bytes[..], whole.bytes[1_000..2_000]);
    let mut tx = stage.house.store.begin_read().await.unwrap();
    let events = tx.number("select count(*) from play_event", Vec::new()).await.unwrap();
    assert!(events >= 2, "{events}");
    drop(tx);
    let head = Request::head(stage.address("stream", "id=rec-A1")).body(Body::empty()).unwrap();
    assert_eq!(stage.send(head).await.headers["content-length"], FILE_BYTES.to_string().as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_password_opens_nothing() {
    let stage = stage().await;
    assert_eq!(stage.ask("ping", "").await["status"], "ok");
    app::app_password::revoke(&stage.house, "mem-1", &stage.password_id).await.unwrap();
    // What is remembered holds for a quarter of a second.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(stage.ask("ping", "").await["error"]["code"], 40);
    let key = stage.get(&format!("/rest/tokenInfo?apiKey={}&v=1.16.1&c=t&f=json", stage.key)).await.json();
    assert_eq!(key["subsonic-response"]["tokenInfo"]["username"], "ada");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listens_are_taken_as_listenbrainz_takes_them() {
    let stage = stage().await;
    let post = |token: &str, body: Value| {
        Request::post("/1/submit-listens")
            .header("authorization", format!("Token {token}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let track = json!({ "artist_name": "ada nwosu", "track_name": "Night  Drive" });
    let single = json!({ "listen_type": "single", "payload": [{ "listened_at": 1_789_999_000, "track_metadata": track }] });
    for (token, body, status) in [
        (stage.key.as_str(), single.clone(), 200),
        ("wrong", single, 401),
        (&stage.key, json!({ "listen_type": "playing_now", "payload": [{ "track_metadata": track }] }), 200),
        (
            &stage.key,
            json!({ "listen_type": "import", "payload": [
            { "listened_at": 1_789_999_000, "track_metadata": { "artist_name": "who", "track_name": "what" } }] }),
            200,
        ),
        (&stage.key, json!({ "listen_type": "single", "payload": [] }), 400),
        (&stage.key, json!({ "listen_type": "single", "payload": [{ "track_metadata": track }] }), 400),
        (&stage.key, json!({ "listen_type": "dance", "payload": [] }), 400),
        (&stage.key, json!({ "payload": 7 }), 400),
    ] {
        let answer = stage.send(post(token, body.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text());
    }
    let recent = stage.ask("getAlbumList2", "type=recent").await;
    assert_eq!(recent["albumList2"]["album"][0]["id"], "rel-R1", "{recent:#}");
    let valid = stage.send(
        Request::get("/1/validate-token")
            .header("authorization", format!("Token {}", stage.key))
            .body(Body::empty())
            .unwrap(),
    );
    assert_eq!(valid.await.json()["user_name"], "ada");
    assert_eq!(stage.get("/1/validate-token?token=wrong").await.json()["valid"], false);
    assert_eq!(stage.get("/1/validate-token").await.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn books_and_comics_are_read_by_opds() {
    let stage = stage().await;
    let closed = stage.get("/opds/v2/").await;
    assert_eq!(closed.status, 401);
    assert_eq!(closed.headers["content-type"], "application/opds-authentication+json");
    assert!(closed.json()["authentication"][0]["type"].is_string());
    let get = |address: &str| {
        Request::get(address)
            .header("authorization", format!("Bearer {}", stage.key))
            .body(Body::empty())
            .unwrap()
    };
    let home = stage.send(get("/opds/v2/")).await.json();
    assert_eq!(home["navigation"].as_array().unwrap().len(), 3);
    for (address, count) in [
        ("/opds/v2/books", 1),
        ("/opds/v2/comics", 1),
        ("/opds/v2/new?page=9", 2),
        ("/opds/v2/search?query=light%20ona", 1),
        ("/opds/v2/search?query=zzz", 0),
    ] {
        let feed = stage.send(get(address)).await.json();
        assert_eq!(feed["metadata"]["numberOfItems"], count, "{address}: {feed:#}");
        assert!(feed["links"].as_array().unwrap().iter().any(|l| l["rel"] == "self"));
        assert!(feed["publications"].is_array() || feed["navigation"].is_array());
    }
    let one = stage.send(get("/opds/v2/publication/rec-K1")).await.json();
    assert_eq!(
        (one["metadata"]["language"].as_str(), one["metadata"]["numberOfPages"].as_i64()),
        (Some("fr"), Some(210))
    );
    let file = stage.send(get(one["links"][1]["href"].as_str().unwrap())).await;
    assert_eq!((file.status.as_u16(), file.bytes.len()), (200, FILE_BYTES));
    assert_eq!(file.headers["content-type"], "application/epub+zip");
    assert_eq!(stage.send(get("/opds/v2/file/rec-A1")).await.status, 404);
}
