//! Signed notes (C2SP `signed-note`) with Ed25519: text, an empty line, and signature lines.
//!
//! ```text
//! house.example/log
//! 3
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — house.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO…
//! ```
//!
//! A signature line names its key and carries base64 of a four-byte key id and the signature. The
//! text must be ignored unless a known key has signed it, so it is reached through [`Note::verify`].

use std::fmt;
use std::str::FromStr;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer;

use crate::Hash;

/// How many signatures a note may carry (the specification asks for at least 16).
pub const SIGNATURES_MOST: usize = 100;

/// How long a note may be, in bytes.
pub const NOTE_MOST: usize = 1_000_000;

/// The signature type of plain Ed25519 in the specification.
const ED25519: u8 = 1;

/// The signature type of an Ed25519 cosignature with its time (C2SP `tlog-cosignature`).
pub(crate) const COSIGNATURE: u8 = 4;

/// A key that signs notes under a name; its `Debug` shows the public half only.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    verifier: VerifierKey,
}

/// The public half: name, key id and Ed25519 key. Its text is `name+id+base64`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: ed25519_dalek::VerifyingKey,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: u32,
    bytes: Vec<u8>,
}

/// A text and who claims to have signed it. Nothing is true of it before [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// What a known key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'a> {
    /// The text, with its final line break.
    pub text: &'a str,
    /// The known keys whose signatures hold, in the order of `known`, each once.
    pub by: Vec<&'a VerifierKey>,
}

/// Why a key cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// The name is empty or has a space, a control character or a plus.
    #[error("`{0}` cannot name a key; use a name without spaces and `+`, such as `house.example/log`")]
    Name(String),
    /// The text is not `name+id+base64`.
    #[error("`{0}` is not a verifier key; write `name+12ab34cd+base64`")]
    Shape(String),
    /// A kind of key other than the one wanted here.
    #[error(
        "the key of `{0}` is of another kind; a log's key is plain Ed25519, a witness's an Ed25519 cosignature key"
    )]
    Kind(String),
    /// The id is not the one computed from name and key.
    #[error(
        "the id of key `{name}` is {found:08x} but name and key give {computed:08x}; copy the whole line again"
    )]
    Id {
        /// The key's name.
        name: String,
        /// What the text says.
        found: u32,
        /// What it should say.
        computed: u32,
    },
}

/// Why a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadNote {
    /// More bytes than a note may have.
    #[error("the note has {0} bytes; at most {most} are read", most = NOTE_MOST)]
    TooLong(usize),
    /// The text is empty, does not end a line, or has a control character.
    #[error("a note's text is whole lines without control characters, tabs included")]
    Text,
    /// No empty line separates text and signatures.
    #[error("the note has no empty line before its signatures; copy it whole, final line break included")]
    NoSignatures,
    /// A signature line is not as it should be.
    #[error("signature line {0} cannot be read; it should be `— name base64`")]
    Signature(usize),
    /// More signatures than a note may have.
    #[error("the note has more than {most} signatures", most = SIGNATURES_MOST)]
    TooManySignatures,
    /// A known key's signature is wrong: the text was changed.
    #[error("the signature of `{0}` does not fit the text; something was changed after signing")]
    Forged(String),
    /// No known key has signed.
    #[error("none of the known keys has signed this note; signed by: {0}")]
    Unknown(String),
}

impl SigningKey {
    /// A key from a seed of 32 random bytes (the private key of RFC 8032), drawn by the caller.
    ///
    /// # Errors
    /// [`BadKey::Name`] where the name cannot name a key.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SigningKey, BadKey> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Ok(SigningKey { verifier: VerifierKey::new(name, key.verifying_key())?, key })
    }

    /// The public half, to be handed to everyone.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    fn sign(&self, text: &str) -> Signature {
        let bytes = self.key.sign(text.as_bytes()).to_bytes().to_vec();
        Signature { name: self.verifier.name.clone(), id: self.verifier.id, bytes }
    }
}

impl VerifierKey {
    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id: the first four bytes of a hash over name and key.
    pub const fn id(&self) -> u32 {
        self.id
    }

    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> Result<VerifierKey, BadKey> {
        if !is_key_name(name) {
            return Err(BadKey::Name(name.to_owned()));
        }
        Ok(VerifierKey { name: name.to_owned(), id: key_id(name, ED25519, key.as_bytes()), key })
    }

    fn made(&self, signature: &Signature) -> bool {
        self.id == signature.id && self.name == signature.name
    }

    fn accepts(&self, text: &str, signature: &Signature) -> bool {
        ed25519_dalek::Signature::from_slice(&signature.bytes)
            .is_ok_and(|s| self.key.verify_strict(text.as_bytes(), &s).is_ok())
    }
}

impl Signature {
    /// The name of the key that claims to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of that key.
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// What stands behind the key id: the signature, and whatever its type puts around it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) const fn new(name: String, id: u32, bytes: Vec<u8>) -> Signature {
        Signature { name, id, bytes }
    }
}

impl Note {
    /// A note that nobody has signed yet. The text ends with a line break.
    ///
    /// # Errors
    /// [`BadNote::Text`] where it does not, or where there are control characters; [`BadNote::TooLong`].
    pub fn new(text: &str) -> Result<Note, BadNote> {
        if text.len() > NOTE_MOST {
            return Err(BadNote::TooLong(text.len()));
        }
        let control = |c: char| c < ' ' && c != '\n';
        if !text.ends_with('\n') || text.contains(control) {
            return Err(BadNote::Text);
        }
        Ok(Note { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Adds a signature over the text; one this key made before is replaced.
    #[must_use]
    pub fn signed_by(mut self, key: &SigningKey) -> Note {
        self.signatures.retain(|s| !key.verifier.made(s));
        self.signatures.push(key.sign(&self.text));
        self
    }

    /// Adds a signature somebody else made; one with the same name and key id is replaced.
    ///
    /// # Errors
    /// [`BadNote::TooManySignatures`].
    pub fn with(mut self, signature: Signature) -> Result<Note, BadNote> {
        self.signatures.retain(|s| s.name != signature.name || s.id != signature.id);
        if self.signatures.len() >= SIGNATURES_MOST {
            return Err(BadNote::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(self)
    }

    /// The text as it stands, whoever signed it or not: for what must know which key to ask.
    pub fn claimed_text(&self) -> &str {
        &self.text
    }

    /// Who claims to have signed, in the order of the lines.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The text, if at least one known key has signed it. Signatures of unknown keys are ignored.
    ///
    /// # Errors
    /// [`BadNote::Forged`] where a known key's signature does not hold, [`BadNote::Unknown`] where no known key has signed.
    pub fn verify<'a>(&'a self, known: &'a [VerifierKey]) -> Result<Verified<'a>, BadNote> {
        let mut by = Vec::new();
        for key in known {
            let mut own = self.signatures.iter().filter(|s| key.made(s)).peekable();
            if own.peek().is_none() || by.contains(&key) {
                continue;
            }
            if !own.all(|s| key.accepts(&self.text, s)) {
                return Err(BadNote::Forged(key.name.clone()));
            }
            by.push(key);
        }
        if by.is_empty() {
            let names: Vec<&str> = self.signatures.iter().take(16).map(Signature::name).collect();
            return Err(BadNote::Unknown(if names.is_empty() {
                "nobody".to_owned()
            } else {
                names.join(", ")
            }));
        }
        Ok(Verified { text: &self.text, by })
    }
}

pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c < ' ' || c == '+')
}

pub(crate) fn key_id(name: &str, kind: u8, key: &[u8; 32]) -> u32 {
    let hash = Hash::of_parts(&[name.as_bytes(), b"\n", &[kind], key]);
    let [a, b, c, d, ..] = *hash.as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// `name+id+base64(type ‖ key)`, the form log tools read.
impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[ED25519], self.key.as_bytes().as_slice()].concat());
        f.pad(&format!("{}+{:08x}+{key}", self.name, self.id))
    }
}

impl FromStr for VerifierKey {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<VerifierKey, BadKey> {
        let (name, key) = read_key(text, ED25519)?;
        VerifierKey::new(&name, key)
    }
}

/// Name and key of `name+id+base64(kind ‖ key)`, its id checked.
pub(crate) fn read_key(text: &str, kind: u8) -> Result<(String, ed25519_dalek::VerifyingKey), BadKey> {
    let text = text.trim();
    let shape = || BadKey::Shape(text.chars().take(200).collect());
    let (name, rest) = text.split_once('+').ok_or_else(shape)?;
    let (id, key) = rest.split_once('+').ok_or_else(shape)?;
    if id.len() != 8 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(shape());
    }
    let found = u32::from_str_radix(id, 16).map_err(|_| shape())?;
    let bytes = STANDARD.decode(key).map_err(|_| shape())?;
    let (claimed, bytes) = bytes.split_first().ok_or_else(shape)?;
    if *claimed != kind {
        return Err(BadKey::Kind(name.to_owned()));
    }
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| shape())?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| shape())?;
    if !is_key_name(name) {
        return Err(BadKey::Name(name.to_owned()));
    }
    let computed = key_id(name, kind, key.as_bytes());
    if computed != found {
        return Err(BadKey::Id { name: name.to_owned(), found, computed });
    }
    Ok((name.to_owned(), key))
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, …)", self.verifier.name)
    }
}

/// The whole note as a file carries it.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for Signature { name, id, bytes } in &self.signatures {
            writeln!(f, "— {name} {}", STANDARD.encode([id.to_be_bytes().as_slice(), bytes].concat()))?;
        }
        Ok(())
    }
}

impl FromStr for Note {
    type Err = BadNote;

    fn from_str(text: &str) -> Result<Note, BadNote> {
        if text.len() > NOTE_MOST {
            return Err(BadNote::TooLong(text.len()));
        }
        // The last empty line separates; the text may have empty lines of its own.
        let place = text.rfind("\n\n").ok_or(BadNote::NoSignatures)?;
        let (body, lines) = (&text[..=place], &text[place + 2..]); // both ends stand at ASCII line breaks
        let mut note = Note::new(body)?;
        let lines = lines.strip_suffix('\n').ok_or(BadNote::NoSignatures)?;
        for (index, line) in lines.split('\n').enumerate() {
            if index == SIGNATURES_MOST {
                return Err(BadNote::TooManySignatures);
            }
            note.signatures.push(signature_line(line).ok_or(BadNote::Signature(index + 1))?);
        }
        Ok(note)
    }
}

pub(crate) fn signature_line(line: &str) -> Option<Signature> {
    let (name, code) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(code).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    if !is_key_name(name) || signature.is_empty() {
        return None;
    }
    Some(Signature { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: signature.to_vec() })
}
