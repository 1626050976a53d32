//! Disputes over work for brands: who, what is frozen, what both sides say, and the house's decision, which both read.

use app::brief::dispute::{self, Disputed};
use app::session::Need;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use money::Amount;
use serde::Deserialize;

use super::{refused, way_back};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::pages::brief::contract::told;
use crate::visit::Visit;
use crate::{Web, form, layout, show as words};

/// How many decided ones are listed.
const DECIDED: usize = 50;

/// A decision: all of it, nothing, or a part, and why.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    act: String,
    deal: String,
    milestone: i64,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    reasons: String,
}

/// All disputes, open ones first.
pub(crate) async fn list(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    page(&web, &visit, None).await
}

async fn page(web: &Web, visit: &Visit, failed: Option<(&app::Refusal, &Act)>) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let (open, done): (Vec<_>, Vec<_>) =
        dispute::list(web.house()).await?.into_iter().partition(Disputed::is_open);
    let title = lang.t("house-work");
    let content = html! {
        (way_back(lang))
        h1 { (title) }
        p.lead { (lang.t("work-what")) }
        (refused(visit, failed.map(|(refusal, _)| refusal)))
        section aria-labelledby="open" {
            h2 #open { (lang.t("disputes-open")) }
            @if open.is_empty() { p { (lang.t("work-none")) } }
            div.worked { @for d in &open { (one(visit, d, failed.map(|(_, act)| act))) } }
        }
        section aria-labelledby="done" {
            h2 #done { (lang.t("disputes-done")) }
            @if done.is_empty() { p { (lang.t("work-none-done")) } }
            ul.ledger { @for d in done.iter().take(DECIDED) { li { details {
                summary { span.what { (d.deal.contract.title) " · " (d.milestone.title) br; span.soft { (sides(d)) } }
                    span.amount { @match d.milestone.awarded { Some(a) => (words::money(a, lang)), None => "" } " / " (words::money(d.milestone.amount, lang)) } }
                div.inside { (said(visit, d)) }
            } } } }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

fn sides(d: &Disputed) -> String {
    format!("{} · {}", d.deal.contract.brand.name, d.deal.contract.artist.name)
}

fn said(visit: &Visit, d: &Disputed) -> Markup {
    html! { ul.reasons { @for e in &d.events { (told(&d.deal.row, e, visit.lang)) } } }
}

fn one(visit: &Visit, d: &Disputed, failed: Option<&Act>) -> Markup {
    let (lang, c, m) = (visit.lang, &d.deal.contract, &d.milestone);
    let id = format!("{}-{}", d.deal.row.id, m.place);
    let kept = failed.filter(|a| a.deal == d.deal.row.id.as_str() && a.milestone == m.place);
    let split = !c.split.is_empty() || !c.scene.is_empty();
    html! {
        article.pay {
            p.from { (sides(d)) }
            h3 { (c.title) " · " (m.place) ". " (m.title) }
            p.big { (words::money(m.amount, lang)) }
            p { (lang.t("work-frozen")) " " (lang.with("work-others", &[("held", words::money(d.deal.held, lang).into())])) }
            h4 { (lang.t("work-agreed")) }
            p { (c.mission) }
            @if !c.labels.is_empty() { p.soft { (lang.t("work-labels")) " " (c.labels.join(", ")) } }
            @if split { p.soft { (lang.t("work-divided")) } }
            details.more { summary { (lang.t("deal-text")) } pre.paper lang=(c.lang) { (d.deal.text.words) } p.small translate="no" { "SHA-256 " (d.deal.text.hash) } }
            h4 { (lang.t("work-said")) }
            (said(visit, d))
            form.sheet method="post" action="/house/work" {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="deal" value=(d.deal.row.id);
                input type="hidden" name="milestone" value=(m.place);
                div.field { label for=(format!("reasons-{id}")) { (lang.t("work-reasons")) } p.hint { (lang.t("work-reasons-hint")) }
                    textarea.words #(format!("reasons-{id}")) name="reasons" required rows="3" maxlength="5000" { (kept.map_or("", |a| a.reasons.as_str())) } }
                div.field { label for=(format!("amount-{id}")) { (lang.t("work-amount")) } p.hint { (lang.with("work-amount-hint", &[("code", m.amount.currency().code().into())])) }
                    input #(format!("amount-{id}")) name="amount" inputmode="decimal" maxlength="40" value=(kept.map_or("", |a| a.amount.as_str())); }
                div.send {
                    button type="submit" name="act" value="part" { (lang.t("work-part")) }
                    button.plain type="submit" name="act" value="all" { (lang.t("work-all")) }
                    button.plain type="submit" name="act" value="none" { (lang.t("work-nothing")) }
                }
            }
        }
    }
}

/// Decides a dispute. Whoever acts for one of its sides does not decide it for the house.
pub(crate) async fn act(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Checked(act): Checked<Act>,
) -> Result<Response, Flaw> {
    asker.require(Need::Operate)?;
    asker.require_fresh_second_factor(&web)?;
    let house = web.house();
    let all = dispute::list(house).await?;
    let found = all.iter().find(|d| d.deal.row.id.as_str() == act.deal && d.milestone.place == act.milestone);
    let found = found.ok_or(Flaw::NotFound)?;
    if let Asker::Person(visitor) = &asker {
        let row = &found.deal.row;
        let is_side = |id: &str| dispute::side_in(row, id).is_some();
        if visitor.rights.parties().any(|(_, id)| is_side(id)) {
            return Err(Flaw::Refused(app::Refusal::new(
                "not-yours",
                "no side settles its own dispute",
                "somebody else of the house does",
            )));
        }
    }
    let whole = found.milestone.amount;
    let award = match act.act.as_str() {
        "all" => Ok(whole),
        "none" => Ok(Amount::zero(whole.currency())),
        "part" => form::amount(&act.amount, whole.currency()),
        _ => return Err(Flaw::BadForm),
    };
    let done = match award {
        Ok(award) => {
            dispute::settle(house, &act.deal, act.milestone, award, &act.reasons, &asker.by()).await.map(drop)
        }
        Err(refusal) => Err(app::Failure::Refused(refusal)),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/house/work").into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = page(&web, &visit, Some((&refusal, &act))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
