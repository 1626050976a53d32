//! Folders that people hand in: what lies in them, and opening it without being led elsewhere.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Deepest folder that is looked into.
const DEEPEST: usize = 16;

/// A file in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path below the folder, with `/` between folders.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// When it was last changed, in microseconds since 1970; 0 where the disk does not say.
    pub changed_us: i64,
}

/// What lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The files, by path.
    pub files: Vec<Listed>,
    /// Paths that were passed over, each with why: links that lead out, names that are no text, folders that cannot be
    /// read.
    pub passed: Vec<(String, String)>,
}

/// The folder's one true path.
pub fn canonical(folder: &Path) -> io::Result<PathBuf> {
    let path = fs::canonicalize(folder)?;
    if path.is_dir() {
        Ok(path)
    } else {
        Err(io::Error::new(io::ErrorKind::NotADirectory, "it is no folder"))
    }
}

/// Lists a folder and all below it. Hidden files are left out; links are followed only to files in the folder.
pub fn list(folder: &Path) -> io::Result<Listing> {
    let root = canonical(folder)?;
    let mut listing = Listing::default();
    look(&root, &root, "", 0, &mut listing)?;
    listing.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(listing)
}

fn look(root: &Path, at: &Path, below: &str, depth: usize, listing: &mut Listing) -> io::Result<()> {
    for entry in fs::read_dir(at)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            let shown = format!("{below}{}", entry.file_name().to_string_lossy());
            listing.passed.push((shown, "its name is no UTF-8 text".to_owned()));
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{below}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if depth >= DEEPEST {
                listing.passed.push((path, "it lies too deep".to_owned()));
            } else if let Err(error) = look(root, &entry.path(), &format!("{path}/"), depth + 1, listing) {
                listing.passed.push((path, error.to_string()));
            }
            continue;
        }
        let about = if kind.is_symlink() {
            match within(root, &entry.path()) {
                Ok(target) => fs::metadata(target),
                Err(error) => Err(error),
            }
        } else {
            entry.metadata()
        };
        match about {
            Ok(about) if about.is_file() => listing.files.push(listed(path, &about)),
            Ok(_) => {}
            Err(error) => listing.passed.push((path, error.to_string())),
        }
    }
    Ok(())
}

fn listed(path: String, about: &fs::Metadata) -> Listed {
    let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let changed_us = changed.and_then(|d| i64::try_from(d.as_micros()).ok()).unwrap_or(0);
    Listed { path, bytes: about.len(), changed_us }
}

/// Opens a file below a folder; one that leads out of it is refused. Tells its length.
pub fn open(folder: &Path, path: &str) -> io::Result<(File, u64)> {
    let root = canonical(folder)?;
    let file = File::open(within(&root, &root.join(path))?)?;
    let about = file.metadata()?;
    if about.is_file() { Ok((file, about.len())) } else { Err(io::Error::other("it is no file")) }
}

/// Opens a file that a person named; tells its length.
pub fn open_named(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_file() { Ok((file, about.len())) } else { Err(io::Error::other("it is no file")) }
}

fn within(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let target = fs::canonicalize(path)?;
    if target.starts_with(root) {
        return Ok(target);
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "it leads out of the folder"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nothing_leads_out_of_the_folder() {
        let (outside, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("secret"), "x").unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/one"), "1").unwrap();
        fs::write(folder.path().join(".hidden"), "1").unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink("a/one", folder.path().join("in")).unwrap();
        std::os::unix::fs::symlink("..", folder.path().join("a/round")).unwrap();
        let listing = list(folder.path()).unwrap();
        let paths: Vec<&str> = listing.files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["a/one", "in"]);
        assert_eq!(listing.passed, [("out".to_owned(), "it leads out of the folder".to_owned())]);
        assert!(open(folder.path(), "out").is_err());
        assert!(open(folder.path(), "../secret").is_err());
        assert!(open(folder.path(), "/etc/hostname").is_err());
        assert_eq!(open(folder.path(), "in").unwrap().1, 1);
    }
}
