//! What is compiled in: the style, the icon and the scripts, which pages do without where there are none.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use sha2::{Digest, Sha256};

use crate::flaw::Flaw;
use crate::visit::hex;

/// The style of all pages.
pub(crate) const STYLE: &str =
    concat!(include_str!("../../../../web/tantieme.css"), include_str!("../../../../web/compare.css"));
/// The player of a member's pages.
const PLAYER: &str = include_str!("../../../../web/player.js");
const ICON: &str = include_str!("../../../../web/icon.svg");

/// What checks receipts in a browser.
pub(crate) const CHECK: &str = include_str!("../../../../web/check.js");

/// The same as files that need no server: names and contents.
pub const CHECK_FILES: [(&str, &str); 3] =
    [("check.html", include_str!("../../../../web/check.html")), ("check.js", CHECK), ("check.css", STYLE)];

/// The address of the script, another one for each content.
pub(crate) fn check_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::digest(CHECK.as_bytes());
        format!("/static/check.js?v={}", hex(&hash[..6]))
    });
    &ADDRESS
}

/// The address of the style; another one for each content, so that it may be kept for ever.
pub(crate) fn style_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::digest(STYLE.as_bytes());
        format!("/static/tantieme.css?v={}", hex(&hash[..6]))
    });
    &ADDRESS
}

/// The address of the player, likewise.
pub(crate) fn player_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::digest(PLAYER.as_bytes());
        format!("/static/player.js?v={}", hex(&hash[..6]))
    });
    &ADDRESS
}

/// What turns a kiosk's screen.
const TURN: &str = include_str!("../../../../web/turn.js");

/// Its address, likewise.
pub(crate) fn turn_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::digest(TURN.as_bytes());
        format!("/static/turn.js?v={}", hex(&hash[..6]))
    });
    &ADDRESS
}

/// What speaks with passkeys.
const PASSKEY: &str = include_str!("../../../../web/passkey.js");

/// The address of what speaks with passkeys, likewise.
pub(crate) fn passkey_address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::digest(PASSKEY.as_bytes());
        format!("/static/passkey.js?v={}", hex(&hash[..6]))
    });
    &ADDRESS
}

/// A file by its name.
pub(crate) async fn show(Path(file): Path<String>) -> Result<Response, Flaw> {
    let (kind, content) = match file.as_str() {
        "tantieme.css" => ("text/css; charset=utf-8", STYLE),
        "player.js" => ("text/javascript; charset=utf-8", PLAYER),
        "passkey.js" => ("text/javascript; charset=utf-8", PASSKEY),
        "check.js" => ("text/javascript; charset=utf-8", CHECK),
        "icon.svg" => ("image/svg+xml", ICON),
        "turn.js" => ("text/javascript; charset=utf-8", TURN),
        "beat.js" => ("text/javascript", include_str!("../../../../web/beat.js")),
        _ => return Err(Flaw::NotFound),
    };
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], content)
        .into_response())
}

/// Where browsers look by habit.
pub(crate) async fn icon() -> Redirect {
    Redirect::permanent("/static/icon.svg")
}
