//! Foreign bytes to values and back, every line with its number.
//!
//! Reading never fails: it returns what could be read and a list of problems, each with line, code and
//! hint. One bad line never costs the other forty. The crate opens no file and no socket; bytes arrive
//! as slices or readers. It has no idea what the values are used for.

pub mod bank;
pub mod catalogue;
pub mod door;
pub mod einvoice;
pub mod lmtp;
pub mod mail;
pub mod passkey;
pub mod plays;
pub mod set_list;
pub mod sip2;
