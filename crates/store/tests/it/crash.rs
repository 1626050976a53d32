//! Killed at random moments, and with a damaged write-ahead log: nothing acknowledged is lost, nothing doubled.
//!
//! `TANTIEME_CRASH_ROUNDS` sets how many kills and how many damaged logs are tried; 60 without it, 300
//! under `CI=true`.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use ledger::{Account, Draft};
use store::{FieldKey, Posted, Store};

use crate::verify::verify;

/// Names the folder that the child writes to; without it the child's test does nothing.
const FOLDER: &str = "TANTIEME_CRASH_FOLDER";
/// The number of the child's first key.
const FIRST: &str = "TANTIEME_CRASH_FIRST";

/// SplitMix64: the same moments every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

fn rounds() -> u64 {
    let ci = std::env::var("CI").as_deref() == Ok("true");
    std::env::var("TANTIEME_CRASH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(if ci {
        300
    } else {
        60
    })
}

fn draft(number: u64) -> Draft {
    let amount = format!("EUR {}.{:06}", number + 1, number).parse().unwrap();
    let key = format!("k{number}");
    let base =
        if number % 5 == 3 { Draft::pending("payout", "s", key) } else { Draft::posted("receive", "s", key) };
    base.inputs(number.to_string())
        .debit(Account::bank(), amount)
        .credit(Account::pot(&format!("pot-{}", number % 7)), amount)
}

fn number(key: &str) -> u64 {
    key[1..].parse().unwrap()
}

async fn open(folder: &Path) -> Store {
    Store::open(folder, FieldKey::new([1; 32])).await.unwrap()
}

async fn post(store: &Store, number: u64) -> Posted {
    store.post(Timestamp::from_second(1).unwrap(), &[draft(number)]).await.unwrap()[0]
}

/// Not a test of its own: what the killed process runs. Posts until it is killed and says so after each commit.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = open(Path::new(&folder)).await;
    for number in first..first + 5_000 {
        post(&store, number).await;
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nack k{number}").unwrap();
        out.flush().unwrap();
    }
}

fn acknowledged(line: &str) -> Option<u64> {
    line.strip_prefix("ack k").and_then(|n| n.trim().parse().ok())
}

/// Starts a child, kills it at a moment of chance, and gives the numbers it had acknowledged.
fn kill_one(folder: &Path, first: u64, chance: &mut Chance) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut acks = Vec::new();
    if chance.below(10) > 0 {
        let wanted = 1 + chance.below(12) as usize;
        let mut line = String::new();
        while acks.len() < wanted && out.read_line(&mut line).unwrap() > 0 {
            acks.extend(acknowledged(&line));
            line.clear();
        }
        std::thread::sleep(Duration::from_micros(chance.below(8_000)));
    } else {
        std::thread::sleep(Duration::from_millis(chance.below(40)));
    }
    // SIGKILL on Unix: no handler runs, nothing is flushed.
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    acks.extend(rest.lines().filter_map(acknowledged));
    acks
}

#[tokio::test]
async fn killed_at_random_moments_no_acknowledged_entry_is_lost_or_doubled() {
    let mut chance = Chance(20_260_901);
    let (mut folder, mut first, mut acked) = (tempfile::tempdir().unwrap(), 0, BTreeSet::new());
    for round in 0..rounds() {
        if round % 20 == 0 {
            (folder, first, acked) = (tempfile::tempdir().unwrap(), 0, BTreeSet::new());
        }
        acked.extend(kill_one(folder.path(), first, &mut chance));
        let store = open(folder.path()).await;
        let keys: Vec<u64> = verify(&store).await.iter().map(|k| number(k)).collect();
        let there: BTreeSet<u64> = keys.iter().copied().collect();
        assert_eq!(there.len(), keys.len(), "round {round}: an entry is there twice");
        let lost: Vec<_> = acked.difference(&there).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
        for number in acked.iter().rev().take(5) {
            assert!(
                matches!(post(&store, *number).await, Posted::Before(_)),
                "round {round}: k{number} was posted again"
            );
        }
        // What was not acknowledged is posted again by whoever asked, and is there once afterwards.
        first = acked.last().map_or(0, |last| last + 1);
        post(&store, first).await;
        acked.insert(first);
        first += 1;
        assert_eq!(verify(&store).await.len(), there.union(&acked).count(), "round {round}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_damaged_write_ahead_log_loses_nothing_written_before_the_damage() {
    const COMMITS: u64 = 60;
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.close().await;
    let store = open(folder.path()).await;
    let (db, wal) = (folder.path().join("tantieme.db"), folder.path().join("tantieme.db-wal"));
    let mut ends = Vec::new();
    for number in 0..COMMITS {
        post(&store, number).await;
        ends.push(std::fs::metadata(&wal).unwrap().len());
    }
    let (db, wal) = (std::fs::read(&db).unwrap(), std::fs::read(&wal).unwrap());
    assert!(ends.windows(2).all(|w| w[0] < w[1]), "the log was folded in meanwhile: {ends:?}");
    store.close().await;
    let mut chance = Chance(7);
    for case in 0..rounds() {
        let offset = chance.below(wal.len() as u64) as usize;
        let mut damaged = wal.clone();
        match case % 3 {
            0 => damaged.truncate(offset),
            1 => damaged[offset] ^= 1 << chance.below(8),
            _ => {
                let end = (offset + 1 + chance.below(4096) as usize).min(damaged.len());
                damaged[offset..end].iter_mut().for_each(|byte| *byte = chance.next() as u8);
            }
        }
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join("tantieme.db"), &db).unwrap();
        std::fs::write(copy.path().join("tantieme.db-wal"), &damaged).unwrap();
        let store = open(copy.path()).await;
        let keys = verify(&store).await;
        let whole = ends.iter().filter(|end| **end <= offset as u64).count();
        assert!(
            keys.len() >= whole,
            "case {case}: damage at {offset}: {} entries of {whole} before it",
            keys.len()
        );
        let order: Vec<String> = (0..keys.len()).map(|n| format!("k{n}")).collect();
        assert_eq!(keys, order, "case {case}: not a prefix of what was written");
        let again: Vec<Draft> = (0..COMMITS).map(draft).collect();
        let answers = store.post(Timestamp::from_second(2).unwrap(), &again).await.unwrap();
        for (number, answer) in answers.iter().enumerate() {
            let before = matches!(answer, Posted::Before(_));
            assert_eq!(before, number < keys.len(), "case {case}: k{number}");
        }
        assert_eq!(verify(&store).await.len() as u64, COMMITS, "case {case}");
        store.close().await;
    }
}
