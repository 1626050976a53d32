//! One file per noun of the command line.

pub mod allocation;
pub mod bank;
pub mod catalogue;
pub mod claim;
pub mod cluster;
pub mod demo;
pub mod figures;
pub mod matching;
pub mod party;
pub mod payout;
pub mod policy;
pub mod pot;
pub mod proof;
pub mod read;
pub mod rule;
pub mod serve;
pub mod set_list;
pub mod share;
pub mod statement;
