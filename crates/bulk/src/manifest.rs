//! The manifest of a run: what went in, by which rule, what came out, in canonical JSON.
//!
//! It tells no thread, no folder, no file name and no time, so the same run has the same bytes anywhere.

use allocation::canon::Value;
use money::Amount;

use crate::files::Digest;
use crate::report::{InputFile, Report, Written, suspense};

impl Report {
    /// The manifest, with what was written; canonical JSON on one line.
    pub fn manifest(&self, written: &Written) -> String {
        let outcome = &self.outcome;
        let mut text = Value::map([
            ("format", Value::text("tantieme-share/1")),
            ("rule", self.rule()),
            ("currency", Value::text(outcome.pot.currency().code())),
            ("pot", money(outcome.pot)),
            ("seats", self.seats.map_or(Value::Null, Value::Number)),
            ("territory", Value::maybe(self.here.as_deref())),
            ("plays_cover_threshold", Value::Bool(self.covers_threshold)),
            ("input", self.input()),
            (
                "deducted",
                Value::List(
                    outcome
                        .deducted
                        .iter()
                        .map(|d| {
                            Value::map([
                                ("to", Value::text(d.to.to_string())),
                                ("reason", Value::text(&d.reason)),
                                ("amount", money(d.amount)),
                            ])
                        })
                        .collect(),
                ),
            ),
            (
                "parts",
                Value::List(
                    outcome
                        .parts
                        .iter()
                        .map(|part| {
                            Value::map([
                                ("split", Value::text(&part.split)),
                                ("amount", money(part.amount)),
                                ("members", part.members.map_or(Value::Null, Value::Number)),
                            ])
                        })
                        .collect(),
                ),
            ),
            (
                "carried",
                Value::List(
                    outcome
                        .carried
                        .iter()
                        .map(|c| {
                            Value::map([
                                ("split", Value::text(&c.split)),
                                ("to", Value::text(c.to.to_string())),
                                ("amount", money(c.amount)),
                            ])
                        })
                        .collect(),
                ),
            ),
            (
                "suspense",
                Value::List(
                    self.waiting()
                        .into_iter()
                        .map(|(reason, (amount, recordings))| {
                            Value::map([
                                ("account", Value::text(suspense(reason))),
                                ("amount", money(amount)),
                                ("recordings", Value::Number(recordings)),
                            ])
                        })
                        .collect(),
                ),
            ),
            ("totals", self.totals()),
            (
                "output",
                Value::map([
                    ("lines", Value::Number(written.lines)),
                    ("bytes", Value::Number(written.digest.bytes)),
                    ("sha256", Value::text(&written.digest.sha256)),
                ]),
            ),
        ])
        .to_canonical();
        text.push('\n');
        text
    }

    fn rule(&self) -> Value {
        Value::map([
            ("name", Value::text(&self.rule.name)),
            ("version", Value::Number(u64::from(self.rule.version))),
            ("hash", Value::text(&self.rule.hash)),
        ])
    }

    fn input(&self) -> Value {
        let control = self.outcome.control;
        let table =
            |table: &Option<Digest>| table.as_ref().map_or(Value::Null, |table| Value::text(&table.sha256));
        Value::map([
            ("rows", Value::Number(control.rows)),
            ("plays", Value::text(control.plays.to_string())),
            ("rows_sum", Value::text(format!("{:016x}", control.hash))),
            ("recordings", Value::Number(self.outcome.recordings.len() as u64)),
            ("files", Value::List(self.files.iter().map(file).collect())),
            ("shares", table(&self.tables[0])),
            ("catalogue", table(&self.tables[1])),
        ])
    }

    /// Paid, waiting, deducted and carried make the pot.
    fn totals(&self) -> Value {
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            let micros: i64 = amounts.map(Amount::micros).sum();
            Amount::from_micros(micros, self.outcome.pot.currency())
        };
        let outcome = &self.outcome;
        let shared = sum(&mut outcome
            .parts
            .iter()
            .flat_map(|part| part.by_recording.iter().map(|(_, amount)| *amount)));
        let waiting = sum(&mut self.waiting().into_values().map(|(amount, _)| amount));
        Value::map([
            ("paid", money(Amount::from_micros(shared.micros() - waiting.micros(), shared.currency()))),
            ("suspense", money(waiting)),
            ("deducted", money(sum(&mut outcome.deducted.iter().map(|d| d.amount)))),
            ("carried", money(sum(&mut outcome.carried.iter().map(|c| c.amount)))),
        ])
    }
}

fn file(file: &InputFile) -> Value {
    Value::map([
        ("sha256", Value::text(&file.digest.sha256)),
        ("bytes", Value::Number(file.digest.bytes)),
        ("rows", Value::Number(file.rows)),
    ])
}

fn money(amount: Amount) -> Value {
    Value::text(amount.to_decimal())
}
