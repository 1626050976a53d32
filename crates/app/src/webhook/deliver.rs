//! Telling: one signed message, sent again with patience, given up after about a day.
//!
//! A receiver answers with a status of 2xx within ten seconds, or is tried again. One that fails again and again is left in
//! peace until its oldest message is tried again, so that nobody's broken program keeps the others waiting. One that
//! answers 410 (gone) is never told anything again.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ports::http::{Ask, Fetch, Outside};
use proof::webhook::Secret;
use store::{DeliveryId, DeliveryRow, Tried, WebhookRow};

use super::{end, send};
use crate::job::{self, Handler, Held, Work};
use crate::{Failure, House};

/// The kind of job that tells.
pub const JOB: &str = "webhook-deliver";
/// The waits between the tries, in seconds: 5 s, 1, 5 and 30 min, 2, 4, 6 and 10 h; 22 h 36 min in all.
const WAITS_S: [i64; 8] = [5, 60, 300, 1_800, 7_200, 14_400, 21_600, 36_000];
/// After so many tries a message is given up.
pub const ATTEMPTS: i64 = WAITS_S.len() as i64 + 1;
/// After so many failures in a row, whatever they were about, a webhook is left in peace for a while.
const PATIENCE: i64 = 3;
/// For so long at most.
const QUIET_MOST: SignedDuration = SignedDuration::from_mins(30);
/// So much of an error is kept.
const ERROR_CHARS: usize = 300;

/// How long to wait after the `attempt`th try (from 1), a tenth more at most as the bits fall; `None` where it was the last.
///
/// ```
/// assert_eq!(app::webhook::wait(1, 0).unwrap().as_secs(), 5);
/// assert_eq!(app::webhook::wait(8, u64::MAX).unwrap().as_secs(), 39_599);
/// assert_eq!(app::webhook::wait(9, 0), None);
/// ```
pub fn wait(attempt: i64, bits: u64) -> Option<SignedDuration> {
    let place = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let whole_ms = WAITS_S.get(place)? * 1_000;
    let extra = (u128::from(bits) * u128::from(whole_ms.unsigned_abs() / 10)) >> 64;
    Some(SignedDuration::from_millis(whole_ms + i64::try_from(extra).unwrap_or(0)))
}

/// Through what is told: the public internet, and this machine itself for the webhooks of which the operator said so.
#[derive(Clone)]
pub struct Outlets {
    /// The public internet over TLS, and nothing else.
    pub public: Arc<dyn Fetch>,
    /// This machine too.
    pub here: Arc<dyn Fetch>,
}

impl Default for Outlets {
    fn default() -> Self {
        Outlets { public: Arc::new(Outside::new(false)), here: Arc::new(Outside::new(true)) }
    }
}

impl std::fmt::Debug for Outlets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outlets(…)")
    }
}

/// Tells what waits.
pub(crate) struct Deliver(pub(crate) Outlets);

impl Handler for Deliver {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run<'a>(&'a self, house: &'a House, job: &'a Held) -> Work<'a> {
        Box::pin(one(house, &self.0, job))
    }
}

/// What one try came to.
enum Came {
    Delivered(u16),
    Gone,
    Failed(Option<u16>, String),
}

async fn one(house: &House, outlets: &Outlets, job: &Held) -> Result<(), Failure> {
    let Ok(id) = job.payload().parse::<DeliveryId>() else { return Ok(()) };
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let Some(row) = tx.delivery(&id).await?.filter(|d| d.state == "waiting") else { return Ok(()) };
    let Some(hook) = tx.webhook(house.store.fields(), &row.webhook).await? else { return Ok(()) };
    let secrets = tx.webhook_secrets(house.store.fields(), &hook.id, now).await?;
    drop(tx);
    if hook.ended.is_some() {
        let over = Tried {
            state: "given-up",
            attempts: row.attempts,
            status: None,
            error: "the webhook is over",
            next: None,
        };
        return keep(house, job, &row, &over, |_| None).await;
    }
    // Whatever is tried again has its own time; what is new waits with it.
    if let Some(quiet) = hook.quiet.filter(|q| hook.failures >= PATIENCE && row.attempts == 0 && now < *q) {
        let later = Tried {
            state: "waiting",
            attempts: 0,
            status: None,
            error: "its receiver fails and is left in peace",
            next: Some(quiet),
        };
        return keep(house, job, &row, &later, |_| None).await;
    }
    let came = told(outlets, &hook, &secrets, &row, now).await;
    record(house, job, &row, came).await
}

async fn told(
    outlets: &Outlets,
    hook: &WebhookRow,
    secrets: &[String],
    row: &DeliveryRow,
    now: Timestamp,
) -> Came {
    let Ok(url) = hook.url.parse() else {
        return Came::Failed(None, "its address cannot be read".to_owned());
    };
    let at = now.as_second();
    let sign = |text: &String| {
        text.parse::<Secret>().ok().map(|secret| secret.sign(row.id.as_str(), at, row.body.as_bytes()))
    };
    let signatures: Vec<String> = secrets.iter().filter_map(sign).collect();
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", row.id.to_string()),
        ("webhook-timestamp", at.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ];
    let outlet = if hook.loopback { &outlets.here } else { &outlets.public };
    match outlet.ask(Ask { url, form: Some(row.body.clone()), headers }).await {
        Ok(answer) if (200..300).contains(&answer.status) => Came::Delivered(answer.status),
        Ok(answer) if answer.status == 410 => Came::Gone,
        Ok(answer) => Came::Failed(Some(answer.status), format!("it answered {}", answer.status)),
        Err(error) => Came::Failed(None, error.to_string()),
    }
}

async fn record(house: &House, job: &Held, row: &DeliveryRow, came: Came) -> Result<(), Failure> {
    let attempts = row.attempts + 1;
    let tried = |state, status, error, next| Tried { state, attempts, status, error, next };
    match came {
        Came::Delivered(status) => {
            keep(house, job, row, &tried("delivered", Some(status), "", None), |_| Some(Turn::Fine)).await
        }
        Came::Gone => {
            let over = tried("given-up", Some(410), "its receiver is gone", None);
            keep(house, job, row, &over, |_| Some(Turn::Gone)).await
        }
        Came::Failed(status, why) => {
            let why: String = why.chars().take(ERROR_CHARS).collect();
            let next = wait(attempts, house.world.bits()).map(|wait| house.now() + wait);
            let state = if next.is_some() { "waiting" } else { "given-up" };
            let quiet = |now: Timestamp| next.unwrap_or(now + QUIET_MOST).min(now + QUIET_MOST);
            keep(house, job, row, &tried(state, status, &why, next), |now| Some(Turn::Failed(quiet(now))))
                .await
        }
    }
}

/// What a try says of the webhook.
enum Turn {
    Fine,
    Failed(Timestamp),
    Gone,
}

/// Notes the try, what it says of the webhook, that this job is done, and the next one where there is one: all or nothing.
async fn keep(
    house: &House,
    job: &Held,
    row: &DeliveryRow,
    tried: &Tried<'_>,
    turn: impl FnOnce(Timestamp) -> Option<Turn>,
) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    job.done(&mut tx, now).await?;
    tx.delivery_tried(&row.id, tried, now).await?;
    match turn(now) {
        Some(Turn::Fine) => tx.webhook_fine(&row.webhook).await?,
        Some(Turn::Failed(quiet)) => tx.webhook_failed(&row.webhook, quiet).await?,
        Some(Turn::Gone) => end(house, &mut tx, &row.webhook, "gone").await?,
        None => {}
    }
    if let Some(next) = tried.next {
        job::enqueue_in(house, &mut tx, send(&row.id, next)).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tries_end_after_about_a_day() {
        let sum = |bits| (1..ATTEMPTS).map(|n| wait(n, bits).unwrap().as_secs()).sum::<i64>();
        assert_eq!(sum(0), 81_365);
        assert!(sum(u64::MAX) < 25 * 3_600);
        assert_eq!((wait(0, 0), wait(ATTEMPTS, 0), wait(i64::MIN, 0)), (None, None, None));
    }
}
