//! Keys of parties' own. Making one, binding it on paper and signing need no house.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::license::key;
use app::{Failure, House};
use clap::Subcommand;
use proof::Hash;
use serde_json::{Value, json};
use store::PartyKeyRow;

use super::{published, say};
use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Keys.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Make a key, offline; touches no data directory
    #[command(after_help = "Example: tantieme licence key new --out maker.key")]
    New {
        /// Where to write it, readable by you alone; nothing is written over
        #[arg(long)]
        out: PathBuf,
    },
    /// The paper that binds a key to a party, signed by it, offline; touches no data directory
    #[command(after_help = "Example: tantieme licence key paper pty-… --key maker.key --out paper.json")]
    Paper {
        /// The party's id
        party: String,
        /// The key's file
        #[arg(long)]
        key: PathBuf,
        /// The key before, where there is one: it signs
        #[arg(long)]
        before: Option<PathBuf>,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Register a key by its paper: from now on the party signs its agreements itself
    #[command(after_help = "Example: tantieme licence key register paper.json --by Ines")]
    Register {
        /// The paper
        paper: PathBuf,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// The keys of a party, with their places in the log
    #[command(after_help = "Example: tantieme licence key list \"Modelmaker\"")]
    List {
        /// The party
        party: String,
    },
    /// End a key that was lost or stolen
    #[command(
        after_help = "Example: tantieme licence key end \"Modelmaker\" --reason \"the laptop was stolen\" --by Ines"
    )]
    End {
        /// The party
        party: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Key {
    /// Runs what needs no house; nothing where it needs one.
    pub fn offline(&self, place: &Place) -> Option<Result<ExitCode, Failure>> {
        match self {
            Key::New { out } => Some(new(place, out)),
            Key::Paper { party, key, before, out } => {
                Some(paper(party, key, before.as_deref(), out.as_deref()))
            }
            _ => None,
        }
    }

    /// Runs the others.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Key::Register { paper, by } => {
                let text = String::from_utf8_lossy(&input::read_whole(paper)?).into_owned();
                let row = key::register(h, &text, None, by).await?;
                published(h).await?;
                say(
                    place,
                    key_json(&row),
                    &format!("{} signs with {} (entry {})", row.party, row.key, row.place),
                );
            }
            Key::End { party, reason, by } => {
                let row = key::end(h, party, reason, by).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "key": row.key, "state": "ended" }),
                    &format!("{} signs nothing more", row.key),
                );
            }
            Key::List { party } => {
                let all = key::list(h, party).await?;
                if place.json {
                    output::json(&all.iter().map(key_json).collect::<Vec<_>>().into());
                } else {
                    let rows = all.iter().map(|k| {
                        let end = k
                            .end
                            .map_or_else(String::new, |(place, at)| format!("ended {at} (entry {place})"));
                        vec![k.key.clone(), format!("since {} (entry {})", k.since, k.place), end]
                    });
                    output::table(&["key", "since", "end"], rows.collect());
                }
            }
            Key::New { .. } | Key::Paper { .. } => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn key_json(k: &PartyKeyRow) -> Value {
    json!({
        "id": k.id, "party": k.party.as_str(), "key": k.key, "entry": k.place, "hash": k.hash, "since": k.since.to_string(),
        "ended_at": k.end.map(|e| e.1.to_string()), "ended_entry": k.end.map(|e| e.0),
    })
}

fn new(place: &Place, out: &Path) -> Result<ExitCode, Failure> {
    let seed = ports::world::bytes::<32>();
    let cannot = |e: std::io::Error| {
        let message = format!("the key cannot be written to `{}`: {e}", out.display());
        refuse("file", message, "name a file that is not there yet")
    };
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(out).map_err(cannot)?;
    let digits: String = seed.iter().map(|b| format!("{b:02x}")).collect();
    file.write_all(format!("{digits}\n").as_bytes()).map_err(cannot)?;
    file.sync_all().map_err(cannot)?;
    let public = key::public(&seed)?;
    say(place, json!({ "key": public }), &format!("public key {public}"));
    Ok(ExitCode::SUCCESS)
}

fn paper(
    party: &str,
    key_file: &Path,
    before: Option<&Path>,
    out: Option<&Path>,
) -> Result<ExitCode, Failure> {
    let (new, before) = (seed(key_file)?, before.map(seed).transpose()?);
    let salt: String = ports::world::bytes::<16>().iter().map(|b| format!("{b:02x}")).collect();
    let paper = key::paper(party, &new, before.as_ref(), &salt)?.to_string();
    match out {
        Some(out) => input::write_whole(out, format!("{paper}\n").as_bytes())?,
        None => println!("{paper}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn seed(file: &Path) -> Result<[u8; 32], Failure> {
    let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
    let bad = |_| {
        refuse("key", format!("`{}` is not a key", file.display()), "a key file holds 64 hexadecimal digits")
    };
    Ok(*text.trim().parse::<Hash>().map_err(bad)?.as_bytes())
}

/// The papers of a file, one a line, or one alone.
pub fn papers(file: &Path) -> Result<Vec<Value>, Failure> {
    let bytes = input::read_whole(file)?;
    if let Ok(one) = serde_json::from_slice::<Value>(&bytes)
        && one.is_object()
    {
        return Ok(vec![one]);
    }
    let mut all = Vec::new();
    for (number, line) in (1..).zip(String::from_utf8_lossy(&bytes).lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let read = serde_json::from_str::<Value>(line).ok().filter(Value::is_object);
        all.push(read.ok_or_else(|| {
            let message = format!("line {number} of `{}` is no paper", input::document_name(file));
            refuse("paper", message, "a JSON object a line, as `licence accept --draft` writes them")
        })?);
    }
    Ok(all)
}

/// Signs the papers of a file.
pub fn sign(file: &Path, key: &Path, out: Option<&Path>) -> Result<ExitCode, Failure> {
    let seed = seed(key)?;
    let mut signed = String::new();
    for paper in papers(file)? {
        let done = consent::statement::sign(paper, &seed).map_err(|e| refuse("paper", e.to_string(), ""))?;
        signed.push_str(&done.to_string());
        signed.push('\n');
    }
    match out {
        Some(out) => input::write_whole(out, signed.as_bytes())?,
        None => print!("{signed}"),
    }
    Ok(ExitCode::SUCCESS)
}
