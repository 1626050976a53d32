//! `tantieme log`: the public log that anybody can check.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::log::{Published, Status};
use clap::{Args, Subcommand};
use ports::log::LogFolder;
use proof::SigningKey;
use proof::log::TILE_WIDTH;
use serde_json::json;

use super::proof::{Trust, not_believed};
use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// The public log
#[derive(Debug, Subcommand)]
pub enum Log {
    /// How the log stands: entries, the newest checkpoint, its keys and witnesses
    #[command(after_help = "Example: tantieme log status")]
    Status,
    /// Publish what is in the log: tiles, a signed checkpoint, cosignatures of the witnesses
    #[command(after_help = "Example: tantieme log publish")]
    Publish,
    /// Check a log's folder, the house's own, a mirror's or another log's: signatures, every tile, every entry
    #[command(
        after_help = "Example: tantieme log check /var/www/log --key \"house.example/log+…\" --seen checkpoint.yesterday"
    )]
    Check(Check),
    /// Copy the log to a folder that any web server can serve
    #[command(after_help = "Example: tantieme log mirror --out /var/www/log")]
    Mirror {
        /// The folder; made where it is missing, brought up to date where it is there
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Go on with a new key; an entry that both keys sign says so
    #[command(after_help = "Example: tantieme log rotate-key --by Ines")]
    RotateKey {
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// The receipt of an entry: of a run, a proof of participation or another
    #[command(after_help = "Example: tantieme log receipt run run-… --out run.tlog-proof")]
    Receipt {
        /// What it is: `run`, `proof`, `rule`, `statement` …
        kind: String,
        /// Its id
        subject: String,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// Check a log.
#[derive(Debug, Args)]
pub struct Check {
    /// The folder with its static files (C2SP `tlog-tiles`)
    dir: PathBuf,
    #[command(flatten)]
    trust: Trust,
}

impl Check {
    /// Runs it; no data folder is touched.
    fn run(&self, as_json: bool) -> Result<ExitCode, Failure> {
        let (mut policy, seen) = self.trust.policy()?;
        let folder = LogFolder::new(&self.dir);
        if !self.trust.names_rotations() {
            folder.follow_keys(&mut policy.keys).map_err(|e| not_believed(&e))?;
        }
        let file = self.dir.join("checkpoint");
        let text = String::from_utf8_lossy(&input::read_whole(&file)?).into_owned();
        let under = policy.open(&text).map_err(|e| not_believed(&e))?;
        let mut tree = folder.tree(&under).map_err(|e| not_believed(&e))?;
        let at = &under.checkpoint;
        for bundle in 0..at.size.div_ceil(u64::from(TILE_WIDTH)) {
            tree.entries(bundle).map_err(|e| not_believed(&e))?;
        }
        if let Some(seen) = &seen {
            seen.not_older(at).map_err(|e| not_believed(&e))?;
            let grown = tree.consistency(seen.size).map_err(|e| not_believed(&e))?;
            seen.accept(at, &grown).map_err(|e| not_believed(&e))?;
        }
        let cosigned: Vec<&str> = under.cosigned.iter().map(|c| c.witness.as_str()).collect();
        if as_json {
            output::json(&json!({
                "valid": true, "origin": at.origin, "size": at.size, "root": at.root.to_string(), "cosigned": cosigned,
                "seen": seen.map(|s| s.size),
            }));
        } else {
            println!("valid: {} entries of {}, root {}", at.size, at.origin, at.root);
            if let Some(seen) = seen {
                println!("it grew from the {} entries seen before", seen.size);
            }
            for witness in cosigned {
                println!("cosigned by {witness}");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Log {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        if let Log::Check(check) = self {
            return check.run(place.json);
        }
        let house = place.open().await?;
        match self {
            Log::Check(_) => {}
            Log::Status => told(place, &app::log::status(&house).await?),
            Log::Publish => {
                app::consent::wait::settle_due(&house).await?;
                published(place, &app::log::publish(&house).await?);
            }
            Log::Mirror { out } => {
                let mut files = app::log::mirror(&house, out).await?;
                // The page that checks receipts in a browser comes along: it needs no server.
                for (name, content) in server::CHECK_FILES {
                    input::write_whole(&out.join(name), content.as_bytes())?;
                    files += 1;
                }
                if place.json {
                    output::json(&json!({ "files": files, "dir": out.display().to_string() }));
                } else {
                    println!("{files} files written to {}", out.display());
                }
            }
            Log::RotateKey { by } => {
                let folder = place.key_folder();
                let keys = |e: ports::keys::BadKeys| refuse("keys", e.to_string(), "");
                let seed = ports::keys::next_log_key(&folder, ports::world::bytes::<32>).map_err(keys)?;
                let new = SigningKey::from_seed(&house.origin, &seed)
                    .map_err(|e| refuse("origin", e.to_string(), ""))?;
                let done = app::log::rotate(&house, &new, by).await?;
                let number = u32::try_from(
                    app::log::status(&house)
                        .await?
                        .kinds
                        .iter()
                        .find(|k| k.0 == "rotation")
                        .map_or(0, |k| k.1),
                )
                .unwrap_or(0);
                ports::keys::promote_log_key(&folder, number).map_err(keys)?;
                if place.json {
                    output::json(&json!({ "verifier_key": new.verifier().to_string(), "size": done.size }));
                } else {
                    println!("the log is signed by {} from {} entries on", new.verifier(), done.size);
                }
            }
            Log::Receipt { kind, subject, out } => {
                let receipt = app::log::receipt(&house, kind, subject).await?.to_string();
                match out {
                    Some(file) => input::write_whole(file, receipt.as_bytes())?,
                    None => print!("{receipt}"),
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(place: &Place, s: &Status) {
    if place.json {
        output::json(&json!({
            "origin": s.origin, "verifier_key": s.verifier, "signs": s.signs, "size": s.size, "published": s.published,
            "root": s.head.as_ref().map(|h| &h.root), "witnesses": s.witnesses,
            "cosigned": s.head.as_ref().is_some_and(|h| !h.cosigned.is_empty()),
            "kinds": s.kinds.iter().map(|(k, n)| (k.clone(), json!(n))).collect::<serde_json::Map<_, _>>(),
        }));
        return;
    }
    println!("{}", s.origin);
    println!("key       {}", s.verifier);
    if s.signs != s.verifier {
        println!("signs now {}", s.signs);
    }
    println!("entries   {} ({} published)", s.size, s.published);
    if let Some(head) = &s.head {
        println!("root      {}", head.root);
    }
    for (kind, many) in &s.kinds {
        println!("{many:>9} {kind}");
    }
    for witness in &s.witnesses {
        println!("witness   {witness}");
    }
}

fn published(place: &Place, p: &Published) {
    if place.json {
        output::json(&json!({
            "size": p.size, "new": p.new, "checkpoint": p.checkpoint,
            "witnesses": p.witnesses.iter().map(|w| json!({ "witness": w.witness, "failed": w.failed })).collect::<Vec<_>>(),
        }));
        return;
    }
    println!("{} entries published, {} of them new", p.size, p.new);
    for w in &p.witnesses {
        match &w.failed {
            None => println!("cosigned by {}", w.witness),
            Some(why) => eprintln!("not cosigned by {}: {why}", w.witness),
        }
    }
}
