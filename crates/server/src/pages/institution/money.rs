//! What became of an institution's money, span by span.

use app::institution::account::{self, Became, Parts, Shared};
use app::institution::{self, stayed};
use axum::extract::{Path, State};
use axum::response::Html;
use jiff::civil::Date;
use maud::{Markup, html};

use super::usage::span_name;
use super::{own, stayed_words};
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// The page.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let lang = visit.lang;
    let one = institution::one(web.house(), &party).await?;
    let id = one.row.party.as_str();
    let book = account::book(web.house(), id).await?;
    let stayed = stayed::report(web.house(), id, Date::MIN, Date::MAX).await?;
    let title = lang.t("money-title");
    let content = html! {
        p.from { a href=(format!("/institution/{id}")) { (one.name) } }
        h1 { (title) }
        p.lead { (lang.t("money-what")) }
        @for s in &stayed { (stayed_words(s, lang)) }
        @if let Some(next) = &book.next {
            p.kept { (lang.with("money-next", &[("amount", words::money(next.amount, lang).into())]))
                @if let Some(due) = next.due { " " (lang.with("money-next-until", &[("day", words::day(due.to_zoned(jiff::tz::TimeZone::UTC).date(), lang).into())])) } }
        }
        @if book.spans.is_empty() { p { (lang.t("money-none")) } }
        @for span in book.spans.iter().rev() {
            @if let Some(told) = &span.told { (section(span, told, lang)) }
        }
        (still(&book.spans, lang))
        p.note { (lang.t("money-private")) }
    };
    Ok(layout::page(&visit, &title, &content))
}

/// The spans that are not shared yet, a line each.
fn still(spans: &[Shared], lang: Lang) -> Markup {
    let open: Vec<&Shared> = spans.iter().filter(|s| s.told.is_none()).collect();
    html! {
        @if !open.is_empty() {
            section aria-labelledby="still" {
                h2 #still { (lang.t("money-still")) }
                table.facts { @for s in open { tr {
                    th scope="row" { (span_name(s.start, s.end, lang)) br; span.soft { (lang.t(if s.received.is_zero() { "money-awaited" } else { "money-arrived" })) } }
                    td { (words::money(if s.received.is_zero() { s.billed } else { s.received }, lang)) }
                } } }
            }
        }
    }
}

fn section(span: &Shared, told: &Became, lang: Lang) -> Markup {
    html! {
        section {
            h2 { (span_name(span.start, span.end, lang)) }
            @match told {
                Became::Untold => p { (lang.with("money-untold", &[("amount", words::money(span.received, lang).into())])) },
                Became::Parts(parts) => (table(span, parts, lang)),
            }
            p.soft { (lang.with("contract-rule", &[("rule", span.rule.as_str().into())])) }
        }
    }
}

fn table(span: &Shared, parts: &Parts, lang: Lang) -> Markup {
    let row = |name: &str, amount: money::Amount| html! { tr { th scope="row" { (name) } td { (words::money(amount, lang)) } } };
    html! {
        table.figures.few {
            tbody {
                (row(&lang.t("money-received"), span.received))
                @if !parts.brought.is_zero() { (row(&lang.t("money-brought"), parts.brought)) }
            }
            tbody {
                (row(&lang.t("money-paid"), parts.paid))
                @for (account, amount) in &parts.taken { (row(&account_words(account.as_str(), lang), *amount)) }
                @if !parts.waits.is_zero() { (row(&lang.t("money-waits"), parts.waits)) }
                @if !parts.carried.is_zero() { (row(&lang.t("money-carried"), parts.carried)) }
            }
        }
    }
}

/// An account of the house or a fund, in words where it is one of the usual ones.
fn account_words(account: &str, lang: Lang) -> String {
    match account {
        "house:operation" => lang.t("money-house-operation"),
        "house:research" => lang.t("money-house-research"),
        "fund:solidarity" => lang.t("money-fund-solidarity"),
        other => other.to_owned(),
    }
}
