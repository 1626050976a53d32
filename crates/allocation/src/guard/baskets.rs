//! Members with nearly the same basket: bought plays come from lists that are handed out.
//!
//! Each basket is told by twelve smallest hashes of its recordings, in four bands of three. Baskets that agree in
//! a band are compared whole with the first of them; so each is compared four times at most, and two that share nine
//! recordings in ten meet in some band with a probability of 0.995.

use std::collections::{BTreeMap, BTreeSet};

use music::RecordingId;

use super::plays::Member;
use super::{Flag, Kind, Limits};
use crate::held::Held;

const BANDS: usize = 4;
const WIDTH: usize = 3;

type Basket<'a> = BTreeSet<&'a RecordingId>;

/// Groups of members with nearly the same basket, without those that are flagged already.
pub(super) fn same(
    members: &BTreeMap<&str, Member<'_>>,
    seen: &BTreeSet<&str>,
    limits: &Limits,
) -> Vec<Flag> {
    let baskets: Vec<(&str, Basket<'_>)> = members
        .iter()
        .filter(|(name, _)| !seen.contains(*name))
        .map(|(name, member)| (*name, member.rows.iter().map(|r| &r.recording).collect::<Basket<'_>>()))
        .filter(|(_, basket)| basket.len() >= limits.least_recordings)
        .collect();
    let mut buckets: BTreeMap<(usize, [u64; WIDTH]), Vec<usize>> = BTreeMap::new();
    for (at, (_, basket)) in baskets.iter().enumerate() {
        for (band, key) in bands(basket).into_iter().enumerate() {
            buckets.entry((band, key)).or_default().push(at);
        }
    }
    let mut group: Vec<usize> = (0..baskets.len()).collect();
    for bucket in buckets.values() {
        let Some((first, others)) = bucket.split_first() else { continue };
        for other in others {
            if alike(&baskets[*first].1, &baskets[*other].1, limits) {
                join(&mut group, *first, *other);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..baskets.len() {
        groups.entry(root(&mut group, at)).or_default().push(at);
    }
    groups.values().filter(|g| g.len() >= limits.least_members).map(|g| flag(g, &baskets, limits)).collect()
}

fn flag(group: &[usize], baskets: &[(&str, Basket<'_>)], limits: &Limits) -> Flag {
    let mut count: BTreeMap<&RecordingId, usize> = BTreeMap::new();
    for at in group {
        for recording in &baskets[*at].1 {
            *count.entry(recording).or_default() += 1;
        }
    }
    // What at least half of them played is the list; the rest is each member's own.
    let common: Basket<'_> =
        count.into_iter().filter(|(_, n)| n * 2 >= group.len()).map(|(r, _)| r).collect();
    let held = group.iter().flat_map(|at| {
        let (name, basket) = &baskets[*at];
        basket.intersection(&common).map(|r| ((*name).to_owned(), (*r).clone())).collect::<Vec<_>>()
    });
    let (n, list, same) = (group.len(), common.len(), limits.same_percent);
    Flag {
        kind: Kind::SameBasket,
        subject: group.first().map(|at| baskets[*at].0.to_owned()).unwrap_or_default(),
        evidence: format!("{n} members played the same {list} recordings, with at least {same} % in common"),
        evidence_fr: format!(
            "{n} membres ont joué les mêmes {list} enregistrements, dont au moins {same} % en commun"
        ),
        held: Held { plays: held.collect(), ..Held::default() },
    }
}

/// Whether two baskets have enough in common, of all that is in either.
fn alike(a: &Basket<'_>, b: &Basket<'_>, limits: &Limits) -> bool {
    let common = a.intersection(b).count() as u64;
    let all = (a.len() + b.len()) as u64 - common;
    common * 100 >= all * limits.same_percent
}

fn bands(basket: &Basket<'_>) -> [[u64; WIDTH]; BANDS] {
    let mut least = [[u64::MAX; WIDTH]; BANDS];
    for recording in basket {
        let base = fnv(recording.as_str().as_bytes());
        for (band, row) in least.iter_mut().enumerate() {
            for (place, slot) in row.iter_mut().enumerate() {
                *slot = (*slot).min(mixed(base, (band * WIDTH + place) as u64));
            }
        }
    }
    least
}

/// FNV-1a of some bytes.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

/// The finalizer of SplitMix64 over a hash and a number.
fn mixed(hash: u64, n: u64) -> u64 {
    let mut z = hash.wrapping_add((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The member that names a group; the way there is halved for those who come after.
fn root(group: &mut [usize], mut at: usize) -> usize {
    while group[at] != at {
        group[at] = group[group[at]];
        at = group[at];
    }
    at
}

/// Puts two into one group, named by the smaller.
fn join(group: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(group, a), root(group, b));
    let (small, large) = (a.min(b), a.max(b));
    group[large] = small;
}
