//! Pots: money set aside for one purpose and period.

/// Which programme a pot belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Programme {
    /// A share of a fee follows a set list.
    SetList,
    /// A subscription follows plays.
    Streaming,
    /// A budget follows deliverables.
    Campaign,
    /// A licence fee follows attributed uses.
    Licensing,
}

impl Programme {
    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Programme::SetList => "set-list",
            Programme::Streaming => "streaming",
            Programme::Campaign => "campaign",
            Programme::Licensing => "licensing",
        }
    }
}

/// In what role somebody pays into a gig's pot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayerRole {
    /// The performer shares a part of the fee.
    Dj,
    /// The venue adds to it.
    Venue,
    /// The promoter adds to it.
    Promoter,
    /// A part of each ticket.
    Ticket,
    /// Deducted by the venue from the performer's fee before paying it out.
    AtSource,
    /// An institution subscribes for its members. Not a role at a gig: it comes from a paid invoice alone.
    Subscriber,
    /// Pays for uses by AI. Not a role at a gig: it comes from a licence, a report or a settlement alone.
    Licensee,
    /// A brand holds a budget for artists. Not a role at a gig: it comes from a signed contract alone.
    Brand,
}

impl PayerRole {
    /// All roles at a gig.
    pub const ALL: [PayerRole; 5] =
        [PayerRole::Dj, PayerRole::Venue, PayerRole::Promoter, PayerRole::Ticket, PayerRole::AtSource];

    /// The roles that are none at a gig.
    pub const ELSEWHERE: [PayerRole; 3] = [PayerRole::Subscriber, PayerRole::Licensee, PayerRole::Brand];

    /// The word that stands for it in files and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            PayerRole::Dj => "dj",
            PayerRole::Venue => "venue",
            PayerRole::Promoter => "promoter",
            PayerRole::Ticket => "ticket",
            PayerRole::AtSource => "at-source",
            PayerRole::Subscriber => "subscriber",
            PayerRole::Licensee => "licensee",
            PayerRole::Brand => "brand",
        }
    }

    /// The role at a gig that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        PayerRole::ALL.into_iter().find(|r| r.word() == word)
    }
}
