//! What is owed and told: thresholds, withholding, recoupment, payouts, statements.
//!
//! It sees balances with names and decides what leaves and what stays; it has no idea how money travels.

pub mod payout;
pub mod receivable;
