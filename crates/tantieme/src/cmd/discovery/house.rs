//! Training on what a house holds.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use app::Failure;
use app::discovery::{MemberPlays, Train as Ask, TrainingConsent};
use serde_json::json;

use super::Train;
use crate::output;
use crate::wiring::Place;

/// Trains, and takes the model into use.
pub async fn train(c: &Train, place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let consent = match &c.consent {
        Some(registry) => decided(&house, registry, &c.licensee).await?,
        None => app::discovery::decided_here(&house).await?,
    };
    let keys = ports::period_keys::PeriodKeys::at(&place.key_folder());
    app::discovery::refuse::spread(&house, &keys).await?;
    let plays = if c.plays.is_empty() { Vec::new() } else { members(&c.plays, c.threads())? };
    let start = Instant::now();
    let bar = output::progress("training");
    let selections = app::discovery::published(&house).await?;
    let ask = Ask { consent, plays, selections, threads: c.threads(), by: c.by.clone() };
    let trained = app::discovery::train_registered(&house, ask).await;
    bar.finish_and_clear();
    let (trained, entry) = trained?;
    let run = &trained.run;
    if place.json {
        output::json(&json!({
            "training": run.id, "model": run.model_hash, "inputs": run.inputs_hash, "settings": run.settings,
            "consent": run.consent, "left_out": run.left_out, "recordings": run.recordings, "names": run.names,
            "members": run.members, "djs": run.djs, "selections": run.selections, "plays": run.plays,
            "refused": run.refused, "neighbours": trained.neighbours, "bytes": trained.bytes,
            "before": trained.before, "registered": entry, "seconds": start.elapsed().as_secs_f64(),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let before = if trained.before { ", as before" } else { "" };
    println!("{}: model {:.12}{before}", run.id, run.model_hash);
    println!(
        "{} neighbours of {} recordings and {} names, from {} plays of {} members, {} DJs and {} selections",
        trained.neighbours, run.recordings, run.names, run.plays, run.members, run.djs, run.selections
    );
    println!(
        "consent: {}; {} recordings left out; {} persons refuse",
        run.consent, run.left_out, run.refused
    );
    if let Some(entry) = entry {
        println!("registered as {entry}: `tantieme consent was-in RECORDING` tells what it read");
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks the consent decision for every recording: `train.nongen`, by the house, today, worldwide.
async fn decided(house: &app::House, registry: &Path, licensee: &str) -> Result<TrainingConsent, Failure> {
    let (index, problems) = crate::cmd::consent::index(registry)?;
    if !problems.is_empty() {
        let message = format!("`{}` has lines that cannot be read", registry.display());
        return Err(crate::input::refuse(
            "registry",
            message,
            "correct them: a consent may stand in one of them",
        ));
    }
    app::discovery::decided(house, &index, licensee).await
}

fn fault(words: &str) -> Failure {
    Failure::Fault(store::Fault::new(words))
}

/// Plays in Parquet files.
fn members(patterns: &[String], threads: usize) -> Result<Vec<MemberPlays>, Failure> {
    let failed = |failure: bulk::Failure| match failure {
        bulk::Failure::Problem(problem) => {
            crate::input::refuse("plays", problem.message.clone(), problem.hint.clone())
        }
        bulk::Failure::Fault(words) => fault(&words),
    };
    let files = bulk::expand(patterns).map_err(failed)?;
    let listed = bulk::plays::listed(&files, threads).map_err(failed)?;
    let of = |(member, recording, plays): &(u64, u64, u64)| MemberPlays {
        member: listed.numbering.members.shown(*member),
        recording: listed.numbering.recordings.shown(*recording),
        plays: u32::try_from(*plays).unwrap_or(u32::MAX),
    };
    Ok(listed.rows.iter().map(of).collect())
}

/// Refuses, or takes a refusal back.
pub async fn refuse(place: &Place, who: &str, refuses: bool, by: &str) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let person = app::discovery::refuse_training(&house, who, refuses, by).await?;
    if place.json {
        output::json(&json!({ "person": person, "refuses": refuses }));
    } else {
        let word = if refuses { "does not train" } else { "trains" };
        println!("what {person} played {word} the recommender, from the next training on");
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the trainings.
pub async fn trainings(place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let runs = app::discovery::trainings(&house).await?;
    if place.json {
        let rows: Vec<_> = runs
            .iter()
            .map(|r| {
                json!({
                    "training": r.id, "at": r.at.to_string(), "by": r.by, "model": r.model_hash, "inputs": r.inputs_hash,
                    "settings": r.settings, "consent": r.consent, "left_out": r.left_out, "recordings": r.recordings,
                    "names": r.names, "members": r.members, "djs": r.djs, "selections": r.selections, "plays": r.plays,
                    "refused": r.refused,
                })
            })
            .collect();
        output::json(&json!({ "trainings": rows }));
    } else {
        let rows = runs.iter().map(|r| {
            let cells = [r.recordings, r.plays, r.members, r.djs, r.left_out].map(|n| n.to_string());
            let mut row = vec![r.at.to_string()];
            row.extend(cells);
            row.extend([r.consent.clone(), r.model_hash.chars().take(12).collect()]);
            row
        });
        output::table(
            &["at", ">recordings", ">plays", ">members", ">DJs", ">left out", "consent", "~model"],
            rows.collect(),
        );
    }
    Ok(ExitCode::SUCCESS)
}
