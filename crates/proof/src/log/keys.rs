//! The log's keys one after the other.
//!
//! Whoever trusts the first key follows to the next by a **rotation**: a signed note by which old and new key both say
//! from which size on the new one signs. A rotation is an entry of the log too, so that nobody can change keys unseen.
//!
//! ```text
//! log key rotation v1
//! origin: house.example/log
//! from: 4096
//! key: house.example/log+0b1f2a3c+AQ…
//! ```
//!
//! From that size on a checkpoint counts only under the new key; a stolen old key can sign no later one.

use std::fmt;
use std::str::FromStr;

use crate::Checkpoint;
use crate::checkpoint::{BadCheckpoint, plain_number};
use crate::note::{BadKey, BadNote, Note, SigningKey, VerifierKey};

const TITLE: &str = "log key rotation v1";

/// The keys of one log, each from a size on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRing {
    origin: String,
    first: VerifierKey,
    /// Rising sizes, each with the key that signs from there on.
    later: Vec<(u64, VerifierKey)>,
}

/// That the log is signed by another key from some size on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The log's name.
    pub origin: String,
    /// The first size a checkpoint of which the new key signs.
    pub from: u64,
    /// The new key.
    pub key: VerifierKey,
}

/// Why a rotation is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRotation {
    /// The note around it is not as it should be, or not signed by a key in force.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// A line is missing or cannot be read.
    #[error("line {0} of the rotation cannot be read; it should be {1}")]
    Line(usize, &'static str),
    /// The new key cannot be read.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// Only one of the two keys has signed.
    #[error("key `{0}` has not signed the rotation; old and new key both must")]
    NotSigned(String),
    /// It speaks of another log.
    #[error("the rotation is of log `{found}`, not of `{wanted}`")]
    Origin {
        /// The log it speaks of.
        found: String,
        /// The log it was to be of.
        wanted: String,
    },
    /// The size is not above that of the rotation before.
    #[error("the rotation is from size {from}, but the key in force already holds from {since}")]
    Order {
        /// The size it names.
        from: u64,
        /// Since when the key in force holds.
        since: u64,
    },
}

impl Rotation {
    /// The rotation signed by both keys, to be logged and handed on.
    ///
    /// # Errors
    /// [`BadRotation`] where the origin cannot stand in a note, or the new key is not the one named.
    pub fn sign(&self, old: &SigningKey, new: &SigningKey) -> Result<Note, BadRotation> {
        if *new.verifier() != self.key {
            return Err(BadRotation::NotSigned(self.key.name().to_owned()));
        }
        let text = self.to_string();
        if text.parse::<Rotation>()? != *self {
            return Err(BadRotation::Line(2, "`origin: ` and the log's name on one line"));
        }
        Ok(Note::new(&text)?.signed_by(old).signed_by(new))
    }
}

impl KeyRing {
    /// The keys of the log `origin`, knowing the first only.
    pub fn new(origin: &str, first: VerifierKey) -> KeyRing {
        KeyRing { origin: origin.to_owned(), first, later: Vec::new() }
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Follows a signed rotation from the key in force to the next.
    ///
    /// # Errors
    /// [`BadRotation`]; the ring stays as it was.
    pub fn rotate(&mut self, note: &str) -> Result<(), BadRotation> {
        let note: Note = note.parse()?;
        let rotation: Rotation = note.claimed_text().parse()?;
        if rotation.origin != self.origin {
            return Err(BadRotation::Origin { found: rotation.origin, wanted: self.origin.clone() });
        }
        let (since, old) = self.later.last().map_or((0, &self.first), |(s, k)| (*s, k));
        for key in [old, &rotation.key] {
            match note.verify(std::slice::from_ref(key)) {
                Err(BadNote::Unknown(_)) => return Err(BadRotation::NotSigned(key.to_string())),
                answer => answer?,
            };
        }
        if rotation.from <= since {
            return Err(BadRotation::Order { from: rotation.from, since });
        }
        self.later.push((rotation.from, rotation.key));
        Ok(())
    }

    /// The key that signs checkpoints of this size.
    pub fn key_at(&self, size: u64) -> &VerifierKey {
        self.later.iter().rev().find(|(from, _)| *from <= size).map_or(&self.first, |(_, key)| key)
    }

    /// The checkpoint in a note, if the key in force at its size has signed it.
    ///
    /// # Errors
    /// In this order: the note cannot be read, is no checkpoint, is not signed by that key, is another log's.
    pub fn open(&self, note: &Note) -> Result<Checkpoint, BadCheckpoint> {
        // The size is only claimed yet, but it is part of what that key must have signed.
        let checkpoint: Checkpoint = note.claimed_text().parse()?;
        note.verify(std::slice::from_ref(self.key_at(checkpoint.size)))?;
        if checkpoint.origin != self.origin {
            return Err(BadCheckpoint::Origin { found: checkpoint.origin, wanted: self.origin.clone() });
        }
        Ok(checkpoint)
    }
}

/// The note's text, with its final line break.
impl fmt::Display for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}\norigin: {}\nfrom: {}\nkey: {}", self.origin, self.from, self.key)
    }
}

impl FromStr for Rotation {
    type Err = BadRotation;

    fn from_str(text: &str) -> Result<Rotation, BadRotation> {
        let text = text.strip_suffix('\n').ok_or(BadRotation::Line(4, "ended by a line break"))?;
        let mut lines = text.split('\n');
        if lines.next() != Some(TITLE) {
            return Err(BadRotation::Line(1, TITLE));
        }
        let mut after = |word| lines.next().and_then(|line| line.strip_prefix(word));
        let origin = after("origin: ").filter(|o| !o.is_empty());
        let origin = origin.ok_or(BadRotation::Line(2, "`origin: ` and the log's name"))?.to_owned();
        let from =
            after("from: ").and_then(plain_number).ok_or(BadRotation::Line(3, "`from: ` and a size"))?;
        let key = after("key: ").ok_or(BadRotation::Line(4, "`key: ` and the new key"))?.parse()?;
        match lines.next() {
            None => Ok(Rotation { origin, from, key }),
            Some(_) => Err(BadRotation::Line(5, "absent")),
        }
    }
}
