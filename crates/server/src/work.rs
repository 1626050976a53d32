//! The house's background work beside the pages: one worker, until the end is asked for.

use std::time::Duration;

use app::House;
use app::job::{self, Handlers, Outcome};
use tokio::sync::watch;

/// How long to wait where nothing is due.
const PAUSE: Duration = Duration::from_secs(1);
/// How often what comes round by itself is put in line.
const ROUND: Duration = Duration::from_secs(60);

/// Does what is due, until `stopped` says so; the job at work then has `grace` to end, and is given back where it does not.
pub(crate) async fn work(
    house: House,
    handlers: Handlers,
    mut stopped: watch::Receiver<bool>,
    grace: Duration,
) {
    let worker = format!("serve-{:08x}", house.world.bits() >> 32);
    let mut round = tokio::time::interval(ROUND);
    // A house that has just opened has nothing to tidy up, and a short visit leaves no trace.
    round.tick().await;
    while !*stopped.borrow() {
        let idle = match job::run_one_until(&house, &handlers, &worker, over(stopped.clone(), grace)).await {
            Ok(Some((row, outcome))) => {
                note(&row, &outcome);
                false
            }
            Ok(None) => true,
            Err(failure) => {
                tracing::error!(%failure, "the queue of jobs failed");
                true
            }
        };
        if !idle {
            continue;
        }
        tokio::select! {
            _ = stopped.changed() => {}
            () = tokio::time::sleep(PAUSE) => {}
            _ = round.tick() => {
                if let Err(failure) = job::round(&house).await {
                    tracing::error!(%failure, "what comes round was not put in line");
                }
            }
        }
    }
}

/// Waits for the end to be asked for, and for the grace after it.
async fn over(mut stopped: watch::Receiver<bool>, grace: Duration) {
    // Where nobody can ask any more, nobody will.
    if stopped.wait_for(|end| *end).await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(grace).await;
}

/// Tells webhooks, until `stopped` says so.
pub(crate) async fn tell(house: House, handlers: Handlers, mut stopped: watch::Receiver<bool>) {
    let worker = format!("webhooks-{:08x}", house.world.bits() >> 32);
    while !*stopped.borrow() {
        match job::run_one(&house, &handlers, &worker).await {
            Ok(Some((row, outcome))) => note(&row, &outcome),
            done => {
                if let Err(failure) = done {
                    tracing::error!(%failure, "the queue of webhooks failed");
                }
                tokio::select! {
                    _ = stopped.changed() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }
}

fn note(row: &store::JobRow, outcome: &Outcome) {
    let (id, kind) = (&row.id, &row.kind);
    match outcome {
        Outcome::Done => tracing::debug!(%id, %kind, "job done"),
        Outcome::Again(at, why) => tracing::warn!(%id, %kind, %why, again = %at, "job failed"),
        Outcome::Dead(why) => tracing::error!(%id, %kind, %why, "job given up"),
        Outcome::GivenBack => tracing::info!(%id, %kind, "job given back"),
        Outcome::Lost => tracing::warn!(%id, %kind, "job lost to another worker"),
    }
}
