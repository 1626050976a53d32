//! The house's pages over HTTP.
//!
//! Rendered here, without script, in the reader's language. This crate decides nothing about money: it reads forms,
//! calls the use cases of `app`, and shows what they return. Where data needs putting together for a page it happens
//! in `adapters`, so that pages see values only.

mod access;
mod adapters;
mod flaw;
mod form;
mod frame;
mod lang;
mod layout;
mod pages;
mod picture;
mod reason;
mod serve;
mod show;
mod stash;
mod visit;
mod web;

pub use lang::Lang;
pub use pages::statement::statement_html;
pub use serve::{Config, ServeError, serve};
pub use web::{Web, router};
