//! What listeners browse: a compact picture of the catalogue in memory, made once and never changed.
//!
//! A [`Library`] is built from values ([`Builder`]), holds its orders and its search index ready, and is replaced as a
//! whole when the catalogue changes. It knows nothing of listeners, stores, protocols or money: what somebody starred
//! or played, and how an answer is written, is known above. A million recordings take some two hundred megabytes.

mod albums;
mod arena;
mod bits;
mod build;
mod fold;
mod lyrics;
mod near;
mod search;

pub use albums::{AlbumOrder, Years};
pub use build::{AudioIn, Builder, ReleaseIn, SongIn, song_title};
pub use fold::{ARTICLES, sort_key, words};
pub use lyrics::{LyricLine, Lyrics, read_lyrics};
pub use near::{Near, Neighbours};
pub use search::Page;

use arena::{Text, Texts};
use search::Words;

/// The place of a song in its library: songs are numbered by title, so numbers in order are titles in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SongNo(pub u32);

/// The place of an album in its library, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlbumNo(pub u32);

/// The place of an artist in its library, by name without its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtistNo(pub u32);

/// The place of a genre in its library, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GenreNo(pub u16);

/// The file behind a song, as far as players want to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Audio {
    /// Bytes.
    pub bytes: u64,
    /// Kilobits a second.
    pub kbps: u16,
    /// The ending of its file: `flac`, `mp3`, `opus`; at most eight letters.
    pub suffix: [u8; 8],
    /// Samples a second; 0 where it is not known.
    pub hertz: u32,
    /// Channels; 0 where it is not known.
    pub channels: u8,
    /// Gain to the reference loudness, in hundredths of a decibel, and the peak in millionths, where measured.
    pub gain: Option<(i16, u32)>,
}

impl Audio {
    /// The ending of its file.
    pub fn suffix(&self) -> &str {
        let end = self.suffix.iter().position(|b| *b == 0).unwrap_or(self.suffix.len());
        std::str::from_utf8(self.suffix.get(..end).unwrap_or_default()).unwrap_or_default()
    }
}

/// A recording as players show it.
#[derive(Debug, Clone, Copy)]
pub struct Song<'a> {
    /// Its place.
    pub no: SongNo,
    /// The id of the recording.
    pub id: &'a str,
    /// The title, with its version in brackets.
    pub title: &'a str,
    /// The artist credit as printed.
    pub credit: &'a str,
    /// The album it is shown on; a recording of several releases is listed on each and shown on the first.
    pub album: AlbumNo,
    /// Its number on that album, from 1.
    pub track: u32,
    /// The disc of that album, from 1.
    pub disc: u32,
    /// Year; 0 where it is not known.
    pub year: u16,
    /// Genre.
    pub genre: Option<GenreNo>,
    /// Seconds; 0 where it is not known.
    pub seconds: u32,
    /// When it came into the catalogue, in seconds since 1970.
    pub added: u32,
    /// ISRC; empty where there is none.
    pub isrc: &'a str,
    /// MusicBrainz recording; empty where there is none.
    pub mbid: &'a str,
    /// Its file.
    pub audio: Audio,
}

/// Recordings that players show together: a release, or what is known of one.
#[derive(Debug, Clone, Copy)]
pub struct Album<'a> {
    /// Its place.
    pub no: AlbumNo,
    /// The id of the release, or one made of its artist and name.
    pub id: &'a str,
    /// The name.
    pub name: &'a str,
    /// The artist credit as printed.
    pub credit: &'a str,
    /// The label.
    pub label: &'a str,
    /// MusicBrainz release; empty where it is not known.
    pub mbid: &'a str,
    /// The earliest year of its songs; 0 where it is not known.
    pub year: u16,
    /// The genre of most of its songs.
    pub genre: Option<GenreNo>,
    /// How many songs.
    pub songs: u32,
    /// Seconds in all.
    pub seconds: u32,
    /// When its newest song came into the catalogue, in seconds since 1970.
    pub added: u32,
    /// Whether its songs are credited differently from each other and from it.
    pub compilation: bool,
    /// Whether it stands for single tracks of one artist that name no release.
    pub singles: bool,
}

/// Whoever a recording or release is credited to.
#[derive(Debug, Clone, Copy)]
pub struct Artist<'a> {
    /// Its place.
    pub no: ArtistNo,
    /// The id, made of the name: whoever writes the name alike is one artist here.
    pub id: &'a str,
    /// The name as most often written first.
    pub name: &'a str,
    /// On how many albums.
    pub albums: u32,
    /// MusicBrainz artist; empty where there is none.
    pub mbid: &'a str,
}

/// The catalogue as it is browsed. Made by [`Builder::finish`].
#[derive(Debug)]
pub struct Library {
    texts: Texts,
    songs: Vec<SongRow>,
    credits: Vec<CreditRow>,
    credited: Vec<u32>,
    albums: Vec<AlbumRow>,
    tracks: Vec<TrackRow>,
    artists: Vec<ArtistRow>,
    artist_albums: Vec<u32>,
    artist_songs: Vec<u32>,
    genres: Vec<GenreRow>,
    genre_songs: Vec<u32>,
    genre_albums: Vec<u32>,
    song_ids: Vec<u32>,
    album_ids: Vec<u32>,
    artist_ids: Vec<u32>,
    orders: albums::Orders,
    song_words: Words,
    album_words: Words,
    artist_words: Words,
    near: Option<Neighbours>,
}

#[derive(Debug, Clone, Copy)]
struct SongRow {
    id: Text,
    title: Text,
    isrc: Text,
    mbid: Text,
    credit: u32,
    album: u32,
    track: u16,
    disc: u16,
    year: u16,
    genre: u16,
    seconds: u32,
    added: u32,
    audio: Audio,
    unfound: bool,
}

#[derive(Debug, Clone, Copy)]
struct CreditRow {
    text: Text,
    first: u32,
    count: u32,
}

#[derive(Debug, Clone, Copy)]
struct AlbumRow {
    id: Text,
    name: Text,
    label: Text,
    mbid: Text,
    credit: u32,
    first: u32,
    count: u32,
    year: u16,
    genre: u16,
    seconds: u32,
    added: u32,
    compilation: bool,
    singles: bool,
}

#[derive(Debug, Clone, Copy)]
struct TrackRow {
    song: u32,
    number: u16,
    disc: u16,
}

#[derive(Debug, Clone, Copy)]
struct ArtistRow {
    id: Text,
    name: Text,
    mbid: Text,
    first_album: u32,
    albums: u32,
    first_song: u32,
    songs: u32,
}

#[derive(Debug, Clone, Copy)]
struct GenreRow {
    name: Text,
    first_song: u32,
    songs: u32,
    first_album: u32,
    albums: u32,
}

/// No genre.
const NONE: u16 = u16::MAX;

fn slice<T>(list: &[T], first: u32, count: u32) -> &[T] {
    list.get(first as usize..(first as usize).saturating_add(count as usize)).unwrap_or_default()
}

impl Library {
    /// A library of nothing.
    pub fn empty() -> Library {
        Builder::default().finish()
    }

    /// How many songs, albums, artists.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.songs.len(), self.albums.len(), self.artists.len())
    }

    /// The song of an id.
    pub fn song_by_id(&self, id: &str) -> Option<Song<'_>> {
        let found = self
            .song_ids
            .binary_search_by(|no| self.songs.get(*no as usize).map_or("", |s| self.texts.get(s.id)).cmp(id));
        self.song(SongNo(*self.song_ids.get(found.ok()?)?))
    }

    /// The album of an id.
    pub fn album_by_id(&self, id: &str) -> Option<Album<'_>> {
        let found = self.album_ids.binary_search_by(|no| {
            self.albums.get(*no as usize).map_or("", |a| self.texts.get(a.id)).cmp(id)
        });
        self.album(AlbumNo(*self.album_ids.get(found.ok()?)?))
    }

    /// The artist of an id.
    pub fn artist_by_id(&self, id: &str) -> Option<Artist<'_>> {
        let found = self.artist_ids.binary_search_by(|no| {
            self.artists.get(*no as usize).map_or("", |a| self.texts.get(a.id)).cmp(id)
        });
        self.artist(ArtistNo(*self.artist_ids.get(found.ok()?)?))
    }

    /// The artist of a name, however it is written.
    pub fn artist_by_name(&self, name: &str) -> Option<Artist<'_>> {
        self.artist_by_id(&build::artist_id(name))
    }

    /// The song at a place.
    pub fn song(&self, no: SongNo) -> Option<Song<'_>> {
        let row = self.songs.get(no.0 as usize)?;
        Some(Song {
            no,
            id: self.texts.get(row.id),
            title: self.texts.get(row.title),
            credit: self.credit_text(row.credit),
            album: AlbumNo(row.album),
            track: u32::from(row.track),
            disc: u32::from(row.disc.max(1)),
            year: row.year,
            genre: (row.genre != NONE).then_some(GenreNo(row.genre)),
            seconds: row.seconds,
            added: row.added,
            isrc: self.texts.get(row.isrc),
            mbid: self.texts.get(row.mbid),
            audio: row.audio,
        })
    }

    /// The album at a place.
    pub fn album(&self, no: AlbumNo) -> Option<Album<'_>> {
        let row = self.albums.get(no.0 as usize)?;
        Some(Album {
            no,
            id: self.texts.get(row.id),
            name: self.texts.get(row.name),
            credit: self.credit_text(row.credit),
            label: self.texts.get(row.label),
            mbid: self.texts.get(row.mbid),
            year: row.year,
            genre: (row.genre != NONE).then_some(GenreNo(row.genre)),
            songs: row.count,
            seconds: row.seconds,
            added: row.added,
            compilation: row.compilation,
            singles: row.singles,
        })
    }

    /// The artist at a place.
    pub fn artist(&self, no: ArtistNo) -> Option<Artist<'_>> {
        let row = self.artists.get(no.0 as usize)?;
        Some(Artist {
            no,
            id: self.texts.get(row.id),
            name: self.texts.get(row.name),
            albums: row.albums,
            mbid: self.texts.get(row.mbid),
        })
    }

    /// All songs, by title.
    pub fn songs(&self) -> impl ExactSizeIterator<Item = SongNo> + '_ {
        (0..self.songs.len()).map(|n| SongNo(n as u32))
    }

    /// All artists, by name.
    pub fn artists(&self) -> impl ExactSizeIterator<Item = ArtistNo> + '_ {
        (0..self.artists.len()).map(|n| ArtistNo(n as u32))
    }

    /// The artists a song is credited to, in the order of the credit.
    pub fn song_artists(&self, no: SongNo) -> impl Iterator<Item = ArtistNo> + '_ {
        let credit = self.songs.get(no.0 as usize).map(|s| s.credit);
        self.credit_artists(credit)
    }

    /// The artists an album is credited to, in the order of the credit.
    pub fn album_artists(&self, no: AlbumNo) -> impl Iterator<Item = ArtistNo> + '_ {
        let credit = self.albums.get(no.0 as usize).map(|a| a.credit);
        self.credit_artists(credit)
    }

    fn credit_artists(&self, credit: Option<u32>) -> impl Iterator<Item = ArtistNo> + '_ {
        let row = credit.and_then(|c| self.credits.get(c as usize));
        let list = row.map_or(&[][..], |c| slice(&self.credited, c.first, c.count));
        list.iter().map(|a| ArtistNo(*a))
    }

    fn credit_text(&self, credit: u32) -> &str {
        self.credits.get(credit as usize).map_or("", |c| self.texts.get(c.text))
    }

    /// The songs of an album in its order, each with its number there.
    pub fn album_songs(&self, no: AlbumNo) -> impl ExactSizeIterator<Item = (SongNo, u32)> + '_ {
        let list = self.albums.get(no.0 as usize).map_or(&[][..], |a| slice(&self.tracks, a.first, a.count));
        list.iter().map(|t| (SongNo(t.song), u32::from(t.number)))
    }

    /// The same with disc and number, both from 1.
    pub fn album_tracks(&self, no: AlbumNo) -> impl ExactSizeIterator<Item = (SongNo, u32, u32)> + '_ {
        let list = self.albums.get(no.0 as usize).map_or(&[][..], |a| slice(&self.tracks, a.first, a.count));
        list.iter().map(|t| (SongNo(t.song), u32::from(t.disc.max(1)), u32::from(t.number)))
    }

    /// The albums an artist is on, by year and name.
    pub fn artist_albums(&self, no: ArtistNo) -> impl ExactSizeIterator<Item = AlbumNo> + '_ {
        let row = self.artists.get(no.0 as usize);
        let list = row.map_or(&[][..], |a| slice(&self.artist_albums, a.first_album, a.albums));
        list.iter().map(|a| AlbumNo(*a))
    }

    /// The songs of an artist, by title.
    pub fn artist_songs(&self, no: ArtistNo) -> impl ExactSizeIterator<Item = SongNo> + '_ {
        let row = self.artists.get(no.0 as usize);
        let list = row.map_or(&[][..], |a| slice(&self.artist_songs, a.first_song, a.songs));
        list.iter().map(|s| SongNo(*s))
    }

    /// All genres by name, each with how many songs and albums have it.
    pub fn genres(&self) -> impl Iterator<Item = (GenreNo, &str, u32, u32)> + '_ {
        let rows = self.genres.iter().enumerate();
        rows.map(|(n, g)| (GenreNo(n as u16), self.texts.get(g.name), g.songs, g.albums))
    }

    /// The name of a genre.
    pub fn genre(&self, no: GenreNo) -> &str {
        self.genres.get(usize::from(no.0)).map_or("", |g| self.texts.get(g.name))
    }

    /// The genre of a name; capitals do not matter.
    pub fn genre_by_name(&self, name: &str) -> Option<GenreNo> {
        let wanted = name.trim();
        let place = self.genres.iter().position(|g| self.texts.get(g.name).eq_ignore_ascii_case(wanted))?;
        u16::try_from(place).ok().map(GenreNo)
    }

    /// The songs of a genre, by title.
    pub fn genre_songs(&self, no: GenreNo) -> impl ExactSizeIterator<Item = SongNo> + '_ {
        let row = self.genres.get(usize::from(no.0));
        let list = row.map_or(&[][..], |g| slice(&self.genre_songs, g.first_song, g.songs));
        list.iter().map(|s| SongNo(*s))
    }

    /// Songs by chance, none twice; of a genre and of years where they are named. The same seed gives the same songs.
    pub fn random_songs(
        &self,
        count: usize,
        genre: Option<GenreNo>,
        years: Option<Years>,
        seed: u64,
    ) -> Vec<SongNo> {
        let fits = |s: &SongNo| {
            years.is_none_or(|y| self.songs.get(s.0 as usize).is_some_and(|row| y.holds(row.year)))
        };
        match (genre, years) {
            (None, None) => near::draw(self.songs.len(), count, seed).map(|n| SongNo(n as u32)).collect(),
            (genre, _) => {
                let all: Vec<SongNo> = match genre {
                    Some(genre) => self.genre_songs(genre).filter(fits).collect(),
                    None => self.songs().filter(fits).collect(),
                };
                near::draw(all.len(), count, seed).filter_map(|n| all.get(n).copied()).collect()
            }
        }
    }

    /// What the songs, texts and indexes take in memory, in bytes, roughly.
    pub fn bytes(&self) -> usize {
        let words = self.song_words.bytes() + self.album_words.bytes() + self.artist_words.bytes();
        let lists = self.credited.len()
            + self.artist_albums.len()
            + self.artist_songs.len()
            + self.genre_songs.len()
            + self.genre_albums.len()
            + self.song_ids.len()
            + self.album_ids.len()
            + self.artist_ids.len();
        self.texts.bytes()
            + words
            + lists * 4
            + self.songs.len() * size_of::<SongRow>()
            + self.albums.len() * (size_of::<AlbumRow>() + 16)
            + self.artists.len() * size_of::<ArtistRow>()
            + self.tracks.len() * size_of::<TrackRow>()
            + self.credits.len() * size_of::<CreditRow>()
    }
}
