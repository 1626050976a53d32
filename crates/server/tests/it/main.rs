//! The pages, asked as a browser asks them.

mod browser;
mod pages;
mod walls;
