//! Training on a table, without a house.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use app::Failure;
use discovery::{Fact, Graph, Play, Source, Training};
use matching::bulk::Header;
use serde_json::json;

use super::Train;
use crate::input::{self, cannot_read, refuse};
use crate::output;

/// Lines that are told one by one.
const TOLD: usize = 20;

/// Trains on `--rows` and writes `--out`.
pub fn train(c: &Train, as_json: bool) -> Result<ExitCode, Failure> {
    let (Some(rows), Some(out)) = (&c.rows, &c.out) else {
        return Err(refuse("discovery-train", "a table needs a place for the model", "add `--out FILE`"));
    };
    let (plays, bad) = read(rows)?;
    let mut facts = match &c.catalogue {
        Some(catalogue) => read_facts(catalogue)?,
        None => BTreeMap::new(),
    };
    for (_, recording, _) in &plays {
        let fact = || Fact { id: recording.clone(), ..Fact::default() };
        facts.entry(recording.clone()).or_insert_with(fact);
    }
    let mut training = Training::new(facts.into_values().collect());
    let mut people: HashMap<&str, u32> = HashMap::new();
    for (person, recording, count) in &plays {
        let next = people.len() as u32;
        let person = *people.entry(person).or_insert(next);
        if let Some(what) = training.recording(recording) {
            training.play(Play { source: Source::Members, person, what, count: *count });
        }
    }
    let start = Instant::now();
    let bytes = discovery::train(&training, &c.settings(), c.threads()).map_err(|e| {
        refuse("discovery-train", e.to_string(), "`tantieme discovery train --help` tells the ranges")
    })?;
    let seconds = start.elapsed().as_secs_f64();
    input::write_whole(out, &bytes)?;
    let graph = Graph::open(&bytes).map_err(|e| refuse("discovery-model", e.to_string(), ""))?;
    if as_json {
        output::json(&json!({
            "recordings": graph.len(), "names": graph.names(), "people": people.len(), "plays": plays.len(),
            "neighbours": graph.neighbours(), "bytes": bytes.len(), "settings": graph.settings(),
            "seconds": seconds, "bad_lines": bad,
        }));
    } else {
        eprintln!(
            "{} neighbours of {} recordings, from {} plays of {} people in {seconds:.2} s; {} bytes",
            graph.neighbours(),
            graph.len(),
            plays.len(),
            people.len(),
            bytes.len()
        );
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Plays = Vec<(String, String, u32)>;

/// The rows that can be read, and how many cannot.
fn read(path: &Path) -> Result<(Plays, usize), Failure> {
    let (mut rows, mut bad) = (Vec::new(), 0);
    let mut reader = formats::catalogue::decompress(input::open(path)?);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|e| cannot_read(path, &e))? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let mut words = text.trim_end().split(['\t', ',']);
        let (person, recording) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let count = words.next().map_or(Some(1.0), |w| w.trim().parse::<f64>().ok());
        let header = number == 1 && count.is_none();
        match count.filter(|c| c.is_finite() && *c >= 0.0) {
            Some(count) if !person.is_empty() && !recording.is_empty() => {
                rows.push((person.to_owned(), recording.to_owned(), (count as u32).max(1)));
            }
            _ if text.trim().is_empty() || header => {}
            _ => {
                bad += 1;
                if bad <= TOLD {
                    eprintln!("{}:{number}: no `person recording plays`", input::document_name(path));
                }
            }
        }
    }
    if rows.is_empty() {
        let message = format!("`{}` holds no play", input::document_name(path));
        return Err(refuse("plays-none", message, "a line is `person recording plays`, separated by tabs"));
    }
    Ok((rows, bad))
}

fn read_facts(path: &Path) -> Result<BTreeMap<String, Fact>, Failure> {
    let mut reader = formats::catalogue::decompress(input::open(path)?);
    let mut text = String::new();
    reader.read_line(&mut text).map_err(|e| cannot_read(path, &e))?;
    let header = Header::new(&text);
    if !header.has("id") {
        let message = format!("`{}` has no column `id`", input::document_name(path));
        return Err(refuse(
            "catalogue-columns",
            message,
            "the first line names the columns: `id artist title label`",
        ));
    }
    let mut facts = BTreeMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|e| cannot_read(path, &e))? == 0 {
            return Ok(facts);
        }
        let row = String::from_utf8_lossy(&line);
        let field = |column: &str| header.field(&row, column).trim().to_owned();
        let words = |column: &str| -> Vec<String> {
            field(column).split([';', '|']).map(|w| w.trim().to_owned()).filter(|w| !w.is_empty()).collect()
        };
        let (id, version) = (field("id"), field("version"));
        if id.is_empty() {
            continue;
        }
        let title =
            if version.is_empty() { field("title") } else { format!("{} ({version})", field("title")) };
        let fact = Fact {
            id: id.clone(),
            artists: app::discovery::artists(&field("artist")),
            title,
            label: field("label"),
            tags: words("tags"),
            places: words("territory"),
        };
        facts.entry(id).or_insert(fact);
    }
}
