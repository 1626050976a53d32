//! Which sums have enough givers of their own: the counting behind a view.
//!
//! Why "of their own" is enough: take any sums, each times any number, and add them. A giver who
//! stands behind one of these sums only cannot cancel out. So the result contains all own givers of
//! every sum that took part, and each sum has at least `k`.

use std::collections::{BTreeMap, BTreeSet};

use music::{PartyId, RecordingId};

use super::{Credit, Policy};

/// Givers behind a sum: how many, and how their money is spread.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Crowd {
    pub count: usize,
    pub sum: u128,
    pub largest: u128,
}

impl Crowd {
    /// A giver whose credits cancel out hides no one and is not counted.
    pub fn add(&mut self, net: i128) {
        self.count += usize::from(net != 0);
        self.sum += net.unsigned_abs();
        self.largest = self.largest.max(net.unsigned_abs());
    }

    /// Leaves `largest` to the caller.
    pub fn remove(&mut self, net: i128) {
        self.count -= usize::from(net != 0);
        self.sum -= net.unsigned_abs();
    }

    /// A sum without any giver but the reader betrays no one.
    pub fn is_enough(&self, policy: &Policy) -> bool {
        let spread =
            self.largest.saturating_mul(100) <= self.sum.saturating_mul(policy.largest_percent.into());
        self.count == 0 && self.sum == 0 || self.count >= policy.givers && spread
    }
}

/// What each giver but the reader gave, in all and by recording.
pub(super) struct Nets<'a> {
    by_recording: BTreeMap<&'a RecordingId, BTreeMap<&'a PartyId, i128>>,
    /// Net over all recordings, and on how many recordings.
    givers: BTreeMap<&'a PartyId, (i128, usize)>,
}

impl<'a> Nets<'a> {
    pub fn of(reader: &PartyId, credits: &[&'a Credit]) -> Nets<'a> {
        let mut by_recording: BTreeMap<_, BTreeMap<_, i128>> = BTreeMap::new();
        for credit in credits {
            let givers = by_recording.entry(&credit.recording).or_default();
            if credit.giver != *reader {
                *givers.entry(&credit.giver).or_default() += i128::from(credit.amount.micros());
            }
        }
        let mut totals: BTreeMap<&PartyId, (i128, usize)> = BTreeMap::new();
        for givers in by_recording.values_mut() {
            givers.retain(|_, net| *net != 0);
            for (giver, net) in givers {
                let (total, recordings) = totals.entry(giver).or_default();
                *total += *net;
                *recordings += 1;
            }
        }
        Nets { by_recording, givers: totals }
    }

    pub fn everyone(&self) -> Crowd {
        let mut crowd = Crowd::default();
        self.givers.values().for_each(|(net, _)| crowd.add(*net));
        crowd
    }

    /// The recordings whose sums may stand apart, given that all together are enough.
    pub fn shown_apart(&self, policy: &Policy) -> BTreeSet<&'a RecordingId> {
        let mut rest = Rest { nets: self, missing: BTreeMap::new(), own: Crowd::default(), touched: false };
        let (mut apart, mut harmless) = (Vec::new(), BTreeSet::new());
        for (&recording, givers) in &self.by_recording {
            let own = self.own(givers);
            if givers.is_empty() {
                harmless.insert(recording);
            } else if own.count > 0 && own.is_enough(policy) {
                apart.push((own.sum, recording));
            } else {
                rest.take(recording);
            }
        }
        // The recording with the most money of its own joins first: it hides a large giver best.
        apart.sort();
        while rest.touched && !(rest.own.count > 0 && rest.own.is_enough(policy)) {
            let Some((_, recording)) = apart.pop() else { break };
            rest.take(recording);
        }
        harmless.extend(apart.into_iter().map(|(_, recording)| recording));
        harmless
    }

    /// Those of a recording's givers who stand behind no other.
    fn own(&self, givers: &BTreeMap<&PartyId, i128>) -> Crowd {
        let mut crowd = Crowd::default();
        let alone = |giver: &&PartyId| self.givers.get(giver).is_some_and(|(_, recordings)| *recordings == 1);
        givers.iter().filter(|(giver, _)| alone(giver)).for_each(|(_, net)| crowd.add(*net));
        crowd
    }
}

/// The recordings that share one sum, and the givers who stand behind them alone.
struct Rest<'n, 'a> {
    nets: &'n Nets<'a>,
    /// On how many recordings outside it a giver stands.
    missing: BTreeMap<&'a PartyId, usize>,
    own: Crowd,
    touched: bool,
}

impl<'a> Rest<'_, 'a> {
    fn take(&mut self, recording: &'a RecordingId) {
        self.touched = true;
        for giver in self.nets.by_recording.get(recording).into_iter().flat_map(BTreeMap::keys) {
            let Some((net, recordings)) = self.nets.givers.get(giver) else { continue };
            let missing = self.missing.entry(giver).or_insert(*recordings);
            *missing -= 1;
            if *missing == 0 {
                self.own.add(*net);
            }
        }
    }
}
