//! The numbers of the counting rule: versioned data, since they change money.

/// What is asked of a play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How much has to be heard, in milliseconds; the whole of what is shorter.
    pub heard_ms: i64,
    /// How long nothing may happen within one listening session, in milliseconds; at least the recording's length.
    pub gap_ms: i64,
    /// For how long after a delivery the device's later reports about it are believed, in milliseconds.
    pub shelf_ms: i64,
    /// What becomes of players that never report.
    pub silent: Silent,
}

impl Default for Rule {
    /// 30 seconds, half an hour, 90 days; silent players are set aside.
    fn default() -> Self {
        Rule { heard_ms: 30_000, gap_ms: 30 * 60_000, shelf_ms: 90 * 86_400_000, silent: Silent::SetAside }
    }
}

/// What becomes of plays by players that fetch and never report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silent {
    /// They are set aside: a request alone is no play.
    SetAside,
    /// They count by the pace at which the player fetched, as long as it fetched no faster than it could play.
    ByPace,
}

/// What one use of a kind of media is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Music.
    Play,
    /// A game.
    Session,
    /// A film.
    View,
    /// A book or a comic.
    Read,
}

impl Unit {
    /// All units.
    pub const ALL: [Unit; 4] = [Unit::Play, Unit::Session, Unit::View, Unit::Read];

    /// The word that stands for it.
    pub const fn word(self) -> &'static str {
        match self {
            Unit::Play => "play",
            Unit::Session => "session",
            Unit::View => "view",
            Unit::Read => "read",
        }
    }

    /// The unit a word stands for.
    pub fn from_word(word: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|u| u.word() == word)
    }
}

impl Rule {
    /// How much of something has to be heard, watched, played or read: the rule's time, or the whole of what is
    /// shorter, less a tenth of it or a second, whichever is smaller, since players stop a little before the end.
    pub fn needed(&self, length_ms: u32) -> i64 {
        let length = i64::from(length_ms);
        if length == 0 || length >= self.heard_ms {
            return self.heard_ms;
        }
        (length - (length / 10).min(1_000)).max(1)
    }

    /// How long nothing may happen within a session of something this long.
    pub(super) fn gap(&self, length_ms: u32) -> i64 {
        self.gap_ms.max(i64::from(length_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_seconds_or_the_whole() {
        let rule = Rule::default();
        let cases =
            [(0, 30_000), (240_000, 30_000), (30_000, 30_000), (29_000, 28_000), (5_000, 4_500), (1, 1)];
        for (length, needed) in cases {
            assert_eq!(rule.needed(length), needed, "{length} ms");
        }
    }
}
