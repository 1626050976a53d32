//! The program as its users meet it: whole stories, every refusal, and what the command line promises.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "tests")]

mod api;
mod bank;
mod cluster;
mod command_line;
mod demo;
mod factur_x;
mod foreign_log;
mod french;
mod museum;
mod pages;
mod pattern;
mod play;
mod processes;
mod scenarios;
mod script;
mod secrets;
mod share;
