//! Keys of parties' own, by which they sign agreements and requests.

use jiff::Timestamp;
use music::PartyId;

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{Fault, args};

/// A key that a party signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyKeyRow {
    /// Its id.
    pub id: String,
    /// Whose.
    pub party: PartyId,
    /// The public key (Ed25519): 64 hexadecimal digits.
    pub key: String,
    /// The signed paper that binds it to its party.
    pub paper: String,
    /// The paper's hash.
    pub hash: String,
    /// Its place in the log.
    pub place: i64,
    /// Since when.
    pub since: Timestamp,
    /// The place of its end in the log, and when that was.
    pub end: Option<(i64, Timestamp)>,
}

const KEY: &str = "id, party, public_key, paper, hash, place, since_us, end_place, ended_us";

impl Tx {
    /// Keeps a key.
    pub async fn insert_party_key(&mut self, row: &PartyKeyRow) -> Result<(), Fault> {
        let sql = "insert into party_key (id, party, public_key, paper, hash, place, since_us) values ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![
            &row.id,
            row.party.as_str(),
            &row.key,
            &row.paper,
            &row.hash,
            row.place,
            row.since.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// The keys of a party, oldest first; those of all where none is named.
    pub async fn party_keys(&mut self, party: &str) -> Result<Vec<PartyKeyRow>, Fault> {
        let sql = format!("select {KEY} from party_key where $1 = '' or party = $1 order by place, id");
        self.rows(&sql, args![party]).await?.iter().map(key_row).collect()
    }

    /// Ends a key.
    pub async fn end_party_key(&mut self, id: &str, place: i64, at: Timestamp) -> Result<(), Fault> {
        let sql = "update party_key set end_place = $2, ended_us = $3 where id = $1 and end_place is null";
        self.run(sql, args![id, place, at.as_microsecond()]).await.map(drop)
    }
}

fn key_row(r: &Row) -> Result<PartyKeyRow, Fault> {
    let end = match (r.opt_int(7)?, r.opt_int(8)?) {
        (Some(place), Some(at)) => Some((place, instant(at)?)),
        _ => None,
    };
    Ok(PartyKeyRow {
        id: r.text(0)?,
        party: r.parse(1)?,
        key: r.text(2)?,
        paper: r.text(3)?,
        hash: r.text(4)?,
        place: r.int(5)?,
        since: instant(r.int(6)?)?,
        end,
    })
}
