//! Why a line was taken for a recording, or was not, in the reader's language.
//!
//! A line keeps each reason as a code and as an English sentence. A code without a text of ours shows the sentence.

use maud::{Markup, html};
use store::LineRow;

use crate::Lang;
use crate::lang::Text;

/// The reasons of a line, one under the other.
pub(crate) fn list(line: &LineRow, lang: Lang) -> Markup {
    let mut codes = line.reason_codes.lines();
    let reasons: Vec<(Option<&str>, &str)> = line.reasons.lines().map(|text| (codes.next(), text)).collect();
    html! {
        ul.reasons {
            @for (code, text) in reasons {
                @match code.and_then(|code| words(code, text, lang)) {
                    Some(words) => { li { (words) } }
                    None => { li lang="en" { (text) } }
                }
            }
        }
    }
}

/// A reason in words; `None` for a code that has no text.
fn words(code: &str, text: &str, lang: Lang) -> Option<String> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let mut next = || Text::from(numbers.next().unwrap_or_default());
    lang.maybe(&format!("reason-{code}"), &[("n", next()), ("m", next())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_both_languages_with_their_numbers() {
        for (code, text, en, fr) in [
            ("title-close", "title agrees to 93 %", "The title agrees to 93 %", "Le titre concorde à 93 %"),
            (
                "spelling-known",
                "this spelling was settled as this recording in at least 5 other set lists",
                "At least 5 other set lists settled this spelling as this recording",
                "Au moins 5 autres listes ont tranché cette graphie pour cet enregistrement",
            ),
            (
                "artist-partly",
                "1 of 2 artists named",
                "1 of 2 artists are named",
                "1 artiste sur 2 est nommé",
            ),
        ] {
            let plain = |lang| {
                words(code, text, lang)
                    .unwrap()
                    .replace(['\u{2068}', '\u{2069}', '\u{a0}', '\u{202f}'], " ")
                    .replace("  ", " ")
            };
            let bare = |t: String| t.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(bare(plain(Lang::En)), en);
            assert_eq!(bare(plain(Lang::Fr)), fr);
        }
        assert_eq!(words("no-such-code", "", Lang::Fr), None);
    }
}
