//! A copy of the house while it works, and a house made of a copy.
//!
//! What is copied, in this order: the public log as a mirror, the database as it stands at one moment, then every other
//! file. So the copied log is never ahead of the copied rows, and whatever a row names is there. `backup.json` is written last,
//! with the hash of each file: a copy without it is no backup. Keys are not in it; they are kept apart.
//!
//! A house that is restored goes on where its rows end. It publishes nothing while a newer checkpoint of the lost house
//! is in its folder: then rows are missing, and a second history would be shown.

use std::path::{Path, PathBuf};

use ports::copies::{self, Copied};
use serde_json::{Value, json};

use crate::failure::refuse;
use crate::identity::Marks;
use crate::{Failure, House, operation};

/// The file that tells what a backup holds.
pub const ABOUT: &str = "backup.json";
/// The copy of the embedded database.
pub const SQLITE: &str = "tantieme.db";
/// The copy of a PostgreSQL database, as `pg_dump --format=custom` writes it.
pub const POSTGRES: &str = "tantieme.pgdump";
/// The longest `backup.json`, in bytes: some 400,000 files.
const ABOUT_MOST: u64 = 128 * 1024 * 1024;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// How many files.
    pub files: usize,
    /// How many bytes.
    pub bytes: u64,
    /// The last entry of the books.
    pub entries: i64,
    /// How many entries of the log are published.
    pub published: i64,
    /// The root over them; empty before the first checkpoint.
    pub root: String,
    /// Whether it is of PostgreSQL.
    pub postgres: bool,
}

/// What is to be copied.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Where to: a folder that is empty or not there.
    pub to: &'a Path,
    /// The address of the PostgreSQL database; nothing for the embedded one.
    pub database: Option<&'a str>,
    /// Whether sound, pictures, books and films come along; they may be copied by other means, since they never change.
    pub media: bool,
    /// Who.
    pub by: &'a str,
}

/// Copies the house.
///
/// # Errors
/// `backup-folder`, `backup-program`, `backup-failed`.
pub async fn write(house: &House, ask: Ask<'_>) -> Result<Backup, Failure> {
    empty(ask.to)?;
    let failed =
        |e: std::io::Error| refuse("backup-failed", format!("the copy broke off: {e}"), "look at the disk");
    std::fs::create_dir_all(ask.to).map_err(failed)?;
    if house.folder.join(crate::log::FOLDER).join("checkpoint").is_file() {
        crate::log::mirror(house, &ask.to.join(crate::log::FOLDER)).await?;
    }
    let schema = copy_database(house, &ask).await?;
    let (from, to, media) = (house.folder.clone(), ask.to.to_owned(), ask.media);
    let copied = tokio::task::spawn_blocking(move || copy_files(&from, &to, media))
        .await
        .map_err(|e| refuse("backup-failed", e.to_string(), ""))?
        .map_err(failed)?;
    let mut tx = house.store.begin_read().await?;
    let marks = Marks::of(&house.store, &house.commitment_key);
    let head = tx.newest_head().await?;
    let done = Backup {
        files: copied.len(),
        bytes: copied.iter().map(|f| f.bytes).sum(),
        entries: tx.last_entry().await?,
        published: head.as_ref().map_or(0, |h| h.size),
        root: head.map_or_else(String::new, |h| h.root),
        postgres: ask.database.is_some(),
    };
    drop(tx);
    let about = json!({
        "format": 1, "at": house.now().to_string(), "schema": schema, "origin": house.origin,
        "engine": if done.postgres { "postgres" } else { "sqlite" },
        "keys": { "fields": marks.fields, "commitments": marks.commitments },
        "media": ask.media,
        "files": copied.iter().map(|f| json!({ "path": f.path, "bytes": f.bytes, "sha256": f.sha256 })).collect::<Vec<_>>(),
    });
    let part = ask.to.join("backup.part");
    std::fs::write(&part, format!("{about:#}\n"))
        .and_then(|()| std::fs::File::open(&part)?.sync_all())
        .and_then(|()| std::fs::rename(&part, ask.to.join(ABOUT)))
        .map_err(failed)?;
    let mut tx = house.store.begin().await?;
    let detail = format!("{} files, {} bytes", done.files, done.bytes);
    tx.note(house.now(), ask.by, operation::BACKUP_NOTE, "", &detail).await?;
    tx.commit().await?;
    Ok(done)
}

fn empty(folder: &Path) -> Result<(), Failure> {
    if std::fs::read_dir(folder).is_ok_and(|mut d| d.next().is_some()) || folder.is_file() {
        return Err(refuse(
            "backup-folder",
            format!("`{}` is not empty", folder.display()),
            "name a new folder, so that no old file passes for a new one",
        ));
    }
    Ok(())
}

/// Copies the database; tells its schema.
async fn copy_database(house: &House, ask: &Ask<'_>) -> Result<i64, Failure> {
    let mut tx = house.store.begin_read().await?;
    let (schema, name) = (tx.schema().await?, tx.own_schema().await?);
    drop(tx);
    let Some(database) = ask.database else {
        house.store.db().copy_to(&ask.to.join(SQLITE)).await?;
        return Ok(schema);
    };
    let (database, to) = (database.to_owned(), ask.to.join(POSTGRES));
    let name = if name == "public" { String::new() } else { name };
    tokio::task::spawn_blocking(move || ports::postgres::dump(&database, &name, &to))
        .await
        .map_err(|e| refuse("backup-failed", e.to_string(), ""))?
        .map_err(program)?;
    Ok(schema)
}

fn program(e: ports::postgres::BadCopy) -> Failure {
    let text = e.to_string();
    let (message, hint) = text.split_once("\n  hint: ").unwrap_or((&text, ""));
    refuse("backup-program", message, hint)
}

/// What is in the data folder and not copied as it lies: the database, which others write; the log, which is mirrored; what
/// can be made again.
fn left_out(path: &str, media: bool) -> bool {
    path.starts_with(SQLITE)
        || path == crate::log::FOLDER
        || path == "media/incoming"
        || (path == "media" && !media)
        || path.ends_with(".part")
        || (path.starts_with("catalogue-") && path.ends_with(".index"))
}

fn copy_files(from: &Path, to: &Path, media: bool) -> std::io::Result<Vec<Copied>> {
    for path in copies::files(from, &|p| left_out(p, media))? {
        match copies::copy(&from.join(&path), &to.join(&path)) {
            Ok(_) => {}
            // What was there and is gone was for a moment only.
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !from.join(&path).exists() => {}
            Err(e) => return Err(e),
        }
    }
    copies::files(to, &|_| false)?
        .into_iter()
        .map(|path| {
            let (bytes, sha256) = copies::hash(&to.join(&path))?;
            Ok(Copied { path, bytes, sha256 })
        })
        .collect()
}

/// A backup that was found whole.
#[derive(Debug, Clone)]
pub struct Whole {
    folder: PathBuf,
    /// Its files.
    pub files: Vec<Copied>,
    /// Whether it is of PostgreSQL.
    pub postgres: bool,
    /// The marks of the keys it belongs to.
    pub marks: Marks,
    /// When it was made.
    pub at: String,
    /// The name of its log.
    pub origin: String,
}

/// Looks through a backup: every file is there as it was copied, and no other.
///
/// # Errors
/// In this order: `restore-folder`, `restore-newer`, `restore-changed`.
pub fn examine(folder: &Path) -> Result<Whole, Failure> {
    use std::io::Read;
    let file = folder.join(ABOUT);
    let hint = "name the folder that `tantieme backup` wrote; one without this file was not finished";
    let bad = |e: &dyn std::fmt::Display| {
        refuse("restore-folder", format!("`{}` cannot be read: {e}", file.display()), hint)
    };
    let mut text = String::new();
    std::fs::File::open(&file)
        .and_then(|f| f.take(ABOUT_MOST).read_to_string(&mut text))
        .map_err(|e| bad(&e))?;
    let about: Value = serde_json::from_str(&text).map_err(|e| bad(&e))?;
    let (format, schema) = (about["format"].as_i64().unwrap_or(0), about["schema"].as_i64().unwrap_or(0));
    if format != 1 || schema > store::newest_schema() {
        let message = format!("a newer version made this backup: format {format}, schema {schema}");
        return Err(refuse("restore-newer", message, "restore it with that version"));
    }
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut files = Vec::new();
    for one in about["files"].as_array().into_iter().flatten() {
        let told = Copied {
            path: word(&one["path"]),
            bytes: one["bytes"].as_u64().unwrap_or(0),
            sha256: word(&one["sha256"]),
        };
        let there = copies::stays_below(&told.path).then(|| copies::hash(&folder.join(&told.path)));
        if !matches!(there, Some(Ok((bytes, hash))) if bytes == told.bytes && hash == told.sha256) {
            let message = format!("`{}` is missing or is not what was copied", told.path);
            return Err(refuse("restore-changed", message, "take another backup; nothing was restored"));
        }
        files.push(told);
    }
    Ok(Whole {
        folder: folder.to_owned(),
        files,
        postgres: about["engine"].as_str() == Some("postgres"),
        marks: Marks {
            fields: word(&about["keys"]["fields"]),
            commitments: word(&about["keys"]["commitments"]),
        },
        at: word(&about["at"]),
        origin: word(&about["origin"]),
    })
}

impl Whole {
    /// Puts the files into a data folder that holds none, and the copy of PostgreSQL into an empty database. `log` is a
    /// folder with what the lost house published last, where there is one: a newer checkpoint in it keeps the restored house
    /// from showing a second history.
    ///
    /// # Errors
    /// `restore-over-data`, `restore-database` where the engine is another one, `backup-program`, `restore-failed`.
    pub async fn put(&self, data: &Path, database: Option<&str>, log: Option<&Path>) -> Result<(), Failure> {
        if std::fs::read_dir(data).is_ok_and(|mut d| d.next().is_some()) {
            let message = format!("`{}` is not empty", data.display());
            return Err(refuse("restore-over-data", message, "name a new folder: `--data DIR`"));
        }
        let database = match (self.postgres, database) {
            (true, None) => {
                let message = "this backup is of a house on PostgreSQL";
                return Err(refuse(
                    "restore-database",
                    message,
                    "name an empty database: `--database postgres://…`",
                ));
            }
            (false, Some(_)) => {
                let message = "this backup is of a house on the embedded database";
                let hint = "leave `--database` out; `tantieme export --all` and `import --all` move a house to PostgreSQL";
                return Err(refuse("restore-database", message, hint));
            }
            (_, database) => database.map(str::to_owned),
        };
        let (whole, data) = (self.clone(), data.to_owned());
        let log = log.map(Path::to_owned);
        tokio::task::spawn_blocking(move || whole.put_files(&data, database.as_deref(), log.as_deref()))
            .await
            .map_err(|e| refuse("restore-failed", e.to_string(), ""))?
    }

    fn put_files(&self, data: &Path, database: Option<&str>, log: Option<&Path>) -> Result<(), Failure> {
        let failed = |e: std::io::Error| {
            refuse(
                "restore-failed",
                format!("the copy broke off: {e}"),
                "look at the disk, and begin again with a new folder",
            )
        };
        std::fs::create_dir_all(data).map_err(failed)?;
        for file in &self.files {
            // The log is made again from the rows; a copy without the writer's own state could not go on.
            if file.path == POSTGRES || file.path.starts_with("log/") {
                continue;
            }
            copies::copy(&self.folder.join(&file.path), &data.join(&file.path)).map_err(failed)?;
        }
        if let Some(log) = log {
            for path in copies::files(log, &|_| false).map_err(failed)? {
                copies::copy(&log.join(&path), &data.join("log").join(&path)).map_err(failed)?;
            }
            // A mirror has no state of a writer; with one, whatever it shows counts.
            let (shown, counts) = (data.join("log/checkpoint"), data.join("log/.state/checkpoint"));
            if shown.is_file() && !counts.exists() {
                copies::copy(&shown, &counts).map_err(failed)?;
            }
        }
        match database {
            Some(database) => {
                ports::postgres::restore(database, &self.folder.join(POSTGRES)).map_err(program)
            }
            None => Ok(()),
        }
    }

    /// The checkpoint that was published when the copy was made; empty before the first.
    pub fn checkpoint(&self) -> String {
        std::fs::read_to_string(self.folder.join("log/checkpoint")).unwrap_or_default()
    }
}
