//! Files of plays: which columns they have, and their rows in batches.

mod column;
mod file;
mod listed;
mod read;
mod source;
mod survey;

pub use column::ColumnKind;
pub use file::{Bounds, PlaysFile, RowGroup, open};
pub use listed::{Listed, listed};
pub use read::{Batch, Wanted, read};
pub use survey::{Numbering, survey};

/// Rows of one batch.
pub const BATCH: usize = 1 << 15;
