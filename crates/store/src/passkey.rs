//! Passkeys of people, and the challenges that wait for an answer.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::{PasskeyId, SignInId};
use crate::set_list::instant;
use crate::{Fault, args};

/// A passkey: what verifies it, never what signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// Its id here, by which its owner names and ends it.
    pub id: PasskeyId,
    /// Whose.
    pub sign_in: SignInId,
    /// Its own id, in hexadecimal.
    pub credential: String,
    /// What its owner calls it.
    pub name: String,
    /// `ES256`, `EdDSA` or `RS256`.
    pub kind: String,
    /// What verifies it.
    pub public_key: Vec<u8>,
    /// How often it signed, as it says; 0 where it does not count.
    pub count: i64,
    /// How it can be reached: words separated by spaces.
    pub transports: String,
    /// Whether its owner has it on several devices.
    pub copied: bool,
    /// Since when.
    pub created: Timestamp,
    /// When it was last used.
    pub seen: Option<Timestamp>,
}

const PASSKEY: &str =
    "id, sign_in, credential, name, kind, public_key, count, transports, copied, created_us, seen_us";

impl Tx {
    /// Keeps a passkey; false where it is here already.
    pub async fn insert_passkey(&mut self, p: &PasskeyRow) -> Result<bool, Fault> {
        let sql = "insert into passkey (id, sign_in, credential, name, kind, public_key, count, transports, copied, created_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing";
        let values = args![
            p.id.as_str(),
            p.sign_in.as_str(),
            &p.credential,
            &p.name,
            &p.kind,
            p.public_key.clone(),
            p.count,
            &p.transports,
            i64::from(p.copied),
            p.created.as_microsecond(),
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// A passkey that was not ended, by its own id.
    pub async fn passkey(&mut self, credential: &str) -> Result<Option<PasskeyRow>, Fault> {
        let sql = format!("select {PASSKEY} from passkey where credential = $1 and ended_us is null");
        self.row(&sql, args![credential]).await?.as_ref().map(passkey_row).transpose()
    }

    /// The passkeys of a person that were not ended, oldest first.
    pub async fn passkeys_of(&mut self, of: &SignInId) -> Result<Vec<PasskeyRow>, Fault> {
        let sql = format!(
            "select {PASSKEY} from passkey where sign_in = $1 and ended_us is null order by created_us, id"
        );
        self.rows(&sql, args![of.as_str()]).await?.iter().map(passkey_row).collect()
    }

    /// Notes that a passkey was used; false where its count did not grow, so that another one like it is somewhere.
    pub async fn passkey_used(&mut self, id: &PasskeyId, count: i64, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update passkey set count = $2, seen_us = $3 where id = $1 and ended_us is null \
                   and (count < $2 or (count = 0 and $2 = 0))";
        Ok(self.run(sql, args![id.as_str(), count, now.as_microsecond()]).await? > 0)
    }

    /// Gives a passkey another name; false where it is none of theirs.
    pub async fn rename_passkey(&mut self, id: &PasskeyId, of: &SignInId, name: &str) -> Result<bool, Fault> {
        let sql = "update passkey set name = $3 where id = $1 and sign_in = $2 and ended_us is null";
        Ok(self.run(sql, args![id.as_str(), of.as_str(), name]).await? > 0)
    }

    /// Ends a passkey; false where it is none of theirs.
    pub async fn end_passkey(
        &mut self,
        id: &PasskeyId,
        of: &SignInId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update passkey set ended_us = $3 where id = $1 and sign_in = $2 and ended_us is null";
        Ok(self.run(sql, args![id.as_str(), of.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// Keeps a challenge by its hash, for a purpose, bound to a session or a visit.
    pub async fn ask_passkey(
        &mut self,
        hash: &str,
        purpose: &str,
        bound: &str,
        until: Timestamp,
    ) -> Result<(), Fault> {
        // Those that nobody answered go with the next one.
        let over = until.as_microsecond() - 3_600_000_000;
        self.run("delete from passkey_ask where until_us < $1", args![over]).await?;
        let sql = "insert into passkey_ask (hash, purpose, bound, until_us) values ($1, $2, $3, $4)";
        self.run(sql, args![hash, purpose, bound, until.as_microsecond()]).await.map(drop)
    }

    /// Uses a challenge up; false where it was not given out for this, was answered, or its time is over.
    pub async fn use_passkey_ask(
        &mut self,
        hash: &str,
        purpose: &str,
        bound: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "delete from passkey_ask where hash = $1 and purpose = $2 and bound = $3 and until_us > $4";
        Ok(self.run(sql, args![hash, purpose, bound, now.as_microsecond()]).await? > 0)
    }
}

fn passkey_row(row: &Row) -> Result<PasskeyRow, Fault> {
    Ok(PasskeyRow {
        id: row.parse(0)?,
        sign_in: row.parse(1)?,
        credential: row.text(2)?,
        name: row.text(3)?,
        kind: row.text(4)?,
        public_key: row.blob(5)?,
        count: row.int(6)?,
        transports: row.text(7)?,
        copied: row.int(8)? != 0,
        created: instant(row.int(9)?)?,
        seen: row.opt_int(10)?.map(instant).transpose()?,
    })
}
