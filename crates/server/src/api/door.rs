//! The one door of the API: every request passes it, in this order: pace, address, method, key, scope, body, key word.
//!
//! What it lets pass runs in a task of its own, so that a panic ends one request, and what was begun ends by itself where
//! a caller leaves.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use app::api_answer::{self, Begun, Request};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::caller::{Call, Caller};
use super::problem::Wrong;
use super::route::{Manner, Route, Scope};
use super::{body, table};
use crate::flaw::Flaw;
use crate::pace;
use crate::visit::Visit;
use crate::{Web, access};

/// Where all of it lies.
pub(crate) const ROOT: &str = "/api/v1";
/// The header with the key of the caller's choice.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Whether an answer is one of before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The addresses of the API.
pub(crate) fn routes() -> Router<Web> {
    let mut by_path: BTreeMap<&'static str, Vec<Route>> = BTreeMap::new();
    for route in table::table() {
        by_path.entry(route.path).or_default().push(route);
    }
    let mut router = Router::new();
    for (path, routes) in by_path {
        let routes = Arc::new(routes);
        let answer =
            move |State(web): State<Web>, request: axum::extract::Request| door(web, routes.clone(), request);
        router = router.route(&format!("{ROOT}{path}"), any(answer));
    }
    let nowhere = async || Wrong::not_found();
    router
        .route(ROOT, any(nowhere))
        .route(&format!("{ROOT}/"), any(nowhere))
        .route(&format!("{ROOT}/openapi.json"), any(document))
        .route(&format!("{ROOT}/{{*path}}"), any(nowhere))
        .layer(from_fn(access::same_site))
        .layer(from_fn(problems))
}

/// Turns what the layers around answered by themselves into problems.
async fn problems(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let response = next.run(request).await;
    match response.extensions().get::<Flaw>() {
        Some(flaw) => Wrong::from(flaw.clone()).into_response(),
        None => response,
    }
}

async fn document(method: Method) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Wrong::method("GET".to_owned()).into_response();
    }
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")], super::open_api::text())
        .into_response()
}

async fn door(web: Web, routes: Arc<Vec<Route>>, request: axum::extract::Request) -> Response {
    let patience = web.request_time();
    let mut work = tokio::spawn(async move { pass(web, &routes, request).await });
    match tokio::time::timeout(patience, &mut work).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(wrong))) => wrong.into_response(),
        Ok(Err(broken)) => Wrong::fault(&broken.to_string()).into_response(),
        Err(_) => {
            work.abort();
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Wrong::new(status, "slow", "this took too long; nothing was changed", "ask again later")
                .into_response()
        }
    }
}

async fn pass(web: Web, routes: &[Route], request: axum::extract::Request) -> Result<Response, Wrong> {
    let (mut parts, content) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let now = web.house().now();
    web.pace().call(pace::address(peer, &parts.headers), None, now).map_err(Wrong::too_fast)?;
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    let route = routes.iter().find(|r| r.method == method).ok_or_else(|| {
        let allowed: Vec<&str> = routes.iter().map(|r| r.method.as_str()).collect();
        Wrong::method(allowed.join(", "))
    })?;
    let path = parameters(&mut parts).await?;
    let visit = Visit::new(&web, &parts.uri, &parts.headers);
    let caller = Caller::of(&web, &visit, &parts.headers).await?;
    if !matches!(caller, Caller::Anybody) {
        let from = pace::address(peer, &parts.headers);
        web.pace().call(from, Some(caller.id()), now).map_err(Wrong::too_fast)?;
    }
    let changes = route.manner != Manner::Reads;
    caller.admit(&web, route.scope, changes)?;
    let bytes = content_of(route, &caller, &parts.headers, content).await?;
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let house = web.house().clone();
    let call = Call { web: web.clone(), house, caller, path, query, body: bytes };
    if changes {
        record(route, &parts, call).await
    } else {
        let visitor = call.caller.visitor().cloned();
        let done = (route.run)(call).await;
        if let Some(visitor) = visitor {
            // Whoever only looks is looked at.
            let status = done.as_ref().map_or_else(|wrong| wrong.status, |_| route.status);
            app::audit_visit::note(web.house(), &visitor, parts.uri.path(), status.as_u16()).await?;
        }
        Ok(answer(route.status, done?, false))
    }
}

/// What stands in the braces of the path.
async fn parameters(parts: &mut Parts) -> Result<BTreeMap<String, String>, Wrong> {
    let params = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Wrong::not_found())?;
    let mut path = BTreeMap::new();
    for (name, value) in &params {
        if value.is_empty() || value.len() > 200 || value.chars().any(char::is_control) {
            return Err(Wrong::not_found());
        }
        path.insert(name.to_owned(), value.to_owned());
    }
    Ok(path)
}

async fn content_of(
    route: &Route,
    caller: &Caller,
    headers: &HeaderMap,
    content: Body,
) -> Result<Vec<u8>, Wrong> {
    let too_large = |_| {
        let detail = format!("the body has more than {} bytes", route.most_bytes);
        Wrong::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail, "send less at once")
    };
    if route.method == Method::GET {
        return Ok(Vec::new());
    }
    let bytes = to_bytes(content, route.most_bytes).await.map_err(too_large)?.to_vec();
    // A browser sends JSON to another site only after asking it, which this one refuses.
    if !bytes.is_empty() || matches!(caller, Caller::Session(_)) || headers.contains_key(CONTENT_TYPE) {
        body::is_json(headers)?;
    }
    Ok(bytes)
}

/// Does what changes something once for each key of the caller's choice.
async fn record(route: &Route, parts: &Parts, mut call: Call) -> Result<Response, Wrong> {
    let what = format!("{} {}", parts.method, parts.uri.path());
    let request = Request {
        caller: call.caller.id().to_owned(),
        with: call.caller.with().to_owned(),
        key: key_word(route, &parts.headers)?,
        hash: api_answer::hash(parts.method.as_str(), parts.uri.path(), &call.query, &call.body),
        what: what.chars().take(200).collect(),
    };
    let house = call.web.house().clone();
    let begun = match route.manner {
        Manner::Long => api_answer::begin_long(&house, request).await?,
        _ => api_answer::begin(&house, request).await?,
    };
    let (within, work) = match begun {
        Begun::Before(status, text) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            return Ok(answer(status, text, true));
        }
        Begun::Fresh(within, work) => (within, work),
    };
    call.house = within;
    match (route.run)(call).await {
        Ok(text) => {
            work.keep(route.status.as_u16(), &text).await?;
            Ok(answer(route.status, text, false))
        }
        Err(wrong) => {
            work.drop().await?;
            Err(wrong)
        }
    }
}

/// The key of the caller's choice.
fn key_word(route: &Route, headers: &HeaderMap) -> Result<Option<String>, Wrong> {
    let Some(value) = headers.get(KEY) else {
        if route.moves_money {
            let detail = "what moves money needs a key of your choice";
            let hint =
                "send `Idempotency-Key:` with a fresh random word, and the same one where you ask again";
            return Err(Wrong::bad("idempotency-key-missing", detail, hint));
        }
        return Ok(None);
    };
    // Anybody is many: what one asked is no other's to hear.
    if route.scope == Scope::Public {
        return Ok(None);
    }
    let word = value.to_str().unwrap_or_default().trim();
    if word.is_empty() || word.len() > 255 || !word.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        let hint = "1 to 255 letters, digits and signs of ASCII";
        return Err(Wrong::bad("idempotency-key-bad", "the Idempotency-Key cannot be read", hint));
    }
    Ok(Some(word.to_owned()))
}

fn answer(status: StatusCode, text: String, replayed: bool) -> Response {
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
