//! Finds out in which encoding a text is, and decodes it.
//!
//! Byte order marks first; then UTF-16 without one (every other byte is zero in western text); then
//! UTF-8; and Windows-1252 where it is none of these, with a notice, since then a letter may be wrong.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use music::problem::Problem;

/// A decoded text and what had to be guessed.
pub(crate) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub problem: Option<Problem>,
}

/// Decodes a whole text.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    let sure = |text| Decoded { text, problem: None };
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return utf8_or_western(rest);
    }
    match bytes {
        [0xFF, 0xFE, rest @ ..] => sure(UTF_16LE.decode_without_bom_handling(rest).0),
        [0xFE, 0xFF, rest @ ..] => sure(UTF_16BE.decode_without_bom_handling(rest).0),
        _ => match zeros(bytes) {
            Some(Zeros::Odd) => sure(UTF_16LE.decode_without_bom_handling(bytes).0),
            Some(Zeros::Even) => sure(UTF_16BE.decode_without_bom_handling(bytes).0),
            None => utf8_or_western(bytes),
        },
    }
}

/// Whether a head without a byte order mark is UTF-16 by its zeros.
pub(crate) fn looks_utf16(head: &[u8]) -> bool {
    head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) || zeros(head).is_some()
}

#[derive(Clone, Copy)]
enum Zeros {
    Odd,
    Even,
}

/// At which places western UTF-16 has its zeros; `None` where the text is not such.
fn zeros(bytes: &[u8]) -> Option<Zeros> {
    let head = &bytes[..bytes.len().min(4096)];
    let count = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (count(0), count(1), head.len() / 2);
    let (most, least) = (half * 2 / 5, half / 20);
    match () {
        _ if half < 2 => None,
        _ if odd > most && even <= least => Some(Zeros::Odd),
        _ if even > most && odd <= least => Some(Zeros::Even),
        _ => None,
    }
}

fn utf8_or_western(bytes: &[u8]) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), problem: None },
        Err(_) if mostly_utf8(bytes) => Decoded {
            text: String::from_utf8_lossy(bytes),
            problem: Some(
                Problem::new(
                    "encoding-damaged",
                    0,
                    "some bytes are not the UTF-8 that the rest of the file is",
                    "lines with `\u{FFFD}` lost a letter there; export the file again if you can",
                )
                .notice(),
            ),
        },
        Err(_) => Decoded {
            text: WINDOWS_1252.decode_without_bom_handling(bytes).0,
            problem: Some(
                Problem::new(
                    "encoding-guessed",
                    0,
                    "the file is neither UTF-8 nor UTF-16; it is read as Windows-1252",
                    "where letters with accents look wrong, save the file as UTF-8",
                )
                .notice(),
            ),
        },
    }
}

/// Whether a text that is not UTF-8 throughout has more right than wrong sequences of several bytes.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    // A text that was merely cut within its last letter has one wrong sequence and no other sign.
    right > wrong || (right == wrong && wrong == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_is_found_out() {
        let text = "1\tLöwe – Nacht (Über Mix)\r\n2\tMira Feld – Low Tide\r\n";
        let utf16 = |big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let with = |bom: &[u8], body: Vec<u8>| [bom.to_vec(), body].concat();
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8 with mark", with(&[0xEF, 0xBB, 0xBF], text.as_bytes().to_vec())),
            ("UTF-16LE with mark", with(&[0xFF, 0xFE], utf16(false))),
            ("UTF-16BE with mark", with(&[0xFE, 0xFF], utf16(true))),
            ("UTF-16LE", utf16(false)),
            ("UTF-16BE", utf16(true)),
        ] {
            let decoded = decode(&bytes);
            assert_eq!(decoded.text, text, "{name}");
            assert!(decoded.problem.is_none(), "{name}");
        }
    }

    #[test]
    fn the_western_guess_is_told() {
        let decoded = decode(b"L\xF6we - \xDCber \x96 Nacht");
        assert_eq!(decoded.text, "Löwe - Über – Nacht");
        assert_eq!(decoded.problem.map(|p| p.code), Some("encoding-guessed"));
        let decoded = decode("Löwe - Übermüde".as_bytes().split_last().map_or(&[][..], |(_, rest)| rest));
        assert!(decoded.problem.is_none() || decoded.text.starts_with("Löwe"));
        let decoded = decode(b"L\xC3\xB6we - \xC3\x9Cber\xFF - N\xC3\xA4he");
        assert_eq!(decoded.problem.map(|p| p.code), Some("encoding-damaged"));
    }
}
