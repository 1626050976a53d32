//! Reading one `[[split]]`: what it follows, with the caps, boosts and prices that belong to it.

use std::str::FromStr as _;

use money::Amount;
use toml_span::value::Value;

use super::fields::short;
use super::{LONGEST_HOLD, Reader, Section};
use crate::rule::check::{DraftSplit, Said};
use crate::rule::words::{By, Missing, When, Where, Within};
use crate::rule::{Boost, Destination, Measure, MemberTerms, PlayTerms, Price, Requirement, Threshold};

impl Reader<'_> {
    pub(super) fn split(&mut self, section: Section<'_, '_>) -> DraftSplit {
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
