//! Browsing: folders, indexes, artists, albums, songs, genres, and what is told about them.

use library::{AlbumNo, Artist, Library, sort_key};

use super::ask::Wrong;
use super::out::Out;
use super::{Ask, Done};

/// The one folder there is.
pub(crate) const FOLDER: &str = "1";

pub(crate) fn music_folders(ask: &Ask<'_>) -> Done {
    ask.good(|o| {
        o.object("musicFolders", |o| {
            o.list("musicFolder", [()], |o, ()| {
                o.plain("id", FOLDER);
                o.text("name", "Music");
            });
        });
    })
}

/// Whether a folder is named that is not there: then there is nothing in it.
fn elsewhere(ask: &Ask<'_>) -> bool {
    ask.params.get("musicFolderId").is_some_and(|id| id != FOLDER && id != "0" && id != "-1")
}

pub(crate) fn indexes(ask: &Ask<'_>) -> Done {
    let made = ask.stand.made.as_millisecond();
    let since: Option<i64> = ask.params.number("ifModifiedSince")?;
    let empty = since.is_some_and(|since| since >= made) || elsewhere(ask);
    let part = if empty { Vec::new().into() } else { index(ask, false) };
    ask.good(|o| {
        o.object("indexes", |o| {
            o.text("ignoredArticles", &articles());
            o.plain("lastModified", made);
            o.put(std::str::from_utf8(&part).unwrap_or_default());
        });
    })
}

pub(crate) fn artists(ask: &Ask<'_>) -> Done {
    let part = if elsewhere(ask) { Vec::new().into() } else { index(ask, true) };
    ask.good(|o| {
        o.object("artists", |o| {
            o.text("ignoredArticles", &articles());
            o.put(std::str::from_utf8(&part).unwrap_or_default());
        });
    })
}

fn articles() -> String {
    library::ARTICLES.map(capital).join(" ")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// All artists by first letter. Long, and the same for all who have starred and rated none.
fn index(ask: &Ask<'_>, tagged: bool) -> axum::body::Bytes {
    let xml = *ask.format == super::out::Format::Xml;
    let write = || {
        let mut out = Out::new(xml);
        write_index(ask, &mut out, tagged);
        out.into_text()
    };
    let own = ask.kept.artist_stars || ask.kept.shelf.ratings.keys().any(|id| id.starts_with("art-"));
    if own { write().into() } else { ask.stand.written(format!("index {xml} {tagged}"), write) }
}

fn write_index(ask: &Ask<'_>, out: &mut Out, tagged: bool) {
    let library = &ask.stand.library;
    let listed: Vec<(char, Artist<'_>)> = library
        .artists()
        .filter_map(|no| library.artist(no))
        .filter(|a| a.albums > 0)
        .map(|a| (letter(a.name), a))
        .collect();
    let mut groups: Vec<&[(char, Artist<'_>)]> = listed.chunk_by(|a, b| a.0 == b.0).collect();
    // Letters first, then whatever begins with none.
    groups.sort_by_key(|g| g.first().map(|(c, _)| (*c == '#', *c)));
    let groups: Vec<(char, Vec<&Artist<'_>>)> = groups
        .chunk_by(|a, b| first(a) == first(b))
        .map(|same| {
            (
                same.first().map_or('#', |g| first(g)),
                same.iter().flat_map(|g| g.iter().map(|(_, a)| a)).collect(),
            )
        })
        .collect();
    out.list("index", groups, |o, (letter, artists)| {
        o.text("name", &letter.to_string());
        o.list("artist", artists, |o, artist| match tagged {
            true => ask.shown().artist(o, artist),
            false => ask.shown().artist_folder(o, artist),
        });
    });
}

fn first(group: &[(char, Artist<'_>)]) -> char {
    group.first().map_or('#', |(c, _)| *c)
}

fn letter(name: &str) -> char {
    let first = sort_key(name).chars().next().map(|c| c.to_ascii_uppercase());
    first.filter(char::is_ascii_uppercase).unwrap_or('#')
}

pub(crate) fn music_directory(ask: &Ask<'_>) -> Done {
    let id = ask.params.need("id")?;
    let library = &ask.stand.library;
    let shown = ask.shown();
    if id == FOLDER {
        return ask.good(|o| {
            o.object("directory", |o| {
                o.text("id", FOLDER);
                o.text("name", "Music");
                let artists = library.artists().filter_map(|no| library.artist(no)).filter(|a| a.albums > 0);
                o.list("child", artists, |o, a| {
                    o.text("id", a.id);
                    o.text("parent", FOLDER);
                    o.plain("isDir", true);
                    o.text("title", a.name);
                    o.text("artist", a.name);
                    o.text("mediaType", "artist");
                });
            });
        });
    }
    if let Some(artist) = library.artist_by_id(id) {
        return ask.good(|o| {
            o.object("directory", |o| {
                o.text("id", artist.id);
                o.text("parent", FOLDER);
                o.text("name", artist.name);
                if let Some((_, at)) = ask.kept.shelf.stars.get(artist.id) {
                    o.text("starred", &super::show::instant(*at));
                }
                let albums = library.artist_albums(artist.no).filter_map(|a| library.album(a));
                o.list("child", albums, |o, album| shown.folder(o, &album));
            });
        });
    }
    let album = library.album_by_id(id).ok_or_else(|| Wrong::not_found("this directory"))?;
    ask.good(|o| {
        o.object("directory", |o| {
            o.text("id", album.id);
            o.some(
                "parent",
                library.album_artist(album.no).and_then(|a| library.artist(a)).map_or("", |a| a.id),
            );
            o.text("name", album.name);
            if let Some((_, at)) = ask.kept.shelf.stars.get(album.id) {
                o.text("starred", &super::show::instant(*at));
            }
            o.plain("playCount", ask.kept.albums.get(&album.no).map_or(0, |p| p.0));
            o.list("child", library.album_tracks(album.no), |o, track| shown.track(o, &album, track));
        });
    })
}

pub(crate) fn genres(ask: &Ask<'_>) -> Done {
    let library = &ask.stand.library;
    ask.good(|o| {
        o.object("genres", |o| {
            o.list("genre", library.genres(), |o, (_, name, songs, albums)| {
                o.plain("songCount", songs);
                o.plain("albumCount", albums);
                o.value(name);
            });
        });
    })
}

pub(crate) fn artist(ask: &Ask<'_>) -> Done {
    let library = &ask.stand.library;
    let artist =
        library.artist_by_id(ask.params.need("id")?).ok_or_else(|| Wrong::not_found("this artist"))?;
    let shown = ask.shown();
    ask.good(|o| {
        o.object("artist", |o| {
            shown.artist(o, &artist);
            let albums = library.artist_albums(artist.no).filter_map(|a| library.album(a));
            o.list("album", albums, |o, album| shown.album(o, &album, false));
        });
    })
}

pub(crate) fn album(ask: &Ask<'_>) -> Done {
    let album = ask.stand.library.album_by_id(ask.params.need("id")?);
    let album = album.ok_or_else(|| Wrong::not_found("this album"))?;
    ask.good(|o| o.object("album", |o| ask.shown().album(o, &album, true)))
}

pub(crate) fn song(ask: &Ask<'_>) -> Done {
    let song =
        ask.stand.library.song_by_id(ask.params.need("id")?).ok_or_else(|| Wrong::not_found("this song"))?;
    ask.good(|o| o.object("song", |o| ask.shown().song(o, song.no)))
}

/// The artist an id stands for: its own, or that of an album or song.
pub(crate) fn artist_of<'a>(library: &'a Library, id: &str) -> Option<Artist<'a>> {
    if let Some(artist) = library.artist_by_id(id) {
        return Some(artist);
    }
    let of_album = |no: AlbumNo| library.album_artist(no);
    let no = match library.album_by_id(id) {
        Some(album) => of_album(album.no),
        None => library.song_by_id(id).and_then(|s| library.song_artists(s.no).next()),
    };
    no.and_then(|no| library.artist(no))
}

pub(crate) fn artist_info(ask: &Ask<'_>, tagged: bool) -> Done {
    let library = &ask.stand.library;
    let artist = artist_of(library, ask.params.need("id")?).ok_or_else(|| Wrong::not_found("this artist"))?;
    let count = ask.params.count("count", 20, 200)?;
    let mut similar: Vec<_> = Vec::new();
    for near in library.like_artist(artist.no, count.saturating_mul(10), artist_seed(&artist)) {
        for other in library.song_artists(near.song) {
            if other != artist.no && !similar.contains(&other) && similar.len() < count {
                similar.push(other);
            }
        }
    }
    let similar: Vec<Artist<'_>> = similar.into_iter().filter_map(|no| library.artist(no)).collect();
    let shown = ask.shown();
    ask.good(|o| {
        o.object(if tagged { "artistInfo2" } else { "artistInfo" }, |o| {
            // In XML these are elements, and a text is written as a list of one.
            about(o, artist.mbid, "biography");
            o.list("similarArtist", similar, |o, a| match tagged {
                true => shown.artist(o, &a),
                false => shown.artist_folder(o, &a),
            });
        });
    })
}

/// The same guess for the same artist, so that pages do not flicker.
fn artist_seed(artist: &Artist<'_>) -> u64 {
    artist.id.bytes().fold(7, |seed, b| seed.wrapping_mul(31).wrapping_add(u64::from(b)))
}

/// What is told of an artist or album: its MusicBrainz id; nothing is fetched from elsewhere about anybody.
fn about(o: &mut Out, mbid: &str, words: &str) {
    o.element_text(words, "");
    o.element_text("musicBrainzId", mbid);
    o.element_text("lastFmUrl", "");
    o.element_text("smallImageUrl", "");
    o.element_text("mediumImageUrl", "");
    o.element_text("largeImageUrl", "");
}

pub(crate) fn album_info(ask: &Ask<'_>) -> Done {
    let library = &ask.stand.library;
    let id = ask.params.need("id")?;
    let found = library.album_by_id(id).is_some() || library.song_by_id(id).is_some();
    if !found {
        return Err(Wrong::not_found("this album"));
    }
    let album =
        library.album_by_id(id).or_else(|| library.song_by_id(id).and_then(|s| library.album(s.album)));
    let mbid = album.map_or("", |a| a.mbid);
    ask.good(|o| o.object("albumInfo", |o| about(o, mbid, "notes")))
}
