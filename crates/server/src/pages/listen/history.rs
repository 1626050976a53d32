//! What a member heard: seen by them alone, and forgotten when they say so.

use app::discovery::refuse;
use app::member::own;
use app::shelf;
use axum::extract::State;
use axum::response::{Redirect, Response};
use jiff::Timestamp;
use library::Song;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Ears, csrf, page, rows};
use crate::access::Checked;
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, show as words};

/// Most recordings on the page.
const SHOWN: usize = 200;

/// The history.
pub(crate) async fn show(State(web): State<Web>, visit: Visit, ears: Ears) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let mut heard: Vec<(Timestamp, i64, Song<'_>)> = (ears.kept.shelf.plays.iter())
        .filter_map(|(id, (plays, last))| Some((*last, *plays, ears.library().song_by_id(id)?)))
        .collect();
    heard.sort_by(|a, b| b.0.cmp(&a.0).then(a.2.id.cmp(b.2.id)));
    let more = heard.len().saturating_sub(SHOWN);
    heard.truncate(SHOWN);
    let title = lang.t("listen-history");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("listen-history-what")) }
        (training(&web, &visit, &ears).await?)
        (counted(&web, &ears, lang).await?)
        @if heard.is_empty() { p { (lang.t("listen-history-none")) } }
        form #forget method="post" action="/listen/history" { (csrf(&visit)) }
        @if !heard.is_empty() { ol.songs {
            @for (last, plays, song) in &heard {
                (rows::row(&visit, &ears, song, Some(&html! {
                    span.soft.when { (day(*last, lang)) @if *plays > 1 { " · " (lang.with("listen-times", &[("count", usize::try_from(*plays).unwrap_or(0).into())])) } }
                    button.sign type="submit" form="forget" name="song" value=(song.id) aria-label=(lang.with("listen-forget", &[("title", song.title.into())])) { "×" }
                })))
            }
        } }
        @if more > 0 { p.note { (lang.with("listen-history-more", &[("count", more.into())])) } }
        @if !heard.is_empty() {
            details.more {
                summary { (lang.t("listen-forget-all")) }
                p.note { (lang.t("listen-forget-what")) }
                p.send { button.plain type="submit" form="forget" name="song" value="" { (lang.t("listen-forget-send")) } }
            }
        }
    };
    Ok(page(&visit, &ears, &title, &content))
}

/// What of it counted, period by period, as long as the house can tell.
async fn counted(web: &Web, ears: &Ears, lang: Lang) -> Result<Markup, Flaw> {
    let Some(recorder) = web.players().recorder() else { return Ok(html! {}) };
    let periods = own::counted(web.house(), recorder.keys(), &ears.at.member).await?;
    let sum = |rows: &[own::OwnRow], counts: bool| {
        let part = rows.iter().filter(|r| (r.outcome == "counted") == counts);
        part.map(|r| r.plays).sum::<u64>()
    };
    Ok(html! {
        @if !periods.is_empty() {
            details.more {
                summary { (lang.t("listen-counted")) }
                p.note { (lang.t("listen-counted-what")) }
                table.facts {
                    thead { tr { th scope="col" { (lang.t("listen-period")) } td { (lang.t("listen-counted-plays")) } td { (lang.t("listen-set-aside")) } } }
                    @for one in &periods {
                        tr { th scope="row" { (period(&one.period.label, lang)) } td { (words::number(sum(&one.rows, true), lang)) } td { (words::number(sum(&one.rows, false), lang)) } }
                    }
                }
            }
        }
    })
}

/// What of it trains the house's own recommender, and the switch.
async fn training(web: &Web, visit: &Visit, ears: &Ears) -> Result<Markup, Flaw> {
    let lang = visit.lang;
    if web.players().recorder().is_none() {
        return Ok(html! {});
    }
    let refuses = refuse::of_member(web.house(), ears.id()).await?;
    let (state, send) =
        if refuses { ("train-heard-no", "train-allow") } else { ("train-heard-yes", "train-refuse") };
    Ok(html! {
        section aria-labelledby="training" {
            h2 #training { (lang.t("train-title")) }
            p { (lang.t("train-member-what")) }
            p { strong { (lang.t(state)) } }
            form method="post" action="/listen/history/training" {
                (csrf(visit))
                input type="hidden" name="plays" value=(if refuses { "yes" } else { "no" });
                button.plain type="submit" { (lang.t(send)) }
            }
        }
    })
}

/// Whether what is played may train.
#[derive(Debug, Deserialize)]
pub(crate) struct Trains {
    plays: String,
}

/// Sets it.
pub(crate) async fn train(
    State(web): State<Web>,
    ears: Ears,
    Checked(form): Checked<Trains>,
) -> Result<Redirect, Flaw> {
    let institution = ears.at.listener.institution.parse().map_err(|_| Flaw::NotFound)?;
    if let Some(recorder) = web.players().recorder() {
        let refuses = form.plays == "no";
        refuse::set_member(web.house(), recorder.keys(), &institution, ears.id(), refuses).await?;
    }
    Ok(Redirect::to("/listen/history#training"))
}

/// A period by its label: a month, or days.
pub(crate) fn period(label: &str, lang: Lang) -> String {
    if let Some((from, until)) = label.split_once('/') {
        return format!("{} – {}", words::iso_day(from, lang), words::iso_day(until, lang));
    }
    let parts = label.split_once('-').and_then(|(year, month)| Some((year, month.parse::<u8>().ok()?)));
    match parts {
        Some((year, month @ 1..=12)) => format!("{} {year}", lang.t(&format!("month-{month}"))),
        _ => label.to_owned(),
    }
}

pub(crate) fn day(at: Timestamp, lang: Lang) -> String {
    words::day(at.to_zoned(jiff::tz::TimeZone::UTC).date(), lang)
}

/// What to forget: a recording, or all where it names none.
#[derive(Debug, Deserialize)]
pub(crate) struct Forget {
    song: String,
}

/// Forgets.
pub(crate) async fn forget(
    State(web): State<Web>,
    ears: Ears,
    Checked(form): Checked<Forget>,
) -> Result<Redirect, Flaw> {
    let one = (!form.song.is_empty()).then_some(form.song.as_str());
    shelf::forget_played(web.house(), ears.id(), one).await?;
    web.players().stands().forget(ears.id());
    Ok(Redirect::to("/listen/history"))
}
