//! Albums in the orders that players ask for.

use crate::{Album, AlbumNo, ArtistNo, GenreNo, Library, Page, near};

/// Years, both ends included; written the other way round they are counted backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    /// The first to list.
    pub from: u16,
    /// The last to list.
    pub to: u16,
}

impl Years {
    /// Whether a year lies within; one that is not known (0) never does.
    pub fn holds(self, year: u16) -> bool {
        year != 0 && (self.from.min(self.to)..=self.from.max(self.to)).contains(&year)
    }
}

/// An order of albums that needs no listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlbumOrder {
    /// By name.
    Name,
    /// By the artist's name, then year and name.
    Artist,
    /// The newest in the catalogue first.
    Newest,
    /// By chance; the same seed gives the same order.
    Random(u64),
    /// By year.
    Year(Years),
    /// Those of a genre, by name.
    Genre(GenreNo),
}

/// Orders made with the library.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub(crate) artist: Vec<u32>,
    pub(crate) newest: Vec<u32>,
    pub(crate) year: Vec<u32>,
}

impl Library {
    /// A page of albums in an order.
    pub fn albums(&self, order: AlbumOrder, page: Page) -> Vec<AlbumNo> {
        let Page { offset, count } = page;
        let cut = |list: &[u32]| list.iter().skip(offset).take(count).map(|a| AlbumNo(*a)).collect();
        match order {
            AlbumOrder::Name => (offset..self.albums.len()).take(count).map(|n| AlbumNo(n as u32)).collect(),
            AlbumOrder::Artist => cut(&self.orders.artist),
            AlbumOrder::Newest => cut(&self.orders.newest),
            AlbumOrder::Random(seed) => {
                let most = offset.saturating_add(count).min(self.albums.len());
                near::draw(self.albums.len(), most, seed).skip(offset).map(|n| AlbumNo(n as u32)).collect()
            }
            AlbumOrder::Genre(genre) => {
                let row = self.genres.get(usize::from(genre.0));
                cut(row.map_or(&[][..], |g| crate::slice(&self.genre_albums, g.first_album, g.albums)))
            }
            AlbumOrder::Year(years) => {
                let year_of = |a: &u32| self.albums.get(*a as usize).map_or(0, |row| row.year);
                let (low, high) = (years.from.min(years.to).max(1), years.from.max(years.to));
                let order = &self.orders.year;
                let first = order.partition_point(|a| year_of(a) < low);
                let last = order.partition_point(|a| year_of(a) <= high);
                let within = order.get(first..last).unwrap_or_default();
                if years.from <= years.to {
                    cut(within)
                } else {
                    within.iter().rev().skip(offset).take(count).map(|a| AlbumNo(*a)).collect()
                }
            }
        }
    }

    /// The artist an album is listed under.
    pub fn album_artist(&self, no: AlbumNo) -> Option<ArtistNo> {
        self.album_artists(no).next()
    }

    /// The albums at places, as far as they are there.
    pub fn all_albums(&self, list: &[AlbumNo]) -> impl Iterator<Item = Album<'_>> {
        list.iter().filter_map(|no| self.album(*no))
    }
}
