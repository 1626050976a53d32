//! Payouts: batches to approve, what stays out of them and why, those that went out.

use app::payout::{self, Batch};
use app::session::Need;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use money::Currency;
use music::BatchId;
use serde::Deserialize;

use super::{day, refused, way_back};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, layout, show};

/// How many batches are shown.
const SHOWN: usize = 60;
/// How many payouts of each.
const PAYOUTS: usize = 500;

/// What to do: prepare in a currency, or approve or drop a batch.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    batch: String,
    #[serde(default)]
    currency: String,
}

/// All batches.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    page(&web, &visit, None).await
}

async fn page(web: &Web, visit: &Visit, refusal: Option<&app::Refusal>) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let all = payout::list(web.house()).await?;
    let title = lang.t("house-payouts");
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        (refused(visit, refusal))
        section aria-labelledby="batches" {
            h2 #batches { (lang.t("payouts-batches")) }
            @if all.is_empty() { p { (lang.t("payouts-none")) } }
            ul.ledger { @for one in all.iter().take(SHOWN) { (batch(visit, one)) } }
        }
        section aria-labelledby="prepare" {
            h2 #prepare { (lang.t("payouts-prepare")) }
            p.note { (lang.t("payouts-prepare-what")) }
            form.sheet method="post" action="/house/payouts" {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="act" value="prepare";
                div.field { label for="currency" { (lang.t("field-currency")) } input #currency name="currency" value="EUR" required maxlength="3" minlength="3" autocomplete="off" spellcheck="false"; }
                p.send { button.plain type="submit" { (lang.t("payouts-prepare-send")) } }
            }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn batch(visit: &Visit, one: &Batch) -> Markup {
    let lang = visit.lang;
    let b = &one.batch;
    let sum: i64 = one.payouts.iter().map(|(p, _, _)| p.net.micros()).fold(0, i64::saturating_add);
    let open = b.status == "prepared";
    html! {
        li { details open[open] {
            summary {
                span.what { (lang.with("payouts-batch", &[("number", usize::try_from(b.number).unwrap_or(0).into()), ("count", one.payouts.len().into())])) }
                span.state { (lang.t(&format!("batch-{}", b.status))) " · " (day(b.prepared, lang)) }
                span.amount { (show::money(money::Amount::from_micros(sum, b.currency), lang)) }
            }
            div.inside {
                table.facts {
                    @for (p, name, account) in one.payouts.iter().take(PAYOUTS) {
                        tr { th scope="row" { (name) br; span.soft translate="no" { (account) " · " (p.rail) } } td { (show::money(p.net, lang)) } }
                    }
                }
                @if !one.stays.is_empty() {
                    h3 { (lang.t("payouts-stay")) }
                    table.facts { @for (who, amount, why) in one.stays.iter().take(PAYOUTS) { tr { th scope="row" { (who) br; span.soft lang="en" { (why.join(", ")) } } td { (show::money(*amount, lang)) } } } }
                }
                p.soft { (lang.t("payouts-prepared-by")) " " span translate="no" { (b.prepared_by) } @if let Some(by) = &b.approved_by { " · " (lang.t("run-approved-by")) " " span translate="no" { (by) } } }
                @if open {
                    form.sheet method="post" action="/house/payouts" {
                        input type="hidden" name="csrf" value=(visit.token());
                        input type="hidden" name="batch" value=(b.id);
                        p.send {
                            button type="submit" name="act" value="approve" { (lang.t("payouts-approve")) }
                            button.plain type="submit" name="act" value="drop" { (lang.t("payouts-drop")) }
                        }
                    }
                }
            }
        } }
    }
}

/// Prepares, approves or drops.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(act): Checked<Act>,
) -> Result<Response, Flaw> {
    let house = web.house();
    let id = || act.batch.parse::<BatchId>().map_err(|_| Flaw::NotFound);
    let done = match act.act.as_str() {
        "prepare" => {
            asker.require(Need::Operate)?;
            let currency: Currency = act.currency.trim().parse().map_err(|_| Flaw::BadForm)?;
            payout::prepare(house, currency, &asker.by()).await.map(drop)
        }
        "approve" => {
            asker.require(Need::Approve)?;
            asker.require_fresh_second_factor(&web)?;
            payout::approve(house, &id()?, &asker.by()).await.map(drop)
        }
        "drop" => {
            asker.require(Need::Operate).or_else(|_| asker.require(Need::Approve))?;
            payout::drop_batch(house, &id()?, &asker.by()).await
        }
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/house/payouts").into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = page(&web, &visit, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
