//! The Merkle tree of RFC 6962 (section 2.1) over SHA-256, as transparency logs use it.
//!
//! The tree of n leaves splits at k, the largest power of two below n: left the first k leaves,
//! right the rest. A leaf is hashed behind a zero byte and a node behind a one, so that no leaf can
//! pass for a node. With leaves a, b, c the root is `node(node(a, b), c)`.
//!
//! Everything here works on **leaf hashes**. Tiles and stored nodes are another module's matter.

mod frontier;
mod proof;

pub use frontier::Frontier;
pub use proof::{BadProof, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion};

use crate::Hash;

/// The hash of a leaf's bytes: SHA-256(0x00 ‖ bytes).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash::of_parts(&[&[0], bytes])
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// The root of a tree with no leaf: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash::of(b"")
}

/// The root over leaf hashes.
///
/// ```
/// use proof::merkle::{leaf_hash, node_hash, root};
/// let [a, b, c] = [b"a", b"b", b"c"].map(|l| leaf_hash(l));
/// assert_eq!(root(&[a, b, c]), node_hash(&node_hash(&a, &b), &c));
/// ```
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(leaf);
    }
    frontier.root()
}
