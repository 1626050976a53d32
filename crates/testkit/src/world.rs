//! A world whose clock stands still until it is moved, and whose chance can be repeated.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::chance::Chance;

/// A fixed world; begins on 21 September 2026.
pub struct FixedWorld {
    second: AtomicI64,
    chance: Mutex<Chance>,
}

impl FixedWorld {
    /// The world of a seed.
    pub fn of(seed: u64) -> FixedWorld {
        FixedWorld { second: AtomicI64::new(1_790_000_000), chance: Mutex::new(Chance::of(seed)) }
    }

    /// Lets days pass.
    pub fn pass_days(&self, days: i64) {
        self.second.fetch_add(days * 86_400, Relaxed);
    }

    /// Lets seconds pass.
    pub fn pass_seconds(&self, seconds: i64) {
        self.second.fetch_add(seconds, Relaxed);
    }

    /// The day it is, in UTC.
    pub fn today(&self) -> Date {
        app::World::now(self).to_zoned(TimeZone::UTC).date()
    }
}

impl app::World for FixedWorld {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.second.load(Relaxed)).unwrap()
    }

    fn bits(&self) -> u64 {
        self.chance.lock().unwrap().bits()
    }

    fn nonce(&self) -> [u8; 24] {
        let mut nonce = [0; 24];
        for part in nonce.chunks_mut(8) {
            part.copy_from_slice(&self.bits().to_le_bytes());
        }
        nonce
    }
}
