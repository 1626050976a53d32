//! Lists a page at a time, by a cursor that stays right while the list grows.
//!
//! A list is in the order of a key that no row changes; a cursor is the key of the last row that was given. What comes in
//! later stands behind it or is not met again; nothing is given twice, nothing that was there is passed over.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

use super::problem::Wrong;
use super::shape::{Book, Shape, ask};

/// Rows of a page where none are asked for, and most.
const USUAL: u32 = 50;
pub(crate) const MOST: u32 = 200;

ask! {
    /// Which page of a list.
    Page {
        /// Where the page before ended: its `next`.
        after: Option<String>,
        /// How many rows; 50 where it is left out, 200 at most.
        limit: Option<u32>,
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

impl<T: Shape> Shape for Listed<T> {
    fn schema(book: &mut Book) -> Value {
        let items = Vec::<T>::schema(book);
        json!({
            "type": "object",
            "description": "A page of a list.",
            "properties": {
                "items": items,
                "next": { "type": ["string", "null"], "description": "The cursor of the next page; null on the last one." },
            },
            "required": ["items", "next"],
        })
    }
}

/// How many rows a page has.
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Wrong> {
    match asked.unwrap_or(USUAL) {
        n @ 1..=MOST => Ok(n as usize),
        n => Err(Wrong::bad("limit", format!("`{n}` rows cannot be asked for"), format!("1 to {MOST}"))),
    }
}

/// The key after which a page begins; empty for the first.
pub(crate) fn start(after: Option<&str>) -> Result<String, Wrong> {
    let bad = || Wrong::bad("cursor", "`after` is no cursor of this list", "use `next` of the page before");
    let Some(cursor) = after else { return Ok(String::new()) };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
    let key = String::from_utf8(bytes).map_err(|_| bad())?;
    if key.is_empty() || key.len() > 400 || key.contains('\0') { Err(bad()) } else { Ok(key) }
}

/// The cursor after a key.
pub(crate) fn cursor(key: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key)
}

/// The asked page of all rows, in the order of their keys.
pub(crate) fn cut<R, T>(
    rows: impl IntoIterator<Item = R>,
    (after, most): (Option<&str>, Option<u32>),
    key: impl Fn(&R) -> String,
    tell: impl Fn(R) -> T,
) -> Result<Listed<T>, Wrong> {
    let (most, start) = (limit(most)?, start(after)?);
    let mut rows: Vec<(String, R)> =
        rows.into_iter().map(|r| (key(&r), r)).filter(|(k, _)| *k > start).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|(k, _)| cursor(k));
    Ok(Listed { items: rows.into_iter().map(|(_, r)| tell(r)).collect(), next })
}

/// A key that sorts by time, then by id.
pub(crate) fn by_time(at: jiff::Timestamp, id: &impl std::fmt::Display) -> String {
    format!("{:020}/{id}", at.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is put in or taken out between two pages, what stays is met once.
    #[test]
    fn a_cursor_is_stable_while_the_list_changes() {
        let mut all: Vec<u32> = (0..100).map(|n| n * 2).collect();
        let (mut met, mut after) = (Vec::new(), None);
        for round in 0.. {
            let page = cut(all.clone(), (after.as_deref(), Some(7)), |n| format!("{n:05}"), |n| n).unwrap();
            met.extend(page.items);
            all.push(round * 2 + 1);
            all.push(1_001 + round * 2);
            all.retain(|n| *n != met[met.len() / 2]);
            match page.next {
                Some(next) if round < 16 => after = Some(next),
                _ => break,
            }
        }
        let even: Vec<u32> = met.iter().copied().filter(|n| n % 2 == 0).collect();
        assert_eq!(even, (0..100).map(|n| n * 2).collect::<Vec<_>>());
        assert!(met.windows(2).all(|w| w[0] < w[1]), "{met:?}");
    }

    #[test]
    fn foreign_cursors_are_refused() {
        for bad in ["", "=", "?", "AA", "\u{e9}"] {
            assert!(start(Some(bad)).is_err(), "{bad}");
        }
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err() && limit(None).is_ok());
    }
}
