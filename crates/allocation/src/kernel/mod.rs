//! The fast kernel: the same sharing as [`crate::allocate`], over sorted packed rows, partition by partition.
//!
//! A rule is compiled to a [`Plan`]. Rows of plays are packed into one machine word each ([`Layout`]) and cut
//! into partitions by [`partition_of`] their member, so that all rows of a member lie in one. Then:
//!
//! 1. **Census**: each partition is [`sort`]ed and counted ([`Census`]): control totals, plays by recording,
//!    active members, the plays of members where the rule asks for them. Counts of partitions are added.
//! 2. **Settle**: the pot is divided over the rule's parts, and over recordings wherever no member matters
//!    ([`settle`]). What each seat carries is said by a few numbers ([`SeatMoney`]): the floor, and the key up
//!    to which members get one micro more. That key is searched by asking all partitions for counts
//!    ([`Settlement::question`], [`tally`]), so no list of members ever travels.
//! 3. **Share**: each partition divides its members' seats over what they played and adds per recording
//!    ([`Shared`]). Sums of partitions are added.
//! 4. **Finish**: control totals of both passes are compared and the result put together ([`finish`]).
//!
//! Adding is commutative, so neither the number of partitions nor their order changes a byte. In process,
//! spilled or on a cluster, these are the functions that run; whatever moves the rows never divides money.
//! What a rule means is defined by [`crate::allocate`]; a property test holds the two equal.
//!
//! The kernel knows numbers only: members and recordings are numbered in the order of their keys by the
//! caller, because ties go to the smaller key. It has no idea of files, threads and disks.

mod census;
mod control;
mod member;
mod outcome;
mod plan;
mod recordings;
mod rows;
mod seats;
mod settle;
mod share;
mod sort;

pub use census::{Census, MemberCensus, PartCensus};
pub use control::Control;
pub use outcome::{Carried, Deducted, HeldLine, HolderLines, Mismatch, Outcome, PartOutcome, finish, hold};
pub use plan::{Needs, Plan, Sought, Unfit};
pub use recordings::{NO_ARTIST, Recordings};
pub use rows::{Layout, PlayRow, Row, Width, partition_of};
pub use seats::{Question, SeatMoney, Seats, tally};
pub use settle::{PartMoney, Settlement, SharedBy, settle};
pub use share::{PartShared, Shared};
pub use sort::{Sorter, sort};

use money::Amount;

use crate::Refusal;

/// Runs all phases over partitions in memory, one after the other; for tests and small inputs.
///
/// # Errors
/// As [`crate::allocate`]. [`Mismatch`] cannot happen here and is told as [`Refusal::TooLarge`].
pub fn run<R: Row>(
    plan: &Plan,
    pot: Amount,
    seats: Option<u64>,
    recordings: &Recordings,
    layout: &Layout,
    partitions: &mut [Vec<R>],
) -> Result<Outcome, Refusal> {
    let mut census = Census::new(plan, recordings);
    for rows in partitions.iter_mut() {
        sort(rows, layout);
        census.take(rows, layout, plan, recordings)?;
    }
    let mut settlement = settle(plan, pot, seats, recordings, &census)?;
    let mut asked = settlement.question();
    while let Some(question) = asked {
        let mut counts = question.counts();
        for rows in partitions.iter() {
            tally(rows, layout, plan, recordings, &settlement, &question, &mut counts);
        }
        asked = settlement.answer(&question, &counts).or_else(|| settlement.question());
    }
    let mut shared = Shared::new(plan, recordings);
    for rows in partitions.iter() {
        shared.take(rows, layout, plan, recordings, &settlement)?;
    }
    finish(plan, recordings, &census, settlement, shared).map_err(|_| Refusal::TooLarge)
}
