//! A share of a fee follows what was played.

pub mod disclosure;
