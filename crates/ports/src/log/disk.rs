//! Files that are there whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder in which unfinished files and the writer's own state lie.
pub(super) const STATE: &str = ".state";

/// How many files are flushed side by side.
const FLUSHES_AT_ONCE: usize = 8;

/// A file that is written and not yet named.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    file: File,
    target: PathBuf,
}

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
        let above = root.parent().filter(|a| !a.as_os_str().is_empty()).map(Path::to_owned);
        flush_folders(&above.into_iter().chain([root.to_owned()]).collect())?;
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
        let (mut folders, mut parts) = (BTreeSet::new(), Vec::with_capacity(files.len()));
        for (path, bytes) in files {
            let target = self.root.join(path);
            let folder = target.parent().unwrap_or(&self.root).to_owned();
            self.make_folder(&folder, &mut folders)?;
            folders.insert(folder);
            parts.push(self.write_part(target, bytes)?);
        }
        flush_all(parts.iter().map(|part| &part.file))?;
        self.step()?;
        for part in parts {
            self.name(&part)?;
        }
        flush_folders(&folders)?;
        self.step()
    }

    /// Writes the same bytes to two files: the second is named once the first is there for good.
    pub(super) fn put_then_show(&mut self, counts: &str, shown: &str, bytes: &[u8]) -> io::Result<()> {
        let parts = [counts, shown].map(|path| self.root.join(path));
        let [counts, shown] = parts.map(|target| self.write_part(target, bytes));
        let (counts, shown) = (counts?, shown?);
        flush_all([&counts.file, &shown.file].into_iter())?;
        self.step()?;
        self.name(&counts)?;
        flush_folders(&BTreeSet::from([self.root.join(STATE)]))?;
        self.step()?;
        // Where the power fails before this name is flushed, opening the log shows it again.
        self.name(&shown)
    }

    /// Removes a folder of files nobody needs any more. A failure harms nobody: they only take space.
    pub(super) fn remove_folder(&self, path: &str) {
        let _ = fs::remove_dir_all(self.root.join(path));
    }

    /// Writes a file under a name nobody reads.
    fn write_part(&mut self, target: PathBuf, bytes: &[u8]) -> io::Result<Part> {
        let path = self.root.join(STATE).join(format!("part.{}", self.unfinished));
        self.unfinished += 1;
        let mut file = File::create(&path)?;
        if let Err(torn) = self.step() {
            file.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default())?;
            return Err(torn);
        }
        file.write_all(bytes)?;
        Ok(Part { path, file, target })
    }

    /// Gives a flushed file its name.
    fn name(&mut self, part: &Part) -> io::Result<()> {
        self.step()?;
        fs::rename(&part.path, &part.target)
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

/// Flushes files side by side, so that the disk may write them in one go.
fn flush_all<'a>(files: impl Iterator<Item = &'a File>) -> io::Result<()> {
    let files: Vec<&File> = files.collect();
    let flush = |files: &[&File]| files.iter().try_for_each(|file| file.sync_all());
    std::thread::scope(|scope| {
        let running: Vec<_> = files
            .chunks(files.len().div_ceil(FLUSHES_AT_ONCE).max(1))
            .map(|files| scope.spawn(move || flush(files)))
            .collect();
        running.into_iter().try_for_each(|flushed| {
            flushed.join().unwrap_or_else(|_| Err(io::Error::other("flushing a file failed")))
        })
    })
}

/// Flushes folders' names. Where folders cannot be opened as files the system does this itself.
fn flush_folders(folders: &BTreeSet<PathBuf>) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let opened = folders.iter().map(File::open).collect::<io::Result<Vec<File>>>()?;
    flush_all(opened.iter())
}
