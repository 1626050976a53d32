//! Between the passes: the pot over the rule's parts, and over recordings wherever no member matters.

use std::collections::BTreeMap;

use money::{Amount, divide};

use crate::Refusal;
use crate::evaluate::{first_division, way};
use crate::rule::{Destination, Measure, MemberTerms, Missing, PlayTerms, Split};

use super::census::{Census, MemberCensus, PartCensus, weighs_members};
use super::plan::{Plan, professional};
use super::recordings::{NO_ARTIST, Recordings};
use super::seats::{Question, SeatMoney};

/// Most seats of one pot; larger numbers are slips of the keyboard.
const MOST_SEATS: u64 = 10_000_000_000;

/// A pot divided as far as counts tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The pot.
    pub pot: Amount,
    /// What each deduction takes, in the order of the rule.
    pub deducted: Vec<Amount>,
    /// Each split, in the order of the rule.
    pub parts: Vec<PartMoney>,
    /// What no split could place, by the split it comes from.
    pub carried: Vec<(usize, Destination, Amount)>,
}

/// The money of one split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartMoney {
    /// What it shares, without what it could not place.
    pub amount: Amount,
    /// How.
    pub shared: SharedBy,
}

/// How the money of a split is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedBy {
    /// Nothing qualified.
    Nothing,
    /// All of it goes to one place.
    Place(Destination),
    /// Over these recordings, by ascending number.
    Recordings(Vec<(u32, Amount)>),
    /// Over seats: [`super::Shared`] will tell.
    Seats(SeatMoney),
}

/// What qualifies for a split.
enum Placed<'a> {
    Place(&'a Destination),
    Weighed(Vec<(u32, u64)>),
    Grouped(BTreeMap<u32, Vec<(u32, u64)>>),
    Seats(MemberTerms, &'a MemberCensus, u64),
}

/// Divides a pot as far as counts tell.
///
/// # Errors
/// A [`Refusal`], as [`crate::allocate`] has it. Recordings in it are told by number.
pub fn settle(
    plan: &Plan,
    pot: Amount,
    seats: Option<u64>,
    recordings: &Recordings,
    census: &Census,
) -> Result<Settlement, Refusal> {
    let mut placed: Vec<Option<Placed<'_>>> = Vec::with_capacity(plan.splits().len());
    for (part, split) in plan.splits().iter().enumerate() {
        placed.push(Some(Ask { split, part, seats, recordings, census }.place()?));
    }
    let (deducted, own) = first_division(pot, plan.rule())?;
    let nothing = |amount: &Amount| PartMoney { amount: *amount, shared: SharedBy::Nothing };
    let mut settlement =
        Settlement { pot, deducted, parts: own.iter().map(nothing).collect(), carried: Vec::new() };
    let mut order: Vec<usize> = (0..plan.splits().len()).collect();
    order.sort_by_key(|part| (std::cmp::Reverse(way(plan.rule(), *part)), *part));
    for part in order {
        let Some(placed) = placed.get_mut(part).and_then(Option::take) else { continue };
        let amount = settlement.parts[part].amount;
        let (shared, left) = placed.divide(part, amount)?;
        if !left.is_zero() {
            settlement.hand_over(plan, part, left)?;
        }
        settlement.parts[part] = PartMoney { amount: amount.checked_sub(left)?, shared };
    }
    Ok(settlement)
}

impl Settlement {
    /// The next question that all partitions must be asked with [`super::tally`]; `None` once all is decided.
    pub fn question(&self) -> Option<Question> {
        self.seats().find_map(SeatMoney::question)
    }

    /// Takes the counts of all partitions, added. What follows is asked at once, where they leave a choice.
    ///
    /// Returns the narrower question; `None` where this one is decided.
    pub fn answer(&mut self, question: &Question, counts: &[u64]) -> Option<Question> {
        match question.answered(counts) {
            Ok(narrower) => Some(narrower),
            Err(key) => {
                for part in &mut self.parts {
                    if let SharedBy::Seats(money) = &mut part.shared
                        && money.part == question.part
                    {
                        money.cut = Some(key);
                    }
                }
                None
            }
        }
    }

    /// The seats of a split by member.
    pub fn seats_of(&self, part: usize) -> Option<&SeatMoney> {
        match &self.parts.get(part)?.shared {
            SharedBy::Seats(money) => Some(money),
            _ => None,
        }
    }

    fn seats(&self) -> impl Iterator<Item = &SeatMoney> {
        (0..self.parts.len()).filter_map(|part| self.seats_of(part))
    }

    /// Takes what a split could not place to where the rule says.
    fn hand_over(&mut self, plan: &Plan, part: usize, left: Amount) -> Result<(), Refusal> {
        let split = &plan.splits()[part];
        let to = plan.rule().fallback(split);
        let to = to.ok_or_else(|| Refusal::NothingQualifies { split: split.name.clone() })?;
        let target = match to {
            Destination::Split(name) => plan.splits().iter().position(|split| split.name == *name),
            _ => None,
        };
        match target {
            Some(target) => self.parts[target].amount = self.parts[target].amount.checked_add(left)?,
            None => self.carried.push((part, to.clone(), left)),
        }
        Ok(())
    }
}

/// One split and what is known.
struct Ask<'a> {
    split: &'a Split,
    part: usize,
    seats: Option<u64>,
    recordings: &'a Recordings,
    census: &'a Census,
}

impl<'a> Ask<'a> {
    fn place(&self) -> Result<Placed<'a>, Refusal> {
        Ok(match &self.split.measure {
            Measure::To(to) => Placed::Place(to),
            Measure::Duration(Missing::Refuse | Missing::Median) => Placed::Weighed(
                self.weighed(&self.census.seconds, |recording| self.census.is_seen(recording)),
            ),
            Measure::Recording => Placed::Weighed(self.listed()),
            Measure::Artist => Placed::Grouped(self.by_artist()?),
            Measure::Play(terms) => Placed::Weighed(self.by_play(terms)?),
            Measure::Member(terms) => self.by_member(*terms)?,
            // A plan holds no other measure.
            _ => Placed::Weighed(Vec::new()),
        })
    }

    fn qualifying(&self) -> impl Iterator<Item = u32> + use<'a> {
        let (recordings, filter) = (self.recordings, self.split.filter);
        recordings.numbers().filter(move |recording| recordings.qualifies(filter, *recording))
    }

    fn weighed(&self, weights: &[u64], counts: impl Fn(u32) -> bool) -> Vec<(u32, u64)> {
        let weight = |recording: u32| weights.get(recording as usize).copied().unwrap_or(0);
        let counted = self.qualifying().filter(|recording| counts(*recording));
        counted.map(|recording| (recording, weight(recording))).collect()
    }

    /// The recordings of a filter on the catalogue, or else those that were played.
    fn listed(&self) -> Vec<(u32, u64)> {
        use crate::rule::Where;
        let of_catalogue = matches!(self.split.filter, Some(Where::InCatalogue | Where::Local));
        let counts = |recording: &u32| of_catalogue || self.census.is_played(*recording);
        self.qualifying().filter(counts).map(|recording| (recording, 1)).collect()
    }

    /// All plays of each recording.
    fn plays(&self, recording: u32) -> Result<u64, Refusal> {
        let of = |list: &[u64]| list.get(recording as usize).copied().unwrap_or(0);
        of(&self.census.plays).checked_add(of(&self.census.sought)).ok_or(Refusal::TooLarge)
    }

    /// The recordings with a play that count for the split.
    fn played(&self) -> impl Iterator<Item = u32> + use<'a> {
        let census = self.census;
        self.qualifying().filter(move |recording| census.is_played(*recording))
    }

    fn artist(&self, recording: u32) -> Result<u32, Refusal> {
        match self.recordings.artist_of(recording) {
            NO_ARTIST => {
                let split = self.split.name.clone();
                Err(Refusal::NoArtist { split, recording: recording.to_string() })
            }
            artist => Ok(artist),
        }
    }

    fn by_artist(&self) -> Result<BTreeMap<u32, Vec<(u32, u64)>>, Refusal> {
        let mut groups: BTreeMap<u32, Vec<(u32, u64)>> = BTreeMap::new();
        for recording in self.played() {
            let plays = self.plays(recording)?;
            groups.entry(self.artist(recording)?).or_default().push((recording, plays));
        }
        Ok(groups)
    }

    fn by_play(&self, terms: &PlayTerms) -> Result<Vec<(u32, u64)>, Refusal> {
        if *terms == PlayTerms::default() {
            let seen = self.qualifying().filter(|recording| self.census.is_seen(*recording));
            return seen.map(|recording| Ok((recording, self.plays(recording)?))).collect();
        }
        let part = self.census.parts.get(self.part);
        let (plain, sought) = match part {
            Some(PartCensus::Plays { plain, sought, .. }) if weighs_members(terms) => (plain, sought),
            _ => (&self.census.plays, &self.census.sought),
        };
        let weight = |list: &[u64], recording: u32| list.get(recording as usize).copied().unwrap_or(0);
        let artists = self.artists(terms)?;
        let mut weights = Vec::new();
        for recording in self.played() {
            let (of_artist, listeners) = match artists.get(self.recordings.artist_of(recording) as usize) {
                Some(counts) => *counts,
                None => (0, 0),
            };
            let factor = |sought| match terms.price {
                Some(_) => Some(1),
                None => terms.factor(sought, of_artist, listeners),
            };
            let plain = factor(false).and_then(|f| weight(plain, recording).checked_mul(f));
            let sought = match weight(sought, recording) {
                0 => Some(0),
                weight => factor(true).and_then(|f| weight.checked_mul(f)),
            };
            let both = plain.zip(sought).and_then(|(a, b)| a.checked_add(b)).ok_or(Refusal::TooLarge)?;
            weights.push((recording, if self.reached(terms, recording)? { both } else { 0 }));
        }
        Ok(weights)
    }

    /// Plays and listeners of each artist, where some boost asks.
    fn artists(&self, terms: &PlayTerms) -> Result<Vec<(u64, u64)>, Refusal> {
        let Some(PartCensus::Plays { listeners, .. }) = self.census.parts.get(self.part) else {
            return Ok(Vec::new());
        };
        if !professional(terms) {
            return Ok(Vec::new());
        }
        let mut artists: Vec<(u64, u64)> = listeners.iter().map(|listeners| (0, *listeners)).collect();
        for recording in self.played() {
            let (artist, plays) = (self.artist(recording)?, self.plays(recording)?);
            if let Some(counts) = artists.get_mut(artist as usize) {
                counts.0 = counts.0.checked_add(plays).ok_or(Refusal::TooLarge)?;
            }
        }
        Ok(artists)
    }

    fn reached(&self, terms: &PlayTerms, recording: u32) -> Result<bool, Refusal> {
        let Some(threshold) = terms.threshold else { return Ok(true) };
        let plays = self.recordings.threshold_plays.get(recording as usize).copied().flatten();
        let plays = plays.ok_or_else(|| Refusal::NoEarlierPlays {
            split: self.split.name.clone(),
            recording: recording.to_string(),
        })?;
        Ok(plays >= u64::from(threshold.plays))
    }

    fn by_member(&self, terms: MemberTerms) -> Result<Placed<'a>, Refusal> {
        if terms.within == crate::rule::Within::Artist {
            for recording in self.played() {
                self.artist(recording)?;
            }
        }
        let Some(PartCensus::Members(members)) = self.census.parts.get(self.part) else {
            return Ok(Placed::Weighed(Vec::new()));
        };
        let idle = match self.seats {
            Some(seats) if seats > MOST_SEATS => return Err(Refusal::SeatsTooMany { seats }),
            Some(seats) if seats < members.active => {
                return Err(Refusal::SeatsTooFew { seats, members: members.active });
            }
            Some(seats) if self.split.filter.is_none() => seats - members.active,
            _ => 0,
        };
        Ok(Placed::Seats(terms, members, idle))
    }
}

impl Placed<'_> {
    /// Who shares it how, and what is left for somewhere else.
    fn divide(self, part: usize, amount: Amount) -> Result<(SharedBy, Amount), Refusal> {
        let nothing = Amount::zero(amount.currency());
        match self {
            Placed::Place(to) => Ok((SharedBy::Place(to.clone()), nothing)),
            Placed::Weighed(items) => match by_weight(&items, amount)? {
                Some(shared) => Ok((SharedBy::Recordings(shared), nothing)),
                None => Ok((SharedBy::Nothing, amount)),
            },
            Placed::Grouped(groups) => {
                let keys: Vec<(u32, u64)> = groups.keys().map(|artist| (*artist, 1)).collect();
                if keys.is_empty() {
                    return Ok((SharedBy::Nothing, amount));
                }
                let mut shared = BTreeMap::new();
                for (items, due) in groups.values().zip(divide(amount, &keys)?) {
                    shared.extend(by_weight(items, due)?.unwrap_or_default());
                }
                Ok((SharedBy::Recordings(shared.into_iter().collect()), nothing))
            }
            Placed::Seats(terms, members, idle) => {
                let size = amount.micros().unsigned_abs();
                let keys = (members.least, members.most);
                if members.active == 0 {
                    return Ok((SharedBy::Nothing, amount));
                }
                let (mut money, left) =
                    SeatMoney::alike(part, size, members.active, idle, keys).ok_or(Refusal::TooLarge)?;
                if let Some(alpha) = terms.scaled {
                    money = money.scaled(alpha, &members.by_plays)?;
                }
                Ok((SharedBy::Seats(money), signed(left, amount)))
            }
        }
    }
}

fn by_weight(items: &[(u32, u64)], amount: Amount) -> Result<Option<Vec<(u32, Amount)>>, Refusal> {
    let total = items.iter().try_fold(0_u64, |sum, (_, weight)| sum.checked_add(*weight));
    if total.ok_or(Refusal::TooLarge)? == 0 {
        return Ok(None);
    }
    let dues = divide(amount, items)?;
    Ok(Some(items.iter().map(|(recording, _)| *recording).zip(dues).collect()))
}

/// A size with the sign and currency of an amount.
pub(super) fn signed(size: u64, of: Amount) -> Amount {
    // Sizes are parts of an amount, so they fit; the smallest amount is its own mirror.
    let micros = if of.is_negative() { 0_i64.wrapping_sub_unsigned(size) } else { size as i64 };
    Amount::from_micros(micros, of.currency())
}
