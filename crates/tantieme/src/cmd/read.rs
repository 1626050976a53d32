//! `tantieme read`: what a set-list file holds.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use clap::Args;
use formats::set_list::{Line, SetListFile};
use music::Severity;
use serde_json::{Value, json};

use crate::{input, output};

/// Read any set-list file and print what it is
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme read history.nml --json\n         tantieme read m.db --set 3")]
pub struct Read {
    /// The file; `-` is standard input
    pub file: PathBuf,
    /// Only this set of a file that holds several
    #[arg(long)]
    pub set: Option<u32>,
}

impl Read {
    /// Runs it: exit 1 where nothing could be read.
    pub fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        let bytes = input::read_whole(&self.file)?;
        let mut wal_name = self.file.as_os_str().to_owned();
        wal_name.push("-wal");
        let wal = std::fs::read(&wal_name).ok().filter(|w| !w.is_empty());
        let mut file = formats::set_list::read(&bytes, wal.as_deref());
        if let Some(number) = self.set {
            file.sets.retain(|s| s.number == number);
            file.lines.retain(|l| l.set == number);
        }
        if json {
            output::json(&as_json(&file));
        } else {
            print(&file, &input::document_name(&self.file));
        }
        let lost = file.problems.iter().any(|p| p.severity == Severity::Fatal) || file.lines.is_empty();
        Ok(if lost { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}

fn as_json(file: &SetListFile) -> Value {
    let count = |set: u32| file.lines.iter().filter(|l| l.set == set).count();
    json!({
        "format": file.format.map(|f| f.word()),
        "lines": file.lines.iter().map(line).collect::<Vec<_>>(),
        "sets": file.sets.iter().map(|s| json!({
            "set": s.number,
            "name": s.name,
            "started_at": s.started_at.map(|m| m.to_string()),
            "lines": count(s.number),
        })).collect::<Vec<_>>(),
        "problems": file.problems.iter().map(output::problem).collect::<Vec<_>>(),
    })
}

fn line(l: &Line) -> Value {
    json!({
        "line": l.line,
        "position": l.position,
        "artist": l.artist,
        "title": l.title,
        "version": l.version,
        "remixer": l.remixer,
        "album": l.album,
        "label": l.label,
        "year": l.year,
        "duration_s": l.duration_s,
        "isrc": l.isrc.as_ref().map(|i| i.as_str()),
        "mbid": l.mbid.as_ref().map(|i| i.as_str()),
        "own_id": l.own_id.as_ref().map(|i| i.as_str()),
        "started_at": l.started_at.map(|m| m.to_string()),
        "offset_s": l.offset_s,
        "played_s": l.played_s,
        "played": l.played,
        "set": l.set,
        "text": l.text,
    })
}

fn print(file: &SetListFile, name: &str) {
    let format = file.format.map_or("no set list known to us", |f| f.name());
    let played = file.lines.iter().filter(|l| l.played).count();
    println!("{name}: {format}, {} sets, {} lines, {played} played", file.sets.len(), file.lines.len());
    for set in &file.sets {
        if file.sets.len() > 1 {
            println!("\nset {} {}", set.number, set.name.as_deref().unwrap_or_default());
        }
        let rows = file.lines.iter().filter(|l| l.set == set.number).map(|l| {
            let or = |t: &Option<String>| t.clone().unwrap_or_default();
            vec![
                l.position.to_string(),
                if l.played { String::new() } else { "not played".to_owned() },
                l.started_at.map(|m| m.to_string()).unwrap_or_default(),
                or(&l.artist),
                [or(&l.title), or(&l.version)]
                    .iter()
                    .filter(|t| !t.is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" / "),
                or(&l.label),
                l.played_s.map(|s| format!("{s} s")).unwrap_or_default(),
            ]
        });
        output::table(&[">#", "", "started", "artist", "title", "label", ">heard"], rows.collect());
    }
    output::problems(name, &file.problems);
}
