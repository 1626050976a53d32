//! The second pass: each member's seat over what that member played, added per recording.

use money::Division;

use crate::Refusal;
use crate::rule::{MemberTerms, Split, Within};

use super::control::Control;
use super::member::{Member, member_splits, walk};
use super::plan::Plan;
use super::recordings::Recordings;
use super::rows::{Layout, Row};
use super::seats::SeatMoney;
use super::settle::Settlement;

/// What partitions shared. Sums of several are added by [`Shared::add`], in any order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shared {
    /// Totals of all rows, counted anew.
    pub control: Control,
    /// The splits by member.
    pub parts: Vec<PartShared>,
}

/// What one split by member gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartShared {
    /// The split's place in the rule.
    pub part: usize,
    /// Members whose seat was divided.
    pub members: u64,
    /// Micros of these members together, without a sign.
    pub money: u64,
    /// Micros by recording, without a sign.
    pub by_recording: Vec<u64>,
}

impl Shared {
    /// Nothing shared yet.
    pub fn new(plan: &Plan, recordings: &Recordings) -> Shared {
        let empty =
            |(part, _, _)| PartShared { part, members: 0, money: 0, by_recording: vec![0; recordings.count] };
        Shared { control: Control::default(), parts: member_splits(plan.splits()).map(empty).collect() }
    }

    /// Shares the seats of one partition, sorted.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] where weights of a member leave 64 bits.
    pub fn take<R: Row>(
        &mut self,
        rows: &[R],
        layout: &Layout,
        plan: &Plan,
        recordings: &Recordings,
        settlement: &Settlement,
    ) -> Result<(), Refusal> {
        let mut seats: Vec<Seat<'_>> = Vec::new();
        for (shared, (part, split, terms)) in self.parts.iter_mut().zip(member_splits(plan.splits())) {
            if let Some(money) = settlement.seats_of(part) {
                seats.push(Seat { split, terms, money, shared });
            }
        }
        let mut work = Work::default();
        walk(
            rows,
            layout,
            &mut self.control,
            |_, _, _, _| {},
            |member| {
                for seat in &mut seats {
                    seat.share(member, recordings, &mut work)?;
                }
                Ok(())
            },
        )
    }

    /// Adds what other partitions shared.
    pub fn add(&mut self, other: &Shared) {
        self.control.add(&other.control);
        for (mine, other) in self.parts.iter_mut().zip(&other.parts) {
            mine.members += other.members;
            mine.money = mine.money.saturating_add(other.money);
            for (sum, more) in mine.by_recording.iter_mut().zip(&other.by_recording) {
                // Saturating, so that doubled results end as a mismatch of control totals.
                *sum = sum.saturating_add(*more);
            }
        }
    }
}

/// One split by member, and where its sums go.
struct Seat<'a> {
    split: &'a Split,
    terms: MemberTerms,
    money: &'a SeatMoney,
    shared: &'a mut PartShared,
}

/// Buffers that serve every member.
#[derive(Default)]
struct Work {
    kept: Member,
    division: Division,
    ones: Vec<u64>,
    groups: Vec<(u32, u32)>,
    group_dues: Vec<u64>,
    weights: Vec<u64>,
}

impl Seat<'_> {
    #[inline]
    fn share(&mut self, member: &Member, recordings: &Recordings, work: &mut Work) -> Result<(), Refusal> {
        let member = member.counted(self.split.filter, recordings, &mut work.kept);
        if !member.is_active(self.terms.within) {
            return Ok(());
        }
        let money = self.money.of(member.key, member.total);
        self.shared.members += 1;
        self.shared.money = self.shared.money.saturating_add(money);
        let sums = &mut self.shared.by_recording;
        let weights = match self.terms.within {
            Within::Play => &member.plays,
            Within::Duration => &member.seconds,
            Within::Recording => {
                work.ones.clear();
                work.ones.resize(member.recordings.len(), 1);
                &work.ones
            }
            Within::Artist => {
                group(member, recordings, &mut work.groups);
                let Work { groups, group_dues: dues, weights, division, .. } = work;
                return by_artist(money, member, ByArtist { groups, dues, weights }, division, sums);
            }
        };
        for (recording, part) in member.recordings.iter().zip(work.division.over(money, weights)?) {
            sums[*recording as usize] += part;
        }
        Ok(())
    }
}

/// A member's recordings by artist: `(artist, place)` in that order.
fn group(member: &Member, recordings: &Recordings, groups: &mut Vec<(u32, u32)>) {
    groups.clear();
    let places = member.recordings.iter().enumerate();
    groups.extend(places.map(|(place, recording)| (recordings.artist_of(*recording), place as u32)));
    groups.sort_unstable();
}

/// The buffers of a division by artist.
struct ByArtist<'a> {
    groups: &'a [(u32, u32)],
    dues: &'a mut Vec<u64>,
    weights: &'a mut Vec<u64>,
}

/// Equally over the artists, then each artist's part over its plays.
fn by_artist(
    money: u64,
    member: &Member,
    work: ByArtist<'_>,
    division: &mut Division,
    sums: &mut [u64],
) -> Result<(), Refusal> {
    let ByArtist { groups, dues, weights } = work;
    let same = |a: &(u32, u32), b: &(u32, u32)| a.0 == b.0;
    weights.clear();
    weights.extend(groups.chunk_by(same).map(|_| 1));
    dues.clear();
    dues.extend(division.over(money, weights)?);
    for (group, due) in groups.chunk_by(same).zip(dues.iter()) {
        if let [(_, place)] = group {
            sums[member.recordings[*place as usize] as usize] += due;
            continue;
        }
        weights.clear();
        weights.extend(group.iter().map(|(_, place)| member.plays[*place as usize]));
        for ((_, place), part) in group.iter().zip(division.over(*due, weights)?) {
            sums[member.recordings[*place as usize] as usize] += part;
        }
    }
    Ok(())
}
