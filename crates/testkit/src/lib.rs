//! For tests only: a clock that moves when told, chance from a seed, houses thrown away at the end, an
//! invented bank, and the independent auditor of the simulated world.
//!
//! It panics where a test would: what cannot be built here is a broken test, not a state of the world.
#![allow(clippy::unwrap_used)] // a test that cannot build its house has nothing else to say

pub mod auditor;
pub mod bank;
pub mod chance;
#[rustfmt::skip] // made by `cargo xtask client`, not written
pub mod client;
pub mod house;
pub mod listening;
pub mod wire;
pub mod world;
