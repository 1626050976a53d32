//! A log as outsiders meet it: proofs from tiles, tampered tiles, two histories, old receipts, witnesses, new keys.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proof::log::{
    AddCheckpoint, BadReceipt, BadRotation, BadTree, Betrayal, Distrust, Entry, KeyRing, Policy, Receipt,
    Rotation, Seen, Tile, TileKind, Tree, WitnessKey, WitnessRefusal, WitnessSigningKey, grown_tiles,
    read_answer, write_bundle, write_hashes,
};
use proof::merkle::{consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion};
use proof::{Checkpoint, Hash, Note, SigningKey};
use proptest::prelude::*;

const ORIGIN: &str = "house.example/log";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[seed; 32]).unwrap()
}

fn ring() -> KeyRing {
    KeyRing::new(ORIGIN, key(1).verifier().clone())
}

fn witness(name: &str, seed: u8) -> WitnessSigningKey {
    WitnessSigningKey::from_seed(name, &[seed; 32]).unwrap()
}

fn entries(count: u64) -> Vec<Entry> {
    (0..count).map(|i| Entry::new(format!("statement {i}").into_bytes()).unwrap()).collect()
}

/// All tiles of the log of these entries, made from the definition and not from the code under test.
fn tiles(entries: &[Entry]) -> BTreeMap<String, Vec<u8>> {
    let mut level: Vec<Hash> = entries.iter().map(Entry::leaf).collect();
    let mut levels = Vec::new();
    while !level.is_empty() {
        let next = level.as_chunks::<256>().0.iter().map(|c| root(c)).collect();
        levels.push(std::mem::replace(&mut level, next));
    }
    let bytes = |tile: &Tile| {
        let (start, width) = (tile.index() as usize * 256, usize::from(tile.width()));
        match tile.kind() {
            TileKind::Hashes(l) => write_hashes(&levels[usize::from(l)][start..start + width]),
            TileKind::Entries => {
                let mut bytes = Vec::new();
                write_bundle(&entries[start..start + width], &mut bytes);
                bytes
            }
        }
    };
    grown_tiles(0, entries.len() as u64).iter().map(|t| (t.to_string(), bytes(t))).collect()
}

fn checkpoint(leaves: &[Hash]) -> Checkpoint {
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size: leaves.len() as u64,
        root: root(leaves),
        extensions: Vec::new(),
    }
}

fn signed(leaves: &[Hash]) -> Note {
    checkpoint(leaves).sign(&key(1)).unwrap()
}

fn leaves(entries: &[Entry]) -> Vec<Hash> {
    entries.iter().map(Entry::leaf).collect()
}

fn receipt(entries: &[Entry], index: u64) -> Receipt {
    let leaves = leaves(entries);
    let path = inclusion_proof(&leaves, index).unwrap();
    let entry = Some(entries[index as usize].as_bytes().to_vec());
    Receipt { entry, index, path, checkpoint: signed(&leaves) }
}

#[test]
fn proofs_from_tiles_are_the_proofs_of_the_whole_tree() {
    for size in [0_u64, 1, 2, 255, 256, 257, 511, 512, 600, 66_000] {
        let entries = entries(size);
        let (files, all) = (tiles(&entries), leaves(&entries));
        let top = root(&all);
        let mut tree = Tree::open(size, &top, |t: &Tile| files.get(&t.to_string()).cloned()).unwrap();
        for index in
            [0, 1, 2, 254, 255, 256, 300, 511, 512, 65_535, 65_536, 65_999].into_iter().filter(|i| *i < size)
        {
            let path = tree.inclusion(index).unwrap();
            assert_eq!(path, inclusion_proof(&all, index).unwrap(), "{index} of {size}");
            verify_inclusion(&all[index as usize], index, size, &path, &top).unwrap();
            assert_eq!(tree.leaf(index), Ok(all[index as usize]));
            assert_eq!(tree.entry(index), Ok(entries[index as usize].clone()));
            let half = index + (size - index) / 2;
            let early = tree.inclusion_at(index, half.max(index + 1)).unwrap();
            assert_eq!(early, inclusion_proof(&all[..half.max(index + 1) as usize], index).unwrap());
        }
        for old in [0, 1, 255, 256, 257, 300, 512, 65_536, size].into_iter().filter(|o| *o <= size) {
            let path = tree.consistency(old).unwrap();
            assert_eq!(path, consistency_proof(&all, old).unwrap(), "{old} of {size}");
            let before = tree.root_at(old).unwrap();
            assert_eq!(before, root(&all[..old as usize]));
            verify_consistency(old, &before, size, &top, &path).unwrap();
        }
        assert!(
            tree.inclusion(size).is_err() && tree.consistency(size + 1).is_err() && tree.entry(size).is_err()
        );
    }
}

#[test]
fn a_partial_tile_that_was_removed_is_read_from_the_full_one() {
    let all = entries(300);
    let files = tiles(&all);
    let early = leaves(&all[..200]);
    let mut tree = Tree::open(200, &root(&early), |t: &Tile| files.get(&t.to_string()).cloned()).unwrap();
    assert_eq!(tree.inclusion(7).unwrap(), inclusion_proof(&early, 7).unwrap());
    assert_eq!(tree.entry(199).unwrap(), all[199]);
}

#[test]
fn a_missing_tile_is_named() {
    let all = entries(600);
    let mut files = tiles(&all);
    files.remove("tile/0/001");
    let mut tree =
        Tree::open(600, &root(&leaves(&all)), |t: &Tile| files.get(&t.to_string()).cloned()).unwrap();
    let error = tree.inclusion(300).unwrap_err();
    assert!(matches!(error, BadTree::Missing(_)));
    assert_eq!(error.to_string(), "`tile/0/001` is missing; fetch it, or ask another mirror of the log");
    assert!(tree.inclusion(3).is_ok());
}

#[test]
fn two_histories_and_a_rolled_back_log_are_refused() {
    let (all, mut other) = (entries(20), entries(20));
    other[7] = Entry::new(b"another statement".to_vec()).unwrap();
    let (all, other) = (leaves(&all), leaves(&other));
    let seen = Seen::from(&checkpoint(&all[..12]));
    let proof = consistency_proof(&all, 12).unwrap();
    let newer = seen.accept(&checkpoint(&all), &proof).unwrap();
    assert_eq!(newer, Seen::from(&checkpoint(&all)));
    assert!(matches!(
        newer.accept(&checkpoint(&all[..12]), &[]),
        Err(Betrayal::RolledBack { found: 12, seen: 20 })
    ));
    assert!(matches!(newer.accept(&checkpoint(&other), &[]), Err(Betrayal::Split { size: 20, .. })));
    let forged = consistency_proof(&other, 12).unwrap();
    assert!(matches!(seen.accept(&checkpoint(&other), &forged), Err(Betrayal::NotConsistent(_))));
    assert!(matches!(seen.accept(&checkpoint(&other), &proof), Err(Betrayal::NotConsistent(_))));
    assert!(Seen::nothing().accept(&checkpoint(&all), &[]).is_ok());
}

#[test]
fn a_receipt_is_checked_with_the_key_alone() {
    let all = entries(20);
    let policy = Policy::log_only(ring());
    let text = receipt(&all, 7).to_string();
    let read: Receipt = text.parse().unwrap();
    assert_eq!((read.to_string(), read.verify(&policy).unwrap().checkpoint.size), (text.clone(), 20));

    let other = Policy::log_only(KeyRing::new(ORIGIN, key(9).verifier().clone()));
    assert!(matches!(read.verify(&other), Err(BadReceipt::Distrust(_))));
    let elsewhere = Policy::log_only(KeyRing::new("other.example/log", key(1).verifier().clone()));
    assert!(matches!(read.verify(&elsewhere), Err(BadReceipt::Distrust(_))));
    for changed in [
        Receipt { index: 8, ..read.clone() },
        Receipt { entry: Some(b"statement 8".to_vec()), ..read.clone() },
        Receipt { path: read.path[1..].to_vec(), ..read.clone() },
        Receipt { path: receipt(&all, 8).path, ..read.clone() },
        Receipt { checkpoint: signed(&leaves(&all[..19])), ..read.clone() },
    ] {
        assert!(matches!(changed.verify(&policy), Err(BadReceipt::NotIncluded { .. })));
    }
    let apart = Receipt { entry: None, ..read };
    assert_eq!(apart.verify(&policy), Err(BadReceipt::NoEntry));
    assert!(apart.to_string().parse::<Receipt>().unwrap().verify_entry(b"statement 7", &policy).is_ok());
}

#[test]
fn an_old_receipt_cannot_answer_for_now() {
    let all = entries(20);
    let policy = Policy::log_only(ring());
    let seen = Seen::from(&checkpoint(&leaves(&all)));
    let old = receipt(&all[..12], 7);
    assert!(old.verify(&policy).is_ok());
    let refused = old.verify_current(&policy, &seen);
    assert!(matches!(refused, Err(BadReceipt::Distrust(Distrust::Betrayal(Betrayal::RolledBack { .. })))));
    assert!(receipt(&all, 7).verify_current(&policy, &seen).is_ok());
    let mut split = all.clone();
    split[3] = Entry::new(b"another".to_vec()).unwrap();
    let refused = receipt(&split, 7).verify_current(&policy, &seen);
    assert!(matches!(refused, Err(BadReceipt::Distrust(Distrust::Betrayal(Betrayal::Split { .. })))));
}

#[test]
fn a_witness_key_is_of_another_kind_than_a_logs() {
    // The form of the example in C2SP tlog-cosignature: eight bytes of time before the signature.
    let one = witness("witness.example/w1", 3);
    let text = one.verifier().to_string();
    assert_eq!(text.parse::<WitnessKey>().unwrap(), *one.verifier());
    assert!(text.parse::<proof::VerifierKey>().is_err());
    assert!(key(1).verifier().to_string().parse::<WitnessKey>().is_err());
    let signature = one.cosign(&signed(&leaves(&entries(3))), 1_679_315_147).unwrap();
    assert_eq!(
        (signature.bytes().len(), &signature.bytes()[..8]),
        (72, &1_679_315_147_u64.to_be_bytes()[..])
    );
    assert!(one.cosign(&signed(&[]), u64::MAX).is_err());
}

/// Log signature and cosignature as another implementation (`aics-tlog` 0.2.1) writes them, byte for byte.
#[test]
fn another_programs_signatures_are_ours() {
    let foreign = "house.example/log\n3\n33L28ClvVgwfoCUxj4N8oHNcEnRTvMCegq1K7UZlPUk=\n\n\
        — house.example/log uta8d77cDKnw59rLNJnJRuxOiCXY87V+hCY70TQ7Mn3UfSfoUIwKQXegIKwiNIpnOebt/ugyF7M1dVGJt8nht77mHgI=\n\
        — witness.example/w1 2e1ixQAAAABpUkfAc04T+YcEmlWHNC1GtbcfufjNe4UiYxpHbYap/WbY60DM0dJecp5x66Cieg24m6bp589yXGnzO0FNgfsiH59wBw==\n";
    let one = witness("witness.example/w1", 3);
    let key = "witness.example/w1+d9ed62c5+BO1JKMYo0cLG6ukDOJBZlWEpWSc6XGP5NjbBRhSshzfR";
    assert_eq!(one.verifier().to_string(), key);
    let ours = signed(&leaves(&entries(3)));
    let ours = ours.clone().with(one.cosign(&ours, 1_767_000_000).unwrap()).unwrap();
    assert_eq!(ours.to_string(), foreign);
    let policy = Policy { keys: ring(), witnesses: vec![key.parse().unwrap()], quorum: 1 };
    assert_eq!(policy.open(foreign).unwrap().cosigned[0].time, 1_767_000_000);
}

#[test]
fn a_quorum_of_different_witnesses_is_asked_for() {
    let (one, two) = (witness("witness.example/w1", 3), witness("witness.example/w2", 4));
    let same_as_one = witness("witness.example/again", 3);
    let note = signed(&leaves(&entries(5)));
    let policy = |witnesses: &[&WitnessSigningKey], quorum| Policy {
        keys: ring(),
        witnesses: witnesses.iter().map(|w| w.verifier().clone()).collect(),
        quorum,
    };
    let with =
        |note: Note, w: &WitnessSigningKey, time| note.clone().with(w.cosign(&note, time).unwrap()).unwrap();
    let both = with(with(note.clone(), &one, 100), &two, 200);
    let times: Vec<u64> =
        policy(&[&one, &two], 2).open_note(&both).unwrap().cosigned.iter().map(|c| c.time).collect();
    assert_eq!(times, [100, 200]);
    let alone = with(with(note.clone(), &one, 100), &same_as_one, 100);
    let refused = policy(&[&one, &two, &same_as_one], 2).open_note(&alone);
    assert_eq!(refused, Err(Distrust::Quorum { found: 1, wanted: 2 }));
    // A cosignature of another checkpoint, and one whose time was changed.
    let other = one.cosign(&signed(&leaves(&entries(6))), 100).unwrap();
    assert!(matches!(
        policy(&[&one], 1).open_note(&note.clone().with(other).unwrap()),
        Err(Distrust::Cosignature(_))
    ));
    // No witness stands in for the log.
    let unsigned = Note::new(&checkpoint(&leaves(&entries(5))).to_string()).unwrap();
    assert!(matches!(policy(&[&one], 1).open_note(&with(unsigned, &one, 1)), Err(Distrust::Checkpoint(_))));
}

#[test]
fn a_witness_signs_only_what_grew() {
    let all = leaves(&entries(20));
    let mut other = all.clone();
    other[3] = Hash::of(b"x");
    let ask = |old: usize, leaves: &[Hash]| AddCheckpoint {
        old: old as u64,
        proof: consistency_proof(leaves, old as u64).unwrap_or_default(),
        checkpoint: signed(leaves),
    };
    let body = ask(12, &all).to_string();
    let request: AddCheckpoint = body.parse().unwrap();
    assert_eq!(request.to_string(), body);
    let seen = Seen::from(&checkpoint(&all[..12]));
    let (_, now) = request.decide(Some(&ring()), Some(&seen)).unwrap();
    assert_eq!(now.size, 20);
    let status = |request: AddCheckpoint, keys: Option<&KeyRing>, latest: Option<&Seen>| {
        request.decide(keys, latest).map_or_else(|e| e.status(), |_| 200)
    };
    let (known, stranger) = (ring(), KeyRing::new(ORIGIN, key(7).verifier().clone()));
    assert_eq!(status(ask(0, &all[..12]), Some(&known), None), 200);
    assert_eq!(status(ask(12, &all), None, Some(&seen)), 404);
    assert_eq!(status(ask(12, &all), Some(&stranger), Some(&seen)), 403);
    assert_eq!(status(ask(21, &all), Some(&known), Some(&seen)), 400);
    assert_eq!(
        ask(11, &all).decide(Some(&known), Some(&seen)),
        Err(WitnessRefusal::OtherSize { latest: 12 })
    );
    assert_eq!(ask(20, &other).decide(Some(&known), Some(&now)), Err(WitnessRefusal::Split));
    assert_eq!(status(ask(12, &other), Some(&known), Some(&seen)), 422);
    assert_eq!(status(ask(20, &other), Some(&known), Some(&now)), 422, "two roots of one size");
    // From nothing no proof is needed and none is taken; an empty log has the root of nothing.
    let proved = AddCheckpoint { proof: vec![Hash::of(b"x")], ..ask(0, &all[..12]) };
    assert_eq!(status(proved, Some(&known), None), 422);
    let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: Hash::of(b"x"), extensions: vec![] };
    let empty = AddCheckpoint { old: 0, proof: vec![], checkpoint: empty.sign(&key(1)).unwrap() };
    assert_eq!(status(empty, Some(&known), None), 422);

    let one = witness("witness.example/w1", 3);
    let signature = one.cosign(&request.checkpoint, 77).unwrap();
    let note = request.checkpoint.clone().with(signature).unwrap().to_string();
    let stranger_line = "— stranger.example AAAAAAAA";
    let answer = format!("{stranger_line}\n{}\n", note.lines().last().unwrap());
    let (kept, who) = read_answer(&answer, request.checkpoint.clone(), &[one.verifier().clone()]).unwrap();
    assert_eq!((kept.to_string(), who[0].time, who.len()), (note, 77, 1));
    assert!(read_answer(&answer, signed(&other), &[one.verifier().clone()]).is_err());
    assert!(read_answer("nothing\n", request.checkpoint.clone(), &[]).is_err());
    let timeless = one.cosign(&request.checkpoint, 0).unwrap();
    let note = request.checkpoint.clone().with(timeless).unwrap().to_string();
    let answer = format!("{}\n", note.lines().last().unwrap());
    assert!(read_answer(&answer, request.checkpoint, &[one.verifier().clone()]).is_err(), "no time");
}

#[test]
fn a_new_key_is_followed_only_where_old_and_new_both_say_so() {
    let turn = |from, new: u8| Rotation { origin: ORIGIN.to_owned(), from, key: key(new).verifier().clone() };
    let all = leaves(&entries(20));
    let mut keys = ring();
    let note = turn(10, 2).sign(&key(1), &key(2)).unwrap().to_string();
    let alone = Note::new(&turn(10, 2).to_string()).unwrap();
    for half in [alone.clone().signed_by(&key(1)), alone.clone().signed_by(&key(2)), alone] {
        assert!(keys.rotate(&(half.to_string())).is_err());
    }
    keys.rotate(&note).unwrap();
    // Signed again by the key that was left behind, or from an earlier size.
    let stolen = turn(15, 3).sign(&key(1), &key(3)).unwrap().to_string();
    assert!(matches!(keys.rotate(&stolen), Err(BadRotation::NotSigned(_))));
    let earlier = turn(10, 3).sign(&key(2), &key(3)).unwrap().to_string();
    assert_eq!(keys.rotate(&earlier), Err(BadRotation::Order { from: 10, since: 10 }));

    let by = |size: usize, seed: u8| keys.open(&checkpoint(&all[..size]).sign(&key(seed)).unwrap());
    assert!(by(9, 1).is_ok() && by(10, 2).is_ok() && by(20, 2).is_ok());
    assert!(by(10, 1).is_err() && by(20, 1).is_err() && by(9, 2).is_err());
    // Both signatures at the turn: who has not followed yet goes on with the old key.
    let both = checkpoint(&all[..10]).sign(&key(1)).unwrap().signed_by(&key(2));
    assert!(keys.open(&both).is_ok() && ring().open(&both).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever bit of whatever file is turned, nothing false is ever derived.
    #[test]
    fn a_tampered_tile_is_never_believed(size in 1_u64..700, file: prop::sample::Index, bit: prop::sample::Index, index: prop::sample::Index) {
        let all = entries(size);
        let (mut files, leaves) = (tiles(&all), leaves(&all));
        let top = root(&leaves);
        let path = files.keys().nth(file.index(files.len())).unwrap().clone();
        let bytes = files.get_mut(&path).unwrap();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        let asked = RefCell::new(false);
        let source = |t: &Tile| {
            *asked.borrow_mut() |= t.to_string() == path;
            files.get(&t.to_string()).cloned()
        };
        let index = index.index(size as usize) as u64;
        let answer = Tree::open(size, &top, source).and_then(|mut t| {
            let (proof, entry) = (t.inclusion(index)?, t.entry(index)?);
            t.consistency(index)?;
            Ok((proof, entry))
        });
        match answer {
            Ok((proof, entry)) => {
                prop_assert!(!*asked.borrow(), "{path} was read and believed");
                prop_assert_eq!(&entry, &all[index as usize]);
                prop_assert!(verify_inclusion(&entry.leaf(), index, size, &proof, &top).is_ok());
            }
            Err(_) => prop_assert!(*asked.borrow()),
        }
    }

    /// Tiles of any bytes are refused or answered, for trees of any size.
    #[test]
    fn any_source_is_answered(size: u64, index: u64, old: u64, fill: u8, top: [u8; 32]) {
        let source = |t: &Tile| Some(vec![fill; usize::from(t.width()) * 32]);
        let opened = Tree::open(size, &Hash::from_bytes(top), source);
        prop_assert!(opened.is_err());
        // With the root these very tiles lead to, the edge is believed and nothing below it.
        if let Err(BadTree::Root { found, .. }) = opened {
            let mut tree = Tree::open(size, &found, source).unwrap();
            let _ = (tree.inclusion(index), tree.consistency(old), tree.entry(index));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(.|\n){0,300}") {
        let _ = (text.parse::<Receipt>(), text.parse::<AddCheckpoint>(), text.parse::<Rotation>(), text.parse::<WitnessKey>());
        let _ = (read_answer(&text, signed(&[]), &[]), ring().rotate(&text), Policy::log_only(ring()).open(&text));
    }

    /// A changed receipt is refused, whatever character was changed, cut or doubled.
    #[test]
    fn a_mutated_receipt_is_refused(index in 0_u64..20, place: prop::sample::Index, with in "[ -~\n]", cut: bool) {
        let policy = Policy::log_only(ring());
        let text = receipt(&entries(20), index).to_string();
        let chars: Vec<char> = text.chars().collect();
        let place = place.index(chars.len());
        let new: String = chars[..place].iter().copied()
            .chain(with.chars()).chain(chars[place + usize::from(!cut)..].iter().copied()).collect();
        if new != text && let Ok(read) = new.parse::<Receipt>() {
            // Only the name on the signature line or base64 that means the same could be let through; neither is.
            prop_assert!(read.verify(&policy).is_err() || read == receipt(&entries(20), index), "{new}");
        }
    }

    #[test]
    fn a_mutated_request_is_never_cosigned(place: prop::sample::Index, with in "[ -~\n]") {
        let all = leaves(&entries(20));
        let request = AddCheckpoint { old: 12, proof: consistency_proof(&all, 12).unwrap(), checkpoint: signed(&all) };
        let chars: Vec<char> = request.to_string().chars().collect();
        let place = place.index(chars.len());
        let new: String = chars[..place].iter().copied().chain(with.chars()).chain(chars[place + 1..].iter().copied()).collect();
        if let Ok(read) = new.parse::<AddCheckpoint>() {
            let seen = Seen::from(&checkpoint(&all[..12]));
            prop_assert!(read == request || read.decide(Some(&ring()), Some(&seen)).is_err());
        }
    }
}
