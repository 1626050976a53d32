//! Lists of albums and songs, searching, and what is like what.

use app::shelf::ItemKind;
use jiff::Timestamp;
use library::{AlbumNo, AlbumOrder, GenreNo, Near, Page, SongNo, Years};

use super::ask::Wrong;
use super::browse::artist_of;
use super::{Ask, Done};

/// Things of one page: as many as players may ask for.
const PAGE_MOST: usize = 500;
/// Of a search, with which whole libraries are copied.
const SEARCH_MOST: usize = 10_000;

fn page(ask: &Ask<'_>, count: &str, offset: &str, usual: usize, most: usize) -> Result<Page, Wrong> {
    Ok(Page {
        count: ask.params.count(count, usual, most)?,
        offset: ask.params.number::<i64>(offset)?.map_or(0, |n| usize::try_from(n).unwrap_or(0)),
    })
}

fn years(ask: &Ask<'_>) -> Result<Option<Years>, Wrong> {
    let year = |name| -> Result<Option<u16>, Wrong> {
        Ok(ask.params.number::<i64>(name)?.map(|y| u16::try_from(y.clamp(0, 65_535)).unwrap_or(0)))
    };
    Ok(match (year("fromYear")?, year("toYear")?) {
        (None, None) => None,
        (from, to) => Some(Years { from: from.unwrap_or(1), to: to.unwrap_or(u16::MAX) }),
    })
}

fn albums(ask: &Ask<'_>) -> Result<Vec<AlbumNo>, Wrong> {
    let kind = ask.params.need("type")?;
    let page = page(ask, "size", "offset", 10, PAGE_MOST)?;
    let library = &ask.stand.library;
    let by = |order| Ok(library.albums(order, page));
    match kind {
        "random" => by(AlbumOrder::Random(ask.chance())),
        "newest" => by(AlbumOrder::Newest),
        "alphabeticalByName" => by(AlbumOrder::Name),
        "alphabeticalByArtist" => by(AlbumOrder::Artist),
        "byYear" => {
            ask.params.need("fromYear")?;
            ask.params.need("toYear")?;
            let years = years(ask)?.ok_or_else(|| Wrong::missing("fromYear"))?;
            by(AlbumOrder::Year(years))
        }
        "byGenre" => match library.genre_by_name(ask.params.need("genre")?) {
            Some(genre) => by(AlbumOrder::Genre(genre)),
            None => Ok(Vec::new()),
        },
        "frequent" => Ok(own(ask, page, |plays| (plays.0, plays.1))),
        "recent" => Ok(own(ask, page, |plays| (0, plays.1))),
        "highest" => {
            let rated = ask.kept.shelf.ratings.iter().filter(|(_, (kind, _))| *kind == ItemKind::Album);
            let mut all: Vec<(u8, AlbumNo)> =
                rated.filter_map(|(id, (_, stars))| Some((*stars, library.album_by_id(id)?.no))).collect();
            all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            Ok(all.into_iter().skip(page.offset).take(page.count).map(|(_, no)| no).collect())
        }
        "starred" => {
            let all = ask.shown().stars(ItemKind::Album);
            let found = all.into_iter().filter_map(|id| library.album_by_id(id)).map(|a| a.no);
            Ok(found.skip(page.offset).take(page.count).collect())
        }
        other => Err(Wrong::new(10, format!("`{other}` is no type of album list"))),
    }
}

/// Albums the listener's own players said were played, the highest first.
fn own(ask: &Ask<'_>, page: Page, rank: impl Fn(&(i64, Timestamp)) -> (i64, Timestamp)) -> Vec<AlbumNo> {
    let mut all: Vec<(AlbumNo, (i64, Timestamp))> =
        ask.kept.albums.iter().map(|(no, plays)| (*no, rank(plays))).collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    all.into_iter().skip(page.offset).take(page.count).map(|(no, _)| no).collect()
}

pub(crate) fn album_list(ask: &Ask<'_>, tagged: bool) -> Done {
    let list = albums(ask)?;
    let (library, shown) = (&ask.stand.library, ask.shown());
    ask.good(|o| {
        o.object(if tagged { "albumList2" } else { "albumList" }, |o| {
            o.list("album", library.all_albums(&list), |o, album| match tagged {
                true => shown.album(o, &album, false),
                false => shown.folder(o, &album),
            });
        });
    })
}

fn song_list(ask: &Ask<'_>, name: &str, songs: Vec<SongNo>) -> Done {
    ask.good(|o| o.object(name, |o| o.list("song", songs, |o, no| ask.shown().song(o, no))))
}

fn genre(ask: &Ask<'_>) -> Result<Option<Option<GenreNo>>, Wrong> {
    Ok(ask.params.get("genre").map(|name| ask.stand.library.genre_by_name(name)))
}

pub(crate) fn random_songs(ask: &Ask<'_>) -> Done {
    let count = ask.params.count("size", 10, PAGE_MOST)?;
    let songs = match genre(ask)? {
        Some(None) => Vec::new(),
        genre => ask.stand.library.random_songs(count, genre.flatten(), years(ask)?, ask.chance()),
    };
    song_list(ask, "randomSongs", songs)
}

pub(crate) fn songs_by_genre(ask: &Ask<'_>) -> Done {
    let library = &ask.stand.library;
    let page = page(ask, "count", "offset", 10, PAGE_MOST)?;
    let songs = match library.genre_by_name(ask.params.need("genre")?) {
        Some(genre) => library.genre_songs(genre).skip(page.offset).take(page.count).collect(),
        None => Vec::new(),
    };
    song_list(ask, "songsByGenre", songs)
}

pub(crate) fn starred(ask: &Ask<'_>, tagged: bool) -> Done {
    let (library, shown) = (&ask.stand.library, ask.shown());
    let artists = shown.stars(ItemKind::Artist).into_iter().filter_map(|id| library.artist_by_id(id));
    let albums = shown.stars(ItemKind::Album).into_iter().filter_map(|id| library.album_by_id(id));
    let songs = shown.stars(ItemKind::Song).into_iter().filter_map(|id| library.song_by_id(id));
    ask.good(|o| {
        o.object(if tagged { "starred2" } else { "starred" }, |o| {
            o.list("artist", artists, |o, a| match tagged {
                true => shown.artist(o, &a),
                false => shown.artist_folder(o, &a),
            });
            o.list("album", albums, |o, a| match tagged {
                true => shown.album(o, &a, false),
                false => shown.folder(o, &a),
            });
            o.list("song", songs, |o, s| shown.song(o, s.no));
        });
    })
}

/// `search3` (tags) and `search2` (folders). An empty query is everything, page by page.
pub(crate) fn search(ask: &Ask<'_>, tagged: bool) -> Done {
    if !ask.params.has("query") {
        return Err(Wrong::missing("query"));
    }
    let query = ask.params.get("query").unwrap_or_default();
    let artists = page(ask, "artistCount", "artistOffset", 20, SEARCH_MOST)?;
    let albums = page(ask, "albumCount", "albumOffset", 20, SEARCH_MOST)?;
    let songs = page(ask, "songCount", "songOffset", 20, SEARCH_MOST)?;
    let (library, shown) = (&ask.stand.library, ask.shown());
    let artists: Vec<_> = library.search_artists(query, artists);
    let albums: Vec<_> = library.search_albums(query, albums);
    let songs: Vec<_> = library.search_songs(query, songs);
    ask.good(|o| {
        o.object(if tagged { "searchResult3" } else { "searchResult2" }, |o| {
            o.list("artist", artists.iter().filter_map(|no| library.artist(*no)), |o, a| match tagged {
                true => shown.artist(o, &a),
                false => shown.artist_folder(o, &a),
            });
            o.list("album", library.all_albums(&albums), |o, a| match tagged {
                true => shown.album(o, &a, false),
                false => shown.folder(o, &a),
            });
            o.list("song", songs, |o, no| shown.song(o, no));
        });
    })
}

/// The search of old, in which each field has a parameter of its own.
pub(crate) fn old_search(ask: &Ask<'_>) -> Done {
    let words: Vec<&str> =
        ["any", "artist", "album", "title"].iter().filter_map(|n| ask.params.get(n)).collect();
    let page = page(ask, "count", "offset", 20, PAGE_MOST)?;
    let newer: Option<i64> = ask.params.number("newerThan")?;
    let library = &ask.stand.library;
    let new = |no: &SongNo| {
        newer.is_none_or(|ms| library.song(*no).is_some_and(|s| i64::from(s.added) * 1_000 > ms))
    };
    let all = library.search_songs(&words.join(" "), Page { offset: 0, count: SEARCH_MOST });
    let found: Vec<SongNo> = all.into_iter().filter(new).collect();
    let total = found.len();
    let part: Vec<SongNo> = found.into_iter().skip(page.offset).take(page.count).collect();
    ask.good(|o| {
        o.object("searchResult", |o| {
            o.plain("offset", page.offset);
            o.plain("totalHits", total);
            o.list("match", part, |o, no| ask.shown().song(o, no));
        });
    })
}

pub(crate) fn similar_songs(ask: &Ask<'_>, tagged: bool) -> Done {
    let id = ask.params.need("id")?;
    let count = ask.params.count("count", 50, PAGE_MOST)?;
    let library = &ask.stand.library;
    let near = match library.song_by_id(id) {
        Some(song) => library.like_song(song.no, count, ask.chance()),
        None => {
            let artist =
                artist_of(library, id).ok_or_else(|| Wrong::not_found("this song, album or artist"))?;
            library.like_artist(artist.no, count, ask.chance())
        }
    };
    let name = if tagged { "similarSongs2" } else { "similarSongs" };
    song_list(ask, name, near.into_iter().map(|n| n.song).collect())
}

/// The songs of an artist: those this listener played most first, then by year, newest first. What others played is told
/// to nobody.
pub(crate) fn top_songs(ask: &Ask<'_>) -> Done {
    let count = ask.params.count("count", 50, PAGE_MOST)?;
    let library = &ask.stand.library;
    let artist = match ask.params.get("id") {
        Some(id) => library.artist_by_id(id),
        None => library.artist_by_name(ask.params.need("artist")?),
    };
    let mut songs: Vec<SongNo> = artist.map_or_else(Vec::new, |a| library.artist_songs(a.no).collect());
    songs.sort_by_cached_key(|no| {
        let song = library.song(*no);
        let plays = song.and_then(|s| ask.kept.shelf.plays.get(s.id)).map_or(0, |p| p.0);
        std::cmp::Reverse((plays, song.map_or(0, |s| s.year)))
    });
    songs.truncate(count);
    song_list(ask, "topSongs", songs)
}

pub(crate) fn sonic_similar(ask: &Ask<'_>) -> Done {
    let library = &ask.stand.library;
    let song = library.song_by_id(ask.params.need("id")?).ok_or_else(|| Wrong::not_found("this song"))?;
    let count = ask.params.count("count", 10, PAGE_MOST)?;
    matches(ask, library.like_song(song.no, count, ask.chance()))
}

/// The voyage from one song to another.
pub(crate) fn sonic_path(ask: &Ask<'_>) -> Done {
    let library = &ask.stand.library;
    let song = |name: &str| -> Result<SongNo, Wrong> {
        let found =
            library.song_by_id(ask.params.need(name)?).ok_or_else(|| Wrong::not_found("this song"))?;
        Ok(found.no)
    };
    let (from, to) = (song("startSongId")?, song("endSongId")?);
    let count = ask.params.count("count", 25, PAGE_MOST)?;
    let mut way = library.path(from, to, count);
    if way.is_empty() {
        way = guessed_way(ask, from, to, count);
    }
    way.truncate(count);
    matches(ask, way)
}

/// Where nothing was learned: from the one, over songs like it, then songs like the other, to the other. Its likeness is
/// not measured, and says so.
fn guessed_way(ask: &Ask<'_>, from: SongNo, to: SongNo, count: usize) -> Vec<Near> {
    let library = &ask.stand.library;
    let end = |song| Near { song, likeness: None };
    if from == to || count < 2 {
        return vec![end(from)];
    }
    let each = (count - 2).min(8) / 2;
    let seed = 1;
    let fresh = |n: &Near| n.song != from && n.song != to;
    let mut way: Vec<Near> =
        library.like_song(from, each + 2, seed).into_iter().filter(fresh).take(each).collect();
    let mut back: Vec<Near> = library
        .like_song(to, each * 2 + 2, seed)
        .into_iter()
        .filter(|n| fresh(n) && !way.iter().any(|w| w.song == n.song))
        .take(each)
        .collect();
    back.reverse();
    way.insert(0, end(from));
    way.extend(back);
    way.push(end(to));
    for near in &mut way {
        near.likeness = None;
    }
    way
}

fn matches(ask: &Ask<'_>, near: Vec<Near>) -> Done {
    ask.good(|o| {
        o.list("sonicMatch", near, |o, near| {
            // Six digits are more than was measured.
            let likeness = near.likeness.map_or(-1.0, |l| (f64::from(l) * 1e6).round() / 1e6);
            o.plain("similarity", likeness);
            o.object("entry", |o| ask.shown().song(o, near.song));
        });
    })
}
