//! Runs and their allocation lines; money in suspense with its clock.

use jiff::Timestamp;
use ledger::Account;
use money::{Amount, Currency};
use music::{AllocationLineId, LineId, PartyId, PotId, RecordingId, RunId, SuspenseId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// A run as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Our id.
    pub id: RunId,
    /// `allocation`, `adjustment` or `reversal`.
    pub kind: String,
    /// `draft`, `approved` or `dropped`.
    pub status: String,
    /// The rule's name.
    pub rule: String,
    /// Its version.
    pub rule_version: u32,
    /// Its hash.
    pub rule_hash: String,
    /// The one currency of its pots.
    pub currency: Currency,
    /// Hash of everything that went in.
    pub input_hash: String,
    /// Hash of the lines that came out.
    pub lines_hash: String,
    /// Canonical bytes that the public log will carry.
    pub manifest: Vec<u8>,
    /// Whether its amounts are shown combined only, because too few gave.
    pub private: bool,
    /// How many different parties gave.
    pub givers: u32,
    /// The run it adjusts or reverses.
    pub of_run: Option<RunId>,
    /// Who made the draft.
    pub by: String,
    /// When.
    pub created: Timestamp,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved: Option<Timestamp>,
    /// Its entry in the books.
    pub entry: Option<i64>,
}

/// One exact line of an allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationRow {
    /// Our id.
    pub id: AllocationLineId,
    /// The run.
    pub run: RunId,
    /// Place in the run, from 0.
    pub place: i64,
    /// The pot.
    pub pot: PotId,
    /// `pay`, `deduct` or `suspense`.
    pub kind: String,
    /// The account it is booked to.
    pub account: String,
    /// The payee.
    pub party: Option<PartyId>,
    /// The recording that earned it.
    pub recording: Option<RecordingId>,
    /// The usage line that earned it.
    pub set_line: Option<LineId>,
    /// The side of the music.
    pub side: Option<String>,
    /// The deduction's or suspense's reason.
    pub reason: String,
    /// How much.
    pub amount: Amount,
    /// How it came about, in words.
    pub why: String,
}

/// Money that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspenseRow {
    /// Our id.
    pub id: SuspenseId,
    /// The account it lies in.
    pub account: String,
    /// How much.
    pub amount: Amount,
    /// Why.
    pub reason: String,
    /// Whose it probably is.
    pub party: Option<PartyId>,
    /// The recording.
    pub recording: Option<RecordingId>,
    /// The usage line.
    pub set_line: Option<LineId>,
    /// The run that put it there.
    pub run: Option<RunId>,
    /// The bank line that brought it.
    pub bank_line: Option<String>,
    /// Since when.
    pub opened: Timestamp,
    /// Until when; then it goes to `destination`.
    pub due: Option<Timestamp>,
    /// Where it goes then.
    pub destination: String,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// By what: a run, a claim, an entry.
    pub closed_by: Option<String>,
}

const RUN: &str = "id, kind, status, rule, rule_version, rule_hash, currency, input_hash, lines_hash, manifest, private, givers, \
                   of_run, by_party, created_us, approved_by, approved_us, entry";
const LINE: &str = "l.id, l.run, l.place, l.pot, l.kind, l.account, l.party, l.recording, l.set_line, l.side, l.reason, l.amount, l.why, r.currency";
const SUSPENSE: &str = "id, account, currency, amount, reason, party, recording, set_line, run, bank_line, opened_us, due_us, destination, \
                        closed_us, closed_by";

impl Tx {
    /// Writes a draft with its pots and lines.
    pub async fn insert_run(
        &mut self,
        run: &RunRow,
        pots: &[(PotId, Amount)],
        lines: &[AllocationRow],
    ) -> Result<(), Fault> {
        let sql = format!(
            "insert into run ({RUN}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
        );
        let values = args![
            run.id.as_str(),
            &run.kind,
            &run.status,
            &run.rule,
            run.rule_version,
            &run.rule_hash,
            run.currency.code(),
            &run.input_hash,
            &run.lines_hash,
            run.manifest.clone(),
            run.private,
            run.givers,
            run.of_run.as_ref().map(|r| r.as_str().to_owned()),
            &run.by,
            run.created.as_microsecond(),
            run.approved_by.clone(),
            run.approved.map(|t| t.as_microsecond()),
            run.entry,
        ];
        self.run(&sql, values).await?;
        for (pot, amount) in pots {
            let sql = "insert into run_pot (run, pot, amount) values ($1, $2, $3)";
            self.run(sql, args![run.id.as_str(), pot.as_str(), amount.micros()]).await?;
        }
        let head = "insert into allocation_line (id, run, place, pot, kind, account, party, recording, set_line, side, reason, amount, why)";
        let rows = lines
            .iter()
            .map(|l| {
                args![
                    l.id.as_str(),
                    l.run.as_str(),
                    l.place,
                    l.pot.as_str(),
                    &l.kind,
                    &l.account,
                    l.party.as_ref().map(|p| p.as_str().to_owned()),
                    l.recording.as_ref().map(|r| r.as_str().to_owned()),
                    l.set_line.as_ref().map(|s| s.as_str().to_owned()),
                    l.side.clone(),
                    &l.reason,
                    l.amount.micros(),
                    &l.why,
                ]
            })
            .collect();
        self.insert_many(head, rows, "").await
    }

    /// A run by id.
    pub async fn run_row(&mut self, id: &RunId) -> Result<Option<RunRow>, Fault> {
        let sql = format!("select {RUN} from run where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(run_row).transpose()
    }

    /// All runs, newest first; of one state where it is named.
    pub async fn runs(&mut self, status: &str) -> Result<Vec<RunRow>, Fault> {
        let sql = format!("select {RUN} from run where $1 = '' or status = $1 order by created_us desc, id");
        self.rows(&sql, args![status]).await?.iter().map(run_row).collect()
    }

    /// The runs over a pot, oldest first.
    pub async fn runs_of_pot(&mut self, pot: &PotId) -> Result<Vec<RunRow>, Fault> {
        let sql = format!(
            "select {RUN} from run where id in (select run from run_pot where pot = $1) order by created_us, id"
        );
        self.rows(&sql, args![pot.as_str()]).await?.iter().map(run_row).collect()
    }

    /// The pots of a run with what each brought.
    pub async fn pots_of_run(&mut self, run: &RunId) -> Result<Vec<(PotId, i64)>, Fault> {
        let rows = self
            .rows("select pot, amount from run_pot where run = $1 order by pot", args![run.as_str()])
            .await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.int(1)?))).collect()
    }

    /// Approves a draft: its entry, who and when.
    pub async fn approve_run(
        &mut self,
        id: &RunId,
        by: &str,
        now: Timestamp,
        entry: i64,
    ) -> Result<(), Fault> {
        let sql = "update run set status = 'approved', approved_by = $2, approved_us = $3, entry = $4 where id = $1 and status = 'draft'";
        if self.run(sql, args![id.as_str(), by, now.as_microsecond(), entry]).await? == 1 {
            Ok(())
        } else {
            Err(Fault::new(format!("run {id} is no draft any more")))
        }
    }

    /// Drops a draft; its lines stay for the record.
    pub async fn drop_run(&mut self, id: &RunId) -> Result<(), Fault> {
        let sql = "update run set status = 'dropped' where id = $1 and status = 'draft'";
        self.run(sql, args![id.as_str()]).await.map(drop)
    }

    /// The lines of a run, in order.
    pub async fn lines_of_run(&mut self, run: &RunId) -> Result<Vec<AllocationRow>, Fault> {
        self.allocation_lines("l.run = $1", run.as_str(), "l.place").await
    }

    /// The lines of approved runs that pay a party, or a name it has claimed, in order of approval.
    pub async fn lines_of_party(&mut self, party: &PartyId) -> Result<Vec<AllocationRow>, Fault> {
        let whose = "(l.party = $1 or l.party in (select id from party where merged_into = $1)) and r.status = 'approved'";
        self.allocation_lines(whose, party.as_str(), "r.approved_us, l.run, l.place").await
    }

    /// The lines of approved runs over a pot, in order of approval.
    pub async fn lines_of_pot(&mut self, pot: &PotId) -> Result<Vec<AllocationRow>, Fault> {
        self.allocation_lines(
            "l.pot = $1 and r.status = 'approved'",
            pot.as_str(),
            "r.approved_us, l.run, l.place",
        )
        .await
    }

    /// The lines that a set-list line earned in approved runs.
    pub async fn lines_of_usage(&mut self, line: &LineId) -> Result<Vec<AllocationRow>, Fault> {
        self.allocation_lines(
            "l.set_line = $1 and r.status = 'approved'",
            line.as_str(),
            "r.approved_us, l.run, l.place",
        )
        .await
    }

    /// All lines of approved runs, in order of approval.
    pub async fn approved_lines(&mut self) -> Result<Vec<AllocationRow>, Fault> {
        self.allocation_lines("r.status = 'approved' and $1 = ''", "", "r.approved_us, l.run, l.place").await
    }

    /// What each party was credited by runs approved since an instant, in micros of a currency.
    pub async fn parties_credited_since(
        &mut self,
        currency: &str,
        since: Timestamp,
    ) -> Result<Vec<(PartyId, i64)>, Fault> {
        let sql = "select l.party, cast(sum(l.amount) as bigint) from allocation_line l join run r on r.id = l.run \
                   where r.status = 'approved' and r.currency = $1 and r.approved_us > $2 and l.party is not null \
                   group by l.party order by l.party";
        let rows = self.rows(sql, args![currency, since.as_microsecond()]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.int(1)?))).collect()
    }

    /// One allocation line by id.
    pub async fn allocation_line(&mut self, id: &AllocationLineId) -> Result<Option<AllocationRow>, Fault> {
        self.allocation_lines("l.id = $1", id.as_str(), "l.place").await.map(|rows| rows.into_iter().next())
    }

    async fn allocation_lines(
        &mut self,
        condition: &str,
        value: &str,
        order: &str,
    ) -> Result<Vec<AllocationRow>, Fault> {
        let sql = format!(
            "select {LINE} from allocation_line l join run r on r.id = l.run where {condition} order by {order}"
        );
        self.rows(&sql, args![value]).await?.iter().map(allocation_row).collect()
    }

    /// Opens suspense items.
    pub async fn insert_suspense(&mut self, items: &[SuspenseRow]) -> Result<(), Fault> {
        let rows = items
            .iter()
            .map(|s| {
                args![
                    s.id.as_str(),
                    &s.account,
                    s.amount.currency().code(),
                    s.amount.micros(),
                    &s.reason,
                    s.party.as_ref().map(|p| p.as_str().to_owned()),
                    s.recording.as_ref().map(|r| r.as_str().to_owned()),
                    s.set_line.as_ref().map(|l| l.as_str().to_owned()),
                    s.run.as_ref().map(|r| r.as_str().to_owned()),
                    s.bank_line.clone(),
                    s.opened.as_microsecond(),
                    s.due.map(|t| t.as_microsecond()),
                    &s.destination,
                    s.closed.map(|t| t.as_microsecond()),
                    s.closed_by.clone(),
                ]
            })
            .collect();
        self.insert_many(&format!("insert into suspense_item ({SUSPENSE})"), rows, "").await
    }

    /// The open suspense items, oldest clock first; of one reason where it is named.
    pub async fn open_suspense(&mut self, reason: &str) -> Result<Vec<SuspenseRow>, Fault> {
        let sql = format!(
            "select {SUSPENSE} from suspense_item where closed_us is null and ($1 = '' or reason = $1) \
             order by coalesce(due_us, 9223372036854775807), opened_us, id"
        );
        self.rows(&sql, args![reason]).await?.iter().map(suspense_row).collect()
    }

    /// The set-list lines of a pot whose waiting money went to its destination when the clock ran out.
    pub async fn ended_lines(&mut self, pot: &PotId) -> Result<Vec<LineId>, Fault> {
        let sql = "select distinct s.set_line from suspense_item s join run_pot p on p.run = s.run \
                   where p.pot = $1 and s.set_line is not null and s.closed_by like 'entry %' order by s.set_line";
        self.rows(sql, args![pot.as_str()]).await?.iter().map(|r| r.parse(0)).collect()
    }

    /// Which funds and house accounts the money of an account went to when its clocks ran out, the newest first, and
    /// how much each time.
    pub async fn ended_into(
        &mut self,
        account: &Account,
        currency: Currency,
    ) -> Result<Vec<(Account, Amount)>, Fault> {
        let sql = "select p.account, -p.amount from suspense_item s join posting p on p.entry = cast(substr(s.closed_by, 7) as bigint) \
                   where s.account = $1 and s.currency = $2 and s.closed_by like 'entry %' and p.currency = $2 and p.amount < 0 \
                   and (p.account like 'fund:%' or p.account like 'house:%') order by p.entry desc, p.place";
        let rows = self.rows(sql, args![account.as_str(), currency.code()]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, Amount::from_micros(r.int(1)?, currency)))).collect()
    }

    /// Whether money that a run let wait went to its destination since.
    pub async fn has_ended(&mut self, run: &RunId) -> Result<bool, Fault> {
        let sql = "select 1 from suspense_item where run = $1 and closed_by like 'entry %' limit 1";
        Ok(self.row(sql, args![run.as_str()]).await?.is_some())
    }

    /// The open suspense items of a party.
    pub async fn suspense_of_party(&mut self, party: &PartyId) -> Result<Vec<SuspenseRow>, Fault> {
        let sql = format!(
            "select {SUSPENSE} from suspense_item where closed_us is null and party = $1 order by opened_us, id"
        );
        self.rows(&sql, args![party.as_str()]).await?.iter().map(suspense_row).collect()
    }

    /// The open suspense items that a run opened.
    pub async fn suspense_of_run(&mut self, run: &RunId) -> Result<Vec<SuspenseRow>, Fault> {
        let sql = format!(
            "select {SUSPENSE} from suspense_item where closed_us is null and run = $1 order by opened_us, id"
        );
        self.rows(&sql, args![run.as_str()]).await?.iter().map(suspense_row).collect()
    }

    /// Closes a suspense item.
    pub async fn close_suspense(&mut self, id: &SuspenseId, by: &str, now: Timestamp) -> Result<(), Fault> {
        let sql =
            "update suspense_item set closed_us = $2, closed_by = $3 where id = $1 and closed_us is null";
        self.run(sql, args![id.as_str(), now.as_microsecond(), by]).await.map(drop)
    }
}

fn run_row(row: &Row) -> Result<RunRow, Fault> {
    Ok(RunRow {
        id: row.parse(0)?,
        kind: row.text(1)?,
        status: row.text(2)?,
        rule: row.text(3)?,
        rule_version: crate::set_list::small(row.int(4)?)?,
        rule_hash: row.text(5)?,
        currency: row.parse(6)?,
        input_hash: row.text(7)?,
        lines_hash: row.text(8)?,
        manifest: row.blob(9)?,
        private: row.int(10)? == 1,
        givers: crate::set_list::small(row.int(11)?)?,
        of_run: row.opt_parse(12)?,
        by: row.text(13)?,
        created: instant(row.int(14)?)?,
        approved_by: row.opt_text(15)?,
        approved: row.opt_int(16)?.map(instant).transpose()?,
        entry: row.opt_int(17)?,
    })
}

fn allocation_row(row: &Row) -> Result<AllocationRow, Fault> {
    Ok(AllocationRow {
        id: row.parse(0)?,
        run: row.parse(1)?,
        place: row.int(2)?,
        pot: row.parse(3)?,
        kind: row.text(4)?,
        account: row.text(5)?,
        party: row.opt_parse(6)?,
        recording: row.opt_parse(7)?,
        set_line: row.opt_parse(8)?,
        side: row.opt_text(9)?,
        reason: row.text(10)?,
        amount: Amount::from_micros(row.int(11)?, row.parse(13)?),
        why: row.text(12)?,
    })
}

fn suspense_row(row: &Row) -> Result<SuspenseRow, Fault> {
    Ok(SuspenseRow {
        id: row.parse(0)?,
        account: row.text(1)?,
        amount: Amount::from_micros(row.int(3)?, row.parse(2)?),
        reason: row.text(4)?,
        party: row.opt_parse(5)?,
        recording: row.opt_parse(6)?,
        set_line: row.opt_parse(7)?,
        run: row.opt_parse(8)?,
        bank_line: row.opt_text(9)?,
        opened: instant(row.int(10)?)?,
        due: row.opt_int(11)?.map(instant).transpose()?,
        destination: row.text(12)?,
        closed: row.opt_int(13)?.map(instant).transpose()?,
        closed_by: row.opt_text(14)?,
    })
}
