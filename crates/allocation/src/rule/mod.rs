//! Rule sets: what a rule says, as values, and the texts made from it.
//!
//! A rule is written in TOML ([`read()`] explains what is wrong with one and where), has one canonical
//! form and so one hash ([`RuleSet::hash`]), and can be told in words ([`reading()`]). This module
//! knows no money and no usage; it only knows what would be done with them.

mod canonical;
mod check;
pub mod keys;
mod museum;
mod read;
pub(crate) mod reading;
pub mod words;

use std::fmt;

use jiff::civil::Date;
use money::{Amount, Ratio};

pub use museum::{Exhibit, museum};
pub use read::{LONGEST_RULE, MOST_PARTS, read};
pub use reading::reading;
pub use words::{By, Missing, Notice, Pays, When, Where, Within, Word, vocabulary};

/// A checked rule: what [`read()`] accepts is complete, adds up to the whole and has no circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// The name, in lower case with hyphens.
    pub name: String,
    /// The version, from 1; a rule's meaning never changes under one version.
    pub version: u32,
    /// One sentence on what it is for.
    pub summary: Text,
    /// The side it pays.
    pub pays: Pays,
    /// How much of each line goes to the master side; the rest to the composition. The whole or nothing
    /// unless the rule pays both sides.
    pub master_part: Ratio,
    /// The sentence on collecting societies, where the rule states it.
    pub notice: Option<Notice>,
    /// What is taken before sharing, in the order of the text.
    pub deductions: Vec<Deduction>,
    /// How the rest is shared, in the order of the text.
    pub splits: Vec<Split>,
    /// Where the money of a split goes that nothing qualifies for.
    pub unplayed: Option<Destination>,
    /// What happens to money of lines without a recording.
    pub unmatched: Option<Hold>,
    /// What happens to money that no one has claimed, or shares that are open.
    pub unclaimed: Option<Hold>,
    /// What happens to disputed and overclaimed money; as `unclaimed` where the rule says nothing.
    pub disputed: Option<Hold>,
}

/// A text in English and, where it is given, French.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// English.
    pub en: String,
    /// French; the English text stands in for it.
    pub fr: Option<String>,
}

/// A part of the pot that is taken before sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// How much of the pot.
    pub share: Ratio,
    /// Where it goes: the house or a fund.
    pub to: Destination,
    /// Why.
    pub reason: Text,
}

/// A part of the pot that is shared by one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Its name; the words of `by` and `where` unless the rule gives one.
    pub name: String,
    /// How much of the pot; `remaining` is already worked out.
    pub share: Ratio,
    /// Whether the rule says `remaining`.
    pub remaining: bool,
    /// What it follows.
    pub measure: Measure,
    /// Which recordings count.
    pub filter: Option<Where>,
    /// Where its money goes when nothing qualifies, before `[unplayed]`.
    pub otherwise: Option<Destination>,
}

/// What a split follows, with its caps and thresholds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// `to = …`: the whole part goes to one place.
    To(Destination),
    /// `by = "line"`.
    Line,
    /// `by = "duration"`.
    Duration(Missing),
    /// `by = "recording"`.
    Recording,
    /// `by = "artist"`.
    Artist,
    /// `by = "play"`, with what changes the weight of a play.
    Play(PlayTerms),
    /// `by = "member"`.
    Member(MemberTerms),
    /// `by = "release"`, with the flat amount of each.
    Release(Option<Amount>),
    /// `by = "deliverable"`.
    Deliverable,
    /// `by = "attribution"`.
    Attribution,
    /// `by = "licensed work"`.
    LicensedWork,
}

/// What changes the weight of a play under `by = "play"`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlayTerms {
    /// `cap = "1000 plays"`: a member with more counts as many, spread over what was played.
    pub cap: Option<u32>,
    /// `threshold = "1000 plays in 12 months"`: a recording below earns nothing.
    pub threshold: Option<Threshold>,
    /// `[[split.boost]]`, in the order of the text.
    pub boosts: Vec<Boost>,
    /// `at_most = 4`: the highest product of boosts.
    pub at_most: Option<u32>,
    /// `[split.price]`: what each play of one member costs.
    pub price: Option<Price>,
}

/// A least number of plays that a recording needs to earn anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Plays.
    pub plays: u32,
    /// In so many months before the pot's period ends.
    pub months: u32,
}

/// A factor on plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boost {
    /// The factor.
    pub times: u32,
    /// When it counts.
    pub when: Requirement,
}

/// When a boost counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// The member sought it.
    Sought,
    /// The artist has at least so many plays from at least so many listeners in the pot.
    Professional {
        /// Plays.
        plays: u32,
        /// Different members.
        listeners: u32,
    },
}

/// Listen-to-own: each play of a recording costs a member twice the one before, until it is owned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// What the first play costs, in millionths of a credit.
    pub first_micros: u64,
    /// How many plays are paid; after them the recording is owned and plays cost nothing.
    pub plays: u32,
}

/// How seats carry money under `by = "member"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberTerms {
    /// What a member's money follows.
    pub within: Within,
    /// `scaled = "70 %"`: ScaledUserProp with this α (arXiv 2511.04465): little-active members carry less.
    pub scaled: Option<Ratio>,
}

/// Where money goes that is not paid for a recording.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// `house` or `house:research`.
    House(Option<String>),
    /// `fund:solidarity`.
    Fund(String),
    /// The same payer's next pot.
    NextPeriod,
    /// Back to the institution.
    Institution,
    /// The one who performed the set.
    Performer,
    /// Equally over the recordings of the same pot (after a hold).
    Recordings,
    /// Another split of the rule, by its name.
    Split(String),
}

/// How long money waits, and where it goes then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Months.
    pub months: u32,
    /// The destination after that.
    pub then: Destination,
}

impl Measure {
    /// The word of `by`, or `to`.
    pub fn word(&self) -> &'static str {
        match self {
            Measure::To(_) => "to",
            Measure::Line => By::Line.word(),
            Measure::Duration(_) => By::Duration.word(),
            Measure::Recording => By::Recording.word(),
            Measure::Artist => By::Artist.word(),
            Measure::Play(_) => By::Play.word(),
            Measure::Member(_) => By::Member.word(),
            Measure::Release(_) => By::Release.word(),
            Measure::Deliverable => By::Deliverable.word(),
            Measure::Attribution => By::Attribution.word(),
            Measure::LicensedWork => By::LicensedWork.word(),
        }
    }
}

impl Hold {
    /// The first day on which the money may move on: the same day so many months later, or that month's last.
    ///
    /// Worked: 36 months from 29 February 2024 end on 28 February 2027.
    pub fn ends(&self, opened: Date) -> Date {
        opened.saturating_add(jiff::Span::new().months(i64::from(self.months)))
    }
}

impl Destination {
    /// Reads a destination that is no split: `house:research`, `fund:solidarity`, `next period`.
    pub fn parse(text: &str) -> Option<Destination> {
        let named = |name: &str| name_is_fine(name).then(|| name.to_owned());
        match text.split_once(':') {
            Some(("house", name)) => named(name).map(|n| Destination::House(Some(n))),
            Some(("fund", name)) => named(name).map(Destination::Fund),
            Some(_) => None,
            None => Some(match text {
                "house" => Destination::House(None),
                "next period" => Destination::NextPeriod,
                "institution" => Destination::Institution,
                "performer" => Destination::Performer,
                "recording" => Destination::Recordings,
                _ => return None,
            }),
        }
    }
}

impl fmt::Display for Destination {
    /// As a rule writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::House(None) => f.write_str("house"),
            Destination::House(Some(name)) => write!(f, "house:{name}"),
            Destination::Fund(name) => write!(f, "fund:{name}"),
            Destination::NextPeriod => f.write_str("next period"),
            Destination::Institution => f.write_str("institution"),
            Destination::Performer => f.write_str("performer"),
            Destination::Recordings => f.write_str("recording"),
            Destination::Split(name) => f.write_str(name),
        }
    }
}

impl Text {
    /// The text in a language; English where there is no French.
    pub fn get(&self, lang: crate::Lang) -> &str {
        match (lang, &self.fr) {
            (crate::Lang::Fr, Some(fr)) => fr,
            _ => &self.en,
        }
    }
}

impl RuleSet {
    /// Where a split's money goes when nothing qualifies for it: its `otherwise`, else `[unplayed]`.
    pub fn fallback<'a>(&'a self, split: &'a Split) -> Option<&'a Destination> {
        split.otherwise.as_ref().or(self.unplayed.as_ref())
    }

    /// The split of a name.
    pub fn split(&self, name: &str) -> Option<&Split> {
        self.splits.iter().find(|s| s.name == name)
    }

    /// How long money of a reason waits and where it goes then; `None` where the rule does not say.
    pub fn hold(&self, reason: crate::Reason) -> Option<&Hold> {
        use crate::Reason;
        match reason {
            Reason::Unmatched => self.unmatched.as_ref(),
            Reason::Disputed | Reason::Overclaimed | Reason::Flagged => {
                self.disputed.as_ref().or(self.unclaimed.as_ref())
            }
            Reason::OpenShare | Reason::NoHolder | Reason::Unlicensed | Reason::NoPerformer => {
                self.unclaimed.as_ref()
            }
        }
    }

    /// `set-list-per-line@1`, as scenarios and statements name it.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

/// Letters, digits, hyphens; at most 60 bytes.
fn name_is_fine(name: &str) -> bool {
    !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_end_on_the_same_day_or_the_months_last() {
        let hold = |months| Hold { months, then: Destination::Recordings };
        for (months, opened, ends) in [
            (36, "2024-02-29", "2027-02-28"),
            (1, "2026-01-31", "2026-02-28"),
            (36, "2026-09-04", "2029-09-04"),
            (0, "2026-09-04", "2026-09-04"),
        ] {
            assert_eq!(hold(months).ends(opened.parse().unwrap()).to_string(), ends, "{opened}");
        }
    }

    #[test]
    fn destinations_read_back() {
        for text in [
            "house",
            "house:research",
            "fund:solidarity",
            "next period",
            "institution",
            "performer",
            "recording",
        ] {
            assert_eq!(Destination::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "fund", "fund:", "fund:a b", "bank:x", "House"] {
            assert_eq!(Destination::parse(text), None, "{text}");
        }
    }
}
