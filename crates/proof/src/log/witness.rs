//! Witnesses: cosignatures with their time (C2SP `tlog-cosignature`, Ed25519) and the `add-checkpoint` call (C2SP `tlog-witness`).
//!
//! A witness remembers the newest checkpoint of a log, and signs the next only with a proof that the log has merely grown.
//! A log that shows two histories would have to fool every witness its readers ask for.
//!
//! The bodies of request and answer are values here; sending them is another's matter.

use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer;

use super::keys::KeyRing;
use super::trust::{Betrayal, Seen};
use crate::checkpoint::{BadCheckpoint, plain_number};
use crate::merkle::BadProof;
use crate::note::{
    BadKey, BadNote, COSIGNATURE, Note, Signature, is_key_name, key_id, read_key, signature_line,
};
use crate::{Checkpoint, Hash};

/// How many proof lines a request may have.
pub const PROOF_LINES_MOST: usize = 63;

/// How long an answer is read, in bytes.
const ANSWER_MOST: usize = 100_000;

/// The latest time a cosignature can carry, in seconds since 1970.
const TIME_MOST: u64 = i64::MAX as u64;

/// The public half of a witness's key. Its text is `name+id+base64`, of another kind than a log's key.
#[derive(Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: String,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

/// A witness's key; its `Debug` shows the public half only.
#[derive(Clone)]
pub struct WitnessSigningKey {
    key: ed25519_dalek::SigningKey,
    public: WitnessKey,
}

/// Who cosigned a checkpoint, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness's name.
    pub witness: String,
    /// Seconds since 1970 by the witness's clock; the newest where it signed more than once.
    pub time: u64,
}

/// Why a cosignature is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCosignature {
    /// A known witness's signature is wrong.
    #[error("the cosignature of `{0}` does not fit the checkpoint; something was changed after signing")]
    Forged(String),
    /// A witness's answer leaves out when it signed.
    #[error("the witness `{0}` signed without its time; a checkpoint's cosignature has one")]
    NoTime(String),
    /// An answer's line is not a signature line.
    #[error("line {0} of the witness's answer cannot be read; it should be `— name base64`")]
    Line(usize),
    /// The time cannot be written.
    #[error("{0} seconds cannot be the time of a cosignature; it ends at 2^63 - 1")]
    Time(u64),
    /// The answer is longer than an answer may be, or has too many signatures.
    #[error(transparent)]
    Note(#[from] BadNote),
}

/// What a log sends to a witness: a newer checkpoint, and the proof that it grew from the size the witness knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint the witness signed last, 0 for the first.
    pub old: u64,
    /// The consistency proof, at most [`PROOF_LINES_MOST`] hashes.
    pub proof: Vec<Hash>,
    /// The newer checkpoint, signed by the log.
    pub checkpoint: Note,
}

/// Why a request body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// The first line does not say the old size.
    #[error("the request does not begin with `old` and a size")]
    Old,
    /// A proof line is not a hash.
    #[error("proof line {0} is not 32 bytes in base64")]
    Hash(usize),
    /// More proof lines than allowed.
    #[error("the request has more than {PROOF_LINES_MOST} proof lines")]
    TooLong,
    /// No empty line stands before the checkpoint.
    #[error("the request has no empty line before the checkpoint")]
    NoCheckpoint,
    /// The checkpoint is no signed note.
    #[error(transparent)]
    Note(#[from] BadNote),
}

/// Why a witness does not cosign, checked in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessRefusal {
    /// The body cannot be read, or its old size is above the new.
    #[error("the request cannot be read")]
    Malformed,
    /// The witness does not know this log.
    #[error("this log is not known here")]
    UnknownLog,
    /// No known key of the log has signed.
    #[error("no known key of this log has signed the checkpoint")]
    NotSigned,
    /// The old size is not the one the witness signed last.
    #[error("the checkpoint signed last here has {latest} leaves")]
    OtherSize {
        /// The size it signed last, to be sent back in the answer's body.
        latest: u64,
    },
    /// The same size with another root: the log shows two histories.
    #[error("another root of the same size was signed here")]
    Split,
    /// The proof does not hold.
    #[error("the consistency proof does not hold: {0}")]
    NotConsistent(BadProof),
}

impl WitnessSigningKey {
    /// A key from a seed of 32 random bytes, drawn by the caller.
    ///
    /// # Errors
    /// [`BadKey::Name`] where the name cannot name a key.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<WitnessSigningKey, BadKey> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Ok(WitnessSigningKey { public: WitnessKey::new(name.to_owned(), key.verifying_key())?, key })
    }

    /// The public half.
    pub const fn verifier(&self) -> &WitnessKey {
        &self.public
    }

    /// The cosignature of a checkpoint at a time in seconds since 1970.
    ///
    /// # Errors
    /// [`BadCosignature::Time`] beyond 2^63 - 1.
    pub fn cosign(&self, checkpoint: &Note, time: u64) -> Result<Signature, BadCosignature> {
        if time > TIME_MOST {
            return Err(BadCosignature::Time(time));
        }
        let signature = self.key.sign(message(checkpoint.claimed_text(), time).as_bytes()).to_bytes();
        let bytes = [time.to_be_bytes().as_slice(), &signature].concat();
        Ok(Signature::new(self.public.name.clone(), self.public.id, bytes))
    }
}

impl WitnessKey {
    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The time of this witness's cosignature in a note; `None` where there is none.
    ///
    /// # Errors
    /// [`BadCosignature::Forged`] where one of them does not hold.
    pub fn check(&self, note: &Note) -> Result<Option<Cosigned>, BadCosignature> {
        let own = note.signatures().iter().filter(|s| s.name() == self.name && s.id() == self.id);
        let times: Option<Vec<u64>> = own.map(|s| self.time_of(note.claimed_text(), s)).collect();
        let times = times.ok_or_else(|| BadCosignature::Forged(self.name.clone()))?;
        Ok(times.into_iter().max().map(|time| Cosigned { witness: self.name.clone(), time }))
    }

    /// Whether two keys are the same under whatever name: one witness never counts twice.
    pub(crate) fn same_key(&self, other: &WitnessKey) -> bool {
        self.key == other.key
    }

    fn new(name: String, key: ed25519_dalek::VerifyingKey) -> Result<WitnessKey, BadKey> {
        if !is_key_name(&name) {
            return Err(BadKey::Name(name));
        }
        let id = key_id(&name, COSIGNATURE, key.as_bytes());
        Ok(WitnessKey { name, id, key })
    }

    fn time_of(&self, text: &str, signature: &Signature) -> Option<u64> {
        let (time, signature) = signature.bytes().split_first_chunk::<8>()?;
        let time = Some(u64::from_be_bytes(*time)).filter(|t| *t <= TIME_MOST)?;
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        self.key.verify_strict(message(text, time).as_bytes(), &signature).ok()?;
        Some(time)
    }
}

/// What a witness signs.
fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Adds the cosignatures of known witnesses in an answer to the checkpoint; others are ignored.
///
/// # Errors
/// [`BadCosignature`]: a line cannot be read, a known witness's signature is wrong, the answer is too long.
pub fn read_answer(
    answer: &str,
    checkpoint: Note,
    known: &[WitnessKey],
) -> Result<(Note, Vec<Cosigned>), BadCosignature> {
    if answer.len() > ANSWER_MOST {
        return Err(BadNote::TooLong(answer.len()).into());
    }
    let (mut note, mut cosigned) = (checkpoint, Vec::new());
    let lines = answer.strip_suffix('\n').ok_or(BadCosignature::Line(answer.lines().count()))?;
    for (index, line) in lines.split('\n').enumerate() {
        let signature = signature_line(line).ok_or(BadCosignature::Line(index + 1))?;
        let by = |key: &&WitnessKey| key.name == signature.name() && key.id == signature.id();
        let Some(key) = known.iter().find(by) else { continue };
        let time = key.time_of(note.claimed_text(), &signature);
        let time = time.ok_or_else(|| BadCosignature::Forged(key.name.clone()))?;
        if time == 0 {
            return Err(BadCosignature::NoTime(key.name.clone()));
        }
        cosigned.push(Cosigned { witness: key.name.clone(), time });
        note = note.with(signature)?;
    }
    Ok((note, cosigned))
}

impl AddCheckpoint {
    /// What a witness answers that knows these keys of the log and signed `latest` before; the new state to keep
    /// **before** it cosigns.
    ///
    /// # Errors
    /// [`WitnessRefusal`].
    pub fn decide(
        &self,
        keys: Option<&KeyRing>,
        latest: Option<&Seen>,
    ) -> Result<(Checkpoint, Seen), WitnessRefusal> {
        let claimed: Checkpoint =
            self.checkpoint.claimed_text().parse().map_err(|_| WitnessRefusal::Malformed)?;
        let keys = keys.filter(|k| k.origin() == claimed.origin).ok_or(WitnessRefusal::UnknownLog)?;
        let checkpoint = keys.open(&self.checkpoint).map_err(|e| match e {
            BadCheckpoint::Note(_) => WitnessRefusal::NotSigned,
            _ => WitnessRefusal::Malformed,
        })?;
        if self.old > checkpoint.size {
            return Err(WitnessRefusal::Malformed);
        }
        let latest = latest.copied().unwrap_or_else(Seen::nothing);
        if latest.size != self.old {
            return Err(WitnessRefusal::OtherSize { latest: latest.size });
        }
        match latest.accept(&checkpoint, &self.proof) {
            Ok(seen) => Ok((checkpoint, seen)),
            Err(Betrayal::Split { .. }) => Err(WitnessRefusal::Split),
            Err(Betrayal::RolledBack { seen, .. }) => Err(WitnessRefusal::OtherSize { latest: seen }),
            Err(Betrayal::NotConsistent(why)) => Err(WitnessRefusal::NotConsistent(why)),
        }
    }
}

impl WitnessRefusal {
    /// The HTTP status the specification gives it. Until version 1.0 two roots of one size were answered 409.
    pub const fn status(&self) -> u16 {
        match self {
            WitnessRefusal::Malformed => 400,
            WitnessRefusal::UnknownLog => 404,
            WitnessRefusal::NotSigned => 403,
            WitnessRefusal::OtherSize { .. } => 409,
            WitnessRefusal::Split | WitnessRefusal::NotConsistent(_) => 422,
        }
    }
}

/// The request's body.
impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|h| writeln!(f, "{}", STANDARD.encode(h.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = BadRequest;

    fn from_str(body: &str) -> Result<AddCheckpoint, BadRequest> {
        let (head, checkpoint) = body.split_once("\n\n").ok_or(BadRequest::NoCheckpoint)?;
        let mut lines = head.split('\n');
        let old = lines
            .next()
            .and_then(|l| l.strip_prefix("old "))
            .and_then(plain_number)
            .ok_or(BadRequest::Old)?;
        let proof = read_hash_lines(lines, PROOF_LINES_MOST).map_err(|line| match line {
            Some(line) => BadRequest::Hash(line),
            None => BadRequest::TooLong,
        })?;
        Ok(AddCheckpoint { old, proof, checkpoint: checkpoint.parse()? })
    }
}

/// Lines of base64 hashes; the error is the line that is none, or nothing where there are more than `most`.
pub(crate) fn read_hash_lines<'a>(
    lines: impl Iterator<Item = &'a str>,
    most: usize,
) -> Result<Vec<Hash>, Option<usize>> {
    let mut hashes = Vec::new();
    for line in lines {
        if hashes.len() == most {
            return Err(None);
        }
        let bytes = STANDARD.decode(line).ok().and_then(|b| b.try_into().ok());
        hashes.push(Hash::from_bytes(bytes.ok_or(Some(hashes.len() + 1))?));
    }
    Ok(hashes)
}

/// `name+id+base64(type ‖ key)`.
impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[COSIGNATURE], self.key.as_bytes().as_slice()].concat());
        f.pad(&format!("{}+{:08x}+{key}", self.name, self.id))
    }
}

impl FromStr for WitnessKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<WitnessKey, BadKey> {
        let (name, key) = read_key(text, COSIGNATURE)?;
        WitnessKey::new(name, key)
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for WitnessSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessSigningKey({}, …)", self.public.name)
    }
}
