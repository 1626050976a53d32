//! One pot under several rules, for the house: pictures and the tables they are drawn from.

use allocation::compare::Movement;
use allocation::comparison::{Comparison, Moved, Outcome};
use app::compare::{Ask, Compared};
use axum::extract::{Path, Query, State};
use axum::response::Html;
use maud::{Markup, PreEscaped, html};
use music::Level;
use serde::Deserialize;

use crate::comparison::{change, gini, label, panels, ranks_words, signed};
use crate::flaw::Flaw;
use crate::form::short;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Which rules are asked for, separated by commas; the pot's own and its usual alternatives without.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    rules: Option<String>,
}

/// The page of a pot.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(pot): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let pot = pot.parse().map_err(|_| Flaw::NotFound)?;
    let rules = asked.rules.as_deref().unwrap_or_default().split(',').map(short).filter(|r| !r.is_empty());
    let ask =
        Ask { pot, rules: rules.collect(), levels: Vec::new(), level: Level::Subdivision, amount: None };
    let compared = app::compare::compare(web.house(), &ask).await?;
    let title = lang.t("compare-title");
    Ok(layout::page(&visit, &title, &content(&compared, &title, lang)))
}

fn content(compared: &Compared, title: &str, lang: Lang) -> Markup {
    let comparison = &compared.comparison;
    let outcomes: Vec<_> = comparison.outcomes().collect();
    let basis = lang.t(&format!("compare-basis-{}", compared.basis.replace(' ', "-")));
    html! {
        h1 { (title) }
        p.lead { (compared.pot.purpose) " · " strong { (show::money(comparison.amount, lang)) } " " (basis) }
        p.note { (lang.t("compare-what")) }
        ol.legend {
            @for (n, (rule, _)) in (1..).zip(&outcomes) {
                li { span class=(format!("swatch i{}", [1, 3, 4, 2, 5][(n - 1) % 5])) aria-hidden="true" {} span { (n) " " (label(rule)) } }
            }
        }
        @for column in &comparison.columns {
            @if let Err(problem) = &column.outcome {
                p.notice { strong { (label(&column.rule)) } ": " span lang="en" { (problem.message) } }
            }
        }
        div.panels {
            @for (n, panel) in panels(comparison, lang).iter().enumerate() {
                figure { (PreEscaped(panel.inline(&format!("p{n}")))) }
            }
        }
        section aria-labelledby="figures" {
            h2 #figures { (lang.t("compare-figures")) }
            (figures(comparison, lang))
        }
        @for (n, (rule, outcome)) in outcomes.iter().enumerate() {
            @if let Some(against) = &outcome.against {
                section aria-labelledby=(format!("against-{n}")) {
                    h2 #(format!("against-{n}")) { (lang.with("compare-against", &[("rule", label(rule).into()), ("base", outcomes.first().map(|(r, _)| label(r)).unwrap_or_default().into())])) }
                    (movements(&lang.t("compare-by-rank"), against.by_rank.iter().map(|(r, m)| (ranks_words(r, lang), m)), lang))
                    (movements(&lang.t("compare-by-place"), against.by_place.iter().map(|(p, m)| (or_unknown(p, lang), m)), lang))
                    (movements(&lang.t("compare-by-tier"), against.by_tier.iter().map(|(t, m)| (or_unknown(t, lang), m)), lang))
                    (moved(&lang.t("compare-gainers"), &against.gainers, lang))
                    (moved(&lang.t("compare-losers"), &against.losers, lang))
                }
            }
        }
    }
}

fn or_unknown(text: &str, lang: Lang) -> String {
    if text.is_empty() { lang.t("compare-unknown") } else { text.to_owned() }
}

fn figures(comparison: &Comparison, lang: Lang) -> Markup {
    let outcomes: Vec<_> = comparison.outcomes().collect();
    type Row = (&'static str, fn(&Outcome, Lang) -> String);
    let rows: [Row; 7] = [
        ("compare-paid", |o, l| show::number(o.figures.paid, l)),
        ("compare-top-10", |o, l| show::percent(u64::from(o.figures.top_10), l)),
        ("compare-top-1-percent", |o, l| show::percent(u64::from(o.figures.top_1_percent), l)),
        ("compare-top-10-percent", |o, l| show::percent(u64::from(o.figures.top_10_percent), l)),
        ("compare-gini", |o, l| gini(o.figures.gini, l)),
        ("compare-waits", |o, l| show::money(o.waits, l)),
        ("compare-taken", |o, l| show::money(o.taken, l)),
    ];
    html! {
        div.wide tabindex="0" role="group" aria-labelledby="figures" {
            table {
                thead { tr { th scope="col" { span.hidden { (lang.t("compare-figure")) } } @for (rule, _) in &outcomes { th scope="col" { (label(rule)) } } } }
                tbody {
                    @for (key, value) in rows { tr { th scope="row" { (lang.t(key)) } @for (_, o) in &outcomes { td { (value(o, lang)) } } } }
                    @for n in 0..outcomes.first().map_or(0, |(_, o)| o.figures.at_least.len()) {
                        tr {
                            th scope="row" { (lang.with("compare-at-least", &[("amount", outcomes.first().and_then(|(_, o)| o.figures.at_least.get(n)).map(|(a, _)| show::money(*a, lang)).unwrap_or_default().into())])) }
                            @for (_, o) in &outcomes { td { (o.figures.at_least.get(n).map(|(_, c)| show::number(*c, lang)).unwrap_or_default()) } }
                        }
                    }
                    @if outcomes.iter().any(|(_, o)| o.against.is_some()) {
                        @for (key, of) in [("compare-gain", (|m: &Movement| m.gain) as fn(&Movement) -> u64), ("compare-lose", |m| m.lose), ("compare-same", |m| m.same)] {
                            tr { th scope="row" { (lang.t(key)) } @for (_, o) in &outcomes { td { (o.against.as_ref().map(|a| show::number(of(&a.all), lang)).unwrap_or_default()) } } }
                        }
                    }
                }
            }
        }
    }
}

fn movements<'a>(title: &str, rows: impl Iterator<Item = (String, &'a Movement)>, lang: Lang) -> Markup {
    let rows: Vec<_> = rows.collect();
    html! {
        h3 { (title) }
        div.wide tabindex="0" role="group" aria-label=(title) {
            table {
                thead { tr { th scope="col" { span.hidden { (title) } } @for key in ["compare-gain", "compare-lose", "compare-same", "compare-change"] { th scope="col" { (lang.t(key)) } } } }
                tbody {
                    @for (name, m) in &rows {
                        tr {
                            th scope="row" { (name) }
                            @for n in [m.gain, m.lose, m.same] { td { (show::number(n, lang)) } }
                            td { (change(m).map(|c| signed(c, lang)).unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
}

fn moved(title: &str, rows: &[Moved], lang: Lang) -> Markup {
    html! {
        @if !rows.is_empty() {
            h3 { (title) }
            div.wide tabindex="0" role="group" aria-label=(title) {
                table {
                    thead { tr { th scope="col" { span.hidden { (title) } } th scope="col" { (lang.t("compare-before")) } th scope="col" { (lang.t("compare-after")) } } }
                    tbody { @for m in rows { tr { th scope="row" { (m.name) } td { (show::money(m.before, lang)) } td { (show::money(m.after, lang)) } } } }
                }
            }
        }
    }
}
