//! One immutable file of a few sections, made to be memory-mapped, shared between processes and replaced as a whole.
//!
//! ```text
//! header    magic (8 bytes), format, three counts (4 each), file length (8), one (offset, length) for each section
//!           (8 + 8), checksum of the contents, checksum of the header (8 each)
//! sections  one after the other, each from a multiple of eight bytes on
//! ```
//!
//! All numbers are little-endian. Opening looks at the header alone and copies nothing; a damaged file is refused or
//! read wrongly by whoever reads the sections, never beyond its end. It knows nothing of what a section holds.

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Begins every file of the kind.
    pub magic: &'static [u8; 8],
    /// The format written and read; a file of another is refused.
    pub format: u32,
}

/// Why bytes are not such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too short, or another kind of file.
    #[error("the file is of another kind, or cut in its header")]
    Other,
    /// Made by another version of the program.
    #[error("the file has format {found}")]
    Format {
        /// The format it says it has.
        found: u32,
    },
    /// The header or the contents were changed or cut.
    #[error("the file is damaged or incomplete")]
    Damaged,
}

/// A file of `N` sections over bytes that someone else holds, a memory map as a rule.
#[derive(Debug, Clone, Copy)]
pub struct Sections<'a, const N: usize> {
    bytes: &'a [u8],
    counts: [u32; 3],
    sections: [&'a [u8]; N],
}

impl<'a, const N: usize> Sections<'a, N> {
    /// Opens a file; looks at its header alone.
    pub fn open(kind: Kind, bytes: &'a [u8]) -> Result<Self, OpenError> {
        let head = bytes.get(..header(N)).filter(|h| h.starts_with(kind.magic)).ok_or(OpenError::Other)?;
        let found = number(head, 8).unwrap_or_default();
        if found != kind.format {
            return Err(OpenError::Format { found });
        }
        let sums = header(N) - 16;
        let sealed = checksum(head.get(..sums + 8).unwrap_or_default());
        if wide(head, 24) != bytes.len() as u64 || wide(head, sums + 8) != sealed {
            return Err(OpenError::Damaged);
        }
        let mut sections: [&[u8]; N] = [&[]; N];
        for (i, section) in sections.iter_mut().enumerate() {
            let (at, len) = (wide(head, 32 + i * 16), wide(head, 40 + i * 16));
            let range = at.checked_add(len).map(|end| at as usize..end as usize);
            *section = range.and_then(|r| bytes.get(r)).ok_or(OpenError::Damaged)?;
        }
        let counts = std::array::from_fn(|i| number(head, 12 + i * 4).unwrap_or_default());
        Ok(Sections { bytes, counts, sections })
    }

    /// Reads everything and says whether it is as it was written.
    pub fn verify(&self) -> Result<(), OpenError> {
        let contents = checksum(self.bytes.get(header(N)..).unwrap_or_default());
        if wide(self.bytes, header(N) - 16) == contents { Ok(()) } else { Err(OpenError::Damaged) }
    }

    /// The three counts of the header.
    pub fn counts(&self) -> [u32; 3] {
        self.counts
    }

    /// A section; empty behind the last.
    #[inline]
    pub fn section(&self, section: usize) -> &'a [u8] {
        self.sections.get(section).copied().unwrap_or_default()
    }

    /// What lies between offsets `at` and `at + 1` of a section of offsets, in another section; `None` where either
    /// is too short.
    #[inline]
    pub fn slice(&self, offsets: usize, data: usize, at: u32) -> Option<&'a [u8]> {
        let (offsets, at) = (self.section(offsets), at as usize * 4);
        let (start, end) = (number(offsets, at)?, number(offsets, at + 4)?);
        self.section(data).get(start as usize..end as usize)
    }
}

/// Writes a file.
pub fn write<const N: usize>(kind: Kind, counts: [u32; 3], sections: &[Vec<u8>; N]) -> Vec<u8> {
    let body: usize = sections.iter().map(|s| s.len().next_multiple_of(8)).sum();
    let mut out = Vec::with_capacity(header(N) + body);
    out.extend_from_slice(kind.magic);
    out.extend(words(&[kind.format]));
    out.extend(words(&counts));
    out.extend_from_slice(&((header(N) + body) as u64).to_le_bytes());
    let mut at = header(N);
    for section in sections {
        out.extend_from_slice(&(at as u64).to_le_bytes());
        out.extend_from_slice(&(section.len() as u64).to_le_bytes());
        at += section.len().next_multiple_of(8);
    }
    let mut contents = Checksum::default();
    for section in sections {
        contents.add(section);
    }
    out.extend_from_slice(&contents.end().to_le_bytes());
    out.extend_from_slice(&checksum(&out).to_le_bytes());
    for section in sections {
        out.extend_from_slice(section);
        out.resize(out.len().next_multiple_of(8), 0);
    }
    out
}

/// Numbers as they lie in a section.
pub fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// The number at a byte of a section; `None` beyond its end.
#[inline]
pub fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

const fn header(sections: usize) -> usize {
    8 + 4 * 4 + 8 + sections * 16 + 16
}

fn wide(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|b| b.first_chunk()).map_or(0, |b| u64::from_le_bytes(*b))
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::default();
    sum.add(bytes);
    sum.end()
}

/// FNV-1a over eight bytes at a time, the last ones filled up with zeros; for damage, not for malice.
struct Checksum(u64);

impl Default for Checksum {
    fn default() -> Checksum {
        Checksum(0xcbf2_9ce4_8422_2325)
    }
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        chunks.iter().for_each(|chunk| self.step(*chunk));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            self.step(last);
        }
    }

    fn step(&mut self, chunk: [u8; 8]) {
        self.0 = (self.0 ^ u64::from_le_bytes(chunk)).wrapping_mul(0x0000_0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    fn end(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KIND: Kind = Kind { magic: b"TNTTRIAL", format: 3 };

    fn open(bytes: &[u8]) -> Result<Sections<'_, 3>, OpenError> {
        Sections::open(KIND, bytes)
    }

    #[test]
    fn another_kind_and_another_format_are_told_apart() {
        let file = write(KIND, [1, 2, 3], &[vec![1], vec![], vec![2; 9]]);
        assert_eq!(
            Sections::<3>::open(Kind { magic: b"TNTOTHER", ..KIND }, &file).err(),
            Some(OpenError::Other)
        );
        let newer = Kind { format: 4, ..KIND };
        assert_eq!(Sections::<3>::open(newer, &file).err(), Some(OpenError::Format { found: 3 }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(a: Vec<u8>, b: Vec<u8>, c: Vec<u8>, counts: [u32; 3]) {
            let file = write(KIND, counts, &[a.clone(), b.clone(), c.clone()]);
            let read = open(&file).expect("just written");
            prop_assert_eq!(read.verify(), Ok(()));
            prop_assert_eq!(read.counts(), counts);
            prop_assert_eq!([read.section(0), read.section(1), read.section(2)], [&a[..], &b, &c]);
            prop_assert_eq!(read.section(3), &[] as &[u8]);
        }

        #[test]
        fn a_changed_or_cut_file_is_refused(data: Vec<u8>, at: prop::sample::Index, bit in 0_u32..8, cut: prop::sample::Index) {
            let file = write(KIND, [1, 2, 3], &[data, vec![7; 5], vec![]]);
            prop_assert!(open(&file[..cut.index(file.len())]).is_err());
            let mut changed = file.clone();
            changed[at.index(file.len())] ^= 1_u8 << bit;
            let held = open(&changed).and_then(|f| f.verify());
            prop_assert!(held.is_err());
        }

        #[test]
        fn any_bytes_are_read_within_their_end(bytes: Vec<u8>, at: u32) {
            let mut file = KIND.magic.to_vec();
            file.extend(words(&[KIND.format]));
            file.extend(bytes);
            if let Ok(read) = open(&file) {
                let _ = (read.verify(), read.slice(0, 1, at));
            }
        }
    }
}
