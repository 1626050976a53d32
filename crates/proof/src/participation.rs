//! The proof of participation: a signed note by which a performer shows, to a venue or an agent,
//! that a set was reported and a part of the fee shared, without showing fee, gift or list.
//!
//! ```text
//! proof of participation v1
//! proof: prf-0000000000A1
//! performer: Lio Marek
//! event: Kanal 9, 4 September 2026
//! reported: yes
//! lines: 17 of 19 matched
//! shared: at least 5 % of the fee
//! fee attested by: dj+venue
//! money: arrived
//! issued: 2026-09-30
//! run: 8d2c…
//! ```
//!
//! The share is a threshold from a closed list, never the share itself: an exact share and a known
//! fee would give the gift. It is checked offline with nothing but the house's verifier key.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::note::{BadNote, Note, SigningKey, VerifierKey};
use crate::{BadHash, Hash};

const TITLE: &str = "proof of participation v1";
const SHARED_UNKNOWN: &str = "an amount, fee not told";

/// How long a name or label may be, in characters.
pub const LABEL_MOST: usize = 200;

/// What a proof of participation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// The proof's own id, under which the house can be asked about it.
    pub id: String,
    /// The performer's name as shown in public.
    pub performer: String,
    /// What the event is called; `None` where the performer does not show it.
    pub event: Option<String>,
    /// How many lines of the set list were matched to recordings.
    pub matched: u32,
    /// How many lines the set list has.
    pub lines: u32,
    /// The part of the fee that was shared; `None` where an amount was given and the fee not told.
    pub shared: Option<Shared>,
    /// Whether the money has arrived at the house's bank.
    pub money: Money,
    /// The day the proof was issued.
    pub issued: Date,
    /// The hash of the manifest of the run in which the set list was shared; `None` before it.
    pub run: Option<Hash>,
}

/// At least how much of the fee was shared, and who says what the fee was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// The threshold that was reached.
    pub at_least: Threshold,
    /// Who attests the fee.
    pub fee_by: FeeBy,
}

/// A share of the fee in whole percent, from the closed list [`Threshold::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u8);

/// Who attests the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeeBy {
    /// The performer alone.
    Dj,
    /// The venue confirmed it too.
    DjAndVenue,
}

/// Where the money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Money {
    /// The bank shows it.
    Arrived,
    /// It is promised only.
    Pledged,
}

/// Why a proof of participation cannot be issued or believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadParticipation {
    /// The note around it is not as it should be, or no known key has signed it.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// A line is missing, out of place or cannot be read.
    #[error("the proof's line `{0}` is missing or cannot be read")]
    Line(&'static str),
    /// A name or label cannot stand on a line.
    #[error("`{0}` cannot stand in a proof; use one line of at most {most} characters", most = LABEL_MOST)]
    Label(String),
    /// More lines matched than there are.
    #[error("{matched} matched lines are more than the {lines} of the list")]
    TooManyMatched {
        /// Lines said to be matched.
        matched: u32,
        /// Lines of the list.
        lines: u32,
    },
    /// The run's hash cannot be read.
    #[error(transparent)]
    Run(#[from] BadHash),
    /// The threshold is not from the list.
    #[error("`{0} %` is not a threshold of a proof; use one of 1, 2, 3, 5, 10, 15, 20, 25, 30, 50, 100")]
    Threshold(String),
}

impl Participation {
    /// The proof as a signed note.
    ///
    /// # Errors
    /// In this order: more lines matched than there are, a label that cannot stand on a line.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, BadParticipation> {
        self.check()?;
        Ok(Note::new(&self.to_string())?.signed_by(key))
    }

    /// Reads a proof, if one of the known keys has signed it. Needs no network.
    ///
    /// # Errors
    /// In this order: the note cannot be read, no known key has signed it, the text is not that of a proof.
    pub fn verify(note: &str, known: &[VerifierKey]) -> Result<Participation, BadParticipation> {
        note.parse::<Note>()?.verify(known)?.text.parse()
    }

    fn check(&self) -> Result<(), BadParticipation> {
        let Participation { matched, lines, .. } = *self;
        if matched > lines {
            return Err(BadParticipation::TooManyMatched { matched, lines });
        }
        [Some(&self.id), Some(&self.performer), self.event.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(|l| check_label(l))
    }
}

impl Threshold {
    /// All thresholds, in percent. Few and far apart, so that a proof brackets the share instead of telling it.
    pub const ALL: [Threshold; 11] = [
        Threshold(1),
        Threshold(2),
        Threshold(3),
        Threshold(5),
        Threshold(10),
        Threshold(15),
        Threshold(20),
        Threshold(25),
        Threshold(30),
        Threshold(50),
        Threshold(100),
    ];

    /// The threshold of so many percent, if it is in the list.
    pub fn from_percent(percent: u8) -> Option<Threshold> {
        Threshold::ALL.into_iter().find(|t| t.0 == percent)
    }

    /// In percent.
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// The highest threshold a gift reaches, both in one unit (micros of one currency), or `None` below 1 % or without a fee.
    ///
    /// The performer may have any lower one shown instead; a venue's own demand is the natural choice.
    pub fn reached(gift: i64, fee: i64) -> Option<Threshold> {
        if gift <= 0 || fee <= 0 {
            return None;
        }
        let reaches = |t: &Threshold| i128::from(gift) * 100 >= i128::from(fee) * i128::from(t.0);
        Threshold::ALL.into_iter().rev().find(reaches)
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl FeeBy {
    /// The word in the proof.
    pub const fn word(self) -> &'static str {
        match self {
            FeeBy::Dj => "dj",
            FeeBy::DjAndVenue => "dj+venue",
        }
    }
}

impl Money {
    /// The word in the proof.
    pub const fn word(self) -> &'static str {
        match self {
            Money::Arrived => "arrived",
            Money::Pledged => "pledged",
        }
    }
}

/// The note's text, with its final line break.
impl fmt::Display for Participation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}\nproof: {}\nperformer: {}", self.id, self.performer)?;
        if let Some(event) = &self.event {
            writeln!(f, "event: {event}")?;
        }
        writeln!(f, "reported: yes\nlines: {} of {} matched", self.matched, self.lines)?;
        match self.shared {
            Some(Shared { at_least, fee_by }) => {
                writeln!(f, "shared: at least {at_least} of the fee\nfee attested by: {}", fee_by.word())?;
            }
            None => writeln!(f, "shared: {SHARED_UNKNOWN}")?,
        }
        writeln!(f, "money: {}\nissued: {}", self.money.word(), self.issued)?;
        if let Some(run) = &self.run {
            writeln!(f, "run: {run}")?;
        }
        Ok(())
    }
}

impl FromStr for Participation {
    type Err = BadParticipation;

    /// Reads the text of a proof; whoever has not verified the note around it learns nothing from this.
    fn from_str(text: &str) -> Result<Participation, BadParticipation> {
        let mut lines = Fields(text.strip_suffix('\n').unwrap_or(text).split('\n').peekable());
        if lines.0.next() != Some(TITLE) {
            return Err(BadParticipation::Line(TITLE));
        }
        let id = lines.take("proof")?.to_owned();
        let performer = lines.take("performer")?.to_owned();
        let event = lines.take_optional("event").map(str::to_owned);
        lines.take("reported")?.eq("yes").then_some(()).ok_or(BadParticipation::Line("reported"))?;
        let (matched, total) = line_counts(lines.take("lines")?).ok_or(BadParticipation::Line("lines"))?;
        let shared = match lines.take("shared")? {
            SHARED_UNKNOWN => None,
            text => {
                Some(Shared { at_least: threshold(text)?, fee_by: fee_by(lines.take("fee attested by")?)? })
            }
        };
        let money = match lines.take("money")? {
            "arrived" => Money::Arrived,
            "pledged" => Money::Pledged,
            _ => return Err(BadParticipation::Line("money")),
        };
        let issued = lines.take("issued")?.parse().map_err(|_| BadParticipation::Line("issued"))?;
        let run = lines.take_optional("run").map(str::parse).transpose()?;
        let proof = Participation { id, performer, event, matched, lines: total, shared, money, issued, run };
        proof.check()?;
        // One text for one proof: what would be written differently is not read.
        if proof.to_string() == text { Ok(proof) } else { Err(BadParticipation::Line("end")) }
    }
}

/// The lines of a proof, taken in their order.
struct Fields<'a>(std::iter::Peekable<std::str::Split<'a, char>>);

impl<'a> Fields<'a> {
    fn take(&mut self, name: &'static str) -> Result<&'a str, BadParticipation> {
        self.take_optional(name).ok_or(BadParticipation::Line(name))
    }

    fn take_optional(&mut self, name: &str) -> Option<&'a str> {
        let value = self.0.peek()?.strip_prefix(name)?.strip_prefix(": ")?;
        self.0.next();
        Some(value)
    }
}

fn check_label(label: &str) -> Result<(), BadParticipation> {
    let fine =
        !label.trim().is_empty() && label.chars().count() <= LABEL_MOST && !label.contains(char::is_control);
    if fine { Ok(()) } else { Err(BadParticipation::Label(label.chars().take(LABEL_MOST).collect())) }
}

fn line_counts(text: &str) -> Option<(u32, u32)> {
    let (matched, total) = text.strip_suffix(" matched")?.split_once(" of ")?;
    Some((matched.parse().ok()?, total.parse().ok()?))
}

fn threshold(text: &str) -> Result<Threshold, BadParticipation> {
    let percent = text.strip_prefix("at least ").and_then(|t| t.strip_suffix(" % of the fee"));
    let percent = percent.ok_or(BadParticipation::Line("shared"))?;
    let known = percent.parse().ok().and_then(Threshold::from_percent);
    known.ok_or_else(|| BadParticipation::Threshold(percent.to_owned()))
}

fn fee_by(text: &str) -> Result<FeeBy, BadParticipation> {
    match text {
        "dj" => Ok(FeeBy::Dj),
        "dj+venue" => Ok(FeeBy::DjAndVenue),
        _ => Err(BadParticipation::Line("fee attested by")),
    }
}
