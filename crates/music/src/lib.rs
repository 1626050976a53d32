//! The vocabulary of paying for music: party, recording, work, release, identifiers with their check
//! digits, territory, period, rights share, claim, usage, pot, and problems as data.
//!
//! It has no idea where any of it is stored, who asks, or how money is divided.

pub mod claim;
pub mod event;
pub mod id;
pub mod identifier;
pub mod name;
pub mod party;
pub mod period;
pub mod place;
pub mod pot;
pub mod problem;
pub mod recording;
pub mod release;
pub mod share;
pub mod territory;
pub mod usage;
pub mod work;

pub use id::*;
pub use identifier::{BadIdentifier, Gtin, Ipi, Isni, Isrc, Iswc, Mbid, OwnTrackId};
pub use name::name_key;
pub use party::{Party, PartyKind};
pub use period::Period;
pub use place::{Level, Place};
pub use problem::{Origin, Problem, Severity};
pub use recording::{Made, MediaKind, Recording, RecordingStatus};
pub use release::{Release, Track};
pub use share::{RightsShare, ShareStatus, ShareSubject, Side, UseType};
pub use territory::Territory;
pub use work::Work;
