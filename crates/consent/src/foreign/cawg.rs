//! CAWG training-and-mining assertions, as the JSON that stands in a C2PA manifest.
//!
//! `constrained` means *not allowed* without more: nobody can check the constraint here. A missing entry is unknown.
//! Whether the manifest is signed is for whoever took it out of the file.

use music::Problem;
use serde_json::Value;

use super::{Preference, uses_under};
use crate::uses::UseSet;

/// The entries of the assertion, old and new labels, with our uses that each speaks of.
pub const ENTRIES: [(&str, &[&str]); 4] = [
    ("data_mining", &["analyse.", "train.nongen"]),
    ("ai_inference", &["input.", "gen."]),
    ("ai_generative_training", &["train.gen", "train.adapt", "train.voice", "perf."]),
    ("ai_training", &["train."]),
];

/// What an assertion says of one entry, such as `ai_training`.
pub fn entry(assertion: &Value, name: &str) -> Preference {
    let entries = assertion.get("entries").unwrap_or(assertion);
    let (mut said, mut found) = (Preference::Unknown, false);
    for prefix in ["cawg.", "c2pa."] {
        let Some(text) =
            entries.get(format!("{prefix}{name}")).and_then(|e| e.get("use")).and_then(Value::as_str)
        else {
            continue;
        };
        let one = match text {
            "allowed" => Preference::Allowed,
            "notAllowed" | "constrained" => Preference::NotAllowed,
            _ => Preference::Unknown,
        };
        said = if found && said != one { Preference::NotAllowed } else { one };
        found = true;
    }
    said
}

/// The uses that an assertion refuses.
///
/// # Errors
/// A problem where the bytes are no JSON; nothing is refused and nothing allowed then.
pub fn refused(bytes: &[u8]) -> Result<UseSet, Problem> {
    let bad = |e: serde_json::Error| {
        Problem::new("cawg", e.line() as u64, "the assertion is not JSON", "take it from the manifest again")
    };
    let assertion: Value = serde_json::from_slice(bytes).map_err(bad)?;
    let no = ENTRIES.iter().filter(|(name, _)| entry(&assertion, name) == Preference::NotAllowed);
    Ok(UseSet(no.fold(0, |set, (_, prefixes)| set | uses_under(prefixes).0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uses::Use;

    #[test]
    fn constrained_is_not_allowed() {
        let text = br#"{"entries":{"cawg.ai_generative_training":{"use":"constrained","constraint_info":"ask"},"cawg.data_mining":{"use":"allowed"}}}"#;
        let set = refused(text).unwrap();
        assert!(set.has(Use::TrainGen) && set.has(Use::TrainVoice) && !set.has(Use::AnalyseMine));
        assert!(refused(b"{").is_err() && refused(b"[]").unwrap().0 == 0);
    }
}
