//! What an institution is told of the use its members made: the page, CSV in the manner of COUNTER 5.1, and JSON.

use app::House;
use app::institution::usage::{self, Counts, Row};
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::json;

use super::{Asked, own};
use crate::flaw::Flaw;
use crate::pages::invoice::file;
use crate::picture::Part;
use crate::visit::Visit;
use crate::{Lang, Web, chart, layout, show as words};

/// What members did.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let (from, until) = asked.days()?;
    let report = usage::report(web.house(), &party, from, until).await?;
    let id = report.institution.row.party.as_str();
    let tail = if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
    let title = lang.t("use-title");
    let content = html! {
        p.from { a href=(format!("/institution/{id}")) { (report.institution.name) } }
        h1 { (title) }
        p.lead { (lang.t("use-what")) }
        nav.periods.screen aria-label=(lang.t("as-file")) {
            ul {
                li { a href=(format!("/institution/{id}/use/csv{tail}")) { "CSV (COUNTER)" } }
                li { a href=(format!("/institution/{id}/use/json{tail}")) { "JSON" } }
            }
        }
        @if report.spans.is_empty() { p { (lang.t("use-none")) } }
        (months(&report.spans, lang))
        @for span in report.spans.iter().rev() { (span_section(span, lang)) }
        p.note { (lang.t("use-private")) }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// What members listened to, span by span; what may not be told has no column, and its section says why.
fn months(spans: &[usage::Span], lang: Lang) -> Markup {
    let bars: Vec<Part> = spans
        .iter()
        .filter(|s| s.told.members.is_some())
        .filter_map(|s| {
            let count = s.told.total.total_requests?;
            Some(Part::new(count, short_span(s.start, s.end, lang), words::number(count, lang), 1))
        })
        .collect();
    html! { @if bars.len() > 1 { (chart::columns(&lang.t("use-total-requests"), &bars)) } }
}

/// A span in so few letters that it fits below a column: a month without its year, others by their first day.
fn short_span(start: Date, end: Date, lang: Lang) -> String {
    let month = start.day() == 1 && start.last_of_month().tomorrow().is_ok_and(|n| n == end);
    if month { chart::month(start, lang) } else { format!("{:02}.{:02}.", start.day(), start.month()) }
}

/// A span as a person reads it: a month by its name, others by their days.
pub(super) fn span_name(start: Date, end: Date, lang: Lang) -> String {
    let month = start.day() == 1 && start.last_of_month().tomorrow().is_ok_and(|n| n == end);
    if month {
        return format!("{} {}", lang.t(&format!("month-{}", start.month())), start.year());
    }
    let last = end.yesterday().unwrap_or(end);
    format!("{} – {}", words::day(start, lang), words::day(last, lang))
}

fn span_section(span: &usage::Span, lang: Lang) -> Markup {
    let told = &span.told;
    html! {
        section {
            h2 { (span_name(span.start, span.end, lang)) }
            @match told.members {
                None => p { (lang.with("use-few", &[("count", usize::try_from(told.threshold).unwrap_or(0).into())])) },
                Some(members) => {
                    p.lead { (lang.with("use-members", &[("count", usize::try_from(members).unwrap_or(0).into())])) @if let Some(n) = told.sessions { " · " (lang.with("use-sessions", &[("count", usize::try_from(n).unwrap_or(0).into())])) } }
                    div.wide role="group" aria-label=(span_name(span.start, span.end, lang)) tabindex="0" { table.figures {
                        thead { tr { th scope="col" { (lang.t("use-of")) } @for key in ["use-total-requests", "use-unique-requests", "use-total-investigations", "use-unique-investigations", "use-active"] { th scope="col" { (lang.t(key)) } } } }
                        tbody { @for row in &told.media { (counts_row(&together(row, "medium", lang), &row.counts, row.members, lang)) } }
                        tbody { @for row in &told.near { (counts_row(&together(row, "near", lang), &row.counts, None, lang)) } }
                        tfoot { (counts_row(&lang.t("use-all"), &told.total, Some(members), lang)) }
                    } }
                }
            }
        }
    }
}

/// The newest span that was told, as the overview begins.
pub(super) async fn last(house: &House, id: &str) -> Result<Option<usage::Span>, Flaw> {
    let report = usage::report(house, id, Date::MIN, Date::MAX).await?;
    Ok(report.spans.into_iter().max_by_key(|s| s.end))
}

/// A span in one sentence.
pub(super) fn summary(span: &usage::Span, lang: Lang) -> Markup {
    let n = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    html! {
        p {
            strong { (span_name(span.start, span.end, lang)) } " – "
            @match span.told.members {
                None => (lang.with("use-few", &[("count", n(span.told.threshold).into())])),
                Some(members) => {
                    (lang.with("use-members", &[("count", n(members).into())]))
                    @if let Some(requests) = span.told.total.total_requests { " · " (lang.with("use-requests", &[("count", n(requests).into())])) }
                    " · " (lang.with("use-investigations", &[("count", n(span.told.total.total_investigations).into())]))
                }
            }
        }
    }
}

fn together(row: &Row, kind: &str, lang: Lang) -> String {
    let names: Vec<String> = row.of.iter().map(|w| lang.t(&format!("{kind}-{w}"))).collect();
    names.join(" + ")
}

fn counts_row(name: &str, c: &Counts, members: Option<u64>, lang: Lang) -> Markup {
    let figure = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), |n| words::number(n, lang));
    html! {
        tr {
            th scope="row" { (name) }
            @for n in [c.total_requests, c.unique_requests, Some(c.total_investigations), c.unique_investigations, members] { td { (figure(n)) } }
        }
    }
}

/// What members did, as CSV in the manner of COUNTER 5.1.
pub(crate) async fn csv(
    State(web): State<Web>,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let (from, until) = asked.days()?;
    let report = usage::report(web.house(), &party, from, until).await?;
    let today = web.house().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let text = usage::csv(&report, "Tantième", today);
    Ok(file("text/csv; charset=utf-8", &format!("PR-{}.csv", report.institution.row.slug), text.into_bytes())
        .into_response())
}

/// What members did, as JSON: the spans as they were told.
pub(crate) async fn as_json(
    State(web): State<Web>,
    Path(party): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let (from, until) = asked.days()?;
    let report = usage::report(web.house(), &party, from, until).await?;
    let spans: Vec<_> = report
        .spans
        .iter()
        .map(|s| json!({ "from": s.start.to_string(), "until": s.end.to_string(), "told": s.told }))
        .collect();
    let body = json!({ "institution": report.institution.name, "id": report.institution.row.party.as_str(), "spans": spans });
    let bytes = body.to_string().into_bytes();
    Ok(file("application/json", &format!("use-{}.json", report.institution.row.slug), bytes))
}
