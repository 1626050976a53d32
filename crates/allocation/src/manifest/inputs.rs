//! The canonical form of what went into a pot.

use std::collections::BTreeMap;

use super::money;
use crate::canon::Value;
use crate::input::{Deliverable, Facts, SelectedRelease};
use crate::{Input, SharesOf};

/// The hash of what went into a pot; the order of rows does not matter, nor does merging equal ones.
pub fn input_hash(input: &Input) -> String {
    input_value(input).hash()
}

fn input_value(input: &Input) -> Value {
    Value::map([
        ("format", Value::text("tantieme-input/1")),
        ("usages", usages_value(input)),
        ("plays", plays_value(input)),
        ("seats", Value::maybe(input.seats.map(|s| s.to_string()))),
        ("performer", Value::maybe(input.performer.as_ref().map(|p| p.as_str()))),
        ("facts", Value::List(input.facts.iter().map(|(r, f)| facts_value(r.as_str(), f)).collect())),
        ("shares", Value::List(input.shares.iter().map(|(r, s, h)| held(r.as_str(), s.word(), h)).collect())),
        ("attributions", attributions_value(input)),
        ("deliverables", sorted(input.deliverables.iter().map(|d| (d.key.clone(), deliverable_value(d))))),
        ("releases", sorted(input.releases.iter().map(|r| (r.key.clone(), release_value(r))))),
    ])
}

fn sorted<K: Ord>(values: impl Iterator<Item = (K, Value)>) -> Value {
    let mut values: Vec<(K, Value)> = values.collect();
    values.sort_by(|a, b| a.0.cmp(&b.0));
    Value::List(values.into_iter().map(|(_, value)| value).collect())
}

fn usages_value(input: &Input) -> Value {
    type Row = (u64, Option<u64>);
    let mut rows: BTreeMap<(&str, Option<&str>), Row> = BTreeMap::new();
    for usage in &input.usages {
        let key = (usage.key.as_str(), usage.recording.as_ref().map(|r| r.as_str()));
        let seconds = usage.played_s.map(u64::from);
        let row = rows.entry(key).or_insert((0, Some(0)));
        *row = (row.0 + u64::from(usage.plays), row.1.zip(seconds).map(|(a, b)| a + b));
    }
    let rows = rows.into_iter().map(|((key, recording), (plays, seconds))| {
        Value::map([
            ("key", Value::text(key)),
            ("recording", Value::maybe(recording)),
            ("plays", Value::text(plays.to_string())),
            ("played_s", Value::maybe(seconds.map(|s| s.to_string()))),
        ])
    });
    Value::List(rows.collect())
}

fn plays_value(input: &Input) -> Value {
    type Row = (u64, Option<u64>);
    let mut rows: BTreeMap<(&str, &str, bool, u32), Row> = BTreeMap::new();
    for play in &input.plays {
        let key = (play.member.as_str(), play.recording.as_str(), play.sought, play.before);
        let row = rows.entry(key).or_insert((0, Some(0)));
        let seconds = play.played_s.map(u64::from);
        *row = (row.0 + u64::from(play.plays), row.1.zip(seconds).map(|(a, b)| a + b));
    }
    let rows = rows.into_iter().map(|((member, recording, sought, before), (plays, seconds))| {
        Value::map([
            ("member", Value::text(member)),
            ("recording", Value::text(recording)),
            ("sought", Value::Bool(sought)),
            ("before", Value::Number(u64::from(before))),
            ("plays", Value::text(plays.to_string())),
            ("played_s", Value::maybe(seconds.map(|s| s.to_string()))),
        ])
    });
    Value::List(rows.collect())
}

fn attributions_value(input: &Input) -> Value {
    let mut rows: BTreeMap<(&str, Option<&str>), u128> = BTreeMap::new();
    for row in &input.attributions {
        let key = (row.key.as_str(), row.recording.as_ref().map(|r| r.as_str()));
        *rows.entry(key).or_default() += u128::from(row.weight);
    }
    let rows = rows.into_iter().map(|((key, recording), weight)| {
        Value::map([
            ("key", Value::text(key)),
            ("recording", Value::maybe(recording)),
            ("weight", Value::text(weight.to_string())),
        ])
    });
    Value::List(rows.collect())
}

fn facts_value(recording: &str, facts: &Facts) -> Value {
    Value::map([
        ("recording", Value::text(recording)),
        ("artist", Value::maybe(facts.artist.as_deref())),
        ("in_catalogue", Value::Bool(facts.in_catalogue)),
        ("local", Value::Bool(facts.local)),
        ("licensed", Value::Bool(facts.licensed)),
        ("held_for", Value::maybe(facts.held_for.as_ref().map(|r| r.as_str()))),
        ("threshold_plays", Value::maybe(facts.threshold_plays.map(|p| p.to_string()))),
    ])
}

fn held(recording: &str, side: &str, shares: &SharesOf) -> Value {
    Value::map([
        ("recording", Value::text(recording)),
        ("side", Value::text(side)),
        ("shares", shares_value(shares)),
    ])
}

fn shares_value(shares: &SharesOf) -> Value {
    use music::share::Standing;
    let standing = match shares.standing() {
        Standing::Whole => "whole",
        Standing::Open(_) => "open",
        Standing::Over(_) => "over",
        Standing::Disputed => "disputed",
    };
    let holders = shares.holders().iter().map(|h| {
        Value::map([
            ("party", Value::text(h.party.as_str())),
            ("ratio", Value::text(format!("{}/{}", h.ratio.numerator(), h.ratio.denominator()))),
        ])
    });
    Value::map([("standing", Value::text(standing)), ("holders", Value::List(holders.collect()))])
}

fn deliverable_value(deliverable: &Deliverable) -> Value {
    Value::map([
        ("key", Value::text(&deliverable.key)),
        ("agreed", money(deliverable.agreed)),
        ("currency", Value::text(deliverable.agreed.currency().code())),
        ("accepted", Value::Bool(deliverable.accepted)),
        ("shares", shares_value(&deliverable.shares)),
    ])
}

fn release_value(release: &SelectedRelease) -> Value {
    Value::map([("key", Value::text(&release.key)), ("shares", shares_value(&release.shares))])
}
