//! What is answered: a decision, a probability that means what it says, candidates and named reasons.

use crate::features::{F, Vector};

/// What to do with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Pay this recording.
    Matched,
    /// Ask a person.
    Ambiguous,
    /// Not in the catalogue, as far as can be told.
    Unmatched,
}

impl Decision {
    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Decision::Matched => "matched",
            Decision::Ambiguous => "ambiguous",
            Decision::Unmatched => "unmatched",
        }
    }
}

/// One named reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A stable word for it.
    pub code: &'static str,
    /// The same for a person.
    pub text: String,
}

/// A recording that may be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Row number in the index.
    pub row: u32,
    /// The catalogue's id.
    pub id: String,
    /// Chance that it is the one, 0 to 1.
    pub probability: f64,
}

/// The answer for one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// Calibrated chance that the best candidate is right, 0 to 1; 0 without candidates.
    pub probability: f64,
    /// The few best, best first.
    pub candidates: Vec<Candidate>,
    /// Why, for the best candidate.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// The best candidate, whatever the decision.
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first()
    }

    /// The reasons in one line: `artist: …; title: …`.
    pub fn reasons_text(&self) -> String {
        self.reasons.iter().map(|r| r.text.as_str()).collect::<Vec<_>>().join("; ")
    }
}

pub(crate) fn reason(code: &'static str, text: impl Into<String>) -> Reason {
    Reason { code, text: text.into() }
}

/// The reasons that features give.
pub(crate) fn reasons(f: &Vector) -> Vec<Reason> {
    let v = |at: F| f[at as usize];
    let percent = |share: f32| format!("{:.0} %", share * 100.0);
    let mut out = Vec::new();
    out.push(match v(F::artist_best).max(v(F::artist_found)) {
        x if x > 0.99 && v(F::artists_lost) > 0.0 => reason(
            "artist-partly",
            format!("{:.0} of {:.0} artists named", v(F::artists) - v(F::artists_lost), v(F::artists)),
        ),
        x if x > 0.99 => reason("artist-same", "artists agree"),
        x if x > 0.6 => reason("artist-close", format!("artists agree to {}", percent(x))),
        x => reason("artist-differs", format!("artists differ (agree to {})", percent(x))),
    });
    out.push(match v(F::title_found) {
        x if x > 0.99 && v(F::left_title) < 3.0 => reason("title-same", "title agrees"),
        x if x > 0.99 => reason("title-longer", "title agrees, the line says more"),
        x if x > 0.6 => reason("title-close", format!("title agrees to {}", percent(x))),
        x => reason("title-differs", format!("title differs (agrees to {})", percent(x))),
    });
    if v(F::class_extra) > 0.0 || v(F::left_version) > 2.0 {
        out.push(reason("version-extra", "the line names a version that the row lacks"));
    } else if v(F::class_lost) > 0.0 || v(F::version_lost) > 4.0 {
        out.push(reason("version-missing", "the row is a version that the line does not name"));
    } else if v(F::version_found) > 0.85 {
        out.push(reason("version-same", "version agrees"));
    }
    for (at, code, text) in [
        (F::swapped, "sides-swapped", "artist and title changed over"),
        (F::number_extra, "number-extra", "the line has a number that the row lacks"),
        (F::number_lost, "number-missing", "the row has a number that the line lacks"),
        (F::rivals, "rivals", "other rows are nearly as close"),
    ] {
        if v(at) > 0.0 {
            out.push(reason(code, text));
        }
    }
    match v(F::label) {
        x if x > 0.7 => out.push(reason("label-same", "label agrees")),
        x if x >= 0.0 => out.push(reason("label-differs", "label differs")),
        _ => {}
    }
    match v(F::duration) {
        x if x > 15.0 => out.push(reason("duration-differs", format!("duration differs by {x:.0} s"))),
        x if x >= 0.0 => out.push(reason("duration-same", "duration agrees")),
        _ => {}
    }
    out
}
