//! Walking sorted rows, one member at a time.

use crate::rule::{Split, Where, Within};

use super::control::Control;
use super::recordings::Recordings;
use super::rows::{Layout, Row};

/// What one member played, by ascending recording; rows of one recording are added, rows without a play left
/// out.
#[derive(Debug, Default)]
pub(super) struct Member {
    pub key: u64,
    pub recordings: Vec<u32>,
    pub plays: Vec<u64>,
    /// Seconds; empty where the layout has none.
    pub seconds: Vec<u64>,
    /// The same with what was sought apart: recording, sought, plays; empty where the layout does not tell.
    pub apart: Vec<(u32, bool, u64)>,
    /// All plays.
    pub total: u64,
}

/// Walks rows sorted by [`super::sort`]: counts each, and shows each member with a play.
#[inline(always)]
pub(super) fn walk<R: Row, E>(
    rows: &[R],
    layout: &Layout,
    control: &mut Control,
    mut each_row: impl FnMut(u32, bool, u64, u64),
    mut each_member: impl FnMut(&Member) -> Result<(), E>,
) -> Result<(), E> {
    let mut member = Member::default();
    let (has_seconds, has_sought) = (layout.has_seconds(), layout.has_sought());
    for row in rows {
        let (key, recording) = (layout.member(*row), layout.recording(*row));
        let (sought, plays, seconds) = (layout.sought(*row), layout.plays(*row), layout.seconds(*row));
        control.count(key, recording, sought, plays, seconds);
        each_row(recording, sought, plays, seconds);
        if key != member.key {
            if !member.recordings.is_empty() {
                each_member(&member)?;
                member.clear();
            }
            member.key = key;
        }
        if plays == 0 {
            continue;
        }
        member.total += plays;
        if member.recordings.last() == Some(&recording) {
            add_last(&mut member.plays, plays);
            if has_seconds {
                add_last(&mut member.seconds, seconds);
            }
        } else {
            member.recordings.push(recording);
            member.plays.push(plays);
            if has_seconds {
                member.seconds.push(seconds);
            }
        }
        if has_sought {
            match member.apart.last_mut() {
                Some(last) if (last.0, last.1) == (recording, sought) => last.2 += plays,
                _ => member.apart.push((recording, sought, plays)),
            }
        }
    }
    if member.recordings.is_empty() { Ok(()) } else { each_member(&member) }
}

#[inline(always)]
fn add_last(list: &mut [u64], value: u64) {
    if let Some(last) = list.last_mut() {
        *last += value;
    }
}

impl Member {
    fn clear(&mut self) {
        self.recordings.clear();
        self.plays.clear();
        self.seconds.clear();
        self.apart.clear();
        self.total = 0;
    }

    /// What counts for a filter; put into `kept` where that is not everything.
    pub fn counted<'a>(
        &'a self,
        filter: Option<Where>,
        recordings: &Recordings,
        kept: &'a mut Member,
    ) -> &'a Member {
        if matches!(filter, None | Some(Where::Identified)) {
            return self;
        }
        kept.clear();
        kept.key = self.key;
        for (place, recording) in self.recordings.iter().enumerate() {
            if recordings.qualifies(filter, *recording) {
                kept.recordings.push(*recording);
                kept.plays.push(self.plays[place]);
                kept.total += self.plays[place];
                kept.seconds.extend(self.seconds.get(place));
            }
        }
        kept.apart.extend(self.apart.iter().filter(|row| recordings.qualifies(filter, row.0)));
        kept
    }

    /// Whether the member's money has something to follow.
    pub fn is_active(&self, within: Within) -> bool {
        match within {
            Within::Duration => self.seconds.iter().any(|seconds| *seconds > 0),
            _ => !self.recordings.is_empty(),
        }
    }

    /// The rows by recording and, where it is told, by what was sought.
    pub fn rows(&self) -> impl Iterator<Item = (u32, bool, u64)> + '_ {
        let together = if self.apart.is_empty() { self.recordings.len() } else { 0 };
        let together = (0..together).map(|place| (self.recordings[place], false, self.plays[place]));
        together.chain(self.apart.iter().copied())
    }
}

/// The terms of a split by member, with its place in the rule.
pub(super) fn member_splits(
    splits: &[Split],
) -> impl Iterator<Item = (usize, &Split, crate::rule::MemberTerms)> {
    splits.iter().enumerate().filter_map(|(part, split)| match &split.measure {
        crate::rule::Measure::Member(terms) => Some((part, split, *terms)),
        _ => None,
    })
}
