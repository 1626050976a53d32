//! What a listener keeps: stars, ratings, playlists, bookmarks, the queue.

use app::play_queue::{self, QueueRow};
use app::playlist::{self, Change, Playlist};
use app::selection::{self, Selection};
use app::shelf::{self, ItemKind};
use jiff::Timestamp;
use library::Song;

use super::ask::Wrong;
use super::out::Out;
use super::show::instant;
use super::{Ask, Done};

/// What kind of thing an id is of, as far as it is there.
fn kind(ask: &Ask<'_>, id: &str) -> Result<ItemKind, Wrong> {
    let library = &ask.stand.library;
    if library.song_by_id(id).is_some() {
        Ok(ItemKind::Song)
    } else if library.album_by_id(id).is_some() {
        Ok(ItemKind::Album)
    } else if library.artist_by_id(id).is_some() {
        Ok(ItemKind::Artist)
    } else {
        Err(Wrong::not_found("one of these"))
    }
}

pub(crate) async fn star(ask: &Ask<'_>, on: bool) -> Done {
    let ids = ["id", "albumId", "artistId"].into_iter().flat_map(|name| ask.params.all(name));
    let mut items = Vec::new();
    for id in ids {
        // A star can be taken from what is not there any more.
        match (kind(ask, id), on) {
            (Ok(kind), _) => items.push((kind, id.to_owned())),
            (Err(wrong), true) => return Err(wrong),
            (Err(_), false) => {
                if let Some((kind, _)) = ask.kept.shelf.stars.get(id) {
                    items.push((*kind, id.to_owned()));
                }
            }
        }
    }
    if items.is_empty() && on {
        return Err(Wrong::missing("id"));
    }
    shelf::star(ask.house(), ask.member(), &items, on).await?;
    ask.changed();
    ask.good(|_| ())
}

pub(crate) async fn rate(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("id")?;
    ask.params.need("rating")?;
    let stars = ask.params.number::<u8>("rating")?.unwrap_or(0);
    if stars > 5 {
        return Err(Wrong::new(10, "`rating` is from 0 to 5"));
    }
    shelf::rate(ask.house(), ask.member(), kind(ask, id)?, id, stars).await?;
    ask.changed();
    ask.good(|_| ())
}

fn show(ask: &Ask<'_>, o: &mut Out, list: &Playlist, songs: bool) {
    let library = &ask.stand.library;
    // What has left the catalogue stays on the list and comes back with it.
    let there = list.songs.iter().filter_map(|id| library.song_by_id(id)).collect();
    let (row, owner) = (&list.row, &ask.caller.listener.login);
    let of = ListOf {
        id: &row.id,
        name: &row.name,
        comment: &row.comment,
        owner,
        is_public: false,
        created: row.created,
        changed: row.changed,
    };
    of.tell(ask, o, there, songs);
}

/// What players are told of a list, be it one's own or a selection.
struct ListOf<'a> {
    id: &'a str,
    name: &'a str,
    comment: &'a str,
    owner: &'a str,
    /// Whether others see it too; such a list cannot be changed either.
    is_public: bool,
    created: Timestamp,
    changed: Timestamp,
}

impl ListOf<'_> {
    fn tell(&self, ask: &Ask<'_>, o: &mut Out, there: Vec<Song<'_>>, songs: bool) {
        o.text("id", self.id);
        o.text("name", self.name);
        o.text("comment", self.comment);
        o.text("owner", self.owner);
        o.plain("public", self.is_public);
        o.plain("songCount", there.len());
        o.plain("duration", there.iter().map(|s| u64::from(s.seconds)).sum::<u64>());
        o.text("created", &instant(self.created));
        o.text("changed", &instant(self.changed));
        o.some("coverArt", there.first().map_or("", |s| s.id));
        o.plain("readonly", self.is_public);
        if songs {
            o.list("entry", there, |o, song| ask.shown().song(o, song.no));
        }
    }
}

/// What stands before the name of a selection in the id of its list.
const CHOSEN: &str = "selection-";

/// A selection of the listener's institution as a list that players cannot change. What a brand paid for begins with its
/// label, so that it is read wherever a player shows a list.
fn chosen(ask: &Ask<'_>, o: &mut Out, s: &Selection, songs: bool) {
    let library = &ask.stand.library;
    let there = s.items.iter().filter_map(|i| library.song_by_id(i.recording.as_str())).collect();
    let (name, comment) = match &s.paid {
        Some((label, brand)) => {
            (format!("{label} · {} ({brand})", s.row.title), format!("{label} · {brand}"))
        }
        None => (s.row.title.clone(), s.curators.join(", ")),
    };
    let of = ListOf {
        id: &format!("{CHOSEN}{}", s.row.slug),
        name: &name,
        comment: &comment,
        owner: &s.institution.name,
        is_public: true,
        created: s.row.created,
        changed: s.row.changed,
    };
    of.tell(ask, o, there, songs);
}

/// The selections that the listener's institution shows now.
async fn selections(ask: &Ask<'_>) -> Result<Vec<Selection>, Wrong> {
    Ok(selection::list(ask.house(), Some(&ask.caller.listener.institution), true).await?)
}

/// A list in an answer: the listener's own, or a selection.
enum Shown<'a> {
    Own(&'a Playlist),
    Chosen(&'a Selection),
}

pub(crate) async fn playlists(ask: &Ask<'_>) -> Done {
    if ask.params.get("username").is_some_and(|name| name != ask.caller.listener.login) {
        return Err(Wrong::new(50, "the playlists of others are theirs"));
    }
    let lists = playlist::list(ask.house(), ask.member()).await?;
    let selections = selections(ask).await?;
    let all: Vec<Shown<'_>> =
        lists.iter().map(Shown::Own).chain(selections.iter().map(Shown::Chosen)).collect();
    ask.good(|o| {
        o.object("playlists", |o| {
            o.list("playlist", &all, |o, one| match one {
                Shown::Own(list) => show(ask, o, list, false),
                Shown::Chosen(s) => chosen(ask, o, s, false),
            });
        });
    })
}

pub(crate) async fn one_playlist(ask: &Ask<'_>) -> Done {
    if let Some(slug) = ask.params.need("id")?.strip_prefix(CHOSEN) {
        let all = selections(ask).await?;
        let one = all.iter().find(|s| s.row.slug == slug);
        let one = one.ok_or_else(|| Wrong::not_found("this selection"))?;
        return ask.good(|o| o.object("playlist", |o| chosen(ask, o, one, true)));
    }
    let list = playlist::one(ask.house(), ask.member(), ask.params.need("id")?).await?;
    ask.good(|o| o.object("playlist", |o| show(ask, o, &list, true)))
}

fn songs(ask: &Ask<'_>, name: &str) -> Result<Vec<String>, Wrong> {
    let library = &ask.stand.library;
    ask.params
        .all(name)
        .map(|id| {
            library
                .song_by_id(id)
                .map(|s| s.id.to_owned())
                .ok_or_else(|| Wrong::not_found("one of these songs"))
        })
        .collect()
}

pub(crate) async fn create_playlist(ask: &Ask<'_>) -> Done {
    let (id, name) = (ask.params.get("playlistId"), ask.params.get("name"));
    let list = match (id, name) {
        (None, None) => return Err(Wrong::missing("name")),
        (None, Some(name)) => {
            playlist::create(ask.house(), ask.member(), name, songs(ask, "songId")?).await?
        }
        (Some(id), name) => {
            let songs = Some(songs(ask, "songId")?);
            let change = Change { name: name.map(str::to_owned), songs, ..Change::default() };
            playlist::change(ask.house(), ask.member(), id, change).await?
        }
    };
    ask.good(|o| o.object("playlist", |o| show(ask, o, &list, true)))
}

pub(crate) async fn update_playlist(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("playlistId")?;
    let place =
        |text: &str| text.parse::<usize>().map_err(|_| Wrong::new(10, format!("`{text}` is no place")));
    let out: Vec<usize> = ask.params.all("songIndexToRemove").map(place).collect::<Result<_, _>>()?;
    let comment = ask.params.has("comment").then(|| ask.params.get("comment").unwrap_or_default().to_owned());
    let name = ask.params.get("name").map(str::to_owned);
    let change = Change { name, comment, songs: None, out, add: songs(ask, "songIdToAdd")? };
    playlist::change(ask.house(), ask.member(), id, change).await?;
    ask.good(|_| ())
}

pub(crate) async fn delete_playlist(ask: &Ask<'_>) -> Done {
    playlist::delete(ask.house(), ask.member(), ask.params.need("id")?).await?;
    ask.good(|_| ())
}

pub(crate) async fn bookmarks(ask: &Ask<'_>) -> Done {
    let rows = play_queue::marks(ask.house(), ask.member()).await?;
    let library = &ask.stand.library;
    let rows = rows.iter().filter_map(|row| Some((row, library.song_by_id(&row.recording)?)));
    ask.good(|o| {
        o.object("bookmarks", |o| {
            o.list("bookmark", rows, |o, (row, song)| {
                o.plain("position", row.position_ms);
                o.text("username", &ask.caller.listener.login);
                o.text("comment", &row.comment);
                o.text("created", &instant(row.created));
                o.text("changed", &instant(row.changed));
                o.object("entry", |o| ask.shown().song(o, song.no));
            });
        });
    })
}

fn position(ask: &Ask<'_>) -> Result<i64, Wrong> {
    // Some players send a fraction.
    let at: f64 = ask.params.number("position")?.unwrap_or(0.0);
    if (0.0..1e12).contains(&at) {
        Ok(at as i64)
    } else {
        Err(Wrong::new(10, "`position` is no place in a song"))
    }
}

pub(crate) async fn create_bookmark(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("id")?;
    ask.params.need("position")?;
    let song = ask.stand.library.song_by_id(id).ok_or_else(|| Wrong::not_found("this song"))?;
    let comment = ask.params.get("comment").unwrap_or_default();
    play_queue::mark(ask.house(), ask.member(), song.id, position(ask)?, comment).await?;
    ask.changed();
    ask.good(|_| ())
}

pub(crate) async fn delete_bookmark(ask: &Ask<'_>) -> Done {
    play_queue::unmark(ask.house(), ask.member(), ask.params.need("id")?).await?;
    ask.changed();
    ask.good(|_| ())
}

pub(crate) async fn save_queue(ask: &Ask<'_>, by_index: bool) -> Done {
    let songs = songs(ask, "id")?;
    let current = match (songs.is_empty(), by_index) {
        (true, true) if ask.params.get("currentIndex").is_some() => {
            return Err(Wrong::new(10, "`currentIndex` of an empty queue"));
        }
        (true, _) => 0,
        (false, true) => {
            ask.params.need("currentIndex")?;
            let at: usize = ask.params.number("currentIndex")?.unwrap_or(0);
            if at >= songs.len() {
                return Err(Wrong::new(10, "`currentIndex` is past the end of the queue"));
            }
            at
        }
        (false, false) => {
            let current = ask.params.need("current")?;
            let place = songs.iter().position(|s| s == current);
            place.ok_or_else(|| Wrong::new(10, "`current` is not in the queue"))?
        }
    };
    let queue = QueueRow {
        songs,
        current: current as i64,
        position_ms: position(ask)?,
        changed: ask.house().now(),
        changed_by: ask.client().to_owned(),
    };
    play_queue::save(ask.house(), ask.member(), &queue).await?;
    ask.good(|_| ())
}

pub(crate) async fn queue(ask: &Ask<'_>, by_index: bool) -> Done {
    // Where none was saved the description still asks for an answer.
    let queue = play_queue::saved(ask.house(), ask.member()).await?.unwrap_or_else(nothing);
    let library = &ask.stand.library;
    let at = usize::try_from(queue.current).unwrap_or(0);
    let current = queue.songs.get(at).and_then(|id| library.song_by_id(id));
    let songs: Vec<_> =
        queue.songs.iter().enumerate().filter_map(|(n, id)| Some((n, library.song_by_id(id)?))).collect();
    // What has left the catalogue meanwhile moves the place of the current one.
    let place = songs.iter().filter(|(n, _)| *n < at).count().min(songs.len().saturating_sub(1));
    let current = current.or_else(|| songs.get(place).map(|(_, s)| *s));
    ask.good(|o| {
        o.object(if by_index { "playQueueByIndex" } else { "playQueue" }, |o| {
            match (by_index, current) {
                (_, None) => {}
                (true, Some(_)) => o.plain("currentIndex", place),
                (false, Some(song)) => o.text("current", song.id),
            }
            o.plain("position", queue.position_ms);
            o.text("username", &ask.caller.listener.login);
            o.text("changed", &instant(queue.changed));
            o.text("changedBy", &queue.changed_by);
            o.list("entry", songs, |o, (_, song)| ask.shown().song(o, song.no));
        });
    })
}

/// A queue that nobody saved.
fn nothing() -> QueueRow {
    let changed = jiff::Timestamp::UNIX_EPOCH;
    QueueRow { songs: Vec::new(), current: 0, position_ms: 0, changed, changed_by: String::new() }
}
