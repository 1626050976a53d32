//! Selections as everybody sees them: the list, one with where to listen, in a frame of another site, and on a kiosk.

use app::counting::Page;
use app::selection::{self, Selection};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::flaw::Flaw;
use crate::frame::{FramedBy, Scripted};
use crate::look::looked;
use crate::pages::{assets, place};
use crate::visit::Visit;
use crate::{Lang, Web, layout};

/// Seconds that a kiosk shows a selection before the next.
const KIOSK_S: u32 = 45;

/// All selections that are shown now.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let all = selection::list(web.house(), None, true).await?;
    let title = lang.t("selections-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("selections-what")) }
        @if all.is_empty() { p { (lang.t("selections-none")) } }
        (cards(&all, lang))
        p { a href="/places" { (lang.t("places-title")) } }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// Selections as links with their pictures.
pub(crate) fn cards(all: &[Selection], lang: Lang) -> Markup {
    html! {
        ul.cards {
            @for s in all {
                li {
                    a href=(format!("/selection/{}", s.row.slug)) {
                        (picture(s))
                        strong lang=(s.row.lang) { (s.row.title) }
                        (paid(s))
                        span.soft { (s.institution.name) " · " (lang.with("selection-count", &[("count", s.items.len().into())])) }
                    }
                }
            }
        }
    }
}

/// What a brand paid for says so, wherever it stands.
pub(crate) fn paid(s: &Selection) -> Markup {
    html! { @if let Some((label, brand)) = &s.paid { span.tag lang=(s.row.lang) { (label) " · " (brand) } } }
}

fn picture(s: &Selection) -> Markup {
    html! {
        @if let Some((alt, _, hash)) = &s.picture {
            img src=(format!("/selection/{}/picture/{hash}", s.row.slug)) alt=(alt) lang=(s.row.lang) loading="lazy";
        }
    }
}

/// One selection: what it is, and where to listen.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Flaw> {
    let s = selection::public(web.house(), &slug).await?;
    if let Some(first) = s.items.first() {
        looked(&web, &visit, Page::Selection(&s.row.slug), &first.recording).await;
    }
    let partner = place::partner_of(&web, &s.institution).await?;
    let events = selection::happenings(web.house(), s.institution.row.party.as_str()).await?;
    let lang = visit.lang;
    let content = html! {
        (article(&s, lang))
        (place::how_to_get_in(&partner, lang))
        (place::agenda(&events, lang))
    };
    Ok(layout::page(&visit, &s.row.title, &content).into_response())
}

/// A selection as its institution sees it before anybody else does.
pub(crate) fn article(s: &Selection, lang: Lang) -> Markup {
    html! {
        article.selection {
            p.from { a href=(format!("/places/{}", s.institution.row.slug)) { (s.institution.name) } }
            h1 lang=(s.row.lang) { (s.row.title) }
            (paid(s))
            @if !s.curators.is_empty() { p.soft { (lang.with("selection-by", &[("names", s.curators.join(", ").into())])) } }
            @if let Some((_, credit, _)) = &s.picture {
                figure { (picture(s)) @if !credit.is_empty() { figcaption.hint { (lang.with("picture-credit", &[("name", credit.as_str().into())])) } } }
            }
            div.words lang=(s.row.lang) { @for p in paragraphs(&s.row.words) { p { (p) } } }
            (items(s, lang))
        }
    }
}

fn items(s: &Selection, lang: Lang) -> Markup {
    html! {
        ol.chosen {
            @for item in &s.items {
                li {
                    p { strong { (item.title) } " " span.soft { (item.artist) } @if item.local { " " span.tag { (lang.t("selection-local")) } } }
                    @if !item.words.is_empty() { p.words lang=(s.row.lang) { (item.words) } }
                }
            }
        }
    }
}

fn paragraphs(words: &str) -> Vec<&str> {
    words.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).collect()
}

/// The picture of a selection; another address for each content.
pub(crate) async fn image(
    State(web): State<Web>,
    Path((slug, hash)): Path<(String, String)>,
) -> Result<Response, Flaw> {
    let picture = selection::picture(web.house(), &slug).await?.filter(|p| p.hash == hash);
    let picture = picture.ok_or(Flaw::NotFound)?;
    let headers =
        [(CONTENT_TYPE, picture.kind), (CACHE_CONTROL, "public, max-age=86400, immutable".to_owned())];
    Ok((headers, picture.bytes).into_response())
}

/// A selection inside a page of the institution's own site: no ways around, no forms, no cookies.
pub(crate) async fn embed(
    State(web): State<Web>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Flaw> {
    let s = selection::public(web.house(), &slug).await?;
    let lang = if s.row.lang == "fr" { Lang::Fr } else { Lang::En };
    let content = html! {
        article.selection {
            h1 { a href=(format!("/selection/{}", s.row.slug)) target="_blank" rel="noopener" { (s.row.title) } }
            (paid(&s))
            (picture(&s))
            (items(&s, lang))
            p.soft { (s.institution.name) " · " (lang.t("house")) }
        }
    };
    let mut response = Html(alone(&s.row.title, "embed", lang, &content)).into_response();
    response.extensions_mut().insert(FramedBy(s.institution.row.frames.clone()));
    let _ = visit;
    Ok(response)
}

/// A kiosk's screen: an institution's selections one after the other, large, without a way out.
pub(crate) async fn kiosk(
    State(web): State<Web>,
    visit: Visit,
    Path((slug, turn)): Path<(String, usize)>,
) -> Result<Response, Flaw> {
    let place = app::institution::one(web.house(), &slug).await?;
    let all = selection::list(web.house(), Some(place.row.party.as_str()), true).await?;
    let lang = visit.lang;
    let next = format!("/kiosk/{}/{}", place.row.slug, (turn + 1) % all.len().max(1));
    let shown = all.get(turn % all.len().max(1));
    let content = html! {
        @match shown {
            Some(s) => {
                article.selection {
                    p.from { (place.name) }
                    h1 lang=(s.row.lang) { (s.row.title) }
                    (paid(s))
                    @if !s.curators.is_empty() { p.soft { (lang.with("selection-by", &[("names", s.curators.join(", ").into())])) } }
                    (picture(s))
                    (items(s, lang))
                }
                nav.acts aria-label=(lang.t("kiosk-turn")) {
                    a.button #next href=(&next) data-seconds=(KIOSK_S) { (lang.t("kiosk-next")) }
                    button.plain #hold type="button" hidden data-stop=(lang.t("kiosk-hold")) data-go=(lang.t("kiosk-go")) {}
                }
                script src=(assets::turn_address()) defer {}
            }
            None => { h1 { (place.name) } p.lead { (lang.t("selections-none")) } }
        }
    };
    Ok((Extension(Scripted), Html(alone(&place.name, "kiosk", lang, &content))).into_response())
}

/// The first screen of a kiosk.
pub(crate) async fn kiosk_first(
    state: State<Web>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Flaw> {
    kiosk(state, visit, Path((slug, 0))).await
}

fn alone(title: &str, class: &str, lang: Lang, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(assets::style_address());
            }
            body class=(class) { main { (content) } }
        }
    }
    .into_string()
}
