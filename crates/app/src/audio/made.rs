//! Whether a recording is human, assisted or generated; who declares it; and contesting a wrong declaration.
//!
//! The last declaration or decision counts. A contest changes nothing until the house decides it, but is shown beside
//! what counts, so that rules and listeners can heed it.

use music::{Made, RecordingId};
use store::DeclarationRow;

use crate::failure::refuse;
use crate::{Failure, House};

/// What counts for a recording, and how it came to that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// What counts; `None` where nobody said anything.
    pub made: Option<Made>,
    /// Who says so.
    pub by: String,
    /// Whether a contest waits to be decided.
    pub contested: bool,
    /// Everything said, in order.
    pub history: Vec<DeclarationRow>,
}

/// What counts for a recording.
pub async fn standing(house: &House, recording: &RecordingId) -> Result<Standing, Failure> {
    let mut tx = house.store.begin_read().await?;
    let (made, by) = tx.made(recording).await?;
    let history = tx.declarations(recording).await?;
    let contested = history.last().is_some_and(|d| d.act == "contest");
    Ok(Standing { made: Made::from_word(&made), by, contested, history })
}

/// Declares how a recording is made. Whoever declared before may correct themselves; over somebody else's word one
/// can only contest, unless one is the house.
pub async fn declare(house: &House, recording: &str, made: Made, by: &str) -> Result<Standing, Failure> {
    let id = named(house, recording).await?;
    let before = standing(house, &id).await?;
    if before.contested {
        let message = format!("what was declared of `{id}` is contested");
        return Err(refuse("made-contested", message, "the house decides: `tantieme audio decide`"));
    }
    if !before.by.is_empty() && before.by != by && by != "house" && before.made != Some(made) {
        let message = format!("`{}` declared `{id}` before", before.by);
        return Err(refuse("made-declared", message, "contest it: `tantieme audio contest`"));
    }
    say(house, &id, "declare", made, by, "").await?;
    standing(house, &id).await
}

/// Contests what was declared: what it is instead, and why.
pub async fn contest(
    house: &House,
    recording: &str,
    made: Made,
    by: &str,
    reason: &str,
) -> Result<Standing, Failure> {
    let id = named(house, recording).await?;
    let before = standing(house, &id).await?;
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > 4_000 {
        return Err(refuse(
            "made-reason",
            "a contest needs a reason of at most 4,000 bytes",
            "`--reason \"…\"`",
        ));
    }
    match before.made {
        None => {
            let message = format!("nobody declared how `{id}` is made");
            return Err(refuse("made-undeclared", message, "declare it: `tantieme audio declare`"));
        }
        Some(counts) if counts == made => {
            let message = format!("`{id}` counts as {} already", made.word());
            return Err(refuse("made-same", message, ""));
        }
        _ if before.contested => {
            return Err(refuse(
                "made-contested",
                format!("`{id}` is contested already"),
                "wait for the decision",
            ));
        }
        _ => {}
    }
    say(house, &id, "contest", made, by, reason).await?;
    standing(house, &id).await
}

/// Decides a contest: upholds what was declared, or corrects it to what the contest says.
pub async fn decide(
    house: &House,
    recording: &str,
    correct: bool,
    by: &str,
    reason: &str,
) -> Result<Standing, Failure> {
    let id = named(house, recording).await?;
    let before = standing(house, &id).await?;
    let contest = before.history.last().filter(|d| d.act == "contest");
    let (Some(contest), Some(counts)) = (contest, before.made) else {
        return Err(refuse("made-uncontested", format!("nobody contests what was declared of `{id}`"), ""));
    };
    if contest.by == by {
        let message = "whoever contests cannot decide";
        return Err(refuse("made-own-contest", message, "somebody else of the house decides: `--by …`"));
    }
    let (act, made) = if correct {
        ("correct", Made::from_word(&contest.made).unwrap_or(counts))
    } else {
        ("uphold", counts)
    };
    say(house, &id, act, made, by, reason.trim()).await?;
    standing(house, &id).await
}

/// Contests that wait to be decided, oldest first.
pub async fn contests(house: &House) -> Result<Vec<DeclarationRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.open_contests().await?)
}

async fn say(
    house: &House,
    id: &RecordingId,
    act: &'static str,
    made: Made,
    by: &str,
    reason: &str,
) -> Result<(), Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    tx.add_declaration(id, act, made.word(), by, reason, now).await?;
    match act {
        "declare" | "correct" => tx.set_made(id, made.word(), by).await?,
        _ => {}
    }
    tx.note(now, by, "audio made", id.as_str(), &format!("{act} {}", made.word())).await?;
    Ok(tx.commit().await?)
}

async fn named(house: &House, recording: &str) -> Result<RecordingId, Failure> {
    let mut tx = house.store.begin_read().await?;
    super::named(&mut tx, recording).await
}
