//! TDM·AI: a declaration in JSON that is bound to a file by its ISCC.
//!
//! Its words changed with its drafts, and all are read: a key of the AIPREF vocabulary with `true` or `false`, a level in
//! `usageReservation`, single uses with `usagePermission` or `usageReservation`, and the reservation of TDMRep. A key
//! that says nothing takes what the wider one says (`train-genai` from `train-ai` from `all`). A key that stands twice in
//! conflict is unknown, as in AIPREF. Who declared it is for whoever fetched it to know.

use music::Problem;
use serde_json::{Map, Value, json};

use super::{Exported, Preference, Told, all_open, unsaid, uses_under};
use crate::answer::Outcome;
use crate::uses::{Use, UseSet};

/// A key with our uses that it speaks of and the wider key it takes after.
const KEYS: [(&str, &[&str], &str); 5] = [
    ("all", &["analyse."], ""),
    ("train-ai", &["train.nongen", "perf."], "all"),
    ("train-genai", &["train.gen", "train.adapt", "train.voice"], "train-ai"),
    ("ai-use", &["input.", "gen."], ""),
    ("search", &["index."], ""),
];

/// Other spellings of the keys, of older drafts.
const SPELLINGS: [(&str, &str); 10] = [
    ("tdm", "all"),
    ("tdmai", "all"),
    ("bots", "all"),
    ("aitraining", "train-ai"),
    ("ai-training", "train-ai"),
    ("genaitraining", "train-genai"),
    ("genai-training", "train-genai"),
    ("generative-ai-training", "train-genai"),
    ("ai-inference", "ai-use"),
    ("ai-output", "ai-use"),
];

/// One declaration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// The file's ISCC as written.
    pub iscc: String,
    /// `activate`, `update` or another word for what it is meant to do.
    pub intent: String,
    said: Vec<(&'static str, Preference)>,
    reserved: Option<bool>,
    lost: Vec<String>,
}

/// Reads one declaration or a list of them: the good ones, and a problem for each bad one.
pub fn read(bytes: &[u8]) -> (Vec<Declaration>, Vec<Problem>) {
    const HINT: &str = "an object with `iscc` and keys such as `train-genai`: `\"false\"`, or a list of them";
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(e) => {
            return (
                Vec::new(),
                vec![Problem::new("tdmai", e.line() as u64, "the declaration is not JSON", HINT)],
            );
        }
    };
    let list = match value {
        Value::Array(list) => list,
        one => vec![one],
    };
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (place, value) in list.iter().enumerate() {
        match value.as_object().and_then(Declaration::of) {
            Some(one) => good.push(one),
            None => {
                bad.push(Problem::new("tdmai", 0, format!("declaration {} has no `iscc`", place + 1), HINT))
            }
        }
    }
    (good, bad)
}

impl Declaration {
    fn of(object: &Map<String, Value>) -> Option<Declaration> {
        let text =
            |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let mut one = Declaration { iscc: text("iscc"), intent: text("intent"), ..Declaration::default() };
        if one.iscc.is_empty() {
            return None;
        }
        one.take(object);
        for nested in ["usage", "preferences", "declaration"] {
            if let Some(inner) = object.get(nested).and_then(Value::as_object) {
                one.take(inner);
            }
        }
        Some(one)
    }

    fn take(&mut self, object: &Map<String, Value>) {
        for (name, value) in object {
            let small = name.to_ascii_lowercase().replace('_', "-");
            let spelled = SPELLINGS.iter().find(|(s, _)| *s == small).map(|(_, key)| *key);
            let key = KEYS.iter().map(|k| k.0).find(|k| *k == small).or(spelled);
            match (key, small.as_str()) {
                (Some(key), _) => self.note(key, preference(value)),
                (None, "usagereservation") => {
                    let level = value.as_str().unwrap_or_default().to_ascii_lowercase();
                    match SPELLINGS.iter().find(|(s, _)| *s == level) {
                        Some((_, key)) => self.note(key, Preference::NotAllowed),
                        None => self.lost.push(format!(
                            "`{}` reserves `{}`, which is not known here",
                            short(name),
                            short(&level)
                        )),
                    }
                }
                (None, "tdm-reservation") => match value.as_i64() {
                    Some(1) => {
                        self.reserved = Some(true);
                        self.note("all", Preference::NotAllowed);
                    }
                    Some(0) => self.reserved = Some(false),
                    _ => self.lost.push("`tdm-reservation` is neither 0 nor 1".to_owned()),
                },
                (
                    None,
                    "iscc" | "intent" | "version" | "usage" | "preferences" | "declaration" | "tdm-policy",
                ) => {}
                (None, _) => self.lost.push(format!("`{}` has no word here", short(name))),
            }
        }
    }

    fn note(&mut self, key: &'static str, said: Preference) {
        match self.said.iter_mut().find(|(k, _)| *k == key) {
            Some((_, known)) if *known != said => *known = Preference::Unknown,
            Some(_) => {}
            None => self.said.push((key, said)),
        }
    }

    /// What it says of a key, or of the wider one where it says nothing of it.
    pub fn says(&self, key: &str) -> Preference {
        let mut key = key;
        loop {
            if let Some((_, said)) = self.said.iter().find(|(k, _)| *k == key) {
                return *said;
            }
            match KEYS.iter().find(|k| k.0 == key) {
                Some((_, _, wider)) if !wider.is_empty() => key = wider,
                _ => return Preference::Unknown,
            }
        }
    }

    /// All it says, and what of it has no word here.
    pub fn told(&self) -> Told {
        let set = |wanted: Preference| {
            let those = KEYS.iter().filter(|(key, _, _)| self.says(key) == wanted);
            UseSet(those.fold(0, |set, (_, prefixes, _)| set | uses_under(prefixes).0))
        };
        Told {
            format: "TDM·AI",
            about: self.iscc.clone(),
            refused: set(Preference::NotAllowed),
            noted: set(Preference::Allowed),
            reserved: self.reserved,
            lost: self.lost.clone(),
        }
    }
}

fn preference(value: &Value) -> Preference {
    match value {
        Value::Bool(true) => Preference::Allowed,
        Value::Bool(false) => Preference::NotAllowed,
        Value::String(text) => match text.as_str() {
            "true" | "y" | "usagePermission" => Preference::Allowed,
            "false" | "n" | "usageReservation" => Preference::NotAllowed,
            _ => Preference::Unknown,
        },
        _ => Preference::Unknown,
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// The declaration of these answers for the file with an ISCC.
pub fn export(iscc: &str, answers: &[(Use, Outcome)]) -> Exported {
    let mut object = Map::new();
    object.insert("iscc".to_owned(), json!(iscc));
    let mut spoken = UseSet::default();
    for (key, prefixes, _) in KEYS {
        let set = uses_under(prefixes);
        spoken.0 |= set.0;
        object.insert(key.to_owned(), json!(if all_open(set, answers) { "true" } else { "false" }));
    }
    let text = serde_json::to_string_pretty(&Value::Object(object)).unwrap_or_default();
    Exported { text, unsaid: unsaid(spoken, answers, "TDM·AI") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uses::LIST;
    use proptest::prelude::*;

    fn one(text: &str) -> Told {
        read(text.as_bytes()).0[0].told()
    }

    #[test]
    fn the_narrower_word_holds_and_silence_takes_the_wider() {
        let told = one(r#"{"iscc":"ISCC:KACT","all":"true","train-genai":"false"}"#);
        assert!(told.refused.has(Use::TrainGen) && told.refused.has(Use::TrainVoice));
        assert!(told.noted.has(Use::TrainNongen) && told.noted.has(Use::AnalyseMine));
        let told = one(r#"{"iscc":"ISCC:KACT","all":"false","ai-use":"true","search":true}"#);
        assert!(
            told.refused.has(Use::TrainGen)
                && told.refused.has(Use::AnalyseMine)
                && told.noted.has(Use::InputRef)
        );
        assert!(!told.refused.has(Use::IndexSearch) && !told.refused.has(Use::GenVoice));
    }

    #[test]
    fn every_draft_is_understood() {
        assert!(
            one(r#"{"iscc":"K","version":"1.0","usageReservation":"AITraining"}"#).refused.has(Use::TrainGen)
        );
        assert!(one(r#"{"iscc":"K","TDMAI":false,"TDMAI_summary":"x"}"#).refused.has(Use::TrainGen));
        let told = one(r#"{"iscc":"K","tdm-reservation":1}"#);
        assert!(told.refused.has(Use::AnalyseMine) && told.reserved == Some(true));
        assert_eq!(one(r#"{"iscc":"K","tdm-reservation":"1"}"#).lost.len(), 1);
        assert_eq!(one(r#"{"iscc":"K","all":"no"}"#).refused, UseSet::default());
        let (good, bad) = read(br#"[{"iscc":"K"},{"all":"false"},3]"#);
        assert_eq!((good.len(), bad.len()), (1, 2));
    }

    #[test]
    fn an_export_never_says_too_much() {
        let answers: Vec<(Use, Outcome)> = LIST.iter().map(|r| (r.usage, Outcome::NeedsLicense)).collect();
        let out = export("ISCC:KACT", &answers);
        assert!(one(&out.text).refused.has(Use::TrainGen) && !out.unsaid.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(text in r#"(\{|\}|"iscc"|:|"K"|,|"all"|false|1){0,20}"#) {
            let _ = read(text.as_bytes());
        }
    }
}
