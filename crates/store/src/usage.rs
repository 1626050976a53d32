//! What was seen of members' listening, by period, and appeals against what was set aside.

use jiff::Timestamp;
use music::{PartyId, PotId, RecordingId};
use programmes::streaming::{Event, Report, State, Unit, What};

use crate::db::{Row, Tx, Value};
use crate::set_list::instant;
use crate::{Fault, args};

/// A stretch of one institution's listening that is counted, shared and forgotten as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// Its id.
    pub id: String,
    /// Whose members listen.
    pub institution: PartyId,
    /// Words for a person: `2026-09`.
    pub label: String,
    /// When it begins.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// `open`, `draft`, `closed` or `forgotten`.
    pub status: String,
    /// The pot that is shared by it.
    pub pot: Option<PotId>,
    /// Paid seats, where told.
    pub seats: Option<i64>,
    /// The rule, what came out, and the hashes of the files, as canonical JSON; empty while it is open.
    pub manifest: String,
    /// SHA-256 of the manifest.
    pub hash: String,
    /// When it was counted, and by whom.
    pub drafted: Option<(Timestamp, String)>,
    /// When it was approved, and by whom.
    pub closed: Option<(Timestamp, String)>,
}

/// One thing seen, with where it was written down first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Who wrote it: one process, from its start to its end.
    pub writer: i64,
    /// Its number among those of that writer.
    pub number: i64,
    /// The period's id.
    pub period: String,
    /// The member, under a name of that period.
    pub member: String,
    /// What was seen.
    pub event: Event,
}

/// An appeal against what was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealRow {
    /// Its id.
    pub id: String,
    /// The period's id.
    pub period: String,
    /// Who appeals.
    pub party: PartyId,
    /// For which recording.
    pub recording: RecordingId,
    /// Against which reason, by its word.
    pub why: String,
    /// What the party says.
    pub words: String,
    /// `open`, `granted` or `refused`.
    pub status: String,
    /// When it came.
    pub opened: Timestamp,
    /// When it was decided, and by whom.
    pub decided: Option<(Timestamp, String)>,
    /// Why it was decided so.
    pub reason: String,
}

const PERIOD: &str = "id, institution, label, start_us, end_us, status, pot, seats, manifest, hash, drafted_us, \
                      drafted_by, closed_us, closed_by";
const APPEAL: &str =
    "id, period, party, recording, why, words, status, opened_us, decided_us, decided_by, reason";
const EVENT: &str = "writer, number, period, member, device, recording, at_ms, kind, a, b, c, d, unit";

impl Tx {
    /// Opens a period; tells whether it is new. Where one begins at the same instant nothing is written.
    pub async fn insert_usage_period(&mut self, p: &PeriodRow) -> Result<bool, Fault> {
        let sql = "insert into usage_period (id, institution, label, start_us, end_us, status, pot, seats) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
        let values = args![
            &p.id,
            p.institution.as_str(),
            &p.label,
            p.start.as_microsecond(),
            p.end.as_microsecond(),
            &p.status,
            p.pot.as_ref().map(|p| p.as_str()),
            p.seats,
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// The period of an institution that holds an instant.
    pub async fn usage_period_at(
        &mut self,
        institution: &PartyId,
        at: Timestamp,
    ) -> Result<Option<PeriodRow>, Fault> {
        let sql = format!(
            "select {PERIOD} from usage_period where institution = $1 and start_us <= $2 and end_us > $2 \
             order by start_us desc limit 1"
        );
        self.row(&sql, args![institution.as_str(), at.as_microsecond()])
            .await?
            .map(|r| period(&r))
            .transpose()
    }

    /// The periods of an institution, of all where none is named, oldest first.
    pub async fn usage_periods(&mut self, institution: Option<&PartyId>) -> Result<Vec<PeriodRow>, Fault> {
        let sql = format!(
            "select {PERIOD} from usage_period where $1 = '' or institution = $1 order by start_us, institution"
        );
        let whose = institution.map_or("", |i| i.as_str());
        self.rows(&sql, args![whose]).await?.iter().map(period).collect()
    }

    /// A period by its id.
    pub async fn usage_period(&mut self, id: &str) -> Result<Option<PeriodRow>, Fault> {
        let sql = format!("select {PERIOD} from usage_period where id = $1");
        self.row(&sql, args![id]).await?.map(|r| period(&r)).transpose()
    }

    /// The periods that are shared by a pot.
    pub async fn usage_periods_of_pot(&mut self, pot: &PotId) -> Result<Vec<PeriodRow>, Fault> {
        let sql = format!("select {PERIOD} from usage_period where pot = $1 order by start_us, id");
        self.rows(&sql, args![pot.as_str()]).await?.iter().map(period).collect()
    }

    /// Writes what has changed of a period.
    pub async fn set_usage_period(&mut self, p: &PeriodRow) -> Result<(), Fault> {
        let sql = "update usage_period set status = $2, pot = $3, seats = $4, manifest = $5, hash = $6, \
                   drafted_us = $7, drafted_by = $8, closed_us = $9, closed_by = $10 where id = $1";
        let values = args![
            &p.id,
            &p.status,
            p.pot.as_ref().map(|p| p.as_str()),
            p.seats,
            &p.manifest,
            &p.hash,
            p.drafted.as_ref().map(|d| d.0.as_microsecond()),
            p.drafted.as_ref().map(|d| &d.1),
            p.closed.as_ref().map(|c| c.0.as_microsecond()),
            p.closed.as_ref().map(|c| &c.1),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Appends what was seen. What this writer wrote under the same number before is left as it is.
    pub async fn append_events(&mut self, rows: &[EventRow]) -> Result<(), Fault> {
        let head = format!("insert into play_event ({EVENT})");
        let rows = rows.iter().map(event_values).collect();
        self.insert_many(&head, rows, "on conflict do nothing").await
    }

    /// What was seen of a period, member by member, of so many members after one; whole members only.
    pub async fn events_after(
        &mut self,
        period: &str,
        after: &str,
        members: i64,
    ) -> Result<Vec<EventRow>, Fault> {
        let sql = format!(
            "select {EVENT} from play_event where period = $1 and member > $2 and member <= coalesce((select max(m) from \
             (select distinct member as m from play_event where period = $1 and member > $2 order by m limit $3) as these), '') \
             order by member"
        );
        self.rows(&sql, args![period, after, members]).await?.iter().map(event).collect()
    }

    /// What was seen of one recording on one device of a member of a period.
    pub async fn events_of_device(
        &mut self,
        period: &str,
        member: &str,
        device: &str,
        recording: &RecordingId,
    ) -> Result<Vec<Event>, Fault> {
        let sql = format!(
            "select {EVENT} from play_event where period = $1 and member = $2 and recording = $3 and device = $4"
        );
        let rows = self.rows(&sql, args![period, member, recording.as_str(), device]).await?;
        rows.iter().map(|r| Ok(event(r)?.event)).collect()
    }

    /// What was seen of one member of a period.
    pub async fn events_of_member(&mut self, period: &str, member: &str) -> Result<Vec<Event>, Fault> {
        let sql = format!("select {EVENT} from play_event where period = $1 and member = $2");
        let rows = self.rows(&sql, args![period, member]).await?;
        rows.iter().map(|r| Ok(event(r)?.event)).collect()
    }

    /// How many things were seen of a period.
    pub async fn count_events(&mut self, period: &str) -> Result<i64, Fault> {
        self.number("select count(*) from play_event where period = $1", args![period]).await
    }

    /// Drops what was seen of a period that is forgotten.
    pub async fn forget_events(&mut self, period: &str) -> Result<u64, Fault> {
        self.run("delete from play_event where period = $1", args![period]).await
    }

    /// Notes an appeal; tells whether it is new.
    pub async fn insert_appeal(&mut self, a: &AppealRow) -> Result<bool, Fault> {
        let sql = "insert into usage_appeal (id, period, party, recording, why, words, status, opened_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
        let values = args![
            &a.id,
            &a.period,
            a.party.as_str(),
            a.recording.as_str(),
            &a.why,
            &a.words,
            &a.status,
            a.opened.as_microsecond(),
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// All appeals, oldest first.
    pub async fn appeals(&mut self) -> Result<Vec<AppealRow>, Fault> {
        let sql = format!("select {APPEAL} from usage_appeal order by opened_us, id");
        self.rows(&sql, args![]).await?.iter().map(appeal).collect()
    }

    /// An appeal by its id.
    pub async fn appeal(&mut self, id: &str) -> Result<Option<AppealRow>, Fault> {
        let sql = format!("select {APPEAL} from usage_appeal where id = $1");
        self.row(&sql, args![id]).await?.map(|r| appeal(&r)).transpose()
    }

    /// Decides an appeal.
    pub async fn decide_appeal(
        &mut self,
        id: &str,
        status: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update usage_appeal set status = $2, decided_us = $3, decided_by = $4, reason = $5 where id = $1";
        self.run(sql, args![id, status, now.as_microsecond(), by, reason]).await.map(drop)
    }
}

fn moment(at: Option<i64>, by: Option<String>) -> Result<Option<(Timestamp, String)>, Fault> {
    at.zip(by).map(|(at, by)| Ok((instant(at)?, by))).transpose()
}

fn period(r: &Row) -> Result<PeriodRow, Fault> {
    Ok(PeriodRow {
        id: r.text(0)?,
        institution: r.parse(1)?,
        label: r.text(2)?,
        start: instant(r.int(3)?)?,
        end: instant(r.int(4)?)?,
        status: r.text(5)?,
        pot: r.opt_parse(6)?,
        seats: r.opt_int(7)?,
        manifest: r.text(8)?,
        hash: r.text(9)?,
        drafted: moment(r.opt_int(10)?, r.opt_text(11)?)?,
        closed: moment(r.opt_int(12)?, r.opt_text(13)?)?,
    })
}

fn appeal(r: &Row) -> Result<AppealRow, Fault> {
    Ok(AppealRow {
        id: r.text(0)?,
        period: r.text(1)?,
        party: r.parse(2)?,
        recording: r.parse(3)?,
        why: r.text(4)?,
        words: r.text(5)?,
        status: r.text(6)?,
        opened: instant(r.int(7)?)?,
        decided: moment(r.opt_int(8)?, r.opt_text(9)?)?,
        reason: r.text(10)?,
    })
}

// Kinds of events, and numbers of units and states, as they are stored: never renumbered.
const DELIVERED: i64 = 1;
const CUT: i64 = 2;
const HELD: i64 = 3;
const OPENED: i64 = 4;
const LISTENED: i64 = 5;
const MOVED: i64 = 6;

fn place<T: PartialEq>(all: &[T], one: &T) -> Option<i64> {
    all.iter().position(|x| x == one).and_then(|p| i64::try_from(p).ok())
}

fn event_values(row: &EventRow) -> Vec<Value> {
    let (kind, a, b, c, d, unit) = match &row.event.what {
        What::Delivered { stream, from_ms, to_ms, length_ms, unit } => {
            (DELIVERED, Some(*stream as i64), Some(*from_ms), Some(*to_ms), Some(*length_ms), Some(*unit))
        }
        What::Cut { stream, at_ms } => (CUT, Some(*stream as i64), Some(*at_ms), None, None, None),
        What::Held { since, held_ms, length_ms, unit } => {
            (HELD, Some(*since), Some(*held_ms), None, Some(*length_ms), Some(*unit))
        }
        What::Said(Report::Opened) => (OPENED, None, None, None, None, None),
        What::Said(Report::Listened { at }) => (LISTENED, *at, None, None, None, None),
        What::Said(Report::Moved { state, position_ms }) => {
            (MOVED, place(&State::ALL, state), Some(*position_ms), None, None, None)
        }
    };
    args![
        row.writer,
        row.number,
        &row.period,
        &row.member,
        &row.event.device,
        row.event.recording.as_str(),
        row.event.at,
        kind,
        a,
        b,
        c,
        d,
        unit.and_then(|u| place(&Unit::ALL, &u)),
    ]
}

fn event(r: &Row) -> Result<EventRow, Fault> {
    let small = |column| {
        u32::try_from(r.int(column)?).map_err(|_| Fault::shape(column, "milliseconds of a recording"))
    };
    let unit = || {
        let known = usize::try_from(r.int(12)?).ok().and_then(|u| Unit::ALL.get(u).copied());
        known.ok_or_else(|| Fault::shape(12, "a unit"))
    };
    let what = match r.int(7)? {
        DELIVERED => What::Delivered {
            stream: r.int(8)? as u64,
            from_ms: small(9)?,
            to_ms: small(10)?,
            length_ms: small(11)?,
            unit: unit()?,
        },
        CUT => What::Cut { stream: r.int(8)? as u64, at_ms: small(9)? },
        HELD => What::Held { since: r.int(8)?, held_ms: small(9)?, length_ms: small(11)?, unit: unit()? },
        OPENED => What::Said(Report::Opened),
        LISTENED => What::Said(Report::Listened { at: r.opt_int(8)? }),
        MOVED => {
            let state = usize::try_from(r.int(8)?).ok().and_then(|s| State::ALL.get(s).copied());
            let state = state.ok_or_else(|| Fault::shape(8, "a player's state"))?;
            What::Said(Report::Moved { state, position_ms: small(9)? })
        }
        _ => return Err(Fault::shape(7, "a kind of event")),
    };
    Ok(EventRow {
        writer: r.int(0)?,
        number: r.int(1)?,
        period: r.text(2)?,
        member: r.text(3)?,
        event: Event { at: r.int(6)?, device: r.text(4)?, recording: r.parse(5)?, what },
    })
}
