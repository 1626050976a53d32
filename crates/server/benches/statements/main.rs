//! How many statement pages are answered a second to people who are signed in, and how long each takes, over loopback with
//! the generator beside the server.
//!
//! `cargo bench -p server --bench statements -- --parties 50000 --recordings 200000 --seconds 10` makes a house with so
//! many parties, each with its own session and its own statement, looks at every statement once, then as fast as it can,
//! then a thousand times a second.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program that measures prints, and may fail loudly

#[path = "../common/mod.rs"]
mod common;
mod stage;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Line, cpu_seconds, memory, next};
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
    let (seconds, connections) = (number("--seconds", 10) as u64, number("--connections", 16));
    let rate = number("--rate", 1_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // The house is made by another process, so that this one's memory is that of serving and asking.
    let args: Vec<String> = std::env::args().collect();
    if let Some(folder) = args.iter().position(|a| a == "--make").and_then(|at| args.get(at + 1)) {
        runtime.block_on(stage::make(folder.into(), parties, recordings));
        return;
    }
    let (begun, folder) = (Instant::now(), tempfile::tempdir().unwrap());
    let made = std::process::Command::new(std::env::current_exe().unwrap())
        .args(args.iter().skip(1))
        .arg("--make")
        .arg(folder.path())
        .status();
    assert!(made.unwrap().success());
    let host = runtime.block_on(stage::serve(folder.path().into()));
    let seats = Arc::new(stage::seats(parties));
    println!("{parties} parties, {recordings} recordings, stored in {:.1} s", begun.elapsed().as_secs_f64());
    println!("memory {} MB", memory());
    common::head();
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
    let threads = (0..connections)
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
                    turn = next(turn);
                    let seat = &seats[if each.is_some() { count } else { turn } % seats.len()];
                    let at = due.unwrap_or_else(Instant::now);
                    bytes += look(&mut line, seat);
                    times.push(at.elapsed());
                    count += connections;
                }
                (times, bytes)
            })
        })
        .collect();
    common::report(name, begun, cpu, threads);
}

/// Looks at a party's statement in its session, and tells how many bytes it had.
fn look(line: &mut Line, seat: &Seat) -> usize {
    let headers = format!("Cookie: session={}\r\nAccept-Language: en\r\n", seat.token);
    let body = String::from_utf8(line.get(&format!("/statement/{}", seat.party), &headers)).unwrap();
    assert!(body.contains(&seat.name), "{}: {body}", seat.party);
    body.len()
}
