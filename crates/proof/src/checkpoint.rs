//! Checkpoints (C2SP `tlog-checkpoint`): what a log says of itself at one size, as the text of a signed note.
//!
//! Three lines: origin, number of leaves, root hash in base64; then lines no one needs to understand.

use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::Hash;
use crate::note::{BadNote, Note, SigningKey, VerifierKey};

/// The head of a log: its origin, size and root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's unique name, such as `house.example/log`; not empty, one line.
    pub origin: String,
    /// How many leaves the log has.
    pub size: u64,
    /// The root over them ([`crate::merkle`]).
    pub root: Hash,
    /// Lines beyond the three; each not empty. Best left empty, since no monitor checks them.
    pub extensions: Vec<String>,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// The note around it is not as it should be.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// A line is missing or cannot be read.
    #[error("line {0} of the checkpoint cannot be read; it should be {1}")]
    Line(usize, &'static str),
    /// It speaks of another log.
    #[error("the checkpoint is of log `{found}`, not of `{wanted}`")]
    Origin {
        /// The log it speaks of.
        found: String,
        /// The log that was asked for.
        wanted: String,
    },
}

impl Checkpoint {
    /// The checkpoint as a note signed by the log's key, whose name should be the origin.
    ///
    /// # Errors
    /// [`BadCheckpoint`] where origin or extensions cannot stand in a note.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, BadCheckpoint> {
        let text = self.to_string();
        let again: Checkpoint = text.parse()?;
        if again != *self {
            return Err(BadCheckpoint::Line(1, "one line that is not empty"));
        }
        Ok(Note::new(&text)?.signed_by(key))
    }

    /// Reads a signed checkpoint of the log `origin`, if one of the known keys has signed it.
    ///
    /// # Errors
    /// In this order: the note cannot be read, is not signed by a known key, is no checkpoint, is another log's.
    pub fn open(note: &str, origin: &str, known: &[VerifierKey]) -> Result<Checkpoint, BadCheckpoint> {
        let note: Note = note.parse()?;
        let checkpoint: Checkpoint = note.verify(known)?.text.parse()?;
        if checkpoint.origin != origin {
            return Err(BadCheckpoint::Origin { found: checkpoint.origin, wanted: origin.to_owned() });
        }
        Ok(checkpoint)
    }
}

/// The note's text, with its final line break.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = BadCheckpoint;

    fn from_str(text: &str) -> Result<Checkpoint, BadCheckpoint> {
        let last = BadCheckpoint::Line(text.lines().count(), "ended by a line break");
        let mut lines = text.strip_suffix('\n').ok_or(last)?.split('\n');
        let origin = lines.next().filter(|l| !l.is_empty()).ok_or(BadCheckpoint::Line(1, "the origin"))?;
        let size =
            lines.next().and_then(plain_number).ok_or(BadCheckpoint::Line(2, "the number of leaves"))?;
        let root = lines.next().and_then(|l| STANDARD.decode(l).ok()).and_then(|b| b.try_into().ok());
        let root = root.map(Hash::from_bytes).ok_or(BadCheckpoint::Line(3, "32 bytes in base64"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if let Some(empty) = extensions.iter().position(String::is_empty) {
            return Err(BadCheckpoint::Line(empty + 4, "not empty"));
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root, extensions })
    }
}

pub(crate) fn plain_number(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}
