//! Texts made comparable: words for searching, keys for ordering.

/// Words of a text that ignored articles stand before, for [`sort_key`]; players are told the same list.
pub const ARTICLES: [&str; 12] =
    ["the", "a", "an", "le", "la", "les", "un", "une", "der", "die", "das", "el"];

/// Calls `each` with every word of a text: transliterated, lower case, letters and digits only; `Don't` is one word.
///
/// ```
/// let mut heard = Vec::new();
/// library::words("Don't Stop, Даша!", &mut |w| heard.push(w.to_owned()));
/// assert_eq!(heard, ["dont", "stop", "dasha"]);
/// ```
pub fn words(text: &str, each: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            each(word);
            word.clear();
        }
    };
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        } else if c == '\'' || c == '\u{2019}' {
        } else if c.is_ascii() {
            end(&mut word);
        } else {
            // `Æ` is two letters, a Chinese sign a syllable and a space, a dash none.
            match deunicode::deunicode_char(c) {
                Some(letters) if letters.bytes().any(|b| b.is_ascii_alphanumeric()) => {
                    let more = letters.bytes().filter(u8::is_ascii_alphanumeric);
                    word.extend(more.map(|b| char::from(b.to_ascii_lowercase())));
                    if letters.ends_with(' ') {
                        end(&mut word);
                    }
                }
                _ => end(&mut word),
            }
        }
    }
    end(&mut word);
}

/// The key by which names stand in order: their words without a leading article; where there are none, the text itself.
///
/// ```
/// assert_eq!(library::sort_key("The Écho & Sons"), "echo sons");
/// assert_eq!(library::sort_key("La"), "la");
/// ```
pub fn sort_key(text: &str) -> String {
    let (mut key, mut count) = (String::with_capacity(text.len()), 0);
    words(text, &mut |word| {
        count += 1;
        if count == 2 && ARTICLES.contains(&key.as_str()) {
            key.clear();
        }
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    });
    if key.is_empty() { text.trim().to_lowercase() } else { key }
}
