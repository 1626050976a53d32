//! Speed of matching.
//!
//! ```text
//! cargo bench -p matching                                                    an invented catalogue of 50,000 rows
//! cargo bench -p matching -- --catalogue C.tsv --lines L.tsv [--answers A.tsv] [--rows 5000000] [--threads 2]
//! ```
//!
//! `--rows` fills the catalogue up with invented rows; `--answers` writes what `tantieme match` would. Rates are given by the
//! clock and by processor time, since a machine is seldom quiet; a single line's time is the quickest of three.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

mod synthetic;

use matching::bulk::{ANSWER_HEADER, Header, match_lines};
use matching::{Builder, Index, Matcher, Model, Query, Row, parse};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

#[derive(Default)]
struct Options {
    catalogue: Option<String>,
    lines: Option<String>,
    answers: Option<String>,
    rows: usize,
    threads: usize,
}

fn main() {
    let options = options();
    let catalogue = options.catalogue.as_ref().map(|path| std::fs::read_to_string(path).unwrap());
    let header = Header::new(catalogue.as_deref().and_then(|c| c.lines().next()).unwrap_or_default());
    let real: Vec<Row<'_>> =
        catalogue.iter().flat_map(|c| c.lines().skip(1)).map(|l| header.row(l)).collect();
    let bytes = index(&real, options.rows);
    let index = Index::open(&bytes).unwrap();
    let text = options
        .lines
        .as_ref()
        .map_or_else(|| invented_lines(&index), |p| std::fs::read_to_string(p).unwrap());
    let header = Header::new(text.lines().next().unwrap_or_default());
    let lines: Vec<&str> = text.lines().skip(1).collect();

    let matcher = Matcher::new(&index, Model::shipped());
    opening(&bytes);
    reading(&header, &lines);
    single(&matcher, &header, &lines);
    let one = bulk(&matcher, &header, &lines, 1);
    let many = bulk(&matcher, &header, &lines, options.threads);
    assert!(one == many, "the same bytes whatever the number of threads");
    if let Some(path) = &options.answers {
        std::fs::write(path, format!("{ANSWER_HEADER}\n{many}")).unwrap();
    }
}

fn options() -> Options {
    let mut options = Options { rows: 0, threads: 2, ..Options::default() };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().unwrap();
        match arg.as_str() {
            "--catalogue" => options.catalogue = Some(value()),
            "--lines" => options.lines = Some(value()),
            "--answers" => options.answers = Some(value()),
            "--rows" => options.rows = value().parse().unwrap(),
            "--threads" => options.threads = value().parse().unwrap(),
            _ => {} // `--bench`, which cargo adds
        }
    }
    if options.catalogue.is_none() {
        options.rows = options.rows.max(50_000);
    }
    options
}

/// The rows at hand, filled up with invented ones.
fn index(real: &[Row<'_>], rows: usize) -> Vec<u8> {
    const SEEDS: [(&str, &str); 6] = [
        ("Kora Lind", "Low Tide"),
        ("The Hollows", "Glass River"),
        ("Vesper Nine", "Paper Lantern"),
        ("Torben Askew", "Night Ferry"),
        ("Marla Voss", "Copper Wire"),
        ("Dubravka Sol", "Unbound"),
    ];
    let seeds = SEEDS.map(|(artist, title)| Row { artist, title, ..Row::default() });
    let mut words = synthetic::Words::new(if real.is_empty() { &seeds } else { real }, 7);
    let mut builder = Builder::default();
    let (mut spent, started) = (0.0, Instant::now());
    real.iter().for_each(|row| builder.push(row));
    for number in real.len()..rows {
        let invented = words.invent(number);
        let pushed = Instant::now();
        builder.push(&invented.row());
        spent += pushed.elapsed().as_secs_f64();
    }
    let pushing = if rows > real.len() { spent } else { started.elapsed().as_secs_f64() };
    let finished = Instant::now();
    let bytes = builder.finish().unwrap();
    let seconds = pushing + finished.elapsed().as_secs_f64();
    let all = rows.max(real.len());
    println!(
        "index: {} rows at hand, {} invented; built in {seconds:.2} s, {:.0} bytes a row",
        real.len(),
        all - real.len(),
        bytes.len() as f64 / all.max(1) as f64
    );
    bytes
}

fn invented_lines(index: &Index<'_>) -> String {
    let mut text = String::from("line\ttext\n");
    for number in (0..index.len()).step_by(index.len() as usize / 2_000 + 1) {
        let row = index.row(number).unwrap();
        let text_of = match number % 3 {
            0 => format!("[{}:12] {} - {} [Promo]", number % 90, row.artist, row.title),
            1 => format!("{} - {} (Nobody's Remix)", row.artist, row.title),
            _ => format!("{} {}", row.title, row.artist).to_lowercase().replacen('e', "", 1),
        };
        text += &format!("{number}\t{text_of}\n");
    }
    text
}

fn opening(bytes: &[u8]) {
    let started = Instant::now();
    black_box(Index::open(bytes).unwrap().len());
    println!("open: {:.0} µs", started.elapsed().as_secs_f64() * 1e6);
}

fn reading(header: &Header, lines: &[&str]) {
    let started = Instant::now();
    lines.iter().for_each(|l| drop(black_box(parse::line(header.query(l).text))));
    println!("reading a line: {:.1} µs", started.elapsed().as_secs_f64() * 1e6 / lines.len() as f64);
}

fn single(matcher: &Matcher<'_>, header: &Header, lines: &[&str]) {
    let mut session = matcher.session();
    let mut time = |query: &Query<'_>| {
        let once = |_| {
            let started = Instant::now();
            drop(black_box(session.match_line(query)));
            started.elapsed().as_secs_f64() * 1e6
        };
        (0..3).map(once).fold(f64::MAX, f64::min)
    };
    let mut times: Vec<f64> = lines.iter().map(|l| time(&header.query(l))).collect();
    times.sort_by(f64::total_cmp);
    let at =
        |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).unwrap();
    println!(
        "a single line: median {:.0} µs, 99th percentile {:.0} µs, slowest {:.0} µs",
        at(50),
        at(99),
        at(100)
    );
}

fn bulk(matcher: &Matcher<'_>, header: &Header, lines: &[&str], threads: usize) -> String {
    let chunks: Vec<&[&str]> = lines.chunks(500).collect();
    let next = AtomicUsize::new(0);
    let (started, processor) = (Instant::now(), processor_seconds());
    let work = || {
        let (mut session, mut done) = (matcher.session(), Vec::new());
        while let Some((at, chunk)) =
            Some(next.fetch_add(1, Ordering::SeqCst)).and_then(|i| Some((i, chunks.get(i)?)))
        {
            let mut out = String::new();
            match_lines(&mut session, header, chunk.iter().copied(), &mut out);
            done.push((at, out));
        }
        done
    };
    let mut done: Vec<(usize, String)> = std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        jobs.into_iter().flat_map(|j| j.join().unwrap()).collect()
    });
    let count = lines.len() as f64;
    println!(
        "{threads} threads: {:.0} lines/s by the clock, {:.0} lines for each second of one processor",
        count / started.elapsed().as_secs_f64(),
        count / (processor_seconds() - processor)
    );
    done.sort();
    done.into_iter().map(|(_, text)| text).collect()
}

/// Processor time of this process so far, where the system tells it.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split(' ').skip(12);
    fields.take(2).filter_map(|f| f.parse::<f64>().ok()).sum::<f64>() / 100.0
}
