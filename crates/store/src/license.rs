//! Licences: the papers, the pots they fill, reports with their sources, contests, violations, permits.

use jiff::Timestamp;
use jiff::civil::Date;
use money::{Amount, Currency};
use music::{ContributionId, PartyId, PotId, RecordingId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// An offer as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    /// Its id.
    pub id: String,
    /// Whose rights it offers.
    pub holder: PartyId,
    /// Who said it: the holder, or an agent.
    pub speaker: PartyId,
    /// To whom; to everybody where absent.
    pub licensee: Option<PartyId>,
    /// The signed paper.
    pub paper: String,
    /// SHA-256 of its canonical bytes.
    pub hash: String,
    /// Its place in the log.
    pub place: i64,
    /// `open` or `withdrawn`.
    pub status: String,
    /// When it was made.
    pub opened: Timestamp,
}

/// A licence as both sides signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseRow {
    /// Its id, the same as of its line in the registry.
    pub id: String,
    /// The offer it answers.
    pub offer: String,
    /// Whose rights.
    pub holder: PartyId,
    /// Who may.
    pub licensee: PartyId,
    /// The model; empty where it is for a tool.
    pub model: String,
    /// The model's version.
    pub version: String,
    /// The fee rule.
    pub fee: String,
    /// What is promised for when consent ends.
    pub promise: String,
    /// The signed agreement.
    pub agreement: String,
    /// SHA-256 of its canonical bytes.
    pub hash: String,
    /// Its place in the log.
    pub place: i64,
    /// When it was signed.
    pub signed: Timestamp,
}

/// What a pot of a licence comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PotOrigin {
    /// The pot.
    pub pot: PotId,
    /// `signing`, `report` or `settlement`.
    pub kind: String,
    /// The licence.
    pub license: Option<String>,
    /// The report.
    pub report: Option<String>,
    /// The contribution that fills it.
    pub contribution: ContributionId,
    /// How the amount came about.
    pub why: String,
    /// When it was opened.
    pub opened: Timestamp,
}

/// What a pot of a licence is shared over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PotWorkRow {
    /// The line of the document it came from; 0 where there is none.
    pub line: i64,
    /// As written there, or the recording's id.
    pub source: String,
    /// The recording, where it is known.
    pub recording: Option<RecordingId>,
    /// Its weight; 1 for a work of a licensed set.
    pub weight: i64,
}

/// A usage report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id.
    pub id: String,
    /// The licence it is under.
    pub license: String,
    /// Who reports.
    pub licensee: PartyId,
    /// The model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// First day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// How many outputs.
    pub outputs: Option<i64>,
    /// What was earned.
    pub income: Option<Amount>,
    /// The file's name.
    pub document: String,
    /// SHA-256 of its bytes.
    pub document_hash: String,
    /// Merkle root over its rows.
    pub root: String,
    /// Its place in the log.
    pub place: i64,
    /// Until when holders may contest it.
    pub contest_until: Timestamp,
    /// Who handed it in.
    pub by: String,
    /// When.
    pub opened: Timestamp,
}

/// One source of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// The line of the document; 0 for what is missing to the whole.
    pub line: i64,
    /// As written; empty where it is not attributed.
    pub source: String,
    /// The recording, where it is known.
    pub recording: Option<RecordingId>,
    /// Whether it was licensed.
    pub licensed: bool,
    /// Parts of a milliard, as reported.
    pub parts: i64,
    /// Parts of a milliard, as they stand after contests.
    pub counted: i64,
}

/// What a holder contests in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestRow {
    /// Its id.
    pub id: String,
    /// The report.
    pub report: String,
    /// Who contests.
    pub party: PartyId,
    /// The recording it is about.
    pub recording: RecordingId,
    /// The part that is asked for, of a milliard, where a figure is asked for.
    pub asked: Option<i64>,
    /// Why.
    pub words: String,
    /// `open`, `upheld` or `dismissed`.
    pub status: String,
    /// Its place in the log.
    pub place: i64,
    /// When.
    pub opened: Timestamp,
    /// By whom and when it was decided.
    pub decided: Option<(Timestamp, String)>,
    /// Why so.
    pub reason: String,
}

/// What went beyond a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViolationRow {
    /// Its id.
    pub id: String,
    /// `no-license`, `beyond-term` or `over-cap`.
    pub kind: String,
    /// Whose.
    pub licensee: PartyId,
    /// The licence, where one was named.
    pub license: Option<String>,
    /// The report or training run that shows it.
    pub origin: String,
    /// About what.
    pub subject: String,
    /// What shows it, in words.
    pub evidence: String,
    /// Its place in the log.
    pub place: i64,
    /// `open` or `settled`.
    pub status: String,
    /// When it was found.
    pub opened: Timestamp,
    /// By whom and when it was settled.
    pub decided: Option<(Timestamp, String)>,
    /// How.
    pub reason: String,
}

/// A permit that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitRow {
    /// Its id.
    pub id: String,
    /// The project.
    pub project: String,
    /// The tool's maker.
    pub tool: PartyId,
    /// The signed note.
    pub note: String,
    /// From when.
    pub issued: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

const OFFER: &str = "id, holder, speaker, licensee, paper, hash, place, status, opened_us";
const LICENSE: &str =
    "id, offer, holder, licensee, model, version, fee, promise, agreement, hash, place, signed_us";
const ORIGIN: &str = "pot, kind, license, report, contribution, why, opened_us";
const REPORT: &str = "id, license, licensee, model, version, from_day, until_day, outputs, income, currency, document, document_hash, root, \
                      place, contest_until_us, by_party, opened_us";
const CONTEST: &str =
    "id, report, party, recording, asked, words, status, place, opened_us, decided_us, decided_by, reason";
const VIOLATION: &str = "id, kind, licensee, license, origin, subject, evidence, place, status, opened_us, decided_us, decided_by, reason";

impl Tx {
    /// Writes an offer.
    pub async fn insert_offer(&mut self, row: &OfferRow) -> Result<(), Fault> {
        let sql = format!("insert into license_offer ({OFFER}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        let values = args![
            &row.id,
            row.holder.as_str(),
            row.speaker.as_str(),
            row.licensee.as_ref().map(|l| l.as_str().to_owned()),
            &row.paper,
            &row.hash,
            row.place,
            &row.status,
            row.opened.as_microsecond(),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// An offer by id.
    pub async fn offer(&mut self, id: &str) -> Result<Option<OfferRow>, Fault> {
        let sql = format!("select {OFFER} from license_offer where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(offer_row).transpose()
    }

    /// Offers in the order of the log; of one holder, of one state, where they are named.
    pub async fn offers(&mut self, holder: &str, status: &str) -> Result<Vec<OfferRow>, Fault> {
        let sql = format!(
            "select {OFFER} from license_offer where ($1 = '' or holder = $1) and ($2 = '' or status = $2) order by place"
        );
        self.rows(&sql, args![holder, status]).await?.iter().map(offer_row).collect()
    }

    /// Takes an offer back; false where it was taken back before.
    pub async fn withdraw_offer(&mut self, id: &str) -> Result<bool, Fault> {
        let sql = "update license_offer set status = 'withdrawn' where id = $1 and status = 'open'";
        Ok(self.run(sql, args![id]).await? == 1)
    }

    /// Writes a licence with the recordings it came through for.
    pub async fn insert_license(&mut self, row: &LicenseRow, works: &[RecordingId]) -> Result<(), Fault> {
        let sql = format!(
            "insert into license ({LICENSE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        let values = args![
            &row.id,
            &row.offer,
            row.holder.as_str(),
            row.licensee.as_str(),
            &row.model,
            &row.version,
            &row.fee,
            &row.promise,
            &row.agreement,
            &row.hash,
            row.place,
            row.signed.as_microsecond(),
        ];
        self.run(&sql, values).await?;
        let rows = works.iter().map(|w| args![&row.id, w.as_str()]).collect();
        self.insert_many("insert into license_work (license, recording)", rows, "").await
    }

    /// A licence by id.
    pub async fn license(&mut self, id: &str) -> Result<Option<LicenseRow>, Fault> {
        let sql = format!("select {LICENSE} from license where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(license_row).transpose()
    }

    /// Licences in the order of the log; of one side, where a party is named.
    pub async fn licenses(&mut self, party: &str) -> Result<Vec<LicenseRow>, Fault> {
        let sql = format!(
            "select {LICENSE} from license where $1 = '' or licensee = $1 or holder = $1 order by place, id"
        );
        self.rows(&sql, args![party]).await?.iter().map(license_row).collect()
    }

    /// The recordings that a licence came through for, by id.
    pub async fn license_works(&mut self, license: &str) -> Result<Vec<RecordingId>, Fault> {
        let sql = "select recording from license_work where license = $1 order by recording";
        self.rows(sql, args![license]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// The licences that came through for a recording.
    pub async fn licenses_of_recording(&mut self, recording: &RecordingId) -> Result<Vec<String>, Fault> {
        let sql = "select license from license_work where recording = $1 order by license";
        self.rows(sql, args![recording.as_str()]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// Notes what a pot comes from, and what it is shared over.
    pub async fn insert_pot_origin(&mut self, row: &PotOrigin, works: &[PotWorkRow]) -> Result<(), Fault> {
        let sql = format!("insert into license_fee ({ORIGIN}) values ($1, $2, $3, $4, $5, $6, $7)");
        let values = args![
            row.pot.as_str(),
            &row.kind,
            row.license.clone(),
            row.report.clone(),
            row.contribution.as_str(),
            &row.why,
            row.opened.as_microsecond(),
        ];
        self.run(&sql, values).await?;
        let rows = works
            .iter()
            .map(|w| {
                let recording = w.recording.as_ref().map(|r| r.as_str().to_owned());
                args![row.pot.as_str(), &w.source, w.line, recording, w.weight]
            })
            .collect();
        let head = "insert into license_pot_work (pot, source, line, recording, weight)";
        self.insert_many(head, rows, "").await
    }

    /// What a pot comes from, where it is one of a licence.
    pub async fn pot_origin(&mut self, pot: &PotId) -> Result<Option<PotOrigin>, Fault> {
        let sql = format!("select {ORIGIN} from license_fee where pot = $1");
        self.row(&sql, args![pot.as_str()]).await?.as_ref().map(origin_row).transpose()
    }

    /// The pots of licences, oldest first: of a licence, of a report, where they are named.
    pub async fn pot_origins(&mut self, license: &str, report: &str) -> Result<Vec<PotOrigin>, Fault> {
        let sql = format!(
            "select {ORIGIN} from license_fee where ($1 = '' or license = $1) and ($2 = '' or report = $2) order by opened_us, pot"
        );
        self.rows(&sql, args![license, report]).await?.iter().map(origin_row).collect()
    }

    /// What a pot of a licence is shared over.
    pub async fn pot_works(&mut self, pot: &PotId) -> Result<Vec<PotWorkRow>, Fault> {
        let sql =
            "select line, source, recording, weight from license_pot_work where pot = $1 order by source";
        let rows = self.rows(sql, args![pot.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(PotWorkRow {
                    line: r.int(0)?,
                    source: r.text(1)?,
                    recording: r.opt_parse(2)?,
                    weight: r.int(3)?,
                })
            })
            .collect()
    }

    /// Writes a report with its sources.
    pub async fn insert_report(&mut self, row: &ReportRow, sources: &[SourceRow]) -> Result<(), Fault> {
        let sql = format!(
            "insert into license_report ({REPORT}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        );
        let values = args![
            &row.id,
            &row.license,
            row.licensee.as_str(),
            &row.model,
            &row.version,
            row.from.to_string(),
            row.until.to_string(),
            row.outputs,
            row.income.map(|i| i.micros()),
            row.income.map(|i| i.currency().code().to_owned()),
            &row.document,
            &row.document_hash,
            &row.root,
            row.place,
            row.contest_until.as_microsecond(),
            &row.by,
            row.opened.as_microsecond(),
        ];
        self.run(&sql, values).await?;
        let rows = sources
            .iter()
            .map(|s| {
                let recording = s.recording.as_ref().map(|r| r.as_str().to_owned());
                args![&row.id, s.line, &s.source, recording, s.licensed, s.parts, s.counted]
            })
            .collect();
        let head =
            "insert into license_report_row (report, line, source, recording, licensed, parts, counted)";
        self.insert_many(head, rows, "").await
    }

    /// A report by id.
    pub async fn report(&mut self, id: &str) -> Result<Option<ReportRow>, Fault> {
        let sql = format!("select {REPORT} from license_report where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(report_row).transpose()
    }

    /// Reports in the order of the log; under one licence where it is named.
    pub async fn reports(&mut self, license: &str) -> Result<Vec<ReportRow>, Fault> {
        let sql =
            format!("select {REPORT} from license_report where $1 = '' or license = $1 order by place, id");
        self.rows(&sql, args![license]).await?.iter().map(report_row).collect()
    }

    /// Reports of a place of the log below `before`, newest first, at most so many.
    pub async fn reports_before(&mut self, before: i64, limit: i64) -> Result<Vec<ReportRow>, Fault> {
        let sql =
            format!("select {REPORT} from license_report where place < $1 order by place desc, id limit $2");
        self.rows(&sql, args![before, limit]).await?.iter().map(report_row).collect()
    }

    /// The report of a document for a time, where it was handed in before.
    pub async fn report_of(
        &mut self,
        license: &str,
        document_hash: &str,
        from: Date,
        until: Date,
    ) -> Result<Option<ReportRow>, Fault> {
        let sql = format!(
            "select {REPORT} from license_report where license = $1 and document_hash = $2 and from_day = $3 and until_day = $4"
        );
        let values = args![license, document_hash, from.to_string(), until.to_string()];
        self.row(&sql, values).await?.as_ref().map(report_row).transpose()
    }

    /// The sources of a report.
    pub async fn report_sources(&mut self, report: &str) -> Result<Vec<SourceRow>, Fault> {
        let sql = "select line, source, recording, licensed, parts, counted from license_report_row where report = $1 order by source";
        let rows = self.rows(sql, args![report]).await?;
        rows.iter()
            .map(|r| {
                Ok(SourceRow {
                    line: r.int(0)?,
                    source: r.text(1)?,
                    recording: r.opt_parse(2)?,
                    licensed: r.int(3)? == 1,
                    parts: r.int(4)?,
                    counted: r.int(5)?,
                })
            })
            .collect()
    }

    /// Adds a source that a report left out.
    pub async fn insert_report_source(&mut self, report: &str, s: &SourceRow) -> Result<(), Fault> {
        let sql = "insert into license_report_row (report, line, source, recording, licensed, parts, counted) \
                   values ($1, $2, $3, $4, $5, $6, $7)";
        let recording = s.recording.as_ref().map(|r| r.as_str().to_owned());
        let values = args![report, s.line, &s.source, recording, s.licensed, s.parts, s.counted];
        self.run(sql, values).await.map(drop)
    }

    /// Sets what counts of a source after a contest; what was reported stays.
    pub async fn recount_source(&mut self, report: &str, source: &str, counted: i64) -> Result<(), Fault> {
        let sql = "update license_report_row set counted = $3 where report = $1 and source = $2";
        self.run(sql, args![report, source, counted]).await.map(drop)
    }

    /// Writes a contest.
    pub async fn insert_contest(&mut self, row: &ContestRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into license_contest ({CONTEST}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        let values = args![
            &row.id,
            &row.report,
            row.party.as_str(),
            row.recording.as_str(),
            row.asked,
            &row.words,
            &row.status,
            row.place,
            row.opened.as_microsecond(),
            row.decided.as_ref().map(|d| d.0.as_microsecond()),
            row.decided.as_ref().map(|d| d.1.clone()),
            &row.reason,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A contest by id.
    pub async fn contest(&mut self, id: &str) -> Result<Option<ContestRow>, Fault> {
        let sql = format!("select {CONTEST} from license_contest where id = $1");
        self.row(&sql, args![id]).await?.as_ref().map(contest_row).transpose()
    }

    /// Contests, oldest first; of one report where it is named.
    pub async fn contests(&mut self, report: &str) -> Result<Vec<ContestRow>, Fault> {
        let sql = format!(
            "select {CONTEST} from license_contest where $1 = '' or report = $1 order by opened_us, id"
        );
        self.rows(&sql, args![report]).await?.iter().map(contest_row).collect()
    }

    /// Decides a contest; false where it was decided before.
    pub async fn decide_contest(
        &mut self,
        id: &str,
        status: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update license_contest set status = $2, decided_by = $3, reason = $4, decided_us = $5 where id = $1 and status = 'open'";
        Ok(self.run(sql, args![id, status, by, reason, now.as_microsecond()]).await? == 1)
    }

    /// Writes a violation; false where the same was found before.
    pub async fn insert_violation(&mut self, row: &ViolationRow) -> Result<(), Fault> {
        let sql = format!(
            "insert into license_violation ({VIOLATION}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        );
        let values = args![
            &row.id,
            &row.kind,
            row.licensee.as_str(),
            row.license.clone(),
            &row.origin,
            &row.subject,
            &row.evidence,
            row.place,
            &row.status,
            row.opened.as_microsecond(),
            row.decided.as_ref().map(|d| d.0.as_microsecond()),
            row.decided.as_ref().map(|d| d.1.clone()),
            &row.reason,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// Violations, oldest first; of one licensee where it is named.
    pub async fn violations(&mut self, licensee: &str) -> Result<Vec<ViolationRow>, Fault> {
        let sql = format!(
            "select {VIOLATION} from license_violation where $1 = '' or licensee = $1 order by place, id"
        );
        self.rows(&sql, args![licensee]).await?.iter().map(violation_row).collect()
    }

    /// Settles a violation; false where it was settled before, or there is none.
    pub async fn settle_violation(
        &mut self,
        id: &str,
        by: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update license_violation set status = 'settled', decided_by = $2, reason = $3, decided_us = $4 where id = $1 and status = 'open'";
        Ok(self.run(sql, args![id, by, reason, now.as_microsecond()]).await? == 1)
    }

    /// Keeps a permit that was given.
    pub async fn insert_permit(&mut self, row: &PermitRow) -> Result<(), Fault> {
        let sql = "insert into license_permit (id, project, tool, note, issued_us, expires_us) values ($1, $2, $3, $4, $5, $6)";
        let values = args![
            &row.id,
            &row.project,
            row.tool.as_str(),
            &row.note,
            row.issued.as_microsecond(),
            row.expires.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The permits that a tool's maker was given, newest first.
    pub async fn permits_of(&mut self, tool: &PartyId, limit: i64) -> Result<Vec<PermitRow>, Fault> {
        let sql = "select id, project, tool, note, issued_us, expires_us from license_permit where tool = $1 order by issued_us desc, id limit $2";
        let rows = self.rows(sql, args![tool.as_str(), limit]).await?;
        rows.iter()
            .map(|r| {
                Ok(PermitRow {
                    id: r.text(0)?,
                    project: r.text(1)?,
                    tool: r.parse(2)?,
                    note: r.text(3)?,
                    issued: instant(r.int(4)?)?,
                    expires: instant(r.int(5)?)?,
                })
            })
            .collect()
    }
}

fn offer_row(r: &Row) -> Result<OfferRow, Fault> {
    Ok(OfferRow {
        id: r.text(0)?,
        holder: r.parse(1)?,
        speaker: r.parse(2)?,
        licensee: r.opt_parse(3)?,
        paper: r.text(4)?,
        hash: r.text(5)?,
        place: r.int(6)?,
        status: r.text(7)?,
        opened: instant(r.int(8)?)?,
    })
}

fn license_row(r: &Row) -> Result<LicenseRow, Fault> {
    Ok(LicenseRow {
        id: r.text(0)?,
        offer: r.text(1)?,
        holder: r.parse(2)?,
        licensee: r.parse(3)?,
        model: r.text(4)?,
        version: r.text(5)?,
        fee: r.text(6)?,
        promise: r.text(7)?,
        agreement: r.text(8)?,
        hash: r.text(9)?,
        place: r.int(10)?,
        signed: instant(r.int(11)?)?,
    })
}

fn origin_row(r: &Row) -> Result<PotOrigin, Fault> {
    Ok(PotOrigin {
        pot: r.parse(0)?,
        kind: r.text(1)?,
        license: r.opt_text(2)?,
        report: r.opt_text(3)?,
        contribution: r.parse(4)?,
        why: r.text(5)?,
        opened: instant(r.int(6)?)?,
    })
}

fn report_row(r: &Row) -> Result<ReportRow, Fault> {
    let currency: Option<Currency> = r.opt_parse(9)?;
    let income = r.opt_int(8)?.zip(currency).map(|(micros, currency)| Amount::from_micros(micros, currency));
    Ok(ReportRow {
        id: r.text(0)?,
        license: r.text(1)?,
        licensee: r.parse(2)?,
        model: r.text(3)?,
        version: r.text(4)?,
        from: r.parse(5)?,
        until: r.parse(6)?,
        outputs: r.opt_int(7)?,
        income,
        document: r.text(10)?,
        document_hash: r.text(11)?,
        root: r.text(12)?,
        place: r.int(13)?,
        contest_until: instant(r.int(14)?)?,
        by: r.text(15)?,
        opened: instant(r.int(16)?)?,
    })
}

fn contest_row(r: &Row) -> Result<ContestRow, Fault> {
    Ok(ContestRow {
        id: r.text(0)?,
        report: r.text(1)?,
        party: r.parse(2)?,
        recording: r.parse(3)?,
        asked: r.opt_int(4)?,
        words: r.text(5)?,
        status: r.text(6)?,
        place: r.int(7)?,
        opened: instant(r.int(8)?)?,
        decided: decided(r, 9)?,
        reason: r.text(11)?,
    })
}

fn violation_row(r: &Row) -> Result<ViolationRow, Fault> {
    Ok(ViolationRow {
        id: r.text(0)?,
        kind: r.text(1)?,
        licensee: r.parse(2)?,
        license: r.opt_text(3)?,
        origin: r.text(4)?,
        subject: r.text(5)?,
        evidence: r.text(6)?,
        place: r.int(7)?,
        status: r.text(8)?,
        opened: instant(r.int(9)?)?,
        decided: decided(r, 10)?,
        reason: r.text(12)?,
    })
}

pub(crate) fn decided(r: &Row, column: usize) -> Result<Option<(Timestamp, String)>, Fault> {
    r.opt_int(column)?.zip(r.opt_text(column + 1)?).map(|(at, by)| Ok((instant(at)?, by))).transpose()
}
