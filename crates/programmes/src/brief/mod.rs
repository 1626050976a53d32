//! Brands pay artists: what is wanted and offered, who wants it, what is agreed, delivered, accepted and paid.
//!
//! The artist comes first. An artist who has said nothing is asked nothing; what an artist never wants is applied before
//! anything is ranked; and what a brand is shown is a function of what artists **answered**, never of what they refuse or
//! of their least fee ([`shortlist`] says how that is kept).
//!
//! Nothing here knows where a document is kept, who is signed in, or how money moves; ids, days and random bytes arrive as
//! values. The amounts of a [`milestone`] are agreed here and shared by `allocation`, like every other pot.

pub mod contract;
pub mod deal;
pub mod disclosure;
mod document;
pub mod grant;
pub mod milestone;
pub mod price;
pub mod shortlist;
pub mod terms;
pub mod words;

#[allow(clippy::module_inception, reason = "same noun, same file")]
mod brief;
mod text;

pub use brief::{Brief, Step, Written, WrittenStep};
pub use document::{Flaw, read};
pub use words::{Kind, Sector, Set, Use, Word};
