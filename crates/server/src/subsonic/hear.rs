//! Hearing: the bytes of songs and pictures, lyrics, and what players say is on.
//!
//! A delivery is written down before its bytes leave and a report before it is answered (`app::counting`). Neither alone
//! is a play, and a player that says "now playing" at log-in has said nothing that counts.

use app::audio::Want;
use app::institution::Access;
use app::play_queue::{self, NowRow};
use app::streaming::{Report, State};
use jiff::{SignedDuration, Timestamp};
use music::RecordingId;

use super::ask::Wrong;
use super::{Ask, Done, Reply};
use crate::covers::{TRIED, picture, subjects};
use crate::sound::{self, Asked, Hearer};
use crate::stream::respond;

/// The listener with the device: the app password's id and what the player calls itself.
fn hearer<'a>(ask: &'a Ask<'_>) -> Hearer<'a> {
    let device = format!("{} {}", ask.caller.door, ask.client());
    Hearer { listener: &ask.caller.listener, from: Access::Home, device }
}

fn recording(ask: &Ask<'_>, id: &str) -> Result<RecordingId, Wrong> {
    let song = ask.stand.library.song_by_id(id).ok_or_else(|| Wrong::not_found("this song"))?;
    song.id.parse().map_err(|_| Wrong::not_found("this song"))
}

/// The bytes of a song: as a player asks for them, or (`raw`) the file as it came.
pub(crate) async fn stream(ask: &Ask<'_>, raw: bool) -> Done {
    let recording = recording(ask, ask.params.need("id")?)?;
    let want = Want {
        format: if raw { Some("raw") } else { ask.params.get("format") },
        most_kbps: if raw { None } else { ask.params.number::<u32>("maxBitRate")? },
    };
    let asked = Asked { want, save: raw };
    let request = (ask.method, ask.headers);
    Ok(Reply::Raw(sound::serve(ask.web, request, &hearer(ask), &recording, asked).await?))
}

/// A picture of a song, album, artist or playlist.
pub(crate) async fn cover(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("id")?;
    let pixels: u32 = ask.params.number::<u32>("size")?.unwrap_or(0);
    let mut subjects = subjects(&ask.stand.library, id);
    if subjects.is_empty() {
        let list = app::playlist::one(ask.house(), ask.member(), id).await;
        subjects = list.map(|l| l.songs.into_iter().take(TRIED).collect()).unwrap_or_default();
    }
    let content =
        picture(ask.house(), &subjects, pixels).await?.ok_or_else(|| Wrong::not_found("a picture"))?;
    Ok(Reply::Raw(respond(ask.method, ask.headers, content, None)))
}

pub(crate) async fn lyrics_by_id(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("id")?;
    let song = ask.stand.library.song_by_id(id).ok_or_else(|| Wrong::not_found("this song"))?;
    let texts = app::library::lyrics(ask.house(), song.id).await?;
    ask.good(|o| {
        o.object("lyricsList", |o| {
            o.list("structuredLyrics", &texts, |o, (lang, text)| {
                let lyrics = library::read_lyrics(text);
                o.text("lang", lang);
                o.plain("synced", lyrics.synced);
                o.text("displayArtist", song.credit);
                o.text("displayTitle", song.title);
                o.plain("offset", 0);
                o.list("line", &lyrics.lines, |o, line| {
                    if let Some(start) = line.start_ms {
                        o.plain("start", start);
                    }
                    o.value(&line.text);
                });
            });
        });
    })
}

/// Lyrics by artist and title, as players of old ask; without any, an empty answer.
pub(crate) async fn lyrics(ask: &Ask<'_>) -> Done {
    let (artist, title) =
        (ask.params.get("artist").unwrap_or_default(), ask.params.get("title").unwrap_or_default());
    let found = if title.is_empty() { None } else { super::listens::find(&ask.stand.library, artist, title) };
    let mut words = String::new();
    if let Some(song) = found.and_then(|no| ask.stand.library.song(no))
        && let Some((_, text)) = app::library::lyrics(ask.house(), song.id).await?.first()
    {
        let lines = library::read_lyrics(text).lines;
        words = lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n");
    }
    ask.good(|o| {
        o.object("lyrics", |o| {
            if !words.is_empty() {
                o.text("artist", artist);
                o.text("title", title);
            }
            o.value(&words);
        });
    })
}

/// What a player says was listened to (`submission`, the default) or is on.
pub(crate) async fn scrobble(ask: &Ask<'_>) -> Done {
    ask.params.need("id")?;
    let submission = ask.params.flag("submission", true);
    let ids: Vec<&str> = ask.params.all("id").collect();
    let times: Vec<&str> = ask.params.all("time").collect();
    let now = ask.house().now();
    let (mut said, mut plays) = (Vec::new(), Vec::new());
    for (place, id) in ids.iter().enumerate() {
        let recording = recording(ask, id)?;
        let at = match times.get(place) {
            Some(text) => {
                Some(text.parse::<i64>().map_err(|_| Wrong::new(10, format!("`{text}` is no time")))?)
            }
            None => None,
        };
        let when =
            at.and_then(|ms| Timestamp::from_millisecond(ms).ok()).filter(|t| *t <= now).unwrap_or(now);
        plays.push((recording.as_str().to_owned(), when));
        said.push((recording, if submission { Report::Listened { at } } else { Report::Opened }));
    }
    say(ask, &said).await?;
    if submission {
        app::shelf::played(ask.house(), ask.member(), &plays).await?;
        ask.changed();
    } else if let Some((recording, _)) = said.last() {
        on(ask, recording, "playing", 0, 1.0).await?;
    }
    ask.good(|_| ())
}

/// Writes down what a player says, where this house counts plays and the listener has a seat.
async fn say(ask: &Ask<'_>, said: &[(RecordingId, Report)]) -> Result<(), Wrong> {
    match (ask.recorder(), hearer(ask).counted()) {
        (Some(recorder), Ok(listener)) => Ok(recorder.say(&listener, said).await?),
        _ => Ok(()),
    }
}

async fn on(
    ask: &Ask<'_>,
    recording: &RecordingId,
    state: &str,
    position_ms: i64,
    rate: f64,
) -> Result<(), Wrong> {
    let row = NowRow {
        client: ask.client().to_owned(),
        recording: recording.as_str().to_owned(),
        state: state.to_owned(),
        position_ms,
        rate: (rate * 1_000.0) as i64,
        at: ask.house().now(),
    };
    Ok(play_queue::now_on(ask.house(), ask.member(), &row).await?)
}

pub(crate) async fn report(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("mediaId")?;
    let kind = ask.params.need("mediaType")?;
    ask.params.need("positionMs")?;
    let at: u32 = ask.params.number("positionMs")?.unwrap_or(0);
    let word = ask.params.need("state")?;
    let state =
        State::from_word(word).ok_or_else(|| Wrong::new(10, format!("`{word}` is no state of a player")))?;
    let rate: f64 = ask.params.number("playbackRate")?.unwrap_or(1.0);
    if !(0.0..=100.0).contains(&rate) {
        return Err(Wrong::new(10, "`playbackRate` is out of range"));
    }
    if kind != "song" {
        return match kind {
            "podcast" => Err(Wrong::not_found("this podcast")),
            other => Err(Wrong::new(10, format!("`{other}` is no type of media"))),
        };
    }
    let recording = recording(ask, id)?;
    if !ask.params.flag("ignoreScrobble", false) {
        say(ask, &[(recording.clone(), Report::Moved { state, position_ms: at })]).await?;
    }
    on(ask, &recording, word, i64::from(at), rate).await?;
    ask.good(|_| ())
}

/// What is on, on the listener's own players; what others listen to is told to nobody.
pub(crate) async fn now_playing(ask: &Ask<'_>) -> Done {
    let now = ask.house().now();
    let rows = play_queue::on(ask.house(), ask.member()).await?;
    let library = &ask.stand.library;
    let heard = rows
        .iter()
        .filter(|r| r.state != "stopped")
        .filter_map(|r| Some((r, library.song_by_id(&r.recording)?)));
    let heard: Vec<_> = heard.filter(|(r, song)| still_on(r, song.seconds, now)).enumerate().collect();
    ask.good(|o| {
        o.object("nowPlaying", |o| {
            o.list("entry", heard, |o, (place, (row, song))| {
                let since = now.duration_since(row.at);
                o.text("username", &ask.caller.listener.login);
                o.plain("minutesAgo", since.as_mins().max(0));
                o.plain("playerId", place);
                o.text("playerName", &row.client);
                o.text("state", &row.state);
                o.plain("positionMs", position(row, since, song.seconds));
                o.plain("playbackRate", row.rate as f64 / 1_000.0);
                ask.shown().song(o, song.no);
            });
        });
    })
}

/// A song of which the end has long passed is not on any more.
fn still_on(row: &NowRow, seconds: u32, now: Timestamp) -> bool {
    let rest = i64::from(seconds) - row.position_ms / 1_000;
    row.state == "paused" || now.duration_since(row.at) <= SignedDuration::from_secs(rest.max(0) + 600)
}

fn position(row: &NowRow, since: SignedDuration, seconds: u32) -> i64 {
    let moved = if row.state == "playing" { since.as_millis() as i64 * row.rate / 1_000 } else { 0 };
    let most = if seconds == 0 { i64::MAX } else { i64::from(seconds) * 1_000 };
    row.position_ms.saturating_add(moved.max(0)).min(most)
}
