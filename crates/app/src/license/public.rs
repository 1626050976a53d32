//! What everybody may know: how many works have a decision, which models were credited to what, what went beyond a licence.

use ::consent::uses::LIST;
use ::consent::{Answer, Asked, Question, Reason, Session, Use};
use music::Territory;

use super::report::{self, Told};
use crate::consent::{page::ANYBODY, registry, today};
use crate::{Failure, House};

/// How many works have a decision for one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The use.
    pub usage: Use,
    /// Recordings for which everybody who must agree has spoken.
    pub decided: usize,
    /// All recordings.
    pub all: usize,
}

/// For every use the number of works with a decision: yes, by licence or no, said by everybody who must agree.
pub async fn decided(house: &House) -> Result<Vec<Decided>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let index = registry::compile(&registry::told(&mut tx, u64::MAX, None).await?)?;
    let recordings = tx.told_recordings().await?;
    drop(tx);
    let day = today(house);
    let (mut session, mut answer) = (Session::default(), Answer::default());
    let mut all = Vec::with_capacity(LIST.len());
    for row in &LIST {
        let mut decided = 0;
        for recording in &recordings {
            let asked = Asked::Recording(&recording.id);
            let question = Question::new(asked, row.usage, ANYBODY, day, Territory::worldwide());
            index.decide(&question, &mut session, &mut answer);
            let silent = answer.reasons.has(Reason::Silent) || answer.reasons.has(Reason::UnknownSubject);
            let in_person = answer.reasons.has(Reason::PersonConsentMissing);
            decided += usize::from(!silent && !in_person);
        }
        all.push(Decided { usage: row.usage, decided, all: recordings.len() });
    }
    Ok(all)
}

/// Usage reports as everybody sees them: the credits of each model, newest first; a page of them, and from where the next
/// page goes on.
pub async fn credits(
    house: &House,
    before: Option<i64>,
    most: usize,
) -> Result<(Vec<Told>, Option<i64>), Failure> {
    report::page(house, before, most).await
}
