//! Members of institutions, and the doors they come in by.
//!
//! Nothing here holds a name, an address or a number that an institution knows: what it says of a reader comes as a
//! keyed hash, made where the key is.

use jiff::Timestamp;

use crate::db::{Row, Tx};
use crate::id::{MemberId, SignInId};
use crate::set_list::instant;
use crate::{Fault, FieldKey, args};

/// A member of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The stable id: random, and told to nobody.
    pub id: MemberId,
    /// Of which institution.
    pub institution: String,
    /// By which access.
    pub sign_in: SignInId,
    /// Since when.
    pub created: Timestamp,
    /// Until when the institution said; open where it did not say.
    pub until: Option<Timestamp>,
    /// When it last said so.
    pub confirmed: Timestamp,
    /// When the member was erased.
    pub ended: Option<Timestamp>,
}

/// An invitation: a code that lets so many people in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// Its id, by which the institution lists and ends it.
    pub id: String,
    /// Of which institution.
    pub institution: String,
    /// What the institution calls it.
    pub note: String,
    /// How many people at most.
    pub uses_most: i64,
    /// How many so far.
    pub uses: i64,
    /// Since when.
    pub created: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was ended.
    pub ended: Option<Timestamp>,
}

/// A card that an institution handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    /// The mark of its number.
    pub mark: String,
    /// The mark of its PIN.
    pub pin_mark: String,
    /// Until when; open where `None`.
    pub until: Option<Timestamp>,
    /// When it was ended.
    pub ended: Option<Timestamp>,
}

/// Somebody on the way through a foreign door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayRow {
    /// Of which institution.
    pub institution: String,
    /// Through which door.
    pub kind: String,
    /// What has to come back unchanged, as JSON.
    pub held: String,
    /// Until when.
    pub until: Timestamp,
}

const MEMBER: &str = "id, institution, sign_in, created_us, until_us, confirmed_us, ended_us";
const INVITATION: &str = "id, institution, note, uses_most, uses, created_us, until_us, ended_us";

impl Tx {
    /// Makes a member.
    pub async fn insert_member(&mut self, m: &MemberRow) -> Result<(), Fault> {
        let sql = "insert into member (id, institution, sign_in, created_us, until_us, confirmed_us) values ($1, $2, $3, $4, $5, $6)";
        let values = args![
            m.id.as_str(),
            &m.institution,
            m.sign_in.as_str(),
            m.created.as_microsecond(),
            m.until.map(|t| t.as_microsecond()),
            m.confirmed.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A member by id.
    pub async fn member(&mut self, id: &MemberId) -> Result<Option<MemberRow>, Fault> {
        let sql = format!("select {MEMBER} from member where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(member_row).transpose()
    }

    /// The memberships of an access that were not erased, oldest first.
    pub async fn members_of(&mut self, sign_in: &SignInId) -> Result<Vec<MemberRow>, Fault> {
        let sql = format!(
            "select {MEMBER} from member where sign_in = $1 and ended_us is null order by created_us, id"
        );
        self.rows(&sql, args![sign_in.as_str()]).await?.iter().map(member_row).collect()
    }

    /// Visits to an institution's rooms that ended before an instant: members that no door knows, of accesses without
    /// an address; so many of them.
    pub async fn past_visits(
        &mut self,
        institution: &str,
        before: Timestamp,
        most: i64,
    ) -> Result<Vec<MemberRow>, Fault> {
        let sql = format!(
            "select {} from member m join sign_in s on s.id = m.sign_in where m.institution = $1 and m.ended_us is null \
             and m.until_us < $2 and s.mail_mark is null and s.name_mark is null \
             and not exists (select 1 from member_mark k where k.member = m.id) order by m.until_us, m.id limit $3",
            MEMBER.split(", ").map(|c| format!("m.{c}")).collect::<Vec<_>>().join(", ")
        );
        let rows = self.rows(&sql, args![institution, before.as_microsecond(), most]).await?;
        rows.iter().map(member_row).collect()
    }

    /// How many members an institution has; never who.
    pub async fn member_count(&mut self, institution: &str) -> Result<i64, Fault> {
        let sql = "select count(*) from member where institution = $1 and ended_us is null";
        self.number(sql, args![institution]).await
    }

    /// The member that an institution's own system means.
    pub async fn member_by_mark(&mut self, mark: &str) -> Result<Option<MemberRow>, Fault> {
        let sql = format!(
            "select {} from member m join member_mark k on k.member = m.id where k.mark = $1 and m.ended_us is null",
            MEMBER.split(", ").map(|c| format!("m.{c}")).collect::<Vec<_>>().join(", ")
        );
        self.row(&sql, args![mark]).await?.as_ref().map(member_row).transpose()
    }

    /// Binds a mark to a member.
    pub async fn mark_member(
        &mut self,
        mark: &str,
        member: &MemberId,
        door: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "insert into member_mark (mark, member, door, created_us) values ($1, $2, $3, $4) \
                   on conflict (mark) do update set member = excluded.member, door = excluded.door, created_us = excluded.created_us";
        self.run(sql, args![mark, member.as_str(), door, now.as_microsecond()]).await.map(drop)
    }

    /// Notes that the institution confirmed a member, and until when.
    pub async fn confirm_member(
        &mut self,
        id: &MemberId,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update member set until_us = $2, confirmed_us = $3 where id = $1";
        self.run(sql, args![id.as_str(), until.map(|t| t.as_microsecond()), now.as_microsecond()])
            .await
            .map(drop)
    }

    /// Takes a member's seat away from an instant on.
    pub async fn end_member(&mut self, id: &MemberId, now: Timestamp) -> Result<(), Fault> {
        self.run("delete from member_mark where member = $1", args![id.as_str()]).await?;
        let sql = "update member set ended_us = $2 where id = $1 and ended_us is null";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// The doors by which an institution knows a member.
    pub async fn member_doors(&mut self, id: &MemberId) -> Result<Vec<String>, Fault> {
        let rows = self
            .rows("select door from member_mark where member = $1 order by door", args![id.as_str()])
            .await?;
        rows.iter().map(|r| r.text(0)).collect()
    }

    /// Keeps an invitation by the hash of its code.
    pub async fn insert_invitation(&mut self, hash: &str, i: &InvitationRow, by: &str) -> Result<(), Fault> {
        let sql = "insert into invitation (hash, id, institution, note, uses_most, created_us, until_us, by_party) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![
            hash,
            &i.id,
            &i.institution,
            &i.note,
            i.uses_most,
            i.created.as_microsecond(),
            i.until.as_microsecond(),
            by,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// An invitation by the hash of its code.
    pub async fn invitation(&mut self, hash: &str) -> Result<Option<InvitationRow>, Fault> {
        let sql = format!("select {INVITATION} from invitation where hash = $1");
        self.row(&sql, args![hash]).await?.as_ref().map(invitation_row).transpose()
    }

    /// The invitations of an institution, newest first.
    pub async fn invitations_of(&mut self, institution: &str) -> Result<Vec<InvitationRow>, Fault> {
        let sql = format!(
            "select {INVITATION} from invitation where institution = $1 order by created_us desc, id"
        );
        self.rows(&sql, args![institution]).await?.iter().map(invitation_row).collect()
    }

    /// Uses an invitation once; false where it is used up, over or ended.
    pub async fn use_invitation(&mut self, hash: &str, now: Timestamp) -> Result<bool, Fault> {
        let sql = "update invitation set uses = uses + 1 where hash = $1 and uses < uses_most and until_us > $2 and ended_us is null";
        Ok(self.run(sql, args![hash, now.as_microsecond()]).await? > 0)
    }

    /// Ends an invitation; false where there is none such of the institution.
    pub async fn end_invitation(
        &mut self,
        id: &str,
        institution: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql =
            "update invitation set ended_us = $3 where id = $1 and institution = $2 and ended_us is null";
        Ok(self.run(sql, args![id, institution, now.as_microsecond()]).await? > 0)
    }

    /// Takes over a list of cards; with `whole`, those it leaves out are over. Tells how many are over.
    pub async fn put_cards(
        &mut self,
        institution: &str,
        list: &str,
        cards: &[CardRow],
        whole: bool,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let rows = cards
            .iter()
            .map(|c| args![&c.mark, institution, &c.pin_mark, c.until.map(|t| t.as_microsecond()), list])
            .collect();
        let tail = "on conflict (mark) do update set pin_mark = excluded.pin_mark, until_us = excluded.until_us, \
                    list = excluded.list, ended_us = null";
        self.insert_many("insert into card (mark, institution, pin_mark, until_us, list)", rows, tail)
            .await?;
        if !whole {
            return Ok(0);
        }
        let sql = "update card set ended_us = $3 where institution = $1 and list <> $2 and ended_us is null";
        self.run(sql, args![institution, list, now.as_microsecond()]).await
    }

    /// A card by the mark of its number.
    pub async fn card(&mut self, mark: &str) -> Result<Option<CardRow>, Fault> {
        let sql = "select mark, pin_mark, until_us, ended_us from card where mark = $1";
        let Some(r) = self.row(sql, args![mark]).await? else { return Ok(None) };
        Ok(Some(CardRow {
            mark: r.text(0)?,
            pin_mark: r.text(1)?,
            until: r.opt_int(2)?.map(instant).transpose()?,
            ended: r.opt_int(3)?.map(instant).transpose()?,
        }))
    }

    /// How many cards of an institution open something.
    pub async fn card_count(&mut self, institution: &str) -> Result<i64, Fault> {
        let sql = "select count(*) from card where institution = $1 and ended_us is null";
        self.number(sql, args![institution]).await
    }

    /// Says how an institution's own system is spoken with.
    pub async fn put_door(
        &mut self,
        key: &FieldKey,
        institution: &str,
        kind: &str,
        config: &str,
        by: &str,
        nonce: [u8; 24],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("door/{institution}/{kind}"), config, nonce)?;
        let sql = format!(
            "insert into {} (institution, kind, sealed, changed_us, by_party) values ($1, $2, $3, $4, $5) \
             on conflict (institution, kind) do update set sealed = excluded.sealed, changed_us = excluded.changed_us, by_party = excluded.by_party",
            doors_of(kind)
        );
        self.run(&sql, args![institution, kind, sealed, now.as_microsecond(), by]).await.map(drop)
    }

    /// How an institution's own system is spoken with at a door.
    pub async fn door(
        &mut self,
        key: &FieldKey,
        institution: &str,
        kind: &str,
    ) -> Result<Option<String>, Fault> {
        let sql = format!("select sealed from {} where institution = $1 and kind = $2", doors_of(kind));
        let row = self.row(&sql, args![institution, kind]).await?;
        row.map(|r| key.open(&format!("door/{institution}/{kind}"), &r.blob(0)?)).transpose()
    }

    /// The doors of one kind: institution and configuration.
    pub async fn doors(&mut self, key: &FieldKey, kind: &str) -> Result<Vec<(String, String)>, Fault> {
        let sql = format!(
            "select institution, sealed from {} where kind = $1 order by institution",
            doors_of(kind)
        );
        let rows = self.rows(&sql, args![kind]).await?;
        rows.iter()
            .map(|r| {
                let institution = r.text(0)?;
                let config = key.open(&format!("door/{institution}/{kind}"), &r.blob(1)?)?;
                Ok((institution, config))
            })
            .collect()
    }

    /// The kinds of doors an institution has.
    pub async fn door_kinds(&mut self, institution: &str) -> Result<Vec<String>, Fault> {
        let sql = "select kind from door where institution = $1 union all \
                   select kind from more_door where institution = $1 order by kind";
        let rows = self.rows(sql, args![institution]).await?;
        rows.iter().map(|r| r.text(0)).collect()
    }

    /// Closes a door; false where there was none.
    pub async fn drop_door(&mut self, institution: &str, kind: &str) -> Result<bool, Fault> {
        let sql = format!("delete from {} where institution = $1 and kind = $2", doors_of(kind));
        Ok(self.run(&sql, args![institution, kind]).await? > 0)
    }

    /// Keeps what somebody on the way through a door has to bring back.
    pub async fn insert_way(
        &mut self,
        key: &FieldKey,
        hash: &str,
        way: &WayRow,
        nonce: [u8; 24],
    ) -> Result<(), Fault> {
        let sealed = key.seal(&format!("door_way/{hash}"), &way.held, nonce)?;
        let sql =
            "insert into door_way (hash, institution, kind, sealed, until_us) values ($1, $2, $3, $4, $5)";
        self.run(sql, args![hash, &way.institution, &way.kind, sealed, way.until.as_microsecond()])
            .await
            .map(drop)
    }

    /// Takes it back, once.
    pub async fn take_way(&mut self, key: &FieldKey, hash: &str) -> Result<Option<WayRow>, Fault> {
        let sql = "delete from door_way where hash = $1 returning institution, kind, sealed, until_us";
        let Some(r) = self.row(sql, args![hash]).await? else { return Ok(None) };
        Ok(Some(WayRow {
            institution: r.text(0)?,
            kind: r.text(1)?,
            held: key.open(&format!("door_way/{hash}"), &r.blob(2)?)?,
            until: instant(r.int(3)?)?,
        }))
    }

    /// Uses something up at a door; false where it was used before.
    pub async fn use_at_door(&mut self, mark: &str, until: Timestamp) -> Result<bool, Fault> {
        let sql = "insert into door_used (mark, until_us) values ($1, $2) on conflict do nothing";
        Ok(self.run(sql, args![mark, until.as_microsecond()]).await? > 0)
    }

    /// Forgets ways that nobody came back from, and what can no longer be used anyway.
    pub async fn sweep_ways(&mut self, now: Timestamp) -> Result<(), Fault> {
        self.run("delete from door_way where until_us < $1", args![now.as_microsecond()]).await?;
        self.run("delete from door_used where until_us < $1", args![now.as_microsecond()]).await.map(drop)
    }
}

fn member_row(row: &Row) -> Result<MemberRow, Fault> {
    Ok(MemberRow {
        id: row.parse(0)?,
        institution: row.text(1)?,
        sign_in: row.parse(2)?,
        created: instant(row.int(3)?)?,
        until: row.opt_int(4)?.map(instant).transpose()?,
        confirmed: instant(row.int(5)?)?,
        ended: row.opt_int(6)?.map(instant).transpose()?,
    })
}

fn invitation_row(row: &Row) -> Result<InvitationRow, Fault> {
    Ok(InvitationRow {
        id: row.text(0)?,
        institution: row.text(1)?,
        note: row.text(2)?,
        uses_most: row.int(3)?,
        uses: row.int(4)?,
        created: instant(row.int(5)?)?,
        until: instant(row.int(6)?)?,
        ended: row.opt_int(7)?.map(instant).transpose()?,
    })
}

/// The table that keeps doors of a kind: the first names five kinds and stays as it is, for older programs beside this one.
fn doors_of(kind: &str) -> &'static str {
    match kind {
        "oidc" | "cas" | "signed-link" | "pmb" | "network" => "door",
        _ => "more_door",
    }
}
