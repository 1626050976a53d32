//! Names as keys: what two spellings of one name have in common.

/// The key under which a name is found: transliterated, lower case, words of letters and digits
/// joined by one space, `and` for `&`, no leading article. `The Kräken & Даша` gives `kraken and dasha`.
///
/// Two different people can share a key; it finds candidates and never decides who is who.
pub fn name_key(name: &str) -> String {
    let plain =
        deunicode::deunicode(&name.replace('&', " and ")).to_lowercase().replace(['\'', '\u{2019}'], "");
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let words = if words.len() > 1 && words[0] == "the" { &words[1..] } else { &words[..] };
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for (a, b) in [
            ("The Kräken & Даша", "kraken and Dasha"),
            ("Ada  NWOSU", "ada nwosu"),
            ("L'Écho", "lecho"),
            ("The", "the"),
        ] {
            assert_eq!(name_key(a), name_key(b), "{a} / {b}");
        }
        assert_ne!(name_key("Ada Nwosu"), name_key("Ada N"));
        assert_eq!(name_key("…"), "");
    }
}
