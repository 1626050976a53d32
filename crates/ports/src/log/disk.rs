//! Files that are there whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder in which unfinished files and the writer's own state lie.
pub(super) const STATE: &str = ".state";

/// A folder in which files are replaced in one step.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    unfinished: u64,
    /// How many steps succeed before the power fails; for tests.
    #[cfg(test)]
    pub(super) steps_left: Option<u64>,
}

impl Disk {
    /// A folder, made where it is not there; unfinished files of a writer before are removed.
    pub(super) fn open(root: &Path) -> io::Result<Disk> {
        fs::create_dir_all(root.join(STATE))?;
        if let Some(above) = root.parent().filter(|a| !a.as_os_str().is_empty()) {
            sync_folder(above)?;
        }
        sync_folder(root)?;
        Ok(Disk {
            root: root.to_owned(),
            unfinished: 0,
            #[cfg(test)]
            steps_left: None,
        })
    }

    /// Removes what a writer before left unfinished. Only for who holds the lock.
    pub(super) fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.root.join(STATE))? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("part.") {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes files and flushes them and all folders they are in. None is half there; all are there afterwards.
    pub(super) fn put_all(&mut self, files: &[(String, Vec<u8>)]) -> io::Result<()> {
        let mut folders = BTreeSet::new();
        for (path, bytes) in files {
            let target = self.root.join(path);
            let folder = target.parent().unwrap_or(&self.root).to_owned();
            self.make_folder(&folder, &mut folders)?;
            self.put(&target, bytes)?;
            folders.insert(folder);
        }
        for folder in &folders {
            self.step()?;
            sync_folder(folder)?;
        }
        Ok(())
    }

    /// Removes a folder of files nobody needs any more. A failure harms nobody: they only take space.
    pub(super) fn remove_folder(&self, path: &str) {
        let _ = fs::remove_dir_all(self.root.join(path));
    }

    fn put(&mut self, target: &Path, bytes: &[u8]) -> io::Result<()> {
        let part = self.root.join(STATE).join(format!("part.{}", self.unfinished));
        self.unfinished += 1;
        let mut file = File::create(&part)?;
        if let Err(torn) = self.step() {
            file.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default())?;
            return Err(torn);
        }
        file.write_all(bytes)?;
        file.sync_all()?;
        self.step()?;
        fs::rename(&part, target)?;
        self.step()
    }

    /// Makes a folder and those above it, and remembers that their names are to be flushed.
    fn make_folder(&mut self, folder: &Path, to_flush: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        if folder.is_dir() || !folder.starts_with(&self.root) {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make_folder(above, to_flush)?;
            to_flush.insert(above.to_owned());
        }
        self.step()?;
        fs::create_dir(folder)
    }

    #[cfg(not(test))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "the tests' twin below fails")]
    fn step(&self) -> io::Result<()> {
        Ok(())
    }

    #[cfg(test)]
    fn step(&mut self) -> io::Result<()> {
        match &mut self.steps_left {
            None => Ok(()),
            Some(0) => Err(io::Error::other("the power failed")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

/// Flushes a folder's names. Where folders cannot be opened as files the system does this itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
