//! The engine against a naive reference, and what must hold whatever the world.

#![allow(clippy::unwrap_used, reason = "tests")]
mod agree;
mod browser;
mod canonical;
mod cases;
mod reference;
mod structured;
mod world;
