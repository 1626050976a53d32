//! What stayed here: of the money paid by payers of a place, what reached parties who live there.

use allocation::territory::Where;
use app::figures::Told;
use app::territory::{self, Stayed};
use axum::extract::{Path, Query, State};
use axum::response::Html;
use maud::{Markup, html};
use music::{Level, Period};
use serde::Deserialize;

use crate::flaw::Flaw;
use crate::form::short;
use crate::picture::Part;
use crate::visit::Visit;
use crate::{Lang, Web, layout, map, show};

/// Of which time.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    period: Option<String>,
}

/// The places that there are.
pub(crate) async fn all(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let places = territory::lived_in(web.house()).await?;
    let title = lang.t("territory-all");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("territory-all-what")) }
        @if places.is_empty() { p { (lang.t("territory-all-none")) } }
        ul.names {
            @for (place, name) in &places {
                li { a href=(format!("/territory/{place}")) { (if name.is_empty() { place.as_str() } else { name }) } }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// The page of a place; its code may hold a locality after another slash.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let period = match asked.period.as_deref().map(str::trim) {
        None | Some("") => Period::ALWAYS,
        Some(text) => Period::parse(text).ok_or_else(|| {
            app::Refusal::new(
                "period",
                format!("`{}` is no period", short(text)),
                "2026, 2026-09, 2026-09-04",
            )
        })?,
    };
    let report = territory::report(web.house(), &short(&code), period, Level::Subdivision).await?;
    let name = if report.name.is_empty() { report.place.to_string() } else { report.name.clone() };
    let title = lang.with("territory-title", &[("name", name.into())]);
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("territory-what")) }
        @if report.currencies.is_empty() { p { (lang.t("territory-none")) } }
        @for one in &report.currencies { (currency(one, lang)) }
        p.note { (lang.t("territory-private")) }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn currency(one: &Stayed, lang: Lang) -> Markup {
    let withheld = || lang.t("not-told");
    html! {
        section {
            h2 { (lang.with("figures-in", &[("currency", one.currency.code().into())])) }
            @if let (Told::Known(paid), Told::Known(stayed), Told::Known(parties)) = (&one.paid_in, &one.stayed, &one.parties) {
                p.lead { (lang.with("territory-stayed", &[("paid", show::money(*paid, lang).into()), ("stayed", show::money(*stayed, lang).into()), ("parties", usize::try_from(*parties).unwrap_or(usize::MAX).into())])) }
            }
            @if let Told::Known(went) = &one.went { (map::of_money(&lang.t("territory-map"), &spots(went, lang))) }
            table.facts {
                tr { th scope="row" { (lang.t("territory-paid")) } td { (match &one.paid_in { Told::Known(a) => show::money(*a, lang), Told::Withheld(_) => withheld() }) } }
                tr { th scope="row" { (lang.t("territory-here")) } td { (match &one.stayed { Told::Known(a) => show::money(*a, lang), Told::Withheld(_) => withheld() }) } }
                tr { th scope="row" { (lang.t("territory-parties")) } td { (match &one.parties { Told::Known(n) => show::number(*n, lang), Told::Withheld(_) => withheld() }) } }
                @if let Told::Known(went) = &one.went {
                    @for (place, amount) in went { tr { th scope="row" { (place_words(place, lang)) } td { (show::money(*amount, lang)) } } }
                }
            }
        }
    }
}

/// What went to places with a code, to be drawn.
fn spots(went: &[(Where, money::Amount)], lang: Lang) -> Vec<(String, Part)> {
    let at = |(place, amount): &(Where, money::Amount)| match place {
        Where::At(code) => {
            let size = u64::try_from(amount.micros()).ok()?;
            let part = Part::new(size, place_words(place, lang), show::money(*amount, lang), 1);
            Some((code.as_str().to_owned(), part))
        }
        _ => None,
    };
    went.iter().filter_map(at).collect()
}

fn place_words(place: &Where, lang: Lang) -> String {
    match place {
        Where::At(code) => lang.with("territory-at", &[("code", code.as_str().into())]),
        Where::Unknown => lang.t("territory-unknown"),
        Where::Waiting => lang.t("territory-waiting"),
        Where::Taken => lang.t("territory-taken"),
    }
}
