//! Which moments of the house's books may be public.
//!
//! A public figure that moves with every gift is a gift told by subtraction: read it before and after. So public
//! figures stand still and jump, from one complete batch to the next. [`super::public_batches`] says this of gifts
//! alone; here it is said of everything that is published beside them, because two figures that jump at different
//! moments can be subtracted from each other.
//!
//! Worked, k = 2: runs by givers `A`, then `B`, then `C`. After the first nothing is public; after the second all
//! figures show `A` and `B` together; the third waits for a fourth. A payment to producers whom `A` and `B` paid for
//! may be shown, since both stand behind it; a payment of `C`'s producers alone waits too.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Policy;
use super::crowd::Crowd;

/// Something that happened: what it moved, of whose money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// What moved.
    pub flows: Vec<Flow>,
}

/// How much of one giver's money an event moved in one public figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Whose money: the performer, for all payers of a gig.
    pub giver: String,
    /// Which figure it moves.
    pub figure: String,
    /// By how many micros; below nothing in a correction.
    pub micros: i64,
}

/// Events whose sums may be public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Which events, by their place in the list given.
    pub events: Range<usize>,
    /// Optional figures that too few givers moved: they may only be shown as part of a greater sum.
    pub small: BTreeSet<String>,
}

/// The batches whose sums may be public, in order; the events behind the last batch wait. All in one currency.
///
/// A batch is complete as soon as each figure that moved in it was moved by `k` givers, none above the largest part.
/// An `optional` figure never keeps a batch from being complete; where too few moved it, it is named in
/// [`Moment::small`]. More events never change an earlier batch, so two readings of the figures differ by whole batches.
pub fn public_moments(events: &[Event], optional: &dyn Fn(&str) -> bool, policy: &Policy) -> Vec<Moment> {
    let (mut moments, mut start) = (Vec::new(), 0);
    let mut nets: BTreeMap<&str, BTreeMap<&str, i128>> = BTreeMap::new();
    for (place, event) in events.iter().enumerate() {
        for flow in &event.flows {
            let figure = nets.entry(&flow.figure).or_default();
            *figure.entry(&flow.giver).or_default() += i128::from(flow.micros);
        }
        let mut small = BTreeSet::new();
        let (mut moved, mut told) = (false, true);
        for (figure, givers) in &nets {
            let mut crowd = Crowd::default();
            givers.values().for_each(|net| crowd.add(*net));
            // What moved there and back by one giver is not nothing: its single moves were seen.
            let silent = givers.is_empty();
            let enough = crowd.count > 0 && crowd.is_enough(policy);
            match (silent || enough, optional(figure)) {
                (true, false) => moved |= !silent,
                (true, true) => {}
                (false, true) => drop(small.insert((*figure).to_owned())),
                (false, false) => told = false,
            }
        }
        if told && moved {
            moments.push(Moment { events: start..place + 1, small });
            start = place + 1;
            nets.clear();
        }
    }
    moments
}
