//! Rights shares: who holds which fraction of a recording or work, where, when and for what.

use jiff::civil::Date;
use money::Ratio;

use crate::{PartyId, Period, RecordingId, ShareId, Territory, WorkId};

/// The side of the music a share belongs to; the two never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The recording: producers, labels, performers.
    Master,
    /// The work: composers, lyricists, publishers.
    Composition,
}

impl Side {
    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Side::Master => "master",
            Side::Composition => "composition",
        }
    }

    /// The side a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [Side::Master, Side::Composition].into_iter().find(|s| s.word() == word)
    }
}

/// What the music is used for, as far as shares differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseType {
    /// Every use.
    Any,
    /// Played by a DJ in public.
    SetList,
    /// Streamed to a member.
    Streaming,
    /// Used in a campaign.
    Campaign,
    /// Licensed for AI uses.
    Licensing,
}

impl UseType {
    /// All use types.
    pub const ALL: [UseType; 5] =
        [UseType::Any, UseType::SetList, UseType::Streaming, UseType::Campaign, UseType::Licensing];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            UseType::Any => "any",
            UseType::SetList => "set-list",
            UseType::Streaming => "streaming",
            UseType::Campaign => "campaign",
            UseType::Licensing => "licensing",
        }
    }

    /// The use type a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        UseType::ALL.into_iter().find(|u| u.word() == word)
    }

    /// Whether a share for this use type counts for a use of `other`.
    pub fn covers(self, other: UseType) -> bool {
        self == UseType::Any || self == other
    }
}

/// What a share is a share of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShareSubject {
    /// A recording (master side).
    Recording(RecordingId),
    /// A work (composition side).
    Work(WorkId),
}

/// How far a share is agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShareStatus {
    /// Asserted by its holder or an import, not contradicted.
    Claimed,
    /// Confirmed by the other holders.
    Confirmed,
    /// Contradicted; its money waits.
    Disputed,
    /// Given up or replaced; kept for history.
    Withdrawn,
}

impl ShareStatus {
    /// All states.
    pub const ALL: [ShareStatus; 4] =
        [ShareStatus::Claimed, ShareStatus::Confirmed, ShareStatus::Disputed, ShareStatus::Withdrawn];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            ShareStatus::Claimed => "claimed",
            ShareStatus::Confirmed => "confirmed",
            ShareStatus::Disputed => "disputed",
            ShareStatus::Withdrawn => "withdrawn",
        }
    }

    /// The state a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        ShareStatus::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// The fraction of a recording or work held by a party, by territory, period and use type (DDEX RightShare).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightsShare {
    /// Our id.
    pub id: ShareId,
    /// Of what.
    pub subject: ShareSubject,
    /// Whose.
    pub party: PartyId,
    /// How much of the whole.
    pub ratio: Ratio,
    /// Where.
    pub territory: Territory,
    /// When.
    pub period: Period,
    /// For what.
    pub use_type: UseType,
    /// How far it is agreed.
    pub status: ShareStatus,
}

impl RightsShare {
    /// The side it belongs to, which follows from its subject.
    pub fn side(&self) -> Side {
        match self.subject {
            ShareSubject::Recording(_) => Side::Master,
            ShareSubject::Work(_) => Side::Composition,
        }
    }

    /// Whether it counts for a use of this type, here, on this day. An unknown place asks only for worldwide shares
    /// and any country's alike: a set list without a venue is no reason to skip a holder.
    pub fn applies(&self, use_type: UseType, territory: Option<&Territory>, day: Date) -> bool {
        self.status != ShareStatus::Withdrawn
            && self.use_type.covers(use_type)
            && self.period.contains(day)
            && territory.is_none_or(|t| self.territory.overlaps(t))
    }
}

/// How the shares of one subject add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Exactly the whole.
    Whole,
    /// Something is missing: an open claim for the rest.
    Open(Ratio),
    /// More than the whole is claimed: an overclaim, by this much beyond it.
    Over(String),
    /// A share among them is disputed.
    Disputed,
}

/// How the applicable shares of one subject stand.
pub fn standing(shares: &[&RightsShare]) -> Standing {
    if shares.iter().any(|s| s.status == ShareStatus::Disputed) {
        return Standing::Disputed;
    }
    let ratios: Vec<Ratio> = shares.iter().map(|s| s.ratio).collect();
    match Ratio::sum_to_whole(&ratios) {
        Some((sum, common)) if sum == common => Standing::Whole,
        Some((sum, common)) if sum < common => {
            let missing = u64::try_from(common - sum).ok().zip(u64::try_from(common).ok());
            missing
                .and_then(|(m, c)| Ratio::new(m, c).ok())
                .map_or(Standing::Open(Ratio::ZERO), Standing::Open)
        }
        Some((sum, common)) => {
            let over = ((sum - common) as f64) * 100.0 / (common as f64);
            Standing::Over(format!("{over:.4}").trim_end_matches('0').trim_end_matches('.').to_owned() + " %")
        }
        None => Standing::Over("an amount too fine to add".to_owned()),
    }
}
