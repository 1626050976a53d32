//! Entries and bundles of them: each entry behind its length in two bytes, big end first.

use super::tile::{BadTile, TILE_WIDTH};
use crate::Hash;
use crate::merkle::leaf_hash;

/// How long an entry may be, in bytes: what two bytes can say.
pub const ENTRY_MOST: usize = u16::MAX as usize;

/// One entry of a log: at most [`ENTRY_MOST`] bytes, none being allowed too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry(Vec<u8>);

/// The entry is too long for a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the entry has {0} bytes; a log takes at most {ENTRY_MOST} bytes, so log a hash of it instead")]
pub struct BadEntry(pub usize);

impl Entry {
    /// An entry of these bytes.
    ///
    /// # Errors
    /// [`BadEntry`] where there are more than 65,535.
    pub fn new(bytes: Vec<u8>) -> Result<Entry, BadEntry> {
        if bytes.len() > ENTRY_MOST { Err(BadEntry(bytes.len())) } else { Ok(Entry(bytes)) }
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its leaf hash in the tree.
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.0)
    }
}

/// Writes entries behind a bundle's bytes.
pub fn write_bundle<'a>(entries: impl IntoIterator<Item = &'a Entry>, onto: &mut Vec<u8>) {
    for entry in entries {
        // An entry is never longer than two bytes can say.
        let length = u16::try_from(entry.0.len()).unwrap_or(u16::MAX);
        onto.extend_from_slice(&length.to_be_bytes());
        onto.extend_from_slice(&entry.0);
    }
}

/// The first `width` entries of a bundle; a full bundle may be read for a partial one.
///
/// # Errors
/// [`BadTile::Torn`] where the bytes end within an entry, [`BadTile::Entries`] where there are fewer, or where a
/// bundle has more than 256.
pub fn read_bundle(bytes: &[u8], width: u16) -> Result<Vec<Entry>, BadTile> {
    let (mut rest, mut entries) = (bytes, Vec::new());
    while !rest.is_empty() {
        if entries.len() == usize::from(TILE_WIDTH) {
            return Err(BadTile::Entries { found: entries.len() + 1, wanted: width });
        }
        let torn = || BadTile::Torn(entries.len() + 1);
        let (length, tail) = rest.split_first_chunk::<2>().ok_or_else(torn)?;
        let (entry, tail) =
            tail.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or_else(torn)?;
        entries.push(Entry(entry.to_vec()));
        rest = tail;
    }
    if entries.len() < usize::from(width) {
        return Err(BadTile::Entries { found: entries.len(), wanted: width });
    }
    entries.truncate(usize::from(width));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_longest_entry_passes_and_one_byte_more_does_not() {
        let longest = Entry::new(vec![7; 65_535]).unwrap();
        assert_eq!(Entry::new(vec![7; 65_536]), Err(BadEntry(65_536)));
        let mut bytes = Vec::new();
        write_bundle([&longest, &Entry::new(Vec::new()).unwrap()], &mut bytes);
        assert_eq!(bytes.len(), 2 + 65_535 + 2);
        assert_eq!(read_bundle(&bytes, 2).unwrap()[0], longest);
        assert_eq!(read_bundle(&bytes[..bytes.len() - 1], 2), Err(BadTile::Torn(2)));
        assert_eq!(read_bundle(&bytes, 3), Err(BadTile::Entries { found: 2, wanted: 3 }));
        assert_eq!(read_bundle(&[0; 514], 256), Err(BadTile::Entries { found: 257, wanted: 256 }));
    }

    proptest! {
        #[test]
        fn bundles_read_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..=256)) {
            let entries: Vec<Entry> = entries.into_iter().map(|e| Entry::new(e).unwrap()).collect();
            let mut bytes = Vec::new();
            write_bundle(&entries, &mut bytes);
            prop_assert_eq!(read_bundle(&bytes, u16::try_from(entries.len()).unwrap()).unwrap(), entries);
        }

        #[test]
        fn any_bytes_are_a_bundle_or_refused(bytes in prop::collection::vec(0_u8..4, 0..600), width in 1_u16..=256) {
            if let Ok(entries) = read_bundle(&bytes, width) {
                prop_assert_eq!(entries.len(), usize::from(width));
                let mut again = Vec::new();
                write_bundle(&entries, &mut again);
                prop_assert!(bytes.starts_with(&again));
            }
        }
    }
}
