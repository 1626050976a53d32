//! The pages, asked as a browser asks them.

#![allow(clippy::unwrap_used)] // the helpers of tests may panic like the tests

mod browser;
mod clients;
mod doors;
mod pages;
mod players;
mod subsonic;
mod walls;
