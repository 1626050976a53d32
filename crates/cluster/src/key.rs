//! The secret that coordinator and workers share: who does not know it gets no answer.
//!
//! Plays tell what people listen to, so a worker answers nobody it does not know. The key is a text,
//! given by a file or an environment variable; on one machine, where nothing is given, coordinator and
//! workers of the same user share a file that the first of them makes.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::refusal::Refusal;

/// The environment variable that holds the key itself.
pub const KEY_VARIABLE: &str = "TANTIEME_CLUSTER_KEY";

/// Fewest characters of a key: 16 random ones of base 64 are 96 bits.
const SHORTEST: usize = 16;

/// A secret that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes a key from its text; surrounding white space is not part of it.
    ///
    /// # Errors
    /// [`Refusal::Key`] where it is shorter than 16 characters or holds anything but printable ASCII.
    pub fn parse(text: &str) -> Result<Key, Refusal> {
        let text = text.trim();
        if text.len() < SHORTEST || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refusal::Key(format!(
                "the key of the cluster needs at least {SHORTEST} printable characters without spaces"
            )));
        }
        Ok(Key(text.to_owned()))
    }

    /// Reads a key from the first line of a file.
    ///
    /// # Errors
    /// [`Refusal::Key`] where the file cannot be read or its text is no key.
    pub fn read(path: &Path) -> Result<Key, Refusal> {
        let text = std::fs::read_to_string(path).map_err(|why| {
            Refusal::Key(format!("the key file `{}` cannot be read: {why}", path.display()))
        })?;
        Key::parse(text.lines().next().unwrap_or_default())
    }

    /// Whether a request's `authorization` header proves that the key is known; takes the same time
    /// wherever the texts differ.
    pub(crate) fn is_proved_by(&self, header: Option<&[u8]>) -> bool {
        let said = Sha256::digest(header.unwrap_or_default());
        let due = Sha256::digest(self.header().as_bytes());
        said.iter().zip(due.iter()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }

    /// The value of the `authorization` header.
    pub(crate) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Where a key may come from, in the order of precedence.
#[derive(Debug, Clone, Default)]
pub struct KeySource {
    /// A file named on the command line.
    pub file: Option<PathBuf>,
    /// What the variable [`KEY_VARIABLE`] holds.
    pub variable: Option<String>,
    /// The folder of this user's settings, where a key for this machine alone may be made.
    pub settings: Option<PathBuf>,
}

impl KeySource {
    /// What this process was given: a file, the environment, the user's settings.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>) -> KeySource {
        let folder = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        KeySource {
            file,
            variable: std::env::var(KEY_VARIABLE).ok(),
            settings: folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config"))),
        }
    }

    /// The key, and where none is given and `here_only`, the one that this user's processes share on this
    /// machine, made on first use.
    ///
    /// # Errors
    /// [`Refusal::Key`] where there is none, or what there is cannot be used.
    pub fn find(&self, here_only: bool) -> Result<Key, Refusal> {
        match (&self.file, &self.variable, &self.settings) {
            (Some(file), _, _) => Key::read(file),
            (None, Some(text), _) => Key::parse(text),
            (None, None, Some(settings)) if here_only => shared_by_user(&settings.join("tantieme")),
            _ => Err(Refusal::Key(format!(
                "no key for the cluster: give every machine the same with `--cluster-key FILE` or {KEY_VARIABLE}"
            ))),
        }
    }
}

/// The key in the user's folder of settings, made where it is missing.
fn shared_by_user(folder: &Path) -> Result<Key, Refusal> {
    let path = folder.join("cluster.key");
    if !path.exists() {
        make(folder, &path)
            .map_err(|why| Refusal::Key(format!("no key could be made at `{}`: {why}", path.display())))?;
    }
    Key::read(&path)
}

/// This many random bytes as hexadecimal text.
fn random(bytes: usize) -> std::io::Result<String> {
    let mut bits = vec![0_u8; bytes];
    getrandom::fill(&mut bits).map_err(std::io::Error::other)?;
    Ok(bits.iter().map(|b| format!("{b:02x}")).collect())
}

/// Writes a new key beside its place, under a name of its own, and links it there: whoever comes second, a
/// thread of this process or another, finds a whole one.
fn make(folder: &Path, path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".cluster.key.{}", random(8)?));
    let written = write_private(&draft, &random(24)?).and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    std::fs::remove_file(&draft).ok();
    written
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_proved_only_by_itself() {
        let key = Key::parse("  sixteen-letters-and-more\n").unwrap();
        assert!(key.is_proved_by(Some(b"Bearer sixteen-letters-and-more")));
        for wrong in
            [None, Some(&b"Bearer sixteen-letters-and-mor"[..]), Some(b""), Some(b"sixteen-letters-and-more")]
        {
            assert!(!key.is_proved_by(wrong), "{wrong:?}");
        }
        assert_eq!(format!("{key:?}"), "Key(…)");
    }

    #[test]
    fn short_and_odd_keys_are_refused() {
        for text in ["", "short", "with spaces in the middle", "ümläute-are-no-header-value"] {
            assert!(matches!(Key::parse(text), Err(Refusal::Key(_))), "{text}");
        }
    }

    #[test]
    fn one_user_shares_one_key_on_one_machine_and_only_there() {
        // Many times: what goes wrong between threads goes wrong now and then.
        for _ in 0..50 {
            let room = tempfile::tempdir().unwrap();
            let source = KeySource { settings: Some(room.path().to_owned()), ..KeySource::default() };
            let together = std::sync::Barrier::new(8);
            let keys: Vec<Key> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|_| {
                        scope.spawn(|| {
                            together.wait();
                            source.find(true).unwrap()
                        })
                    })
                    .collect();
                threads.into_iter().map(|t| t.join().unwrap()).collect()
            });
            assert!(keys.iter().all(|k| *k == keys[0]));
            assert!(source.find(false).is_err(), "a key made here is unknown elsewhere");
            assert_eq!(std::fs::read_dir(room.path().join("tantieme")).unwrap().count(), 1);
        }
    }
}
