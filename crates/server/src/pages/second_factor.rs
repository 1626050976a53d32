//! The second factor: setting it up, showing it, taking it away.

use app::second_factor;
use app::session::Second;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;

use super::passkey;
use super::sign_in::{Pressed, inside, refused};
use crate::access::{Checked, Person};
use crate::flaw::Flaw;
use crate::frame::Scripted;
use crate::visit::Visit;
use crate::{Lang, Web, layout};

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Whereto {
    #[serde(default)]
    next: String,
}

/// A code as it was typed.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    code: String,
    #[serde(default)]
    next: String,
}

/// Asks for a code.
pub(crate) async fn ask(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    headers: HeaderMap,
    Query(to): Query<Whereto>,
) -> Result<Response, Flaw> {
    if visitor.second_factor(web.house().now()) == Second::None {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    ask_page(&web, &visit, &visitor, &headers, inside(&to.next), None).await
}

async fn ask_page(
    web: &Web,
    visit: &Visit,
    visitor: &app::session::Visitor,
    headers: &HeaderMap,
    next: &str,
    refusal: Option<&app::Refusal>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let by_passkey = passkey::second_form(web, visit, visitor, headers, next).await?;
    let title = lang.t("second-title");
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        p.lead { (lang.t("second-what")) }
        @if let Some(form) = &by_passkey { (form) }
        form.sheet method="post" action="/second-factor" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="next" value=(next);
            (code_field(lang, if visitor.sign_in.totp_on.is_some() { "second-hint" } else { "second-hint-paper" }))
            p.send { button type="submit" { (lang.t("second-send")) } }
        }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok(match by_passkey {
        Some(_) => (status, Extension(Scripted), passkey::scripted(visit, &title, &content)).into_response(),
        None => (status, layout::page(visit, &title, &content)).into_response(),
    })
}

fn code_field(lang: Lang, hint: &str) -> Markup {
    html! {
        div.field {
            label for="code" { (lang.t("field-code")) }
            p.hint #code-hint { (lang.t(hint)) }
            input #code.code name="code" required maxlength="20" inputmode="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint";
        }
    }
}

/// Takes a code.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    headers: HeaderMap,
    Checked(typed): Checked<Typed>,
) -> Result<Response, Flaw> {
    let next = inside(&typed.next);
    match second_factor::show(web.house(), &visitor, &typed.code).await {
        Err(app::Failure::Refused(refusal)) => {
            ask_page(&web, &visit, &visitor, &headers, next, Some(&refusal)).await
        }
        token => {
            let next = if next.is_empty() { "/account" } else { next };
            Ok((StatusCode::SEE_OTHER, visit.session_cookie(Some(&token?)), [("location", next.to_owned())])
                .into_response())
        }
    }
}

/// The picture to be read by an authenticator.
pub(crate) async fn set_up(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
) -> Result<Response, Flaw> {
    set_up_page(&web, &visit, &visitor, None).await
}

async fn set_up_page(
    web: &Web,
    visit: &Visit,
    visitor: &app::session::Visitor,
    refusal: Option<&app::Refusal>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let offer = match second_factor::offer(web.house(), visitor).await {
        Err(app::Failure::Refused(refusal)) if refusal.code == "second-factor-here" => {
            return Ok(Redirect::to("/account").into_response());
        }
        offer => offer?,
    };
    let title = lang.t("setup-title");
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        p.lead { (lang.t("setup-what")) }
        form.sheet method="post" action="/account/second-factor" {
            input type="hidden" name="csrf" value=(visit.token());
            fieldset {
                legend { (lang.t("setup-scan")) }
                p.hint { (lang.t("setup-scan-hint")) }
                div.qr { (picture(&offer.address, &lang.t("setup-picture"))) }
                p { (lang.t("setup-typed")) " " code.secret { (offer.secret) } }
                p { a href=(offer.address) { (lang.t("setup-open")) } }
            }
            fieldset {
                legend { (lang.t("setup-code")) }
                (code_field(lang, "setup-code-hint"))
                p.send { button type="submit" { (lang.t("setup-send")) } }
            }
        }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, layout::page(visit, &title, &content)).into_response())
}

fn picture(address: &str, words: &str) -> Markup {
    let Ok(code) = QrCode::new(address.as_bytes()) else { return html! {} };
    let image = code
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // The XML declaration would be in the way inside a page.
    let image = image.find("<svg").map_or(image.clone(), |at| image[at..].to_owned());
    html! { span role="img" aria-label=(words) { (PreEscaped(image)) } }
}

/// Lets the second factor count, and shows the codes for paper, once.
pub(crate) async fn confirm(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(typed): Checked<Typed>,
) -> Result<Response, Flaw> {
    let (token, codes) = match second_factor::confirm(web.house(), &visitor, &typed.code).await {
        Err(app::Failure::Refused(refusal)) => {
            return set_up_page(&web, &visit, &visitor, Some(&refusal)).await;
        }
        confirmed => confirmed?,
    };
    let lang = visit.lang;
    let title = lang.t("codes-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("codes-what")) }
        ul.codes { @for code in &codes { li { code { (code) } } } }
        p { a.button href="/account" { (lang.t("codes-done")) } }
    };
    Ok((visit.session_cookie(Some(&token)), layout::page(&visit, &title, &content)).into_response())
}

/// Takes the second factor away.
pub(crate) async fn remove(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Response, Flaw> {
    match second_factor::remove(web.house(), &visitor).await {
        Err(app::Failure::Refused(refusal)) if refusal.code == "second-factor-stale" => {
            Ok(Redirect::to("/second-factor?next=/account").into_response())
        }
        token => Ok((StatusCode::SEE_OTHER, visit.session_cookie(Some(&token?)), [("location", "/account")])
            .into_response()),
    }
}
