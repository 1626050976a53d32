//! The house's pages over HTTP.
//!
//! Rendered here, without script, in the reader's language. This crate decides nothing about money: it reads forms,
//! calls the use cases of `app`, and shows what they return. Where data needs putting together for a page it happens
//! in `adapters`, so that pages see values only.

mod access;
mod adapters;
mod api;
mod chart;
pub mod comparison;
mod covers;
mod flaw;
mod form;
mod frame;
mod lang;
mod layout;
pub mod lmtp;
mod look;
pub mod mail_in;
mod map;
mod pace;
mod pages;
mod picture;
mod print;
mod print_sale;
pub mod range;
mod recall;
mod serve;
mod show;
mod sound;
mod squeeze;
mod stash;
pub mod stream;
mod subsonic;
mod visit;
mod watch;
mod web;
mod web_build;
mod work;

pub use api::document;
pub use lang::Lang;
pub use pages::assets::CHECK_FILES;
pub use pages::invoice::invoice_html;
pub use pages::statement::statement_html;
pub use print::{invoice_pdf, invoice_text, statement_pdf};
pub use print_sale::{body_html, body_pdf, body_text, sale_html, sale_pdf, sale_text};
pub use serve::{Config, ServeError, serve};
pub use web::{Web, router};
