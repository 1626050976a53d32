//! How the readers of an institution come in: by card, by its own system, on its premises, by a code.

use app::institution;
use app::member::{self, Browser, Entrances, card, cas, invitation, link, network, oidc, sip2};
use app::sign_in::Entered;
use app::{Failure, Refusal};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
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
#[derive(Default)]
struct Place {
    /// The party's id.
    id: String,
    /// What it is called in addresses.
    address: String,
    name: String,
}

/// The institution of an address: by its name there, an earlier one, or its party's id.
async fn place(web: &Web, text: &str) -> Result<Place, Flaw> {
    if let Ok(one) = institution::one(web.house(), text).await {
        return Ok(Place { address: one.row.slug, id: one.row.party.to_string(), name: one.name });
    }
    let mut tx = web.house().store.begin_read().await?;
    let party = app::party::find(&mut tx, text).await.map_err(|_| Flaw::NotFound)?.party;
    Ok(Place { address: party.id.to_string(), id: party.id.to_string(), name: party.name })
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
        ul.ways { (ways(visit, place, &open, next)) }
        p.note { (lang.t("enter-private")) }
    };
    let status = refusal.map_or(StatusCode::OK, |r| Flaw::Refused(r.clone()).status());
    Ok((status, layout::page(visit, &title, &content)).into_response())
}

/// The ways in, each with what one needs for it: the institution's own page first, for it asks for nothing more.
fn ways(visit: &Visit, place: &Place, open: &Entrances, next: &str) -> Markup {
    let lang = visit.lang;
    let has = |kind: &str| open.kinds.iter().any(|k| k == kind);
    let account = ["oidc", "cas"].into_iter().find(|kind| has(kind));
    let query = if next.is_empty() { String::new() } else { format!("?next={}", show::query_word(next)) };
    html! {
        @if let Some(kind) = account {
            li { h2 { (lang.t("enter-by-account")) } p.soft { (lang.t("enter-by-account-what")) } a.button href=(format!("/enter/{}/{kind}{query}", place.address)) { (lang.t("enter-go")) } }
        }
        @if open.cards { li { h2 { (lang.t("enter-by-card")) } (card_form(visit, place, next)) } }
        @if has("network") {
            li {
                h2 { (lang.t("enter-on-site")) }
                p.soft { (lang.t("enter-on-site-what")) }
                form method="post" action=(format!("/enter/{}/network", place.address)) {
                    input type="hidden" name="csrf" value=(visit.token());
                    p.send { button.plain type="submit" { (lang.t("sign-in-enter")) } }
                }
            }
        }
        @if has("signed-link") || has("pmb") { li { h2 { (lang.t("enter-by-link")) } p.soft { (lang.t("enter-by-link-what")) } } }
        li { h2 { (lang.t("enter-by-code")) } p.soft { (lang.t("join-what")) } a.button.plain href="/join" { (lang.t("enter-code-go")) } }
    }
}

fn card_form(visit: &Visit, place: &Place, next: &str) -> Markup {
    let lang = visit.lang;
    html! {
        form.sheet method="post" action=(format!("/enter/{}/card", place.address)) {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="next" value=(next);
            div.pair {
                div.field { label for="card" { (lang.t("field-card")) } input #card name="card" required maxlength="64" autocomplete="username" spellcheck="false"; }
                div.field { label for="pin" { (lang.t("field-pin")) } input #pin type="password" name="pin" required maxlength="64" autocomplete="current-password"; }
            }
            p.send { button type="submit" { (lang.t("sign-in-enter")) } }
        }
    }
}

/// Whoever knocks: the institution's address in the path, what the browser is, and where it comes from.
pub(crate) struct Knock {
    web: Web,
    visit: Visit,
    place: Place,
    agent: String,
    way: String,
    from: std::net::IpAddr,
}

impl FromRequestParts<Web> for Knock {
    type Rejection = Flaw;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Flaw> {
        let visit = Visit::from_request_parts(parts, web).await?;
        let named = Path::<String>::from_request_parts(parts, web).await;
        let place = match named {
            Ok(Path(text)) => place(web, &text).await?,
            // Ways back say by themselves whose they are.
            Err(_) => Place::default(),
        };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        Ok(Knock {
            web: web.clone(),
            visit,
            place,
            agent: parts.headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned(),
            way: cookie(&parts.headers, WAY_COOKIE).unwrap_or_default(),
            from: pace::address(peer, &parts.headers),
        })
    }
}

impl Knock {
    fn browser(&self) -> Browser<'_> {
        Browser { agent: &self.agent, before: self.visit.session.as_deref(), lang: self.visit.lang.tag() }
    }

    /// Lets somebody in and leads them to where they wanted to go; or shows the doors again, with why not.
    async fn answer(&self, entered: Result<Entered, Failure>, next: &str) -> Result<Response, Flaw> {
        match entered {
            Ok(entered) => Ok(self.let_in(&entered, next)),
            Err(failure) => self.again(failure, next).await,
        }
    }

    fn let_in(&self, entered: &Entered, next: &str) -> Response {
        let next = if next.is_empty() { "/listen" } else { next };
        (
            StatusCode::SEE_OTHER,
            self.visit.session_cookie(Some(&entered.token)),
            [(LOCATION, next.to_owned())],
        )
            .into_response()
    }

    /// Sends somebody to the institution's own page; they are known again by a cookie when they come back.
    async fn depart(
        &self,
        departure: Result<oidc::Departure, Failure>,
        next: &str,
    ) -> Result<Response, Flaw> {
        let departure = match departure {
            Ok(departure) => departure,
            Err(failure) => return self.again(failure, next).await,
        };
        let end = if self.visit.secure { "; Secure" } else { "" };
        // Lax, because the way back begins at another site.
        let kept = format!(
            "{WAY_COOKIE}={}; Path=/enter; Max-Age=900; HttpOnly; SameSite=Lax{end}",
            departure.ticket
        );
        Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, kept), (LOCATION, departure.to)]).into_response())
    }

    async fn again(&self, failure: Failure, next: &str) -> Result<Response, Flaw> {
        match failure {
            Failure::Refused(refusal) if !self.place.id.is_empty() => {
                page(&self.web, &self.visit, &self.place, next, Some(&refusal)).await
            }
            other => Err(other.into()),
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
pub(crate) async fn by_card(knock: Knock, Checked(typed): Checked<Card>) -> Result<Response, Flaw> {
    let (house, id) = (knock.web.house(), &knock.place.id);
    let asked = member::doors(house, id).await?.iter().any(|kind| kind == "sip2");
    let (card, pin, browser) = (&typed.card, &typed.pin, knock.browser());
    // Where the library's system answers for cards, it is asked about every one.
    let entered = if asked {
        sip2::enter(house, knock.web.fetch(), id, card, pin, browser).await
    } else {
        card::enter(house, id, card, pin, browser).await
    };
    knock.answer(entered, inside(&typed.next)).await
}

/// Lets somebody in who is on the institution's premises.
pub(crate) async fn on_site(knock: Knock, Checked(Pressed {}): Checked<Pressed>) -> Result<Response, Flaw> {
    let entered = network::enter(knock.web.house(), &knock.place.id, knock.from, knock.browser()).await;
    knock.answer(entered, "").await
}

/// Sends somebody to the institution's OpenID Connect provider.
pub(crate) async fn to_oidc(knock: Knock, Query(to): Query<Whereto>) -> Result<Response, Flaw> {
    let (web, next) = (&knock.web, inside(&to.next));
    let back = member::back_address(web.house(), "oidc").await?;
    let departure = oidc::depart(web.house(), web.fetch(), &knock.place.id, &back, next).await;
    knock.depart(departure, next).await
}

/// Sends somebody to the institution's CAS server.
pub(crate) async fn to_cas(knock: Knock, Query(to): Query<Whereto>) -> Result<Response, Flaw> {
    let (web, next) = (&knock.web, inside(&to.next));
    let back = member::back_address(web.house(), "cas").await?;
    let departure = cas::depart(web.house(), &knock.place.id, &back, next).await;
    knock.depart(departure, next).await
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
pub(crate) async fn from_oidc(knock: Knock, Query(came): Query<Code>) -> Result<Response, Flaw> {
    let back = oidc::Return {
        state: &came.state,
        code: came.code.as_deref(),
        issuer: came.iss.as_deref(),
        ticket: &knock.way,
    };
    let entered = oidc::come_back(knock.web.house(), knock.web.fetch(), back, knock.browser()).await?;
    Ok(knock.let_in(&entered, inside(&entered.next)))
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
pub(crate) async fn from_cas(knock: Knock, Query(came): Query<Ticket>) -> Result<Response, Flaw> {
    let (house, fetch) = (knock.web.house(), knock.web.fetch());
    let entered = cas::come_back(house, fetch, &came.way, &came.ticket, &knock.way, knock.browser()).await?;
    Ok(knock.let_in(&entered, inside(&entered.next)))
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
pub(crate) async fn by_link(knock: Knock, Query(l): Query<Link>) -> Result<Response, Flaw> {
    let link = link::Link { uid: &l.uid, time: &l.time, nonce: &l.nonce, dest: &l.dest, sig: &l.sig };
    let entered = link::enter(knock.web.house(), &knock.place.id, link, knock.browser()).await?;
    Ok(knock.let_in(&entered, inside(&entered.next)))
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
pub(crate) async fn by_pmb(knock: Knock, Query(l): Query<Pmb>) -> Result<Response, Flaw> {
    let (house, fetch) = (knock.web.house(), knock.web.fetch());
    let entered = link::enter_by_pmb(house, fetch, &l.bibid, &l.uid, &l.token, knock.browser()).await?;
    Ok(knock.let_in(&entered, inside(&l.dest)))
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
            Ok(axum::response::Redirect::to("/listen").into_response())
        }
    }
}
