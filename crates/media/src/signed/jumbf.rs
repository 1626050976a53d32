//! JUMBF (ISO 19566-5): labelled boxes in boxes, the container of signed manifests.

/// How deep boxes may lie in each other.
const DEEPEST: u32 = 16;

/// How many boxes are read in all.
const BOXES_MOST: usize = 50_000;

/// A labelled box and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Labelled<'a> {
    /// Its label; empty where it has none.
    pub label: String,
    /// The first four letters of its type, such as `c2cl`.
    pub kind: [u8; 4],
    /// All that is inside, description first: what a manifest hashes.
    pub payload: &'a [u8],
    /// Contents that are no labelled boxes: type and bytes.
    pub contents: Vec<([u8; 4], &'a [u8])>,
    /// Labelled boxes inside, in order.
    pub children: Vec<Labelled<'a>>,
}

/// The labelled boxes that bytes begin with; reading stops at the first that is damaged.
pub(super) fn read(bytes: &[u8]) -> Vec<Labelled<'_>> {
    let mut left = BOXES_MOST;
    boxes(bytes, &mut left)
        .into_iter()
        .filter(|b| b.0 == *b"jumb")
        .filter_map(|b| one(b.1, 0, &mut left))
        .collect()
}

fn one<'a>(payload: &'a [u8], depth: u32, left: &mut usize) -> Option<Labelled<'a>> {
    if depth > DEEPEST {
        return None;
    }
    let inside = boxes(payload, left);
    let (first, rest) = inside.split_first()?;
    let description = if first.0 == *b"jumd" { first.1 } else { return None };
    let kind = description.get(..4)?.try_into().ok()?;
    let toggles = *description.get(16)?;
    let mut label = String::new();
    if toggles & 2 != 0 {
        let text = description.get(17..)?;
        let end = text.iter().position(|b| *b == 0)?;
        label = String::from_utf8_lossy(text.get(..end)?).into_owned();
    }
    let (mut contents, mut children) = (Vec::new(), Vec::new());
    for (name, bytes) in rest {
        if name == b"jumb" {
            children.extend(one(bytes, depth + 1, left));
        } else {
            contents.push((*name, *bytes));
        }
    }
    Some(Labelled { label, kind, payload, contents, children })
}

/// Boxes behind one another: type and bytes.
pub(super) fn boxes<'a>(mut bytes: &'a [u8], left: &mut usize) -> Vec<([u8; 4], &'a [u8])> {
    let mut list = Vec::new();
    while let Some((kind, inside, rest)) = cut(bytes) {
        let Some(fewer) = left.checked_sub(1) else { break };
        *left = fewer;
        list.push((kind, inside));
        bytes = rest;
    }
    list
}

fn cut(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let short = u64::from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?));
    let kind = bytes.get(4..8)?.try_into().ok()?;
    let (head, length) = match short {
        0 => (8, bytes.len() as u64),
        1 => (16, u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?)),
        n => (8, n),
    };
    let length = usize::try_from(length).ok()?;
    Some((kind, bytes.get(head..length)?, bytes.get(length..)?))
}

impl<'a> Labelled<'a> {
    /// The labelled box inside with this label.
    pub fn child(&self, label: &str) -> Option<&Labelled<'a>> {
        self.children.iter().find(|c| c.label == label)
    }

    /// The first content of a type.
    pub fn content(&self, kind: &[u8; 4]) -> Option<&'a [u8]> {
        self.contents.iter().find(|c| c.0 == *kind).map(|c| c.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_that_lie_end_the_reading() {
        assert!(read(b"\0\0\0\x09jumbx").is_empty() && read(b"\0\0\0\x04jumb").is_empty());
        assert!(read(b"\xff\xff\xff\xffjumb").is_empty());
        let mut deep = Vec::new();
        for _ in 0..1_000 {
            let mut outer = ((deep.len() + 8 + 25 + 8) as u32).to_be_bytes().to_vec();
            outer.extend(b"jumb");
            outer.extend(25_u32.to_be_bytes());
            outer.extend(b"jumdc2pa\0\0\0\0\0\0\0\0\0\0\0\0\0");
            outer.extend(&deep);
            deep = outer;
        }
        assert!(read(&deep).len() <= 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}
