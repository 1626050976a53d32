//! Thanks: a producer to whoever played them and shows it.

use app::thanks::{self, Played, Say};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use music::SetListId;
use serde::Deserialize;

use super::house::{day, refused};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// How many sets are listed, and how many titles of each.
const SHOWN: usize = 100;
const TITLES: usize = 6;

/// Thanks as a form has it.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    set: String,
    #[serde(default)]
    words: String,
}

/// The sets that a party can thank for.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, &party, None).await
}

async fn whole(
    web: &Web,
    visit: &Visit,
    party: &str,
    refusal: Option<&app::Refusal>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let mut tx = web.house().store.begin_read().await?;
    let record = app::party::find(&mut tx, party).await?.party;
    drop(tx);
    let all = thanks::played(web.house(), &record.id).await?;
    let title = lang.t("thanks-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("thanks-what")) }
        (refused(visit, refusal))
        @if all.is_empty() { p { (lang.t("thanks-none")) } }
        ul.found { @for one in all.iter().take(SHOWN) { (set(visit, party, one)) } }
        p.note { (lang.t("thanks-note")) }
    };
    Ok(layout::page(visit, &title, &content))
}

fn set(visit: &Visit, party: &str, one: &Played) -> Markup {
    let lang = visit.lang;
    let id = one.set_list.as_str();
    html! {
        li {
            div {
                strong { @match &one.performer { Some(name) => (name), None => (lang.t("thanks-a-dj")) } }
                p.soft { (one.titles.iter().take(TITLES).cloned().collect::<Vec<_>>().join(" · ")) @if one.titles.len() > TITLES { " · …" } }
                @if let Some(said) = &one.thanked { p { (lang.with("thanks-said-on", &[("day", day(said.said, lang).into())])) @if !said.words.is_empty() { " " (show::quoted(&said.words, lang)) } } }
            }
            @if one.thanked.is_none() {
                form method="post" action=(format!("/thanks/{party}")) {
                    input type="hidden" name="csrf" value=(visit.token());
                    input type="hidden" name="set" value=(id);
                    label for=(format!("w-{id}")) { (lang.t("thanks-words")) }
                    div.row { input id=(format!("w-{id}")) name="words" maxlength=(thanks::MOST) autocomplete="off"; button type="submit" { (lang.t("thanks-send")) } }
                }
            }
        }
    }
}

/// Says thanks.
pub(crate) async fn say(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path(party): Path<String>,
    Checked(said): Checked<Said>,
) -> Result<Response, Flaw> {
    let ask = Say { from: party.clone(), set_list: said.set, words: said.words, by: asker.by() };
    match thanks::say(web.house(), ask).await {
        Ok(row) => Ok(Redirect::to(&format!("/thanks/{}", row.from)).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(&web, &visit, &party, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The thanks that came for a set, beside it.
pub(crate) async fn beside(web: &Web, list: &SetListId, lang: Lang) -> Result<Markup, Flaw> {
    let all = thanks::for_set(web.house(), list).await?;
    Ok(html! {
        @if !all.is_empty() {
            section aria-labelledby="thanks" {
                h2 #thanks { (lang.with("thanks-got", &[("count", all.len().into())])) }
                ul.found { @for (name, said) in &all { li { div { strong { (name) } p.soft { (day(said.said, lang)) } @if !said.words.is_empty() { p { (show::quoted(&said.words, lang)) } } } } } }
            }
        }
    })
}
