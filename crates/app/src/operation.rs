//! How the house does, for whoever watches it: counts and ages, no money, no names.

use jiff::Timestamp;
use store::{JobCount, PoolState};

use crate::{Failure, House};

/// What is measured at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// Jobs by kind and state.
    pub jobs: Vec<JobCount>,
    /// For how many seconds the job that is due longest has waited; 0 where nothing is due.
    pub queue_age_s: i64,
    /// Entries of the public log.
    pub log_entries: i64,
    /// Of them, how many a checkpoint covers.
    pub log_published: i64,
    /// How many seconds ago the newest checkpoint was signed; `None` before the first.
    pub checkpoint_age_s: Option<i64>,
    /// How many seconds ago a backup was last made; `None` where none was.
    pub backup_age_s: Option<i64>,
    /// Plays delivered for sharing.
    pub plays: i64,
    /// The schema of the database.
    pub schema: i64,
    /// The connections of this process.
    pub pool: PoolState,
}

/// The action under which a backup stands in the journal.
pub const BACKUP_NOTE: &str = "backup";

/// Measures.
pub async fn vitals(house: &House) -> Result<Vitals, Failure> {
    let now = house.now();
    let since = |at: Timestamp| (now.as_second() - at.as_second()).max(0);
    let pool = house.store.db().pool();
    let mut tx = house.store.begin_read().await?;
    let head = tx.newest_head().await?;
    Ok(Vitals {
        jobs: tx.job_counts().await?,
        queue_age_s: tx.oldest_due_job(now).await?.map_or(0, since),
        log_entries: tx.log_size().await?,
        log_published: head.as_ref().map_or(0, |h| h.size),
        checkpoint_age_s: head.map(|h| since(h.at)),
        backup_age_s: tx.last_note(BACKUP_NOTE).await?.map(since),
        plays: tx.plays_delivered().await?,
        schema: tx.schema().await?,
        pool,
    })
}

/// Whether the house can work now: its database answers, and is of a schema that this program knows.
pub async fn is_ready(house: &House) -> bool {
    let asked = async {
        let mut tx = house.store.begin_read().await?;
        tx.schema().await
    };
    let wait = std::time::Duration::from_secs(2);
    matches!(tokio::time::timeout(wait, asked).await, Ok(Ok(schema)) if schema > 0)
}
