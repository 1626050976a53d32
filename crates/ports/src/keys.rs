//! The key folder: one file per key, readable by nobody but its owner, apart from data and backups.
//!
//! | file | key | when it is replaced |
//! |---|---|---|
//! | `fields.key` | encrypts bank details, evidence and mail addresses | never alone: read everything with the old one and write it with the new one |
//! | `log.key` | signs the public log, statements and proofs | `tantieme log rotate-key`: both keys sign an entry that says so; keep the old public half for what it signed |
//! | `commitments.key` | salts what public manifests commit to | never: what it salted could not be opened any more |
//!
//! A file holds 64 hexadecimal digits and a line break. Back the folder up on paper or in a safe, never
//! beside the data: whoever has both can read everything.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The names of the keys, which are the names of their files without `.key`.
pub const NAMES: [&str; 3] = ["fields", "log", "commitments"];

/// The keys of a house; shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// Encrypts personal fields.
    pub fields: [u8; 32],
    /// Seed of the Ed25519 key that signs.
    pub log: [u8; 32],
    /// Salts commitments.
    pub commitments: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadKeys {
    /// Somebody else may read a key.
    #[error(
        "the key `{0}` can be read by others than its owner\n  hint: `chmod 600 {0}`; if it lay open for long, replace it"
    )]
    Open(PathBuf),
    /// The folder may be entered by others, who could put keys of theirs there.
    #[error("others than its owner may write into the key folder `{0}`\n  hint: `chmod 700 {0}`")]
    OpenFolder(PathBuf),
    /// Some keys are there and others are not.
    #[error(
        "the key `{missing}` is missing and others are there\n  hint: restore it from the backup of the keys; a new one would not read the old data. If nothing was stored yet, delete the other keys"
    )]
    Missing {
        /// The file that is missing.
        missing: PathBuf,
    },
    /// There is no key at all.
    #[error(
        "the key folder `{0}` holds no keys\n  hint: name the right one with `--keys`, or restore it from its backup"
    )]
    None(PathBuf),
    /// The file is not a key.
    #[error(
        "`{0}` is not a key: it should hold 64 hexadecimal digits\n  hint: restore it from the backup of the keys"
    )]
    Shape(PathBuf),
    /// The file system failed.
    #[error("the key file `{file}` failed: {cause}")]
    Io {
        /// Which file.
        file: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// Reads the keys that are there; makes none.
///
/// # Errors
/// In this order: no key at all, the folder or a key open to others, a key missing, a file that is no key.
pub fn load(folder: &Path) -> Result<Keys, BadKeys> {
    let files = NAMES.map(|name| folder.join(format!("{name}.key")));
    if !files.iter().any(|f| f.exists()) {
        return Err(BadKeys::None(folder.to_owned()));
    }
    if open_to_others(folder, 0o022)? {
        return Err(BadKeys::OpenFolder(folder.to_owned()));
    }
    let [fields, log, commitments] = files;
    Ok(Keys { fields: read(&fields)?, log: read(&log)?, commitments: read(&commitments)? })
}

/// Reads the keys, or makes them where the folder holds none. `fresh` gives random bytes; see
/// [`crate::world::bytes`]. Only call it for a house without data: new keys do not read old data.
///
/// # Errors
/// As [`load`], and where the folder cannot be written.
pub fn load_or_create(folder: &Path, mut fresh: impl FnMut() -> [u8; 32]) -> Result<Keys, BadKeys> {
    match load(folder) {
        Err(BadKeys::None(_)) => {}
        other => return other,
    }
    make_folder(folder)?;
    for name in NAMES {
        write(&folder.join(format!("{name}.key")), fresh())?;
    }
    load(folder)
}

/// The log's next key: made where a change of keys was not begun yet, read where it was.
///
/// # Errors
/// As [`load`].
pub fn next_log_key(folder: &Path, mut fresh: impl FnMut() -> [u8; 32]) -> Result<[u8; 32], BadKeys> {
    let file = folder.join("log.next.key");
    if !file.exists() {
        write(&file, fresh())?;
    }
    read(&file)
}

/// Makes the next key the log's key, once the log says so; the old one is kept as `log.retired-N.key`.
///
/// # Errors
/// Where the folder cannot be written; asked again it finishes what was begun.
pub fn promote_log_key(folder: &Path, number: u32) -> Result<(), BadKeys> {
    let (next, now) = (folder.join("log.next.key"), folder.join("log.key"));
    let io = |file: &Path, cause| BadKeys::Io { file: file.to_owned(), cause };
    let retired = folder.join(format!("log.retired-{number}.key"));
    if !retired.exists() {
        fs::hard_link(&now, &retired).map_err(|e| io(&retired, e))?;
    }
    // One step: there is a whole `log.key` at every moment.
    fs::rename(&next, &now).map_err(|e| io(&now, e))
}

pub(crate) fn read(file: &Path) -> Result<[u8; 32], BadKeys> {
    if !file.exists() {
        return Err(BadKeys::Missing { missing: file.to_owned() });
    }
    if open_to_others(file, 0o077)? {
        return Err(BadKeys::Open(file.to_owned()));
    }
    let text = fs::read(file).map_err(|cause| BadKeys::Io { file: file.to_owned(), cause })?;
    let shape = || BadKeys::Shape(file.to_owned());
    let digits = text.trim_ascii();
    if digits.len() != 64 {
        return Err(shape());
    }
    let digit = |c: u8| char::from(c).to_digit(16).ok_or_else(shape);
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (digit(pair[0])?, digit(pair[1])?); // chunks_exact gives pairs
        *byte = u8::try_from(high * 16 + low).map_err(|_| shape())?;
    }
    Ok(key)
}

/// How many drafts this process has written: two who are first at once each write one of their own.
static DRAFTS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Writes a key whole or not at all, and never over another one.
pub(crate) fn write(file: &Path, key: [u8; 32]) -> Result<(), BadKeys> {
    let text: String = key.iter().map(|b| format!("{b:02x}")).chain(["\n".to_owned()]).collect();
    let number = DRAFTS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let draft = file.with_extension(format!("key.{}.{number}", std::process::id()));
    let done = write_private(&draft, text.as_bytes()).and_then(|()| match fs::hard_link(&draft, file) {
        // Somebody else was quicker: theirs counts.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let gone = fs::remove_file(&draft);
    done.and(gone).map_err(|cause| BadKeys::Io { file: file.to_owned(), cause })
}

/// Writes a new file that only its owner may read, down to the disk.
pub fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file)?;
    out.write_all(bytes)?;
    out.sync_all()
}

pub(crate) fn make_folder(folder: &Path) -> Result<(), BadKeys> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|cause| BadKeys::Io { file: folder.to_owned(), cause })
}

#[cfg(unix)]
fn open_to_others(path: &Path, bits: u32) -> Result<bool, BadKeys> {
    use std::os::unix::fs::PermissionsExt;
    let meta = fs::metadata(path).map_err(|cause| BadKeys::Io { file: path.to_owned(), cause })?;
    Ok(meta.permissions().mode() & bits != 0)
}

#[cfg(not(unix))]
fn open_to_others(_path: &Path, _bits: u32) -> Result<bool, BadKeys> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting() -> impl FnMut() -> [u8; 32] {
        let mut next = 0;
        move || {
            next += 1;
            [next; 32]
        }
    }

    #[test]
    fn keys_are_made_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        assert!(matches!(load(&keys), Err(BadKeys::None(_))));
        let made = load_or_create(&keys, counting()).unwrap();
        assert_eq!((made.fields, made.log, made.commitments), ([1; 32], [2; 32], [3; 32]));
        assert_eq!(load_or_create(&keys, || [9; 32]).unwrap(), made);
        assert_eq!(load(&keys).unwrap(), made);
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 3, "no draft stays");
        assert_eq!(format!("{made:?}"), "Keys(…)");
    }

    #[cfg(unix)]
    #[test]
    fn keys_that_lie_open_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        load_or_create(folder.path(), counting()).unwrap();
        let log = folder.path().join("log.key");
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&log, fs::Permissions::from_mode(mode)).unwrap();
            let message = load(folder.path()).unwrap_err().to_string();
            assert!(message.contains("chmod 600"), "{message}");
        }
        fs::set_permissions(&log, fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(load(folder.path()), Err(BadKeys::OpenFolder(_))));
    }

    #[test]
    fn a_lost_or_broken_key_is_never_replaced_quietly() {
        let folder = tempfile::tempdir().unwrap();
        load_or_create(folder.path(), counting()).unwrap();
        let log = folder.path().join("log.key");
        for text in ["", "ab", &"g".repeat(64), &"0".repeat(63)] {
            fs::write(&log, text).unwrap();
            assert!(matches!(load_or_create(folder.path(), || [9; 32]), Err(BadKeys::Shape(_))), "{text}");
        }
        fs::remove_file(&log).unwrap();
        assert!(matches!(load_or_create(folder.path(), || [9; 32]), Err(BadKeys::Missing { .. })));
    }
}
