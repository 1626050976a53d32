//! The catalogue: recordings, works, releases, rights shares.

use jiff::Timestamp;
use money::Ratio;
use music::{
    MediaKind, PartyId, Period, Recording, RecordingId, RecordingStatus, RightsShare, ShareStatus,
    ShareSubject, UseType, WorkId,
};

use crate::db::{Row, Tx, Value};
use crate::{Fault, args};

/// A recording and where the catalogue has it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRow {
    /// The recording.
    pub recording: Recording,
    /// The delivery it came with.
    pub source: String,
    /// Its id there.
    pub source_id: String,
    /// The line of the delivery.
    pub origin_line: i64,
    /// The row that it was merged into; that row may be merged itself.
    pub merged_into: Option<RecordingId>,
}

/// A rights share and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// The share.
    pub share: RightsShare,
    /// The delivery or person it came from.
    pub source: String,
    /// The line of the delivery.
    pub origin_line: i64,
}

pub(crate) const COLUMNS: &str = "id, kind, artist, title, version, album, label, duration_s, year, isrc, mbid, own_id, status, \
                       source, source_id, origin_line, merged_into";

impl Tx {
    /// Writes recordings, replacing what the same source said of the same id before.
    pub async fn upsert_recordings(&mut self, rows: &[CatalogueRow], now: Timestamp) -> Result<(), Fault> {
        let values = rows.iter().map(|row| recording_values(row, now)).collect();
        let head = "insert into recording (id, kind, artist, title, version, album, label, duration_s, year, isrc, mbid, \
                    own_id, status, source, source_id, origin_line, changed_us, told_status, since_us)";
        let tail = "on conflict (source, source_id) do update set kind = excluded.kind, artist = excluded.artist, \
                    title = excluded.title, version = excluded.version, album = excluded.album, label = excluded.label, \
                    duration_s = excluded.duration_s, year = excluded.year, isrc = excluded.isrc, mbid = excluded.mbid, \
                    own_id = coalesce(excluded.own_id, recording.own_id), origin_line = excluded.origin_line, \
                    status = case when recording.status = 'merged' then 'merged' else excluded.status end, \
                    told_status = excluded.status, changed_us = excluded.changed_us";
        self.insert_many(head, values, tail).await
    }

    /// Marks a recording as withdrawn by its source; tells whether it was there.
    pub async fn withdraw_recording(
        &mut self,
        source: &str,
        source_id: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update recording set status = case when status = 'merged' then 'merged' else 'withdrawn' end, \
             told_status = 'withdrawn', changed_us = $3 where source = $1 and source_id = $2";
        Ok(self.run(sql, args![source, source_id, now.as_microsecond()]).await? > 0)
    }

    /// How many recordings there are, and when one last changed (0 for none): together the catalogue's version.
    pub async fn catalogue_version(&mut self) -> Result<(i64, i64), Fault> {
        let count = self.number("select count(*) from recording", args![]).await?;
        Ok((count, self.number("select max(changed_us) from recording", args![]).await?))
    }

    /// Recordings after an id, by id, at most so many: the way through the whole catalogue.
    pub async fn recordings_after(&mut self, after: &str, limit: i64) -> Result<Vec<CatalogueRow>, Fault> {
        let sql = format!("select {COLUMNS} from recording where id > $1 order by id limit $2");
        self.rows(&sql, args![after, limit]).await?.iter().map(catalogue_row).collect()
    }

    /// A recording by id.
    pub async fn recording(&mut self, id: &RecordingId) -> Result<Option<CatalogueRow>, Fault> {
        let sql = format!("select {COLUMNS} from recording where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(catalogue_row).transpose()
    }

    /// Recordings with an ISRC, in any of its sources.
    pub async fn recordings_by_isrc(&mut self, isrc: &str) -> Result<Vec<CatalogueRow>, Fault> {
        let sql = format!("select {COLUMNS} from recording where isrc = $1 order by id");
        self.rows(&sql, args![isrc]).await?.iter().map(catalogue_row).collect()
    }

    /// The recording with this source and id there.
    pub async fn recording_by_source(
        &mut self,
        source: &str,
        source_id: &str,
    ) -> Result<Option<CatalogueRow>, Fault> {
        let sql = format!("select {COLUMNS} from recording where source = $1 and source_id = $2");
        self.row(&sql, args![source, source_id]).await?.as_ref().map(catalogue_row).transpose()
    }

    /// Recordings whose id in their source is this, whatever the source.
    pub async fn recordings_by_source_id(&mut self, source_id: &str) -> Result<Vec<CatalogueRow>, Fault> {
        let sql = format!("select {COLUMNS} from recording where source_id = $1 order by id");
        self.rows(&sql, args![source_id]).await?.iter().map(catalogue_row).collect()
    }

    /// Writes a share, replacing an earlier version of the same id.
    pub async fn put_share(&mut self, row: &ShareRow, now: Timestamp) -> Result<(), Fault> {
        let share = &row.share;
        let (recording, work) = match &share.subject {
            ShareSubject::Recording(id) => (Some(id.as_str().to_owned()), None),
            ShareSubject::Work(id) => (None, Some(id.as_str().to_owned())),
        };
        let sql = "insert into share (id, recording, work, party, num, den, territory, start_day, end_day, use_type, \
                   status, source, origin_line, changed_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
                   on conflict (id) do update set num = excluded.num, den = excluded.den, territory = excluded.territory, \
                   start_day = excluded.start_day, end_day = excluded.end_day, use_type = excluded.use_type, \
                   status = excluded.status, changed_us = excluded.changed_us";
        let values = args![
            share.id.as_str(),
            recording,
            work,
            share.party.as_str(),
            share.ratio.numerator(),
            share.ratio.denominator(),
            share.territory.as_str(),
            share.period.start.map(|d| d.to_string()),
            share.period.end.map(|d| d.to_string()),
            share.use_type.word(),
            share.status.word(),
            &row.source,
            row.origin_line,
            now.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The shares of a recording (master side), withdrawn ones too, by id.
    pub async fn shares_of_recording(&mut self, id: &RecordingId) -> Result<Vec<ShareRow>, Fault> {
        self.shares("recording = $1", id.as_str()).await
    }

    /// The shares of a work (composition side), withdrawn ones too, by id.
    pub async fn shares_of_work(&mut self, id: &WorkId) -> Result<Vec<ShareRow>, Fault> {
        self.shares("work = $1", id.as_str()).await
    }

    /// The shares a party holds, withdrawn ones too, by id.
    pub async fn shares_of_party(&mut self, id: &PartyId) -> Result<Vec<ShareRow>, Fault> {
        self.shares("party = $1", id.as_str()).await
    }

    /// All master shares, by recording and id.
    pub async fn all_recording_shares(&mut self) -> Result<Vec<ShareRow>, Fault> {
        let sql =
            share_query("recording is not null and $1 = ''").replace("order by id", "order by recording, id");
        self.rows(&sql, args![""]).await?.iter().map(share_row).collect()
    }

    async fn shares(&mut self, condition: &str, value: &str) -> Result<Vec<ShareRow>, Fault> {
        self.rows(&share_query(condition), args![value]).await?.iter().map(share_row).collect()
    }

    /// Marks the shares of a recording that came from a source as withdrawn, before the source tells them anew.
    pub async fn withdraw_shares(
        &mut self,
        recording: &RecordingId,
        source: &str,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let sql = "update share set status = 'withdrawn', changed_us = $3 \
                   where recording = $1 and source = $2 and status <> 'withdrawn'";
        self.run(sql, args![recording.as_str(), source, now.as_microsecond()]).await
    }

    /// Writes a work by ISWC or id; tells the id under which it stands.
    pub async fn put_work(&mut self, id: &WorkId, title: &str, iswc: Option<&str>) -> Result<WorkId, Fault> {
        if let Some(iswc) = iswc
            && let Some(row) = self.row("select id from work where iswc = $1", args![iswc]).await?
        {
            return row.parse(0);
        }
        let sql = "insert into work (id, title, iswc) values ($1, $2, $3) on conflict do nothing";
        self.run(sql, args![id.as_str(), title, iswc]).await?;
        Ok(id.clone())
    }

    /// Says that a recording is a performance of a work.
    pub async fn link_work(&mut self, recording: &RecordingId, work: &WorkId) -> Result<(), Fault> {
        let sql = "insert into recording_work (recording, work) values ($1, $2) on conflict do nothing";
        self.run(sql, args![recording.as_str(), work.as_str()]).await.map(drop)
    }

    /// The recordings of a work, by id.
    pub async fn recordings_of_work(&mut self, work: &WorkId) -> Result<Vec<RecordingId>, Fault> {
        let sql = "select recording from recording_work where work = $1 order by recording";
        self.rows(sql, args![work.as_str()]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// The works of a recording: id, title, ISWC.
    pub async fn works_of(&mut self, recording: &RecordingId) -> Result<Vec<music::Work>, Fault> {
        let sql = "select w.id, w.title, w.iswc from recording_work r join work w on w.id = r.work \
                   where r.recording = $1 order by w.id";
        let rows = self.rows(sql, args![recording.as_str()]).await?;
        rows.iter()
            .map(|r| Ok(music::Work { id: r.parse(0)?, title: r.text(1)?, iswc: r.opt_parse(2)? }))
            .collect()
    }

    /// Writes a release, replacing what its source said before; tells the id under which it stands.
    pub async fn put_release(
        &mut self,
        release: &music::Release,
        source: &str,
        source_id: &str,
    ) -> Result<(), Fault> {
        let sql = "insert into release (id, title, artist, label, catalogue_number, gtin, source, source_id) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (source, source_id) do update set \
                   title = excluded.title, artist = excluded.artist, label = excluded.label, \
                   catalogue_number = excluded.catalogue_number, gtin = excluded.gtin";
        let gtin = release.gtin.as_ref().map(|g| g.as_str().to_owned());
        let values = args![
            release.id.as_str(),
            &release.title,
            &release.artist,
            &release.label,
            &release.catalogue_number,
            gtin,
            source,
            source_id
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Puts a recording at a place of a release.
    pub async fn put_track(&mut self, track: &music::Track) -> Result<(), Fault> {
        let sql = "insert into track (release, position, recording) values ($1, $2, $3) \
                   on conflict (release, position) do update set recording = excluded.recording";
        self.run(sql, args![track.release.as_str(), track.position, track.recording.as_str()]).await.map(drop)
    }

    /// Replaces the deals of a recording: territories, excluded territories, start, end, terms.
    pub async fn put_deals(&mut self, recording: &RecordingId, deals: &[DealRow]) -> Result<(), Fault> {
        self.run("delete from deal where recording = $1", args![recording.as_str()]).await?;
        let rows: Vec<Vec<Value>> = deals
            .iter()
            .enumerate()
            .map(|(place, d)| {
                args![
                    recording.as_str(),
                    place as i64,
                    &d.territories,
                    &d.excluded,
                    d.start.clone(),
                    d.end.clone(),
                    &d.terms
                ]
            })
            .collect();
        let head = "insert into deal (recording, place, territories, excluded, start_day, end_day, terms)";
        self.insert_many(head, rows, "").await
    }

    /// The deals of a recording, in the order delivered.
    pub async fn deals_of(&mut self, recording: &RecordingId) -> Result<Vec<DealRow>, Fault> {
        let sql = "select territories, excluded, start_day, end_day, terms from deal where recording = $1 order by place";
        let rows = self.rows(sql, args![recording.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(DealRow {
                    territories: r.text(0)?,
                    excluded: r.text(1)?,
                    start: r.opt_text(2)?,
                    end: r.opt_text(3)?,
                    terms: r.text(4)?,
                })
            })
            .collect()
    }
}

/// One commercial term of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealRow {
    /// Territories, separated by spaces.
    pub territories: String,
    /// Excluded territories, separated by spaces.
    pub excluded: String,
    /// First day or instant, as delivered.
    pub start: Option<String>,
    /// First day or instant after it, as delivered.
    pub end: Option<String>,
    /// Commercial model and use types, as delivered.
    pub terms: String,
}

fn recording_values(row: &CatalogueRow, now: Timestamp) -> Vec<Value> {
    let r = &row.recording;
    args![
        r.id.as_str(),
        r.kind.word(),
        &r.artist,
        &r.title,
        &r.version,
        &r.album,
        &r.label,
        r.duration_s,
        r.year,
        r.isrc.as_ref().map(|i| i.as_str().to_owned()),
        r.mbid.as_ref().map(|i| i.as_str().to_owned()),
        r.own_id.as_ref().map(|i| i.as_str().to_owned()),
        r.status.word(),
        &row.source,
        &row.source_id,
        row.origin_line,
        now.as_microsecond(),
        r.status.word(),
        now.as_microsecond(),
    ]
}

pub(crate) fn catalogue_row(row: &Row) -> Result<CatalogueRow, Fault> {
    let kind = row.text(1)?;
    let status = row.text(12)?;
    let small = |v: Option<i64>| v.and_then(|v| u32::try_from(v).ok());
    let recording = Recording {
        id: row.parse(0)?,
        kind: MediaKind::ALL
            .into_iter()
            .find(|k| k.word() == kind)
            .ok_or_else(|| Fault::new("no such media kind"))?,
        artist: row.text(2)?,
        title: row.text(3)?,
        version: row.text(4)?,
        album: row.text(5)?,
        label: row.text(6)?,
        duration_s: small(row.opt_int(7)?),
        year: row.opt_int(8)?.and_then(|y| u16::try_from(y).ok()),
        isrc: row.opt_parse(9)?,
        mbid: row.opt_parse(10)?,
        own_id: row.opt_parse(11)?,
        status: RecordingStatus::from_word(&status).ok_or_else(|| Fault::new("no such recording status"))?,
    };
    Ok(CatalogueRow {
        recording,
        source: row.text(13)?,
        source_id: row.text(14)?,
        origin_line: row.int(15)?,
        merged_into: row.opt_parse(16)?,
    })
}

fn share_query(condition: &str) -> String {
    format!(
        "select id, recording, work, party, num, den, territory, start_day, end_day, use_type, status, source, origin_line \
         from share where {condition} order by id"
    )
}

fn share_row(row: &Row) -> Result<ShareRow, Fault> {
    let subject = match (row.opt_parse::<RecordingId>(1)?, row.opt_parse::<WorkId>(2)?) {
        (Some(recording), None) => ShareSubject::Recording(recording),
        (None, Some(work)) => ShareSubject::Work(work),
        _ => return Err(Fault::new("a share is of a recording or of a work, never both")),
    };
    let part = |v: i64| u64::try_from(v).map_err(|_| Fault::new("a share is negative"));
    let share = RightsShare {
        id: row.parse(0)?,
        subject,
        party: row.parse(3)?,
        ratio: Ratio::new(part(row.int(4)?)?, part(row.int(5)?)?).map_err(|e| Fault::new(e.to_string()))?,
        territory: row.parse(6)?,
        period: Period { start: row.opt_parse(7)?, end: row.opt_parse(8)? },
        use_type: UseType::from_word(&row.text(9)?).ok_or_else(|| Fault::new("no such use type"))?,
        status: ShareStatus::from_word(&row.text(10)?).ok_or_else(|| Fault::new("no such share status"))?,
    };
    Ok(ShareRow { share, source: row.text(11)?, origin_line: row.int(12)? })
}

impl Tx {
    /// The recordings, as source and id there, that go when a release goes: those on no other release.
    pub async fn withdrawable(
        &mut self,
        source: &str,
        release_id: &str,
    ) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select r.source, r.source_id from release l join track t on t.release = l.id join recording r on r.id = t.recording \
                   where l.source = $1 and (l.source_id = $2 or l.gtin = $3) and r.status <> 'withdrawn' \
                   and not exists (select 1 from track o where o.recording = r.id and o.release <> l.id) order by 1, 2";
        let gtin = release_id.strip_prefix("gtin:").unwrap_or("-");
        let rows = self.rows(sql, args![source, release_id, gtin]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }
}
