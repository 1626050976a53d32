//! The Cargo.toml of each crate: versions stand once, in the workspace's.

use super::{File, Finding};

/// Checks a Cargo.toml below `crates/`; other files have no findings.
pub fn check(file: &File) -> Vec<Finding> {
    if !file.path.starts_with("crates/") || !file.path.ends_with("/Cargo.toml") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut at = |line: usize, what: String, hint| {
        findings.push(Finding { file: file.path.clone(), line, what, hint })
    };
    let mut section = "";
    for (place, line) in file.text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let name = name.trim();
            let whole = section == "dependencies"
                || section.ends_with("-dependencies")
                || section.ends_with(".dependencies");
            let part =
                section.contains("dependencies.") && ["version", "path", "git", "registry"].contains(&name);
            if part || (whole && !line.replace(' ', "").contains("workspace=true")) {
                let what = format!(
                    "`{}` does not take its version from the workspace",
                    name.trim_end_matches(".workspace")
                );
                at(place + 1, what, "name it in [workspace.dependencies] and write `x.workspace = true`");
            }
        }
    }
    for key in ["version", "publish", "edition", "license"] {
        if !file.text.lines().any(|l| l.replace(' ', "") == format!("{key}.workspace=true")) {
            at(
                1,
                format!("`{key}` is not the workspace's"),
                "write it as in the other crates: `x.workspace = true`",
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[package]\nname = \"x\"\nversion.workspace = true\nedition.workspace = true\nlicense.workspace = true\npublish.workspace = true\n";

    fn found(tail: &str) -> Vec<usize> {
        let file = File { path: "crates/x/Cargo.toml".into(), text: format!("{HEAD}{tail}") };
        check(&file).iter().map(|f| f.line).collect()
    }

    #[test]
    fn only_the_workspace_names_versions() {
        let fine = "[dependencies]\nmoney.workspace = true\ntokio = { workspace = true, features = [\n  \"net\",\n] }\n[features]\nx = []\n";
        assert_eq!(found(fine), [] as [usize; 0]);
        assert_eq!(found("[dependencies]\nserde = \"1\"\n"), [8]);
        assert_eq!(found("[dev-dependencies]\nserde = { version = \"1\" }\n"), [8]);
        assert_eq!(found("[target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n"), [8]);
        assert_eq!(found("[dependencies.serde]\nversion = \"1\"\n"), [8]);
    }

    #[test]
    fn a_crate_inherits_version_and_publish() {
        let file = File {
            path: "crates/x/Cargo.toml".into(),
            text: HEAD.replace("publish.workspace = true", "publish = true"),
        };
        assert!(check(&file)[0].what.contains("publish"));
        assert!(check(&File { path: "Cargo.toml".into(), text: String::new() }).is_empty());
    }
}
