//! Streaming that institutions offer to their members: what they agree to, what they are billed, what they are told.

pub mod contract;
pub mod invoice;
pub mod statistics;
