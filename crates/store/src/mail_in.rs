//! Set lists by mail: private addresses, what came, drafts.

use jiff::Timestamp;
use music::PartyId;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

const DOOR: &str = "mail_door";
const DRAFT: &str = "mail_draft";

/// A file that came by mail and waits for its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct MailDraftRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub party: PartyId,
    /// What it holds, as its writer put it into words.
    pub text: String,
    /// How many bytes it counts for.
    pub bytes: i64,
    /// Since when it waits.
    pub created: Timestamp,
}

impl std::fmt::Debug for MailDraftRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailDraftRow({}, {} bytes)", self.id, self.bytes)
    }
}

impl Tx {
    /// Gives a party a new private address by its local part, and ends those it had.
    pub async fn put_mail_door(
        &mut self,
        fields: &FieldKey,
        party: &PartyId,
        local: &str,
        nonce: [u8; 24],
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.end_mail_doors(party, now).await?;
        let mark = fields.mark(DOOR, local);
        let sealed = fields.seal(&format!("{DOOR}/{mark}/sealed"), local, nonce)?;
        let sql = "insert into mail_door (mark, party, sealed, created_us) values ($1, $2, $3, $4)";
        self.run(sql, args![&mark, party.as_str(), sealed, now.as_microsecond()]).await.map(drop)
    }

    /// Ends the addresses of a party; tells whether there was one.
    pub async fn end_mail_doors(&mut self, party: &PartyId, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update mail_door set ended_us = $2 where party = $1 and ended_us is null";
        Ok(self.run(sql, args![party.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// The local part of a party's address in force, and since when it is.
    pub async fn mail_door_of(
        &mut self,
        fields: &FieldKey,
        party: &PartyId,
    ) -> Result<Option<(String, Timestamp)>, Fault> {
        let sql = "select mark, sealed, created_us from mail_door where party = $1 and ended_us is null \
                   order by created_us desc limit 1";
        let Some(row) = self.row(sql, args![party.as_str()]).await? else { return Ok(None) };
        let local = fields.open(&format!("{DOOR}/{}/sealed", row.text(0)?), &row.blob(1)?)?;
        Ok(Some((local, instant(row.int(2)?)?)))
    }

    /// Whose the address with a local part is, where it is in force.
    pub async fn mail_door(&mut self, fields: &FieldKey, local: &str) -> Result<Option<PartyId>, Fault> {
        let sql = "select party from mail_door where mark = $1 and ended_us is null";
        self.row(sql, args![fields.mark(DOOR, local)]).await?.map(|row| row.parse(0)).transpose()
    }

    /// What became of a message that came before.
    pub async fn mail_taken(&mut self, mark: &str) -> Result<Option<String>, Fault> {
        let sql = "select outcome from mail_taken where mark = $1";
        self.row(sql, args![mark]).await?.map(|row| row.text(0)).transpose()
    }

    /// Notes a message as taken; false where it was noted before.
    pub async fn take_mail(
        &mut self,
        mark: &str,
        party: &PartyId,
        outcome: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "insert into mail_taken (mark, party, outcome, taken_us) values ($1, $2, $3, $4) on conflict do nothing";
        Ok(self.run(sql, args![mark, party.as_str(), outcome, now.as_microsecond()]).await? > 0)
    }

    /// How many messages a party got since an instant.
    pub async fn mails_taken(&mut self, party: &PartyId, since: Timestamp) -> Result<i64, Fault> {
        let sql = "select count(*) from mail_taken where party = $1 and taken_us >= $2";
        self.number(sql, args![party.as_str(), since.as_microsecond()]).await
    }

    /// Keeps a draft.
    pub async fn insert_mail_draft(
        &mut self,
        fields: &FieldKey,
        row: &MailDraftRow,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = fields.seal(&format!("{DRAFT}/{}/sealed", row.id), &row.text, nonce)?;
        let sql = "insert into mail_draft (id, party, sealed, bytes, created_us) values ($1, $2, $3, $4, $5)";
        let values = args![&row.id, row.party.as_str(), sealed, row.bytes, row.created.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// A draft of a party.
    pub async fn mail_draft(
        &mut self,
        fields: &FieldKey,
        party: &PartyId,
        id: &str,
    ) -> Result<Option<MailDraftRow>, Fault> {
        let sql = "select id, party, sealed, bytes, created_us from mail_draft where party = $1 and id = $2";
        self.row(sql, args![party.as_str(), id]).await?.map(|row| draft_row(fields, &row)).transpose()
    }

    /// The ids and sizes of a party's drafts, newest first.
    pub async fn mail_drafts(&mut self, party: &PartyId) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "select id, bytes from mail_draft where party = $1 order by created_us desc, id";
        let rows = self.rows(sql, args![party.as_str()]).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// Drops a draft of a party; tells whether it was there.
    pub async fn drop_mail_draft(&mut self, party: &PartyId, id: &str) -> Result<bool, Fault> {
        let sql = "delete from mail_draft where party = $1 and id = $2";
        Ok(self.run(sql, args![party.as_str(), id]).await? > 0)
    }

    /// Forgets drafts and marks from before two instants.
    pub async fn sweep_mail(&mut self, drafts: Timestamp, marks: Timestamp) -> Result<(), Fault> {
        self.run("delete from mail_draft where created_us < $1", args![drafts.as_microsecond()]).await?;
        self.run("delete from mail_taken where taken_us < $1", args![marks.as_microsecond()]).await.map(drop)
    }
}

fn draft_row(fields: &FieldKey, row: &Row) -> Result<MailDraftRow, Fault> {
    let id = row.text(0)?;
    Ok(MailDraftRow {
        party: row.parse(1)?,
        text: fields.open(&format!("{DRAFT}/{id}/sealed"), &row.blob(2)?)?,
        bytes: row.int(3)?,
        created: instant(row.int(4)?)?,
        id,
    })
}
