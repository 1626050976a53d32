//! What a visit has handed in and not yet finished: kept in memory for a while, within bounds.
//!
//! A set list whose set has to be chosen is not asked for twice. Nothing here survives a restart; whoever comes later
//! is asked to choose the file again. Where several processes answer, the database holds uploads too, encrypted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use music::Problem;

use crate::pages::set_list::Sheet;

/// How long something waits.
const KEPT: Duration = Duration::from_secs(30 * 60);
/// Most bytes of all files that wait together.
const BYTES: usize = 160 * 1024 * 1024;
/// Most things that wait.
const THINGS: usize = 200;
/// Most problems kept of one file.
const PROBLEMS: usize = 50;

/// A file with the form it came with.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Upload {
    /// The form as it was filled in.
    pub(crate) sheet: Sheet,
    /// The file's name.
    pub(crate) document: String,
    /// Its bytes.
    #[serde(with = "as_text")]
    pub(crate) bytes: Arc<[u8]>,
}

/// Bytes as Base64.
mod as_text {
    use std::sync::Arc;

    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Arc<[u8]>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<[u8]>, D::Error> {
        let text = String::deserialize(from)?;
        BASE64_STANDARD.decode(text).map(Into::into).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug)]
enum Thing {
    Upload(Upload),
    Problems(Vec<Problem>),
}

impl Thing {
    fn bytes(&self) -> usize {
        match self {
            Thing::Upload(upload) => upload.bytes.len(),
            Thing::Problems(_) => 0,
        }
    }
}

#[derive(Debug)]
struct Kept {
    /// Whose: the visit's name and a random key, or a set list's id.
    key: String,
    since: Instant,
    thing: Thing,
}

/// The things that wait, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Stash(Mutex<VecDeque<Kept>>);

impl Stash {
    /// Keeps an upload under a key.
    pub(crate) fn keep_upload(&self, key: &str, upload: Upload) {
        self.keep(key, Thing::Upload(upload));
    }

    /// The upload under a key, if it still waits.
    pub(crate) fn upload(&self, key: &str) -> Option<Upload> {
        let mut all = self.0.lock().ok()?;
        all.retain(|k| k.since.elapsed() < KEPT);
        all.iter().find_map(|k| match &k.thing {
            Thing::Upload(upload) if k.key == key => Some(upload.clone()),
            _ => None,
        })
    }

    /// Forgets what is kept under a key.
    pub(crate) fn forget(&self, key: &str) {
        if let Ok(mut all) = self.0.lock() {
            all.retain(|k| k.key != key);
        }
    }

    /// Keeps what was wrong with a file, to be shown beside its list.
    pub(crate) fn keep_problems(&self, key: &str, mut problems: Vec<Problem>) {
        problems.truncate(PROBLEMS);
        if !problems.is_empty() {
            self.keep(key, Thing::Problems(problems));
        }
    }

    /// What was wrong with the file of a list, while it is remembered.
    pub(crate) fn problems(&self, key: &str) -> Vec<Problem> {
        let Ok(all) = self.0.lock() else { return Vec::new() };
        let found = all.iter().find_map(|k| match &k.thing {
            Thing::Problems(problems) if k.key == key => Some(problems.clone()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    fn keep(&self, key: &str, thing: Thing) {
        let Ok(mut all) = self.0.lock() else { return };
        all.retain(|k| k.key != key && k.since.elapsed() < KEPT);
        let mut bytes = thing.bytes() + all.iter().map(|k| k.thing.bytes()).sum::<usize>();
        while bytes > BYTES || all.len() >= THINGS {
            let Some(oldest) = all.pop_front() else { break };
            bytes -= oldest.thing.bytes();
        }
        all.push_back(Kept { key: key.to_owned(), since: Instant::now(), thing });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(size: usize) -> Upload {
        Upload { sheet: Sheet::default(), document: String::new(), bytes: vec![0; size].into() }
    }

    #[test]
    fn the_oldest_goes_first_when_room_is_short() {
        let stash = Stash::default();
        for (key, size) in [("a", BYTES / 2), ("b", BYTES / 3), ("c", BYTES / 2)] {
            stash.keep_upload(key, upload(size));
        }
        assert!(stash.upload("a").is_none() && stash.upload("b").is_some() && stash.upload("c").is_some());
        for n in 0..THINGS + 5 {
            stash.keep_upload(&n.to_string(), upload(0));
        }
        assert!(stash.upload("c").is_none() && stash.upload("9").is_some());
        stash.forget("9");
        assert!(stash.upload("9").is_none());
    }
}
