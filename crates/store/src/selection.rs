//! What institutions publish: selections with words, pictures, curators; and what happens in their rooms.

use jiff::Timestamp;
use jiff::civil::Date;
use music::{PartyId, RecordingId, SelectionId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// An institution's editorial choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionRow {
    /// Our id.
    pub id: SelectionId,
    /// Whose.
    pub institution: PartyId,
    /// Its name in addresses of pages.
    pub slug: String,
    /// The language of its words (BCP 47).
    pub lang: String,
    /// Title.
    pub title: String,
    /// What they say about it, in paragraphs.
    pub words: String,
    /// `draft`, `published` or `withdrawn`.
    pub status: String,
    /// Shown from then on.
    pub from: Option<Timestamp>,
    /// Not shown from then on.
    pub until: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
    /// Who made it.
    pub by: String,
}

/// A recording of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionItemRow {
    /// The recording.
    pub recording: RecordingId,
    /// What they say about it.
    pub words: String,
}

/// A picture of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureRow {
    /// `image/jpeg`, `image/png` or `image/webp`.
    pub kind: String,
    /// What is on it, for those who do not see it.
    pub alt: String,
    /// Who made it.
    pub credit: String,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Something that happens in an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaRow {
    /// Our id.
    pub id: String,
    /// Where.
    pub institution: PartyId,
    /// When.
    pub day: Date,
    /// What.
    pub title: String,
    /// More about it.
    pub words: String,
    /// Where to read on; may be empty.
    pub url: String,
}

const SELECTION: &str =
    "id, institution, slug, lang, title, words, status, from_us, until_us, created_us, changed_us, by_party";

impl Tx {
    /// Writes a selection, or replaces what it says.
    pub async fn put_selection(
        &mut self,
        s: &SelectionRow,
        items: &[SelectionItemRow],
        curators: &[String],
    ) -> Result<(), Fault> {
        let sql = format!(
            "insert into selection ({SELECTION}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             on conflict (id) do update set lang = excluded.lang, title = excluded.title, words = excluded.words, \
             from_us = excluded.from_us, until_us = excluded.until_us, changed_us = excluded.changed_us"
        );
        let id = s.id.as_str();
        let values = args![
            id,
            s.institution.as_str(),
            &s.slug,
            &s.lang,
            &s.title,
            &s.words,
            &s.status,
            s.from.map(|t| t.as_microsecond()),
            s.until.map(|t| t.as_microsecond()),
            s.created.as_microsecond(),
            s.changed.as_microsecond(),
            &s.by,
        ];
        self.run(&sql, values).await?;
        self.run("delete from selection_item where selection = $1", args![id]).await?;
        self.run("delete from selection_curator where selection = $1", args![id]).await?;
        let rows = (0_i64..).zip(items).map(|(n, i)| args![id, n, i.recording.as_str(), &i.words]).collect();
        self.insert_many("insert into selection_item (selection, place, recording, words)", rows, "").await?;
        let rows = (0_i64..).zip(curators).map(|(n, c)| args![id, n, c]).collect();
        self.insert_many("insert into selection_curator (selection, place, name)", rows, "").await
    }

    /// Changes whether a selection is shown.
    pub async fn set_selection_status(
        &mut self,
        id: &SelectionId,
        status: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update selection set status = $2, changed_us = $3 where id = $1";
        self.run(sql, args![id.as_str(), status, now.as_microsecond()]).await.map(drop)
    }

    /// A selection by its name in addresses, or by its id.
    pub async fn selection_at(&mut self, slug: &str) -> Result<Option<SelectionRow>, Fault> {
        let sql = format!("select {SELECTION} from selection where slug = $1 or id = $1");
        self.row(&sql, args![slug]).await?.as_ref().map(selection_row).transpose()
    }

    /// All selections, or those of an institution; newest first.
    pub async fn selections(&mut self, institution: Option<&PartyId>) -> Result<Vec<SelectionRow>, Fault> {
        let sql = format!(
            "select {SELECTION} from selection where $1 = '' or institution = $1 order by created_us desc, id"
        );
        let whose = institution.map_or("", PartyId::as_str);
        self.rows(&sql, args![whose]).await?.iter().map(selection_row).collect()
    }

    /// The recordings of a selection, in order.
    pub async fn selection_items(&mut self, id: &SelectionId) -> Result<Vec<SelectionItemRow>, Fault> {
        let sql = "select recording, words from selection_item where selection = $1 order by place";
        let rows = self.rows(sql, args![id.as_str()]).await?;
        rows.iter().map(|r| Ok(SelectionItemRow { recording: r.parse(0)?, words: r.text(1)? })).collect()
    }

    /// Who made a selection, in order.
    pub async fn selection_curators(&mut self, id: &SelectionId) -> Result<Vec<String>, Fault> {
        let sql = "select name from selection_curator where selection = $1 order by place";
        self.rows(sql, args![id.as_str()]).await?.iter().map(|r| r.text(0)).collect()
    }

    /// Gives a selection a picture in place of the one it has.
    pub async fn put_picture(&mut self, id: &SelectionId, p: &PictureRow) -> Result<(), Fault> {
        let sql = "insert into selection_picture (selection, kind, alt, credit, hash, bytes) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (selection) do update set kind = excluded.kind, alt = excluded.alt, credit = excluded.credit, \
                   hash = excluded.hash, bytes = excluded.bytes";
        let values = args![id.as_str(), &p.kind, &p.alt, &p.credit, &p.hash, p.bytes.clone()];
        self.run(sql, values).await.map(drop)
    }

    /// The picture of a selection.
    pub async fn picture(&mut self, id: &SelectionId) -> Result<Option<PictureRow>, Fault> {
        let sql = "select kind, alt, credit, hash, bytes from selection_picture where selection = $1";
        let row = self.row(sql, args![id.as_str()]).await?;
        row.map(|r| {
            Ok(PictureRow {
                kind: r.text(0)?,
                alt: r.text(1)?,
                credit: r.text(2)?,
                hash: r.text(3)?,
                bytes: r.blob(4)?,
            })
        })
        .transpose()
    }

    /// Notes something that happens in an institution.
    pub async fn insert_agenda(&mut self, a: &AgendaRow, by: &str, now: Timestamp) -> Result<(), Fault> {
        let sql = "insert into agenda (id, institution, day, title, words, url, created_us, by_party) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = args![
            &a.id,
            a.institution.as_str(),
            a.day.to_string(),
            &a.title,
            &a.words,
            &a.url,
            now.as_microsecond(),
            by,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Takes something out of the agenda; false where it is not there.
    pub async fn delete_agenda(&mut self, institution: &PartyId, id: &str) -> Result<bool, Fault> {
        let sql = "delete from agenda where id = $1 and institution = $2";
        Ok(self.run(sql, args![id, institution.as_str()]).await? > 0)
    }

    /// What happens in an institution from a day on, at most so much.
    pub async fn agenda_of(
        &mut self,
        institution: &PartyId,
        from: Date,
        most: i64,
    ) -> Result<Vec<AgendaRow>, Fault> {
        let sql = "select id, institution, day, title, words, url from agenda where institution = $1 and day >= $2 \
                   order by day, id limit $3";
        let rows = self.rows(sql, args![institution.as_str(), from.to_string(), most]).await?;
        rows.iter()
            .map(|r| {
                Ok(AgendaRow {
                    id: r.text(0)?,
                    institution: r.parse(1)?,
                    day: r.parse(2)?,
                    title: r.text(3)?,
                    words: r.text(4)?,
                    url: r.text(5)?,
                })
            })
            .collect()
    }
}

fn selection_row(r: &Row) -> Result<SelectionRow, Fault> {
    Ok(SelectionRow {
        id: r.parse(0)?,
        institution: r.parse(1)?,
        slug: r.text(2)?,
        lang: r.text(3)?,
        title: r.text(4)?,
        words: r.text(5)?,
        status: r.text(6)?,
        from: r.opt_int(7)?.map(instant).transpose()?,
        until: r.opt_int(8)?.map(instant).transpose()?,
        created: instant(r.int(9)?)?,
        changed: instant(r.int(10)?)?,
        by: r.text(11)?,
    })
}
