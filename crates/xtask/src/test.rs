//! `cargo xtask test`: one command that tests, lean anywhere, everything under `CI=true`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::tidy;

/// The word with which a test says that it did not test; the program of CI looks for it too.
const SKIPPED: &str = "SKIPPED:";

/// One step: what it is called and what it starts. `tidy` runs in this process.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    name: &'static str,
    /// Arguments of `cargo`; empty for tidy.
    args: &'static [&'static str],
    env: Option<(&'static str, &'static str)>,
}

const fn step(name: &'static str, args: &'static [&'static str]) -> Step {
    Step { name, args, env: None }
}

const TESTS: Step = step("tests", &["test", "--workspace", "--no-fail-fast", "--", "--show-output"]);
const TIDY: Step = step("tidy", &[]);

/// Turns the cluster on. Every step that builds has it, so that the engine is built once and in one way: tests
/// as a whole, and once more, without code, for lints and documentation. Tests go on after one that fails: who
/// waited for half an hour wants to know of all.
const EVERYTHING: &str = "--features=tantieme/cluster,tantieme/s3";
const ALL_TESTS: Step =
    step("tests", &["test", "--workspace", EVERYTHING, "--no-fail-fast", "--", "--show-output"]);

/// The steps, cheapest first, so that a slip in a line costs seconds and not minutes.
fn steps(everything: bool) -> Vec<Step> {
    if !everything {
        return vec![TESTS, TIDY];
    }
    let doc = step("documentation", &["doc", "--workspace", EVERYTHING, "--no-deps"]);
    vec![
        step("format", &["fmt", "--all", "--", "--check"]),
        TIDY,
        step("lints", &["clippy", "--workspace", EVERYTHING, "--all-targets", "--", "-D", "warnings"]),
        ALL_TESTS,
        step("slow tests", &["test", "--workspace", EVERYTHING, "--", "--ignored", "slow_", "--show-output"]),
        Step { env: Some(("RUSTDOCFLAGS", "-D warnings")), ..doc },
    ]
}

/// Runs the steps and stops at the first that fails, with the command that repeats it.
pub fn run(root: &Path) -> ExitCode {
    let everything = std::env::var("CI").as_deref() == Ok("true");
    let postgres = std::env::var_os("TANTIEME_TEST_POSTGRES").is_some();
    if everything && !postgres {
        eprintln!("error: CI=true tests on every engine, and TANTIEME_TEST_POSTGRES is not set");
        eprintln!("  hint: set it to the URL of a PostgreSQL that may be filled with throw-away schemas");
        return ExitCode::FAILURE;
    }
    if !postgres {
        println!(
            "{SKIPPED} the PostgreSQL half of the tests; set TANTIEME_TEST_POSTGRES to the URL of a throw-away server"
        );
    }
    let (begin, mut heard) = (Instant::now(), Heard::default());
    for step in steps(everything) {
        println!("── {}: {}", step.name, command_line(&step));
        let start = Instant::now();
        let fine = if step.args.is_empty() { tidy::report(root) } else { cargo(root, &step, &mut heard) };
        println!(
            "── {}: {} in {:.1} s",
            step.name,
            if fine { "fine" } else { "FAILED" },
            start.elapsed().as_secs_f64()
        );
        if !fine {
            heard.why().iter().for_each(|line| println!("{line}"));
            println!("repeat it with: {}", command_line(&step));
            return ExitCode::FAILURE;
        }
    }
    let mut skipped = heard.skipped;
    skipped.sort();
    skipped.dedup();
    for line in &skipped {
        println!("{line}");
    }
    println!("all fine in {:.0} s", begin.elapsed().as_secs_f64());
    if everything && !skipped.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What a person types to run one step.
fn command_line(step: &Step) -> String {
    if step.args.is_empty() {
        return "cargo xtask tidy".to_owned();
    }
    let env = step.env.map_or(String::new(), |(name, value)| format!("{name}=\"{value}\" "));
    format!("{env}cargo {}", step.args.join(" "))
}

/// What is kept of the output of a step: which tests skipped, and why others failed.
#[derive(Default)]
struct Heard {
    skipped: Vec<String>,
    /// What each test printed: its name, and the first lines of it.
    told: Vec<(String, Vec<String>)>,
    failed: Vec<String>,
}

/// Most lines of a test that failed that are said again at the end.
const AGAIN: usize = 12;

impl Heard {
    fn line(&mut self, line: &str) {
        if let Some(said) = skip_said(line) {
            self.skipped.push(said.to_owned());
        }
        if let Some(name) = line.strip_prefix("---- ").and_then(|l| l.strip_suffix(" stdout ----")) {
            self.told.push((name.to_owned(), Vec::new()));
        } else if let Some(name) = line.strip_prefix("test ").and_then(|l| l.strip_suffix(" ... FAILED")) {
            self.failed.push(name.to_owned());
        } else if let Some((_, told)) = self.told.last_mut().filter(|(_, t)| t.len() < AGAIN) {
            told.push(line.to_owned());
        }
    }

    /// The tests that failed with what they said first: in thousands of lines nobody finds them.
    fn why(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for name in &self.failed {
            lines.push(format!("FAILED: {name}"));
            let told = self.told.iter().rev().find(|(n, _)| n == name);
            lines.extend(told.into_iter().flat_map(|(_, t)| t).map(|l| format!("  {l}")));
        }
        lines
    }
}

/// Starts cargo, passes its output on and keeps what its tests say of themselves. Where a test broke is in its message;
/// traces would bury it.
fn cargo(root: &Path, step: &Step, heard: &mut Heard) -> bool {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(step.args).current_dir(root).stdin(Stdio::null()).stdout(Stdio::piped());
    command.env("RUST_BACKTRACE", "0");
    // What `cargo run` told this program about itself would make the next cargo build things anew.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|n| n.starts_with("CARGO_PKG_") || n.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    if let Some((name, value)) = step.env {
        command.env(name, value);
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(why) => {
            eprintln!("error: cargo could not be started: {why}");
            return false;
        }
    };
    let lines = child.stdout.take().map(BufReader::new).into_iter().flat_map(|out| out.split(b'\n'));
    for line in lines.map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        heard.line(&line);
    }
    child.wait().is_ok_and(|status| status.success())
}

/// The part of a line in which a test says that it skipped.
fn skip_said(line: &str) -> Option<&str> {
    line.find(SKIPPED).map(|at| line[at..].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lean_set_is_part_of_everything() {
        let all = steps(true);
        let lean =
            |step: &Step| step.args.iter().filter(|arg| **arg != EVERYTHING).copied().collect::<Vec<_>>();
        assert!(steps(false).iter().all(|s| all.iter().any(|other| lean(other) == s.args)));
        assert!(all.len() > steps(false).len());
    }

    #[test]
    fn the_engine_is_built_in_one_way_only() {
        for step in steps(true).iter().filter(|step| !step.args.is_empty() && step.args[0] != "fmt") {
            assert!(step.args.contains(&EVERYTHING), "{}", step.name);
        }
    }

    #[test]
    fn a_failed_step_can_be_typed_again() {
        let lines: Vec<String> = steps(true).iter().map(command_line).collect();
        assert!(lines.contains(&"cargo xtask tidy".to_owned()));
        assert!(
            lines.contains(
                &"RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --features=tantieme/cluster,tantieme/s3 --no-deps"
                    .to_owned()
            )
        );
    }

    #[test]
    fn why_a_test_failed_is_said_at_the_end() {
        let mut heard = Heard::default();
        let told = "test a::b ... FAILED\ntest a::c ... ok\n---- a::c stdout ----\nmuch\n---- a::b stdout ----\n\nit broke";
        told.lines().for_each(|line| heard.line(line));
        assert_eq!(heard.why(), ["FAILED: a::b", "  ", "  it broke"]);
    }

    #[test]
    fn a_skip_is_heard_wherever_it_stands_in_a_line() {
        let said = format!("  {SKIPPED} no files ");
        assert_eq!(skip_said(&said), Some(said.trim()));
        assert_eq!(skip_said("3 skipped"), None);
    }
}
