//! Passkeys: made, named and ended under the account; shown as a second factor; shown at the door.

use app::passkey::{self, Answer, Site};
use app::session::{Second, Visitor};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{HOST, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use store::PasskeyRow;

use super::assets;
use super::sign_in::{inside, refused};
use crate::access::{Checked, Person};
use crate::flaw::Flaw;
use crate::frame::Scripted;
use crate::visit::Visit;
use crate::{Web, layout, show as words};

/// What a browser hands over, with the name that its owner gives.
#[derive(Debug, Deserialize)]
pub(crate) struct Handed {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    next: String,
}

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Whereto {
    #[serde(default)]
    next: String,
}

/// One passkey of one's own, and what it is to be called.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    passkey: String,
    #[serde(default)]
    name: String,
}

/// The house as browsers know it: on its own machine under the name `localhost`, else as the policy `house-url` says.
/// The header `Host` alone is believed for this machine only.
pub(crate) async fn site(web: &Web, headers: &HeaderMap) -> Result<Option<Site>, Flaw> {
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name == "localhost" && web.access().of_own_machine() {
        return Ok(Site::of(&format!("http://{host}")));
    }
    let mut tx = web.house().store.begin_read().await?;
    Ok(Site::of(&app::policy::text(&mut tx, "house-url", web.house().now()).await?))
}

async fn needed(web: &Web, headers: &HeaderMap) -> Result<Site, Flaw> {
    site(web, headers).await?.ok_or_else(|| {
        Flaw::Refused(app::Refusal::new(
            "passkey-no-site",
            "passkeys need an address with a name and TLS",
            "the house sets the policy `house-url`",
        ))
    })
}

/// The form that makes a passkey.
pub(crate) async fn make_form(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    headers: HeaderMap,
) -> Result<Response, Flaw> {
    make_page(&web, &visit, &visitor, &headers, None).await
}

async fn make_page(
    web: &Web,
    visit: &Visit,
    visitor: &Visitor,
    headers: &HeaderMap,
    refusal: Option<&app::Refusal>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let site = needed(web, headers).await?;
    let ask = match passkey::ask_add(web.house(), visitor, &site).await {
        Err(app::Failure::Refused(r)) if r.code == "second-factor-stale" => {
            return Ok(Redirect::to("/second-factor?next=/account/passkey").into_response());
        }
        ask => ask?,
    };
    let title = lang.t("passkey-make-title");
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        p.lead { (lang.t("passkey-make-what")) }
        (form(visit, "/account/passkey", "make", &ask, "", "passkey-make-send", &html! {
            div.field {
                label for="passkey-name" { (lang.t("field-passkey-name")) }
                p.hint #passkey-name-hint { (lang.t("passkey-name-hint")) }
                input #passkey-name name="name" maxlength="60" autocomplete="off" aria-describedby="passkey-name-hint";
            }
        }))
        p.note { (lang.t("passkey-private")) }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, Extension(Scripted), scripted(visit, &title, &content)).into_response())
}

/// Keeps a passkey, and shows codes for paper where there were none.
pub(crate) async fn make(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    headers: HeaderMap,
    Checked(handed): Checked<Handed>,
) -> Result<Response, Flaw> {
    let site = needed(&web, &headers).await?;
    let made = async {
        let answer = Answer::read(&handed.answer)?;
        passkey::add(web.house(), &visitor, &site, &handed.name, &answer).await
    };
    let (token, codes) = match made.await {
        Err(app::Failure::Refused(r)) if r.code.starts_with("passkey") => {
            return make_page(&web, &visit, &visitor, &headers, Some(&r)).await;
        }
        made => made?,
    };
    let cookie = visit.session_cookie(Some(&token));
    if codes.is_empty() {
        return Ok((StatusCode::SEE_OTHER, cookie, [("location", "/account")]).into_response());
    }
    let lang = visit.lang;
    let title = lang.t("codes-title");
    let content = html! {
        h1 { (title) }
        p.lead { (lang.t("codes-passkey-what")) }
        ul.codes { @for code in &codes { li { code { (code) } } } }
        p { a.button href="/account" { (lang.t("codes-done")) } }
    };
    Ok((cookie, layout::page(&visit, &title, &content)).into_response())
}

/// Gives a passkey another name.
pub(crate) async fn rename(
    State(web): State<Web>,
    Person(visitor): Person,
    Checked(which): Checked<Which>,
) -> Result<Redirect, Flaw> {
    passkey::rename(web.house(), &visitor, &which.passkey, &which.name).await?;
    Ok(Redirect::to("/account"))
}

/// Ends a passkey.
pub(crate) async fn end(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(which): Checked<Which>,
) -> Result<Response, Flaw> {
    match passkey::remove(web.house(), &visitor, &which.passkey).await {
        Err(app::Failure::Refused(r)) if r.code == "second-factor-stale" => {
            Ok(Redirect::to("/second-factor?next=/account").into_response())
        }
        token => Ok((StatusCode::SEE_OTHER, visit.session_cookie(Some(&token?)), [("location", "/account")])
            .into_response()),
    }
}

/// Takes a passkey as the second factor.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    headers: HeaderMap,
    Checked(handed): Checked<Handed>,
) -> Result<Response, Flaw> {
    let site = needed(&web, &headers).await?;
    let answer = Answer::read(&handed.answer)?;
    let token = passkey::show(web.house(), &visitor, &site, &answer).await?;
    let next = inside(&handed.next);
    let next = if next.is_empty() { "/account" } else { next };
    Ok((StatusCode::SEE_OTHER, visit.session_cookie(Some(&token)), [("location", next.to_owned())])
        .into_response())
}

/// The door for whoever has a passkey.
pub(crate) async fn door(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Query(to): Query<Whereto>,
) -> Result<Response, Flaw> {
    let next = inside(&to.next);
    if visit.who.is_some() {
        return Ok(Redirect::to(if next.is_empty() { "/account" } else { next }).into_response());
    }
    door_page(&web, &visit, &headers, next, None).await
}

async fn door_page(
    web: &Web,
    visit: &Visit,
    headers: &HeaderMap,
    next: &str,
    refusal: Option<&app::Refusal>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let title = lang.t("passkey-door-title");
    let ask = match site(web, headers).await? {
        Some(site) => Some(passkey::ask_enter(web.house(), &site, &visit.name).await?),
        None => None,
    };
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        @if let Some(ask) = &ask {
            p.lead { (lang.t("passkey-door-what")) }
            (form(visit, "/sign-in/passkey", "show", ask, next, "passkey-show-send", &html! {}))
        } @else { p.lead { (lang.t("passkey-not-here")) } }
        p { a href="/sign-in" { (lang.t("passkey-other-ways")) } }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, Extension(Scripted), scripted(visit, &title, &content)).into_response())
}

/// Lets somebody in by a passkey.
pub(crate) async fn enter(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Checked(handed): Checked<Handed>,
) -> Result<Response, Flaw> {
    let site = needed(&web, &headers).await?;
    let next = inside(&handed.next);
    let agent = headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let entered = async {
        let answer = Answer::read(&handed.answer)?;
        passkey::enter(web.house(), &site, &visit.name, &answer, agent, visit.session.as_deref()).await
    };
    match entered.await {
        Err(app::Failure::Refused(r)) => door_page(&web, &visit, &headers, next, Some(&r)).await,
        entered => {
            let next = if next.is_empty() { "/account" } else { next };
            Ok((
                StatusCode::SEE_OTHER,
                visit.session_cookie(Some(&entered?.token)),
                [("location", next.to_owned())],
            )
                .into_response())
        }
    }
}

/// The form by which somebody who has passkeys shows one as the second factor; nothing for others.
pub(crate) async fn second_form(
    web: &Web,
    visit: &Visit,
    visitor: &Visitor,
    headers: &HeaderMap,
    next: &str,
) -> Result<Option<Markup>, Flaw> {
    let Some(site) = site(web, headers).await? else { return Ok(None) };
    if visitor.sign_in.passkeys == 0 || visitor.second_factor(web.house().now()) == Second::None {
        return Ok(None);
    }
    let ask = passkey::ask_show(web.house(), visitor, &site).await?;
    Ok(Some(form(visit, "/second-factor/passkey", "show", &ask, next, "passkey-show-send", &html! {})))
}

/// The passkeys of an account, each with what can be done with it.
pub(crate) fn list(visit: &Visit, all: &[PasskeyRow]) -> Markup {
    let lang = visit.lang;
    let day = |at: jiff::Timestamp| words::day(at.to_zoned(jiff::tz::TimeZone::UTC).date(), lang);
    html! {
        p { (lang.t("passkeys-what")) }
        @if !all.is_empty() {
            ul.found {
                @for one in all {
                    li {
                        div {
                            strong { (one.name) }
                            p.soft {
                                (lang.with("passkey-since", &[("day", day(one.created).into())]))
                                @if let Some(seen) = one.seen { " · " (lang.with("key-seen", &[("day", day(seen).into())])) }
                                @if one.copied { " · " (lang.t("passkey-copied-note")) }
                            }
                        }
                        details.more {
                            summary { (lang.t("passkey-change")) span.hidden { " (" (one.name) ")" } }
                            form method="post" action="/account/passkeys" {
                                input type="hidden" name="csrf" value=(visit.token());
                                input type="hidden" name="passkey" value=(one.id);
                                label for=(format!("name-{}", one.id)) { (lang.t("field-passkey-name")) }
                                div.row { input id=(format!("name-{}", one.id)) name="name" value=(one.name) required maxlength="60" autocomplete="off"; button.plain type="submit" { (lang.t("account-save")) } }
                            }
                            form method="post" action="/account/passkeys/end" {
                                input type="hidden" name="csrf" value=(visit.token());
                                input type="hidden" name="passkey" value=(one.id);
                                button.plain type="submit" { (lang.t("passkey-end")) }
                            }
                        }
                    }
                }
            }
        }
        p { a.button.plain href="/account/passkey" { (lang.t("passkey-make")) } }
    }
}

fn form(visit: &Visit, to: &str, what: &str, ask: &str, next: &str, send: &str, inside: &Markup) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action=(to) data-passkey=(what) data-ask=(ask) data-wait=(lang.t("passkey-wait"))
            data-failed=(lang.t("passkey-failed")) data-here=(lang.t("passkey-is-here")) {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="next" value=(next);
            input type="hidden" name="answer" value="";
            (inside)
            p.send.js { button type="submit" { (lang.t(send)) } }
            p.nojs { (lang.t("passkey-no-script")) }
            p.soft role="status" {}
        }
    }
}

/// A page with the script that speaks with passkeys.
pub(crate) fn scripted(visit: &Visit, title: &str, content: &Markup) -> axum::response::Html<String> {
    let script = html! { script src=(assets::passkey_address()) defer {} };
    layout::page(visit, title, &html! { (content) (script) })
}
