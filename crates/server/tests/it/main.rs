//! The pages, asked as a browser asks them.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // the helpers of tests may panic like the tests, and measures are told

mod browser;
mod clients;
mod consent;
mod doors;
mod games;
mod heard;
mod institutions;
mod licence;
mod listening;
mod members;
mod outside;
mod pages;
mod played;
mod players;
mod routes;
mod squeezed;
mod stream;
mod subsonic;
mod tenants;
mod walls;
