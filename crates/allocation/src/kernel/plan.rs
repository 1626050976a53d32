//! A rule as the kernel runs it: which splits need what.

use crate::RuleSet;
use crate::rule::{Destination, Measure, PlayTerms, Requirement, Split, Where, Within};

/// A rule that shares by plays, and what it needs to know of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    rule: RuleSet,
    needs: Needs,
}

/// What a rule needs beside members, recordings and plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Whether plays were sought.
    pub sought: Sought,
    /// Seconds heard.
    pub seconds: bool,
    /// Artists of recordings.
    pub artist: bool,
    /// Which recordings are in the catalogue.
    pub catalogue: bool,
    /// Which recordings are local.
    pub local: bool,
    /// Plays in the months of a threshold.
    pub threshold: bool,
    /// Rows sorted by member: some split looks at each member's plays.
    pub members: bool,
}

/// How a rule uses what was sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sought {
    /// Not at all.
    #[default]
    Never,
    /// It tells rows apart where it is known: a cap is divided over them.
    IfKnown,
    /// It changes weights.
    Needed,
}

/// A rule that shares by something that is not plays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the split `{split}` of `{rule}` goes by `{by}`, which plays of members do not tell")]
pub struct Unfit {
    /// The rule, with its version.
    pub rule: String,
    /// The split.
    pub split: String,
    /// What it goes by.
    pub by: &'static str,
}

impl Plan {
    /// Compiles a rule.
    ///
    /// # Errors
    /// [`Unfit`] for the first split that goes by lines, releases, deliverables, attributions, licensed works or
    /// the performer of a set.
    pub fn compile(rule: &RuleSet) -> Result<Plan, Unfit> {
        let mut needs = Needs::default();
        for split in &rule.splits {
            let fits = match &split.measure {
                Measure::To(Destination::Performer)
                | Measure::Line
                | Measure::Release(_)
                | Measure::Deliverable
                | Measure::Attribution
                | Measure::LicensedWork => false,
                Measure::To(_) | Measure::Recording => true,
                Measure::Duration(_) => {
                    needs.seconds = true;
                    true
                }
                Measure::Artist => {
                    needs.artist = true;
                    true
                }
                Measure::Play(terms) => {
                    needs.play(terms);
                    true
                }
                Measure::Member(terms) => {
                    needs.members = true;
                    needs.seconds |= terms.within == Within::Duration;
                    needs.artist |= terms.within == Within::Artist;
                    true
                }
            };
            if !fits {
                let (rule, split_name) = (rule.label(), split.name.clone());
                return Err(Unfit { rule, split: split_name, by: split.measure.word() });
            }
            needs.catalogue |= split.filter == Some(Where::InCatalogue);
            needs.local |= split.filter == Some(Where::Local);
        }
        Ok(Plan { rule: rule.clone(), needs })
    }

    /// The rule.
    pub fn rule(&self) -> &RuleSet {
        &self.rule
    }

    /// What it needs.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// Whether some split goes by member, so that the second pass has something to share.
    pub fn shares_by_member(&self) -> bool {
        self.splits().iter().any(|split| matches!(split.measure, Measure::Member(_)))
    }

    /// The splits, in the order of the rule.
    pub(super) fn splits(&self) -> &[Split] {
        &self.rule.splits
    }

    /// Whether plays by recording are summed for some split.
    pub(super) fn sums_plays(&self) -> bool {
        self.splits().iter().any(|split| match &split.measure {
            Measure::Artist => true,
            Measure::Play(terms) => {
                terms.cap.is_none() && terms.price.is_none()
                    || professional(terms)
                    || terms.threshold.is_some()
            }
            _ => false,
        })
    }

    /// Whether seconds by recording are summed for some split.
    pub(super) fn sums_seconds(&self) -> bool {
        self.splits().iter().any(|split| matches!(split.measure, Measure::Duration(_)))
    }
}

impl Needs {
    fn play(&mut self, terms: &PlayTerms) {
        self.threshold |= terms.threshold.is_some();
        if terms.price.is_some() {
            // A price alone says what a row weighs.
            self.members = true;
            return;
        }
        let boosted = terms.boosts.iter().any(|boost| boost.when == Requirement::Sought);
        if boosted {
            self.sought = Sought::Needed;
        } else if terms.cap.is_some() && self.sought == Sought::Never {
            self.sought = Sought::IfKnown;
        }
        self.artist |= professional(terms);
        self.members |= terms.cap.is_some() || professional(terms);
    }
}

/// Whether the terms ask how many plays and listeners an artist has.
pub(super) fn professional(terms: &PlayTerms) -> bool {
    terms.price.is_none()
        && terms.boosts.iter().any(|boost| matches!(boost.when, Requirement::Professional { .. }))
}
