//! Plays by the hundred million: Parquet in, exact lines out, within a memory budget and on all cores.
//!
//! [`share`] reads files of plays, hands packed rows to [`allocation::kernel`], partition by partition, and
//! gives back exact lines with a [`manifest`](Report::manifest). Past the memory budget partitions go to disk.
//! The bytes that come out are the same whatever the number of threads, the split into files, the order of
//! rows and the budget.
//!
//! It divides no money (the kernel asks `money`), posts nothing, prints nothing, and knows no database.

mod elsewhere;
mod failure;
mod files;
pub mod keys;
mod manifest;
pub mod plays;
mod report;
mod share;
mod spill;
mod tables;
pub mod texts;
pub mod usage;
mod write;

pub use elsewhere::{Bucket, Elsewhere, Passes, Setup, share_elsewhere};
pub use failure::{Failure, Watch};
pub use files::{Digest, expand};
pub use report::{InputFile, Report, Written};
pub use share::{Ask, share};
pub use tables::{Catalogue, Holders};
pub use write::{Values, write};
