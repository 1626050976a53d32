//! Double entry as values: accounts, balanced entries, their states, and the chain that binds them.
//!
//! An entry moves money between accounts and adds up to nothing in every currency. A *pending* entry
//! only reserves; a later entry *posts* or *voids* it. Nothing is ever changed: corrections are new
//! entries. Each entry carries the hash of the one before, so a change in the past shows.
//!
//! This crate has no idea what an account's money is for, nor where entries are kept.

mod account;
mod chain;
mod entry;

pub use account::{Account, AccountClass, BadAccount, Suspense};
pub use chain::{Chained, GENESIS, Hash, chain_hash};
pub use entry::{Balance, Draft, EntryState, Posting, Unbalanced};
