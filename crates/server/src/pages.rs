//! The pages, one noun per file.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod claim;
pub(crate) mod compare;
pub(crate) mod figures;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod invoice;
pub(crate) mod question;
pub(crate) mod review;
pub(crate) mod second_factor;
pub(crate) mod set_list;
pub(crate) mod sign_in;
pub(crate) mod statement;
pub(crate) mod territory;
