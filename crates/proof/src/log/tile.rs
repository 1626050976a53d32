//! Tiles: how they are named, and the hashes in them.
//!
//! Tile `n` of level `l` holds the roots of 256 neighbouring full subtrees of 256^l leaves each. Its path is
//! `tile/<l>/<n>`, the number in groups of three digits: 1,234,067 is `x001/x234/067`. The last tile of a level may be
//! partial; then its path ends in `.p/<width>`. Bundles of entries are named the same way under `tile/entries/`.

use std::fmt;
use std::str::FromStr;

use crate::Hash;

/// How many hashes, or entries, a full tile has.
pub const TILE_WIDTH: u16 = 256;

/// The highest level the specification names; a tree of fewer than 2^64 leaves uses 0 to 7.
const LEVEL_MOST: u8 = 63;

/// The highest level a tree whose size fits 64 bits can have.
pub(crate) const LEVEL_USED_MOST: u8 = 7;

/// The name of one tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: TileKind,
    index: u64,
    width: u16,
}

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of this level, 0 being the leaf hashes.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// Why a tile's name or bytes cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTile {
    /// The text is not a tile's path.
    #[error("`{0}` is not the path of a tile; write `tile/0/x001/234` or `tile/entries/000.p/17`")]
    Path(String),
    /// The bytes are not as many hashes as the tile is wide.
    #[error("the tile has {found} bytes; {width} hashes are {wanted} bytes", wanted = usize::from(*width) * 32)]
    Length {
        /// How many bytes there are.
        found: usize,
        /// How many hashes there should be.
        width: u16,
    },
    /// A bundle ends within an entry.
    #[error("the bundle ends within entry {0}, counted from 1")]
    Torn(usize),
    /// A bundle has more or fewer entries than the tile is wide.
    #[error("the bundle has {found} entries where {wanted} belong")]
    Entries {
        /// How many there are; one more than wanted where there are more.
        found: usize,
        /// How many there should be.
        wanted: u16,
    },
}

impl Tile {
    /// A tile, or `None` where the level is above 63 or the width is not 1 to 256.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Option<Tile> {
        let level_fits = !matches!(kind, TileKind::Hashes(l) if l > LEVEL_MOST);
        (level_fits && (1..=TILE_WIDTH).contains(&width)).then_some(Tile { kind, index, width })
    }

    /// The tile as a tree of `size` leaves has it, or `None` where that tree has none of it.
    pub fn of_tree(kind: TileKind, index: u64, size: u64) -> Option<Tile> {
        let level = if let TileKind::Hashes(level) = kind { level } else { 0 };
        Tile::new(kind, index, width_in(level, index, size))
    }

    /// What it holds.
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// Its place in its level, from 0.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it has, 1 to 256.
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it has all 256.
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The tile that stands here once the log has grown enough.
    #[must_use]
    pub const fn full(mut self) -> Tile {
        self.width = TILE_WIDTH;
        self
    }
}

/// Every tile that is new or wider when a log grows from `old` to `new` leaves: bundles, then hashes level by level.
pub fn grown_tiles(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = grown(TileKind::Entries, old, new);
    for level in 0..=LEVEL_USED_MOST {
        let shift = u32::from(level) * 8;
        tiles.extend(grown(TileKind::Hashes(level), old >> shift, new >> shift));
    }
    tiles
}

/// The tiles of one level that change when it grows from `old` to `new` hashes.
fn grown(kind: TileKind, old: u64, new: u64) -> Vec<Tile> {
    if new <= old {
        return Vec::new();
    }
    let width = u64::from(TILE_WIDTH);
    let tile =
        |n: u64| Tile { kind, index: n, width: u16::try_from((new - n * width).min(width)).unwrap_or(1) };
    (old / width..=(new - 1) / width).map(tile).collect()
}

/// How wide tile `index` of `level` is in a tree of `size` leaves, 0 where it is not there.
pub(crate) fn width_in(level: u8, index: u64, size: u64) -> u16 {
    let hashes = size.checked_shr(u32::from(level) * 8).unwrap_or(0);
    let before = index.saturating_mul(u64::from(TILE_WIDTH));
    // At most 256, which always fits.
    u16::try_from(hashes.saturating_sub(before).min(u64::from(TILE_WIDTH))).unwrap_or(TILE_WIDTH)
}

/// The hashes of a tile of this width.
///
/// # Errors
/// [`BadTile::Length`] where there are more or fewer bytes.
pub fn read_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, BadTile> {
    if bytes.len() != usize::from(width) * 32 {
        return Err(BadTile::Length { found: bytes.len(), width });
    }
    let (hashes, _) = bytes.as_chunks::<32>();
    Ok(hashes.iter().map(|h| Hash::from_bytes(*h)).collect())
}

/// The bytes of a tile: its hashes one after the other.
pub fn write_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|h| *h.as_bytes()).collect()
}

/// The path below the log's prefix, without a leading slash.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let digits = format!("{:03}", self.index);
        let digits = format!("{:0>1$}", digits, digits.len().next_multiple_of(3));
        let groups = digits.len() / 3;
        for (place, group) in digits.as_bytes().chunks(3).enumerate() {
            let group = std::str::from_utf8(group).map_err(|_| fmt::Error)?; // ASCII digits
            if place + 1 < groups { write!(f, "x{group}/")? } else { f.write_str(group)? }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = BadTile;

    fn from_str(text: &str) -> Result<Tile, BadTile> {
        read_path(text).ok_or_else(|| BadTile::Path(text.chars().take(120).collect()))
    }
}

fn read_path(text: &str) -> Option<Tile> {
    let (kind, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = if kind == "entries" { TileKind::Entries } else { TileKind::Hashes(number(kind)?) };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, number::<u16>(width).filter(|w| *w < TILE_WIDTH)?),
        None => (rest, TILE_WIDTH),
    };
    let mut number = 0_u64;
    let mut groups = index.split('/').peekable();
    let several = index.contains('/');
    let mut first = true;
    while let Some(group) = groups.next() {
        let digits = if groups.peek().is_some() { group.strip_prefix('x')? } else { group };
        let plain = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || (first && several && digits == "000") {
            return None;
        }
        number = number.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        first = false;
    }
    Tile::new(kind, number, width)
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        for (kind, index, width, path) in [
            (TileKind::Hashes(0), 0, 256, "tile/0/000"),
            (TileKind::Hashes(2), 1_234_067, 256, "tile/2/x001/x234/067"),
            (TileKind::Hashes(1), 1_000, 17, "tile/1/x001/000.p/17"),
            (TileKind::Entries, 999, 255, "tile/entries/999.p/255"),
        ] {
            let tile = Tile::new(kind, index, width).unwrap();
            assert_eq!((tile.to_string().as_str(), path.parse()), (path, Ok(tile)));
        }
    }

    #[test]
    fn other_paths_are_refused() {
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/00/000",
            "tile/64/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "/tile/0/000",
            "tile/0/../000",
            "tile/0/00٣",
            "tile/8/0/000",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert!(path.parse::<Tile>().is_err(), "{path}");
        }
    }

    #[test]
    fn seventy_thousand_leaves_lie_as_the_specification_says() {
        let tiles = grown_tiles(0, 70_000);
        let of = |level| tiles.iter().filter(move |t| t.kind() == TileKind::Hashes(level));
        assert_eq!((of(0).filter(|t| t.is_full()).count(), of(0).next_back().unwrap().width()), (273, 112));
        assert_eq!(of(1).map(Tile::width).collect::<Vec<_>>(), [256, 17]);
        assert_eq!(of(2).map(Tile::width).collect::<Vec<_>>(), [1]);
        assert_eq!(of(3).count(), 0);
        let small: Vec<String> = grown_tiles(255, 256).iter().map(Tile::to_string).collect();
        assert_eq!(small, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert!(grown_tiles(5, 5).is_empty() && !grown_tiles(u64::MAX - 1, u64::MAX).is_empty());
    }

    proptest! {
        #[test]
        fn every_tile_reads_back(level in 0_u8..64, index: u64, width in 1_u16..=256, entries: bool) {
            let kind = if entries { TileKind::Entries } else { TileKind::Hashes(level) };
            let tile = Tile::new(kind, index, width).unwrap();
            prop_assert_eq!(tile.to_string().parse::<Tile>(), Ok(tile));
        }

        #[test]
        fn any_path_is_read_or_refused(path in "(tile/)?[0-9a-z./x]{0,40}") {
            if let Ok(tile) = path.parse::<Tile>() {
                prop_assert_eq!(tile.to_string(), path);
            }
        }

        #[test]
        fn any_bytes_are_hashes_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), width in 1_u16..=256) {
            if let Ok(hashes) = read_hashes(&bytes, width) {
                prop_assert_eq!(write_hashes(&hashes), bytes);
            }
        }
    }
}
