//! What the recommender is trained on, who refuses, and what each training was made with.

use jiff::Timestamp;
use music::RecordingId;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// A training of the recommender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryRunRow {
    /// Its id.
    pub id: String,
    /// SHA-256 of the model.
    pub model_hash: String,
    /// SHA-256 of what it read.
    pub inputs_hash: String,
    /// Its settings in one line.
    pub settings: String,
    /// What was decided about the use of the recordings.
    pub consent: String,
    /// How many recordings were left out by it.
    pub left_out: i64,
    /// Recordings in the model.
    pub recordings: i64,
    /// Names in the model.
    pub names: i64,
    /// Members whose plays were read.
    pub members: i64,
    /// DJs whose set lists were read.
    pub djs: i64,
    /// Selections read.
    pub selections: i64,
    /// Rows of plays read.
    pub plays: i64,
    /// Persons who refused and were not read.
    pub refused: i64,
    /// The model's file below the house's folder.
    pub file: String,
    /// Who trained it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A line of somebody's set list, as far as a training reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedLine {
    /// The DJ.
    pub performer: String,
    /// The recording, where the line was matched.
    pub recording: Option<RecordingId>,
    /// The artist as the line wrote it; the whole line where it tells none apart.
    pub artist: String,
    /// How often.
    pub plays: i64,
}

const RUN: &str = "id, model_hash, inputs_hash, settings, consent, left_out, recordings, names, members, djs, selections, \
                   plays, refused, file, by_party, at_us";

impl Tx {
    /// Says whether what a person played may train the recommender; everybody's may until they refuse.
    pub async fn set_discovery_refusal(
        &mut self,
        person: &str,
        refuses: bool,
        by: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if !refuses {
            return self
                .run("delete from discovery_refusal where person = $1", args![person])
                .await
                .map(drop);
        }
        let sql = "insert into discovery_refusal (person, since_us, by_party) values ($1, $2, $3) on conflict do nothing";
        self.run(sql, args![person, now.as_microsecond(), by]).await.map(drop)
    }

    /// Whether a person, or a mark of one, refuses.
    pub async fn refuses_discovery(&mut self, person: &str) -> Result<bool, Fault> {
        Ok(self.row("select 1 from discovery_refusal where person = $1", args![person]).await?.is_some())
    }

    /// Everybody who refuses, in order.
    pub async fn discovery_refusals(&mut self) -> Result<Vec<String>, Fault> {
        let rows = self.rows("select person from discovery_refusal order by person", args![]).await?;
        rows.iter().map(|r| r.text(0)).collect()
    }

    /// What members played in all deliveries, by member and recording: member, recording, plays. Without those who refuse.
    pub async fn plays_for_discovery(&mut self) -> Result<Vec<(String, RecordingId, i64)>, Fault> {
        let sql = "select member, recording, cast(sum(plays) as bigint) from play \
                   where member not in (select person from discovery_refusal) \
                   group by member, recording order by member, recording";
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.parse(1)?, r.int(2)?))).collect()
    }

    /// What DJs played in lists that stand, by DJ, recording and artist as written. Without those who refuse.
    pub async fn lines_for_discovery(&mut self) -> Result<Vec<PlayedLine>, Fault> {
        let sql = "select s.performer, l.recording, case when l.artist = '' then l.raw else l.artist end, count(*) \
                   from set_list_line l join set_list s on s.id = l.set_list \
                   where l.played = 1 and s.status = 'open' and s.performer not in (select person from discovery_refusal) \
                   group by 1, 2, 3 order by 1, 2, 3";
        let rows = self.rows(sql, args![]).await?;
        let line = |r: &Row| {
            Ok(PlayedLine {
                performer: r.text(0)?,
                recording: r.opt_parse(1)?,
                artist: r.text(2)?,
                plays: r.int(3)?,
            })
        };
        rows.iter().map(line).collect()
    }

    /// The row that answers for each row that was merged: gone, keep.
    pub async fn merged_recordings(&mut self) -> Result<Vec<(RecordingId, RecordingId)>, Fault> {
        let sql = "select id, merged_into from recording where merged_into is not null order by id";
        let rows = self.rows(sql, args![]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.parse(1)?))).collect()
    }

    /// Registers a training.
    pub async fn insert_discovery_run(&mut self, run: &DiscoveryRunRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into discovery_run ({RUN}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        );
        let values = args![
            &run.id,
            &run.model_hash,
            &run.inputs_hash,
            &run.settings,
            &run.consent,
            run.left_out,
            run.recordings,
            run.names,
            run.members,
            run.djs,
            run.selections,
            run.plays,
            run.refused,
            &run.file,
            &run.by,
            run.at.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// All trainings, newest first.
    pub async fn discovery_runs(&mut self, limit: i64) -> Result<Vec<DiscoveryRunRow>, Fault> {
        let sql = format!("select {RUN} from discovery_run order by seq desc limit $1");
        self.rows(&sql, args![limit]).await?.iter().map(run_row).collect()
    }
}

fn run_row(row: &Row) -> Result<DiscoveryRunRow, Fault> {
    Ok(DiscoveryRunRow {
        id: row.text(0)?,
        model_hash: row.text(1)?,
        inputs_hash: row.text(2)?,
        settings: row.text(3)?,
        consent: row.text(4)?,
        left_out: row.int(5)?,
        recordings: row.int(6)?,
        names: row.int(7)?,
        members: row.int(8)?,
        djs: row.int(9)?,
        selections: row.int(10)?,
        plays: row.int(11)?,
        refused: row.int(12)?,
        file: row.text(13)?,
        by: row.text(14)?,
        at: instant(row.int(15)?)?,
    })
}
