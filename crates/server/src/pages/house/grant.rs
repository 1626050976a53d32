//! Sessions for emerging artists: given from the solidarity fund by an open draw, each with its selection log.

use app::brief::field;
use app::session::Need;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::{refused, way_back};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::pages::invoice::file;
use crate::visit::Visit;
use crate::{Web, form, layout, show as words};

/// Sessions to give.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Give {
    amount: String,
    count: String,
    #[serde(default)]
    place: String,
}

/// What the fund holds, a form, and what was given.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    page(&web, &visit, &Give { count: "1".to_owned(), ..Give::default() }, None).await
}

async fn page(
    web: &Web,
    visit: &Visit,
    typed: &Give,
    refusal: Option<&app::Refusal>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let fund = field::fund(web.house()).await?;
    let given = field::published_grants(web.house()).await?;
    let title = lang.t("house-grants");
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        p.lead { (lang.t("grants-what")) }
        (refused(visit, refusal))
        table.facts { tr.total { th scope="row" { (lang.t("grants-fund")) } td { (words::money(fund, lang)) } } }
        form.sheet method="post" action="/house/grants" {
            input type="hidden" name="csrf" value=(visit.token());
            div.pair {
                div.field { label for="amount" { (lang.t("grants-amount")) } input #amount name="amount" required inputmode="decimal" maxlength="40" value=(typed.amount); }
                div.field { label for="count" { (lang.t("grants-count")) } input #count name="count" required inputmode="numeric" maxlength="4" value=(typed.count); }
            }
            div.field { label for="place" { (lang.t("grants-place")) } p.hint { (lang.t("grants-place-hint")) } input #place name="place" maxlength="40" value=(typed.place); }
            div.send { button type="submit" { (lang.t("grants-give")) } }
            p.note { (lang.t("grants-draw")) }
        }
        section aria-labelledby="given" { h2 #given { (lang.t("field-sessions")) }
            @if given.is_empty() { p { (lang.t("field-sessions-none")) } }
            ul.ledger { @for g in &given { li { (one(visit, g)) } } }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn one(visit: &Visit, g: &field::Granted) -> Markup {
    let lang = visit.lang;
    html! { details {
        summary { span.what { (g.artist) br; span.soft { (words::iso_day(&g.day, lang)) } } span.amount { (words::money(g.amount, lang)) } }
        div.inside {
            p { (lang.with("field-session-choice", &[("candidates", g.candidates.into()), ("given", g.given.into())])) @if !g.place.is_empty() { " (" (g.place) ")" } }
            p { a href=(format!("/house/grants/{}/log", g.id)) { (lang.t("grants-log")) } }
            p.small translate="no" { "SHA-256 " (g.hash) }
        }
    } }
}

/// Gives sessions.
pub(crate) async fn give(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(typed): Checked<Give>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    asker.require_fresh_second_factor(&web)?;
    let count = typed.count.trim().parse().unwrap_or(0);
    let done = match form::amount(&typed.amount, money::Currency::EUR) {
        Ok(amount) => {
            let ask = field::Give { amount, count, place: typed.place.clone(), by: asker.by() };
            field::give(web.house(), ask).await.map(drop)
        }
        Err(refusal) => Err(app::Failure::Refused(refusal)),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/house/grants").into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = page(&web, &visit, &typed, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The selection log of a session, for the house.
pub(crate) async fn log(State(web): State<Web>, Path(grant): Path<String>) -> Result<Response, Flaw> {
    let log = field::selection_log(web.house(), &grant, true).await?;
    Ok(file("application/json", &format!("{grant}.json"), log.into_bytes()))
}
