//! `tantieme period`: what members listened to, counted, approved, appealed against, forgotten.

use std::process::ExitCode;

use app::heard::{Appeal, Heard};
use app::{Failure, heard, period};
use clap::Subcommand;
use jiff::civil::Date;
use music::{PotId, RecordingId};
use ports::period_keys::PeriodKeys;
use serde_json::{Value, json};
use store::PeriodRow;

use crate::output;
use crate::wiring::Place;

/// Periods
#[derive(Debug, Subcommand)]
pub enum Period {
    /// All periods with where each stands
    #[command(after_help = "Example: tantieme period list --institution \"Médiathèque du Port\"")]
    List {
        /// Of this institution only
        #[arg(long)]
        institution: Option<String>,
    },
    /// Open a period that is no calendar month, such as a quarter
    #[command(
        after_help = "Example: tantieme period open \"Médiathèque du Port\" --from 2026-10-01 --until 2027-01-01"
    )]
    Open {
        /// Whose members listen: an id or a unique name
        institution: String,
        /// First day
        #[arg(long)]
        from: Date,
        /// First day after it
        #[arg(long)]
        until: Date,
        /// Who opens it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Count a period that is over: a draft, nothing is shared yet
    #[command(after_help = "Example: tantieme period close \"Médiathèque du Port\" 2026-09 --seats 3000")]
    Close {
        /// Whose members listened: an id or a unique name
        institution: String,
        /// The period's label, as `2026-09`, or its id
        label: String,
        /// Paid seats; the members with a play without
        #[arg(long)]
        seats: Option<u64>,
        /// Who counts
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Approve a draft: its plays are what the pot is shared by
    #[command(
        after_help = "Example: tantieme period approve \"Médiathèque du Port\" 2026-09 --pot pot-… --by Ines"
    )]
    Approve {
        /// Whose members listened: an id or a unique name
        institution: String,
        /// The period's label or id
        label: String,
        /// The pot; the one of the institution's contract without
        #[arg(long)]
        pot: Option<PotId>,
        /// Who approves
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What a holder is told: what was counted, what was set aside and why
    #[command(after_help = "Example: tantieme period heard \"Mira Feld\"")]
    Heard {
        /// The holder: an id or a unique name
        party: String,
    },
    /// Appeal against what was set aside
    #[command(
        after_help = "Example: tantieme period appeal \"Mira Feld\" \"Médiathèque du Port\" 2026-09 rec-… --why at-once --words \"played in class\""
    )]
    Appeal {
        /// Who appeals: an id or a unique name
        party: String,
        /// Whose members listened
        institution: String,
        /// The period's label or id
        label: String,
        /// The recording
        recording: RecordingId,
        /// For which reason it was set aside
        #[arg(long)]
        why: String,
        /// Why that is wrong
        #[arg(long)]
        words: String,
    },
    /// All appeals with what they are about
    #[command(after_help = "Example: tantieme period appeals --json")]
    Appeals,
    /// Decide an appeal; granted, the pot's next adjustment pays
    #[command(
        after_help = "Example: tantieme period decide apl-… --grant --reason \"a school class on one seat\" --by Ines"
    )]
    Decide {
        /// The appeal
        appeal: String,
        /// It counts; it does not without
        #[arg(long)]
        grant: bool,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Destroy the keys of periods whose term for appeals is over; to be run daily
    #[command(after_help = "Example: tantieme period forget")]
    Forget {
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Period {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Period::List { institution } => {
                let rows = period::list(&house, institution.as_deref()).await?;
                list(place, &rows);
            }
            Period::Open { institution, from, until, by } => {
                let ask = period::Open {
                    institution: institution.clone(),
                    from: *from,
                    until: *until,
                    by: by.clone(),
                };
                one(place, &period::open(&house, ask).await?);
            }
            Period::Close { institution, label, seats, by } => {
                drafted(place, &period::draft(&house, institution, label, *seats, by).await?);
            }
            Period::Approve { institution, label, pot, by } => {
                one(place, &period::approve(&house, institution, label, pot.as_ref(), by).await?);
            }
            Period::Heard { party } => told(place, &heard::heard(&house, party).await?),
            Period::Appeal { party, institution, label, recording, why, words } => {
                let ask = Appeal {
                    party: party.clone(),
                    institution: institution.clone(),
                    period: label.clone(),
                    recording: recording.clone(),
                    why: why.clone(),
                    words: words.clone(),
                };
                appealed(place, &heard::appeal(&house, ask).await?);
            }
            Period::Appeals => appeals(place, &heard::appeals(&house).await?),
            Period::Decide { appeal, grant, reason, by } => {
                appealed(place, &heard::decide(&house, appeal, *grant, reason, by).await?);
            }
            Period::Forget { by } => {
                let keys = PeriodKeys::at(&place.key_folder());
                for row in period::forget(&house, &keys, by).await? {
                    one(place, &row);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn value(p: &PeriodRow) -> Value {
    json!({
        "id": p.id, "institution": p.institution.as_str(), "label": p.label, "from": p.start.to_string(),
        "until": p.end.to_string(), "status": p.status, "pot": p.pot.as_ref().map(|p| p.as_str()), "hash": p.hash,
    })
}

fn list(place: &Place, rows: &[(PeriodRow, String)]) {
    if place.json {
        let all: Vec<Value> = rows.iter().map(|(p, _)| value(p)).collect();
        return output::json(&json!({ "periods": all }));
    }
    let rows = rows.iter().map(|(p, name)| {
        let pot = p.pot.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![name.clone(), p.label.clone(), p.status.clone(), pot, p.id.clone()]
    });
    output::table(&["institution", "period", "status", "~pot", "~id"], rows.collect());
}

fn one(place: &Place, p: &PeriodRow) {
    if place.json {
        return output::json(&value(p));
    }
    let pot = p.pot.as_ref().map_or_else(String::new, |pot| format!(", shared by {pot}"));
    println!("{} {}: {}{pot}", p.id, p.label, p.status);
}

fn drafted(place: &Place, draft: &period::Draft) {
    let t = &draft.totals;
    if place.json {
        let mut all = value(&draft.period);
        all["events"] = json!(t.events);
        all["members"] = json!(t.members);
        all["plays"] = json!(t.plays);
        all["heard_s"] = json!(t.heard_s);
        all["set_aside"] = json!(t.set_aside);
        return output::json(&all);
    }
    println!("{} {}: draft {}", draft.period.id, draft.period.label, draft.period.hash);
    println!(
        "{} plays of {} members, {} h heard, {} things seen",
        t.plays,
        t.members,
        t.heard_s / 3_600,
        t.events
    );
    for (why, n) in &t.set_aside {
        println!("  set aside, {why}: {n}");
    }
}

fn told(place: &Place, all: &[Heard]) {
    if place.json {
        let all: Vec<Value> = all.iter().map(told_value).collect();
        return output::json(&json!({ "periods": all }));
    }
    for h in all {
        println!("{} {}", h.institution, h.period.label);
        for cell in &h.cells {
            println!("  {}: {} {}", cell.title, cell.plays, cell.outcome);
        }
        if let Some((recordings, plays)) = &h.rest {
            println!("  {} recordings together: {plays}, counted and set aside", recordings.len());
        }
        if h.withheld {
            println!("  more than this would tell what single members heard");
        }
    }
    if all.is_empty() {
        println!("nothing was heard in a period that is closed");
    }
}

fn told_value(h: &Heard) -> Value {
    let cells: Vec<Value> = h
        .cells
        .iter()
        .map(|c| json!({ "recording": c.recording.as_str(), "title": c.title, "outcome": c.outcome, "plays": c.plays }))
        .collect();
    let rest = h.rest.as_ref().map(|(recordings, plays)| {
        let ids: Vec<&str> = recordings.iter().map(RecordingId::as_str).collect();
        json!({ "recordings": ids, "plays": plays })
    });
    json!({
        "institution": h.institution, "period": h.period.label, "cells": cells, "together": rest, "withheld": h.withheld,
    })
}

fn appealed(place: &Place, a: &store::AppealRow) {
    if place.json {
        return output::json(&json!({ "id": a.id, "status": a.status, "why": a.why, "reason": a.reason }));
    }
    println!("{}: {}", a.id, a.status);
}

fn appeals(place: &Place, all: &[heard::Asked]) {
    if place.json {
        let all: Vec<Value> = all
            .iter()
            .map(|a| {
                json!({
                    "id": a.appeal.id, "party": a.appeal.party.as_str(), "period": a.appeal.period,
                    "recording": a.appeal.recording.as_str(), "why": a.appeal.why, "words": a.appeal.words,
                    "status": a.appeal.status, "plays": a.plays, "members": a.members, "largest": a.largest,
                })
            })
            .collect();
        return output::json(&json!({ "appeals": all }));
    }
    let rows = all.iter().map(|a| {
        vec![
            a.appeal.id.clone(),
            a.appeal.status.clone(),
            a.appeal.why.clone(),
            a.plays.to_string(),
            a.members.to_string(),
            a.largest.to_string(),
            a.appeal.words.clone(),
        ]
    });
    output::table(
        &["~appeal", "status", "set aside as", ">plays", ">members", ">largest", "words"],
        rows.collect(),
    );
}
