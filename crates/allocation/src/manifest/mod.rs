//! A run over one or several pots, fixed in bytes that anyone can hash.
//!
//! The manifest is canonical JSON ([`crate::canon`]): format, pots by their id, and for each the rule, the
//! hash of its inputs, the hash of its lines, and totals by kind; then totals over all pots by
//! currency. Equal runs give equal bytes, whatever the order of files, rows or machines.
//!
//! The public manifest shows combined totals only, and for each pot a commitment: SHA-256 over
//! a secret salt of 32 random bytes followed by the pot's canonical entry. Without the salt nobody can try out amounts.

mod inputs;

use std::collections::BTreeMap;

use money::{Amount, AmountError};

use crate::canon::{Value, sha256_hex};
use crate::rule::Pays;
use crate::{Allocation, How, Input, Line, LineKind};

pub use inputs::input_hash;

/// One pot of a run.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The pot's id, or another stable name.
    pub pot: &'a str,
    /// What came out.
    pub allocation: &'a Allocation,
    /// What went in.
    pub input: &'a Input,
}

/// The canonical bytes of a run and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Canonical JSON.
    pub text: String,
    /// SHA-256 of it, in hexadecimal.
    pub hash: String,
}

/// The manifest of a run; the order of the entries does not matter.
///
/// # Errors
/// Totals beyond the range of an amount.
pub fn manifest(entries: &[Entry<'_>]) -> Result<Manifest, AmountError> {
    let mut pots: Vec<(&str, Value)> =
        entries.iter().map(|e| Ok((e.pot, entry_value(e)?))).collect::<Result<_, AmountError>>()?;
    pots.sort_by(|a, b| a.0.cmp(b.0));
    let value = Value::map([
        ("format", Value::text("tantieme-run/1")),
        ("pots", Value::List(pots.into_iter().map(|(_, value)| value).collect())),
        ("totals", combined(entries)?),
    ]);
    Ok(finished(&value))
}

/// The manifest that may be public: combined totals, and a commitment for each pot.
///
/// `salts` gives each pot's 32 secret random bytes, in the order of `entries`. The commitments are sorted,
/// so that their order tells nothing.
///
/// # Errors
/// Totals beyond the range of an amount.
pub fn public_manifest(entries: &[Entry<'_>], salts: &[[u8; 32]]) -> Result<Manifest, AmountError> {
    let mut commitments = Vec::new();
    for (entry, salt) in entries.iter().zip(salts) {
        commitments.push(commitment(entry, salt)?);
    }
    commitments.sort();
    let rules: std::collections::BTreeSet<_> = entries.iter().map(|e| &e.allocation.rule).collect();
    let value = Value::map([
        ("format", Value::text("tantieme-run-public/1")),
        ("pots", Value::Number(entries.len() as u64)),
        ("rules", Value::List(rules.into_iter().map(rule_value).collect())),
        ("commitments", Value::List(commitments.into_iter().map(Value::Text).collect())),
        ("totals", combined(entries)?),
    ]);
    Ok(finished(&value))
}

/// The commitment to one pot's entry; with the salt and the entry anyone can check it.
///
/// # Errors
/// Totals beyond the range of an amount.
pub fn commitment(entry: &Entry<'_>, salt: &[u8; 32]) -> Result<String, AmountError> {
    let mut bytes = salt.to_vec();
    bytes.extend(entry_value(entry)?.to_canonical().bytes());
    Ok(sha256_hex(&bytes))
}

/// The hash of the lines that came out, amounts and explanations included.
pub fn lines_hash(lines: &[Line]) -> String {
    Value::List(lines.iter().map(line_value).collect()).hash()
}

fn finished(value: &Value) -> Manifest {
    let text = value.to_canonical();
    let hash = sha256_hex(text.as_bytes());
    Manifest { text, hash }
}

fn entry_value(entry: &Entry<'_>) -> Result<Value, AmountError> {
    let allocation = entry.allocation;
    Ok(Value::map([
        ("pot", Value::text(entry.pot)),
        ("amount", money(allocation.pot)),
        ("currency", Value::text(allocation.pot.currency().code())),
        ("rule", rule_value(&allocation.rule)),
        ("inputs", Value::text(input_hash(entry.input))),
        ("lines", Value::Number(allocation.lines.len() as u64)),
        ("lines_hash", Value::text(lines_hash(&allocation.lines))),
        ("totals", totals(&[allocation])?),
    ]))
}

fn rule_value(rule: &crate::RuleStamp) -> Value {
    Value::map([
        ("name", Value::text(&rule.name)),
        ("version", Value::Number(u64::from(rule.version))),
        ("hash", Value::text(&rule.hash)),
    ])
}

fn combined(entries: &[Entry<'_>]) -> Result<Value, AmountError> {
    let mut by_currency: BTreeMap<&str, Vec<&Allocation>> = BTreeMap::new();
    for entry in entries {
        by_currency.entry(entry.allocation.pot.currency().code()).or_default().push(entry.allocation);
    }
    let totals = by_currency.into_iter().map(|(code, allocations)| {
        Ok(Value::map([("currency", Value::text(code)), ("amounts", totals(&allocations)?)]))
    });
    Ok(Value::List(totals.collect::<Result<_, AmountError>>()?))
}

/// Sums by kind and, but for payments, by where to.
fn totals(allocations: &[&Allocation]) -> Result<Value, AmountError> {
    let mut sums: BTreeMap<(&'static str, String), Amount> = BTreeMap::new();
    for line in allocations.iter().flat_map(|a| &a.lines) {
        let target =
            if matches!(line.kind, LineKind::Pay { .. }) { String::new() } else { line.kind.target() };
        let sum =
            sums.entry((line.kind.word(), target)).or_insert_with(|| Amount::zero(line.amount.currency()));
        *sum = sum.checked_add(line.amount)?;
    }
    let totals = sums.into_iter().map(|((kind, to), amount)| {
        Value::map([("kind", Value::text(kind)), ("to", Value::text(to)), ("amount", money(amount))])
    });
    Ok(Value::List(totals.collect()))
}

fn money(amount: Amount) -> Value {
    Value::text(amount.to_decimal())
}

fn line_value(line: &Line) -> Value {
    Value::map([
        ("kind", Value::text(line.kind.word())),
        ("to", Value::text(line.kind.target())),
        ("amount", money(line.amount)),
        ("usage", Value::maybe(line.usage.as_deref())),
        ("recording", Value::maybe(line.recording.as_ref().map(|r| r.as_str()))),
        ("side", Value::maybe(line.side.map(Pays::word))),
        ("how", how_value(&line.how)),
    ])
}

fn how_value(how: &How) -> Value {
    let part = |part: &usize| Value::Number(*part as u64);
    let ratio = |r: &money::Ratio| Value::text(format!("{}/{}", r.numerator(), r.denominator()));
    let share = |share: &Option<money::Ratio>| share.as_ref().map_or(Value::Null, ratio);
    match how {
        How::Deducted { share: s, reason } => {
            Value::map([("share", ratio(s)), ("reason", Value::text(&reason.en))])
        }
        How::Whole { part: p } => Value::map([("part", part(p))]),
        How::Flat { part: p, each } => Value::map([("part", part(p)), ("each", money(*each))]),
        How::Weighed { part: p, weight, due, share: s } => Value::map([
            ("part", part(p)),
            ("weight", Value::text(weight.to_string())),
            ("due", money(*due)),
            ("share", share(s)),
        ]),
        How::Members { part: p, members, due, share: s } => Value::map([
            ("part", part(p)),
            ("members", Value::text(members.to_string())),
            ("due", money(*due)),
            ("share", share(s)),
        ]),
    }
}
