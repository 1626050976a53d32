//! The two languages of the pages, and the texts in them (`locales/en`, `locales/fr`).

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use unic_langid::langid;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static FRENCH: LanguageIdentifier = langid!("fr");

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Lang {
    /// Both, in the order of the switch.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Fr];

    /// The tag of BCP 47: `en`, `fr`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Fr => "fr",
        }
    }

    /// The language a tag stands for; regions do not matter (`fr-CA` is French).
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Lang::ALL.into_iter().find(|l| l.tag().eq_ignore_ascii_case(primary))
    }

    /// The language a browser prefers by its `Accept-Language` header; English where it wants neither.
    ///
    /// ```
    /// assert_eq!(server::Lang::accepted("de, en;q=0.5, fr-CH;q=0.9"), server::Lang::Fr);
    /// ```
    pub fn accepted(header: &str) -> Lang {
        let mut best = (0.0_f32, Lang::En);
        for part in header.split(',').take(20) {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            match Lang::from_tag(tag) {
                Some(lang) if weight > best.0 => best = (weight, lang),
                _ => {}
            }
        }
        best.1
    }

    /// A text without variables.
    pub(crate) fn t(self, key: &str) -> String {
        LOCALES.lookup(self.id(), key)
    }

    /// A text with variables; numbers choose the plural.
    pub(crate) fn with(self, key: &str, values: &[(&'static str, Text)]) -> String {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
            values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.fluent())).collect();
        LOCALES.lookup_with_args(self.id(), key, &values)
    }

    /// A text that may not exist, such as the translation of a refusal.
    pub(crate) fn maybe(self, key: &str, values: &[(&'static str, Text)]) -> Option<String> {
        let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
            values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.fluent())).collect();
        LOCALES.try_lookup_with_args(self.id(), key, &values)
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Lang::En => &ENGLISH,
            Lang::Fr => &FRENCH,
        }
    }
}

/// A variable of a text.
#[derive(Debug, Clone)]
pub(crate) enum Text {
    /// Words, or a number already written for people.
    Words(String),
    /// A count, which chooses the plural.
    Count(usize),
}

impl Text {
    fn fluent(&self) -> FluentValue<'_> {
        match self {
            Text::Words(words) => FluentValue::from(words.as_str()),
            Text::Count(count) => FluentValue::from(*count),
        }
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Text::Words(words.to_owned())
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Text::Words(words)
    }
}

impl From<usize> for Text {
    fn from(count: usize) -> Self {
        Text::Count(count)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// All texts of a language, file after file.
    fn texts(lang: &str) -> &'static str {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang);
        let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
        files.map(|f| std::fs::read_to_string(f).unwrap()).collect::<String>().leak()
    }

    /// Two files with one name for two texts would end the program at the first page.
    #[test]
    fn no_text_stands_twice() {
        for lang in ["en", "fr"] {
            let mut names = BTreeSet::new();
            let lines = texts(lang).lines().filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()));
            for (name, _) in lines.filter_map(|l| l.split_once(" =")) {
                assert!(names.insert(name), "{lang}: `{name}`");
            }
        }
    }

    fn keys(text: &str) -> BTreeSet<&str> {
        text.lines()
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|l| l.split_once(" ="))
            .map(|(key, _)| key)
            .collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let en = keys(texts("en"));
        let fr = keys(texts("fr"));
        assert_eq!(en.difference(&fr).collect::<Vec<_>>(), Vec::<&&str>::new(), "missing in French");
        assert_eq!(fr.difference(&en).collect::<Vec<_>>(), Vec::<&&str>::new(), "missing in English");
    }

    #[test]
    fn every_text_the_pages_name_is_there() {
        let known = keys(texts("en"));
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut named = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap();
                for call in ["lang.t(\"", "lang.with(\""] {
                    for key in source.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                        named += 1;
                        assert!(known.contains(key), "{}: no text `{key}`", path.display());
                    }
                }
            }
        }
        assert!(named > 100, "{named}");
    }

    #[test]
    fn the_browser_chooses() {
        for (header, want) in [
            ("", Lang::En),
            ("fr", Lang::Fr),
            ("fr-FR,fr;q=0.9,en;q=0.8", Lang::Fr),
            ("en-GB,fr;q=0.9", Lang::En),
            ("de,it", Lang::En),
            ("fr;q=oops, en;q=0.1", Lang::En),
        ] {
            assert_eq!(Lang::accepted(header), want, "{header}");
        }
    }
}
