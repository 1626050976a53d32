//! How many statement pages are answered a second to people who are signed in, and how long each takes, over loopback with
//! the generator beside the server.
//!
//! `cargo bench -p server --bench statements -- --parties 50000 --recordings 200000 --seconds 10` makes a house with so
//! many parties, each with its own session and its own statement, looks at every statement once, then as fast as it can,
//! then a thousand times a second.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program that measures prints, and may fail loudly

mod stage;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stage::Seat;

fn number(name: &str, usual: usize) -> usize {
    let args: Vec<String> = std::env::args().collect();
    let at = args.iter().position(|a| a == name);
    at.and_then(|at| args.get(at + 1)).and_then(|v| v.parse().ok()).unwrap_or(usual)
}

fn main() {
    // `cargo test` runs benchmarks too: without this it only says that it is there.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let (parties, recordings) = (number("--parties", 50_000), number("--recordings", 200_000));
    let (seconds, connections) = (number("--seconds", 10) as u64, number("--connections", 8));
    let rate = number("--rate", 1_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let begun = Instant::now();
    let (host, seats) = runtime.block_on(stage::serve(parties, recordings));
    let seats = Arc::new(seats);
    println!("{parties} parties, {recordings} recordings, stored in {:.1} s", begun.elapsed().as_secs_f64());
    println!("memory {} MB", memory());
    println!(
        "{:22} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "a second", "median ms", "99 % ms", "most ms", "bytes"
    );
    let end = Instant::now() + Duration::from_secs(3_600);
    measure("each once", &host, &seats, connections, end, Some(seats.len()), None);
    println!("memory {} MB", memory());
    let end = Instant::now() + Duration::from_secs(seconds);
    measure("as fast as it can", &host, &seats, connections, end, None, None);
    let end = Instant::now() + Duration::from_secs(seconds);
    measure(&format!("{rate} a second"), &host, &seats, connections, end, None, Some(rate));
    println!("memory {} MB", memory());
}

/// Looks at statements over some connections until an end: each once, as fast as it can, or at a rate.
fn measure(
    name: &str,
    host: &str,
    seats: &Arc<Vec<Seat>>,
    connections: usize,
    end: Instant,
    each: Option<usize>,
    rate: Option<usize>,
) {
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    let threads: Vec<_> = (0..connections)
        .map(|thread| {
            let (host, seats) = (host.to_owned(), seats.clone());
            std::thread::spawn(move || {
                let mut line = Line::open(&host);
                let (mut times, mut bytes, mut turn, mut count) =
                    (Vec::new(), 0_usize, thread * 7_919 + 1, thread);
                loop {
                    // At a rate, the time counts from when it was to begin, not from when there was room for it.
                    let due = rate.map(|rate| begun + Duration::from_secs_f64(count as f64 / rate as f64));
                    if let Some(due) = due {
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    }
                    if Instant::now() >= end || each.is_some_and(|each| count >= each) {
                        break;
                    }
                    turn = turn.wrapping_mul(48_271) % 2_147_483_647;
                    let seat = &seats[if each.is_some() { count } else { turn } % seats.len()];
                    let at = due.unwrap_or_else(Instant::now);
                    bytes += line.get(&host, seat);
                    times.push(at.elapsed());
                    count += connections;
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
    let at =
        |part: f64| times[((times.len() as f64 * part) as usize).min(times.len() - 1)].as_secs_f64() * 1e3;
    let cpu = cpu_seconds() - cpu;
    println!(
        "{name:22} {:9.0} {:9.3} {:9.3} {:9.3} {:9} (CPU {cpu:.1} s with the generator, {:.3} ms each)",
        times.len() as f64 / took,
        at(0.5),
        at(0.99),
        at(1.0),
        bytes / times.len().max(1),
        cpu * 1e3 / times.len().max(1) as f64
    );
}

/// A connection that is kept.
struct Line(BufReader<TcpStream>);

impl Line {
    fn open(host: &str) -> Line {
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        Line(BufReader::with_capacity(1 << 16, stream))
    }

    /// Asks for a party's statement in its session, reads it to its end, and tells how many bytes it had.
    fn get(&mut self, host: &str, seat: &Seat) -> usize {
        let request = format!(
            "GET /statement/{} HTTP/1.1\r\nHost: {host}\r\nCookie: session={}\r\nAccept-Language: en\r\n\r\n",
            seat.party, seat.token
        );
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut length, mut status, mut head) = (0, String::new(), String::new());
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
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        assert!(status.contains(" 200 ") && body.contains(&seat.name), "{}: {status}{body}", seat.party);
        length
    }
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
