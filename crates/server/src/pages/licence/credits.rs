//! Whom models credit, and how many works have a decision: for everybody.

use app::license::public;
use axum::extract::{Query, State};
use axum::response::Html;
use jiff::{SignedDuration, Timestamp};
use maud::html;
use serde::Deserialize;

use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, layout, show};

/// The most reports on one page.
const REPORTS_MOST: usize = 50;

/// From where a page goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct From {
    before: Option<i64>,
}

/// For how long a count of decisions is shown again: counting asks the decision for every work and every use.
const COUNTED_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How many works have a decision, and when that was counted. One visit counts, the others wait for it.
pub(crate) type Figure = tokio::sync::Mutex<Option<(Timestamp, Vec<public::Decided>)>>;

async fn decided(web: &Web) -> Result<Vec<public::Decided>, Flaw> {
    let now = web.house().now();
    let mut figure = web.decided().lock().await;
    if let Some((at, known)) = figure.as_ref().filter(|(at, _)| now < *at + COUNTED_EVERY) {
        tracing::debug!(%at, "decisions counted before");
        return Ok(known.clone());
    }
    let counted = public::decided(web.house()).await?;
    *figure = Some((now, counted.clone()));
    Ok(counted)
}

/// Shows it.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Query(from): Query<From>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let (credits, next) = public::credits(web.house(), from.before, REPORTS_MOST).await?;
    let decided = decided(&web).await?;
    let title = lang.t("credits-title");
    let number = |n: usize| show::number(n as u64, lang);
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("credits-what")) }
        section aria-labelledby="models" {
            h2 #models { (lang.t("credits-models")) }
            @if credits.is_empty() { p { (lang.t("credits-none")) } }
            ul.ledger.words { @for told in &credits { (super::report(told, false, lang)) } }
            @if from.before.is_some() || next.is_some() {
                nav aria-label=(lang.t("credits-pages")) {
                    @if from.before.is_some() { p { a href="/credits" rel="prev" { (lang.t("credits-newest")) } } }
                    @if let Some(next) = next { p { a href=(format!("/credits?before={next}")) rel="next" { (lang.t("credits-older")) } } }
                }
            }
        }
        section aria-labelledby="decided" {
            h2 #decided { (lang.t("decided-title")) }
            p.note { (lang.t("decided-what")) }
            table.facts {
                @for d in &decided {
                    tr {
                        th scope="row" { (super::use_words(d.usage.code(), lang)) }
                        td { (lang.with("decided-of", &[("n", number(d.decided).into()), ("m", number(d.all).into())])) }
                    }
                }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}
