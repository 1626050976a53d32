//! The frame around every answer: language, limits, headers, and a page for whatever went wrong.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, RETRY_AFTER,
    SET_COOKIE, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use tracing::Instrument;

use crate::flaw::Flaw;
use crate::visit::{LANG_COOKIE, VISIT_COOKIE, Visit};
use crate::{Web, access, layout, watch};

/// Nothing is loaded but our own style and pictures; nothing runs; forms go home; nobody frames us.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where a member listens, our own player runs and speaks with the house alone.
const LISTENING: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; media-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The same for the one page that has a script of ours.
const SCRIPTED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// An answer whose page brings a script of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scripted;

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()"),
];

/// An answer that other sites may show in a frame: these alone, separated by spaces. It loads nothing but our own style
/// and pictures, and has no forms.
#[derive(Debug, Clone)]
pub(crate) struct FramedBy(pub(crate) String);

/// A page that runs our own script and shows a frame of our own addresses, for what cannot be without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runs;

const POLICY_RUNS: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";

impl FramedBy {
    fn policy(&self) -> String {
        let sites = if self.0.trim().is_empty() { "'none'" } else { self.0.trim() };
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {sites}"
        )
    }
}

/// Answers a visit inside its limits, and turns panics, overruns and refusals into pages.
pub(crate) async fn frame(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let mut visit = Visit::new(&web, request.uri(), request.headers());
    let (method, route) = (request.method().clone(), watch::pattern(&request));
    let known = access::who(&web, &visit).await;
    visit.who = known.as_ref().ok().and_then(Clone::clone);
    request.extensions_mut().insert(visit.clone());
    // In a task of its own, so that a panic ends this visit only, and what was begun ends by itself where a
    // visitor leaves.
    let answer = async move {
        match known {
            Ok(_) => next.run(request).await,
            Err(flaw) => flaw.into_response(),
        }
    };
    let mut work = tokio::spawn(answer.in_current_span());
    let mut response = match tokio::time::timeout(web.request_time(), &mut work).await {
        Ok(Ok(response)) => response,
        Ok(Err(broken)) => Flaw::Fault(broken.to_string()).into_response(),
        Err(_) => {
            work.abort();
            Flaw::Slow.into_response()
        }
    };
    if let Some(flaw) = flaw_of(&response) {
        if let Flaw::Fault(cause) = &flaw {
            tracing::error!(%route, %cause, "a page failed");
        }
        response = flaw_page(&visit, &flaw, &response);
    }
    if method == Method::POST
        && let Some(token) = &visit.session
    {
        web.recall().forget(token);
    }
    // Whoever only looks is looked at; where that cannot be written down, nothing is shown.
    if let Some(visitor) = &visit.who
        && app::audit_visit::note(web.house(), visitor, &visit.here(), response.status().as_u16())
            .await
            .is_err()
    {
        response = flaw_page(&visit, &Flaw::Slow, &response);
    }
    dress(&visit, &mut response);
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

fn flaw_of(response: &Response) -> Option<Flaw> {
    if let Some(flaw) = response.extensions().get::<Flaw>() {
        return Some(flaw.clone());
    }
    let own = response.headers().get(CONTENT_TYPE).and_then(|t| t.to_str().ok());
    let own = own.is_some_and(|t| t.starts_with("text/html") || t.starts_with("application/"));
    if own { None } else { Flaw::of_status(response.status()) }
}

fn flaw_page(visit: &Visit, flaw: &Flaw, was: &Response) -> Response {
    let mut page = (flaw.status(), layout::flaw_page(visit, flaw)).into_response();
    if let Some(allow) = was.headers().get("allow") {
        page.headers_mut().insert("allow", allow.clone());
    }
    if let Flaw::TooFast(seconds) = flaw {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    if matches!(flaw, Flaw::Locked) {
        let ask = HeaderValue::from_static("Basic realm=\"Tantieme\", charset=\"UTF-8\"");
        page.headers_mut().insert(WWW_AUTHENTICATE, ask);
    }
    page
}

/// Gives an answer that is no page the headers of all, and nothing else.
pub(crate) async fn bare(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn dress(visit: &Visit, response: &mut Response) {
    let framed = response.extensions().get::<FramedBy>().map(FramedBy::policy);
    let scripted = response.extensions().get::<Scripted>().is_some();
    let runs = response.extensions().get::<Runs>().is_some();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if runs {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_RUNS));
    }
    if visit.listens() {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(LISTENING));
    } else if scripted {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SCRIPTED));
    }
    if let Some(policy) = framed.and_then(|p| HeaderValue::from_str(&p).ok()) {
        // The newer policy says who may frame it; the older header knows only "nobody".
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.remove(X_FRAME_OPTIONS);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        headers.insert(VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    }
    let end = if visit.secure { "; Secure" } else { "" };
    if visit.chosen {
        let line = format!("{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax{end}", visit.lang.tag());
        headers.extend(HeaderValue::from_str(&line).map(|v| (SET_COOKIE, v)));
    }
    if visit.needs_cookie() {
        let line = format!("{VISIT_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict{end}", visit.name);
        headers.extend(HeaderValue::from_str(&line).map(|v| (SET_COOKIE, v)));
    }
}
