//! AIPREF: the HTTP field `Content-Usage`, a dictionary of structured fields (RFC 9651).
//!
//! Field names have no case. A category that stands twice with different values is unknown, though a parser of
//! structured fields would quietly take the last. A value other than `y` or `n` is unknown.

use music::Problem;
use sfv::{BareItem, Dictionary, ListEntry, Parser};

use super::{Exported, Preference, Told, all_open, unsaid, uses_under};
use crate::answer::Outcome;
use crate::uses::{Use, UseSet};

/// A category of the vocabulary, as any of its drafts names it, with our uses that it speaks of.
pub const CATEGORIES: [(&str, &[&str]); 10] = [
    ("bots", &[""]),
    ("all", &[""]),
    ("train-ai", &["train.", "perf."]),
    ("train-genai", &["train.gen", "train.adapt", "train.voice"]),
    ("ai-output", &["input.", "gen."]),
    ("ai-use", &["input.", "gen."]),
    ("ai", &["train.", "perf.", "input.", "gen."]),
    ("genai", &["train.gen", "train.adapt", "train.voice"]),
    ("tdm", &["analyse.", "train.", "perf."]),
    ("search", &["index."]),
];

/// What a field, or several put together, says by category.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    said: Vec<(String, Preference)>,
}

impl Usage {
    /// Reads the values of every field named `Content-Usage`, whatever its case, among an answer's headers.
    pub fn from_headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Usage, Vec<Problem>) {
        let (mut usage, mut problems) = (Usage::default(), Vec::new());
        for (name, value) in headers {
            if name.trim().eq_ignore_ascii_case("content-usage") {
                problems.extend(usage.read(value));
            }
        }
        (usage, problems)
    }

    /// Adds one value.
    pub fn read(&mut self, value: &str) -> Option<Problem> {
        // The whole must be well-formed; the members are then read one by one, so that repeats are seen.
        let whole = Parser::new(value).parse::<Dictionary>();
        if whole.is_err() {
            let shown: String = value.chars().filter(|c| !c.is_control()).take(80).collect();
            return Some(Problem::new(
                "content-usage",
                0,
                format!("`{shown}` is not a dictionary of structured fields"),
                "such as `train-ai=n, search=y`; nothing of it counts",
            ));
        }
        for member in members(value) {
            let Ok(one) = Parser::new(member).parse::<Dictionary>() else { continue };
            for (key, entry) in &one {
                let said = match entry {
                    ListEntry::Item(item) => match &item.bare_item {
                        BareItem::Token(t) if t.as_str() == "y" => Preference::Allowed,
                        BareItem::Token(t) if t.as_str() == "n" => Preference::NotAllowed,
                        _ => Preference::Unknown,
                    },
                    ListEntry::InnerList(_) => Preference::Unknown,
                };
                self.note(key.as_str(), said);
            }
        }
        None
    }

    fn note(&mut self, key: &str, said: Preference) {
        match self.said.iter_mut().find(|(k, _)| k == key) {
            Some((_, known)) if *known != said => *known = Preference::Unknown,
            Some(_) => {}
            None => self.said.push((key.to_owned(), said)),
        }
    }

    /// What is said of one category.
    pub fn category(&self, name: &str) -> Preference {
        self.said.iter().find(|(k, _)| k == name).map_or(Preference::Unknown, |(_, p)| *p)
    }

    /// All that is said, and what of it has no word here.
    pub fn told(&self) -> Told {
        let yes = CATEGORIES.iter().filter(|(name, _)| self.category(name) == Preference::Allowed);
        let refused = self.refused();
        let known = |key: &str| CATEGORIES.iter().any(|(name, _)| *name == key);
        let lost = self.said.iter().filter_map(|(key, said)| match said {
            _ if !known(key) => Some(format!("the category `{key}` has no use here")),
            Preference::Unknown => Some(format!("`{key}` is neither yes nor no, or both: unknown")),
            _ => None,
        });
        Told {
            format: "AIPREF",
            noted: UseSet(yes.fold(0, |set, (_, prefixes)| set | uses_under(prefixes).0) & !refused.0),
            refused,
            lost: lost.collect(),
            ..Told::default()
        }
    }

    /// The uses that are refused: a category says no, and nothing takes that back.
    pub fn refused(&self) -> UseSet {
        let no = CATEGORIES.iter().filter(|(name, _)| self.category(name) == Preference::NotAllowed);
        UseSet(no.fold(0, |set, (_, prefixes)| set | uses_under(prefixes).0))
    }
}

/// The members of a dictionary, cut at the commas outside quotes and parentheses.
fn members(value: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped, mut deep) = (false, false, 0_i32);
    value.split(move |c| {
        let cut = c == ',' && !quoted && deep == 0;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => deep += 1,
            ')' if !quoted => deep -= 1,
            _ => {}
        }
        cut
    })
}

/// The field's value for these answers.
pub fn export(answers: &[(Use, Outcome)]) -> Exported {
    let mut parts = Vec::new();
    let mut spoken = UseSet::default();
    for (name, prefixes) in CATEGORIES.iter().filter(|(n, _)| ["train-ai", "ai-use", "search"].contains(n)) {
        let set = uses_under(prefixes);
        spoken.0 |= set.0;
        parts.push(format!("{name}={}", if all_open(set, answers) { 'y' } else { 'n' }));
    }
    Exported { text: parts.join(", "), unsaid: unsaid(spoken, answers, "AIPREF") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn header_names_have_no_case_and_conflicts_are_unknown() {
        for name in ["Content-Usage", "content-usage", "CONTENT-USAGE", " cOnTeNt-UsAgE"] {
            let (usage, problems) = Usage::from_headers([(name, "train-ai=n, search=y")]);
            assert!(problems.is_empty());
            assert_eq!(usage.category("train-ai"), Preference::NotAllowed, "{name}");
            assert!(usage.refused().has(Use::TrainVoice) && !usage.refused().has(Use::IndexSearch));
        }
        let said = |values: &[&str]| {
            Usage::from_headers(values.iter().map(|v| ("Content-Usage", *v))).0.category("train-ai")
        };
        assert_eq!(said(&["train-ai=n, train-ai=y"]), Preference::Unknown);
        assert_eq!(said(&["train-ai=y", "train-ai=n"]), Preference::Unknown);
        assert_eq!(said(&["train-ai=n", "train-ai=n"]), Preference::NotAllowed);
        assert_eq!(said(&["train-ai", "x=\"a,train-ai=y\""]), Preference::Unknown);
        assert_eq!(said(&["train-ai=Y"]), Preference::Unknown);
        assert_eq!(Usage::from_headers([("content-usage", "train-ai=n,,")]).1.len(), 1);
    }

    #[test]
    fn an_export_says_no_where_it_cannot_say_more() {
        let out = export(&[
            (Use::IndexSearch, Outcome::Permit),
            (Use::TrainGen, Outcome::PermitIf),
            (Use::ToolMix, Outcome::Permit),
        ]);
        assert_eq!(out.text, "train-ai=n, ai-use=n, search=y");
        assert_eq!(out.unsaid.len(), 2);
    }

    proptest! {
        #[test]
        fn any_value_is_read_or_refused(value in ".{0,60}") {
            let _ = Usage::from_headers([("content-usage", value.as_str())]);
        }
    }
}
