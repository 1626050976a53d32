//! What is asked, and what is answered: codes and places only, so that nothing is allocated while deciding.

use jiff::civil::Date;
use music::Territory;

use crate::registry::Level;
use crate::uses::{Role, Use};

/// What is asked. A field that is absent is not checked, and what a holder says of it becomes a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question<'a> {
    /// Of what.
    pub subject: Asked<'a>,
    /// To do what.
    pub usage: Use,
    /// By whom: the id of a party.
    pub licensee: &'a str,
    /// On which day the use begins.
    pub on: Date,
    /// The day after its last, where it is known.
    pub until: Option<Date>,
    /// Where.
    pub territory: Territory,
    /// As of how many leaves of the log: everything at a place below it is seen.
    pub log_size: u64,
    /// The model.
    pub model: Option<&'a str>,
    /// The model's version.
    pub version: Option<&'a str>,
    /// `research` or `commercial`.
    pub purpose: Option<&'a str>,
    /// The project a voice or a tool is used in.
    pub project: Option<&'a str>,
    /// How well everything must be verified that a yes rests on.
    pub min_level: Level,
}

/// Of what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// A recording, by its id or its ISRC.
    Recording(&'a str),
    /// A person, by id: for voice, style and name.
    Person(&'a str),
}

impl<'a> Question<'a> {
    /// The question with nothing but what is always asked; as of everything in the log.
    pub const fn new(
        subject: Asked<'a>,
        usage: Use,
        licensee: &'a str,
        on: Date,
        territory: Territory,
    ) -> Self {
        Question {
            subject,
            usage,
            licensee,
            on,
            until: None,
            territory,
            log_size: u64::MAX,
            model: None,
            version: None,
            purpose: None,
            project: None,
            min_level: Level::Asserted,
        }
    }
}

/// Why not, in the order in which the first is the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "`words::reason_words` tells each")]
pub enum Reason {
    UnknownSubject,
    Disputed,
    Minor,
    PersonConsentMissing,
    Prohibited,
    MandateRevoked,
    NoMandate,
    NotYet,
    Expired,
    Territory,
    Licensee,
    ModelVersion,
    TermTooLong,
    Silent,
}

/// A set of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Reasons(pub u16);

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Yes.
    Permit,
    /// Yes, if the conditions are kept.
    PermitIf,
    /// Not without a licence.
    NeedsLicense,
    /// No, with the first of the reasons.
    Deny(Reason),
}

/// How one who must agree stands to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stand {
    /// Agrees by a statement.
    Agrees,
    /// Agrees by a licence signed.
    Licensed,
    /// Asks to be asked for a licence.
    Asks,
    /// Refuses.
    Refuses,
    /// Has said nothing that counts.
    Silent,
}

/// One who was asked: places in the index, told in words by `Index::report`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// In which role.
    pub role: Role,
    /// The party.
    pub party: u32,
    /// How it stands.
    pub stand: Stand,
    /// The statement or the licence that says so.
    pub by: Option<u32>,
    /// Why it does not count as a yes.
    pub reasons: Reasons,
}

/// An answer. Kept by the caller and written anew by each decision, so that nothing is allocated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// All reasons.
    pub reasons: Reasons,
    /// A holder asks for a licence.
    pub needs_license: bool,
    /// The weakest verification it rests on.
    pub weakest: Level,
    /// The EU reservation of text and data mining, where it is known; never part of the outcome.
    pub tdm_reserved: Option<bool>,
    /// Who was asked, by role and party.
    pub findings: Vec<Finding>,
    /// The disputes that are open.
    pub disputes: Vec<u32>,
}

impl Default for Answer {
    fn default() -> Self {
        Answer {
            outcome: Outcome::Deny(Reason::UnknownSubject),
            reasons: Reasons::default(),
            needs_license: false,
            weakest: Level::Qualified,
            tdm_reserved: None,
            findings: Vec::with_capacity(16),
            disputes: Vec::new(),
        }
    }
}

impl Reason {
    /// All of them, in order.
    pub const ALL: [Reason; 14] = [
        Reason::UnknownSubject,
        Reason::Disputed,
        Reason::Minor,
        Reason::PersonConsentMissing,
        Reason::Prohibited,
        Reason::MandateRevoked,
        Reason::NoMandate,
        Reason::NotYet,
        Reason::Expired,
        Reason::Territory,
        Reason::Licensee,
        Reason::ModelVersion,
        Reason::TermTooLong,
        Reason::Silent,
    ];

    /// Its stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::UnknownSubject => "UNKNOWN_SUBJECT",
            Reason::Disputed => "DISPUTED",
            Reason::Minor => "MINOR",
            Reason::PersonConsentMissing => "PERSON_CONSENT_MISSING",
            Reason::Prohibited => "PROHIBITED",
            Reason::MandateRevoked => "MANDATE_REVOKED",
            Reason::NoMandate => "NO_MANDATE",
            Reason::NotYet => "NOT_YET",
            Reason::Expired => "EXPIRED",
            Reason::Territory => "TERRITORY",
            Reason::Licensee => "LICENSEE",
            Reason::ModelVersion => "MODEL_VERSION",
            Reason::TermTooLong => "TERM_TOO_LONG",
            Reason::Silent => "SILENT",
        }
    }
}

impl Reasons {
    /// Adds one.
    pub const fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u16;
    }

    /// Adds all of another.
    pub const fn add_all(&mut self, other: Reasons) {
        self.0 |= other.0;
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it is in it.
    pub const fn has(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u16) != 0
    }

    /// Those in it, in order.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |r| self.has(*r))
    }

    /// The first.
    pub fn first(self) -> Option<Reason> {
        self.iter().next()
    }

    /// Their codes behind one another, with a semicolon between.
    pub fn codes(self) -> String {
        self.iter().map(Reason::code).collect::<Vec<_>>().join(";")
    }
}

impl Outcome {
    /// Its stable code; the reason of a `DENY` stands apart.
    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Permit => "PERMIT",
            Outcome::PermitIf => "PERMIT_IF",
            Outcome::NeedsLicense => "NEEDS_LICENSE",
            Outcome::Deny(_) => "DENY",
        }
    }

    /// Whether the use may begin.
    pub const fn is_yes(self) -> bool {
        matches!(self, Outcome::Permit | Outcome::PermitIf)
    }
}
