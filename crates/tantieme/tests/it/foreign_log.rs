//! Logs that others wrote, checked by the program: the shared reference log, its receipts, its checkpoints, and what was changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::{Engine, engine::general_purpose::STANDARD};
use proof::log::{Receipt, Tile, Tree, WitnessSigningKey};
use proof::{Checkpoint, Hash, Note, SigningKey};

const KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

fn shared() -> Option<PathBuf> {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/consent/tessera-log/testdata/log"
    ));
    if !path.is_dir() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "the shared reference log is absent");
        eprintln!("SKIPPED: the shared reference log is absent: {}", path.display());
        return None;
    }
    Some(path.to_owned())
}

/// What it printed, and its exit code.
fn run(folder: &Path, args: &[&str]) -> (String, i32) {
    let done = Command::new(env!("CARGO_BIN_EXE_tantieme")).args(args).current_dir(folder).output().unwrap();
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    (text(&done.stdout) + &text(&done.stderr), done.status.code().unwrap_or(-1))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_foreign_log_is_checked_to_its_last_entry() {
    let Some(shared) = shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    copy(&shared, &log);
    let check = |more: &[&str]| run(folder.path(), &[&["log", "check", "log", "--key", KEY], more].concat());
    let (said, code) = check(&[]);
    assert!(code == 0 && said.starts_with("valid: 15 entries of example.com/log/testdata, root "), "{said}");
    for size in 0..=15 {
        let (said, code) = check(&["--seen", &format!("log/checkpoint.{size}")]);
        assert!(code == 0 && said.contains(&format!("grew from the {size} entries")), "{said}");
    }
    assert_eq!(check(&["--origin", "example.com/other"]).1, 1);
    // An older checkpoint in place of the newest is a log that was rolled back.
    std::fs::copy(log.join("checkpoint.9"), log.join("checkpoint")).unwrap();
    let (said, code) = check(&["--seen", "log/checkpoint.15"]);
    assert!(code == 1 && said.contains("rolled back"), "{said}");
    assert_eq!(check(&["--seen", "log/checkpoint.4"]).1, 0, "an older log by itself is whole");
    for (path, at) in [("tile/0/000.p/15", 100), ("tile/entries/000.p/15", 40), ("checkpoint.15", 30)] {
        let other = folder.path().join("log");
        std::fs::remove_dir_all(&other).unwrap();
        copy(&shared, &other);
        let mut bytes = std::fs::read(other.join(path)).unwrap();
        bytes[at] ^= 1;
        std::fs::write(other.join(path), bytes).unwrap();
        std::fs::copy(other.join("checkpoint.15"), other.join("checkpoint")).unwrap();
        let (said, code) = check(&[]);
        assert!(code == 1 && said.contains("hint: "), "{path}: {said}");
    }
}

#[test]
fn receipts_and_checkpoints_of_a_foreign_log_are_checked() {
    let Some(shared) = shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(shared.join("checkpoint.15")).unwrap();
    let note: Note = text.parse().unwrap();
    let at: Checkpoint = note.claimed_text().parse().unwrap();
    let source = |tile: &Tile| std::fs::read(shared.join(tile.to_string())).ok();
    let mut tree = Tree::open(at.size, &at.root, source).unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put("checkpoint", text.as_bytes());
    for index in [0, 7, 14] {
        let entry = tree.entry(index).unwrap().as_bytes().to_vec();
        let mut receipt =
            |entry| Receipt { entry, index, path: tree.inclusion(index).unwrap(), checkpoint: note.clone() };
        let receipt = receipt(None).to_string();
        put("bare.tlog-proof", receipt.as_bytes());
        put("entry", &entry);
        // `extra` may be what an application likes; what was logged is handed over beside it.
        put("extra.tlog-proof", receipt.replace("\nindex ", "\nextra aGVsbG8=\nindex ").as_bytes());
        let verify = |name: &str, more: &[&str]| {
            run(folder.path(), &[&["verify", name, "--key", KEY, "--seen", "checkpoint"], more].concat())
        };
        for name in ["bare.tlog-proof", "extra.tlog-proof"] {
            let (said, code) = verify(name, &["--entry", "entry"]);
            assert!(code == 0 && said.contains(&format!("entry {index} of 15 entries")), "{said}");
            assert_eq!(verify(name, &[]).1, 1, "the entry is not in it");
            assert_eq!(verify(name, &["--entry", "checkpoint"]).1, 1, "another entry");
        }
        put("moved.tlog-proof", receipt.replace(&format!("index {index}\n"), "index 3\n").as_bytes());
        assert_eq!(verify("moved.tlog-proof", &["--entry", "entry"]).1, 1);
    }
    let (said, code) = run(folder.path(), &["verify", "checkpoint", "--key", KEY]);
    assert!(code == 0 && said.starts_with("valid: checkpoint of 15 entries of example.com/log"), "{said}");
    put("old", std::fs::read(shared.join("checkpoint.3")).unwrap().as_slice());
    assert_eq!(run(folder.path(), &["verify", "old", "--key", KEY, "--seen", "checkpoint"]).1, 1);
    put("forged", text.replace("\n15\n", "\n14\n").as_bytes());
    assert_eq!(run(folder.path(), &["verify", "forged", "--key", KEY]).1, 1);
}

/// A key's name and a log's may differ; extensions, strangers' signatures and other kinds of keys are nobody's business;
/// a witness that is asked for must have signed this very text.
#[test]
fn checkpoints_carry_what_the_standard_allows() {
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::from_seed("sum.example", &[5; 32]).unwrap();
    let witness = WitnessSigningKey::from_seed("witness.example/w", &[6; 32]).unwrap();
    let at = Checkpoint {
        origin: "a log with blanks".to_owned(),
        size: u64::MAX,
        root: Hash::of(b"x"),
        extensions: vec!["more".to_owned(), "é — +".to_owned()],
    };
    let note = at.sign(&key).unwrap();
    let signature = witness.cosign(&note, 1_700_000_000).unwrap();
    let line = format!(
        "— {} {}\n",
        signature.name(),
        STANDARD.encode([&signature.id().to_be_bytes(), signature.bytes()].concat())
    );
    let strangers = format!("— sum.example {}\n", STANDARD.encode([7_u8; 2440])).repeat(3);
    let whole = format!("{note}{strangers}{line}");
    let verify = |text: &str, more: &[&str]| {
        std::fs::write(folder.path().join("c"), text).unwrap();
        let key = key.verifier().to_string();
        run(folder.path(), &[&["verify", "c", "--key", &key], more].concat())
    };
    let named = ["--origin", "a log with blanks"];
    let public = witness.verifier().to_string();
    let asked = [&named[..], &["--witness", &public]].concat();
    let (said, code) = verify(&whole, &asked);
    assert!(code == 0 && said.contains("cosigned by witness.example/w"), "{said}");
    assert_eq!(verify(&whole, &[]).1, 1, "the key's name is not the log's");
    assert_eq!(verify(&note.to_string(), &named).1, 0);
    assert_eq!(verify(&note.to_string(), &asked).1, 1, "nobody cosigned");
    assert_eq!(verify(&whole.replace("\nmore\n", "\nless\n"), &named).1, 1);
    assert_eq!(verify(whole.trim_end(), &named).1, 1, "the last line is not ended");
    assert_eq!(verify(&whole.replace('\n', "\r\n"), &named).1, 1);
}
