//! The doors: by a link to a mail address, or by a password.

use app::sign_in as door;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::USER_AGENT;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::access::{Checked, Person};
use crate::flaw::{Flaw, speak};
use crate::visit::Visit;
use crate::{Web, layout};

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Whereto {
    #[serde(default)]
    next: String,
}

/// The form at the door.
pub(crate) async fn form(visit: Visit, Query(to): Query<Whereto>) -> Response {
    let next = inside(&to.next);
    if visit.who.is_some() {
        return Redirect::to(if next.is_empty() { "/account" } else { next }).into_response();
    }
    page(&visit, next, "", None).into_response()
}

fn page(visit: &Visit, next: &str, typed: &str, refusal: Option<&app::Refusal>) -> Html<String> {
    let lang = visit.lang;
    let by_password = refusal.is_some_and(|r| r.code.starts_with("sign-in"));
    let title = lang.t("sign-in-title");
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        p.lead { (lang.t("sign-in-what")) }
        form.sheet method="post" action="/sign-in" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="next" value=(next);
            div.field {
                label for="mail" { (lang.t("field-mail")) }
                p.hint #mail-hint { (lang.t("sign-in-link-hint")) }
                input #mail type="email" name="mail" value=(if typed.contains('@') { typed } else { "" }) required maxlength="254" autocomplete="username" aria-describedby="mail-hint";
            }
            p.send { button type="submit" { (lang.t("sign-in-send")) } }
        }
        details.more open[by_password] {
            summary { (lang.t("sign-in-by-password")) }
            form.sheet method="post" action="/sign-in/password" {
                input type="hidden" name="csrf" value=(visit.token());
                input type="hidden" name="next" value=(next);
                div.field {
                    label for="login" { (lang.t("field-login")) }
                    input #login name="login" value=(typed) required maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false";
                }
                div.field {
                    label for="password" { (lang.t("field-password")) }
                    input #password type="password" name="password" required maxlength="256" autocomplete="current-password";
                }
                p.send { button type="submit" { (lang.t("sign-in-enter")) } }
            }
        }
        p { a href=(if next.is_empty() { "/sign-in/passkey".to_owned() } else { format!("/sign-in/passkey?next={}", crate::show::query_word(next)) }) { (lang.t("sign-in-by-passkey")) } }
        p { a href="/places" { (lang.t("sign-in-by-place")) } }
        p.note { (lang.t("sign-in-never")) }
    };
    layout::page(visit, &title, &content)
}

/// A refusal at the top of a page.
pub(crate) fn refused(visit: &Visit, refusal: Option<&app::Refusal>) -> Markup {
    html! {
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, visit.lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
    }
}

/// An address that somebody wants a link sent to.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    mail: String,
    #[serde(default)]
    next: String,
}

/// Takes the wish for a link.
pub(crate) async fn ask(
    State(web): State<Web>,
    visit: Visit,
    Checked(asked): Checked<Asked>,
) -> Result<Response, Flaw> {
    let next = inside(&asked.next);
    match door::ask_link(web.house(), &asked.mail, visit.lang.tag(), next).await {
        Err(app::Failure::Refused(refusal)) => {
            let status = Flaw::Refused(refusal.clone()).status();
            Ok((status, page(&visit, next, &asked.mail, Some(&refusal))).into_response())
        }
        done => {
            done?;
            Ok(Redirect::to("/sign-in/sent").into_response())
        }
    }
}

/// Check your mail.
pub(crate) async fn sent(visit: Visit) -> Html<String> {
    let lang = visit.lang;
    let title = lang.t("sent-title");
    let minutes = usize::try_from(door::LINK_MINUTES).unwrap_or(0);
    let content = html! {
        h1 { (title) }
        p.lead { (lang.with("sent-what", &[("count", minutes.into())])) }
        p { (lang.t("sent-not-there")) }
        p { a href="/sign-in" { (lang.t("sent-again")) } }
    };
    layout::page(&visit, &title, &content)
}

/// The page behind a link: it asks for one press, because programs that look at mail open links too.
pub(crate) async fn link(
    State(web): State<Web>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let whose = match door::link_shown(web.house(), &token).await {
        Err(app::Failure::Refused(refusal)) => {
            let status = Flaw::Refused(refusal.clone()).status();
            return Ok((status, page(&visit, "", "", Some(&refusal))).into_response());
        }
        shown => shown?,
    };
    let title = lang.t("link-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.with("link-what", &[("mail", whose.into())])) }
        form method="post" action=(format!("/sign-in/link/{}", crate::show::query_word(&token))) {
            input type="hidden" name="csrf" value=(visit.token());
            p.send { button type="submit" autofocus { (lang.t("sign-in-enter")) } }
        }
        p.note { (lang.t("link-not-you")) }
    };
    Ok(layout::page(&visit, &title, &content).into_response())
}

/// Nothing but the token of a form.
#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

/// Lets the reader of a link in.
pub(crate) async fn follow(
    State(web): State<Web>,
    visit: Visit,
    Path(token): Path<String>,
    headers: HeaderMap,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Response, Flaw> {
    match door::enter_by_link(web.house(), &token, agent(&headers), visit.session.as_deref()).await {
        Err(app::Failure::Refused(refusal)) => {
            let status = Flaw::Refused(refusal.clone()).status();
            Ok((status, page(&visit, "", "", Some(&refusal))).into_response())
        }
        entered => {
            let entered = entered?;
            Ok(let_in(&visit, &entered.token, inside(&entered.next)))
        }
    }
}

/// A password as it was typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Lets somebody in who knows the password.
pub(crate) async fn password(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Checked(typed): Checked<Typed>,
) -> Result<Response, Flaw> {
    let next = inside(&typed.next);
    let before = visit.session.as_deref();
    let (login, secret) = (&typed.login, &typed.password);
    match door::enter_by_password(web.house(), login, secret, agent(&headers), before).await {
        Err(app::Failure::Refused(refusal)) => {
            let status = Flaw::Refused(refusal.clone()).status();
            Ok((status, page(&visit, next, &typed.login, Some(&refusal))).into_response())
        }
        entered => Ok(let_in(&visit, &entered?.token, next)),
    }
}

fn let_in(visit: &Visit, token: &str, next: &str) -> Response {
    let next = if next.is_empty() { "/account" } else { next };
    (StatusCode::SEE_OTHER, visit.session_cookie(Some(token)), [("location", next.to_owned())])
        .into_response()
}

/// Signs out.
pub(crate) async fn out(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Response, Flaw> {
    app::session::end(web.house(), &visitor, visitor.session.id.as_str()).await?;
    Ok((StatusCode::SEE_OTHER, visit.session_cookie(None), [("location", "/")]).into_response())
}

fn agent(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// An address within the house, or nothing: nobody is sent elsewhere from our door.
pub(crate) fn inside(next: &str) -> &str {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 500
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if fine { next } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for fine in ["/", "/set-list?x=1", "/statement/Mira%20Feld"] {
            assert_eq!(inside(fine), fine);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "/a\r\nx: y",
            "/\tx",
            "/é",
        ] {
            assert_eq!(inside(bad), "", "{bad}");
        }
        assert_eq!(inside(&format!("/{}", "x".repeat(500))), "");
    }
}
