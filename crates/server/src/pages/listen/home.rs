//! The first page of a member, and searching.

use app::counting;
use app::selection;
use app::shelf::ItemKind;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use library::{AlbumOrder, Page};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Ears, page, rows};
use crate::flaw::Flaw;
use crate::pages::selection::paid;
use crate::visit::Visit;
use crate::{Lang, Web};

/// Albums on the first page, and on one page of all.
const NEWEST: usize = 8;
const ALBUMS: usize = 40;
/// Songs of a short list, and of a search.
const FEW: usize = 5;
const FOUND: usize = 25;

/// The ways from here: address and text.
const WAYS: [(&str, &str); 6] = [
    ("/listen/favourites", "listen-favourites"),
    ("/listen/lists", "listen-lists"),
    ("/listen/history", "listen-history"),
    ("/discover", "listen-voyage"),
    ("/listen/players", "listen-players"),
    ("/listen/money", "listen-money"),
];

/// The first page.
pub(crate) async fn show(State(web): State<Web>, visit: Visit, ears: Ears) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let library = ears.library();
    let newest = library.albums(AlbumOrder::Newest, Page { count: NEWEST, offset: 0 });
    let place = &ears.at.listener.institution;
    let chosen = selection::list(web.house(), Some(place), true).await.unwrap_or_default();
    let recent = recent(&ears, FEW);
    let title = lang.t("listen-title");
    let content = html! {
        h1 { (title) }
        (search_form("", lang))
        @if library.songs().len() == 0 { p { (lang.t("listen-empty")) } }
        @if !recent.is_empty() {
            section aria-labelledby="recent" { h2 #recent { (lang.t("listen-recent")) } (rows::numbered(&visit, &ears, &recent)) }
        }
        @if !chosen.is_empty() {
            section aria-labelledby="chosen" {
                h2 #chosen { (lang.t("listen-chosen")) }
                ul.cards {
                    @for s in &chosen {
                        li { a href=(format!("/listen/selection/{}", s.row.slug)) {
                            strong lang=(s.row.lang) { (s.row.title) }
                            (paid(s))
                            span.soft { (s.institution.name) " · " (lang.with("selection-count", &[("count", s.items.len().into())])) }
                        } }
                    }
                }
            }
        }
        @if !newest.is_empty() {
            section aria-labelledby="newest" {
                h2 #newest { (lang.t("listen-newest")) }
                (rows::albums(library.all_albums(&newest)))
                p { a href="/listen/albums" { (lang.t("listen-albums-all")) } }
            }
        }
        section aria-labelledby="yours" {
            h2.quiet #yours { (lang.t("listen-yours")) }
            ul.doors { @for (address, key) in WAYS { li { a href=(address) { strong { (lang.t(key)) } span { (lang.t(&format!("{key}-short"))) } } } } }
        }
        p.note { (lang.t("listen-private")) }
    };
    Ok(page(&visit, &ears, &title, &content))
}

/// What was played last, the latest first.
pub(crate) fn recent(ears: &Ears, most: usize) -> Vec<library::SongNo> {
    let mut all: Vec<(Timestamp, library::SongNo)> = ears
        .kept
        .shelf
        .plays
        .iter()
        .filter_map(|(id, (_, last))| Some((*last, ears.library().song_by_id(id)?.no)))
        .collect();
    all.sort_by(|a, b| b.cmp(a));
    all.into_iter().take(most).map(|(_, no)| no).collect()
}

/// The form to search with.
pub(crate) fn search_form(text: &str, lang: Lang) -> Markup {
    html! {
        form.search method="get" action="/listen/search" role="search" {
            label for="q" { (lang.t("listen-search")) }
            div.row {
                input #q type="search" name="q" value=(text) maxlength="200" required autocomplete="off" spellcheck="false";
                button type="submit" { (lang.t("search-send")) }
            }
        }
    }
}

/// What is searched.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Words {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
}

/// What a search found in the library; past it, the voyage.
pub(crate) async fn search(visit: Visit, ears: Ears, Query(words): Query<Words>) -> Response {
    let lang = visit.lang;
    let text: String = words.q.trim().chars().take(200).collect();
    let library = ears.library();
    let part = |count| Page { count, offset: 0 };
    let (mut artists, mut albums, mut songs) = (Vec::new(), Vec::new(), Vec::new());
    if !text.is_empty() {
        artists = library.search_artists(&text, part(8));
        albums = library.search_albums(&text, part(8));
        songs = library.search_songs(&text, part(FOUND));
    }
    let none = artists.is_empty() && albums.is_empty() && songs.is_empty();
    let title = if text.is_empty() {
        lang.t("listen-search")
    } else {
        lang.with("listen-found", &[("words", text.as_str().into())])
    };
    let voyage = format!("/discover?q={}", crate::show::query_word(&text));
    let content = html! {
        h1 { (title) }
        (search_form(&text, lang))
        @if none && !text.is_empty() { p { (lang.t("listen-found-nothing")) } }
        @if !artists.is_empty() {
            section aria-labelledby="artists" { h2 #artists { (lang.t("listen-artists")) } (rows::artists(artists.iter().filter_map(|no| library.artist(*no)))) }
        }
        @if !songs.is_empty() {
            section aria-labelledby="songs" { h2 #songs { (lang.t("listen-songs")) } (rows::numbered(&visit, &ears, &songs)) }
        }
        @if !albums.is_empty() {
            section aria-labelledby="albums" { h2 #albums { (lang.t("listen-albums")) } (rows::albums(library.all_albums(&albums))) }
        }
        @if !text.is_empty() { p { a.button.plain href=(voyage) { (lang.with("listen-voyage-from", &[("words", text.as_str().into())])) } } }
    };
    page(&visit, &ears, &title, &content)
}

/// All albums, the newest first.
pub(crate) async fn albums(visit: Visit, ears: Ears, Query(words): Query<Words>) -> Response {
    let lang = visit.lang;
    let library = ears.library();
    let at = words.page.min(1_000_000);
    let all =
        library.albums(AlbumOrder::Newest, Page { count: ALBUMS + 1, offset: at.saturating_mul(ALBUMS) });
    let shown = all.get(..ALBUMS.min(all.len())).unwrap_or_default();
    let title = lang.t("listen-albums-title");
    let content = html! {
        h1 { (title) }
        (rows::albums(library.all_albums(shown)))
        @if shown.is_empty() { p { (lang.t("listen-empty")) } }
        nav.pages aria-label=(lang.t("listen-pages")) {
            @if at > 0 { a href=(format!("/listen/albums?page={}", at - 1)) rel="prev" { (lang.t("listen-newer")) } " " }
            @if all.len() > ALBUMS { a href=(format!("/listen/albums?page={}", at + 1)) rel="next" { (lang.t("listen-older")) } }
        }
    };
    page(&visit, &ears, &title, &content)
}

/// What the member keeps.
pub(crate) async fn favourites(visit: Visit, ears: Ears) -> Response {
    let lang = visit.lang;
    let library = ears.library();
    let mut stars: Vec<_> = ears.kept.shelf.stars.iter().collect();
    stars.sort_by(|a, b| b.1.1.cmp(&a.1.1).then(a.0.cmp(b.0)));
    let of = |kind: ItemKind| {
        stars.iter().filter(move |(_, (k, _))| *k == kind).map(|(id, _)| id.as_str()).collect::<Vec<&str>>()
    };
    let songs: Vec<_> =
        of(ItemKind::Song).into_iter().filter_map(|id| library.song_by_id(id)).take(200).collect();
    let albums: Vec<_> =
        of(ItemKind::Album).into_iter().filter_map(|id| library.album_by_id(id)).take(60).collect();
    let artists: Vec<_> =
        of(ItemKind::Artist).into_iter().filter_map(|id| library.artist_by_id(id)).take(200).collect();
    let title = lang.t("listen-favourites");
    let content = html! {
        h1 { (title) }
        @if stars.is_empty() { p.lead { (lang.t("listen-favourites-none")) } }
        @if !artists.is_empty() { section aria-labelledby="artists" { h2 #artists { (lang.t("listen-artists")) } (rows::artists(artists.into_iter())) } }
        @if !songs.is_empty() { section aria-labelledby="songs" { h2 #songs { (lang.t("listen-songs")) } (rows::songs(&visit, &ears, songs.into_iter())) } }
        @if !albums.is_empty() { section aria-labelledby="albums" { h2 #albums { (lang.t("listen-albums")) } (rows::albums(albums.into_iter())) } }
    };
    page(&visit, &ears, &title, &content)
}

/// A selection of an institution, to be played.
pub(crate) async fn chosen(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Path(slug): Path<String>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let s = selection::public(web.house(), &slug).await?;
    ears.looked(&web, counting::Page::Selection(&s.row.slug), s.items.first().map(|i| i.recording.as_str()))
        .await;
    let there: Vec<_> =
        s.items.iter().filter_map(|i| ears.library().song_by_id(i.recording.as_str())).collect();
    let content = html! {
        p.from { (s.institution.name) }
        h1 lang=(s.row.lang) { (s.row.title) }
        (paid(&s))
        @if !s.curators.is_empty() { p.soft { (lang.with("selection-by", &[("names", s.curators.join(", ").into())])) } }
        @if there.len() < s.items.len() { p.note { (lang.with("listen-chosen-missing", &[("count", (s.items.len() - there.len()).into())])) } }
        (rows::songs(&visit, &ears, there.into_iter()))
        p { a href=(format!("/selection/{}", s.row.slug)) { (lang.t("listen-chosen-words")) } }
    };
    Ok(page(&visit, &ears, &s.row.title, &content))
}
