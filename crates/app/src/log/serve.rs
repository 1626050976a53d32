//! The log's files as they are served and mirrored: nothing else in the folder is.

use std::path::{Path, PathBuf};

use proof::log::Tile;

use super::{FOLDER, first_key};
use crate::failure::refuse;
use crate::{Failure, House};

/// A file of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// For how long it stays as it is.
    pub staying: Staying,
    /// Whether it is text.
    pub text: bool,
}

/// For how long a file stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staying {
    /// It never changes.
    Ever,
    /// It may be another the next moment.
    Moment,
}

/// A file of the log by its path, such as `checkpoint` or `tile/0/000.p/17`; nothing for any other path.
///
/// A partial tile that is gone because the full one is there is cut from it, as the specification asks of servers that keep
/// no partial ones.
pub async fn file(house: &House, path: &str) -> Result<Option<Served>, Failure> {
    if path == "vkey" {
        let mut tx = house.store.begin_read().await?;
        let key = first_key(house, &mut tx).await?;
        return Ok(Some(Served {
            bytes: format!("{key}\n").into_bytes(),
            staying: Staying::Ever,
            text: true,
        }));
    }
    let Some((staying, text)) = kind(path) else { return Ok(None) };
    let (whole, path) = (house.folder.join(FOLDER), path.to_owned());
    let bytes = tokio::task::spawn_blocking(move || {
        std::fs::read(whole.join(&path)).ok().or_else(|| cut(&whole, &path))
    })
    .await
    .map_err(|e| super::broken(&e))?;
    Ok(bytes.map(|bytes| Served { bytes, staying, text }))
}

fn kind(path: &str) -> Option<(Staying, bool)> {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && (1..=20).contains(&text.len());
    match path.split_once('/') {
        None if path == "checkpoint" => Some((Staying::Moment, true)),
        Some(("tile", _)) => path.parse::<Tile>().ok().map(|_| (Staying::Ever, false)),
        Some(("rotation", rest)) if number(rest) => Some((Staying::Ever, true)),
        Some(("cosigned", rest)) if number(rest) => Some((Staying::Moment, true)),
        _ => None,
    }
}

/// A partial tile out of the full one that replaced it.
fn cut(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let tile: Tile = path.parse().ok()?;
    let whole = std::fs::read(folder.join(tile.full().to_string())).ok()?;
    match tile.kind() {
        proof::log::TileKind::Hashes(_) => whole.get(..usize::from(tile.width()) * 32).map(<[u8]>::to_vec),
        proof::log::TileKind::Entries => {
            let entries = proof::log::read_bundle(&whole, tile.width()).ok()?;
            let mut bytes = Vec::new();
            proof::log::write_bundle(&entries, &mut bytes);
            Some(bytes)
        }
    }
}

/// Copies the log to a folder that any web server can serve: tiles first, the checkpoint last, so that whoever reads
/// meanwhile finds everything a checkpoint speaks of. Tells how many files it wrote; what is there already stays.
///
/// # Errors
/// `log-unpublished`, `log-mirror`.
pub async fn mirror(house: &House, to: &Path) -> Result<usize, Failure> {
    let key = {
        let mut tx = house.store.begin_read().await?;
        first_key(house, &mut tx).await?.to_string()
    };
    let (from, to) = (house.folder.join(FOLDER), to.to_owned());
    if !from.join("checkpoint").is_file() {
        return Err(refuse(
            "log-unpublished",
            "nothing of the log is published yet",
            "`tantieme log publish`",
        ));
    }
    let shown = to.display().to_string();
    tokio::task::spawn_blocking(move || copy(&from, &to, &key)).await.map_err(|e| super::broken(&e))?.map_err(
        |e| refuse("log-mirror", format!("`{shown}` cannot be written: {e}"), "name a folder that can be"),
    )
}

fn copy(from: &Path, to: &Path, key: &str) -> std::io::Result<usize> {
    // Read first: everything it speaks of is on the disk already, whatever is written meanwhile.
    let checkpoint = std::fs::read(from.join("checkpoint"))?;
    let mut files = Vec::new();
    for part in ["tile", "rotation", "cosigned"] {
        gather(&from.join(part), &mut files)?;
    }
    let mut written = 0;
    for file in files {
        let Ok(path) = file.strip_prefix(from) else { continue };
        let (target, fixed) = (to.join(path), !path.starts_with("cosigned"));
        if fixed && target.is_file() {
            continue;
        }
        // A partial tile may be gone by now, since the full one is there.
        if let Ok(bytes) = std::fs::read(&file) {
            put(&target, &bytes)?;
            written += 1;
        }
    }
    put(&to.join("vkey"), format!("{key}\n").as_bytes())?;
    put(&to.join("checkpoint"), &checkpoint)?;
    Ok(written + 2)
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() { gather(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Writes a file whole or not at all.
fn put(target: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut draft = target.as_os_str().to_owned();
    draft.push(".part");
    std::fs::write(&draft, bytes)?;
    std::fs::rename(&draft, target)
}
