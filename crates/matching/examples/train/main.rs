//! Trains the shipped model and measures it.
//!
//! `cargo run --release -p matching --example train -- CATALOGUE.tsv LINES.tsv ROUGH.tsv TRUTH.tsv OUT_DIR [LINES_TO_INVENT]`
//!
//! `--develop` anywhere leaves one part of the works out of everything, trains no final model, and prints what thresholds could give.
//! `--answers FILE` anywhere adds lines that persons settled (`tantieme export-training`); they train and are never tested.
//!
//! Lines are divided by work (first artist and title, all versions together) into parts. Each real line is answered by a model
//! that saw no line of its part, against the whole catalogue and against another cut of it; those answers give the calibration, the
//! thresholds and the report. The model that ships is then trained on all parts. Writes `model.bin`, `REPORT.md`, and each answer
//! in `written.tsv`, `rough.tsv` (for the scorer). All random choices come from one seed: the same files give the same bytes.
#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

mod boost;
mod cases;
mod report;
mod rough;

use cases::{Candidates, Case, Source};
use matching::bulk::{self, Header};
use matching::features::NAMES;
use matching::matcher::joint_log_odds;
use matching::model::LEAF;
use matching::{Index, Matcher, Model};
use report::{Answer, compared, figures};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Parts that the works are divided into.
const PARTS: u32 = 5;
/// The part kept aside: while the matcher is worked on (`--develop`) nothing of it is learnt or shown, so that its figures in the
/// report are those of a single look.
const KEPT: u32 = 4;
const SEED: u64 = 20_261_121;

/// What a wrong payment costs, in questions to a person: it must be found, reversed and explained to two people.
const WRONG: f32 = 5.0;
/// What a question costs, in recordings found: asking pays from this probability on.
const ASK: f32 = 0.3;

/// What is promised of accepted lines, with a little to spare: precision by source.
const PROMISED: [(Source, f64); 2] = [(Source::Written, 0.9980), (Source::Rough, 0.9960)];

const SETTING: boost::Setting = boost::Setting { trees: 320, leaves: 24, rate: 0.09, least: 4.0, l2: 4.0 };

fn main() {
    let mut args: Vec<String> = std::env::args().collect();
    let settled = args.iter().position(|a| a == "--answers").map(|at| {
        args.remove(at);
        std::fs::read_to_string(args.remove(at)).unwrap()
    });
    let develop = args.iter().position(|a| a == "--develop").map(|at| args.remove(at)).is_some();
    let read = |i: usize| std::fs::read_to_string(&args[i]).unwrap();
    let (catalogue, written, rough, truth) = (read(1), read(2), read(3), read(4));
    let out = std::path::Path::new(&args[5]);
    let invent: usize = args.get(6).map_or(80_000, |n| n.parse().unwrap());
    let begun = Instant::now();
    let step = |what: &str| eprintln!("{:5.0} s  {what}", begun.elapsed().as_secs_f64());

    let mut lines = catalogue.lines();
    let header = Header::new(lines.next().unwrap());
    let rows: Vec<&str> = lines.collect();
    let bytes = matching::index::build(rows.iter().map(|l| header.row(l))).unwrap();
    let index = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&index, Model::nothing());
    let mut cases = cases::real(&index, &written, &rough, &truth, PARTS);
    cases.extend(cases::invented(&index, invent, SEED, PARTS));
    cases.extend(cases::answered(&index, settled.as_deref().unwrap_or_default(), PARTS));
    step("lines read and invented");
    let vectors = cases::candidates(&matcher, &cases);
    step("features worked out");

    let (data, groups) = data(&index, &cases, &vectors);
    step(&format!("{} candidates to learn from", groups.len()));
    let fit = |held: Option<u32>| {
        let rows: Vec<u32> = (0..)
            .zip(&groups)
            .filter(|(_, part)| held != Some(**part) && !(develop && **part == KEPT))
            .map(|(i, _)| i)
            .collect();
        let (base, trees) = boost::train(&data, &rows, &SETTING);
        Model { base, trees, curve: Vec::new(), accept: 1.1, ask: 1.1 }
    };
    let wanted: Vec<Option<u32>> =
        if develop { (0..KEPT).map(Some).collect() } else { (0..PARTS).map(Some).chain([None]).collect() };
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Option<Model>>> = wanted.iter().map(|_| None.into()).collect();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::SeqCst);
                    let Some(held) = wanted.get(at) else { break };
                    *slots[at].lock().unwrap() = Some(fit(*held));
                    step(&format!("model {} of {} trained", at + 1, wanted.len()));
                }
            });
        }
    });
    let mut models: Vec<Model> = slots.into_iter().map(|s| s.into_inner().unwrap().unwrap()).collect();
    let mut model = if develop { models[0].clone() } else { models.pop().unwrap() };
    models.resize_with(PARTS as usize, Model::nothing);

    let held: Vec<Answer> = cases
        .iter()
        .zip(&vectors)
        .filter(|(c, _)| c.is_real() && !(develop && c.part == KEPT))
        .map(|(c, v)| {
            Answer::new(
                c,
                &c.kind,
                c.truth.is_some(),
                best(&models[c.part as usize], v, |r| Some(r) == c.truth),
            )
        })
        .collect();
    calibrate(&mut model, &held);
    thresholds(&mut model, &held);
    if develop {
        [Source::Written, Source::Rough].iter().for_each(|s| println!("{}", report::ranked(&held, *s)));
        return answers(&index, with_thresholds(&mut models, &model), &cases, out);
    }
    let kept = kept_aside(&model, &held);
    let other = other_cut(&index, &header, &rows, &cases, &models);
    step("another cut answered");
    std::fs::write(out.join("model.bin"), model.write()).unwrap();
    let text = written_report(&model, &cases, &vectors, &held, &kept, &other, index.len(), invent);
    std::fs::write(out.join("REPORT.md"), &text).unwrap();
    println!("{text}");
    answers(&index, with_thresholds(&mut models, &model), &cases, out);
}

/// The models with the curve and the thresholds of another.
fn with_thresholds<'m>(models: &'m mut [Model], from: &Model) -> &'m [Model] {
    for model in models.iter_mut() {
        (model.curve, model.accept, model.ask) = (from.curve.clone(), from.accept, from.ask);
    }
    models
}

/// The part kept aside, with a curve and thresholds from the others alone.
fn kept_aside(model: &Model, held: &[Answer]) -> String {
    let (kept, others): (Vec<Answer>, Vec<Answer>) = held.iter().cloned().partition(|a| a.part == KEPT);
    let mut model = model.clone();
    calibrate(&mut model, &others);
    thresholds(&mut model, &others);
    let of = |s: Source| {
        let answers = kept.iter().filter(|a| a.source == s);
        figures(answers, |x| model.probability(x), model.accept, model.ask)
    };
    let table = compared(["written", "rough"], [&of(Source::Written), &of(Source::Rough)]);
    format!("Accepting from {:.3}.\n\n{table}", model.accept)
}

/// Candidates to learn from, and the part of each.
fn data(index: &Index<'_>, cases: &[Case], vectors: &[Candidates]) -> (boost::Data, Vec<u32>) {
    let (mut rows, mut right, mut weight, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (case, found) in cases.iter().zip(vectors).filter(|(c, v)| cases::teaches(index, c, v)) {
        for (row, f) in found.iter().filter(|(_, f)| cases::is_asked(f)) {
            rows.push(*f);
            right.push(Some(*row) == case.truth);
            weight.push(case.weight());
            parts.push(case.part);
        }
    }
    (boost::Data::new(&rows, right, weight), parts)
}

/// The best candidate's log-odds beside the others', and whether it is right.
fn best(model: &Model, found: &Candidates, right: impl Fn(u32) -> bool) -> Option<(f32, bool)> {
    let odds: Vec<f32> = found.iter().map(|(_, f)| model.candidate_log_odds(f)).collect();
    let top =
        (0..odds.len()).max_by(|a, b| odds[*a].total_cmp(&odds[*b]).then(found[*b].0.cmp(&found[*a].0)))?;
    Some((joint_log_odds(&odds, top), right(found[top].0)))
}

/// The real lines against a catalogue that lacks one row in five.
fn other_cut(
    index: &Index<'_>,
    header: &Header,
    rows: &[&str],
    cases: &[Case],
    models: &[Model],
) -> Vec<Answer> {
    let kept = (0..).zip(rows).filter(|(i, _)| !cases::is_cut(*i)).map(|(_, l)| header.row(l));
    let bytes = matching::index::build(kept).unwrap();
    let cut = Index::open(&bytes).unwrap();
    let matcher = Matcher::new(&cut, Model::nothing());
    let mut session = matcher.session();
    let answer = |c: &Case| {
        let found = session.vectors(&c.query(), None);
        let gone = c.truth.is_some_and(cases::is_cut);
        let truth = c.truth.filter(|_| !gone).map(|t| index.id(t));
        let best = best(&models[c.part as usize], &found, |r| Some(cut.id(r)) == truth);
        Answer::new(c, if gone { "cut" } else { &c.kind }, truth.is_some(), best)
    };
    cases.iter().filter(|c| c.is_real()).map(answer).collect()
}

/// Isotonic regression (pool adjacent violators) over the best candidates of lines that the model had not seen.
fn calibrate(model: &mut Model, held: &[Answer]) {
    let mut points: Vec<(f32, bool)> =
        held.iter().filter(|a| a.log_odds > -30.0).map(|a| (a.log_odds, a.right)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut pools: Vec<(f64, f64, f64)> = Vec::new(); // sum of x, right, count
    for chunk in points.chunks(40) {
        let n = chunk.len() as f64;
        let (x, right) = (chunk.iter().map(|p| f64::from(p.0)).sum(), chunk.iter().filter(|p| p.1).count());
        pools.push((x, right as f64, n));
        while let [.., (ax, ar, an), (bx, br, bn)] = pools[..]
            && ar / an >= br / bn
        {
            pools.pop();
            *pools.last_mut().unwrap() = (ax + bx, ar + br, an + bn);
        }
    }
    model.curve =
        pools.iter().map(|(x, right, n)| ((x / n) as f32, ((right + 0.05) / (n + 0.1)) as f32)).collect();
}

/// Accepts where paying wrongly costs less than asking, and not below what keeps the promise on lines not seen.
fn thresholds(model: &mut Model, held: &[Answer]) {
    model.ask = ASK;
    model.accept = 1.0 - 1.0 / WRONG;
    let broken = |model: &Model, accept: f32| {
        PROMISED.iter().any(|(source, precision)| {
            let answers = held.iter().filter(|a| a.source == *source);
            figures(answers, |x| model.probability(x), accept, ASK).precision < *precision
        })
    };
    while model.accept < 0.99 && broken(model, model.accept) {
        model.accept += 0.005;
    }
}

fn written_report(
    model: &Model,
    cases: &[Case],
    vectors: &[Candidates],
    held: &[Answer],
    kept_aside: &str,
    other: &[Answer],
    rows: u32,
    invent: usize,
) -> String {
    let of = |answers: &[Answer], source: Source, accept: f32| {
        figures(answers.iter().filter(|a| a.source == source), |x| model.probability(x), accept, model.ask)
    };
    let both = |answers: &[Answer]| {
        let [a, b] = [Source::Written, Source::Rough].map(|s| of(answers, s, model.accept));
        compared(["written", "rough"], [&a, &b])
    };
    let kept = |source: Source| {
        let there = || cases.iter().zip(vectors).filter(|(c, _)| c.source == source && c.truth.is_some());
        let hit = there().filter(|(c, v)| v.iter().any(|(r, _)| Some(*r) == c.truth)).count();
        hit as f64 / there().count().max(1) as f64
    };
    let mut curve = String::from(
        "| accept from | written: precision, recall | rough: precision, recall |\n|---|---|---|\n",
    );
    for accept in [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.95, 0.97] {
        let [a, b] = [Source::Written, Source::Rough].map(|s| of(held, s, accept));
        curve += &format!(
            "| {accept} | {:.4}, {:.4} | {:.4}, {:.4} |\n",
            a.precision, a.recall, b.precision, b.recall
        );
    }
    let lines = held.len() / 2;
    let (bytes, trees, leaves, rate) = (model.write().len(), SETTING.trees, SETTING.leaves, SETTING.rate);
    format!(
        "# Training report

Written by the training command; not edited. The seed is in the source: the same files give the same model and the same report.

```
xz -dc catalogue.tsv.xz > /tmp/catalogue.tsv
cargo run --release -p matching --example train -- /tmp/catalogue.tsv lines.tsv rough-lines.tsv truth.tsv /tmp/out {invent}
cp /tmp/out/model.bin /tmp/out/REPORT.md crates/matching/model/
```

| | |
|---|---|
| catalogue | {rows} recordings |
| lines | {lines} as written, the same roughened, in {PARTS} parts by work (first artist and title, all versions together) |
| further lines to learn from | each real line once more with its row hidden; {invent} invented from rows, 36 % with their row hidden |
| model | {trees} trees of {leaves} leaves over {} features, rate {rate}; {bytes} bytes |
| calibration | isotonic, on answers of models that saw no line of the same work, written and rough together |
| accept | from {:.3}: a wrong payment costs {WRONG} questions at least, and {:.4} of the written, {:.4} of the rough lines accepted are to be right |
| ask | from {:.3} |

## Lines of works not seen in training

Each line is answered by a model trained on the other parts, with the curve and the thresholds that ship. The model that ships
is trained on all parts.

{}
Candidates with features hold the right row for {:.4} of the written and {:.4} of the rough lines.

## The part kept aside

One part of the works is learnt from by none of these models, and features are not to be chosen by it; whoever looks at it twice says so (this one
was, by an earlier model too). Curve and thresholds are those of the other parts.

{kept_aside}
## Another cut of the catalogue

The same lines and models against an index that lacks one row in five: `cut` are lines whose row was taken away.

{}
## Other thresholds

{curve}
## What the trees look at

{}
",
        NAMES.len(),
        model.accept,
        PROMISED[0].1,
        PROMISED[1].1,
        model.ask,
        both(held),
        kept(Source::Written),
        kept(Source::Rough),
        both(other),
        used(model),
    )
}

/// How often each feature divides.
fn used(model: &Model) -> String {
    let mut counts = vec![0; NAMES.len()];
    model
        .trees
        .iter()
        .flatten()
        .filter(|n| n.feature != LEAF)
        .for_each(|n| counts[usize::from(n.feature)] += 1);
    let mut order: Vec<usize> = (0..NAMES.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(counts[*i]));
    let names: Vec<String> = order.iter().map(|i| format!("`{}` {}", NAMES[*i], counts[*i])).collect();
    names.join(", ")
}

/// The answers of the models that saw no line of the same work, for the scorer.
fn answers(index: &Index<'_>, models: &[Model], cases: &[Case], out: &std::path::Path) {
    let matchers: Vec<Matcher<'_>> = models.iter().map(|m| Matcher::new(index, m.clone())).collect();
    let mut sessions: Vec<_> = matchers.iter().map(Matcher::session).collect();
    for (source, name) in [(Source::Written, "written.tsv"), (Source::Rough, "rough.tsv")] {
        let mut text = format!("{}\n", bulk::ANSWER_HEADER);
        for case in cases.iter().filter(|c| c.source == source) {
            bulk::answer(&case.line, &sessions[case.part as usize].match_line(&case.query()), &mut text);
        }
        std::fs::write(out.join(name), text).unwrap();
    }
}
