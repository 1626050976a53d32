//! Public figures: what came in, where it is now, whom it reached.

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};

use crate::adapters::{CurrencyFigures, Figures};
use crate::flaw::Flaw;
use crate::picture::{self, Part};
use crate::visit::Visit;
use crate::{Lang, Web, adapters, layout, show};

/// The page of figures.
pub(crate) async fn show(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let figures = adapters::figures(web.house()).await?;
    let content = html! {
        h1 { (lang.t("figures-title")) }
        p.lead { (lang.t("figures-what")) }
        (flow(&figures, lang))
        @if !figures.people.is_empty() {
            section aria-labelledby="people" {
                h2 #people { (lang.t("figures-people")) }
                (table(&figures.people, lang))
            }
        }
        p.note { (lang.t("figures-private")) }
    };
    Ok(layout::page(&visit, &lang.t("figures-title"), &content))
}

/// What came in and where it is now, one bar per currency.
pub(crate) fn flow(figures: &Figures, lang: Lang) -> Markup {
    html! {
        @if figures.currencies.is_empty() { p { (lang.t("figures-none")) } }
        @for money in &figures.currencies {
            div.flow {
                p.sum { span { (lang.t("figure-received")) } " " strong { (show::money(money.received, lang)) } }
                (picture::split(&lang.t("figure-received"), &parts(money, lang)))
            }
        }
    }
}

fn parts(money: &CurrencyFigures, lang: Lang) -> Vec<Part> {
    let part = |amount: money::Amount, key: &str, ink| {
        Part::new(u64::try_from(amount.micros()).unwrap_or(0), lang.t(key), show::money(amount, lang), ink)
    };
    vec![
        part(money.paid, "figure-paid", 1),
        part(money.owed, "figure-owed", 2),
        part(money.suspense, "figure-suspense", 4),
        part(money.deducted, "figure-deducted", 3),
        part(money.open, "figure-open", 6),
    ]
}

fn table(people: &[(&'static str, String)], lang: Lang) -> Markup {
    html! {
        table.facts {
            @for (key, value) in people {
                tr { th scope="row" { (lang.t(key)) } td { (value) } }
            }
        }
    }
}
