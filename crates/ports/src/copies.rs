//! Copies of whole folders, each file with the hash of what was copied: what backups are made of.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path};

use sha2::{Digest, Sha256};

/// How much is copied at a time.
const BLOCK: usize = 256 * 1024;
/// Deepest folder that is looked into.
const DEEPEST: usize = 16;

/// A file that was copied or looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its path below the folder, with `/` between folders.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content, as hexadecimal digits.
    pub sha256: String,
}

/// The files below a folder, by path, without those that `skip` names; links are not followed. None where there is no
/// such folder.
pub fn files(folder: &Path, skip: &dyn Fn(&str) -> bool) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        gather(folder, "", skip, 0, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn gather(
    folder: &Path,
    below: &str,
    skip: &dyn Fn(&str) -> bool,
    depth: usize,
    found: &mut Vec<String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if skip(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEEPEST {
            gather(&entry.path(), &path, skip, depth + 1, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Copies one file, down to the disk; folders above it are made. Blocks the thread.
pub fn copy(from: &Path, to: &Path) -> io::Result<(u64, String)> {
    if let Some(above) = to.parent() {
        fs::create_dir_all(above)?;
    }
    let mut out = File::options().write(true).create_new(true).open(to)?;
    let told = run_through(File::open(from)?, |part| out.write_all(part))?;
    out.sync_all()?;
    Ok(told)
}

/// The length and the hash of a file. Blocks the thread.
pub fn hash(file: &Path) -> io::Result<(u64, String)> {
    run_through(File::open(file)?, |_| Ok(()))
}

fn run_through(mut file: File, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(u64, String)> {
    let (mut digest, mut bytes, mut block) = (Sha256::new(), 0, vec![0; BLOCK]);
    loop {
        let count = match file.read(&mut block) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let part = block.get(..count).unwrap_or_default();
        digest.update(part);
        each(part)?;
        bytes += count as u64;
    }
    Ok((bytes, digest.finalize().iter().map(|b| format!("{b:02x}")).collect()))
}

/// Whether a path stays below the folder it is joined to.
pub fn stays_below(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_with_hashes() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c"), b"abc").unwrap();
        fs::write(folder.path().join("skip"), b"x").unwrap();
        assert_eq!(files(folder.path(), &|p| p == "skip").unwrap(), ["a/b/c"]);
        assert!(files(&folder.path().join("none"), &|_| false).unwrap().is_empty());
        let to = folder.path().join("to/c");
        let told = copy(&folder.path().join("a/b/c"), &to).unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(told, (3, abc.to_owned()));
        assert_eq!(hash(&to).unwrap(), told);
        assert!(copy(&folder.path().join("skip"), &to).is_err(), "never over another file");
    }

    #[test]
    fn no_path_leads_out() {
        assert!(stays_below("a/b.c") && stays_below("…"));
        for bad in ["", "/a", "../a", "a/../../b", "./a"] {
            assert!(!stays_below(bad), "{bad}");
        }
    }
}
