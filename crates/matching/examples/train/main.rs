//! Trains the shipped model and measures it.
//!
//! `cargo run --release -p matching --example train -- CATALOGUE.tsv LINES.tsv ROUGH.tsv TRUTH.tsv OUT_DIR [LINES_TO_INVENT]`
//!
//! `--answers FILE` anywhere adds lines that persons settled (`tantieme export-training`); they train and are never tested.
//!
//! Split by recording: of ten parts eight train (calibration and thresholds by cross-fitting in three folds), two test. Invented lines come from rows
//! outside the test part. Writes `model.bin`, `test-written.tsv`, `test-rough.tsv`, `test-truth.tsv`; prints the figures.
#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod boost;
mod rough;

use matching::bulk::{self, Header};
use matching::features::{NAMES, Vector};
use matching::fold::{Folded, hash};
use matching::matcher::joint_log_odds;
use matching::model::LEAF;
use matching::{Index, Matcher, Model, Query, Row};
use rough::Dice;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

struct Case {
    text: String,
    truth: Option<u32>,
    without: Option<u32>,
    part: u32,
    real: bool,
    line: String,
    duration_s: Option<u32>,
    year: Option<u16>,
}

impl Case {
    fn query(&self) -> Query<'_> {
        Query { text: &self.text, duration_s: self.duration_s, year: self.year, ..Query::default() }
    }
}

type Candidates = Vec<(u32, Vector)>;

/// Lines of an answers file whose recording is in this catalogue, or that were said not to be; none that the test looks at.
fn answered(text: &str, ids: &HashMap<&str, u32>, test_rows: &HashSet<u32>) -> Vec<Case> {
    let mut lines = text.lines();
    let header = Header::new(lines.next().unwrap_or_default());
    let mut cases = Vec::new();
    for (place, line) in lines.enumerate() {
        let known = ["source_id", "recording"].iter().find_map(|c| ids.get(header.field(line, c)).copied());
        let elsewhere = known.is_none() && !header.field(line, "recording").is_empty();
        if elsewhere || known.is_some_and(|row| test_rows.contains(&row)) {
            continue;
        }
        cases.push(Case {
            text: header.field(line, "text").to_owned(),
            truth: known,
            without: None,
            part: 0,
            real: false,
            line: format!("answer/{place}/"),
            duration_s: header.field(line, "duration_s").parse().ok(),
            year: None,
        });
    }
    cases
}

fn main() {
    let mut args: Vec<String> = std::env::args().collect();
    let settled = args.iter().position(|a| a == "--answers").map(|at| {
        args.remove(at);
        std::fs::read_to_string(args.remove(at)).unwrap()
    });
    let read = |i: usize| std::fs::read_to_string(&args[i]).unwrap();
    let (catalogue, written, rough, truth) = (read(1), read(2), read(3), read(4));
    let invent: usize = args.get(6).map_or(60_000, |n| n.parse().unwrap());
    let begun = Instant::now();
    let mut lines = catalogue.lines();
    let header = Header::new(lines.next().unwrap());
    let bytes = matching::index::build(lines.map(|l| header.row(l))).unwrap();
    let index = Index::open(&bytes).unwrap();
    println!(
        "index: {} rows in {:.2} s, {:.0} bytes a row",
        index.len(),
        begun.elapsed().as_secs_f64(),
        bytes.len() as f64 / f64::from(index.len())
    );
    let matcher = Matcher::new(&index, Model::nothing());
    let ids: HashMap<&str, u32> = (0..index.len()).map(|r| (index.row(r).unwrap().id, r)).collect();

    let truths = table(&truth);
    let mut cases = Vec::new();
    let mut test_rows = HashSet::new();
    for (file, text) in [(0, &written), (1, &rough)] {
        for ((line, text), t) in table(text).into_iter().map(|r| (r[0], r[1])).zip(&truths) {
            assert_eq!(line, t[0]);
            let row = ids.get(t[2]).copied();
            let key = row.map_or_else(|| format!("line {line}"), |_| t[2].to_owned());
            let part = hash(key.as_bytes()) % 10;
            if part >= TEST_FROM {
                test_rows.extend(row);
            }
            cases.push(Case {
                text: text.to_owned(),
                truth: row,
                without: None,
                part,
                real: true,
                line: format!("{file}/{line}/{}", t[1]),
                duration_s: None,
                year: None,
            });
        }
    }
    if let Ok(model) = std::env::var("SPEED") {
        let model = Model::read(&std::fs::read(model).unwrap()).unwrap();
        let of = |file: &str| {
            cases.iter().filter(|c| c.line.starts_with(file)).map(|c| c.text.as_str()).collect::<Vec<_>>()
        };
        first_stage(&matcher, &cases, &cases.iter().map(|_| Vec::new()).collect::<Vec<_>>());
        speed(&index, &model, "written", &of("0/"));
        return speed(&index, &model, "rough", &of("1/"));
    }
    let mut dice = Dice(20_261_121);
    for i in 0..invent {
        let row = dice.below(index.len() as usize) as u32;
        let r = index.row(row).unwrap();
        if test_rows.contains(&row) || r.artist.len() > 90 || r.title.len() > 90 {
            continue;
        }
        let absent = dice.chance(0.36);
        let text = if dice.chance(0.4) {
            rough::written(&mut dice, r.artist, r.title, r.label)
        } else {
            rough::rough(&mut dice, r.artist, r.title)
        };
        let heard =
            r.duration_s.filter(|_| dice.chance(0.4)).map(|s| (s + dice.below(5) as u32).saturating_sub(2));
        let year = r.year.filter(|_| dice.chance(0.15));
        cases.push(Case {
            duration_s: heard,
            year,
            text,
            truth: (!absent).then_some(row),
            without: absent.then_some(row),
            part: 0,
            real: false,
            line: format!("invented/{i}/"),
        });
    }

    let before = cases.len();
    cases.extend(answered(settled.as_deref().unwrap_or_default(), &ids, &test_rows));
    println!("answers: {} lines that persons settled", cases.len() - before);

    let begun = Instant::now();
    let halves: Vec<&[Case]> = cases.chunks(cases.len().div_ceil(2)).collect();
    let vectors: Vec<Candidates> = std::thread::scope(|scope| {
        let jobs: Vec<_> = halves
            .iter()
            .map(|half| {
                scope.spawn(|| {
                    let mut session = matcher.session();
                    half.iter().map(|c| session.vectors(&c.query(), c.without)).collect::<Vec<_>>()
                })
            })
            .collect();
        jobs.into_iter().flat_map(|j| j.join().unwrap()).collect()
    });
    println!("features: {} lines in {:.1} s on two threads", cases.len(), begun.elapsed().as_secs_f64());
    first_stage(&matcher, &cases, &vectors);

    let begun = Instant::now();
    let folds = std::env::var("FOLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_u32);
    let mut scored: Vec<(bool, f32, bool)> = Vec::new(); // rough, log-odds, right
    for fold in 0..folds {
        let out = move |part: u32| part < TEST_FROM && part % folds == fold;
        let model = fit(&index, &cases, &vectors, |part| part < TEST_FROM && !out(part));
        let held = cases.iter().zip(&vectors).filter(|(c, _)| c.real && out(c.part));
        scored.extend(held.map(|(c, v)| {
            best(&model, c, v).map_or((c.line.starts_with("1/"), -30.0, false), |(x, right, _)| {
                (c.line.starts_with("1/"), x, right)
            })
        }));
    }
    let mut model = fit(&index, &cases, &vectors, |part| part < TEST_FROM);
    println!("trained {} times in {:.0} s", folds + 1, begun.elapsed().as_secs_f64());
    used(&model);
    calibrate(&mut model, &scored);
    let present = cases.iter().filter(|c| c.real && c.part < TEST_FROM && c.truth.is_some()).count() / 2;
    thresholds(&mut model, &scored, present);
    let out = std::path::Path::new(&args[5]);
    std::fs::write(out.join("model.bin"), model.write()).unwrap();
    println!("model: {} bytes, accept {:.4}, ask {:.4}", model.write().len(), model.accept, model.ask);
    answers(&index, &model, &cases, out);
    let test = |file: &str| {
        cases
            .iter()
            .filter(|c| c.part >= 8 && c.line.starts_with(file))
            .map(|c| c.text.as_str())
            .collect::<Vec<_>>()
    };
    speed(&index, &model, "written", &test("0/"));
    speed(&index, &model, "rough", &test("1/"));
}

fn table(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|l| l.split('\t').collect()).collect()
}

/// The same recording under two rows: one title and a shared artist.
fn twins(index: &Index<'_>, a: u32, b: u32) -> bool {
    let (a, b) = (index.row(a).unwrap_or_default(), index.row(b).unwrap_or_default());
    let plain = |r: &Row<'_>| {
        let title = r.title.to_lowercase().replace("original mix", "").replace("extended mix", "");
        let end = title.find("(feat").unwrap_or(title.len());
        let tail = title[end..].find(')').map_or("", |at| &title[end + at + 1..]);
        Folded::new(&format!("{}{tail}", &title[..end])).letters
    };
    let words = |r: &Row<'_>| {
        let f = Folded::new(r.artist);
        f.words.iter().map(|w| f.word(w).to_vec()).collect::<HashSet<_>>()
    };
    plain(&a) == plain(&b) && words(&a).intersection(&words(&b)).any(|w| w.len() > 2 || w.len() == 2)
}

fn first_stage(matcher: &Matcher<'_>, cases: &[Case], vectors: &[Candidates]) {
    let mut session = matcher.session();
    for file in ["0/", "1/"] {
        let (mut all, mut twenty, mut kept) = (0, 0, 0);
        for (case, found) in
            cases.iter().zip(vectors).filter(|(c, _)| c.line.starts_with(file) && c.truth.is_some())
        {
            all += 1;
            twenty += usize::from(session.first_stage(&case.query()).contains(&case.truth.unwrap()));
            let hit = found.iter().any(|(r, _)| Some(*r) == case.truth);
            kept += usize::from(hit);
            if !hit && std::env::var("SHOW").is_ok() {
                eprintln!(
                    "missed: {} <- {:?}",
                    case.text,
                    matcher.index().row(case.truth.unwrap()).map(|r| (r.artist, r.title))
                );
            }
        }
        println!(
            "first stage {file} right row in the top twenty {:.4}, with features {:.4} of {all}",
            f64::from(twenty as u32) / f64::from(all),
            f64::from(kept as u32) / f64::from(all)
        );
    }
}

fn best(model: &Model, case: &Case, found: &Candidates) -> Option<(f32, bool, u32)> {
    let odds: Vec<f32> = found.iter().map(|(_, f)| model.log_odds(f)).collect();
    let top =
        (0..odds.len()).max_by(|a, b| odds[*a].total_cmp(&odds[*b]).then(found[*b].0.cmp(&found[*a].0)))?;
    Some((joint_log_odds(&odds, top), Some(found[top].0) == case.truth, found[top].0))
}

/// Parts from here on are never seen before the end.
const TEST_FROM: u32 = 8;

/// One training over the invented lines and the real ones of some parts.
fn fit(index: &Index<'_>, cases: &[Case], vectors: &[Candidates], take: impl Fn(u32) -> bool) -> Model {
    let mut data = boost::Data { rows: Vec::new(), right: Vec::new(), weight: Vec::new() };
    for (case, found) in cases.iter().zip(vectors).filter(|(c, _)| !c.real || take(c.part)) {
        if case.without.is_some_and(|hidden| found.iter().any(|(row, _)| twins(index, hidden, *row))) {
            continue;
        }
        for (row, f) in found {
            data.rows.push(*f);
            data.right.push(Some(*row) == case.truth);
            data.weight.push(if case.real { 2.0 } else { 1.0 });
        }
    }
    let get = |name: &str, or: f64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or);
    let setting = boost::Setting {
        trees: get("TREES", 240.0) as usize,
        leaves: get("LEAVES", 24.0) as usize,
        rate: get("RATE", 0.1) as f32,
        least: get("LEAST", 5.0),
        l2: 2.0,
    };
    let (base, trees) = boost::train(&data, &setting);
    Model { base, trees, curve: Vec::new(), accept: 0.9, ask: 0.5 }
}

/// Isotonic regression (pool adjacent violators) over the best candidates of lines that the model had not seen.
fn calibrate(model: &mut Model, scored: &[(bool, f32, bool)]) {
    let mut points: Vec<(f32, bool)> = scored.iter().filter(|s| s.1 > -30.0).map(|s| (s.1, s.2)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut pools: Vec<(f64, f64, f64)> = Vec::new(); // sum of x, right, count
    for chunk in points.chunks(40) {
        let n = chunk.len() as f64;
        pools.push((
            chunk.iter().map(|p| f64::from(p.0)).sum(),
            chunk.iter().filter(|p| p.1).count() as f64,
            n,
        ));
        while pools.len() > 1
            && pools[pools.len() - 2].1 / pools[pools.len() - 2].2
                >= pools[pools.len() - 1].1 / pools[pools.len() - 1].2
        {
            let last = pools.pop().unwrap();
            let at = pools.len() - 1;
            pools[at] = (pools[at].0 + last.0, pools[at].1 + last.1, pools[at].2 + last.2);
        }
    }
    model.curve =
        pools.iter().map(|(x, right, n)| ((x / n) as f32, ((right + 0.05) / (n + 0.1)) as f32)).collect();
}

/// Accepts where paying wrongly costs less than asking: a wrong payment is worth `WRONG` questions. Asks from `ASK` on, where
/// some two rough lines in a hundred are asked.
fn thresholds(model: &mut Model, scored: &[(bool, f32, bool)], present: usize) {
    const WRONG: f32 = 8.0;
    const ASK: f32 = 0.27;
    let of = |rough: bool| {
        scored.iter().filter(|s| s.0 == rough).map(|s| (model.probability(s.1), s.2)).collect::<Vec<_>>()
    };
    let (written, rough) = (of(false), of(true));
    for t in [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.97] {
        let at = |set: &[(f32, bool)]| {
            let taken = set.iter().filter(|s| s.0 >= t).count() as f64;
            let right = set.iter().filter(|s| s.0 >= t && s.1).count() as f64;
            format!("{:.4} / {:.4}", right / taken, right / present as f64)
        };
        println!("  at {t}: precision / recall written {}, rough {}", at(&written), at(&rough));
    }
    let accept = 1.0 - 1.0 / WRONG;
    (model.accept, model.ask) = (accept, ASK);
}

fn used(model: &Model) {
    let mut counts = vec![0; NAMES.len()];
    model
        .trees
        .iter()
        .flatten()
        .filter(|n| n.feature != LEAF)
        .for_each(|n| counts[usize::from(n.feature)] += 1);
    let mut order: Vec<usize> = (0..NAMES.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(counts[*i]));
    println!(
        "splits: {}",
        order.iter().map(|i| format!("{} {}", NAMES[*i], counts[*i])).collect::<Vec<_>>().join(", ")
    );
}

fn answers(index: &Index<'_>, model: &Model, cases: &[Case], out: &std::path::Path) {
    let matcher = Matcher::new(index, model.clone());
    let mut session = matcher.session();
    let mut truth = String::from("line\tkind\trecording\n");
    for (file, name) in [("0/", "test-written.tsv"), ("1/", "test-rough.tsv")] {
        let mut text = format!("{}\n", bulk::ANSWER_HEADER);
        for case in cases.iter().filter(|c| c.part >= 8 && c.line.starts_with(file)) {
            let parts: Vec<&str> = case.line.split('/').collect();
            let verdict = session.match_line(&case.query());
            bulk::answer(parts[1], &verdict, &mut text);
            if file == "0/" {
                truth += &format!(
                    "{}\t{}\t{}\n",
                    parts[1],
                    parts[2],
                    case.truth.map_or("", |r| index.row(r).unwrap().id)
                );
            }
        }
        std::fs::write(out.join(name), text).unwrap();
    }
    std::fs::write(out.join("test-truth.tsv"), truth).unwrap();
}

/// Seconds this thread was on a processor; other work on the machine does not count.
fn clock() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn speed(index: &Index<'_>, model: &Model, what: &str, lines: &[&str]) {
    let matcher = Matcher::new(index, model.clone());
    let mut session = matcher.session();
    lines.iter().for_each(|l| drop(session.match_line(&Query { text: l, ..Query::default() })));
    let begun = clock();
    lines
        .iter()
        .for_each(|l| drop(std::hint::black_box(session.match_line(&Query { text: l, ..Query::default() }))));
    let rate = lines.len() as f64 / (clock() - begun);
    let mut times: Vec<f64> = lines
        .iter()
        .map(|l| {
            let t = clock();
            drop(session.match_line(&Query { text: l, ..Query::default() }));
            (clock() - t) * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "speed {what}: {rate:.0} lines for each second of processor time, median {:.0} µs, 99th percentile {:.0} µs",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}
