//! Use cases, one noun per file: load, decide, record.
//!
//! A use case calls no other use case; the next one starts from what the last recorded. Nothing here
//! prints, serves or holds SQL; deciding is done by the crates below and only put in order here.

pub mod allocation;
pub mod answer;
pub mod app_password;
pub mod audio;
pub mod api_key;
pub mod bank;
pub mod catalogue;
pub mod claim;
pub mod compare;
pub mod counting;
pub mod doctor;
pub mod duplicate;
pub mod explain;
pub mod export;
mod failure;
pub mod figures;
mod gather;
pub mod guard;
pub mod invoice;
pub mod library;
pub mod listener;
pub mod job;
pub mod mail;
mod own_edit;
pub mod party;
pub mod payout;
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
pub mod session;
pub mod set_list;
pub mod shelf;
pub mod sign_in;
pub mod statement;
pub mod suspense;
pub mod territory;
mod world;

pub use failure::{Failure, Refusal};
pub use programmes::streaming;
pub use world::{House, World};
