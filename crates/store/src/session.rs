//! Browsers that are signed in, and keys for programs: only hashes of what opens them.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::{ApiKeyId, SessionId, SignInId};
use crate::set_list::instant;
use crate::{Fault, args};

/// One browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id, by which the person lists and ends it.
    pub id: SessionId,
    /// Whose.
    pub sign_in: SignInId,
    /// How it was opened: `link` or `password`.
    pub door: String,
    /// The browser's word for itself, shortened.
    pub agent: String,
    /// Since when.
    pub created: Timestamp,
    /// When it was last used, to a few minutes.
    pub seen: Timestamp,
    /// When the second factor was last shown in it.
    pub second: Option<Timestamp>,
    /// Until when at most.
    pub until: Timestamp,
    /// When it was ended.
    pub ended: Option<Timestamp>,
}

/// A key for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its id, by which the person lists and ends it.
    pub id: ApiKeyId,
    /// Whose.
    pub sign_in: SignInId,
    /// What the person calls it.
    pub name: String,
    /// What it may do: words separated by spaces.
    pub scopes: String,
    /// Since when.
    pub created: Timestamp,
    /// When it was last used, to a few minutes.
    pub seen: Option<Timestamp>,
    /// Until when.
    pub until: Option<Timestamp>,
    /// When it was ended.
    pub ended: Option<Timestamp>,
}

const SESSION: &str = "id, sign_in, door, agent, created_us, seen_us, second_us, until_us, ended_us";
const KEY: &str = "id, sign_in, name, scopes, created_us, seen_us, until_us, ended_us";

impl Tx {
    /// Keeps a session by the hash of its token.
    pub async fn insert_session(&mut self, hash: &str, s: &SessionRow) -> Result<(), Fault> {
        let sql = "insert into session (hash, id, sign_in, door, agent, created_us, seen_us, second_us, until_us) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            hash,
            s.id.as_str(),
            s.sign_in.as_str(),
            &s.door,
            &s.agent,
            s.created.as_microsecond(),
            s.seen.as_microsecond(),
            s.second.map(|t| t.as_microsecond()),
            s.until.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A session by the hash of its token.
    pub async fn session(&mut self, hash: &str) -> Result<Option<SessionRow>, Fault> {
        let sql = format!("select {SESSION} from session where hash = $1");
        self.row(&sql, args![hash]).await?.as_ref().map(session_row).transpose()
    }

    /// The sessions of a person that were not ended, newest first.
    pub async fn sessions_of(&mut self, id: &SignInId) -> Result<Vec<SessionRow>, Fault> {
        let sql = format!(
            "select {SESSION} from session where sign_in = $1 and ended_us is null order by seen_us desc, id"
        );
        self.rows(&sql, args![id.as_str()]).await?.iter().map(session_row).collect()
    }

    /// Notes that a session was used.
    pub async fn session_seen(&mut self, id: &SessionId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update session set seen_us = $2 where id = $1 and seen_us < $2";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Gives a session another token: the old one opens nothing any more. With `second`, notes that the second factor
    /// was shown.
    pub async fn rotate_session(
        &mut self,
        id: &SessionId,
        hash: &str,
        second: Option<Timestamp>,
    ) -> Result<(), Fault> {
        let sql = "update session set hash = $2, second_us = coalesce($3, second_us) where id = $1";
        let values = args![id.as_str(), hash, second.map(|t| t.as_microsecond())];
        self.run(sql, values).await.map(drop)
    }

    /// Ends a session of a person; false where it was none of theirs or over.
    pub async fn end_session(
        &mut self,
        id: &SessionId,
        of: &SignInId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update session set ended_us = $3 where id = $1 and sign_in = $2 and ended_us is null";
        Ok(self.run(sql, args![id.as_str(), of.as_str(), now.as_microsecond()]).await? > 0)
    }

    /// Ends all sessions of a person but one; tells how many.
    pub async fn end_other_sessions(
        &mut self,
        of: &SignInId,
        but: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let sql = "update session set ended_us = $3 where sign_in = $1 and id <> $2 and ended_us is null";
        let but = but.map_or("", SessionId::as_str);
        self.run(sql, args![of.as_str(), but, now.as_microsecond()]).await
    }

    /// Keeps a key by the hash of its secret.
    pub async fn insert_api_key(&mut self, hash: &str, k: &ApiKeyRow) -> Result<(), Fault> {
        let sql = "insert into api_key (hash, id, sign_in, name, scopes, created_us, until_us) values ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![
            hash,
            k.id.as_str(),
            k.sign_in.as_str(),
            &k.name,
            &k.scopes,
            k.created.as_microsecond(),
            k.until.map(|t| t.as_microsecond()),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A key by the hash of its secret.
    pub async fn api_key(&mut self, hash: &str) -> Result<Option<ApiKeyRow>, Fault> {
        let sql = format!("select {KEY} from api_key where hash = $1");
        self.row(&sql, args![hash]).await?.as_ref().map(key_row).transpose()
    }

    /// The keys of a person that were not ended, newest first.
    pub async fn api_keys_of(&mut self, id: &SignInId) -> Result<Vec<ApiKeyRow>, Fault> {
        let sql = format!(
            "select {KEY} from api_key where sign_in = $1 and ended_us is null order by created_us desc, id"
        );
        self.rows(&sql, args![id.as_str()]).await?.iter().map(key_row).collect()
    }

    /// Notes that a key was used.
    pub async fn api_key_seen(&mut self, id: &ApiKeyId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update api_key set seen_us = $2 where id = $1";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Ends a key of a person; false where it was none of theirs or over.
    pub async fn end_api_key(&mut self, id: &ApiKeyId, of: &SignInId, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update api_key set ended_us = $3 where id = $1 and sign_in = $2 and ended_us is null";
        Ok(self.run(sql, args![id.as_str(), of.as_str(), now.as_microsecond()]).await? > 0)
    }
}

fn session_row(row: &Row) -> Result<SessionRow, Fault> {
    Ok(SessionRow {
        id: row.parse(0)?,
        sign_in: row.parse(1)?,
        door: row.text(2)?,
        agent: row.text(3)?,
        created: instant(row.int(4)?)?,
        seen: instant(row.int(5)?)?,
        second: row.opt_int(6)?.map(instant).transpose()?,
        until: instant(row.int(7)?)?,
        ended: row.opt_int(8)?.map(instant).transpose()?,
    })
}

fn key_row(row: &Row) -> Result<ApiKeyRow, Fault> {
    Ok(ApiKeyRow {
        id: row.parse(0)?,
        sign_in: row.parse(1)?,
        name: row.text(2)?,
        scopes: row.text(3)?,
        created: instant(row.int(4)?)?,
        seen: row.opt_int(5)?.map(instant).transpose()?,
        until: row.opt_int(6)?.map(instant).transpose()?,
        ended: row.opt_int(7)?.map(instant).transpose()?,
    })
}
