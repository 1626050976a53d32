//! The museum of errors: every refusal with a tiny input that provokes it. The reference page is made from it.

use std::path::{Path, PathBuf};

use crate::play;
use crate::script::{self, Part, Script};

/// Every exhibit refuses as told, changes nothing, and has the code of its heading; `docs/errors.md` is what
/// the exhibits say.
#[test]
fn every_refusal_is_as_told_and_documented() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    play::folder(&root.join("museum"), false, |_, script, stage| {
        for step in refused(script) {
            let done = stage.run(&step.command);
            let message = step.prints.lines().find_map(|l| l.trim().split_once(": "));
            let code = script.title.split(' ').next().unwrap_or_default();
            let json = stage.run(&format!("{} --json", step.command));
            let shown = format!("{}{}", json.out, json.err);
            if done.code != 2 && !shown.contains(&format!("\"code\":\"{code}\"")) {
                stage.wrong.push(format!("`{}` has another code than {code}: {shown}", step.command));
            }
            if let Some((_, words)) = message
                && !well_worded(words)
            {
                stage.wrong.push(format!("the message should be lower case without a full stop: {words}"));
            }
            // Some hints stand in the message itself, behind a semicolon.
            if done.code != 2 && !step.prints.contains("hint: ") && !step.prints.contains("; ") {
                stage.wrong.push(format!("the message has no hint:\n{}", step.prints));
            }
            if done.code == 0 {
                stage.wrong.push(format!("`{}` did not refuse", step.command));
            }
        }
    });
    if std::env::var_os("ONLY").is_none() {
        compare(&root.join("docs/errors.md"), &reference(exhibits(&root.join("museum"))));
    }
}

/// The exhibits that take long: waiting for a database that somebody else holds.
#[test]
#[ignore = "slow"]
fn slow_refusals_are_as_told() {
    play::folder(
        &Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("museum"),
        true,
        |_, _, _| {},
    );
}

fn exhibits(folder: &Path) -> Vec<(String, PathBuf, String)> {
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let files = files.filter(|f| f.extension().is_some_and(|e| e == "md") && !f.ends_with("README.md"));
    let read = |file: PathBuf| {
        let script = script::read(&std::fs::read_to_string(&file).unwrap());
        (script.title.clone(), file, page(&script))
    };
    files.map(read).collect()
}

fn refused(script: &Script) -> Vec<script::Step> {
    let blocks = script.parts.iter().filter_map(|p| match p {
        Part::Block { kind, text, .. } if kind == "refused" => Some(text),
        _ => None,
    });
    blocks.flat_map(|text| script::steps(text)).collect()
}

fn well_worded(words: &str) -> bool {
    let first = words.chars().next();
    !words.ends_with('.')
        && first.is_some_and(|c| {
            c.is_lowercase()
                || !c.is_alphabetic()
                || words
                    .split(' ')
                    .next()
                    .is_some_and(|w| w.len() > 1 && w.chars().all(|c| c.is_uppercase() || !c.is_alphabetic()))
        })
}

/// What the page says of one exhibit: its prose, and what it prints.
fn page(script: &Script) -> String {
    let mut text = String::new();
    for part in &script.parts {
        match part {
            Part::Prose(prose) => {
                let prose: String =
                    prose.lines().filter(|l| !l.starts_with("# ")).flat_map(|l| [l, "\n"]).collect();
                if !prose.trim().is_empty() {
                    text.push_str(&format!("{}\n\n", prose.trim()));
                }
            }
            Part::Block { kind, text: inside, .. } if kind == "refused" => {
                text.push_str(&format!("```\n{inside}```\n\n"))
            }
            Part::Block { .. } => {}
        }
    }
    text
}

fn reference(mut all: Vec<(String, PathBuf, String)>) -> String {
    all.sort();
    let mut text = "# Errors\n\n\
        Every message that refuses something, with what provokes it and what to try. Nothing is changed where one of\n\
        them appears. The word in the heading is the `code` that `--json` prints. Exit codes: 1 refused or problems\n\
        found, 2 wrong usage, 3 the machine failed.\n\n\
        This page is made from `museum/`, where each has the input that provokes it; write it anew with\n\
        `BLESS=1 cargo test -p tantieme museum`.\n\n"
        .to_owned();
    for (title, file, page) in all {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        text.push_str(&format!("## {title}\n\n{page}Provoked by [{name}](../museum/{name}).\n\n"));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn compare(file: &Path, text: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, text).unwrap();
    }
    let there = std::fs::read_to_string(file).unwrap_or_default();
    assert!(there == text, "docs/errors.md is stale: BLESS=1 cargo test -p tantieme museum");
}
