//! What is known of recordings, by their number.

use crate::rule::Where;

/// The artist of a recording whose artist is not known.
pub const NO_ARTIST: u32 = u32::MAX;

/// What is known of recordings, by their number; lists that no rule asks for may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recordings {
    /// Every recording's number is below this.
    pub count: usize,
    /// The number of each recording's artist, in the order of artists' keys; [`NO_ARTIST`] where not known.
    pub artist: Vec<u32>,
    /// Every artist's number is below this.
    pub artists: usize,
    /// What is known of, as a catalogue lists it: only these can be paid without a play.
    pub known: Vec<bool>,
    /// Available to the members of the institution that pays.
    pub in_catalogue: Vec<bool>,
    /// Tagged with the territory of the institution that pays.
    pub local: Vec<bool>,
    /// Plays in the months of a threshold; `None` where not known.
    pub threshold_plays: Vec<Option<u64>>,
}

impl Recordings {
    /// So many recordings of which nothing is known.
    pub fn numbered(count: usize) -> Recordings {
        Recordings { count, ..Recordings::default() }
    }

    /// Whether a recording counts for a filter.
    #[inline]
    pub fn qualifies(&self, filter: Option<Where>, recording: u32) -> bool {
        let says = |list: &[bool]| list.get(recording as usize).copied().unwrap_or(false);
        match filter {
            None | Some(Where::Identified) => true,
            Some(Where::InCatalogue) => says(&self.in_catalogue),
            Some(Where::Local) => says(&self.local),
        }
    }

    /// A recording's artist; [`NO_ARTIST`] where not known.
    #[inline]
    pub fn artist_of(&self, recording: u32) -> u32 {
        self.artist.get(recording as usize).copied().unwrap_or(NO_ARTIST)
    }

    /// All numbers.
    pub(super) fn numbers(&self) -> std::ops::Range<u32> {
        // A count beyond 32 bits has no number for its last recordings; callers number at most so many.
        0..u32::try_from(self.count).unwrap_or(u32::MAX)
    }
}
