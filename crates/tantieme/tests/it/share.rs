//! `tantieme share` on real listening counts, and what it leaves behind where it refuses.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use bulk::{Values, write};

fn tantieme(folder: &Path, words: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .current_dir(folder)
        .arg("share")
        .args(words)
        .output()
        .unwrap();
    (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stderr).into_owned())
}

fn lines(path: &Path) -> HashMap<u32, i64> {
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let (recording, micros) = line.split_once(',').unwrap();
        (recording.parse().unwrap(), micros.parse().unwrap())
    };
    text.lines().skip(1).map(line).collect()
}

/// EUR 10 a listener under three rules: what the ten most played artists get, as published.
#[test]
fn the_published_figures_come_out_of_the_program() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/usage/user_artists.dat");
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{path} is missing");
        eprintln!("SKIPPED: {path} is not here");
        return;
    };
    let rows: Vec<Vec<u32>> = text
        .lines()
        .map(|line| line.split_whitespace().map(|word| word.parse().unwrap()).collect())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for (n, rows) in rows.chunks(25_000).enumerate() {
        let column = |which: usize| Values::Small(rows.iter().map(|row| row[which]).collect());
        let columns =
            [("member", column(0)), ("recording", column(1)), ("artist", column(1)), ("plays", column(2))];
        write(&folder.path().join(format!("plays-{n}.parquet")), &columns, 9_000).unwrap();
    }
    let mut top: Vec<u32> = Vec::new();
    for (rule, percent) in [("pro-rata", 15.49), ("user-centric", 11.09), ("equal-per-listener", 4.83)] {
        let out = folder.path().join(format!("{rule}.csv"));
        let ask = |out: &str, more: &[&str]| {
            let words = ["--rule", rule, "--pot", "EUR 18920", "--plays", "plays-*.parquet", "--out", out];
            assert_eq!(tantieme(folder.path(), &[&words[..], more].concat()).0, 0);
        };
        ask(&out.display().to_string(), &["--threads", "2"]);
        ask("again.csv", &["--threads", "1", "--memory", "64MiB"]);
        assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(folder.path().join("again.csv")).unwrap());
        let lines = lines(&out);
        assert_eq!((lines.len(), lines.values().sum::<i64>()), (17_632, 18_920_000_000));
        if top.is_empty() {
            top = lines.keys().copied().collect();
            top.sort_by_key(|recording| std::cmp::Reverse(lines[recording]));
            top.truncate(10);
        }
        let found = top.iter().map(|recording| lines[recording]).sum::<i64>() as f64 / 189_200_000.0;
        assert!((found - percent).abs() < 0.01, "{rule}: {found}");
    }
}

/// Where it refuses, neither lines nor manifest are there, not even in part; and older ones stay as they were.
#[test]
fn a_refusal_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let columns = [("member", Values::Small(vec![1, 2])), ("recording", Values::Signed(vec![7, -1]))];
    write(&folder.path().join("plays.parquet"), &columns, 10).unwrap();
    let words =
        "--rule user-centric --plays plays.parquet --out lines.csv --manifest run.json --pot".split(' ');
    let words: Vec<&str> = words.chain(["EUR 10"]).collect();
    let (code, told) = tantieme(folder.path(), &words);
    assert_eq!(code, 1);
    assert!(told.contains("row 2 has `recording` -1") && told.contains("hint: "), "{told}");
    let there: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(there, ["plays.parquet"]);
    std::fs::write(folder.path().join("lines.csv"), "older").unwrap();
    assert_eq!(tantieme(folder.path(), &words).0, 1);
    assert_eq!(std::fs::read_to_string(folder.path().join("lines.csv")).unwrap(), "older");
    assert_eq!(tantieme(folder.path(), &["--rule", "user-centric"]).0, 2);
}
