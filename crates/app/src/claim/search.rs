//! "Is my name here?": names that were credited, with what waits for them as far as it may be told.

use money::Amount;
use music::PartyId;
use store::Standing;

use super::unclaimed;
use crate::failure::refuse;
use crate::{Failure, House};

/// How many names a search answers at most.
const FOUND_MOST: i64 = 20;

/// What a public search tells about a name. No amount, no date, no performer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The party.
    pub party: PartyId,
    /// The name as credited.
    pub name: String,
    /// Whether somebody answers for it.
    pub standing: Standing,
    /// How many recordings credit it.
    pub recordings: i64,
    /// Whether money waits.
    pub waits: Waits,
}

/// Whether money waits, and how much in rough words where that gives nobody's gift away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// None.
    No,
    /// Some; the runs it comes from have too few givers to say more.
    Some,
    /// Less than ten of a currency's unit.
    UnderTen,
    /// Ten to a hundred.
    UnderHundred,
    /// More.
    HundredAndMore,
}

impl Waits {
    fn bracket(amount: Amount) -> Waits {
        match amount.micros() {
            i64::MIN..=0 => Waits::No,
            1..=9_999_999 => Waits::UnderTen,
            10_000_000..=99_999_999 => Waits::UnderHundred,
            _ => Waits::HundredAndMore,
        }
    }

    /// Whether any money waits.
    pub fn any(self) -> bool {
        self != Waits::No
    }
}

/// "Is my name here?": the credited parties whose name or alias holds all the words.
pub async fn search(house: &House, words: &str) -> Result<Vec<Found>, Failure> {
    if music::name_key(words).len() < 2 {
        return Err(refuse(
            "search-short",
            "a search needs two letters at least",
            "write the name as it stands on the release",
        ));
    }
    let mut tx = house.store.begin_read().await?;
    let mut found = Vec::new();
    for record in tx.search_parties(words, FOUND_MOST).await? {
        let id = record.party.id;
        let recordings = tx.recordings_crediting(&id).await?;
        let waiting = unclaimed(&mut tx, &id).await?;
        // Who only performs or pays is nobody's business.
        if recordings == 0 && waiting.is_empty() {
            continue;
        }
        let waits = match waiting.iter().map(|(_, a)| *a).max_by_key(|a| a.micros()) {
            None => Waits::No,
            Some(_) if tx.paid_privately(&id).await? => Waits::Some,
            Some(most) => Waits::bracket(most),
        };
        found.push(Found {
            party: id,
            name: record.party.name,
            standing: record.standing,
            recordings,
            waits,
        });
    }
    Ok(found)
}
