//! Consent to uses by AI: what each use is, what a holder sets, what is allowed with a recording, was it in, receipts.

use std::collections::HashMap;

use app::consent::receipt::Checked;
use app::consent::{Allowed, Say, Spoken, Standing};
use app::discovery::refuse;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use consent::uses::LIST;
use consent::{Language, Outcome, Use, words};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::flaw::{Flaw, speak};
use crate::form::short;
use crate::visit::Visit;
use crate::{Lang, Web, layout, show};

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Looked {
    recording: Option<String>,
}

/// The first page: every use explained, and the ways to ask.
pub(crate) async fn about(visit: Visit, Query(looked): Query<Looked>) -> Result<Response, Flaw> {
    let lang = visit.lang;
    if let Some(name) = looked.recording.map(|r| short(&r)).filter(|r| !r.is_empty()) {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = if name.starts_with("rec-") { name } else { plain.to_ascii_uppercase() };
        return Ok(Redirect::to(&format!("/consent/recording/{plain}")).into_response());
    }
    let title = lang.t("consent-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("consent-what")) }
        form.search method="get" action="/consent" role="search" {
            label for="recording" { (lang.t("consent-look")) }
            p.hint #recording-hint { (lang.t("consent-look-hint")) }
            div.row {
                input #recording name="recording" required maxlength="60" autocomplete="off" spellcheck="false" aria-describedby="recording-hint";
                button type="submit" { (lang.t("consent-look-send")) }
            }
        }
        p { a href="/consent/check" { (lang.t("check-title")) } " · " a href="/log" { (lang.t("log-title")) } " · " a href="/credits" { (lang.t("credits-title")) } }
        section aria-labelledby="uses" {
            h2 #uses { (lang.t("consent-uses")) }
            p { (lang.t("consent-silence")) }
            ul.ledger.words { @for row in &LIST { li { (explained(row.usage, lang)) } } }
        }
    };
    Ok(layout::page(&visit, &title, &content).into_response())
}

/// A use with its benefit, risk, likely pay, and what cannot be undone.
fn explained(usage: Use, lang: Lang) -> Markup {
    let group = group(usage);
    html! {
        details {
            summary { span.what { (capital(usage.words(language(lang)))) } " " span.soft translate="no" { (usage.code()) } }
            dl.facts {
                @for what in ["benefit", "risk", "pay", "undo"] {
                    dt { (lang.t(&format!("use-{what}"))) }
                    dd { (lang.t(&format!("use-{group}-{what}"))) }
                }
            }
        }
    }
}

/// The texts that explain a use: some uses share them.
fn group(usage: Use) -> &'static str {
    match usage {
        Use::IndexSearch => "index",
        Use::AnalyseMine => "analyse",
        Use::TrainNongen => "nongen",
        Use::TrainGen => "gen",
        Use::TrainAdapt => "adapt",
        Use::TrainVoice => "model",
        Use::InputRef => "input",
        Use::GenCover | Use::GenRemix | Use::GenMashup | Use::GenStem => "derive",
        Use::GenVoice => "voice",
        Use::GenStyle => "style",
        Use::GenName => "name",
        Use::GenLyrics => "lyrics",
        Use::ToolMix | Use::ToolRestore | Use::ToolAssist | Use::ToolTranslate => "tool",
        Use::PerfData => "perf",
    }
}

pub(crate) const fn language(lang: Lang) -> Language {
    match lang {
        Lang::En => Language::En,
        Lang::Fr => Language::Fr,
    }
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// What is allowed with a recording, for everybody to read.
pub(crate) async fn recording(
    State(web): State<Web>,
    visit: Visit,
    Path(name): Path<String>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let (about, reports) = app::consent::consents_of_recording(web.house(), &name).await?;
    let runs = app::consent::training::was_in(web.house(), &about.id, None).await?;
    let title = lang.t("recording-title");
    let content = html! {
        h1 { (title) }
        p.lead { (about.title) }
        p.note { (lang.t("recording-what")) }
        ul.ledger.words {
            @for (usage, report) in &reports {
                li class=(state(report.outcome)) {
                    details {
                        summary {
                            span.what { (capital(usage.words(language(lang)))) }
                            span.state { (lang.t(outcome_key(report.outcome))) }
                        }
                        div.inside {
                            @for reason in report.reasons.iter() { p { (words::reason_words(reason, language(lang))) } }
                            @if !report.conditions.is_empty() { p { (lang.t("recording-conditions")) " " span translate="no" { (report.conditions.join("; ")) } } }
                            @for heard in &report.asked {
                                p.from { (lang.t(&format!("role-{}", heard.role))) " · " @if heard.name.is_empty() { (heard.party) } @else { (heard.name) } " · " (lang.t(&format!("stand-{}", heard.stand.code()))) }
                            }
                            p.from { (lang.t("recording-level")) " " (lang.t(&format!("level-{}", report.weakest.code()))) }
                        }
                    }
                }
            }
        }
        section aria-labelledby="runs" {
            h2 #runs { (lang.t("was-in-title")) }
            @if runs.is_empty() { p { (lang.t("was-in-none")) } }
            @for run in &runs {
                @let text = |name: &str| run.run.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
                p {
                    strong { @if run.present { (lang.t("was-in-yes")) } @else { (lang.t("was-in-no")) } }
                    " " span translate="no" { (text("model")) " " (text("version")) " · " (text("id")) }
                }
                details.proof {
                    summary { (lang.t("was-in-proof")) }
                    pre translate="no" { (format!("{:#}", run.to_json())) }
                }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

const fn state(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Permit | Outcome::PermitIf => "matched",
        Outcome::NeedsLicense => "doubtful",
        Outcome::Deny(_) => "unmatched",
    }
}

/// The key of an outcome's words.
pub(crate) const fn outcome_key(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Permit => "outcome-permit",
        Outcome::PermitIf => "outcome-permit-if",
        Outcome::NeedsLicense => "outcome-needs-license",
        Outcome::Deny(_) => "outcome-deny",
    }
}

/// A holder's own page behind its link.
pub(crate) async fn mine(
    State(web): State<Web>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Html<String>, Flaw> {
    let party = app::consent::linked(web.house(), &token).await?.party.id;
    own(&web, &visit, party.as_str(), None).await
}

/// The same for the house.
pub(crate) async fn of(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
) -> Result<Html<String>, Flaw> {
    own(&web, &visit, &party, None).await
}

/// Takes what a holder set on their own page.
pub(crate) async fn set_mine(
    State(web): State<Web>,
    visit: Visit,
    Path(token): Path<String>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Flaw> {
    let party = app::consent::linked(web.house(), &token).await?.party.id;
    set(&web, &visit, party.as_str(), &fields).await
}

/// Takes what the house sets for a holder.
pub(crate) async fn set_of(
    State(web): State<Web>,
    visit: Visit,
    Path(party): Path<String>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Flaw> {
    set(&web, &visit, &party, &fields).await
}

async fn set(
    web: &Web,
    visit: &Visit,
    party: &str,
    fields: &HashMap<String, String>,
) -> Result<Response, Flaw> {
    visit.check(web, fields.get("csrf").map_or("", String::as_str))?;
    let house = web.house();
    if let Some(id) = fields.get("stop") {
        let waits = app::consent::wait::list(house, Some(party)).await?;
        if waits.iter().any(|w| w.id == *id) {
            app::consent::wait::stop(house, id, party).await?;
        }
        return Ok(Redirect::to(&visit.path).into_response());
    }
    if let (Some(id), Some(visitor)) = (fields.get("factor"), &visit.who) {
        let done = app::consent::wait::confirm_in_person(house, id, visitor).await?;
        tracing::info!(wait = done.id, "confirmed with the second factor");
        return Ok(Redirect::to(&visit.path).into_response());
    }
    if let (Some(id), Some(code)) = (fields.get("confirm"), fields.get("code")) {
        let mine = app::consent::wait::list(house, Some(party)).await?.iter().any(|w| w.id == *id);
        let done =
            if mine { app::consent::wait::confirm(house, id, code, party).await.map(drop) } else { Ok(()) };
        return answered(web, visit, party, done.map(|()| Vec::new())).await;
    }
    if let Some(what) = fields.get("train") {
        let yes = fields.get("yes").is_some_and(|y| y == "yes");
        let done = match what.as_str() {
            "answers" => app::answer::consent_to_training(house, party, yes, party).await.map(drop),
            _ => app::discovery::refuse_training(house, party, !yes, party).await.map(drop),
        };
        done?;
        return Ok(Redirect::to(&format!("{}#training", visit.path)).into_response());
    }
    if fields.contains_key("declare") {
        let ask = app::consent::roles::Declare {
            party: party.to_owned(),
            roles: ["work", "featured", "voice"].map(str::to_owned).to_vec(),
            subjects: Vec::new(),
            by: party.to_owned(),
        };
        let done = app::consent::roles::declare(house, ask).await;
        return answered(web, visit, party, done.map(|_| Vec::new())).await;
    }
    let known = app::consent::standing(house, party).await?;
    let mut things = Vec::new();
    for word in ["permit", "ask", "refuse"] {
        let wanted = |usage: &&Allowed| {
            let chosen =
                fields.get("all").filter(|a| !a.is_empty()).or_else(|| fields.get(usage.usage.code()));
            chosen.is_some_and(|c| c == word) && usage.said != Some(word)
        };
        let uses: Vec<String> = known.uses.iter().filter(wanted).map(|u| u.usage.code().to_owned()).collect();
        if uses.is_empty() {
            continue;
        }
        let named = fields.contains_key("attribution") && word == "permit";
        things.push(Say {
            speaker: party.to_owned(),
            subject: "catalogue".to_owned(),
            word: word.to_owned(),
            uses,
            conditions: named.then(|| json!({ "attribution": true })),
            offer: if word == "ask" {
                fields.get("offer").map(|o| short(o)).unwrap_or_default()
            } else {
                String::new()
            },
            by: party.to_owned(),
            ..Say::default()
        });
    }
    let done = if things.is_empty() { Ok(Vec::new()) } else { app::consent::say(house, &things).await };
    answered(web, visit, party, done).await
}

async fn answered(
    web: &Web,
    visit: &Visit,
    party: &str,
    done: Result<Vec<Spoken>, app::Failure>,
) -> Result<Response, Flaw> {
    match done {
        Err(app::Failure::Refused(refusal)) => {
            let page = own(web, visit, party, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        done => {
            done?;
            Ok(Redirect::to(&format!("{}#now", visit.path)).into_response())
        }
    }
}

async fn own(
    web: &Web,
    visit: &Visit,
    party: &str,
    refusal: Option<&app::Refusal>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let standing = app::consent::standing(web.house(), party).await?;
    let title = lang.with("own-title", &[("name", standing.party.party.name.as_str().into())]);
    let content = html! {
        h1 { (title) }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        p.lead { (lang.with("own-what", &[("count", standing.recordings.len().into())])) }
        (waiting(visit, &standing, lang))
        (now(&standing, lang))
        (roles(visit, &standing, lang))
        (setting(visit, &standing, lang))
        (trains(visit, refuse::of_party(web.house(), party).await?))
        (history(&standing, lang))
    };
    Ok(layout::page(visit, &title, &content))
}

/// What of the party's own answers and lists trains the house's programs, each with its switch.
fn trains(visit: &Visit, now: refuse::Trains) -> Markup {
    let lang = visit.lang;
    html! {
        section aria-labelledby="training" {
            h2 #training { (lang.t("train-title")) }
            @for (name, on, what) in [("answers", now.answers, "train-answers-what"), ("plays", now.plays, "train-lists-what")] {
                p { (lang.t(what)) }
                p { strong { (lang.t(&format!("train-{name}-{}", if on { "yes" } else { "no" }))) } }
                form method="post" action=(visit.path) {
                    input type="hidden" name="csrf" value=(visit.token());
                    input type="hidden" name="train" value=(name);
                    input type="hidden" name="yes" value=(if on { "no" } else { "yes" });
                    button.plain type="submit" { (lang.t(if on { "train-refuse" } else { "train-allow" })) }
                }
            }
        }
    }
}

fn waiting(visit: &Visit, standing: &Standing, lang: Lang) -> Markup {
    html! {
        @for row in &standing.waits {
            div.notice {
                p { strong { (lang.t(&format!("wait-{}", row.kind))) } " " (lang.with("wait-due", &[("day", show::day(row.due.to_zoned(jiff::tz::TimeZone::UTC).date(), lang).into())])) }
                form method="post" action=(visit.path) {
                    input type="hidden" name="csrf" value=(visit.token());
                    input type="hidden" name="confirm" value=(row.id);
                    div.row {
                        label for=(row.id) { (lang.t("wait-code")) }
                        input id=(row.id) name="code" required inputmode="numeric" pattern="[0-9]{8}" autocomplete="one-time-code";
                        button type="submit" { (lang.t("wait-confirm")) }
                    }
                }
                @if visit.who.as_ref().is_some_and(|v| v.rights.allow(app::session::Need::Own(row.party.as_str()))) {
                    form method="post" action=(visit.path) {
                        input type="hidden" name="csrf" value=(visit.token());
                        input type="hidden" name="factor" value=(row.id);
                        p { button.plain type="submit" { (lang.t("wait-factor")) } }
                    }
                }
                form method="post" action=(visit.path) {
                    input type="hidden" name="csrf" value=(visit.token());
                    input type="hidden" name="stop" value=(row.id);
                    p { button.plain type="submit" { (lang.t("wait-stop")) } }
                }
            }
        }
    }
}

/// What is allowed now, to whom, in words.
fn now(standing: &Standing, lang: Lang) -> Markup {
    let all = standing.recordings.len();
    let of = |n: usize| lang.with("now-of", &[("n", n.into()), ("m", all.into())]);
    html! {
        section aria-labelledby="now" {
            h2 #now { (lang.t("now-title")) }
            @if all == 0 { p { (lang.t("now-none")) } }
            @else {
                ul.ledger.words {
                    @for one in &standing.uses {
                        @let class = if one.yes == all { "matched" } else if one.yes + one.license > 0 { "doubtful" } else { "unmatched" };
                        li class=(class) {
                            details {
                                summary { span.what { (capital(one.usage.words(language(lang)))) } span.state { (verdict(one, all, lang)) } }
                                div.inside {
                                    @if one.yes > 0 { p { (lang.t("now-yes")) " " (of(one.yes)) } }
                                    @if one.license > 0 { p { (lang.t("now-license")) " " (of(one.license)) } }
                                    @for (reason, many) in &one.no { p { (words::reason_words(*reason, language(lang))) " " (of(*many)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn verdict(one: &Allowed, all: usize, lang: Lang) -> String {
    if one.yes == all {
        lang.t("verdict-yes")
    } else if one.yes > 0 {
        lang.t("verdict-some")
    } else if one.license > 0 {
        lang.t("verdict-license")
    } else {
        lang.t("verdict-no")
    }
}

fn roles(visit: &Visit, standing: &Standing, lang: Lang) -> Markup {
    let bare = standing
        .recordings
        .iter()
        .filter(|r| !r.roles.iter().any(|x| x == "work") || !r.roles.iter().any(|x| x == "featured"));
    let bare = bare.count();
    html! {
        @if bare > 0 {
            form method="post" action=(visit.path) {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="declare" value="yes";
                p.note { (lang.with("own-roles", &[("count", bare.into())])) }
                p.send { button.plain type="submit" { (lang.t("own-roles-send")) } }
            }
        }
    }
}

fn setting(visit: &Visit, standing: &Standing, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="set" {
            h2 #set { (lang.t("set-title")) }
            form.sheet method="post" action=(visit.path) {
                input type="hidden" name="csrf" value=(visit.token());
                fieldset {
                    legend { (lang.t("set-all")) }
                    p.hint { (lang.t("set-all-hint")) }
                    @for (value, key) in [("", "set-each"), ("refuse", "set-refuse-all"), ("ask", "set-ask-all"), ("permit", "set-permit-all")] {
                        label.choice { input type="radio" name="all" value=(value) checked[value.is_empty()]; span { (lang.t(key)) } }
                    }
                }
                @for one in &standing.uses {
                    fieldset {
                        legend { (capital(one.usage.words(language(lang)))) }
                        (explained(one.usage, lang))
                        div.row {
                            @for (value, key) in [("permit", "say-permit"), ("ask", "say-ask"), ("refuse", "say-refuse")] {
                                label.choice { input type="radio" name=(one.usage.code()) value=(value) checked[one.said == Some(value)]; span { (lang.t(key)) } }
                            }
                        }
                    }
                }
                fieldset {
                    legend { (lang.t("set-terms")) }
                    label.choice { input type="checkbox" name="attribution" value="yes"; span { (lang.t("set-attribution")) } }
                    div.field { label for="offer" { (lang.t("set-offer")) } input #offer name="offer" maxlength="60" autocomplete="off"; }
                }
                p.send { button type="submit" { (lang.t("set-send")) } }
                p.note { (lang.t("set-note")) }
            }
        }
    }
}

fn history(standing: &Standing, lang: Lang) -> Markup {
    html! {
        @if !standing.lines.is_empty() {
            section aria-labelledby="said" {
                h2 #said { (lang.t("said-title")) }
                ul.ledger.words {
                    @for row in &standing.lines {
                        @let line: serde_json::Value = serde_json::from_str(&row.line).unwrap_or_default();
                        @let word = line.get("kind").and_then(|v| v.as_str()).unwrap_or(&row.kind);
                        @let uses = line.get("uses").and_then(|v| v.as_array()).map(|u| u.iter().filter_map(|x| x.as_str()).collect::<Vec<_>>().join(", ")).unwrap_or_default();
                        li {
                            details {
                                summary {
                                    span.what { (lang.maybe(&format!("said-{word}"), &[]).unwrap_or_else(|| word.to_owned())) " " span.soft translate="no" { (uses) } }
                                    span.state { (show::day(row.day, lang)) }
                                }
                                div.inside {
                                    p.from { (lang.with("said-entry", &[("n", show::number(row.place.unsigned_abs(), lang).into())])) " " span translate="no" { (row.id) } }
                                    pre translate="no" { (row.line) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The page where a receipt is checked.
pub(crate) async fn check_form(State(web): State<Web>, visit: Visit) -> Result<Response, Flaw> {
    check_page(&web, &visit, "", None).await
}

/// A receipt that somebody brought.
#[derive(Debug, Deserialize)]
pub(crate) struct Brought {
    csrf: String,
    receipt: String,
}

/// Checks it.
pub(crate) async fn check(
    State(web): State<Web>,
    visit: Visit,
    Form(brought): Form<Brought>,
) -> Result<Response, Flaw> {
    visit.check(&web, &brought.csrf)?;
    let outcome = match app::consent::receipt::check(web.house(), &brought.receipt).await {
        Ok(checked) => Ok(checked),
        Err(app::Failure::Refused(refusal)) => Err(refusal),
        Err(fault) => return Err(fault.into()),
    };
    let status = if outcome.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, check_page(&web, &visit, &brought.receipt, Some(&outcome)).await?).into_response())
}

/// Checked in the browser where it can be, and by the server where it cannot: without a script nothing is missing.
async fn check_page(
    web: &Web,
    visit: &Visit,
    text: &str,
    outcome: Option<&Result<Checked, app::Refusal>>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let title = lang.t("check-title");
    let number = |n: u64| show::number(n, lang);
    let (key, rotations) = app::log::keys(web.house()).await?;
    let slot = |key: &str| lang.with(key, &[("n", "%n".into()), ("m", "%m".into())]);
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("check-what")) }
        @match outcome {
            Some(Ok(done)) => {
                div.kept role="status" {
                    p { strong { (lang.t("check-true")) } }
                    @if let Some(present) = done.present { p { (lang.t(if present { "check-in" } else { "check-out" })) } }
                    @else {
                        p { (lang.with("check-size", &[("n", number(done.size).into()), ("m", number(done.now).into())])) }
                        @if done.size < done.now { p { (lang.t("check-old")) } }
                    }
                    @if let Some(answer) = &done.answer { p { (lang.t("check-answer")) " " span translate="no" { (answer) } } }
                    @if done.present.is_none() { p { (lang.with("check-proved", &[("n", done.statements.into()), ("m", done.silent.into())])) } }
                    @if done.answer.is_some() { p { (lang.t(if done.complete { "check-complete" } else { "check-open" })) } }
                }
            }
            Some(Err(refusal)) => {
                div.alert role="alert" { p { strong { (lang.t("check-false")) } } p lang="en" { (refusal.message) } }
            }
            None => {}
        }
        div #check-result role="status" tabindex="-1" hidden {}
        form.sheet method="post" action="/consent/check" data-check data-key=(key) data-rotations=(json!(rotations))
            data-true=(lang.t("check-true")) data-false=(lang.t("check-false")) data-size=(slot("check-size-here"))
            data-answer=(lang.t("check-answer")) data-proved=(slot("check-proved")) data-complete=(lang.t("check-complete"))
            data-open=(lang.t("check-open")) data-in=(lang.t("check-in")) data-out=(lang.t("check-out")) data-here=(lang.t("check-here")) {
            input type="hidden" name="csrf" value=(visit.token());
            div.field hidden {
                label for="file" { (lang.t("check-file")) }
                input #file type="file";
            }
            div.field {
                label for="receipt" { (lang.t("check-field")) }
                p.hint #receipt-hint { (lang.t("check-hint")) }
                textarea #receipt name="receipt" rows="10" required spellcheck="false" aria-describedby="receipt-hint" { @if text.len() < 20_000 { (text) } }
            }
            p.send { button type="submit" { (lang.t("check-send")) } }
            p { button.plain type="submit" data-server hidden { (lang.t("check-server")) } }
            p.note { (lang.t("check-where")) }
        }
        script src=(super::assets::check_address()) defer {}
    };
    let mut page = layout::page(visit, &title, &content).into_response();
    page.extensions_mut().insert(crate::frame::Scripted);
    Ok(page)
}
