//! Partner places: the directory with its map, "ask mine to subscribe", and the public page of each.

use app::institution::{self, Institution};
use app::partner::{self, Partner};
use app::selection;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::access::Checked;
use crate::flaw::Flaw;
use crate::form::short;
use crate::visit::Visit;
use crate::{Lang, Web, layout, map, show};

/// The directory.
pub(crate) async fn directory(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let partners = partner::directory(web.house()).await?;
    let places = partner::places(web.house()).await?;
    let wishes = partner::wishes(web.house(), false).await?;
    let title = lang.t("places-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("places-what")) }
        @if partners.is_empty() { p { (lang.t("places-none")) } } @else {
            (map::of(&partners, lang))
            ul.found.partners { @for p in &partners { (entry(p, lang)) } }
        }
        p { a href="/selections" { (lang.t("selections-all")) } }
        section aria-labelledby="wish" {
            h2 #wish { (lang.t("wish-title")) }
            @if visit.query.split('&').any(|q| q == "asked=1") { p.kept role="status" { (lang.t("wish-kept")) } }
            p.note { (lang.t("wish-what")) }
            @if places.is_empty() { p { (lang.t("wish-none")) } } @else {
                form.sheet method="post" action="/places/wish" {
                    input type="hidden" name="csrf" value=(visit.token());
                    div.field {
                        label for="place" { (lang.t("wish-place")) }
                        select #place name="place" required {
                            option value="" { (lang.t("wish-choose")) }
                            @for (code, name) in &places { option value=(code) { (name) } }
                        }
                    }
                    div.send { button { (lang.t("wish-send")) } }
                }
            }
            @if !wishes.is_empty() {
                h3 { (lang.t("wish-most")) }
                table.facts { @for (_, name, count) in &wishes { tr { th scope="row" { (name) } td { (show::number(*count, lang)) } } } }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn entry(p: &Partner, lang: Lang) -> Markup {
    let i = &p.institution;
    html! {
        li {
            div {
                strong { a href=(format!("/places/{}", i.row.slug)) { (i.name) } }
                p.soft { (lang.t(&format!("institution-{}", i.row.kind))) " · " (i.row.town) (access(p, lang)) }
            }
        }
    }
}

fn access(p: &Partner, lang: Lang) -> String {
    let key = match (p.open, p.home, p.on_site) {
        (false, ..) => "access-not-now",
        (_, true, true) => "access-both",
        (_, true, false) => "access-home",
        _ => "access-on-site",
    };
    format!(" · {}", lang.t(key))
}

/// A wish.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    place: String,
}

/// Counts a wish, and nothing about who made it.
pub(crate) async fn wish(State(web): State<Web>, Checked(wish): Checked<Wish>) -> Result<Redirect, Flaw> {
    partner::wish(web.house(), &short(&wish.place)).await?;
    Ok(Redirect::to("/places?asked=1#wish"))
}

/// Where a form was loaded again by its address.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/places")
}

/// An institution as everybody sees it; who is not in the directory has no page.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let partners = partner::directory(web.house()).await?;
    let Some(p) = partners.iter().find(|p| p.institution.row.slug == slug) else {
        return Err(Flaw::NotFound);
    };
    let i = &p.institution;
    let selections = selection::list(web.house(), Some(i.row.party.as_str()), true).await?;
    let events = selection::happenings(web.house(), i.row.party.as_str()).await?;
    let content = html! {
        p.from { (lang.t(&format!("institution-{}", i.row.kind))) }
        h1 { (i.name) }
        (how_to_get_in(p, lang))
        section aria-labelledby="selections" {
            h2 #selections { (lang.t("selections-title")) }
            @if selections.is_empty() { p { (lang.t("selections-none")) } }
            (crate::pages::selection::cards(&selections, lang))
        }
        (agenda(&events, lang))
    };
    Ok(layout::page(&visit, &i.name, &content).into_response())
}

/// What to do to listen: where it is, and what its members get.
pub(crate) fn how_to_get_in(p: &Partner, lang: Lang) -> Markup {
    html! {
        section.access aria-labelledby="access" {
            h2 #access { (lang.t("access-title")) }
            p { (lang.t(if !p.open { "access-what-none" } else if p.home { "access-what-home" } else { "access-what-on-site" })) }
            (address(&p.institution, lang))
            @if p.open { p { a.button href=(format!("/enter/{}", p.institution.row.slug)) { (lang.t("access-enter")) } } }
        }
    }
}

pub(crate) fn address(i: &Institution, lang: Lang) -> Markup {
    let town = format!("{} {}", i.row.postcode, i.row.town);
    html! {
        address {
            (i.name) br;
            @if !i.row.street.is_empty() { (i.row.street) br; }
            (town.trim())
            @if !i.row.url.is_empty() { br; a href=(i.row.url) rel="noopener" { (lang.t("access-site")) } }
        }
    }
}

pub(crate) fn agenda(events: &[store::AgendaRow], lang: Lang) -> Markup {
    html! {
        @if !events.is_empty() {
            section aria-labelledby="agenda" {
                h2 #agenda { (lang.t("agenda-title")) }
                ul.found {
                    @for e in events {
                        li { div {
                            strong { @if e.url.is_empty() { (e.title) } @else { a href=(e.url) rel="noopener" { (e.title) } } }
                            p.soft { time datetime=(e.day.to_string()) { (show::day(e.day, lang)) } @if !e.words.is_empty() { " · " (e.words) } }
                        } }
                    }
                }
            }
        }
    }
}

/// The partner an institution is, for pages that say how to get in.
pub(crate) async fn partner_of(web: &Web, i: &Institution) -> Result<Partner, Flaw> {
    let known = partner::directory(web.house()).await?;
    let found = known.into_iter().find(|p| p.institution.row.party == i.row.party);
    let standing = institution::seats(web.house(), i.row.party.as_str()).await?;
    Ok(found.unwrap_or(Partner {
        institution: i.clone(),
        open: standing.is_some(),
        on_site: true,
        home: false,
    }))
}
