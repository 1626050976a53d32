//! Museum of hard lines, properties of the index, and the real catalogue where it is present.

#![allow(clippy::unwrap_used)] // a test that cannot build its index should stop

mod damage;
mod life;
mod museum;
