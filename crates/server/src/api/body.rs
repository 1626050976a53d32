//! Reading what is asked, from strangers: every way in which it can be wrong is a problem with a hint.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::problem::Wrong;
use crate::form::short;

/// Refuses a body that is not said to be JSON.
///
/// # Errors
/// `content-type`.
pub(crate) fn is_json(headers: &HeaderMap) -> Result<(), Wrong> {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (kind, rest) = kind.split_once(';').unwrap_or((kind, ""));
    let charset = rest.trim().to_ascii_lowercase();
    let utf8 = !charset.starts_with("charset=") || charset.trim_matches('"').contains("utf-8");
    if kind.trim().eq_ignore_ascii_case("application/json") && utf8 {
        return Ok(());
    }
    let status = axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let detail = format!("`{}` is not read here", short(kind));
    Err(Wrong::new(status, "content-type", detail, "send `Content-Type: application/json`, in UTF-8"))
}

/// Reads a body; an empty one is nothing.
///
/// # Errors
/// In this order: `body-not-utf8`, `body-nul`, `body-field-unknown`, `body-unreadable`, `body-unfit`.
pub(crate) fn read<B: DeserializeOwned>(bytes: &[u8]) -> Result<B, Wrong> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let detail = format!("the body is no UTF-8 at byte {}", e.valid_up_to());
        Wrong::bad("body-not-utf8", detail, "encode it in UTF-8")
    })?;
    if has_nul(text) {
        return Err(Wrong::bad("body-nul", "the body holds the character U+0000", "leave it out"));
    }
    if !text.trim_start().starts_with('{') && text.starts_with(['[', '"']) {
        return Err(match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Wrong::unfit("body-unfit", "the body is no object", "send one JSON object"),
            Err(error) => unfit(&error),
        });
    }
    // A request without words may come without a body, or with an empty object.
    let text = if text.trim().is_empty() { "null" } else { text };
    match serde_json::from_str(text) {
        Ok(body) => Ok(body),
        Err(_) if text.trim() == "{}" => serde_json::from_str("null").map_err(|e| unfit(&e)),
        Err(error) => Err(unfit(&error)),
    }
}

fn unfit(error: &serde_json::Error) -> Wrong {
    let said: String = error.to_string().chars().filter(|c| !c.is_control()).take(300).collect();
    match error.classify() {
        serde_json::error::Category::Data => {
            let (detail, hint) = said.split_once(", expected ").unwrap_or((&said, ""));
            let code = if detail.starts_with("unknown field") { "body-field-unknown" } else { "body-unfit" };
            let hint = if hint.is_empty() {
                "see /api/v1/openapi.json".to_owned()
            } else {
                format!("expected {hint}")
            };
            Wrong::unfit(code, detail, hint)
        }
        _ => Wrong::bad("body-unreadable", format!("the body is no JSON: {said}"), "send one JSON object"),
    }
}

/// Whether a JSON text holds U+0000, plain or escaped: no database of ours keeps it.
fn has_nul(text: &str) -> bool {
    if text.contains('\0') {
        return true;
    }
    text.match_indices("\\u0000").any(|(at, _)| {
        let slashes = text[..at].bytes().rev().take_while(|b| *b == b'\\').count();
        slashes % 2 == 0
    })
}

/// Reads a query.
///
/// # Errors
/// `query-unreadable`.
pub(crate) fn query<Q: DeserializeOwned>(query: &str) -> Result<Q, Wrong> {
    let bad = |detail: String| Wrong::bad("query-unreadable", detail, "see /api/v1/openapi.json");
    let mut pairs = serde_json::Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if value.contains(['\0', char::REPLACEMENT_CHARACTER]) {
            return Err(bad(format!("`{}` holds what is no text", short(&name))));
        }
        if pairs.insert(name.to_string(), value.into_owned().into()).is_some() {
            return Err(bad(format!("`{}` comes twice", short(&name))));
        }
    }
    let empty = pairs.is_empty();
    let read = serde_json::from_value(typed(pairs));
    // Where nothing is asked for, nothing is what there has to be.
    let read = if empty { read.or_else(|_| serde_json::from_str("null")) } else { read };
    read.map_err(|error| {
        let said: String = error.to_string().chars().filter(|c| !c.is_control()).take(300).collect();
        bad(said)
    })
}

/// Numbers as such: a query knows texts alone, and `limit` is the one number in any of them.
fn typed(pairs: serde_json::Map<String, serde_json::Value>) -> serde_json::Value {
    let typed = pairs.into_iter().map(|(name, value)| {
        let text = value.as_str().unwrap_or_default();
        let number = text.parse::<u32>().ok().filter(|n| n.to_string() == text);
        match (name.as_str(), number) {
            ("limit", Some(n)) => (name, n.into()),
            _ => (name, value),
        }
    });
    serde_json::Value::Object(typed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::page::Page;
    use crate::api::shape::ask;

    ask! {
        /// A night.
        Night {
            /// Where.
            place: String,
            /// How long.
            hours: Option<u32>,
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
        for (text, want) in [
            ("{", "body-unreadable"),
            ("[1", "body-unreadable"),
            (deep.as_str(), "body-unreadable"),
            ("\u{feff}{}", "body-unreadable"),
            (r#"{"place": "a"} x"#, "body-unreadable"),
            (r#"{"place": "\ud800"}"#, "body-unreadable"),
            (r#"{"place": "\u0000"}"#, "body-nul"),
            (r#"{"place": "a", "placee": 1}"#, "body-field-unknown"),
            (r#"{"place": "a", "place": "b"}"#, "body-unfit"),
            (r#"{"place": "a", "hours": -1}"#, "body-unfit"),
            (r#"{"place": "a", "hours": 1e99}"#, "body-unfit"),
            (r#"{"place": "a", "hours": 99999999999999999999999}"#, "body-unfit"),
            (r#"{"place": 1}"#, "body-unfit"),
            ("{}", "body-unfit"),
            ("", "body-unfit"),
            ("[]", "body-unfit"),
        ] {
            let wrong = read::<Night>(text.as_bytes()).unwrap_err();
            assert_eq!(wrong.code, want, "{}", &text[..text.len().min(60)]);
        }
        assert_eq!(read::<Night>(b"{\"place\": \"\xff\"}").unwrap_err().code, "body-not-utf8");
        let hint = read::<Night>(br#"{"plce": "a"}"#).unwrap_err();
        assert!(hint.detail.contains("plce") && hint.hint.contains("`place` or `hours`"), "{hint:?}");
        let night = read::<Night>(br#"{"place": "\\u0000", "hours": 2}"#).unwrap();
        assert_eq!((night.place.as_str(), night.hours), ("\\u0000", Some(2)), "a backslash and letters");
        assert!(read::<()>(b"").is_ok() && read::<()>(b" {} ").is_ok() && read::<()>(b"{\"a\":1}").is_err());
    }

    #[test]
    fn queries_are_read_strictly() {
        assert_eq!(query::<Page>("limit=7&after=x").unwrap().limit, Some(7));
        for bad in ["limit=-1", "limit=x", "limit=1&limit=2", "limt=1", "after=%00", "after=%ff", "limit=07"]
        {
            assert!(query::<Page>(bad).is_err(), "{bad}");
        }
        assert!(query::<()>("").is_ok());
        assert!(query::<()>("a=1").is_err());
    }
}
