//! Web builds of games, shut away from everything else on this site.
//!
//! A build is foreign code. Every file of it is sent with a policy that puts the document into an origin of its own
//! (`sandbox` without `allow-same-origin`): it reads no cookie, no storage and no page of ours, sends no form, opens no
//! window, and reaches no other host. Its files lie under a pass, an address that is made for one recording and some
//! hours, because a document without an origin has no session to show.

use app::House;
use app::audio::{self, reach};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hmac::Mac;
use jiff::Timestamp;
use music::RecordingId;

use crate::Web;
use crate::stream::{Content, respond};
use crate::visit::{hex, mac, unhex};

/// For how long a pass opens a build, in seconds: an evening.
const HOURS_S: i64 = 12 * 3_600;

/// What a build may do: run, and use what came with it.
const POLICY: &str = "sandbox allow-scripts allow-pointer-lock allow-orientation-lock; \
    default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

const HEADERS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    // The document has no origin, so its own files are another's to it.
    (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (CACHE_CONTROL, "private, max-age=3600"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=()",
    ),
];

/// The addresses of builds, outside of the pages' frame, which is about our own pages.
pub(crate) fn routes() -> Router<Web> {
    Router::new().route("/build/{pass}/{*path}", get(show))
}

/// The address of a build's first page, for some hours.
pub(crate) fn address(web: &Web, recording: &RecordingId, now: Timestamp) -> String {
    let until = now.as_second() + HOURS_S;
    format!(
        "/build/{recording}.{until}.{}/index.html",
        hex(&sealed(web, recording, until).finalize().into_bytes())
    )
}

fn sealed(web: &Web, recording: &RecordingId, until: i64) -> impl Mac {
    mac(web.secret(), "build", format!("{recording} {until}").as_bytes())
}

/// The recording that a pass opens now.
fn opened(web: &Web, pass: &str, now: Timestamp) -> Option<RecordingId> {
    let mut parts = pass.split('.');
    let (recording, until, seal) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, unhex(parts.next()?)?);
    let fits = sealed(web, &recording, until).verify_slice(&seal).is_ok();
    (fits && parts.next().is_none() && now.as_second() < until).then_some(recording)
}

async fn show(
    State(web): State<Web>,
    Path((pass, path)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let house = web.house();
    let found = match opened(&web, &pass, house.now()) {
        Some(recording) => content(house, &recording, &path).await,
        None => Ok(None),
    };
    let mut response = match found {
        Ok(Some(content)) => respond(&method, &headers, content, None),
        Ok(None) => (StatusCode::NOT_FOUND, "not found").into_response(),
        Err(failure) => {
            tracing::error!(cause = %failure, "a file of a build was not read");
            (StatusCode::INTERNAL_SERVER_ERROR, "something failed here").into_response()
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
        .headers_mut()
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

async fn content(
    house: &House,
    recording: &RecordingId,
    path: &str,
) -> Result<Option<Content>, app::Failure> {
    let part = match reach::part(house, recording, path).await {
        Ok(part) => part,
        Err(app::Failure::Refused(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let Ok(address) = part.address.parse() else { return Ok(None) };
    let blob = audio::open(house, &address).await?;
    let content_type = reach::content_type(&part.path);
    Ok(Some(Content { blob, tag: part.address, content_type, save_as: None }))
}
