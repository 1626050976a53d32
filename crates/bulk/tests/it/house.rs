//! Plays as rows, written to files and shared.

use std::path::{Path, PathBuf};

use allocation::RuleSet;
use allocation::kernel::Outcome;
use bulk::{Ask, Failure, Report, Values, write};
use money::Amount;

/// One row: member, recording, plays, seconds, sought, artist.
pub type Row = (u64, u64, u32, u32, bool, u32);

/// How keys are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As 32 bits.
    Small,
    /// As 64 bits, far apart.
    Far,
    /// As strings.
    Texts,
}

impl Form {
    /// The key of a small number in this form, in the same order.
    pub fn key(self, number: u64) -> String {
        match self {
            Form::Small => number.to_string(),
            Form::Far => (number * 0x0123_4567_89AB + 7).to_string(),
            Form::Texts => format!("k{number:04}"),
        }
    }

    fn values(self, numbers: impl Iterator<Item = u64>) -> Values {
        match self {
            Form::Small => Values::Small(numbers.map(|n| n as u32).collect()),
            Form::Far => Values::Large(numbers.map(|n| n * 0x0123_4567_89AB + 7).collect()),
            Form::Texts => Values::Texts(numbers.map(|n| self.key(n)).collect()),
        }
    }
}

/// Writes rows over so many files, with so many rows a group.
pub fn files(folder: &Path, rows: &[Row], form: Form, count: usize, group: usize) -> Vec<PathBuf> {
    let per = rows.len().div_ceil(count.max(1)).max(1);
    let chunks: Vec<&[Row]> = if rows.is_empty() { vec![rows] } else { rows.chunks(per).collect() };
    let file = |(n, rows): (usize, &&[Row])| {
        let path = folder.join(format!("plays-{n}.parquet"));
        let columns = [
            ("member", form.values(rows.iter().map(|r| r.0))),
            ("recording", form.values(rows.iter().map(|r| r.1))),
            ("plays", Values::Small(rows.iter().map(|r| r.2).collect())),
            ("played_s", Values::Signed(rows.iter().map(|r| i64::from(r.3)).collect())),
            ("sought", Values::Bools(rows.iter().map(|r| r.4).collect())),
            ("artist", Values::Texts(rows.iter().map(|r| format!("artist-{:02}", r.5)).collect())),
        ];
        write(&path, &columns, group).unwrap();
        path
    };
    chunks.iter().enumerate().map(file).collect()
}

/// What is asked for these files, with one thread and memory enough.
pub fn ask(rule: &RuleSet, pot: Amount, plays: Vec<PathBuf>) -> Ask {
    Ask {
        rule: rule.clone(),
        pot,
        plays,
        seats: None,
        holders: None,
        catalogue: None,
        here: None,
        covers_threshold: true,
        threads: 1,
        memory: 1 << 30,
        folder: std::env::temp_dir(),
    }
}

/// The rule that ships under a name.
pub fn rule(name: &str) -> RuleSet {
    allocation::find(name).unwrap()
}

/// Shares without telling how far it is.
pub fn share(ask: &Ask) -> Result<Report, Failure> {
    bulk::share(ask, &|_, _, _| {})
}

/// Lines and manifest of a report.
pub fn bytes(report: &Report) -> (String, String) {
    let mut lines = Vec::new();
    let written = report.write(&mut lines).unwrap();
    (String::from_utf8(lines).unwrap(), report.manifest(&written))
}

/// What recordings, deductions and places get, where it is something.
pub fn sums(report: &Report) -> std::collections::BTreeMap<String, i64> {
    let outcome: &Outcome = report.outcome();
    let recordings = outcome.by_recording().unwrap();
    let recordings =
        recordings.into_iter().map(|(n, amount)| (report.recordings().shown(u64::from(n)), amount));
    let deducted = outcome.deducted.iter().map(|d| (d.to.to_string(), d.amount));
    let carried = outcome.carried.iter().map(|c| (c.to.to_string(), c.amount));
    let mut sums = std::collections::BTreeMap::new();
    for (key, amount) in recordings.chain(deducted).chain(carried) {
        *sums.entry(key).or_default() += amount.micros();
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}
