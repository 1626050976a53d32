//! Tracks before they are out: registered by their producer, each with an id for the file's tags, so that whoever plays
//! them is read right; and the word that one is out.

use app::catalogue;
use app::registration::{self, Register, Release};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use music::RecordingStatus;
use serde::Deserialize;

use super::house::refused;
use crate::access::Checked;
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, layout};

/// What to do: register, or release.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    artist: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    another: String,
    #[serde(default)]
    recording: String,
    #[serde(default)]
    isrc: String,
}

/// The tracks that a party registered.
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
    refusal: Option<(&app::Refusal, &Act)>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let mut tx = web.house().store.begin_read().await?;
    let record = app::party::find(&mut tx, party).await?.party;
    drop(tx);
    let all = registration::list(web.house(), Some(record.id.as_str())).await?;
    let title = lang.t("tracks-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("tracks-what")) }
        (refused(visit, refusal.map(|(r, _)| r)))
        section aria-labelledby="all" {
            h2 #all { (record.name) }
            @if all.is_empty() { p { (lang.t("tracks-none")) } }
            ul.found {
                @for (row, _) in &all {
                    @let r = &row.recording;
                    li {
                        div {
                            strong { (r.artist) " – " (r.title) @if !r.version.is_empty() { " (" (r.version) ")" } }
                            p.soft {
                                (lang.t(if r.status == RecordingStatus::Unreleased { "tracks-unreleased" } else { "tracks-out" }))
                                @if let Some(own) = &r.own_id { " · " (lang.t("tracks-id")) " " code translate="no" { (own) } }
                                @if let Some(isrc) = &r.isrc { " · ISRC " span translate="no" { (isrc) } }
                            }
                        }
                        @if r.status == RecordingStatus::Unreleased { (out_form(visit, party, r.id.as_str())) }
                    }
                }
            }
        }
        (form(visit, party, refusal))
    };
    Ok(layout::page(visit, &title, &content))
}

fn out_form(visit: &Visit, party: &str, id: &str) -> Markup {
    let lang = visit.lang;
    html! {
        details.more {
            summary { (lang.t("tracks-release")) }
            form method="post" action=(format!("/tracks/{party}")) {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="act" value="release";
                input type="hidden" name="recording" value=(id);
                label for=(format!("isrc-{id}")) { (lang.t("tracks-isrc")) }
                div.row { input id=(format!("isrc-{id}")) name="isrc" maxlength="20" autocomplete="off" spellcheck="false"; button.plain type="submit" { (lang.t("tracks-release-send")) } }
            }
        }
    }
}

fn form(visit: &Visit, party: &str, refusal: Option<(&app::Refusal, &Act)>) -> Markup {
    let lang = visit.lang;
    let word = |of: fn(&Act) -> &String| refusal.map(|(_, act)| of(act).clone()).unwrap_or_default();
    let here = refusal.is_some_and(|(r, _)| r.code == "recording-here");
    html! {
        section aria-labelledby="register" {
            h2 #register { (lang.t("tracks-register")) }
            form.sheet method="post" action=(format!("/tracks/{party}")) {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="act" value="register";
                div.pair {
                    div.field { label for="title" { (lang.t("tracks-field-title")) } input #title name="title" value=(word(|a| &a.title)) required maxlength="200" autocomplete="off"; }
                    div.field { label for="version" { (lang.t("tracks-field-version")) } input #version name="version" value=(word(|a| &a.version)) maxlength="200" autocomplete="off"; }
                }
                div.pair {
                    div.field { label for="artist" { (lang.t("tracks-field-artist")) } p.hint #artist-hint { (lang.t("tracks-field-artist-hint")) } input #artist name="artist" value=(word(|a| &a.artist)) maxlength="200" autocomplete="off" aria-describedby="artist-hint"; }
                    div.field { label for="label" { (lang.t("tracks-field-label")) } p.hint #label-hint { (lang.t("tracks-field-label-hint")) } input #label name="label" value=(word(|a| &a.label)) maxlength="200" autocomplete="off" aria-describedby="label-hint"; }
                }
                @if here { label.choice { input type="checkbox" name="another" value="yes"; span { (lang.t("tracks-another")) } } }
                p.send { button type="submit" { (lang.t("tracks-register-send")) } }
            }
        }
    }
}

/// Registers a track, or says that one is out.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(act): Checked<Act>,
) -> Result<Response, Flaw> {
    let house = web.house();
    let mut tx = house.store.begin_read().await?;
    let id = app::party::find(&mut tx, &party).await?.party.id;
    drop(tx);
    let done = match act.act.as_str() {
        "register" => {
            let matching = catalogue::open_matching(house).await?;
            let ask = Register {
                by: id.to_string(),
                artist: act.artist.clone(),
                title: act.title.clone(),
                version: act.version.clone(),
                label: act.label.clone(),
                duration_s: None,
                another: act.another == "yes",
            };
            registration::register(house, &matching, ask).await.map(drop)
        }
        "release" => {
            let isrc = match act.isrc.trim() {
                "" => None,
                text => Some(text.parse().map_err(|_| Flaw::BadForm)?),
            };
            let ask = Release { recording: act.recording.clone(), isrc, row: None, by: id.to_string() };
            registration::release(house, ask).await.map(drop)
        }
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/tracks/{id}")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(&web, &visit, &party, Some((&refusal, &act))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
