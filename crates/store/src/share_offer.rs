//! Parts of shares that were offered to others.

use jiff::Timestamp;
use jiff::civil::Date;
use money::Ratio;
use music::{PartyId, RecordingId};

use crate::db::{Row, Tx};
use crate::id::ShareOfferId;
use crate::set_list::instant;
use crate::{Fault, args};

/// A part of somebody's own share, offered to another party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareOfferRow {
    /// Its id.
    pub id: ShareOfferId,
    /// Of which recording.
    pub recording: RecordingId,
    /// Who gives.
    pub from: PartyId,
    /// Who is to get.
    pub to: PartyId,
    /// Which part of the whole recording.
    pub ratio: Ratio,
    /// From which day on.
    pub day: Date,
    /// What the giver says with it.
    pub words: String,
    /// `open`, `confirmed`, `refused` or `withdrawn`.
    pub status: String,
    /// When it was offered.
    pub offered: Timestamp,
    /// By whom of the giver's people.
    pub by: String,
    /// When it was answered.
    pub answered: Option<Timestamp>,
}

const OFFER: &str = "id, recording, from_party, to_party, num, den, from_day, words, status, offered_us, by_sign_in, answered_us";

impl Tx {
    /// Keeps an offer.
    pub async fn insert_share_offer(&mut self, o: &ShareOfferRow) -> Result<(), Fault> {
        let sql = "insert into share_offer (id, recording, from_party, to_party, num, den, from_day, words, status, offered_us, by_sign_in) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10)";
        let values = args![
            o.id.as_str(),
            o.recording.as_str(),
            o.from.as_str(),
            o.to.as_str(),
            o.ratio.numerator(),
            o.ratio.denominator(),
            o.day.to_string(),
            &o.words,
            o.offered.as_microsecond(),
            &o.by,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// An offer by its id.
    pub async fn share_offer(&mut self, id: &ShareOfferId) -> Result<Option<ShareOfferRow>, Fault> {
        let sql = format!("select {OFFER} from share_offer where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(offer_row).transpose()
    }

    /// The offers that a party made or got, newest first.
    pub async fn share_offers_of(&mut self, party: &PartyId) -> Result<Vec<ShareOfferRow>, Fault> {
        let sql = format!(
            "select {OFFER} from share_offer where from_party = $1 or to_party = $1 order by offered_us desc, id"
        );
        self.rows(&sql, args![party.as_str()]).await?.iter().map(offer_row).collect()
    }

    /// Answers an offer; false where it was answered before.
    pub async fn answer_share_offer(
        &mut self,
        id: &ShareOfferId,
        status: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "update share_offer set status = $2, answered_by = $3, answered_us = $4 where id = $1 and status = 'open'";
        Ok(self.run(sql, args![id.as_str(), status, by, now.as_microsecond()]).await? > 0)
    }
}

fn offer_row(row: &Row) -> Result<ShareOfferRow, Fault> {
    let part = |n: i64| u64::try_from(n).map_err(|e| Fault::new(e.to_string()));
    Ok(ShareOfferRow {
        id: row.parse(0)?,
        recording: row.parse(1)?,
        from: row.parse(2)?,
        to: row.parse(3)?,
        ratio: Ratio::new(part(row.int(4)?)?, part(row.int(5)?)?).map_err(|e| Fault::new(e.to_string()))?,
        day: row.parse(6)?,
        words: row.text(7)?,
        status: row.text(8)?,
        offered: instant(row.int(9)?)?,
        by: row.text(10)?,
        answered: row.opt_int(11)?.map(instant).transpose()?,
    })
}
