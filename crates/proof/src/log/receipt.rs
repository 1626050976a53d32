//! Receipts (C2SP `tlog-proof`): an entry's place, its proof and the log's checkpoint in one text, checked offline.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra cmVmdXNl…
//! index 73894
//! gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
//!
//! house.example/log
//! 109482
//! sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=
//!
//! — house.example/log hI2DJw…
//! ```
//!
//! The house writes the entry itself into `extra`, so that a receipt needs nothing beside it but the log's key. What
//! `extra` says is believed only because its leaf hash leads to the signed root.

use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::bundle::ENTRY_MOST;
use super::trust::{Distrust, Policy, Seen, Trusted};
use super::witness::read_hash_lines;
use crate::Hash;
use crate::checkpoint::plain_number;
use crate::merkle::{BadProof, leaf_hash, verify_inclusion};
use crate::note::{BadNote, NOTE_MOST, Note};

/// How long a receipt is read, in bytes.
pub const RECEIPT_MOST: usize = NOTE_MOST + 100_000;

/// The longest path in a tree whose size fits 64 bits.
const PATH_MOST: usize = 64;

const TITLE: &str = "c2sp.org/tlog-proof@v1";

/// That an entry is in a log, for whoever knows the log's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry itself; `None` where it is handed over apart.
    pub entry: Option<Vec<u8>>,
    /// Its place in the log, from 0.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The checkpoint the proof leads to, with its signatures.
    pub checkpoint: Note,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    /// More bytes than a receipt may have.
    #[error("the receipt has {0} bytes; at most {RECEIPT_MOST} are read")]
    TooLong(usize),
    /// A line is missing or cannot be read.
    #[error("line {0} of the receipt cannot be read; it should be {1}")]
    Line(usize, &'static str),
    /// The checkpoint is no signed note.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// The receipt does not carry the entry.
    #[error("the receipt does not carry the entry; give the entry's file too")]
    NoEntry,
    /// The checkpoint is not believed.
    #[error(transparent)]
    Distrust(#[from] Distrust),
    /// The entry is not what the proof is for.
    #[error("the entry is not at place {index} of the log: {why}")]
    NotIncluded {
        /// The place the receipt names.
        index: u64,
        /// How the proof fails.
        why: BadProof,
    },
}

impl Receipt {
    /// Checks that the entry the receipt carries is in the log; gives the checkpoint it was found in.
    ///
    /// # Errors
    /// [`BadReceipt`], in this order: no entry, the checkpoint, the proof.
    pub fn verify(&self, policy: &Policy) -> Result<Trusted, BadReceipt> {
        self.verify_entry(self.entry.as_deref().ok_or(BadReceipt::NoEntry)?, policy)
    }

    /// The same for an entry that was handed over apart.
    ///
    /// # Errors
    /// As [`Receipt::verify`].
    pub fn verify_entry(&self, entry: &[u8], policy: &Policy) -> Result<Trusted, BadReceipt> {
        let trusted = policy.open_note(&self.checkpoint)?;
        let at = &trusted.checkpoint;
        verify_inclusion(&leaf_hash(entry), self.index, at.size, &self.path, &at.root)
            .map_err(|why| BadReceipt::NotIncluded { index: self.index, why })?;
        Ok(trusted)
    }

    /// The same for a verifier that has seen the log before: a receipt from an older checkpoint is refused.
    ///
    /// An old receipt still proves that the entry was logged, but not that nothing came after it: where the question is
    /// what holds **now**, an old one must not answer.
    ///
    /// # Errors
    /// As [`Receipt::verify`], and [`Distrust::Betrayal`] where the checkpoint is older than `seen` or contradicts it.
    pub fn verify_current(&self, policy: &Policy, seen: &Seen) -> Result<Trusted, BadReceipt> {
        let trusted = self.verify(policy)?;
        seen.not_older(&trusted.checkpoint).map_err(Distrust::from)?;
        Ok(trusted)
    }
}

/// The receipt as a file carries it; such files are named `.tlog-proof`.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        if let Some(entry) = &self.entry {
            writeln!(f, "extra {}", STANDARD.encode(entry))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|h| writeln!(f, "{}", STANDARD.encode(h.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for Receipt {
    type Err = BadReceipt;

    fn from_str(text: &str) -> Result<Receipt, BadReceipt> {
        if text.len() > RECEIPT_MOST {
            return Err(BadReceipt::TooLong(text.len()));
        }
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(BadReceipt::Line(text.lines().count() + 1, "empty, with the checkpoint after it"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(TITLE) {
            return Err(BadReceipt::Line(1, TITLE));
        }
        let extra = lines.next_if(|l| l.starts_with("extra ")).and_then(|l| l.strip_prefix("extra "));
        let first = if extra.is_some() { 3 } else { 2 };
        let bad = BadReceipt::Line(2, "`extra ` and an entry of at most 65,535 bytes in base64");
        let entry = extra.map(|code| STANDARD.decode(code).ok().filter(|e| e.len() <= ENTRY_MOST).ok_or(bad));
        let entry = entry.transpose()?;
        let index = lines.next().and_then(|l| l.strip_prefix("index ")).and_then(plain_number);
        let index = index.ok_or(BadReceipt::Line(first, "`index ` and the entry's place"))?;
        let path = read_hash_lines(lines, PATH_MOST).map_err(|line| {
            BadReceipt::Line(
                first + line.unwrap_or(PATH_MOST + 1),
                "32 bytes in base64, at most 64 such lines",
            )
        })?;
        Ok(Receipt { entry, index, path, checkpoint: checkpoint.parse()? })
    }
}
