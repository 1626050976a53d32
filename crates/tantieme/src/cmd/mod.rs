//! One file per noun of the command line.

pub mod allocation;
pub mod bank;
pub mod catalogue;
pub mod claim;
pub mod compare;
pub mod demo;
pub mod duplicate;
pub mod figures;
pub mod guard;
pub mod invoice;
pub mod matching;
pub mod party;
pub mod payout;
pub mod plays;
pub mod policy;
pub mod pot;
pub mod proof;
pub mod rate;
pub mod read;
pub mod recording;
pub mod rule;
pub mod serve;
pub mod set_list;
pub mod share;
pub mod statement;
pub mod territory;
