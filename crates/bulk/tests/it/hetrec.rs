//! The published figures on real listening counts, through files.

use std::collections::HashMap;
use std::path::Path;

use bulk::{Values, write};
use money::Amount;

use crate::house::{ask, rule, share};

#[test]
fn the_published_figures_come_out_of_files() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/usage/user_artists.dat"));
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is not there", path.display());
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let rows: Vec<[u32; 3]> = text
        .lines()
        .map(|line| {
            let mut words = line.split_whitespace().map(|word| word.parse().unwrap());
            [(); 3].map(|()| words.next().unwrap())
        })
        .collect();
    assert_eq!(rows.len(), 92_834);
    let folder = tempfile::tempdir().unwrap();
    let mut plays = Vec::new();
    for (n, rows) in rows.chunks(30_000).enumerate() {
        let path = folder.path().join(format!("plays-{n}.parquet"));
        let column = |which: usize| Values::Small(rows.iter().map(|row| row[which]).collect());
        let columns =
            [("member", column(0)), ("recording", column(1)), ("artist", column(1)), ("plays", column(2))];
        write(&path, &columns, 7_000).unwrap();
        plays.push(path);
    }
    let pot: Amount = "EUR 18920".parse().unwrap();
    let spread = |name: &str| -> HashMap<u32, i64> {
        let mut ask = ask(&rule(name), pot, plays.clone());
        ask.threads = 2;
        let report = share(&ask).unwrap();
        let outcome = report.outcome();
        assert_eq!((outcome.control.rows, outcome.recordings.len()), (92_834, 17_632));
        let sums: HashMap<u32, i64> =
            outcome.by_recording().unwrap().into_iter().map(|(n, amount)| (n, amount.micros())).collect();
        assert_eq!(sums.values().sum::<i64>(), pot.micros(), "{name}");
        sums
    };
    let (rata, user, equal) = (spread("pro-rata"), spread("user-centric"), spread("equal-per-listener"));
    let mut ranks: Vec<u32> = rata.keys().copied().collect();
    ranks.sort_by_key(|n| (-rata[n], *n));
    let percent = |sums: &HashMap<u32, i64>, ranks: &[u32]| {
        ranks.iter().map(|n| sums[n]).sum::<i64>() as f64 / pot.micros() as f64 * 100.0
    };
    for (sums, top, beyond) in [(&rata, 15.49, 1.13), (&user, 11.09, 6.04), (&equal, 4.83, 9.50)] {
        let found = (percent(sums, &ranks[..10]), percent(sums, &ranks[10_000..]));
        assert!((found.0 - top).abs() < 0.01 && (found.1 - beyond).abs() < 0.01, "{found:?}");
    }
    for (sums, lose, gain) in [(&user, 28.4, 76.1), (&equal, 69.0, 86.0)] {
        let lost = 100.0 - percent(sums, &ranks[..10]) / percent(&rata, &ranks[..10]) * 100.0;
        let gained = ranks.iter().filter(|n| sums[n] > rata[n]).count() as f64 / ranks.len() as f64 * 100.0;
        assert!((lost - lose).abs() < 0.5 && (gained - gain).abs() < 0.5, "{lost} and {gained}");
    }
}
