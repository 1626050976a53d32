//! Inclusion and consistency proofs (RFC 6962, sections 2.1.1 and 2.1.2) and how to check them (RFC 9162, 2.1.3.2 and 2.1.4.2).

use super::{empty_root, node_hash, root};
use crate::Hash;

/// Why a proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// The leaf's place is not in a tree of that size.
    #[error("leaf {index} is not in a tree of {size} leaves; places count from 0")]
    OutsideTree {
        /// The place asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The older tree is larger than the newer.
    #[error("a tree of {new} leaves cannot have grown from one of {old}; a log never shrinks")]
    Shrunk {
        /// The size that was to be the older.
        old: u64,
        /// The size that was to be the newer.
        new: u64,
    },
    /// The number of hashes is not the one these sizes ask for.
    #[error("the proof has {found} hashes where these sizes ask for another number")]
    WrongLength {
        /// How many there are.
        found: usize,
    },
    /// The proof leads to another root than the one claimed.
    #[error("the proof leads to root {found}, not to {claimed}")]
    WrongRoot {
        /// Where the proof leads.
        found: Hash,
        /// The root that was claimed.
        claimed: Hash,
    },
}

/// The proof that the leaf at `index` (from 0) is in the tree over `leaves`, or `None` outside it.
///
/// The sibling hashes from the leaf up to the root.
pub fn inclusion_proof(leaves: &[Hash], index: u64) -> Option<Vec<Hash>> {
    let mut index = usize::try_from(index).ok().filter(|i| *i < leaves.len())?;
    let mut rest = leaves;
    let mut path = Vec::new();
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        if index < left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            index -= left.len();
            rest = right;
        }
    }
    path.reverse();
    Some(path)
}

/// The proof that the tree over the first `old_size` leaves is the beginning of the tree over all, or `None` where `old_size` is larger.
///
/// Empty where there is nothing to prove: `old_size` is 0 or all.
pub fn consistency_proof(leaves: &[Hash], old_size: u64) -> Option<Vec<Hash>> {
    let mut old = usize::try_from(old_size).ok().filter(|o| *o <= leaves.len())?;
    if old == 0 {
        return Some(Vec::new());
    }
    let (mut rest, mut path, mut is_old_root) = (leaves, Vec::new(), true);
    while old < rest.len() {
        let (left, right) = rest.split_at(split(rest.len()));
        if old <= left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            old -= left.len();
            rest = right;
            is_old_root = false;
        }
    }
    if !is_old_root {
        path.push(root(rest));
    }
    path.reverse();
    Some(path)
}

/// Checks that `leaf` stands at `index` in the tree of `size` leaves with this root.
///
/// # Errors
/// In this order: the place is outside the tree, the proof is too short or too long, it leads to another root.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    claimed: &Hash,
) -> Result<(), BadProof> {
    if index >= size {
        return Err(BadProof::OutsideTree { index, size });
    }
    let wrong_length = || BadProof::WrongLength { found: path.len() };
    let (mut place, mut last, mut node) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return Err(wrong_length());
        }
        if place & 1 == 1 || place == last {
            node = node_hash(sibling, &node);
            // On the right edge, levels without a sibling have no hash in the proof.
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            node = node_hash(&node, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length());
    }
    same_root(node, claimed)
}

/// Checks that the tree of `new` leaves with `new_root` begins with the tree of `old` leaves with `old_root`.
///
/// # Errors
/// In this order: the newer tree is smaller, the proof is too short or too long, it leads to another old root, to another new root.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    path: &[Hash],
) -> Result<(), BadProof> {
    if old > new {
        return Err(BadProof::Shrunk { old, new });
    }
    let wrong_length = || BadProof::WrongLength { found: path.len() };
    if old == 0 || old == new {
        if !path.is_empty() {
            return Err(wrong_length());
        }
        if new == 0 {
            same_root(empty_root(), new_root)?;
        }
        let before = if old == 0 { empty_root() } else { *new_root };
        return same_root(before, old_root);
    }
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    // Where the old size is a power of two, its root starts both ways up and the proof omits it.
    let (start, path_left) = if old.is_power_of_two() {
        (*old_root, path)
    } else {
        path.split_first().map(|(h, t)| (*h, t)).ok_or_else(wrong_length)?
    };
    let (mut old_node, mut new_node) = (start, start);
    for sibling in path_left {
        if last == 0 {
            return Err(wrong_length());
        }
        if place & 1 == 1 || place == last {
            old_node = node_hash(sibling, &old_node);
            new_node = node_hash(sibling, &new_node);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_node = node_hash(&new_node, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length());
    }
    same_root(old_node, old_root)?;
    same_root(new_node, new_root)
}

/// The largest power of two below `len`, which is at least 2.
fn split(len: usize) -> usize {
    len.next_power_of_two() / 2
}

fn same_root(found: Hash, claimed: &Hash) -> Result<(), BadProof> {
    if found == *claimed { Ok(()) } else { Err(BadProof::WrongRoot { found, claimed: *claimed }) }
}
