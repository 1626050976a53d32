//! What a producer or label is told of listening: what was counted, what was set aside and why, what waits for a person,
//! and appeals.

use app::heard::{self, Appeal, Appealed, Month, Told};
use app::streaming::Why;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::access::Checked;
use crate::flaw::{Flaw, speak};
use crate::pages::institution::own;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Where somebody comes from.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Came {
    sent: Option<String>,
}

/// An appeal as its form has it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sheet {
    #[serde(default)]
    period: String,
    #[serde(default)]
    recording: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    words: String,
}

/// The page of a holder.
pub(crate) async fn page(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Query(came): Query<Came>,
) -> Result<Html<String>, Flaw> {
    own(&party)?;
    let told = heard::told(web.house(), &party).await?;
    Ok(whole(&visit, &told, &Sheet::default(), None, came.sent.is_some()))
}

/// Takes an appeal.
pub(crate) async fn appeal(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Checked(sheet): Checked<Sheet>,
) -> Result<Response, Flaw> {
    own(&party)?;
    let told = heard::told(web.house(), &party).await?;
    let done = match (told.open.iter().find(|p| p.id == sheet.period), sheet.recording.trim().parse()) {
        (Some(open), Ok(recording)) => {
            let ask = Appeal {
                party: told.party.to_string(),
                institution: open.institution.to_string(),
                period: open.id.clone(),
                recording,
                why: sheet.why.clone(),
                words: sheet.words.chars().take(2_000).collect(),
            };
            heard::appeal(web.house(), ask).await.map(drop)
        }
        (None, _) => Err(refused("appeal-too-late", "this period takes no appeals")),
        (_, Err(_)) => Err(refused("appeal-not-yours", "this is not a recording of yours")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/heard/{}?sent=1#appeals", told.party)).into_response()),
        Err(app::Failure::Refused(refusal)) => {
            Ok(whole(&visit, &told, &sheet, Some(&refusal), false).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

fn refused(code: &'static str, message: &str) -> app::Failure {
    app::Failure::Refused(app::Refusal::new(code, message, "choose one from the form"))
}

fn whole(
    visit: &Visit,
    told: &Told,
    sheet: &Sheet,
    refusal: Option<&app::Refusal>,
    sent: bool,
) -> Html<String> {
    let lang = visit.lang;
    let title = lang.with("heard-of", &[("name", told.name.as_str().into())]);
    let content = html! {
        p.from { a href=(format!("/statement/{}", told.party)) { (lang.t("heard-to-statement")) } }
        h1 { (title) }
        p.lead { (lang.t("heard-what")) }
        @if sent { p.kept role="status" { (lang.t("appeal-sent")) } }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        (waits(told, lang))
        @if told.periods.is_empty() { p { (lang.t("heard-none")) } }
        @for month in &told.periods { (section(month, lang)) }
        p.note { (lang.t("heard-few")) }
        (appeals(&told.appeals, lang))
        (form(visit, told, sheet))
    };
    layout::page(visit, &title, &content)
}

fn waits(told: &Told, lang: Lang) -> Markup {
    html! {
        @if !told.waits.is_empty() {
            section aria-labelledby="waits" {
                h2 #waits { (lang.t("guard-title")) }
                @for w in &told.waits {
                    p.notice { (lang.with("guard-waits", &[
                        ("count", w.recordings.into()),
                        ("guard", lang.t(&format!("guard-{}", w.kind)).into()),
                        ("day", show::day(w.until.to_zoned(jiff::tz::TimeZone::UTC).date(), lang).into()),
                    ])) }
                }
                p.note { (lang.t("guard-promise")) }
            }
        }
    }
}

/// A period's label as a person reads it: `2026-09` is a month.
pub(crate) fn period_words(label: &str, lang: Lang) -> String {
    let days: Vec<&str> = label.split('/').collect();
    if let [from, until] = days.as_slice()
        && let (Ok(from), Ok(until)) = (from.parse::<jiff::civil::Date>(), until.parse::<jiff::civil::Date>())
    {
        let last = until.yesterday().unwrap_or(until);
        return format!("{} – {}", show::day(from, lang), show::day(last, lang));
    }
    match label.split_once('-') {
        Some((year, month)) if month.len() == 2 && month.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{} {year}", lang.t(&format!("month-{}", month.trim_start_matches('0'))))
        }
        _ => label.to_owned(),
    }
}

fn section(month: &Month, lang: Lang) -> Markup {
    let heard = &month.heard;
    let (counted, aside): (Vec<_>, Vec<_>) = heard.cells.iter().partition(|c| c.outcome == "counted");
    let plays = |n: u64| show::number(n, lang);
    html! {
        section {
            h2 { (heard.institution) ", " (period_words(&heard.period.label, lang)) }
            @if !counted.is_empty() || !aside.is_empty() {
                div.wide { table.figures {
                    thead { tr { th scope="col" { (lang.t("heard-recording")) } th scope="col" { (lang.t("heard-became")) } th scope="col" { (lang.t("heard-plays")) } } }
                    tbody { @for c in &counted { tr { th scope="row" { (c.title) } td { (lang.t("heard-counted")) } td { (plays(c.plays)) } } } }
                    @if !aside.is_empty() {
                        tbody { @for c in &aside { tr { th scope="row" { (c.title) } td { (lang.t(&format!("why-{}", c.outcome))) } td { (plays(c.plays)) } } } }
                    }
                } }
            }
            @if let Some((_, sum)) = &heard.rest {
                p { (lang.with("heard-rest", &[("count", usize::try_from(*sum).unwrap_or(usize::MAX).into())])) " " span.soft { (month.together.join(" · ")) } }
            }
            @if heard.withheld { p.soft { (lang.t("heard-withheld")) } }
        }
    }
}

fn appeals(all: &[Appealed], lang: Lang) -> Markup {
    html! {
        @if !all.is_empty() {
            section aria-labelledby="appeals" {
                h2 #appeals { (lang.t("appeals-title")) }
                ul.ledger {
                    @for a in all {
                        li { details {
                            summary {
                                span.what { (a.title) }
                                span.state { (lang.t(&format!("appeal-{}", a.row.status))) }
                            }
                            div.inside {
                                p { (a.institution) ", " (period_words(&a.label, lang)) ": " (lang.t(&format!("why-{}", a.row.why))) }
                                p { (show::quoted(&a.row.words, lang)) }
                                @if !a.row.reason.is_empty() { p { strong { (lang.t("appeal-because")) } " " (a.row.reason) } }
                                @if a.row.status == "granted" { p.soft { (lang.t("appeal-granted-what")) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

fn form(visit: &Visit, told: &Told, sheet: &Sheet) -> Markup {
    let lang = visit.lang;
    html! {
        section aria-labelledby="appeal" {
            h2 #appeal { (lang.t("appeal-title")) }
            p { (lang.t("appeal-what")) }
            @if told.open.is_empty() { p.soft { (lang.t("appeal-closed")) } }
            @else {
                form.sheet method="post" action=(format!("/heard/{}/appeal", told.party)) {
                    input type="hidden" name="csrf" value=(visit.token());
                    div.field {
                        label for="period" { (lang.t("appeal-period")) }
                        select #period name="period" required {
                            @for p in &told.open {
                                option value=(p.id) selected[p.id == sheet.period] { (p.name) ", " (period_words(&p.label, lang)) " (" (lang.with("appeal-until", &[("day", show::day(p.until.to_zoned(jiff::tz::TimeZone::UTC).date(), lang).into())])) ")" }
                            }
                        }
                    }
                    div.field {
                        label for="recording" { (lang.t("appeal-recording")) }
                        @if told.own.is_empty() {
                            p.hint #recording-hint { (lang.t("appeal-recording-hint")) }
                            input #recording name="recording" required maxlength="40" value=(sheet.recording) autocomplete="off" spellcheck="false" aria-describedby="recording-hint";
                        } @else {
                            select #recording name="recording" required {
                                @for (id, title) in &told.own { option value=(id) selected[id.as_str() == sheet.recording] { (title) } }
                            }
                        }
                    }
                    div.field {
                        label for="why" { (lang.t("appeal-why")) }
                        select #why name="why" required {
                            @for why in Why::ALL { option value=(why.word()) selected[why.word() == sheet.why] { (lang.t(&format!("why-{}", why.word()))) } }
                        }
                    }
                    div.field {
                        label for="words" { (lang.t("appeal-words")) }
                        p.hint #words-hint { (lang.t("appeal-words-hint")) }
                        textarea #words name="words" rows="4" required maxlength="2000" aria-describedby="words-hint" { (sheet.words) }
                    }
                    p.send { button type="submit" { (lang.t("appeal-send")) } }
                }
            }
        }
    }
}
