//! The pages, asked as a browser asks them.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // the helpers of tests may panic like the tests, and measures are told

mod browser;
mod consent;
mod doors;
mod institutions;
mod pages;
mod stream;
mod clients;
mod players;
mod subsonic;
mod walls;
