//! Log lines: text or JSON, to standard error, without what is secret or personal.
//!
//! What is logged names nobody in the first place: patterns of addresses, ids, counts. The last step here takes out what
//! would have slipped in with an error's words, such as a mail address that a server repeats.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Runs of letters, digits, `-` and `_` from this length on are cut: tokens are longer, ids shorter.
const TOKEN_CHARS: usize = 40;
/// So much of one stays.
const TOKEN_SHOWN: usize = 8;

/// Begins logging. `filter` is what the person asked for; `otherwise` holds where that is nothing.
pub fn begin(format: &str, filter: &str, otherwise: &str) {
    let filter = if filter.is_empty() { otherwise } else { filter };
    let filter = EnvFilter::builder().parse_lossy(filter);
    let lines = tracing_subscriber::fmt().with_writer(Clean).with_env_filter(filter).with_ansi(false);
    if format == "json" {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).init();
    } else {
        lines.init();
    }
}

/// Standard error behind [`clean`].
struct Clean;

impl<'a> MakeWriter<'a> for Clean {
    type Writer = CleanLine;

    fn make_writer(&'a self) -> CleanLine {
        CleanLine(Vec::new())
    }
}

/// One event; it is cleaned and written when it is whole.
struct CleanLine(Vec<u8>);

impl Write for CleanLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for CleanLine {
    fn drop(&mut self) {
        let text = clean(&String::from_utf8_lossy(&self.0));
        // Where standard error is closed there is nobody to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// A line without mail addresses, account numbers and long tokens.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || "@._%+-".contains(c) {
            word.push(c);
        } else {
            put(&word, &mut out);
            word.clear();
            out.push(c);
        }
    }
    put(&word, &mut out);
    out
}

fn put(word: &str, out: &mut String) {
    if is_mail(word) {
        out.push_str("<mail>");
    } else if is_account(word) {
        out.push_str("<account>");
    } else {
        for part in word.split_inclusive(['.', '@', '%', '+']) {
            if part.len() >= TOKEN_CHARS {
                out.push_str(part.get(..TOKEN_SHOWN).unwrap_or_default());
                out.push('…');
            } else {
                out.push_str(part);
            }
        }
    }
}

fn is_mail(word: &str) -> bool {
    word.trim_matches('.').split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'))
}

/// An IBAN: two letters, then digits and capitals whose check digits are right.
fn is_account(word: &str) -> bool {
    let word = word.trim_matches(['.', '-']);
    let bytes = word.as_bytes();
    if !(15..=34).contains(&bytes.len())
        || !bytes.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        || !bytes.iter().take(2).all(u8::is_ascii_uppercase)
    {
        return false;
    }
    let value = |b: u8| char::from(b).to_digit(36).map_or(0, u64::from);
    let turned = bytes.iter().skip(4).chain(bytes.iter().take(4));
    let rest = turned.fold(0_u64, |rest, b| {
        let value = value(*b);
        if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 }
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_or_secret_leaves_the_line() {
        for (text, want) in [
            ("sent to ada.nwosu+x@label.example.", "sent to <mail>"),
            ("550 <ada@label.example>: no", "550 <<mail>>: no"),
            ("iban=DE02120300000000202051", "iban=<account>"),
            ("DE02120300000000202052 is no account", "DE02120300000000202052 is no account"),
            ("token 0123456789abcdef0123456789abcdef0123456789abcdef!", "token 01234567…!"),
            (
                "{\"id\":\"0123456789abcdef\",\"route\":\"/party/{id}\"}",
                "{\"id\":\"0123456789abcdef\",\"route\":\"/party/{id}\"}",
            ),
            (
                "2026-09-04T10:00:00.000001Z  INFO request{id=00}: answered",
                "2026-09-04T10:00:00.000001Z  INFO request{id=00}: answered",
            ),
        ] {
            assert_eq!(clean(text), want);
        }
    }
}
