//! Answers go out smaller to whoever takes gzip, and what is secret in them looks different each time.

use std::io::Read;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use tower::ServiceExt;

use crate::browser::{Browser, Place, open, place};

async fn ask(place: &Place, method: &str, address: &str, accepts: &str) -> (HeaderMap, Vec<u8>) {
    let request = Request::builder()
        .method(method)
        .uri(address)
        .header("host", "localhost:8080")
        .header("accept-encoding", accepts)
        .body(Body::empty())
        .unwrap();
    let (parts, body) = place.app.clone().oneshot(request).await.unwrap().into_parts();
    (parts.headers, to_bytes(body, 1 << 24).await.unwrap().to_vec())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_gzip_gets_the_same_in_fewer_bytes() {
    let place = place(open()).await;
    let (plain, whole) = ask(&place, "GET", "/static/tantieme.css", "identity").await;
    assert!(plain.get("content-encoding").is_none());
    let (headers, small) = ask(&place, "GET", "/static/tantieme.css", "gzip, br").await;
    assert_eq!(headers["content-encoding"], "gzip");
    assert_eq!(headers["content-length"].to_str().unwrap(), small.len().to_string());
    assert!(headers["vary"].to_str().unwrap().contains("Accept-Encoding"));
    assert!(small.len() * 3 < whole.len(), "{} of {}", small.len(), whole.len());
    let mut again = Vec::new();
    flate2::read::GzDecoder::new(small.as_slice()).read_to_end(&mut again).unwrap();
    assert!(again == whole);
    // Nothing is gained by a few bytes, and a question for the head alone has no body.
    assert!(ask(&place, "GET", "/health", "gzip").await.0.get("content-encoding").is_none());
    assert!(ask(&place, "HEAD", "/", "gzip").await.1.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_token_looks_different_each_time_and_stays_good() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    let first = browser.get("/set-list").await.hidden("csrf");
    let second = browser.get("/set-list").await.hidden("csrf");
    assert!(first != second && first.len() == 128);
    let fields =
        [("performer", "Mira Feld"), ("lines", "A - B"), ("gift", "none"), ("visibility", "track-only")];
    for (token, status) in
        [(&first, 303), (&second, 303), (&second[..64].repeat(2), 403), (&second[64..].repeat(2), 403)]
    {
        let all: Vec<(&str, &str)> = [("csrf", token.as_str())].into_iter().chain(fields).collect();
        assert_eq!(browser.hand_in(&all, None).await.status, status, "{token}");
    }
}
