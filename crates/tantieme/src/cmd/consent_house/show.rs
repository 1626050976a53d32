//! What a holder said, what is allowed, and what an impostor left behind.

use app::{Failure, House, consent};
use serde_json::{Value, json};

use super::{published, row_json, wait_json, waiting};
use crate::input::refuse;
use crate::output;
use crate::wiring::Place;

/// What a holder said and what is allowed now, or what is allowed with one recording.
pub(super) async fn show(
    house: &House,
    place: &Place,
    party: Option<&str>,
    recording: Option<&str>,
) -> Result<(), Failure> {
    if let Some(recording) = recording {
        let (about, reports) = consent::consents_of_recording(house, recording).await?;
        if place.json {
            let uses = reports.iter().map(|(u, r)| json!({ "use": u.code(), "outcome": r.outcome.code(), "reasons": r.reasons.iter().map(|x| x.code()).collect::<Vec<_>>(), "conditions": r.conditions, "weakest_verification": r.weakest.code() }));
            output::json(
                &json!({ "recording": about.id, "title": about.title, "uses": uses.collect::<Vec<_>>() }),
            );
        } else {
            println!("{} ({})", about.title, about.id);
            let rows = reports
                .iter()
                .map(|(u, r)| vec![u.code().to_owned(), r.outcome.code().to_owned(), r.reasons.codes()]);
            output::table(&["use", "outcome", "reasons"], rows.collect());
        }
        return Ok(());
    }
    let Some(party) = party else {
        return Err(refuse("consent-subject", "nobody is named", "name a holder, or `--recording ISRC`"));
    };
    let s = consent::standing(house, party).await?;
    if place.json {
        let uses = s.uses.iter().map(|u| json!({ "use": u.usage.code(), "said": u.said, "yes": u.yes, "license": u.license, "no": u.no.iter().map(|(r, n)| json!({ "reason": r.code(), "recordings": n })).collect::<Vec<_>>() }));
        output::json(
            &json!({ "party": s.party.party.id.as_str(), "recordings": s.recordings.len(), "uses": uses.collect::<Vec<_>>(), "lines": s.lines.iter().map(row_json).collect::<Vec<_>>(), "waits": s.waits.iter().map(wait_json).collect::<Vec<_>>() }),
        );
        return Ok(());
    }
    println!("{}: {} recordings", s.party.party.name, s.recordings.len());
    let rows = s.uses.iter().map(|u| {
        let no: Vec<String> = u.no.iter().map(|(r, n)| format!("{n} {}", r.code())).collect();
        vec![
            u.usage.code().to_owned(),
            u.said.unwrap_or("-").to_owned(),
            u.yes.to_string(),
            u.license.to_string(),
            no.join(", "),
        ]
    });
    output::table(&["use", "catalogue", ">yes", ">licence", "no"], rows.collect());
    for row in &s.lines {
        let line: Value = serde_json::from_str(&row.line).unwrap_or(Value::Null);
        let word = line.get("kind").and_then(Value::as_str).unwrap_or(&row.kind).to_owned();
        let uses = line
            .get("uses")
            .and_then(Value::as_array)
            .map(|u| u.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","));
        let ended = row.end.map_or_else(String::new, |e| format!(", ended {}", e.1));
        println!(
            "{} {} {word} {} {} (entry {}{ended})",
            row.day,
            row.id,
            row.subject,
            uses.unwrap_or_default(),
            row.place
        );
    }
    if !s.waits.is_empty() {
        waiting(place, &s.waits);
    }
    Ok(())
}

/// What somebody who was no holder said, and what came of it.
pub(super) async fn impostor(
    house: &House,
    place: &Place,
    party: &str,
    reason: Option<&str>,
    by: &str,
) -> Result<(), Failure> {
    let found = consent::level::impostor(house, party, reason, by).await?;
    if found.dispute.is_some() {
        published(house).await?;
    }
    if place.json {
        output::json(&json!({
            "name": found.name, "statements": found.statements.iter().map(row_json).collect::<Vec<_>>(),
            "mandates": found.mandates.iter().map(row_json).collect::<Vec<_>>(), "licenses": found.licenses.iter().map(row_json).collect::<Vec<_>>(),
            "recordings": found.recordings.iter().map(|(id, title)| json!({ "recording": id, "title": title })).collect::<Vec<_>>(),
            "trained": found.trained, "payouts": found.payouts.iter().map(|(id, net, status)| json!({ "payout": id, "net": net, "status": status })).collect::<Vec<_>>(),
            "dispute": found.dispute,
        }));
        return Ok(());
    }
    println!(
        "{}: {} statements, {} mandates, {} licences",
        found.name,
        found.statements.len(),
        found.mandates.len(),
        found.licenses.len()
    );
    for row in found.statements.iter().chain(&found.mandates).chain(&found.licenses) {
        println!("  {} {} {} (entry {})", row.day, row.id, row.subject, row.place);
    }
    for (id, title) in &found.recordings {
        println!("  recording {id} {title}");
    }
    for run in &found.trained {
        println!("  trained on it: {run}");
    }
    for (id, net, status) in &found.payouts {
        println!("  payout {id} {net} {status}");
    }
    if let Some(dispute) = &found.dispute {
        println!("{dispute}: nothing that rests on {} is permitted any more", found.name);
    }
    Ok(())
}
