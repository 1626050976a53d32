//! "Is my name here?", and saying that it is mine.

use app::claim::{self, Found, Open, Waits};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use store::Standing;

use crate::adapters;
use crate::flaw::{Flaw, speak};
use crate::form::short;
use crate::visit::Visit;
use crate::{Lang, Web, layout};

/// Most characters of evidence.
const EVIDENCE: usize = 10_000;

/// What is searched.
#[derive(Debug, Deserialize)]
pub(crate) struct Words {
    name: Option<String>,
}

/// The search and what it found.
pub(crate) async fn search(
    State(web): State<Web>,
    visit: Visit,
    Query(words): Query<Words>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let name = words.name.map(|n| short(&n)).unwrap_or_default();
    let (found, refusal) = match (name.as_str(), claim::search(web.house(), &name).await) {
        ("", _) => (Vec::new(), None),
        (_, Err(app::Failure::Refused(refusal))) => (Vec::new(), Some(refusal)),
        (_, found) => (found?, None),
    };
    let title = lang.t("search-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("search-what")) }
        form.search method="get" action="/search" role="search" {
            label for="name" { (lang.t("field-name")) }
            div.row {
                input #name type="search" name="name" value=(name) maxlength="60" required autocomplete="off" spellcheck="false";
                button type="submit" { (lang.t("search-send")) }
            }
        }
        @if let Some(refusal) = &refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        } @else if !name.is_empty() {
            section aria-labelledby="found" aria-live="polite" {
                h2 #found { (lang.with("found-title", &[("count", found.len().into()), ("name", name.as_str().into())])) }
                @if found.is_empty() { p { (lang.t("found-none")) } }
                ul.found { @for one in &found { (one_found(one, lang)) } }
            }
        }
    };
    Ok(layout::page(&visit, &title, &content))
}

fn one_found(found: &Found, lang: Lang) -> Markup {
    let key = match found.standing {
        Standing::Unclaimed => "standing-unclaimed",
        Standing::Here => "standing-here",
        Standing::Frozen => "standing-frozen",
    };
    html! {
        li {
            div {
                strong { (found.name) }
                p.soft {
                    (lang.t(key))
                    @if found.recordings > 0 { " · " (lang.with("in-recordings", &[("count", usize::try_from(found.recordings).unwrap_or(0).into())])) }
                    @if let Some(key) = waits(found.waits) { " · " strong { (lang.t(key)) } }
                }
            }
            @if found.standing != Standing::Here {
                a.button href=(format!("/claim?party={}", found.party)) {
                    (lang.t("claim-this")) span.hidden { " (" (found.name) ")" }
                }
            }
        }
    }
}

fn waits(waits: Waits) -> Option<&'static str> {
    match waits {
        Waits::No => None,
        Waits::Some => Some("waits-some"),
        Waits::UnderTen => Some("waits-under-10"),
        Waits::UnderHundred => Some("waits-under-100"),
        Waits::HundredAndMore => Some("waits-100"),
    }
}

/// Whose name is claimed.
#[derive(Debug, Deserialize)]
pub(crate) struct Whose {
    party: Option<String>,
}

/// The form for a claim.
pub(crate) async fn form(
    State(web): State<Web>,
    visit: Visit,
    Query(whose): Query<Whose>,
) -> Result<Response, Flaw> {
    let Some(party) = whose.party.filter(|p| p.starts_with("pty-")) else {
        return Ok(axum::response::Redirect::to("/search").into_response());
    };
    let (id, name) = adapters::claimable(web.house(), &party).await?;
    let ask = Open { party: id.to_string(), ..Open::default() };
    Ok(page(&visit, &ask, &name, None).into_response())
}

/// The form behind a one-time link.
pub(crate) async fn invited(
    State(web): State<Web>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Html<String>, Flaw> {
    let (invited, name) = claim::invitation(web.house(), &token).await?;
    let ask = Open { party: invited.party.to_string(), token: Some(token), ..Open::default() };
    Ok(page(&visit, &ask, &name, None))
}

fn page(visit: &Visit, ask: &Open, name: &str, refusal: Option<&app::Refusal>) -> Html<String> {
    let lang = visit.lang;
    let title = lang.with("claim-title", &[("name", name.into())]);
    let content = html! {
        h1 { (title) }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        p.lead { (lang.t("claim-what")) }
        form.sheet method="post" action="/claim" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="party" value=(ask.party);
            @if let Some(token) = &ask.token { input type="hidden" name="token" value=(token); }
            fieldset {
                legend { (lang.t("part-you")) }
                div.field { label for="name" { (lang.t("field-your-name")) } input #name name="name" value=(ask.claimant) required maxlength="200" autocomplete="name"; }
                div.field {
                    label for="contact" { (lang.t("field-contact")) }
                    p.hint #contact-hint { (lang.t("field-contact-hint")) }
                    input #contact type="email" name="contact" value=(ask.contact) required maxlength="200" autocomplete="email" aria-describedby="contact-hint";
                }
                div.field {
                    label for="evidence" { (lang.t("field-evidence")) }
                    p.hint #evidence-hint { (lang.t("field-evidence-hint")) }
                    textarea #evidence name="evidence" rows="5" required[ask.token.is_none()] maxlength=(EVIDENCE) aria-describedby="evidence-hint" { (ask.evidence) }
                }
            }
            fieldset {
                legend { (lang.t("part-first")) }
                p.hint { (lang.t("first-hint")) }
                @for (value, key, chosen) in [("yes", "first-yes", Some(true)), ("no", "first-no", Some(false)), ("", "first-silent", None)] {
                    label.choice { input type="radio" name="first" value=(value) checked[ask.first_payment == chosen]; span { (lang.t(key)) } }
                }
            }
            p.send { button type="submit" { (lang.t("claim-send")) } }
            p.note { (lang.t("claim-never")) }
        }
    };
    layout::page(visit, &title, &content)
}

/// A claim as it was filled in.
#[derive(Debug, Deserialize)]
pub(crate) struct Filled {
    csrf: String,
    party: String,
    name: String,
    contact: String,
    evidence: String,
    #[serde(default)]
    first: String,
    token: Option<String>,
}

/// Takes a claim.
pub(crate) async fn send(
    State(web): State<Web>,
    visit: Visit,
    Form(filled): Form<Filled>,
) -> Result<Response, Flaw> {
    visit.check(&web, &filled.csrf)?;
    let lang = visit.lang;
    let token = filled.token.filter(|t| !t.is_empty());
    let (party, name) = match &token {
        Some(token) => {
            claim::invitation(web.house(), token).await.map(|(invited, name)| (invited.party, name))?
        }
        None => adapters::claimable(web.house(), &filled.party).await?,
    };
    let ask = Open {
        party: party.to_string(),
        claimant: filled.name,
        contact: filled.contact,
        evidence: filled.evidence,
        first_payment: match filled.first.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        token,
    };
    match claim::open(web.house(), ask.clone()).await {
        Err(app::Failure::Refused(refusal)) => {
            return Ok(
                (StatusCode::UNPROCESSABLE_ENTITY, page(&visit, &ask, &name, Some(&refusal))).into_response()
            );
        }
        done => drop(done?),
    }
    let title = lang.t("claimed-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.with("claimed-what", &[("name", name.as_str().into())])) }
        p { (lang.t("claimed-next")) }
        p { a href="/" { (lang.t("flaw-home")) } }
    };
    Ok(layout::page(&visit, &title, &content).into_response())
}
