//! Documents: what they point to is there, and a decision has its four parts.

use super::{File, Finding};

const DECISIONS: &str = "docs/decisions/";
const PARTS: [&str; 4] = ["## Context", "## Choice", "## Cost", "## What would change our mind"];

/// Checks every document; `exists` answers for a path from the root of the repository.
pub fn check(files: &[File], exists: &impl Fn(&str) -> bool) -> Vec<Finding> {
    let decisions: Vec<&str> = files.iter().filter_map(|f| f.path.strip_prefix(DECISIONS)).collect();
    let mut findings = Vec::new();
    for file in files {
        for (place, line) in file.text.lines().enumerate() {
            let mut at = |what: String, hint| {
                findings.push(Finding { file: file.path.clone(), line: place + 1, what, hint });
            };
            for number in decisions_named(line) {
                if !decisions.iter().any(|d| d.starts_with(number)) {
                    at(
                        format!("decision `{number}` is named and not there"),
                        "write it in docs/decisions, or name another",
                    );
                }
            }
            if !file.path.ends_with(".md") {
                continue;
            }
            for link in links(line) {
                let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                if !exists(&from_folder(folder, link)) {
                    at(format!("the link `{link}` leads nowhere"), "correct the path, or take the link out");
                }
            }
            if file.path == "ARCHITECTURE.md" {
                for path in paths(line).filter(|p| !exists(p)) {
                    at(
                        format!("the file `{path}` is named and not there"),
                        "correct the walk, or move it to what is still empty",
                    );
                }
            }
        }
        findings.extend(missing_parts(file));
    }
    findings
}

/// The numbers after the folder of decisions, wherever a line names them.
fn decisions_named(line: &str) -> impl Iterator<Item = &str> {
    let four = |rest: &'_ str| rest.get(..4).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    line.split(DECISIONS).skip(1).filter(move |rest| four(rest)).map(|rest| &rest[..4])
}

/// Targets of Markdown links inside the repository, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let link = rest.split(')').next()?.split('#').next()?;
        (!link.is_empty() && !link.contains(':')).then_some(link)
    })
}

/// Paths below `crates/` in backticks, as far as they name one file.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let plain = |p: &&str| {
        p.starts_with("crates/") && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_-.".contains(&b))
    };
    line.split('`').skip(1).step_by(2).filter(plain)
}

fn from_folder(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn missing_parts(file: &File) -> Vec<Finding> {
    let Some(name) = file.path.strip_prefix(DECISIONS) else { return Vec::new() };
    if !name.ends_with(".md") || !name.starts_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let missing = PARTS.iter().filter(|part| !file.text.lines().any(|l| l.trim_end() == **part));
    let what = |part: &&str| format!("the decision has no `{part}`");
    let finding = |part| Finding {
        file: file.path.clone(),
        line: 1,
        what: what(part),
        hint: "a decision tells context, choice, cost, and what would change our mind",
    };
    missing.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> =
            files.iter().map(|(p, t)| File { path: (*p).into(), text: (*t).into() }).collect();
        let exists = |path: &str| files.iter().any(|f| f.path == path);
        check(&files, &exists).iter().map(Finding::to_string).collect()
    }

    fn decision() -> String {
        PARTS.join("\nx\n")
    }

    #[test]
    fn a_named_decision_is_there() {
        let name = format!("{DECISIONS}0001-a.md");
        let pages = |text: &str| found(&[(&name, &decision()), ("a.rs", text)]);
        assert!(pages(&format!("// {DECISIONS}0001")).is_empty());
        assert_eq!(pages(&format!("\n// {DECISIONS}0002-b.md"))[0].split(": ").next(), Some("a.rs:2"));
    }

    #[test]
    fn a_decision_has_four_parts() {
        let name = format!("{DECISIONS}0001-a.md");
        assert!(found(&[(&name, &decision())]).is_empty());
        assert_eq!(found(&[(&name, &decision().replace("## Cost", "## Price"))]).len(), 1);
    }

    #[test]
    fn links_lead_somewhere() {
        let said = found(&[
            ("docs/a.md", "[b](b.md) [c](../c.md#x) [d](https://d.example) [e](#here)"),
            ("docs/b.md", "[z](z.md)"),
            ("c.md", ""),
        ]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("docs/b.md:1: the link `z.md`"));
    }

    #[test]
    fn the_map_names_real_files() {
        let said = found(&[
            ("ARCHITECTURE.md", "`crates/a/src/lib.rs`, `crates/*/x.rs`, `crates/b.rs`"),
            ("crates/a/src/lib.rs", ""),
        ]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("`crates/b.rs`"));
    }
}
