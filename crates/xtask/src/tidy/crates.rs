//! The workspace as cargo sees it, against the crate table.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Finding;
use super::table::{DEV, Row};

/// One crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its Cargo.toml, from the root of the repository.
    pub manifest: String,
    /// Whether it could be published by mistake.
    pub publishable: bool,
    /// Every dependency but those for tests: the name, and whether it is one of ours.
    pub arrows: Vec<(String, bool)>,
}

/// Parts that bring a clock, a socket, chance or a database of ours, and so stay above layer 3.
const OF_THE_WORLD: [&str; 13] = [
    "tokio",
    "async-std",
    "smol",
    "futures-util",
    "rand",
    "getrandom",
    "fastrand",
    "sqlx",
    "reqwest",
    "ureq",
    "hyper",
    "axum",
    "lettre",
];

const TABLE: &str = "ARCHITECTURE.md";

/// Reads what `cargo metadata --no-deps` says.
pub fn read(metadata: &str, root: &Path) -> Result<Vec<Package>, String> {
    let value: Value =
        serde_json::from_str(metadata).map_err(|why| format!("cargo metadata cannot be read: {why}"))?;
    let packages = value["packages"].as_array().ok_or("cargo metadata names no packages")?;
    Ok(packages.iter().map(|p| package(p, root)).collect())
}

fn package(value: &Value, root: &Path) -> Package {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let manifest = text(&value["manifest_path"]);
    let manifest = Path::new(&manifest)
        .strip_prefix(root)
        .map_or(manifest.clone(), |p| p.to_string_lossy().replace('\\', "/"));
    let arrows =
        value["dependencies"].as_array().into_iter().flatten().filter(|d| d["kind"].as_str() != Some("dev"));
    Package {
        name: text(&value["name"]),
        manifest,
        publishable: value["publish"].as_array().is_none_or(|list| !list.is_empty()),
        arrows: arrows.map(|d| (text(&d["name"]), d["path"].is_string())).collect(),
    }
}

/// Every crate in the table, every arrow allowed, nothing publishable.
pub fn check(rows: &[Row], packages: &[Package]) -> Vec<Finding> {
    let by_name: BTreeMap<&str, &Row> = rows.iter().map(|r| (r.name.as_str(), r)).collect();
    let mut findings = Vec::new();
    for row in rows {
        if !packages.iter().any(|p| p.name == row.name) {
            let what = format!("the table names `{}`, which is no crate of the workspace", row.name);
            findings.push(Finding {
                file: TABLE.to_owned(),
                line: row.line,
                what,
                hint: "move the row to the rooms still empty",
            });
        }
        if by_name.get(row.name.as_str()).is_some_and(|other| other.line != row.line) {
            let what = format!("`{}` stands twice in the table", row.name);
            findings.push(Finding { file: TABLE.to_owned(), line: row.line, what, hint: "keep one row" });
        }
    }
    for package in packages {
        let at = |what: String, hint| Finding { file: package.manifest.clone(), line: 1, what, hint };
        if package.publishable {
            findings
                .push(at(format!("`{}` could be published", package.name), "add `publish.workspace = true`"));
        }
        let Some(row) = by_name.get(package.name.as_str()) else {
            findings.push(at(
                format!("`{}` is not in the crate table", package.name),
                "add its row to ARCHITECTURE.md",
            ));
            continue;
        };
        findings.extend(arrows(row, package, &by_name).into_iter().map(|(what, hint)| at(what, hint)));
    }
    findings.extend(circles(packages));
    findings
}

fn arrows(row: &Row, package: &Package, rows: &BTreeMap<&str, &Row>) -> Vec<(String, &'static str)> {
    let mut wrong = Vec::new();
    for (name, ours) in &package.arrows {
        let to = rows.get(name.as_str());
        if !ours {
            if row.layer <= 3 && OF_THE_WORLD.contains(&name.as_str()) {
                wrong.push((
                    format!("`{}` is in layer {} and depends on `{name}`", row.name, row.layer),
                    "layers 0–3 take time, chance and input as values",
                ));
            }
            if name == "axum" && row.name != "server" && row.layer > 3 {
                wrong.push((format!("`{}` depends on `axum`", row.name), "only `server` serves HTTP"));
            }
            continue;
        }
        let Some(to) = to else { continue };
        if to.layer == DEV && row.layer != DEV {
            wrong.push((
                format!("`{}` depends on `{name}`, which is for tests", row.name),
                "make it a dev-dependency",
            ));
        } else if to.layer > row.layer {
            wrong.push((
                format!(
                    "`{}` (layer {}) depends upwards on `{name}` (layer {})",
                    row.name, row.layer, to.layer
                ),
                "turn the arrow round, or hand the value in",
            ));
        } else if !row.knows.allows(to) {
            wrong.push((
                format!("`{}` depends on `{name}`, which its row does not name", row.name),
                "take the arrow out, or change the column `knows` and say why",
            ));
        }
    }
    wrong
}

/// Arrows in a circle, named once each, from the crate that comes first by name.
fn circles(packages: &[Package]) -> Vec<Finding> {
    let arrows: BTreeMap<&str, Vec<&str>> = packages
        .iter()
        .map(|p| {
            (p.name.as_str(), p.arrows.iter().filter(|(_, ours)| *ours).map(|(n, _)| n.as_str()).collect())
        })
        .collect();
    let mut findings = Vec::new();
    for package in packages {
        let (mut seen, mut next) =
            (Vec::new(), arrows.get(package.name.as_str()).cloned().unwrap_or_default());
        while let Some(name) = next.pop() {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            next.extend(arrows.get(name).into_iter().flatten());
        }
        if seen.contains(&package.name.as_str()) && seen.iter().all(|n| package.name.as_str() <= n) {
            let what = format!("`{}` depends on itself by way of {}", package.name, seen.join(", "));
            findings.push(Finding {
                file: package.manifest.clone(),
                line: 1,
                what,
                hint: "cut the circle where the smaller thing is",
            });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::table::{self, tests::TABLE};
    use super::*;

    fn package(name: &str, ours: &[&str], foreign: &[&str]) -> Package {
        let arrow = |ours: bool| move |n: &&str| ((*n).to_owned(), ours);
        let arrows = ours.iter().map(arrow(true)).chain(foreign.iter().map(arrow(false))).collect();
        Package {
            name: name.into(),
            manifest: format!("crates/{name}/Cargo.toml"),
            publishable: false,
            arrows,
        }
    }

    fn house() -> Vec<Package> {
        ["money", "music", "store", "server", "tantieme", "testkit"].map(|n| package(n, &[], &[])).to_vec()
    }

    fn said(change: impl Fn(&mut Vec<Package>)) -> String {
        let mut packages = house();
        change(&mut packages);
        check(&table::read("ARCHITECTURE.md", TABLE).0, &packages)
            .iter()
            .map(|f| f.to_string() + "\n")
            .collect()
    }

    #[test]
    fn a_house_as_drawn_has_no_findings() {
        assert_eq!(said(|_| ()), "");
        assert_eq!(said(|p| p[2] = package("store", &["money", "music"], &["sqlx", "tokio"])), "");
        assert_eq!(said(|p| p[4] = package("tantieme", &["server", "store"], &[])), "");
    }

    #[test]
    fn each_wrong_arrow_is_named() {
        for (name, ours, foreign, want) in [
            ("money", &["music"][..], &[][..], "upwards"),
            ("server", &["store"], &[], "does not name"),
            ("store", &["testkit"], &[], "for tests"),
            ("music", &[], &["tokio"], "layer 1 and depends on `tokio`"),
            ("money", &[], &["getrandom"], "getrandom"),
            ("store", &[], &["axum"], "only `server`"),
            ("stray", &[], &[], "not in the crate table"),
        ] {
            let text = said(|p| {
                p.retain(|q| q.name != name);
                p.push(package(name, ours, foreign));
            });
            assert!(
                text.contains(want) && text.contains(&format!("crates/{name}/Cargo.toml:1: ")),
                "{name}: {text}"
            );
        }
    }

    #[test]
    fn circles_empty_rows_and_open_doors_are_named() {
        let circle = said(|p| {
            p[0].arrows.push(("music".into(), true));
            p[1].arrows.push(("money".into(), true));
        });
        assert_eq!(circle.matches("by way of").count(), 1, "{circle}");
        assert!(said(|p| drop(p.remove(0))).contains("ARCHITECTURE.md:3: the table names `money`"));
        assert!(said(|p| p[0].publishable = true).contains("could be published"));
    }

    #[test]
    fn cargo_metadata_is_understood() {
        let json = r#"{"packages": [{"name": "music", "manifest_path": "/r/crates/music/Cargo.toml", "publish": [], "dependencies": [
            {"name": "money", "kind": null, "path": "/r/crates/money"}, {"name": "jiff", "kind": null},
            {"name": "cc", "kind": "build"}, {"name": "testkit", "kind": "dev", "path": "/r/crates/testkit"}]},
            {"name": "open", "manifest_path": "/r/crates/open/Cargo.toml", "publish": null, "dependencies": []}]}"#;
        let packages = read(json, Path::new("/r")).unwrap();
        assert_eq!(packages[0].manifest, "crates/music/Cargo.toml");
        assert_eq!(
            packages[0].arrows,
            [("money".into(), true), ("jiff".into(), false), ("cc".into(), false)]
        );
        assert!(!packages[0].publishable && packages[1].publishable);
        assert!(read("{}", Path::new("/r")).is_err());
    }
}
