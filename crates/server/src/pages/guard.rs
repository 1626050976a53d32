//! What guards hold and artists appeal against, with the evidence, for the house: a person decides, with a reason.

use app::guard::{self, Decision, Flagged};
use app::heard::{self, Asked};
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use crate::access::{Asker, Checked};
use crate::flaw::{Flaw, speak};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Most decided ones that are shown.
const DECIDED: usize = 100;

/// Where somebody comes from.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Came {
    done: Option<String>,
}

/// A decision as its form has it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sheet {
    id: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    reason: String,
}

/// Flags and appeals.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Query(came): Query<Came>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, None, came.done.is_some()).await
}

/// Decides a flag or an appeal.
pub(crate) async fn decide(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(sheet): Checked<Sheet>,
) -> Result<Response, Flaw> {
    asker.require_fresh_second_factor(&web)?;
    let by = asker.by();
    let house = web.house();
    let done = match (sheet.id.starts_with("apl-"), sheet.decision.as_str()) {
        (true, "grant") => heard::decide(house, &sheet.id, true, &sheet.reason, &by).await.map(drop),
        (true, "refuse") => heard::decide(house, &sheet.id, false, &sheet.reason, &by).await.map(drop),
        (false, "release") => {
            guard::decide(house, &sheet.id, Decision::Release, &sheet.reason, &by).await.map(drop)
        }
        (false, "uphold") => {
            guard::decide(house, &sheet.id, Decision::Uphold, &sheet.reason, &by).await.map(drop)
        }
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/guards?done=1").into_response()),
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
    let (flags, appeals) = (guard::list(web.house(), None).await?, heard::appeals(web.house()).await?);
    let waits = |f: &&Flagged| f.flag.status == "held" && !f.overdue;
    let (held, decided): (Vec<&Flagged>, Vec<&Flagged>) = flags.iter().partition(waits);
    let (open, closed): (Vec<&Asked>, Vec<&Asked>) = appeals.iter().partition(|a| a.appeal.status == "open");
    let content = html! {
        h1 { (lang.t("guards-title")) }
        p.lead { (lang.t("guards-what")) }
        @if done { p.kept role="status" { (lang.t("guards-done")) } }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        section aria-labelledby="held" {
            h2 #held { (lang.t("guards-held")) }
            @if held.is_empty() { p { (lang.t("guards-none")) } }
            @else { ul.ledger { @for f in held { (flag(visit, f, true)) } } }
        }
        section aria-labelledby="appeals" {
            h2 #appeals { (lang.t("appeals-title")) }
            @if open.is_empty() { p { (lang.t("appeals-none")) } }
            @else { ul.ledger { @for a in open { (appeal(visit, a, true)) } } }
        }
        @if !decided.is_empty() || !closed.is_empty() {
            section aria-labelledby="decided" {
                h2 #decided { (lang.t("guards-decided")) }
                ul.ledger {
                    @for f in decided.iter().rev().take(DECIDED) { (flag(visit, f, false)) }
                    @for a in closed.iter().rev().take(DECIDED) { (appeal(visit, a, false)) }
                }
            }
        }
        p.note { (lang.t("guards-note")) }
    };
    Ok(layout::page(visit, &lang.t("guards-title"), &content))
}

fn flag(visit: &Visit, f: &Flagged, open: bool) -> Markup {
    let lang = visit.lang;
    let evidence = match lang {
        Lang::En => &f.flag.evidence,
        Lang::Fr => &f.flag.evidence_fr,
    };
    let state = if f.overdue { "overdue" } else { f.flag.status.as_str() };
    html! {
        li { details open[open] {
            summary {
                span.what { (lang.t(&format!("guard-{}", f.flag.kind))) }
                span.state { @if open { (lang.with("guards-until", &[("day", day(f.flag.due, lang).into())])) } @else { (lang.t(&format!("flag-{state}"))) } }
            }
            div.inside {
                p { (evidence) }
                p.soft { (lang.with("guards-holds", &[("count", f.count.into())])) " · " span translate="no" { (f.flag.subject) " · " (f.flag.pot) } }
                @if !f.flag.reason.is_empty() { p { strong { (lang.t("appeal-because")) } " " (f.flag.reason) } }
                @if open { (form(visit, &f.flag.id, [("release", "guards-release"), ("uphold", "guards-uphold")])) }
            }
        } }
    }
}

fn appeal(visit: &Visit, a: &Asked, open: bool) -> Markup {
    let lang = visit.lang;
    let n = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    html! {
        li { details open[open] {
            summary {
                span.what { (a.title) }
                span.state { (lang.t(&format!("appeal-{}", a.appeal.status))) }
            }
            div.inside {
                p { (a.name) " – " (show::quoted(&a.appeal.words, lang)) }
                p.soft { (lang.t(&format!("why-{}", a.appeal.why))) " · " (lang.with("appeals-about", &[("plays", n(a.plays).into()), ("members", n(a.members).into()), ("largest", n(a.largest).into())])) }
                p.soft translate="no" { (a.appeal.party) " · " (a.appeal.recording) " · " (a.appeal.period) }
                @if !a.appeal.reason.is_empty() { p { strong { (lang.t("appeal-because")) } " " (a.appeal.reason) } }
                @if open { (form(visit, &a.appeal.id, [("grant", "appeals-grant"), ("refuse", "appeals-refuse")])) }
            }
        } }
    }
}

fn form(visit: &Visit, id: &str, decisions: [(&str, &str); 2]) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action="/guards" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="id" value=(id);
            div.field {
                label for=(format!("reason-{id}")) { (lang.t("guards-reason")) }
                input id=(format!("reason-{id}")) name="reason" required maxlength="500" autocomplete="off";
            }
            @let [(first, first_key), (second, second_key)] = decisions;
            p.send { button type="submit" name="decision" value=(first) { (lang.t(first_key)) } }
            p.send { button.plain type="submit" name="decision" value=(second) { (lang.t(second_key)) } }
        }
    }
}

fn day(at: Timestamp, lang: Lang) -> String {
    show::day(at.to_zoned(TimeZone::UTC).date(), lang)
}
