//! The published measures on a split that was published or kept back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use app::Failure;
use clap::Args;
use discovery::measure::{Figures, Row, Split, ranked, read_rows, training_of};
use discovery::{Graph, Options, Settings, baseline, train};
use serde_json::{Value, json};

use crate::input::{document_name, read_whole, refuse};
use crate::output;

/// Measure
#[derive(Debug, Args)]
pub struct Evaluate {
    /// What recommenders learn from: `person recording plays` a line, whole numbers
    train: PathBuf,
    /// What they are measured by: of the same people, in the same form
    test: PathBuf,
    /// Dials to measure beside the shipped one; may be repeated
    #[arg(long)]
    beta: Vec<f32>,
    /// How many different people must stand behind a neighbour: 1 for public research data, 10 in a house
    #[arg(long, default_value_t = 1)]
    least_people: u32,
    /// How many threads train; all cores without
    #[arg(long)]
    threads: Option<usize>,
}

struct Line {
    name: String,
    figures: Figures,
    seconds: f64,
    bytes: usize,
}

impl Evaluate {
    /// Runs it.
    pub fn run(&self, as_json: bool) -> Result<ExitCode, Failure> {
        let split = Split::new(&rows(&self.train)?, &rows(&self.test)?);
        let mut lines = vec![popularity(&split), knn(&split)];
        let shipped = self.settings(Settings::default());
        lines.push(self.model("RP3β as published", &split, &self.settings(Settings::published()))?);
        lines.push(self.model("ours", &split, &shipped)?);
        for beta in &self.beta {
            let settings = Settings { beta: *beta, ..shipped.clone() };
            lines.push(self.model(&format!("ours, β {beta}"), &split, &settings)?);
        }
        if self.least_people < 10 {
            let private = Settings { least_people: 10, ..Settings::default() };
            lines.push(self.model("ours, as a house trains it (10 people)", &split, &private)?);
        }
        print(&lines, as_json);
        Ok(ExitCode::SUCCESS)
    }

    fn settings(&self, settings: Settings) -> Settings {
        Settings {
            least_people: self.least_people,
            told_from: settings.told_from.max(self.least_people),
            ..settings
        }
    }

    fn model(&self, name: &str, split: &Split, settings: &Settings) -> Result<Line, Failure> {
        let training = training_of(split);
        let start = Instant::now();
        let bytes = train(&training, settings, self.threads.unwrap_or_else(super::cores)).map_err(|e| {
            refuse("discovery-train", e.to_string(), "`tantieme discovery evaluate --help` tells the ranges")
        })?;
        let seconds = start.elapsed().as_secs_f64();
        let graph = Graph::open(&bytes).map_err(|e| refuse("discovery-model", e.to_string(), ""))?;
        let options = Options { most: 100, one_per_artist: false, ..Options::default() };
        let figures = split.measure(|rows| ranked(&graph, rows, &options));
        Ok(Line { name: name.to_owned(), figures, seconds, bytes: bytes.len() })
    }
}

fn popularity(split: &Split) -> Line {
    let start = Instant::now();
    let popularity = baseline::Popularity::new(split);
    let seconds = start.elapsed().as_secs_f64();
    let figures = split.measure(|rows| popularity.ranked(rows, 100));
    Line { name: "popularity".to_owned(), figures, seconds, bytes: 0 }
}

fn knn(split: &Split) -> Line {
    let start = Instant::now();
    let knn = baseline::Knn::new(split, 200);
    let seconds = start.elapsed().as_secs_f64();
    let figures = split.measure(|rows| knn.ranked(rows, 100));
    Line { name: "item-kNN (cosine, 200)".to_owned(), figures, seconds, bytes: 0 }
}

fn rows(path: &Path) -> Result<Vec<Row>, Failure> {
    let (rows, bad) = read_rows(&String::from_utf8_lossy(&read_whole(path)?));
    let name = document_name(path);
    if let Some(first) = bad.first() {
        let message = format!(
            "{} lines of `{name}` are no `person recording plays`; the first is line {first}",
            bad.len()
        );
        return Err(refuse(
            "split",
            message,
            "whole numbers, separated by tabs: a measure over half of a split is none",
        ));
    }
    if rows.is_empty() {
        return Err(refuse("split", format!("`{name}` holds no play"), "a line is `person recording plays`"));
    }
    Ok(rows)
}

fn print(lines: &[Line], as_json: bool) {
    let memory = peak_bytes();
    if as_json {
        let line = |l: &Line| -> Value {
            json!({
                "recommender": l.name, "recall_20": l.figures.recall, "ndcg_100": l.figures.ndcg,
                "coverage_20": l.figures.coverage, "long_tail_20": l.figures.tail, "people": l.figures.persons,
                "train_seconds": l.seconds, "model_bytes": l.bytes,
            })
        };
        let all: Vec<Value> = lines.iter().map(line).collect();
        return output::json(&json!({ "recommenders": all, "peak_memory_bytes": memory }));
    }
    let row = |l: &Line| {
        let part = |p: f64| format!("{:.1} %", p * 100.0);
        vec![
            l.name.clone(),
            format!("{:.4}", l.figures.recall),
            format!("{:.4}", l.figures.ndcg),
            part(l.figures.coverage),
            part(l.figures.tail),
            format!("{:.2} s", l.seconds),
        ]
    };
    let heads = ["", ">Recall@20", ">NDCG@100", ">coverage", ">long tail", ">training"];
    output::table(&heads, lines.iter().map(row).collect());
    if let Some(bytes) = memory {
        eprintln!("peak memory {} MB, all of them together", bytes / 1_000_000);
    }
}

/// The most memory this process ever held, where the system tells it.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1_024)
}
