//! Words that no file of the repository may hold, and Rust files that have grown too long.

use super::{File, Finding};

/// Lines beyond which a file says at its top why it is one piece.
const LONG: usize = 800;

// Written in two halves, so that this file does not hold what it forbids.
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp", "/wt")];
const REGISTRY_HOSTS: [&str; 7] = [
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("deb.debian", ".org"),
    concat!("proxy.golang", ".org"),
];

/// Checks one file of any kind.
pub fn check(file: &File) -> Vec<Finding> {
    // Lock files are written by the package clients, and say where each package comes from.
    if file.path.ends_with("Cargo.lock") || file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (place, line) in file.text.lines().enumerate() {
        let mut at = |word: &str, kind, hint| {
            findings.push(Finding {
                file: file.path.clone(),
                line: place + 1,
                what: format!("{kind} `{word}`"),
                hint,
            });
        };
        for word in MACHINE_PATHS.iter().filter(|w| starts_a_path(line, w)) {
            at(
                word,
                "a path of one machine,",
                "name it from the root of the repository, or take it as an argument",
            );
        }
        for word in REGISTRY_HOSTS.iter().filter(|w| line.contains(*w)) {
            at(word, "a registry's host,", "name the package only; the client knows where it is");
        }
    }
    if file.path.ends_with(".rs") {
        findings.extend(too_long(file));
    }
    findings
}

/// Whether an absolute path begins with `word` here; `musicbrainz.org/work/…` and `../work/` do not.
fn starts_a_path(line: &str, word: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    let inside = |c: char| c.is_alphanumeric() || "./_-}>*".contains(c);
    line.match_indices(word).any(|(at, _)| before(at).is_none_or(|c| !inside(c)))
}

fn too_long(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    let mut top = file.text.lines().take_while(|l| l.starts_with("//!") || l.trim().is_empty());
    if lines <= LONG || top.any(|l| l.contains("one piece")) {
        return None;
    }
    let what = format!("{lines} lines, and its top does not say why it is one piece");
    Some(Finding {
        file: file.path.clone(),
        line: 1,
        what,
        hint: "cut it by noun, or write `//! … one piece because …`",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: String) -> Vec<String> {
        check(&File { path: path.into(), text }).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn paths_of_one_machine_are_found_where_they_begin() {
        for path in MACHINE_PATHS {
            for line in [format!("see {path}x"), format!("\"{path}\""), path.to_owned()] {
                assert_eq!(found("a.md", line.clone()).len(), 1, "{line}");
            }
        }
        let innocent = [
            concat!("musicbrainz.org/wo", "rk/1"),
            concat!("../wo", "rk/a"),
            concat!("$HOME/ro", "ots/x"),
            "//work",
        ];
        for line in innocent {
            assert_eq!(found("a.md", line.to_owned()), [] as [String; 0], "{line}");
        }
    }

    #[test]
    fn hosts_of_registries_are_found_but_in_lock_files() {
        for host in REGISTRY_HOSTS {
            assert_eq!(found("README.md", format!("\nhttps://{host}/x")).len(), 1);
            assert!(found("Cargo.lock", host.to_owned()).is_empty());
        }
    }

    #[test]
    fn a_long_file_says_why() {
        let long = "x\n".repeat(LONG + 1);
        assert_eq!(found("a.rs", long.clone()).len(), 1);
        assert!(found("a.md", long.clone()).is_empty());
        assert!(found("a.rs", "x\n".repeat(LONG)).is_empty());
        assert!(
            found(
                "a.rs",
                format!("//! A table.\n//!\n//! It is one piece because rows belong together.\n{long}")
            )
            .is_empty()
        );
        assert_eq!(found("a.rs", format!("{long}//! one piece\n")).len(), 1);
    }
}
