//! `tantieme log`: the public log that anybody can check.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::log::{Published, Status};
use clap::Subcommand;
use proof::SigningKey;
use serde_json::json;

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

impl Log {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
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
