//! Worked examples as text that a musician can read, run as tests.
//!
//! ```text
//! example  "three lines, two holders of the first"
//! pot      EUR 90.00
//! share    "Night Drive"  Ada Nwosu 50 %, Kollektiv Nord 50 %
//! share    "Low Tide"     Mira Feld 100 %
//! played   1 "Night Drive"
//! played   2..3 "Low Tide"
//! deducts  house EUR 13.50
//! pays     Mira Feld EUR 51.00, Ada Nwosu EUR 12.75, Kollektiv Nord EUR 12.75
//! ```
//!
//! What an example expects is complete: every party, deduction, wait and destination with money
//! must be named, so that any changed number of the rule is noticed. The words, one a line, `#` starts a remark:
//!
//! | word | after it |
//! |---|---|
//! | `rule` | name and version the examples of the file are for, as in `pro-rata@1`; before the first example |
//! | `side` | the side the rule pays, as in `master`; before the first example |
//! | `holds` | a reason, months, `then` and a destination, separated by commas; before the first example |
//! | `example` | a title; starts the next example |
//! | `pot` | the amount |
//! | `share` | a title, then parties with percentages; `share composition "…"` for one side |
//! | `disputed` | a title whose shares are disputed |
//! | `played` | a position or a span `3..20`, a title or `?`, and `240 s` where the time is known |
//! | `performer` | who played the set |
//! | `member` | a name, a colon, then plays: `4 "Low Tide"`, `2 sought "Low Tide"`, `1 "Low Tide" after 3`, `1 "Low Tide" 200 s` |
//! | `members` | the same for many: `1..500 : 2 "Low Tide"` |
//! | `seats` | paid seats |
//! | `catalogue`, `local`, `licensed` | titles |
//! | `artist` | a name, a colon, titles |
//! | `earlier` | a number, a title, and `in 12 months`: plays in the months of a threshold |
//! | `attributed` | a number and a title or `?` |
//! | `delivered`, `offered` | a title, an amount, parties with percentages: accepted, or not yet |
//! | `release` | a title, parties with percentages |
//! | `pays`, `deducts`, `waits`, `carries` | whom or where and how much, separated by commas |
//! | `weighs` | numbers and titles: what recordings weigh, in the unit of the split |
//! | `refused` | the code of the refusal |

mod read;

use std::collections::BTreeMap;

use money::{Amount, Ratio};
use music::{Origin, PartyId, Problem, RecordingId};

use crate::rule::{Measure, Pays};
use crate::{How, Input, LineKind, Reason, RuleSet, allocate};
use read::list;

/// One worked example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The line it starts on.
    pub line: u64,
    /// The money.
    pub pot: Option<Amount>,
    /// What it is shared by.
    pub input: Input,
    /// What must come out, by kind and target: `pay Ada Nwosu`, `deduct house`, `suspense unmatched`.
    pub expected: BTreeMap<(String, String), Amount>,
    /// What recordings weigh, as text.
    pub weights: Vec<(String, RecordingId)>,
    /// What the rule must say: its label, and holds by reason.
    pub says: Vec<(String, String)>,
    /// The refusal that must come instead.
    pub refused: Option<String>,
    names: BTreeMap<PartyId, String>,
    disputed: Vec<RecordingId>,
    held: Vec<Held>,
    months: Option<u32>,
}

/// Who holds a title on one side, or on all.
type Held = (Option<Pays>, RecordingId, Vec<(PartyId, Ratio)>);

/// Reads the examples of a file; `file` is its name for the problems.
///
/// # Errors
/// Every line that cannot be read.
pub fn examples(file: &str, text: &str) -> Result<Vec<Example>, Vec<Problem>> {
    let mut examples: Vec<Example> = Vec::new();
    let mut says: Vec<(String, String)> = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split_once(" #").map_or(line, |(said, _)| said).trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let done = if word == "example" {
            examples.push(Example::new(rest.trim_matches('"'), number));
            Some(())
        } else if matches!(word, "rule" | "side" | "holds") {
            says.extend(list(rest).into_iter().map(|item| (word.to_owned(), item.to_owned())));
            Some(())
        } else {
            examples.last_mut().and_then(|example| example.line(word, rest, number))
        };
        if done.is_none() {
            let message = format!("`{line}` is no line of a worked example");
            let hint = "start with `example \"title\"`, then one word a line: pot, share, played, pays …";
            let mut problem = Problem::new("example-unreadable", number, message, hint);
            problem.origin = Origin::new(file, number);
            problems.push(problem);
        }
    }
    for example in &mut examples {
        example.settle();
        example.says.clone_from(&says);
    }
    if problems.is_empty() { Ok(examples) } else { Err(problems) }
}

impl Example {
    /// Runs the example under a rule and says what differs.
    ///
    /// # Errors
    /// One line for each difference between what is expected and what came out.
    pub fn check(&self, rule: &RuleSet) -> Result<(), String> {
        let pot = self.pot.ok_or("the example names no pot")?;
        self.said_by(rule)?;
        let allocation = match (allocate(pot, &self.input, rule), &self.refused) {
            (Err(refusal), Some(code)) if refusal.code() == code => return Ok(()),
            (Err(refusal), _) => return Err(format!("refused ({}): {refusal}", refusal.code())),
            (Ok(_), Some(code)) => return Err(format!("expected the refusal `{code}`, but it was shared")),
            (Ok(allocation), None) => allocation,
        };
        let mut found: BTreeMap<(String, String), Amount> = BTreeMap::new();
        for line in &allocation.lines {
            let target = match &line.kind {
                LineKind::Pay { party } => {
                    self.names.get(party).cloned().unwrap_or_else(|| party.to_string())
                }
                other => other.target(),
            };
            let sum = found
                .entry((line.kind.word().to_owned(), target))
                .or_insert_with(|| Amount::zero(pot.currency()));
            *sum = sum.checked_add(line.amount).map_err(|e| e.to_string())?;
        }
        found.retain(|_, amount| !amount.is_zero());
        let mut differences = Vec::new();
        for key in self.expected.keys().chain(found.keys().filter(|k| !self.expected.contains_key(*k))) {
            let (want, got) = (self.expected.get(key), found.get(key));
            if want != got {
                let show = |a: Option<&Amount>| a.map_or_else(|| "nothing".to_owned(), Amount::to_string);
                differences.push(format!("{} {}: expected {}, came {}", key.0, key.1, show(want), show(got)));
            }
        }
        for (want, recording) in &self.weights {
            let weights =
                allocation.lines.iter().filter(|l| l.recording.as_ref() == Some(recording)).filter_map(|l| {
                    let unit = allocation.parts.get(l.how.part()?)?.unit;
                    match &l.how {
                        How::Weighed { weight, .. } => Some(plain(*weight, unit.scale())),
                        _ => None,
                    }
                });
            let weights: Vec<String> = weights.collect();
            if !weights.contains(want) {
                differences.push(format!("{recording} weighs {weights:?}, expected {want}"));
            }
        }
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
    }

    /// Compares what the rule says of itself with what the file says.
    fn said_by(&self, rule: &RuleSet) -> Result<(), String> {
        for (word, said) in &self.says {
            let found = match word.as_str() {
                "rule" => rule.label(),
                "side" => rule.pays.word().to_owned(),
                _ => told_hold(rule, said),
            };
            if found != *said {
                return Err(format!("{word}: expected `{said}`, the rule says `{found}`"));
            }
        }
        let months = rule.splits.iter().find_map(|split| match &split.measure {
            Measure::Play(terms) => terms.threshold.map(|t| t.months),
            _ => None,
        });
        match (self.months, months) {
            (Some(want), Some(is)) if want != is => {
                Err(format!("the plays are of {want} months, the rule asks for {is}"))
            }
            _ => Ok(()),
        }
    }

    fn new(title: &str, line: u64) -> Example {
        Example {
            title: title.to_owned(),
            line,
            pot: None,
            input: Input::default(),
            expected: BTreeMap::new(),
            weights: Vec::new(),
            says: Vec::new(),
            refused: None,
            names: BTreeMap::new(),
            disputed: Vec::new(),
            held: Vec::new(),
            months: None,
        }
    }
}

/// The hold of the reason that a text starts with, told as examples tell it.
fn told_hold(rule: &RuleSet, said: &str) -> String {
    let reason = said.split_whitespace().next().and_then(Reason::from_word);
    let hold = reason.and_then(|reason| Some((reason, rule.hold(reason)?)));
    hold.map_or_else(
        || "nothing".to_owned(),
        |(reason, hold)| format!("{} {} months then {}", reason.word(), hold.months, hold.then),
    )
}

/// A weight over its scale, without trailing zeros.
fn plain(weight: u64, scale: u64) -> String {
    let text = format!("{}.{:06}", weight / scale, weight % scale);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The id that stands for a name in examples: its letters and digits in lower case, other signs as numbers.
pub fn party_id(name: &str) -> PartyId {
    // Only letters, digits and hyphens, at most 76 bytes, never empty: always an id.
    format!("pty-{}", slug(name)).parse().unwrap_or_else(|_| PartyId::from_bits(0))
}

/// The id that stands for a title in examples.
pub fn recording_id(title: &str) -> RecordingId {
    // As for parties.
    format!("rec-{}", slug(title)).parse().unwrap_or_else(|_| RecordingId::from_bits(0))
}

fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c == ' ' {
            slug.push('-');
        } else {
            slug.push_str(&format!("x{:x}", u32::from(c)));
        }
    }
    slug.truncate(76);
    if slug.is_empty() { "x".to_owned() } else { slug }
}
