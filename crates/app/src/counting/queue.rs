//! Many who write at once share one commit.

use std::sync::{Mutex, PoisonError};

use store::{EventRow, Store};
use tokio::sync::oneshot;

use crate::Failure;

type Waiting = (Vec<EventRow>, oneshot::Sender<Result<(), String>>);

/// Rows that wait for the next commit.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    /// Held by whoever writes for all that wait.
    lead: tokio::sync::Mutex<()>,
}

impl Queue {
    /// Appends rows; on return they are on disk, or the failure says that they may not be. Rows keep their numbers, so
    /// writing them again does not double them.
    pub async fn append(&self, store: &Store, rows: Vec<EventRow>) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        let (done, told) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((rows, done));
        let lead = self.lead.lock().await;
        let all = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if !all.is_empty() {
            // A task of its own: whoever leads may be gone before it ends, and others wait for it.
            let _ = tokio::spawn(write_all(store.clone(), all)).await;
        }
        drop(lead);
        told.await.map_err(|_| "the writer of what was seen has stopped".to_owned()).flatten().map_err(fault)
    }
}

async fn write_all(store: Store, all: Vec<Waiting>) {
    let (rows, waiters): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let rows: Vec<EventRow> = rows.into_iter().flatten().collect();
    let result = write(&store, &rows).await.map_err(|e| e.to_string());
    for waiter in waiters {
        // Whoever has gone meanwhile needs no answer.
        let _ = waiter.send(result.clone());
    }
}

async fn write(store: &Store, rows: &[EventRow]) -> Result<(), store::Fault> {
    let mut tx = store.begin().await?;
    tx.append_events(rows).await?;
    tx.commit().await
}

fn fault(words: String) -> Failure {
    Failure::Fault(store::Fault::new(words))
}
