//! The engine against a naive reference, and what must hold whatever the world.

mod agree;
mod cases;
mod reference;
mod world;
