//! Listeners: the login of a member for players, and their app passwords and keys.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// The counter that grows whenever a password or key is made or revoked.
const CHANGES: &str = "app-password-changes";

/// A member as players know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerRow {
    /// The member, opaque.
    pub member: String,
    /// The name players sign in with.
    pub login: String,
    /// The institution whose seat it is; empty where none is known.
    pub institution: String,
    /// Where their institution is; empty for nowhere in particular.
    pub territory: String,
    /// Grows with every change of what they keep.
    pub changed: i64,
}

/// A password or key for players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPasswordRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub member: String,
    /// Whether it is an API key rather than a password.
    pub is_key: bool,
    /// What its owner calls it, such as the name of a device.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

const LISTENER: &str = "select member, login, institution, territory, changed from listener";
const PASSWORD: &str = "select id, member, kind, name, created_us, revoked_us from app_password";

impl Tx {
    /// Writes a listener, or their login, institution and territory anew.
    pub async fn put_listener(&mut self, row: &ListenerRow, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into listener (member, login, institution, territory, created_us) values ($1, $2, $3, $4, $5) \
                   on conflict (member) do update set login = excluded.login, institution = excluded.institution, \
                   territory = excluded.territory";
        let values = args![&row.member, &row.login, &row.institution, &row.territory, now.as_microsecond()];
        self.run(sql, values).await?;
        self.next_number(CHANGES).await.map(drop)
    }

    /// A listener by member.
    pub async fn listener(&mut self, member: &str) -> Result<Option<ListenerRow>, Fault> {
        let sql = format!("{LISTENER} where member = $1");
        self.row(&sql, args![member]).await?.as_ref().map(listener_row).transpose()
    }

    /// A listener by login.
    pub async fn listener_by_login(&mut self, login: &str) -> Result<Option<ListenerRow>, Fault> {
        let sql = format!("{LISTENER} where login = $1");
        self.row(&sql, args![login]).await?.as_ref().map(listener_row).transpose()
    }

    /// The listener of an API key that was not revoked, and the key's id, by the hash of the key.
    pub async fn listener_by_key(&mut self, hash: &str) -> Result<Option<(ListenerRow, String)>, Fault> {
        let sql = "select member, id from app_password where key_hash = $1 and revoked_us is null";
        let Some(row) = self.row(sql, args![hash]).await? else { return Ok(None) };
        let id = row.text(1)?;
        Ok(self.listener(&row.text(0)?).await?.map(|listener| (listener, id)))
    }

    /// Notes that something a member keeps has changed.
    pub async fn touch_listener(&mut self, member: &str) -> Result<(), Fault> {
        self.run("update listener set changed = changed + 1 where member = $1", args![member]).await.map(drop)
    }

    /// Writes an app password, encrypted with a fresh nonce.
    pub async fn insert_app_password(
        &mut self,
        fields: &FieldKey,
        row: &AppPasswordRow,
        secret: &str,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = fields.seal(&context(&row.id), secret, nonce)?;
        let sql = "insert into app_password (id, member, kind, name, sealed, created_us) \
                   values ($1, $2, 'password', $3, $4, $5)";
        self.run(sql, args![&row.id, &row.member, &row.name, sealed, row.created.as_microsecond()]).await?;
        self.next_number(CHANGES).await.map(drop)
    }

    /// Writes an API key as its hash.
    pub async fn insert_player_key(&mut self, row: &AppPasswordRow, hash: &str) -> Result<(), Fault> {
        let sql = "insert into app_password (id, member, kind, name, key_hash, created_us) \
                   values ($1, $2, 'key', $3, $4, $5)";
        self.run(sql, args![&row.id, &row.member, &row.name, hash, row.created.as_microsecond()]).await?;
        self.next_number(CHANGES).await.map(drop)
    }

    /// Revokes a password or key of a member; tells whether it was in force.
    pub async fn revoke_app_password(
        &mut self,
        member: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql =
            "update app_password set revoked_us = $3 where member = $1 and id = $2 and revoked_us is null";
        let done = self.run(sql, args![member, id, now.as_microsecond()]).await? > 0;
        self.next_number(CHANGES).await?;
        Ok(done)
    }

    /// The passwords and keys of a member, oldest first, revoked ones too.
    pub async fn app_passwords(&mut self, member: &str) -> Result<Vec<AppPasswordRow>, Fault> {
        let sql = format!("{PASSWORD} where member = $1 order by created_us, id");
        self.rows(&sql, args![member]).await?.iter().map(password_row).collect()
    }

    /// The passwords of a member that are in force, decrypted: id and secret, oldest first.
    pub async fn app_secrets(
        &mut self,
        fields: &FieldKey,
        member: &str,
    ) -> Result<Vec<(String, String)>, Fault> {
        let sql = "select id, sealed from app_password where member = $1 and kind = 'password' and revoked_us is null \
                   order by created_us, id";
        let rows = self.rows(sql, args![member]).await?;
        let open = |r: &Row| {
            let id = r.text(0)?;
            let secret = fields.open(&context(&id), &r.blob(1)?)?;
            Ok((id, secret))
        };
        rows.iter().map(open).collect()
    }

    /// How often passwords and keys have changed.
    pub async fn app_password_changes(&mut self) -> Result<i64, Fault> {
        self.number("select value from counter where name = $1", args![CHANGES]).await
    }

    /// Erases a listener with everything they keep here.
    pub async fn erase_listener(&mut self, member: &str) -> Result<(), Fault> {
        let own = "delete from playlist_song where playlist in (select id from playlist where member = $1)";
        self.run(own, args![member]).await?;
        for table in [
            "playlist",
            "bookmark",
            "play_queue",
            "now_playing",
            "star",
            "rating",
            "tally",
            "app_password",
            "listener",
        ] {
            self.run(&format!("delete from {table} where member = $1"), args![member]).await?;
        }
        self.next_number(CHANGES).await.map(drop)
    }
}

fn context(id: &str) -> String {
    format!("app_password/{id}/sealed")
}

fn listener_row(row: &Row) -> Result<ListenerRow, Fault> {
    Ok(ListenerRow {
        member: row.text(0)?,
        login: row.text(1)?,
        institution: row.text(2)?,
        territory: row.text(3)?,
        changed: row.int(4)?,
    })
}

fn password_row(row: &Row) -> Result<AppPasswordRow, Fault> {
    Ok(AppPasswordRow {
        id: row.text(0)?,
        member: row.text(1)?,
        is_key: row.text(2)? == "key",
        name: row.text(3)?,
        created: instant(row.int(4)?)?,
        revoked: row.opt_int(5)?.map(instant).transpose()?,
    })
}
