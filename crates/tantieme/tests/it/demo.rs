//! The demo, played and served by the program itself for tests that visit it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The demo with its pages, ended with the test.
pub struct Demo {
    child: Child,
    /// Host and port.
    pub at: String,
    /// Where it was started; its data are inside.
    pub folder: tempfile::TempDir,
    /// The line that it printed when it was ready.
    pub line: String,
    /// What that line says.
    pub ready: Value,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Plays the demo and serves it.
pub fn demo() -> Demo {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .args(["demo", "--serve", "127.0.0.1:0", "--json"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let at = ready["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    Demo { child, at, folder, line, ready }
}
