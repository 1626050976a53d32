//! The programmes that bring pots and usages: what each asks, allows and shows.
//!
//! No module here imports another. None knows where anything is stored or who is asking over which wire.

pub mod brief;
pub mod licensing;
pub mod set_list;
pub mod streaming;
