//! What a verifier demands of a checkpoint, and what it remembers so that a log cannot go back on it.

use super::keys::KeyRing;
use super::witness::{BadCosignature, Cosigned, WitnessKey};
use crate::checkpoint::BadCheckpoint;
use crate::merkle::{BadProof, empty_root, verify_consistency};
use crate::note::Note;
use crate::{Checkpoint, Hash};

/// Whose signatures a checkpoint must have to be believed.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The log's keys.
    pub keys: KeyRing,
    /// The witnesses known.
    pub witnesses: Vec<WitnessKey>,
    /// How many of them must have cosigned; 0 asks for none.
    pub quorum: usize,
}

/// A checkpoint that is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// What the log says of itself.
    pub checkpoint: Checkpoint,
    /// The known witnesses that cosigned it, each once.
    pub cosigned: Vec<Cosigned>,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// The log's own signature, or the text.
    #[error(transparent)]
    Checkpoint(#[from] BadCheckpoint),
    /// A known witness's cosignature is wrong.
    #[error(transparent)]
    Cosignature(#[from] BadCosignature),
    /// Too few known witnesses have cosigned.
    #[error("{found} known witnesses have cosigned where {wanted} must; ask the log again later")]
    Quorum {
        /// How many have.
        found: usize,
        /// How many must.
        wanted: usize,
    },
    /// It is not a later state of what was seen before.
    #[error(transparent)]
    Betrayal(#[from] Betrayal),
}

/// The newest state of a log that somebody has seen and believed; keep it, and the log cannot take it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// How many leaves the log had.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// How a log, or who speaks for it, contradicts what was seen before. Keep both signed checkpoints: they prove it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Betrayal {
    /// A smaller log than was seen: rolled back, or an old receipt replayed.
    #[error(
        "the checkpoint has {found} leaves but {seen} were seen before; it is old, or the log was rolled back"
    )]
    RolledBack {
        /// How many it has.
        found: u64,
        /// How many were seen.
        seen: u64,
    },
    /// Another root for the same size: two histories.
    #[error(
        "two checkpoints of {size} leaves have the roots {seen} and {found}; the log shows two histories"
    )]
    Split {
        /// The size of both.
        size: u64,
        /// The root seen before.
        seen: Hash,
        /// The root now.
        found: Hash,
    },
    /// Nothing proves that the log merely grew.
    #[error("the log is not proved to have grown from what was seen: {0}")]
    NotConsistent(BadProof),
}

impl Policy {
    /// A policy that asks for the log's own signature and no witness.
    pub const fn log_only(keys: KeyRing) -> Policy {
        Policy { keys, witnesses: Vec::new(), quorum: 0 }
    }

    /// The checkpoint in a signed note, if it has all the signatures asked for.
    ///
    /// # Errors
    /// [`Distrust`], in this order: the log's signature, a forged cosignature, too few of them.
    pub fn open(&self, note: &str) -> Result<Trusted, Distrust> {
        let note: Note = note.parse().map_err(BadCheckpoint::from)?;
        self.open_note(&note)
    }

    /// The same for a note that was read already.
    ///
    /// # Errors
    /// As [`Policy::open`].
    pub fn open_note(&self, note: &Note) -> Result<Trusted, Distrust> {
        let checkpoint = self.keys.open(note)?;
        let (mut cosigned, mut counted): (Vec<Cosigned>, Vec<&WitnessKey>) = (Vec::new(), Vec::new());
        for witness in &self.witnesses {
            let found = witness.check(note)?;
            if let Some(found) = found.filter(|_| !counted.iter().any(|k| k.same_key(witness))) {
                counted.push(witness);
                cosigned.push(found);
            }
        }
        if cosigned.len() < self.quorum {
            return Err(Distrust::Quorum { found: cosigned.len(), wanted: self.quorum });
        }
        Ok(Trusted { checkpoint, cosigned })
    }
}

impl Seen {
    /// The state of a log of which nothing was seen.
    pub fn nothing() -> Seen {
        Seen { size: 0, root: empty_root() }
    }

    /// Goes on to a newer checkpoint that is believed, given the proof that the log merely grew.
    ///
    /// # Errors
    /// [`Betrayal`], in its order.
    pub fn accept(&self, newer: &Checkpoint, proof: &[Hash]) -> Result<Seen, Betrayal> {
        self.not_older(newer)?;
        verify_consistency(self.size, &self.root, newer.size, &newer.root, proof)
            .map_err(Betrayal::NotConsistent)?;
        Ok(Seen { size: newer.size, root: newer.root })
    }

    /// That a checkpoint is no older than what was seen, and of the same history where sizes are equal.
    ///
    /// # Errors
    /// [`Betrayal::RolledBack`], [`Betrayal::Split`].
    pub fn not_older(&self, checkpoint: &Checkpoint) -> Result<(), Betrayal> {
        if checkpoint.size < self.size {
            return Err(Betrayal::RolledBack { found: checkpoint.size, seen: self.size });
        }
        if checkpoint.size == self.size && checkpoint.root != self.root {
            return Err(Betrayal::Split { size: self.size, seen: self.root, found: checkpoint.root });
        }
        Ok(())
    }
}

impl From<&Checkpoint> for Seen {
    fn from(checkpoint: &Checkpoint) -> Seen {
        Seen { size: checkpoint.size, root: checkpoint.root }
    }
}
