//! A log's tree read from its tiles: proofs and entries, each tile checked before it is used.
//!
//! The partial tiles at the right edge give the root of the whole tree; they are read first and must lead to the
//! checkpoint's root. From then on a full tile counts only if its root stands in the tile above it, up to the edge.
//! A tampered tile is found where it is read and named.

use std::collections::BTreeMap;

use super::bundle::{Entry, read_bundle};
use super::tile::{BadTile, LEVEL_USED_MOST, TILE_WIDTH, Tile, TileKind, read_hashes, width_in};
use crate::Hash;
use crate::merkle::{BadProof, empty_root, node_hash, root};

/// How many full tiles are kept in memory: 8 MB.
const KEPT_MOST: usize = 1024;

/// The tree of one checkpoint, its tiles coming from `source`.
///
/// `source` is asked for a tile and gives its bytes, or `None` where there is none. For a partial tile it may be asked
/// for the full one next, since logs remove partial tiles once they are full.
#[derive(Debug)]
pub struct Tree<S> {
    size: u64,
    source: S,
    /// The partial tile of each level, checked against the root; empty where there is none.
    edge: Vec<Vec<Hash>>,
    /// Full tiles that were checked.
    known: BTreeMap<(u8, u64), Vec<Hash>>,
}

/// Why a log's tree cannot be read or is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTree {
    /// The source has no such tile.
    #[error("`{0}` is missing; fetch it, or ask another mirror of the log")]
    Missing(Tile),
    /// The tile's bytes cannot be read.
    #[error("`{0}` cannot be read: {1}")]
    Tile(Tile, BadTile),
    /// The partial tiles lead to another root than the checkpoint's.
    #[error(
        "the tiles at the log's edge lead to root {found}, not to {claimed} of the checkpoint; something was changed"
    )]
    Root {
        /// Where they lead.
        found: Hash,
        /// What the checkpoint says.
        claimed: Hash,
    },
    /// A tile does not fit the tile above it.
    #[error("`{0}` does not fit the tile above it; something was changed")]
    Tampered(Tile),
    /// An entry does not fit its leaf hash.
    #[error("entry {0} does not fit its leaf hash; something was changed")]
    Entry(u64),
    /// The place or size asked for is outside the tree.
    #[error(transparent)]
    Outside(#[from] BadProof),
}

impl<S: FnMut(&Tile) -> Option<Vec<u8>>> Tree<S> {
    /// The tree of `size` leaves with this root, both from a checkpoint that is believed.
    ///
    /// # Errors
    /// [`BadTree::Missing`], [`BadTree::Tile`], or [`BadTree::Root`] where the tiles are not this checkpoint's.
    pub fn open(size: u64, claimed: &Hash, source: S) -> Result<Tree<S>, BadTree> {
        let mut tree = Tree { size, source, edge: Vec::new(), known: BTreeMap::new() };
        for level in 0..=LEVEL_USED_MOST {
            let hashes = size >> (u32::from(level) * 8);
            let edge = match hashes % u64::from(TILE_WIDTH) {
                0 => Vec::new(),
                _ => tree.fetch(level, hashes / u64::from(TILE_WIDTH))?,
            };
            tree.edge.push(edge);
        }
        let found = edge_root(&tree.edge);
        if found == *claimed { Ok(tree) } else { Err(BadTree::Root { found, claimed: *claimed }) }
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The partial tiles at the right edge, level by level, each of 0 to 255 hashes: all that is needed to go on writing.
    pub fn edge(&self) -> &[Vec<Hash>] {
        &self.edge
    }

    /// The proof that the leaf at `index` is in the tree, for [`crate::merkle::verify_inclusion`].
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn inclusion(&mut self, index: u64) -> Result<Vec<Hash>, BadTree> {
        self.inclusion_at(index, self.size)
    }

    /// The proof that the leaf at `index` is in the tree as it was at an earlier `size`.
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn inclusion_at(&mut self, index: u64, size: u64) -> Result<Vec<Hash>, BadTree> {
        self.within(size)?;
        if index >= size {
            return Err(BadProof::OutsideTree { index, size }.into());
        }
        let (mut start, mut end, mut path) = (0, size, Vec::new());
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The proof that the tree of the first `old` leaves is the beginning of this one, for [`crate::merkle::verify_consistency`].
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn consistency(&mut self, old: u64) -> Result<Vec<Hash>, BadTree> {
        self.within(old)?;
        if old == 0 {
            return Ok(Vec::new());
        }
        let (mut start, mut end, mut path) = (0, self.size, Vec::new());
        while old < end {
            let middle = start + split(end - start);
            if old <= middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        if start > 0 {
            path.push(self.range(start, end)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The root of the tree as it was at an earlier `size`.
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn root_at(&mut self, size: u64) -> Result<Hash, BadTree> {
        self.within(size)?;
        if size == 0 { Ok(empty_root()) } else { self.range(0, size) }
    }

    /// The leaf hash at `index`.
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn leaf(&mut self, index: u64) -> Result<Hash, BadTree> {
        if index >= self.size {
            return Err(BadProof::OutsideTree { index, size: self.size }.into());
        }
        self.node(0, index)
    }

    /// The entries of bundle `bundle` (entry `n` is in bundle `n / 256`), each checked against its leaf hash.
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn entries(&mut self, bundle: u64) -> Result<Vec<Entry>, BadTree> {
        let outside =
            BadProof::OutsideTree { index: bundle.saturating_mul(u64::from(TILE_WIDTH)), size: self.size };
        let tile = Tile::of_tree(TileKind::Entries, bundle, self.size).ok_or(outside)?;
        let bytes = (self.source)(&tile).or_else(|| (self.source)(&tile.full()));
        let bytes = bytes.ok_or(BadTree::Missing(tile))?;
        let entries = read_bundle(&bytes, tile.width()).map_err(|e| BadTree::Tile(tile, e))?;
        let leaves = self.hashes(0, bundle)?;
        match entries.iter().zip(leaves).position(|(entry, leaf)| entry.leaf() != *leaf) {
            Some(place) => Err(BadTree::Entry(bundle * u64::from(TILE_WIDTH) + place as u64)),
            None => Ok(entries),
        }
    }

    /// One entry, checked against its leaf hash.
    ///
    /// # Errors
    /// [`BadTree`].
    pub fn entry(&mut self, index: u64) -> Result<Entry, BadTree> {
        let place = (index % u64::from(TILE_WIDTH)) as usize;
        let outside = BadProof::OutsideTree { index, size: self.size };
        if index >= self.size {
            return Err(outside.into());
        }
        let entries = self.entries(index / u64::from(TILE_WIDTH))?;
        entries.into_iter().nth(place).ok_or_else(|| outside.into())
    }

    fn within(&self, size: u64) -> Result<(), BadTree> {
        if size > self.size { Err(BadProof::Shrunk { old: size, new: self.size }.into()) } else { Ok(()) }
    }

    /// The root over the leaves from `start` up to `end`, a range that splitting by RFC 6962 gives.
    fn range(&mut self, start: u64, end: u64) -> Result<Hash, BadTree> {
        let count = end - start;
        if count.is_power_of_two() {
            return self.node(count.trailing_zeros(), start / count);
        }
        let middle = start + split(count);
        Ok(node_hash(&self.range(start, middle)?, &self.range(middle, end)?))
    }

    /// The root of the full subtree of 2^`height` leaves at place `index` among its like.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, BadTree> {
        let (level, inside) = ((height / 8) as u8, height % 8);
        let first = index << inside; // in hashes of the tile's level
        let hashes = self.hashes(level, first / u64::from(TILE_WIDTH))?;
        let start = (first % u64::from(TILE_WIDTH)) as usize;
        let whole = hashes.get(start..start + (1 << inside));
        whole.map(root).ok_or_else(|| BadProof::OutsideTree { index, size: self.size }.into())
    }

    /// The hashes of one tile, checked up to the root.
    fn hashes(&mut self, level: u8, index: u64) -> Result<&[Hash], BadTree> {
        self.load(level, index)?;
        let edge = width_in(level, index, self.size) < TILE_WIDTH;
        let hashes = if edge { self.edge.get(usize::from(level)) } else { self.known.get(&(level, index)) };
        Ok(hashes.map_or(&[], Vec::as_slice))
    }

    fn load(&mut self, level: u8, index: u64) -> Result<(), BadTree> {
        if width_in(level, index, self.size) < TILE_WIDTH || self.known.contains_key(&(level, index)) {
            return Ok(());
        }
        let hashes = self.fetch(level, index)?;
        let above = self.hashes(level + 1, index / u64::from(TILE_WIDTH))?;
        if above.get((index % u64::from(TILE_WIDTH)) as usize) != Some(&root(&hashes)) {
            let tile = Tile::of_tree(TileKind::Hashes(level), index, self.size);
            return Err(
                tile.map_or(BadProof::OutsideTree { index, size: self.size }.into(), BadTree::Tampered)
            );
        }
        if self.known.len() >= KEPT_MOST {
            self.known.retain(|(level, _), _| *level > 0);
        }
        self.known.insert((level, index), hashes);
        Ok(())
    }

    /// A tile's hashes as the source has them, nothing checked but their number.
    fn fetch(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, BadTree> {
        let outside = BadProof::OutsideTree { index, size: self.size };
        let tile = Tile::of_tree(TileKind::Hashes(level), index, self.size).ok_or(outside)?;
        if let Some(bytes) = (self.source)(&tile) {
            return read_hashes(&bytes, tile.width()).map_err(|e| BadTree::Tile(tile, e));
        }
        let bytes = if tile.is_full() { None } else { (self.source)(&tile.full()) };
        let bytes = bytes.ok_or(BadTree::Missing(tile))?;
        let mut hashes = read_hashes(&bytes, TILE_WIDTH).map_err(|e| BadTree::Tile(tile.full(), e))?;
        hashes.truncate(usize::from(tile.width()));
        Ok(hashes)
    }
}

/// The root of the tree whose partial tiles these are, level by level.
fn edge_root(edge: &[Vec<Hash>]) -> Hash {
    let mut joined: Option<Hash> = None;
    for hashes in edge {
        let mut end = hashes.len();
        // The full subtrees of the tile from the right, the smallest first.
        while end > 0 {
            let width = 1 << end.trailing_zeros();
            let peak = root(hashes.get(end - width..end).unwrap_or_default());
            joined = Some(joined.map_or(peak, |right| node_hash(&peak, &right)));
            end -= width;
        }
    }
    joined.unwrap_or_else(empty_root)
}

/// The largest power of two below `count`, which is at least 2.
const fn split(count: u64) -> u64 {
    1 << (63 - (count - 1).leading_zeros())
}
