//! Use cases, one noun per file: load, decide, record.
//!
//! A use case calls no other use case; the next one starts from what the last recorded. Nothing here
//! prints, serves or holds SQL; deciding is done by the crates below and only put in order here.

pub mod allocation;
pub mod answer;
pub mod api_answer;
pub mod api_key;
pub mod app_password;
pub mod audio;
pub mod balance;
pub mod bank;
pub mod brief;
pub mod carried;
pub mod catalogue;
pub mod claim;
pub mod compare;
pub mod consent;
pub mod counting;
pub mod discovery;
pub mod doctor;
pub mod duplicate;
pub mod explain;
pub mod export;
mod failure;
pub mod figures;
mod gather;
pub mod guard;
pub mod harvest;
pub mod heard;
pub mod institution;
pub mod invoice;
pub mod job;
pub mod library;
pub mod license;
pub mod listener;
pub mod log;
pub mod mail;
pub mod member;
mod own_edit;
pub mod partner;
pub mod party;
pub mod payout;
pub mod period;
pub mod play_queue;
pub mod playlist;
pub mod plays;
pub mod policy;
pub mod pot;
pub mod proof;
pub mod rate;
pub mod receivable;
pub mod registration;
pub mod replay;
pub mod second_factor;
pub mod selection;
pub mod session;
pub mod set_list;
pub mod shelf;
pub mod sign_in;
pub mod statement;
pub mod suspense;
pub mod territory;
mod world;

pub use failure::{Failure, Refusal};
pub use programmes::{licensing, streaming};
pub use world::{House, World};
