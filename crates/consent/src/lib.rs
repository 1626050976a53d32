//! May this recording be used by AI in this way: the closed list of uses, who must agree, what was said, and
//! the one answer with its reasons.
//!
//! It has no idea where statements are kept, how a log is written or what a licence costs in the books. It
//! reads no clock and no file: lines, days and log sizes arrive as values.

pub mod answer;
pub mod audit;
mod decide;
pub mod foreign;
pub mod index;
pub mod manifest;
pub mod receipt;
pub mod registry;
pub mod report;
pub mod schema;
pub mod statement;
pub mod summary;
pub mod uses;
pub mod words;

pub use answer::{Answer, Asked, Outcome, Question, Reason, Reasons};
pub use decide::{Prepared, Session};
pub use index::{Builder, Index};
pub use uses::{Named, Role, Use, UseSet};
pub use words::Language;

/// The version of the table and the decision that an answer was made by; it grows when an answer could differ.
pub const POLICY: u32 = 1;
