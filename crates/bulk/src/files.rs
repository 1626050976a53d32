//! Files by pattern, and their hashes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::Failure;

/// What a file is, whatever its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// The files that patterns name, each once, in the order of their paths. A folder stands for the `.parquet`
/// files in it.
///
/// # Errors
/// A problem where a pattern cannot be read or matches nothing.
pub fn expand(patterns: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for pattern in patterns {
        let found = matching(pattern)?;
        if found.is_empty() {
            let hint = "check the folder and the ending; put the pattern in quotes so that the shell leaves it alone";
            let message = format!("`{pattern}` matches no file");
            return Err(Failure::problem("plays-none", "", 0, message, hint));
        }
        files.extend(found);
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn matching(pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    // A name that is there is meant as it stands, even with brackets in it.
    let literal = Path::new(pattern);
    if literal.is_file() {
        return Ok(vec![literal.to_owned()]);
    }
    let pattern = if literal.is_dir() {
        format!("{}/*.parquet", glob::Pattern::escape(pattern.trim_end_matches('/')))
    } else {
        pattern.to_owned()
    };
    let paths = glob::glob(&pattern).map_err(|error| {
        let message = format!("`{pattern}` is no pattern of file names: {error}");
        Failure::problem("plays-none", "", 0, message, "write `*` for any name, as in `plays/*.parquet`")
    })?;
    Ok(paths.filter_map(Result::ok).filter(|path| path.is_file()).collect())
}

/// What a file shows to a person: the last part of its path.
pub(crate) fn document(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The hash of a file.
pub(crate) fn digest(path: &Path) -> Result<Digest, Failure> {
    let unreadable = |error: std::io::Error| cannot_read(path, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok(Digest { sha256: hex(&hash.finalize()), bytes })
}

/// SHA-256 of bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    let message = format!("`{}` cannot be read: {error}", path.display());
    Failure::problem("file", "", 0, message, "check the name and the rights")
}
