//! Money that waits: why, since when, until when, and where it goes then.

use std::collections::BTreeMap;

use app::session::Need;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use store::SuspenseRow;

use super::{day, way_back};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// How many are listed for each reason, the next due first.
const SHOWN: usize = 200;

/// Nothing but the token of a form.
#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

/// What waits, by reason.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let now = web.house().now();
    let mut tx = web.house().store.begin_read().await?;
    let mut reasons: BTreeMap<String, Vec<SuspenseRow>> = BTreeMap::new();
    for item in tx.open_suspense("").await? {
        reasons.entry(item.reason.clone()).or_default().push(item);
    }
    drop(tx);
    let over = reasons.values().flatten().filter(|i| i.due.is_some_and(|due| due <= now)).count();
    let title = lang.t("house-suspense");
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        p.lead { (lang.t("suspense-what")) }
        @if reasons.is_empty() { p { (lang.t("suspense-none")) } }
        @if over > 0 {
            form method="post" action="/house/suspense" {
                input type="hidden" name="csrf" value=(visit.token());
                p { (lang.with("suspense-over", &[("count", over.into())])) }
                p.send { button type="submit" { (lang.t("suspense-end")) } }
            }
        }
        @for (reason, items) in &mut reasons { (of_reason(reason, items, now, lang)) }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn of_reason(reason: &str, items: &mut [SuspenseRow], now: Timestamp, lang: Lang) -> Markup {
    items.sort_by_key(|i| (i.due.is_none(), i.due, i.id.clone()));
    let mut sums: BTreeMap<&str, money::Amount> = BTreeMap::new();
    for item in items.iter() {
        let currency = item.amount.currency();
        let sum = sums.entry(currency.code()).or_insert(money::Amount::zero(currency));
        *sum = money::Amount::from_micros(sum.micros().saturating_add(item.amount.micros()), currency);
    }
    let sum: Vec<String> = sums.values().map(|s| show::money(*s, lang)).collect();
    let name = lang.maybe(&format!("suspense-{reason}"), &[]).unwrap_or_else(|| reason.to_owned());
    html! {
        section aria-labelledby=(format!("r-{reason}")) {
            h2 id=(format!("r-{reason}")) { (name) " · " (sum.join(", ")) }
            div.wide role="group" aria-label=(name) tabindex="0" { table.figures {
                thead { tr { th scope="col" { (lang.t("suspense-due")) } th scope="col" { (lang.t("suspense-amount")) } th scope="col" { (lang.t("suspense-since")) } th scope="col" { (lang.t("suspense-to")) } } }
                tbody {
                    @for item in items.iter().take(SHOWN) {
                        tr {
                            th scope="row" { @match item.due { Some(due) => { (day(due, lang)) " " span.soft { (clock(due, now, lang)) } }, None => (lang.t("suspense-open")) } }
                            td { (show::money(item.amount, lang)) }
                            td { (day(item.opened, lang)) }
                            td translate="no" { (item.destination) }
                        }
                    }
                }
            } }
            @if items.len() > SHOWN { p.soft { (lang.with("suspense-more", &[("count", (items.len() - SHOWN).into())])) } }
        }
    }
}

/// How long until then, in days.
fn clock(due: Timestamp, now: Timestamp, lang: Lang) -> String {
    let days = (due.as_second() - now.as_second()) / 86_400;
    if due <= now {
        lang.t("suspense-is-over")
    } else {
        lang.with("suspense-days", &[("count", usize::try_from(days).unwrap_or(0).into())])
    }
}

/// Moves what is over to where it was to go.
pub(crate) async fn end_due(
    State(web): State<Web>,
    asker: Asker,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    asker.require_fresh_second_factor(&web)?;
    app::suspense::due(web.house(), &asker.by()).await?;
    Ok(Redirect::to("/house/suspense").into_response())
}
