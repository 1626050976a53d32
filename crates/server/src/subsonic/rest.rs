//! The rest of the protocol: the server itself, users, and what this house does not offer, answered as it asks for.

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

use super::ask::Wrong;
use super::out::Out;
use super::{Ask, Done, Reply};

/// Extensions, each with its versions.
pub(crate) const EXTENSIONS: [(&str, &[i64]); 7] = [
    ("apiKeyAuthentication", &[1]),
    ("formPost", &[1]),
    ("indexBasedQueue", &[1]),
    ("playbackReport", &[1]),
    ("songLyrics", &[1]),
    ("sonicSimilarity", &[1]),
    ("topSongsByArtistId", &[1]),
];

pub(crate) fn license(ask: &Ask<'_>) -> Done {
    ask.good(|o| o.object("license", |o| o.plain("valid", true)))
}

pub(crate) fn token_info(ask: &Ask<'_>) -> Done {
    ask.good(|o| o.object("tokenInfo", |o| o.text("username", &ask.caller.listener.login)))
}

pub(crate) fn scan_status(ask: &Ask<'_>) -> Done {
    ask.good(|o| {
        o.object("scanStatus", |o| {
            o.plain("scanning", false);
            o.plain("count", ask.stand.library.counts().0);
        });
    })
}

pub(crate) fn user(ask: &Ask<'_>) -> Done {
    own(ask)?;
    ask.good(|o| o.object("user", |o| about(ask, o)))
}

/// The users that the listener may see: the own one.
pub(crate) fn users(ask: &Ask<'_>) -> Done {
    ask.good(|o| o.object("users", |o| o.list("user", [()], |o, ()| about(ask, o))))
}

fn own(ask: &Ask<'_>) -> Result<(), Wrong> {
    if ask.params.need("username")? != ask.caller.listener.login {
        return Err(Wrong::new(50, "only the own user can be seen"));
    }
    Ok(())
}

fn about(ask: &Ask<'_>, o: &mut Out) {
    o.text("username", &ask.caller.listener.login);
    o.plain("scrobblingEnabled", true);
    for role in ["streamRole", "downloadRole", "playlistRole"] {
        o.plain(role, true);
    }
    for role in [
        "adminRole",
        "settingsRole",
        "uploadRole",
        "coverArtRole",
        "commentRole",
        "podcastRole",
        "jukeboxRole",
        "shareRole",
        "videoConversionRole",
    ] {
        o.plain(role, false);
    }
    o.numbers("folder", [1]);
}

/// A picture that stands for the own user.
pub(crate) fn avatar(ask: &Ask<'_>) -> Done {
    own(ask)?;
    let jpeg = app::listener::avatar(&ask.caller.listener.login)?;
    let mut response = Response::new(Body::from(jpeg));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    Ok(Reply::Raw(response))
}

/// Something of which there is none here: an empty list of it.
pub(crate) fn none(ask: &Ask<'_>, name: &str, list: &str) -> Done {
    ask.good(|o| o.object(name, |o| o.list(list, [] as [u8; 0], |_, _| ())))
}
