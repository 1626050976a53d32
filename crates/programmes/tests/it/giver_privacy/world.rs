//! A small world of DJs, lists, pots and producers, and what an attacker makes of the views.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use money::{Amount, Currency, divide};
use music::{PartyId, Period, RecordingId};
use programmes::set_list::disclosure::{Credit, Detail, OtherSum, Policy, View, Visibility, disclose};
use proptest::prelude::*;

/// EUR 1 in micros.
pub const EURO: i64 = 1_000_000;

/// One night: who gave how much, and what was played.
#[derive(Debug, Clone)]
pub struct List {
    pub giver: usize,
    pub gift: i64,
    /// The recording on each line; recordings outside the world's are nobody's.
    pub tracks: Vec<usize>,
    /// The period, by its number.
    pub period: usize,
    pub visibility: Visibility,
}

/// All lists, and whose each recording is.
#[derive(Debug, Clone)]
pub struct World {
    pub lists: Vec<List>,
    pub owners: Vec<usize>,
}

/// One sum as the attacker writes it down: how often each list's line stands in it.
pub struct Equation {
    pub lines: BTreeMap<usize, u64>,
}

pub fn giver(number: usize) -> PartyId {
    PartyId::from_bits(1000 + number as u64)
}

pub fn producer(number: usize) -> PartyId {
    PartyId::from_bits(9000 + number as u64)
}

pub fn recording(number: usize) -> RecordingId {
    RecordingId::from_bits(number as u64)
}

pub fn period(number: usize) -> Period {
    Period::parse(&format!("2026-{:02}", number + 1)).unwrap()
}

pub fn eur(micros: i64) -> Amount {
    Amount::from_micros(micros, Currency::EUR)
}

/// What reaches the lines of a gift: all but 15 %.
pub fn distributable(gift: i64) -> Amount {
    eur(gift * 85 / 100)
}

/// What each line of a list is worth, in micros.
pub fn line_values(gift: i64, lines: usize) -> Vec<i64> {
    let weights: Vec<(usize, u64)> = (0..lines).map(|line| (line, 1)).collect();
    divide(distributable(gift), &weights).unwrap().into_iter().map(Amount::micros).collect()
}

impl World {
    /// One producer's credits, line by line.
    pub fn credits(&self, of: usize) -> Vec<Credit> {
        let lines = |list: &List| line_values(list.gift, list.tracks.len());
        self.credits_valued(of, &self.lists.iter().map(lines).collect::<Vec<_>>())
    }

    /// The same world under a rule that first puts all pots of a period together.
    pub fn credits_combined(&self, of: usize) -> Vec<Credit> {
        let mut values: Vec<Vec<i64>> = self.lists.iter().map(|l| vec![0; l.tracks.len()]).collect();
        for period in self.lists.iter().map(|l| l.period).collect::<BTreeSet<_>>() {
            let places: Vec<(usize, usize)> = (0..self.lists.len())
                .filter(|list| self.lists[*list].period == period)
                .flat_map(|list| (0..self.lists[list].tracks.len()).map(move |line| (list, line)))
                .collect();
            let pot = self
                .lists
                .iter()
                .filter(|l| l.period == period)
                .map(|l| distributable(l.gift).micros())
                .sum();
            let weights: Vec<_> = places.iter().map(|place| (*place, 1)).collect();
            for ((list, line), amount) in places.iter().zip(divide(eur(pot), &weights).unwrap()) {
                values[*list][*line] = amount.micros();
            }
        }
        self.credits_valued(of, &values)
    }

    pub fn views(&self, of: usize, policy: &Policy) -> Vec<View> {
        disclose(&producer(of), &self.credits(of), policy).unwrap()
    }

    /// What a producer who knows every list can write down about a view.
    pub fn equations(&self, view: &View) -> Vec<Equation> {
        let lines = |wanted: &[&RecordingId]| -> BTreeMap<usize, u64> {
            let mut found = BTreeMap::new();
            for (number, list) in
                self.lists.iter().enumerate().filter(|(_, l)| period(l.period) == view.period)
            {
                for track in list.tracks.iter().filter(|t| wanted.contains(&&recording(**t))) {
                    assert!(*track < self.owners.len());
                    *found.entry(number).or_default() += 1;
                }
            }
            found
        };
        let equation = |wanted: &[&RecordingId]| Equation { lines: lines(wanted) };
        match &view.detail {
            Detail::TotalOnly { recordings } => vec![equation(&recordings.iter().collect::<Vec<_>>())],
            Detail::Sums { recordings, other, .. } => {
                let apart = recordings.iter().map(|r| equation(&[&r.played.recording]));
                let of = |o: &OtherSum| equation(&o.played.iter().map(|p| &p.recording).collect::<Vec<_>>());
                apart.chain(other.iter().map(of)).collect()
            }
        }
    }

    fn credits_valued(&self, of: usize, values: &[Vec<i64>]) -> Vec<Credit> {
        let mut credits = Vec::new();
        for (list, values) in self.lists.iter().zip(values) {
            for (track, value) in list.tracks.iter().zip(values) {
                if self.owners.get(*track) == Some(&of) {
                    credits.push(credit(list, *track, *value));
                }
            }
        }
        credits
    }
}

/// A credit for one line.
pub fn credit(list: &List, track: usize, micros: i64) -> Credit {
    Credit {
        period: period(list.period),
        recording: recording(track),
        giver: giver(list.giver),
        amount: eur(micros),
        plays: 1,
        visibility: list.visibility,
        dj: format!("DJ {}", list.giver),
        city: format!("City {}", list.giver),
        date: Some(Date::constant(2026, 1, 1 + (list.giver % 28) as i8)),
    }
}

/// How many of the sums are independent when only these lists are looked at: the rank modulo 2⁶¹ − 1.
pub fn rank(equations: &[Equation], without: &BTreeSet<usize>) -> usize {
    const PRIME: u128 = (1 << 61) - 1;
    let columns: BTreeSet<usize> = equations.iter().flat_map(|e| e.lines.keys().copied()).collect();
    let columns: Vec<usize> = columns.difference(without).copied().collect();
    let row = |e: &Equation| columns.iter().map(|c| u128::from(*e.lines.get(c).unwrap_or(&0))).collect();
    let mut rows: Vec<Vec<u128>> = equations.iter().map(row).collect();
    let mut rank = 0;
    for column in 0..columns.len() {
        let Some(pivot) = (rank..rows.len()).find(|r| rows[*r][column] != 0) else { continue };
        rows.swap(rank, pivot);
        let pivot = rows[rank].clone();
        for row in &mut rows[rank + 1..] {
            let factor = row[column];
            if factor != 0 {
                // row·pivot − pivot·row, so that no inverse is needed.
                for (cell, above) in row.iter_mut().zip(&pivot) {
                    *cell = (*cell * pivot[column] + (PRIME - factor) * *above) % PRIME;
                }
            }
        }
        rank += 1;
    }
    rank
}

/// Whether some arithmetic on the sums leaves nothing but money of these givers.
pub fn isolates(world: &World, equations: &[Equation], givers: &BTreeSet<usize>) -> bool {
    let theirs = (0..world.lists.len()).filter(|l| givers.contains(&world.lists[*l].giver)).collect();
    rank(equations, &BTreeSet::new()) > rank(equations, &theirs)
}

/// All groups of `size` numbers below `count`.
pub fn groups(count: usize, size: usize) -> Vec<BTreeSet<usize>> {
    if size == 0 {
        return vec![BTreeSet::new()];
    }
    let mut found = Vec::new();
    for group in groups(count, size - 1) {
        let next = group.last().map_or(0, |l| l + 1);
        found.extend((next..count).map(|n| group.iter().copied().chain([n]).collect()));
    }
    found
}

/// Worlds of up to twelve givers, some with two nights, and three producers.
pub fn worlds() -> impl Strategy<Value = World> {
    let list = (0..12_usize, 2..60_i64, prop::collection::vec(0..14_usize, 1..9), 0..2_usize, 0..3_usize);
    let list = list.prop_map(|(giver, fives, tracks, period, visibility)| List {
        giver,
        gift: fives * 5 * EURO,
        tracks,
        period,
        visibility: Visibility::ALL[visibility],
    });
    // Recordings 10 to 13 belong to nobody.
    (prop::collection::vec(list, 1..26), prop::collection::vec(0..3_usize, 10))
        .prop_map(|(lists, owners)| World { lists, owners })
}
