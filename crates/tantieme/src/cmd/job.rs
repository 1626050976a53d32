//! `tantieme jobs`: the queue of background work.

use std::process::ExitCode;

use app::Failure;
use app::job::{self, Outcome};
use clap::Subcommand;
use serde_json::{Value, json};
use store::JobRow;

use super::claim::MailRoute;
use crate::output;
use crate::wiring::Place;

/// Background work
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// What waits, runs, was done or given up, newest first
    #[command(after_help = "Example: tantieme jobs list --state dead")]
    List {
        /// `waiting`, `running`, `done` or `dead`; all without
        #[arg(long, default_value = "")]
        state: String,
        /// How many at most
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Let a job that was given up be tried again
    #[command(after_help = "Example: tantieme jobs retry job-…")]
    Retry {
        /// The job
        id: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Do what is due, as `serve` does beside the pages
    #[command(after_help = "Example: tantieme jobs run --once")]
    Run {
        /// Stop when nothing is due any more
        #[arg(long)]
        once: bool,
        #[command(flatten)]
        route: MailRoute,
    },
}

impl Jobs {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Jobs::List { state, limit } => {
                let rows = job::list(&house, state, i64::from(*limit)).await?;
                if place.json {
                    output::json(&rows.iter().map(job_json).collect::<Vec<_>>().into());
                } else {
                    let lines = rows.iter().map(|r| {
                        vec![
                            r.id.to_string(),
                            r.kind.clone(),
                            r.state.clone(),
                            r.attempts.to_string(),
                            r.error.clone(),
                        ]
                    });
                    output::table(&["~job", "kind", "state", ">tries", "error"], lines.collect());
                }
                Ok(ExitCode::SUCCESS)
            }
            Jobs::Retry { id, by } => {
                let row = job::retry(&house, id, by).await?;
                if place.json {
                    output::json(&job_json(&row));
                } else {
                    println!("{} waits again", row.id);
                }
                Ok(ExitCode::SUCCESS)
            }
            Jobs::Run { once, route } => {
                let mailer = route.mailer(place)?;
                let periods = ports::period_keys::PeriodKeys::at(&place.key_folder());
                let own = job::handlers_with(Some(mailer.into()), Some(periods));
                let told = job::webhook_handlers(app::webhook::Outlets::default());
                let all = own.iter().chain(told.iter()).cloned().collect();
                run(place, &house, std::sync::Arc::new(all), *once).await
            }
        }
    }
}

async fn run(
    place: &Place,
    house: &app::House,
    handlers: job::Handlers,
    once: bool,
) -> Result<ExitCode, Failure> {
    let worker = format!("jobs-{:08x}", house.world.bits() >> 32);
    let end = super::serve::interrupted();
    tokio::pin!(end);
    let (mut done, mut failed) = (0_u64, 0_u64);
    job::round(house).await?;
    loop {
        match job::run_one_until(house, &handlers, &worker, &mut end).await? {
            Some((_, Outcome::Done)) => done += 1,
            Some((row, Outcome::Again(_, why) | Outcome::Dead(why))) => {
                failed += 1;
                eprintln!("error: {} ({}): {why}", row.id, row.kind);
            }
            Some((_, Outcome::Lost)) => {}
            Some((_, Outcome::GivenBack)) => break,
            None if once => break,
            None => {
                tokio::select! {
                    () = &mut end => break,
                    () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
                }
            }
        }
    }
    if place.json {
        output::json(&json!({ "done": done, "failed": failed }));
    } else {
        println!("{done} done, {failed} failed");
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn job_json(r: &JobRow) -> Value {
    json!({
        "id": r.id.as_str(), "kind": r.kind, "state": r.state, "run_at": r.run_at.to_string(), "worker": r.worker,
        "attempts": r.attempts, "attempts_most": r.attempts_most, "error": r.error, "created_at": r.created.to_string(),
        "ended_at": r.ended.map(|t| t.to_string()),
    })
}
