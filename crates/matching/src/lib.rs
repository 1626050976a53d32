//! Matching that can be trusted with money: a usage line and a catalogue index in; a verdict with evidence and a
//! calibrated probability out, or an honest "not here".
//!
//! ```
//! use matching::{Index, Matcher, Model, Query, Row};
//!
//! let rows = [Row { id: "R1", artist: "Kora Lind", title: "Low Tide (Orrin Remix)", ..Row::default() }];
//! let bytes = matching::index::build(rows).unwrap();
//! let index = Index::open(&bytes).unwrap();
//! let matcher = Matcher::new(&index, Model::shipped());
//! let verdict = matcher.match_line(&Query { text: "03. Kora Lind - Low Tide (Orrin rmx)", ..Query::default() });
//! assert_eq!(verdict.best().map(|b| b.id.as_str()), Some("R1"));
//! ```
//!
//! It reads no file and knows no clock, no thread and no money: slices in, values out. The same line gets the same
//! answer whatever is asked beside it, except through [`Matcher::match_set`].

pub mod bulk;
mod candidates;
pub mod corroboration;
pub mod duplicates;
pub mod features;
pub mod fold;
pub mod index;
pub mod matcher;
pub mod model;
pub mod parse;
mod query;
pub mod text;
pub mod verdict;
pub mod version;

pub use index::{Builder, Index, Row};
pub use matcher::{Matcher, Session};
pub use model::Model;
pub use query::Query;
pub use verdict::{Candidate, Decision, Reason, Verdict};
