//! What others say of uses by AI in their own formats: read, and taken over where it tightens; and the way back.
//!
//! A foreign no becomes a refusal of the holder who hands it in. A foreign yes is told and becomes nothing.

use std::collections::BTreeSet;

use consent::foreign::source::{For, Kind};
use consent::foreign::{Told, cawg};
use consent::uses::{LIST, UseSet};
use consent::{Outcome, Use};
use media::signed::{self, Binding, Signature};
use music::Problem;
use serde_json::{Value, json};
use store::ConsentRow;

use super::page::ANYBODY;
use super::{Say, Spoken, registry, say, today};
use crate::failure::refuse;
use crate::{Failure, House, party};

/// The most bytes of a file that is no sound.
const TEXT_MOST: usize = 64 << 20;

/// The columns of statements as CSV.
const COLUMNS: [&str; 11] = [
    "speaker",
    "for",
    "subject",
    "kind",
    "uses",
    "licensees",
    "territories",
    "from",
    "until",
    "conditions",
    "offer",
];

/// What was read from a file.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// What it says.
    pub told: Vec<Told>,
    /// Where it is a sound with a signed manifest: by whom, and whether signature and file fit, in words.
    pub signed: Vec<String>,
    /// Our own statements, with their lines.
    pub statements: Vec<(u64, Say)>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Reads a file: what it is is told by `kind`, or found out.
///
/// # Errors
/// `foreign-unknown` where it is nothing that is read here.
pub fn read(name: &str, bytes: &[u8], kind: Option<Kind>, asked: For<'_>) -> Result<Read, Failure> {
    if kind.is_none() {
        if let Some(found) = signed::read(bytes) {
            return Ok(of_manifest(&found));
        }
        if let Some((statements, problems)) = own(bytes) {
            return Ok(Read { statements, problems, ..Read::default() });
        }
    }
    let unknown = || {
        refuse(
            "foreign-unknown",
            format!("`{name}` says nothing of uses by AI that is read here"),
            "a robots.txt, the head of an HTTP answer, a page, RSL, tdmrep.json, ODRL, TDM·AI, CAWG, a sound with a signed manifest, or statements as CSV or NDJSON; `--kind` names it",
        )
    };
    let kind =
        kind.or_else(|| Kind::sniff(name, bytes)).filter(|_| bytes.len() <= TEXT_MOST).ok_or_else(unknown)?;
    let (told, problems) = kind.read(bytes, asked);
    Ok(Read { told, problems, ..Read::default() })
}

/// The assertions of a signed manifest. A refusal needs no signature to be one; a yes that is not signed as it stands
/// is not even noted.
fn of_manifest(found: &signed::Signed) -> Read {
    let mut read = Read::default();
    let (words, holds) = match &found.signature {
        Signature::Fits { signer } => (format!("signed by `{signer}`, whom nobody here vouches for"), true),
        Signature::Broken { signer } => {
            (format!("the signature of `{signer}` does not fit: changed after signing"), false)
        }
        Signature::Unchecked { signer, algorithm } => {
            (format!("signed by `{signer}` with the algorithm {algorithm}, which is not checked here"), false)
        }
        Signature::Missing => ("not signed".to_owned(), false),
    };
    read.signed.push(words);
    let (words, same) = match found.binding {
        Binding::Fits => ("the file is the one that was signed", true),
        Binding::Broken => ("the file is not the one that was signed", false),
        Binding::Unchecked => ("whether the file is the one that was signed is not checked here", false),
    };
    read.signed.push(words.to_owned());
    let wanted = found.assertions.iter().filter(|a| cawg::LABELS.contains(&a.label.as_str()));
    for one in wanted {
        match cawg::Assertion::read(one.json.as_bytes()) {
            Ok(assertion) => {
                let mut told = assertion.told();
                if !(holds && same && one.claimed) && told.noted != UseSet::default() {
                    told.noted = UseSet::default();
                    told.lost.push(
                        "what it says yes to is not believed: it is not signed as it stands".to_owned(),
                    );
                }
                read.told.push(told);
            }
            Err(problem) => read.problems.push(problem),
        }
    }
    if read.told.is_empty() {
        read.told.push(Told {
            format: "CAWG",
            lost: vec!["the manifest says nothing of training and mining".to_owned()],
            ..Told::default()
        });
    }
    read
}

type Statements = (Vec<(u64, Say)>, Vec<Problem>);

/// Our own statements, where the bytes are some.
fn own(bytes: &[u8]) -> Option<Statements> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
    let head = text.lines().next()?.to_ascii_lowercase();
    if head.contains("\"type\"") && head.contains("\"statement\"") {
        return Some(ndjson(text));
    }
    let names: Vec<&str> = head.split([',', ';', '\t']).map(|n| n.trim().trim_matches('"')).collect();
    let has = |name: &str| names.contains(&name);
    (has("speaker") && has("uses") && (has("kind") || has("word"))).then(|| csv(text))
}

fn ndjson(text: &str) -> Statements {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (number, line) in (1_u64..).zip(text.lines()).filter(|(_, l)| !l.trim().is_empty()) {
        let value: Option<Value> = serde_json::from_str(line).ok();
        let object = value.as_ref().and_then(Value::as_object);
        let Some(object) = object.filter(|o| o.get("type").and_then(Value::as_str) == Some("statement"))
        else {
            bad.push(Problem::new(
                "statement-line",
                number,
                "this line is no statement",
                "each line is a JSON object of type `statement`",
            ));
            continue;
        };
        let one = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let many = |name: &str| -> Vec<String> {
            let list = object.get(name).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let fields = Fields {
            one: &one,
            many: &many,
            conditions: object.get("conditions").cloned().filter(|c| !c.is_null()),
        };
        match fields.say() {
            Ok(say) => good.push((number, say)),
            Err(what) => {
                bad.push(Problem::new("statement-line", number, what, "write a day such as 2026-11-01"))
            }
        }
    }
    (good, bad)
}

fn csv(text: &str) -> Statements {
    let mut head = text.lines().next().unwrap_or_default().chars();
    let between = head.find(|c| [',', ';', '\t'].contains(c)).unwrap_or(',');
    let mut rows = records(text, between).into_iter();
    let names: Vec<String> = rows
        .next()
        .map(|(_, r)| r.iter().map(|n| n.trim().to_ascii_lowercase()).collect())
        .unwrap_or_default();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (number, row) in rows {
        let one = |name: &str| {
            let alike = |n: &String| n == name || (name == "kind" && n == "word");
            let at = names.iter().position(alike);
            at.and_then(|at| row.get(at)).map(|t| t.trim().to_owned()).unwrap_or_default()
        };
        let many = |name: &str| -> Vec<String> {
            let text = one(name);
            let signs: &[char] = if between == ';' { &[',', ' '] } else { &[';', ','] };
            text.split(signs).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
        };
        let conditions = one("conditions");
        let conditions =
            if conditions.is_empty() { Ok(None) } else { serde_json::from_str(&conditions).map(Some) };
        let Ok(conditions) = conditions else {
            bad.push(Problem::new(
                "statement-line",
                number,
                "`conditions` is not JSON",
                "such as `{\"attribution\":true}`",
            ));
            continue;
        };
        match (Fields { one: &one, many: &many, conditions }).say() {
            Ok(say) => good.push((number, say)),
            Err(what) => {
                bad.push(Problem::new("statement-line", number, what, "write a day such as 2026-11-01"))
            }
        }
    }
    (good, bad)
}

/// Records with the line each begins on; a break in quotes is part of its field.
fn records(text: &str, between: char) -> Vec<(u64, Vec<String>)> {
    let (mut all, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut inside, mut line, mut start) = (false, 1, 1);
    let mut signs = text.chars().peekable();
    let mut end = |row: &mut Vec<String>, field: &mut String, start: u64| {
        row.push(std::mem::take(field));
        let whole = std::mem::take(row);
        if whole.iter().any(|f| !f.trim().is_empty()) {
            all.push((start, whole));
        }
    };
    while let Some(sign) = signs.next() {
        match sign {
            '"' if inside && signs.peek() == Some(&'"') => {
                signs.next();
                field.push('"');
            }
            '"' => inside = !inside,
            '\n' if !inside => {
                line += 1;
                end(&mut row, &mut field, start);
                start = line;
            }
            '\r' if !inside => {}
            c if c == between && !inside => row.push(std::mem::take(&mut field)),
            c => {
                line += u64::from(c == '\n');
                field.push(c);
            }
        }
    }
    end(&mut row, &mut field, start);
    all
}

struct Fields<'a> {
    one: &'a dyn Fn(&str) -> String,
    many: &'a dyn Fn(&str) -> Vec<String>,
    conditions: Option<Value>,
}

impl Fields<'_> {
    fn say(self) -> Result<Say, String> {
        let day = |name: &str| {
            let text = (self.one)(name);
            if text.is_empty() {
                Ok(None)
            } else {
                text.parse().map(Some).map_err(|_| format!("`{text}` is not a day"))
            }
        };
        Ok(Say {
            speaker: (self.one)("speaker"),
            for_party: Some((self.one)("for")).filter(|f| !f.is_empty()),
            subject: Some((self.one)("subject"))
                .filter(|s| !s.is_empty())
                .unwrap_or_else(|| "catalogue".to_owned()),
            word: (self.one)("kind"),
            uses: (self.many)("uses"),
            licensees: (self.many)("licensees"),
            territories: (self.many)("territories"),
            from: day("from")?,
            until: day("until")?,
            conditions: self.conditions,
            offer: (self.one)("offer"),
            withdraws: (self.one)("withdraws"),
            by: String::new(),
        })
    }
}

/// Refuses for a holder what a foreign source refuses, as far as the same is not refused there already.
///
/// # Errors
/// As [`say`].
pub async fn tighten(
    house: &House,
    holder: &str,
    subject: &str,
    refused: UseSet,
    by: &str,
) -> Result<Vec<ConsentRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let who = party::find(&mut tx, holder).await?.party;
    let about = say::subject(&mut tx, subject).await?;
    let rows = tx.consent_of(&who.id).await?;
    drop(tx);
    // The newest word of the holder about the subject: what is refused there last need not be said twice.
    let mut known = UseSet::default();
    for row in rows
        .iter()
        .filter(|r| r.kind == "statement" && r.subject == about && r.holder == who.id && r.speaker == who.id)
    {
        let Ok(said) = say::read(row) else { continue };
        let mut named = consent::Named::default();
        said.uses.iter().for_each(|u| drop(named.add(u)));
        let set =
            LIST.iter().filter(|r| named.speaks_of(r.usage)).fold(UseSet::default(), |s, r| s.with(r.usage));
        let whole = said.licensees.is_empty()
            && said.territories.is_empty()
            && said.until.is_none()
            && said.from.is_none();
        known.0 = match said.kind {
            consent::registry::Word::Refuse if whole => known.0 | set.0,
            consent::registry::Word::Refuse => known.0,
            _ => known.0 & !set.0,
        };
    }
    let uses: Vec<String> = LIST
        .iter()
        .filter(|r| refused.has(r.usage) && !known.has(r.usage))
        .map(|r| r.code.to_owned())
        .collect();
    if uses.is_empty() {
        return Ok(Vec::new());
    }
    let thing = Say {
        speaker: who.id.to_string(),
        subject: about,
        word: "refuse".to_owned(),
        uses,
        by: by.to_owned(),
        ..Say::default()
    };
    let done = say::say(house, &[thing]).await?;
    Ok(done.into_iter().filter_map(|s| if let Spoken::Said(row) = s { Some(row) } else { None }).collect())
}

/// What became of statements from a file.
#[derive(Debug, Default)]
pub struct Taken {
    /// Those that were said, or wait.
    pub said: Vec<Spoken>,
    /// Those that were refused, with their lines.
    pub problems: Vec<Problem>,
}

/// Says statements from a file; one that is refused costs only itself.
pub async fn say_all(house: &House, statements: &[(u64, Say)], by: &str) -> Result<Taken, Failure> {
    let mut taken = Taken::default();
    for (line, thing) in statements {
        let thing = Say { by: by.to_owned(), ..thing.clone() };
        match say::say(house, &[thing]).await {
            Ok(done) => taken.said.extend(done),
            Err(Failure::Refused(r)) => taken.problems.push(Problem::new(r.code, *line, r.message, r.hint)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(taken)
}

/// What is allowed to anybody with a recording, or with all recordings of a party: the strictest over all of them.
///
/// # Errors
/// `recording-unknown`, `party-unknown`.
pub async fn answers(
    house: &House,
    recording: Option<&str>,
    of: Option<&str>,
) -> Result<Vec<(Use, Outcome)>, Failure> {
    use consent::{Answer, Asked, Question, Session};
    let ids: BTreeSet<String> = match (recording, of) {
        (Some(name), _) => {
            let mut tx = house.store.begin_read().await?;
            BTreeSet::from([say::recording(&mut tx, name).await?.to_string()])
        }
        (None, Some(who)) => {
            super::page::standing(house, who).await?.recordings.into_iter().map(|r| r.id).collect()
        }
        (None, None) => BTreeSet::new(),
    };
    let mut tx = house.store.begin_read().await?;
    let index = registry::compile(&registry::told(&mut tx, u64::MAX, Some((&ids, &BTreeSet::new()))).await?)?;
    drop(tx);
    let strictness = |o: &Outcome| match o {
        Outcome::Permit => 0,
        Outcome::PermitIf => 1,
        Outcome::NeedsLicense => 2,
        Outcome::Deny(_) => 3,
    };
    let (mut session, mut answer, mut all) = (Session::default(), Answer::default(), Vec::new());
    for row in &LIST {
        let mut worst =
            if ids.is_empty() { Outcome::Deny(consent::Reason::UnknownSubject) } else { Outcome::Permit };
        for id in &ids {
            let question = Question::new(
                Asked::Recording(id),
                row.usage,
                ANYBODY,
                today(house),
                music::Territory::worldwide(),
            );
            index.decide(&question, &mut session, &mut answer);
            if strictness(&answer.outcome) > strictness(&worst) {
                worst = answer.outcome;
            }
        }
        all.push((row.usage, worst));
    }
    Ok(all)
}

/// Everything a party said, as CSV that can be read back, or as the signed lines themselves.
///
/// # Errors
/// `party-unknown`.
pub async fn statements(house: &House, who: &str, as_csv: bool) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    let id = party::find(&mut tx, who).await?.party.id;
    let rows = tx.consent_of(&id).await?;
    let mut text = if as_csv { format!("{}\n", COLUMNS.join(",")) } else { String::new() };
    for row in rows.iter().filter(|r| r.kind == "statement" && r.speaker == id && !r.line.is_empty()) {
        if !as_csv {
            let line = registry::line(row, i64::MAX).unwrap_or(Value::Null);
            text.push_str(&format!("{line}\n"));
            continue;
        }
        let line: Value = serde_json::from_str(&row.line).unwrap_or(json!({}));
        let field = |name: &str| match line.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let quoted = |text: String| {
            if text.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text
            }
        };
        let cells: Vec<String> = COLUMNS.iter().map(|name| quoted(field(name))).collect();
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_as_csv_of_any_kind() {
        let text = "Speaker;Kind;Uses;Conditions;until\nMira Feld;refuse;train,gen;;\n\"Ada\nNwosu\";permit;index.search;\"{\"\"attribution\"\":true}\";2027-01-01\nX;refuse;train;{;\nY;refuse;train;;soon\n";
        let (good, bad) = own(text.as_bytes()).unwrap();
        assert_eq!((good.len(), bad.len()), (2, 2));
        assert_eq!((good[0].1.uses.join(" "), good[0].0), ("train gen".to_owned(), 2));
        assert_eq!((good[1].1.speaker.as_str(), good[1].0), ("Ada\nNwosu", 3));
        assert_eq!(bad[0].origin.line, 5);
        let line = r#"{"type":"statement","speaker":"a","subject":"catalogue","kind":"refuse","uses":["*"]}"#;
        let (good, bad) = own(format!("{line}\n\nx\n").as_bytes()).unwrap();
        assert_eq!((good.len(), bad.len(), bad[0].origin.line), (1, 1, 3));
        assert!(own(b"a,b\n1,2\n").is_none() && own(b"").is_none());
    }

    #[test]
    fn what_is_nothing_is_refused_by_name() {
        assert!(read("x.bin", b"hello", None, For::default()).is_err());
        assert!(read("x.bin", b"", None, For::default()).is_err());
        let told = read(
            "robots.txt",
            b"User-agent: *\nContent-Usage: train-ai=n\n",
            None,
            For { agent: "x", ..For::default() },
        );
        assert!(told.unwrap().told[0].refused.has(Use::TrainGen));
    }
}
