//! What comes out of sharing a pot: exact lines, each with what it needs to explain itself.

use money::{Amount, AmountError, Ratio};
use music::{PartyId, RecordingId};

use crate::RuleSet;
use crate::rule::{By, Destination, Measure, Pays, Text, Within};

/// One pot shared by one rule set. Its lines add up to the pot, to the micro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The money that was shared.
    pub pot: Amount,
    /// By which rule.
    pub rule: RuleStamp,
    /// The splits of the rule, in its order, with what each carried.
    pub parts: Vec<Part>,
    /// Where the money goes: deductions in the order of the rule, then by part, usage or item, recording,
    /// side and destination.
    pub lines: Vec<Line>,
}

/// Name, version and hash of a rule: what every statement names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleStamp {
    /// The name.
    pub name: String,
    /// The version.
    pub version: u32,
    /// SHA-256 of its canonical form, in hexadecimal.
    pub hash: String,
}

/// What one split of the rule carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The split's name.
    pub name: String,
    /// How much of the pot it is.
    pub share: Ratio,
    /// That share of the pot.
    pub own: Amount,
    /// Names of splits whose money came here because nothing qualified for them.
    pub taken_over: Vec<String>,
    /// What was shared here, with what came from those splits; zero where it went elsewhere itself.
    pub amount: Amount,
    /// What it followed; `None` where it went to one place.
    pub by: Option<By>,
    /// What a member's money followed, under `by = "member"`.
    pub within: Option<Within>,
    /// What a weight counts.
    pub unit: Unit,
    /// All weights together; members under `by = "member"`.
    pub weight: u64,
    /// How many lines, recordings, artists, releases or members had weight.
    pub count: u64,
    /// Paid seats without a play that counts.
    pub idle: u64,
}

/// What the weights of a part count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// The part went to one place.
    Nothing,
    /// Lines of a set list.
    Line,
    /// Seconds heard.
    Second,
    /// Plays.
    Play,
    /// Millionths of a play, where a cap cuts plays into parts.
    PlayMillionth,
    /// Millionths of a credit.
    CreditMillionth,
    /// Recordings.
    Recording,
    /// Artists.
    Artist,
    /// Members.
    Member,
    /// Releases.
    Release,
    /// Micros of agreed amounts.
    AgreedMicro,
    /// Whatever the attribution report counts.
    Attributed,
}

impl Unit {
    /// What a measure counts.
    pub fn of(measure: &Measure) -> Unit {
        match measure {
            Measure::To(_) => Unit::Nothing,
            Measure::Line => Unit::Line,
            Measure::Duration(_) => Unit::Second,
            Measure::Recording | Measure::LicensedWork => Unit::Recording,
            Measure::Artist => Unit::Artist,
            Measure::Play(terms) if terms.price.is_some() => Unit::CreditMillionth,
            Measure::Play(terms) if terms.cap.is_some() => Unit::PlayMillionth,
            Measure::Play(_) => Unit::Play,
            Measure::Member(_) => Unit::Member,
            Measure::Release(_) => Unit::Release,
            Measure::Deliverable => Unit::AgreedMicro,
            Measure::Attribution => Unit::Attributed,
        }
    }

    /// How many weights make one: a million for millionths, else one.
    pub const fn scale(self) -> u64 {
        match self {
            Unit::PlayMillionth | Unit::CreditMillionth | Unit::AgreedMicro => 1_000_000,
            _ => 1,
        }
    }
}

/// One exact line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where the money goes.
    pub kind: LineKind,
    /// How much.
    pub amount: Amount,
    /// The usage, deliverable, release or report row it follows, where it follows one.
    pub usage: Option<String>,
    /// The recording it is for, where known.
    pub recording: Option<RecordingId>,
    /// The side it pays.
    pub side: Option<Pays>,
    /// How it came about.
    pub how: How,
}

/// Where the money of a line goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// Taken from the pot before sharing.
    Deduct {
        /// The house or a fund.
        to: Destination,
        /// Why, in English (the rule has the French).
        reason: String,
    },
    /// To a party.
    Pay {
        /// Whom.
        party: PartyId,
    },
    /// Waits, because its owner is not known or not sure.
    Suspense {
        /// Why.
        reason: Reason,
    },
    /// Carried on as a whole: nothing qualified, or the rule names one place.
    Carry {
        /// Where to.
        to: Destination,
    },
}

/// Why money waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The line is no known recording.
    Unmatched,
    /// Part of the recording has no holder.
    OpenShare,
    /// More than the whole is claimed.
    Overclaimed,
    /// A share is disputed.
    Disputed,
    /// Nobody is known to hold it.
    NoHolder,
    /// The source is not licensed; a violation is to be recorded.
    Unlicensed,
    /// The rule pays the performer and none is named.
    NoPerformer,
    /// A guard flagged the usage, and a person has not decided yet.
    Flagged,
}

/// How the amount of a line came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// A share of the pot.
    Deducted {
        /// How much.
        share: Ratio,
        /// The reason in both languages.
        reason: Text,
    },
    /// A part went to one place as a whole.
    Whole {
        /// Which part, an index into [`Allocation::parts`].
        part: usize,
    },
    /// A flat amount, or what it left over.
    Flat {
        /// Which part.
        part: usize,
        /// The flat amount.
        each: Amount,
    },
    /// By weight within a part.
    Weighed {
        /// Which part.
        part: usize,
        /// What the usage or recording weighed, in the unit of the part's `by`.
        weight: u64,
        /// What it got, before its holders shared it.
        due: Amount,
        /// The holder's fraction of that; `None` where the line carries all of it.
        share: Option<Ratio>,
    },
    /// The sum over members, each with that member's own money.
    Members {
        /// Which part.
        part: usize,
        /// How many members' money it is. Not to be shown below the privacy threshold.
        members: u64,
        /// What the recording got, before its holders shared it.
        due: Amount,
        /// The holder's fraction of that; `None` where the line carries all of it.
        share: Option<Ratio>,
    },
}

impl How {
    /// The part it belongs to; `None` for a deduction.
    pub fn part(&self) -> Option<usize> {
        match self {
            How::Deducted { .. } => None,
            How::Whole { part }
            | How::Flat { part, .. }
            | How::Weighed { part, .. }
            | How::Members { part, .. } => Some(*part),
        }
    }
}

impl Reason {
    /// All reasons.
    pub const ALL: [Reason; 8] = [
        Reason::Unmatched,
        Reason::OpenShare,
        Reason::Overclaimed,
        Reason::Disputed,
        Reason::NoHolder,
        Reason::Unlicensed,
        Reason::NoPerformer,
        Reason::Flagged,
    ];

    /// The word that stands for it in files, in the store and in account names.
    pub const fn word(self) -> &'static str {
        match self {
            Reason::Unmatched => "unmatched",
            Reason::OpenShare => "open-share",
            Reason::Overclaimed => "overclaimed",
            Reason::Disputed => "disputed",
            Reason::NoHolder => "no-holder",
            Reason::Unlicensed => "unlicensed",
            Reason::NoPerformer => "no-performer",
            Reason::Flagged => "flagged",
        }
    }

    /// The reason a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Reason::ALL.into_iter().find(|r| r.word() == word)
    }
}

impl LineKind {
    /// The word of the kind: `deduct`, `pay`, `suspense`, `carry`.
    pub const fn word(&self) -> &'static str {
        match self {
            LineKind::Deduct { .. } => "deduct",
            LineKind::Pay { .. } => "pay",
            LineKind::Suspense { .. } => "suspense",
            LineKind::Carry { .. } => "carry",
        }
    }

    /// Where to, as text: a destination, a party's id, a reason.
    pub fn target(&self) -> String {
        match self {
            LineKind::Deduct { to, .. } | LineKind::Carry { to } => to.to_string(),
            LineKind::Pay { party } => party.to_string(),
            LineKind::Suspense { reason } => reason.word().to_owned(),
        }
    }
}

impl RuleStamp {
    /// The stamp of a rule.
    pub fn of(rule: &RuleSet) -> RuleStamp {
        RuleStamp { name: rule.name.clone(), version: rule.version, hash: rule.hash() }
    }
}

impl Allocation {
    /// Whether the lines add up to the pot, to the micro. [`crate::allocate`] never returns one that does not;
    /// whoever stores or posts one asks again.
    pub fn adds_up(&self) -> bool {
        self.total(|_| true).is_ok_and(|total| total == self.pot)
    }

    /// The sum of the lines that a question selects.
    pub fn total(&self, select: impl Fn(&Line) -> bool) -> Result<Amount, AmountError> {
        money::sum(self.lines.iter().filter(|l| select(l)).map(|l| l.amount), self.pot.currency())
    }

    /// What a party is paid.
    pub fn paid_to(&self, party: &PartyId) -> Result<Amount, AmountError> {
        self.total(|l| matches!(&l.kind, LineKind::Pay { party: p } if p == party))
    }

    /// Lines that pay a party.
    pub fn pays(&self) -> impl Iterator<Item = (&PartyId, &Line)> {
        self.lines.iter().filter_map(|line| match &line.kind {
            LineKind::Pay { party } => Some((party, line)),
            _ => None,
        })
    }
}
