//! The tree against the definition of RFC 6962 written out, every proof of every small tree, and forged ones.

use proof::Hash;
use proof::merkle::{
    BadProof, Frontier, consistency_proof, empty_root, inclusion_proof, leaf_hash, node_hash, root,
    verify_consistency, verify_inclusion,
};
use proptest::prelude::*;

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|i| leaf_hash(format!("leaf {i}").as_bytes())).collect()
}

/// MTH of RFC 6962, section 2.1, word by word.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => empty_root(),
        1 => leaves[0],
        n => {
            let mut k = 1;
            while k * 2 < n {
                k *= 2;
            }
            node_hash(&defined_root(&leaves[..k]), &defined_root(&leaves[k..]))
        }
    }
}

#[test]
fn known_roots_come_out() {
    // The eight leaves of the Certificate Transparency project's own tests.
    let data: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let leaves = data.map(leaf_hash);
    for (size, want) in [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ] {
        assert_eq!(root(&leaves[..size]).to_string(), want, "{size}");
    }
}

#[test]
fn every_proof_of_every_small_tree_holds_and_no_other_does() {
    let all = leaves(34);
    for size in 0..=33_usize {
        let tree = &all[..size];
        let top = root(tree);
        assert_eq!(top, defined_root(tree));
        for (index, leaf) in tree.iter().enumerate() {
            let path = inclusion_proof(tree, index as u64).unwrap();
            verify_inclusion(leaf, index as u64, size as u64, &path, &top).unwrap();
            assert!(verify_inclusion(&all[33], index as u64, size as u64, &path, &top).is_err());
            for other in (0..size).filter(|o| *o != index) {
                assert!(verify_inclusion(leaf, other as u64, size as u64, &path, &top).is_err());
            }
        }
        assert_eq!(inclusion_proof(tree, size as u64), None);
        for old in 0..=size {
            let (old_root, path) = (root(&all[..old]), consistency_proof(tree, old as u64).unwrap());
            verify_consistency(old as u64, &old_root, size as u64, &top, &path).unwrap();
            if old > 0 && old < size {
                assert!(verify_consistency(old as u64, &all[33], size as u64, &top, &path).is_err());
                assert!(verify_consistency(old as u64, &old_root, size as u64, &all[33], &path).is_err());
                let cut = &path[..path.len() - 1];
                assert!(verify_consistency(old as u64, &old_root, size as u64, &top, cut).is_err());
            }
        }
        assert_eq!(consistency_proof(tree, size as u64 + 1), None);
    }
}

#[test]
fn refusals_come_in_their_order() {
    let (tree, top) = (leaves(5), root(&leaves(5)));
    let path = inclusion_proof(&tree, 2).unwrap();
    assert_eq!(
        verify_inclusion(&tree[2], 5, 5, &path, &top),
        Err(BadProof::OutsideTree { index: 5, size: 5 })
    );
    assert_eq!(verify_inclusion(&tree[2], 0, 0, &[], &top), Err(BadProof::OutsideTree { index: 0, size: 0 }));
    assert_eq!(verify_inclusion(&tree[2], 2, 5, &path[1..], &top), Err(BadProof::WrongLength { found: 2 }));
    assert!(matches!(verify_inclusion(&tree[1], 2, 5, &path, &top), Err(BadProof::WrongRoot { .. })));
    assert_eq!(verify_consistency(6, &top, 5, &top, &[]), Err(BadProof::Shrunk { old: 6, new: 5 }));
    assert_eq!(verify_consistency(3, &top, 5, &top, &[]), Err(BadProof::WrongLength { found: 0 }));
    assert!(verify_consistency(5, &top, 5, &empty_root(), &[]).is_err());
    assert!(verify_consistency(0, &empty_root(), 0, &top, &[]).is_err(), "nothing has one root");
    assert!(verify_consistency(0, &empty_root(), 0, &empty_root(), &[]).is_ok());
}

proptest! {
    #[test]
    fn one_by_one_is_all_at_once(count in 0_usize..200, cut: prop::sample::Index) {
        let all = leaves(count);
        let at = cut.index(count + 1);
        let mut frontier = Frontier::new();
        all[..at].iter().for_each(|l| frontier.push(l));
        let mut stored = Frontier::from_parts(frontier.size(), frontier.peaks().to_vec()).unwrap();
        all[at..].iter().for_each(|l| stored.push(l));
        prop_assert_eq!(stored.root(), defined_root(&all));
    }

    /// Numbers and hashes of any size and count are answered, never with a panic or a yes.
    #[test]
    fn made_up_proofs_are_refused(
        index: u64, old: u64, new: u64, path in prop::collection::vec(any::<[u8; 32]>(), 0..80), leaf: [u8; 32], top: [u8; 32],
    ) {
        let path: Vec<Hash> = path.into_iter().map(Hash::from_bytes).collect();
        let (leaf, top) = (Hash::from_bytes(leaf), Hash::from_bytes(top));
        prop_assert!(verify_inclusion(&leaf, index, new, &path, &top).is_err());
        prop_assert!(verify_consistency(old.max(1), &leaf, new, &top, &path).is_err());
    }

    #[test]
    fn one_flipped_bit_breaks_a_proof(count in 2_usize..70, index: prop::sample::Index, bit: prop::sample::Index) {
        let all = leaves(count);
        let index = index.index(count) as u64;
        let mut path = inclusion_proof(&all, index).unwrap();
        let bit = bit.index(path.len() * 256);
        let mut bytes = *path[bit / 256].as_bytes();
        bytes[bit % 256 / 8] ^= 1 << (bit % 8);
        path[bit / 256] = Hash::from_bytes(bytes);
        prop_assert!(verify_inclusion(&all[index as usize], index, count as u64, &path, &root(&all)).is_err());
    }
}
