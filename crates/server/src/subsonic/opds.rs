//! OPDS 2.0: books and comics for reading programs.
//!
//! A reading program signs in by HTTP Basic with an app password, or with an API key as a bearer token. What is read is
//! handed out through the same counting as sound is, as a read.

use app::audio::{self, Want};
use app::counting::Listener;
use app::library::Edition;
use app::streaming::Unit;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use library::words;
use music::RecordingId;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

use super::callers::Caller;
use super::stand::Stand;
use crate::stream::{Content, respond};
use crate::{Lang, Web};

const FEED: &str = "application/opds+json";
const PUBLICATION: &str = "application/opds-publication+json";
const AUTHENTICATION: &str = "application/opds-authentication+json";
const HOME: &str = "/opds/v2/";
/// Publications of one page.
const PAGE: usize = 50;

/// Which page of what.
#[derive(Debug, Deserialize)]
struct Wanted {
    page: Option<usize>,
    query: Option<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/opds/v2", get(home))
        .route("/opds/v2/", get(home))
        .route(
            "/opds/v2/authentication",
            get(async |headers: HeaderMap| authentication(&headers, StatusCode::OK)),
        )
        .route("/opds/v2/publication/{id}", get(publication_page))
        .route("/opds/v2/file/{id}", get(file))
        .route("/opds/v2/cover/{id}", get(cover))
        .route("/opds/v2/{list}", get(list))
}

fn answered(kind: &'static str, status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

fn problem(status: StatusCode, title: &str) -> Response {
    answered(
        "application/problem+json",
        status,
        &json!({ "type": "about:blank", "title": title, "status": status.as_u16() }),
    )
}

fn lang(headers: &HeaderMap) -> Lang {
    let accepted = headers.get("accept-language").and_then(|v| v.to_str().ok());
    Lang::accepted(accepted.unwrap_or_default())
}

/// How to sign in, for reading programs that ask.
fn authentication(headers: &HeaderMap, status: StatusCode) -> Response {
    let lang = lang(headers);
    let host = headers.get("host").and_then(|v| v.to_str().ok()).unwrap_or("localhost");
    let scheme = headers.get("x-forwarded-proto").and_then(|v| v.to_str().ok()).unwrap_or("http");
    let body = json!({
        "id": format!("{scheme}://{host}/opds/v2/authentication"),
        "title": "Tantième",
        "description": lang.t("opds-sign-in"),
        "authentication": [{
            "type": "http://opds-spec.org/auth/basic",
            "labels": { "login": lang.t("opds-login"), "password": lang.t("opds-password") },
        }],
    });
    let mut response = answered(AUTHENTICATION, status, &body);
    if status == StatusCode::UNAUTHORIZED {
        let ask = HeaderValue::from_static("Basic realm=\"Tantieme\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, ask);
    }
    response
}

/// Who reads, and what there is for them.
#[allow(clippy::result_large_err)] // the answer to a stranger, moved once
async fn reader(web: &Web, headers: &HeaderMap) -> Result<(Arc<Caller>, Arc<Stand>), Response> {
    let refused = || authentication(headers, StatusCode::UNAUTHORIZED);
    let given = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or_else(refused)?;
    let (scheme, rest) = given.trim().split_once(' ').ok_or_else(refused)?;
    let callers = &web.players().callers;
    let caller = if scheme.eq_ignore_ascii_case("bearer") {
        callers.key(web.house(), rest.trim()).await.map_err(|_| refused())?.ok_or_else(refused)?
    } else {
        let pair = BASE64_STANDARD.decode(rest.trim()).ok().and_then(|b| String::from_utf8(b).ok());
        let pair = pair.ok_or_else(refused)?;
        let (login, password) = pair.split_once(':').ok_or_else(refused)?;
        callers.password(web.house(), login, password).await.map_err(|_| refused())?
    };
    let stand = web.players().stands.library(web.house(), &caller.listener.territory).await;
    let stand = stand.map_err(|wrong| problem(StatusCode::SERVICE_UNAVAILABLE, &wrong.message))?;
    Ok((caller, stand))
}

async fn home(State(web): State<Web>, headers: HeaderMap) -> Response {
    if let Err(response) = reader(&web, &headers).await {
        return response;
    }
    let lang = lang(&headers);
    let way = |key: &str, list: &str| json!({ "href": format!("{HOME}{list}"), "title": lang.t(key), "type": FEED });
    let new = json!({ "href": format!("{HOME}new"), "title": lang.t("opds-new"), "type": FEED, "rel": "http://opds-spec.org/sort/new" });
    let body = json!({
        "metadata": { "title": "Tantième" },
        "links": links(HOME),
        "navigation": [new, way("opds-books", "books"), way("opds-comics", "comics")],
    });
    answered(FEED, StatusCode::OK, &body)
}

fn links(own: &str) -> Vec<Value> {
    vec![
        json!({ "rel": "self", "href": own, "type": FEED }),
        json!({ "rel": "start", "href": HOME, "type": FEED }),
        json!({ "rel": "search", "href": format!("{HOME}search{{?query}}"), "type": FEED, "templated": true }),
    ]
}

async fn list(
    State(web): State<Web>,
    Path(list): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let (_, stand) = match reader(&web, &headers).await {
        Ok(reader) => reader,
        Err(response) => return response,
    };
    let all = &stand.editions;
    let (title, found): (&str, Vec<&Edition>) = match list.as_str() {
        "books" => ("opds-books", all.iter().filter(|e| !e.is_comic).collect()),
        "comics" => ("opds-comics", all.iter().filter(|e| e.is_comic).collect()),
        "new" => {
            let mut all: Vec<&Edition> = all.iter().collect();
            all.sort_by_key(|e| std::cmp::Reverse(e.since_us));
            ("opds-new", all)
        }
        "search" => ("opds-found", search(all, wanted.query.as_deref().unwrap_or_default())),
        _ => return problem(StatusCode::NOT_FOUND, "there is no such list"),
    };
    let query = wanted.query.as_deref().filter(|_| list == "search");
    let title = lang(&headers).t(title);
    answered(FEED, StatusCode::OK, &feed(&title, &list, query, wanted.page.unwrap_or(1).max(1), &found))
}

/// Editions in which words begin as those of the search.
fn search<'a>(all: &'a [Edition], query: &str) -> Vec<&'a Edition> {
    let mut wanted = Vec::new();
    words(query, &mut |word| wanted.push(word.to_owned()));
    let holds = |e: &&Edition| {
        let mut held = Vec::new();
        for text in [&e.title, &e.author, &e.publisher, &e.genre] {
            words(text, &mut |word| held.push(word.to_owned()));
        }
        wanted.iter().all(|w| held.iter().any(|h| h.starts_with(w.as_str())))
    };
    all.iter().filter(holds).collect()
}

fn feed(title: &str, list: &str, query: Option<&str>, page: usize, found: &[&Edition]) -> Value {
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let address = |page: usize| {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if let Some(query) = query {
            out.append_pair("query", query);
        }
        out.append_pair("page", &page.to_string());
        format!("{HOME}{list}?{}", out.finish())
    };
    let mut links = links(&address(page));
    let mut link =
        |rel: &str, to: usize| links.push(json!({ "rel": rel, "href": address(to), "type": FEED }));
    link("first", 1);
    link("last", pages);
    if page > 1 {
        link("previous", page - 1);
    }
    if page < pages {
        link("next", page + 1);
    }
    let mut body = json!({
        "metadata": { "title": title, "numberOfItems": found.len(), "itemsPerPage": PAGE, "currentPage": page },
        "links": links,
    });
    let shown: Vec<Value> = found.iter().skip((page - 1) * PAGE).take(PAGE).map(|e| publication(e)).collect();
    if shown.is_empty() {
        // A feed without publications has to lead somewhere.
        body["navigation"] = json!([{ "href": HOME, "title": "Tantième", "type": FEED }]);
    } else {
        body["publications"] = Value::Array(shown);
    }
    body
}

fn publication(edition: &Edition) -> Value {
    let kind = if edition.is_comic { "https://schema.org/ComicIssue" } else { "https://schema.org/Book" };
    let mut metadata = json!({
        "@type": kind,
        "identifier": format!("urn:tantieme:{}", edition.id),
        "title": edition.title,
        "modified": Timestamp::from_microsecond(edition.since_us).unwrap_or_default().to_string(),
    });
    let mut some = |name: &str, value: &str| {
        if !value.is_empty() {
            metadata[name] = json!(value);
        }
    };
    some("author", &edition.author);
    some("publisher", &edition.publisher);
    some("subject", &edition.genre);
    some("description", &edition.description);
    if is_language(&edition.language) {
        some("language", &edition.language);
    }
    if edition.year > 0 {
        some("published", &format!("{:04}-01-01", edition.year));
    }
    if let Some(pages) = edition.pages {
        metadata["numberOfPages"] = json!(pages);
    }
    let id = &edition.id;
    let mut body = json!({
        "metadata": metadata,
        "links": [
            { "rel": "self", "href": format!("{HOME}publication/{id}"), "type": PUBLICATION },
            {
                "rel": "http://opds-spec.org/acquisition",
                "href": format!("{HOME}file/{id}"),
                "type": edition.content_type,
                "size": edition.bytes.max(1),
                "properties": { "availability": { "state": "available" } },
            },
        ],
    });
    if let Some(kind) = edition.cover {
        body["images"] = json!([{ "href": format!("{HOME}cover/{id}"), "type": kind }]);
    }
    body
}

/// A language tag that readers take: `fr`, `pt-BR`.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_alphabetic()))
        && tag.len() <= 6
}

async fn publication_page(State(web): State<Web>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let (_, stand) = match reader(&web, &headers).await {
        Ok(reader) => reader,
        Err(response) => return response,
    };
    match stand.editions.iter().find(|e| e.id == id) {
        Some(edition) => answered(PUBLICATION, StatusCode::OK, &publication(edition)),
        None => problem(StatusCode::NOT_FOUND, "there is no such publication"),
    }
}

async fn file(
    State(web): State<Web>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let (caller, stand) = match reader(&web, &headers).await {
        Ok(reader) => reader,
        Err(response) => return response,
    };
    let Some((edition, recording)) =
        stand.editions.iter().find(|e| e.id == id).and_then(|e| Some((e, e.id.parse::<RecordingId>().ok()?)))
    else {
        return problem(StatusCode::NOT_FOUND, "there is no such publication");
    };
    match hand_out(&web, &caller, &recording).await {
        Ok(content) => {
            let content = Content { content_type: edition.content_type, ..content };
            respond(&method, &headers, content, None)
        }
        Err(wrong) => problem(StatusCode::FORBIDDEN, &wrong.message),
    }
}

async fn hand_out(web: &Web, caller: &Caller, recording: &RecordingId) -> Result<Content, super::Wrong> {
    let (house, row) = (web.house(), &caller.listener);
    let missing = || super::Wrong::not_found("this publication's file");
    web.players().seats().ask(house, row, app::institution::Access::Home).await?;
    let playable = audio::playable(house, recording).await?.ok_or_else(missing)?;
    let choice = playable.pick(Want { format: Some("raw"), most_kbps: None }).ok_or_else(missing)?;
    let blob = audio::open(house, &choice.address).await?;
    let recorder = web
        .players()
        .recorder
        .as_ref()
        .ok_or_else(|| super::Wrong::new(0, "this house does not count reads yet"))?;
    let institution = row
        .institution
        .parse()
        .map_err(|_| super::Wrong::new(50, "no institution offers this reader a seat"))?;
    let device = format!("{} reader", caller.door);
    let reader = Listener { institution, member: row.member.clone(), device };
    recorder.hand_out(&reader, recording, Unit::Read).await?;
    let save_as = playable.master.origin.rsplit('/').next().map(str::to_owned);
    Ok(Content { blob, tag: choice.address.to_string(), content_type: choice.format.content_type(), save_as })
}

async fn cover(
    State(web): State<Web>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    if let Err(response) = reader(&web, &headers).await {
        return response;
    }
    let found = async {
        let picture = audio::picture(web.house(), &id, 600).await?;
        let Some(picture) = picture else { return Ok(None) };
        let blob = audio::open(web.house(), &picture.address).await?;
        let tag = picture.address.to_string();
        Ok::<_, app::Failure>(Some(Content {
            blob,
            tag,
            content_type: picture.format.content_type(),
            save_as: None,
        }))
    };
    match found.await {
        Ok(Some(content)) => respond(&method, &headers, content, None),
        Ok(None) => problem(StatusCode::NOT_FOUND, "there is no picture"),
        Err(failure) => super::Wrong::from(failure).into_response(),
    }
}

impl IntoResponse for super::Wrong {
    fn into_response(self) -> Response {
        problem(StatusCode::INTERNAL_SERVER_ERROR, &self.message)
    }
}
