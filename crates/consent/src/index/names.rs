//! Ids as small numbers: all texts in one string, found by a table of places.

use std::hash::{BuildHasher, RandomState};

/// A set of texts, numbered as they came.
#[derive(Debug, Default)]
pub struct Names {
    text: String,
    ends: Vec<usize>,
    slots: Vec<u32>,
    hasher: Keyed,
}

/// The standard hasher with its key drawn by the standard library, so that nobody can choose ids that collide.
#[derive(Debug, Default)]
struct Keyed(RandomState);

impl Names {
    /// The number of a text, a new one where it was not there.
    pub fn add(&mut self, text: &str) -> u32 {
        if (self.ends.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        match self.slot(text) {
            Ok(found) => found,
            Err(slot) => {
                let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX - 1);
                self.text.push_str(text);
                self.ends.push(self.text.len());
                self.slots[slot] = number; // `slot` gives a place in the table
                number
            }
        }
    }

    /// The number of a text.
    pub fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.slot(text).ok() }
    }

    /// The text of a number; empty where there is none.
    pub fn get(&self, number: u32) -> &str {
        let at = number as usize;
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(self.text.len()) };
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    fn slot(&self, text: &str) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.0.hash_one(text) as usize & mask;
        loop {
            match self.slots[at] {
                u32::MAX => return Err(at),
                found if self.get(found) == text => return Ok(found),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        self.slots = vec![u32::MAX; size];
        for number in 0..self.ends.len() as u32 {
            let mut at = self.hasher.0.hash_one(self.get(number)) as usize & (size - 1);
            while self.slots[at] != u32::MAX {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_texts_as_they_come() {
        let mut names = Names::default();
        assert_eq!(names.find("a"), None);
        for n in 0..1000 {
            assert_eq!(names.add(&format!("id-{n}")), n);
        }
        assert_eq!((names.add("id-7"), names.find("id-999"), names.find("")), (7, Some(999), None));
        assert_eq!((names.get(0), names.get(31), names.get(5000)), ("id-0", "id-31", ""));
    }
}
