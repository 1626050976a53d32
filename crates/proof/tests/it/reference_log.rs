//! A small log that another implementation wrote, with every checkpoint it ever signed.

use std::path::{Path, PathBuf};

use proof::merkle::{
    consistency_proof, inclusion_proof, leaf_hash, root, verify_consistency, verify_inclusion,
};
use proof::{Checkpoint, Hash, VerifierKey};

const KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

fn folder() -> Option<PathBuf> {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/consent/tessera-log/testdata/log"
    ));
    if path.is_dir() {
        return Some(path.to_owned());
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "the shared reference log is absent: {}",
        path.display()
    );
    eprintln!("SKIPPED: the shared reference log is absent: {}", path.display());
    None
}

fn checkpoint(folder: &Path, name: &str) -> Checkpoint {
    let note = std::fs::read_to_string(folder.join(name)).unwrap();
    let known: [VerifierKey; 1] = [KEY.parse().unwrap()];
    let read = Checkpoint::open(&note, "example.com/log/testdata", &known).unwrap();
    assert_eq!(note.parse::<proof::Note>().unwrap().to_string(), note);
    read
}

/// Entry bundles of C2SP tlog-tiles: each entry behind its length in two bytes, big end first.
fn entries(bundle: &[u8]) -> Vec<Vec<u8>> {
    let (mut rest, mut entries) = (bundle, Vec::new());
    while let Some((length, tail)) = rest.split_first_chunk::<2>() {
        let (entry, tail) = tail.split_at(usize::from(u16::from_be_bytes(*length)));
        entries.push(entry.to_vec());
        rest = tail;
    }
    entries
}

#[test]
fn every_checkpoint_is_signed_and_grows_from_the_one_before() {
    let Some(folder) = folder() else { return };
    let bundle = std::fs::read(folder.join("tile/entries/000.p/15")).unwrap();
    let leaves: Vec<Hash> = entries(&bundle).iter().map(|e| leaf_hash(e)).collect();
    let tile = std::fs::read(folder.join("tile/0/000.p/15")).unwrap();
    assert_eq!(leaves.iter().flat_map(|l| *l.as_bytes()).collect::<Vec<u8>>(), tile);

    let newest = checkpoint(&folder, "checkpoint");
    assert_eq!((newest.size, newest.root), (15, root(&leaves)));
    for size in 0..=15_usize {
        let old = checkpoint(&folder, &format!("checkpoint.{size}"));
        assert_eq!((old.size, old.root), (size as u64, root(&leaves[..size])));
        let path = consistency_proof(&leaves, old.size).unwrap();
        verify_consistency(old.size, &old.root, newest.size, &newest.root, &path).unwrap();
        for (index, leaf) in leaves[..size].iter().enumerate() {
            let path = inclusion_proof(&leaves[..size], index as u64).unwrap();
            verify_inclusion(leaf, index as u64, old.size, &path, &old.root).unwrap();
        }
    }
}

#[test]
fn a_checkpoint_with_another_size_is_not_believed() {
    let Some(folder) = folder() else { return };
    let note = std::fs::read_to_string(folder.join("checkpoint.5")).unwrap().replace("\n5\n", "\n6\n");
    assert!(Checkpoint::open(&note, "example.com/log/testdata", &[KEY.parse().unwrap()]).is_err());
}
