//! What each seat carries, told by a few numbers, and the search for the key that ties end at.

use std::collections::BTreeMap;

use money::{ClassPart, More, Ratio, equally, over_classes};

use crate::Refusal;
use crate::evaluate::members::{gamma, scaled_weight};

use super::control::Control;
use super::member::{Member, walk};
use super::plan::Plan;
use super::recordings::Recordings;
use super::rows::{Layout, Row};
use super::settle::Settlement;

/// Into how many buckets one question of the search cuts the keys that are left.
const BUCKETS: u64 = 1 << 16;

/// What the seats of one split carry, as sizes without a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatMoney {
    /// The split's place in the rule.
    pub part: usize,
    /// The money of all active members.
    pub pays: u64,
    /// Active members.
    pub members: u64,
    /// What each carries.
    pub seats: Seats,
    /// How many of the tied members, by the smaller key, carry one micro more.
    pub tied: u64,
    /// The last key that does; `None` where no tie is to be decided, or it is not found yet.
    pub cut: Option<u64>,
    /// The smallest and the largest key of an active member.
    pub keys: (u64, u64),
}

/// What each active member carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seats {
    /// All the same.
    Alike(ClassPart),
    /// By the member's plays.
    ByPlays(BTreeMap<u64, ClassPart>),
}

/// A question to all partitions: how many tied members have keys in each of the buckets?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The split's place in the rule.
    pub part: usize,
    /// The smallest key asked for.
    pub low: u64,
    /// The largest.
    pub high: u64,
    /// The search wants the member of this rank among them, from 1.
    pub rank: u64,
}

impl Seats {
    fn of(&self, plays: u64) -> ClassPart {
        match self {
            Seats::Alike(part) => *part,
            // A census holds every number of plays there is.
            Seats::ByPlays(parts) => {
                parts.get(&plays).copied().unwrap_or(ClassPart { each: 0, more: More::None })
            }
        }
    }
}

impl SeatMoney {
    /// Divides the money of a split equally over its seats: members first, then idle ones. What the members
    /// carry, and what is left for idle seats.
    pub(super) fn alike(
        part: usize,
        amount: u64,
        members: u64,
        idle: u64,
        keys: (u64, u64),
    ) -> Option<(SeatMoney, u64)> {
        let (each, more) = equally(amount, members.checked_add(idle)?)?;
        let tied = if more >= members { 0 } else { more };
        let class = ClassPart {
            each,
            more: if more >= members {
                More::All
            } else if more > 0 {
                More::Tied
            } else {
                More::None
            },
        };
        // At most the amount, as each is its floor over more seats.
        let pays = each * members + more.min(members);
        let money = SeatMoney { part, pays, members, seats: Seats::Alike(class), tied, cut: None, keys };
        Some((money, amount - pays))
    }

    /// Divides the members' money anew by ScaledUserProp.
    pub(super) fn scaled(self, alpha: Ratio, by_plays: &BTreeMap<u64, u64>) -> Result<SeatMoney, Refusal> {
        let counted: Vec<(u64, u64)> = by_plays.iter().map(|(plays, members)| (*plays, *members)).collect();
        let (p, q) = gamma(&counted, alpha).ok_or(Refusal::TooLarge)?;
        let class = |(plays, members): &(u64, u64)| Some((scaled_weight(*plays, p, q)?, *members));
        let classes: Option<Vec<(u64, u64)>> = counted.iter().map(class).collect();
        let (parts, tied) = over_classes(self.pays, &classes.ok_or(Refusal::TooLarge)?)?;
        let seats = Seats::ByPlays(by_plays.keys().copied().zip(parts).collect());
        Ok(SeatMoney { seats, tied, cut: None, ..self })
    }

    /// What a member carries.
    #[inline]
    pub(super) fn of(&self, key: u64, plays: u64) -> u64 {
        let part = self.seats.of(plays);
        let more = match part.more {
            More::None => false,
            More::All => true,
            More::Tied => self.cut.is_some_and(|cut| key <= cut),
        };
        part.each + u64::from(more)
    }

    /// The first question of the search, where a tie is to be decided.
    pub(super) fn question(&self) -> Option<Question> {
        let open = self.tied > 0 && self.cut.is_none();
        open.then_some(Question { part: self.part, low: self.keys.0, high: self.keys.1, rank: self.tied })
    }
}

impl Question {
    /// A count for each bucket, nothing counted yet.
    pub fn counts(&self) -> Vec<u64> {
        // At most 65,536 by construction.
        vec![0; ((self.high - self.low) / self.width() + 1) as usize]
    }

    fn width(&self) -> u64 {
        (self.high - self.low) / BUCKETS + 1
    }

    /// What the counts of all partitions together say: a narrower question, or the key.
    pub(super) fn answered(&self, counts: &[u64]) -> Result<Question, u64> {
        let mut rank = self.rank;
        let mut bucket = 0;
        for count in counts {
            if *count >= rank {
                break;
            }
            rank -= count;
            bucket += 1;
        }
        let low = self.low.saturating_add(bucket * self.width()).min(self.high);
        if self.width() == 1 {
            return Err(low);
        }
        let high = low.saturating_add(self.width() - 1).min(self.high);
        Ok(Question { part: self.part, low, high, rank })
    }
}

/// Counts the tied members of one partition, sorted, into the buckets of a question.
pub fn tally<R: Row>(
    rows: &[R],
    layout: &Layout,
    plan: &Plan,
    recordings: &Recordings,
    settlement: &Settlement,
    question: &Question,
    counts: &mut [u64],
) {
    let Some(split) = plan.splits().get(question.part) else { return };
    let (crate::rule::Measure::Member(terms), Some(money)) =
        (&split.measure, settlement.seats_of(question.part))
    else {
        return;
    };
    let (mut kept, width) = (Member::default(), question.width());
    let tally = |member: &Member| -> Result<(), std::convert::Infallible> {
        if member.key < question.low || member.key > question.high {
            return Ok(());
        }
        let counted = member.counted(split.filter, recordings, &mut kept);
        if counted.is_active(terms.within) && money.seats.of(counted.total).more == More::Tied {
            // The key is within the question, so the bucket is there.
            counts[((member.key - question.low) / width) as usize] += 1;
        }
        Ok(())
    };
    // Counting cannot fail.
    let Ok(()) = walk(rows, layout, &mut Control::default(), |_, _, _, _| {}, tally);
}
