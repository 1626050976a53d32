//! The pages, asked as a browser asks them.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // the helpers of tests may panic like the tests, and measures are told

mod api;
mod api_crossing;
mod api_once;
mod api_scene;
mod api_story;
mod brands;
mod browser;
mod clients;
mod consent;
mod doors;
mod games;
mod heard;
mod institutions;
mod licence;
mod listening;
mod mailed;
mod members;
mod operation;
mod outside;
mod pages;
mod parity;
mod played;
mod players;
mod routes;
mod squeezed;
mod stream;
mod subsonic;
mod tenants;
mod wall_of_money;
mod walls;
mod webhook;
