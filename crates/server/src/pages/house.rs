//! The house from inside: what waits for a decision, and where each is made.

pub(crate) mod dispute;
pub(crate) mod grant;
pub(crate) mod payout;
pub(crate) mod run;
pub(crate) mod suspense;
pub(crate) mod work;

use app::session::Visitor;
use axum::extract::State;
use axum::response::Html;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use music::claim::ClaimStatus;

use crate::access::Asker;
use crate::flaw::{Flaw, speak};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// What waits, by the page on which it is decided.
pub(crate) async fn show(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let house = web.house();
    let now = house.now();
    let runs = app::allocation::list(house).await?.iter().filter(|r| r.status == "draft").count();
    let batches = app::payout::list(house).await?.iter().filter(|b| b.batch.status == "prepared").count();
    let mut tx = house.store.begin_read().await?;
    let waiting = tx.open_suspense("").await?;
    drop(tx);
    let soon = now + SignedDuration::from_hours(24 * 30);
    let due = waiting.iter().filter(|i| i.due.is_some_and(|at| at <= soon)).count();
    let claims = app::claim::list(house, None).await?;
    let open =
        claims.iter().filter(|c| matches!(c.status, ClaimStatus::Open | ClaimStatus::Disputed)).count();
    let flags = app::guard::list(house, None).await?.iter().filter(|f| f.flag.status == "held").count();
    let appeals = app::heard::appeals(house).await?.iter().filter(|a| a.appeal.status == "open").count();
    let work = app::brief::dispute::list(house).await?.iter().filter(|d| d.is_open()).count();
    let changes = app::policy_change::list(house).await?.iter().filter(|t| t.waits(now)).count();
    let doors = [
        ("/house/runs", "house-runs", runs),
        ("/house/payouts", "house-payouts", batches),
        ("/house/suspense", "house-suspense", due),
        ("/house/disputes", "house-disputes", open),
        ("/house/work", "house-work", work),
        ("/guards", "house-guards", flags + appeals),
        ("/rules", "house-rules", changes),
    ];
    let title = lang.t("house-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("house-what")) }
        ul.doors {
            @for (address, key, count) in doors {
                li { a href=(address) {
                    strong { (lang.t(key)) }
                    span { (lang.with(&format!("{key}-count"), &[("count", count.into())])) }
                } }
            }
        }
        ul.names {
            li { a href="/house/doctor" { (lang.t("doctor-title")) } }
            li { a href="/house/visits" { (lang.t("visits-title")) } }
            li { a href="/house/grants" { (lang.t("house-grants")) } }
            li { a href="/territory" { (lang.t("territory-all")) } }
            li { a href="/figures" { (lang.t("nav-figures")) } }
            li { a href="/log" { (lang.t("house-log")) } }
            li { a href="/set-list" { (lang.t("nav-submit")) } }
            li { a href="/statement" { (lang.t("nav-statement")) } }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// What the doctor says of the books and everything else.
pub(crate) async fn doctor(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let report = app::doctor::examine(web.house()).await?;
    let faults = report.faults().count();
    let title = lang.t("doctor-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.with("doctor-what", &[("count", faults.into())])) }
        @for book in &report.books {
            section aria-labelledby=(book.currency.code()) {
                h2 id=(book.currency.code()) { (lang.t(if book.covered() { "doctor-covered" } else { "doctor-short" })) " (" (book.currency.code()) ")" }
                table.facts {
                    @for (key, amount) in [("doctor-held", Some(book.held)), ("doctor-lent", Some(book.lent)), ("doctor-owed", Some(book.owed)), ("doctor-own", Some(book.own)), ("doctor-bank", book.bank), ("doctor-unexplained", Some(book.unexplained))] {
                        @if let Some(amount) = amount { tr { th scope="row" { (lang.t(key)) } td { (words::money(amount, lang)) } } }
                    }
                }
            }
        }
        section aria-labelledby="checks" {
            h2 #checks { (lang.t("doctor-checks")) }
            ul.ledger {
                @for check in &report.checks {
                    @let wrong = check.findings.iter().filter(|f| !f.notice).count();
                    li { details open[wrong > 0] {
                        summary {
                            span.what lang="en" { (check.name) }
                            span.state { (lang.with("doctor-examined", &[("count", usize::try_from(check.examined).unwrap_or(0).into()), ("found", check.findings.len().into())])) }
                        }
                        div.inside lang="en" {
                            @for finding in check.findings.iter().take(100) { p { strong { (finding.place) } ": " (finding.what) @if !finding.hint.is_empty() { " – " (finding.hint) } } }
                            @if check.findings.is_empty() { p lang=(lang.tag()) { (lang.t("doctor-fine")) } }
                        }
                    } }
                }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// What auditors looked at: all for the house, their own for an auditor.
pub(crate) async fn visits(State(web): State<Web>, visit: Visit, asker: Asker) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let visitor: Option<&Visitor> = match &asker {
        Asker::Person(visitor) => Some(visitor),
        Asker::House => None,
    };
    let all = app::audit_visit::list(web.house(), visitor).await?;
    let title = lang.t("visits-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("visits-what")) }
        @if all.is_empty() { p { (lang.t("visits-none")) } } @else {
            div.wide role="group" aria-label=(title) tabindex="0" { table.figures {
                thead { tr { th scope="col" { (lang.t("visits-when")) } th scope="col" { (lang.t("visits-who")) } th scope="col" { (lang.t("visits-page")) } th scope="col" { (lang.t("visits-answer")) } } }
                tbody { @for one in &all { tr { th scope="row" { (moment(one.at, lang)) } td translate="no" { (one.sign_in) } td translate="no" { (one.path) } td { (one.answer) } } } }
            } }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// A refusal that an act of the house met.
pub(crate) fn refused(visit: &Visit, refusal: Option<&app::Refusal>) -> Markup {
    html! {
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, visit.lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
    }
}

/// The way back to the overview.
pub(crate) fn way_back(lang: Lang) -> Markup {
    html! { nav.periods.screen aria-label=(lang.t("house-title")) { ul { li { a href="/house" { "← " (lang.t("house-title")) } } } } }
}

/// A day in UTC.
pub(crate) fn day(at: Timestamp, lang: Lang) -> String {
    words::day(at.to_zoned(TimeZone::UTC).date(), lang)
}

/// A day and a time in UTC.
pub(crate) fn moment(at: Timestamp, lang: Lang) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    format!("{}, {:02}:{:02}", words::day(zoned.date(), lang), zoned.hour(), zoned.minute())
}
