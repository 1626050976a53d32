//! The rules that ship, compiled in.

use music::Problem;

use crate::RuleSet;
use crate::rule::read;
use crate::rule::words::did_you_mean;

/// One rule that ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Its file under `rules/`, without the folder.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Its worked examples, from `rules/examples/`.
    pub examples: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(Shipped {
            file: concat!($name, ".toml"),
            text: include_str!(concat!("../../../rules/", $name, ".toml")),
            examples: include_str!(concat!("../../../rules/examples/", $name, ".txt")),
        },)*]
    };
}

/// Every rule that ships, as text, by name.
pub fn shipped() -> &'static [Shipped] {
    shipped![
        "ai-output",
        "ai-settlement",
        "ai-training",
        "artist-centric",
        "equal-per-listener",
        "honorarium",
        "listen-to-own",
        "milestone",
        "pro-rata",
        "sacem-dj-set",
        "scaled-user-prop",
        "set-list-by-duration",
        "set-list-per-line",
        "solidarity-slice",
        "territorial-contribution",
        "territorial-contribution-by-member",
        "threshold",
        "user-centric",
    ]
}

/// Every rule that ships, read and checked, by name.
///
/// A test reads them all, so none is ever left out here.
pub fn library() -> Vec<RuleSet> {
    shipped().iter().filter_map(|rule| read(rule.file, rule.text).ok()).collect()
}

/// The shipped rule of a name, or of a name and version (`set-list-per-line@1`).
///
/// # Errors
/// A problem that names the nearest rule, or all of them.
pub fn find(label: &str) -> Result<RuleSet, Problem> {
    let rules = library();
    let label = label.trim();
    if let Some(rule) = rules.iter().find(|rule| rule.name == label || rule.label() == label) {
        return Ok(rule.clone());
    }
    let (name, version) =
        label.split_once('@').map_or((label, None), |(name, version)| (name, Some(version)));
    if let Some(rule) = rules.iter().find(|rule| rule.name == name) {
        let version = version.unwrap_or_default();
        let message = format!("the rule `{name}` has no version `{version}` here");
        return Err(Problem::new("rule-unknown", 0, message, format!("take `{}`", rule.label())).fatal());
    }
    let names = || rules.iter().map(|rule| rule.name.as_str());
    let hint = match did_you_mean(name, names()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("the rules are {}", names().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")),
    };
    let shown: String = label.chars().take(60).collect();
    Err(Problem::new("rule-unknown", 0, format!("no rule is named `{shown}`"), hint).fatal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_name_and_version() {
        assert_eq!(find("pro-rata").unwrap().label(), "pro-rata@1");
        assert_eq!(find("pro-rata@1").unwrap().name, "pro-rata");
        for (label, hint) in [
            ("pro-rata@9", "take `pro-rata@1`"),
            ("pro-rat", "did you mean `pro-rata`?"),
            ("set-list", "did you mean `set-list-per-line`?"),
            ("fair", "the rules are `ai-output`"),
        ] {
            let problem = find(label).unwrap_err();
            assert!(problem.hint.starts_with(hint), "{label}: {problem}");
        }
    }
}
