//! The rules that ship, compiled in.

use crate::RuleSet;
use crate::rule::read;

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
