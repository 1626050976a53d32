//! The canonical form of a rule and its hash.
//!
//! The form is the canonical JSON of [`crate::canon`] over what the rule says: every key that has an
//! effect or is read by people, with `remaining` worked out and shares as fractions in lowest terms.
//! What a rule does not say is left out. White space, comments and the way a share was written change
//! nothing; any changed word or number changes the hash.

use money::Ratio;

use super::{Deduction, Destination, Hold, Measure, PlayTerms, Requirement, RuleSet, Split, Text};
use crate::canon::Value;

impl RuleSet {
    /// The canonical text.
    pub fn canonical(&self) -> String {
        value(self).to_canonical()
    }

    /// SHA-256 of the canonical text, 64 hexadecimal digits.
    pub fn hash(&self) -> String {
        value(self).hash()
    }
}

fn value(rule: &RuleSet) -> Value {
    Value::map([
        ("format", Value::text("tantieme-rule/1")),
        ("name", Value::text(&rule.name)),
        ("version", number(rule.version)),
        ("summary", text(&rule.summary)),
        ("pays", Value::text(rule.pays.word())),
        ("master_part", ratio(rule.master_part)),
        ("notice", Value::maybe(rule.notice.map(|n| n.word()))),
        ("deduct", Value::List(rule.deductions.iter().map(deduction).collect())),
        ("split", Value::List(rule.splits.iter().map(split).collect())),
        ("unplayed", destination(rule.unplayed.as_ref())),
        ("unmatched", hold(rule.unmatched.as_ref())),
        ("unclaimed", hold(rule.unclaimed.as_ref())),
        ("disputed", hold(rule.disputed.as_ref())),
    ])
}

fn deduction(deduction: &Deduction) -> Value {
    Value::map([
        ("share", ratio(deduction.share)),
        ("to", destination(Some(&deduction.to))),
        ("reason", text(&deduction.reason)),
    ])
}

fn split(split: &Split) -> Value {
    let mut entries = vec![
        ("name", Value::text(&split.name)),
        ("share", ratio(split.share)),
        ("remaining", Value::Bool(split.remaining)),
        ("where", Value::maybe(split.filter.map(|f| f.word()))),
        ("otherwise", destination(split.otherwise.as_ref())),
    ];
    entries.extend(measure(&split.measure));
    Value::map(entries)
}

fn measure(measure: &Measure) -> Vec<(&'static str, Value)> {
    let by = |word: &'static str| ("by", Value::text(word));
    match measure {
        Measure::To(to) => vec![("to", destination(Some(to)))],
        Measure::Line => vec![by("line")],
        Measure::Duration(missing) => vec![by("duration"), ("missing", Value::text(missing.word()))],
        Measure::Recording => vec![by("recording")],
        Measure::Artist => vec![by("artist")],
        Measure::Play(terms) => {
            let mut entries = play_terms(terms);
            entries.push(by("play"));
            entries
        }
        Measure::Member(terms) => vec![
            by("member"),
            ("within", Value::text(terms.within.word())),
            ("scaled", terms.scaled.map_or(Value::Null, ratio)),
        ],
        Measure::Release(each) => {
            vec![
                by("release"),
                ("each", Value::maybe(each.map(|a| format!("{} {}", a.currency(), a.to_decimal())))),
            ]
        }
        Measure::Deliverable => vec![by("deliverable")],
        Measure::Attribution => vec![by("attribution")],
        Measure::LicensedWork => vec![by("licensed work")],
    }
}

fn play_terms(terms: &PlayTerms) -> Vec<(&'static str, Value)> {
    let maybe = |n: Option<u32>| n.map_or(Value::Null, number);
    let threshold = terms
        .threshold
        .map_or(Value::Null, |t| Value::map([("plays", number(t.plays)), ("months", number(t.months))]));
    let price = terms.price.map_or(Value::Null, |p| {
        Value::map([("first_micros", Value::Number(p.first_micros)), ("plays", number(p.plays))])
    });
    let boosts = terms.boosts.iter().map(|boost| {
        let (when, plays, listeners) = match boost.when {
            Requirement::Sought => ("sought", Value::Null, Value::Null),
            Requirement::Professional { plays, listeners } => {
                ("professional artist", number(plays), number(listeners))
            }
        };
        Value::map([
            ("times", number(boost.times)),
            ("when", Value::text(when)),
            ("plays", plays),
            ("listeners", listeners),
        ])
    });
    vec![
        ("cap", maybe(terms.cap)),
        ("at_most", maybe(terms.at_most)),
        ("threshold", threshold),
        ("price", price),
        ("boost", Value::List(boosts.collect())),
    ]
}

fn hold(hold: Option<&Hold>) -> Value {
    hold.map_or(Value::Null, |h| {
        Value::map([("months", number(h.months)), ("then", destination(Some(&h.then)))])
    })
}

fn destination(destination: Option<&Destination>) -> Value {
    Value::maybe(destination.map(|d| match d {
        Destination::Split(name) => format!("split {name}"),
        other => other.to_string(),
    }))
}

fn text(text: &Text) -> Value {
    Value::map([("en", Value::text(&text.en)), ("fr", Value::maybe(text.fr.as_deref()))])
}

fn ratio(ratio: Ratio) -> Value {
    Value::text(format!("{}/{}", ratio.numerator(), ratio.denominator()))
}

fn number(number: u32) -> Value {
    Value::Number(u64::from(number))
}
