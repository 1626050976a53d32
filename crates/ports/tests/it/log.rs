//! The log's writer: killed at any moment it loses nothing it acknowledged; and how fast it is.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer, Verifier};
use ports::log::{BATCH_MOST, LogFolder, LogWriter};
use proof::log::{Entry, KeyRing, Policy, Seen};
use proof::{Hash, SigningKey};

const ORIGIN: &str = "house.example/log";

/// How often a writer is killed.
const KILLS: u32 = 8;

fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn keys() -> KeyRing {
    KeyRing::new(ORIGIN, key().verifier().clone())
}

/// A process of its own, started by the test below: appends until it is killed, and says what was acknowledged.
#[test]
fn a_writer_that_will_be_killed() {
    let Ok(folder) = std::env::var("TANTIEME_TEST_LOG") else { return };
    let mut writer = LogWriter::open(Path::new(&folder), keys(), vec![key()], None).unwrap();
    let mark = ports::world::bits();
    let mut out = std::io::stdout(); // written directly, since the test harness keeps what is printed
    loop {
        let count = ports::world::bits() % 300 + 1;
        let entries: Vec<Entry> =
            (0..count).map(|i| Entry::new(format!("{mark} {i}").into_bytes()).unwrap()).collect();
        writer.append(&entries).unwrap();
        let Seen { size, root } = writer.seen();
        writeln!(out, "acknowledged {size} {root}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_killed_writer_loses_no_acknowledged_leaf_and_forks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = vec![Seen::nothing()];
    for _ in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "log::a_writer_that_will_be_killed", "--nocapture"])
            .env("TANTIEME_TEST_LOG", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (said, heard) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            lines.filter_map(|l| seen(&l.ok()?)).all(|seen| said.send(seen).is_ok())
        });
        // After some acknowledgements, at whatever step the writer is then.
        let first = ports::world::bits() % 4;
        acknowledged.extend((0..first).map_while(|_| heard.recv_timeout(Duration::from_secs(20)).ok()));
        std::thread::sleep(Duration::from_micros(ports::world::bits() % 20_000));
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap();
        acknowledged.extend(heard.try_iter());

        // What anybody could have read at this moment is part of the log for ever, too.
        if let Ok(shown) = LogFolder::new(folder.path()).checkpoint() {
            let shown = Policy::log_only(keys()).open(&shown).unwrap();
            let seen = Seen::from(&shown.checkpoint);
            assert_eq!(
                LogFolder::new(folder.path()).tree(&shown).unwrap().root_at(seen.size).unwrap(),
                seen.root
            );
            acknowledged.push(seen);
        }
        let writer = LogWriter::open(folder.path(), keys(), vec![key()], acknowledged.last()).unwrap();
        acknowledged.push(writer.seen());
    }
    let shown = Policy::log_only(keys()).open(&LogFolder::new(folder.path()).checkpoint().unwrap()).unwrap();
    let mut tree = LogFolder::new(folder.path()).tree(&shown).unwrap();
    for seen in &acknowledged {
        assert_eq!(tree.root_at(seen.size).unwrap(), seen.root, "{} leaves were acknowledged", seen.size);
    }
    for bundle in 0..tree.size().div_ceil(256) {
        tree.entries(bundle).unwrap();
    }
    eprintln!("{} acknowledgements, {} leaves, {KILLS} kills", acknowledged.len(), tree.size());
}

fn seen(line: &str) -> Option<Seen> {
    let (_, rest) = line.split_once("acknowledged ")?;
    let (size, root) = rest.split_once(' ')?;
    Some(Seen { size: size.parse().ok()?, root: root.parse::<Hash>().ok()? })
}

/// Writes a small log for `scripts/check-log.sh`, which has other programs check it.
#[test]
#[ignore = "started by scripts/check-log.sh"]
fn write_a_log_for_other_programs() {
    let Ok(folder) = std::env::var("TANTIEME_TEST_LOG") else { return };
    let folder = Path::new(&folder);
    let mut writer = LogWriter::open(folder, keys(), vec![key()], None).unwrap();
    let entry = |n: u64| Entry::new(format!("statement {n}").into_bytes()).unwrap();
    let longest = Entry::new(vec![b'x'; 65_535]).unwrap();
    for size in [1_u64, 250, 256, 700, 1_500, 2_100] {
        let mut batch: Vec<Entry> = (writer.size()..size).map(entry).collect();
        batch[0] = longest.clone();
        writer.append(&batch).unwrap();
        std::fs::write(folder.join(format!("checkpoint.{size}")), writer.checkpoint().to_string()).unwrap();
    }
    std::fs::write(folder.join("vkey"), format!("{}\n", key().verifier())).unwrap();
}

/// Statements a second: each one's Ed25519 signature checked, logged in batches of 1,024, flushed, signed and published.
#[test]
#[ignore = "a measurement; see docs/performance.md"]
fn measure_statements_a_second() {
    const BATCHES: usize = 60;
    let speaker = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let statement = |i: usize| {
        let mut bytes =
            format!("{{\"statement\":{i},\"use\":\"train.gen\",\"says\":\"refuse\"}}").into_bytes();
        bytes.resize(400, b' ');
        let signature = speaker.sign(&bytes).to_bytes();
        bytes.extend_from_slice(&signature);
        bytes
    };
    let all: Vec<Vec<u8>> = (0..BATCHES * BATCH_MOST).map(statement).collect();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut writer = LogWriter::open(folder.path(), keys(), vec![key()], None).unwrap();
    let public = speaker.verifying_key();
    let check = |bytes: &Vec<u8>| {
        let (text, signature) = bytes.split_last_chunk::<64>().unwrap();
        public.verify(text, &ed25519_dalek::Signature::from_bytes(signature)).unwrap();
        Entry::new(bytes.clone()).unwrap()
    };

    let start = Instant::now();
    let (to_log, checked) = std::sync::mpsc::sync_channel::<Vec<Entry>>(2);
    let logging = std::thread::scope(|scope| {
        scope.spawn(move || {
            for batch in all.chunks(BATCH_MOST) {
                to_log.send(batch.iter().map(check).collect()).unwrap();
            }
        });
        let mut logging = Duration::ZERO;
        for batch in checked {
            let start = Instant::now();
            writer.append(&batch).unwrap();
            logging += start.elapsed();
        }
        logging
    });
    let (taken, count) = (start.elapsed(), writer.size());
    eprintln!(
        "{count} statements in {:.2} s: {:.0} a second; {:.2} s of it in the log",
        taken.as_secs_f64(),
        count as f64 / taken.as_secs_f64(),
        logging.as_secs_f64()
    );
}
