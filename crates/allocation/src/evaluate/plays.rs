//! Plays in one heap, with caps, thresholds, boosts and prices.
//!
//! In this order: rows of one member and recording are added; a member above the cap has all plays
//! scaled down to it, in millionths of a play by largest remainder; boosts multiply; a recording below
//! the threshold weighs nothing. Under a price a row weighs what its plays cost, in millionths of a credit.

use std::collections::{BTreeMap, BTreeSet};

use money::{Amount, Currency, divide};
use music::RecordingId;

use super::Refusal;
use super::place::{Item, Usages, artist, played, qualifies};
use crate::Input;
use crate::rule::{Boost, PlayTerms, Price, Requirement, Split, Threshold};

/// Weights per play where plays can be cut into parts.
pub(crate) const MILLIONTHS: u64 = 1_000_000;

/// Weighs each recording by its plays.
pub(super) fn by_play<'a>(
    split: &Split,
    terms: &PlayTerms,
    input: &'a Input,
    usages: &Usages<'a>,
) -> Result<Vec<Item<'a>>, Refusal> {
    let counts = |recording: Option<&RecordingId>| qualifies(split.filter, input, recording);
    if *terms == PlayTerms::default() {
        let (recordings, items) = played(input, usages, counts);
        return Ok(with_recordings(items, recordings));
    }
    let scale = if terms.in_millionths() { MILLIONTHS } else { 1 };
    let (lines, mut items) = played(&EMPTY, usages, counts);
    let mut recordings: BTreeMap<&RecordingId, u64> = BTreeMap::new();
    for (recording, plays) in lines {
        recordings.insert(recording, plays.checked_mul(scale).ok_or(Refusal::TooLarge)?);
    }
    for item in &mut items {
        item.weight = item.weight.checked_mul(scale).ok_or(Refusal::TooLarge)?;
    }
    let rows = rows(input, counts, terms.price.is_none())?;
    let weights = match terms.price {
        Some(price) => priced(&rows, price),
        None => boosted(split, terms, input, &rows, capped(&rows, terms.cap)?)?,
    };
    for (row, weight) in rows.iter().zip(weights) {
        let sum = recordings.entry(row.recording).or_default();
        *sum = sum.checked_add(weight).ok_or(Refusal::TooLarge)?;
    }
    if let Some(threshold) = terms.threshold {
        for (recording, weight) in &mut recordings {
            if !reached(split, threshold, input, recording)? {
                *weight = 0;
            }
        }
    }
    Ok(with_recordings(items, recordings))
}

static EMPTY: Input = Input::NOTHING;

fn with_recordings<'a>(mut items: Vec<Item<'a>>, recordings: BTreeMap<&RecordingId, u64>) -> Vec<Item<'a>> {
    items
        .extend(recordings.into_iter().map(|(recording, weight)| Item::recording(recording.clone(), weight)));
    items
}

/// What one member played of one recording, sought or not.
struct Row<'a> {
    member: &'a str,
    recording: &'a RecordingId,
    sought: bool,
    plays: u64,
    before: u32,
}

/// The rows of the input, added where member, recording and, where it matters, seeking are the same.
fn rows(
    input: &Input,
    counts: impl Fn(Option<&RecordingId>) -> bool,
    by_sought: bool,
) -> Result<Vec<Row<'_>>, Refusal> {
    let mut rows: BTreeMap<(&str, &RecordingId, bool), (u64, u32)> = BTreeMap::new();
    for play in input.plays.iter().filter(|p| p.plays > 0 && counts(Some(&p.recording))) {
        let row =
            rows.entry((&play.member, &play.recording, play.sought && by_sought)).or_insert((0, play.before));
        if row.1 != play.before {
            return Err(Refusal::RowsContradict { key: format!("{} of {}", play.recording, play.member) });
        }
        row.0 += u64::from(play.plays);
    }
    let rows = rows.into_iter().map(|((member, recording, sought), (plays, before))| Row {
        member,
        recording,
        sought,
        plays,
        before,
    });
    Ok(rows.collect())
}

/// The plays of each row; in millionths, and scaled down to the cap of its member, where there is one.
fn capped(rows: &[Row<'_>], cap: Option<u32>) -> Result<Vec<u64>, Refusal> {
    let Some(cap) = cap.map(u64::from) else {
        return Ok(rows.iter().map(|row| row.plays).collect());
    };
    let mut weights = Vec::with_capacity(rows.len());
    for member in rows.chunk_by(|a, b| a.member == b.member) {
        let plays: u64 = member.iter().map(|row| row.plays).sum();
        if plays <= cap {
            let whole = member.iter().map(|row| row.plays.checked_mul(MILLIONTHS));
            weights.extend(whole.collect::<Option<Vec<u64>>>().ok_or(Refusal::TooLarge)?);
            continue;
        }
        // Plays, not money, are divided here; the currency is only the form that the one division takes.
        let millionths = i64::try_from(cap * MILLIONTHS).map_err(|_| Refusal::TooLarge)?;
        let keyed: Vec<_> = member.iter().map(|row| ((row.recording, row.sought), row.plays)).collect();
        let parts = divide(Amount::from_micros(millionths, Currency::EUR), &keyed)?;
        weights.extend(parts.into_iter().map(|part| part.micros().unsigned_abs()));
    }
    Ok(weights)
}

/// Multiplies the weights of rows by the boosts that count for them.
fn boosted(
    split: &Split,
    terms: &PlayTerms,
    input: &Input,
    rows: &[Row<'_>],
    mut weights: Vec<u64>,
) -> Result<Vec<u64>, Refusal> {
    if terms.boosts.is_empty() {
        return Ok(weights);
    }
    let artists = artists(split, terms, input, rows)?;
    for (row, weight) in rows.iter().zip(&mut weights) {
        let (plays, listeners) = artists.get(row.recording).copied().unwrap_or((0, 0));
        let factor = terms.factor(row.sought, plays, listeners).ok_or(Refusal::TooLarge)?;
        *weight = weight.checked_mul(factor).ok_or(Refusal::TooLarge)?;
    }
    Ok(weights)
}

/// Plays and listeners of the artist of each recording.
type Artists<'a> = BTreeMap<&'a RecordingId, (u64, u64)>;

fn artists<'a>(
    split: &Split,
    terms: &PlayTerms,
    input: &'a Input,
    rows: &[Row<'a>],
) -> Result<Artists<'a>, Refusal> {
    if !terms.boosts.iter().any(|b| matches!(b.when, Requirement::Professional { .. })) {
        return Ok(BTreeMap::new());
    }
    let mut known: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
    let mut of: BTreeMap<&RecordingId, &str> = BTreeMap::new();
    for row in rows {
        let name = artist(split, input, row.recording)?;
        let sums = known.entry(name).or_default();
        sums.0 += row.plays;
        sums.1.insert(row.member);
        of.insert(row.recording, name);
    }
    let sums = |name: &str| known.get(name).map_or((0, 0), |(plays, members)| (*plays, members.len() as u64));
    Ok(of.into_iter().map(|(recording, name)| (recording, sums(name))).collect())
}

impl Boost {
    /// Whether it counts for a row, of an artist with so many plays from so many listeners.
    fn counts(&self, sought: bool, of_artist: u64, from: u64) -> bool {
        match self.when {
            Requirement::Sought => sought,
            Requirement::Professional { plays, listeners } => {
                of_artist >= u64::from(plays) && from >= u64::from(listeners)
            }
        }
    }
}

impl Price {
    /// What the first so many plays of one member cost, in millionths of a credit.
    pub(crate) fn up_to(&self, plays: u64) -> u64 {
        // At most 30 doublings of at most a thousand credits: below 2^60.
        self.first_micros * ((1_u64 << plays.min(u64::from(self.plays))) - 1)
    }
}

impl PlayTerms {
    /// Whether weights are in millionths: of a play under a cap, of a credit under a price.
    pub(super) fn in_millionths(&self) -> bool {
        self.cap.is_some() || self.price.is_some()
    }

    /// The product of the boosts that count for a row, at most `at_most`. `None` beyond 64 bits.
    pub(crate) fn factor(&self, sought: bool, of_artist: u64, listeners: u64) -> Option<u64> {
        let counted = self.boosts.iter().filter(|boost| boost.counts(sought, of_artist, listeners));
        let product = counted.map(|boost| u64::from(boost.times)).try_fold(1_u64, u64::checked_mul)?;
        Some(product.min(self.at_most.map_or(u64::MAX, u64::from)))
    }
}

/// What the plays of each row cost: play k costs 2^(k−1) times the first, up to the last that is paid.
///
/// Worked: at 0.002 credits, plays 1 to 9 cost 0.002·(2^9 − 1) = 1.022.
fn priced(rows: &[Row<'_>], price: Price) -> Vec<u64> {
    let cost = |row: &Row<'_>| {
        let before = u64::from(row.before);
        price.up_to(before + row.plays) - price.up_to(before)
    };
    rows.iter().map(cost).collect()
}

fn reached(
    split: &Split,
    threshold: Threshold,
    input: &Input,
    recording: &RecordingId,
) -> Result<bool, Refusal> {
    let plays = input.facts.get(recording).and_then(|f| f.threshold_plays);
    let plays = plays.ok_or_else(|| Refusal::NoEarlierPlays {
        split: split.name.clone(),
        recording: recording.to_string(),
    })?;
    Ok(plays >= u64::from(threshold.plays))
}
