//! The public log: its page, and its files as anybody may fetch them.

use app::log::{Served, Staying};
use axum::extract::{Path, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use maud::html;

use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, layout, show};

/// How many checkpoints the page lists.
const HEADS: i64 = 20;

/// The page.
pub(crate) async fn show(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let status = app::log::status(web.house()).await?;
    let heads = app::log::heads(web.house(), HEADS).await?;
    let title = lang.t("log-title");
    let day = |at: jiff::Timestamp| show::day(at.to_zoned(jiff::tz::TimeZone::UTC).date(), lang);
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("log-what")) }
        table.facts {
            tr { th scope="row" { (lang.t("log-entries")) } td { (show::number(status.size, lang)) } }
            tr { th scope="row" { (lang.t("log-published")) } td { (show::number(status.published, lang)) } }
            @for (kind, many) in &status.kinds {
                tr { th scope="row" { (lang.maybe(&format!("log-kind-{kind}"), &[]).unwrap_or_else(|| kind.clone())) } td { (show::number(many.unsigned_abs(), lang)) } }
            }
        }
        section aria-labelledby="key" {
            h2 #key { (lang.t("log-key")) }
            p { (lang.t("log-key-what")) }
            pre translate="no" { (status.verifier) }
            p {
                (lang.t("log-files")) " "
                a href="/log/checkpoint" { "checkpoint" } ", " a href="/log/vkey" { "vkey" }
            }
            @if status.witnesses.is_empty() { p.note { (lang.t("log-no-witness")) } }
            @else { p.note { (lang.t("log-witnesses")) " " span translate="no" { (status.witnesses.join(", ")) } } }
        }
        section aria-labelledby="heads" {
            h2 #heads { (lang.t("log-heads")) }
            @if heads.is_empty() { p { (lang.t("log-none")) } }
            ul.lines {
                @for head in &heads {
                    li {
                        details {
                            summary { span.place { (show::number(head.size.unsigned_abs(), lang)) } span { (day(head.at)) } @if !head.cosigned.is_empty() { span.state { (lang.t("log-cosigned")) } } }
                            pre translate="no" { @if head.cosigned.is_empty() { (head.note) } @else { (head.cosigned) } }
                        }
                    }
                }
            }
        }
        p { a href="/consent" { (lang.t("log-to-consent")) } }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// A file of the log. Tiles never change and may be kept for ever; the checkpoint is asked for each time.
pub(crate) async fn file(State(web): State<Web>, Path(path): Path<String>) -> Result<Response, Flaw> {
    let Some(Served { bytes, staying, text }) = app::log::file(web.house(), &path).await? else {
        return Err(Flaw::NotFound);
    };
    let kind = if text { "text/plain; charset=utf-8" } else { "application/octet-stream" };
    let keep = match staying {
        Staying::Ever => "public, max-age=31536000, immutable",
        Staying::Moment => "public, no-cache",
    };
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, keep), (ACCESS_CONTROL_ALLOW_ORIGIN, "*")], bytes)
        .into_response())
}
