//! Public figures: what came in, where it is now, whom it reached.

use app::figures::{Figures, Part as Share, Public, Told};
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use money::Amount;

use crate::adapters::{self, Flow};
use crate::flaw::Flaw;
use crate::picture::{self, Part};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// The page of figures.
pub(crate) async fn show(State(web): State<Web>, visit: Visit) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let public = app::figures::public(web.house()).await?;
    let content = html! {
        h1 { (lang.t("figures-title")) }
        p.lead { (lang.t("figures-what")) }
        (flow(&public, lang))
        @for figures in &public.currencies {
            section aria-labelledby=(figures.currency.code()) {
                h2 id=(figures.currency.code()) { (lang.with("figures-in", &[("currency", figures.currency.code().into())])) }
                @if let Some(day) = figures.as_of { p.soft { (lang.with("figures-as-of", &[("day", show::day(day, lang).into())])) } }
                (table(figures, lang))
            }
        }
        (reach(&public, lang))
        p { a href="/field" { (lang.t("field-title")) } }
        p.note { (lang.t("figures-private")) }
    };
    Ok(layout::page(&visit, &lang.t("figures-title"), &content))
}

/// What came in and where it is now, one bar per currency; a sentence where that may not be told.
pub(crate) fn flow(public: &Public, lang: Lang) -> Markup {
    let flows: Vec<Flow> =
        public.currencies.iter().filter_map(adapters::flow).filter(|f| f.received.is_positive()).collect();
    html! {
        @if flows.is_empty() { p { (lang.t("figures-none")) } }
        @for flow in &flows {
            div.flow {
                p.sum { span { (lang.t("figure-received")) } " " strong { (show::money(flow.received, lang)) } }
                (picture::split(&lang.t("figure-received"), &parts(flow, lang)))
            }
        }
    }
}

fn parts(flow: &Flow, lang: Lang) -> Vec<Part> {
    let part = |amount: Amount, key: &str, ink| {
        Part::new(u64::try_from(amount.micros()).unwrap_or(0), lang.t(key), show::money(amount, lang), ink)
    };
    let all = [
        part(flow.paid, "figure-paid", 1),
        part(flow.owed, if flow.suspense.is_some() { "figure-owed" } else { "figure-owed-or-waiting" }, 2),
        part(flow.suspense.unwrap_or(Amount::zero(flow.owed.currency())), "figure-suspense", 4),
        part(flow.deducted, "figure-deducted", 3),
        part(flow.open, "figure-open", 6),
    ];
    all.into_iter().filter(|p| p.size > 0).collect()
}

fn table(f: &Figures, lang: Lang) -> Markup {
    let rows = [
        ("figure-received-gross", told(&f.received_gross, lang, |a| show::money(*a, lang))),
        ("figure-deducted", told(&f.deducted, lang, |a| show::money(*a, lang))),
        ("figure-shared-net", told(&f.shared_net, lang, |a| show::money(*a, lang))),
        ("figure-allocated-net", told(&f.allocated_net, lang, |a| show::money(*a, lang))),
        ("figure-paid-gross", told(&f.paid_gross, lang, |a| show::money(*a, lang))),
        ("figure-paid-net", told(&f.paid_net, lang, |a| show::money(*a, lang))),
        ("people-credited", count(f.parties_credited, lang)),
        ("people-claimed", share(&f.claimed, lang)),
        ("people-paid", count(f.parties_paid, lang)),
        ("people-first", count(f.first_payments, lang)),
        ("people-lines", count(f.paid_lines, lang)),
        ("people-cost", told(&f.cost_per_paid_line, lang, |a| show::money(*a, lang))),
        ("people-top", told(&f.top_tenth_of_givers, lang, |s| percent(s, lang))),
    ];
    html! {
        table.facts {
            @for (key, value) in rows { tr { th scope="row" { (lang.t(key)) } td { (value) } } }
            @if let Told::Known(waiting) = &f.in_suspense {
                @for (reason, amount) in waiting {
                    tr { th scope="row" { (lang.with("figure-waiting", &[("reason", reason_words(reason, lang).into())])) } td { (show::money(*amount, lang)) } }
                }
            }
            @if let Told::Known(levels) = &f.above_income {
                @for (level, parties) in levels {
                    tr { th scope="row" { (lang.with("people-above", &[("level", show::money(*level, lang).into())])) } td { (count(*parties, lang)) } }
                }
            }
        }
    }
}

fn reach(public: &Public, lang: Lang) -> Markup {
    html! {
        @if !public.countries.is_empty() || !public.booked.is_empty() {
            section aria-labelledby="people" {
                h2 #people { (lang.t("figures-people")) }
                table.facts {
                    @if !public.countries.is_empty() {
                        tr { th scope="row" { (lang.t("people-countries")) } td { (public.countries.join(", ")) } }
                    }
                    @for (list, part) in &public.booked {
                        tr { th scope="row" { (lang.t("people-booked")) " " span.soft { (list) } } td { (told(part, lang, |s| share(s, lang))) } }
                    }
                }
            }
        }
    }
}

/// A figure, or in one word that it is not told.
fn told<T>(figure: &Told<T>, lang: Lang, words: impl Fn(&T) -> String) -> String {
    match figure {
        Told::Known(value) => words(value),
        Told::Withheld(_) => lang.t("not-told"),
    }
}

fn count(n: i64, lang: Lang) -> String {
    show::number(u64::try_from(n).unwrap_or(0), lang)
}

fn share(part: &Share, lang: Lang) -> String {
    lang.with("n-of-m", &[("n", count(part.of_these, lang).into()), ("m", count(part.of_all, lang).into())])
}

fn percent(part: &Share, lang: Lang) -> String {
    let ppm = i128::from(part.of_these) * 1_000_000 / i128::from(part.of_all.max(1));
    show::percent(u64::try_from(ppm).unwrap_or(0), lang)
}

fn reason_words(reason: &str, lang: Lang) -> String {
    lang.maybe(&format!("suspense-{reason}"), &[]).unwrap_or_else(|| reason.to_owned())
}
