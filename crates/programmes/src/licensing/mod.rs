//! Licences for uses by AI: what is offered and signed, what it costs, what was attributed, what a program may do for
//! the next hour, and what went beyond the licence.
//!
//! Nothing here knows where papers are kept, who may sign for whom, or what the books hold. Keys, salts and times
//! arrive as values.

pub mod attribution;
pub mod fee;
pub mod paper;
pub mod permit;
pub mod promise;
pub mod violation;

pub use attribution::{Report, Row};
pub use fee::{Basis, Due, Fee};
pub use paper::Terms;
pub use permit::Permit;
pub use promise::Promise;
pub use violation::Violation;
