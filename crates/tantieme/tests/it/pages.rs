//! The demo's pages in a real browser: every page as each of its people, and the journeys from end to end.
//!
//! Chromium is driven by `playwright-core` and judged by `axe-core` (npm), looked for in the folder
//! `TANTIEME_TEST_NODE_MODULES`; where one is missing the tests say so, and under `CI=true` they fail.
//! `TANTIEME_TEST_SHOTS` names a folder for pictures.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::demo::demo;

/// The folder with what the browser needs; `None` where it is missing, which is said.
#[allow(clippy::print_stderr)] // a test that skips must say so
fn modules() -> Option<String> {
    let folder = std::env::var("TANTIEME_TEST_NODE_MODULES").unwrap_or_default();
    let missing =
        ["playwright-core", "axe-core"].into_iter().find(|name| !Path::new(&folder).join(name).is_dir());
    let Some(missing) = missing else { return Some(folder) };
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing} is not here");
    eprintln!("SKIPPED: {missing} (TANTIEME_TEST_NODE_MODULES)");
    None
}

#[allow(clippy::print_stderr)] // what was measured is told
fn run(script: &str, more: &[&str]) {
    let Some(modules) = modules() else { return };
    let served = demo();
    let mut node = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script))
        .arg(modules)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(served.line.as_bytes()).unwrap();
    let done = node.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{out}\n{err}");
    eprintln!("{out}");
}

/// Every page that a reader can reach, as everybody, in both languages, light and dark, narrow and wide.
#[test]
#[ignore = "walks all pages as each role: some minutes"]
fn slow_every_page_is_fit_for_everybody() {
    run("walk.mjs", &[concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src/web.rs")]);
}

/// What people come for, from the first page to the end.
#[test]
#[ignore = "plays all journeys: a minute or two"]
fn slow_journeys_from_end_to_end() {
    run("journeys.mjs", &[]);
}
