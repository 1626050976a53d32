//! People and organisations.

use crate::{Ipi, Isni, Mbid, PartyId, Territory};

/// What a party is, as far as it changes how it is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyKind {
    /// One person.
    Person,
    /// A band, a duo, a collective.
    Group,
    /// A company or association: label, publisher, venue, brand.
    Organisation,
}

impl PartyKind {
    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            PartyKind::Person => "person",
            PartyKind::Group => "group",
            PartyKind::Organisation => "organisation",
        }
    }

    /// The kind a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        [PartyKind::Person, PartyKind::Group, PartyKind::Organisation].into_iter().find(|k| k.word() == word)
    }
}

/// A person or organisation in any role (DDEX Party).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Our id.
    pub id: PartyId,
    /// The name as credited.
    pub name: String,
    /// Other names: aliases, sort names, other scripts.
    pub aliases: Vec<String>,
    /// Person, group or organisation.
    pub kind: PartyKind,
    /// Where the party is at home, where known.
    pub territory: Option<Territory>,
    /// International Standard Name Identifier.
    pub isni: Option<Isni>,
    /// IPI name number.
    pub ipi: Option<Ipi>,
    /// MusicBrainz artist or label.
    pub mbid: Option<Mbid>,
}
