//! Search and voyage: from any name to recordings of the house, and from one recording to the next, with reasons.

use app::counting::Page;
use app::discovery::{self, Asked, Model, Near, Said, Voyage};
use axum::extract::{Path, Query, State};
use axum::response::Html;
use maud::{Markup, html};
use music::RecordingId;
use serde::Deserialize;
use store::CatalogueRow;

use crate::flaw::{Flaw, speak};
use crate::look::looked;
use crate::visit::Visit;
use crate::{Lang, Web, layout};

/// How many recordings a list shows.
const SHOWN: usize = 20;
/// How many recordings a radio plays.
const RADIO: usize = 30;
/// How far the dial is turned by its two outer places.
const TURNED: f32 = 0.35;

/// What is searched, and how.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Words {
    q: Option<String>,
    near: Option<String>,
    dial: Option<String>,
    seed: Option<u64>,
    to: Option<String>,
    /// Whether whoever asks may listen.
    #[serde(skip)]
    hears: bool,
}

impl Words {
    fn of(self, visit: &Visit) -> Words {
        Words { hears: visit.who.is_some(), ..self }
    }

    fn asked(&self) -> Result<Asked, app::Refusal> {
        let near = self.near.as_deref().map(str::trim).filter(|n| !n.is_empty());
        let local = near.map(str::parse).transpose().map_err(|e: music::place::UnknownPlace| {
            app::Refusal::new("place-unknown", e.to_string(), "write a place such as `FR-42`")
        })?;
        let dial = match self.dial.as_deref() {
            Some("few") => TURNED,
            Some("many") => -TURNED,
            _ => 0.0,
        };
        Ok(Asked { most: SHOWN, local, dial })
    }

    /// The question behind a link, with what was chosen beside it.
    fn link(&self, address: &str) -> String {
        let chosen = [("near", &self.near), ("dial", &self.dial)];
        let parts: Vec<String> = chosen
            .into_iter()
            .filter_map(|(name, value)| value.as_deref().filter(|v| !v.is_empty()).map(|v| (name, v)))
            .map(|(name, value)| format!("{name}={}", coded(value)))
            .collect();
        let joint = if address.contains('?') { "&" } else { "?" };
        if parts.is_empty() { address.to_owned() } else { format!("{address}{joint}{}", parts.join("&")) }
    }
}

/// Percent-encodes what stands in a question.
fn coded(text: &str) -> String {
    let fine = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if fine(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The search page and where it leads.
pub(crate) async fn search(
    State(web): State<Web>,
    visit: Visit,
    Query(words): Query<Words>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let words = words.of(&visit);
    let text: String = words.q.as_deref().unwrap_or_default().trim().chars().take(200).collect();
    let found = match (text.is_empty(), words.asked()) {
        (_, Err(refusal)) => Err(refusal),
        (true, _) => Ok(None),
        (false, Ok(ask)) => match voyage(&web, &text, &ask).await {
            Err(app::Failure::Refused(refusal)) => Err(refusal),
            done => Ok(Some(done?)),
        },
    };
    let title = lang.t("discover-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("discover-what")) }
        (form(&words, &text, lang))
        @match &found {
            Err(refusal) => {
                @let said = speak(refusal, lang);
                (layout::alert(&said.message, &said.hint, said.lang))
            }
            Ok(Some((voyage, trained))) => (led(voyage, *trained, &words, lang)),
            Ok(None) => {}
        }
        p.note { (lang.t("discover-promise")) }
    };
    Ok(layout::page(&visit, &title, &content))
}

async fn voyage(web: &Web, text: &str, ask: &Asked) -> Result<(Voyage, bool), app::Failure> {
    let matching = app::catalogue::open_matching(web.house()).await?;
    let model = discovery::open(web.house()).await?;
    let found = discovery::voyage(web.house(), model.as_ref(), &matching, text, ask).await?;
    Ok((found, model.is_some()))
}

fn form(words: &Words, text: &str, lang: Lang) -> Markup {
    let dial = words.dial.as_deref().unwrap_or_default();
    let near = words.near.as_deref().unwrap_or_default();
    html! {
        form.search method="get" action="/discover" role="search" {
            label for="q" { (lang.t("discover-field")) }
            div.row {
                input #q type="search" name="q" value=(text) maxlength="200" required autocomplete="off" spellcheck="false";
                button type="submit" { (lang.t("search-send")) }
            }
            details.more open[!near.is_empty() || !dial.is_empty()] {
                summary { (lang.t("discover-dials")) }
                div.pair {
                    div.field {
                        label for="near" { (lang.t("discover-near")) }
                        p.hint #near-hint { (lang.t("discover-near-hint")) }
                        input #near name="near" value=(near) maxlength="60" autocomplete="off" spellcheck="false" aria-describedby="near-hint";
                    }
                    div.field {
                        label for="dial" { (lang.t("discover-dial")) }
                        p.hint #dial-hint { (lang.t("discover-dial-hint")) }
                        select #dial name="dial" aria-describedby="dial-hint" {
                            @for (value, key) in [("", "discover-dial-even"), ("few", "discover-dial-few"), ("many", "discover-dial-many")] {
                                option value=(value) selected[value == dial] { (lang.t(key)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn led(voyage: &Voyage, trained: bool, words: &Words, lang: Lang) -> Markup {
    let name = voyage.name.as_str();
    html! {
        @if !voyage.catalogue.is_empty() {
            section aria-labelledby="here" {
                h2 #here { (lang.t("discover-here")) }
                ul.found { @for row in &voyage.catalogue { (one(row, &[], words, lang)) } }
            }
        }
        section aria-labelledby="led" aria-live="polite" {
            h2 #led { (known(voyage, trained, lang)) }
            @if !voyage.spelled_like.is_empty() {
                p { (lang.t("discover-spelled")) " "
                    @for (n, other) in voyage.spelled_like.iter().enumerate() {
                        @if n > 0 { ", " }
                        a href=(words.link(&format!("/discover?q={}", coded(other)))) { (other) }
                    }
                }
            }
            @if voyage.recordings.is_empty() {
                p { (lang.with(if trained { "discover-none" } else { "discover-untrained" }, &[("name", name.into())])) }
            } @else {
                (list(&voyage.recordings, words, lang))
            }
        }
    }
}

fn known(voyage: &Voyage, trained: bool, lang: Lang) -> String {
    let key = match (voyage.known, voyage.recordings.is_empty()) {
        ("here", _) => "discover-known-here",
        ("played", _) => "discover-known-played",
        ("label", _) => "discover-known-label",
        ("tag", _) => "discover-known-tag",
        (_, false) => "discover-known-title",
        _ if !trained => "discover-known-untrained",
        _ => "discover-known-nothing",
    };
    lang.with(key, &[("name", voyage.name.as_str().into())])
}

fn list(found: &[Near], words: &Words, lang: Lang) -> Markup {
    html! { ol.found { @for near in found { (one(&near.row, &near.reasons, words, lang)) } } }
}

fn one(row: &CatalogueRow, reasons: &[Said], words: &Words, lang: Lang) -> Markup {
    let r = &row.recording;
    html! {
        li {
            @if words.hears { a.play href=(format!("/listen/song/{}", r.id)) aria-label=(lang.with("listen-play", &[("title", title(row).into())])) { (crate::pages::listen::rows::sign("play")) } }
            div {
                strong { a href=(words.link(&format!("/recording/{}", r.id))) { (title(row)) } }
                p.soft { (r.artist) @if !r.label.is_empty() { " · " (r.label) } @if let Some(year) = r.year { " · " (year) } }
                @if !reasons.is_empty() {
                    ul.reasons { @for said in reasons { li.known { (in_words(said, lang)) } } }
                }
            }
        }
    }
}

fn title(row: &CatalogueRow) -> String {
    let r = &row.recording;
    if r.version.is_empty() { r.title.clone() } else { format!("{} ({})", r.title, r.version) }
}

fn in_words(said: &Said, lang: Lang) -> &str {
    match lang {
        Lang::En => &said.en,
        Lang::Fr => &said.fr,
    }
}

/// A recording that is out; those that are not are as unknown as those that never were.
async fn row(web: &Web, id: &str) -> Result<CatalogueRow, Flaw> {
    let id: RecordingId = id.parse().map_err(|_| Flaw::NotFound)?;
    discovery::recording(web.house(), &id).await?.ok_or(Flaw::NotFound)
}

/// The page of a recording: what it is, and who else.
pub(crate) async fn recording(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    Query(words): Query<Words>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let row = row(&web, &id).await?;
    looked(&web, &visit, Page::Recording, &row.recording.id).await;
    let words = words.of(&visit);
    let ask = words.asked()?;
    let model = discovery::open(web.house()).await?;
    let near = match &model {
        Some(model) => discovery::similar(web.house(), model, &row.recording.id, &ask).await?,
        None => Vec::new(),
    };
    let r = &row.recording;
    let content = html! {
        h1 { (title(&row)) }
        p.lead { a href=(words.link(&format!("/discover?q={}", coded(&r.artist)))) { (r.artist) } }
        (facts(&row, lang))
        @if r.kind == music::MediaKind::Game { p { a.button href=(format!("/game/{}", r.id)) { (lang.t("game-open")) } } }
        @if words.hears { p { a.button href=(format!("/listen/song/{}", r.id)) { (lang.t("recording-listen")) } } }
        section aria-labelledby="near" {
            h2 #near { (lang.t("recording-near")) }
            @if near.is_empty() { p { (lang.t(if model.is_some() { "recording-none" } else { "discover-known-untrained" })) } }
            @else {
                (list(&near, &words, lang))
                p { a.button href=(words.link(&format!("/recording/{}/radio", r.id))) { (lang.t("recording-radio")) } }
            }
        }
        @if !near.is_empty() { (way_form(r.id.as_str(), lang)) }
        p.note { (lang.t("discover-promise")) }
    };
    Ok(layout::page(&visit, &format!("{} – {}", r.artist, title(&row)), &content))
}

fn facts(row: &CatalogueRow, lang: Lang) -> Markup {
    let r = &row.recording;
    let all = [
        ("recording-album", r.album.clone()),
        ("recording-label", r.label.clone()),
        ("recording-year", r.year.map(|y| y.to_string()).unwrap_or_default()),
        ("recording-length", r.duration_s.map(|s| format!("{}:{:02}", s / 60, s % 60)).unwrap_or_default()),
        ("recording-isrc", r.isrc.as_ref().map(ToString::to_string).unwrap_or_default()),
    ];
    html! {
        dl.facts.dates.recording {
            @for (key, value) in all.iter().filter(|(_, value)| !value.is_empty()) {
                div { dt { (lang.t(key)) } dd { (value) } }
            }
        }
    }
}

fn way_form(id: &str, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="way" {
            h2 #way { (lang.t("way-title")) }
            form method="get" action=(format!("/recording/{id}/path")) {
                label for="to" { (lang.t("way-to")) }
                p.hint #to-hint { (lang.t("way-to-hint")) }
                div.row {
                    input #to name="to" maxlength="200" required autocomplete="off" spellcheck="false" aria-describedby="to-hint";
                    button type="submit" { (lang.t("way-send")) }
                }
            }
        }
    }
}

async fn model(web: &Web) -> Result<Model, Flaw> {
    Ok(discovery::open_or_refuse(web.house()).await?)
}

/// A radio from a recording; the address plays the same again.
pub(crate) async fn radio(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    Query(words): Query<Words>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let row = row(&web, &id).await?;
    let words = words.of(&visit);
    let id = &row.recording.id;
    let seed = words.seed.unwrap_or(1);
    let played = discovery::radio(web.house(), &model(&web).await?, id, seed, RADIO).await?;
    let heading = lang.with("radio-title", &[("title", title(&row).into())]);
    let content = html! {
        h1 { (heading) }
        p.lead { (lang.t("radio-what")) }
        @if played.is_empty() { p { (lang.t("recording-none")) } } @else { (list(&played, &words, lang)) }
        p {
            a.button href=(format!("/recording/{id}/radio?seed={}", seed.wrapping_add(1))) { (lang.t("radio-again")) } " "
            a href=(format!("/recording/{id}")) { (lang.t("radio-back")) }
        }
    };
    Ok(layout::page(&visit, &heading, &content))
}

/// The way from one recording to another.
pub(crate) async fn path(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    Query(words): Query<Words>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let from = row(&web, &id).await?;
    let words = words.of(&visit);
    let wanted: String = words.to.as_deref().unwrap_or_default().trim().chars().take(200).collect();
    let to = match wanted.parse::<RecordingId>() {
        Ok(id) => discovery::recording(web.house(), &id).await?,
        Err(_) if wanted.is_empty() => None,
        Err(_) => voyage(&web, &wanted, &Asked::default()).await?.0.catalogue.into_iter().next(),
    };
    let way = match &to {
        Some(to) => {
            let (from, to) = (&from.recording.id, &to.recording.id);
            discovery::path(web.house(), &model(&web).await?, from, to, 25).await?
        }
        None => Vec::new(),
    };
    let heading = lang.with("path-title", &[("title", title(&from).into())]);
    let content = html! {
        h1 { (heading) }
        @match &to {
            Some(to) => p.lead { (lang.with("path-to", &[("title", title(to).into()), ("artist", to.recording.artist.as_str().into())])) },
            None => p.lead { (lang.with("path-unknown", &[("words", wanted.as_str().into())])) },
        }
        @if !way.is_empty() { (list(&way, &words, lang)) }
        @else if to.is_some() { p { (lang.t("path-none")) } }
        (way_form(from.recording.id.as_str(), lang))
        p { a href=(format!("/recording/{}", from.recording.id)) { (lang.t("radio-back")) } }
    };
    Ok(layout::page(&visit, &heading, &content))
}
