//! The pages, asked as a browser asks them.

#![allow(clippy::unwrap_used)] // the helpers of tests may panic like the tests

mod browser;
mod doors;
mod members;
mod outside;
mod pages;
mod walls;
