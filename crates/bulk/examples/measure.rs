//! Shares plays of files and prints how long it took; for measuring without the rest of the program.
#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a tool that talks to the person who started it"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Mutex;
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [rule, pot, plays, out, threads, memory] = words.as_slice() else {
        eprintln!("usage: measure RULE POT GLOB OUT THREADS MEMORY-IN-MIB");
        return;
    };
    let ask = bulk::Ask {
        rule: allocation::find(rule).unwrap(),
        pot: pot.parse().unwrap(),
        plays: bulk::expand(std::slice::from_ref(plays)).unwrap(),
        seats: None,
        holders: None,
        catalogue: None,
        here: None,
        covers_threshold: true,
        threads: threads.parse().unwrap(),
        memory: memory.parse::<u64>().unwrap() << 20,
        folder: std::env::temp_dir(),
    };
    let started = Instant::now();
    let step = Mutex::new("");
    let watch = |now: &'static str, _, _| {
        let mut step = step.lock().unwrap();
        if *step != now {
            eprintln!("{:8.2} s  {now}", started.elapsed().as_secs_f64());
            *step = now;
        }
    };
    let report = bulk::share(&ask, &watch).unwrap();
    eprintln!("{:8.2} s  writing", started.elapsed().as_secs_f64());
    let mut file = BufWriter::new(File::create(out).unwrap());
    let written = report.write(&mut file).unwrap();
    file.flush().unwrap();
    eprintln!("{:8.2} s  done\n{}", started.elapsed().as_secs_f64(), report.manifest(&written));
}
