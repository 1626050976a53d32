//! The catalogue as listeners browse it: everything that a library in memory is made of, in few large answers.

use crate::db::Tx;
use crate::{Fault, args};

/// A recording with what listeners are shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowseRow {
    /// Its id.
    pub id: String,
    /// `audio`, `video`, `game`, `book` or `comic`.
    pub kind: String,
    /// The artist credit as printed.
    pub artist: String,
    /// The title.
    pub title: String,
    /// The version, where it is kept apart.
    pub version: String,
    /// The album it names.
    pub album: String,
    /// The label.
    pub label: String,
    /// Seconds.
    pub duration_s: Option<i64>,
    /// Year.
    pub year: Option<i64>,
    /// ISRC.
    pub isrc: Option<String>,
    /// MusicBrainz recording.
    pub mbid: Option<String>,
    /// Genre.
    pub genre: Option<String>,
    /// When it came, in microseconds since 1970.
    pub since_us: i64,
    /// The file it is played from, where one came.
    pub file: Option<BrowseFile>,
}

/// The file behind a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowseFile {
    /// The word of its format, such as `flac`.
    pub format: String,
    /// Its length.
    pub bytes: i64,
    /// `due`, `good`, `damaged` or `unreadable`; empty for media that are not decoded.
    pub state: String,
    /// Milliseconds.
    pub duration_ms: Option<i64>,
    /// Samples a second.
    pub sample_rate: Option<i64>,
    /// How many channels.
    pub channels: Option<i64>,
    /// Integrated loudness, thousandths of LUFS.
    pub loudness_mlufs: Option<i64>,
    /// True peak, thousandths of dBTP.
    pub peak_mdbtp: Option<i64>,
}

/// A release with its tracks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowseRelease {
    /// Its id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The artist credit as printed.
    pub artist: String,
    /// The label.
    pub label: String,
    /// MusicBrainz release, where tags tell it.
    pub mbid: Option<String>,
}

/// A commercial window of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowseDeal {
    /// The recording.
    pub recording: String,
    /// Territories, separated by spaces.
    pub territories: String,
    /// Excluded territories, separated by spaces.
    pub excluded: String,
    /// First day or instant, as delivered.
    pub start: Option<String>,
    /// First day or instant after it, as delivered.
    pub end: Option<String>,
    /// Whether it takes the recording down.
    pub take_down: bool,
}

impl Tx {
    /// Live recordings after an id, by id, at most so many.
    pub async fn browse_recordings(&mut self, after: &str, limit: i64) -> Result<Vec<BrowseRow>, Fault> {
        let sql = "select r.id, r.kind, r.artist, r.title, r.version, r.album, r.label, r.duration_s, r.year, r.isrc, \
                   r.mbid, g.genre, coalesce(r.since_us, r.changed_us), m.format, m.bytes, a.state, a.duration_ms, \
                   a.sample_rate, a.channels, a.loudness_mlufs, a.peak_mdbtp from recording r \
                   left join recording_genre g on g.recording = r.id \
                   left join master m on m.recording = r.id and m.replaced_us is null \
                   left join analysis a on a.address = m.address where r.id > $1 and r.status = 'live' order by r.id limit $2";
        let rows = self.rows(sql, args![after, limit]).await?;
        rows.iter()
            .map(|r| {
                Ok(BrowseRow {
                    id: r.text(0)?,
                    kind: r.text(1)?,
                    artist: r.text(2)?,
                    title: r.text(3)?,
                    version: r.text(4)?,
                    album: r.text(5)?,
                    label: r.text(6)?,
                    duration_s: r.opt_int(7)?,
                    year: r.opt_int(8)?,
                    isrc: r.opt_text(9)?,
                    mbid: r.opt_text(10)?,
                    genre: r.opt_text(11)?,
                    since_us: r.int(12)?,
                    file: file(r)?,
                })
            })
            .collect()
    }

    /// What tells whether the catalogue or its files have changed: how many recordings, masters and analyses there are,
    /// and when each last changed.
    pub async fn browse_mark(&mut self) -> Result<[i64; 6], Fault> {
        let mut mark = [0; 6];
        let questions = [
            "select count(*) from recording",
            "select max(changed_us) from recording",
            "select count(*) from master",
            "select max(at_us) from master",
            "select count(*) from analysis",
            "select max(changed_us) from analysis",
        ];
        for (slot, sql) in mark.iter_mut().zip(questions) {
            *slot = self.number(sql, args![]).await?;
        }
        Ok(mark)
    }

    /// Releases after an id, by id, at most so many.
    pub async fn browse_releases(&mut self, after: &str, limit: i64) -> Result<Vec<BrowseRelease>, Fault> {
        let sql = "select r.id, r.title, r.artist, r.label, m.mbid from release r \
                   left join release_mbid m on m.release = r.id where r.id > $1 order by r.id limit $2";
        let rows = self.rows(sql, args![after, limit]).await?;
        let release = |r: &crate::Row| {
            Ok(BrowseRelease {
                id: r.text(0)?,
                title: r.text(1)?,
                artist: r.text(2)?,
                label: r.text(3)?,
                mbid: r.opt_text(4)?,
            })
        };
        rows.iter().map(release).collect()
    }

    /// The tracks of releases between two ids, both included: release, position, recording, in order.
    pub async fn browse_tracks(
        &mut self,
        first: &str,
        last: &str,
    ) -> Result<Vec<(String, i64, String)>, Fault> {
        let sql = "select release, position, recording from track where release >= $1 and release <= $2 \
                   order by release, position";
        let rows = self.rows(sql, args![first, last]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?, r.text(2)?))).collect()
    }

    /// Where tracks of releases between two ids stand, as far as that is not told by their order: release, position,
    /// disc, number.
    pub async fn browse_track_places(
        &mut self,
        first: &str,
        last: &str,
    ) -> Result<Vec<(String, i64, i64, i64)>, Fault> {
        let sql = "select release, position, disc, number from track_place \
                   where release >= $1 and release <= $2 order by release, position";
        let rows = self.rows(sql, args![first, last]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?, r.int(2)?, r.int(3)?))).collect()
    }

    /// Says where tracks of some releases stand that their order does not tell; what was said of these releases before
    /// is taken away. A place is release, position, disc, number.
    pub async fn put_track_places(
        &mut self,
        releases: &[&str],
        places: &[(String, i64, i64, i64)],
    ) -> Result<(), Fault> {
        for chunk in releases.chunks(1_000) {
            let list = self.placeholders(chunk.len());
            let sql = format!("delete from track_place where release in ({list})");
            self.run(&sql, chunk.iter().map(|r| crate::db::Value::from(*r)).collect()).await?;
        }
        let rows = places.iter().map(|(r, p, d, n)| args![r.as_str(), *p, *d, *n]).collect();
        let head = "insert into track_place (release, position, disc, number)";
        self.insert_many(head, rows, "").await
    }

    /// Says which MusicBrainz releases some are.
    pub async fn put_release_mbids(&mut self, all: &[(String, String)]) -> Result<(), Fault> {
        let rows = all.iter().map(|(release, mbid)| args![release.as_str(), mbid.as_str()]).collect();
        let tail = "on conflict (release) do update set mbid = excluded.mbid";
        self.insert_many("insert into release_mbid (release, mbid)", rows, tail).await
    }

    /// All commercial windows, by recording.
    pub async fn browse_deals(&mut self) -> Result<Vec<BrowseDeal>, Fault> {
        let sql = "select recording, territories, excluded, start_day, end_day, terms from deal order by recording, place";
        let rows = self.rows(sql, args![]).await?;
        rows.iter()
            .map(|r| {
                Ok(BrowseDeal {
                    recording: r.text(0)?,
                    territories: r.text(1)?,
                    excluded: r.text(2)?,
                    start: r.opt_text(3)?,
                    end: r.opt_text(4)?,
                    take_down: r.text(5)?.starts_with("take down"),
                })
            })
            .collect()
    }

    /// What all editions say of themselves, by recording.
    pub async fn browse_editions(&mut self) -> Result<Vec<(String, crate::EditionRow)>, Fault> {
        let sql = "select recording, language, publisher, identifier, description, pages from edition order by recording";
        let rows = self.rows(sql, args![]).await?;
        let edition = |r: &crate::Row| {
            let row = crate::EditionRow {
                language: r.text(1)?,
                publisher: r.text(2)?,
                identifier: r.text(3)?,
                description: r.text(4)?,
                pages: r.opt_int(5)?,
            };
            Ok((r.text(0)?, row))
        };
        rows.iter().map(edition).collect()
    }

    /// Books and comics that have a picture, each with the word of its format.
    pub async fn browse_edition_covers(&mut self) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select c.subject, min(c.format) from cover c join recording r on r.id = c.subject \
                   where r.kind in ('book', 'comic') group by c.subject order by c.subject";
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// Names of parties with their MusicBrainz ids.
    pub async fn browse_mbids(&mut self) -> Result<Vec<(String, String)>, Fault> {
        let rows =
            self.rows("select name, mbid from party where mbid is not null order by id", args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// Says which genre a recording is of; an empty one is taken away.
    pub async fn put_genre(&mut self, recording: &str, genre: &str) -> Result<(), Fault> {
        self.run("delete from recording_genre where recording = $1", args![recording]).await?;
        if genre.is_empty() {
            return Ok(());
        }
        let sql = "insert into recording_genre (recording, genre) values ($1, $2)";
        self.run(sql, args![recording, genre]).await.map(drop)
    }

    /// Says which genres recordings are of; each at most once.
    pub async fn put_genres(&mut self, all: &[(String, String)]) -> Result<(), Fault> {
        let rows = all.iter().map(|(recording, genre)| args![recording.as_str(), genre.as_str()]).collect();
        let tail = "on conflict (recording) do update set genre = excluded.genre";
        self.insert_many("insert into recording_genre (recording, genre)", rows, tail).await
    }

    /// Writes the lyrics of a recording in a language (ISO 639, `und` where it is not known); empty ones are taken away.
    pub async fn put_lyrics(&mut self, recording: &str, lang: &str, lyrics: &str) -> Result<(), Fault> {
        let sql = "delete from recording_lyrics where recording = $1 and lang = $2";
        self.run(sql, args![recording, lang]).await?;
        if lyrics.is_empty() {
            return Ok(());
        }
        let sql = "insert into recording_lyrics (recording, lang, lyrics) values ($1, $2, $3)";
        self.run(sql, args![recording, lang, lyrics]).await.map(drop)
    }

    /// The lyrics of a recording: language and text, by language.
    pub async fn lyrics(&mut self, recording: &str) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select lang, lyrics from recording_lyrics where recording = $1 order by lang";
        let rows = self.rows(sql, args![recording]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// Gives memory back that a long reading took, as far as the engine keeps some.
    pub async fn rest(&mut self) -> Result<(), Fault> {
        if self.is_postgres() { Ok(()) } else { self.script("pragma shrink_memory").await }
    }
}

fn file(row: &crate::Row) -> Result<Option<BrowseFile>, Fault> {
    let Some(format) = row.opt_text(13)? else { return Ok(None) };
    Ok(Some(BrowseFile {
        format,
        bytes: row.int(14)?,
        state: row.opt_text(15)?.unwrap_or_default(),
        duration_ms: row.opt_int(16)?,
        sample_rate: row.opt_int(17)?,
        channels: row.opt_int(18)?,
        loudness_mlufs: row.opt_int(19)?,
        peak_mdbtp: row.opt_int(20)?,
    }))
}
