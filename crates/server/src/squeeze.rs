//! Answers made smaller on their way: text of more than a kilobyte goes out as gzip (RFC 1952) to whoever takes it
//! (RFC 9110, 12.5.3). A phone that opens the list of artists of a large catalogue gets a tenth of the bytes.
//!
//! Form tokens are masked anew in every answer ([`Web::token`](crate::Web)), so that the length of what a page
//! says beside one tells nothing about it (the attack BREACH of 2013).

use std::io::Write;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Less than this is not worth the bytes around it.
const LEAST: u64 = 1_024;
/// More than this goes out as it is, since it is held in memory twice.
const MOST: u64 = 16 << 20;
/// From here on the work is done beside the threads that answer.
const LONG: usize = 64 << 10;

/// Passes an answer on, smaller where that helps.
pub(crate) async fn squeeze(request: Request, next: Next) -> Response {
    let wanted = request.method() != Method::HEAD && takes_gzip(request.headers());
    let mut response = next.run(request).await;
    if !is_text(response.headers()) {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept-Encoding"));
    if !wanted || !fits(&response) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    // What fits has its whole length already, so that this waits for nothing.
    let Ok(bytes) = axum::body::to_bytes(body, MOST as usize).await else {
        return Response::from_parts(head, Body::empty());
    };
    let kept = bytes.clone();
    let made = if bytes.len() < LONG {
        gzip(&bytes)
    } else {
        tokio::task::spawn_blocking(move || gzip(&bytes)).await.ok().flatten()
    };
    match made {
        Some(made) if made.len() < kept.len() => {
            head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(made.len()));
            Response::from_parts(head, Body::from(made))
        }
        _ => Response::from_parts(head, Body::from(kept)),
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(3));
    out.write_all(bytes).ok()?;
    out.finish().ok()
}

/// Whether gzip is named and not refused by a weight of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let named =
        headers.get_all(ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    let mut any = false;
    for one in named {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(1.0, |w| w.trim().parse().unwrap_or(0.0));
        match coding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => return weight > 0.0,
            "*" => any = weight > 0.0,
            _ => {}
        }
    }
    any
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    (kind.starts_with("text/") && kind != "text/event-stream")
        || matches!(kind, "application/json" | "application/xml" | "application/javascript" | "image/svg+xml")
        || (kind.starts_with("application/") && (kind.ends_with("+json") || kind.ends_with("+xml")))
}

/// Whole answers alone: parts of files and what is known by a strong tag stay byte for byte.
fn fits(response: &Response) -> bool {
    let headers = response.headers();
    let whole = response.status() != StatusCode::PARTIAL_CONTENT
        && ![CONTENT_ENCODING, CONTENT_RANGE, ETAG].iter().any(|h| headers.contains_key(h));
    whole && response.body().size_hint().exact().is_some_and(|n| (LEAST..=MOST).contains(&n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_goes_to_whoever_takes_it() {
        for (said, takes) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.2", true),
            ("GZIP", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("*;q=0", false),
            ("identity", false),
            ("gzipped", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(said));
            assert_eq!(takes_gzip(&headers), takes, "{said}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
