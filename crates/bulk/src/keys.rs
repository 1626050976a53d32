//! Keys of members, recordings and artists, numbered in their order: integers as numbers, strings by bytes.
//!
//! Small integers are their own numbers. What is long, or far apart, is listed once, sorted, and numbered by
//! its place.

use hashbrown::{HashMap, HashSet};

/// A key as a file has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An integer.
    Number(u64),
    /// A string, or other bytes.
    Text(Box<[u8]>),
}

/// Whether keys are integers or strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Integers.
    Numbers,
    /// Strings.
    Texts,
}

impl KeyKind {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            KeyKind::Numbers => "integers",
            KeyKind::Texts => "strings",
        }
    }
}

/// Keys and their numbers.
#[derive(Debug)]
pub enum Keys {
    /// Integers up to a largest one are their own numbers.
    Direct {
        /// The largest.
        largest: u64,
    },
    /// Integers by their place.
    Numbers {
        /// All, ascending.
        sorted: Vec<u64>,
        /// The place of each.
        places: HashMap<u64, u32>,
    },
    /// Strings by their place.
    Texts {
        /// All, ascending.
        sorted: Vec<Box<[u8]>>,
        /// The place of each.
        places: HashMap<Box<[u8]>, u32>,
    },
}

/// Keys met so far, before they are numbered.
#[derive(Debug, Default)]
pub struct Met {
    /// Integers.
    pub numbers: HashSet<u64>,
    /// Strings.
    pub texts: HashSet<Box<[u8]>>,
}

impl Met {
    /// Adds a key.
    pub fn insert(&mut self, key: &Key) {
        match key {
            Key::Number(number) => {
                self.numbers.insert(*number);
            }
            Key::Text(text) => {
                self.text(text);
            }
        }
    }

    /// Adds a string.
    pub fn text(&mut self, text: &[u8]) {
        if !self.texts.contains(text) {
            self.texts.insert(text.into());
        }
    }

    /// Adds all of others.
    pub fn join(&mut self, other: Met) {
        if self.numbers.is_empty() {
            self.numbers = other.numbers
        } else {
            self.numbers.extend(other.numbers)
        }
        if self.texts.is_empty() { self.texts = other.texts } else { self.texts.extend(other.texts) }
    }
}

impl Keys {
    /// Numbers what was met; `None` beyond 32 bits.
    pub fn numbered(kind: KeyKind, met: Met) -> Option<Keys> {
        let places = |count: usize| u32::try_from(count).ok().map(|count| 0..count);
        match kind {
            KeyKind::Numbers => {
                let mut sorted: Vec<u64> = met.numbers.into_iter().collect();
                sorted.sort_unstable();
                let places = sorted.iter().copied().zip(places(sorted.len())?).collect();
                Some(Keys::Numbers { sorted, places })
            }
            KeyKind::Texts => {
                let mut sorted: Vec<Box<[u8]>> = met.texts.into_iter().collect();
                sorted.sort_unstable();
                let places = sorted.iter().cloned().zip(places(sorted.len())?).collect();
                Some(Keys::Texts { sorted, places })
            }
        }
    }

    /// Every number is below this.
    pub fn count(&self) -> u64 {
        match self {
            Keys::Direct { largest } => largest.saturating_add(1),
            Keys::Numbers { sorted, .. } => sorted.len() as u64,
            Keys::Texts { sorted, .. } => sorted.len() as u64,
        }
    }

    /// The largest number; 0 where there is none.
    pub fn largest(&self) -> u64 {
        match self {
            Keys::Direct { largest } => *largest,
            _ => self.count().saturating_sub(1),
        }
    }

    /// The number of an integer key.
    #[inline]
    pub fn of_number(&self, key: u64) -> Option<u64> {
        match self {
            Keys::Direct { largest } => (key <= *largest).then_some(key),
            Keys::Numbers { places, .. } => places.get(&key).map(|place| u64::from(*place)),
            Keys::Texts { .. } => None,
        }
    }

    /// The number of a string key.
    #[inline]
    pub fn of_text(&self, key: &[u8]) -> Option<u64> {
        match self {
            Keys::Texts { places, .. } => places.get(key).map(|place| u64::from(*place)),
            _ => None,
        }
    }

    /// The number of a key written in a table: integers without a sign or leading zeros, or strings.
    pub fn of_written(&self, text: &str) -> Option<u64> {
        match self {
            Keys::Texts { .. } => self.of_text(text.as_bytes()),
            _ => self.of_number(text.parse().ok()?),
        }
    }

    /// The key of a number, as it is written.
    pub fn written(&self, number: u64) -> Vec<u8> {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        match self {
            Keys::Direct { .. } => number.to_string().into_bytes(),
            Keys::Numbers { sorted, .. } => {
                sorted.get(place).map(u64::to_string).unwrap_or_default().into_bytes()
            }
            Keys::Texts { sorted, .. } => sorted.get(place).map(|text| text.to_vec()).unwrap_or_default(),
        }
    }

    /// The same as text, for messages.
    pub fn shown(&self, number: u64) -> String {
        String::from_utf8_lossy(&self.written(number)).into_owned()
    }
}
