//! Where the money of a member's own seat went.

use allocation::rule::{By, Destination, Where};
use app::member::money::{self, Line, Moved, SeatMoney};
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::history::{day, period};
use super::{Ears, page};
use crate::flaw::Flaw;
use crate::picture::{self, Part};
use crate::visit::Visit;
use crate::{Lang, Web, show as words};

/// Where the money went, period by period.
pub(crate) async fn show(State(web): State<Web>, visit: Visit, ears: Ears) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let all = match web.players().recorder() {
        Some(recorder) => money::seat(web.house(), recorder.keys(), &ears.at.member).await?,
        None => Vec::new(),
    };
    let title = lang.t("listen-money");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("listen-money-what")) }
        @if all.is_empty() { p { (lang.t("listen-money-none")) } }
        @for one in &all { (of_period(one, lang)) }
        p.note { (lang.t("listen-money-private")) }
    };
    Ok(page(&visit, &ears, &title, &content))
}

fn of_period(one: &SeatMoney, lang: Lang) -> Markup {
    let sum = one.rule.summary.get(rule_lang(lang));
    html! {
        section.statement {
            h2 { (period(&one.period.label, lang)) }
            @match one.seat {
                Some(seat) => p.sum { strong { (words::money(seat, lang)) } span.soft { (lang.t("listen-money-seat")) } },
                None => p.note { (lang.with("listen-money-few", &[("count", one.least.into())])) },
            }
            (bar(one, lang))
            ul.ledger { @for line in &one.lines { (line_of(line, lang)) } }
            details.rule { summary { (lang.with("listen-money-rule", &[("rule", one.rule.label().into())])) } p { (sum) } }
            @if let Some(until) = one.until { p.note { (lang.with("listen-money-until", &[("day", day(until, lang).into())])) } }
        }
    }
}

/// The divided bar, where every part may be told.
fn bar(one: &SeatMoney, lang: Lang) -> Markup {
    let told: Option<Vec<_>> = one.lines.iter().map(|l| Some((l, l.amount?))).collect();
    let Some(told) = told else { return html! {} };
    let parts: Vec<Part> = told
        .iter()
        .zip((1_u8..=6).cycle())
        .filter_map(|((line, amount), ink)| {
            let size = u64::try_from(amount.micros()).ok().filter(|s| *s > 0)?;
            Some(Part::new(size, name(line, lang), words::money(*amount, lang), ink))
        })
        .collect();
    if parts.is_empty() {
        return html! {};
    }
    picture::split(&lang.t("listen-money-bar"), &parts)
}

fn line_of(line: &Line, lang: Lang) -> Markup {
    let amount = line.amount.map_or_else(|| lang.t("listen-money-untold"), |a| words::money(a, lang));
    html! {
        li {
            @match &line.moved {
                Some(moved) if !moved.is_empty() => {
                    details {
                        summary { span.what { (name(line, lang)) } span.amount { (amount) } }
                        div.inside { p.soft { (lang.t("listen-money-own")) } table.facts { @for m in moved { (row(m, lang)) } } }
                    }
                }
                moved => {
                    details {
                        summary { span.what { (name(line, lang)) } span.amount { (amount) } }
                        div.inside { p.soft { (lang.t(if moved.is_some() { "listen-money-nothing" } else { "listen-money-alike" })) } }
                    }
                }
            }
        }
    }
}

fn row(m: &Moved, lang: Lang) -> Markup {
    let value = m.amount.map_or_else(|| words::percent(m.part_ppm, lang), |a| words::money(a, lang));
    let what =
        if m.title.is_empty() { m.recording.to_string() } else { format!("{} – {}", m.artist, m.title) };
    html! { tr { th scope="row" { a href=(format!("/listen/song/{}", m.recording)) { (what) } } td { (value) } } }
}

/// What a part of a rule is, in the reader's words.
fn name(line: &Line, lang: Lang) -> String {
    if line.by.is_none() {
        let mut letters = line.what.get(rule_lang(lang)).chars();
        return letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    }
    let key = match (line.by, line.filter, &line.to) {
        (_, _, Some(Destination::Fund(_))) => "listen-part-fund",
        (Some(By::Member), Some(Where::Local), _) => "listen-part-local",
        (Some(By::Member), ..) => "listen-part-member",
        (Some(By::Recording), ..) => "listen-part-catalogue",
        (Some(By::Play), ..) => "listen-part-play",
        _ => "listen-part-other",
    };
    lang.with(key, &[("name", line.what.get(rule_lang(lang)).into())])
}

const fn rule_lang(lang: Lang) -> allocation::Lang {
    match lang {
        Lang::En => allocation::Lang::En,
        Lang::Fr => allocation::Lang::Fr,
    }
}
