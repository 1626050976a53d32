//! `cargo xtask fuzz [DOOR] [SECONDS]`: hands damaged bytes to every reader, guided by what they reach.
//!
//! It needs a C++ compiler beside Rust, and no nightly: the coverage counters are a pass of the stable
//! compiler. What is found lands in `crates/fuzz/seeds/DOOR`, where the tests try it again for ever.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Doors, and where bytes to begin with lie: our own first, then real files where there are any.
const DOORS: [(&str, &[&str]); 14] = [
    ("set_list", &["../shared/data/formats"]),
    ("catalogue", &["../shared/data/ddex"]),
    ("bank", &["../shared/data/bank"]),
    ("rule", &["rules"]),
    ("line", &[]),
    ("index", &[]),
    ("note", &["../shared/data/consent/tessera-log/testdata/log"]),
    ("word", &[]),
    ("passkey", &[]),
    ("card", &[]),
    ("play", &["../shared/data/usage"]),
    ("registry", &["../shared/data/consent"]),
    ("media", &[]),
    ("mail", &[]),
];

/// The counters that the engine reads.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Files above this size make poor seeds: the engine would spend its time on copying them.
const SEED_BYTES: u64 = 256 * 1024;

/// Builds the programs and runs one door or all of them, `seconds` each.
pub fn run(root: &Path, door: Option<&str>, seconds: u32) -> ExitCode {
    let chosen: Vec<_> = DOORS.iter().filter(|(name, _)| door.is_none_or(|d| d == *name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = DOORS.iter().map(|(name, _)| *name).collect();
        eprintln!(
            "error: there is no door `{}`\n  hint: one of {}",
            door.unwrap_or_default(),
            names.join(", ")
        );
        return ExitCode::from(2);
    }
    let place = root.join("target/fuzz");
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "-p", "fuzz", "--features", "engine", "--profile", "fuzz", "--target", TARGET]);
    build.arg("--target-dir").arg(&place).env("RUSTFLAGS", FLAGS).current_dir(root);
    if !build.status().is_ok_and(|s| s.success()) {
        return ExitCode::FAILURE;
    }
    let mut broken = Vec::new();
    for (name, seeds) in chosen {
        println!("── fuzz: {name}, {seconds} s");
        match one(root, &place, name, seeds, seconds) {
            Ok(true) => {}
            Ok(false) => broken.push(*name),
            Err(why) => {
                eprintln!("error: `{name}` could not be run: {why}");
                return ExitCode::FAILURE;
            }
        }
    }
    if broken.is_empty() {
        println!("no promise broken");
        return ExitCode::SUCCESS;
    }
    println!("broken: {}; the bytes are in crates/fuzz/seeds", broken.join(", "));
    ExitCode::FAILURE
}

fn one(root: &Path, place: &Path, name: &str, seeds: &[&str], seconds: u32) -> std::io::Result<bool> {
    let corpus = place.join("corpus").join(name);
    let begin = place.join("begin").join(name);
    let kept = root.join("crates/fuzz/seeds").join(name);
    for folder in [&corpus, &begin, &kept] {
        std::fs::create_dir_all(folder)?;
    }
    for folder in seeds {
        gather(&root.join(folder), &begin)?;
    }
    let program = place.join(TARGET).join("fuzz").join(format!("fuzz-{name}"));
    let status = Command::new(program)
        .arg(format!("-max_total_time={seconds}"))
        .args([
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-max_len=131072",
            "-print_final_stats=1",
            "-verbosity=1",
        ])
        .arg(format!("-artifact_prefix={}/", kept.display()))
        .args([&corpus, &begin, &kept])
        .status()?;
    Ok(status.success())
}

/// Copies the smaller files of a folder into one without folders.
fn gather(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut open: Vec<PathBuf> = vec![from.to_owned()];
    let mut number = 0;
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() && entry.metadata()?.len() <= SEED_BYTES {
                number += 1;
                std::fs::copy(entry.path(), to.join(format!("{number}")))?;
            }
        }
    }
    Ok(())
}
