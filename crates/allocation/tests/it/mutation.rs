//! No number and no word of a rule that ships can change without a worked example noticing.

use allocation::RuleSet;
use allocation::example::{Example, examples};
use allocation::rule::{read, vocabulary};
use allocation::{Shipped, shipped};

/// Every text that differs from the rule in one number.
fn numbers_changed(text: &str) -> Vec<String> {
    let mut mutants = Vec::new();
    for (start, line) in meaning(text) {
        let mut at = 0;
        while let Some(found) = line[at..].find(|c: char| c.is_ascii_digit()) {
            let from = start + at + found;
            let digits = text[from..].bytes().take_while(u8::is_ascii_digit).count();
            let number: u64 = text[from..from + digits].parse().unwrap();
            for changed in [number + 1, number.saturating_sub(1), number * 10] {
                mutants.push(format!("{}{changed:0digits$}{}", &text[..from], &text[from + digits..]));
            }
            at += found + digits;
        }
    }
    mutants
}

/// Every text that differs from the rule in one word behind a key.
fn words_changed(text: &str) -> Vec<String> {
    let mut words: Vec<&str> = vocabulary().into_iter().map(|w| w.word).collect();
    words.extend(["fund:other", "house:other"]);
    let mut mutants = Vec::new();
    for (start, line) in meaning(text) {
        let Some((key, value)) = line.split_once('=') else { continue };
        let Some(value) = value.trim().strip_prefix('"').and_then(|v| v.split('"').next()) else { continue };
        if ["name", "reason", "reason_fr", "notice"].contains(&key.trim()) {
            continue;
        }
        let from = start + line.find(&format!("\"{value}\"")).unwrap() + 1;
        for word in words.iter().filter(|word| **word != value) {
            mutants.push(format!("{}{word}{}", &text[..from], &text[from + value.len()..]));
        }
    }
    mutants
}

/// Every text without one of the lines that mean something.
fn lines_dropped(text: &str) -> Vec<String> {
    let drop = |(start, line): (usize, &str)| format!("{}{}", &text[..start], &text[start + line.len()..]);
    meaning(text).into_iter().map(drop).collect()
}

/// The lines that change the outcome, without remarks, and where they start.
fn meaning(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let said = line.split('#').next().unwrap().trim_end();
        let skip =
            ["summary", "summary_fr", "name ", "reason", "notice"].iter().any(|key| said.starts_with(key));
        if said.contains('=') && !skip {
            lines.push((start, said));
        }
        start += line.len();
    }
    lines
}

fn noticed(mutant: &str, rule: &RuleSet, shipped: &Shipped, examples: &[Example]) -> bool {
    match read(shipped.file, mutant) {
        Err(_) => true,
        Ok(changed) if changed.hash() == rule.hash() => true,
        Ok(changed) => examples.iter().any(|example| example.check(&changed).is_err()),
    }
}

#[test]
fn every_changed_constant_is_noticed() {
    let mut unnoticed = Vec::new();
    let mut tried = 0;
    for shipped in shipped() {
        let rule = read(shipped.file, shipped.text).unwrap();
        let examples = examples(shipped.file, shipped.examples).unwrap();
        let mutants =
            [numbers_changed(shipped.text), words_changed(shipped.text), lines_dropped(shipped.text)]
                .concat();
        for mutant in mutants {
            tried += 1;
            if !noticed(&mutant, &rule, shipped, &examples) {
                let differing = mutant.lines().zip(shipped.text.lines()).find(|(a, b)| a != b);
                unnoticed.push(format!("{}: {:?}", shipped.file, differing));
            }
        }
    }
    assert!(tried > 1_000, "only {tried} mutants");
    assert!(unnoticed.is_empty(), "{} of {tried} unnoticed:\n{}", unnoticed.len(), unnoticed.join("\n"));
}
