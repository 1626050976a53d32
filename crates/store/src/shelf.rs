//! What a listener keeps: stars, ratings, how often they played what, playlists, bookmarks, the queue.

use jiff::Timestamp;

use crate::db::{Row, Tx, Value};
use crate::set_list::instant;
use crate::{Fault, args};

/// What can be starred and rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A recording.
    Song,
    /// An album.
    Album,
    /// An artist.
    Artist,
}

impl ItemKind {
    /// The word that stands for it in the store.
    pub const fn word(self) -> &'static str {
        match self {
            ItemKind::Song => "song",
            ItemKind::Album => "album",
            ItemKind::Artist => "artist",
        }
    }

    fn of(word: &str) -> Result<ItemKind, Fault> {
        [ItemKind::Song, ItemKind::Album, ItemKind::Artist]
            .into_iter()
            .find(|k| k.word() == word)
            .ok_or_else(|| Fault::new("no such kind of item"))
    }
}

/// A star.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarRow {
    /// On what kind of thing.
    pub kind: ItemKind,
    /// Its id.
    pub item: String,
    /// Since when.
    pub at: Timestamp,
}

/// A rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingRow {
    /// Of what kind of thing.
    pub kind: ItemKind,
    /// Its id.
    pub item: String,
    /// 1 to 5.
    pub stars: u8,
}

/// How often a listener's players said that a song was played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyRow {
    /// The recording.
    pub recording: String,
    /// How often.
    pub plays: i64,
    /// When last.
    pub last: Timestamp,
}

/// A playlist, without its songs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub member: String,
    /// Its name.
    pub name: String,
    /// What its owner wrote about it.
    pub comment: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
}

/// A place in a song to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookmarkRow {
    /// The recording.
    pub recording: String,
    /// Milliseconds from its start.
    pub position_ms: i64,
    /// What the listener wrote.
    pub comment: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
}

/// What a listener was going to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// Recordings, in order; one may stand there twice.
    pub songs: Vec<String>,
    /// Which of them is on, from 0.
    pub current: i64,
    /// Milliseconds into it.
    pub position_ms: i64,
    /// When it was saved.
    pub changed: Timestamp,
    /// By which player.
    pub changed_by: String,
}

/// What a player said is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NowRow {
    /// The player.
    pub client: String,
    /// The recording.
    pub recording: String,
    /// `starting`, `playing`, `paused` or `stopped`.
    pub state: String,
    /// Milliseconds into it, when it was said.
    pub position_ms: i64,
    /// Speed in thousandths; 1000 is as recorded.
    pub rate: i64,
    /// When it was said.
    pub at: Timestamp,
}

impl Tx {
    /// Stars things; one that is starred already keeps its day.
    pub async fn put_stars(
        &mut self,
        member: &str,
        stars: &[(ItemKind, String)],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let row = |(kind, item): &(ItemKind, String)| args![member, kind.word(), item, now.as_microsecond()];
        let head = "insert into star (member, kind, item, at_us)";
        self.insert_many(head, stars.iter().map(row).collect(), "on conflict do nothing").await?;
        self.touch_listener(member).await
    }

    /// Takes stars away.
    pub async fn drop_stars(&mut self, member: &str, stars: &[(ItemKind, String)]) -> Result<(), Fault> {
        for (kind, item) in stars {
            let sql = "delete from star where member = $1 and kind = $2 and item = $3";
            self.run(sql, args![member, kind.word(), item]).await?;
        }
        self.touch_listener(member).await
    }

    /// The stars of a member, newest first.
    pub async fn stars(&mut self, member: &str) -> Result<Vec<StarRow>, Fault> {
        let sql = "select kind, item, at_us from star where member = $1 order by at_us desc, kind, item";
        let rows = self.rows(sql, args![member]).await?;
        let star = |r: &Row| {
            Ok(StarRow { kind: ItemKind::of(&r.text(0)?)?, item: r.text(1)?, at: instant(r.int(2)?)? })
        };
        rows.iter().map(star).collect()
    }

    /// Rates a thing from 1 to 5; 0 takes the rating away.
    pub async fn put_rating(
        &mut self,
        member: &str,
        kind: ItemKind,
        item: &str,
        stars: u8,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if stars == 0 {
            let sql = "delete from rating where member = $1 and kind = $2 and item = $3";
            self.run(sql, args![member, kind.word(), item]).await?;
        } else {
            let sql = "insert into rating (member, kind, item, stars, at_us) values ($1, $2, $3, $4, $5) \
                       on conflict (member, kind, item) do update set stars = excluded.stars, at_us = excluded.at_us";
            let values = args![member, kind.word(), item, i64::from(stars), now.as_microsecond()];
            self.run(sql, values).await?;
        }
        self.touch_listener(member).await
    }

    /// The ratings of a member.
    pub async fn ratings(&mut self, member: &str) -> Result<Vec<RatingRow>, Fault> {
        let sql = "select kind, item, stars from rating where member = $1 order by kind, item";
        let rows = self.rows(sql, args![member]).await?;
        let rating = |r: &Row| {
            let stars = u8::try_from(r.int(2)?).map_err(|_| Fault::new("a rating out of range"))?;
            Ok(RatingRow { kind: ItemKind::of(&r.text(0)?)?, item: r.text(1)?, stars })
        };
        rows.iter().map(rating).collect()
    }

    /// Adds plays as a member's players told them: recording and when.
    pub async fn add_tallies(&mut self, member: &str, plays: &[(String, Timestamp)]) -> Result<(), Fault> {
        for (recording, at) in plays {
            let sql = "insert into tally (member, recording, plays, last_us) values ($1, $2, 1, $3) \
                       on conflict (member, recording) do update set plays = tally.plays + 1, \
                       last_us = case when excluded.last_us > tally.last_us then excluded.last_us else tally.last_us end";
            self.run(sql, args![member, recording, at.as_microsecond()]).await?;
        }
        self.touch_listener(member).await
    }

    /// What a member played and how often, by recording.
    pub async fn tallies(&mut self, member: &str) -> Result<Vec<TallyRow>, Fault> {
        let sql = "select recording, plays, last_us from tally where member = $1 order by recording";
        let rows = self.rows(sql, args![member]).await?;
        let tally =
            |r: &Row| Ok(TallyRow { recording: r.text(0)?, plays: r.int(1)?, last: instant(r.int(2)?)? });
        rows.iter().map(tally).collect()
    }

    /// Forgets what a member's players told, of one recording or of all.
    pub async fn forget_tallies(&mut self, member: &str, recording: Option<&str>) -> Result<(), Fault> {
        let sql = "delete from tally where member = $1 and ($2 = '' or recording = $2)";
        self.run(sql, args![member, recording.unwrap_or_default()]).await?;
        self.touch_listener(member).await
    }

    /// Writes a playlist's row, replacing it where it is there.
    pub async fn put_playlist(&mut self, row: &PlaylistRow) -> Result<(), Fault> {
        let sql = "insert into playlist (id, member, name, comment, created_us, changed_us) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (id) do update set name = excluded.name, comment = excluded.comment, \
                   changed_us = excluded.changed_us";
        let (created, changed) = (row.created.as_microsecond(), row.changed.as_microsecond());
        self.run(sql, args![&row.id, &row.member, &row.name, &row.comment, created, changed]).await.map(drop)
    }

    /// Replaces the songs of a playlist.
    pub async fn put_playlist_songs(&mut self, playlist: &str, songs: &[String]) -> Result<(), Fault> {
        self.run("delete from playlist_song where playlist = $1", args![playlist]).await?;
        let row = |(place, song): (usize, &String)| -> Vec<Value> { args![playlist, place as i64, song] };
        let rows = songs.iter().enumerate().map(row).collect();
        self.insert_many("insert into playlist_song (playlist, place, recording)", rows, "").await
    }

    /// A playlist by id.
    pub async fn playlist(&mut self, id: &str) -> Result<Option<PlaylistRow>, Fault> {
        let sql = "select id, member, name, comment, created_us, changed_us from playlist where id = $1";
        self.row(sql, args![id]).await?.as_ref().map(playlist_row).transpose()
    }

    /// The playlists of a member, by name.
    pub async fn playlists(&mut self, member: &str) -> Result<Vec<PlaylistRow>, Fault> {
        let sql = "select id, member, name, comment, created_us, changed_us from playlist where member = $1 \
                   order by name, id";
        self.rows(sql, args![member]).await?.iter().map(playlist_row).collect()
    }

    /// The songs of a playlist, in order.
    pub async fn playlist_songs(&mut self, playlist: &str) -> Result<Vec<String>, Fault> {
        let sql = "select recording from playlist_song where playlist = $1 order by place";
        self.rows(sql, args![playlist]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// The songs of all playlists of a member: playlist and recording, in order.
    pub async fn all_playlist_songs(&mut self, member: &str) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select s.playlist, s.recording from playlist_song s join playlist p on p.id = s.playlist \
                   where p.member = $1 order by s.playlist, s.place";
        let rows = self.rows(sql, args![member]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// Deletes a playlist.
    pub async fn drop_playlist(&mut self, id: &str) -> Result<(), Fault> {
        self.run("delete from playlist_song where playlist = $1", args![id]).await?;
        self.run("delete from playlist where id = $1", args![id]).await.map(drop)
    }

    /// Writes a bookmark, replacing the one on the same recording.
    pub async fn put_bookmark(
        &mut self,
        member: &str,
        recording: &str,
        position_ms: i64,
        comment: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into bookmark (member, recording, position_ms, comment, created_us, changed_us) \
                   values ($1, $2, $3, $4, $5, $5) on conflict (member, recording) do update set \
                   position_ms = excluded.position_ms, comment = excluded.comment, changed_us = excluded.changed_us";
        self.run(sql, args![member, recording, position_ms, comment, now.as_microsecond()]).await?;
        self.touch_listener(member).await
    }

    /// Takes a bookmark away.
    pub async fn drop_bookmark(&mut self, member: &str, recording: &str) -> Result<(), Fault> {
        self.run("delete from bookmark where member = $1 and recording = $2", args![member, recording])
            .await?;
        self.touch_listener(member).await
    }

    /// The bookmarks of a member, the latest first.
    pub async fn bookmarks(&mut self, member: &str) -> Result<Vec<BookmarkRow>, Fault> {
        let sql = "select recording, position_ms, comment, created_us, changed_us from bookmark where member = $1 \
                   order by changed_us desc, recording";
        let rows = self.rows(sql, args![member]).await?;
        let bookmark = |r: &Row| {
            Ok(BookmarkRow {
                recording: r.text(0)?,
                position_ms: r.int(1)?,
                comment: r.text(2)?,
                created: instant(r.int(3)?)?,
                changed: instant(r.int(4)?)?,
            })
        };
        rows.iter().map(bookmark).collect()
    }

    /// Saves a member's queue; an empty one is forgotten.
    pub async fn put_queue(&mut self, member: &str, queue: &QueueRow) -> Result<(), Fault> {
        self.run("delete from play_queue where member = $1", args![member]).await?;
        if queue.songs.is_empty() {
            return Ok(());
        }
        let sql = "insert into play_queue (member, songs, current_place, position_ms, changed_us, changed_by) \
                   values ($1, $2, $3, $4, $5, $6)";
        let (songs, changed) = (queue.songs.join(" "), queue.changed.as_microsecond());
        self.run(sql, args![member, songs, queue.current, queue.position_ms, changed, &queue.changed_by])
            .await
            .map(drop)
    }

    /// A member's queue.
    pub async fn queue(&mut self, member: &str) -> Result<Option<QueueRow>, Fault> {
        let sql = "select songs, current_place, position_ms, changed_us, changed_by from play_queue where member = $1";
        let Some(row) = self.row(sql, args![member]).await? else { return Ok(None) };
        Ok(Some(QueueRow {
            songs: row.text(0)?.split(' ').map(str::to_owned).collect(),
            current: row.int(1)?,
            position_ms: row.int(2)?,
            changed: instant(row.int(3)?)?,
            changed_by: row.text(4)?,
        }))
    }

    /// Notes what a player of a member says is on.
    pub async fn put_now_playing(&mut self, member: &str, now: &NowRow) -> Result<(), Fault> {
        let sql = "insert into now_playing (member, client, recording, state, position_ms, rate, at_us) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict (member, client) do update set \
                   recording = excluded.recording, state = excluded.state, position_ms = excluded.position_ms, \
                   rate = excluded.rate, at_us = excluded.at_us";
        let at = now.at.as_microsecond();
        let values = args![member, &now.client, &now.recording, &now.state, now.position_ms, now.rate, at];
        self.run(sql, values).await.map(drop)
    }

    /// What a member's players said is on since an instant, the latest first.
    pub async fn now_playing(&mut self, member: &str, since: Timestamp) -> Result<Vec<NowRow>, Fault> {
        let sql = "select client, recording, state, position_ms, rate, at_us from now_playing \
                   where member = $1 and at_us >= $2 order by at_us desc, client";
        let rows = self.rows(sql, args![member, since.as_microsecond()]).await?;
        let now = |r: &Row| {
            Ok(NowRow {
                client: r.text(0)?,
                recording: r.text(1)?,
                state: r.text(2)?,
                position_ms: r.int(3)?,
                rate: r.int(4)?,
                at: instant(r.int(5)?)?,
            })
        };
        rows.iter().map(now).collect()
    }
}

fn playlist_row(row: &Row) -> Result<PlaylistRow, Fault> {
    Ok(PlaylistRow {
        id: row.text(0)?,
        member: row.text(1)?,
        name: row.text(2)?,
        comment: row.text(3)?,
        created: instant(row.int(4)?)?,
        changed: instant(row.int(5)?)?,
    })
}
