//! Makes a registry and a manifest of any size, and times decisions in process.
//!
//! ```text
//! cargo run --release -p consent --example consent_bench -- generate DIR [RECORDINGS HOLDERS STATEMENTS ROWS]
//! cargo run --release -p consent --example consent_bench -- decide DIR/registry.ndjson
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a tool for measuring")]

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::time::Instant;

use consent::registry::read_line;
use consent::{Answer, Asked, Builder, Question, Session, Use};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |at: usize, default: u64| args.get(at).map_or(default, |t| t.parse().unwrap());
    match args.get(1).map(String::as_str) {
        Some("generate") => generate(&args[2], number(3, 1_000_000), number(4, 300_000), number(5, 2_000_000), number(6, 10_000_000)),
        Some("decide") => decide(&args[2]),
        _ => println!("generate DIR [RECORDINGS HOLDERS STATEMENTS ROWS] | decide REGISTRY"),
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn isrc(n: u64) -> String {
    format!("DE{}{:02}{:05}", ["AAA", "AAB", "AAC", "AAD"][(n / 10_000_000 % 4) as usize], n / 100_000 % 100, n % 100_000)
}

fn generate(dir: &str, recordings: u64, holders: u64, statements: u64, rows: u64) {
    let mut c = Chance(7);
    let file = |name: &str| BufWriter::with_capacity(1 << 20, std::fs::File::create(format!("{dir}/{name}")).unwrap());
    let mut out = file("registry.ndjson");
    for n in 0..recordings {
        writeln!(out, r#"{{"type":"recording","id":"r{n}","isrc":"{}","works":["w{n}"]}}"#, isrc(n)).unwrap();
        let artist = c.below(holders);
        for (role, subject) in [("master", "recording:r"), ("work", "work:w"), ("featured", "recording:r")] {
            let party = if c.below(3) == 0 { c.below(holders) } else { artist };
            writeln!(out, r#"{{"type":"claim","id":"c{n}{role}","subject":"{subject}{n}","role":"{role}","party":"h{party}","level":"documented"}}"#).unwrap();
        }
    }
    for n in 0..statements {
        let kind = ["permit", "permit", "permit", "permit", "permit", "ask", "refuse"][c.below(7) as usize];
        let subject = if n < holders * 3 { "catalogue".to_owned() } else { format!("recording:r{}", c.below(recordings)) };
        let holder = if n < holders * 3 { n % holders } else { c.below(holders) };
        let uses = ["\"train\"", "\"train.gen\"", "\"*\"", "\"gen\",\"train.gen\""][c.below(4) as usize];
        let more = ["", r#","territories":["FR","DE"]"#, r#","licensees":["maker"]"#, r#","until":"2027-01-01""#,
            r#","conditions":{"attribution":true}"#][c.below(5) as usize];
        writeln!(out, r#"{{"type":"statement","id":"s{n}","speaker":"h{holder}","subject":"{subject}","kind":"{kind}","uses":[{uses}],"log":{n},"at":"2026-0{}-01"{more}}}"#, 1 + n * 9 / statements.max(1)).unwrap();
    }
    let mut out = file("manifest.csv");
    writeln!(out, "isrc").unwrap();
    for _ in 0..rows {
        writeln!(out, "{}", isrc(c.below(recordings + recordings / 20))).unwrap();
    }
}

fn decide(path: &str) {
    let started = Instant::now();
    let (mut builder, mut recordings) = (Builder::default(), 0_u64);
    for (n, line) in BufReader::new(std::fs::File::open(path).unwrap()).split(b'\n').enumerate() {
        let object = read_line(n as u64, &line.unwrap()).unwrap();
        recordings += u64::from(matches!(object, Some(consent::registry::Object::Recording(_))));
        builder.push(n as u64, &object.unwrap()).unwrap();
    }
    let index = builder.finish();
    println!("index: {:.1} s, {} recordings, {} statements", started.elapsed().as_secs_f64(), recordings, index.statements_len());
    let (mut session, mut answer, mut c) = (Session::default(), Answer::default(), Chance(3));
    let codes: Vec<String> = (0..100_000).map(|_| isrc(c.below(recordings))).collect();
    for usage in [Use::IndexSearch, Use::TrainGen, Use::TrainVoice] {
        let on = "2026-11-01".parse().unwrap();
        let (mut yes, mut best) = (0, f64::MAX);
        for _ in 0..5 {
            let started = Instant::now();
            yes = 0;
            for code in &codes {
                let q = Question::new(Asked::Recording(code), usage, "maker", on, "FR".parse().unwrap());
                index.decide(&q, &mut session, &mut answer);
                yes += u32::from(answer.outcome.is_yes());
            }
            best = best.min(started.elapsed().as_secs_f64());
        }
        println!("{usage}: {:.2} µs a decision with its reasons, {:.0} a second, {yes} of {} yes", best * 10.0, 1e5 / best, codes.len());
    }
}
