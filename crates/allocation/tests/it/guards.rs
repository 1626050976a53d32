//! What the guards catch, and whom they trouble: simulated attacks inside honest worlds with heavy tails.
//!
//! An honest world has 1,500 members whose plays are log-normal, recordings after Zipf's law, members devoted to one
//! artist, small bands with loyal listeners, and a playlist of the house that many play. The figures asserted here are
//! those of docs/guards.md.

use std::collections::BTreeSet;

use allocation::guard::{Flag, Heard, Kind, Limits, plays};
use music::RecordingId;

const MEMBERS: u64 = 1_500;
const RECORDINGS: u64 = 4_000;
/// Recordings per artist.
const EACH: u64 = 4;
const MONTH_S: u64 = 30 * 86_400;
const WORLDS: u64 = 6;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: u64) -> u64 {
        self.bits() % n.max(1)
    }

    /// Log-normal plays: median 60, a hundredth above 600.
    fn activity(&mut self) -> u64 {
        let normal = (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        (60.0 * normal.exp()).clamp(1.0, 9_000.0) as u64
    }

    /// A recording after Zipf's law, by the inverse of its integral.
    fn recording(&mut self) -> u64 {
        ((RECORDINGS as f64).powf(self.unit()) - 1.0) as u64
    }
}

fn heard(member: String, recording: u64, plays: u64, seconds: u64) -> Heard {
    Heard {
        member,
        recording: RecordingId::from_bits(recording),
        party: Some(format!("artist-{}", recording / EACH)),
        plays: u32::try_from(plays).unwrap(),
        played_s: Some(u32::try_from(seconds).unwrap()),
        duration_s: Some(220),
        at: None,
    }
}

fn honest(chance: &mut Chance) -> Vec<Heard> {
    let mut rows = Vec::new();
    for m in 0..MEMBERS {
        let name = format!("member-{m:05}");
        let total = chance.activity();
        // Three in a hundred are devoted to one artist.
        let devoted = (chance.below(100) < 3).then(|| chance.recording() / EACH);
        // Every fiftieth plays the house's playlist, among other things.
        if m % 50 == 0 {
            rows.extend((0..30).map(|r| heard(name.clone(), 100 + r * 7, 1, 180)));
        }
        // Six loyal listeners each of three small bands.
        if m < 18 {
            rows.push(heard(name.clone(), RECORDINGS + (m / 6) * EACH, total / 2, total / 2 * 150));
        }
        let mut left = total;
        while left > 0 {
            let plays = (1 + chance.below(4)).min(left);
            let recording = match devoted {
                Some(artist) if chance.below(100) < 85 => artist * EACH + chance.below(EACH),
                _ => chance.recording(),
            };
            rows.push(heard(name.clone(), recording, plays, plays * (60 + chance.below(160))));
            left -= plays;
        }
    }
    rows
}

fn found(rows: &[Heard], name: &str) -> Vec<Flag> {
    let about = |flag: &Flag| flag.held.plays.iter().any(|(member, _)| member.starts_with(name));
    plays(rows, MONTH_S, &Limits::default()).into_iter().filter(about).collect()
}

fn accounts(flags: &[Flag], name: &str) -> usize {
    let members = flags.iter().flat_map(|f| &f.held.plays).map(|(member, _)| member);
    members.filter(|m| m.starts_with(name)).collect::<BTreeSet<_>>().len()
}

/// Honest members are left alone: fewer than one in a thousand is flagged.
#[test]
fn honest_worlds_are_left_alone() {
    let mut flagged = 0;
    for seed in 0..WORLDS {
        let rows = honest(&mut Chance(seed));
        let flags = found(&rows, "member");
        flagged += accounts(&flags, "member");
    }
    let all = MEMBERS * WORLDS;
    assert!((flagged as u64) * 1_000 <= all, "{flagged} of {all} honest members were flagged");
}

type Attack = (&'static str, Kind, fn(&mut Chance) -> Vec<Heard>);

const ATTACKS: [Attack; 4] = [
    ("a machine that never sleeps", Kind::BeyondHearing, |chance| {
        let at = RECORDINGS - 1 - chance.below(500);
        (0..3).map(|n| heard("bot-0".to_owned(), at - n, 30_000, 30_000 * 31)).collect()
    }),
    ("one account for one artist", Kind::OneParty, |chance| {
        let artist = chance.below(RECORDINGS / EACH);
        let mut rows: Vec<Heard> =
            (0..EACH).map(|n| heard("bot-0".to_owned(), artist * EACH + n, 1_500, 1_500 * 120)).collect();
        rows.extend((0..40).map(|_| heard("bot-0".to_owned(), chance.recording(), 5, 900)));
        rows
    }),
    ("a ring of twelve accounts", Kind::Ring, |chance| {
        let artist = 200 + chance.below(800);
        let mut rows = Vec::new();
        for n in 0..12 {
            let name = format!("bot-{n}");
            rows.extend((0..EACH).map(|r| heard(name.clone(), artist * EACH + r, 15, 15 * 100)));
            rows.extend((0..10).map(|_| heard(name.clone(), chance.recording(), 1, 100)));
        }
        rows
    }),
    ("bought plays on thirty accounts", Kind::SameBasket, |chance| {
        let list: Vec<u64> = (0..25).map(|_| 500 + chance.below(3_000)).collect();
        let mut rows = Vec::new();
        for n in 0..30 {
            let name = format!("bot-{n}");
            rows.extend(list.iter().map(|r| heard(name.clone(), *r, 3, 3 * 40)));
            rows.extend((0..1).map(|_| heard(name.clone(), chance.recording(), 1, 200)));
        }
        rows
    }),
];

/// Each attack is caught for what it is, in at least nineteen worlds of twenty, and nineteen accounts of twenty.
#[test]
fn attacks_are_caught() {
    for (what, kind, attack) in ATTACKS {
        let (mut caught, mut bots, mut all) = (0, 0, 0);
        for seed in 0..WORLDS {
            let mut chance = Chance(1_000 + seed);
            let mut rows = honest(&mut chance);
            let added = attack(&mut chance);
            all += added.iter().map(|r| &r.member).collect::<BTreeSet<_>>().len();
            rows.extend(added);
            let flags = found(&rows, "bot");
            caught += u64::from(flags.iter().any(|f| f.kind == kind));
            bots += accounts(&flags, "bot");
        }
        assert!(caught * 20 >= WORLDS * 19, "{what}: caught in {caught} of {WORLDS} worlds");
        assert!(bots * 20 >= all * 19, "{what}: {bots} of {all} accounts");
    }
}

/// The order in which plays arrive decides nothing.
#[test]
fn order_changes_no_flag() {
    let mut chance = Chance(7);
    let mut rows = honest(&mut chance);
    for (_, _, attack) in ATTACKS {
        rows.extend(attack(&mut chance));
    }
    let flags = plays(&rows, MONTH_S, &Limits::default());
    rows.reverse();
    assert_eq!(plays(&rows, MONTH_S, &Limits::default()), flags);
    assert!(!flags.is_empty());
}
