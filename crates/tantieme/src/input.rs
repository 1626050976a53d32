//! Reading what the command line names: files, standard input, values.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use app::{Failure, Refusal};

/// The largest file that is read whole: set lists and bank messages are far smaller.
const WHOLE_AT_MOST: u64 = 512 * 1024 * 1024;

/// A refusal as a failure.
pub fn refuse(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::Refused(Refusal::new(code, message, hint))
}

/// What a file name shows to a person: the last part of the path.
pub fn document_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// The bytes of a file, or of standard input for `-`.
pub fn read_whole(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(WHOLE_AT_MOST)
            .read_to_end(&mut bytes)
            .map_err(|e| cannot_read(path, &e))?;
        return Ok(bytes);
    }
    let file = File::open(path).map_err(|e| cannot_read(path, &e))?;
    let size = file.metadata().map_err(|e| cannot_read(path, &e))?.len();
    let limit = if size > WHOLE_AT_MOST { 1024 * 1024 } else { WHOLE_AT_MOST };
    // Of a file beyond all reason only the head is read: enough to say what it is.
    file.take(limit).read_to_end(&mut bytes).map_err(|e| cannot_read(path, &e))?;
    Ok(bytes)
}

/// A file as a buffered reader, or standard input for `-`.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(path).map_err(|e| cannot_read(path, &e))?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Err(refuse("file", format!("`{}` is a folder", path.display()), "name the file in it"));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
}

/// Writes bytes to a file in one step (a half-written file is never seen), or to standard output for `-`.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path == Path::new("-") {
        return std::io::stdout().lock().write_all(bytes).map_err(|e| cannot_write(path, &e));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes)
        .and_then(|()| std::fs::rename(&part, path))
        .map_err(|e| cannot_write(path, &e))
}

/// A file that cannot be read.
pub fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    refuse("file", format!("`{}` cannot be read: {error}", path.display()), "check the name and the rights")
}

/// A file that cannot be written.
pub fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    refuse(
        "file",
        format!("`{}` cannot be written: {error}", path.display()),
        "check the folder, the rights and the space",
    )
}

/// Reads a value that has a text form, with its own message where it is wrong.
pub fn parse<T: std::str::FromStr>(code: &'static str, text: &str) -> Result<T, Failure>
where
    T::Err: std::fmt::Display,
{
    let hint = if code == "share" { "write a part of the whole, such as `5 %` or `1/20`" } else { "" };
    text.parse().map_err(|e: T::Err| refuse(code, e.to_string(), hint))
}
