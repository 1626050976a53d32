//! A small log that another implementation wrote, with every checkpoint it ever signed.

use std::path::{Path, PathBuf};

use proof::log::{Entry, KeyRing, Policy, Receipt, Seen, Tile, Tree, read_bundle};
use proof::merkle::{consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion};
use proof::{Checkpoint, Hash, Note, VerifierKey};

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

#[test]
fn every_checkpoint_is_signed_and_grows_from_the_one_before() {
    let Some(folder) = folder() else { return };
    let bundle = std::fs::read(folder.join("tile/entries/000.p/15")).unwrap();
    let leaves: Vec<Hash> = read_bundle(&bundle, 15).unwrap().iter().map(Entry::leaf).collect();
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

/// What a client does: follow every checkpoint by proofs from its tiles alone, and take a receipt for every entry.
#[test]
fn every_size_is_proved_from_its_tiles() {
    let Some(folder) = folder() else { return };
    let origin = "example.com/log/testdata";
    let policy = Policy::log_only(KeyRing::new(origin, KEY.parse().unwrap()));
    let mut seen = Seen::nothing();
    for size in 0..=15_u64 {
        let text = std::fs::read_to_string(folder.join(format!("checkpoint.{size}"))).unwrap();
        let trusted = policy.open(&text).unwrap().checkpoint;
        let source = |tile: &Tile| std::fs::read(folder.join(tile.to_string())).ok();
        let mut tree = Tree::open(trusted.size, &trusted.root, source).unwrap();
        let grown = tree.consistency(seen.size).unwrap();
        seen = seen.accept(&trusted, &grown).unwrap();
        for index in 0..size {
            let entry = Some(tree.entry(index).unwrap().as_bytes().to_vec());
            let checkpoint: Note = text.parse().unwrap();
            let receipt = Receipt { entry, index, path: tree.inclusion(index).unwrap(), checkpoint };
            let read: Receipt = receipt.to_string().parse().unwrap();
            assert_eq!(read.verify_current(&policy, &seen).unwrap().checkpoint, trusted);
            let early = Seen { size: size + 1, root: seen.root };
            assert!(read.verify_current(&policy, &early).is_err(), "an old receipt was replayed");
        }
    }
    let five = checkpoint(&folder, "checkpoint.5");
    assert!(seen.accept(&five, &[]).is_err(), "a log that was rolled back");
}

#[test]
fn a_tampered_tile_or_entry_is_refused() {
    let Some(folder) = folder() else { return };
    let newest = checkpoint(&folder, "checkpoint");
    for (path, byte) in [("tile/0/000.p/15", 0), ("tile/0/000.p/15", 479), ("tile/entries/000.p/15", 3)] {
        let source = |tile: &Tile| {
            let mut bytes = std::fs::read(folder.join(tile.to_string())).ok()?;
            bytes[byte] ^= u8::from(tile.to_string() == path);
            Some(bytes)
        };
        let read = Tree::open(newest.size, &newest.root, source).and_then(|mut t| t.entries(0));
        assert!(read.is_err(), "{path}");
    }
}
