//! Consent receipts: an answer, or a statement, with everything that lets a stranger check it offline.
//!
//! A receipt is a JSON object. It carries the **lines** of the registry that the answer rests on, the log's receipt for
//! each line that somebody said, and of the **map** of the newest epoch the proof, for every holder who must agree and every
//! subject on which they could have spoken, of who has spoken there or that nobody has.
//!
//! Checking it believes nothing but the log's key:
//!
//! 1. Every statement is signed, and it is the entry that its receipt proves.
//! 2. The map's root is an entry of the log; each pair of holder and subject has exactly the heads shown, or none.
//! 3. Each head ends a chain of statements that are all here: none was left out, and none is newer.
//! 4. For everything else the answer could rest on (who holds a role in the recording and its works, who speaks for whom,
//!    what was licensed to the asker, what is disputed), the map has exactly the lines shown, with their ends, or none: no
//!    holder, mandate, licence or dispute was left out, and none was ended before the map's size without being shown.
//! 5. The decision is made again from the lines, as of the map's size, and gives the same answer.
//!
//! Told by the house and not proved: which works a recording performs, and how well parties are verified. Whoever keeps
//! the newest size seen refuses an older receipt. Maps from before they had point 4 are still read; what they leave open
//! is told ([`Shown::complete`]).

use std::collections::{BTreeMap, BTreeSet};

use proof::Hash;
use proof::log::{Policy, Receipt, Seen, Trusted};
use proof::map::{MapKey, MapProof};
use serde_json::{Value, json};

use crate::registry::{Object, Statement, read_line};
use crate::statement;
use crate::{Answer, Asked, Builder, Question, Session, Use};

/// The word in `type`.
pub const TYPE: &str = "consent-receipt";

/// How long a receipt is read, in bytes.
pub const RECEIPT_MOST: usize = 16 << 20;

/// What a receipt is made from.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// What was asked; nothing where a receipt is for what one holder said.
    pub question: Option<Value>,
    /// Lines of the registry, with `log` and `at`.
    pub lines: Vec<Value>,
    /// The log's receipts by the id of the line.
    pub proofs: BTreeMap<String, String>,
    /// The log's receipt for the root of the map.
    pub map: String,
    /// Who has spoken where.
    pub spoken: Vec<Spoken>,
    /// What else was logged about what the answer rests on.
    pub held: Vec<Held>,
}

/// That the lines of a kind about something are exactly those of the receipt, or that there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// `claim`, `mandate`, `license` or `dispute`.
    pub kind: String,
    /// About what: the subject of claims and disputes, the principal of mandates, the licensee of licences.
    pub key: String,
    /// The map's proof of exactly that.
    pub proof: String,
}

/// Who has spoken for a holder about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The holder.
    pub holder: String,
    /// About what.
    pub subject: String,
    /// Speaker, hash of the newest statement, its place; empty where nobody has spoken.
    pub heads: Vec<(String, String, u64)>,
    /// The map's proof of exactly that.
    pub proof: String,
}

/// What a receipt was found to show.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The checkpoint it was checked under, with its witnesses.
    pub under: Trusted,
    /// As of how many entries of the log nobody had said more.
    pub size: u64,
    /// The statements that are proved, by id.
    pub statements: Vec<String>,
    /// How many pairs of holder and subject are proved to be silent.
    pub silent: usize,
    /// Whether it is proved that no claim, mandate, licence or dispute was left out, and none ended, up to that size.
    pub complete: bool,
    /// The answer, made again, with its codes in order; nothing where nothing was asked.
    pub answer: Option<String>,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadConsentReceipt {
    /// It is no receipt.
    #[error("this is not a consent receipt: {0}")]
    Shape(String),
    /// A line cannot be read, or contradicts another.
    #[error("line `{0}` of the receipt cannot be used: {1}")]
    Line(String, String),
    /// The log's receipt of a line is missing or not believed.
    #[error("`{0}` is not proved to be in the log: {1}")]
    NotLogged(String, String),
    /// The map or its root.
    #[error("the map of who has spoken is not believed: {0}")]
    Map(String),
    /// The proof for a holder and subject is missing or not believed.
    #[error("what `{holder}` said about `{subject}` is not proved: {why}")]
    Absence {
        /// The holder.
        holder: String,
        /// The subject.
        subject: String,
        /// How it fails.
        why: String,
    },
    /// The chain does not lead to its head.
    #[error("what `{holder}` said about `{subject}` is not complete: {why}")]
    Chain {
        /// The holder.
        holder: String,
        /// The subject.
        subject: String,
        /// How it fails.
        why: String,
    },
    /// What was logged of a kind about something is not what is shown.
    #[error("that these are all lines of `{kind}` about `{key}` is not proved: {why}")]
    Held {
        /// `claim`, `mandate`, `license` or `dispute`.
        kind: String,
        /// About what.
        key: String,
        /// How it fails.
        why: String,
    },
    /// The decision gives another answer than the receipt claims.
    #[error("the lines give the answer `{found}`, and the receipt claims `{claimed}`")]
    OtherAnswer {
        /// What they give.
        found: String,
        /// What is claimed.
        claimed: String,
    },
    /// It is older than what was seen.
    #[error(
        "the receipt is as of {found} entries of the log, and {seen} were seen: it is old, and somebody may have refused since"
    )]
    Old {
        /// Its size.
        found: u64,
        /// What was seen.
        seen: u64,
    },
}

type Bad = BadConsentReceipt;

/// The value of a holder and subject in the map: the hash over all chains' heads, in the order of their speakers.
pub fn heads_hash(heads: &[(String, String, u64)]) -> Hash {
    let mut lines: Vec<String> =
        heads.iter().map(|(speaker, hash, place)| format!("{speaker} {hash} {place}\n")).collect();
    lines.sort();
    Hash::of(format!("heads/1\n{}", lines.concat()).as_bytes())
}

/// A line that is no statement, as the map has it: its id, the hash of what it says, its place, and the place of its end.
pub type HeldLine = (String, String, u64, Option<u64>);

/// The fields by which a line tells that it ended; they are not part of what it said.
const ENDS: [&str; 4] = ["revoked_at", "revoked_log", "closed_at", "closed_log"];

/// The key in the map of all lines of a kind about something.
pub fn held_key(kind: &str, key: &str) -> MapKey {
    MapKey::of(&["held", kind, key])
}

/// The value there: the hash over the lines, in the order of their ids.
pub fn held_hash(lines: &[HeldLine]) -> Hash {
    let line = |(id, hash, place, end): &HeldLine| {
        let end = end.map_or_else(|| "-".to_owned(), |e| e.to_string());
        format!("{id} {hash} {place} {end}\n")
    };
    let mut lines: Vec<String> = lines.iter().map(line).collect();
    lines.sort();
    Hash::of(format!("held/1\n{}", lines.concat()).as_bytes())
}

/// The hash of what a line says, whether it has ended or not.
///
/// # Errors
/// As [`statement::canonical`].
pub fn line_hash(line: &Value) -> Result<Hash, statement::BadStatement> {
    let mut bare = line.clone();
    if let Some(object) = bare.as_object_mut() {
        ENDS.iter().for_each(|field| drop(object.remove(*field)));
    }
    statement::hash(&bare)
}

/// Under which kind and key a line is held; nothing for statements and for lines that are not logged.
fn held_at(line: &Value) -> Option<(String, String)> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let kind = text("type")?;
    let field = match kind.as_str() {
        "claim" => "subject",
        // That two answer for one name is no entry; it only ever makes an answer stricter.
        "dispute" if line.get("log").is_none() => return None,
        "dispute" => "subject",
        "mandate" => "principal",
        "license" => "licensee",
        _ => return None,
    };
    Some((kind, text(field)?))
}

/// Everything that has to be shown to be complete for a question, beside statements.
pub fn needed(question: &Question<'_>, lines: &[Object], asked: &[String]) -> BTreeSet<(String, String)> {
    let pair = |kind: &str, key: String| (kind.to_owned(), key);
    let mut all = BTreeSet::from([pair("license", question.licensee.to_owned())]);
    for subject in scopes(question, lines).into_iter().filter(|s| s.contains(':')) {
        all.insert(pair("claim", subject.clone()));
        all.insert(pair("dispute", subject));
    }
    if let Asked::Person(person) = question.subject {
        all.insert(pair("dispute", format!("person:{person}")));
    }
    for holder in asked {
        all.insert(pair("dispute", format!("person:{holder}")));
        all.insert(pair("mandate", holder.clone()));
    }
    all
}

/// Whether a line belongs into a receipt that shows these kinds and keys.
pub fn belongs(line: &Value, needed: &BTreeSet<(String, String)>) -> bool {
    held_at(line).is_none_or(|pair| needed.contains(&pair))
}

/// The entry by which the log carries a statement: its hash, who said it, with which key; nothing of what it says.
pub fn leaf(statement: &Value, hash: &Hash) -> Value {
    let text = |field: &str| statement.get(field).cloned().unwrap_or(Value::Null);
    json!({
        "hash": hash.to_string(), "id": text("id"), "key": text("key"), "leaf": "statement", "speaker": text("speaker"),
    })
}

/// What could have been spoken about where a recording is asked about: its own scopes and those of each holder.
pub fn scopes(question: &Question<'_>, lines: &[Object]) -> Vec<String> {
    let mut scopes = vec!["person".to_owned(), "catalogue".to_owned()];
    if let Asked::Recording(text) = question.subject {
        let packed = crate::index::pack_isrc(text.as_bytes());
        let fits = |r: &&crate::registry::Recording| {
            r.id == text || (packed.is_some() && crate::index::pack_isrc(r.isrc.as_bytes()) == packed)
        };
        let recordings =
            lines.iter().filter_map(|o| if let Object::Recording(r) = o { Some(r) } else { None });
        for r in recordings.filter(fits) {
            scopes.push(format!("recording:{}", r.id));
            scopes.extend(r.works.iter().map(|w| format!("work:{w}")));
            scopes.extend(Some(&r.project).filter(|p| !p.is_empty()).map(|p| format!("project:{p}")));
        }
    }
    scopes.extend(question.project.map(|p| format!("project:{p}")));
    scopes.sort();
    scopes.dedup();
    scopes
}

/// Writes a receipt; the answer is made from its lines as of the map's size.
///
/// # Errors
/// [`BadConsentReceipt`] where the lines or the question cannot be read.
pub fn write(parts: &Parts, size: u64) -> Result<String, BadConsentReceipt> {
    let objects = read_lines(&parts.lines)?;
    let answer = parts.question.as_ref().map(|q| decide(q, &objects, size)).transpose()?;
    let spoken = parts
        .spoken
        .iter()
        .map(|s| json!({ "heads": s.heads, "holder": s.holder, "proof": s.proof, "subject": s.subject }));
    let held = parts.held.iter().map(|h| json!({ "key": h.key, "kind": h.kind, "proof": h.proof }));
    let receipt = json!({
        "type": TYPE, "version": 2, "held": held.collect::<Vec<_>>(), "question": parts.question, "answer": answer.map(|a| a.words), "lines": parts.lines,
        "proofs": parts.proofs, "map": parts.map, "spoken": spoken.collect::<Vec<_>>(),
    });
    Ok(format!("{receipt:#}\n"))
}

/// Checks a receipt with nothing but the log's keys; `seen` is the newest state of the log that is remembered, where
/// the question is what holds now.
///
/// # Errors
/// [`BadConsentReceipt`], in its order.
pub fn verify(text: &str, policy: &Policy, seen: Option<&Seen>) -> Result<Shown, BadConsentReceipt> {
    let parts = read(text)?;
    let objects = read_lines(&parts.lines)?;
    let (under, Epoch { root, size, complete }) = open_map(&parts.map, policy)?;
    if let Some(seen) = seen {
        if size < seen.size && under.checkpoint.size < seen.size {
            return Err(Bad::Old { found: size, seen: seen.size });
        }
        seen.not_older(&under.checkpoint).map_err(|e| Bad::Map(e.to_string()))?;
    }
    let mut statements = Vec::new();
    for (line, object) in parts.lines.iter().zip(&objects) {
        if let Object::Statement(said) = object {
            proved(line, said, &parts, policy, size)?;
            statements.push(said.id.clone());
        }
    }
    let mut silent = 0;
    let mut pairs = BTreeSet::new();
    for spoken in &parts.spoken {
        one_pair(spoken, &parts.lines, &objects, &root)?;
        silent += usize::from(spoken.heads.is_empty());
        pairs.insert((spoken.holder.clone(), spoken.subject.clone()));
    }
    // A statement outside of the chains shown would be decided on and be proved by nothing.
    for object in &objects {
        if let Object::Statement(s) = object {
            let pair = (s.for_party.clone().unwrap_or_else(|| s.speaker.clone()), s.subject.clone());
            if !pairs.contains(&pair) {
                let why = "it belongs to no chain that the receipt shows".to_owned();
                return Err(Bad::NotLogged(s.id.clone(), why));
            }
        }
    }
    let held = if complete { Some(all_held(&parts, &root)?) } else { None };
    let answer = match &parts.question {
        None => None,
        Some(question) => Some(answered(question, text, &objects, &pairs, held.as_ref(), size)?),
    };
    Ok(Shown { under, size, statements, silent, complete, answer })
}

/// Checks that the map has exactly the lines of the receipt under each kind and key that it shows, and that every line
/// stands under one of them.
fn all_held(parts: &Parts, root: &Hash) -> Result<BTreeSet<(String, String)>, Bad> {
    let mut lines: BTreeMap<(String, String), Vec<HeldLine>> = BTreeMap::new();
    for line in &parts.lines {
        let Some(pair) = held_at(line) else { continue };
        let bad = |why: String| Bad::Held { kind: pair.0.clone(), key: pair.1.clone(), why };
        let number = |name: &str| line.get(name).and_then(Value::as_u64);
        let hash = line_hash(line).map_err(|e| bad(e.to_string()))?;
        let place = number("log").ok_or_else(|| bad("a line has no place".to_owned()))?;
        let end = number("revoked_log").or_else(|| number("closed_log"));
        let id = line.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        lines.entry(pair.clone()).or_default().push((id, hash.to_string(), place, end));
    }
    let mut shown = BTreeSet::new();
    for one in &parts.held {
        let pair = (one.kind.clone(), one.key.clone());
        let bad = |why: String| Bad::Held { kind: one.kind.clone(), key: one.key.clone(), why };
        let proof: MapProof = one.proof.parse().map_err(|e: proof::map::BadMapProof| bad(e.to_string()))?;
        let has = proof.verify(&held_key(&one.kind, &one.key), root).map_err(|e| bad(e.to_string()))?;
        let claimed = lines.get(&pair).map(|l| held_hash(l));
        if has != claimed {
            return Err(bad("the map has something else there".to_owned()));
        }
        shown.insert(pair);
    }
    if let Some((kind, key)) = lines.keys().find(|pair| !shown.contains(*pair)) {
        let why = "no proof is here".to_owned();
        return Err(Bad::Held { kind: kind.clone(), key: key.clone(), why });
    }
    Ok(shown)
}

fn answered(
    question: &Value,
    text: &str,
    objects: &[Object],
    pairs: &BTreeSet<(String, String)>,
    held: Option<&BTreeSet<(String, String)>>,
    size: u64,
) -> Result<String, Bad> {
    let Decided { words: found, asked, scopes, needed } = decide(question, objects, size)?;
    if let Some((kind, key)) = held.and_then(|held| needed.iter().find(|pair| !held.contains(*pair))) {
        let why = "no proof is here".to_owned();
        return Err(Bad::Held { kind: kind.clone(), key: key.clone(), why });
    }
    for holder in asked {
        for subject in &scopes {
            if !pairs.contains(&(holder.clone(), subject.clone())) {
                let (subject, why) = (subject.clone(), "no proof is here".to_owned());
                return Err(Bad::Absence { holder, subject, why });
            }
        }
    }
    let claimed = serde_json::from_str::<Value>(text).ok();
    let claimed = claimed.as_ref().and_then(|v| v.get("answer")?.as_str()).unwrap_or_default();
    if claimed != found {
        let claimed = claimed.chars().filter(|c| !c.is_control()).take(200).collect();
        return Err(Bad::OtherAnswer { found, claimed });
    }
    Ok(found)
}

fn read(text: &str) -> Result<Parts, Bad> {
    let shape = |what: &str| Bad::Shape(what.to_owned());
    if text.len() > RECEIPT_MOST {
        return Err(Bad::Shape(format!("it has {} bytes; at most {RECEIPT_MOST} are read", text.len())));
    }
    let value: Value = serde_json::from_str(text).map_err(|e| Bad::Shape(e.to_string()))?;
    if value.get("type").and_then(Value::as_str) != Some(TYPE) {
        return Err(shape("its `type` is another"));
    }
    if !matches!(value.get("version").and_then(Value::as_u64), Some(1 | 2)) {
        return Err(shape("its `version` is neither 1 nor 2; use a newer program"));
    }
    let list = |name: &str| {
        value.get(name).and_then(Value::as_array).ok_or_else(|| Bad::Shape(format!("`{name}` is missing")))
    };
    let words = |v: &Value, name: &str| v.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut spoken = Vec::new();
    for one in list("spoken")? {
        let head = |h: &Value| {
            Some((h.get(0)?.as_str()?.to_owned(), h.get(1)?.as_str()?.to_owned(), h.get(2)?.as_u64()?))
        };
        let heads = one.get("heads").and_then(Value::as_array).and_then(|h| h.iter().map(head).collect());
        let read = || {
            Some(Spoken {
                holder: words(one, "holder")?,
                subject: words(one, "subject")?,
                heads: heads?,
                proof: words(one, "proof")?,
            })
        };
        spoken.push(read().ok_or_else(|| shape("an element of `spoken` is not as it should be"))?);
    }
    let mut held = Vec::new();
    for one in value.get("held").and_then(Value::as_array).into_iter().flatten() {
        let read =
            || Some(Held { kind: words(one, "kind")?, key: words(one, "key")?, proof: words(one, "proof")? });
        held.push(read().ok_or_else(|| shape("an element of `held` is not as it should be"))?);
    }
    let proofs =
        value.get("proofs").and_then(Value::as_object).ok_or_else(|| shape("`proofs` is missing"))?;
    let proofs =
        proofs.iter().map(|(id, p)| (id.clone(), p.as_str().unwrap_or_default().to_owned())).collect();
    Ok(Parts {
        question: value.get("question").filter(|q| !q.is_null()).cloned(),
        lines: list("lines")?.clone(),
        proofs,
        map: words(&value, "map").ok_or_else(|| shape("`map` is missing"))?,
        spoken,
        held,
    })
}

fn read_lines(lines: &[Value]) -> Result<Vec<Object>, Bad> {
    let mut objects = Vec::new();
    let mut ids = BTreeSet::new();
    for (number, line) in (1..).zip(lines) {
        let id = line.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let bad = |why: String| Bad::Line(id.chars().filter(|c| !c.is_control()).take(80).collect(), why);
        let object = read_line(number, line.to_string().as_bytes()).map_err(|p| bad(p.message))?;
        let kind = line.get("type").and_then(Value::as_str).unwrap_or_default();
        if !ids.insert((kind.to_owned(), id.clone())) {
            return Err(bad("it stands twice".to_owned()));
        }
        objects.push(object.ok_or_else(|| bad("it is empty".to_owned()))?);
    }
    Ok(objects)
}

/// An epoch of the map.
struct Epoch {
    root: Hash,
    /// As of how many entries it is.
    size: u64,
    /// Whether it holds claims, mandates, licences and disputes beside statements.
    complete: bool,
}

/// The epoch of the map, and the checkpoint that proves it.
fn open_map(text: &str, policy: &Policy) -> Result<(Trusted, Epoch), Bad> {
    let bad = |why: String| Bad::Map(why);
    let receipt: Receipt = text.parse().map_err(|e: proof::log::BadReceipt| bad(e.to_string()))?;
    let under = receipt.verify(policy).map_err(|e| bad(e.to_string()))?;
    let entry: Value = serde_json::from_slice(receipt.entry.as_deref().unwrap_or_default())
        .map_err(|_| bad("its entry is no map".to_owned()))?;
    let root = entry.get("root").and_then(Value::as_str).and_then(|t| t.parse().ok());
    let size = entry.get("size").and_then(Value::as_u64);
    let complete = entry.get("version").and_then(Value::as_u64).is_some_and(|v| v >= 2);
    match (entry.get("leaf").and_then(Value::as_str), root, size) {
        // An epoch speaks of everything before its own entry.
        (Some("map"), Some(root), Some(size)) if size <= receipt.index => {
            Ok((under, Epoch { root, size, complete }))
        }
        _ => Err(bad("its entry is no map".to_owned())),
    }
}

/// That a statement is signed and logged where it says.
fn proved(line: &Value, said: &Statement, parts: &Parts, policy: &Policy, size: u64) -> Result<(), Bad> {
    let not = |why: String| Bad::NotLogged(said.id.clone(), why);
    statement::verify(line).map_err(|e| not(e.to_string()))?;
    let hash = statement::hash(line).map_err(|e| not(e.to_string()))?;
    let text = parts.proofs.get(&said.id).ok_or_else(|| not("no proof is here".to_owned()))?;
    let receipt: Receipt = text.parse().map_err(|e: proof::log::BadReceipt| not(e.to_string()))?;
    receipt.verify(policy).map_err(|e| not(e.to_string()))?;
    let wanted = serde_json_canonicalizer::to_vec(&leaf(line, &hash)).map_err(|e| not(e.to_string()))?;
    if receipt.entry.as_deref() != Some(wanted.as_slice()) {
        return Err(not("the entry that is proved is another".to_owned()));
    }
    if said.log != receipt.index || said.log >= size {
        return Err(not(format!("it is entry {} of the log, and the line says {}", receipt.index, said.log)));
    }
    Ok(())
}

/// That the map has exactly these heads for a holder and subject, and that every chain to them is here.
fn one_pair(spoken: &Spoken, lines: &[Value], objects: &[Object], root: &Hash) -> Result<(), Bad> {
    let (holder, subject) = (&spoken.holder, &spoken.subject);
    let absence = |why: String| Bad::Absence { holder: holder.clone(), subject: subject.clone(), why };
    let chain = |why: String| Bad::Chain { holder: holder.clone(), subject: subject.clone(), why };
    let proof: MapProof =
        spoken.proof.parse().map_err(|e: proof::map::BadMapProof| absence(e.to_string()))?;
    let has = proof.verify(&MapKey::of(&[holder, subject]), root).map_err(|e| absence(e.to_string()))?;
    let claimed = if spoken.heads.is_empty() { None } else { Some(heads_hash(&spoken.heads)) };
    if has != claimed {
        return Err(absence("the map has something else there".to_owned()));
    }
    let mut said: BTreeMap<&str, Vec<(&Statement, &Value)>> = BTreeMap::new();
    for (line, object) in lines.iter().zip(objects) {
        if let Object::Statement(s) = object
            && s.for_party.as_deref().unwrap_or(&s.speaker) == holder
            && s.subject == *subject
        {
            said.entry(&s.speaker).or_default().push((s, line));
        }
    }
    if said.len() != spoken.heads.len() {
        return Err(chain(format!(
            "{} have spoken, and statements of {} are here",
            spoken.heads.len(),
            said.len()
        )));
    }
    for (speaker, hash, place) in &spoken.heads {
        let own =
            said.get_mut(speaker.as_str()).ok_or_else(|| chain(format!("nothing of `{speaker}` is here")))?;
        own.sort_by_key(|(s, _)| s.log);
        let head =
            statement::verify_chain(own.iter().map(|(_, line)| *line)).map_err(|e| chain(e.to_string()))?;
        if head.map(|h| h.to_string()).as_ref() != Some(hash)
            || own.last().map(|(s, _)| s.log) != Some(*place)
        {
            return Err(chain(format!("the newest statement of `{speaker}` is not here")));
        }
    }
    Ok(())
}

/// The answer to a question from the lines as of a size.
struct Decided {
    /// Its codes.
    words: String,
    /// Who was asked.
    asked: Vec<String>,
    /// The subjects they could have spoken about.
    scopes: Vec<String>,
    /// What else must be shown to be complete.
    needed: BTreeSet<(String, String)>,
}

fn decide(question: &Value, objects: &[Object], size: u64) -> Result<Decided, Bad> {
    let text = |name: &str| question.get(name).and_then(Value::as_str);
    let bad = |what: &str| Bad::Shape(format!("`{what}` of its question cannot be read"));
    let day = |name: &'static str| text(name).map(str::parse).transpose().map_err(|_| bad(name));
    let usage: Use = text("use").and_then(|u| u.parse().ok()).ok_or_else(|| bad("use"))?;
    let subject = match (text("recording"), text("person")) {
        (Some(recording), None) => Asked::Recording(recording),
        (None, Some(person)) => Asked::Person(person),
        _ => return Err(bad("recording")),
    };
    let territory = text("territory").unwrap_or("Worldwide").parse().map_err(|_| bad("territory"))?;
    let licensee = text("licensee").ok_or_else(|| bad("licensee"))?;
    let on = day("on")?.ok_or_else(|| bad("on"))?;
    let question = Question {
        until: day("until")?,
        log_size: size,
        model: text("model"),
        version: text("version"),
        purpose: text("purpose"),
        project: text("project"),
        min_level: text("min_level")
            .map_or(Ok(crate::registry::Level::Asserted), str::parse)
            .map_err(|_| bad("min_level"))?,
        ..Question::new(subject, usage, licensee, on, territory)
    };
    let mut builder = Builder::default();
    for (number, object) in (1..).zip(objects) {
        builder.push(number, object).map_err(|p| Bad::Line(number.to_string(), p.message))?;
    }
    let index = builder.finish();
    let mut answer = Answer::default();
    index.decide(&question, &mut Session::default(), &mut answer);
    let report = index.report(&question, &answer);
    let mut asked: Vec<String> = report.asked.iter().map(|h| h.party.clone()).collect();
    asked.sort();
    asked.dedup();
    let needs = if answer.needs_license { Some("NEEDS_LICENSE") } else { None };
    let reasons: Vec<_> = report.reasons.iter().map(crate::Reason::code).chain(needs).collect();
    let mut words = format!("{} {}", report.outcome.code(), reasons.join(";"));
    words.push_str(&format!(" weakest={}", report.weakest.code()));
    if report.outcome.is_yes() && !report.conditions.is_empty() {
        words.push_str(&format!(" if {}", report.conditions.join("; ")));
    }
    let needed = needed(&question, objects, &asked);
    Ok(Decided { words, asked, scopes: scopes(&question, objects), needed })
}
