//! Rows of plays packed into one machine word each, so that sorting them is sorting numbers.
//!
//! From the top: member, recording, sought, plays, seconds. A field takes the bits its largest value needs;
//! rows without counts take none for them. What does not fit in 64 bits takes 128.

/// One row as it is read: what a member played of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlayRow {
    /// The member's number, in the order of members' keys.
    pub member: u64,
    /// The recording's number, in the order of recordings' keys.
    pub recording: u32,
    /// Whether the member sought it; false where the layout has no room for it.
    pub sought: bool,
    /// Counted plays; 1 where the layout has no room for them.
    pub plays: u32,
    /// Seconds heard; 0 where the layout has no room for them.
    pub seconds: u32,
}

/// How many bits each field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    member: u32,
    recording: u32,
    sought: u32,
    plays: u32,
    seconds: u32,
}

/// The machine word a layout needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// `u64`.
    Narrow,
    /// `u128`.
    Wide,
}

/// A packed row: `u64` or `u128`. Its order is that of member, recording and sought.
pub trait Row: Copy + Ord + Send + Sync + std::fmt::Debug + 'static {
    /// Bits of the word.
    const BITS: u32;
    /// Puts a value at a place.
    fn at(value: u64, shift: u32) -> Self;
    /// Joins fields.
    fn or(self, other: Self) -> Self;
    /// The field of so many bits at a place.
    fn field(self, shift: u32, mask: u64) -> u64;
}

impl Row for u64 {
    const BITS: u32 = 64;

    #[inline(always)]
    fn at(value: u64, shift: u32) -> u64 {
        value << shift
    }

    #[inline(always)]
    fn or(self, other: u64) -> u64 {
        self | other
    }

    #[inline(always)]
    fn field(self, shift: u32, mask: u64) -> u64 {
        (self >> shift) & mask
    }
}

impl Row for u128 {
    const BITS: u32 = 128;

    #[inline(always)]
    fn at(value: u64, shift: u32) -> u128 {
        u128::from(value) << shift
    }

    #[inline(always)]
    fn or(self, other: u128) -> u128 {
        self | other
    }

    #[inline(always)]
    fn field(self, shift: u32, mask: u64) -> u64 {
        (self >> shift) as u64 & mask
    }
}

impl Layout {
    /// The layout for these largest values; `most_plays` is `None` where every row is one play, `most_seconds`
    /// where seconds do not matter. `None` where even 128 bits are too few: number the members first.
    pub fn for_largest(
        member: u64,
        recording: u32,
        sought: bool,
        most_plays: Option<u32>,
        most_seconds: Option<u32>,
    ) -> Option<Layout> {
        let layout = Layout {
            member: bits(member).max(1),
            recording: bits(u64::from(recording)).max(1),
            sought: u32::from(sought),
            // A field of counts takes at least one bit, which tells it from a layout without.
            plays: most_plays.map_or(0, |most| bits(u64::from(most)).max(1)),
            seconds: most_seconds.map_or(0, |most| bits(u64::from(most)).max(1)),
        };
        (layout.bits() <= 128).then_some(layout)
    }

    /// The word it needs.
    pub fn width(&self) -> Width {
        if self.bits() <= 64 { Width::Narrow } else { Width::Wide }
    }

    /// Whether it has room for seconds.
    pub fn has_seconds(&self) -> bool {
        self.seconds > 0
    }

    /// Whether it tells what was sought.
    pub fn has_sought(&self) -> bool {
        self.sought > 0
    }

    /// Packs a row. Values beyond the largest told to [`Layout::for_largest`] are the caller's mistake.
    #[inline(always)]
    pub fn pack<R: Row>(&self, row: PlayRow) -> R {
        let mut word = R::at(row.member, self.member_at());
        word = word.or(R::at(u64::from(row.recording), self.recording_at()));
        if self.sought > 0 {
            word = word.or(R::at(u64::from(row.sought), self.sought_at()));
        }
        if self.plays > 0 {
            word = word.or(R::at(u64::from(row.plays), self.seconds));
        }
        if self.seconds > 0 {
            word = word.or(R::at(u64::from(row.seconds), 0));
        }
        word
    }

    /// The member's number.
    #[inline(always)]
    pub fn member<R: Row>(&self, row: R) -> u64 {
        row.field(self.member_at(), mask(self.member))
    }

    /// The recording's number.
    #[inline(always)]
    pub fn recording<R: Row>(&self, row: R) -> u32 {
        // A recording's number is below 2^32 by construction.
        row.field(self.recording_at(), mask(self.recording)) as u32
    }

    /// Whether it was sought.
    #[inline(always)]
    pub fn sought<R: Row>(&self, row: R) -> bool {
        self.sought > 0 && row.field(self.sought_at(), 1) == 1
    }

    /// Counted plays.
    #[inline(always)]
    pub fn plays<R: Row>(&self, row: R) -> u64 {
        if self.plays == 0 { 1 } else { row.field(self.seconds, mask(self.plays)) }
    }

    /// Seconds heard.
    #[inline(always)]
    pub fn seconds<R: Row>(&self, row: R) -> u64 {
        if self.seconds == 0 { 0 } else { row.field(0, mask(self.seconds)) }
    }

    /// Where the key starts, and how many bits it has: what [`super::sort`] sorts by.
    pub(super) fn key_bits(&self) -> (u32, u32) {
        (self.seconds + self.plays, self.sought + self.recording + self.member)
    }

    fn bits(&self) -> u32 {
        self.member + self.recording + self.sought + self.plays + self.seconds
    }

    #[inline(always)]
    fn sought_at(&self) -> u32 {
        self.seconds + self.plays
    }

    #[inline(always)]
    fn recording_at(&self) -> u32 {
        self.sought_at() + self.sought
    }

    #[inline(always)]
    fn member_at(&self) -> u32 {
        self.recording_at() + self.recording
    }
}

/// The partition, of `2^log2` many, that holds a member's rows. It spreads numbers that follow each other.
#[inline(always)]
pub fn partition_of(member: u64, log2: u32) -> usize {
    if log2 == 0 { 0 } else { (member.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - log2)) as usize }
}

fn bits(value: u64) -> u32 {
    64 - value.leading_zeros()
}

#[inline(always)]
const fn mask(bits: u32) -> u64 {
    if bits >= 64 { u64::MAX } else { (1 << bits) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_from_both_widths() {
        let row = PlayRow { member: 1_999_999, recording: 499_999, sought: true, plays: 4_000, seconds: 90 };
        let narrow = Layout::for_largest(2_000_000, 500_000, true, Some(4_095), Some(2_047)).unwrap();
        assert_eq!((narrow.width(), narrow.bits()), (Width::Narrow, 21 + 19 + 1 + 12 + 11));
        let wide = Layout::for_largest(u64::from(u32::MAX), u32::MAX - 1, true, Some(u32::MAX), Some(5_000));
        let wide = wide.unwrap();
        assert_eq!(wide.width(), Width::Wide);
        fn back<R: Row>(layout: Layout, row: PlayRow) -> PlayRow {
            let word: R = layout.pack(row);
            PlayRow {
                member: layout.member(word),
                recording: layout.recording(word),
                sought: layout.sought(word),
                plays: layout.plays(word) as u32,
                seconds: layout.seconds(word) as u32,
            }
        }
        assert_eq!(back::<u128>(wide, row), row);
        assert_eq!(back::<u128>(narrow, row), row);
        let plain = Layout::for_largest(u64::MAX >> 24, 1 << 20, false, None, None).unwrap();
        assert_eq!(plain.width(), Width::Narrow);
        let row = PlayRow { member: 77, recording: 1 << 20, sought: false, plays: 1, seconds: 0 };
        assert_eq!(back::<u64>(plain, row), row);
        assert!(Layout::for_largest(u64::MAX, u32::MAX, true, Some(u32::MAX), Some(1)).is_none());
    }
}
