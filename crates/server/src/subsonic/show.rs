//! Songs, albums and artists as players read them.

use app::shelf::ItemKind;
use jiff::Timestamp;
use library::{Album, Artist, ArtistNo, Song, SongNo, sort_key};

use super::out::Out;
use super::stand::{Kept, Stand};

/// What answers are written from: the library and what the listener keeps.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) stand: &'a Stand,
    pub(crate) kept: &'a Kept,
}

/// An instant as the protocol writes it.
pub(crate) fn instant(at: Timestamp) -> String {
    // Milliseconds are as fine as players read.
    at.round(jiff::Unit::Millisecond).unwrap_or(at).to_string()
}

fn second(at: u32) -> String {
    Timestamp::from_second(i64::from(at))
        .map_or_else(|_| Timestamp::UNIX_EPOCH.to_string(), |t| t.to_string())
}

impl<'a> Shown<'a> {
    fn starred(&self, o: &mut Out, id: &str) {
        if let Some((_, at)) = self.kept.shelf.stars.get(id) {
            o.text("starred", &instant(*at));
        }
    }

    fn rated(&self, o: &mut Out, id: &str) {
        if let Some((_, stars)) = self.kept.shelf.ratings.get(id) {
            o.plain("userRating", stars);
        }
    }

    /// A song on the album it is shown on.
    pub(crate) fn song(&self, o: &mut Out, no: SongNo) {
        if let Some(song) = self.stand.library.song(no) {
            self.child(o, &song);
        }
    }

    /// A song as the track of an album.
    pub(crate) fn track(&self, o: &mut Out, album: &Album<'_>, (no, disc, track): (SongNo, u32, u32)) {
        if let Some(song) = self.stand.library.song(no) {
            self.child(o, &Song { album: album.no, track, disc, ..song });
        }
    }

    fn child(&self, o: &mut Out, song: &Song<'_>) {
        let library = &self.stand.library;
        let Some(album) = library.album(song.album) else { return };
        let artist = library.song_artists(song.no).next().and_then(|a| library.artist(a));
        let genre = song.genre.map_or("", |g| library.genre(g));
        o.text("id", song.id);
        o.text("parent", album.id);
        o.plain("isDir", false);
        o.text("title", song.title);
        o.text("album", album.name);
        o.text("artist", song.credit);
        o.known("track", song.track);
        o.known("year", u32::from(song.year));
        o.some("genre", genre);
        o.text("coverArt", song.id);
        self.file(o, song, &album);
        o.plain("isVideo", false);
        self.rated(o, song.id);
        let (plays, last) = self.kept.shelf.plays.get(song.id).copied().unzip();
        o.plain("playCount", plays.unwrap_or(0));
        o.plain("discNumber", song.disc);
        o.text("created", &second(song.added));
        self.starred(o, song.id);
        o.text("albumId", album.id);
        o.some("artistId", artist.map_or("", |a| a.id));
        o.text("type", "music");
        o.text("mediaType", "song");
        if let Some(at) = self.kept.shelf.bookmarks.get(song.id) {
            o.plain("bookmarkPosition", at);
        }
        if let Some(last) = last {
            o.text("played", &instant(last));
        }
        o.plain("bpm", 0);
        o.text("comment", "");
        o.text("sortName", &sort_key(song.title));
        o.text("musicBrainzId", song.mbid);
        o.text("displayArtist", song.credit);
        o.text("displayAlbumArtist", album.credit);
        o.text("displayComposer", "");
        o.text("explicitStatus", "");
        o.texts("isrc", Some(song.isrc).filter(|i| !i.is_empty()));
        o.list("genres", Some(genre).filter(|g| !g.is_empty()), |o, g| o.text("name", g));
        o.list("artists", library.song_artists(song.no), |o, a| self.name(o, a));
        o.list("albumArtists", library.album_artists(album.no), |o, a| self.name(o, a));
        o.list("contributors", [] as [u8; 0], |_, _| ());
        o.texts("moods", []);
        o.object("replayGain", |o| {
            if let Some((gain, peak)) = song.audio.gain {
                o.plain("trackGain", f64::from(gain) / 100.0);
                o.plain("trackPeak", f64::from(peak) / 1_000_000.0);
            }
        });
    }

    fn file(&self, o: &mut Out, song: &Song<'_>, album: &Album<'_>) {
        let suffix = song.audio.suffix();
        if !suffix.is_empty() {
            o.plain("size", song.audio.bytes);
            o.text("contentType", content_type(suffix));
            o.text("suffix", suffix);
        }
        o.plain("duration", song.seconds);
        o.known("bitRate", u32::from(song.audio.kbps));
        o.known("samplingRate", song.audio.hertz);
        o.known("channelCount", u32::from(song.audio.channels));
        let part = |text: &str| text.replace(['/', '\\'], "_");
        let (artist, name, title) = (part(album.credit), part(album.name), part(song.title));
        let disc = if song.disc > 1 { format!("{}-", song.disc) } else { String::new() };
        o.text("path", &format!("{artist}/{name}/{disc}{:02} - {title}.{suffix}", song.track));
    }

    fn name(&self, o: &mut Out, no: ArtistNo) {
        if let Some(artist) = self.stand.library.artist(no) {
            o.text("id", artist.id);
            o.text("name", artist.name);
        }
    }

    /// An album with its tags; `songs` adds its tracks.
    pub(crate) fn album(&self, o: &mut Out, album: &Album<'_>, songs: bool) {
        let library = &self.stand.library;
        let artist = library.album_artist(album.no).and_then(|a| library.artist(a));
        let genre = album.genre.map_or("", |g| library.genre(g));
        o.text("id", album.id);
        o.text("name", album.name);
        o.text("artist", album.credit);
        o.some("artistId", artist.map_or("", |a| a.id));
        o.text("coverArt", album.id);
        o.plain("songCount", album.songs);
        o.plain("duration", album.seconds);
        let plays = self.kept.albums.get(&album.no);
        o.plain("playCount", plays.map_or(0, |p| p.0));
        o.text("created", &second(album.added));
        self.starred(o, album.id);
        o.known("year", u32::from(album.year));
        o.some("genre", genre);
        if let Some((_, last)) = plays {
            o.text("played", &instant(*last));
        }
        self.rated(o, album.id);
        o.text("musicBrainzId", album.mbid);
        o.text("displayArtist", album.credit);
        o.text("sortName", &sort_key(album.name));
        o.plain("isCompilation", album.compilation);
        o.text("explicitStatus", "");
        o.list("recordLabels", Some(album.label).filter(|l| !l.is_empty()), |o, l| o.text("name", l));
        o.list("genres", Some(genre).filter(|g| !g.is_empty()), |o, g| o.text("name", g));
        o.list("artists", library.album_artists(album.no), |o, a| self.name(o, a));
        o.texts("releaseTypes", kinds(album));
        o.texts("moods", []);
        o.object("originalReleaseDate", |o| o.known("year", u32::from(album.year)));
        o.object("releaseDate", |o| o.known("year", u32::from(album.year)));
        o.list("discTitles", [] as [u8; 0], |_, _| ());
        if songs {
            o.list("song", library.album_tracks(album.no), |o, track| self.track(o, album, track));
        }
    }

    /// An album as a folder, for players that browse folders.
    pub(crate) fn folder(&self, o: &mut Out, album: &Album<'_>) {
        let library = &self.stand.library;
        let artist = library.album_artist(album.no).and_then(|a| library.artist(a));
        let genre = album.genre.map_or("", |g| library.genre(g));
        o.text("id", album.id);
        o.some("parent", artist.map_or("", |a| a.id));
        o.plain("isDir", true);
        o.text("title", album.name);
        o.text("name", album.name);
        o.text("album", album.name);
        o.text("artist", album.credit);
        o.known("year", u32::from(album.year));
        o.some("genre", genre);
        o.text("coverArt", album.id);
        o.plain("duration", album.seconds);
        o.plain("songCount", album.songs);
        self.rated(o, album.id);
        let plays = self.kept.albums.get(&album.no);
        o.plain("playCount", plays.map_or(0, |p| p.0));
        o.text("created", &second(album.added));
        self.starred(o, album.id);
        o.some("artistId", artist.map_or("", |a| a.id));
        o.text("mediaType", "album");
        if let Some((_, last)) = plays {
            o.text("played", &instant(*last));
        }
    }

    /// An artist with its tags.
    pub(crate) fn artist(&self, o: &mut Out, artist: &Artist<'_>) {
        o.text("id", artist.id);
        o.text("name", artist.name);
        o.text("coverArt", artist.id);
        o.plain("albumCount", artist.albums);
        self.starred(o, artist.id);
        o.text("musicBrainzId", artist.mbid);
        o.text("sortName", &sort_key(artist.name));
        self.rated(o, artist.id);
        o.texts("roles", ["artist"]);
    }

    /// An artist as a folder.
    pub(crate) fn artist_folder(&self, o: &mut Out, artist: &Artist<'_>) {
        o.text("id", artist.id);
        o.text("name", artist.name);
        o.text("coverArt", artist.id);
        o.plain("albumCount", artist.albums);
        self.starred(o, artist.id);
        self.rated(o, artist.id);
    }

    /// Ids of starred things of a kind, the latest first.
    pub(crate) fn stars(&self, kind: ItemKind) -> Vec<&'a str> {
        let all = self.kept.shelf.stars.iter().filter(|(_, (k, _))| *k == kind);
        let mut all: Vec<(&'a str, Timestamp)> = all.map(|(id, (_, at))| (id.as_str(), *at)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all.into_iter().map(|(id, _)| id).collect()
    }
}

fn kinds<'a>(album: &Album<'_>) -> Vec<&'a str> {
    let kind = match album.songs {
        _ if album.singles => "single",
        0..=2 => "single",
        3..=5 => "ep",
        _ => "album",
    };
    if album.compilation { vec![kind, "compilation"] } else { vec![kind] }
}

/// The media type of a file by its ending.
pub(crate) fn content_type(suffix: &str) -> &'static str {
    match suffix {
        "mp3" => "audio/mpeg",
        "flac" => "audio/flac",
        "opus" | "ogg" | "vorbis" => "audio/ogg",
        "m4a" | "aac" | "alac" | "mp4" => "audio/mp4",
        "wav" => "audio/wav",
        "aiff" | "aif" => "audio/aiff",
        _ => "application/octet-stream",
    }
}
