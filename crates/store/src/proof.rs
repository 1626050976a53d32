//! Proofs of participation, and who asks for them.

use jiff::Timestamp;
use jiff::civil::Date;
use music::event::Event;
use music::{EventId, PartyId, ProofId, SetListId, name_key};

use crate::db::Tx;
use crate::set_list::{instant, small};
use crate::{Fault, args};

/// A proof as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofRow {
    /// Its id.
    pub id: ProofId,
    /// The set list.
    pub set_list: SetListId,
    /// The signed note.
    pub note: String,
    /// When it was issued.
    pub issued: Timestamp,
}

/// A venue or agent that asks for proofs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandRow {
    /// Who asks.
    pub party: PartyId,
    /// At which venue.
    pub venue: String,
    /// At least what part of the fee, in percent; any proof where `None`.
    pub percent: Option<u32>,
    /// For events from this day on.
    pub since: Date,
}

impl Tx {
    /// Keeps a proof that was issued.
    pub async fn insert_proof(&mut self, proof: &ProofRow) -> Result<(), Fault> {
        let sql = "insert into participation (id, set_list, note, issued_us) values ($1, $2, $3, $4)";
        let values =
            args![proof.id.as_str(), proof.set_list.as_str(), &proof.note, proof.issued.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// The proofs of a set list, newest first.
    pub async fn proofs_of(&mut self, list: &SetListId) -> Result<Vec<ProofRow>, Fault> {
        let sql = "select id, set_list, note, issued_us from participation where set_list = $1 order by issued_us desc, id";
        let rows = self.rows(sql, args![list.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(ProofRow {
                    id: r.parse(0)?,
                    set_list: r.parse(1)?,
                    note: r.text(2)?,
                    issued: instant(r.int(3)?)?,
                })
            })
            .collect()
    }

    /// Notes that a party asks for proofs at a venue, replacing what it asked before.
    pub async fn put_demand(&mut self, demand: &DemandRow, by: &str) -> Result<(), Fault> {
        let sql = "insert into proof_demand (party, venue_key, venue, percent, since_day, by_party) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (party, venue_key) do update set venue = excluded.venue, percent = excluded.percent, \
                   since_day = excluded.since_day, by_party = excluded.by_party";
        let values = args![
            demand.party.as_str(),
            name_key(&demand.venue),
            &demand.venue,
            demand.percent,
            demand.since.to_string(),
            by,
        ];
        self.run(sql, values).await.map(drop)
    }

    /// What a party asks for, by venue.
    pub async fn demands_of(&mut self, party: &PartyId) -> Result<Vec<DemandRow>, Fault> {
        let sql =
            "select party, venue, percent, since_day from proof_demand where party = $1 order by venue_key";
        let rows = self.rows(sql, args![party.as_str()]).await?;
        rows.iter()
            .map(|r| {
                let percent = r.opt_int(2)?.map(small).transpose()?;
                Ok(DemandRow { party: r.parse(0)?, venue: r.text(1)?, percent, since: r.parse(3)? })
            })
            .collect()
    }

    /// The events with a day at or after one, oldest first.
    pub async fn events_since(&mut self, day: Date) -> Result<Vec<Event>, Fault> {
        let sql = "select id from event where day >= $1 order by day, id";
        let mut events = Vec::new();
        for row in self.rows(sql, args![day.to_string()]).await? {
            let id: EventId = row.parse(0)?;
            events.extend(self.event(&id).await?);
        }
        Ok(events)
    }
}
