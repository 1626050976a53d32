//! The pages, one noun per file.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod brief;
pub(crate) mod claim;
pub(crate) mod compare;
pub(crate) mod consent;
pub(crate) mod discover;
pub(crate) mod enter;
pub(crate) mod figures;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod institution;
pub(crate) mod invoice;
pub(crate) mod log;
pub(crate) mod oai;
pub(crate) mod place;
pub(crate) mod question;
pub(crate) mod review;
pub(crate) mod second_factor;
pub(crate) mod selection;
pub(crate) mod selection_editor;
pub(crate) mod set_list;
pub(crate) mod sign_in;
pub(crate) mod statement;
pub(crate) mod territory;
