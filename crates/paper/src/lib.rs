//! Documents on A4: blocks of words in, the bytes of a PDF out.
//!
//! A [`Sheet`] is laid out onto pages (`layout`) and drawn (`draw`) as PDF/A-2b, the form made for archives, with
//! its typeface inside; an invoice can carry its electronic twin, as PDF/A-3b ([`factur_x`], `metadata`). Equal sheets give equal bytes. This crate has no idea what a statement or an invoice is; it
//! sees words, columns and the parts of a bar. It knows no language: every word arrives written.

mod draw;
mod layout;
mod metadata;
mod sheet;
mod text;
mod typeface;

pub use draw::{Undrawable, factur_x, pdf};
pub use sheet::{Block, Cell, Column, Day, Part, Row, Sheet};
pub use text::text;
pub use typeface::writable;
