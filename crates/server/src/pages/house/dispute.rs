//! Claims to names, and disputes about them.

use app::claim::{self, About};
use app::session::Need;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use music::ClaimId;
use music::claim::ClaimStatus;
use serde::Deserialize;
use store::ClaimRow;

use super::{day, refused, way_back};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, layout};

/// How many decided ones are listed.
const DECIDED: usize = 50;

/// What to do about a claim, and why.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    act: String,
    #[serde(default)]
    claim: String,
    #[serde(default)]
    party: String,
    #[serde(default)]
    reason: String,
}

/// All claims, open ones first.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    page(&web, &visit, None).await
}

async fn page(web: &Web, visit: &Visit, refusal: Option<&app::Refusal>) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let mut named = Vec::new();
    for row in claim::list(web.house(), None).await? {
        let mut tx = web.house().store.begin_read().await?;
        let name = tx.party(&row.party).await?.map_or_else(|| row.party.to_string(), |p| p.party.name);
        named.push((name, row));
    }
    let waits =
        |(_, row): &(String, ClaimRow)| matches!(row.status, ClaimStatus::Open | ClaimStatus::Disputed);
    let (open, done): (Vec<_>, Vec<_>) = named.into_iter().partition(waits);
    let title = lang.t("house-disputes");
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        (refused(visit, refusal))
        section aria-labelledby="open" {
            h2 #open { (lang.t("disputes-open")) }
            @if open.is_empty() { p { (lang.t("disputes-none")) } }
            ul.ledger { @for (name, row) in &open { (one(visit, name, row, true)) } }
        }
        section aria-labelledby="done" {
            h2 #done { (lang.t("disputes-done")) }
            @if done.is_empty() { p { (lang.t("disputes-none-done")) } }
            ul.ledger { @for (name, row) in done.iter().rev().take(DECIDED) { (one(visit, name, row, false)) } }
        }
        p.note { (lang.t("disputes-note")) }
    };
    Ok(layout::page(visit, &title, &content))
}

fn one(visit: &Visit, name: &str, row: &ClaimRow, open: bool) -> Markup {
    let lang = visit.lang;
    html! {
        li { details open[open] {
            summary {
                span.what { (name) }
                span.state { (lang.t(&format!("claim-is-{}", row.status.word()))) " · " (day(row.created, lang)) }
            }
            div.inside {
                p { (lang.t("disputes-claimant")) " " strong { (row.claimant) } @if let Some(contact) = &row.contact { " · " (contact) } }
                @if let Some(evidence) = &row.evidence { blockquote { p { (evidence) } } }
                @if !row.reason.is_empty() { p.soft { (row.reason) } }
                p.soft translate="no" { (row.id) " · " (row.party) }
                @if open { (form(visit, row)) }
            }
        } }
    }
}

fn form(visit: &Visit, row: &ClaimRow) -> Markup {
    let lang = visit.lang;
    let disputed = row.status == ClaimStatus::Disputed;
    html! {
        form.sheet method="post" action="/house/disputes" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="claim" value=(row.id);
            input type="hidden" name="party" value=(row.party);
            div.field {
                label for=(format!("why-{}", row.id)) { (lang.t("guards-reason")) }
                input id=(format!("why-{}", row.id)) name="reason" maxlength="500" autocomplete="off";
            }
            p.send {
                @if disputed {
                    button type="submit" name="act" value="settle" { (lang.t("disputes-settle")) }
                    button.plain type="submit" name="act" value="settle-before" { (lang.t("disputes-settle-before")) }
                } @else {
                    button type="submit" name="act" value="accept" { (lang.t("disputes-accept")) }
                    button.plain type="submit" name="act" value="refuse" { (lang.t("disputes-refuse")) }
                    button.plain type="submit" name="act" value="dispute" { (lang.t("disputes-freeze")) }
                }
            }
        }
    }
}

/// Accepts, refuses, freezes or settles.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(act): Checked<Act>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    asker.require_fresh_second_factor(&web)?;
    let house = web.house();
    let by = asker.by();
    let id: ClaimId = act.claim.parse().map_err(|_| Flaw::NotFound)?;
    let done = match act.act.as_str() {
        "accept" => claim::accept(house, &id, &by).await.map(drop),
        "refuse" => claim::refuse_claim(house, &id, &act.reason, &by).await.map(drop),
        "dispute" => claim::dispute(house, &About::Claim(id), &act.reason, &by).await.map(drop),
        "settle" => claim::settle_dispute(house, &act.party, Some(&id), &by).await.map(drop),
        "settle-before" => claim::settle_dispute(house, &act.party, None, &by).await.map(drop),
        _ => return Err(Flaw::BadForm),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/house/disputes").into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = page(&web, &visit, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
