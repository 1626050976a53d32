//! `tantieme allocate`, `approve`, `adjust`, `reverse`, `run`, `explain`.

use std::process::ExitCode;

use app::Failure;
use clap::{Args, Subcommand};
use music::{PotId, RunId};
use serde_json::{Value, json};

use crate::output;
use crate::wiring::Place;

/// Share pots: a draft with its hash
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme allocate pot-… pot-…\n         tantieme allocate            (every pot that has money)"
)]
pub struct Allocate {
    /// The pots, shared together; without any, every pot that has money
    pots: Vec<PotId>,
    /// The rule; each pot's own without
    #[arg(long)]
    rule: Option<String>,
    /// Who asks
    #[arg(long, default_value = "house")]
    by: String,
}

impl Allocate {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let ask = app::allocation::Allocate {
            pots: self.pots.clone(),
            rule: self.rule.clone(),
            by: self.by.clone(),
        };
        show(place, &house, &app::allocation::draft(&house, ask).await?, true).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Approve a draft run
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme approve run-… --by Treasurer")]
pub struct Approve {
    /// The run
    run: RunId,
    /// Who approves
    #[arg(long, default_value = "house")]
    by: String,
}

impl Approve {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let run = app::allocation::approve(&house, &self.run, &self.by).await?;
        show(place, &house, &run, false).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Draft what changed since a pot was shared
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme adjust pot-…")]
pub struct Adjust {
    /// The pot
    pot: PotId,
    /// Who asks
    #[arg(long, default_value = "house")]
    by: String,
}

impl Adjust {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        show(place, &house, &app::allocation::adjust(&house, &self.pot, &self.by).await?, true).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Draft the exact negative of an approved run
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme reverse run-…")]
pub struct Reverse {
    /// The run
    run: RunId,
    /// Who asks
    #[arg(long, default_value = "house")]
    by: String,
}

impl Reverse {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        show(place, &house, &app::allocation::reverse(&house, &self.run, &self.by).await?, true).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Runs
#[derive(Debug, Subcommand)]
pub enum RunCommand {
    /// All runs, newest first
    #[command(after_help = "Example: tantieme run list")]
    List,
    /// One run with its lines
    #[command(after_help = "Example: tantieme run show run-…")]
    Show {
        /// The run
        run: RunId,
    },
    /// Share it again by what was kept with it, and compare the hash of every line: exit 1 where it differs
    #[command(after_help = "Example: tantieme run replay run-…\n         tantieme run replay --all")]
    Replay {
        /// The run
        #[arg(required_unless_present = "all")]
        run: Option<RunId>,
        /// Every approved run
        #[arg(long, conflicts_with = "run")]
        all: bool,
    },
    /// Drop a draft
    #[command(after_help = "Example: tantieme run drop run-…")]
    Drop {
        /// The run
        run: RunId,
        /// Who drops it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl RunCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            RunCommand::List => {
                let runs = app::allocation::list(&house).await?;
                if place.json {
                    let all: Vec<Value> = runs.iter().map(|r| json!({ "run": r.id.as_str(), "kind": r.kind, "status": r.status, "rule": format!("{}@{}", r.rule, r.rule_version), "created": r.created.to_string() })).collect();
                    output::json(&all.into());
                } else {
                    let rows = runs.iter().map(|r| {
                        vec![
                            r.id.to_string(),
                            r.kind.clone(),
                            r.status.clone(),
                            format!("{}@{}", r.rule, r.rule_version),
                            r.created.to_string(),
                        ]
                    });
                    output::table(&["run", "kind", "status", "rule", "created"], rows.collect());
                }
            }
            RunCommand::Show { run } => {
                show(place, &house, &app::allocation::show(&house, run).await?, true).await?
            }
            RunCommand::Replay { run, all: _ } => {
                let replays = match run {
                    Some(run) => vec![app::replay::replay(&house, run).await?],
                    None => app::replay::replay_all(&house).await?,
                };
                return Ok(replayed(place, &replays));
            }
            RunCommand::Drop { run, by } => app::allocation::drop_draft(&house, run, by).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A run for people: names first, ids beside them; for programs all of it.
async fn show(
    place: &Place,
    house: &app::House,
    run: &app::allocation::Run,
    lines: bool,
) -> Result<(), Failure> {
    let names = app::party::names(house, run.lines.iter().filter_map(|l| l.party.clone())).await?;
    let name = |line: &store::AllocationRow| line.party.as_ref().and_then(|p| names.get(p));
    let r = &run.run;
    if place.json {
        output::json(&json!({
            "run": r.id.as_str(), "kind": r.kind, "status": r.status, "rule": format!("{}@{}", r.rule, r.rule_version),
            "rule_hash": r.rule_hash, "hash": r.lines_hash, "input_hash": r.input_hash, "private": r.private, "givers": r.givers,
            "entry": r.entry, "approved_by": r.approved_by,
            "pots": run.pots.iter().map(|(pot, amount)| json!({ "pot": pot.as_str(), "shared": output::money(*amount) })).collect::<Vec<_>>(),
            "lines": run.lines.iter().map(|l| json!({
                "line": l.id.as_str(), "pot": l.pot.as_str(), "kind": l.kind, "account": l.account, "party": l.party.as_ref().map(|p| p.as_str()), "name": name(l),
                "recording": l.recording.as_ref().map(|x| x.as_str()), "set_line": l.set_line.as_ref().map(|x| x.as_str()),
                "side": l.side, "reason": l.reason, "amount": l.amount.to_decimal(), "currency": l.amount.currency().code(), "why": l.why,
            })).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    println!("{} ({}, {}) by {}@{}, hash {}", r.id, r.kind, r.status, r.rule, r.rule_version, r.lines_hash);
    if lines {
        let rows = by_name(&run.lines, &name).into_iter().map(|l| {
            let to = name(l).cloned().unwrap_or_else(|| l.account.clone());
            let party = l.party.as_ref().map(|p| p.to_string()).unwrap_or_default();
            vec![l.amount.to_string(), to, l.reason.clone(), party, l.id.to_string()]
        });
        output::table(&[">amount", "to", "reason", "~party", "~line"], rows.collect());
    }
    if r.private {
        eprintln!(
            "note: {} gave to this run, fewer than the threshold; statements show its total only",
            if r.givers == 1 { "one party".to_owned() } else { format!("{} parties", r.givers) }
        );
    }
    if r.status == "draft" {
        println!("\nPost it: tantieme approve {}", r.id);
    }
    Ok(())
}

/// The lines in the order of the run; the holders of one line of a set by what they get, then by name, since their ids say nothing to people.
fn by_name<'a>(
    lines: &'a [store::AllocationRow],
    name: &impl Fn(&'a store::AllocationRow) -> Option<&'a String>,
) -> Vec<&'a store::AllocationRow> {
    let same = |a: &store::AllocationRow, b: &store::AllocationRow| {
        a.set_line.is_some() && a.set_line == b.set_line && a.pot == b.pot
    };
    let mut shown = Vec::with_capacity(lines.len());
    for holders in lines.chunk_by(same) {
        let mut holders: Vec<_> = holders.iter().collect();
        holders.sort_by(|a, b| b.amount.micros().cmp(&a.amount.micros()).then_with(|| name(a).cmp(&name(b))));
        shown.extend(holders);
    }
    shown
}

/// Prints replays; exit 1 where one came out otherwise.
pub fn replayed(place: &Place, replays: &[app::replay::Replay]) -> ExitCode {
    let same = replays.iter().all(app::replay::Replay::same);
    if place.json {
        let all: Vec<Value> = replays
            .iter()
            .map(|r| json!({ "run": r.run.as_str(), "what": r.what, "stored": r.stored, "now": r.now, "same": r.same(), "lines": r.lines }))
            .collect();
        output::json(&all.into());
    } else {
        for r in replays {
            let said = if r.same() { "the same again" } else { "ANOTHER HASH" };
            println!("{}: {said}, {} lines ({}), hash {}", r.run, r.lines, r.what, r.now);
        }
        if replays.is_empty() {
            println!("no run to replay");
        }
    }
    if same { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Walk back to the line it came from
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme explain TNT000001-00003\n         tantieme explain all-…")]
pub struct Explain {
    /// A payout, an allocation line, a set-list line or a run
    id: String,
    /// As this party would see it
    #[arg(long = "as", value_name = "PARTY")]
    asker: Option<String>,
}

impl Explain {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let asker = match &self.asker {
            Some(who) => Some(app::party::one(&house, who).await?.party.id),
            None => None,
        };
        let steps = app::explain::walk(&house, &self.id, asker.as_ref()).await?;
        if place.json {
            let all: Vec<Value> = steps
                .iter()
                .map(|s| json!({ "depth": s.depth, "what": s.what, "id": s.id, "text": s.text }))
                .collect();
            output::json(&all.into());
        } else {
            for s in &steps {
                println!("{}{:9} {}  {}", "  ".repeat(s.depth), s.what, s.id, s.text);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
