//! The first pass: what a partition holds, in numbers that add up over partitions.

use std::collections::BTreeMap;

use money::Division;

use crate::Refusal;
use crate::evaluate::plays::MILLIONTHS;
use crate::rule::{Measure, MemberTerms, PlayTerms};

use super::control::Control;
use super::member::{Member, walk};
use super::plan::{Plan, professional};
use super::recordings::{NO_ARTIST, Recordings};
use super::rows::{Layout, Row};

/// What partitions hold. Counts of several are added by [`Census::add`], in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// Totals of all rows.
    pub control: Control,
    /// For each recording: 1 where some row names it, 3 where some row counts a play of it.
    pub marks: Vec<u8>,
    /// Plays of each recording that were not sought, where a split goes by them; else empty.
    pub plays: Vec<u64>,
    /// Plays of each recording that were sought; empty where not told.
    pub sought: Vec<u64>,
    /// Seconds of each recording, where a split goes by them; else empty.
    pub seconds: Vec<u64>,
    /// What each split of the rule asks beyond that.
    pub parts: Vec<PartCensus>,
}

/// What one split asks beyond sums by recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PartCensus {
    /// Nothing.
    #[default]
    Nothing,
    /// Weights and listeners of a split by play that looks at members.
    Plays {
        /// Weight of each recording from rows not sought; empty where plays themselves weigh.
        plain: Vec<u64>,
        /// The same from rows that were sought.
        sought: Vec<u64>,
        /// Different members of each artist; empty where nobody asks.
        listeners: Vec<u64>,
    },
    /// Members of a split by member.
    Members(MemberCensus),
}

/// The active members of a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberCensus {
    /// How many.
    pub active: u64,
    /// The smallest key; `u64::MAX` where there is none.
    pub least: u64,
    /// The largest key; 0 where there is none.
    pub most: u64,
    /// How many members have so many plays; empty unless the split is scaled.
    pub by_plays: BTreeMap<u64, u64>,
}

impl Census {
    /// Nothing counted yet.
    pub fn new(plan: &Plan, recordings: &Recordings) -> Census {
        let listed = |wanted: bool| if wanted { vec![0; recordings.count] } else { Vec::new() };
        let sought = plan.needs().sought != super::plan::Sought::Never;
        let part = |measure: &Measure| match measure {
            Measure::Member(_) => PartCensus::Members(MemberCensus::NONE),
            Measure::Play(terms) if weighs_members(terms) || professional(terms) => PartCensus::Plays {
                plain: listed(weighs_members(terms)),
                sought: listed(weighs_members(terms) && terms.price.is_none() && sought),
                listeners: if professional(terms) { vec![0; recordings.artists] } else { Vec::new() },
            },
            _ => PartCensus::Nothing,
        };
        Census {
            control: Control::default(),
            marks: vec![0; recordings.count],
            plays: listed(plan.sums_plays()),
            sought: listed(plan.sums_plays() && sought),
            seconds: listed(plan.sums_seconds()),
            parts: plan.splits().iter().map(|split| part(&split.measure)).collect(),
        }
    }

    /// Counts one partition, sorted where [`super::Needs::members`] says so; unsorted rows may come in pieces.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] where weights leave 64 bits.
    pub fn take<R: Row>(
        &mut self,
        rows: &[R],
        layout: &Layout,
        plan: &Plan,
        recordings: &Recordings,
    ) -> Result<(), Refusal> {
        let Census { control, marks, plays, sought, seconds, parts } = self;
        let mut counter = Counter::new(plan, recordings, parts);
        let (by_plays, by_sought, by_seconds) = (!plays.is_empty(), !sought.is_empty(), !seconds.is_empty());
        let each_row = |recording: u32, was_sought: bool, count: u64, heard: u64| {
            let place = recording as usize;
            marks[place] |= if count > 0 { 3 } else { 1 };
            if by_plays {
                if by_sought && was_sought { sought[place] += count } else { plays[place] += count }
            }
            if by_seconds {
                seconds[place] += heard;
            }
        };
        if !plan.needs().members {
            return walk_rows(rows, layout, control, each_row);
        }
        walk(rows, layout, control, each_row, |member| counter.count(member))
    }

    /// Adds what other partitions hold.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] where weights leave 64 bits.
    pub fn add(&mut self, other: &Census) -> Result<(), Refusal> {
        self.control.add(&other.control);
        for (mark, other) in self.marks.iter_mut().zip(&other.marks) {
            *mark |= other;
        }
        add_lists(&mut self.plays, &other.plays)?;
        add_lists(&mut self.sought, &other.sought)?;
        add_lists(&mut self.seconds, &other.seconds)?;
        for (part, other) in self.parts.iter_mut().zip(&other.parts) {
            part.add(other)?;
        }
        Ok(())
    }

    /// All plays of each recording, sought or not; empty where no split goes by them.
    pub fn all_plays(&self) -> Vec<u64> {
        let sought = self.sought.iter().copied().chain(std::iter::repeat(0));
        self.plays.iter().zip(sought).map(|(plays, sought)| plays.saturating_add(sought)).collect()
    }

    /// Whether some row names a recording.
    pub fn is_seen(&self, recording: u32) -> bool {
        self.marks.get(recording as usize).is_some_and(|mark| *mark > 0)
    }

    /// Whether some row counts a play of a recording.
    pub fn is_played(&self, recording: u32) -> bool {
        self.marks.get(recording as usize).is_some_and(|mark| *mark == 3)
    }
}

fn walk_rows<R: Row>(
    rows: &[R],
    layout: &Layout,
    control: &mut Control,
    mut each_row: impl FnMut(u32, bool, u64, u64),
) -> Result<(), Refusal> {
    for row in rows {
        let (recording, sought) = (layout.recording(*row), layout.sought(*row));
        let (plays, seconds) = (layout.plays(*row), layout.seconds(*row));
        control.count(layout.member(*row), recording, sought, plays, seconds);
        each_row(recording, sought, plays, seconds);
    }
    Ok(())
}

/// Whether weights need each member's rows together.
pub(super) fn weighs_members(terms: &PlayTerms) -> bool {
    terms.cap.is_some() || terms.price.is_some()
}

impl PartCensus {
    fn add(&mut self, other: &PartCensus) -> Result<(), Refusal> {
        match (self, other) {
            (
                PartCensus::Plays { plain, sought, listeners },
                PartCensus::Plays { plain: p, sought: s, listeners: l },
            ) => {
                add_lists(plain, p)?;
                add_lists(sought, s)?;
                add_lists(listeners, l)
            }
            (PartCensus::Members(mine), PartCensus::Members(other)) => {
                mine.active += other.active;
                mine.least = mine.least.min(other.least);
                mine.most = mine.most.max(other.most);
                for (plays, members) in &other.by_plays {
                    *mine.by_plays.entry(*plays).or_default() += members;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn add_lists(mine: &mut [u64], other: &[u64]) -> Result<(), Refusal> {
    for (mine, other) in mine.iter_mut().zip(other) {
        *mine = mine.checked_add(*other).ok_or(Refusal::TooLarge)?;
    }
    Ok(())
}

impl MemberCensus {
    const NONE: MemberCensus =
        MemberCensus { active: 0, least: u64::MAX, most: 0, by_plays: BTreeMap::new() };

    fn count(&mut self, member: &Member, terms: MemberTerms) {
        self.active += 1;
        self.least = self.least.min(member.key);
        self.most = self.most.max(member.key);
        if terms.scaled.is_some() {
            *self.by_plays.entry(member.total).or_default() += 1;
        }
    }
}

/// Counts members for all splits that ask.
struct Counter<'a> {
    plan: &'a Plan,
    recordings: &'a Recordings,
    parts: &'a mut [PartCensus],
    kept: Member,
    division: Division,
    weights: Vec<u64>,
    artists: Vec<u32>,
}

impl<'a> Counter<'a> {
    fn new(plan: &'a Plan, recordings: &'a Recordings, parts: &'a mut [PartCensus]) -> Counter<'a> {
        let (kept, division) = (Member::default(), Division::new());
        Counter { plan, recordings, parts, kept, division, weights: Vec::new(), artists: Vec::new() }
    }

    fn count(&mut self, member: &Member) -> Result<(), Refusal> {
        for (split, part) in self.plan.splits().iter().zip(self.parts.iter_mut()) {
            match (&split.measure, part) {
                (Measure::Member(terms), PartCensus::Members(members)) => {
                    let counted = member.counted(split.filter, self.recordings, &mut self.kept);
                    if counted.is_active(terms.within) {
                        members.count(counted, *terms);
                    }
                }
                (Measure::Play(terms), PartCensus::Plays { plain, sought, listeners }) => {
                    let counted = member.counted(split.filter, self.recordings, &mut self.kept);
                    if counted.recordings.is_empty() {
                        continue;
                    }
                    weigh(terms, counted, &mut self.division, &mut self.weights, plain, sought)?;
                    if !listeners.is_empty() {
                        count_listener(counted, self.recordings, &mut self.artists, listeners);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Adds a member's weights under a cap or a price, by recording.
fn weigh(
    terms: &PlayTerms,
    member: &Member,
    division: &mut Division,
    weights: &mut Vec<u64>,
    plain: &mut [u64],
    sought: &mut [u64],
) -> Result<(), Refusal> {
    if let Some(price) = terms.price {
        for (recording, plays) in member.recordings.iter().zip(&member.plays) {
            add_to(plain, *recording, price.up_to(*plays))?;
        }
        return Ok(());
    }
    let Some(cap) = terms.cap.map(u64::from) else { return Ok(()) };
    weights.clear();
    weights.extend(member.rows().map(|row| row.2));
    let parts = if member.total <= cap {
        for weight in weights.iter_mut() {
            *weight = weight.checked_mul(MILLIONTHS).ok_or(Refusal::TooLarge)?;
        }
        weights.as_slice()
    } else {
        // Plays, not money, are divided here.
        division.over(cap * MILLIONTHS, weights)?
    };
    for ((recording, was_sought, _), weight) in member.rows().zip(parts) {
        let list = if was_sought { &mut *sought } else { &mut *plain };
        add_to(list, recording, *weight)?;
    }
    Ok(())
}

fn add_to(list: &mut [u64], recording: u32, weight: u64) -> Result<(), Refusal> {
    if let Some(sum) = list.get_mut(recording as usize) {
        *sum = sum.checked_add(weight).ok_or(Refusal::TooLarge)?;
    }
    Ok(())
}

/// Counts a member once for each artist.
fn count_listener(member: &Member, recordings: &Recordings, artists: &mut Vec<u32>, listeners: &mut [u64]) {
    artists.clear();
    artists.extend(member.recordings.iter().map(|recording| recordings.artist_of(*recording)));
    artists.sort_unstable();
    artists.dedup();
    for artist in artists.iter().filter(|artist| **artist != NO_ARTIST) {
        if let Some(count) = listeners.get_mut(*artist as usize) {
            *count += 1;
        }
    }
}
