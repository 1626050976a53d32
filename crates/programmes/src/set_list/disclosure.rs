//! What a producer may see of set-list money without learning what any one giver gave.
//!
//! A pot's line is worth `gift × 85 % / lines`. Lists are often public and the rule always is, so
//! whoever sees the money of one night knows the gift. Hence sums only, and only over enough givers:
//!
//! 1. A producer sees one total per period. If fewer than `k` others gave to it, it waits
//!    ([`release`]) until enough have, or until the longest wait is over; then the total alone is
//!    shown, with neither counts nor places, dates or names ([`Detail::TotalOnly`]).
//! 2. A recording's sum is shown apart only if at least `k` givers stand behind it **who stand
//!    behind no other sum of that view**, none of them with more than half of their money. All other
//!    recordings go into one sum; if that sum lacks such givers of its own, shown recordings join
//!    it until it has them. Whatever is then added or subtracted, every sum that takes part leaves its
//!    own `k` givers in the result: no arithmetic on one view gets below `k`.
//! 3. Sums are shown in whole cents. Micros would say more than the sum: gifts are round numbers
//!    and lists are known, so the sixth decimal of a sum can betray its parts.
//! 4. A view depends on its period's credits alone. A correction is a credit of the open period, so
//!    a closed statement never changes and asking twice tells nothing.
//! 5. In public only totals of complete batches of `k` givers are shown ([`public_batches`] of gifts,
//!    [`public_moments`] of all figures together).
//!
//! Worked, k = 3: `A` is paid by givers 1 2 3 4, `B` by 3 4 5 6 7, `C` by 8. Of `B`'s givers 5 6 7 are
//! its own: shown. `A` has only 1 2, `C` only 8: both go into the sum of the others, whose own givers
//! are 1 2 8: shown as one sum. What stays inferable all the same is told in `docs/privacy-of-the-giver.md`.
//!
//! This module has no idea how pots are shared or paid; it sees credits with names.

mod crowd;
mod public;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use money::{Amount, AmountError, Currency, sum};
use music::{PartyId, Period, RecordingId};

use crowd::{Crowd, Nets};
pub use public::{Event, Flow, Moment, public_moments};

/// How much the house shows: versioned data, never configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// `k`: how many givers a shown sum has at least. The reader is never counted.
    pub givers: usize,
    /// How much of a sum one giver may be at most, in percent: beyond it the sum tells that giver's gift by and large.
    pub largest_percent: u8,
    /// How long a total below the threshold waits at most, in months.
    pub longest_wait_months: i32,
    /// The smallest step in which sums are shown.
    pub grain: Grain,
}

/// The smallest step in which sums are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// The currency's minor unit (cents), toward nothing.
    Minor,
    /// Every micro.
    Micro,
}

impl Default for Policy {
    /// Ten givers, none above half, three months, cents.
    fn default() -> Self {
        Policy { givers: 10, largest_percent: 50, longest_wait_months: 3, grain: Grain::Minor }
    }
}

/// What a DJ lets producers see of a set list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Visibility {
    /// That the recording was played.
    #[default]
    TrackOnly,
    /// Also where and when.
    CityAndDate,
    /// Also by whom.
    Everything,
}

impl Visibility {
    /// All choices, the most private first.
    pub const ALL: [Visibility; 3] = [Visibility::TrackOnly, Visibility::CityAndDate, Visibility::Everything];

    /// The word that stands for it in files, in the store and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Visibility::TrackOnly => "track-only",
            Visibility::CityAndDate => "city-and-date",
            Visibility::Everything => "everything",
        }
    }

    /// The choice a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Visibility::ALL.into_iter().find(|v| v.word() == word)
    }
}

/// Money one producer is owed from one list, or a correction of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The statement period in which it is released (after any wait), not the night it came from.
    pub period: Period,
    /// The recording it is for.
    pub recording: RecordingId,
    /// Whose list and pot it came from: the performer. All payers of one gig pot count as this one
    /// giver, since each of them knows its own part.
    pub giver: PartyId,
    /// How much; below nothing in a correction.
    pub amount: Amount,
    /// How many lines of the list it pays; 0 in a correction.
    pub plays: u32,
    /// What the DJ lets producers see of this list.
    pub visibility: Visibility,
    /// The DJ's public name.
    pub dj: String,
    /// Where it was played; may be empty.
    pub city: String,
    /// The day it was played.
    pub date: Option<Date>,
}

/// What one producer sees of one period and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The period.
    pub period: Period,
    /// All set-list money of the period, in the policy's grain; the rest stays on the balance.
    pub total: Amount,
    /// As much more as may be shown.
    pub detail: Detail,
}

/// What a view shows beside its total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Enough givers: sums, counts, and what each DJ lets be seen. All amounts add up to the total.
    Sums {
        /// Recordings with a sum of their own, by id.
        recordings: Vec<RecordingSum>,
        /// The other recordings together; `None` where there are none.
        other: Option<OtherSum>,
        /// What the sums lose below the grain, taken together.
        fractions: Amount,
    },
    /// Too few givers: which recordings earned something, by id, and nothing else.
    TotalOnly {
        /// The recordings.
        recordings: Vec<RecordingId>,
    },
}

/// A recording whose sum is shown apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingSum {
    /// How often and where it was played.
    pub played: Played,
    /// What it earned in the period, in the policy's grain.
    pub amount: Amount,
}

/// Recordings whose sums are shown as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSum {
    /// The recordings, by id.
    pub played: Vec<Played>,
    /// What they earned together, in the policy's grain.
    pub amount: Amount,
}

/// How often a recording was played, and what the DJs let be seen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// The recording.
    pub recording: RecordingId,
    /// On how many lines it stood.
    pub plays: u64,
    /// The plays that DJs let be seen, by date, city and name.
    pub seen: Vec<Seen>,
}

/// A play that a DJ lets be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// The day.
    pub date: Option<Date>,
    /// The city; may be empty.
    pub city: String,
    /// The DJ, where everything is shown.
    pub dj: Option<String>,
}

/// Whether a producer's credits may be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Now; [`disclose`] decides in what detail.
    Show,
    /// Not before enough givers have come together, or this day.
    Wait {
        /// The day on which they are released whoever has given by then.
        until: Date,
    },
}

/// A gift as it counts for public totals, in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gift {
    /// Who gave (the performer, for all payers of a gig).
    pub giver: PartyId,
    /// How much.
    pub amount: Amount,
}

/// Gifts whose sum may be public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Which gifts, by their place in the list given.
    pub gifts: Range<usize>,
    /// Their sum.
    pub total: Amount,
}

/// What `reader` may see of its credits: one view per period and currency, in that order.
///
/// # Errors
/// [`AmountError::Overflow`] where a sum leaves the range of an amount.
pub fn disclose(reader: &PartyId, credits: &[Credit], policy: &Policy) -> Result<Vec<View>, AmountError> {
    let mut groups: BTreeMap<_, Vec<&Credit>> = BTreeMap::new();
    for credit in credits {
        let Period { start, end } = credit.period;
        let currency = credit.amount.currency();
        groups.entry((start, end, currency)).or_default().push(credit);
    }
    groups.into_values().map(|group| view(reader, &group, policy)).collect()
}

/// Whether credits that waited since `since` may be released on `today`.
///
/// They may once at least `k` givers, none above the largest part, stand behind them in each
/// currency, or once the longest wait is over. All of them are then released together, into one period.
pub fn release(reader: &PartyId, waiting: &[Credit], since: Date, today: Date, policy: &Policy) -> Release {
    let months = jiff::Span::new().try_months(policy.longest_wait_months.max(0));
    let until = months.and_then(|m| since.checked_add(m)).unwrap_or(Date::MAX);
    let mut currencies: BTreeMap<Currency, Vec<&Credit>> = BTreeMap::new();
    for credit in waiting {
        currencies.entry(credit.amount.currency()).or_default().push(credit);
    }
    let enough = currencies.values().all(|group| Nets::of(reader, group).everyone().is_enough(policy));
    if enough || until <= today { Release::Show } else { Release::Wait { until } }
}

/// The day on which each arrival of credits is released to `reader`, as it stands on `today`; `None` where it waits.
///
/// Arrivals are in order of their days. Whatever waits is looked at with each arrival and on the day its longest
/// wait ends, by [`release`]; all of it is then released together. A later arrival never changes the day of one that
/// was released before.
pub fn release_days(
    reader: &PartyId,
    arrivals: &[(Date, Vec<Credit>)],
    today: Date,
    policy: &Policy,
) -> Vec<Option<Date>> {
    let mut days = vec![None; arrivals.len()];
    let (mut waiting, mut first): (Vec<Credit>, usize) = (Vec::new(), 0);
    for (place, (day, credits)) in arrivals.iter().enumerate().filter(|(_, (day, _))| *day <= today) {
        // The longest wait may have ended between two arrivals.
        if let Some((since, _)) = arrivals.get(first).filter(|_| first < place)
            && let Some(until) = ended(reader, &waiting, *since, *day, policy)
        {
            days.iter_mut().take(place).skip(first).for_each(|d| *d = Some(until));
            (waiting, first) = (Vec::new(), place);
        }
        waiting.extend(credits.iter().cloned());
        let since = arrivals.get(first).map_or(*day, |(since, _)| *since);
        if release(reader, &waiting, since, *day, policy) == Release::Show {
            days.iter_mut().take(place + 1).skip(first).for_each(|d| *d = Some(*day));
            (waiting, first) = (Vec::new(), place + 1);
        }
    }
    if let Some((since, _)) = arrivals.get(first).filter(|_| !waiting.is_empty())
        && let Some(until) = ended(reader, &waiting, *since, today, policy)
    {
        let known = arrivals.iter().take_while(|(day, _)| *day <= today).count();
        days.iter_mut().take(known).skip(first).for_each(|d| *d = Some(until));
    }
    days
}

/// The day the longest wait ended, if it did by `day`.
fn ended(reader: &PartyId, waiting: &[Credit], since: Date, day: Date, policy: &Policy) -> Option<Date> {
    match release(reader, waiting, since, Date::MIN, policy) {
        Release::Wait { until } if until <= day => Some(until),
        _ => None,
    }
}

/// The batches whose totals may be public; the gifts behind the last batch wait.
///
/// A batch is complete as soon as it has `k` givers, none above the largest part. More gifts never
/// change an earlier batch, so two readings of a public figure differ by whole batches. All gifts in one currency.
///
/// # Errors
/// [`AmountError`] where currencies meet or a sum leaves the range of an amount.
pub fn public_batches(gifts: &[Gift], policy: &Policy) -> Result<Vec<Batch>, AmountError> {
    let (mut batches, mut start, mut nets) = (Vec::new(), 0, BTreeMap::<&PartyId, i128>::new());
    let mut sizes = BTreeSet::new();
    let mut crowd = Crowd::default();
    for (place, gift) in gifts.iter().enumerate() {
        let net = nets.entry(&gift.giver).or_default();
        sizes.remove(&(net.unsigned_abs(), &gift.giver));
        crowd.remove(*net);
        *net += i128::from(gift.amount.micros());
        sizes.insert((net.unsigned_abs(), &gift.giver));
        crowd.add(*net);
        crowd.largest = sizes.last().map_or(0, |(size, _)| *size);
        if crowd.is_enough(policy) && crowd.count > 0 {
            let total = sum(gifts[start..=place].iter().map(|g| g.amount), gift.amount.currency())?; // start ≤ place
            batches.push(Batch { gifts: start..place + 1, total });
            (start, crowd) = (place + 1, Crowd::default());
            nets.clear();
            sizes.clear();
        }
    }
    Ok(batches)
}

/// With how many leaves a public manifest of so many salted commitments is published.
///
/// The next power of two, at least 64; the leaves beyond are commitments to nothing, which no one can tell
/// from the others, so that the number of leaves tells no list's length.
pub fn manifest_leaves(count: usize) -> usize {
    count.max(64).checked_next_power_of_two().unwrap_or(count)
}

fn view(reader: &PartyId, credits: &[&Credit], policy: &Policy) -> Result<View, AmountError> {
    let period = credits.first().map_or(Period::ALWAYS, |c| c.period);
    let currency = credits.first().map_or(Currency::EUR, |c| c.amount.currency());
    let total = policy.grain.of(sum(credits.iter().map(|c| c.amount), currency)?);
    let mut by_recording: BTreeMap<&RecordingId, Vec<&Credit>> = BTreeMap::new();
    for &credit in credits {
        by_recording.entry(&credit.recording).or_default().push(credit);
    }
    let nets = Nets::of(reader, credits);
    if !nets.everyone().is_enough(policy) {
        let recordings = by_recording.into_keys().cloned().collect();
        return Ok(View { period, total, detail: Detail::TotalOnly { recordings } });
    }
    let apart = nets.shown_apart(policy);
    let (mut recordings, mut rest, mut rest_sum) = (Vec::new(), Vec::new(), Amount::zero(currency));
    for (recording, credits) in by_recording {
        let amount = sum(credits.iter().map(|c| c.amount), currency)?;
        let played = played(recording, &credits);
        if apart.contains(recording) {
            recordings.push(RecordingSum { played, amount: policy.grain.of(amount) });
        } else {
            rest.push(played);
            rest_sum = rest_sum.checked_add(amount)?;
        }
    }
    let other = (!rest.is_empty()).then(|| OtherSum { played: rest, amount: policy.grain.of(rest_sum) });
    let shown = sum(recordings.iter().map(|r| r.amount).chain(other.as_ref().map(|o| o.amount)), currency)?;
    let fractions = total.checked_sub(shown)?;
    Ok(View { period, total, detail: Detail::Sums { recordings, other, fractions } })
}

fn played(recording: &RecordingId, credits: &[&Credit]) -> Played {
    let plays = credits.iter().map(|c| u64::from(c.plays)).sum();
    let mut seen: Vec<Seen> = credits.iter().filter(|c| c.plays > 0).filter_map(|c| seen(c)).collect();
    seen.sort();
    Played { recording: recording.clone(), plays, seen }
}

fn seen(credit: &Credit) -> Option<Seen> {
    let dj = match credit.visibility {
        Visibility::TrackOnly => return None,
        Visibility::CityAndDate => None,
        Visibility::Everything => Some(credit.dj.clone()),
    };
    Some(Seen { date: credit.date, city: credit.city.clone(), dj })
}

impl Grain {
    fn of(self, amount: Amount) -> Amount {
        match self {
            Grain::Minor => amount.round_down_to_minor(),
            Grain::Micro => amount,
        }
    }
}
