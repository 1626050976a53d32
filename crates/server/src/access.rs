//! Who may see and do what: whoever is signed in, by their roles; and the house itself, which is everybody on this
//! machine, or whoever knows the house password.
//!
//! Pages ask for [`Person`] where somebody has to be signed in, and for [`Asker`] where the house's own machine may come
//! too; both are asked with `require(Need)` and `require_fresh_second_factor()`. Forms come as [`Checked`].

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::session::{Need, Visitor};
use argon2::password_hash::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Form, FromRequest, FromRequestParts, RawPathParams, Request, State};
use axum::http::header::{AUTHORIZATION, FORWARDED, HOST, ORIGIN, VIA};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::Mac;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use crate::flaw::Flaw;
use crate::visit::{Visit, mac};
use crate::{Config, Web};

/// How long a wrong password makes everybody who guesses wait.
const WRONG_PASSWORD_WAIT: Duration = Duration::from_millis(700);
/// How many right answers are remembered, so that Argon2 is not run for each page.
const REMEMBERED: usize = 64;

/// Most bytes of a form without files.
const FORM_BYTES: usize = 256 * 1024;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person(pub(crate) Arc<Visitor>);

/// Whoever asks for a page of the house.
#[derive(Debug, Clone)]
pub(crate) enum Asker {
    /// Somebody who is signed in.
    Person(Arc<Visitor>),
    /// The house: its own machine, or its password.
    House,
}

impl Asker {
    /// Who it is, as journals and runs note it.
    pub(crate) fn by(&self) -> String {
        match self {
            Asker::Person(visitor) => visitor.sign_in.id.to_string(),
            Asker::House => "house".to_owned(),
        }
    }

    /// Refuses where the rights are not enough; the house may everything.
    pub(crate) fn require(&self, need: Need<'_>) -> Result<(), Flaw> {
        match self {
            Asker::Person(visitor) => Ok(visitor.require(need)?),
            Asker::House => Ok(()),
        }
    }

    /// Refuses what moves money or consents where the second factor was not just shown. Whoever sits at the house's
    /// own machine, or holds its password, has the command line too.
    pub(crate) fn require_fresh_second_factor(&self, web: &Web) -> Result<(), Flaw> {
        match self {
            Asker::Person(visitor) => Ok(visitor.require_fresh_second_factor(web.house().now())?),
            Asker::House => Ok(()),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Person {
    type Rejection = Flaw;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Flaw> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let next = if parts.method == Method::GET { visit.here() } else { String::new() };
        visit.who.map(Person).ok_or(Flaw::SignIn(next))
    }
}

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Flaw;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Flaw> {
        parts
            .extensions
            .get::<Asker>()
            .cloned()
            .ok_or_else(|| Flaw::Fault("a route without its guard".to_owned()))
    }
}

/// A form whose token this house gave to this visit.
#[derive(Debug)]
pub(crate) struct Checked<T>(pub(crate) T);

#[derive(Deserialize)]
struct Token {
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<Web> for Checked<T> {
    type Rejection = Flaw;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Flaw> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, web).await?;
        let bytes = to_bytes(body, FORM_BYTES).await.map_err(|_| Flaw::TooLarge)?;
        let again = || Request::from_parts(parts.clone(), Body::from(bytes.clone()));
        let Form(token) = Form::<Token>::from_request(again(), web).await.map_err(|_| Flaw::Forgery)?;
        visit.check(web, &token.csrf)?;
        let Form(form) = Form::<T>::from_request(again(), web).await.map_err(|_| Flaw::BadForm)?;
        Ok(Checked(form))
    }
}

/// Who is signed in on this visit. Files are the same for everybody.
pub(crate) async fn who(web: &Web, visit: &Visit) -> Result<Option<Arc<Visitor>>, Flaw> {
    match &visit.session {
        Some(token) if !visit.path.starts_with("/static/") => {
            web.recall().look(web.house()).await?;
            let now = web.house().now();
            if let Some(known) = web.recall().visitor(token, now) {
                return Ok(Some(known));
            }
            let found = app::session::visitor(web.house(), token).await?.map(Arc::new);
            if let Some(visitor) = &found {
                web.recall().keep_visitor(token, visitor, now);
            }
            Ok(found)
        }
        _ => Ok(None),
    }
}

/// Who may pass as the house.
pub(crate) struct Access {
    password_hash: Option<String>,
    /// Whether the house listens for its own machine only.
    own_machine: bool,
    remembered: Mutex<HashSet<Vec<u8>>>,
    checking: Semaphore,
}

impl Access {
    /// Whether the house listens for its own machine only.
    pub(crate) fn of_own_machine(&self) -> bool {
        self.own_machine
    }

    pub(crate) fn new(config: &Config) -> Access {
        Access {
            password_hash: config.password_hash.clone(),
            own_machine: config.listen.ip().is_loopback(),
            remembered: Mutex::default(),
            checking: Semaphore::new(1),
        }
    }
}

/// Lets a visit pass that may see what belongs to the house, or, where the address names a party, to that party.
pub(crate) async fn guard(
    State(web): State<Web>,
    visit: Visit,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let param = |name: &str| params.iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned());
    let (party, list) = (param("party"), param("id"));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let changes = request.method() == Method::POST;
    let headers = request.headers().clone();
    match asker(&web, &visit, (party, list), &headers, peer, changes).await {
        Ok(asker) => {
            request.extensions_mut().insert(asker);
            next.run(request).await
        }
        Err(flaw) => flaw.into_response(),
    }
}

/// Lets a visit pass that may see the house. Who may change what is asked again by each act, since some operate and
/// others approve; whoever only looks changes nothing.
pub(crate) async fn inside(
    State(web): State<Web>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let changes = request.method() == Method::POST;
    let headers = request.headers().clone();
    let asker = match visit.who.clone() {
        None => as_house(&web, &headers, peer).await.map(|()| Asker::House),
        Some(visitor) => {
            let asker = Asker::Person(visitor);
            let may = asker.require(Need::SeeHouse);
            let act = || asker.require(Need::Operate).or_else(|_| asker.require(Need::Approve));
            may.and_then(|()| if changes { act() } else { Ok(()) }).map(|()| asker.clone())
        }
    };
    match asker {
        Ok(asker) => {
            request.extensions_mut().insert(asker);
            next.run(request).await
        }
        Err(flaw) => flaw.into_response(),
    }
}

/// Lets a visit pass that may act for the party of the address: its people, operators for those who asked them to, and
/// the house's own machine.
pub(crate) async fn acting(
    State(web): State<Web>,
    visit: Visit,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let party = params.iter().find(|(name, _)| *name == "party").map(|(_, value)| value.to_owned());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let headers = request.headers().clone();
    match actor(&web, &visit, party, &headers, peer).await {
        Ok(asker) => {
            request.extensions_mut().insert(asker);
            next.run(request).await
        }
        Err(flaw) => flaw.into_response(),
    }
}

async fn actor(
    web: &Web,
    visit: &Visit,
    party: Option<String>,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
) -> Result<Asker, Flaw> {
    let Some(visitor) = visit.who.clone() else {
        return as_house(web, headers, peer).await.map(|()| Asker::House);
    };
    let asker = Asker::Person(visitor);
    let mut tx = web.house().store.begin_read().await?;
    let party = app::party::find(&mut tx, party.as_deref().unwrap_or_default()).await?.party;
    asker.require(Need::Act(party.id.as_str()))?;
    Ok(asker)
}

async fn asker(
    web: &Web,
    visit: &Visit,
    (party, list): (Option<String>, Option<String>),
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    changes: bool,
) -> Result<Asker, Flaw> {
    let Some(visitor) = visit.who.clone() else {
        return as_house(web, headers, peer).await.map(|()| Asker::House);
    };
    let acts = visitor.rights.parties().next().is_some();
    let asker = Asker::Person(visitor);
    let lists = visit.path == "/set-list" || visit.path.starts_with("/set-list/");
    match (party, list) {
        // Asked for by the id of one's own, there is nothing to look up.
        (Some(party), _)
            if !changes && party.starts_with("pty-") && asker.require(Need::See(&party)).is_ok() => {}
        (Some(party), _) => {
            let mut tx = web.house().store.begin_read().await?;
            let party = app::party::find(&mut tx, &party).await?.party;
            asker.require(Need::See(party.id.as_str()))?;
            // What AI may do with their music is for a party's own people to say.
            if changes && visit.path.starts_with("/consent/of/") {
                return asker.require(Need::Act(party.id.as_str())).map(|()| asker);
            }
        }
        // What was given with a list is between whoever handed it in and the house.
        (None, Some(id)) if lists => {
            let id = id.parse().map_err(|_| Flaw::NotFound)?;
            let by = app::set_list::show(web.house(), &id).await?.0.submitted_by;
            let by = by.as_str();
            return asker.require(if changes { Need::Act(by) } else { Need::See(by) }).map(|()| asker);
        }
        // For whom a list is handed in is looked at where it is read.
        (None, None) if lists && acts => return Ok(asker),
        (None, None) if visit.path == "/statement" => {}
        _ => asker.require(Need::SeeHouse)?,
    }
    // Whoever only looks changes nothing.
    if changes {
        asker.require(Need::Operate)?;
    }
    Ok(asker)
}

/// The party of the person's own that a name or an id means, as an id; refused where it is none. The house may act for
/// anybody, and its words stay as they are.
pub(crate) async fn own_party(web: &Web, asker: &Asker, text: &str) -> Result<String, Flaw> {
    let Asker::Person(visitor) = asker else { return Ok(text.to_owned()) };
    if visitor.rights.allow(Need::Operate) {
        return Ok(text.to_owned());
    }
    let text = text.trim();
    for (id, name) in own_parties(web, visitor).await? {
        if id == text || name.to_lowercase() == text.to_lowercase() {
            return Ok(id);
        }
    }
    visitor.require(Need::Act(text))?;
    Ok(text.to_owned())
}

/// The parties that somebody acts for: id and name.
pub(crate) async fn own_parties(web: &Web, visitor: &Visitor) -> Result<Vec<(String, String)>, Flaw> {
    let mut tx = web.house().store.begin_read().await?;
    let mut all = Vec::new();
    for (_, id) in visitor.rights.parties() {
        if let Ok(record) = app::party::find(&mut tx, id).await {
            all.push((id.to_owned(), record.party.name));
        }
    }
    Ok(all)
}

async fn as_house(web: &Web, headers: &HeaderMap, peer: Option<IpAddr>) -> Result<(), Flaw> {
    let access = web.access();
    let Some(hash) = &access.password_hash else {
        let here = access.own_machine && peer.is_none_or(|p| p.is_loopback()) && from_this_machine(headers);
        return if here { Ok(()) } else { Err(Flaw::Foreign) };
    };
    let given = headers.get(AUTHORIZATION).ok_or(Flaw::Locked)?.as_bytes();
    let mark = mac(web.secret(), "password", given).finalize().into_bytes().to_vec();
    let known = |marks: &Mutex<HashSet<Vec<u8>>>| marks.lock().is_ok_and(|marks| marks.contains(&mark));
    if known(&access.remembered) {
        return Ok(());
    }
    let password = basic_password(given).ok_or(Flaw::Locked)?;
    // One at a time: guessing from many places at once is no faster.
    let _turn = access.checking.acquire().await.map_err(|_| Flaw::Slow)?;
    let hash = hash.clone();
    let right = tokio::task::spawn_blocking(move || fits(&hash, &password)).await.unwrap_or(false);
    if !right {
        tokio::time::sleep(WRONG_PASSWORD_WAIT).await;
        return Err(Flaw::Locked);
    }
    if let Ok(mut marks) = access.remembered.lock() {
        if marks.len() >= REMEMBERED {
            marks.clear();
        }
        marks.insert(mark);
    }
    Ok(())
}

fn fits(hash: &str, password: &[u8]) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
}

/// The password of a Basic `Authorization` header; the name does not matter yet.
fn basic_password(header: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > 4_096 {
        return None;
    }
    let pair = BASE64_STANDARD.decode(encoded.trim()).ok()?;
    let colon = pair.iter().position(|b| *b == b':')?;
    Some(pair[colon + 1..].to_vec())
}

/// Whether a visit was made on this machine by name, and not passed on by a proxy or by a page whose
/// name was bent to point here.
fn from_this_machine(headers: &HeaderMap) -> bool {
    let passed_on = [FORWARDED.as_str(), VIA.as_str(), "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
    passed_on.iter().all(|name| !headers.contains_key(*name)) && is_loopback_host(host)
}

fn is_loopback_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Refuses a form that another site sent, as far as the browser says so; the token refuses the rest.
pub(crate) async fn same_site(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let word = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let crossing = word("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none");
    let other_origin = match (word(ORIGIN.as_str()), word(HOST.as_str())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        _ => false,
    };
    if request.method() == Method::POST && (crossing || other_origin) {
        return Flaw::Forgery.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for (host, want) in [
            ("localhost:8080", true),
            ("127.0.0.1", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("evil.example", false),
            ("127.0.0.1.evil.example:80", false),
            ("localhost.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_loopback_host(host), want, "{host}");
        }
    }

    #[test]
    fn basic_headers_are_read_with_care() {
        assert_eq!(basic_password(b"Basic aG91c2U6bGF0ZXI6"), Some(b"later:".to_vec()));
        for bad in ["", "Basic", "Basic !!!", "Bearer aG91c2U6bGF0ZXI=", "Basic aG91c2U="] {
            assert_eq!(basic_password(bad.as_bytes()), None, "{bad}");
        }
    }
}
