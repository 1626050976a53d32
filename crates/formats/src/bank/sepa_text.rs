//! The characters a SEPA payment may carry, and the way there from any text.
//!
//! Banks promise to carry only Latin letters without accents, digits, space and `/-?:().,'+` (EPC 217-08, which
//! also recommends what the others become: é is e, ß is s, & is +, what has no likeness is a full stop).
//! It does not decide whether a changed name is still good enough; it says what changed.

/// Longest name of a party, in characters (EPC 132-08).
pub const NAME_CHARS: usize = 70;
/// Longest remittance text, in characters (EPC 132-08).
pub const REMITTANCE_CHARS: usize = 140;
/// Longest identifier, such as an end-to-end id, in characters (ISO 20022 Max35Text).
pub const IDENTIFIER_CHARS: usize = 35;
/// Longest street or town part, in characters.
pub const STREET_CHARS: usize = 70;
/// Longest town name, in characters.
pub const TOWN_CHARS: usize = 35;
/// Longest post code or house number, in characters.
pub const CODE_CHARS: usize = 16;

/// A text fit for SEPA, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SepaText {
    /// The text: permitted characters only, no space at either end, none doubled.
    pub text: String,
    /// Each character that was replaced, once, in the order of its first appearance, and what it became.
    pub replaced: Vec<(char, String)>,
    /// How many characters were cut off at the end because the text was too long.
    pub cut: usize,
}

impl SepaText {
    /// Whether the text is what was given, spaces apart.
    pub fn is_unchanged(&self) -> bool {
        self.replaced.is_empty() && self.cut == 0
    }

    /// What changed, for a person: `é became e; 12 characters were cut`; empty where nothing did.
    pub fn changes(&self) -> String {
        let mut all: Vec<String> =
            self.replaced.iter().map(|(from, to)| format!("{from} became {to}")).collect();
        if self.cut > 0 {
            all.push(format!("{} characters were cut", self.cut));
        }
        all.join("; ")
    }
}

/// Whether a character may be carried as it is.
pub fn is_permitted(sign: char) -> bool {
    sign.is_ascii_alphanumeric()
        || matches!(sign, '/' | '-' | '?' | ':' | '(' | ')' | '.' | ',' | '\'' | '+' | ' ')
}

/// Makes a text fit for SEPA, at most `longest` characters of it.
///
/// ```
/// let name = formats::bank::sepa_text::clean("Zoë & Søn", 70);
/// assert_eq!(name.text, "Zoe + Son");
/// assert_eq!(name.changes(), "ë became e; & became +; ø became o");
/// ```
pub fn clean(text: &str, longest: usize) -> SepaText {
    let mut out = SepaText { text: String::new(), replaced: Vec::new(), cut: 0 };
    let mut kept = 0;
    let mut gap = false;
    for sign in text.trim().chars() {
        if sign.is_whitespace() {
            gap = true;
            continue;
        }
        let becomes = replacement(sign);
        for piece in gap.then_some(' ').into_iter().chain(becomes.chars()) {
            // Both sides of a cut stay well-formed: a replacement of several letters may be cut too.
            if kept < longest {
                out.text.push(piece);
                kept += 1;
            } else {
                out.cut += 1;
            }
        }
        gap = false;
        if !is_permitted(sign) && out.replaced.len() < 100 && !out.replaced.iter().any(|(c, _)| *c == sign) {
            out.replaced.push((sign, becomes));
        }
    }
    out.text.truncate(out.text.trim_end().len());
    out
}

/// Whether a text may serve as an identifier or reference: permitted characters, 1 to 35 of them, no `/` at either
/// end and no `//` (EPC 132-08, rule on references).
pub fn is_identifier(text: &str) -> bool {
    (1..=IDENTIFIER_CHARS).contains(&text.len())
        && text.chars().all(is_permitted)
        && text.trim() == text
        && !text.starts_with('/')
        && !text.ends_with('/')
        && !text.contains("//")
}

/// What a character becomes; itself where it is permitted, a full stop where nothing is like it.
fn replacement(sign: char) -> String {
    if is_permitted(sign) {
        return sign.to_string();
    }
    let fixed = match sign {
        'ß' => "s",
        'Æ' => "A",
        'æ' => "a",
        'Œ' => "O",
        'œ' => "o",
        'Þ' => "T",
        'þ' => "t",
        '€' => "E",
        '£' => "L",
        '&' => "+",
        '_' | '~' | '–' | '—' | '−' => "-",
        '"' | '`' | '´' | '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»' => "'",
        '!' | '¿' => "?",
        '\\' | '|' => "/",
        ';' => ",",
        '[' | '{' | '<' => "(",
        ']' | '}' | '>' => ")",
        '#' | '$' | '%' | '*' | '=' | '@' | '^' => ".",
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let likeness: String =
        deunicode::deunicode_char(sign).unwrap_or("").trim().chars().filter(|c| is_permitted(*c)).collect();
    if likeness.is_empty() { ".".to_owned() } else { likeness }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_many_languages_become_plain() {
        for (text, plain) in [
            ("Émilie Brûlé", "Emilie Brule"),
            ("Jörg Strauß", "Jorg Straus"),
            ("  Ana \t María\n Ñu ", "Ana Maria Nu"),
            ("Łukasz Żółw", "Lukasz Zolw"),
            ("Νίκος", "Nikos"),
            ("Иван", "Ivan"),
            ("Mix #4 @ Club_7 [live]", "Mix .4 . Club-7 (live)"),
            ("O’Neill", "O'Neill"),
            ("plain - text", "plain - text"),
        ] {
            let clean = clean(text, 70);
            assert_eq!(clean.text, plain);
        }
        assert!(clean("plain - text", 70).is_unchanged());
        assert_eq!(clean("\u{1F3B5}", 70).text, clean("\u{1F3B5}", 70).text);
    }

    #[test]
    fn a_cut_is_counted() {
        let long = clean(&"é".repeat(75), NAME_CHARS);
        assert_eq!((long.text.len(), long.cut, long.replaced.len()), (70, 5, 1));
        assert_eq!(long.changes(), "é became e; 5 characters were cut");
    }

    #[test]
    fn identifiers_keep_the_rule_on_slashes() {
        for (text, fine) in [
            ("A/B", true),
            ("/A", false),
            ("A/", false),
            ("A//B", false),
            ("", false),
            ("A_B", false),
            (" A", false),
        ] {
            assert_eq!(is_identifier(text), fine, "{text}");
        }
        assert!(!is_identifier(&"A".repeat(36)));
    }

    proptest! {
        #[test]
        fn the_result_is_always_permitted_and_stays(text in "\\PC{0,90}") {
            let once = clean(&text, NAME_CHARS);
            prop_assert!(once.text.chars().all(is_permitted) && once.text.len() <= NAME_CHARS);
            prop_assert_eq!(clean(&once.text, NAME_CHARS).text, once.text);
        }
    }
}
