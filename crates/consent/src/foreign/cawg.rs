//! CAWG training-and-mining assertions, as the JSON that stands in a C2PA manifest.
//!
//! `constrained` means *not allowed* without more: nobody can check the constraint here. A missing entry is unknown, and
//! so is a word that is not one of the three. An entry that stands twice is not allowed where either says so.
//! Whether the manifest is signed is for whoever took it out of the file.

use std::fmt;

use music::Problem;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::json;

use super::{Exported, Preference, Told, uses_under};
use crate::answer::Outcome;
use crate::uses::{LIST, Use, UseSet};

/// The labels of the assertion, the newest first.
pub const LABELS: [&str; 2] = ["cawg.training-mining", "c2pa.training-mining"];

/// The entries of the assertion, old and new labels, with our uses that each speaks of.
pub const ENTRIES: [(&str, &[&str]); 4] = [
    ("data_mining", &["analyse.", "train.nongen"]),
    ("ai_inference", &["input.", "gen."]),
    ("ai_generative_training", &["train.gen", "train.adapt", "train.voice", "perf."]),
    ("ai_training", &["train."]),
];

/// An assertion that was read: its entries as they stand, those that repeat among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assertion {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Entry {
    name: String,
    says: Vec<String>,
    constraint: Option<String>,
}

impl Assertion {
    /// Reads an assertion, or its entries by themselves.
    ///
    /// # Errors
    /// A problem where the bytes are no JSON; nothing is refused and nothing allowed then.
    pub fn read(bytes: &[u8]) -> Result<Assertion, Problem> {
        let bad = |e: serde_json::Error| {
            Problem::new(
                "cawg",
                e.line() as u64,
                "the assertion is not JSON",
                "take it from the manifest again",
            )
        };
        let pairs: Pairs = serde_json::from_slice(bytes).map_err(bad)?;
        let mut entries = Vec::new();
        let nested = pairs.0.iter().any(|(name, _)| name == "entries");
        for (name, node) in pairs.0 {
            match node {
                Node::Map(inner) if nested && name == "entries" => {
                    entries.extend(inner.into_iter().filter_map(|(name, node)| Entry::of(name, &node)));
                }
                node if !nested => entries.extend(Entry::of(name, &node)),
                _ => {}
            }
        }
        Ok(Assertion { entries })
    }

    /// What it says of one entry, such as `ai_training`.
    pub fn entry(&self, name: &str) -> Preference {
        let own = |e: &&Entry| ["cawg.", "c2pa."].iter().any(|p| e.name.strip_prefix(p) == Some(name));
        let said: Vec<&str> =
            self.entries.iter().filter(own).flat_map(|e| &e.says).map(String::as_str).collect();
        if said.iter().any(|s| ["notAllowed", "constrained"].contains(s)) {
            return Preference::NotAllowed;
        }
        if !said.is_empty() && said.iter().all(|s| *s == "allowed") {
            Preference::Allowed
        } else {
            Preference::Unknown
        }
    }

    /// The uses that it refuses.
    pub fn refused(&self) -> UseSet {
        self.set(Preference::NotAllowed)
    }

    fn set(&self, wanted: Preference) -> UseSet {
        let those = ENTRIES.iter().filter(|(name, _)| self.entry(name) == wanted);
        UseSet(those.fold(0, |set, (_, prefixes)| set | uses_under(prefixes).0))
    }

    /// All it says, and what of it has no word here.
    pub fn told(&self) -> Told {
        let refused = self.refused();
        let known = |name: &str| {
            let bare = name.strip_prefix("cawg.").or_else(|| name.strip_prefix("c2pa."));
            bare.is_some_and(|b| ENTRIES.iter().any(|(known, _)| *known == b))
        };
        let mut lost = Vec::new();
        for entry in &self.entries {
            if !known(&entry.name) {
                lost.push(format!("the entry `{}` has no use here", short(&entry.name)));
            }
            if let Some(words) = &entry.constraint {
                lost.push(format!(
                    "the constraint of `{}` (`{}`) cannot be checked: not allowed",
                    short(&entry.name),
                    short(words)
                ));
            }
        }
        Told {
            format: "CAWG",
            about: String::new(),
            refused,
            noted: UseSet(self.set(Preference::Allowed).0 & !refused.0),
            reserved: None,
            lost,
        }
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

impl Entry {
    fn of(name: String, node: &Node) -> Option<Entry> {
        let Node::Map(fields) = node else { return None };
        let texts = |wanted: &str| {
            fields
                .iter()
                .filter(move |(n, _)| n == wanted)
                .filter_map(|(_, v)| match v {
                    Node::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        // Something that is no text says nothing that could be understood, and so no yes.
        let mut says = texts("use");
        if says.is_empty() {
            says.push(String::new());
        }
        Some(Entry { name, says, constraint: texts("constraint_info").pop() })
    }
}

/// An object with its keys as they stand, twice where they repeat: a plain reader would quietly take the last.
struct Pairs(Vec<(String, Node)>);

enum Node {
    Text(String),
    Map(Vec<(String, Node)>),
    Other,
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        match Node::deserialize(deserializer)? {
            Node::Map(pairs) => Ok(Pairs(pairs)),
            _ => Ok(Pairs(Vec::new())),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON")
            }

            fn visit_str<E>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Node::Map(pairs))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Node::Other)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Other)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The uses that an assertion refuses.
///
/// # Errors
/// As [`Assertion::read`].
pub fn refused(bytes: &[u8]) -> Result<UseSet, Problem> {
    Assertion::read(bytes).map(|a| a.refused())
}

/// The assertion for these answers, to be signed into a file by a program that signs.
pub fn export(answers: &[(Use, Outcome)]) -> Exported {
    let outcome = |usage: Use| answers.iter().find(|(u, _)| *u == usage).map(|(_, o)| *o);
    let mut entries = serde_json::Map::new();
    let mut spoken = UseSet::default();
    for (name, prefixes) in ENTRIES {
        let set = uses_under(prefixes);
        spoken.0 |= set.0;
        let all = |fits: fn(Outcome) -> bool| {
            LIST.iter().filter(|r| set.has(r.usage)).all(|r| outcome(r.usage).is_some_and(fits))
        };
        let entry = if all(|o| o == Outcome::Permit) {
            json!({ "use": "allowed" })
        } else if all(|o| !matches!(o, Outcome::Deny(_))) {
            json!({ "use": "constrained", "constraint_info": "by licence or under conditions; ask the holders" })
        } else {
            json!({ "use": "notAllowed" })
        };
        entries.insert(format!("cawg.{name}"), entry);
    }
    let text = serde_json::to_string_pretty(&json!({ "entries": entries })).unwrap_or_default();
    Exported { text, unsaid: super::unsaid(spoken, answers, "CAWG") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn constrained_is_not_allowed() {
        let text = br#"{"entries":{"cawg.ai_generative_training":{"use":"constrained","constraint_info":"ask"},"cawg.data_mining":{"use":"allowed"}}}"#;
        let set = refused(text).unwrap();
        assert!(set.has(Use::TrainGen) && set.has(Use::TrainVoice) && !set.has(Use::AnalyseMine));
        assert!(refused(b"{").is_err() && refused(b"[]").unwrap().0 == 0);
        let told = Assertion::read(text).unwrap().told();
        assert!(told.noted.has(Use::AnalyseMine) && !told.noted.has(Use::TrainGen));
        assert_eq!(told.lost.len(), 1);
    }

    #[test]
    fn what_stands_twice_is_no_yes() {
        let said = |text: &str| Assertion::read(text.as_bytes()).unwrap().entry("ai_training");
        let twice =
            r#"{"entries":{"cawg.ai_training":{"use":"notAllowed"},"cawg.ai_training":{"use":"allowed"}}}"#;
        assert_eq!(said(twice), Preference::NotAllowed);
        assert_eq!(
            said(r#"{"entries":{"cawg.ai_training":{"use":"constrained","use":"allowed"}}}"#),
            Preference::NotAllowed
        );
        let blocks = r#"{"entries":{"cawg.ai_training":{"use":"allowed"}},"entries":{"c2pa.ai_training":{"use":"constrained"}}}"#;
        assert_eq!(said(blocks), Preference::NotAllowed);
        for word in ["Allowed", "ALLOWED", " allowed", "yes", ""] {
            assert_eq!(
                said(&format!(r#"{{"cawg.ai_training":{{"use":"{word}"}}}}"#)),
                Preference::Unknown,
                "{word}"
            );
        }
        assert_eq!(said(r#"{"cawg.ai_training":{"use":["allowed"]}}"#), Preference::Unknown);
        assert_eq!(
            said(r#"{"c2pa.ai_training":{"use":"allowed"},"cawg.ai_training":{"use":"maybe"}}"#),
            Preference::Unknown
        );
    }

    #[test]
    fn an_export_reads_back_as_strict_or_stricter() {
        let mut answers: Vec<(Use, Outcome)> =
            LIST.iter().map(|r| (r.usage, Outcome::NeedsLicense)).collect();
        let back = Assertion::read(export(&answers).text.as_bytes()).unwrap();
        assert_eq!(back.entry("ai_training"), Preference::NotAllowed);
        answers.iter_mut().for_each(|a| a.1 = Outcome::Permit);
        let open = export(&answers);
        assert_eq!(Assertion::read(open.text.as_bytes()).unwrap().refused(), UseSet::default());
        assert!(open.unsaid.iter().any(|u| u.contains("tool.mix")));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(text in r#"(\{|\}|\[|"use"|:|"cawg.ai_training"|,|"allowed"|1){0,20}"#) {
            let _ = Assertion::read(text.as_bytes());
        }
    }
}
