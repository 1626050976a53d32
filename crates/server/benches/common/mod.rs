//! What the benchmarks of the server share: a house in a folder, served on a free port; connections that are kept; and
//! what a run used and how long its answers took.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use app::{House, World};
use jiff::Timestamp;
use server::Config;
use store::{FieldKey, Store};

struct Real;

impl World for Real {
    fn now(&self) -> Timestamp {
        ports::world::now()
    }

    fn bits(&self) -> u64 {
        ports::world::bits()
    }

    fn nonce(&self) -> [u8; 24] {
        ports::world::nonce()
    }
}

/// A house in a folder, with keys that are none.
pub async fn house(folder: PathBuf) -> House {
    House {
        store: Store::open(&folder, FieldKey::new([1; 32])).await.unwrap(),
        world: Arc::new(Real),
        folder,
        log_seed: [2; 32],
        commitment_key: [3; 32],
        origin: "house.example/log".to_owned(),
    }
}

/// Serves a house until the program ends, and tells its address.
pub async fn serve(house: House) -> String {
    let config = Config::at("127.0.0.1:0".parse().unwrap());
    let (tell, told) = tokio::sync::oneshot::channel();
    tokio::spawn(server::serve(
        house,
        config,
        |at| {
            let _ = tell.send(at);
        },
        std::future::pending(),
    ));
    told.await.unwrap().to_string()
}

/// A connection that is kept.
pub struct Line {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Line {
    pub fn open(host: &str) -> Line {
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        Line { stream: BufReader::with_capacity(1 << 16, stream), host: host.to_owned() }
    }

    /// Asks with further headers, each ended by its line break, and reads the answer to its end: it has to be good. Opens anew
    /// where the server closes.
    pub fn get(&mut self, path: &str, headers: &str) -> Vec<u8> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.host);
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut length, mut close, mut status, mut head) = (0, false, String::new(), String::new());
        loop {
            head.clear();
            self.stream.read_line(&mut head).unwrap();
            if status.is_empty() {
                status.clone_from(&head);
            }
            let line = head.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            close |= line == "connection: close" || status.starts_with("HTTP/1.0");
        }
        assert!(status.contains(" 200 "), "{path}: {status}");
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        if close {
            *self = Line::open(&self.host);
        }
        body
    }
}

/// A number that looks like chance and comes again with each run.
pub fn next(turn: usize) -> usize {
    turn.wrapping_mul(48_271) % 2_147_483_647
}

/// What the table's columns are.
pub fn head() {
    println!(
        "{:24} {:>9} {:>9} {:>9} {:>9} {:>11}",
        "", "a second", "median ms", "99 % ms", "most ms", "bytes"
    );
}

/// Waits for connections, each with its times and the bytes it read, and prints a line of the table.
pub fn report(name: &str, begun: Instant, cpu: f64, threads: Vec<JoinHandle<(Vec<Duration>, usize)>>) {
    let (mut times, mut bytes) = (Vec::new(), 0);
    for thread in threads {
        let (more, size) = thread.join().unwrap();
        times.extend(more);
        bytes += size;
    }
    let (took, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    times.sort_unstable();
    let count = times.len().max(1);
    let at = |part: f64| {
        let place = ((count as f64 * part) as usize).min(count - 1);
        times.get(place).map_or(0.0, Duration::as_secs_f64) * 1e3
    };
    println!(
        "{name:24} {:9.0} {:9.3} {:9.3} {:9.3} {:11} (CPU {cpu:.1} s with the generator, {:.3} ms each)",
        times.len() as f64 / took,
        at(0.5),
        at(0.99),
        at(1.0),
        bytes / count,
        cpu * 1e3 / count as f64
    );
}

/// Megabytes of this process that are in memory.
pub fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|p| p.parse::<usize>().ok()).unwrap_or(0) * 4_096 / 1_000_000
}

/// Seconds of processor that this process has used.
pub fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(") ").next().unwrap_or_default();
    let ticks: f64 = after.split(' ').skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}
