//! Identifiers and their numbers: the kernel works with numbers that are in the order of their keys.

use std::sync::OnceLock;

use datafusion::arrow::array::{Array, AsArray as _};
use datafusion::arrow::datatypes::{DataType, UInt64Type};

use crate::shard::{self, Shard};
use crate::wire::{Reader, Writer};

/// Identifiers in ascending order, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    names: Names,
    /// The number of each; its place where this is empty.
    numbers: Vec<u64>,
    lookup: OnceLock<Vec<u32>>,
}

/// What identifiers are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Names {
    /// Whole numbers that are their own numbers.
    #[default]
    Themselves,
    /// Whole numbers, ascending.
    Numbers(Vec<u64>),
    /// Strings, ascending by their bytes.
    Texts(Vec<Box<[u8]>>),
}

impl Keys {
    pub(crate) fn new(names: Names) -> Keys {
        Keys { names, ..Keys::default() }
    }

    /// Those of one shard, with the numbers they have among all.
    pub(crate) fn of_shard(&self, shard: Shard) -> Keys {
        let mine = |hash: u64| shard::shard_of(hash, shard.of()) == shard.index();
        let (mut kept, mut numbers) = (self.names.empty(), Vec::new());
        match (&self.names, &mut kept) {
            (Names::Numbers(all), Names::Numbers(some)) => {
                for (number, key) in (0..).zip(all).filter(|(_, key)| mine(shard::mix(**key))) {
                    some.push(*key);
                    numbers.push(number);
                }
            }
            (Names::Texts(all), Names::Texts(some)) => {
                for (number, key) in (0..).zip(all).filter(|(_, key)| mine(shard::of_text(key))) {
                    some.push(key.clone());
                    numbers.push(number);
                }
            }
            _ => {}
        }
        Keys { names: kept, numbers, lookup: OnceLock::new() }
    }

    /// The number of each identifier of a column.
    ///
    /// # Errors
    /// In words, where one is not among the keys: the input changed, or a row did on its way.
    pub(crate) fn numbers_of(&self, column: &dyn Array) -> Result<Vec<u64>, String> {
        if column.null_count() > 0 {
            return Err("a row without identifier came by".to_owned());
        }
        match column.data_type() {
            DataType::UInt64 => {
                column.as_primitive::<UInt64Type>().values().iter().map(|id| self.number(*id)).collect()
            }
            DataType::Binary => {
                column.as_binary::<i32>().iter().flatten().map(|id| self.number_of_text(id)).collect()
            }
            other => Err(format!("{other} is no identifier")),
        }
    }

    fn number(&self, key: u64) -> Result<u64, String> {
        let names = match &self.names {
            Names::Themselves => return Ok(key),
            Names::Numbers(names) => names,
            Names::Texts(_) => return Err("a number where a string was expected".to_owned()),
        };
        self.find(shard::mix(key), |place| names.get(place) == Some(&key))
            .ok_or_else(|| format!("`{key}` was not in the input when it was counted"))
    }

    fn number_of_text(&self, key: &[u8]) -> Result<u64, String> {
        let Names::Texts(names) = &self.names else {
            return Err("a string where a number was expected".to_owned());
        };
        self.find(shard::of_text(key), |place| names.get(place).is_some_and(|name| **name == *key))
            .ok_or_else(|| "an identifier was not in the input when it was counted".to_owned())
    }

    /// Looks along the table from the place that the hash says.
    fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<u64> {
        let table = self.lookup.get_or_init(|| self.table());
        let last = table.len().checked_sub(1)?;
        let mut slot = hash as usize & last;
        loop {
            let place = *table.get(slot)?;
            if place == EMPTY {
                return None;
            }
            if is_it(place as usize) {
                return Some(self.numbers.get(place as usize).copied().unwrap_or(u64::from(place)));
            }
            slot = (slot + 1) & last;
        }
    }

    /// Places by hash, at most half full.
    fn table(&self) -> Vec<u32> {
        let hashes: Vec<u64> = match &self.names {
            Names::Themselves => Vec::new(),
            Names::Numbers(names) => names.iter().map(|key| shard::mix(*key)).collect(),
            Names::Texts(names) => names.iter().map(|key| shard::of_text(key)).collect(),
        };
        let mut table = vec![EMPTY; (hashes.len() * 2).next_power_of_two().max(2)];
        let last = table.len() - 1;
        for (place, hash) in (0..EMPTY).zip(hashes) {
            let mut slot = hash as usize & last;
            while table[slot] != EMPTY {
                slot = (slot + 1) & last;
            }
            table[slot] = place;
        }
        table
    }

    /// Bytes that the keys and their table take.
    pub(crate) fn memory(&self) -> usize {
        let names = match &self.names {
            Names::Themselves => 0,
            Names::Numbers(names) => names.len() * 8,
            Names::Texts(names) => names.iter().map(|name| name.len() + size_of::<Box<[u8]>>()).sum(),
        };
        names + self.numbers.len() * 8 + self.names.len() * 16
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        match &self.names {
            Names::Themselves => writer.number(0_u8),
            Names::Numbers(names) => {
                writer.number(1_u8);
                writer.ascending(names);
            }
            Names::Texts(names) => {
                writer.number(2_u8);
                writer.size(names.len());
                names.iter().for_each(|name| writer.bytes(name));
            }
        }
        writer.ascending(&self.numbers);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Keys> {
        let names = match reader.number()? {
            0 => Names::Themselves,
            1 => Names::Numbers(reader.ascending()?),
            2 => Names::Texts(reader.list(|name| name.bytes().map(Box::from))?),
            _ => return None,
        };
        let numbers = reader.ascending()?;
        (numbers.is_empty() || numbers.len() == names.len()).then_some(Keys {
            names,
            numbers,
            lookup: OnceLock::new(),
        })
    }
}

/// A slot of the table without a place. So many keys cannot be: the kernel numbers recordings below it.
const EMPTY: u32 = u32::MAX;

impl From<&bulk::keys::Keys> for Names {
    fn from(keys: &bulk::keys::Keys) -> Names {
        match keys {
            bulk::keys::Keys::Direct { .. } => Names::Themselves,
            bulk::keys::Keys::Numbers { sorted, .. } => Names::Numbers(sorted.clone()),
            bulk::keys::Keys::Texts { sorted, .. } => Names::Texts(sorted.clone()),
        }
    }
}

impl Names {
    /// Which of so many shards each number falls to; `None` where a number is its own key and says it itself.
    pub(crate) fn shards(&self, of: u32) -> Option<Vec<u32>> {
        let shard = |hash: u64| shard::shard_of(hash, of);
        match self {
            Names::Themselves => None,
            Names::Numbers(names) => Some(names.iter().map(|key| shard(shard::mix(*key))).collect()),
            Names::Texts(names) => Some(names.iter().map(|key| shard(shard::of_text(key))).collect()),
        }
    }

    /// How many; zero where they are their own numbers.
    fn len(&self) -> usize {
        match self {
            Names::Themselves => 0,
            Names::Numbers(names) => names.len(),
            Names::Texts(names) => names.len(),
        }
    }

    fn empty(&self) -> Names {
        match self {
            Names::Themselves => Names::Themselves,
            Names::Numbers(_) => Names::Numbers(Vec::new()),
            Names::Texts(_) => Names::Texts(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, BinaryArray, UInt64Array};

    #[test]
    fn shards_know_the_numbers_that_all_have() {
        let texts: Vec<Box<[u8]>> = (0..500).map(|n| format!("member-{n:04}").into_bytes().into()).collect();
        let numbers: Vec<u64> = (0..500).map(|n| n * 977).collect();
        let columns: [(Names, ArrayRef); 2] = [
            (Names::Texts(texts.clone()), Arc::new(BinaryArray::from_iter_values(texts))),
            (Names::Numbers(numbers.clone()), Arc::new(UInt64Array::from(numbers))),
        ];
        for (names, column) in columns {
            let all = Keys::new(names);
            assert_eq!(all.numbers_of(&column).unwrap(), (0..500).collect::<Vec<u64>>());
            let mut seen = Vec::new();
            for shard in Shard::all(3) {
                let mut writer = Writer::default();
                all.of_shard(shard).write(&mut writer);
                let bytes = writer.into_bytes();
                let some = Keys::read(&mut Reader::new(&bytes)).unwrap();
                let mine =
                    datafusion::arrow::compute::filter(&column, &shard.holds(&column).unwrap()).unwrap();
                assert!(some.numbers_of(&column).is_err(), "others are not known");
                seen.extend(some.numbers_of(&mine).unwrap());
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..500).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn numbers_may_be_their_own() {
        let keys = Keys::new(Names::Themselves);
        assert_eq!(keys.numbers_of(&UInt64Array::from(vec![7, u64::MAX])), Ok(vec![7, u64::MAX]));
    }
}
