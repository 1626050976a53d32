//! Where a party's money goes: its bank details, shown masked, changed by its owner with the second factor.

use app::payout::{self, Details};
use app::session::Need;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

use super::house::{day, refused};
use crate::access::{Asker, Checked};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Web, layout};

/// Bank details as somebody typed them. They are not shown back where they are refused, save for the name.
#[derive(Default, Deserialize)]
pub(crate) struct Sheet {
    #[serde(default)]
    holder: String,
    #[serde(default)]
    iban: String,
    #[serde(default)]
    bic: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    street: String,
    #[serde(default)]
    building: String,
    #[serde(default)]
    postcode: String,
    #[serde(default)]
    town: String,
}

/// Where money goes now, and the form to change it.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    whole(&web, &visit, &party, None, "").await
}

async fn whole(
    web: &Web,
    visit: &Visit,
    party: &str,
    refusal: Option<&app::Refusal>,
    holder: &str,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let house = web.house();
    let mut tx = house.store.begin_read().await?;
    let record = app::party::find(&mut tx, party).await?.party;
    let known = tx.details_of(house.store.fields(), &record.id).await?;
    drop(tx);
    let now = house.now();
    let title = lang.t("bank-title");
    let field = |name: &'static str, key: &str, most: u32, value: &str, needed: bool, auto: &'static str| {
        html! {
            div.field { label for=(name) { (lang.t(key)) } input id=(name) name=(name) value=(value) required[needed] maxlength=(most) autocomplete=(auto) spellcheck="false"; }
        }
    };
    let content = html! {
        h1 { (title) }
        p.lead { (record.name) }
        (refused(visit, refusal))
        section aria-labelledby="now" {
            h2 #now { (lang.t("bank-now")) }
            @if known.is_empty() { p { (lang.t("bank-none")) } }
            table.facts {
                @for one in known.iter().take(2) {
                    tr { th scope="row" translate="no" { (one.masked) } td { @if one.usable > now { (lang.with("bank-from", &[("day", day(one.usable, lang).into())])) } @else { (lang.with("bank-since", &[("day", day(one.created, lang).into())])) } } }
                }
            }
        }
        section aria-labelledby="change" {
            h2 #change { (lang.t(if known.is_empty() { "bank-give" } else { "bank-change" })) }
            p.note { (lang.t("bank-what")) }
            form.sheet method="post" action=(format!("/bank/{party}")) {
                input type="hidden" name="csrf" value=(visit.token());
                (field("holder", "bank-holder", 140, holder, true, "name"))
                (field("iban", "bank-iban", 42, "", false, "off"))
                details.more {
                    summary { (lang.t("bank-elsewhere")) }
                    div.pair { (field("account", "bank-account", 40, "", false, "off")) (field("bic", "bank-bic", 11, "", false, "off")) }
                    (field("country", "bank-country", 2, "", false, "country"))
                    div.pair { (field("street", "bank-street", 100, "", false, "address-line1")) (field("building", "bank-building", 20, "", false, "off")) }
                    div.pair { (field("postcode", "bank-postcode", 20, "", false, "postal-code")) (field("town", "bank-town", 60, "", false, "address-level2")) }
                }
                p.send { button type="submit" { (lang.t("account-save")) } }
            }
        }
    };
    Ok(layout::page(visit, &title, &content))
}

/// Sets bank details.
pub(crate) async fn set(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path(party): Path<String>,
    Checked(sheet): Checked<Sheet>,
) -> Result<Response, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    let id = app::party::find(&mut tx, &party).await?.party.id;
    drop(tx);
    asker.require(Need::Own(id.as_str()))?;
    asker.require_fresh_second_factor(&web)?;
    let holder = sheet.holder.clone();
    let details = Details {
        holder: sheet.holder,
        iban: sheet.iban,
        account: sheet.account,
        bic: sheet.bic,
        country: sheet.country,
        provider: false,
        street: sheet.street,
        building: sheet.building,
        postcode: sheet.postcode,
        town: sheet.town,
        address_country: String::new(),
    };
    match payout::set_details(web.house(), id.as_str(), details, &asker.by()).await {
        Ok(_) => Ok(Redirect::to(&format!("/bank/{id}")).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            let page = whole(&web, &visit, &party, Some(&refusal), &holder).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}
