//! From the text of a rule to a checked rule, or to all that is wrong with it.
//!
//! Every problem names the line, what stands there and what to write instead; one bad key never hides
//! the others. The text is bounded ([`LONGEST_RULE`]), so no rule costs more than a page of reading.

mod fields;
mod split;

use money::Ratio;
use music::{Origin, Problem};
use toml_span::value::Table;

use super::check::{Draft, DraftDeduction, Said, finish};
use super::keys::TOP;
use super::words::{Notice, Pays};
use super::{Destination, Hold, RuleSet};

pub(super) use fields::{guess, short};

/// Longest text of a rule, in bytes; the longest that ships has under four thousand.
pub const LONGEST_RULE: usize = 64 * 1024;

/// Most deductions, and most splits, of one rule.
pub const MOST_PARTS: usize = 64;

/// Longest hold, in months: the ten years that accounting records are kept.
const LONGEST_HOLD: u32 = 120;

/// Reads a rule from its text; `file` is its name as the person knows it, for the problems.
///
/// # Errors
/// Everything that is wrong with it, in the order of the text; never empty.
pub fn read(file: &str, text: &str) -> Result<RuleSet, Vec<Problem>> {
    let mut reader = Reader { file, starts: line_starts(text), problems: Vec::new() };
    let rule = reader.rule(text);
    reader.problems.sort_by_key(|p| p.origin.line);
    match rule {
        Some(rule) if reader.problems.is_empty() => Ok(rule),
        _ => Err(reader.problems),
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1))
        .collect()
}

pub(super) struct Reader<'f> {
    file: &'f str,
    starts: Vec<usize>,
    problems: Vec<Problem>,
}

/// A table of the rule and the line it starts on.
#[derive(Clone, Copy)]
struct Section<'a, 'de> {
    table: &'a Table<'de>,
    name: &'static str,
    line: u64,
}

impl Reader<'_> {
    /// Notes a problem at a line.
    pub(super) fn problem(
        &mut self,
        code: &'static str,
        line: u64,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let mut problem = Problem::new(code, line, message, hint);
        problem.origin = Origin::new(self.file, line);
        self.problems.push(problem);
    }

    fn line(&self, at: usize) -> u64 {
        self.starts.partition_point(|start| *start <= at) as u64
    }

    fn rule(&mut self, text: &str) -> Option<RuleSet> {
        if text.len() > LONGEST_RULE {
            let message = format!("the rule is {} bytes long, more than {LONGEST_RULE}", text.len());
            self.problem(
                "rule-too-long",
                0,
                message,
                "a rule is a page that a person reads; is this the right file?",
            );
            return None;
        }
        let root = match toml_span::parse(text) {
            Ok(root) => root,
            Err(error) => {
                let line = self.line(error.span.start.min(text.len()));
                let hint = "write keys as `name = \"value\"`, every text in quotes, sections as `[unmatched]` or `[[split]]`";
                self.problem("rule-not-toml", line, format!("this is not TOML: {error}"), hint);
                return None;
            }
        };
        let table = root.as_table()?;
        let draft = self.draft(Section { table, name: TOP, line: 1 });
        finish(self, draft)
    }

    fn draft(&mut self, root: Section<'_, '_>) -> Draft {
        self.keys(root);
        let deductions = self.sections(root, "deduct", "[[deduct]]");
        let splits = self.sections(root, "split", "[[split]]");
        Draft {
            name: self.name(root),
            version: self.version(root),
            summary: self.bilingual(root, "summary", "summary_fr"),
            pays: self.word(root, "pays", Pays::ALL, Pays::word),
            notice: self.word(root, "notice", Notice::ALL, Notice::word),
            sides: self.section(root, "sides", "[sides]").and_then(|s| self.sides(s)),
            deductions: deductions.into_iter().map(|s| self.deduction(s)).collect(),
            splits: splits.into_iter().map(|s| self.split(s)).collect(),
            unplayed: self.section(root, "unplayed", "[unplayed]").and_then(|s| self.unplayed(s)),
            unmatched: self.section(root, "unmatched", "[unmatched]").and_then(|s| self.hold(s)),
            unclaimed: self.section(root, "unclaimed", "[unclaimed]").and_then(|s| self.hold(s)),
            disputed: self.section(root, "disputed", "[disputed]").and_then(|s| self.hold(s)),
        }
    }

    fn name(&mut self, root: Section<'_, '_>) -> String {
        let Some(Said { value: name, line }) = self.required(root, "name") else { return String::new() };
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || name.len() > 60 || !name.bytes().all(fine) {
            let hint = "use lower-case letters, digits and hyphens, at most 60, as in `set-list-per-line`";
            self.problem(
                "rule-name-unfit",
                line,
                format!("`{}` cannot be the name of a rule", short(&name)),
                hint,
            );
        }
        name
    }

    fn version(&mut self, root: Section<'_, '_>) -> u32 {
        if !root.table.contains_key("version") {
            self.missing(root, "version", "write `version = 1`, and raise it whenever the meaning changes");
        }
        self.number(root, "version", 1, u32::MAX).map_or(0, |said| said.value)
    }

    fn sides(&mut self, section: Section<'_, '_>) -> Option<Said<(Ratio, Ratio)>> {
        self.keys(section);
        let master = self.share(section, "master");
        let composition = self.share(section, "composition");
        for key in ["master", "composition"] {
            if !section.table.contains_key(key) {
                self.missing(
                    section,
                    key,
                    "write both sides, as in `master = \"50 %\"` and `composition = \"50 %\"`",
                );
            }
        }
        Some(Said { value: (master?.value, composition?.value), line: section.line })
    }

    fn deduction(&mut self, section: Section<'_, '_>) -> DraftDeduction {
        self.keys(section);
        let share = self.share(section, "share");
        if share.is_none() && !section.table.contains_key("share") {
            self.missing(section, "share", "write how much of the pot, as in `share = \"15 %\"`");
        }
        let to = self.required(section, "to").and_then(|said| {
            let to = Destination::parse(&said.value);
            let fits =
                matches!(to, Some(Destination::House(_) | Destination::Fund(_) | Destination::NextPeriod));
            if !fits {
                let message = format!("`{}` is no place for a deduction", short(&said.value));
                let hint = "write `house`, `house:NAME`, `fund:NAME` or `next period`";
                self.problem("rule-destination-unknown", said.line, message, hint);
            }
            to.filter(|_| fits)
        });
        DraftDeduction {
            line: section.line,
            share,
            to,
            reason: self.bilingual(section, "reason", "reason_fr"),
        }
    }

    fn unplayed(&mut self, section: Section<'_, '_>) -> Option<Said<String>> {
        self.keys(section);
        self.required(section, "to")
    }

    fn hold(&mut self, section: Section<'_, '_>) -> Option<(Hold, Said<String>)> {
        self.keys(section);
        if !section.table.contains_key("hold") {
            self.missing(section, "hold", "write how long the money waits, as in `hold = \"36 months\"`");
        }
        let months = self.phrase(section, "hold", "36 months", |words| match words {
            [months, "month" | "months"] => months.parse().ok().filter(|m| *m <= LONGEST_HOLD),
            _ => None,
        });
        let then = self.required(section, "then")?;
        // The destination is settled by the checker, which knows the names of the splits.
        Some((Hold { months: months?, then: Destination::NextPeriod }, then))
    }
}
