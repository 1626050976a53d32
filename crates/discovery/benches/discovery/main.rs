//! `cargo bench -p discovery -- TRAIN TEST [--rival NAME=COMMAND]`: the published measures on a split, and the cost of a
//! training of 100,000 recordings and a million plays made up for it.
//!
//! Without files only the cost is measured. `benches/compare.py` measures other programs on the same split.

#![allow(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::time::Instant;

use discovery::measure::{Split, ranked, read_rows, training_of};
use discovery::{Fact, Graph, Node, Options, Play, Settings, Source, Training, baseline, train};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if let [train, test, ..] = files.as_slice() {
        accuracy(train, test, threads);
    }
    cost(threads);
}

fn accuracy(train_file: &str, test_file: &str, threads: usize) {
    let read = |file: &str| read_rows(&std::fs::read_to_string(file).expect("the split is there")).0;
    let (rows, test) = (read(train_file), read(test_file));
    let split = Split::new(&rows, &test);
    let row = |name: &str, f: discovery::measure::Figures, seconds: f64| {
        println!(
            "{name:<44} {:>9.4} {:>9.4} {:>9.3} {:>9.3} {seconds:>9.3}",
            f.recall, f.ndcg, f.coverage, f.tail
        );
    };
    println!(
        "{:<44} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "Recall@20", "NDCG@100", "coverage", "long tail", "train s"
    );
    let start = Instant::now();
    let popularity = baseline::Popularity::new(&split);
    let took = start.elapsed().as_secs_f64();
    row("popularity", split.measure(|r| popularity.ranked(r, 100)), took);
    let start = Instant::now();
    let knn = baseline::Knn::new(&split, 200);
    let took = start.elapsed().as_secs_f64();
    row("item-kNN, cosine, 200", split.measure(|r| knn.ranked(r, 100)), took);
    let research = Settings { least_people: 1, ..Settings::default() };
    let mut models = vec![
        (
            "RP3beta as published (0.8, 0.8, 0.3, 200)".to_owned(),
            Settings { least_people: 1, ..Settings::published() },
        ),
        ("ours".to_owned(), research.clone()),
    ];
    for beta in [0.0, 0.2, 0.3, 0.5, 0.6, 0.8] {
        models.push((format!("ours, beta {beta}"), Settings { beta, ..research.clone() }));
    }
    for least_people in [2, 5, 10] {
        let settings = Settings { least_people, ..Settings::default() };
        models.push((format!("ours, pairs of {least_people} people or more"), settings));
    }
    let training = training_of(&split);
    let options = Options { most: 100, one_per_artist: false, ..Options::default() };
    for (name, settings) in models {
        let start = Instant::now();
        let bytes = train(&training, &settings, threads).expect("it trains");
        let took = start.elapsed().as_secs_f64();
        let graph = Graph::open(&bytes).expect("it opens");
        row(&name, split.measure(|r| ranked(&graph, r, &options)), took);
    }
}

/// Made-up plays with a head and a tail as listening has them: the number of people of a recording falls as its rank
/// rises, and people keep to a corner of the catalogue.
fn cost(threads: usize) {
    const RECORDINGS: u64 = 100_000;
    const PLAYS: usize = 1_000_000;
    const PEOPLE: u64 = 25_000;
    let facts = (0..RECORDINGS).map(|n| Fact {
        id: format!("rec-{n:08}"),
        artists: vec![format!("artist {}", n / 4)],
        label: format!("label {} records", n / 60),
        title: format!("title {n}"),
        ..Fact::default()
    });
    let mut training = Training::new(facts.collect());
    let mut seed = 1_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed >> 11
    };
    let mut played = 0;
    while played < PLAYS {
        let part = next() as f64 / (1_u64 << 53) as f64;
        // some people hear far more than others
        let person = ((next() as f64 / (1_u64 << 53) as f64).powi(2) * PEOPLE as f64) as u64;
        let corner = person % 50 * (RECORDINGS / 50);
        let rank = (part.powi(3) * (RECORDINGS / 10) as f64) as u64;
        let recording = if next() % 4 == 0 { rank * 10 } else { corner + rank / 5 } % RECORDINGS;
        played += 1;
        training.play(Play {
            source: Source::Members,
            person: person as u32,
            what: Node::Recording(recording as u32),
            count: 1 + (next() % 5) as u32,
        });
    }
    println!("\n{RECORDINGS} recordings, {PLAYS} plays of {PEOPLE} people");
    for (least_people, threads) in [(1, 1), (1, threads), (10, threads)] {
        let settings = Settings { least_people, ..Settings::default() };
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let bytes = train(&training, &settings, threads).expect("it trains");
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let graph = Graph::open(&bytes).expect("it opens");
        let start = Instant::now();
        let asked = 2_000;
        let found: usize = (0..asked).map(|n| graph.similar(n * 50, 20).len()).sum();
        let each = start.elapsed().as_secs_f64() / f64::from(asked) * 1e6;
        println!(
            "pairs of {least_people} or more, {threads} threads: {wall:.1} s ({cpu:.1} s of CPU), peak memory {} MB, file {} MB, \
             {} neighbours, similar in {each:.0} µs ({:.1} each)",
            peak_megabytes(),
            bytes.len() / 1_000_000,
            graph.neighbours(),
            found as f64 / f64::from(asked)
        );
    }
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |n: usize| after.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1_000
}
