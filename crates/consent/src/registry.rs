//! The registry as lines: parties, works, recordings, claims, mandates, statements, licences, disputes.
//!
//! One JSON object a line. The order of lines means nothing: what came first is told by `log`, the place in
//! the public log, and `at`, the day it got there. The reader gives every good line and a problem for every
//! bad one. It does not know who asks what.

use jiff::civil::Date;
use music::Problem;
use serde::Deserialize;

/// The longest line that is read, in bytes: an entry of the log has at most 65,535.
pub const LINE_MOST: usize = 1 << 20;

/// One line of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each holds the row of its own name")]
pub enum Object {
    Party(Party),
    Work(Work),
    Recording(Recording),
    Claim(Claim),
    Mandate(Mandate),
    Statement(Statement),
    License(License),
    Dispute(Dispute),
}

/// The field `type`, read before the rest of the line and skipped then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TypeWord;

impl<'de> Deserialize<'de> for TypeWord {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<TypeWord, D::Error> {
        serde::de::IgnoredAny::deserialize(from).map(|_| TypeWord)
    }
}

/// Somebody who holds, speaks or asks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Party {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// The day a minor comes of age.
    pub minor_until: Option<Date>,
    /// How well it is verified.
    pub level: Level,
}

/// A composition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Work {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// Its ISWC.
    pub iswc: String,
    /// Its title.
    pub title: String,
}

/// One fixed performance, with what resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recording {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// Its ISRC.
    pub isrc: String,
    /// SHA-256 of its file, 64 hexadecimal digits.
    pub file_hash: String,
    /// Its ISCC.
    pub iscc: String,
    /// Its artist, as written.
    pub artist: String,
    /// Its title.
    pub title: String,
    /// The works it performs, by id.
    pub works: Vec<String>,
    /// The project it is part of.
    pub project: String,
    /// Whether text and data mining is reserved under EU law; reported beside the answer.
    pub tdm_reserved: Option<bool>,
    /// Its place in the log.
    pub log: u64,
}

/// That a party holds a share in a role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Claim {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// `recording:ID`, `work:ID` or `project:ID`.
    pub subject: String,
    /// In which role.
    pub role: ClaimRole,
    /// Who.
    pub party: String,
    /// Millionths of the whole; without it the whole. A share of nought needs not be asked.
    pub share_ppm: Option<u32>,
    /// Where; empty is everywhere.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// Its place in the log.
    pub log: u64,
    /// The day it got there.
    pub at: Option<Date>,
    /// How well it is verified.
    pub level: Level,
    /// The day it ended: somebody else holds the share now, or nobody.
    pub revoked_at: Option<Date>,
    /// The place of that in the log.
    pub revoked_log: u64,
}

/// That one party may speak for another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mandate {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// Who is spoken for.
    pub principal: String,
    /// Who speaks.
    pub agent: String,
    /// Which uses and groups; a group does not reach the personal ones.
    pub uses: Vec<String>,
    /// Where; empty is everywhere.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// The agent is the guardian of a minor.
    pub guardian: bool,
    /// The day it was revoked.
    pub revoked_at: Option<Date>,
    /// The place of the revocation in the log.
    pub revoked_log: u64,
    /// Its place in the log.
    pub log: u64,
    /// The day it got there.
    pub at: Option<Date>,
    /// How well it is verified.
    pub level: Level,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Statement {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// Who said it.
    pub speaker: String,
    /// For whom, where the speaker is an agent.
    #[serde(rename = "for")]
    pub for_party: Option<String>,
    /// `recording:ID`, `work:ID`, `project:ID`, `person` or `catalogue`.
    pub subject: String,
    /// What was said.
    pub kind: Word,
    /// Uses and groups.
    pub uses: Vec<String>,
    /// To whom; empty is everybody.
    pub licensees: Vec<String>,
    /// Where; empty is everywhere.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// What a permit asks in return.
    pub conditions: Conditions,
    /// What an `ask` offers, in words.
    pub offer: String,
    /// Which statement a withdrawal takes back; empty takes back all earlier ones of the same subject and uses.
    pub withdraws: String,
    /// Hash of the speaker's statement on this subject before this one.
    pub prev: String,
    /// Random digits, so that the hash in the public log tells nothing of the rest.
    pub salt: String,
    /// Ed25519 key, 64 hexadecimal digits.
    pub key: String,
    /// Ed25519 signature over the canonical bytes, 128 hexadecimal digits.
    pub signature: String,
    /// Its place in the log.
    pub log: u64,
    /// The day it got there.
    pub at: Option<Date>,
    /// How well the speaker was verified when it was said.
    pub level: Level,
}

/// An agreement that permits uses for a fee.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct License {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// Who may.
    pub licensee: String,
    /// Uses, one by one: a licence names what it grants.
    pub uses: Vec<String>,
    /// `recording:ID`, `work:ID`, `project:ID`, or `catalogue` for all of its signers.
    pub subjects: Vec<String>,
    /// Where; empty is everywhere.
    pub territories: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// The holders who signed, or for whom it was signed.
    pub signed_by: Vec<String>,
    /// What it asks in return.
    pub conditions: Conditions,
    /// For how many days outputs may go on after a revocation.
    pub notice_days: u32,
    /// The day it was revoked.
    pub revoked_at: Option<Date>,
    /// The place of the revocation in the log.
    pub revoked_log: u64,
    /// What was promised for trained models when consent ends.
    pub promises: String,
    /// Its place in the log.
    pub log: u64,
    /// The day it got there.
    pub at: Option<Date>,
    /// How well it is verified.
    pub level: Level,
}

/// That somebody contests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dispute {
    /// The word that was read already.
    #[serde(rename = "type")]
    pub of_type: TypeWord,
    /// Its id.
    pub id: String,
    /// `recording:ID`, `work:ID`, `project:ID` or `person:ID`.
    pub subject: String,
    /// The day it was closed.
    pub closed_at: Option<Date>,
    /// The place of its closing in the log.
    pub closed_log: u64,
    /// Its place in the log.
    pub log: u64,
    /// The day it got there.
    pub at: Option<Date>,
}

/// What is asked in return. What the question answers is checked; the rest is told to the licensee.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// Where output may go: `walled`, `download`, `streaming`, `advertising`.
    pub output: Vec<String>,
    /// The model.
    pub model: String,
    /// The model's version; a retrain is another one.
    pub version: String,
    /// `research` or `commercial`.
    pub purpose: String,
    /// The project.
    pub project: String,
    /// The longest term, in days from the day asked for.
    pub max_days: Option<u32>,
    /// The artist is named.
    pub attribution: bool,
    /// Output can be detected.
    pub detection: bool,
    /// The fee rule.
    pub fee: String,
}

/// What was said, from the mildest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Yes, under the conditions.
    Permit,
    /// Ask me for a licence.
    Ask,
    /// No.
    #[default]
    Refuse,
    /// An earlier word no longer holds.
    Withdraw,
}

/// The role in a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
#[allow(missing_docs, reason = "the words of `Role`")]
pub enum ClaimRole {
    #[default]
    Master,
    Work,
    Lyrics,
    Featured,
    Voice,
    Performer,
    Owner,
}

/// How well somebody or something is verified, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Level {
    /// They say so.
    #[default]
    Asserted,
    /// An address or an account answered.
    Contact,
    /// A document was seen.
    Documented,
    /// An identity was checked.
    Identified,
    /// A qualified signature or a public register says so.
    Qualified,
}

impl Level {
    /// All of them, weakest first.
    pub const ALL: [Level; 5] =
        [Level::Asserted, Level::Contact, Level::Documented, Level::Identified, Level::Qualified];

    /// Its word in files.
    pub const fn code(self) -> &'static str {
        match self {
            Level::Asserted => "asserted",
            Level::Contact => "contact",
            Level::Documented => "documented",
            Level::Identified => "identified",
            Level::Qualified => "qualified",
        }
    }
}

impl std::str::FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Level, String> {
        let found = Level::ALL.into_iter().find(|l| l.code() == text.trim());
        found.ok_or_else(|| {
            format!("`{text}` is not a level; write asserted, contact, documented, identified or qualified")
        })
    }
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
}

/// Reads one line; an empty line is nothing.
///
/// # Errors
/// A [`Problem`] with the line where it is not one of the objects of the schema.
pub fn read_line(line: u64, bytes: &[u8]) -> Result<Option<Object>, Problem> {
    const HINT: &str =
        "one JSON object a line, as docs/reference/registry.md tells; `tantieme consent schema` prints it";
    if bytes.len() > LINE_MOST {
        let message = format!("the line has {} bytes; at most {LINE_MOST} are read", bytes.len());
        return Err(Problem::new(
            "registry-line",
            line,
            message,
            "an entry of the log has at most 65,535 bytes",
        ));
    }
    let bytes = bytes.trim_ascii();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.is_empty() {
        return Ok(None);
    }
    let bad = |e: serde_json::Error| {
        let told: String = e.to_string().split(" at line ").next().unwrap_or_default().to_owned();
        let told: String = told.chars().filter(|c| !c.is_control()).take(300).collect();
        let message = format!("this is not an object of the registry, byte {}: {told}", e.column());
        Problem::new("registry-line", line, message, HINT)
    };
    if bytes.first() != Some(&b'{') {
        return Err(Problem::new("registry-line", line, "this line is not a JSON object", HINT));
    }
    let kind: Kind<'_> = serde_json::from_slice(bytes).map_err(bad)?;
    let object = match &*kind.kind {
        "party" => Object::Party(serde_json::from_slice(bytes).map_err(bad)?),
        "work" => Object::Work(serde_json::from_slice(bytes).map_err(bad)?),
        "recording" => Object::Recording(serde_json::from_slice(bytes).map_err(bad)?),
        "claim" => Object::Claim(serde_json::from_slice(bytes).map_err(bad)?),
        "mandate" => Object::Mandate(serde_json::from_slice(bytes).map_err(bad)?),
        "statement" => Object::Statement(serde_json::from_slice(bytes).map_err(bad)?),
        "license" => Object::License(serde_json::from_slice(bytes).map_err(bad)?),
        "dispute" => Object::Dispute(serde_json::from_slice(bytes).map_err(bad)?),
        other => {
            let other: String = other.chars().filter(|c| !c.is_control()).take(80).collect();
            return Err(Problem::new(
                "registry-type",
                line,
                format!("`{other}` is no type of the registry"),
                "write party, work, recording, claim, mandate, statement, license or dispute",
            ));
        }
    };
    Ok(Some(object))
}
