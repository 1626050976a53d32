//! What the house does once a day: contracts go on, what goes on is billed, periods are forgotten, the recommender is
//! trained anew.
//!
//! A day's job has an id that is made of its kind and the day, so that it is in the queue once, however many workers put
//! it there and however often they start; and what it does, done again, changes nothing.

use ledger::Hash;
use ports::period_keys::PeriodKeys;
use store::JobId;

use super::{Enqueue, Handler, Held, Work};
use crate::{Failure, House, discovery, institution, period};

/// Contracts that were not given notice of go on for their next terms.
pub const RENEW: &str = "contracts-renew";
/// Terms of contracts that went on are billed.
pub const BILL: &str = "invoices-due";
/// Keys of periods whose term for appeals is over are destroyed.
pub const FORGET: &str = "period-forget";
/// The recommender is trained anew.
pub const TRAIN: &str = "discovery-train";

/// Who does it, in the journal.
const BY: &str = "house";

/// The jobs of a day.
pub(super) fn of_day(house: &House) -> Vec<Enqueue> {
    let today = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let of = |kind: &'static str| Enqueue {
        id: Some(id(kind, &today.to_string())),
        ..Enqueue::now(kind, today.to_string()).once(today.to_string())
    };
    [RENEW, BILL, FORGET, TRAIN].map(of).into()
}

/// The id of a job that there is once: sixty bits of the hash of its kind and its day.
fn id(kind: &str, day: &str) -> JobId {
    let hash = Hash::of(format!("{kind}/{day}").as_bytes());
    JobId::from_bits(hash.0.iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte)))
}

/// Contracts go on.
pub(super) struct Renew;

impl Handler for Renew {
    fn kind(&self) -> &'static str {
        RENEW
    }

    fn run<'a>(&'a self, house: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move {
            let (_, failed) = institution::renew_due(house, BY).await?;
            first_refused(failed)
        })
    }
}

/// What goes on is billed.
pub(super) struct Bill;

impl Handler for Bill {
    fn kind(&self) -> &'static str {
        BILL
    }

    fn run<'a>(&'a self, house: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move {
            let (_, failed) = institution::bill::issue_due(house, BY).await?;
            first_refused(failed)
        })
    }
}

/// Periods are forgotten.
pub(super) struct Forget(pub(super) PeriodKeys);

impl Handler for Forget {
    fn kind(&self) -> &'static str {
        FORGET
    }

    fn run<'a>(&'a self, house: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move { period::forget(house, &self.0, BY).await.map(drop) })
    }
}

/// The recommender is trained anew; where the periods' keys are at hand, without whatever members refused since.
pub(super) struct Train(pub(super) Option<PeriodKeys>);

impl Handler for Train {
    fn kind(&self) -> &'static str {
        TRAIN
    }

    fn run<'a>(&'a self, house: &'a House, _: &'a Held) -> Work<'a> {
        Box::pin(async move {
            if let Some(keys) = &self.0 {
                discovery::refuse::spread(house, keys).await?;
            }
            discovery::retrain(house, BY).await.map(drop)
        })
    }
}

/// What could not be done stands in the queue until somebody looks; the others were done.
fn first_refused(failed: Vec<(String, Failure)>) -> Result<(), Failure> {
    failed.into_iter().next().map_or(Ok(()), |(_, failure)| Err(failure))
}
