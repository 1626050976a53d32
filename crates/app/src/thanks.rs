//! A producer thanks whoever played them. Said once for a set, to a set that shows that it was played; the DJ reads it
//! beside the set, and learns nothing else by it.

use music::{PartyId, SetListId};
use store::{ThanksId, ThanksRow};

use crate::failure::refuse;
use crate::{Failure, House, party};

/// The longest thanks, in characters.
pub const MOST: usize = 280;

/// A word of thanks to say.
#[derive(Debug, Clone)]
pub struct Say {
    /// Who thanks: a party.
    pub from: String,
    /// For which set.
    pub set_list: String,
    /// What; may be empty: a thank you needs no words.
    pub words: String,
    /// Who of the party's people.
    pub by: String,
}

/// A set for which a party may thank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// The set.
    pub set_list: SetListId,
    /// Who played, as far as the DJ shows it; `None` where not.
    pub performer: Option<String>,
    /// What was played.
    pub titles: Vec<String>,
    /// What was said already.
    pub thanked: Option<ThanksRow>,
}

/// Thanks for a set in which the party was played and paid.
///
/// # Errors
/// In this order: `party-unknown`, `thanks-long`, `thanks-unknown` (no such set, or the party was not paid from it),
/// `thanks-said`.
pub async fn say(house: &House, ask: Say) -> Result<ThanksRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let from = party::find(&mut tx, &ask.from).await?.party;
    let words: String = ask.words.trim().chars().filter(|c| !c.is_control()).collect();
    if words.chars().count() > MOST {
        return Err(refuse("thanks-long", format!("this is longer than {MOST} letters"), "say it shorter"));
    }
    let unknown = || {
        refuse(
            "thanks-unknown",
            "you were not paid from this set",
            "your statement shows the sets you were paid from",
        )
    };
    let list: SetListId = ask.set_list.parse().map_err(|_| unknown())?;
    if !tx.sets_paying(&from.id).await?.iter().any(|(id, _)| *id == list) {
        return Err(unknown());
    }
    let row = ThanksRow {
        id: ThanksId::from_bits(house.world.bits()),
        from: from.id,
        set_list: list,
        words,
        said: now,
        by: ask.by,
    };
    if !tx.insert_thanks(&row).await? {
        return Err(refuse("thanks-said", "you have thanked for this set already", ""));
    }
    tx.note(now, &row.by, "thanks", row.set_list.as_str(), "").await?;
    tx.commit().await?;
    Ok(row)
}

/// The sets that a party was paid from, newest first, as far as those who played show them.
pub async fn played(house: &House, who: &PartyId) -> Result<Vec<Played>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut said = tx.thanks_from(who).await?;
    let mut all: Vec<Played> = Vec::new();
    for (list, title) in tx.sets_paying(who).await? {
        if let Some(known) = all.iter_mut().find(|p| p.set_list == list) {
            known.titles.push(title);
            continue;
        }
        let performer = match tx.set_list(&list).await? {
            Some(row) if row.visibility == "everything" => {
                tx.party(&row.performer).await?.map(|p| p.party.name)
            }
            _ => None,
        };
        let thanked = said.iter().position(|t| t.set_list == list).map(|at| said.swap_remove(at));
        all.push(Played { set_list: list, performer, titles: vec![title], thanked });
    }
    Ok(all)
}

/// What was said for a set: who thanks, and in which words.
pub async fn for_set(house: &House, list: &SetListId) -> Result<Vec<(String, ThanksRow)>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for row in tx.thanks_for(list).await? {
        let name = tx.party(&row.from).await?.map(|p| p.party.name).unwrap_or_default();
        all.push((name, row));
    }
    Ok(all)
}
