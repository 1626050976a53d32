//! Runs: drafts to approve beside the last run, and those that were approved.

use app::allocation::{self, Allocate};
use app::run_difference::{self, Change, Difference};
use app::session::Need;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use music::RunId;
use serde::Deserialize;
use store::RunRow;

use super::{day, refused, way_back};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// How many approved runs are listed.
const SHOWN: usize = 100;

/// All runs, drafts first.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    list_page(&web, &visit, None).await
}

async fn list_page(web: &Web, visit: &Visit, refusal: Option<&app::Refusal>) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let all = allocation::list(web.house()).await?;
    let (drafts, done): (Vec<&RunRow>, Vec<&RunRow>) = all.iter().partition(|r| r.status == "draft");
    let title = lang.t("house-runs");
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        (refused(visit, refusal))
        section aria-labelledby="drafts" {
            h2 #drafts { (lang.t("runs-drafts")) }
            @if drafts.is_empty() { p { (lang.t("runs-none")) } }
            ul.ledger { @for run in &drafts { (row(run, lang)) } }
        }
        section aria-labelledby="make" {
            h2 #make { (lang.t("runs-make")) }
            p.note { (lang.t("runs-make-what")) }
            form method="post" action="/house/runs" {
                input type="hidden" name="csrf" value=(visit.token());
                p.send { button.plain type="submit" { (lang.t("runs-make-send")) } }
            }
        }
        section aria-labelledby="done" {
            h2 #done { (lang.t("runs-done")) }
            @if done.is_empty() { p { (lang.t("runs-none-done")) } }
            ul.ledger { @for run in done.iter().take(SHOWN) { (row(run, lang)) } }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn row(run: &RunRow, lang: Lang) -> Markup {
    html! {
        li.row-link {
            a href=(format!("/house/run/{}", run.id)) {
                span.what { (lang.t(&format!("run-{}", run.kind))) " · " span translate="no" { (run.rule) "@" (run.rule_version) } }
                span.soft { (day(run.approved.unwrap_or(run.created), lang)) " · " (lang.t(&format!("run-is-{}", run.status))) }
                span.amount.soft translate="no" { (run.id) }
            }
        }
    }
}

/// Nothing but the token of a form.
#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

/// Drafts a run over every pot that has money.
pub(crate) async fn draft(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    let ask = Allocate { pots: Vec::new(), rule: None, by: asker.by() };
    match allocation::draft(web.house(), ask).await {
        Err(app::Failure::Refused(refusal)) => {
            let page = list_page(&web, &visit, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        run => Ok(Redirect::to(&format!("/house/run/{}", run?.run.id)).into_response()),
    }
}

/// One run beside the last one by the same rule.
pub(crate) async fn one(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Html<String>, Flaw> {
    one_page(&web, &visit, &id, None).await
}

async fn one_page(
    web: &Web,
    visit: &Visit,
    id: &str,
    refusal: Option<&app::Refusal>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let id: RunId = id.parse().map_err(|_| Flaw::NotFound)?;
    let run = allocation::show(web.house(), &id).await?;
    let difference = run_difference::of(web.house(), &id).await?;
    let r = &run.run;
    let title = lang.t(&format!("run-{}", r.kind));
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        p.lead { (lang.t(&format!("run-is-{}", r.status))) " · " (day(r.approved.unwrap_or(r.created), lang)) }
        (refused(visit, refusal))
        table.facts {
            tr { th scope="row" { (lang.t("run-rule")) } td translate="no" { (r.rule) "@" (r.rule_version) } }
            @for (pot, amount) in &run.pots { tr { th scope="row" { (lang.t("run-pot")) " " a translate="no" href=(format!("/compare/{pot}")) { (pot) } } td { (show::money(*amount, lang)) } } }
            tr { th scope="row" { (lang.t("run-by")) } td translate="no" { (r.by) } }
            @if let Some(by) = &r.approved_by { tr { th scope="row" { (lang.t("run-approved-by")) } td translate="no" { (by) } } }
            tr { th scope="row" { (lang.t("run-lines")) } td { (show::number(run.lines.len() as u64, lang)) } }
        }
        (beside(&difference, lang))
        @if r.status == "draft" { (decision(visit, r)) }
        details.proof {
            summary { (lang.t("run-hashes")) }
            p { (lang.t("run-inputs")) " " code { (r.input_hash) } }
            p { (lang.t("run-outputs")) " " code { (r.lines_hash) } }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn beside(d: &Difference, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="beside" {
            h2 #beside { (lang.t("run-beside")) }
            @match &d.last {
                Some(last) => p.soft { (lang.t("run-last")) " " a href=(format!("/house/run/{}", last.id)) { (day(last.approved.unwrap_or(last.created), lang)) } },
                None => p.soft { (lang.t("run-first")) },
            }
            p { (lang.with("run-payees", &[("now", d.payees.1.into()), ("before", d.payees.0.into()), ("fresh", d.fresh.into()), ("gone", d.gone.into())])) }
            (table(&lang.t("run-changes"), &d.changes, Some(&d.total), lang))
            @if !d.others.is_empty() { h3 { (lang.t("run-others")) } (table(&lang.t("run-others"), &d.others, None, lang)) }
        }
    }
}

fn table(name: &str, rows: &[Change], total: Option<&Change>, lang: Lang) -> Markup {
    let cells = |c: &Change| {
        let by = money::Amount::from_micros(c.by(), c.now.currency());
        let sign = if by.is_positive() { "+" } else { "" };
        html! { td { (show::money(c.before, lang)) } td { (show::money(c.now, lang)) } td { (sign) (show::money(by, lang)) } }
    };
    html! {
        div.wide role="group" aria-label=(name) tabindex="0" {
            table.figures {
                thead { tr { th scope="col" { (lang.t("run-who")) } th scope="col" { (lang.t("run-before")) } th scope="col" { (lang.t("run-now")) } th scope="col" { (lang.t("run-change")) } } }
                tbody { @for one in rows { tr { th scope="row" { (one.who) } (cells(one)) } } }
                @if let Some(total) = total { tfoot { tr { th scope="row" { (lang.t("run-total")) } (cells(total)) } } }
            }
        }
    }
}

fn decision(visit: &Visit, run: &RunRow) -> Markup {
    let lang = visit.lang;
    html! {
        section aria-labelledby="decide" {
            h2 #decide { (lang.t("run-decide")) }
            p.note { (lang.t("run-decide-what")) }
            form.sheet method="post" action=(format!("/house/run/{}", run.id)) {
                input type="hidden" name="csrf" value=(visit.token());
                // What is approved is what was looked at.
                input type="hidden" name="lines" value=(run.lines_hash);
                p.send {
                    button type="submit" name="decision" value="approve" { (lang.t("run-approve")) }
                    button.plain type="submit" name="decision" value="drop" { (lang.t("run-drop")) }
                }
            }
        }
    }
}

/// A decision, and what was looked at.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    decision: String,
    #[serde(default)]
    lines: String,
}

/// Approves or drops a draft.
pub(crate) async fn decide(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path(id): Path<String>,
    Checked(sheet): Checked<Decision>,
) -> Result<Response, Flaw> {
    let run: RunId = id.parse().map_err(|_| Flaw::NotFound)?;
    let done = match sheet.decision.as_str() {
        "approve" => {
            asker.require(Need::Approve)?;
            asker.require_fresh_second_factor(&web)?;
            if allocation::show(web.house(), &run).await?.run.lines_hash != sheet.lines {
                return Err(Flaw::BadForm);
            }
            allocation::approve(web.house(), &run, &asker.by()).await.map(drop)
        }
        "drop" => {
            asker.require(Need::Operate).or_else(|_| asker.require(Need::Approve))?;
            allocation::drop_draft(web.house(), &run, &asker.by()).await
        }
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/house/run/{run}")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = one_page(&web, &visit, &id, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
