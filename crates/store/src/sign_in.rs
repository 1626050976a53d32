//! People's access: how they are found at the door, what they know, for whom they may act.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::SignInId;
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// A person's access. Printed for debugging it shows its id alone: what it holds belongs into no log.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// Its id.
    pub id: SignInId,
    /// The mail address; `None` where there is none or it was erased.
    pub mail: Option<String>,
    /// How the person is addressed; may be empty.
    pub name: String,
    /// The language of mails: `fr` or `en`.
    pub lang: String,
    /// The PHC text of the password's Argon2id hash.
    pub password: Option<String>,
    /// The secret of the second factor in hexadecimal, also while it is only offered.
    pub totp: Option<String>,
    /// Since when the second factor counts.
    pub totp_on: Option<Timestamp>,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// Since when it is here.
    pub created: Timestamp,
    /// When it was closed.
    pub ended: Option<Timestamp>,
}

impl std::fmt::Debug for SignInRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignInRow({}, …)", self.id)
    }
}

/// A new access.
#[derive(Debug, Clone)]
pub struct NewSignIn<'a> {
    /// Its id.
    pub id: &'a SignInId,
    /// The mark of the address.
    pub mail_mark: Option<&'a str>,
    /// The mark of the name used at the door.
    pub name_mark: Option<&'a str>,
    /// The address.
    pub mail: Option<&'a str>,
    /// How the person is addressed.
    pub name: &'a str,
    /// The language of mails.
    pub lang: &'a str,
}

/// A role: what somebody may do, for whom, until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// Who.
    pub sign_in: SignInId,
    /// `owner`, `member`, `staff`, `operator`, `approver` or `auditor`.
    pub role: String,
    /// For which party or institution; empty for the house.
    pub party: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when; open where `None`.
    pub until: Option<Timestamp>,
}

/// A link that lets somebody in once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// The mark of the address it was sent to.
    pub mail_mark: String,
    /// The address.
    pub mail: String,
    /// The language it was asked for in.
    pub lang: String,
    /// Where it leads.
    pub next: String,
    /// Until when it works.
    pub until: Timestamp,
    /// When it was used.
    pub used: Option<Timestamp>,
}

const SIGN_IN: &str = "id, sealed_mail, sealed_name, lang, password, sealed_totp, totp_on_us, created_us, ended_us, \
     (select count(*) from passkey where passkey.sign_in = sign_in.id and passkey.ended_us is null)";

impl Tx {
    /// Makes an access; false where one with this address or name is there already.
    pub async fn insert_sign_in(
        &mut self,
        key: &FieldKey,
        new: &NewSignIn<'_>,
        nonces: [[u8; 24]; 2],
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let mail = new.mail.map(|m| key.seal(&place(new.id, "mail"), m, nonces[0])).transpose()?;
        let name = key.seal(&place(new.id, "name"), new.name, nonces[1])?;
        let sql = "insert into sign_in (id, mail_mark, name_mark, sealed_mail, sealed_name, lang, created_us) \
                   values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
        let values = args![
            new.id.as_str(),
            new.mail_mark.map(str::to_owned),
            new.name_mark.map(str::to_owned),
            mail,
            name,
            new.lang,
            now.as_microsecond(),
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// An access by id.
    pub async fn sign_in(&mut self, key: &FieldKey, id: &SignInId) -> Result<Option<SignInRow>, Fault> {
        let sql = format!("select {SIGN_IN} from sign_in where id = $1");
        self.row(&sql, args![id.as_str()]).await?.map(|r| sign_in_row(key, &r)).transpose()
    }

    /// The access that an address or a name at the door belongs to.
    pub async fn sign_in_by_mark(&mut self, key: &FieldKey, mark: &str) -> Result<Option<SignInRow>, Fault> {
        let sql = format!(
            "select {SIGN_IN} from sign_in where (mail_mark = $1 or name_mark = $1) and ended_us is null"
        );
        self.row(&sql, args![mark]).await?.map(|r| sign_in_row(key, &r)).transpose()
    }

    /// Every access, oldest first.
    pub async fn sign_ins(&mut self, key: &FieldKey) -> Result<Vec<SignInRow>, Fault> {
        let sql = format!("select {SIGN_IN} from sign_in order by created_us, id");
        self.rows(&sql, args![]).await?.iter().map(|r| sign_in_row(key, r)).collect()
    }

    /// Changes how a person is addressed, and in which language.
    pub async fn rename_sign_in(
        &mut self,
        key: &FieldKey,
        id: &SignInId,
        name: &str,
        lang: &str,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let name = key.seal(&place(id, "name"), name, nonce)?;
        let sql = "update sign_in set sealed_name = $2, lang = $3 where id = $1";
        self.run(sql, args![id.as_str(), name, lang]).await.map(drop)
    }

    /// Sets a password's hash, or takes it away.
    pub async fn set_password(&mut self, id: &SignInId, phc: Option<String>) -> Result<(), Fault> {
        self.run("update sign_in set password = $2 where id = $1", args![id.as_str(), phc]).await.map(drop)
    }

    /// Offers a second factor that counts once it was confirmed.
    pub async fn offer_totp(
        &mut self,
        key: &FieldKey,
        id: &SignInId,
        secret: &str,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = key.seal(&place(id, "totp"), secret, nonce)?;
        let sql = "update sign_in set sealed_totp = $2, totp_step = 0 where id = $1 and totp_on_us is null";
        self.run(sql, args![id.as_str(), sealed]).await.map(drop)
    }

    /// Lets the offered second factor count.
    pub async fn confirm_totp(&mut self, id: &SignInId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update sign_in set totp_on_us = $2 where id = $1 and totp_on_us is null";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Takes the second factor and its recovery codes away.
    pub async fn drop_totp(&mut self, id: &SignInId) -> Result<(), Fault> {
        let sql = "update sign_in set sealed_totp = null, totp_on_us = null, totp_step = 0 where id = $1";
        self.run(sql, args![id.as_str()]).await?;
        self.run("delete from sign_in_recovery where sign_in = $1", args![id.as_str()]).await.map(drop)
    }

    /// Uses up a time step; false where it, or a later one, was used before.
    pub async fn use_totp_step(&mut self, id: &SignInId, step: i64) -> Result<bool, Fault> {
        let sql = "update sign_in set totp_step = $2 where id = $1 and totp_step < $2";
        Ok(self.run(sql, args![id.as_str(), step]).await? > 0)
    }

    /// Replaces the recovery codes.
    pub async fn set_recovery(&mut self, id: &SignInId, hashes: &[String]) -> Result<(), Fault> {
        self.run("delete from sign_in_recovery where sign_in = $1", args![id.as_str()]).await?;
        let rows = hashes.iter().map(|h| args![id.as_str(), h]).collect();
        self.insert_many("insert into sign_in_recovery (sign_in, hash)", rows, "").await
    }

    /// Uses up a recovery code; false where there is none such, or it was used.
    pub async fn use_recovery(&mut self, id: &SignInId, hash: &str, now: Timestamp) -> Result<bool, Fault> {
        let sql =
            "update sign_in_recovery set used_us = $3 where sign_in = $1 and hash = $2 and used_us is null";
        Ok(self.run(sql, args![id.as_str(), hash, now.as_microsecond()]).await? > 0)
    }

    /// How many recovery codes are left.
    pub async fn recovery_left(&mut self, id: &SignInId) -> Result<i64, Fault> {
        let sql = "select count(*) from sign_in_recovery where sign_in = $1 and used_us is null";
        self.number(sql, args![id.as_str()]).await
    }

    /// Gives a role, or changes until when it holds.
    pub async fn grant_role(&mut self, role: &RoleRow, by: &str) -> Result<(), Fault> {
        let sql = "insert into sign_in_role (sign_in, role, party, since_us, until_us, by_party) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (sign_in, role, party) do update set until_us = excluded.until_us, by_party = excluded.by_party";
        let values = args![
            role.sign_in.as_str(),
            &role.role,
            &role.party,
            role.since.as_microsecond(),
            role.until.map(|t| t.as_microsecond()),
            by,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Takes a role away; false where nobody had it.
    pub async fn revoke_role(&mut self, id: &SignInId, role: &str, party: &str) -> Result<bool, Fault> {
        let sql = "delete from sign_in_role where sign_in = $1 and role = $2 and party = $3";
        Ok(self.run(sql, args![id.as_str(), role, party]).await? > 0)
    }

    /// The roles of a person, also those whose time is over.
    pub async fn roles_of(&mut self, id: &SignInId) -> Result<Vec<RoleRow>, Fault> {
        let sql = "select sign_in, role, party, since_us, until_us from sign_in_role where sign_in = $1 order by role, party";
        self.rows(sql, args![id.as_str()]).await?.iter().map(role_row).collect()
    }

    /// Who may act for a party; for the house where it is empty.
    pub async fn roles_for(&mut self, party: &str) -> Result<Vec<RoleRow>, Fault> {
        let sql = "select sign_in, role, party, since_us, until_us from sign_in_role where party = $1 order by role, sign_in";
        self.rows(sql, args![party]).await?.iter().map(role_row).collect()
    }

    /// Keeps a link by the hash of its token.
    pub async fn insert_link(
        &mut self,
        key: &FieldKey,
        hash: &str,
        link: &LinkRow,
        nonce: [u8; 24],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mail = key.seal(&format!("sign_in_link/{hash}/mail"), &link.mail, nonce)?;
        let sql = "insert into sign_in_link (hash, mail_mark, sealed_mail, lang, next, created_us, until_us) values ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![
            hash,
            &link.mail_mark,
            mail,
            &link.lang,
            &link.next,
            now.as_microsecond(),
            link.until.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A link by the hash of its token.
    pub async fn link(&mut self, key: &FieldKey, hash: &str) -> Result<Option<LinkRow>, Fault> {
        let sql =
            "select mail_mark, sealed_mail, lang, next, until_us, used_us from sign_in_link where hash = $1";
        let Some(r) = self.row(sql, args![hash]).await? else { return Ok(None) };
        Ok(Some(LinkRow {
            mail_mark: r.text(0)?,
            mail: key.open(&format!("sign_in_link/{hash}/mail"), &r.blob(1)?)?,
            lang: r.text(2)?,
            next: r.text(3)?,
            until: instant(r.int(4)?)?,
            used: r.opt_int(5)?.map(instant).transpose()?,
        }))
    }

    /// Uses a link up, and every other link to the same address; false where it was used or its time is over.
    pub async fn use_link(&mut self, hash: &str, now: Timestamp) -> Result<bool, Fault> {
        let now = now.as_microsecond();
        let sql =
            "update sign_in_link set used_us = $2 where hash = $1 and used_us is null and until_us > $2";
        if self.run(sql, args![hash, now]).await? == 0 {
            return Ok(false);
        }
        let sql = "update sign_in_link set used_us = $2 where used_us is null and mail_mark = \
                   (select mail_mark from sign_in_link where hash = $1)";
        self.run(sql, args![hash, now]).await?;
        Ok(true)
    }

    /// Counts a try at a door; tells the how manieth it is since `window_us` microseconds.
    pub async fn count_try(&mut self, mark: &str, window_us: i64, now: Timestamp) -> Result<i64, Fault> {
        let sql = "insert into door_try (mark, count, since_us) values ($1, 1, $2) on conflict (mark) do update set \
                   count = case when door_try.since_us <= $3 then 1 else door_try.count + 1 end, \
                   since_us = case when door_try.since_us <= $3 then $2 else door_try.since_us end returning count";
        let now = now.as_microsecond();
        self.number(sql, args![mark, now, now - window_us]).await
    }

    /// Forgets the tries of somebody who is let in.
    pub async fn forget_tries(&mut self, mark: &str) -> Result<(), Fault> {
        self.run("delete from door_try where mark = $1", args![mark]).await.map(drop)
    }

    /// Erases what is personal about an access and closes it: address, name, password, factors, links.
    pub async fn erase_sign_in(&mut self, id: &SignInId, now: Timestamp) -> Result<(), Fault> {
        let who = args![id.as_str()];
        let links =
            "delete from sign_in_link where mail_mark = (select mail_mark from sign_in where id = $1)";
        self.run(links, who.clone()).await?;
        for table in ["sign_in_recovery", "sign_in_role", "session", "api_key", "passkey"] {
            self.run(&format!("delete from {table} where sign_in = $1"), who.clone()).await?;
        }
        let sql = "update sign_in set mail_mark = null, name_mark = null, sealed_mail = null, sealed_name = null, password = null, \
                   sealed_totp = null, totp_on_us = null, ended_us = $2 where id = $1";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Forgets what is over since before an instant: links, sessions, tries.
    pub async fn sweep_doors(&mut self, before: Timestamp) -> Result<u64, Fault> {
        let at = before.as_microsecond();
        let mut gone = 0;
        for sql in [
            "delete from sign_in_link where until_us < $1",
            "delete from session where until_us < $1 or ended_us < $1",
            "delete from door_try where since_us < $1",
            "delete from passkey_ask where until_us < $1",
        ] {
            gone += self.run(sql, args![at]).await?;
        }
        Ok(gone)
    }
}

fn place(id: &SignInId, field: &str) -> String {
    format!("sign_in/{id}/{field}")
}

fn sign_in_row(key: &FieldKey, row: &Row) -> Result<SignInRow, Fault> {
    let id: SignInId = row.parse(0)?;
    let open =
        |field: &str, sealed: Option<Vec<u8>>| sealed.map(|s| key.open(&place(&id, field), &s)).transpose();
    Ok(SignInRow {
        mail: open("mail", row.opt_blob(1)?)?,
        name: open("name", row.opt_blob(2)?)?.unwrap_or_default(),
        lang: row.text(3)?,
        password: row.opt_text(4)?,
        totp: open("totp", row.opt_blob(5)?)?,
        totp_on: row.opt_int(6)?.map(instant).transpose()?,
        created: instant(row.int(7)?)?,
        ended: row.opt_int(8)?.map(instant).transpose()?,
        passkeys: row.int(9)?,
        id,
    })
}

fn role_row(row: &Row) -> Result<RoleRow, Fault> {
    Ok(RoleRow {
        sign_in: row.parse(0)?,
        role: row.text(1)?,
        party: row.text(2)?,
        since: instant(row.int(3)?)?,
        until: row.opt_int(4)?.map(instant).transpose()?,
    })
}
