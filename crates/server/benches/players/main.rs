//! How many answers players get a second, and how long each takes, over loopback with the generator beside the server.
//!
//! `cargo bench -p server --bench players -- --songs 10000 --seconds 3` serves an invented catalogue;
//! `-- --url http://127.0.0.1:5722 --user u --password p` sends the same requests to a server that is running already.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program that measures prints, and may fail loudly

#[path = "../common/mod.rs"]
mod common;
mod stage;

use std::time::{Duration, Instant};

use common::{Line, cpu_seconds, memory, next};

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
    get(&mut Line::open(&host), &format!("/rest/{ready}?{login}"));
    println!("first answer after {:.2} s", first.elapsed().as_secs_f64());
    if options.url.is_none() {
        println!("memory {} MB", memory());
    }
    common::head();
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
    let threads = (0..options.connections)
        .map(|thread| {
            let (host, path, login) = (host.to_owned(), path.to_owned(), login.to_owned());
            let songs = options.songs;
            std::thread::spawn(move || {
                let mut line = Line::open(&host);
                let (mut times, mut bytes, mut turn) = (Vec::new(), 0_usize, thread * 7_919 + 1);
                while Instant::now() < deadline {
                    turn = next(turn);
                    let asked = ask(&path, turn, songs);
                    let at = Instant::now();
                    bytes += get(&mut line, &format!("/rest/{asked}&{login}"));
                    times.push(at.elapsed());
                }
                (times, bytes)
            })
        })
        .collect();
    common::report(name, begun, cpu, threads);
}

fn ask(path: &str, turn: usize, songs: usize) -> String {
    let word = stage::WORDS[turn % stage::WORDS.len()];
    let letter = &word[..1];
    let number = turn % (songs / 20).max(1);
    path.replace("{n}", &number.to_string()).replace("{w}", &word[..word.len().min(4)]).replace("{l}", letter)
}

/// Asks, and tells how many bytes the answer had; it has to say that all is well.
fn get(line: &mut Line, path: &str) -> usize {
    let body = line.get(path, "");
    assert!(says_ok(&body), "{path}: {}", String::from_utf8_lossy(&body[..body.len().min(300)]));
    body.len()
}

fn says_ok(body: &[u8]) -> bool {
    // Ours says it at the beginning, others at the end.
    let ok = |w: &[u8]| w == b"\"ok\"";
    body.windows(4).take(200).any(ok) || body.windows(4).rev().take(200).any(ok)
}
