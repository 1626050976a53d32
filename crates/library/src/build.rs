//! From rows to a library.
//!
//! 1. Songs, releases and their tracks are handed in; texts go to one arena at once, so that a million rows never
//!    lie about as a million strings each.
//! 2. Songs are put in the order of their titles and numbered by it.
//! 3. A release with at least one song is an album. Songs of no release are put together by artist and by the album
//!    their row names; those that name none are the single tracks of their artist.
//! 4. Whoever is credited is an artist: `Ada Nwosu feat. Mira Feld` credits two. A credit such as `Feld & Nwosu` may be
//!    one band or two people; it stays one.

use std::collections::HashMap;

use music::id::base32;
use sha2::{Digest, Sha256};

use crate::arena::{Text, Texts};
use crate::fold::sort_key;
use crate::search::Gather;
use crate::{
    AlbumRow, ArtistRow, Audio, CreditRow, GenreRow, Library, NONE, SongRow, TrackRow, albums, slice,
};

/// What stands for whoever has no name.
const UNKNOWN_ARTIST: &str = "[unknown]";
/// What the single tracks of an artist are listed as; the word is the same in French and English.
const SINGLES: &str = "Singles";
/// What a release of several artists is credited to where nothing else is said.
const VARIOUS: &str = "Various Artists";
/// Artists of one credit.
const CREDITED_MOST: usize = 16;

/// A recording with its file, as the catalogue has it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SongIn<'a> {
    /// The id of the recording.
    pub id: &'a str,
    /// The title to show; see [`song_title`].
    pub title: &'a str,
    /// The artist credit as printed.
    pub credit: &'a str,
    /// The album its row names; used where it is on no release.
    pub album: &'a str,
    /// The label.
    pub label: &'a str,
    /// The genre.
    pub genre: &'a str,
    /// Seconds; 0 where it is not known.
    pub seconds: u32,
    /// Year; 0 where it is not known.
    pub year: u16,
    /// ISRC.
    pub isrc: &'a str,
    /// MusicBrainz recording.
    pub mbid: &'a str,
    /// When it came into the catalogue, in seconds since 1970.
    pub added: u32,
    /// Whether it is left out of searches: it is browsed and played as any other.
    pub unfound: bool,
    /// Its file.
    pub audio: AudioIn<'a>,
}

/// The file behind a song.
#[derive(Debug, Clone, Copy, Default)]
pub struct AudioIn<'a> {
    /// Bytes.
    pub bytes: u64,
    /// Kilobits a second.
    pub kbps: u16,
    /// The ending of its file: `flac`, `mp3`, `opus`.
    pub suffix: &'a str,
    /// Samples a second; 0 where it is not known.
    pub hertz: u32,
    /// Channels; 0 where it is not known.
    pub channels: u8,
    /// Gain in hundredths of a decibel, peak in millionths.
    pub gain: Option<(i16, u32)>,
}

/// A release.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReleaseIn<'a> {
    /// Its id.
    pub id: &'a str,
    /// The title.
    pub title: &'a str,
    /// The artist credit as printed.
    pub credit: &'a str,
    /// The label.
    pub label: &'a str,
    /// MusicBrainz release.
    pub mbid: &'a str,
}

/// Takes rows and makes a [`Library`] of them.
#[derive(Debug, Default)]
pub struct Builder {
    texts: Texts,
    kept: HashMap<Box<str>, Text>,
    credits: Vec<Text>,
    credit_of: HashMap<Box<str>, u32>,
    genres: Vec<Text>,
    genre_of: HashMap<Box<str>, u16>,
    songs: Vec<Draft>,
    releases: Vec<Release>,
    tracks: Vec<(u32, u32, Text)>,
    /// Disc and number of positions on releases, where they are told.
    places: HashMap<(Text, u32), (u16, u16)>,
    mbids: HashMap<Box<str>, Text>,
}

#[derive(Debug, Clone, Copy)]
struct Draft {
    row: SongRow,
    album: Text,
    label: Text,
}

#[derive(Debug, Clone, Copy)]
struct Release {
    id: Text,
    title: Text,
    credit: Text,
    label: Text,
    mbid: Text,
}

/// The title of a recording with its version in brackets, unless the title says it already.
pub fn song_title(title: &str, version: &str) -> String {
    let version = version.trim();
    if version.is_empty() || title.to_lowercase().contains(&version.to_lowercase()) {
        return title.to_owned();
    }
    format!("{title} ({version})")
}

/// The id of the artist of a name.
pub(crate) fn artist_id(name: &str) -> String {
    format!("art-{}", digest(&artist_key(name)))
}

fn artist_key(name: &str) -> String {
    let key = music::name_key(name);
    if key.is_empty() { name.trim().to_lowercase() } else { key }
}

fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    base32(hash.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte)))
}

impl Builder {
    /// Takes a song. Ids are unique; a second song of one id is listed but found by neither.
    pub fn song(&mut self, song: SongIn<'_>) {
        let mut suffix = [0; 8];
        for (slot, byte) in suffix.iter_mut().zip(song.audio.suffix.bytes()) {
            *slot = byte;
        }
        let row = SongRow {
            id: self.texts.add(song.id),
            title: self.texts.add(song.title),
            isrc: self.texts.add(song.isrc),
            mbid: self.texts.add(song.mbid),
            credit: self.credit(song.credit),
            album: 0,
            track: 0,
            disc: 1,
            year: song.year,
            genre: self.genre(song.genre),
            seconds: song.seconds,
            added: song.added,
            audio: Audio {
                bytes: song.audio.bytes,
                kbps: song.audio.kbps,
                suffix,
                hertz: song.audio.hertz,
                channels: song.audio.channels,
                gain: song.audio.gain,
            },
            unfound: song.unfound,
        };
        let (album, label) = (self.keep(song.album.trim()), self.keep(song.label.trim()));
        self.songs.push(Draft { row, album, label });
    }

    /// Takes a release; its tracks follow by [`Builder::track`].
    pub fn release(&mut self, release: ReleaseIn<'_>) {
        let release = Release {
            id: self.texts.add(release.id),
            title: self.texts.add(release.title),
            credit: self.keep(release.credit.trim()),
            label: self.keep(release.label.trim()),
            mbid: self.texts.add(release.mbid),
        };
        self.releases.push(release);
    }

    /// Puts a recording at a place of the release taken last. One that is no song here is left out.
    pub fn track(&mut self, position: u32, recording: &str) {
        let Some(release) = self.releases.len().checked_sub(1) else { return };
        let recording = self.texts.add(recording);
        self.tracks.push((release as u32, position, recording));
    }

    /// Says on which disc of the release taken last a position is, and with which number there; both from 1.
    pub fn place(&mut self, position: u32, disc: u16, number: u16) {
        if let Some(release) = self.releases.last() {
            self.places.insert((release.id, position), (disc, number));
        }
    }

    /// Says which MusicBrainz artist a name is.
    pub fn artist_mbid(&mut self, name: &str, mbid: &str) {
        let mbid = self.texts.add(mbid);
        self.mbids.insert(artist_key(name).into(), mbid);
    }

    fn keep(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return Text::EMPTY;
        }
        if let Some(kept) = self.kept.get(text) {
            return *kept;
        }
        let kept = self.texts.add(text);
        self.kept.insert(text.into(), kept);
        kept
    }

    fn credit(&mut self, credit: &str) -> u32 {
        let credit = if credit.trim().is_empty() { UNKNOWN_ARTIST } else { credit.trim() };
        if let Some(no) = self.credit_of.get(credit) {
            return *no;
        }
        let no = self.credits.len() as u32;
        let text = self.keep(credit);
        self.credits.push(text);
        self.credit_of.insert(credit.into(), no);
        no
    }

    fn genre(&mut self, genre: &str) -> u16 {
        let name = genre.trim();
        if name.is_empty() {
            return NONE;
        }
        let key = name.to_lowercase();
        if let Some(no) = self.genre_of.get(key.as_str()) {
            return *no;
        }
        // Past 65,534 genres a song has none.
        let Ok(no) = u16::try_from(self.genres.len()) else { return NONE };
        if no == NONE {
            return NONE;
        }
        let text = self.keep(name);
        self.genres.push(text);
        self.genre_of.insert(key.into(), no);
        no
    }

    /// The library.
    pub fn finish(mut self) -> Library {
        let recordings = self.order_songs();
        let albums = self.gather_albums(&recordings);
        self.assemble(recordings, albums)
    }

    /// Sorts the songs by title; gives their numbers by id.
    fn order_songs(&mut self) -> Vec<u32> {
        let mut keys: Vec<(Box<str>, u32)> = Vec::with_capacity(self.songs.len());
        for (place, song) in self.songs.iter().enumerate() {
            keys.push((sort_key(self.texts.get(song.row.title)).into(), place as u32));
        }
        let id = |place: u32| self.songs.get(place as usize).map_or("", |s| self.texts.get(s.row.id));
        keys.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1))));
        let sorted = keys.iter().filter_map(|(_, place)| self.songs.get(*place as usize).copied()).collect();
        drop(keys);
        self.songs = sorted;
        let mut by_id: Vec<u32> = (0..self.songs.len() as u32).collect();
        let id = |place: u32| self.songs.get(place as usize).map_or("", |s| self.texts.get(s.row.id));
        by_id.sort_unstable_by(|a, b| id(*a).cmp(id(*b)));
        by_id
    }

    fn gather_albums(&mut self, by_id: &[u32]) -> Vec<Gathered> {
        let find = |texts: &Texts, songs: &[Draft], id: Text| {
            let id = texts.get(id);
            let at = by_id
                .binary_search_by(|n| songs.get(*n as usize).map_or("", |s| texts.get(s.row.id)).cmp(id));
            at.ok().and_then(|at| by_id.get(at).copied())
        };
        let mut tracks: Vec<(u32, u32, u32)> = self
            .tracks
            .iter()
            .filter_map(|(r, p, id)| Some((*r, *p, find(&self.texts, &self.songs, *id)?)))
            .collect();
        self.tracks = Vec::new();
        tracks.sort_unstable();
        let mut placed = vec![false; self.songs.len()];
        let mut all: Vec<Gathered> = Vec::new();
        for group in tracks.chunk_by(|a, b| a.0 == b.0) {
            let Some(release) = group.first().and_then(|t| self.releases.get(t.0 as usize)).copied() else {
                continue;
            };
            let list: Vec<(u32, u32)> = group.iter().map(|(_, position, song)| (*song, *position)).collect();
            for (song, _) in &list {
                if let Some(slot) = placed.get_mut(*song as usize) {
                    *slot = true;
                }
            }
            let credit = self.texts.get(release.credit).to_owned();
            let credit = if credit.is_empty() { self.common_credit(&list) } else { self.credit(&credit) };
            all.push(Gathered {
                id: release.id,
                name: release.title,
                label: release.label,
                mbid: release.mbid,
                credit,
                songs: list,
                singles: false,
            });
        }
        self.gather_loose(&placed, &mut all);
        all
    }

    /// Songs of no release, by artist and named album.
    fn gather_loose(&mut self, placed: &[bool], all: &mut Vec<Gathered>) {
        let mut loose: HashMap<(u32, Text), Vec<(u32, u32)>> = HashMap::new();
        for (place, song) in self.songs.iter().enumerate() {
            if !placed.get(place).copied().unwrap_or(false) {
                let list = loose.entry((song.row.credit, song.album)).or_default();
                list.push((place as u32, list.len() as u32 + 1));
            }
        }
        // Spellings of one artist and of one album meet by their keys.
        let mut merged: HashMap<(String, String), Gathered> = HashMap::new();
        let mut keys: Vec<_> = loose.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            let Some(list) = loose.remove(&key) else { continue };
            let (credit, album) = key;
            let printed = self.credits.get(credit as usize).map_or("", |c| self.texts.get(*c)).to_owned();
            let main = split_credit(&printed).into_iter().next().unwrap_or_default().to_owned();
            let album_name = self.texts.get(album).to_owned();
            let singles = album_name.is_empty();
            let found = merged.entry((artist_key(&main), sort_key(&album_name)));
            let gathered = match found {
                std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    let id = format!("alb-{}", digest(&format!("{}\n{}", entry.key().0, entry.key().1)));
                    let label = list
                        .first()
                        .and_then(|(s, _)| self.songs.get(*s as usize))
                        .map_or(Text::EMPTY, |s| s.label);
                    let (id, credit) = (self.texts.add(&id), self.credit(&main));
                    let name = self.keep(if singles { SINGLES } else { &album_name });
                    entry.insert(Gathered {
                        id,
                        name,
                        label,
                        mbid: Text::EMPTY,
                        credit,
                        songs: Vec::new(),
                        singles,
                    })
                }
            };
            let before = gathered.songs.len() as u32;
            gathered.songs.extend(list.into_iter().map(|(song, number)| (song, before + number)));
        }
        let mut made: Vec<Gathered> = merged.into_values().collect();
        made.sort_unstable_by(|a, b| self.texts.get(a.id).cmp(self.texts.get(b.id)));
        all.extend(made);
    }

    fn common_credit(&mut self, list: &[(u32, u32)]) -> u32 {
        let mut credits = list.iter().filter_map(|(s, _)| self.songs.get(*s as usize)).map(|s| s.row.credit);
        match credits.next() {
            Some(first) if credits.all(|c| c == first) => first,
            _ => self.credit(VARIOUS),
        }
    }

    fn assemble(mut self, song_ids: Vec<u32>, mut gathered: Vec<Gathered>) -> Library {
        // Albums by name, then artist, then id.
        let credit_text = |texts: &Texts, credits: &[Text], c: u32| {
            credits.get(c as usize).map_or(String::new(), |t| sort_key(texts.get(*t)))
        };
        gathered.sort_by_cached_key(|g| {
            let name = sort_key(self.texts.get(g.name));
            (name, credit_text(&self.texts, &self.credits, g.credit), self.texts.get(g.id).to_owned())
        });
        let mut library = Library {
            texts: Texts::default(),
            songs: Vec::new(),
            credits: Vec::new(),
            credited: Vec::new(),
            albums: Vec::with_capacity(gathered.len()),
            tracks: Vec::with_capacity(self.songs.len()),
            artists: Vec::new(),
            artist_albums: Vec::new(),
            artist_songs: Vec::new(),
            genres: Vec::new(),
            genre_songs: Vec::new(),
            genre_albums: Vec::new(),
            song_ids,
            album_ids: Vec::new(),
            artist_ids: Vec::new(),
            orders: albums::Orders::default(),
            song_words: crate::search::Words::default(),
            album_words: crate::search::Words::default(),
            artist_words: crate::search::Words::default(),
            near: None,
        };
        self.order_genres();
        let mut first_seen = vec![false; self.songs.len()];
        for (place, group) in gathered.iter().enumerate() {
            let row = self.album_row(group, library.tracks.len() as u32);
            for (song, number) in &group.songs {
                let told = self.places.get(&(group.id, *number)).copied();
                let (disc, number) = told.unwrap_or((1, u16::try_from(*number).unwrap_or(u16::MAX)));
                library.tracks.push(TrackRow { song: *song, number, disc });
                let seen = first_seen.get_mut(*song as usize).is_none_or(|s| std::mem::replace(s, true));
                if let Some(song) = self.songs.get_mut(*song as usize).filter(|_| !seen) {
                    song.row.album = place as u32;
                    (song.row.disc, song.row.track) = (disc, number);
                }
            }
            library.albums.push(row);
        }
        drop(gathered);
        library.songs = self.songs.iter().map(|s| s.row).collect();
        self.songs = Vec::new();
        let mut artists = Artists::new(&mut self.texts, &self.mbids);
        for text in &self.credits {
            let row = artists.credit(*text);
            library.credits.push(row);
        }
        let (rows, credited) = artists.finish();
        (library.artists, library.credited) = (rows, credited);
        self.texts.shrink();
        let genres = self.genres;
        library.texts = self.texts;
        library.list_artists();
        library.list_genres(&genres);
        library.make_orders();
        library.make_words();
        library
    }

    /// Numbers genres by name.
    fn order_genres(&mut self) {
        let mut order: Vec<u16> = (0..self.genres.len() as u16).collect();
        let name =
            |n: u16| self.genres.get(usize::from(n)).map_or(String::new(), |t| sort_key(self.texts.get(*t)));
        order.sort_by_cached_key(|n| (name(*n), *n));
        let mut place = vec![0_u16; order.len()];
        for (now, was) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(usize::from(*was)) {
                *slot = now as u16;
            }
        }
        for song in &mut self.songs {
            song.row.genre = place.get(usize::from(song.row.genre)).copied().unwrap_or(NONE);
        }
        self.genres = order.iter().filter_map(|n| self.genres.get(usize::from(*n)).copied()).collect();
    }

    fn album_row(&self, group: &Gathered, first: u32) -> AlbumRow {
        let songs = || group.songs.iter().filter_map(|(s, _)| self.songs.get(*s as usize));
        let mut genres: HashMap<u16, (usize, std::cmp::Reverse<u16>)> = HashMap::new();
        for song in songs().filter(|s| s.row.genre != NONE) {
            genres.entry(song.row.genre).or_insert((0, std::cmp::Reverse(song.row.genre))).0 += 1;
        }
        let mut mains: Vec<String> = songs()
            .filter_map(|s| self.credits.get(s.row.credit as usize))
            .map(|t| split_credit(self.texts.get(*t)).first().map_or(String::new(), |a| artist_key(a)))
            .collect();
        mains.sort_unstable();
        mains.dedup();
        let label = songs().map(|s| s.label).find(|l| *l != Text::EMPTY).unwrap_or(Text::EMPTY);
        AlbumRow {
            id: group.id,
            name: group.name,
            label: if group.label == Text::EMPTY { label } else { group.label },
            mbid: group.mbid,
            credit: group.credit,
            first,
            count: group.songs.len() as u32,
            year: songs().map(|s| s.row.year).filter(|y| *y != 0).min().unwrap_or(0),
            genre: genres.into_iter().max_by_key(|(_, rank)| *rank).map_or(NONE, |(genre, _)| genre),
            seconds: songs().map(|s| s.row.seconds).fold(0, u32::saturating_add),
            added: songs().map(|s| s.row.added).max().unwrap_or(0),
            compilation: !group.singles && mains.len() > 1,
            singles: group.singles,
        }
    }
}

#[derive(Debug)]
struct Gathered {
    id: Text,
    name: Text,
    label: Text,
    mbid: Text,
    credit: u32,
    songs: Vec<(u32, u32)>,
    singles: bool,
}

/// The names of a credit: `A feat. B & C` is A, B and C.
fn split_credit(credit: &str) -> Vec<&str> {
    let lower = credit.to_ascii_lowercase();
    let marks = [" (feat. ", " [feat. ", " feat. ", " feat ", " (ft. ", " ft. ", " featuring "];
    let cut = marks.iter().filter_map(|m| Some((lower.find(m)?, m.len()))).min();
    let (main, guests) = match cut {
        Some((at, len)) => (credit.get(..at), credit.get(at + len..)),
        None => (Some(credit), None),
    };
    let guests = guests.unwrap_or_default().trim_end_matches([')', ']']);
    let names = main.unwrap_or_default().split(';').chain(guests.split([',', '&', ';']));
    names.map(str::trim).filter(|n| !n.is_empty()).take(CREDITED_MOST).collect()
}

/// Artists as credits name them, found again by their keys.
struct Artists<'a> {
    texts: &'a mut Texts,
    mbids: &'a HashMap<Box<str>, Text>,
    rows: Vec<(String, ArtistRow)>,
    by_key: HashMap<Box<str>, u32>,
    credited: Vec<u32>,
}

impl<'a> Artists<'a> {
    fn new(texts: &'a mut Texts, mbids: &'a HashMap<Box<str>, Text>) -> Artists<'a> {
        Artists { texts, mbids, rows: Vec::new(), by_key: HashMap::new(), credited: Vec::new() }
    }

    fn credit(&mut self, text: Text) -> CreditRow {
        let printed = self.texts.get(text).to_owned();
        let first = self.credited.len();
        for name in split_credit(&printed) {
            let artist = self.artist(name);
            if !self.credited.get(first..).unwrap_or_default().contains(&artist) {
                self.credited.push(artist);
            }
        }
        CreditRow { text, first: first as u32, count: (self.credited.len() - first) as u32 }
    }

    fn artist(&mut self, name: &str) -> u32 {
        let key = artist_key(name);
        if let Some(no) = self.by_key.get(key.as_str()) {
            return *no;
        }
        let id = self.texts.add(&format!("art-{}", digest(&key)));
        let row = ArtistRow {
            id,
            name: self.texts.add(name),
            mbid: self.mbids.get(key.as_str()).copied().unwrap_or(Text::EMPTY),
            first_album: 0,
            albums: 0,
            first_song: 0,
            songs: 0,
        };
        let no = self.rows.len() as u32;
        self.rows.push((sort_key(name), row));
        self.by_key.insert(key.into(), no);
        no
    }

    /// The artists by name, and whom each credit names.
    fn finish(mut self) -> (Vec<ArtistRow>, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        let key = |n: u32| self.rows.get(n as usize).map_or("", |(k, _)| k.as_str());
        order.sort_by(|a, b| key(*a).cmp(key(*b)).then(a.cmp(b)));
        let mut place = vec![0_u32; order.len()];
        for (now, was) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(*was as usize) {
                *slot = now as u32;
            }
        }
        for artist in &mut self.credited {
            *artist = place.get(*artist as usize).copied().unwrap_or(0);
        }
        let rows = order.iter().filter_map(|n| self.rows.get(*n as usize).map(|(_, row)| *row)).collect();
        (rows, self.credited)
    }
}

impl Library {
    /// Lists the songs and albums of each artist; an artist of nothing is left with none.
    fn list_artists(&mut self) {
        let songs =
            self.songs.iter().enumerate().flat_map(|(no, song)| {
                self.named(song.credit).iter().map(move |artist| (*artist, no as u32))
            });
        let songs: Vec<(u32, u32)> = sorted(songs);
        let mut albums: Vec<(u32, u16, u32)> = Vec::new();
        for (no, album) in self.albums.iter().enumerate() {
            albums.extend(self.named(album.credit).iter().map(|a| (*a, album.year, no as u32)));
            for track in slice(&self.tracks, album.first, album.count) {
                let credit = self.songs.get(track.song as usize).map_or(u32::MAX, |s| s.credit);
                albums.extend(self.named(credit).iter().map(|a| (*a, album.year, no as u32)));
            }
        }
        albums.sort_unstable();
        albums.dedup();
        for group in songs.chunk_by(|a, b| a.0 == b.0) {
            let first = self.artist_songs.len() as u32;
            self.artist_songs.extend(group.iter().map(|(_, song)| *song));
            if let Some(row) = group.first().and_then(|g| self.artists.get_mut(g.0 as usize)) {
                (row.first_song, row.songs) = (first, group.len() as u32);
            }
        }
        for group in albums.chunk_by(|a, b| a.0 == b.0) {
            let first = self.artist_albums.len() as u32;
            self.artist_albums.extend(group.iter().map(|(.., album)| *album));
            if let Some(row) = group.first().and_then(|g| self.artists.get_mut(g.0 as usize)) {
                (row.first_album, row.albums) = (first, group.len() as u32);
            }
        }
    }

    fn named(&self, credit: u32) -> &[u32] {
        self.credits.get(credit as usize).map_or(&[][..], |c| slice(&self.credited, c.first, c.count))
    }

    fn list_genres(&mut self, names: &[Text]) {
        let songs: Vec<(u32, u32)> =
            sorted(self.songs.iter().enumerate().map(|(no, s)| (u32::from(s.genre), no as u32)));
        let albums: Vec<(u32, u32)> =
            sorted(self.albums.iter().enumerate().map(|(no, a)| (u32::from(a.genre), no as u32)));
        for (no, name) in names.iter().enumerate() {
            let of = |list: &[(u32, u32)]| {
                let first = list.partition_point(|(g, _)| (*g as usize) < no);
                let last = list.partition_point(|(g, _)| *g as usize <= no);
                list.get(first..last).unwrap_or_default().iter().map(|(_, n)| *n).collect::<Vec<u32>>()
            };
            let (mine, discs) = (of(&songs), of(&albums));
            self.genres.push(GenreRow {
                name: *name,
                first_song: self.genre_songs.len() as u32,
                songs: mine.len() as u32,
                first_album: self.genre_albums.len() as u32,
                albums: discs.len() as u32,
            });
            self.genre_songs.extend(mine);
            self.genre_albums.extend(discs);
        }
    }

    fn make_orders(&mut self) {
        let all = || (0..self.albums.len() as u32).collect::<Vec<u32>>();
        let row = |n: u32| self.albums.get(n as usize);
        let main = |n: u32| row(n).and_then(|a| self.named(a.credit).first().copied()).unwrap_or(u32::MAX);
        let year = |n: u32| row(n).map_or(0, |a| a.year);
        let added = |n: u32| std::cmp::Reverse(row(n).map_or(0, |a| a.added));
        let (mut artist, mut newest, mut by_year) = (all(), all(), all());
        artist.sort_by_key(|n| (main(*n), year(*n), *n));
        newest.sort_by_key(|n| (added(*n), *n));
        by_year.sort_by_key(|n| (year(*n), *n));
        let id = |n: &u32| row(*n).map_or("", |a| self.texts.get(a.id));
        let mut album_ids = all();
        album_ids.sort_by(|a, b| id(a).cmp(id(b)));
        let artist_id = |n: &u32| self.artists.get(*n as usize).map_or("", |a| self.texts.get(a.id));
        let mut artist_ids: Vec<u32> = (0..self.artists.len() as u32).collect();
        artist_ids.sort_by(|a, b| artist_id(a).cmp(artist_id(b)));
        self.orders = albums::Orders { artist, newest, year: by_year };
        (self.album_ids, self.artist_ids) = (album_ids, artist_ids);
    }

    fn make_words(&mut self) {
        // Whatever is left out of searches has no words; an album or artist with nothing else has none either.
        let found = |song: &u32| self.songs.get(*song as usize).is_some_and(|s| !s.unfound);
        let mut songs = Gather::default();
        for song in &self.songs {
            let album =
                self.albums.get(song.album as usize).filter(|a| !a.singles).map_or(Text::EMPTY, |a| a.name);
            let credit = self.credit_text(song.credit);
            let texts = [self.texts.get(song.title), credit, self.texts.get(album)];
            songs.thing(if song.unfound { &[] } else { &texts });
        }
        let mut albums = Gather::default();
        for album in &self.albums {
            let texts = [self.texts.get(album.name), self.credit_text(album.credit)];
            let tracks = slice(&self.tracks, album.first, album.count);
            let any = tracks.is_empty() || tracks.iter().any(|t| found(&t.song));
            albums.thing(if any { &texts } else { &[] });
        }
        let mut artists = Gather::default();
        for artist in &self.artists {
            let own = slice(&self.artist_songs, artist.first_song, artist.songs);
            let any = own.is_empty() || own.iter().any(found);
            let texts = [self.texts.get(artist.name)];
            artists.thing(if any { &texts } else { &[] });
        }
        self.song_words = songs.finish();
        self.album_words = albums.finish();
        self.artist_words = artists.finish();
    }
}

fn sorted<T: Ord>(list: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = list.collect();
    list.sort_unstable();
    list.dedup();
    list
}
