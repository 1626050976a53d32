//! The same sharing as in one process, on several machines, with the same result to the byte.
//!
//! A coordinator ([`Cluster`], somewhere else to run [`bulk::share_elsewhere`]) cuts the members into shards, lets workers ([`serve`]) run the passes of
//! `allocation::kernel` over them, and takes nothing that it has not counted itself. The engine is DataFusion
//! with `datafusion-distributed`: it reads Parquet and moves each member's rows to one place. It never
//! divides money; that is done by the same functions as in one process.
//!
//! `cluster` knows nothing of command lines, of how lines are written, or of why a pot is shared. Without the
//! feature `cluster` it is empty, so that the usual build does not pay for the engine.
#![cfg(feature = "cluster")]

pub mod address;
mod answer;
pub mod bucket;
mod cache;
mod channel;
mod coordinator;
mod greeting;
mod hook;
mod kernel_wire;
mod key;
mod keys;
mod nodes;
mod query;
mod refusal;
mod rows;
mod shard;
mod stores;
mod team;
mod totals;
mod wire;
mod work;
mod worker;

pub use coordinator::{Cluster, Course, Options};
#[doc(hidden)]
pub use hook::Hook;
pub use key::{KEY_VARIABLE, Key, KeySource};
pub use refusal::Refusal;
pub use team::Limits;
pub use totals::Totals;
pub use url::Url;
pub use worker::{WorkerOptions, serve};
