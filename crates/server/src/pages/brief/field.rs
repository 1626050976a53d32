//! What the field is told, for everybody: reference prices, who is shown and paid by tier and territory, how fair the lists
//! were, and the sessions given to emerging artists with how each was chosen.

use app::brief::domain::Word as _;
use app::brief::field::{self, Field};
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::parts::word;
use crate::flaw::Flaw;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show as words};

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let f = field::field(web.house()).await?;
    let grants = field::published_grants(web.house()).await?;
    let title = lang.t("field-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("field-what")) }
        p.note { (lang.with("field-until", &[("day", words::iso_day(&f.until, lang).into())])) " " a href="/field.json" { "JSON" } }
        section aria-labelledby="prices" { h2 #prices { (lang.t("field-prices")) }
            p.note { (lang.t("field-prices-what")) }
            @if f.prices.is_empty() { p { (lang.t("field-prices-none")) } } @else {
                div.wide role="group" aria-label=(lang.t("field-title")) tabindex="0" { table.figures {
                    thead { tr { th scope="col" { (lang.t("field-kind")) } th scope="col" { (lang.t("field-tier")) } th scope="col" { (lang.t("field-price")) } th scope="col" { (lang.t("field-deals")) } } }
                    tbody { @for p in &f.prices { tr { th scope="row" { (word(p.kind, lang)) } td { (tier(p.tier.word(), lang)) } td { (words::money(p.middle, lang)) } td { (lang.with("field-at-least", &[("count", p.at_least.into())])) } } } }
                } }
            }
        }
        section aria-labelledby="attention" { h2 #attention { (lang.t("field-attention")) }
            p.note { (lang.t("field-attention-what")) }
            (shares(&f.attention.iter().map(|(t, n)| (tier(t, lang), *n)).collect::<Vec<_>>(), lang))
        }
        section aria-labelledby="money" { h2 #money { (lang.t("field-money")) }
            p.note { (lang.t("field-money-what")) }
            (shares(&f.money.iter().map(|(t, c, n)| (format!("{} ({})", tier(t, lang), c.code()), *n)).collect::<Vec<_>>(), lang))
            h3 { (lang.t("field-territories")) }
            (shares(&f.territories.iter().map(|(t, c, n)| (format!("{} ({})", match t.as_str() { "?" => lang.t("field-unknown"), field::OTHERS => lang.t("field-others"), _ => t.clone() }, c.code()), *n)).collect::<Vec<_>>(), lang))
        }
        section aria-labelledby="fair" { h2 #fair { (lang.t("field-fair")) }
            p.note { (lang.t("field-fair-what")) }
            @match &f.fairness {
                None => p { (lang.t("field-not-yet")) },
                Some(fair) => table.facts {
                    tr { th scope="row" { (lang.t("field-within")) } td { (percent(fair.within, lang)) } }
                    tr { th scope="row" { (lang.t("field-inequity")) } td { (decimal(fair.inequity, lang)) } }
                    tr { th scope="row" { (lang.t("field-upper")) } td { (decimal(fair.upper_tenth, lang)) } }
                    tr { th scope="row" { (lang.t("field-loss")) } td { (percent(fair.loss, lang)) } }
                },
            }
        }
        section aria-labelledby="sessions" { h2 #sessions { (lang.t("field-sessions")) }
            p.note { (lang.t("field-sessions-what")) }
            @if grants.is_empty() { p { (lang.t("field-sessions-none")) } }
            ul.ledger { @for g in &grants { li { details {
                summary { span.what { (g.artist) } span.amount { (words::money(g.amount, lang)) } }
                div.inside {
                    p.soft { (words::iso_day(&g.day, lang)) @if !g.place.is_empty() { " · " (g.place) } }
                    p { (lang.with("field-session-choice", &[("candidates", g.candidates.into()), ("given", g.given.into())])) }
                    @if g.log.is_some() { p { a href=(format!("/field/session/{}", g.id)) { (lang.t("grants-log")) } } } @else { p.hint { (lang.t("grants-log-few")) } }
                    p.small translate="no" { "SHA-256 " (g.hash) }
                }
            } } } }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn tier(word: &str, lang: Lang) -> String {
    if word == field::OTHERS {
        return lang.t("field-others");
    }
    lang.t(&format!("tier-{word}"))
}

fn shares(rows: &[(String, i64)], lang: Lang) -> Markup {
    html! {
        @if rows.is_empty() { p { (lang.t("field-not-yet")) } } @else {
            table.facts { @for (name, part) in rows { tr { th scope="row" { (name) } td { (part) "\u{202f}%" } } } }
        }
    }
}

fn percent(part: f64, lang: Lang) -> String {
    format!("{}\u{202f}%", comma(format!("{:.1}", part * 100.0), lang))
}

fn decimal(n: f64, lang: Lang) -> String {
    comma(format!("{n:.2}"), lang)
}

fn comma(text: String, lang: Lang) -> String {
    if lang == Lang::Fr { text.replace('.', ",") } else { text }
}

/// The same for programs.
pub(crate) async fn json(State(web): State<Web>) -> Result<Response, Flaw> {
    let f = field::field(web.house()).await?;
    let grants = field::published_grants(web.house()).await?;
    Ok(axum::Json(value(&f, &grants)).into_response())
}

/// The selection log of a session, where everybody may read it.
pub(crate) async fn session(State(web): State<Web>, Path(grant): Path<String>) -> Result<Response, Flaw> {
    let log = field::selection_log(web.house(), &grant, false).await?;
    Ok(crate::pages::invoice::file("application/json", &format!("{grant}.json"), log.into_bytes()))
}

pub(crate) fn value(f: &Field, grants: &[field::Granted]) -> Value {
    let prices: Vec<Value> = f
        .prices
        .iter()
        .map(|p| json!({ "kind": p.kind.word(), "tier": p.tier.word(), "about": p.middle.to_string(), "at_least": p.at_least }))
        .collect();
    let fair = f.fairness.map(|x| json!({ "within_ten_per_cent": x.within, "inequity_of_attention": x.inequity, "upper_tenth": x.upper_tenth, "loss_of_fit": x.loss }));
    let of = |all: &[(String, money::Currency, i64)], what: &str| -> Vec<Value> {
        all.iter().map(|(name, c, n)| json!({ what: name, "currency": c.code(), "per_cent": n })).collect()
    };
    let sessions: Vec<Value> = grants
        .iter()
        .map(|g| json!({ "artist": g.artist, "amount": g.amount.to_string(), "day": g.day, "place": g.place, "candidates": g.candidates, "given": g.given, "choice_sha256": g.hash, "grant": g.id, "selection_log": g.log.as_ref().map(|_| format!("/field/session/{}", g.id)) }))
        .collect();
    let attention: Vec<Value> =
        f.attention.iter().map(|(tier, n)| json!({ "tier": tier, "per_cent": n })).collect();
    json!({ "until": f.until, "prices": prices, "attention": attention, "money": of(&f.money, "tier"), "territories": of(&f.territories, "territory"), "fairness": fair, "sessions": sessions })
}
