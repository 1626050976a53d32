//! The walk back: payout → posting → allocation line → usage → line of the document.

use music::{AllocationLineId, LineId, PartyId, PayoutId, RunId};
use store::{AllocationRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, brief, duplicate, rate};

/// One step of the walk, from what was asked down to the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How deep it lies, from 0.
    pub depth: usize,
    /// What it is: `payout`, `entry`, `line`, `rule`, `match`, `document`.
    pub what: &'static str,
    /// Its id, where it has one.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// Walks any payout, allocation line, set-list line or run back to where its money came from.
///
/// For a party other than the house (`asker`), what would tell one giver's gift is left out and said to be.
pub async fn walk(house: &House, id: &str, asker: Option<&PartyId>) -> Result<Vec<Step>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut steps = Vec::new();
    if let Ok(id) = id.parse::<PayoutId>() {
        payout(&mut tx, &id, asker, &mut steps).await?;
    } else if let Ok(id) = id.parse::<AllocationLineId>() {
        let line = tx.allocation_line(&id).await?.ok_or_else(|| unknown(id.as_str()))?;
        allocation_line(&mut tx, &line, asker, 0, &mut steps).await?;
    } else if let Ok(id) = id.parse::<LineId>() {
        usage(&mut tx, &id, 0, asker, &mut steps).await?;
        for line in tx.lines_of_usage(&id).await? {
            allocation_line(&mut tx, &line, asker, 1, &mut steps).await?;
        }
    } else if let Ok(id) = id.parse::<RunId>() {
        run(&mut tx, &id, asker, &mut steps).await?;
    } else if let Some(found) = tx.payout_by_end_to_end(id).await? {
        payout(&mut tx, &found.id, asker, &mut steps).await?;
    } else {
        return Err(unknown(id));
    }
    Ok(steps)
}

fn unknown(id: &str) -> Failure {
    refuse(
        "explain-unknown",
        format!("nothing is known as `{id}`"),
        "give the id of a payout (`pay-…` or the id on the bank statement), of a line (`all-…`, `lin-…`) or of a run (`run-…`)",
    )
}

fn step(depth: usize, what: &'static str, id: impl ToString, text: impl Into<String>) -> Step {
    Step { depth, what, id: id.to_string(), text: text.into() }
}

async fn payout(
    tx: &mut Tx,
    id: &PayoutId,
    asker: Option<&PartyId>,
    steps: &mut Vec<Step>,
) -> Result<(), Failure> {
    let payout = tx.payout(id).await?.ok_or_else(|| unknown(id.as_str()))?;
    if asker.is_some_and(|a| *a != payout.party) {
        return Err(refuse("not-yours", format!("the payout `{id}` is somebody else's"), ""));
    }
    let name = tx.party(&payout.party).await?.map(|p| p.party.name).unwrap_or_default();
    let parts = [
        ("repays an advance", payout.recouped),
        ("tax kept back", payout.withheld),
        ("cost of the transfer", payout.fee),
    ];
    let taken: Vec<String> =
        parts.iter().filter(|(_, a)| !a.is_zero()).map(|(what, a)| format!("{a} {what}")).collect();
    let taken = if taken.is_empty() { String::new() } else { format!("; of it {}", taken.join(", ")) };
    let text = format!(
        "{} to {name} ({}), {} from the balance{taken}; {}",
        payout.net, payout.end_to_end, payout.gross, payout.status
    );
    steps.push(step(0, "payout", id, text));
    for seq in [Some(payout.pending_entry), payout.settled_entry].into_iter().flatten() {
        if let Some(entry) = tx.entries(seq, 1).await?.into_iter().next() {
            steps.push(step(
                1,
                "entry",
                seq,
                format!("{}: {}; hash {}", entry.draft.kind, entry.draft.memo, &entry.hash.to_string()[..16]),
            ));
        }
    }
    let reserved_at = tx.entries(payout.pending_entry, 1).await?.first().map_or(i64::MAX, |e| e.at_micros);
    let lines = tx.lines_of_party(&payout.party).await?;
    for line in lines.iter().filter(|l| l.amount.currency() == payout.net.currency()) {
        let before = tx
            .run_row(&line.run)
            .await?
            .and_then(|r| r.approved)
            .is_some_and(|at| at.as_microsecond() <= reserved_at);
        if before {
            allocation_line(tx, line, asker, 1, steps).await?;
        }
    }
    Ok(())
}

async fn run(tx: &mut Tx, id: &RunId, asker: Option<&PartyId>, steps: &mut Vec<Step>) -> Result<(), Failure> {
    let run = tx.run_row(id).await?.ok_or_else(|| unknown(id.as_str()))?;
    let text = format!(
        "{} by {}@{} (rule {}), {}, lines {}",
        run.kind,
        run.rule,
        run.rule_version,
        &run.rule_hash[..16],
        run.status,
        &run.lines_hash[..16]
    );
    steps.push(step(0, "run", id, text));
    for line in tx.lines_of_run(id).await? {
        if asker.is_none() || line.party.as_ref() == asker {
            allocation_line(tx, &line, asker, 1, steps).await?;
        }
    }
    Ok(())
}

async fn allocation_line(
    tx: &mut Tx,
    line: &AllocationRow,
    asker: Option<&PartyId>,
    depth: usize,
    steps: &mut Vec<Step>,
) -> Result<(), Failure> {
    if asker.is_some() && line.party.as_ref() != asker {
        return Err(refuse("not-yours", format!("the line `{}` is somebody else's", line.id), ""));
    }
    let whom = match &line.party {
        Some(party) => tx.party(party).await?.map(|p| p.party.name).unwrap_or_default(),
        None => line.account.clone(),
    };
    let origin = tx.pot_origin(&line.pot).await?;
    let campaign = brief::line_words(tx, &line.pot).await?;
    if asker.is_some() && origin.is_none() && campaign.is_none() {
        // One line of one night's pot would tell what one DJ gave; statements show sums over enough givers.
        steps.push(step(
            depth,
            "line",
            &line.id,
            format!("to {whom}; its amount is shown in sums only, so that no one's gift can be computed"),
        ));
    } else {
        steps.push(step(depth, "line", &line.id, format!("{} to {whom}", line.amount)));
        for sentence in line.why.lines() {
            steps.push(step(depth + 1, "rule", &line.run, sentence));
        }
        match campaign {
            Some((milestone, brand, title)) => {
                steps.push(step(depth + 1, "milestone", milestone, format!("{title}, agreed with {brand}")));
            }
            None => steps.push(step(depth + 1, "pot", &line.pot, pot_text(tx, line).await?)),
        }
        for (what, id, text) in match &origin {
            Some(origin) => crate::license::origin_told(tx, origin).await?,
            None => Vec::new(),
        } {
            steps.push(step(depth + 1, what, id, text));
        }
        if let Some(recording) = line.recording.as_ref().filter(|_| origin.is_some()) {
            let row = tx.recording(recording).await?;
            if let Some(row) = row {
                let text = format!("{}; from {} line {}", duplicate::name(&row), row.source, row.origin_line);
                steps.push(step(depth + 1, "recording", recording, text));
            }
        }
        if line.reason == ledger::Suspense::Flagged.word() {
            flags(tx, line, depth + 1, steps).await?;
        }
    }
    if let Some(usage_line) = &line.set_line {
        usage(tx, usage_line, depth + 1, asker, steps).await?;
    }
    Ok(())
}

/// What a guard saw, for the house only.
async fn flags(
    tx: &mut Tx,
    line: &AllocationRow,
    depth: usize,
    steps: &mut Vec<Step>,
) -> Result<(), Failure> {
    let words =
        [line.set_line.as_ref().map(|l| l.to_string()), line.recording.as_ref().map(|r| r.to_string())];
    for flag in tx.flags(line.pot.as_str()).await? {
        let touches = |word: &String| flag.held.lines().any(|l| l.split(' ').any(|w| w == word));
        if words.iter().flatten().any(touches) {
            let who =
                flag.decided_by.as_ref().map(|by| format!(" by {by}: {}", flag.reason)).unwrap_or_default();
            let text = format!("{}: {}; {}{who}", flag.kind, flag.evidence, flag.status);
            steps.push(step(depth, "flag", &flag.id, text));
        }
    }
    Ok(())
}

async fn pot_text(tx: &mut Tx, line: &AllocationRow) -> Result<String, Failure> {
    let mut parts = Vec::new();
    for c in tx.contributions_to(&line.pot).await? {
        let payer = tx.party(&c.payer).await?.map(|p| p.party.name).unwrap_or_default();
        parts.push(format!("{} received from {payer} ({}) under {}", c.received, c.role.word(), c.reference));
        parts.extend(rate::told(tx, &c).await?);
    }
    Ok(parts.join("; "))
}

async fn usage(
    tx: &mut Tx,
    id: &LineId,
    depth: usize,
    asker: Option<&PartyId>,
    steps: &mut Vec<Step>,
) -> Result<(), Failure> {
    let line = tx.line(id).await?.ok_or_else(|| unknown(id.as_str()))?;
    let list = tx.set_list(&line.set_list).await?.ok_or_else(|| unknown(line.set_list.as_str()))?;
    let show_night = asker.is_none();
    if let Some(recording) = &line.recording
        && let Some(row) = tx.recording(recording).await?
    {
        let r = &row.recording;
        let isrc = r.isrc.as_ref().map(|i| format!(", ISRC {i}")).unwrap_or_default();
        let text = format!("{} - {}{isrc}; from {} line {}", r.artist, r.title, row.source, row.origin_line);
        steps.push(step(depth, "recording", recording, text));
        for (merge, into, text) in duplicate::chain(tx, recording).await? {
            steps.push(step(depth, "merged", merge, text));
            if let Some(row) = tx.recording(&into).await? {
                let text = format!("{}; from {} line {}", duplicate::name(&row), row.source, row.origin_line);
                steps.push(step(depth, "recording", into, text));
            }
        }
    }
    let by = line.decided_by.is_some();
    let percent = format!("{}.{:02} %", line.probability_ppm / 10_000, line.probability_ppm % 10_000 / 100);
    let verdict =
        if by { format!("{} by a person", line.verdict) } else { format!("{} at {percent}", line.verdict) };
    steps.push(step(
        depth,
        "match",
        id,
        format!("{verdict}: {}", line.reasons().map(|(_, words)| words).collect::<Vec<_>>().join("; ")),
    ));
    if show_night {
        steps.push(step(
            depth,
            "document",
            &list.id,
            format!("{}:{} `{}`", list.document, line.origin_line, line.raw),
        ));
    }
    Ok(())
}
