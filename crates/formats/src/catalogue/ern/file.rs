//! Files that a message names: of sound, of film, of pictures.

use super::tree::Node;
use crate::catalogue::item::ResourceFile;

/// Most files of one resource.
const MOST: usize = 20;

/// Longest path that is believed, in bytes.
const LONGEST: usize = 1_000;

/// The files of a resource, clips and previews left out (ERN 3.x: in the details by territory; ERN 4: below
/// `TechnicalDetails` and `DeliveryFile`).
pub(super) fn files(resource: &Node) -> Vec<ResourceFile> {
    let mut found = Vec::new();
    look(resource, 0, &mut found);
    found
}

fn look(node: &Node, depth: usize, found: &mut Vec<ResourceFile>) {
    if depth > 6 || found.len() >= MOST || node.says("IsPreview") || node.says("IsClip") {
        return;
    }
    for kid in &node.kids {
        if kid.name == "File" {
            let file = read(kid);
            let fine = !file.path.is_empty() && file.path.len() <= LONGEST;
            if fine && found.len() < MOST && !found.iter().any(|f| f.path == file.path) {
                found.push(file);
            }
        } else {
            look(kid, depth + 1, found);
        }
    }
}

fn read(file: &Node) -> ResourceFile {
    let (name, folder, uri) = (file.at("FileName"), file.at("FilePath"), file.at("URI"));
    let path = if name.is_empty() {
        uri.to_owned()
    } else if folder.is_empty() || folder.ends_with('/') {
        format!("{folder}{name}")
    } else {
        format!("{folder}/{name}")
    };
    let sum = file.kid("HashSum");
    let at = |names: [&str; 2]| {
        names
            .into_iter()
            .map(|n| sum.map_or("", |s| s.at(n)))
            .find(|t| !t.is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    ResourceFile {
        path,
        hash_kind: at(["HashSumAlgorithmType", "Algorithm"]),
        hash: at(["HashSum", "HashSumValue"]),
    }
}
