//! Shortlists of artists that are fair over time: who is shown for a brief, and how much attention fit had earned.
//!
//! 1. **In the running** is everybody whose fit is at least [`Policy::near`] of what the best list would have.
//! 2. A list has attention to give away: the first place 1, a place after `r` others 1 / log2(r + 2), as usual in ranking. Everybody
//!    in the running **earns** a part of it in proportion to fit. Where the emerging among them would earn less than
//!    [`Policy::emerging`] together, they earn that.
//! 3. **Owed** is what an artist earned in all briefs until now, this one included, less what was shown. Places go by fit
//!    and by what is owed, and what is owed weighs as much as it can while all briefs together keep
//!    `1 -` [`Policy::loss`] of the fit that the best lists would have had.
//!
//! A brief has few places, but over many briefs everybody's attention comes to what fit earned, and an artist is shown where
//! fitting best. Earned and shown add up to the same in every brief: nobody's attention is lost.
//!
//! Earning in proportion to merit, made good over many rankings, is the equity of attention of Biega, Gummadi and Weikum
//! (SIGIR 2018); that equal fit earns equally is the exposure of Singh and Joachims (KDD 2018). [`measure`] has both.
//!
//! Worked case: two artists fit equally, and a brief has one place. Each earns half of it. The first is shown and is owed
//! −½, the other ½; the next brief shows the other.
//!
//! It knows neither money nor terms: who does not want a brief is not among the candidates. Nothing is drawn by lot: ties go
//! to the smaller number of an artist.

pub mod measure;

/// Attention, in millionths of that of a first place.
pub type Attention = i64;

/// One who could be shown, having refused nothing in the brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub artist: u32,
    /// How well the artist fits the brief, in millionths of a perfect fit; whoever has nought is not shown.
    pub fit: u32,
    /// Whether the floor is for this artist: emerging or local.
    pub emerging: bool,
    /// What earlier briefs earned the artist, less what they showed.
    pub owed: Attention,
}

/// What a house has decided about shortlists; public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Places on a list.
    pub places: usize,
    /// Least fit in the running, in millionths of the mean fit of the best list.
    pub near: u32,
    /// Most fit that fairness may cost over all briefs, in millionths.
    pub loss: u32,
    /// Least part of a list's attention that the emerging in the running earn together, in millionths.
    pub emerging: u32,
}

impl Default for Policy {
    /// Twenty places, 85 % of the best, 3 % of the fit, 20 % for the emerging.
    fn default() -> Policy {
        Policy { places: 20, near: 850_000, loss: 30_000, emerging: 200_000 }
    }
}

/// Fit of all briefs until now, each place's by its attention, in millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fit {
    /// Of the lists that the best alone would have made.
    pub best: i64,
    /// Of the lists that were given.
    pub given: i64,
}

/// How one in the running fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub artist: u32,
    /// The fit it was judged by.
    pub fit: u32,
    /// From 1; nought where the artist is not on the list.
    pub place: u32,
    /// What this brief earned the artist.
    pub earned: Attention,
    /// What it showed.
    pub shown: Attention,
}

/// A shortlist and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortlist {
    /// Everybody in the running: the list in its order, then the others by number.
    pub standings: Vec<Standing>,
    /// Fit of this list, to be added to that of all before.
    pub fit: Fit,
}

impl Shortlist {
    /// Those who are on the list, in its order.
    pub fn places(&self) -> &[Standing] {
        let many = self.standings.iter().take_while(|s| s.place > 0).count();
        self.standings.get(..many).unwrap_or_default()
    }
}

/// The attention a place gets that stands after `rank` others.
pub fn attention(rank: usize) -> Attention {
    (1e6 / ((rank + 2) as f64).log2()).round() as Attention
}

/// Makes the shortlist of one brief; `before` is the fit of all briefs until now. The order of the candidates does not matter.
pub fn shortlist(mut candidates: Vec<Candidate>, before: Fit, policy: &Policy) -> Shortlist {
    candidates.retain(|c| c.fit > 0);
    let places = policy.places.min(candidates.len());
    let lights: Vec<Attention> = (0..places).map(attention).collect();
    let total: Attention = lights.iter().sum();
    let best = best_fit(&mut candidates, &lights);
    let mean = i128::from(best) * 1_000_000 / i128::from(total.max(1));
    candidates.retain({
        let kept = least_kept(&candidates, places);
        move |c| i128::from(c.fit) * 1_000_000 >= mean * i128::from(policy.near) || c.fit >= kept
    });
    candidates.sort_unstable_by_key(|c| c.artist);
    let earned = earn(&candidates, total, policy.emerging);
    let owed: Vec<Attention> = candidates.iter().zip(&earned).map(|(c, e)| c.owed + e).collect();
    let (list, given) = choose(
        &candidates,
        &owed,
        &lights,
        Fit { best: before.best + best, given: before.given },
        policy.loss,
    );
    let mut standings: Vec<Standing> = candidates
        .iter()
        .zip(earned)
        .map(|(c, earned)| Standing { artist: c.artist, fit: c.fit, place: 0, earned, shown: 0 })
        .collect();
    for (rank, (number, light)) in list.into_iter().zip(lights).enumerate() {
        let standing = &mut standings[number]; // numbers are places among the candidates
        (standing.place, standing.shown) = (rank as u32 + 1, light);
    }
    standings.sort_by_key(|s| if s.place == 0 { u32::MAX } else { s.place });
    Shortlist { standings, fit: Fit { best, given } }
}

/// The fit of the best list. Puts its members first.
fn best_fit(candidates: &mut [Candidate], lights: &[Attention]) -> i64 {
    let key = |c: &Candidate| (std::cmp::Reverse(c.fit), c.artist);
    if lights.len() < candidates.len() {
        candidates.select_nth_unstable_by_key(lights.len(), key);
    }
    let first = candidates.get_mut(..lights.len()).unwrap_or_default();
    first.sort_unstable_by_key(key);
    first.iter().zip(lights).map(|(c, light)| seen(c.fit, *light)).sum()
}

/// The least fit among the first `places`, whom [`best_fit`] has put there: a list is never short for want of near ones.
fn least_kept(candidates: &[Candidate], places: usize) -> u32 {
    places.checked_sub(1).and_then(|last| candidates.get(last)).map_or(u32::MAX, |c| c.fit)
}

fn seen(fit: u32, light: Attention) -> i64 {
    i64::from(fit) * light / 1_000_000
}

/// Divides the attention of a list by fit, with the floor for the emerging; by largest remainder, ties to the smaller artist.
fn earn(candidates: &[Candidate], total: Attention, floor: u32) -> Vec<Attention> {
    let sum = |emerging| -> i128 {
        candidates.iter().filter(|c| c.emerging == emerging).map(|c| i128::from(c.fit)).sum()
    };
    let (theirs, others, whole) = (sum(true), sum(false), i128::from(total));
    let given = match (theirs, others) {
        (0, _) => 0,
        (_, 0) => whole,
        _ => (whole * theirs / (theirs + others)).max(whole * i128::from(floor.min(1_000_000)) / 1_000_000),
    };
    let mut parts = vec![0; candidates.len()];
    for (emerging, pot, sum) in [(true, given, theirs), (false, whole - given, others)] {
        if sum == 0 {
            continue;
        }
        let (mut rest, mut fractions) = (pot, Vec::new());
        for (number, c) in candidates.iter().enumerate().filter(|(_, c)| c.emerging == emerging) {
            let product = pot * i128::from(c.fit);
            rest -= product / sum;
            parts[number] = (product / sum) as Attention; // at most the pot, which was an `Attention`
            fractions.push((std::cmp::Reverse(product % sum), c.artist, number));
        }
        fractions.sort_unstable();
        for (_, _, number) in fractions.into_iter().take(usize::try_from(rest).unwrap_or(0)) {
            parts[number] += 1;
        }
    }
    parts
}

/// How much heavier than fit a millionth owed may weigh, at most; a power of two.
const HEAVIEST: i128 = 1 << 34;
/// The unit of that weight: so many are one millionth of fit for a millionth owed.
const UNIT: i128 = 1 << 20;

/// Whom to show, in order, and the fit that gives: by fit and what is owed, as fair as the bound on the loss allows.
fn choose(
    candidates: &[Candidate],
    owed: &[Attention],
    lights: &[Attention],
    all: Fit,
    loss: u32,
) -> (Vec<usize>, i64) {
    let list = |weight: i128| {
        let key = |n: &usize| {
            (std::cmp::Reverse(i128::from(candidates[*n].fit) * UNIT + weight * i128::from(owed[*n])), *n)
        };
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        if lights.len() < order.len() {
            order.select_nth_unstable_by_key(lights.len(), key);
            order.truncate(lights.len());
        }
        order.sort_unstable_by_key(key);
        let given: i64 = order.iter().zip(lights).map(|(n, light)| seen(candidates[*n].fit, *light)).sum();
        (order, given)
    };
    let enough = |given: i64| {
        let least = i128::from(all.best) * i128::from(1_000_000 - loss.min(1_000_000));
        i128::from(all.given + given) * 1_000_000 >= least
    };
    // The loss grows with the weight, so halving finds the heaviest that is enough.
    let (mut low, mut high) = (0, HEAVIEST);
    let mut found = list(low);
    let fairest = list(high);
    if enough(fairest.1) {
        return fairest;
    }
    while high - low > (low >> 6).max(1) {
        let middle = low + (high - low) / 2;
        let tried = list(middle);
        if enough(tried.1) {
            (low, found) = (middle, tried);
        } else {
            high = middle;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
        let one = (0..1_000_000_u32, any::<bool>(), -3_000_000..3_000_000_i64);
        prop::collection::vec(one, 0..60).prop_map(|list| {
            let numbered = list.into_iter().enumerate();
            numbered
                .map(|(n, (fit, emerging, owed))| Candidate { artist: n as u32, fit, emerging, owed })
                .collect()
        })
    }

    fn policy() -> impl Strategy<Value = Policy> {
        (0..30_usize, 0..=1_000_000_u32, 0..200_000_u32, 0..500_000_u32)
            .prop_map(|(places, near, loss, emerging)| Policy { places, near, loss, emerging })
    }

    proptest! {
        #[test]
        fn what_is_earned_is_what_is_shown(list in candidates(), policy in policy()) {
            let made = shortlist(list.clone(), Fit::default(), &policy);
            let places = policy.places.min(list.iter().filter(|c| c.fit > 0).count());
            prop_assert_eq!(made.places().len(), places);
            let (earned, shown): (Vec<_>, Vec<_>) = made.standings.iter().map(|s| (s.earned, s.shown)).unzip();
            prop_assert_eq!(earned.iter().sum::<i64>(), shown.iter().sum::<i64>());
            prop_assert!(earned.iter().all(|e| *e >= 0));
        }

        #[test]
        fn fairness_costs_no_more_than_was_decided(list in candidates(), policy in policy()) {
            let made = shortlist(list, Fit::default(), &policy);
            let least = i128::from(made.fit.best) * i128::from(1_000_000 - policy.loss);
            prop_assert!(i128::from(made.fit.given) * 1_000_000 >= least);
        }

        #[test]
        fn the_order_of_candidates_does_not_matter(list in candidates(), policy in policy()) {
            let mut turned = list.clone();
            turned.reverse();
            prop_assert_eq!(shortlist(list, Fit::default(), &policy), shortlist(turned, Fit::default(), &policy));
        }

        #[test]
        fn equal_fit_earns_equally(mut list in candidates(), policy in policy()) {
            for c in &mut list {
                (c.fit, c.emerging) = (c.fit / 250_000 * 250_000, false);
            }
            let made = shortlist(list, Fit::default(), &policy);
            for a in &made.standings {
                for b in made.standings.iter().filter(|b| b.fit == a.fit) {
                    prop_assert!((a.earned - b.earned).abs() <= 1);
                }
            }
        }

        #[test]
        fn the_emerging_in_the_running_earn_the_floor(list in candidates(), policy in policy()) {
            let emerging: std::collections::BTreeMap<_, _> = list.iter().map(|c| (c.artist, c.emerging)).collect();
            let made = shortlist(list, Fit::default(), &policy);
            let total: i64 = made.standings.iter().map(|s| s.earned).sum();
            let theirs: Vec<_> = made.standings.iter().filter(|s| emerging[&s.artist]).map(|s| s.earned).collect();
            let floor = i128::from(total) * i128::from(policy.emerging) / 1_000_000;
            prop_assert!(theirs.is_empty() || i128::from(theirs.iter().sum::<i64>()) >= floor);
        }
    }

    #[test]
    fn two_that_fit_equally_take_turns() {
        let policy = Policy { places: 1, ..Policy::default() };
        let (mut owed, mut shown) = ([0, 0], Vec::new());
        for _ in 0..4 {
            let list = [0, 1].map(|n| Candidate {
                artist: n,
                fit: 700_000,
                emerging: false,
                owed: owed[n as usize],
            });
            let made = shortlist(list.to_vec(), Fit::default(), &policy);
            shown.push(made.places()[0].artist);
            for s in &made.standings {
                owed[s.artist as usize] += s.earned - s.shown;
            }
        }
        assert_eq!(shown, [0, 1, 0, 1]);
        assert_eq!(owed, [0, 0]);
    }
}
