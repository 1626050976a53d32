//! What may never change: the hash of a shipped version, and the bytes of a stored run.

use allocation::example::examples;
use allocation::manifest::{Entry, manifest};
use allocation::{allocate, library, shipped};

const VERSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/versions.txt");

/// A rule's meaning never changes under one version. `BLESS=1` adds new versions and alters no old one.
#[test]
fn a_shipped_version_keeps_its_hash() {
    let mut known = std::fs::read_to_string(VERSIONS).unwrap_or_default();
    for rule in library() {
        let (label, hash) = (rule.label(), rule.hash());
        match known.lines().find_map(|line| line.strip_prefix(&format!("{label} "))) {
            Some(kept) => assert_eq!(kept, hash, "{label} changed: give it a new version"),
            None if std::env::var_os("BLESS").is_some() => known += &format!("{label} {hash}\n"),
            None => panic!("{label} is not in rules/versions.txt; run this test once with BLESS=1"),
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(VERSIONS, known).unwrap();
    }
}

/// The first example of every rule, replayed: the same bytes as when it was first stored.
#[test]
fn a_replay_gives_the_same_hash() {
    let mut hashes = String::new();
    for (shipped, rule) in shipped().iter().zip(library()) {
        let example = &examples(shipped.file, shipped.examples).unwrap()[0];
        let allocation = allocate(example.pot.unwrap(), &example.input, &rule).unwrap();
        let entry = Entry { pot: "pot-example", allocation: &allocation, input: &example.input };
        let run = manifest(&[entry]).unwrap();
        assert!(run.text.starts_with("{\"format\":\"tantieme-run/1\",\"pots\":[{\"amount\":\""));
        hashes += &format!("{} {}\n", rule.name, &run.hash[..16]);
    }
    assert_eq!(hashes.trim_end(), GOLDEN.trim());
}

const GOLDEN: &str = "
ai-output 631fa0e0843fa768
ai-settlement a2777e2c614d603e
ai-training 72719f17cafcd6c0
artist-centric 51373a6e9e37689e
equal-per-listener e818f2080fc98e58
honorarium 41693de06e5dc148
listen-to-own 481c5346947d86e5
milestone abcb3202be589e0c
pro-rata 78ac25b6d69418f0
sacem-dj-set ad0f0b1bf1a1e2cf
scaled-user-prop d723acc64ffa7ce7
set-list-by-duration e91a2a0d7668e87c
set-list-per-line ca5eac0d119b0f3c
solidarity-slice 73942dd33584129c
territorial-contribution 2f0b03598585be17
territorial-contribution-by-member fe711daef86fa703
threshold 4fc8d1b77e98c9da
user-centric fc18b8845e4d139f
";
