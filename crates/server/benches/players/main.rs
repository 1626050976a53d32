//! How many answers players get a second, and how long each takes, over loopback with the generator beside the server.
//!
//! `cargo bench -p server --bench players -- --songs 10000 --seconds 3` serves an invented catalogue;
//! `-- --url http://127.0.0.1:5722 --user u --password p` sends the same requests to a server that is running already.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program that measures prints, and may fail loudly

mod stage;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// What is measured: a name, and the requests of it by turn; `{n}` is a number that changes with each.
const KINDS: [(&str, &str); 8] = [
    ("getAlbumList2 newest", "getAlbumList2?type=newest&size=10&offset={n}"),
    ("getAlbumList2 by name", "getAlbumList2?type=alphabeticalByName&size=10&offset={n}"),
    ("getAlbumList2 random", "getAlbumList2?type=random&size=10"),
    ("getArtists", "getArtists?"),
    ("search3 words", "search3?query={w}&songCount=20&albumCount=20&artistCount=20"),
    ("search3 one letter", "search3?query={l}&songCount=20&albumCount=20&artistCount=20"),
    ("search3 empty, deep", "search3?query=&songCount=50&albumCount=0&artistCount=0&songOffset={n}"),
    ("ping", "ping?"),
];

struct Options {
    songs: usize,
    seconds: u64,
    connections: usize,
    url: Option<String>,
    /// Only fills this folder.
    store: Option<String>,
    user: String,
    password: String,
}

fn options() -> Options {
    let args: Vec<String> = std::env::args().collect();
    let get = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).cloned();
    let number = |name: &str, usual| get(name).and_then(|v| v.parse().ok()).unwrap_or(usual);
    Options {
        songs: number("--songs", 10_000),
        seconds: number("--seconds", 3) as u64,
        connections: number("--connections", 8),
        url: get("--url"),
        store: get("--store"),
        user: get("--user").unwrap_or_default(),
        password: get("--password").unwrap_or_default(),
    }
}

fn main() {
    // `cargo test` runs benchmarks too: without this it only says that it is there.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let options = options();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if let Some(folder) = &options.store {
        return runtime.block_on(stage::store(folder.into(), options.songs));
    }
    let (host, user, password) = match &options.url {
        Some(url) => {
            (url.trim_start_matches("http://").to_owned(), options.user.clone(), options.password.clone())
        }
        None => {
            let begun = Instant::now();
            let folder = tempfile::tempdir().unwrap().keep();
            // By another process, so that the memory told below is what serving takes.
            let songs = options.songs.to_string();
            let stored = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--store".as_ref(), folder.as_os_str(), "--songs".as_ref(), songs.as_ref()])
                .status();
            assert!(stored.unwrap().success());
            println!("{songs} songs stored in {:.1} s", begun.elapsed().as_secs_f64());
            runtime.block_on(stage::serve(folder))
        }
    };
    let login = format!("u={user}&p={password}&v=1.16.1&c=bench&f=json");
    let first = Instant::now();
    // Ours answers it once its library is in memory; others have nothing to wait for.
    let ready = if options.url.is_none() { "getScanStatus" } else { "ping" };
    one(&host, &format!("/rest/{ready}?{login}"));
    println!("first answer after {:.2} s", first.elapsed().as_secs_f64());
    if options.url.is_none() {
        println!("memory {} MB", memory());
    }
    println!(
        "{:24} {:>9} {:>9} {:>9} {:>9} {:>11}",
        "request", "a second", "median ms", "99 % ms", "most ms", "bytes"
    );
    for (name, path) in KINDS {
        measure(&host, name, path, &login, &options);
    }
    if options.url.is_none() {
        println!("memory {} MB", memory());
    }
}

/// One kind of request for some seconds over some connections.
fn measure(host: &str, name: &str, path: &str, login: &str, options: &Options) {
    let (deadline, cpu) = (Instant::now() + Duration::from_secs(options.seconds), cpu_seconds());
    let begun = Instant::now();
    let threads: Vec<_> = (0..options.connections)
        .map(|thread| {
            let (host, path, login) = (host.to_owned(), path.to_owned(), login.to_owned());
            let songs = options.songs;
            std::thread::spawn(move || {
                let mut line = Line::open(&host);
                let (mut times, mut bytes, mut turn) = (Vec::new(), 0_usize, thread * 7_919 + 1);
                while Instant::now() < deadline {
                    turn = turn.wrapping_mul(48_271) % 2_147_483_647;
                    let asked = ask(&path, turn, songs);
                    let at = Instant::now();
                    bytes += line.get(&host, &format!("/rest/{asked}&{login}"));
                    times.push(at.elapsed());
                }
                (times, bytes)
            })
        })
        .collect();
    let (mut times, mut bytes) = (Vec::new(), 0);
    for thread in threads {
        let (more, size) = thread.join().unwrap();
        times.extend(more);
        bytes += size;
    }
    let took = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |part: f64| {
        times.get(((times.len() as f64 * part) as usize).min(times.len() - 1)).unwrap().as_secs_f64() * 1e3
    };
    println!(
        "{name:24} {:9.0} {:9.3} {:9.3} {:9.3} {:11} (CPU {:.1} s with the generator)",
        times.len() as f64 / took,
        at(0.5),
        at(0.99),
        at(1.0),
        bytes / times.len(),
        cpu_seconds() - cpu
    );
}

fn ask(path: &str, turn: usize, songs: usize) -> String {
    let word = stage::WORDS[turn % stage::WORDS.len()];
    let letter = &word[..1];
    let number = turn % (songs / 20).max(1);
    path.replace("{n}", &number.to_string()).replace("{w}", &word[..word.len().min(4)]).replace("{l}", letter)
}

fn one(host: &str, path: &str) {
    Line::open(host).get(host, path);
}

/// A connection that is kept.
struct Line(BufReader<TcpStream>);

impl Line {
    fn open(host: &str) -> Line {
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        Line(BufReader::with_capacity(1 << 16, stream))
    }

    /// Asks, reads the answer to its end, and tells how many bytes its body had; opens anew where the server closes.
    fn get(&mut self, host: &str, path: &str) -> usize {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: keep-alive\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut length, mut close, mut status) = (None, false, String::new());
        let mut head = String::new();
        loop {
            head.clear();
            self.0.read_line(&mut head).unwrap();
            if status.is_empty() {
                status.clone_from(&head);
            }
            let line = head.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse::<usize>().ok();
            }
            close |= line == "connection: close" || status.starts_with("HTTP/1.0");
        }
        assert!(status.contains(" 200 "), "{path}: {status}");
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).unwrap();
        assert!(
            memchr(&body, b"\"ok\""),
            "{path}: {}",
            String::from_utf8_lossy(&body[..body.len().min(300)])
        );
        if close {
            *self = Line::open(host);
        }
        body.len()
    }
}

fn memchr(body: &[u8], what: &[u8]) -> bool {
    // Ours says it at the beginning, others at the end.
    let near = |w: &[u8]| w == what;
    body.windows(what.len()).take(200).any(near) || body.windows(what.len()).rev().take(200).any(near)
}

/// Megabytes of this process that are in memory.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|p| p.parse::<usize>().ok()).unwrap_or(0) * 4_096 / 1_000_000
}

/// Seconds of processor that this process has used.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(") ").next().unwrap_or_default();
    let ticks: f64 = after.split(' ').skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}
