//! `cargo bench -p programmes --bench shortlist`: ranking 100,000 artists for a brief, on one core; and 1,000 briefs in a row,
//! each another one, in two simulated markets, with what the fairness measures say of them beside the plain best.
//!
//! Measures: equity of attention (Biega, Gummadi and Weikum, SIGIR 2018) and exposure at equal merit (Singh and Joachims,
//! KDD 2018), as in `discovery::fair::measure`. Times are of the processor where the system tells them, else of the wall.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark tells its figures")]

use std::collections::HashMap;
use std::time::Instant;

use discovery::fair::measure::{Record, inequity, upper_tenth, within};
use discovery::fair::{Fit, Policy};
use programmes::brief::shortlist::{Artist, Market, Sound, Tier, Wanted, shortlist};
use programmes::brief::terms::{Ask, Terms};
use programmes::brief::words::Word;
use programmes::brief::{Brief, Sector, Set, Use, Written};

const ARTISTS: u32 = 100_000;
const TAGS: u64 = 300;
const PLACES: [&str; 8] = ["FR-42", "FR-69", "FR-75", "FR-33", "DE", "GB", "US", "BE"];

struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below
    }
}

fn market(chance: &mut Chance, artists: u32) -> Market {
    let mut market = Market::default();
    let places: Vec<u32> = PLACES.iter().map(|p| market.place(&p.parse().unwrap())).collect();
    for number in 0..artists {
        let mut tags: Vec<u32> =
            (0..5).map(|_| market.tag(&format!("style {}", chance.next(TAGS)))).collect();
        tags.sort_unstable();
        tags.dedup();
        let terms = Terms {
            paused: chance.next(20) == 0,
            never_sectors: Set::of(
                (0..3).map(|_| Sector::LIST[chance.next(Sector::LIST.len() as u64) as usize]),
            ),
            never_uses: Set::of([Use::LIST[chance.next(Use::LIST.len() as u64) as usize]]),
            minimum: vec![(None, format!("EUR {}", chance.next(40) * 100).parse().unwrap())],
            territories: if chance.next(2) == 0 {
                vec![]
            } else {
                vec!["FR".parse().unwrap(), "DE".parse().unwrap()]
            },
            ..Terms::default()
        };
        let tier = [Tier::Emerging, Tier::Emerging, Tier::Rising, Tier::Established][chance.next(4) as usize];
        let home = places[chance.next(8) as usize];
        let heard = (0..chance.next(4)).map(|_| places[chance.next(8) as usize]).collect();
        market.artists.push(Artist { number, terms, tags, homes: vec![home], heard, tier, owed: 0 });
    }
    market
}

fn brief(chance: &mut Chance) -> Brief {
    let tags: Vec<String> = (0..3).map(|_| format!("style {}", chance.next(TAGS))).collect();
    let written = Written {
        title: "Brief".into(),
        kind: "social-content".into(),
        wanted: "two films".into(),
        sector: Sector::LIST[5 + chance.next(20) as usize].word().into(),
        budget: "EUR 90000".into(),
        artists: 20,
        territories: vec!["FR".into()],
        starts: "2026-10-01".into(),
        ends: "2026-11-01".into(),
        uses: vec!["own-channels".into(), "web".into()],
        months: 12,
        audience: vec![PLACES[chance.next(8) as usize].into()],
        tags,
        milestones: vec![programmes::brief::WrittenStep {
            title: "films".into(),
            pays: "EUR 2000".into(),
            due: "2026-10-20".into(),
        }],
        ..Written::default()
    };
    written.check("2026-09-21".parse().unwrap()).unwrap()
}

fn sound(chance: &mut Chance, artists: u32) -> HashMap<u32, Sound> {
    let near = |n: u64| Sound {
        near: (1_000_000 - n * 900) as u32,
        why: vec![("the same DJs".into(), "les mêmes DJ".into())],
    };
    (0..1_000).map(|n| (chance.next(u64::from(artists)) as u32, near(n))).collect()
}

/// Nanoseconds that this thread has computed; of the wall where the system does not tell.
fn computed(since: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|t| t.split(' ').next().and_then(|n| n.parse::<u64>().ok()));
    nanos.map_or_else(|| since.elapsed().as_secs_f64() * 1e3, |n| n as f64 / 1e6)
}

fn main() {
    let began = Instant::now();
    let mut chance = Chance(7);
    let big = market(&mut chance, ARTISTS);
    let mut times = Vec::new();
    for _ in 0..40 {
        let brief = brief(&mut chance);
        let heard = sound(&mut chance, ARTISTS);
        let start = computed(began);
        let wanted = Wanted::of(&brief, &big, heard);
        let list = shortlist(&Ask::of(&brief, vec![]), &wanted, &big, Fit::default(), &Policy::default());
        times.push(computed(began) - start);
        assert_eq!(list.asked().count(), 20);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{ARTISTS} artists ranked for a brief, one core, CPU: median {:.1} ms, slowest of 40 {:.1} ms",
        times[20], times[39]
    );
    let all = market(&mut chance, MANY);
    let briefs = (0..BRIEFS).map(|_| (brief(&mut chance), sound(&mut chance, MANY))).collect::<Vec<_>>();
    simulate("by everything", &all, &briefs);
    let briefs = (0..BRIEFS).map(|_| scene(&mut chance)).collect::<Vec<_>>();
    simulate("crowded scenes", &all, &briefs);
}

const MANY: u32 = 2_000;
const BRIEFS: usize = 1_000;
const SCENES: u32 = 8;

/// A brief for the sound of one of eight scenes of 250 artists, all of whom are near: the k-th best by two hundredths of a per
/// cent less than the one before. The plain best shows the first twenty of each scene for ever.
fn scene(chance: &mut Chance) -> (Brief, HashMap<u32, Sound>) {
    let (scene, mut near) = (chance.next(u64::from(SCENES)) as u32, HashMap::new());
    for place in 0..MANY / SCENES {
        let why = vec![("the same DJs".into(), "les mêmes DJ".into())];
        near.insert(place * SCENES + scene, Sound { near: 1_000_000 - place * 200, why });
    }
    (Brief { tags: vec![], audience: vec![], ..brief(chance) }, near)
}

/// The same briefs by the plain best and by ours.
fn simulate(name: &str, all: &Market, briefs: &[(Brief, HashMap<u32, Sound>)]) {
    println!("{name}: {} briefs, {} artists", briefs.len(), all.artists.len());
    for (name, policy) in
        [("ours", Policy::default()), ("plain best", Policy { loss: 0, emerging: 0, ..Policy::default() })]
    {
        let mut market = all.clone();
        let mut records = vec![Record::default(); all.artists.len()];
        let mut sum = Fit::default();
        for (brief, heard) in briefs {
            let wanted = Wanted::of(brief, &market, heard.clone());
            let list = shortlist(&Ask::of(brief, vec![]), &wanted, &market, sum, &policy);
            sum = Fit { best: sum.best + list.fit.best, given: sum.given + list.fit.given };
            for s in &list.standings {
                let record = &mut records[s.artist as usize];
                record.earned += s.earned;
                record.shown += s.shown;
                if policy.loss > 0 {
                    market.artists[s.artist as usize].owed += s.earned - s.shown;
                }
            }
        }
        let in_running: Vec<Record> = records.into_iter().filter(|r| r.earned > 0).collect();
        // What one place is cannot be divided: whoever earned less than ten first places may be one place off.
        let strictly =
            in_running.iter().filter(|r| (r.earned - r.shown).abs() * 10 <= r.earned).count() as f64;
        println!(
            "  {name:<11} {} artists in the running: within 10 % {:.1} % ({:.1} % without the one place that cannot be divided), inequity of attention {:.3}, upper tenth {:.2} times its due, loss of fit {:.2} %",
            in_running.len(),
            within(&in_running, 0.1) * 100.0,
            strictly / in_running.len() as f64 * 100.0,
            inequity(&in_running),
            upper_tenth(&in_running),
            (1.0 - sum.given as f64 / sum.best as f64) * 100.0
        );
    }
}
