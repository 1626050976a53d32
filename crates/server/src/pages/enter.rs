//! How the readers of an institution come in: by card, by its own system, on its premises, by a code.

use app::member::{self, Browser, Entrances, card, cas, invitation, link, network, oidc};
use app::sign_in::Entered;
use app::{Failure, Refusal};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Path, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use std::net::SocketAddr;

use super::sign_in::{Pressed, inside, refused};
use crate::access::{Checked, Person};
use crate::flaw::Flaw;
use crate::visit::{Visit, cookie};
use crate::{Web, layout, pace, show};

/// The cookie of a browser that is on its way through a foreign page.
const WAY_COOKIE: &str = "way";

/// An institution whose readers come in here.
struct Place {
    id: String,
    name: String,
}

async fn place(web: &Web, text: &str) -> Result<Place, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    let party = app::party::find(&mut tx, text).await.map_err(|_| Flaw::NotFound)?.party;
    Ok(Place { id: party.id.to_string(), name: party.name })
}

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Whereto {
    #[serde(default)]
    next: String,
}

/// The doors of an institution.
pub(crate) async fn show(
    State(web): State<Web>,
    visit: Visit,
    Path(institution): Path<String>,
    Query(to): Query<Whereto>,
) -> Result<Response, Flaw> {
    let place = place(&web, &institution).await?;
    page(&web, &visit, &place, inside(&to.next), None).await
}

async fn page(
    web: &Web,
    visit: &Visit,
    place: &Place,
    next: &str,
    refusal: Option<&Refusal>,
) -> Result<Response, Flaw> {
    let lang = visit.lang;
    let open = member::entrances(web.house(), &place.id).await?;
    let title = lang.with("enter-title", &[("name", place.name.as_str().into())]);
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        p.lead { (lang.t("enter-what")) }
        (foreign_doors(visit, place, &open, next))
        @if open.cards { (card_form(visit, place, next)) }
        p { a href="/join" { (lang.t("enter-by-code")) } }
        p.note { (lang.t("enter-private")) }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, layout::page(visit, &title, &content)).into_response())
}

fn foreign_doors(visit: &Visit, place: &Place, open: &Entrances, next: &str) -> Markup {
    let lang = visit.lang;
    let has = |kind: &str| open.kinds.iter().any(|k| k == kind);
    let query = if next.is_empty() { String::new() } else { format!("?next={}", show::query_word(next)) };
    html! {
        @for kind in ["oidc", "cas"] {
            @if has(kind) {
                p { a.button href=(format!("/enter/{}/{kind}{query}", place.id)) { (lang.t("enter-by-account")) } }
            }
        }
        @if has("network") {
            form method="post" action=(format!("/enter/{}/network", place.id)) {
                input type="hidden" name="csrf" value=(visit.token());
                p.send { button.plain type="submit" { (lang.t("enter-on-site")) } }
            }
        }
    }
}

fn card_form(visit: &Visit, place: &Place, next: &str) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action=(format!("/enter/{}/card", place.id)) {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="next" value=(next);
            fieldset {
                legend { (lang.t("enter-by-card")) }
                div.pair {
                    div.field { label for="card" { (lang.t("field-card")) } input #card name="card" required maxlength="64" autocomplete="username" spellcheck="false"; }
                    div.field { label for="pin" { (lang.t("field-pin")) } input #pin type="password" name="pin" required maxlength="64" autocomplete="current-password"; }
                }
                p.send { button type="submit" { (lang.t("sign-in-enter")) } }
            }
        }
    }
}

/// A card as it was typed.
#[derive(Deserialize)]
pub(crate) struct Card {
    card: String,
    pin: String,
    #[serde(default)]
    next: String,
}

/// Lets somebody in by a card.
pub(crate) async fn by_card(
    State(web): State<Web>,
    visit: Visit,
    Path(institution): Path<String>,
    headers: HeaderMap,
    Checked(typed): Checked<Card>,
) -> Result<Response, Flaw> {
    let place = place(&web, &institution).await?;
    let next = inside(&typed.next);
    let browser = browser(&visit, &headers);
    match card::enter(web.house(), &place.id, &typed.card, &typed.pin, browser).await {
        Err(Failure::Refused(refusal)) => page(&web, &visit, &place, next, Some(&refusal)).await,
        entered => Ok(let_in(&visit, &entered?, next)),
    }
}

/// Lets somebody in who is on the institution's premises.
pub(crate) async fn on_site(
    State(web): State<Web>,
    visit: Visit,
    Path(institution): Path<String>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Checked(Pressed {}): Checked<Pressed>,
) -> Result<Response, Flaw> {
    let place = place(&web, &institution).await?;
    let from = pace::address(peer.map(|p| p.0.0.ip()), &headers);
    match network::enter(web.house(), &place.id, from, browser(&visit, &headers)).await {
        Err(Failure::Refused(refusal)) => page(&web, &visit, &place, "", Some(&refusal)).await,
        entered => Ok(let_in(&visit, &entered?, "")),
    }
}

/// Sends somebody to the institution's OpenID Connect provider.
pub(crate) async fn to_oidc(
    State(web): State<Web>,
    visit: Visit,
    Path(institution): Path<String>,
    Query(to): Query<Whereto>,
) -> Result<Response, Flaw> {
    let place = place(&web, &institution).await?;
    let back = member::back_address(web.house(), "oidc").await?;
    let next = inside(&to.next);
    match oidc::depart(web.house(), web.fetch(), &place.id, &back, next).await {
        Err(Failure::Refused(refusal)) => page(&web, &visit, &place, next, Some(&refusal)).await,
        departure => Ok(depart(&visit, &departure?)),
    }
}

/// Sends somebody to the institution's CAS server.
pub(crate) async fn to_cas(
    State(web): State<Web>,
    visit: Visit,
    Path(institution): Path<String>,
    Query(to): Query<Whereto>,
) -> Result<Response, Flaw> {
    let place = place(&web, &institution).await?;
    let back = member::back_address(web.house(), "cas").await?;
    let next = inside(&to.next);
    match cas::depart(web.house(), &place.id, &back, next).await {
        Err(Failure::Refused(refusal)) => page(&web, &visit, &place, next, Some(&refusal)).await,
        departure => Ok(depart(&visit, &departure?)),
    }
}

fn depart(visit: &Visit, departure: &oidc::Departure) -> Response {
    let end = if visit.secure { "; Secure" } else { "" };
    // Lax, because the way back begins at another site.
    let kept =
        format!("{WAY_COOKIE}={}; Path=/enter; Max-Age=900; HttpOnly; SameSite=Lax{end}", departure.ticket);
    (StatusCode::SEE_OTHER, [(SET_COOKIE, kept), (LOCATION, departure.to.clone())]).into_response()
}

/// What a provider sends back.
#[derive(Debug, Deserialize)]
pub(crate) struct Code {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
}

/// Lets somebody in who comes back from a provider.
pub(crate) async fn from_oidc(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Query(came): Query<Code>,
) -> Result<Response, Flaw> {
    let ticket = cookie(&headers, WAY_COOKIE).unwrap_or_default();
    let back = oidc::Return {
        state: &came.state,
        code: came.code.as_deref(),
        issuer: came.iss.as_deref(),
        ticket: &ticket,
    };
    let entered = oidc::come_back(web.house(), web.fetch(), back, browser(&visit, &headers)).await?;
    Ok(let_in(&visit, &entered, inside(&entered.next)))
}

/// What a CAS server sends back.
#[derive(Debug, Deserialize)]
pub(crate) struct Ticket {
    #[serde(default)]
    way: String,
    #[serde(default)]
    ticket: String,
}

/// Lets somebody in who comes back from a CAS server.
pub(crate) async fn from_cas(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Query(came): Query<Ticket>,
) -> Result<Response, Flaw> {
    let kept = cookie(&headers, WAY_COOKIE).unwrap_or_default();
    let browser = browser(&visit, &headers);
    let entered = cas::come_back(web.house(), web.fetch(), &came.way, &came.ticket, &kept, browser).await?;
    Ok(let_in(&visit, &entered, inside(&entered.next)))
}

/// A signed link.
#[derive(Debug, Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    uid: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    dest: String,
    #[serde(default)]
    sig: String,
}

/// Lets somebody in by a link that the institution signed.
pub(crate) async fn by_link(
    State(web): State<Web>,
    visit: Visit,
    Path(institution): Path<String>,
    headers: HeaderMap,
    Query(l): Query<Link>,
) -> Result<Response, Flaw> {
    let place = place(&web, &institution).await?;
    let link = link::Link { uid: &l.uid, time: &l.time, nonce: &l.nonce, dest: &l.dest, sig: &l.sig };
    let entered = link::enter(web.house(), &place.id, link, browser(&visit, &headers)).await?;
    Ok(let_in(&visit, &entered, inside(&entered.next)))
}

/// A link as PMB makes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Pmb {
    #[serde(default)]
    dest: String,
    #[serde(default)]
    bibid: String,
    #[serde(default)]
    uid: String,
    #[serde(default)]
    token: String,
}

/// Lets somebody in by a link of PMB.
pub(crate) async fn by_pmb(
    State(web): State<Web>,
    visit: Visit,
    headers: HeaderMap,
    Query(l): Query<Pmb>,
) -> Result<Response, Flaw> {
    let browser = browser(&visit, &headers);
    let entered = link::enter_by_pmb(web.house(), web.fetch(), &l.bibid, &l.uid, &l.token, browser).await?;
    Ok(let_in(&visit, &entered, inside(&l.dest)))
}

/// The form for an invitation's code.
pub(crate) async fn join_form(visit: Visit, Person(_): Person) -> Html<String> {
    join_page(&visit, None)
}

fn join_page(visit: &Visit, refusal: Option<&Refusal>) -> Html<String> {
    let lang = visit.lang;
    let title = lang.t("join-title");
    let content = html! {
        h1 { (title) }
        (refused(visit, refusal))
        p.lead { (lang.t("join-what")) }
        form.sheet method="post" action="/join" {
            input type="hidden" name="csrf" value=(visit.token());
            div.field {
                label for="code" { (lang.t("field-code")) }
                p.hint #code-hint { (lang.t("join-hint")) }
                input #code.code name="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint";
            }
            p.send { button type="submit" { (lang.t("join-send")) } }
        }
    };
    layout::page(visit, &title, &content)
}

/// An invitation's code as it was typed.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    code: String,
}

/// Makes somebody a member by a code.
pub(crate) async fn join(
    State(web): State<Web>,
    visit: Visit,
    Person(visitor): Person,
    Checked(typed): Checked<Typed>,
) -> Result<Response, Flaw> {
    match invitation::join(web.house(), &visitor, &typed.code).await {
        Err(Failure::Refused(refusal)) => {
            let status = Flaw::Refused(refusal.clone()).status();
            Ok((status, join_page(&visit, Some(&refusal))).into_response())
        }
        joined => {
            joined?;
            Ok(axum::response::Redirect::to("/account").into_response())
        }
    }
}

fn browser<'a>(visit: &'a Visit, headers: &'a HeaderMap) -> Browser<'a> {
    Browser {
        agent: headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default(),
        before: visit.session.as_deref(),
        lang: visit.lang.tag(),
    }
}

fn let_in(visit: &Visit, entered: &Entered, next: &str) -> Response {
    let next = if next.is_empty() { "/account" } else { next };
    (StatusCode::SEE_OTHER, visit.session_cookie(Some(&entered.token)), [(LOCATION, next.to_owned())])
        .into_response()
}
