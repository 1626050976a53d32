//! The API: everything the pages do, for programs, under `/api/v1`.
//!
//! [`table`] lists every address with the function that answers it; [`door`] is what all of them pass; [`open_api`] is made
//! of the table. The functions are in files by noun, as thin as the pages: they read words, ask who may, call one use case
//! of `app` and tell what it returned.

mod account;
mod body;
mod brief;
mod caller;
mod claim;
mod consent;
mod deal;
mod door;
mod figures;
mod heard;
mod house;
mod institution;
mod licence;
mod mail_in;
mod member;
mod open_api;
mod page;
mod party;
mod payout;
mod policy;
mod pot;
mod problem;
mod recording;
mod route;
mod run;
mod selection;
mod set_list;
mod shape;
mod share_offer;
mod statement;
mod table;
mod value;
mod webhook;

pub(crate) use door::routes;

/// The document of the API, as it is served at `/api/v1/openapi.json`.
pub fn document() -> &'static str {
    open_api::text()
}
