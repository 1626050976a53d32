//! Whether a pattern of a foreign file fits an address: `*` for anything, `$` at the end for the end.
//!
//! Hosts have no case, their default ports need not be written, and names of other scripts are those of their ASCII
//! form. Paths keep their case; a letter is the same letter escaped or not.

use std::borrow::Cow;

/// Whether a pattern fits an address or a path; a pattern without a host fits every host.
pub(crate) fn fits(pattern: &str, address: &str) -> bool {
    let ((host, path), (own, asked)) = (split(pattern), split(address));
    let same = match (&host, &own) {
        (Some(host), Some(own)) => host == own,
        _ => true,
    };
    same && path_fits(path, asked)
}

/// The place of a web site, made alike, and the path behind it.
fn split(address: &str) -> (Option<String>, &str) {
    let Some((scheme, rest)) = address.split_once("://") else { return (None, address) };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let whole = url::Url::parse(&format!("{scheme}://{authority}/"));
    let alike = whole.map_or_else(
        |_| format!("{}://{}", scheme.to_ascii_lowercase(), authority.to_ascii_lowercase()),
        |u| u.as_str().trim_end_matches('/').to_owned(),
    );
    (Some(alike), if path.is_empty() { "/" } else { path })
}

/// Whether a pattern fits a path; linear for all that is written, however many stars.
pub(crate) fn path_fits(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (plain(pattern), plain(path));
    let (pattern, whole) = pattern.strip_suffix('$').map_or((&*pattern, false), |p| (p, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut starred = false;
    let mut last = "";
    for part in parts {
        starred = true;
        last = part;
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    // The last part may stand earlier too: what counts is that it ends the path.
    !whole || rest.is_empty() || (starred && (last.is_empty() || path.ends_with(last)))
}

/// A path with its escapes written alike: what need not be escaped is not, the rest in capitals.
fn plain(path: &str) -> Cow<'_, str> {
    if path.is_ascii() && !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let (bytes, mut out, mut at) = (path.as_bytes(), String::with_capacity(path.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let escaped = match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (b'%', Some(a), Some(b)) => digit(*a).zip(digit(*b)).map(|(a, b)| a << 4 | b),
            _ => None,
        };
        let (code, step) = escaped.map_or((*byte, 1), |code| (code, 3));
        let open = code.is_ascii_alphanumeric() || b"-._~".contains(&code);
        // A star or a dollar that is escaped is one of the address, and no pattern.
        if open || (escaped.is_none() && code.is_ascii()) {
            out.push(char::from(code));
        } else {
            out.push_str(&format!("%{code:02X}"));
        }
        at += step;
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hosts_have_no_case_and_no_default_port() {
        for (pattern, address) in [
            ("https://FEN.example/a", "https://fen.example/a"),
            ("https://fen.example:443/a", "https://fen.example/a"),
            ("http://fen.example", "http://fen.example:80/"),
            ("https://fën.example/", "https://xn--fn-hja.example/b"),
            ("https://me@fen.example/", "https://fen.example/b"),
            ("/a*b$", "https://fen.example/axb"),
            ("/caf%C3%A9", "/café"),
            ("/%7efen/", "/~fen/x"),
            ("/a%2a", "/a%2A"),
            ("/*.mp3$", "/x/y.mp3"),
            ("", "/anything"),
        ] {
            assert!(fits(pattern, address), "{pattern} {address}");
        }
        for (pattern, address) in [
            ("https://fen.example:8443/", "https://fen.example/"),
            ("http://fen.example/", "https://fen.example/"),
            ("https://fen.example/A", "https://fen.example/a"),
            ("https://ash.example/", "https://fen.example/"),
            ("/a%2a", "/ab"),
            ("/*.mp3$", "/x.mp3.html"),
        ] {
            assert!(!fits(pattern, address), "{pattern} {address}");
        }
    }

    proptest! {
        #[test]
        fn any_pattern_and_address_are_compared(a in ".{0,40}", b in ".{0,40}") {
            let _ = fits(&a, &b);
            let _ = fits(&format!("https://{a}"), &format!("https://{b}"));
        }

        #[test]
        fn a_path_fits_itself(a in "/[a-zà-ü%~/.]{0,30}") {
            prop_assert!(path_fits(&a, &a));
        }
    }
}
