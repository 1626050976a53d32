//! The right edge of a growing tree: all that is needed to add leaves and know the root.

use super::{empty_root, node_hash};
use crate::Hash;

/// The roots of the full subtrees a tree of some size consists of: at most 64 hashes.
///
/// Takes one leaf after the other without keeping them: memory grows with the logarithm of the size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One per one-bit of `size`, the largest subtree first.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree with no leaf.
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// An edge as it was stored, or `None` where the number of hashes is not the number of one-bits of the size.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Frontier> {
        (peaks.len() == size.count_ones() as usize).then_some(Frontier { size, peaks })
    }

    /// Adds a leaf hash on the right.
    pub fn push(&mut self, leaf: &Hash) {
        let mut node = *leaf;
        // Each trailing one-bit is a full subtree of equal size to the left, to be joined.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(empty_root)
    }
}
