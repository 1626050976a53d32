//! `tantieme catalogue duplicates`, `merge`, `unmerge`, `merges`: rows that are one recording.

use std::process::ExitCode;

use app::Failure;
use app::duplicate::{Merge, Merged, Proposal};
use serde_json::{Value, json};
use store::{CatalogueRow, MergeRow};

use crate::input::refuse;
use crate::output;
use crate::wiring::Place;

/// Prints what may be merged.
pub async fn duplicates(place: &Place, least: &str) -> Result<ExitCode, Failure> {
    let least = chance(least)?;
    let house = place.open().await?;
    let matching = app::catalogue::open_matching(&house).await?;
    let proposals = app::duplicate::proposals(&house, &matching, least).await?;
    if place.json {
        output::json(&proposals.iter().map(proposal_json).collect::<Vec<_>>().into());
        return Ok(ExitCode::SUCCESS);
    }
    if proposals.is_empty() {
        println!("no two rows of the catalogue look like one recording");
    }
    for proposal in &proposals {
        print_proposal(proposal);
    }
    Ok(ExitCode::SUCCESS)
}

fn chance(text: &str) -> Result<f64, Failure> {
    let bad = || refuse("least", format!("`{text}` is not a chance"), "as in `0.9`, between 0 and 1");
    text.parse::<f64>().ok().filter(|p| (0.0..=1.0).contains(p)).ok_or_else(bad)
}

fn percent(ppm: u32) -> String {
    format!("{}.{} %", ppm / 10_000, ppm % 10_000 / 1_000)
}

fn print_proposal(p: &Proposal) {
    println!("\n{}  likely one recording; shares of all together: {}", percent(p.likelihood_ppm), p.standing);
    let rows = std::iter::once(("keep", &p.keep)).chain(p.gone.iter().map(|g| ("merge", g)));
    output::table(
        &["", "recording", "status", "artist", "title", "label", ">s", "ISRC", "from"],
        rows.map(|(what, row)| cells(what, row)).collect(),
    );
    for tie in &p.ties {
        println!("  why: {}", tie.reasons.join("; "));
    }
    for gone in &p.gone {
        println!("  tantieme catalogue merge {} {} --by …", p.keep.recording.id, gone.recording.id);
    }
}

fn cells(what: &str, row: &CatalogueRow) -> Vec<String> {
    let r = &row.recording;
    let version = if r.version.is_empty() { String::new() } else { format!(" ({})", r.version) };
    vec![
        what.to_owned(),
        r.id.to_string(),
        r.status.word().to_owned(),
        r.artist.clone(),
        format!("{}{version}", r.title),
        r.label.clone(),
        r.duration_s.map(|s| s.to_string()).unwrap_or_default(),
        r.isrc.as_ref().map(ToString::to_string).unwrap_or_default(),
        format!("{} {}", row.source, row.source_id),
    ]
}

fn row_json(row: &CatalogueRow) -> Value {
    let r = &row.recording;
    json!({
        "id": r.id.as_str(), "artist": r.artist, "title": r.title, "version": r.version, "label": r.label, "duration_s": r.duration_s,
        "isrc": r.isrc.as_ref().map(|i| i.as_str()), "mbid": r.mbid.as_ref().map(|i| i.as_str()),
        "own_id": r.own_id.as_ref().map(|i| i.as_str()), "status": r.status.word(), "source": row.source, "source_id": row.source_id,
    })
}

fn proposal_json(p: &Proposal) -> Value {
    json!({
        "likelihood": f64::from(p.likelihood_ppm) / 1e6, "standing": p.standing, "keep": row_json(&p.keep),
        "merge": p.gone.iter().map(row_json).collect::<Vec<_>>(),
        "ties": p.ties.iter().map(|t| json!({ "a": t.a, "b": t.b, "likelihood": f64::from(t.likelihood_ppm) / 1e6, "reasons": t.reasons })).collect::<Vec<_>>(),
    })
}

/// Merges one row into another.
pub async fn merge(place: &Place, ask: Merge) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let done = app::duplicate::merge(&house, ask).await?;
    if place.json {
        output::json(&merged_json(&done));
    } else {
        print_merged(&done);
    }
    Ok(ExitCode::SUCCESS)
}

/// A merge in JSON.
pub fn merged_json(done: &Merged) -> Value {
    json!({
        "merge": merge_json(&done.merge), "keep": row_json(&done.keep), "gone": row_json(&done.gone), "standing": done.standing,
        "notices": done.notices, "lines_untouched": done.untouched.0, "allocation_lines_untouched": done.untouched.1,
    })
}

/// Prints a merge.
pub fn print_merged(done: &Merged) {
    println!("{} {} now answers for {}", done.merge.id, done.keep.recording.id, done.gone.recording.id);
    let (lines, paid) = done.untouched;
    println!("shares: {}; {lines} set-list lines and {paid} lines of runs keep their row", done.standing);
    for notice in &done.notices {
        eprintln!("note: {notice}");
    }
}

/// Sets a merged row apart again.
pub async fn unmerge(place: &Place, gone: &str, by: &str) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let (undoing, since) = app::duplicate::unmerge(&house, gone, by).await?;
    if place.json {
        output::json(&json!({ "unmerge": merge_json(&undoing), "lines_since": since }));
    } else {
        println!("{} {} stands by itself again", undoing.id, undoing.gone);
    }
    if since > 0 {
        eprintln!(
            "note: {since} set-list lines were matched to {} since the merge; look whether they mean it",
            undoing.keep
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn merge_json(m: &MergeRow) -> Value {
    json!({
        "id": m.id.as_str(), "undoes": m.undoes.as_ref().map(|u| u.as_str()), "keep": m.keep.as_str(), "gone": m.gone.as_str(),
        "likelihood": f64::from(m.likelihood_ppm) / 1e6, "reasons": m.reasons.lines().collect::<Vec<_>>(), "by": m.by, "at": m.at.to_string(),
    })
}

/// Lists what was merged and set apart.
pub async fn merges(place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let all = app::duplicate::merges(&house).await?;
    if place.json {
        output::json(&all.iter().map(merge_json).collect::<Vec<_>>().into());
        return Ok(ExitCode::SUCCESS);
    }
    let rows = all.iter().map(|m| {
        let what = if m.undoes.is_some() { "set apart" } else { "merged" };
        vec![
            m.id.to_string(),
            what.to_owned(),
            m.gone.to_string(),
            m.keep.to_string(),
            m.by.clone(),
            m.at.strftime("%Y-%m-%d").to_string(),
        ]
    });
    output::table(&["id", "what", "row", "and the row that answers", "by", "on"], rows.collect());
    Ok(ExitCode::SUCCESS)
}
