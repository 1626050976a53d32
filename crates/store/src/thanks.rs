//! Words of thanks, from a producer to whoever played them.

use jiff::Timestamp;
use music::{PartyId, SetListId};

use crate::db::{Row, Tx};
use crate::id::ThanksId;
use crate::set_list::instant;
use crate::{Fault, args};

/// A word of thanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThanksRow {
    /// Its id.
    pub id: ThanksId,
    /// Who thanks.
    pub from: PartyId,
    /// For which set.
    pub set_list: SetListId,
    /// What.
    pub words: String,
    /// When.
    pub said: Timestamp,
    /// Who of the party's people wrote it.
    pub by: String,
}

const THANKS: &str = "id, from_party, set_list, words, said_us, by_sign_in";

impl Tx {
    /// Keeps a word of thanks; false where that party has thanked for this set already.
    pub async fn insert_thanks(&mut self, t: &ThanksRow) -> Result<bool, Fault> {
        let sql = "insert into thanks (id, from_party, set_list, words, said_us, by_sign_in) values ($1, $2, $3, $4, $5, $6) \
                   on conflict do nothing";
        let values = args![
            t.id.as_str(),
            t.from.as_str(),
            t.set_list.as_str(),
            &t.words,
            t.said.as_microsecond(),
            &t.by,
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// The sets whose lines paid a party, with the title of what was played, newest first; only those whose DJ shows
    /// everything, and out of runs that are shown line by line.
    pub async fn sets_paying(&mut self, party: &PartyId) -> Result<Vec<(SetListId, String)>, Fault> {
        let sql = "select distinct s.id, c.artist, c.title, c.version, s.created_us from allocation_line l \
                   join run r on r.id = l.run join set_list_line i on i.id = l.set_line \
                   join set_list s on s.id = i.set_list join recording c on c.id = i.recording \
                   where l.party = $1 and l.kind = 'pay' and l.amount > 0 and r.status = 'approved' and r.private = 0 \
                   and s.visibility = 'everything' and s.status = 'open' order by s.created_us desc, s.id, c.title limit 2000";
        let rows = self.rows(sql, args![party.as_str()]).await?;
        let one = |row: &Row| {
            let version = row.text(3)?;
            let version = if version.is_empty() { String::new() } else { format!(" ({version})") };
            Ok((row.parse(0)?, format!("{} – {}{version}", row.text(1)?, row.text(2)?)))
        };
        rows.iter().map(one).collect()
    }

    /// The thanks that a party said, newest first.
    pub async fn thanks_from(&mut self, party: &PartyId) -> Result<Vec<ThanksRow>, Fault> {
        let sql = format!("select {THANKS} from thanks where from_party = $1 order by said_us desc, id");
        self.rows(&sql, args![party.as_str()]).await?.iter().map(thanks_row).collect()
    }

    /// The thanks for a set, newest first.
    pub async fn thanks_for(&mut self, list: &SetListId) -> Result<Vec<ThanksRow>, Fault> {
        let sql = format!("select {THANKS} from thanks where set_list = $1 order by said_us desc, id");
        self.rows(&sql, args![list.as_str()]).await?.iter().map(thanks_row).collect()
    }
}

fn thanks_row(row: &Row) -> Result<ThanksRow, Fault> {
    Ok(ThanksRow {
        id: row.parse(0)?,
        from: row.parse(1)?,
        set_list: row.parse(2)?,
        words: row.text(3)?,
        said: instant(row.int(4)?)?,
        by: row.text(5)?,
    })
}
