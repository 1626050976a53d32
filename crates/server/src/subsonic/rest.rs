//! The rest of the protocol: the server itself, users, and what this house does not offer, answered as it asks for.

use super::ask::Wrong;
use super::{Ask, Done};

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
    let login = &ask.caller.listener.login;
    if ask.params.need("username")? != login {
        return Err(Wrong::new(50, "only the own user can be seen"));
    }
    ask.good(|o| {
        o.object("user", |o| {
            o.text("username", login);
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
        });
    })
}

/// Something of which there is none here: an empty list of it.
pub(crate) fn none(ask: &Ask<'_>, name: &str, list: &str) -> Done {
    ask.good(|o| o.object(name, |o| o.list(list, [] as [u8; 0], |_, _| ())))
}
