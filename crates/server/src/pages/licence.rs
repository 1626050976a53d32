//! Licences for uses by AI: what a holder offers and earns, what a licensee asks, signs and reports, whom models credit in public.

pub(crate) mod audit;
pub(crate) mod credits;
pub(crate) mod holder;
pub(crate) mod licensee;
pub(crate) mod permit;

use std::collections::HashMap;

use app::license::Money;
use app::license::report::{Source, Told};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use maud::{Markup, html};

use crate::flaw::{Flaw, speak};
use crate::visit::Visit;
use crate::{Lang, layout, show};

/// A form's fields.
pub(super) type Fields = HashMap<String, String>;

/// A field of a form, trimmed; empty where it is not there.
pub(super) fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |v| v.trim())
}

/// A day of a form; nothing where the field is empty.
pub(super) fn day(fields: &Fields, name: &str) -> Result<Option<Date>, app::Refusal> {
    let text = field(fields, name);
    if text.is_empty() {
        return Ok(None);
    }
    let bad = || {
        app::Refusal::new(
            "date-bad",
            format!("`{}` is not a day", crate::form::short(text)),
            "write a day such as 2026-11-01",
        )
    };
    text.parse().map(Some).map_err(|_| bad())
}

/// What became of a form: back to the page, or the page again with what stands in the way.
pub(super) fn answered(
    visit: &Visit,
    done: Result<(), app::Failure>,
    page: impl FnOnce(Option<app::Refusal>) -> axum::response::Html<String>,
) -> Result<Response, Flaw> {
    match done {
        Ok(()) => Ok(Redirect::to(&visit.path).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(Some(refusal))).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// A refusal at the top of a page.
pub(super) fn refused(refusal: Option<&app::Refusal>, lang: Lang) -> Markup {
    html! {
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
    }
}

/// The start of every form here: its token and what it does.
pub(super) fn doing(visit: &Visit, what: &str) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(visit.token());
        input type="hidden" name="do" value=(what);
    }
}

/// A field with its label, and a hint where it has one.
pub(super) fn input(
    form: &str,
    name: &str,
    kind: &str,
    label: &str,
    hint: &str,
    value: &str,
    required: bool,
) -> Markup {
    let id = format!("{form}-{name}");
    let hint_id = format!("{id}-hint");
    html! {
        div.field {
            label for=(id) { (label) }
            @if !hint.is_empty() { p.hint id=(hint_id) { (hint) } }
            input id=(id) name=(name) type=(kind) value=(value) required[required] maxlength="400" autocomplete="off"
                aria-describedby=[(!hint.is_empty()).then_some(hint_id.as_str())];
        }
    }
}

/// A field of several lines.
pub(super) fn area(
    form: &str,
    name: &str,
    label: &str,
    hint: &str,
    value: &str,
    rows: u8,
    required: bool,
) -> Markup {
    let id = format!("{form}-{name}");
    let hint_id = format!("{id}-hint");
    html! {
        div.field {
            label for=(id) { (label) }
            @if !hint.is_empty() { p.hint id=(hint_id) { (hint) } }
            textarea id=(id) name=(name) rows=(rows) required[required] spellcheck="false"
                aria-describedby=[(!hint.is_empty()).then_some(hint_id.as_str())] { (value) }
        }
    }
}

/// A choice of one use.
pub(super) fn uses(lang: Lang, chosen: &str) -> Markup {
    html! {
        div.field {
            label for="use" { (lang.t("licence-use")) }
            select #use name="use" required {
                @for row in &consent::uses::LIST {
                    option value=(row.code) selected[row.code == chosen] { (super::consent::capital(row.usage.words(super::consent::language(lang)))) }
                }
            }
        }
    }
}

/// The words of a use by its code.
pub(super) fn use_words(code: &str, lang: Lang) -> String {
    code.parse::<consent::Use>().map_or_else(
        |_| code.to_owned(),
        |u| super::consent::capital(u.words(super::consent::language(lang))),
    )
}

/// A fee rule in the reader's language.
pub(super) fn fee_words(fee: &app::licensing::Fee, lang: Lang) -> String {
    use app::licensing::Fee;
    let money = |a: &money::Amount| show::money(*a, lang);
    match fee {
        Fee::Nothing => lang.t("fee-nothing"),
        Fee::PerWork(each) => lang.with("fee-per-work", &[("amount", money(each).into())]),
        Fee::PerVersion(each) => lang.with("fee-per-version", &[("amount", money(each).into())]),
        Fee::PerOutput(each) => lang.with("fee-per-output", &[("amount", money(each).into())]),
        Fee::OfIncome { share, minimum } => lang
            .with("fee-of-income", &[("share", share.to_string().into()), ("amount", money(minimum).into())]),
    }
}

/// A promise in the reader's language.
pub(super) fn promise_words(promise: app::licensing::Promise, lang: Lang) -> String {
    let days = promise.days().unwrap_or(0);
    lang.with(&format!("promise-{}", promise.code()), &[("count", usize::try_from(days).unwrap_or(0).into())])
}

/// Parts of a milliard as a percentage that a person reads.
pub(super) fn part(parts: i64, lang: Lang) -> String {
    show::percent(parts.unsigned_abs() / 1_000, lang)
}

/// A pot of a licence: where its money stands.
pub(super) fn money_row(m: &Money, own: bool, lang: Lang) -> Markup {
    html! {
        tr {
            th scope="row" { (lang.t(&format!("licence-pot-{}", m.kind))) " " span.soft { (m.why) } }
            td {
                @if own { (show::money(m.own, lang)) } @else {
                    (show::money(m.received, lang)) " / " (show::money(m.pledged, lang))
                    @if m.received.micros() < m.pledged.micros() { " " span.soft translate="no" { (m.reference) } }
                }
            }
        }
    }
}

/// A report with its sources: who is credited with which part.
pub(super) fn report(told: &Told, only_own: bool, lang: Lang) -> Markup {
    let row = &told.row;
    let shown: Vec<&Source> = told.sources.iter().filter(|s| !only_own || s.own).collect();
    html! {
        li {
            details {
                summary {
                    span.what { (row.model) " " (row.version) " · " (told.licensee) }
                    span.state { (show::day(row.from, lang)) " – " (show::day(row.until, lang)) }
                }
                div.inside {
                    table.facts {
                        @for s in shown.iter().take(200) {
                            tr {
                                th scope="row" { (source_name(s, lang)) }
                                td { (part(s.row.counted, lang)) @if s.row.parts != s.row.counted { " " span.soft { (lang.with("report-was", &[("part", part(s.row.parts, lang).into())])) } } }
                            }
                        }
                    }
                    @if let Some(code) = told.waits { p.note { (lang.t(&format!("waits-{code}"))) } }
                    @for c in &told.contests { p { (lang.t(&format!("contest-{}", c.status))) ": " (c.words) } }
                    p.from translate="no" { (row.id) " · " (row.document) }
                }
            }
        }
    }
}

fn source_name(source: &Source, lang: Lang) -> Markup {
    html! {
        @if source.row.recording.is_some() { (source.title) }
        @else if source.row.source.is_empty() { (lang.t("report-nobody")) }
        @else { span translate="no" { (source.row.source) } " " span.soft { (lang.t("report-unknown-source")) } }
        @if !source.row.licensed && !source.row.source.is_empty() { " " span.soft { (lang.t("report-unlicensed")) } }
    }
}
