//! The registry compiled for asking: ids as numbers, everything sorted by what is looked up.
//!
//! Lines may come in any order and may speak of what comes later; [`Builder::finish`] sorts. Nothing here
//! decides: `decide` does.

pub(crate) mod build;
mod iscc;
mod names;
mod texts;

pub use build::Builder;
pub(crate) use build::day;
pub(crate) use iscc::keys as iscc_keys;
pub use names::Names;
pub use texts::Texts;

use music::Territory;

use crate::registry::{ClaimRole, Conditions, Level, Word};
use crate::uses::Named;

/// What a statement, claim, licence or dispute is about; the order is from narrow to wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Subject {
    pub kind: Scope,
    pub number: u32,
}

/// How wide a subject reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Scope {
    Recording,
    Work,
    Project,
    Person,
    Catalogue,
}

/// When something holds. Days count from 1970; places are those of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub log: u64,
    /// The day it got into the log: nothing holds before.
    pub at: i32,
    pub from: i32,
    pub until: i32,
}

/// The end of something by a later line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    pub log: u64,
    pub at: i32,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PartyRow {
    pub minor_until: Option<i32>,
    pub level: Option<Level>,
}

#[derive(Debug, Clone)]
pub(crate) struct RecordingRow {
    pub works: Vec<u32>,
    pub project: Option<u32>,
    pub tdm_reserved: Option<bool>,
    pub log: u64,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimRow {
    pub subject: Subject,
    pub party: u32,
    pub role: ClaimRole,
    pub level: Level,
    pub territories: u32,
    pub span: Span,
    pub revoked: Option<Ended>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub holder: u32,
    pub subject: Subject,
    pub speaker: u32,
    pub name: u32,
    pub word: Word,
    pub level: Level,
    pub uses: Named,
    pub licensees: u32,
    pub territories: u32,
    pub conditions: u32,
    pub span: Span,
    /// Its withdrawals: a range of `Index::withdrawals`.
    pub withdrawn: (u32, u32),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct MandateRow {
    pub principal: u32,
    pub agent: u32,
    pub uses: Named,
    pub territories: u32,
    pub span: Span,
    pub revoked: Option<Ended>,
    pub guardian: bool,
    pub level: Level,
}

#[derive(Debug, Clone)]
pub(crate) struct LicenseRow {
    pub name: u32,
    pub uses: Named,
    pub territories: u32,
    pub span: Span,
    pub signers: Vec<u32>,
    pub conditions: u32,
    pub notice_days: i32,
    pub revoked: Option<Ended>,
    pub level: Level,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct DisputeRow {
    pub subject: Subject,
    pub name: u32,
    pub log: u64,
    pub at: i32,
    pub closed: Option<Ended>,
}

/// The compiled registry.
#[derive(Debug)]
pub struct Index {
    pub(crate) parties: Names,
    pub(crate) recordings: Names,
    pub(crate) ids: Names,
    pub(crate) party_rows: Vec<PartyRow>,
    pub(crate) recording_rows: Vec<Option<RecordingRow>>,
    /// Packed ISRCs with their recording, sorted; `u32::MAX` where two recordings share one.
    pub(crate) isrcs: IsrcTable,
    pub(crate) file_hashes: Names,
    pub(crate) file_hash_of: Vec<u32>,
    pub(crate) isccs: Names,
    pub(crate) iscc_of: Vec<u32>,
    pub(crate) titles: Names,
    pub(crate) title_of: Vec<u32>,
    pub(crate) texts: Texts,
    pub(crate) projects: Names,
    pub(crate) claims: Vec<ClaimRow>,
    /// For recordings, works and projects: where the claims of each begin.
    pub(crate) claim_starts: [Vec<u32>; 3],
    pub(crate) said: Vec<Said>,
    /// Where the statements of each holder begin.
    pub(crate) said_starts: Vec<u32>,
    pub(crate) withdrawals: Vec<Ended>,
    pub(crate) mandates: Vec<MandateRow>,
    pub(crate) licenses: Vec<LicenseRow>,
    /// Licensee, subject, licence; sorted.
    pub(crate) grants: Vec<(u32, Subject, u32)>,
    pub(crate) disputes: Vec<DisputeRow>,
    pub(crate) conditions: Vec<Conditions>,
    pub(crate) territories: Vec<Vec<Territory>>,
    pub(crate) licensees: Vec<Vec<u32>>,
    pub(crate) offers: std::collections::HashMap<u32, String>,
    pub(crate) party_names: std::collections::HashMap<u32, String>,
}

/// ISRCs to recordings: an open table of packed codes.
#[derive(Debug, Default)]
pub(crate) struct IsrcTable {
    slots: Vec<(u64, u32)>,
    /// Keyed anew for each table, so that nobody can choose codes that collide.
    hasher: std::hash::RandomState,
}

impl IsrcTable {
    /// Built from pairs in any order; a code of two recordings is nobody's.
    pub fn new(mut pairs: Vec<(u64, u32)>) -> IsrcTable {
        pairs.sort_unstable();
        pairs.dedup();
        let size = (pairs.len() * 2).next_power_of_two().max(16);
        let hasher = std::hash::RandomState::new();
        let mut slots = vec![(0, u32::MAX); size];
        let mut rest = pairs.as_slice();
        while let Some((code, first)) = rest.first().copied() {
            let many = rest.iter().take_while(|p| p.0 == code).count();
            let mut at = spread(&hasher, code) & (size - 1);
            while slots[at].0 != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (code, if many > 1 { u32::MAX } else { first });
            rest = &rest[many..]; // at most as many as there are
        }
        IsrcTable { slots, hasher }
    }

    /// The recording of a packed code.
    pub fn find(&self, code: u64) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = spread(&self.hasher, code) & mask;
        loop {
            match self.slots[at] {
                (0, _) => return None,
                (found, number) if found == code => return (number != u32::MAX).then_some(number),
                _ => at = (at + 1) & mask,
            }
        }
    }
}

fn spread(hasher: &std::hash::RandomState, code: u64) -> usize {
    use std::hash::BuildHasher;
    hasher.hash_one(code) as usize
}

/// An ISRC as one number above nought: twelve digits and capitals to the base of 36, plus one. Hyphens, spaces and small letters
/// are understood.
pub fn pack_isrc(text: &[u8]) -> Option<u64> {
    let (mut code, mut many) = (0_u64, 0_usize);
    for byte in text {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 10,
            b'-' | b' ' => continue,
            _ => return None,
        };
        let fits = match many {
            0 | 1 => digit >= 10,
            2..=4 => true,
            5..=11 => digit < 10,
            _ => false,
        };
        if !fits {
            return None;
        }
        code = code * 36 + u64::from(digit); // 36^12 is below 2^64
        many += 1;
    }
    (many == 12).then_some(code + 1)
}

/// The key under which artist and title are found: letters and digits only, small.
pub fn title_key(artist: &str, title: &str) -> String {
    format!("{}\u{1f}{}", music::name_key(artist), music::name_key(title))
}

impl Index {
    /// How many recordings it knows.
    pub const fn recordings_len(&self) -> usize {
        self.recording_rows.len()
    }

    /// How many statements it holds.
    pub const fn statements_len(&self) -> usize {
        self.said.len()
    }

    /// The recording with this ISRC or, where none has it, this id.
    pub fn recording(&self, text: &str) -> Option<u32> {
        let by_isrc = pack_isrc(text.as_bytes()).and_then(|code| self.isrcs.find(code));
        by_isrc.or_else(|| self.recordings.find(text))
    }

    /// The recording with a packed ISRC.
    pub fn by_isrc(&self, packed: u64) -> Option<u32> {
        self.isrcs.find(packed)
    }

    /// The recording with a file hash.
    pub fn by_file_hash(&self, text: &str) -> Option<u32> {
        one(&self.file_hash_of, self.file_hashes.find(&text.trim().to_ascii_lowercase()))
    }

    /// The recording with an ISCC, however it is written and whether it is whole or a part: by the very file first, then
    /// by the sound. A code of two recordings is nobody's.
    pub fn by_iscc(&self, text: &str) -> Option<u32> {
        iscc_keys(text).iter().find_map(|key| one(&self.iscc_of, self.isccs.find(key)))
    }

    /// Artist and title of every recording that has them, as written.
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The one recording with this artist and title, letter for letter but for case, accents and signs.
    pub fn by_title(&self, artist: &str, title: &str) -> Option<u32> {
        one(&self.title_of, self.titles.find(&title_key(artist, title)))
    }

    /// The id of a recording.
    pub fn recording_id(&self, number: u32) -> &str {
        self.recordings.get(number)
    }

    /// The id of a party.
    pub fn party_id(&self, number: u32) -> &str {
        self.parties.get(number)
    }

    pub(crate) fn claims_of(&self, subject: Subject) -> &[ClaimRow] {
        let Some(starts) = self.claim_starts.get(subject.kind as usize) else { return &[] };
        let at = subject.number as usize;
        match (starts.get(at), starts.get(at + 1)) {
            (Some(a), Some(b)) => self.claims.get(*a as usize..*b as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The statements of a holder and the number of the first.
    pub(crate) fn said_by(&self, holder: u32) -> (u32, &[Said]) {
        let at = holder as usize;
        match (self.said_starts.get(at), self.said_starts.get(at + 1)) {
            (Some(a), Some(b)) => (*a, self.said.get(*a as usize..*b as usize).unwrap_or_default()),
            _ => (0, &[]),
        }
    }
}

fn one(of: &[u32], number: Option<u32>) -> Option<u32> {
    of.get(number? as usize).copied().filter(|n| *n != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_an_isrc_however_it_is_written() {
        let want = pack_isrc(b"DEA123400001");
        assert!(want.is_some());
        for text in ["de-a12-34-00001", "DE A12 34 00001"] {
            assert_eq!(pack_isrc(text.as_bytes()), want, "{text}");
        }
        for text in ["", "DEA12340000", "DEA1234000011", "1EA123400001", "DEA1234O0001", "DEÀ12340001"] {
            assert_eq!(pack_isrc(text.as_bytes()), None, "{text}");
        }
        assert!(pack_isrc(b"ZZZZZ9999999").is_some());
    }

    #[test]
    fn an_isrc_of_two_recordings_is_nobodys() {
        let table = IsrcTable::new(vec![(5, 1), (5, 2), (9, 3), (9, 3)]);
        assert_eq!((table.find(5), table.find(9), table.find(7)), (None, Some(3), None));
    }
}
