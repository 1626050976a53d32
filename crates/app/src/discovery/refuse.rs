//! Whose plays and answers train nothing of the house's own, as they said it themselves.
//!
//! What a member played is counted under another name in each period. Who refuses is kept as a keyed mark, so that the table
//! alone says of nobody that they do; from it the names of each period whose key is still there are made and left out. What was
//! counted under a name whose key is destroyed can be led back to nobody, by the house neither.

use music::PartyId;
use ports::period_keys::PeriodKeys;

use crate::{Failure, House, counting, party};

/// What of a party's trains the house's own programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trains {
    /// Whether its answers to doubtful lines teach the matcher: only where it said yes.
    pub answers: bool,
    /// Whether its set lists teach the recommender: unless it said no.
    pub plays: bool,
}

/// What of a party's trains something here.
///
/// # Errors
/// `party-unknown`.
pub async fn of_party(house: &House, who: &str) -> Result<Trains, Failure> {
    let mut tx = house.store.begin_read().await?;
    let id = party::find(&mut tx, who).await?.party.id;
    let answers = tx.trains_by_answers(&id).await?;
    Ok(Trains { answers, plays: !tx.refuses_discovery(id.as_str()).await? })
}

/// Whether a member refuses that what they play trains the recommender.
pub async fn of_member(house: &House, member: &str) -> Result<bool, Failure> {
    let mark = mark(house, member);
    Ok(house.store.begin_read().await?.refuses_discovery(&mark).await?)
}

/// Says for a member whether what they play may train the recommender. It holds from the next training on.
///
/// # Errors
/// Where a key of a period cannot be read.
pub async fn set_member(
    house: &House,
    keys: &PeriodKeys,
    institution: &PartyId,
    member: &str,
    refuses: bool,
) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    tx.set_discovery_refusal(&mark(house, member), refuses, "member", now).await?;
    for name in names(&mut tx, keys, institution, member).await? {
        tx.set_discovery_refusal(&name, refuses, "member", now).await?;
    }
    // Nobody's name: the journal says that somebody did, not who.
    tx.note(
        now,
        "member",
        "discovery training",
        institution.as_str(),
        if refuses { "refuses" } else { "agrees" },
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Leaves out the names of periods that began since members refused; before each training, as long as the keys are there.
/// Tells how many members refuse.
///
/// # Errors
/// Where a key of a period cannot be read.
pub async fn spread(house: &House, keys: &PeriodKeys) -> Result<usize, Failure> {
    let mut tx = house.store.begin_read().await?;
    let refusals = tx.discovery_refusals().await?;
    if !refusals.iter().any(|r| r.starts_with(HEAD)) {
        return Ok(0);
    }
    let members = tx.living_members().await?;
    drop(tx);
    let mut count = 0;
    for (member, institution) in members {
        let Ok(institution) = institution.parse::<PartyId>() else { continue };
        if refusals.binary_search(&mark(house, &member)).is_err() {
            continue;
        }
        count += 1;
        let mut tx = house.store.begin().await?;
        for name in names(&mut tx, keys, &institution, &member).await? {
            tx.set_discovery_refusal(&name, true, "member", house.now()).await?;
        }
        tx.commit().await?;
    }
    Ok(count)
}

const HEAD: &str = "mark:";

fn mark(house: &House, member: &str) -> String {
    format!("{HEAD}{}", house.store.fields().mark("discovery_refusal", member))
}

/// The names of a member in the periods whose keys are there.
async fn names(
    tx: &mut store::Tx,
    keys: &PeriodKeys,
    institution: &PartyId,
    member: &str,
) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for period in tx.usage_periods(Some(institution)).await? {
        all.extend(counting::pseudonym(keys, &period.id, institution, member)?);
    }
    Ok(all)
}
