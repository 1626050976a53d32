//! A transparency log as static files (C2SP `tlog-tiles`), and all that an outsider needs to check it alone.
//!
//! A log is a list of entries of at most 65,535 bytes. Its Merkle tree ([`crate::merkle`]) is cut into **tiles** of 256
//! hashes; the entries lie in **bundles** of 256. What is true of a log is what its signed checkpoint says: every tile
//! and every entry is checked against it before anything is derived.
//!
//! | module | what |
//! |---|---|
//! | `tile` | names and bytes of tiles |
//! | `bundle` | entries and bundles of them |
//! | `tree` | proofs from tiles, each tile checked on its way |
//! | `keys` | the log's keys one after the other |
//! | `witness` | cosignatures and `add-checkpoint` |
//! | `trust` | what a verifier demands of a checkpoint, and what it has seen before |
//! | `receipt` | entry, proof and checkpoint in one text, checked offline |
//!
//! Where files lie and how they come here is not known here: tiles arrive through a function handed in.

mod bundle;
mod keys;
mod receipt;
mod tile;
mod tree;
mod trust;
mod witness;

pub use bundle::{BadEntry, ENTRY_MOST, Entry, read_bundle, write_bundle};
pub use keys::{BadRotation, KeyRing, Rotation};
pub use receipt::{BadReceipt, RECEIPT_MOST, Receipt};
pub use tile::{BadTile, TILE_WIDTH, Tile, TileKind, grown_tiles, read_hashes, write_hashes};
pub use tree::{BadTree, Tree};
pub use trust::{Betrayal, Distrust, Policy, Seen, Trusted};
pub use witness::{
    AddCheckpoint, BadCosignature, BadRequest, Cosigned, PROOF_LINES_MOST, WitnessKey, WitnessRefusal,
    WitnessSigningKey, read_answer,
};
