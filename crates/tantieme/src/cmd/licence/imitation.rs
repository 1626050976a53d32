//! "This imitates me".

use std::path::PathBuf;
use std::process::ExitCode;

use app::license::imitation::{self, Bring, Told};
use app::{Failure, House};
use clap::Subcommand;
use serde_json::{Value, json};

use super::published;
use crate::input;
use crate::output;
use crate::wiring::Place;

/// Reports of imitation.
#[derive(Debug, Subcommand)]
pub enum Imitation {
    /// Report that a recording or a model imitates somebody; exactly the disputed money is frozen
    #[command(
        after_help = "Example: tantieme licence imitation report recording:FRZ032600009 --reporter \"Ada Nwosu\" --words \"my voice, my melody\" --evidence evidence.txt\n         tantieme licence imitation report report:rpt-… --part \"10 %\" --reporter \"Ada Nwosu\" --words \"…\" --evidence evidence.txt"
    )]
    Report {
        /// `recording:` with an id or ISRC, `report:` with a usage report, `training:` with a registered run
        subject: String,
        /// Who is imitated
        #[arg(long)]
        reporter: String,
        /// Which part of what a model's pots hold is claimed; the whole without
        #[arg(long)]
        part: Option<String>,
        /// What is said; everybody concerned reads it
        #[arg(long)]
        words: String,
        /// A file with what shows it; kept encrypted
        #[arg(long)]
        evidence: PathBuf,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Send a counter-notice
    #[command(
        after_help = "Example: tantieme licence imitation answer imi-… --party \"Mira Feld\" --words \"recorded in 2019, before\""
    )]
    Answer {
        /// The report
        report: String,
        /// Who answers
        #[arg(long)]
        party: String,
        /// Why it is no imitation
        #[arg(long)]
        words: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Decide: upheld, the frozen money goes to who reported; dismissed, back where it came from
    #[command(
        after_help = "Example: tantieme licence imitation decide imi-… --upheld --reason \"two experts agree\" --by Ines"
    )]
    Decide {
        /// The report
        report: String,
        /// It is an imitation
        #[arg(long, conflicts_with = "dismissed", required_unless_present = "dismissed")]
        upheld: bool,
        /// It is none
        #[arg(long)]
        dismissed: bool,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long)]
        by: String,
    },
    /// Reports of imitation, newest first
    #[command(after_help = "Example: tantieme licence imitation list \"Ada Nwosu\"")]
    List {
        /// Brought by this party or against it
        party: Option<String>,
    },
    /// The evidence of a report
    #[command(after_help = "Example: tantieme licence imitation evidence imi-…")]
    Evidence {
        /// The report
        report: String,
    },
}

impl Imitation {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Imitation::Report { subject, reporter, part, words, evidence, by } => {
                let ask = Bring {
                    reporter: reporter.clone(),
                    subject: subject.clone(),
                    part: part.as_deref().map(|p| input::parse("share", p)).transpose()?,
                    words: words.clone(),
                    evidence: String::from_utf8_lossy(&input::read_whole(evidence)?).into_owned(),
                    by: by.clone(),
                };
                let told = imitation::bring(h, &ask).await?;
                published(h).await?;
                print(place, &told);
            }
            Imitation::Answer { report, party, words, by } => {
                let told = imitation::answer(h, report, party, words, by).await?;
                published(h).await?;
                print(place, &told);
            }
            Imitation::Decide { report, upheld, reason, by, dismissed: _ } => {
                let told = imitation::decide(h, report, *upheld, reason, by).await?;
                published(h).await?;
                print(place, &told);
            }
            Imitation::List { party } => {
                let all = imitation::list(h, party.as_deref()).await?;
                if place.json {
                    output::json(&all.iter().map(told_json).collect());
                } else {
                    all.iter().for_each(|t| print(place, t));
                    if all.is_empty() {
                        println!("nobody reported an imitation");
                    }
                }
            }
            Imitation::Evidence { report } => println!("{}", imitation::evidence(h, report).await?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(place: &Place, told: &Told) {
    if place.json {
        output::json(&told_json(told));
        return;
    }
    let row = &told.row;
    let day = row.due.to_zoned(jiff::tz::TimeZone::UTC).date();
    let state = match &row.decided {
        Some((_, by)) => format!("{} by {by}: {}", row.status, row.reason),
        None => format!("{}, due {day}", row.status),
    };
    println!("{} {} against {}: {state}", row.id, told.reporter, told.about);
    for f in &told.frozen {
        println!("  {} frozen from {}", f.amount, f.account);
    }
    if !row.answer.is_empty() {
        println!("  answered: {}", row.answer);
    }
}

fn told_json(told: &Told) -> Value {
    let row = &told.row;
    json!({
        "imitation": row.id, "reporter": told.reporter, "subject": row.subject, "about": told.about, "words": row.words, "status": row.status,
        "entry": row.place, "due": row.due.to_string(), "answer": row.answer, "reason": row.reason,
        "against": told.against.iter().map(|p| p.as_str()).collect::<Vec<_>>(),
        "frozen": told.frozen.iter().map(|f| json!({ "account": f.account, "money": output::money(f.amount) })).collect::<Vec<_>>(),
    })
}
