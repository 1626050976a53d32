//! What was said of uses by AI, who holds what in which role, who is verified how well, and what waits.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use music::{PartyId, RecordingId};

use crate::db::{Row, Tx, Value};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// A line of the registry as the house keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// Its id.
    pub id: String,
    /// `statement`, `mandate`, `license`, `dispute` or `training`.
    pub kind: String,
    /// Who said it.
    pub speaker: PartyId,
    /// For whom.
    pub holder: PartyId,
    /// About what.
    pub subject: String,
    /// The line as it was signed, without `log` and `at`; empty once it was erased.
    pub line: String,
    /// SHA-256 of its canonical bytes.
    pub hash: String,
    /// Its place in the log.
    pub place: i64,
    /// The day it got there.
    pub day: Date,
    /// Where and when it ended: a mandate or a licence revoked, a dispute closed.
    pub end: Option<(i64, Date)>,
}

/// Who holds what in which role, from one place of the log to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleClaimRow {
    /// Its id.
    pub id: String,
    /// `recording:ID`, `work:ID` or `project:ID`.
    pub subject: String,
    /// The role's word.
    pub role: String,
    /// Who.
    pub party: PartyId,
    /// Millionths of the whole.
    pub ppm: i64,
    /// Where.
    pub territory: String,
    /// First day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
    /// How well it is verified.
    pub level: String,
    /// The share it comes from; empty where somebody declared it.
    pub share: String,
    /// Its place in the log.
    pub place: i64,
    /// The day it got there.
    pub day: Date,
    /// Where and when it ended.
    pub end: Option<(i64, Date)>,
}

/// What needs a second factor or time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitRow {
    /// Its id.
    pub id: String,
    /// `lift`, `agent` or `hand-over`.
    pub kind: String,
    /// Whose it is.
    pub party: PartyId,
    /// What is to happen, as JSON.
    pub body: String,
    /// Hash of the code that was sent to the party.
    pub code_hash: String,
    /// How often a wrong code was given.
    pub tries: i64,
    /// `waiting`, `done` or `stopped`.
    pub status: String,
    /// Since when.
    pub opened: Timestamp,
    /// From when it happens by itself.
    pub due: Timestamp,
    /// By whom it was decided.
    pub decided_by: Option<String>,
}

/// A recording as the registry tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRecording {
    /// Its id.
    pub id: String,
    /// Its ISRC, or nothing.
    pub isrc: String,
    /// As written.
    pub artist: String,
    /// With its version.
    pub title: String,
    /// Its works.
    pub works: Vec<String>,
}

const LINE: &str = "id, kind, speaker, holder, subject, line, hash, place, day, end_place, end_day";
const ROLE: &str = "id, subject, role, party, ppm, territory, from_day, until_day, level, share, place, day, end_place, end_day";
const TOLD: &str = "id, coalesce(isrc, ''), artist, title, version";
/// How many values one question lists.
const IN_MOST: usize = 1_000;
const WAIT: &str = "id, kind, party, body, code_hash, tries, status, opened_us, due_us, decided_by";

impl Tx {
    /// Writes a line.
    pub async fn insert_consent(&mut self, row: &ConsentRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into consent_line ({LINE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        );
        let values = args![
            &row.id,
            &row.kind,
            row.speaker.as_str(),
            row.holder.as_str(),
            &row.subject,
            &row.line,
            &row.hash,
            row.place,
            row.day.to_string(),
            row.end.map(|e| e.0),
            row.end.map(|e| e.1.to_string()),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A line by id.
    pub async fn consent_line(&mut self, id: &str) -> Result<Option<ConsentRow>, Fault> {
        let sql = format!("select {LINE} from consent_line where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(consent_row).transpose()
    }

    /// All lines in the order of the log; of one kind where it is named.
    pub async fn consent_lines(&mut self, kind: &str) -> Result<Vec<ConsentRow>, Fault> {
        let sql = format!("select {LINE} from consent_line where $1 = '' or kind = $1 order by place, id");
        self.rows(&sql, args![kind]).await?.iter().map(consent_row).collect()
    }

    /// The lines that a party said or that were said for it, in the order of the log.
    pub async fn consent_of(&mut self, party: &PartyId) -> Result<Vec<ConsentRow>, Fault> {
        let sql =
            format!("select {LINE} from consent_line where speaker = $1 or holder = $1 order by place, id");
        self.rows(&sql, args![party.as_str()]).await?.iter().map(consent_row).collect()
    }

    /// The hash of the newest statement of a speaker for a holder about a subject.
    pub async fn consent_head(
        &mut self,
        speaker: &PartyId,
        holder: &PartyId,
        subject: &str,
    ) -> Result<Option<String>, Fault> {
        let sql = "select hash from consent_line where kind = 'statement' and speaker = $1 and holder = $2 and subject = $3 \
                   order by place desc limit 1";
        let values = args![speaker.as_str(), holder.as_str(), subject];
        self.row(sql, values).await?.map(|r| r.text(0)).transpose()
    }

    /// Holder, subject, speaker, hash and place of the newest statement of each chain below a place: what the map of
    /// absence is made from.
    pub async fn consent_heads(&mut self, below: i64) -> Result<Vec<[String; 5]>, Fault> {
        let sql = "select c.holder, c.subject, c.speaker, c.hash, cast(c.place as text) from consent_line c \
                   where c.kind = 'statement' and c.place < $1 and c.place = (select max(n.place) from consent_line n where n.kind = 'statement' \
                   and n.holder = c.holder and n.subject = c.subject and n.speaker = c.speaker and n.place < $1) order by 1, 2, 3";
        let rows = self.rows(sql, args![below]).await?;
        rows.iter().map(|r| Ok([r.text(0)?, r.text(1)?, r.text(2)?, r.text(3)?, r.text(4)?])).collect()
    }

    /// Ends a line; false where it had ended.
    pub async fn end_consent(&mut self, id: &str, place: i64, day: Date) -> Result<bool, Fault> {
        let sql = "update consent_line set end_place = $2, end_day = $3 where id = $1 and end_place is null";
        Ok(self.run(sql, args![id, place, day.to_string()]).await? == 1)
    }

    /// Forgets what a line says; its hash and its place stay.
    pub async fn erase_consent(&mut self, id: &str) -> Result<(), Fault> {
        self.run("update consent_line set line = '' where id = $1", args![id]).await.map(drop)
    }

    /// Forgets what was said for a party and by it, the evidence of who it is, what waits and its links; hashes and places
    /// stay. Tells how many statements it forgot.
    pub async fn erase_consents_of(&mut self, party: &PartyId) -> Result<usize, Fault> {
        let sql = "update consent_line set line = '' where kind = 'statement' and line <> '' and (holder = $1 or speaker = $1)";
        let many = self.run(sql, args![party.as_str()]).await?;
        for sql in [
            "update consent_level set sealed_evidence = null where party = $1",
            "update consent_wait set body = '{}', status = 'stopped' where party = $1 and status = 'waiting'",
            "update consent_wait set body = '{}' where party = $1",
            "delete from consent_link where party = $1",
        ] {
            self.run(sql, args![party.as_str()]).await?;
        }
        Ok(usize::try_from(many).unwrap_or(usize::MAX))
    }

    /// Writes claims to roles.
    pub async fn insert_roles(&mut self, roles: &[RoleClaimRow]) -> Result<(), Fault> {
        let head = format!("insert into consent_claim ({ROLE})");
        let rows = roles
            .iter()
            .map(|r| {
                args![
                    &r.id,
                    &r.subject,
                    &r.role,
                    r.party.as_str(),
                    r.ppm,
                    &r.territory,
                    r.from.map(|d| d.to_string()),
                    r.until.map(|d| d.to_string()),
                    &r.level,
                    &r.share,
                    r.place,
                    r.day.to_string(),
                    r.end.map(|e| e.0),
                    r.end.map(|e| e.1.to_string()),
                ]
            })
            .collect();
        self.insert_many(&head, rows, "").await
    }

    /// All claims to roles in the order of the log; live ones only where that is asked.
    pub async fn roles(&mut self, live: bool) -> Result<Vec<RoleClaimRow>, Fault> {
        let sql =
            format!("select {ROLE} from consent_claim where $1 = 0 or end_place is null order by place, id");
        self.rows(&sql, args![live]).await?.iter().map(role_row).collect()
    }

    /// The claims to roles of a party or about a subject that have not ended.
    pub async fn role_claims_of(&mut self, party: &str, subject: &str) -> Result<Vec<RoleClaimRow>, Fault> {
        let sql = format!(
            "select {ROLE} from consent_claim where end_place is null and ($1 = '' or party = $1) and ($2 = '' or subject = $2) order by place, id"
        );
        self.rows(&sql, args![party, subject]).await?.iter().map(role_row).collect()
    }

    /// Ends claims to roles.
    pub async fn end_roles(&mut self, ids: &[String], place: i64, day: Date) -> Result<(), Fault> {
        for id in ids {
            let sql =
                "update consent_claim set end_place = $2, end_day = $3 where id = $1 and end_place is null";
            self.run(sql, args![id, place, day.to_string()]).await?;
        }
        Ok(())
    }

    /// What the shares of all recordings and works would claim now: subject, role, party, millionths, territory, days,
    /// share, and whether it is there by credit only.
    pub async fn told_shares(&mut self) -> Result<Vec<(RoleClaimRow, bool)>, Fault> {
        let sql = "select s.id, coalesce('recording:' || s.recording, 'work:' || s.work), case when s.recording is null then 'work' else 'master' end, \
                   coalesce(p.merged_into, s.party), s.num * 1000000 / s.den, s.territory, s.start_day, s.end_day, \
                   case when s.source = 'credit' then 1 else 0 end \
                   from share s join party p on p.id = s.party where s.status <> 'withdrawn' and s.num > 0 order by s.id";
        let mut told = Vec::new();
        for row in self.rows(sql, args![]).await? {
            let role = RoleClaimRow {
                id: String::new(),
                subject: row.text(1)?,
                role: row.text(2)?,
                party: row.parse(3)?,
                // A part below a millionth still has to be asked.
                ppm: row.int(4)?.max(1),
                territory: row.text(5)?,
                from: row.opt_parse(6)?,
                until: row.opt_parse(7)?,
                level: String::new(),
                share: row.text(0)?,
                place: 0,
                day: Date::ZERO,
                end: None,
            };
            told.push((role, row.int(8)? == 1));
        }
        Ok(told)
    }

    /// What tells whether shares changed: how many rows there are, and when one changed last.
    pub async fn share_version(&mut self) -> Result<(i64, i64), Fault> {
        let row = self.row("select count(*), coalesce(max(changed_us), 0) from share", args![]).await?;
        row.map_or(Ok((0, 0)), |r| Ok((r.int(0)?, r.int(1)?)))
    }

    /// Every recording that answers for itself, with its works.
    pub async fn told_recordings(&mut self) -> Result<Vec<ToldRecording>, Fault> {
        let sql = format!("select {TOLD} from recording where merged_into is null order by id");
        let mut told: Vec<ToldRecording> =
            self.rows(&sql, args![]).await?.iter().map(told_row).collect::<Result<_, _>>()?;
        let sql = "select recording, work from recording_work order by recording, work";
        let works = self.rows(sql, args![]).await?;
        add_works(&mut told, &works)?;
        Ok(told)
    }

    /// Of these recordings, and of those of these works, the ones that answer for themselves, by id: costs what is
    /// asked for, however large the catalogue.
    pub async fn told_among(
        &mut self,
        recordings: &BTreeSet<String>,
        works: &BTreeSet<String>,
    ) -> Result<Vec<ToldRecording>, Fault> {
        let mut wanted = recordings.clone();
        let works: Vec<&String> = works.iter().collect();
        for chunk in works.chunks(IN_MOST) {
            let list = self.placeholders(chunk.len());
            let sql = format!("select recording from recording_work where work in ({list})");
            for row in self.rows(&sql, chunk.iter().map(|w| Value::from(*w)).collect()).await? {
                wanted.insert(row.text(0)?);
            }
        }
        let wanted: Vec<String> = wanted.into_iter().collect();
        let (mut told, mut performed) = (Vec::new(), Vec::new());
        for chunk in wanted.chunks(IN_MOST) {
            let list = self.placeholders(chunk.len());
            let values = || chunk.iter().map(Value::from).collect();
            let sql = format!("select {TOLD} from recording where merged_into is null and id in ({list})");
            for row in self.rows(&sql, values()).await? {
                told.push(told_row(&row)?);
            }
            let sql = format!(
                "select recording, work from recording_work where recording in ({list}) order by recording, work"
            );
            performed.extend(self.rows(&sql, values()).await?);
        }
        told.sort_by(|a, b| a.id.cmp(&b.id));
        add_works(&mut told, &performed)?;
        Ok(told)
    }

    /// The claims to roles about these subjects that have not ended.
    pub async fn role_claims_among(&mut self, subjects: &[String]) -> Result<Vec<RoleClaimRow>, Fault> {
        let mut found = Vec::new();
        for chunk in subjects.chunks(IN_MOST) {
            let list = self.placeholders(chunk.len());
            let sql =
                format!("select {ROLE} from consent_claim where end_place is null and subject in ({list})");
            for row in self.rows(&sql, chunk.iter().map(Value::from).collect()).await? {
                found.push(role_row(&row)?);
            }
        }
        found.sort_by(|a, b| (a.place, &a.id).cmp(&(b.place, &b.id)));
        Ok(found)
    }

    /// The registered training runs that used any of these recordings: run and recording.
    pub async fn trained_among(
        &mut self,
        recordings: &[String],
    ) -> Result<BTreeSet<(String, String)>, Fault> {
        self.holding("select distinct run, recording from training_row", recordings).await
    }

    /// The licences that came through for any of these recordings: licence and recording.
    pub async fn licensed_among(
        &mut self,
        recordings: &[String],
    ) -> Result<BTreeSet<(String, String)>, Fault> {
        self.holding("select license, recording from license_work", recordings).await
    }

    async fn holding(
        &mut self,
        from: &str,
        recordings: &[String],
    ) -> Result<BTreeSet<(String, String)>, Fault> {
        let mut found = BTreeSet::new();
        for chunk in recordings.chunks(IN_MOST) {
            let sql = format!("{from} where recording in ({})", self.placeholders(chunk.len()));
            for row in self.rows(&sql, chunk.iter().map(Value::from).collect()).await? {
                found.insert((row.text(0)?, row.text(1)?));
            }
        }
        Ok(found)
    }

    /// The licences that have not ended, of a licensee or, where it is empty, of all, in the order of the log.
    pub async fn live_licenses(&mut self, licensee: &str) -> Result<Vec<ConsentRow>, Fault> {
        let sql = format!(
            "select {LINE} from consent_line where kind = 'license' and end_place is null and ($1 = '' or speaker = $1) \
             order by place, id"
        );
        self.rows(&sql, args![licensee]).await?.iter().map(consent_row).collect()
    }

    /// The recordings whose master a party holds, by what it claims now.
    pub async fn recordings_held(&mut self, party: &PartyId) -> Result<Vec<RecordingId>, Fault> {
        let sql = "select distinct substr(subject, 11) from consent_claim where party = $1 and role = 'master' and end_place is null \
                   and subject like 'recording:%' order by 1";
        self.rows(sql, args![party.as_str()]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// Keeps how well a party is verified, with its evidence sealed.
    pub async fn insert_level(
        &mut self,
        key: &FieldKey,
        party: &PartyId,
        place: i64,
        level: &str,
        evidence: &str,
        nonce: [u8; 24],
        by: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("consent_level/{party}/{place}"), evidence, nonce)?;
        let sql = "insert into consent_level (party, place, level, sealed_evidence, by_party, at_us) values ($1, $2, $3, $4, $5, $6)";
        self.run(sql, args![party.as_str(), place, level, sealed, by, now.as_microsecond()]).await.map(drop)
    }

    /// The level of every party that was verified: the newest each, below a place.
    pub async fn levels(&mut self, below: i64) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select party, level from consent_level where place < $1 order by place";
        self.rows(sql, args![below]).await?.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect()
    }

    /// The history of how well a party is verified: place, level, evidence, by whom.
    pub async fn level_history(
        &mut self,
        key: &FieldKey,
        party: &PartyId,
    ) -> Result<Vec<(i64, String, String, String)>, Fault> {
        let sql = "select place, level, sealed_evidence, by_party from consent_level where party = $1 order by place";
        let rows = self.rows(sql, args![party.as_str()]).await?;
        rows.iter()
            .map(|r| {
                let place = r.int(0)?;
                let open = |sealed: Vec<u8>| key.open(&format!("consent_level/{party}/{place}"), &sealed);
                let evidence = r.opt_blob(2)?.map(open).transpose()?.unwrap_or_default();
                Ok((place, r.text(1)?, evidence, r.text(3)?))
            })
            .collect()
    }

    /// Notes what has to wait.
    pub async fn insert_wait(&mut self, wait: &WaitRow) -> Result<(), Fault> {
        let sql =
            format!("insert into consent_wait ({WAIT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        let values = args![
            &wait.id,
            &wait.kind,
            wait.party.as_str(),
            &wait.body,
            &wait.code_hash,
            wait.tries,
            &wait.status,
            wait.opened.as_microsecond(),
            wait.due.as_microsecond(),
            wait.decided_by.clone(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// What waits, oldest first: of one party where it is named, of any state where `status` is empty.
    pub async fn waits(&mut self, party: &str, status: &str) -> Result<Vec<WaitRow>, Fault> {
        let sql = format!(
            "select {WAIT} from consent_wait where ($1 = '' or party = $1) and ($2 = '' or status = $2) order by opened_us, id"
        );
        self.rows(&sql, args![party, status]).await?.iter().map(wait_row).collect()
    }

    /// One of what waits.
    pub async fn wait(&mut self, id: &str) -> Result<Option<WaitRow>, Fault> {
        let sql = format!("select {WAIT} from consent_wait where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(wait_row).transpose()
    }

    /// Counts a wrong code.
    pub async fn wait_tried(&mut self, id: &str) -> Result<(), Fault> {
        self.run("update consent_wait set tries = tries + 1 where id = $1", args![id]).await.map(drop)
    }

    /// Decides what waited; false where it was decided before.
    pub async fn decide_wait(
        &mut self,
        id: &str,
        status: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update consent_wait set status = $2, decided_by = $3, decided_us = $4 where id = $1 and status = 'waiting'";
        Ok(self.run(sql, args![id, status, by, now.as_microsecond()]).await? == 1)
    }

    /// Keeps the hash of a link to a party's own page.
    pub async fn insert_consent_link(
        &mut self,
        hash: &str,
        party: &PartyId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), Fault> {
        let sql =
            "insert into consent_link (token_hash, party, created_us, until_us) values ($1, $2, $3, $4)";
        let values = args![hash, party.as_str(), now.as_microsecond(), until.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// The party a link leads to, while it holds.
    pub async fn link_party(&mut self, hash: &str, now: Timestamp) -> Result<Option<PartyId>, Fault> {
        let sql = "select party from consent_link where token_hash = $1 and until_us > $2";
        self.row(sql, args![hash, now.as_microsecond()]).await?.map(|r| r.parse(0)).transpose()
    }

    /// Writes the recordings of a registered training run, in the order of its manifest.
    pub async fn insert_training(&mut self, run: &str, recordings: &[String]) -> Result<(), Fault> {
        let rows = recordings.iter().zip(0_i64..).map(|(r, place)| args![run, place, r]).collect();
        self.insert_many("insert into training_row (run, place, recording)", rows, "").await
    }

    /// The recordings of a registered training run, in the order of its manifest.
    pub async fn training_rows(&mut self, run: &str) -> Result<Vec<String>, Fault> {
        let sql = "select recording from training_row where run = $1 order by place";
        self.rows(sql, args![run]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// The registered training runs that used one of these recordings.
    pub async fn trained_on(&mut self, recording: &str) -> Result<Vec<String>, Fault> {
        let sql = "select distinct run from training_row where recording = $1 order by run";
        self.rows(sql, args![recording]).await?.iter().map(|r| r.text(0)).collect()
    }
}

fn told_row(row: &Row) -> Result<ToldRecording, Fault> {
    let (title, version) = (row.text(3)?, row.text(4)?);
    let title = if version.is_empty() { title } else { format!("{title} ({version})") };
    Ok(ToldRecording { id: row.text(0)?, isrc: row.text(1)?, artist: row.text(2)?, title, works: Vec::new() })
}

/// Adds rows of recording and work to recordings sorted by id.
fn add_works(told: &mut [ToldRecording], works: &[Row]) -> Result<(), Fault> {
    for row in works {
        let recording = row.text(0)?;
        if let Ok(at) = told.binary_search_by(|r| r.id.as_str().cmp(&recording))
            && let Some(one) = told.get_mut(at)
        {
            one.works.push(row.text(1)?);
        }
    }
    Ok(())
}

fn end(row: &Row, place: usize) -> Result<Option<(i64, Date)>, Fault> {
    Ok(row.opt_int(place)?.zip(row.opt_parse(place + 1)?))
}

fn consent_row(row: &Row) -> Result<ConsentRow, Fault> {
    Ok(ConsentRow {
        id: row.text(0)?,
        kind: row.text(1)?,
        speaker: row.parse(2)?,
        holder: row.parse(3)?,
        subject: row.text(4)?,
        line: row.text(5)?,
        hash: row.text(6)?,
        place: row.int(7)?,
        day: row.parse(8)?,
        end: end(row, 9)?,
    })
}

fn role_row(row: &Row) -> Result<RoleClaimRow, Fault> {
    Ok(RoleClaimRow {
        id: row.text(0)?,
        subject: row.text(1)?,
        role: row.text(2)?,
        party: row.parse(3)?,
        ppm: row.int(4)?,
        territory: row.text(5)?,
        from: row.opt_parse(6)?,
        until: row.opt_parse(7)?,
        level: row.text(8)?,
        share: row.text(9)?,
        place: row.int(10)?,
        day: row.parse(11)?,
        end: end(row, 12)?,
    })
}

fn wait_row(row: &Row) -> Result<WaitRow, Fault> {
    Ok(WaitRow {
        id: row.text(0)?,
        kind: row.text(1)?,
        party: row.parse(2)?,
        body: row.text(3)?,
        code_hash: row.text(4)?,
        tries: row.int(5)?,
        status: row.text(6)?,
        opened: instant(row.int(7)?)?,
        due: instant(row.int(8)?)?,
        decided_by: row.opt_text(9)?,
    })
}

impl Tx {
    /// The work with an ISWC.
    pub async fn work_by_iswc(&mut self, iswc: &str) -> Result<Option<music::WorkId>, Fault> {
        self.row("select id from work where iswc = $1", args![iswc]).await?.map(|r| r.parse(0)).transpose()
    }

    /// Gives all shares of one party to another.
    pub async fn hand_over_shares(
        &mut self,
        from: &PartyId,
        to: &PartyId,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let sql = "update share set party = $2, changed_us = $3 where party = $1 and status <> 'withdrawn'";
        self.run(sql, args![from.as_str(), to.as_str(), now.as_microsecond()]).await
    }

    /// Titles of works by their ids.
    pub async fn work_titles(&mut self) -> Result<Vec<(String, String, String)>, Fault> {
        let rows = self.rows("select id, title, coalesce(iswc, '') from work order by id", args![]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.text(1)?, r.text(2)?))).collect()
    }
}
