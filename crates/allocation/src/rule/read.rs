//! From the text of a rule to a checked rule, or to all that is wrong with it.
//!
//! Every problem names the line, what stands there and what to write instead; one bad key never hides
//! the others. The text is bounded ([`LONGEST_RULE`]), so no rule costs more than a page of reading.

use std::str::FromStr as _;

use money::{Amount, Ratio};
use music::{Origin, Problem};
use toml_span::value::{Table, Value, ValueInner};

use super::check::{Draft, DraftDeduction, DraftSplit, Said, finish};
use super::keys::{TOP, keys_in};
use super::words::{By, Missing, Notice, Pays, When, Where, Within, did_you_mean};
use super::{
    Boost, Destination, Hold, Measure, MemberTerms, PlayTerms, Price, Requirement, RuleSet, Text, Threshold,
};

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

    fn split(&mut self, section: Section<'_, '_>) -> DraftSplit {
        self.keys(section);
        let remaining = matches!(section.table.get("share").and_then(Value::as_str), Some("remaining"));
        let share = if remaining { None } else { self.share(section, "share") };
        if !section.table.contains_key("share") {
            let hint = "write how much of the pot, as in `share = \"15 %\"`, or `share = \"remaining\"`";
            self.missing(section, "share", hint);
        }
        DraftSplit {
            line: section.line,
            share,
            remaining,
            name: self.text(section, "name"),
            measure: self.measure(section),
            filter: self.word(section, "where", Where::ALL, Where::word).map(|said| said.value),
            otherwise: self.text(section, "otherwise"),
        }
    }

    fn measure(&mut self, section: Section<'_, '_>) -> Option<Measure> {
        let by = self.word(section, "by", By::ALL, By::word);
        let to = self.text(section, "to");
        match (by, to) {
            (Some(by), None) => self.measure_by(section, by.value),
            (None, Some(to)) => self.measure_to(section, &to),
            (None, None) => {
                if !section.table.contains_key("by") && !section.table.contains_key("to") {
                    let hint = "write what the money follows, as in `by = \"line\"`, or one place, as in `to = \"performer\"`";
                    self.missing(section, "by", hint);
                }
                None
            }
            (Some(_), Some(to)) => {
                let hint = "keep `by` to share the part, or `to` to give it to one place";
                self.problem("rule-key-unfit", to.line, "a split cannot have both `by` and `to`", hint);
                None
            }
        }
    }

    fn measure_to(&mut self, section: Section<'_, '_>, to: &Said<String>) -> Option<Measure> {
        self.unfit(section, "to", &[]);
        match Destination::parse(&to.value) {
            Some(Destination::Recordings) | None => {
                let message = format!("`{}` is no place for a split", short(&to.value));
                let hint = "write `performer`, `house`, `fund:NAME`, `next period` or `institution`";
                self.problem("rule-destination-unknown", to.line, message, hint);
                None
            }
            Some(to) => Some(Measure::To(to)),
        }
    }

    fn measure_by(&mut self, section: Section<'_, '_>, by: By) -> Option<Measure> {
        self.unfit(section, by.word(), keys_of(by));
        Some(match by {
            By::Line => Measure::Line,
            By::Duration => {
                let missing = self.word(section, "missing", Missing::ALL, Missing::word);
                Measure::Duration(missing.map_or(Missing::Refuse, |said| said.value))
            }
            By::Recording => Measure::Recording,
            By::Artist => Measure::Artist,
            By::Play => Measure::Play(self.play_terms(section)),
            By::Member => Measure::Member(MemberTerms {
                within: self
                    .word(section, "within", Within::ALL, Within::word)
                    .map_or(Within::Play, |said| said.value),
                scaled: self.share(section, "scaled").map(|said| said.value),
            }),
            By::Release => Measure::Release(self.each(section)),
            By::Deliverable => Measure::Deliverable,
            By::Attribution => Measure::Attribution,
            By::LicensedWork => Measure::LicensedWork,
        })
    }

    fn play_terms(&mut self, section: Section<'_, '_>) -> PlayTerms {
        let boosts = self.sections(section, "boost", "[[split.boost]]");
        let price = self.section(section, "price", "[split.price]");
        PlayTerms {
            cap: self.phrase(section, "cap", "1000 plays", |words| match words {
                [plays, "plays"] => plays.parse().ok().filter(|n| (1..=1_000_000_000).contains(n)),
                _ => None,
            }),
            threshold: self.phrase(section, "threshold", "1000 plays in 12 months", |words| match words {
                [plays, "plays", "in", months, "months"] => {
                    let months = months.parse().ok().filter(|m| (1..=LONGEST_HOLD).contains(m))?;
                    Some(Threshold { plays: plays.parse().ok().filter(|n| *n > 0)?, months })
                }
                _ => None,
            }),
            boosts: boosts.into_iter().filter_map(|s| self.boost(s)).collect(),
            at_most: self.number(section, "at_most", 1, 1_000).map(|said| said.value),
            price: price.and_then(|s| self.price(s)),
        }
    }

    fn boost(&mut self, section: Section<'_, '_>) -> Option<Boost> {
        self.keys(section);
        for key in ["times", "when"] {
            if !section.table.contains_key(key) {
                self.missing(section, key, "write a boost as `times = 2` and `when = \"sought\"`");
            }
        }
        let times = self.number(section, "times", 2, 100)?.value;
        let when = self.word(section, "when", When::ALL, When::word)?.value;
        let when = match when {
            When::Sought => Requirement::Sought,
            When::Professional => {
                for key in ["plays", "listeners"] {
                    if !section.table.contains_key(key) {
                        let hint = "say from how many plays and listeners, as in `plays = 1000` and `listeners = 500`";
                        self.missing(section, key, hint);
                    }
                }
                let plays = self.number(section, "plays", 1, 1_000_000_000)?.value;
                Requirement::Professional {
                    plays,
                    listeners: self.number(section, "listeners", 1, 1_000_000_000)?.value,
                }
            }
        };
        Some(Boost { times, when })
    }

    fn price(&mut self, section: Section<'_, '_>) -> Option<Price> {
        self.keys(section);
        let first = self.required(section, "first");
        if !section.table.contains_key("plays") {
            self.missing(
                section,
                "plays",
                "say how many plays are paid until the recording is owned, as in `plays = 9`",
            );
        }
        // At most 30 doublings, so that every price fits easily in 64 bits.
        let plays = self.number(section, "plays", 1, 30);
        let first = first?;
        let micros = Amount::from_decimal(&first.value, money::Currency::EUR).ok().map(|a| a.micros());
        let Some(micros) = micros.filter(|m| (1..=1_000_000_000).contains(m)) else {
            let message = format!("`{}` is no price of a first play", short(&first.value));
            self.problem(
                "rule-number-unfit",
                first.line,
                message,
                "write credits, as in `first = \"0.002\"`",
            );
            return None;
        };
        Some(Price { first_micros: micros.unsigned_abs(), plays: plays?.value })
    }

    fn each(&mut self, section: Section<'_, '_>) -> Option<Amount> {
        let said = self.text(section, "each")?;
        match Amount::from_str(&said.value) {
            Ok(amount) if amount.is_positive() => return Some(amount),
            Ok(_) => self.problem(
                "rule-number-unfit",
                said.line,
                format!("`{}` is no amount for a release", short(&said.value)),
                "write an amount above zero, as in `each = \"USD 200\"`",
            ),
            Err(error) => {
                self.problem("rule-number-unfit", said.line, error.to_string(), "write `each = \"USD 200\"`");
            }
        }
        None
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

    /// Refuses keys of a split that mean nothing with its `by`.
    fn unfit(&mut self, section: Section<'_, '_>, by: &str, fitting: &[&str]) {
        for key in
            ["where", "within", "scaled", "missing", "cap", "threshold", "at_most", "boost", "price", "each"]
        {
            if fitting.contains(&key) {
                continue;
            }
            if let Some((at, _)) = section.table.get_key_value(key) {
                let line = self.line(at.span.start);
                let hint = format!("take `{key}` out, or share by a word that it changes");
                self.problem(
                    "rule-key-unfit",
                    line,
                    format!("`{key}` means nothing for a split by `{by}`"),
                    hint,
                );
            }
        }
    }

    fn keys(&mut self, section: Section<'_, '_>) {
        for key in section.table.keys() {
            if !keys_in(section.name).any(|known| known == key.name) {
                let line = self.line(key.span.start);
                let message = format!("{} has no key `{}`", section.name, short(&key.name));
                let hint = guess(&key.name, keys_in(section.name), "the keys are");
                self.problem("rule-key-unknown", line, message, hint);
            }
        }
    }

    fn missing(&mut self, section: Section<'_, '_>, key: &str, hint: &str) {
        self.problem("rule-key-missing", section.line, format!("{} says no `{key}`", section.name), hint);
    }

    fn required(&mut self, section: Section<'_, '_>, key: &str) -> Option<Said<String>> {
        if !section.table.contains_key(key) {
            self.missing(section, key, &format!("add `{key} = \"…\"`"));
        }
        self.text(section, key)
    }

    fn bilingual(&mut self, section: Section<'_, '_>, key: &str, key_fr: &str) -> Text {
        let en = self.required(section, key);
        if let Some(said) = en.as_ref().filter(|said| said.value.trim().is_empty()) {
            let message = format!("`{key}` of {} is empty", section.name);
            self.problem(
                "rule-key-missing",
                said.line,
                message,
                "say in one sentence what people should know",
            );
        }
        Text {
            en: en.map_or_else(String::new, |said| said.value),
            fr: self.text(section, key_fr).map(|said| said.value),
        }
    }

    fn text(&mut self, section: Section<'_, '_>, key: &str) -> Option<Said<String>> {
        let (at, value) = section.table.get_key_value(key)?;
        let line = self.line(at.span.start);
        match value.as_ref() {
            ValueInner::String(text) => Some(Said { value: text.clone().into_owned(), line }),
            other => {
                let message = format!("`{key}` of {} is {} and should be a text", section.name, kind(other));
                self.problem("rule-kind-wrong", line, message, format!("put it in quotes: `{key} = \"…\"`"));
                None
            }
        }
    }

    fn number(&mut self, section: Section<'_, '_>, key: &str, least: u32, most: u32) -> Option<Said<u32>> {
        let (at, value) = section.table.get_key_value(key)?;
        let line = self.line(at.span.start);
        let ValueInner::Integer(number) = value.as_ref() else {
            let message = format!(
                "`{key}` of {} is {} and should be a whole number",
                section.name,
                kind(value.as_ref())
            );
            self.problem("rule-kind-wrong", line, message, format!("write `{key} = {least}`"));
            return None;
        };
        let fitting = u32::try_from(*number).ok().filter(|n| (least..=most).contains(n));
        if fitting.is_none() {
            let message = format!("`{key}` of {} is {number}", section.name);
            self.problem(
                "rule-number-unfit",
                line,
                message,
                format!("write a whole number from {least} to {most}"),
            );
        }
        fitting.map(|value| Said { value, line })
    }

    fn share(&mut self, section: Section<'_, '_>, key: &str) -> Option<Said<Ratio>> {
        let said = self.text(section, key)?;
        match Ratio::from_str(&said.value) {
            Ok(ratio) if ratio.is_zero() => {
                let message = format!("`{key}` of {} is nothing", section.name);
                self.problem(
                    "rule-share-zero",
                    said.line,
                    message,
                    "leave the part out, or write a share above zero",
                );
                None
            }
            Ok(value) => Some(Said { value, line: said.line }),
            Err(error) => {
                let hint = guess(&said.value, ["remaining"], "write `12.5 %`, `11/12`, or on a split");
                self.problem("rule-share-unreadable", said.line, error.to_string(), hint);
                None
            }
        }
    }

    fn word<T: Copy>(
        &mut self,
        section: Section<'_, '_>,
        key: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<Said<T>> {
        let said = self.text(section, key)?;
        let found = all.iter().copied().find(|v| word(*v) == said.value);
        if found.is_none() {
            let message = format!("`{}` is no word for `{key}`", short(&said.value));
            let hint = guess(&said.value, all.iter().map(|v| word(*v)), "the words are");
            self.problem("rule-word-unknown", said.line, message, hint);
        }
        found.map(|value| Said { value, line: said.line })
    }

    fn phrase<T>(
        &mut self,
        section: Section<'_, '_>,
        key: &str,
        shape: &str,
        understand: impl Fn(&[&str]) -> Option<T>,
    ) -> Option<T> {
        let said = self.text(section, key)?;
        let words: Vec<&str> = said.value.split_whitespace().collect();
        let understood = understand(&words);
        if understood.is_none() {
            let message = format!("`{}` cannot be read as `{key}`", short(&said.value));
            self.problem(
                "rule-number-unfit",
                said.line,
                message,
                format!("write it as in `{key} = \"{shape}\"`"),
            );
        }
        understood
    }

    fn section<'a, 'de>(
        &mut self,
        parent: Section<'a, 'de>,
        key: &str,
        name: &'static str,
    ) -> Option<Section<'a, 'de>> {
        let (at, value) = parent.table.get_key_value(key)?;
        let line = self.line(value.span.start.min(at.span.start));
        if let ValueInner::Table(table) = value.as_ref() {
            return Some(Section { table, name, line });
        }
        let message = format!("`{key}` is {} and should be a section", kind(value.as_ref()));
        self.problem("rule-kind-wrong", line, message, format!("write `{name}` on a line of its own"));
        None
    }

    fn sections<'a, 'de>(
        &mut self,
        parent: Section<'a, 'de>,
        key: &str,
        name: &'static str,
    ) -> Vec<Section<'a, 'de>> {
        let Some((at, value)) = parent.table.get_key_value(key) else { return Vec::new() };
        let line = self.line(at.span.start);
        let tables: Option<Vec<Section<'a, 'de>>> = match value.as_ref() {
            ValueInner::Array(values) => values
                .iter()
                .map(|v| v.as_table().map(|table| Section { table, name, line: self.line(v.span.start) }))
                .collect(),
            _ => None,
        };
        let Some(mut tables) = tables else {
            let message = format!("`{key}` should be a list of sections");
            let hint = format!("write each as `{name}` on a line of its own, in double brackets");
            self.problem("rule-kind-wrong", line, message, hint);
            return Vec::new();
        };
        if tables.len() > MOST_PARTS {
            let message = format!("the rule has {} sections `{name}`, more than {MOST_PARTS}", tables.len());
            self.problem(
                "rule-too-long",
                line,
                message,
                "a rule is a page that a person reads; join what is alike",
            );
            tables.truncate(MOST_PARTS);
        }
        tables
    }
}

/// The keys that change a split by a word, beside `share`, `name` and `otherwise`.
const fn keys_of(by: By) -> &'static [&'static str] {
    match by {
        By::Member => &["where", "within", "scaled"],
        By::Play => &["where", "cap", "threshold", "at_most", "boost", "price"],
        By::Line => &["where"],
        By::Duration => &["where", "missing"],
        By::Recording | By::Artist => &["where"],
        By::Release => &["each"],
        By::Deliverable | By::Attribution | By::LicensedWork => &[],
    }
}

/// "did you mean" where a word is near, else the list.
pub(super) fn guess<'a>(given: &str, words: impl IntoIterator<Item = &'a str> + Clone, list: &str) -> String {
    if let Some(word) = did_you_mean(given, words.clone()) {
        return format!("did you mean `{word}`?");
    }
    let words: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    format!("{list} {}", words.join(", "))
}

/// The first sixty letters of what somebody wrote, without control characters.
pub(super) fn short(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut cut: String = text.chars().take(60).map(clean).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

fn kind(value: &ValueInner<'_>) -> &'static str {
    match value {
        ValueInner::String(_) => "a text",
        ValueInner::Integer(_) | ValueInner::Float(_) => "a number",
        ValueInner::Boolean(_) => "`true` or `false`",
        ValueInner::Array(_) => "a list",
        ValueInner::Table(_) => "a section",
    }
}
