//! `tantieme backup` and `tantieme restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{Failure, backup};
use clap::Args;
use serde_json::json;

use crate::input::refuse;
use crate::output;
use crate::wiring::Place;

/// Copy the house while it works
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme backup /backup/2026-09-05\n         tantieme backup /backup/2026-09-05 --without-media\n\nKeys are not in it: copy the key folder to another place, once and after each new period."
)]
pub struct Backup {
    /// The folder to write; made where missing, and must be empty
    to: PathBuf,
    /// Leave sound, pictures, books and films out: they never change, and can be copied by other means
    #[arg(long)]
    without_media: bool,
    /// Who does it
    #[arg(long, default_value = "house")]
    by: String,
}

impl Backup {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let keys = place.key_folder();
        if self.to.starts_with(&keys) || self.to.starts_with(&place.data) {
            let message = format!("`{}` lies in the folder of the data or the keys", self.to.display());
            return Err(refuse("backup-folder", message, "a backup belongs on another disk"));
        }
        let house = place.open().await?;
        let bar = output::progress("copying");
        let ask = backup::Ask {
            to: &self.to,
            database: place.database.as_deref(),
            media: !self.without_media,
            by: &self.by,
        };
        let done = backup::write(&house, ask).await?;
        bar.finish_and_clear();
        if place.json {
            output::json(&json!({
                "dir": self.to.display().to_string(), "files": done.files, "bytes": done.bytes,
                "entries": done.entries, "log": { "published": done.published, "root": done.root },
                "engine": if done.postgres { "postgres" } else { "sqlite" },
            }));
        } else {
            println!(
                "{} files, {} bytes in {}: {} entries of the books, {} of the log",
                done.files,
                done.bytes,
                self.to.display(),
                done.entries,
                done.published
            );
            eprintln!("the keys in {} are not in it: keep a copy of them elsewhere", keys.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A house made of a backup
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme restore /backup/2026-09-05 --data new-house --keys copy-of-the-keys\n         tantieme restore /backup/2026-09-05 --data new-house --keys copy-of-the-keys --log /mirror/log"
)]
pub struct Restore {
    /// The folder that `tantieme backup` wrote
    from: PathBuf,
    /// What the lost house published last: a mirror of its log, or its old log folder. With it nothing is published that
    /// would show a second history
    #[arg(long, value_name = "DIR")]
    log: Option<PathBuf>,
    /// Look through the backup and restore nothing
    #[arg(long)]
    check: bool,
}

impl Restore {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let whole = backup::examine(&self.from)?;
        if self.check {
            if place.json {
                output::json(&json!({ "files": whole.files.len(), "at": whole.at, "origin": whole.origin }));
            } else {
                println!("{} files, all as they were copied at {}", whole.files.len(), whole.at);
            }
            return Ok(ExitCode::SUCCESS);
        }
        ports::keys::load(&place.key_folder()).map_err(|e| {
            refuse("keys", e.to_string(), "keys are not in a backup: bring them back from where they are kept, and name them with `--keys`")
        })?;
        let bar = output::progress("restoring");
        whole.put(&place.data, place.database.as_deref(), self.log.as_deref()).await?;
        // The keys are compared here, with the marks that the restored database holds.
        let house = place.open().await?;
        app::log::catch_up(&house).await?;
        bar.finish_and_clear();
        if self.log.is_none() {
            super::transfer::same_checkpoint(
                &self.from.join("log/checkpoint"),
                &place.data.join("log/checkpoint"),
            )?;
        }
        let status = app::log::status(&house).await?;
        let shown = std::fs::read_to_string(place.data.join("log/checkpoint")).unwrap_or_default();
        let public = shown.lines().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
        let missing = public.saturating_sub(status.size);
        if place.json {
            output::json(&json!({
                "files": whole.files.len(), "at": whole.at, "log": { "entries": status.size, "published": public, "missing": missing },
            }));
        } else {
            println!("{} files of {}; the log has {} entries", whole.files.len(), whole.at, status.size);
        }
        if missing > 0 {
            eprintln!(
                "error: {missing} entries were published that are not in this backup\n  hint: nothing is published from here until a newer copy is restored; see docs/operating.md"
            );
            return Ok(ExitCode::from(1));
        }
        if !place.json {
            println!("`tantieme doctor` looks through all of it");
        }
        Ok(ExitCode::SUCCESS)
    }
}
