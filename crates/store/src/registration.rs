//! Tracks that a producer registered before their release.

use jiff::Timestamp;
use music::{Isrc, OwnTrackId, PartyId, RecordingId};

use crate::db::Tx;
use crate::{CatalogueRow, Fault, args};

impl Tx {
    /// Notes who registered a recording.
    pub async fn insert_registration(
        &mut self,
        recording: &RecordingId,
        party: &PartyId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into registration (recording, party, at_us) values ($1, $2, $3)";
        self.run(sql, args![recording.as_str(), party.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Who registered a recording, and whether it is out.
    pub async fn registration(&mut self, recording: &RecordingId) -> Result<Option<(PartyId, bool)>, Fault> {
        let sql = "select party, released_us from registration where recording = $1";
        let row = self.row(sql, args![recording.as_str()]).await?;
        row.map(|r| Ok((r.parse(0)?, r.opt_int(1)?.is_some()))).transpose()
    }

    /// The recordings a party registered, oldest first; everybody's where `None`.
    pub async fn registrations(&mut self, party: Option<&PartyId>) -> Result<Vec<RecordingId>, Fault> {
        let sql = "select recording from registration where $1 = '' or party = $1 order by at_us, recording";
        let party = party.map_or("", |p| p.as_str());
        self.rows(sql, args![party]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// Notes that a registered recording is out, with its ISRC where it has one.
    pub async fn release_recording(
        &mut self,
        recording: &RecordingId,
        isrc: Option<&Isrc>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let at = now.as_microsecond();
        let sql = "update recording set isrc = coalesce($2, isrc), changed_us = $3, told_status = 'live', \
                   status = case when status = 'unreleased' then 'live' else status end where id = $1";
        self.run(sql, args![recording.as_str(), isrc.map(|i| i.as_str().to_owned()), at]).await?;
        let sql = "update registration set released_us = coalesce(released_us, $2) where recording = $1";
        self.run(sql, args![recording.as_str(), at]).await.map(drop)
    }

    /// The recording that carries a producer's own id.
    pub async fn recording_by_own_id(&mut self, id: &OwnTrackId) -> Result<Option<CatalogueRow>, Fault> {
        let row =
            self.row("select id from recording where own_id = $1 order by id", args![id.as_str()]).await?;
        match row {
            Some(row) => self.recording(&row.parse(0)?).await,
            None => Ok(None),
        }
    }
}
