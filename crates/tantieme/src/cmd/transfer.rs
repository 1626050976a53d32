//! `tantieme import`: a house made again from an export.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Failure, House};
use clap::Args;
use ports::copies;
use serde_json::json;

use crate::input::{cannot_read, cannot_write, refuse};
use crate::output;
use crate::wiring::Place;

/// The folders beside the tables that an export takes along.
const USAGE: &str = "usage";
/// See [`USAGE`].
const MEDIA: &str = "media";

/// A house made again from an export
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme import --all wind-down --data new-house --keys copy-of-the-old-keys\n         tantieme import --all wind-down --database postgres://house@db/house --keys copy-of-the-old-keys"
)]
pub struct Import {
    /// The folder that `tantieme export --all` wrote
    #[arg(long, value_name = "DIR", required = true)]
    all: PathBuf,
    /// Who does it
    #[arg(long, default_value = "house")]
    by: String,
}

impl Import {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        // New keys would open nothing: the old ones have to be there first.
        ports::keys::load(&place.key_folder()).map_err(|e| {
            let hint = "copy the key folder of the old house and name the copy with `--keys`";
            refuse("keys", e.to_string(), hint)
        })?;
        let house = place.open().await?;
        let bar = output::progress("importing");
        let done = app::import::all(&house, &self.all, &self.by).await?;
        // From here on the log has the name that the old house gave it.
        drop(house);
        let house = place.open().await?;
        let mut files = copy_below(&self.all, &house.folder, USAGE)?;
        files += copy_below(&self.all, &house.folder, MEDIA)?;
        let caught_up = app::log::catch_up(&house).await?;
        bar.finish_and_clear();
        same_checkpoint(&self.all.join("log/checkpoint"), &house.folder.join("log/checkpoint"))?;
        if place.json {
            output::json(&json!({
                "rows": done.rows, "tables": done.tables, "entries": done.entries, "accounts": done.accounts, "log": done.log,
                "origin": done.origin, "files": files, "log_rebuilt": caught_up,
            }));
        } else {
            println!(
                "{} rows in {} tables: {} entries of the books, {} accounts with the balances they had, {} entries of the log, {files} files",
                done.rows, done.tables, done.entries, done.accounts, done.log
            );
            println!("`tantieme doctor` looks through all of it");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Files beside the tables: the log as it is published, the Parquet of counted plays, and with `media` the depot.
pub async fn files_along(house: &House, to: &Path, media: bool) -> Result<usize, Failure> {
    let mut count = 0;
    if house.folder.join("log/checkpoint").is_file() {
        count += app::log::mirror(house, &to.join("log")).await?;
    }
    count += copy_below(&house.folder, to, USAGE)?;
    if media {
        count += copy_below(&house.folder, to, MEDIA)?;
    }
    Ok(count)
}

fn copy_below(from: &Path, to: &Path, name: &str) -> Result<usize, Failure> {
    let source = from.join(name);
    let files = copies::files(&source, &|p| p == "incoming" || p.ends_with(".part"));
    let files = files.map_err(|e| cannot_read(&source, &e))?;
    for path in &files {
        let target = to.join(name).join(path);
        if !target.exists() {
            copies::copy(&source.join(path), &target).map_err(|e| cannot_write(&target, &e))?;
        }
    }
    Ok(files.len())
}

/// Whether the log that was made again from the rows is the one that was published.
pub fn same_checkpoint(before: &Path, after: &Path) -> Result<(), Failure> {
    let Ok(before_text) = std::fs::read_to_string(before) else { return Ok(()) };
    let after_text = std::fs::read_to_string(after).unwrap_or_default();
    let body = |text: &str| text.split_once("\n\n").map(|(body, _)| body.to_owned()).unwrap_or_default();
    let size = |text: &str| text.lines().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    // While a copy is made more may be published; what is older is inside what is newer, which the rows have shown.
    if body(&before_text) == body(&after_text) || size(&after_text) > size(&before_text) {
        return Ok(());
    }
    Err(refuse(
        "log-split",
        format!("the log made from the rows is not the one in `{}`", before.display()),
        "publish nothing: keep both copies, they prove what happened",
    ))
}
