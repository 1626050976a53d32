//! Proofs that outsiders can check alone: Merkle trees, signed notes, checkpoints,
//! transparency logs and receipts from them, verifiable maps, salted commitments, hash chains, and the proof of participation.
//!
//! It knows nothing of money, music or where bytes are kept: it sees bytes, hashes and keys. Keys,
//! salts and dates arrive as values; nothing here makes one up.

pub mod chain;
pub mod checkpoint;
pub mod commitment;
mod hash;
pub mod log;
pub mod map;
pub mod merkle;
pub mod note;
pub mod participation;
pub mod webhook;

pub use chain::Encoder;
pub use checkpoint::Checkpoint;
pub use commitment::{Commitment, MasterKey, Salt};
pub use hash::{BadHash, Hash};
pub use note::{Note, SigningKey, VerifierKey};
pub use participation::Participation;
