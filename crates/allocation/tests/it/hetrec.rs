//! The published listening counts (HetRec 2011 Last.fm), EUR 10 a listener, under three rules.

use std::collections::BTreeMap;

use allocation::compare::{Totals, movements, movements_by_rank, recording, totals};
use allocation::{Facts, Input, Play, RuleSet, allocate, library};
use money::{Amount, Currency};
use music::RecordingId;

#[allow(clippy::print_stderr, reason = "a skipped test says so")]
/// The listening counts as plays; `None`, said aloud, where the data is absent.
fn plays() -> Option<Vec<Play>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/usage/user_artists.dat");
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{path} is missing");
        eprintln!("SKIPPED: {path} is not here");
        return None;
    };
    let row = |line: &str| {
        let mut cells = line.split_whitespace().map(|cell| cell.parse::<u64>().unwrap());
        let (member, artist, plays) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Play {
            member: format!("{member:06}"),
            recording: RecordingId::from_bits(artist),
            plays: u32::try_from(plays).unwrap(),
            played_s: None,
            sought: false,
            before: 0,
        })
    };
    Some(text.lines().filter_map(row).collect())
}

fn rule(name: &str) -> RuleSet {
    library().into_iter().find(|r| r.name == name).unwrap()
}

#[test]
fn the_published_figures_come_out() {
    let Some(plays) = plays() else { return };
    let facts: BTreeMap<RecordingId, Facts> = plays
        .iter()
        .map(|p| (p.recording.clone(), Facts { artist: Some(p.recording.to_string()), ..Facts::default() }))
        .collect();
    assert_eq!((plays.len(), facts.len()), (92_834, 17_632));
    let pot = Amount::from_micros(1_892 * 10_000_000, Currency::EUR);
    let input = Input { plays, facts, ..Input::default() };
    let spread = |name: &str| -> Totals {
        let allocation = allocate(pot, &input, &rule(name)).unwrap();
        let all = allocation.total(|_| true).unwrap();
        assert_eq!(all, pot, "{name}");
        totals(&allocation, recording).unwrap()
    };
    let (rata, user, equal) = (spread("pro-rata"), spread("user-centric"), spread("equal-per-listener"));
    // Ranks are those of pro rata: the same ten artists, and the same small ones, under every rule.
    for (name, spread, top_10, beyond) in [
        ("pro-rata", &rata, 15.49, 1.13),
        ("user-centric", &user, 11.09, 6.04),
        ("equal-per-listener", &equal, 4.83, 9.50),
    ] {
        let tiers = movements_by_rank(&rata, spread, &[10, 10_000]);
        let percent = |tier: usize| tiers[tier].after_micros as f64 / pot.micros() as f64 * 100.0;
        for (found, published) in [(percent(0), top_10), (percent(2), beyond)] {
            // Published to two decimals, so the last may be off by one.
            assert!((found - published).abs() < 0.01, "{name}: {found} and {published}");
        }
    }
    for (name, spread, lose, gain) in
        [("user-centric", &user, 28.4, 76.1), ("equal-per-listener", &equal, 69.0, 86.0)]
    {
        let top = movements_by_rank(&rata, spread, &[10])[0];
        let lost = 100.0 - top.after_micros as f64 / top.before_micros as f64 * 100.0;
        let all = movements(&rata, spread, |_| String::new())[""];
        let gained = all.gain as f64 / (all.gain + all.lose + all.same) as f64 * 100.0;
        assert!((lost - lose).abs() < 0.5 && (gained - gain).abs() < 0.5, "{name}: {lost} and {gained}");
    }
}
