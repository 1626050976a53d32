//! Totals that travel with the rows: a total of money alone proves nothing.

/// Rows, plays, and an order-free sum over what the rows say.
///
/// The sum weighs a mark of member, recording and sought by the plays (and another by the seconds), so rows
/// that are added up before or after leave it the same, and a row that is lost, doubled or changed does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Control {
    /// Rows.
    pub rows: u64,
    /// Plays.
    pub plays: u64,
    /// The order-free sum, modulo 2^64.
    pub hash: u64,
}

impl Control {
    /// Counts a row.
    #[inline(always)]
    pub fn count(&mut self, member: u64, recording: u32, sought: bool, plays: u64, seconds: u64) {
        let mark = mark(member, u64::from(recording) << 1 | u64::from(sought));
        self.rows += 1;
        self.plays += plays;
        self.hash = self.hash.wrapping_add(mark.wrapping_mul(plays));
        self.hash = self.hash.wrapping_add((mark.rotate_left(29) | 1).wrapping_mul(seconds));
    }

    /// Adds the totals of other rows.
    pub fn add(&mut self, other: &Control) {
        self.rows += other.rows;
        self.plays += other.plays;
        self.hash = self.hash.wrapping_add(other.hash);
    }
}

/// A number that looks random, for a member and a recording.
#[inline(always)]
fn mark(member: u64, recording: u64) -> u64 {
    let mut x = member.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ recording.wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(31);
    x ^= x >> 32;
    x = x.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    x ^ (x >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_rows_up_first_changes_rows_only() {
        let (mut apart, mut together) = (Control::default(), Control::default());
        for (member, recording, plays) in [(7, 3, 2), (1, 9, 5), (7, 3, 4)] {
            apart.count(member, recording, false, plays, 0);
        }
        for (member, recording, plays) in [(7, 3, 6), (1, 9, 5)] {
            together.count(member, recording, false, plays, 0);
        }
        assert_eq!((apart.plays, apart.hash), (together.plays, together.hash));
        let mut moved = Control::default();
        for (member, recording, plays) in [(7, 9, 6), (1, 3, 5)] {
            moved.count(member, recording, false, plays, 0);
        }
        assert_eq!(moved.plays, together.plays);
        assert_ne!(moved.hash, together.hash);
    }
}
