//! Reading single values: texts, numbers, shares, words and sections, each with its problem.

use std::str::FromStr as _;

use money::Ratio;
use toml_span::value::ValueInner;

use super::{MOST_PARTS, Reader, Section};
use crate::rule::Text;
use crate::rule::check::Said;
use crate::rule::keys::keys_in;
use crate::rule::words::did_you_mean;

impl Reader<'_> {
    pub(super) fn keys(&mut self, section: Section<'_, '_>) {
        for key in section.table.keys() {
            if !keys_in(section.name).any(|known| known == key.name) {
                let line = self.line(key.span.start);
                let message = format!("{} has no key `{}`", section.name, short(&key.name));
                let hint = guess(&key.name, keys_in(section.name), "the keys are");
                self.problem("rule-key-unknown", line, message, hint);
            }
        }
    }

    pub(super) fn missing(&mut self, section: Section<'_, '_>, key: &str, hint: &str) {
        self.problem("rule-key-missing", section.line, format!("{} says no `{key}`", section.name), hint);
    }

    pub(super) fn required(&mut self, section: Section<'_, '_>, key: &str) -> Option<Said<String>> {
        if !section.table.contains_key(key) {
            self.missing(section, key, &format!("add `{key} = \"…\"`"));
        }
        self.text(section, key)
    }

    pub(super) fn bilingual(&mut self, section: Section<'_, '_>, key: &str, key_fr: &str) -> Text {
        let en = self.required(section, key);
        if let Some(said) = en.as_ref().filter(|said| said.value.trim().is_empty()) {
            let message = format!("`{key}` of {} is empty", section.name);
            self.problem(
                "rule-key-missing",
                said.line,
                message,
                "say in one sentence what people should know",
            );
        }
        Text {
            en: en.map_or_else(String::new, |said| said.value),
            fr: self.text(section, key_fr).map(|said| said.value),
        }
    }

    pub(super) fn text(&mut self, section: Section<'_, '_>, key: &str) -> Option<Said<String>> {
        let (at, value) = section.table.get_key_value(key)?;
        let line = self.line(at.span.start);
        match value.as_ref() {
            ValueInner::String(text) => Some(Said { value: text.clone().into_owned(), line }),
            other => {
                let message = format!("`{key}` of {} is {} and should be a text", section.name, kind(other));
                self.problem("rule-kind-wrong", line, message, format!("put it in quotes: `{key} = \"…\"`"));
                None
            }
        }
    }

    pub(super) fn number(
        &mut self,
        section: Section<'_, '_>,
        key: &str,
        least: u32,
        most: u32,
    ) -> Option<Said<u32>> {
        let (at, value) = section.table.get_key_value(key)?;
        let line = self.line(at.span.start);
        let ValueInner::Integer(number) = value.as_ref() else {
            let message = format!(
                "`{key}` of {} is {} and should be a whole number",
                section.name,
                kind(value.as_ref())
            );
            self.problem("rule-kind-wrong", line, message, format!("write `{key} = {least}`"));
            return None;
        };
        let fitting = u32::try_from(*number).ok().filter(|n| (least..=most).contains(n));
        if fitting.is_none() {
            let message = format!("`{key}` of {} is {number}", section.name);
            self.problem(
                "rule-number-unfit",
                line,
                message,
                format!("write a whole number from {least} to {most}"),
            );
        }
        fitting.map(|value| Said { value, line })
    }

    pub(super) fn share(&mut self, section: Section<'_, '_>, key: &str) -> Option<Said<Ratio>> {
        let said = self.text(section, key)?;
        match Ratio::from_str(&said.value) {
            Ok(ratio) if ratio.is_zero() => {
                let message = format!("`{key}` of {} is nothing", section.name);
                self.problem(
                    "rule-share-zero",
                    said.line,
                    message,
                    "leave the part out, or write a share above zero",
                );
                None
            }
            Ok(value) => Some(Said { value, line: said.line }),
            Err(error) => {
                let hint = guess(&said.value, ["remaining"], "write `12.5 %`, `11/12`, or on a split");
                self.problem("rule-share-unreadable", said.line, error.to_string(), hint);
                None
            }
        }
    }

    pub(super) fn word<T: Copy>(
        &mut self,
        section: Section<'_, '_>,
        key: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<Said<T>> {
        let said = self.text(section, key)?;
        let found = all.iter().copied().find(|v| word(*v) == said.value);
        if found.is_none() {
            let message = format!("`{}` is no word for `{key}`", short(&said.value));
            let hint = guess(&said.value, all.iter().map(|v| word(*v)), "the words are");
            self.problem("rule-word-unknown", said.line, message, hint);
        }
        found.map(|value| Said { value, line: said.line })
    }

    pub(super) fn phrase<T>(
        &mut self,
        section: Section<'_, '_>,
        key: &str,
        shape: &str,
        understand: impl Fn(&[&str]) -> Option<T>,
    ) -> Option<T> {
        let said = self.text(section, key)?;
        let words: Vec<&str> = said.value.split_whitespace().collect();
        let understood = understand(&words);
        if understood.is_none() {
            let message = format!("`{}` cannot be read as `{key}`", short(&said.value));
            self.problem(
                "rule-number-unfit",
                said.line,
                message,
                format!("write it as in `{key} = \"{shape}\"`"),
            );
        }
        understood
    }

    pub(super) fn section<'a, 'de>(
        &mut self,
        parent: Section<'a, 'de>,
        key: &str,
        name: &'static str,
    ) -> Option<Section<'a, 'de>> {
        let (at, value) = parent.table.get_key_value(key)?;
        let line = self.line(value.span.start.min(at.span.start));
        if let ValueInner::Table(table) = value.as_ref() {
            return Some(Section { table, name, line });
        }
        let message = format!("`{key}` is {} and should be a section", kind(value.as_ref()));
        self.problem("rule-kind-wrong", line, message, format!("write `{name}` on a line of its own"));
        None
    }

    pub(super) fn sections<'a, 'de>(
        &mut self,
        parent: Section<'a, 'de>,
        key: &str,
        name: &'static str,
    ) -> Vec<Section<'a, 'de>> {
        let Some((at, value)) = parent.table.get_key_value(key) else { return Vec::new() };
        let line = self.line(at.span.start);
        let tables: Option<Vec<Section<'a, 'de>>> = match value.as_ref() {
            ValueInner::Array(values) => values
                .iter()
                .map(|v| v.as_table().map(|table| Section { table, name, line: self.line(v.span.start) }))
                .collect(),
            _ => None,
        };
        let Some(mut tables) = tables else {
            let message = format!("`{key}` should be a list of sections");
            let hint = format!("write each as `{name}` on a line of its own, in double brackets");
            self.problem("rule-kind-wrong", line, message, hint);
            return Vec::new();
        };
        if tables.len() > MOST_PARTS {
            let message = format!("the rule has {} sections `{name}`, more than {MOST_PARTS}", tables.len());
            self.problem(
                "rule-too-long",
                line,
                message,
                "a rule is a page that a person reads; join what is alike",
            );
            tables.truncate(MOST_PARTS);
        }
        tables
    }
}

/// "did you mean" where a word is near, else the list.
pub(in crate::rule) fn guess<'a>(
    given: &str,
    words: impl IntoIterator<Item = &'a str> + Clone,
    list: &str,
) -> String {
    if let Some(word) = did_you_mean(given, words.clone()) {
        return format!("did you mean `{word}`?");
    }
    let words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    format!("{list} {}", words.join(", "))
}

/// The first sixty letters of what somebody wrote, without control characters.
pub(in crate::rule) fn short(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut cut: String = text.chars().take(60).map(clean).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

fn kind(value: &ValueInner<'_>) -> &'static str {
    match value {
        ValueInner::String(_) => "a text",
        ValueInner::Integer(_) | ValueInner::Float(_) => "a number",
        ValueInner::Boolean(_) => "`true` or `false`",
        ValueInner::Array(_) => "a list",
        ValueInner::Table(_) => "a section",
    }
}
