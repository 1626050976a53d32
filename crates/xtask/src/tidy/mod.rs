//! `cargo xtask tidy`: what ARCHITECTURE.md claims, compared with the code.

mod crates;
mod documents;
mod manifests;
mod sources;
mod table;
mod text;

use std::fmt;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Something that is not as the house says, where it is, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root of the repository.
    pub file: String,
    /// Line from 1; 1 where the whole file is meant.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to try.
    pub hint: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} — {}", self.file, self.line, self.what, self.hint)
    }
}

/// A file of the repository that holds text.
#[derive(Debug)]
pub struct File {
    /// Path from the root of the repository, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// Checks, prints, and turns the outcome into an exit code.
pub fn run(root: &Path) -> ExitCode {
    if report(root) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Checks and prints; true when all is as it should be.
pub fn report(root: &Path) -> bool {
    let findings = match check(root) {
        Ok(findings) => findings,
        Err(why) => {
            eprintln!("error: {why}");
            return false;
        }
    };
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: the code is as ARCHITECTURE.md says"),
        1 => println!("tidy: 1 finding"),
        n => println!("tidy: {n} findings"),
    }
    findings.is_empty()
}

fn check(root: &Path) -> Result<Vec<Finding>, String> {
    let files = files(root)?;
    let text = |path: &str| files.iter().find(|f| f.path == path).map(|f| f.text.as_str());
    let map = text("ARCHITECTURE.md").ok_or("there is no ARCHITECTURE.md")?;
    let (rows, mut findings) = table::read("ARCHITECTURE.md", map);
    let packages = crates::read(&metadata(root)?, root)?;
    findings.extend(crates::check(&rows, &packages));
    for file in &files {
        findings.extend(manifests::check(file));
        findings.extend(sources::check(file, &rows));
        findings.extend(text::check(file));
    }
    let exists = |path: &str| root.join(path).exists();
    findings.extend(documents::check(&files, &exists));
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn metadata(root: &Path) -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    output(Command::new(cargo).args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root))
}

/// Every file that git knows or would add, as far as it is text.
fn files(root: &Path) -> Result<Vec<File>, String> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let paths = output(Command::new("git").args(list).current_dir(root))?;
    let read = |path: &str| {
        let text = std::fs::read_to_string(root.join(path)).ok()?;
        Some(File { path: path.to_owned(), text })
    };
    Ok(paths.split('\0').filter(|p| !p.is_empty()).filter_map(read).collect())
}

fn output(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.output().map_err(|why| format!("`{name}` could not be started: {why}"))?;
    if !done.status.success() {
        return Err(format!("`{name}` failed: {}", String::from_utf8_lossy(&done.stderr).trim()));
    }
    String::from_utf8(done.stdout).map_err(|_| format!("`{name}` answered with something that is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_file_line_what_and_hint() {
        let finding =
            Finding { file: "a.rs".into(), line: 3, what: "`x` stands here".into(), hint: "take it out" };
        assert_eq!(finding.to_string(), "a.rs:3: `x` stands here — take it out");
    }
}
