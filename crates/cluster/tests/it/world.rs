//! Plays, rules, workers in this process and in others, and what one process makes of the same plays.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bulk::{Ask, Catalogue, Failure, share, share_elsewhere};
use cluster::{Cluster, Course, Hook, Key, Limits, Options, WorkerOptions, address, serve};
use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, UInt32Array, UInt64Array};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use tempfile::TempDir;

/// Longest time that any case may take: beyond it the test fails as hanging.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// What a case is about; plays are drawn from it, always the same.
#[derive(Clone, Copy)]
pub struct Plays {
    pub rows: u64,
    pub members: u64,
    pub recordings: u64,
    pub texts: bool,
    pub files: usize,
}

pub const SMALL: Plays = Plays { rows: 6_000, members: 700, recordings: 90, texts: false, files: 3 };

/// A folder with plays and a catalogue.
pub struct World {
    pub room: TempDir,
    pub files: Vec<PathBuf>,
}

impl World {
    pub fn new(plays: Plays) -> World {
        let room = tempfile::tempdir().unwrap();
        let mut drawn = Draw(plays.rows ^ 0x5eed);
        let files = (0..plays.files)
            .map(|file| {
                // A name that would not survive careless addresses.
                let path = room.path().join(format!("plays {file} 100%é#.parquet"));
                write(&path, &batch(plays, file, &mut drawn));
                path
            })
            .collect();
        let mut catalogue = "recording,artist,territory,tags,threshold_plays\n".to_owned();
        for n in 0..plays.recordings + 5 {
            let tag = if n % 3 == 0 { "local" } else { "" };
            catalogue += &format!("{},artist-{},,{tag},{}\n", recording(plays, n), n % 13, n * 40);
        }
        std::fs::write(room.path().join("catalogue.csv"), catalogue).unwrap();
        World { room, files }
    }

    pub fn ask(&self, rule: &str, seats: Option<u64>) -> (String, Ask) {
        let text = rule_text(rule);
        let ask = Ask {
            rule: allocation::rule::read("rule.toml", &text).unwrap(),
            pot: "EUR 12345.678901".parse().unwrap(),
            plays: self.files.clone(),
            seats,
            holders: None,
            catalogue: Some(Catalogue::read(&self.room.path().join("catalogue.csv")).unwrap()),
            here: None,
            covers_threshold: false,
            threads: 2,
            memory: 1 << 30,
            folder: self.room.path().to_owned(),
        };
        (text, ask)
    }

    /// What one process makes of it: lines and manifest.
    pub fn alone(&self, rule: &str, seats: Option<u64>) -> Result<Vec<u8>, Failure> {
        share(&self.ask(rule, seats).1, &|_, _, _| {}).map(|report| bytes(&report))
    }

    /// What workers make of it.
    pub fn together(&self, rule: &str, seats: Option<u64>, how: &How) -> (Result<Vec<u8>, Failure>, Course) {
        let (text, ask) = self.ask(rule, seats);
        let workers = how.workers.iter().map(|at| address::parse(&at.to_string()).unwrap()).collect();
        let (key, limits, places) = (how.key.clone(), how.limits, Vec::new());
        let options = Options { rule: text, workers, key, limits, shards: how.shards, places };
        let mut cluster = Cluster::new(options).unwrap();
        let begin = Instant::now();
        let report = share_elsewhere(&ask, &mut cluster, &|_, _, _| {});
        assert!(begin.elapsed() < PATIENCE, "it hung");
        (report.map(|report| bytes(&report)), cluster.course().clone())
    }
}

/// Who is asked.
pub struct How {
    pub workers: Vec<SocketAddr>,
    pub key: Key,
    pub shards: Option<u32>,
    pub limits: Limits,
}

impl How {
    pub fn of(workers: Vec<SocketAddr>) -> How {
        let limits = Limits { shard: Duration::from_secs(100), whole: Duration::from_secs(280), attempts: 3 };
        How { workers, key: key(), shards: Some(4), limits }
    }
}

pub fn key() -> Key {
    Key::parse("a-key-for-tests-only").unwrap()
}

/// Lines and manifest in one.
fn bytes(report: &bulk::Report) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = report.write(&mut bytes).unwrap();
    bytes.extend(report.manifest(&written).into_bytes());
    bytes
}

fn rule_text(rule: &str) -> String {
    let shipped = allocation::shipped().iter().find(|shipped| shipped.file == format!("{rule}.toml"));
    shipped.unwrap().text.to_owned()
}

/// A sequence that looks random and is always the same.
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}

fn recording(plays: Plays, n: u64) -> String {
    if plays.texts { format!("XX-{n:05}") } else { (n * 3).to_string() }
}

fn batch(plays: Plays, file: usize, drawn: &mut Draw) -> RecordBatch {
    let rows = plays.rows / plays.files as u64;
    let (mut members, mut recordings) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        // Few are heard much, many a little.
        let heard = drawn.below(plays.recordings).min(drawn.below(plays.recordings));
        members.push(drawn.below(plays.members) * 7);
        recordings.push(heard);
    }
    let mut number = |most: u64| -> Vec<u64> { (0..rows).map(|_| drawn.below(most)).collect() };
    let (counts, seconds, sought) = (number(40), number(300), number(3));
    let narrow = |list: &[u64]| list.iter().map(|n| *n as u32).collect::<Vec<u32>>();
    let key = |list: &[u64], text: &dyn Fn(u64) -> String| -> ArrayRef {
        match (plays.texts, file % 2) {
            (true, _) => Arc::new(StringArray::from_iter_values(list.iter().map(|n| text(*n)))),
            // Files may store the same integers in different widths.
            (false, 0) => {
                Arc::new(UInt64Array::from_iter_values(list.iter().map(|n| text(*n).parse().unwrap())))
            }
            (false, _) => {
                Arc::new(UInt32Array::from_iter_values(list.iter().map(|n| text(*n).parse().unwrap())))
            }
        }
    };
    let member =
        |n: u64| if plays.texts { format!("m{}", n * 2_654_435_761 % 1_000_003) } else { n.to_string() };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("at", Arc::new(UInt64Array::from_iter_values(0..rows))),
        ("recording", key(&recordings, &|n| recording(plays, n))),
        ("played_s", Arc::new(UInt32Array::from(narrow(&seconds)))),
        ("sought", Arc::new(BooleanArray::from_iter(sought.iter().map(|n| Some(*n == 0))))),
        ("member", key(&members, &member)),
    ];
    if file != 1 {
        // The second file has no counts: each of its rows is one play.
        columns.push(("plays", Arc::new(UInt32Array::from(narrow(&counts)))));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

pub fn write(path: &Path, batch: &RecordBatch) {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(500)).build();
    let mut writer =
        ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

/// A worker in this process; it ends when it is dropped.
pub struct Thread {
    pub at: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    _room: TempDir,
}

pub fn worker(hook: Option<Hook>) -> Thread {
    worker_with(hook, 512 << 20)
}

pub fn worker_with(hook: Option<Hook>, memory: u64) -> Thread {
    let room = tempfile::tempdir().unwrap();
    let options = options(room.path(), hook, memory);
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let (tell, told) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let stopped = async {
            stopped.await.ok();
        };
        runtime.block_on(serve(options, |at| tell.send(at).unwrap(), stopped)).unwrap();
        runtime.shutdown_background();
    });
    let at = told.recv_timeout(PATIENCE).unwrap();
    Thread { at, stop: Some(stop), thread: Some(thread), _room: room }
}

fn options(work_dir: &Path, hook: Option<Hook>, memory: u64) -> WorkerOptions {
    let listen = "127.0.0.1:0".parse().unwrap();
    WorkerOptions { listen, work_dir: work_dir.to_owned(), key: key(), memory, cores: 2, hook }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// A worker in a process of its own, which can be killed.
pub struct Process {
    pub at: SocketAddr,
    child: Child,
    _room: TempDir,
}

/// How long a worker's kernel takes longer than it needs to, so that there is a time to be killed in.
pub const PACE: Duration = Duration::from_millis(15);

const ROOM: &str = "TANTIEME_TEST_WORKER_ROOM";

impl Process {
    /// Starts this test program again, as a worker.
    pub fn start() -> Process {
        let room = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["world::be_a_worker", "--exact", "--ignored", "--nocapture"])
            .env(ROOM, room.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if let Some((_, at)) = line.split_once("listens at ") {
                    tell.send(at.trim().parse().unwrap()).ok();
                }
            }
        });
        Process { at: told.recv_timeout(PATIENCE).unwrap(), child, _room: room }
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[test]
#[ignore = "the body of a worker process; `Process::start` runs it"]
fn be_a_worker() {
    let Some(room) = std::env::var_os(ROOM) else { return };
    let slow = Hook::new(|batch| batch, |_, _| std::thread::sleep(PACE));
    let options = options(Path::new(&room), Some(slow), 512 << 20);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(serve(options, |at| println!("\nlistens at {at}"), std::future::pending())).unwrap();
}
