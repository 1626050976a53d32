//! ODRL 2.2, as policies of TDMRep and of others use it: who may do what, who must not, and under which duties.
//!
//! A prohibition refuses. A permission under a duty or a constraint is not allowed without more, since nobody here can
//! check it; so is one that a prohibition contradicts. A permission of everything is noted and never one for voice or name.

use music::Problem;
use serde_json::{Value, json};

use super::{Exported, Told, all_open, unsaid, uses_under};
use crate::answer::Outcome;
use crate::uses::{Use, UseSet};

/// An action, without the vocabulary's name before it, with our uses that it speaks of.
pub const ACTIONS: [(&str, &[&str]); 17] = [
    ("use", &[""]),
    ("mine", &["analyse.", "train.", "perf."]),
    ("textanddatamining", &["analyse.", "train.", "perf."]),
    ("datamining", &["analyse.", "train.", "perf."]),
    ("index", &["index."]),
    ("extract", &["analyse.", "gen.stem"]),
    ("analyze", &["analyse."]),
    ("train", &["train.", "perf."]),
    ("aitraining", &["train.", "perf."]),
    ("derive", &["gen.cover", "gen.remix", "gen.mashup", "gen.stem"]),
    ("modify", &["gen.remix", "gen.mashup", "gen.stem"]),
    ("transform", &["gen.remix", "gen.mashup", "gen.stem"]),
    ("aggregate", &["gen.mashup"]),
    ("translate", &["gen.lyrics"]),
    ("synchronize", &["gen.mashup"]),
    ("reproduce", &["train.", "input.", "perf."]),
    ("commercialize", &["train.", "gen."]),
];

/// Actions that say nothing of uses by AI.
const OTHERS: [&str; 8] = ["play", "display", "present", "read", "stream", "listen", "print", "distribute"];

/// Reads a policy.
///
/// # Errors
/// A problem where the bytes are no policy.
pub fn read(bytes: &[u8]) -> Result<Told, Problem> {
    let bad = |line: usize| {
        Problem::new(
            "odrl",
            line as u64,
            "this is no ODRL policy in JSON",
            "an object with `permission` or `prohibition`",
        )
    };
    let value: Value = serde_json::from_slice(bytes).map_err(|e| bad(e.line()))?;
    let policies = match &value {
        Value::Array(list) => list.iter().collect(),
        one => one.get("@graph").and_then(Value::as_array).map_or(vec![one], |g| g.iter().collect()),
    };
    let mut told = Told { format: "ODRL", ..Told::default() };
    let mut found = false;
    let mut open = UseSet::default();
    for policy in policies {
        for (name, yes) in [("permission", true), ("prohibition", false), ("obligation", true)] {
            let Some(rules) = field(policy, name) else { continue };
            found = true;
            for rule in all(rules) {
                if name == "obligation" {
                    told.lost.push("an obligation has no word here".to_owned());
                    continue;
                }
                let tied = ["duty", "constraint", "assignee"]
                    .iter()
                    .any(|f| field(rule, f).is_some_and(|v| !all(v).is_empty()));
                for action in all(field(rule, "action").unwrap_or(&Value::Null)) {
                    take(&mut told, &mut open, action, yes, tied);
                }
            }
        }
    }
    if !found {
        return Err(bad(0));
    }
    told.noted = UseSet(open.0 & !told.refused.0);
    Ok(told)
}

fn take(told: &mut Told, open: &mut UseSet, action: &Value, yes: bool, tied: bool) {
    let (name, refined) = match action {
        Value::String(name) => (name.as_str(), false),
        Value::Object(inner) => {
            let name = ["@id", "id", "rdf:value", "value"].iter().find_map(|f| inner.get(*f));
            let name = name.and_then(|n| n.as_str().or_else(|| n.get("@id").and_then(Value::as_str)));
            (name.unwrap_or_default(), inner.contains_key("refinement"))
        }
        _ => ("", false),
    };
    let bare = name.rsplit(['/', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
    let known = ACTIONS.iter().find(|(known, _)| *known == bare);
    let Some((_, prefixes)) = known else {
        if !OTHERS.contains(&bare.as_str()) {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
            told.lost.push(format!("the action `{shown}` has no use here"));
        }
        return;
    };
    let set = uses_under(prefixes);
    if !yes {
        // A prohibition of some only is still a no to whoever is not known to be outside.
        told.refused.0 |= set.0;
    } else if tied || refined {
        told.refused.0 |= set.0;
        told.lost.push(format!("the duties and constraints of `{bare}` cannot be checked: not allowed"));
    } else {
        open.0 |= set.0;
    }
}

/// A field by its name, also with the vocabulary's before it.
fn field<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let long = format!("http://www.w3.org/ns/odrl/2/{name}");
    object.get(name).or_else(|| object.get(format!("odrl:{name}"))).or_else(|| object.get(long))
}

/// One value or the elements of a list.
fn all(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// A policy of TDMRep for these answers, at an address of its own.
pub fn export(uid: &str, answers: &[(Use, Outcome)]) -> Exported {
    let set = uses_under(&["analyse.", "train.", "perf."]);
    let open = all_open(set, answers);
    let rule = if open {
        json!({ "permission": [{ "target": uid, "action": "tdm:mine" }] })
    } else {
        json!({ "permission": [{ "target": uid, "action": "tdm:mine", "duty": [{ "action": "obtainConsent" }] }] })
    };
    let policy = json!({
        "@context": ["http://www.w3.org/ns/odrl.jsonld", { "tdm": "http://www.w3.org/ns/tdmrep#" }],
        "@type": "Offer", "profile": "http://www.w3.org/ns/tdmrep", "uid": uid,
        "permission": rule["permission"],
    });
    let text = serde_json::to_string_pretty(&policy).unwrap_or_default();
    Exported { text, unsaid: unsaid(set, answers, "ODRL") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Told {
        read(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_tied_to_something_is_not_allowed() {
        let duty =
            r#"{"@type":"Offer","permission":[{"action":"tdm:mine","duty":[{"action":"obtainConsent"}]}]}"#;
        assert!(one(duty).refused.has(Use::TrainGen) && one(duty).noted == UseSet::default());
        let purpose = r#"{"permission":{"action":"http://www.w3.org/ns/tdmrep#mine","constraint":[{"leftOperand":"purpose"}]}}"#;
        assert!(one(purpose).refused.has(Use::AnalyseMine));
        let bare = r#"{"odrl:permission":[{"odrl:action":{"@id":"tdm:mine"},"duty":[]}]}"#;
        assert!(one(bare).noted.has(Use::AnalyseMine) && one(bare).refused == UseSet::default());
        let both = r#"{"permission":[{"action":"use"}],"prohibition":[{"action":"tdm:mine"}]}"#;
        assert!(one(both).refused.has(Use::TrainGen) && !one(both).noted.has(Use::TrainGen));
        let refined =
            r#"{"permission":[{"action":[{"rdf:value":{"@id":"odrl:derive"},"refinement":[{}]}]}]}"#;
        assert!(one(refined).refused.has(Use::GenRemix));
        assert!(read(b"{}").is_err() && read(b"[").is_err());
        assert_eq!(one(r#"{"prohibition":[{"action":"sing"},{"action":"play"}]}"#).lost.len(), 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(text in r#"(\{|\}|\[|\]|"permission"|:|"action"|,|"use"|1){0,20}"#) {
            let _ = read(text.as_bytes());
        }
    }
}
