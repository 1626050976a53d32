//! Background work, for the house: what waits, runs, was done or given up, and letting it be tried again.

use app::{job, operation};
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use store::JobRow;

use crate::access::{Asker, Checked};
use crate::flaw::{Flaw, speak};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// The states, in the order in which they are shown.
const STATES: [&str; 4] = ["dead", "running", "waiting", "done"];
/// Most jobs of a state that are shown.
const SHOWN: i64 = 50;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    again: Option<String>,
}

/// Which job is to be tried again.
#[derive(Debug, Deserialize)]
pub(crate) struct Again {
    id: String,
}

/// All jobs.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, None, asked.again.is_some()).await
}

/// Lets one that was given up be tried again.
pub(crate) async fn again(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(again): Checked<Again>,
) -> Result<Response, Flaw> {
    let by = asker.by();
    match job::retry(web.house(), &again.id, &by).await {
        Ok(_) => Ok(Redirect::to("/jobs?again=1").into_response()),
        Err(app::Failure::Refused(refusal)) => {
            Ok(whole(&web, &visit, Some(&refusal), false).await?.into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn whole(
    web: &Web,
    visit: &Visit,
    refusal: Option<&app::Refusal>,
    done: bool,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let vitals = operation::vitals(web.house()).await?;
    let mut by_state = Vec::new();
    for state in STATES {
        let count: i64 = vitals.jobs.iter().filter(|j| j.state == state).map(|j| j.count).sum();
        by_state.push((state, count, job::list(web.house(), state, SHOWN).await?));
    }
    let title = lang.t("jobs-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("jobs-what")) }
        @if done { p.kept role="status" { (lang.t("jobs-again-done")) } }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        table.facts {
            @for (state, count, _) in &by_state {
                tr { th scope="row" { a href={ "#" (state) } { (lang.t(&format!("jobs-{state}"))) } } td { (show::number(count.unsigned_abs(), lang)) } }
            }
        }
        @for (state, count, rows) in &by_state {
            section aria-labelledby=(state) {
                h2 id=(state) { (lang.t(&format!("jobs-{state}"))) }
                @if rows.is_empty() { p { (lang.t("jobs-none")) } }
                @else { ul.ledger { @for row in rows { (one(visit, row)) } } }
                @if *count > SHOWN { p.note { (lang.t("jobs-more")) } }
            }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn one(visit: &Visit, row: &JobRow) -> Markup {
    let lang = visit.lang;
    let when = if row.state == "waiting" { row.run_at } else { row.ended.unwrap_or(row.created) };
    html! {
        li { details open[row.state == "dead"] {
            summary {
                span.what { (lang.maybe(&format!("job-{}", row.kind), &[]).unwrap_or_else(|| row.kind.clone())) }
                span.state { (moment(when, lang)) }
            }
            div.inside {
                p.soft { (lang.with("jobs-tries", &[("count", usize::try_from(row.attempts).unwrap_or(0).into())])) " · " span translate="no" { (row.kind) " " (row.id) } }
                @if !row.error.is_empty() { p id={ "why-" (row.id) } lang="en" { (row.error) } }
                @if row.state == "dead" {
                    form.sheet method="post" action="/jobs" {
                        input type="hidden" name="csrf" value=(visit.token());
                        input type="hidden" name="id" value=(row.id);
                        div.send { button aria-describedby={ "why-" (row.id) } { (lang.t("jobs-again")) } }
                    }
                }
            }
        } }
    }
}

fn moment(at: jiff::Timestamp, lang: Lang) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::UTC);
    let (hour, minute) = (local.hour(), local.minute());
    format!("{} {hour:02}:{minute:02} UTC", show::day(local.date(), lang))
}
