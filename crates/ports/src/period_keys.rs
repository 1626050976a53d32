//! Keys of listening: one for each institution and period, in the folder `usage` of the key folder.
//!
//! A member's name in a period is an HMAC under its key over the member's random id. Whoever has the plays and not
//! the key learns nobody's name; once the key is destroyed nobody can, and the same member in two periods is two.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::keys::{self, BadKeys};

/// Where the keys of periods lie.
#[derive(Debug, Clone)]
pub struct PeriodKeys {
    folder: PathBuf,
    known: Arc<Mutex<HashMap<String, PeriodKey>>>,
}

/// The key of one period; shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct PeriodKey([u8; 32]);

impl std::fmt::Debug for PeriodKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeriodKey(…)")
    }
}

impl PeriodKey {
    /// The name of something under this key: 24 hexadecimal digits after a prefix. Parts are told apart.
    pub fn name(&self, prefix: &str, parts: &[&str]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return prefix.to_owned(); // an HMAC takes keys of any length
        };
        for part in [prefix].iter().chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let tag = mac.finalize().into_bytes();
        let digits: String = tag.iter().take(12).map(|b| format!("{b:02x}")).collect();
        format!("{prefix}-{digits}")
    }
}

impl PeriodKeys {
    /// Those in a key folder.
    pub fn at(keys: &Path) -> PeriodKeys {
        PeriodKeys { folder: keys.join("usage"), known: Arc::default() }
    }

    /// The key of a period, made from `fresh` where there is none yet.
    ///
    /// # Errors
    /// Where the folder or the key is open to others, is no key, or cannot be written.
    pub fn load_or_create(
        &self,
        period: &str,
        fresh: impl FnOnce() -> [u8; 32],
    ) -> Result<PeriodKey, BadKeys> {
        if let Some(key) = self.existing(period)? {
            return Ok(key);
        }
        keys::make_folder(&self.folder)?;
        keys::write(&self.file(period), fresh())?;
        self.existing(period)?.ok_or_else(|| BadKeys::Missing { missing: self.file(period) })
    }

    /// The key of a period; `None` where there is none, or none any more.
    ///
    /// # Errors
    /// As [`PeriodKeys::load_or_create`].
    pub fn existing(&self, period: &str) -> Result<Option<PeriodKey>, BadKeys> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file(period);
        if !file.exists() {
            known.remove(period);
            return Ok(None);
        }
        if let Some(key) = known.get(period) {
            return Ok(Some(key.clone()));
        }
        let key = PeriodKey(keys::read(&file)?);
        known.insert(period.to_owned(), key.clone());
        Ok(Some(key))
    }

    /// Destroys the key of a period: its file is overwritten, then removed. Tells whether there was one.
    ///
    /// # Errors
    /// Where the file system fails.
    pub fn destroy(&self, period: &str) -> Result<bool, BadKeys> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(period);
        let file = self.file(period);
        if !file.exists() {
            return Ok(false);
        }
        let gone = fs::OpenOptions::new().write(true).open(&file).and_then(|mut out| {
            out.write_all(&[b'0'; 65])?;
            out.sync_all()
        });
        gone.and_then(|()| fs::remove_file(&file)).map_err(|cause| BadKeys::Io { file, cause })?;
        Ok(true)
    }

    fn file(&self, period: &str) -> PathBuf {
        // Ids of periods are of our own making; whatever else came could not leave the folder.
        let name: String = period.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        self.folder.join(format!("{name}.key"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first two plays of a period may come at the same moment.
    #[test]
    fn whoever_is_first_at_once_gets_one_key() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let keys = PeriodKeys::at(folder.path());
            let made: Vec<_> = std::thread::scope(|all| {
                let one = |n: u8| {
                    let keys = keys.clone();
                    all.spawn(move || keys.load_or_create("upd-1", || [n; 32]).map_err(|e| e.to_string()))
                };
                let threads: Vec<_> = (0..4).map(one).collect();
                threads.into_iter().map(|t| t.join().unwrap()).collect()
            });
            assert!(made.iter().all(|k| k.is_ok() && *k == made[0]), "{made:?}");
        }
    }

    #[test]
    fn a_key_is_made_once_and_destroyed_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let keys = PeriodKeys::at(folder.path());
        assert!(keys.existing("upd-1").unwrap().is_none());
        let key = keys.load_or_create("upd-1", || [7; 32]).unwrap();
        assert_eq!(keys.load_or_create("upd-1", || [8; 32]).unwrap(), key);
        assert_eq!(PeriodKeys::at(folder.path()).existing("upd-1").unwrap(), Some(key.clone()));
        let name = key.name("usg", &["inst", "member"]);
        assert_eq!((name.len(), &name[..4]), (28, "usg-"));
        assert_ne!(name, key.name("usg", &["instm", "ember"]));
        assert_ne!(name, PeriodKey([8; 32]).name("usg", &["inst", "member"]));
        assert_eq!(format!("{key:?}"), "PeriodKey(…)");
        assert!(keys.destroy("upd-1").unwrap());
        assert!(!keys.destroy("upd-1").unwrap());
        assert!(keys.existing("upd-1").unwrap().is_none());
        assert!(keys.existing("../../etc/passwd").unwrap().is_none());
    }
}
