//! What a worker keeps of a shard between the passes, so that its rows are read and moved once.
//!
//! Keeping is a convenience: what is not there is read again, with the same result. It takes at most a
//! part of the worker's memory, a new run takes the place of older ones, and entries end with time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};

use crate::answer::Place;
use crate::shard::Shard;
use crate::work::Held;

/// What nobody asked for in this time is forgotten: plays are private.
const REST: Duration = Duration::from_secs(120);

/// Which rows: of which run and attempt, which shard, which partition of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// Drawn anew for every run, and again where what is kept is in doubt.
    pub(crate) run: u128,
    pub(crate) shard: Shard,
    pub(crate) place: Place,
}

/// Rows by their name.
#[derive(Debug)]
pub(crate) struct Cache {
    most: usize,
    entries: Mutex<HashMap<Name, Entry>>,
}

#[derive(Debug)]
struct Entry {
    rows: Arc<Held>,
    used: Instant,
    _room: MemoryReservation,
}

impl Cache {
    /// Keeps at most so many bytes.
    pub(crate) fn new(most: usize) -> Cache {
        Cache { most, entries: Mutex::default() }
    }

    /// The rows, where they are kept.
    pub(crate) fn get(&self, name: &Name) -> Option<Arc<Held>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get_mut(name)?;
        entry.used = Instant::now();
        Some(Arc::clone(&entry.rows))
    }

    /// Keeps rows where there is room for them, beside those of the same run.
    pub(crate) fn put(&self, name: Name, rows: Arc<Held>, pool: &Arc<dyn MemoryPool>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|other, _| other.run == name.run);
        let held: usize = entries.values().map(|entry| entry.rows.bytes()).sum();
        let room = MemoryConsumer::new("kept rows").register(pool);
        if held + rows.bytes() <= self.most && room.try_grow(rows.bytes()).is_ok() {
            entries.insert(name, Entry { rows, used: Instant::now(), _room: room });
        }
    }

    /// Forgets everything; whether there was anything.
    pub(crate) fn clear(&self) -> bool {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let any = !entries.is_empty();
        entries.clear();
        any
    }

    /// Forgets what nobody asked for in a while; called from time to time.
    pub(crate) fn tidy(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| entry.used.elapsed() < REST);
    }
}
