//! An album, an artist, a recording with its sound.

use app::audio;
use app::counting::Page;
use app::playlist;
use app::shelf::ItemKind;
use axum::extract::{Path, State};
use axum::response::Response;
use library::Song;
use maud::{Markup, html};
use music::RecordingId;

use super::{Ears, csrf, page, rows};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, show};

/// Most songs of an artist on one page.
const SONGS: usize = 60;
/// Songs that are like another.
const LIKE: usize = 8;

/// An album with its songs.
pub(crate) async fn album(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Path(id): Path<String>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let library = ears.library();
    let album = library.album_by_id(&id).ok_or(Flaw::NotFound)?;
    let first = library.album_songs(album.no).find_map(|(no, _)| library.song(no)).map(|s| s.id);
    ears.looked(&web, Page::Release(album.id), first).await;
    let songs = library.album_songs(album.no).filter_map(|(no, _)| library.song(no));
    let artist = library.album_artist(album.no).and_then(|no| library.artist(no));
    let title = album.name.to_owned();
    let content = html! {
        div.head {
            img src=(format!("/listen/cover/{}?size=300", album.id)) alt="" width="300" height="300";
            div {
                h1 { (album.name) }
                p.lead {
                    @match artist.filter(|_| !album.compilation) {
                        Some(artist) => a href=(format!("/listen/artist/{}", artist.id)) { (album.credit) },
                        None => (album.credit),
                    }
                }
                p.soft {
                    @if album.year > 0 { (album.year) " · " } @if !album.label.is_empty() { (album.label) " · " }
                    (lang.with("listen-count", &[("count", (album.songs as usize).into())])) " · " (rows::length(album.seconds))
                }
                p.acts { a.button.all.js href="#" { (lang.t("listen-all")) } (rows::star(&ears, ItemKind::Album, album.id, album.name, lang)) }
            }
        }
        (rows::songs(&visit, &ears, songs))
    };
    Ok(page(&visit, &ears, &title, &content))
}

/// An artist: albums, and the songs this member plays most first.
pub(crate) async fn artist(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Path(id): Path<String>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let library = ears.library();
    let artist = library.artist_by_id(&id).ok_or(Flaw::NotFound)?;
    let first = library.artist_songs(artist.no).find_map(|no| library.song(no)).map(|s| s.id);
    ears.looked(&web, Page::Artist(artist.id), first).await;
    let albums = library.artist_albums(artist.no).filter_map(|no| library.album(no));
    let mut songs: Vec<_> = library.artist_songs(artist.no).filter_map(|no| library.song(no)).collect();
    songs.sort_by_cached_key(|s| {
        let plays = ears.kept.shelf.plays.get(s.id).map_or(0, |p| p.0);
        std::cmp::Reverse((plays, s.year))
    });
    songs.truncate(SONGS);
    let title = artist.name.to_owned();
    let content = html! {
        h1 { (artist.name) }
        p.acts { a.button.all.js href="#" { (lang.t("listen-all")) } (rows::star(&ears, ItemKind::Artist, artist.id, artist.name, lang)) }
        section aria-labelledby="songs" { h2 #songs { (lang.t("listen-songs")) } (rows::songs(&visit, &ears, songs.into_iter())) }
        section aria-labelledby="albums" { h2 #albums { (lang.t("listen-albums")) } (rows::albums(albums)) }
        p { a href=(format!("/discover?q={}", show::query_word(artist.name))) { (lang.with("listen-voyage-from", &[("words", artist.name.into())])) } }
    };
    Ok(page(&visit, &ears, &title, &content))
}

/// A recording: its sound, what it is on, what is like it, and the lists it could go on.
pub(crate) async fn song(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Path(id): Path<String>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let library = ears.library();
    let song = library.song_by_id(&id).ok_or(Flaw::NotFound)?;
    let recording: RecordingId = song.id.parse().map_err(|_| Flaw::NotFound)?;
    ears.looked(&web, Page::Recording, Some(song.id)).await;
    let columns = audio::waveform(web.house(), &recording).await?.unwrap_or_default();
    let lists = playlist::list(web.house(), ears.id()).await?;
    let near = library.like_song(song.no, LIKE, 1);
    let near: Vec<_> = near.into_iter().map(|n| n.song).filter(|no| *no != song.no).collect();
    let album = library.album(song.album);
    let title = format!("{} – {}", song.credit, song.title);
    let content = html! {
        div.head {
            img src=(format!("/listen/cover/{}?size=300", song.id)) alt="" width="300" height="300";
            div {
                h1 { (song.title) }
                p.lead { (rows::credit(&ears, &song)) }
                p.soft {
                    @if let Some(album) = &album { a href=(format!("/listen/album/{}", album.id)) { (album.name) } } @if song.year > 0 { " · " (song.year) } " · " (rows::length(song.seconds))
                }
                p.acts { a.button.all.js href="#" { (lang.t("listen-this")) } (rows::star(&ears, ItemKind::Song, song.id, song.title, lang)) }
            }
        }
        @if !columns.is_empty() { (rows::wave(&columns)) }
        @if ears.at.closed.is_none() { (by_hand(&visit, &song)) }
        ol.songs.one hidden { (rows::row(&visit, &ears, &song, None)) }
        section aria-labelledby="keep" { h2 #keep { (lang.t("listen-to-list")) } (to_list(&visit, &lists, song.id)) }
        @if !near.is_empty() {
            section aria-labelledby="near" {
                h2 #near { (lang.t("listen-near")) }
                (rows::numbered(&visit, &ears, &near))
                p { a href=(format!("/recording/{}", song.id)) { (lang.t("listen-why")) } }
            }
        }
    };
    Ok(page(&visit, &ears, &title, &content))
}

/// The browser's own player, for where no scripts run. It tells nobody that something was heard, so the listener may.
fn by_hand(visit: &Visit, song: &Song<'_>) -> Markup {
    let lang = visit.lang;
    let address = format!("/listen/stream/{}", song.id);
    html! {
        div.nojs {
            audio controls preload="none" aria-label=(song.title) {
                source src=(format!("{address}?format=opus")) type="audio/ogg; codecs=opus";
                source src=(format!("{address}?format=mp3"));
            }
            form method="post" action="/listen/said" {
                (csrf(visit))
                input type="hidden" name="id" value=(song.id);
                input type="hidden" name="state" value="heard";
                input type="hidden" name="next" value=(visit.here());
                p.note { (lang.t("listen-by-hand")) }
                p.send { button.plain type="submit" { (lang.t("listen-heard")) } }
            }
        }
    }
}

fn to_list(visit: &Visit, lists: &[playlist::Playlist], song: &str) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action="/listen/lists/add" {
            (csrf(visit))
            input type="hidden" name="song" value=(song);
            div.pair {
                @if !lists.is_empty() {
                    div.field {
                        label for="list" { (lang.t("listen-list-which")) }
                        select #list name="list" {
                            @for list in lists { option value=(list.row.id) { (list.row.name) } }
                            option value="" { (lang.t("listen-list-new")) }
                        }
                    }
                }
                div.field {
                    label for="name" { (lang.t("listen-list-name")) }
                    input #name name="name" maxlength="300" autocomplete="off" required[lists.is_empty()];
                }
            }
            p.send { button.plain type="submit" { (lang.t("listen-list-add")) } }
        }
    }
}
