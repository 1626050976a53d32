//! Uses by AI: what holders say, who may speak for them, and what that makes of a recording.
//!
//! Everything said becomes an entry of the public log in the transaction that records it, and takes effect from there.
//! What tightens holds at once. What loosens against a holder's own earlier word (lifting a refusal), gives somebody else their
//! voice (an agent) or their catalogue away waits for a second factor or for time ([`wait`]).

pub mod audit;
pub(crate) mod change;
pub mod erase;
pub mod foreign;
pub mod level;
pub mod license;
pub mod mandate;
pub mod own;
pub(crate) mod page;
pub mod receipt;
pub mod registry;
pub mod roles;
pub(crate) mod say;
pub mod training;
pub mod wait;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use proof::commitment::MasterKey;
use serde_json::Value;
use store::{ConsentRow, Tx, WaitRow};

use crate::failure::refuse;
use crate::{Failure, House, log};

pub(crate) use page::holdings;
pub use page::{Allowed, Holding, Standing, consents_of_recording, link, linked, standing};
pub use say::{Say, Submitted, say, submit, withdraw};

/// What became of something said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// It is in the log and holds.
    Said(ConsentRow),
    /// It lifts a refusal, so it waits.
    Waits(WaitRow),
}

/// Today, in UTC: the day by which the log's entries take effect.
pub(crate) fn today(house: &House) -> Date {
    house.now().to_zoned(TimeZone::UTC).date()
}

/// The key the house keeps for a party that brings none of its own.
pub(crate) fn speaker_seed(house: &House, party: &str) -> [u8; 32] {
    *MasterKey::from_bytes(house.commitment_key).salt("speaker", party).as_bytes()
}

/// Sixteen bytes of chance as hexadecimal digits.
pub(crate) fn fresh_salt(house: &House) -> String {
    format!("{:016x}{:016x}", house.world.bits(), house.world.bits())
}

pub(crate) fn fresh_id(house: &House, head: &str) -> String {
    format!("{head}-{}", music::id::base32(house.world.bits()))
}

/// Writes a line that is no statement: its entry carries its hash.
pub(crate) async fn put_line(
    house: &House,
    tx: &mut Tx,
    kind: &str,
    speaker: &music::PartyId,
    holder: &music::PartyId,
    subject: &str,
    line: &Value,
) -> Result<ConsentRow, Failure> {
    let hash = consent::statement::hash(line).map_err(|e| refuse("consent-line", e.to_string(), ""))?;
    let id = line.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let leaf = serde_json::json!({ "hash": hash.to_string(), "id": id, "leaf": kind });
    let place = log::add(house, tx, kind, &id, &leaf).await?;
    let row = ConsentRow {
        id,
        kind: kind.to_owned(),
        speaker: speaker.clone(),
        holder: holder.clone(),
        subject: subject.to_owned(),
        line: line.to_string(),
        hash: hash.to_string(),
        place,
        day: today(house),
        end: None,
    };
    tx.insert_consent(&row).await?;
    Ok(row)
}

/// Ends a mandate, a licence or a dispute by an entry of its own.
pub(crate) async fn end_line(house: &House, tx: &mut Tx, row: &ConsentRow) -> Result<i64, Failure> {
    let leaf = serde_json::json!({ "ends": row.id, "hash": row.hash, "leaf": "end" });
    let place = log::add(house, tx, "end", &row.id, &leaf).await?;
    tx.end_consent(&row.id, place, today(house)).await?;
    Ok(place)
}
