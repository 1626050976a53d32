//! A verifiable map: under one root, that a key has a value, **or that it has none**.
//!
//! A log proves what is in it, never what is not. So the newest statement of every holder on every subject and role is
//! kept in a map from key to hash, whose root is logged as an ordinary leaf each epoch. A holder's silence, or that no
//! later refusal exists, is then proved by the absence of a key.
//!
//! The map is a binary tree over the bits of the keys (SHA-256, so evenly spread), the first bit being the highest of the first
//! byte. A subtree without keys is 32 zero bytes; one with a single key is that key's leaf,
//! `SHA-256(0x02 ‖ key ‖ value)`, however deep it would lie; any other is `SHA-256(0x03 ‖ left ‖ right)`. The map's root is
//! the hash of the whole tree. With keys 00…, 01… and 1… it is `node(node(leaf, leaf), leaf)`.
//!
//! A proof is the sibling hashes from the leaf up, and what stands at the end of the key's path: its own leaf, another
//! key's leaf, or nothing. The last two prove absence: the tree can hold a key nowhere but on its path.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::{Encoder, Hash};

/// The most siblings a proof can have: a key's bits.
pub const MAP_DEPTH: usize = 256;

/// The hash of a subtree without keys.
const EMPTY: Hash = Hash::from_bytes([0; 32]);

const TITLE: &str = "map proof v1";

/// A key of the map: the hash of what it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MapKey(Hash);

/// All keys and values of one epoch, ready to prove.
#[derive(Debug, Clone)]
pub struct Map {
    values: BTreeMap<MapKey, Hash>,
    nodes: Vec<Node>,
    top: u32,
}

/// What a key has in a map of some root, with the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapProof {
    /// The sibling hashes from the end of the key's path up to the root's child; at most [`MAP_DEPTH`].
    pub siblings: Vec<Hash>,
    /// What stands at the end.
    pub end: PathEnd,
}

/// What stands at the end of a key's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathEnd {
    /// Nothing: the key is absent.
    Empty,
    /// The leaf of this key with this value; the key is absent where it is another's.
    Leaf(MapKey, Hash),
}

/// Why a map proof is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMapProof {
    /// More siblings than a key has bits.
    #[error("the map proof has {0} siblings; a key has {MAP_DEPTH} bits")]
    TooDeep(usize),
    /// The leaf shown does not lie on the key's path.
    #[error("the leaf shown lies elsewhere in the map; it says nothing of this key")]
    Elsewhere,
    /// The proof leads to another root.
    #[error("the map proof leads to root {found}, not to {claimed}")]
    WrongRoot {
        /// Where it leads.
        found: Hash,
        /// The root that was logged.
        claimed: Hash,
    },
    /// A line is missing or cannot be read.
    #[error("line {0} of the map proof cannot be read; it should be {1}")]
    Line(usize, &'static str),
}

#[derive(Debug, Clone, Copy)]
enum Node {
    Leaf(Hash),
    /// The node's hash, and where its halves are; `None` for an empty half.
    Fork(Hash, [Option<u32>; 2]),
}

impl MapKey {
    /// The key of parts in order, such as holder, subject and role; parts cannot run into each other.
    ///
    /// ```
    /// use proof::map::MapKey;
    /// assert_ne!(MapKey::of(&["ab", "c"]), MapKey::of(&["a", "bc"]));
    /// ```
    pub fn of(parts: &[&str]) -> MapKey {
        let encoder = parts.iter().fold(Encoder::new("map-key/1"), |encoder, part| encoder.text(part));
        MapKey(Hash::of(&encoder.finish()))
    }

    /// A key given as its hash.
    pub const fn from_hash(hash: Hash) -> MapKey {
        MapKey(hash)
    }

    /// The key's hash.
    pub const fn as_hash(&self) -> &Hash {
        &self.0
    }

    /// Bit `depth` of the key, 0 being the first; beyond the last, false.
    fn bit(&self, depth: usize) -> bool {
        self.0.as_bytes().get(depth / 8).is_some_and(|byte| byte >> (7 - depth % 8) & 1 == 1)
    }

    /// Whether the first `bits` bits are the same.
    fn shares(&self, other: &MapKey, bits: usize) -> bool {
        (0..bits).all(|depth| self.bit(depth) == other.bit(depth))
    }
}

impl Map {
    /// The map of these keys and values; of a key named twice the last value counts.
    pub fn new(values: impl IntoIterator<Item = (MapKey, Hash)>) -> Map {
        let values: BTreeMap<MapKey, Hash> = values.into_iter().collect();
        let sorted: Vec<(MapKey, Hash)> = values.iter().map(|(k, v)| (*k, *v)).collect();
        let mut nodes = Vec::with_capacity(sorted.len() * 2);
        let top = build(&mut nodes, &sorted, 0).unwrap_or(u32::MAX);
        Map { values, nodes, top }
    }

    /// The root over all keys and values.
    pub fn root(&self) -> Hash {
        self.hash(self.top_node())
    }

    /// How many keys have a value.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no key has a value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &MapKey) -> Option<&Hash> {
        self.values.get(key)
    }

    /// The proof of what this key has, or that it has nothing.
    pub fn prove(&self, key: &MapKey) -> MapProof {
        let (mut at, mut siblings) = (self.top_node(), Vec::new());
        while let Some(Node::Fork(_, halves)) = at.and_then(|n| self.nodes.get(n as usize)) {
            let right = key.bit(siblings.len());
            let (own, other) = if right { (halves[1], halves[0]) } else { (halves[0], halves[1]) };
            siblings.push(self.hash(other));
            at = own;
        }
        siblings.reverse();
        let end = if at.is_none() { PathEnd::Empty } else { self.leaf_near(key, siblings.len()) };
        MapProof { siblings, end }
    }

    const fn top_node(&self) -> Option<u32> {
        if self.top == u32::MAX { None } else { Some(self.top) }
    }

    fn hash(&self, node: Option<u32>) -> Hash {
        match node.and_then(|n| self.nodes.get(n as usize)) {
            Some(Node::Leaf(hash) | Node::Fork(hash, _)) => *hash,
            None => EMPTY,
        }
    }

    /// The only key whose first `depth` bits are those of `key`.
    fn leaf_near(&self, key: &MapKey, depth: usize) -> PathEnd {
        let after = self.values.range(key..).next();
        let before = self.values.range(..key).next_back();
        let near = [after, before].into_iter().flatten().find(|(k, _)| k.shares(key, depth));
        near.map_or(PathEnd::Empty, |(k, v)| PathEnd::Leaf(*k, *v))
    }
}

impl MapProof {
    /// What `key` has in the map with this root: its value, or `None` where it is proved to have none.
    ///
    /// # Errors
    /// [`BadMapProof`], in this order: too deep, a leaf from elsewhere, another root.
    pub fn verify(&self, key: &MapKey, claimed: &Hash) -> Result<Option<Hash>, BadMapProof> {
        let depth = self.siblings.len();
        if depth > MAP_DEPTH {
            return Err(BadMapProof::TooDeep(depth));
        }
        let (mut node, value) = match &self.end {
            PathEnd::Empty => (EMPTY, None),
            PathEnd::Leaf(found, _) if !found.shares(key, depth) => return Err(BadMapProof::Elsewhere),
            PathEnd::Leaf(found, value) => (leaf(found, value), Some(*value).filter(|_| found == key)),
        };
        for (sibling, depth) in self.siblings.iter().zip((0..depth).rev()) {
            node = if key.bit(depth) { fork(sibling, &node) } else { fork(&node, sibling) };
        }
        if node == *claimed {
            Ok(value)
        } else {
            Err(BadMapProof::WrongRoot { found: node, claimed: *claimed })
        }
    }
}

/// Builds the subtree of keys that share their first `depth` bits.
fn build(nodes: &mut Vec<Node>, sorted: &[(MapKey, Hash)], depth: usize) -> Option<u32> {
    let node = match sorted {
        [] => return None,
        [(key, value)] => Node::Leaf(leaf(key, value)),
        several => {
            // Different keys part before their bits end, so the depth is below 256 here.
            let middle = several.partition_point(|(key, _)| !key.bit(depth));
            let (left, right) = several.split_at(middle);
            let halves = [build(nodes, left, depth + 1), build(nodes, right, depth + 1)];
            let hash = |half: Option<u32>| match half.and_then(|n| nodes.get(n as usize)) {
                Some(Node::Leaf(hash) | Node::Fork(hash, _)) => *hash,
                None => EMPTY,
            };
            Node::Fork(fork(&hash(halves[0]), &hash(halves[1])), halves)
        }
    };
    nodes.push(node);
    u32::try_from(nodes.len() - 1).ok()
}

fn leaf(key: &MapKey, value: &Hash) -> Hash {
    Hash::of_parts(&[&[2], key.0.as_bytes(), value.as_bytes()])
}

fn fork(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[3], left.as_bytes(), right.as_bytes()])
}

/// Title, what stands at the end, and one sibling a line, all in hexadecimal.
impl fmt::Display for MapProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        match &self.end {
            PathEnd::Empty => writeln!(f, "empty")?,
            PathEnd::Leaf(key, value) => writeln!(f, "leaf {} {value}", key.0)?,
        }
        self.siblings.iter().try_for_each(|sibling| writeln!(f, "{sibling}"))
    }
}

impl FromStr for MapProof {
    type Err = BadMapProof;

    fn from_str(text: &str) -> Result<MapProof, BadMapProof> {
        let end = BadMapProof::Line(text.lines().count(), "ended by a line break");
        let mut lines = text.strip_suffix('\n').ok_or(end)?.split('\n');
        if lines.next() != Some(TITLE) {
            return Err(BadMapProof::Line(1, TITLE));
        }
        let end = lines.next().and_then(read_end);
        let end = end.ok_or(BadMapProof::Line(2, "`empty`, or `leaf` with two hashes"))?;
        let mut siblings = Vec::new();
        for (line, text) in (3..).zip(lines) {
            if siblings.len() == MAP_DEPTH {
                return Err(BadMapProof::TooDeep(MAP_DEPTH + 1));
            }
            siblings.push(text.parse().map_err(|_| BadMapProof::Line(line, "64 hexadecimal digits"))?);
        }
        Ok(MapProof { siblings, end })
    }
}

fn read_end(line: &str) -> Option<PathEnd> {
    if line == "empty" {
        return Some(PathEnd::Empty);
    }
    let (key, value) = line.strip_prefix("leaf ")?.split_once(' ')?;
    Some(PathEnd::Leaf(MapKey(key.parse().ok()?), value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(number: u32) -> MapKey {
        MapKey::of(&["holder", &number.to_string(), "master"])
    }

    fn map(count: u32) -> Map {
        Map::new((0..count).map(|n| (key(n), Hash::of(&n.to_be_bytes()))))
    }

    #[test]
    fn the_worked_case_comes_out() {
        let keys = [0x00, 0x40, 0x80].map(|first| {
            let mut bytes = [7; 32];
            bytes[0] = first;
            MapKey(Hash::from_bytes(bytes))
        });
        let value = Hash::of(b"v");
        let [a, b, c] = keys.map(|k| leaf(&k, &value));
        assert_eq!(Map::new(keys.map(|k| (k, value))).root(), fork(&fork(&a, &b), &c));
        assert_eq!(Map::new([]).root(), EMPTY);
        assert_eq!(Map::new([(keys[0], value)]).root(), a);
    }

    #[test]
    fn presence_and_absence_are_proved_for_every_key() {
        for count in [0, 1, 2, 3, 17, 1000] {
            let map = map(count);
            for number in 0..count + 40 {
                let text = map.prove(&key(number)).to_string();
                let read: MapProof = text.parse().unwrap();
                assert_eq!(read.to_string(), text);
                assert_eq!(read.verify(&key(number), &map.root()).unwrap().as_ref(), map.get(&key(number)));
            }
        }
    }

    /// Every way to say that a present key is absent from the parts of true proofs.
    #[test]
    fn forged_absence_is_refused() {
        let map = map(60);
        let root = map.root();
        for number in 0..60 {
            let own = map.prove(&key(number));
            for cut in 0..=own.siblings.len() {
                for end in [PathEnd::Empty, PathEnd::Leaf(key(999), Hash::of(b"x")), own.end] {
                    let forged = MapProof { siblings: own.siblings[cut..].to_vec(), end };
                    assert_ne!(forged.verify(&key(number), &root), Ok(None), "{number} {cut}");
                }
            }
            for other in 0..100 {
                assert_ne!(map.prove(&key(other)).verify(&key(number), &root), Ok(None), "{number} {other}");
            }
            // What was true before the holder spoke is not true now.
            let before =
                Map::new((0..60).filter(|n| *n != number).map(|n| (key(n), Hash::of(&n.to_be_bytes()))));
            assert!(before.prove(&key(number)).verify(&key(number), &root).is_err());
        }
    }

    #[test]
    fn a_proof_deeper_than_a_key_is_refused() {
        let deep = MapProof { siblings: vec![EMPTY; 257], end: PathEnd::Empty };
        assert_eq!(deep.verify(&key(1), &EMPTY), Err(BadMapProof::TooDeep(257)));
        assert_eq!(deep.to_string().parse::<MapProof>(), Err(BadMapProof::TooDeep(257)));
    }

    proptest! {
        #[test]
        fn order_never_matters(mut numbers in prop::collection::vec(0_u32..500, 0..60), seed: prop::sample::Index) {
            let of = |n: &[u32]| Map::new(n.iter().map(|n| (key(*n), Hash::of(&n.to_be_bytes())))).root();
            let before = of(&numbers);
            if !numbers.is_empty() {
                let at = seed.index(numbers.len());
                numbers.rotate_left(at);
            }
            prop_assert_eq!(of(&numbers), before);
        }

        #[test]
        fn a_flipped_bit_breaks_a_proof(number in 0_u32..120, bit: prop::sample::Index) {
            let map = map(80);
            let mut proof = map.prove(&key(number));
            let bit = bit.index(proof.siblings.len() * 256);
            let mut bytes = *proof.siblings[bit / 256].as_bytes();
            bytes[bit % 256 / 8] ^= 1 << (bit % 8);
            proof.siblings[bit / 256] = Hash::from_bytes(bytes);
            prop_assert!(proof.verify(&key(number), &map.root()).is_err());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(map proof v1\n)?(empty\n)?[0-9a-f \n]{0,200}") {
            let _ = text.parse::<MapProof>();
        }

        #[test]
        fn made_up_proofs_are_refused(siblings in prop::collection::vec(any::<[u8; 32]>(), 1..60), end: [u8; 32], top: [u8; 32]) {
            let siblings = siblings.into_iter().map(Hash::from_bytes).collect();
            let end = PathEnd::Leaf(MapKey(Hash::from_bytes(end)), EMPTY);
            let proof = MapProof { siblings, end };
            prop_assert!(proof.verify(&key(1), &Hash::from_bytes(top)).is_err());
        }
    }
}
