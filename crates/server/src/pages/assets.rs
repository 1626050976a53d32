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

/// What checks receipts in a browser, and decides again.
pub(crate) const CHECK: &str =
    concat!(include_str!("../../../../web/decide.js"), include_str!("../../../../web/check.js"));

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

/// What a telephone that keeps the house among its apps reads: with it, files and text can be shared with the house.
pub(crate) async fn manifest(visit: crate::visit::Visit) -> Response {
    let lang = visit.lang;
    let text = serde_json::json!({
        "id": "/", "name": lang.t("house"), "short_name": lang.t("house"), "description": lang.t("home-what"),
        "lang": lang.tag(), "start_url": "/", "scope": "/", "display": "minimal-ui",
        "background_color": "#ffffff", "theme_color": "#ffffff",
        "icons": [
            { "src": "/static/icon.svg", "type": "image/svg+xml", "sizes": "any", "purpose": "any" },
        ],
        "shortcuts": [{ "name": lang.t("nav-submit"), "url": "/set-list" }],
        "share_target": {
            "action": "/set-list/shared", "method": "POST", "enctype": "multipart/form-data",
            "params": {
                "title": "title", "text": "text",
                "files": [{ "name": "file", "accept": SHARED_KINDS }],
            },
        },
    });
    ([(CONTENT_TYPE, "application/manifest+json")], text.to_string()).into_response()
}

/// What set lists are, as telephones name files: by kind and by ending.
const SHARED_KINDS: &[&str] = &[
    "text/*",
    "application/xml",
    "application/json",
    "application/octet-stream",
    "application/x-sqlite3",
    "application/xspf+xml",
    "audio/x-mpegurl",
    ".txt",
    ".csv",
    ".tsv",
    ".xml",
    ".nml",
    ".json",
    ".cue",
    ".m3u",
    ".m3u8",
    ".xspf",
    ".session",
    ".pdb",
    ".db",
];

/// Where browsers look by habit.
pub(crate) async fn icon() -> Redirect {
    Redirect::permanent("/static/icon.svg")
}
