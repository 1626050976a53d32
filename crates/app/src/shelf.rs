//! What a listener keeps beside their playlists: stars, ratings, and how often their players said they played what.

use std::collections::HashMap;

use jiff::Timestamp;
pub use store::ItemKind;

use crate::failure::refuse;
use crate::{Failure, House};

/// Stars or scrobbles in one request.
const AT_ONCE_MOST: usize = 10_000;

/// A listener's stars, ratings and counts, by the ids of things; an id tells of what kind it is.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Grows with every change.
    pub changed: i64,
    /// Since when a thing is starred.
    pub stars: HashMap<String, (ItemKind, Timestamp)>,
    /// One to five.
    pub ratings: HashMap<String, (ItemKind, u8)>,
    /// How often a recording was played, and when last, as the listener's own players said.
    pub plays: HashMap<String, (i64, Timestamp)>,
    /// Places to come back to, in milliseconds of a recording.
    pub bookmarks: HashMap<String, i64>,
}

/// What a listener keeps.
pub async fn load(house: &House, member: &str) -> Result<Shelf, Failure> {
    let mut tx = house.store.begin_read().await?;
    let changed = tx.listener(member).await?.map_or(0, |l| l.changed);
    let stars = tx.stars(member).await?.into_iter().map(|s| (s.item, (s.kind, s.at))).collect();
    let ratings = tx.ratings(member).await?.into_iter().map(|r| (r.item, (r.kind, r.stars))).collect();
    let plays = tx.tallies(member).await?.into_iter().map(|t| (t.recording, (t.plays, t.last))).collect();
    let bookmarks = tx.bookmarks(member).await?.into_iter().map(|b| (b.recording, b.position_ms)).collect();
    Ok(Shelf { changed, stars, ratings, plays, bookmarks })
}

/// How often what a listener keeps has changed; `None` where there is no such listener.
pub async fn changed(house: &House, member: &str) -> Result<Option<i64>, Failure> {
    Ok(house.store.begin_read().await?.listener(member).await?.map(|l| l.changed))
}

/// Stars things, or takes their stars away.
///
/// # Errors
/// `too-many` past ten thousand at once.
pub async fn star(
    house: &House,
    member: &str,
    items: &[(ItemKind, String)],
    on: bool,
) -> Result<(), Failure> {
    bounded(items.len())?;
    let mut tx = house.store.begin().await?;
    match on {
        true => tx.put_stars(member, items, house.now()).await?,
        false => tx.drop_stars(member, items).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// Rates a thing from 1 to 5; 0 takes the rating away.
///
/// # Errors
/// `rating` past 5.
pub async fn rate(house: &House, member: &str, kind: ItemKind, item: &str, stars: u8) -> Result<(), Failure> {
    if stars > 5 {
        return Err(refuse("rating", format!("`{stars}` is no rating"), "rate from 1 to 5; 0 takes it away"));
    }
    let mut tx = house.store.begin().await?;
    tx.put_rating(member, kind, item, stars, house.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds plays as a player told them, for the listener's own lists; nothing here is paid.
///
/// # Errors
/// `too-many` past ten thousand at once.
pub async fn played(house: &House, member: &str, plays: &[(String, Timestamp)]) -> Result<(), Failure> {
    bounded(plays.len())?;
    let mut tx = house.store.begin().await?;
    tx.add_tallies(member, plays).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets what players told that was played: one recording, or all. What was counted for artists is elsewhere, under
/// names that nobody can lead back, and stays.
pub async fn forget_played(house: &House, member: &str, recording: Option<&str>) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    tx.forget_tallies(member, recording).await?;
    tx.commit().await?;
    Ok(())
}

fn bounded(count: usize) -> Result<(), Failure> {
    if count > AT_ONCE_MOST {
        let message = format!("{count} at once are more than {AT_ONCE_MOST}");
        return Err(refuse("too-many", message, "send them in several parts"));
    }
    Ok(())
}
