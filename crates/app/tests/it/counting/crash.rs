//! Killed at random moments: nothing that was acknowledged is lost, and said again it is there once.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use programmes::streaming::{Outcome, Report, Rule, Unit, count};
use testkit::chance::Chance;
use testkit::house::sqlite_in;
use testkit::listening::id;

use super::{Place, file, place};

/// Names the folder that the child writes to; without it the child's test does nothing.
const FOLDER: &str = "TANTIEME_LISTEN_FOLDER";
/// The number of the child's first play.
const FIRST: &str = "TANTIEME_LISTEN_FIRST";
const LENGTH: u32 = 200_000;

/// One play: fetched whole, reported at half. Plays follow each other, each of another recording.
async fn one(place: &Place, recorder: &app::counting::Recorder, number: u64) {
    let who = place.listener("member", "device");
    let begin = i64::try_from(number).unwrap() * i64::from(LENGTH);
    place.clock.set(begin);
    let recording = id(usize::try_from(number).unwrap());
    let mut out = recorder.stream(&who, &recording, file(LENGTH), Unit::Play);
    let mut at = 0;
    while at < u64::from(LENGTH) {
        at = out.grant(at).await.unwrap();
    }
    place.clock.set(begin + i64::from(LENGTH / 2));
    recorder.say(&who, &[(recording, Report::Listened { at: None })]).await.unwrap();
}

/// Not a test of its own: what the killed process runs. Plays until it is killed and says so after each play.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let place = opened(Path::new(&folder)).await;
    let recorder = place.recorder();
    for number in first..first + 2_000 {
        one(&place, &recorder, number).await;
        let mut out = std::io::stdout().lock();
        writeln!(out, "\nack k{number}").unwrap();
        out.flush().unwrap();
    }
}

/// The house in a folder, which may hold one already.
async fn opened(folder: &Path) -> Place {
    let inside = tempfile::tempdir_in(folder).unwrap();
    // Chance of its own in each process, as in the world.
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let mut fresh = sqlite_in(inside, since.as_nanos() as u64 ^ u64::from(std::process::id()) << 40).await;
    fresh.house.store.close().await;
    let store = store::Store::open(folder, store::FieldKey::new([1; 32])).await.unwrap();
    fresh.house.store = store;
    fresh.house.folder = folder.to_owned();
    let mut place = place(fresh, 0).await;
    place.keys = ports::period_keys::PeriodKeys::at(&folder.join("keys"));
    place
}

fn acknowledged(line: &str) -> Option<u64> {
    line.strip_prefix("ack k").and_then(|n| n.trim().parse().ok())
}

fn kill_one(folder: &Path, first: u64, chance: &mut Chance) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "counting::crash::child", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (mut acks, mut line) = (Vec::new(), String::new());
    let wanted = 1 + chance.below(8);
    while acks.len() < wanted && out.read_line(&mut line).unwrap() > 0 {
        acks.extend(acknowledged(&line));
        line.clear();
    }
    std::thread::sleep(Duration::from_micros(chance.below(8_000) as u64));
    // SIGKILL on Unix: no handler runs, nothing is flushed.
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    acks.extend(rest.lines().filter_map(acknowledged));
    acks
}

#[tokio::test]
async fn killed_at_random_moments_no_acknowledged_play_is_lost_or_doubled() {
    let mut chance = Chance::of(4);
    let folder = tempfile::tempdir().unwrap();
    opened(folder.path()).await.house.store.close().await;
    let (mut first, mut acked) = (0, BTreeSet::new());
    for round in 0..8 {
        acked.extend(kill_one(folder.path(), first, &mut chance));
        let place = opened(folder.path()).await;
        let recorder = place.recorder();
        // What was not acknowledged is done again, and so is what was, by a player that missed the answer.
        let next = acked.last().map_or(0, |last| last + 1);
        for number in next.saturating_sub(2)..=next {
            one(&place, &recorder, number).await;
            acked.insert(number);
        }
        first = next + 1;
        let plays = counted(&place).await;
        assert_eq!(
            plays.len(),
            plays.iter().collect::<BTreeSet<_>>().len(),
            "round {round}: a play is there twice"
        );
        let there: BTreeSet<u64> = plays.into_iter().collect();
        let lost: Vec<&u64> = acked.difference(&there).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
        place.house.store.close().await;
    }
}

/// The numbers of the plays that count.
async fn counted(place: &Place) -> Vec<u64> {
    let mut tx = place.house.store.begin_read().await.unwrap();
    let mut plays = Vec::new();
    for period in tx.usage_periods(None).await.unwrap() {
        let events = tx.events_after(&period.id, "", 10).await.unwrap();
        let events: Vec<_> = events.into_iter().map(|e| e.event).collect();
        for v in count(&events, &Rule::default()) {
            if matches!(v.outcome, Outcome::Counted { .. }) {
                plays.push((0..4_000).find(|n| id(*n) == v.recording).unwrap() as u64);
            }
        }
    }
    plays
}
