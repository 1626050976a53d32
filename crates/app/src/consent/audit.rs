//! The answer for each row of a small manifest, for programs that ask over the network; millions of rows are
//! `tantieme consent audit`'s.

use consent::{Answer, Asked, Outcome, Question, Reasons, Session, Use};
use jiff::civil::Date;
use music::Territory;

use super::registry;
use crate::failure::refuse;
use crate::{Failure, House};

/// Most rows that are answered at once.
pub const MOST: usize = 10_000;

/// What is asked of every row.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Recordings by id or ISRC.
    pub recordings: Vec<String>,
    /// To do what.
    pub usage: String,
    /// By whom: a party's id.
    pub licensee: String,
    /// On which day; today where `None`.
    pub on: Option<Date>,
    /// Where.
    pub territory: String,
}

/// The answer for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The outcome.
    pub outcome: Outcome,
    /// Its reasons.
    pub reasons: Reasons,
}

/// Answers each row, in order.
///
/// # Errors
/// `manifest-rows`, `use-unknown`, `territory-unknown`.
pub async fn audit(house: &House, ask: &Manifest) -> Result<Vec<Answered>, Failure> {
    if ask.recordings.is_empty() || ask.recordings.len() > MOST {
        let message = format!("{} rows are not answered at once", ask.recordings.len());
        return Err(refuse(
            "manifest-rows",
            message,
            format!("1 to {MOST}; `tantieme consent audit` takes millions"),
        ));
    }
    let usage: Use = ask.usage.parse().map_err(|e: consent::uses::UnknownUse| {
        refuse(
            "use-unknown",
            format!("`{}` is not a use", e.0),
            "a question asks for one use, not for a group",
        )
    })?;
    let territory: Territory = ask
        .territory
        .parse()
        .map_err(|e: music::territory::UnknownTerritory| refuse("territory-unknown", e.to_string(), ""))?;
    let on = ask.on.unwrap_or_else(|| house.now().to_zoned(jiff::tz::TimeZone::UTC).date());
    let index = registry::index(house, u64::MAX).await?;
    let (mut session, mut answer) = (Session::default(), Answer::default());
    let mut all = Vec::with_capacity(ask.recordings.len());
    for recording in &ask.recordings {
        let question =
            Question::new(Asked::Recording(recording), usage, &ask.licensee, on, territory.clone());
        index.decide(&question, &mut session, &mut answer);
        all.push(Answered { outcome: answer.outcome, reasons: answer.reasons });
    }
    Ok(all)
}
