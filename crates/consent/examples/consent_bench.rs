//! Makes a registry and a manifest of any size, and times decisions in process.
//!
//! ```text
//! cargo run --release -p consent --example consent_bench -- generate DIR [RECORDINGS HOLDERS STATEMENTS ROWS]
//! cargo run --release -p consent --example consent_bench -- decide DIR/registry.ndjson
//! cargo run --release -p consent --example consent_bench -- audit DIR/registry.ndjson DIR/manifest.csv OUT
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
        Some("generate") => generate(
            &args[2],
            number(3, 1_000_000),
            number(4, 300_000),
            number(5, 2_000_000),
            number(6, 10_000_000),
        ),
        Some("decide") => decide(&args[2]),
        Some("audit") => audit(&args[2], &args[3], &args[4]),
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
    format!(
        "DE{}{:02}{:05}",
        ["AAA", "AAB", "AAC", "AAD"][(n / 10_000_000 % 4) as usize],
        n / 100_000 % 100,
        n % 100_000
    )
}

fn generate(dir: &str, recordings: u64, holders: u64, statements: u64, rows: u64) {
    let mut c = Chance(7);
    let file = |name: &str| {
        BufWriter::with_capacity(1 << 20, std::fs::File::create(format!("{dir}/{name}")).unwrap())
    };
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
        let subject = if n < holders * 3 {
            "catalogue".to_owned()
        } else {
            format!("recording:r{}", c.below(recordings))
        };
        let holder = if n < holders * 3 { n % holders } else { c.below(holders) };
        let uses = ["\"train\"", "\"train.gen\"", "\"*\"", "\"gen\",\"train.gen\""][c.below(4) as usize];
        let more = [
            "",
            r#","territories":["FR","DE"]"#,
            r#","licensees":["maker"]"#,
            r#","until":"2027-01-01""#,
            r#","conditions":{"attribution":true}"#,
        ][c.below(5) as usize];
        writeln!(out, r#"{{"type":"statement","id":"s{n}","speaker":"h{holder}","subject":"{subject}","kind":"{kind}","uses":[{uses}],"log":{n},"at":"2026-0{}-01"{more}}}"#, 1 + n * 9 / statements.max(1)).unwrap();
    }
    let mut out = file("manifest.csv");
    writeln!(out, "isrc").unwrap();
    for _ in 0..rows {
        writeln!(out, "{}", isrc(c.below(recordings + recordings / 20))).unwrap();
    }
}

/// What `tantieme consent audit` does, without its command line: two threads, rows and root.
fn audit(registry: &str, manifest: &str, out: &str) {
    use consent::audit::{CHUNK, Root, decide_range, join};
    let (index, _) = read(registry);
    let started = Instant::now();
    let bytes = std::fs::read(manifest).unwrap();
    let manifest = consent::manifest::Manifest::open(&bytes).unwrap();
    let on = "2026-11-01".parse().unwrap();
    let q = Question::new(Asked::Recording(""), Use::TrainGen, "maker", on, "FR".parse().unwrap());
    let (half, all) = (index.recordings_len() / 2, index.recordings_len());
    let (index, q) = (&index, &q);
    let parts = std::thread::scope(|s| {
        let other = s.spawn(move || decide_range(index, q, half..all));
        vec![decide_range(index, q, 0..half), other.join().unwrap()]
    });
    let decided = &join(index, q, parts);
    println!(
        "decided {all} recordings after {:.2} s, {} kinds of answer",
        started.elapsed().as_secs_f64(),
        decided.kinds.len()
    );
    let parts = manifest.parts(2);
    let rows = std::thread::scope(|s| {
        let manifest = &manifest;
        let running: Vec<_> =
            parts.into_iter().map(|p| s.spawn(move || manifest.resolve(p, index, decided, None))).collect();
        running.into_iter().flat_map(|t| t.join().unwrap()).collect::<Vec<_>>()
    });
    println!("resolved {} rows after {:.2} s", rows.len(), started.elapsed().as_secs_f64());
    let columns = decided.columns(&rows);
    let tails = &decided.tails(columns);
    let (mut root, mut file) = (Root::default(), std::fs::File::create(out).unwrap());
    writeln!(file, "{}", columns.header()).unwrap();
    let chunks: Vec<_> = rows.chunks(CHUNK).enumerate().collect();
    for pair in chunks.chunks(2) {
        let done: Vec<_> = std::thread::scope(|s| {
            let one = move |(place, rows): (usize, &[consent::audit::Row])| {
                let mut text = Vec::with_capacity(rows.len() * 40);
                (tails.write((place * CHUNK + 1) as u64, rows, &mut text, None), text, rows.len())
            };
            let running: Vec<_> = pair.iter().map(|c| s.spawn(move || one(*c))).collect();
            running.into_iter().map(|t| t.join().unwrap()).collect()
        });
        for (hashes, text, many) in done {
            root.push(hashes, many);
            file.write_all(&text).unwrap();
        }
    }
    let key = proof::SigningKey::from_seed("example/audit", &[1; 32]).unwrap();
    let head = proof::Checkpoint {
        origin: "example/audit".into(),
        size: rows.len() as u64,
        root: root.finish(),
        extensions: vec![],
    };
    println!("wrote and signed after {:.2} s\n{}", started.elapsed().as_secs_f64(), head.sign(&key).unwrap());
}

fn read(path: &str) -> (consent::Index, u64) {
    let started = Instant::now();
    let (mut builder, mut recordings) = (Builder::default(), 0_u64);
    for (n, line) in BufReader::new(std::fs::File::open(path).unwrap()).split(b'\n').enumerate() {
        let object = read_line(n as u64, &line.unwrap()).unwrap();
        recordings += u64::from(matches!(object, Some(consent::registry::Object::Recording(_))));
        builder.push(n as u64, &object.unwrap()).unwrap();
    }
    let index = builder.finish();
    println!(
        "index: {:.1} s, {} recordings, {} statements",
        started.elapsed().as_secs_f64(),
        recordings,
        index.statements_len()
    );
    (index, recordings)
}

fn decide(path: &str) {
    let (index, recordings) = read(path);
    let (mut session, mut answer, mut c) = (Session::default(), Answer::default(), Chance(3));
    // A thousand recordings again and again are warm; a hundred thousand mostly come from memory.
    let some: Vec<String> = (0..1_000).map(|_| isrc(c.below(recordings))).collect();
    let warm: Vec<&String> = some.iter().cycle().take(100_000).collect();
    let many: Vec<String> = (0..100_000).map(|_| isrc(c.below(recordings))).collect();
    for codes in [warm, many.iter().collect()] {
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
            println!(
                "{usage}: {:.2} µs a decision with its reasons, {:.0} a second, {yes} of {} yes",
                best * 10.0,
                1e5 / best,
                codes.len()
            );
        }
    }
}
