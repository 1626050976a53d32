//! One set list: what it was recognized as, how to pay, and the doubtful lines to settle.

use app::set_list::{self, Doubt};
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use music::{LineId, Problem, RecordingId, SetListId};
use serde::Deserialize;
use store::{CatalogueRow, LineRow};

use crate::adapters::{self, Payment, Review};
use crate::flaw::{Flaw, said, sentence};
use crate::pages::question::access_key;
use crate::picture::{self, Part};
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// Lines shown on one page.
const PAGE: usize = 300;
/// Doubtful lines shown at once; the next ones follow when these are settled.
const DOUBTS: usize = 12;

/// What the address may add.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The list was here before.
    before: Option<String>,
    /// How many lines to leave out.
    skip: Option<usize>,
}

/// The page of a list.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Flaw> {
    let id: SetListId = id.parse().map_err(|_| Flaw::NotFound)?;
    let review = adapters::review(web.house(), &id).await?;
    let problems = web.stash().problems(id.as_str());
    let lang = visit.lang;
    let title = title(&review, lang);
    let content = html! {
        h1 { (title) }
        p.lead { (place_words(&review, lang)) }
        @if asked.before.is_some() { p.notice role="status" { (lang.t("list-before")) } }
        @if review.list.status == "same" { p.notice role="status" { (lang.t("list-same")) } }
        (recognized(&review, lang))
        @for payment in &review.payments { (pay(payment, lang)) }
        @if !review.doubts.is_empty() { (doubts(&visit, &review, lang)) }
        (super::thanks::beside(&web, &id, lang).await?)
        (problem_list(&problems, lang))
        (lines(&review, asked.skip.unwrap_or(0), lang))
    };
    Ok(layout::page(&visit, &title, &content))
}

fn title(review: &Review, lang: Lang) -> String {
    if review.event.name.is_empty() {
        lang.with("list-of", &[("name", review.performer.as_str().into())])
    } else {
        review.event.name.clone()
    }
}

fn place_words(review: &Review, lang: Lang) -> String {
    let event = &review.event;
    let day = event.date.map(|d| show::day(d, lang)).unwrap_or_default();
    let parts = [review.performer.as_str(), &event.venue, &event.city, &day, &review.list.document];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn recognized(review: &Review, lang: Lang) -> Markup {
    let counts = [
        ("matched", "lines-matched", 1),
        ("ambiguous", "lines-doubtful", 2),
        ("unmatched", "lines-unmatched", 4),
    ];
    let mut parts: Vec<Part> = counts
        .iter()
        .map(|(verdict, key, ink)| (review.count(verdict), key, ink))
        .map(|(count, key, ink)| Part::new(count as u64, lang.t(key), show::number(count as u64, lang), *ink))
        .collect();
    if review.unplayed() > 0 {
        parts.push(Part::new(
            review.unplayed() as u64,
            lang.t("lines-unplayed"),
            show::number(review.unplayed() as u64, lang),
            6,
        ));
    }
    html! {
        section aria-labelledby="recognized" {
            h2 #recognized { (lang.with("list-recognized", &[("count", review.lines.len().into()), ("matched", review.count("matched").into())])) }
            (picture::split(&lang.t("list-lines"), &parts))
            @if review.count("unmatched") > 0 { p.note { (lang.t("list-unmatched-note")) } }
            p.note { (lang.t("review-training")) " " a href=(format!("/consent/of/{}#training", review.list.submitted_by)) { (lang.t("review-training-set")) } }
        }
    }
}

fn pay(payment: &Payment, lang: Lang) -> Markup {
    let pledged = payment.contribution.pledged;
    let complete = payment.contribution.received.micros() >= pledged.micros();
    html! {
        section.pay aria-labelledby=(format!("pay-{}", payment.contribution.id)) {
            h2 id=(format!("pay-{}", payment.contribution.id)) { (lang.with("pay-title", &[("amount", show::money(pledged, lang).into())])) }
            @if complete {
                p { (lang.t("pay-arrived")) }
            } @else {
                p { (lang.t(if payment.iban.is_empty() { "pay-no-account" } else { "pay-how" })) }
                div.transfer {
                    @if !payment.code.is_empty() {
                        div.code role="img" aria-label=(lang.t("pay-code")) { (PreEscaped(&payment.code)) }
                    }
                    dl.facts {
                        div { dt { (lang.t("pay-reference")) } dd.big translate="no" { (payment.reference) } }
                        @if !payment.iban.is_empty() {
                            div { dt { (lang.t("pay-holder")) } dd { (payment.holder) } }
                            div { dt { "IBAN" } dd translate="no" { (payment.iban) } }
                        }
                        @if !payment.bic.is_empty() { div { dt { "BIC" } dd translate="no" { (payment.bic) } } }
                        div { dt { (lang.t("pay-amount")) } dd { (show::money(pledged, lang)) } }
                        @if payment.contribution.received.is_positive() {
                            div { dt { (lang.t("pay-received")) } dd { (show::money(payment.contribution.received, lang)) } }
                        }
                    }
                }
                p.note { (lang.t("pay-note")) }
            }
        }
    }
}

fn doubts(visit: &Visit, review: &Review, lang: Lang) -> Markup {
    html! {
        section #doubts aria-labelledby="doubts-title" {
            h2 #doubts-title { (lang.with("doubts-title", &[("count", review.doubts.len().into())])) }
            p { (lang.t("doubts-hint")) }
            form method="post" action=(format!("/set-list/{}/settle", review.list.id)) {
                input type="hidden" name="csrf" value=(visit.token());
                ol.doubts {
                    @for (place, doubt) in review.doubts.iter().take(DOUBTS).enumerate() { (one_doubt(place == 0, doubt, lang)) }
                }
            }
        }
    }
}

fn one_doubt(first: bool, doubt: &Doubt, lang: Lang) -> Markup {
    let line = &doubt.line;
    let key = |place: usize| if first { access_key(place) } else { None };
    let name = format!("doubt-{}", line.id);
    html! {
        li.doubt {
            p.asread id=(name) { span.place { (line.position) } " " (as_read(line)) }
            @if !line.reasons.is_empty() {
                details.why { summary { (lang.t("doubt-why")) } @for (code, words) in line.reasons() { p { (reason_words(code, words, lang)) } } }
            }
            div.answers role="group" aria-labelledby=(name) {
                @for (place, (row, ppm)) in doubt.candidates.iter().enumerate() {
                    button.answer type="submit" name="choice" value=(format!("{}|{}", line.id, row.recording.id)) accesskey=[key(place)] {
                        strong { (recording_name(row)) }
                        span { (recording_rest(row, lang)) " · " (lang.with("likely", &[("chance", show::percent(u64::from(ppm / 10_000 * 10_000), lang).into())])) }
                    }
                }
                button.answer.none type="submit" name="choice" value=(format!("{}|none", line.id)) accesskey=[key(doubt.candidates.len())] {
                    strong { (lang.t("none-of-these")) }
                }
            }
        }
    }
}

/// A line as it was understood; as it was written where nothing in it was.
fn as_read(line: &LineRow) -> String {
    let version = if line.version.is_empty() { String::new() } else { format!(" ({})", line.version) };
    match (line.artist.as_str(), line.title.as_str()) {
        (_, "") => line.raw.clone(),
        ("", title) => format!("{title}{version}"),
        (artist, title) => format!("{artist} – {title}{version}"),
    }
}

/// Whether a recording's name says more than the line itself.
fn differs(name: &str, line: &LineRow) -> bool {
    music::name_key(name) != music::name_key(&as_read(line))
}

fn recording_name(row: &CatalogueRow) -> String {
    let r = &row.recording;
    let version = if r.version.is_empty() { String::new() } else { format!(" ({})", r.version) };
    format!("{} – {}{version}", r.artist, r.title)
}

fn recording_rest(row: &CatalogueRow, lang: Lang) -> String {
    let r = &row.recording;
    let length = r.duration_s.map(show::minutes);
    let parts = [
        Some(r.album.clone()),
        Some(r.label.clone()),
        r.year.map(|y| y.to_string()),
        length,
        r.isrc.as_ref().map(|i| format!("ISRC {i}")),
    ];
    let words: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
    if words.is_empty() { lang.t("recording-bare") } else { words.join(" · ") }
}

/// A reason in the reader's language; numbers and what stands in backticks are its values.
fn reason_words(code: &str, words: &str, lang: Lang) -> String {
    let values = said::values(words);
    lang.maybe(&format!("reason-{code}"), &values).unwrap_or_else(|| match lang {
        Lang::En => words.to_owned(),
        Lang::Fr => lang.t("reason-other"),
    })
}

/// A remark on a file in the reader's language, with what to try.
fn problem_words(problem: &Problem, lang: Lang) -> (String, String) {
    let values = said::values(&problem.message);
    let key = format!("problem-{}", problem.code);
    match (lang.maybe(&key, &values), lang) {
        (Some(message), _) => (message, lang.maybe(&format!("{key}-hint"), &values).unwrap_or_default()),
        (None, Lang::En) => (sentence(&problem.message), sentence(&problem.hint)),
        (None, Lang::Fr) => (lang.with("problem-other", &[("code", problem.code.into())]), String::new()),
    }
}

fn problem_list(problems: &[Problem], lang: Lang) -> Markup {
    html! {
        @if !problems.is_empty() {
            details.problems {
                summary { (lang.with("problems-title", &[("count", problems.len().into())])) }
                ul {
                    @for problem in problems {
                        li {
                            @if problem.origin.line > 0 { span.place { (lang.with("line-n", &[("n", problem.origin.line.to_string().into())])) } " " }
                            @let (message, hint) = problem_words(problem, lang);
                            (message) " " span.soft { (hint) }
                        }
                    }
                }
            }
        }
    }
}

fn lines(review: &Review, skip: usize, lang: Lang) -> Markup {
    let shown = review.lines.iter().skip(skip).take(PAGE);
    let next = skip.saturating_add(PAGE);
    html! {
        section aria-labelledby="lines" {
            h2 #lines { (lang.t("list-lines")) }
            ol.lines {
                @for (line, recording) in shown { (one_line(line, recording.as_ref(), lang)) }
            }
            @if next < review.lines.len() { p { a href=(format!("?skip={next}#lines")) { (lang.t("more-lines")) } } }
        }
    }
}

fn one_line(line: &LineRow, recording: Option<&CatalogueRow>, lang: Lang) -> Markup {
    let (class, key) = match (line.played, line.verdict.as_str()) {
        (false, _) => ("unplayed", "state-unplayed"),
        (true, "matched") => ("matched", "state-matched"),
        (true, "ambiguous") => ("doubtful", "state-doubtful"),
        (true, _) => ("unmatched", "state-unmatched"),
    };
    html! {
        li class=(format!("line {class}")) {
            details {
                summary {
                    span.place { (line.position) }
                    span.what {
                        (as_read(line))
                        @if let Some(name) = recording.map(recording_name).filter(|name| differs(name, line)) { span.known { (name) } }
                    }
                    span.state { (lang.t(key)) }
                }
                dl.facts {
                    @if line.raw != as_read(line) { div { dt { (lang.t("line-written")) } dd { (line.raw) } } }
                    @if let Some(row) = recording {
                        div { dt { (lang.t("line-recording")) } dd { (recording_name(row)) br; span.soft { (recording_rest(row, lang)) } } }
                    }
                    @if !line.reasons.is_empty() {
                        div { dt { (lang.t("line-why")) } dd { @for (code, words) in line.reasons() { (reason_words(code, words, lang)) br; } } }
                    }
                    @if let Some(seconds) = line.played_s { div { dt { (lang.t("line-heard")) } dd { (show::minutes(seconds)) } } }
                    div { dt { (lang.t("line-origin")) } dd { (lang.with("line-n", &[("n", line.origin_line.to_string().into())])) } }
                }
            }
        }
    }
}

/// The answer to a doubtful line.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    csrf: String,
    /// `LINE|RECORDING` or `LINE|none`.
    choice: String,
}

/// Settles a line by the word of whoever sent the list.
pub(crate) async fn settle(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<Choice>,
) -> Result<Response, Flaw> {
    visit.check(&web, &form.csrf)?;
    let id: SetListId = id.parse().map_err(|_| Flaw::NotFound)?;
    let (line, recording) = form.choice.split_once('|').ok_or(Flaw::BadForm)?;
    let line: LineId = line.parse().map_err(|_| Flaw::BadForm)?;
    let recording: Option<RecordingId> = match recording {
        "none" => None,
        text => Some(text.parse().map_err(|_| Flaw::BadForm)?),
    };
    let (list, _, lines) = set_list::show(web.house(), &id).await?;
    if !lines.iter().any(|l| l.id == line) {
        return Err(Flaw::NotFound);
    }
    set_list::settle(web.house(), &line, recording.as_ref(), list.submitted_by.as_str()).await?;
    Ok(Redirect::to(&format!("/set-list/{id}#doubts")).into_response())
}

/// Back to the list from an address that only takes answers.
pub(crate) async fn back(Path(id): Path<String>) -> Result<Redirect, Flaw> {
    let id: SetListId = id.parse().map_err(|_| Flaw::NotFound)?;
    Ok(Redirect::to(&format!("/set-list/{id}")))
}
