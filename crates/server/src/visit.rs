//! One visit: its language, its token, where it is, who is signed in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::session::Visitor;
use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::flaw::Flaw;
use crate::{Lang, Web};

/// The cookie that keeps the chosen language.
pub(crate) const LANG_COOKIE: &str = "lang";
/// The cookie that a form's token is bound to.
pub(crate) const VISIT_COOKIE: &str = "visit";
/// The cookie of whoever is signed in; over TLS under a name that no other host of the domain can set.
const SESSION_COOKIE: [&str; 2] = ["session", "__Host-session"];

/// What is known of a visit.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// The language of the answer.
    pub(crate) lang: Lang,
    /// Whether the visitor has just chosen it.
    pub(crate) chosen: bool,
    /// The path asked for.
    pub(crate) path: String,
    /// The query without `lang`, not decoded.
    pub(crate) query: String,
    /// The visit's name, from its cookie or fresh.
    pub(crate) name: String,
    /// Whether the name is new, so that the cookie has to be set.
    pub(crate) fresh: bool,
    /// Whether the visit came over TLS, as the relay in front says.
    pub(crate) secure: bool,
    /// What opens the session, as the browser sent it.
    pub(crate) session: Option<String>,
    /// Who is signed in; the frame fills it in.
    pub(crate) who: Option<Arc<Visitor>>,
    /// The token for forms.
    token: String,
    token_used: Arc<AtomicBool>,
}

impl Visit {
    /// Reads a visit from its address and headers.
    pub(crate) fn new(web: &Web, uri: &Uri, headers: &HeaderMap) -> Visit {
        let pairs = || uri.query().unwrap_or_default().split('&').filter(|p| !p.is_empty());
        let asked = pairs().find_map(|p| p.strip_prefix("lang=")).and_then(Lang::from_tag);
        let kept = cookie(headers, LANG_COOKIE).and_then(|tag| Lang::from_tag(&tag));
        let accepted =
            || Lang::accepted(headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default());
        let known = cookie(headers, VISIT_COOKIE)
            .filter(|n| n.len() == 32 && n.bytes().all(|b| b.is_ascii_hexdigit()));
        let fresh = known.is_none();
        let name = known.unwrap_or_else(|| web.random_name());
        let secure = headers.get("x-forwarded-proto").is_some_and(|p| p == "https");
        let session = cookie(headers, SESSION_COOKIE[usize::from(secure)]).filter(|t| t.len() == 48);
        let token = web.token(&bound(&name, session.as_deref()));
        Visit {
            lang: asked.or(kept).unwrap_or_else(accepted),
            chosen: asked.is_some(),
            path: uri.path().to_owned(),
            query: pairs().filter(|p| !p.starts_with("lang=")).collect::<Vec<_>>().join("&"),
            name,
            fresh,
            secure,
            session,
            who: None,
            token,
            token_used: Arc::default(),
        }
    }

    /// Whether this is a page on which a member listens: of their own, or one that leads to music. The player that goes
    /// on there stays while such pages change.
    pub(crate) fn listens(&self) -> bool {
        const WAYS: [&str; 4] = ["/listen", "/discover", "/recording", "/selection"];
        let path = self.path.as_str();
        let under =
            |way: &str| path.strip_prefix(way).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.who.is_some() && (WAYS.into_iter().any(under) || path == "/selections")
    }

    /// The token for a form on this page.
    pub(crate) fn token(&self) -> &str {
        self.token_used.store(true, Ordering::Relaxed);
        &self.token
    }

    /// Whether a form was given out, so that the visit needs its cookie.
    pub(crate) fn needs_cookie(&self) -> bool {
        self.fresh && self.token_used.load(Ordering::Relaxed)
    }

    /// Refuses a form whose token is not this visit's.
    pub(crate) fn check(&self, web: &Web, token: &str) -> Result<(), Flaw> {
        let bound = bound(&self.name, self.session.as_deref());
        if !self.fresh && web.token_fits(&bound, token) { Ok(()) } else { Err(Flaw::Forgery) }
    }

    /// The header that keeps a session in the browser, or makes it forget its session.
    pub(crate) fn session_cookie(&self, token: Option<&str>) -> [(HeaderName, String); 1] {
        let name = SESSION_COOKIE[usize::from(self.secure)];
        let end = if self.secure { "; Secure" } else { "" };
        let line = match token {
            Some(token) => format!("{name}={token}; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax{end}"),
            None => format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{end}"),
        };
        [(SET_COOKIE, line)]
    }

    /// The address of this page, for coming back to it.
    pub(crate) fn here(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// The address of this page in another language.
    pub(crate) fn in_language(&self, lang: Lang) -> String {
        let tag = lang.tag();
        if self.query.is_empty() {
            format!("{}?lang={tag}", self.path)
        } else {
            format!("{}?{}&lang={tag}", self.path, self.query)
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Flaw;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Flaw> {
        parts
            .extensions
            .get::<Visit>()
            .cloned()
            .ok_or_else(|| Flaw::Fault("a route outside the frame".to_owned()))
    }
}

/// What a form's token is bound to: the visit, and the session, so that signing in makes older tokens worthless.
fn bound(name: &str, session: Option<&str>) -> String {
    format!("{name}/{}", session.unwrap_or_default())
}

/// A cookie's value by its name.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = all.flat_map(|v| v.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// HMAC-SHA-256 of a message, with a word that separates its uses.
pub(crate) fn mac(secret: &[u8; 32], purpose: &str, message: &[u8]) -> Hmac<Sha256> {
    // HMAC fills a short key up with zeros to the block of the hash: the same key, in its full length.
    let mut block = [0; 64];
    block[..32].copy_from_slice(secret);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(message);
    mac
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes a hexadecimal text stands for.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
