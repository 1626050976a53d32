//! Who may see what belongs to the house: everybody on this machine, or whoever knows the house password.
//!
//! Sign-in with parties and roles takes this file's place; the pages ask only here.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use argon2::password_hash::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, FORWARDED, HOST, ORIGIN, VIA};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::Mac;
use tokio::sync::Semaphore;

use crate::flaw::Flaw;
use crate::visit::mac;
use crate::{Config, Web};

/// How long a wrong password makes everybody who guesses wait.
const WRONG_PASSWORD_WAIT: Duration = Duration::from_millis(700);
/// How many right answers are remembered, so that Argon2 is not run for each page.
const REMEMBERED: usize = 64;

/// Who may pass.
pub(crate) struct Access {
    password_hash: Option<String>,
    remembered: Mutex<HashSet<Vec<u8>>>,
    checking: Semaphore,
}

impl Access {
    pub(crate) fn new(config: &Config) -> Access {
        Access {
            password_hash: config.password_hash.clone(),
            remembered: Mutex::default(),
            checking: Semaphore::new(1),
        }
    }
}

/// Lets a visit pass that may see what belongs to the house.
pub(crate) async fn guard(State(web): State<Web>, request: Request, next: Next) -> Response {
    match allowed(&web, request.headers()).await {
        Ok(()) => next.run(request).await,
        Err(flaw) => flaw.into_response(),
    }
}

async fn allowed(web: &Web, headers: &HeaderMap) -> Result<(), Flaw> {
    let access = web.access();
    let Some(hash) = &access.password_hash else {
        return if from_this_machine(headers) { Ok(()) } else { Err(Flaw::Foreign) };
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
