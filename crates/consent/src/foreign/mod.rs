//! What others say about AI in their own formats, and what ours becomes in them.
//!
//! An import can only tighten. A foreign "no" refuses the uses it speaks of; a foreign "yes" is noted and never
//! becomes a permit. What cannot be understood is unknown, and unknown is no permit either. An export says what a
//! format can say and lists what it cannot.

pub(crate) mod address;
pub mod aipref;
pub mod cawg;
pub mod odrl;
pub mod robots;
pub mod rsl;
pub mod source;
pub mod tdmai;
pub mod tdmrep;

use crate::answer::Outcome;
use crate::uses::{LIST, Use, UseSet};

/// What a foreign source says of a set of uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// It says yes. Noted; never a permit.
    Allowed,
    /// It says no, or yes under constraints that nobody here can check.
    NotAllowed,
    /// It says nothing, or contradicts itself.
    Unknown,
}

/// What a foreign source says, in our uses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// The format's name.
    pub format: &'static str,
    /// What it speaks of, in its own words: an address, an ISCC; empty for the file itself.
    pub about: String,
    /// What it refuses: this tightens.
    pub refused: UseSet,
    /// What it says yes to: noted, never a permit.
    pub noted: UseSet,
    /// What it says of the reservation of text and data mining under EU law.
    pub reserved: Option<bool>,
    /// What it says that has no word here, one sentence each.
    pub lost: Vec<String>,
}

/// An export and what it could not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The text in the foreign format.
    pub text: String,
    /// What the format has no word for, one sentence each.
    pub unsaid: Vec<String>,
}

/// The uses whose code begins so; `""` for all.
pub(crate) fn uses_under(prefixes: &[&str]) -> UseSet {
    let inside = |code: &str| prefixes.iter().any(|p| code.starts_with(p));
    LIST.iter().filter(|r| inside(r.code)).fold(UseSet::default(), |set, r| set.with(r.usage))
}

/// Whether every use of a set is open without conditions; a format with one word for many uses may say yes only then.
pub(crate) fn all_open(set: UseSet, answers: &[(Use, Outcome)]) -> bool {
    LIST.iter().filter(|r| set.has(r.usage)).all(|r| answers.contains(&(r.usage, Outcome::Permit)))
}

/// What a coarse format cannot tell of these answers.
pub(crate) fn unsaid(spoken: UseSet, answers: &[(Use, Outcome)], format: &str) -> Vec<String> {
    let mut list = Vec::new();
    for (usage, outcome) in answers {
        match outcome {
            _ if !spoken.has(*usage) => list.push(format!("{format} has no word for `{usage}`")),
            Outcome::PermitIf => {
                list.push(format!("{format} cannot tell the conditions of `{usage}`; it says no"))
            }
            Outcome::NeedsLicense => {
                list.push(format!("{format} cannot tell that `{usage}` may be licensed; it says no"))
            }
            Outcome::Permit | Outcome::Deny(_) => {}
        }
    }
    list
}
