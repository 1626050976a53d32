//! The two steps of a plan that are ours; everything between them is the engine's.
//!
//! Read a shard from the bottom: the engine scans Parquet, [`pick`] keeps the rows of one shard, the
//! engine moves each member's rows to one partition, and [`kernel`] runs the same function there that a
//! single process runs. The engine sorts and moves; it never divides money.

pub(crate) mod codec;
pub(crate) mod kernel;
pub(crate) mod pick;
