//! Playlists of a member: made, changed, played, and taken along as XSPF, JSPF or M3U.

use app::playlist::{self, Change, Playlist};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use library::Song;
use maud::html;
use serde::Deserialize;
use serde_json::json;

use super::{Ears, csrf, page, rows};
use crate::Web;
use crate::access::Checked;
use crate::flaw::Flaw;
use crate::pages::sign_in::refused;
use crate::visit::Visit;

/// The member's playlists.
pub(crate) async fn list(State(web): State<Web>, visit: Visit, ears: Ears) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let all = playlist::list(web.house(), ears.id()).await?;
    let title = lang.t("listen-lists");
    let content = html! {
        h1 { (title) }
        @if all.is_empty() { p.lead { (lang.t("listen-lists-none")) } } @else {
            ul.lines {
                @for one in &all {
                    li.row-link { a href=(format!("/listen/list/{}", one.row.id)) { span.what { (one.row.name) } span.soft { (lang.with("listen-count", &[("count", one.songs.len().into())])) } } }
                }
            }
        }
        form.sheet method="post" action="/listen/lists" {
            (csrf(&visit))
            div.field { label for="name" { (lang.t("listen-list-name")) } input #name name="name" required maxlength="300" autocomplete="off"; }
            p.send { button type="submit" { (lang.t("listen-list-make")) } }
        }
    };
    Ok(page(&visit, &ears, &title, &content))
}

/// A name for a playlist.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    name: String,
    #[serde(default)]
    comment: String,
}

/// Makes a playlist.
pub(crate) async fn make(
    State(web): State<Web>,
    ears: Ears,
    Checked(form): Checked<Named>,
) -> Result<Redirect, Flaw> {
    let made = playlist::create(web.house(), ears.id(), &form.name, Vec::new()).await?;
    Ok(Redirect::to(&format!("/listen/list/{}", made.row.id)))
}

/// A song for a list: one that is there, or one of this name.
#[derive(Debug, Deserialize)]
pub(crate) struct Add {
    song: String,
    #[serde(default)]
    list: String,
    #[serde(default)]
    name: String,
}

/// Puts a song on a list.
pub(crate) async fn add(
    State(web): State<Web>,
    ears: Ears,
    Checked(form): Checked<Add>,
) -> Result<Redirect, Flaw> {
    let song = ears.library().song_by_id(&form.song).ok_or(Flaw::NotFound)?.id.to_owned();
    let list = if form.list.is_empty() || !form.name.trim().is_empty() {
        playlist::create(web.house(), ears.id(), &form.name, vec![song]).await?
    } else {
        let change = Change { add: vec![song], ..Change::default() };
        playlist::change(web.house(), ears.id(), &form.list, change).await?
    };
    Ok(Redirect::to(&format!("/listen/list/{}", list.row.id)))
}

/// One playlist.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Path(id): Path<String>,
) -> Result<Response, Flaw> {
    let list = playlist::one(web.house(), ears.id(), &id).await?;
    Ok(shown(&visit, &ears, &list, None))
}

fn shown(visit: &Visit, ears: &Ears, list: &Playlist, refusal: Option<&app::Refusal>) -> Response {
    let lang = visit.lang;
    let there: Vec<(usize, Song<'_>)> = (list.songs.iter().enumerate())
        .filter_map(|(place, id)| Some((place, ears.library().song_by_id(id)?)))
        .collect();
    let gone = list.songs.len() - there.len();
    let address = format!("/listen/list/{}", list.row.id);
    let content = html! {
        h1 { (list.row.name) }
        (refused(visit, refusal))
        @if !list.row.comment.is_empty() { p.lead { (list.row.comment) } }
        p.acts { @if !there.is_empty() { a.button.all.js href="#" { (lang.t("listen-all")) } } }
        @if there.is_empty() { p { (lang.t("listen-list-empty")) } }
        @if gone > 0 { p.note { (lang.with("listen-list-gone", &[("count", gone.into())])) } }
        form #out method="post" action=(format!("{address}/out")) { (csrf(visit)) }
        ol.songs {
            @for (place, song) in &there {
                (rows::row(visit, ears, song, Some(&html! {
                    button.sign type="submit" form="out" name="place" value=(place) aria-label=(lang.with("listen-list-out", &[("title", song.title.into())])) { "×" }
                })))
            }
        }
        section aria-labelledby="take" {
            h2 #take { (lang.t("listen-list-take")) }
            p { a href=(format!("{address}/xspf")) download { "XSPF" } " · " a href=(format!("{address}/jspf")) download { "JSPF" } " · " a href=(format!("{address}/m3u")) download { "M3U" } }
        }
        details.more {
            summary { (lang.t("listen-list-change")) }
            form.sheet method="post" action=(format!("{address}/name")) {
                (csrf(visit))
                div.field { label for="name" { (lang.t("listen-list-name")) } input #name name="name" value=(list.row.name) required maxlength="300" autocomplete="off"; }
                div.field { label for="comment" { (lang.t("listen-list-words")) } input #comment name="comment" value=(list.row.comment) maxlength="2000" autocomplete="off"; }
                p.send { button.plain type="submit" { (lang.t("account-save")) } }
            }
            form method="post" action=(format!("{address}/drop")) { (csrf(visit)) button.plain type="submit" { (lang.t("listen-list-drop")) } }
        }
    };
    page(visit, ears, &list.row.name, &content)
}

/// Which place of a list to take out.
#[derive(Debug, Deserialize)]
pub(crate) struct Out {
    place: usize,
}

/// Takes a song off a list.
pub(crate) async fn out(
    State(web): State<Web>,
    ears: Ears,
    Path(id): Path<String>,
    Checked(form): Checked<Out>,
) -> Result<Redirect, Flaw> {
    let change = Change { out: vec![form.place], ..Change::default() };
    playlist::change(web.house(), ears.id(), &id, change).await?;
    Ok(Redirect::to(&format!("/listen/list/{id}")))
}

/// Names a list anew.
pub(crate) async fn name(
    State(web): State<Web>,
    visit: Visit,
    ears: Ears,
    Path(id): Path<String>,
    Checked(form): Checked<Named>,
) -> Result<Response, Flaw> {
    let change = Change { name: Some(form.name), comment: Some(form.comment), ..Change::default() };
    match playlist::change(web.house(), ears.id(), &id, change).await {
        Err(app::Failure::Refused(refusal)) => {
            let list = playlist::one(web.house(), ears.id(), &id).await?;
            Ok(shown(&visit, &ears, &list, Some(&refusal)))
        }
        done => {
            done?;
            Ok(Redirect::to(&format!("/listen/list/{id}")).into_response())
        }
    }
}

/// That a form of nothing but its button was pressed.
#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

/// Deletes a list.
pub(crate) async fn drop(
    State(web): State<Web>,
    ears: Ears,
    Path(id): Path<String>,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Redirect, Flaw> {
    playlist::delete(web.house(), ears.id(), &id).await?;
    Ok(Redirect::to("/listen/lists"))
}

/// A list in an open format.
pub(crate) async fn file(
    State(web): State<Web>,
    ears: Ears,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    let list = playlist::one(web.house(), ears.id(), &id).await?;
    let songs: Vec<Song<'_>> = list.songs.iter().filter_map(|id| ears.library().song_by_id(id)).collect();
    let (kind, text) = match format.as_str() {
        "xspf" => ("application/xspf+xml", xspf(&ears, &list, &songs)),
        "jspf" => ("application/json", jspf(&ears, &list, &songs)),
        "m3u" => ("audio/x-mpegurl", m3u(&list, &songs)),
        _ => return Err(Flaw::NotFound),
    };
    let saved =
        format!("attachment; filename=\"playlist.{}\"", if format == "m3u" { "m3u8" } else { &format });
    Ok(([("content-type", kind), ("content-disposition", saved.as_str())], text).into_response())
}

fn album<'a>(ears: &'a Ears, song: &Song<'a>) -> &'a str {
    ears.library().album(song.album).filter(|a| !a.singles).map_or("", |a| a.name)
}

fn identifiers(song: &Song<'_>) -> Vec<String> {
    let isrc = (!song.isrc.is_empty()).then(|| format!("urn:isrc:{}", song.isrc));
    let mbid = (!song.mbid.is_empty()).then(|| format!("https://musicbrainz.org/recording/{}", song.mbid));
    isrc.into_iter().chain(mbid).collect()
}

fn jspf(ears: &Ears, list: &Playlist, songs: &[Song<'_>]) -> String {
    let tracks = songs.iter().map(|s| {
        json!({ "title": s.title, "creator": s.credit, "album": album(ears, s),
                "duration": u64::from(s.seconds) * 1_000, "identifier": identifiers(s) })
    });
    let whole = json!({ "playlist": {
        "title": list.row.name, "annotation": list.row.comment, "date": list.row.created.to_string(),
        "track": tracks.collect::<Vec<_>>(),
    } });
    format!("{whole:#}\n")
}

fn xspf(ears: &Ears, list: &Playlist, songs: &[Song<'_>]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n",
    );
    out += &format!("  <title>{}</title>\n", escaped(&list.row.name));
    if !list.row.comment.is_empty() {
        out += &format!("  <annotation>{}</annotation>\n", escaped(&list.row.comment));
    }
    out += &format!("  <date>{}</date>\n  <trackList>\n", list.row.created);
    for song in songs {
        out += "    <track>";
        for id in identifiers(song) {
            out += &format!("<identifier>{}</identifier>", escaped(&id));
        }
        out += &format!("<title>{}</title><creator>{}</creator>", escaped(song.title), escaped(song.credit));
        let name = album(ears, song);
        if !name.is_empty() {
            out += &format!("<album>{}</album>", escaped(name));
        }
        out += &format!("<duration>{}</duration></track>\n", u64::from(song.seconds) * 1_000);
    }
    out + "  </trackList>\n</playlist>\n"
}

fn m3u(list: &Playlist, songs: &[Song<'_>]) -> String {
    let line = |text: &str| text.replace(['\r', '\n'], " ");
    let mut out = format!("#EXTM3U\n#PLAYLIST:{}\n", line(&list.row.name));
    for song in songs {
        let what = line(&format!("{} - {}", song.credit, song.title));
        out += &format!("#EXTINF:{},{what}\n{}\n", song.seconds, what.replace(['/', '\\'], "_"));
    }
    out
}

/// Text as it stands in XML; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
