//! Artists' terms, briefs, who was in the running, and who was asked.

use jiff::Timestamp;
use music::PartyId;

use crate::db::{Row, Tx};
use crate::seal::FieldKey;
use crate::set_list::instant;
use crate::{BriefId, BriefInvitationId, Fault, args};

/// A brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefRow {
    /// Our id.
    pub id: BriefId,
    /// The brand.
    pub brand: PartyId,
    /// The agency that asks for it, under the brand's mandate.
    pub agency: Option<PartyId>,
    /// `draft`, `published`, `closed` or `withdrawn`.
    pub status: String,
    /// The newest version.
    pub version: i64,
    /// When it was begun.
    pub created: Timestamp,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Until when artists answer.
    pub answer: Option<Timestamp>,
    /// Who wrote it.
    pub by: String,
}

/// One version of a brief's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefTextRow {
    /// From 1.
    pub version: i64,
    /// The document, as JSON.
    pub body: String,
    /// Its SHA-256.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
}

/// One artist in the running of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    /// Who.
    pub artist: PartyId,
    /// From 1; nought where not on the list.
    pub place: i64,
    /// In millionths.
    pub fit: i64,
    /// What the brief earned, in millionths of a first place.
    pub earned: i64,
    /// What it showed.
    pub shown: i64,
    /// The tier at that time.
    pub tier: String,
    /// Why, as JSON.
    pub reasons: String,
}

/// One line of an artist's exposure account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposureRow {
    /// The brief.
    pub brief: BriefId,
    /// The standing in it.
    pub standing: StandingRow,
    /// When.
    pub at: Timestamp,
}

/// One artist asked for one brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefInvitationRow {
    /// Our id.
    pub id: BriefInvitationId,
    /// For which brief.
    pub brief: BriefId,
    /// Who is asked.
    pub artist: PartyId,
    /// `list`, `invited` or `pitch`.
    pub kind: String,
    /// `asked`, `yes`, `no`, `lapsed`, `chosen` or `passed`.
    pub state: String,
    /// Whether the artist's terms keep it from them.
    pub unseen: bool,
    /// When.
    pub asked: Timestamp,
    /// Until when it can be answered.
    pub until: Timestamp,
    /// When it was.
    pub answered: Option<Timestamp>,
    /// The artist's pitch.
    pub words: String,
}

const BRIEF: &str = "id, brand, agency, status, version, created_us, published_us, answer_us, by_party";
const INVITATION: &str = "id, brief, artist, kind, state, unseen, asked_us, until_us, answered_us, words";
const STANDING: &str = "artist, place, fit, earned, shown, tier, reasons";
const TERMS: &str = "brand-terms";

impl Tx {
    /// Keeps an artist's terms, encrypted, and gives their version.
    pub async fn set_artist_terms(
        &mut self,
        key: &FieldKey,
        party: &PartyId,
        body: &str,
        nonce: [u8; 24],
        now: Timestamp,
    ) -> Result<i64, Fault> {
        let number = self.next_number("artist-terms").await?;
        let sql = "insert into artist_terms (party, number, version, since_us) values ($1, $2, 1, $3) \
                   on conflict (party) do update set version = artist_terms.version + 1, since_us = excluded.since_us";
        self.run(sql, args![party.as_str(), number, now.as_microsecond()]).await?;
        self.set_secret(key, party, TERMS, body, nonce, now).await?;
        self.number("select version from artist_terms where party = $1", args![party.as_str()]).await
    }

    /// An artist's terms.
    pub async fn artist_terms(&mut self, key: &FieldKey, party: &PartyId) -> Result<Option<String>, Fault> {
        self.secret(key, party, TERMS).await
    }

    /// The terms of all who have some, with the number that stays with each.
    pub async fn all_artist_terms(&mut self, key: &FieldKey) -> Result<Vec<(PartyId, u32, String)>, Fault> {
        let sql = "select t.party, t.number, s.sealed from artist_terms t join party_secret s on s.party = t.party and s.field = 'brand-terms' order by t.number";
        let rows = self.rows(sql, args![]).await?;
        rows.iter()
            .map(|r| {
                let party: PartyId = r.parse(0)?;
                let body = key.open(&format!("party_secret/{party}/{TERMS}"), &r.blob(2)?)?;
                Ok((party, u32::try_from(r.int(1)?).unwrap_or(u32::MAX), body))
            })
            .collect()
    }

    /// Writes a new brief.
    pub async fn insert_brief(&mut self, b: &BriefRow) -> Result<(), Fault> {
        let sql = format!("insert into brief ({BRIEF}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
        let values = args![
            b.id.as_str(),
            b.brand.as_str(),
            b.agency.as_ref().map(|a| a.as_str().to_owned()),
            &b.status,
            b.version,
            b.created.as_microsecond(),
            b.published.map(|t| t.as_microsecond()),
            b.answer.map(|t| t.as_microsecond()),
            &b.by,
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// Writes a version of a brief's text, and makes it the newest.
    pub async fn insert_brief_text(
        &mut self,
        brief: &BriefId,
        text: &BriefTextRow,
        by: &str,
    ) -> Result<(), Fault> {
        let sql = "insert into brief_version (brief, version, body, hash, at_us, by_party) values ($1, $2, $3, $4, $5, $6)";
        let values =
            args![brief.as_str(), text.version, &text.body, &text.hash, text.at.as_microsecond(), by];
        self.run(sql, values).await?;
        let sql = "update brief set version = $2 where id = $1";
        self.run(sql, args![brief.as_str(), text.version]).await.map(drop)
    }

    /// A brief.
    pub async fn brief(&mut self, id: &BriefId) -> Result<Option<BriefRow>, Fault> {
        let sql = format!("select {BRIEF} from brief where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(brief_row).transpose()
    }

    /// All briefs, newest first.
    pub async fn briefs(&mut self) -> Result<Vec<BriefRow>, Fault> {
        let sql = format!("select {BRIEF} from brief order by created_us desc, id");
        self.rows(&sql, args![]).await?.iter().map(brief_row).collect()
    }

    /// A version of a brief's text.
    pub async fn brief_text(&mut self, brief: &BriefId, version: i64) -> Result<Option<BriefTextRow>, Fault> {
        let sql = "select version, body, hash, at_us from brief_version where brief = $1 and version = $2";
        let row = self.row(sql, args![brief.as_str(), version]).await?;
        row.map(|r| {
            Ok(BriefTextRow {
                version: r.int(0)?,
                body: r.text(1)?,
                hash: r.text(2)?,
                at: instant(r.int(3)?)?,
            })
        })
        .transpose()
    }

    /// Moves a brief from one status to another; false where it has none of the first.
    pub async fn move_brief(&mut self, id: &BriefId, from: &str, to: &str) -> Result<bool, Fault> {
        let sql = "update brief set status = $3 where id = $1 and status = $2";
        Ok(self.run(sql, args![id.as_str(), from, to]).await? > 0)
    }

    /// Notes when a brief was published, and until when artists answer.
    pub async fn set_brief_term(
        &mut self,
        id: &BriefId,
        published: Timestamp,
        answer: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update brief set published_us = $2, answer_us = $3 where id = $1";
        self.run(sql, args![id.as_str(), published.as_microsecond(), answer.as_microsecond()]).await.map(drop)
    }

    /// Writes who was in the running of a brief, and the fit of its list.
    pub async fn insert_standings(
        &mut self,
        brief: &BriefId,
        standings: &[StandingRow],
        (best, given): (i64, i64),
        now: Timestamp,
    ) -> Result<(), Fault> {
        let rows = standings.iter().map(|s| {
            args![
                brief.as_str(),
                s.artist.as_str(),
                s.place,
                s.fit,
                s.earned,
                s.shown,
                &s.tier,
                &s.reasons,
                now.as_microsecond()
            ]
        });
        let head = format!("insert into brief_standing (brief, {STANDING}, at_us)");
        self.insert_many(&head, rows.collect(), "").await?;
        let sql = "insert into brief_fit (brief, best, given) values ($1, $2, $3)";
        self.run(sql, args![brief.as_str(), best, given]).await.map(drop)
    }

    /// The standings of a brief, the list first.
    pub async fn standings(&mut self, brief: &BriefId) -> Result<Vec<StandingRow>, Fault> {
        let sql = format!(
            "select {STANDING} from brief_standing where brief = $1 order by case when place = 0 then 1 else 0 end, place, artist"
        );
        self.rows(&sql, args![brief.as_str()]).await?.iter().map(|r| standing_row(r, 0)).collect()
    }

    /// An artist's exposure account, oldest first.
    pub async fn exposure(&mut self, artist: &PartyId) -> Result<Vec<ExposureRow>, Fault> {
        let sql = format!(
            "select brief, at_us, {STANDING} from brief_standing where artist = $1 order by at_us, brief"
        );
        let rows = self.rows(&sql, args![artist.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(ExposureRow { brief: r.parse(0)?, at: instant(r.int(1)?)?, standing: standing_row(r, 2)? })
            })
            .collect()
    }

    /// What each artist is owed: earned less shown, in all briefs.
    pub async fn attention_owed(&mut self) -> Result<Vec<(PartyId, i64)>, Fault> {
        let sql = "select artist, cast(sum(earned - shown) as bigint) from brief_standing group by artist order by artist";
        self.rows(sql, args![]).await?.iter().map(|r| Ok((r.parse(0)?, r.int(1)?))).collect()
    }

    /// What each artist earned and was shown in briefs published before an instant.
    pub async fn attention_records(&mut self, before: Timestamp) -> Result<Vec<(PartyId, i64, i64)>, Fault> {
        let sql = "select artist, cast(sum(earned) as bigint), cast(sum(shown) as bigint) from brief_standing where at_us < $1 group by artist order by artist";
        let rows = self.rows(sql, args![before.as_microsecond()]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.int(1)?, r.int(2)?))).collect()
    }

    /// Attention that briefs published before an instant showed, by tier.
    pub async fn attention_by_tier(&mut self, before: Timestamp) -> Result<Vec<(String, i64)>, Fault> {
        let sql = "select tier, cast(sum(shown) as bigint) from brief_standing where at_us < $1 group by tier order by tier";
        let rows = self.rows(sql, args![before.as_microsecond()]).await?;
        rows.iter().map(|r| Ok((r.text(0)?, r.int(1)?))).collect()
    }

    /// When briefs were published before an instant, and by which brands, oldest first.
    pub async fn briefs_before(&mut self, before: Timestamp) -> Result<Vec<(Timestamp, PartyId)>, Fault> {
        let sql = "select published_us, brand from brief where published_us < $1 order by published_us, id";
        let rows = self.rows(sql, args![before.as_microsecond()]).await?;
        rows.iter().map(|r| Ok((instant(r.int(0)?)?, r.parse(1)?))).collect()
    }

    /// The fit of briefs published before an instant: of the best lists, of those given.
    pub async fn fit_before(&mut self, before: Timestamp) -> Result<(i64, i64), Fault> {
        let sql = "select cast(coalesce(sum(f.best), 0) as bigint), cast(coalesce(sum(f.given), 0) as bigint) \
                   from brief_fit f join brief b on b.id = f.brief where b.published_us < $1";
        let row = self.row(sql, args![before.as_microsecond()]).await?;
        row.map_or(Ok((0, 0)), |r| Ok((r.int(0)?, r.int(1)?)))
    }

    /// The fit of all briefs until now: of the best lists, of those given.
    pub async fn fit_of_all_briefs(&mut self) -> Result<(i64, i64), Fault> {
        let sql = "select cast(coalesce(sum(best), 0) as bigint), cast(coalesce(sum(given), 0) as bigint) from brief_fit";
        let row = self.row(sql, args![]).await?;
        row.map_or(Ok((0, 0)), |r| Ok((r.int(0)?, r.int(1)?)))
    }

    /// Asks an artist; false where the artist is asked for that brief already.
    pub async fn insert_brief_invitation(&mut self, i: &BriefInvitationRow) -> Result<bool, Fault> {
        let sql = format!(
            "insert into brief_invitation ({INVITATION}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing"
        );
        let values = args![
            i.id.as_str(),
            i.brief.as_str(),
            i.artist.as_str(),
            &i.kind,
            &i.state,
            i64::from(i.unseen),
            i.asked.as_microsecond(),
            i.until.as_microsecond(),
            i.answered.map(|t| t.as_microsecond()),
            &i.words,
        ];
        Ok(self.run(&sql, values).await? > 0)
    }

    /// One artist's invitation to one brief.
    pub async fn brief_invitation(
        &mut self,
        brief: &BriefId,
        artist: &PartyId,
    ) -> Result<Option<BriefInvitationRow>, Fault> {
        let sql = format!("select {INVITATION} from brief_invitation where brief = $1 and artist = $2");
        let row = self.row(&sql, args![brief.as_str(), artist.as_str()]).await?;
        row.as_ref().map(invitation_row).transpose()
    }

    /// The invitations of a brief, in the order in which they went out.
    pub async fn brief_invitations(&mut self, brief: &BriefId) -> Result<Vec<BriefInvitationRow>, Fault> {
        let sql = format!("select {INVITATION} from brief_invitation where brief = $1 order by asked_us, id");
        self.rows(&sql, args![brief.as_str()]).await?.iter().map(invitation_row).collect()
    }

    /// The invitations of an artist that the artist sees, newest first.
    pub async fn invitations_of_artist(
        &mut self,
        artist: &PartyId,
    ) -> Result<Vec<BriefInvitationRow>, Fault> {
        let sql = format!(
            "select {INVITATION} from brief_invitation where artist = $1 and unseen = 0 order by asked_us desc, id"
        );
        self.rows(&sql, args![artist.as_str()]).await?.iter().map(invitation_row).collect()
    }

    /// Notes that the brand asked by name somebody whom the list had asked.
    pub async fn name_brief_invitation(&mut self, id: &BriefInvitationId) -> Result<(), Fault> {
        self.run("update brief_invitation set kind = 'invited' where id = $1", args![id.as_str()])
            .await
            .map(drop)
    }

    /// Moves an invitation from one state to another, with words and the moment; false where it has none of the first.
    pub async fn move_brief_invitation(
        &mut self,
        id: &BriefInvitationId,
        (from, to): (&str, &str),
        words: Option<&str>,
        answered: Option<Timestamp>,
    ) -> Result<bool, Fault> {
        let sql = "update brief_invitation set state = $3, words = coalesce($4, words), answered_us = coalesce($5, answered_us) \
                   where id = $1 and state = $2";
        let values =
            args![id.as_str(), from, to, words.map(str::to_owned), answered.map(|t| t.as_microsecond())];
        Ok(self.run(sql, values).await? > 0)
    }

    /// Ends what was not answered in time; tells how many.
    pub async fn lapse_brief_invitations(&mut self, now: Timestamp) -> Result<u64, Fault> {
        let sql = "update brief_invitation set state = 'lapsed' where state = 'asked' and until_us <= $1";
        self.run(sql, args![now.as_microsecond()]).await
    }

    /// What every party was credited since an instant, in all currencies alike, by posted allocations.
    pub async fn incomes_since(&mut self, since: Timestamp) -> Result<Vec<(PartyId, i64)>, Fault> {
        let sql = "select l.party, cast(sum(l.amount) as bigint) from allocation_line l join run r on r.id = l.run \
                   where l.party is not null and r.status = 'approved' and r.approved_us >= $1 group by l.party order by l.party";
        let rows = self.rows(sql, args![since.as_microsecond()]).await?;
        rows.iter().map(|r| Ok((r.parse(0)?, r.int(1)?))).collect()
    }

    /// Where each holder of recordings was heard by at least so many DJs: party, territory.
    pub async fn heard_by_djs(&mut self, least: i64) -> Result<Vec<(PartyId, String)>, Fault> {
        let sql = "select h.party, e.territory from set_list_line l join set_list s on s.id = l.set_list join event e on e.id = s.event \
                   join share h on h.recording = l.recording \
                   where l.played = 1 and l.verdict = 'matched' and s.status = 'open' and e.territory is not null \
                   group by h.party, e.territory having count(distinct s.performer) >= $1 order by 1, 2";
        self.rows(sql, args![least]).await?.iter().map(|r| Ok((r.parse(0)?, r.text(1)?))).collect()
    }

    /// On how many set lists of a span recordings of a party were played, and by how many different performers.
    pub async fn set_lists_with(
        &mut self,
        party: &PartyId,
        from: jiff::civil::Date,
        until: jiff::civil::Date,
    ) -> Result<(i64, i64), Fault> {
        let sql = "select count(distinct s.id), count(distinct s.performer) from set_list_line l \
                   join set_list s on s.id = l.set_list join event e on e.id = s.event join share h on h.recording = l.recording \
                   where h.party = $1 and l.played = 1 and l.verdict = 'matched' and s.status = 'open' and e.day >= $2 and e.day < $3";
        let row = self.row(sql, args![party.as_str(), from.to_string(), until.to_string()]).await?;
        row.map_or(Ok((0, 0)), |r| Ok((r.int(0)?, r.int(1)?)))
    }
}

fn brief_row(r: &Row) -> Result<BriefRow, Fault> {
    Ok(BriefRow {
        id: r.parse(0)?,
        brand: r.parse(1)?,
        agency: r.opt_parse(2)?,
        status: r.text(3)?,
        version: r.int(4)?,
        created: instant(r.int(5)?)?,
        published: r.opt_int(6)?.map(instant).transpose()?,
        answer: r.opt_int(7)?.map(instant).transpose()?,
        by: r.text(8)?,
    })
}

fn standing_row(r: &Row, at: usize) -> Result<StandingRow, Fault> {
    Ok(StandingRow {
        artist: r.parse(at)?,
        place: r.int(at + 1)?,
        fit: r.int(at + 2)?,
        earned: r.int(at + 3)?,
        shown: r.int(at + 4)?,
        tier: r.text(at + 5)?,
        reasons: r.text(at + 6)?,
    })
}

fn invitation_row(r: &Row) -> Result<BriefInvitationRow, Fault> {
    Ok(BriefInvitationRow {
        id: r.parse(0)?,
        brief: r.parse(1)?,
        artist: r.parse(2)?,
        kind: r.text(3)?,
        state: r.text(4)?,
        unseen: r.int(5)? == 1,
        asked: instant(r.int(6)?)?,
        until: instant(r.int(7)?)?,
        answered: r.opt_int(8)?.map(instant).transpose()?,
        words: r.text(9)?,
    })
}
