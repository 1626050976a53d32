//! What a listener was hearing: the queue to go on with elsewhere, places to come back to, what is on now.

use jiff::{SignedDuration, Timestamp};
pub use store::{BookmarkRow, NowRow, QueueRow};

use crate::failure::refuse;
use crate::{Failure, House};

/// Songs of one queue.
const SONGS_MOST: usize = 10_000;
/// After how long without a word nothing is on any more.
const ON_MOST: SignedDuration = SignedDuration::from_hours(1);

/// Saves the queue; an empty one is forgotten.
///
/// # Errors
/// `queue-long` past ten thousand songs.
pub async fn save(house: &House, member: &str, queue: &QueueRow) -> Result<(), Failure> {
    if queue.songs.len() > SONGS_MOST {
        let message = format!("a queue of {} songs is longer than {SONGS_MOST}", queue.songs.len());
        return Err(refuse("queue-long", message, "save the part that comes next"));
    }
    let mut tx = house.store.begin().await?;
    tx.put_queue(member, queue).await?;
    tx.commit().await?;
    Ok(())
}

/// The queue, where one was saved.
pub async fn saved(house: &House, member: &str) -> Result<Option<QueueRow>, Failure> {
    Ok(house.store.begin_read().await?.queue(member).await?)
}

/// Marks a place in a recording.
pub async fn mark(
    house: &House,
    member: &str,
    recording: &str,
    at_ms: i64,
    comment: &str,
) -> Result<(), Failure> {
    let comment: String = comment.chars().take(2_000).collect();
    let mut tx = house.store.begin().await?;
    tx.put_bookmark(member, recording, at_ms, &comment, house.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the mark away.
pub async fn unmark(house: &House, member: &str, recording: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    tx.drop_bookmark(member, recording).await?;
    tx.commit().await?;
    Ok(())
}

/// The marks, the latest first.
pub async fn marks(house: &House, member: &str) -> Result<Vec<BookmarkRow>, Failure> {
    Ok(house.store.begin_read().await?.bookmarks(member).await?)
}

/// Notes what a player says is on. It is shown to the listener; it counts for nothing.
pub async fn now_on(house: &House, member: &str, now: &NowRow) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    tx.put_now_playing(member, now).await?;
    tx.commit().await?;
    Ok(())
}

/// What the listener's players said is on, within the last hour.
pub async fn on(house: &House, member: &str) -> Result<Vec<NowRow>, Failure> {
    let since = house.now().checked_sub(ON_MOST).unwrap_or(Timestamp::MIN);
    Ok(house.store.begin_read().await?.now_playing(member, since).await?)
}
