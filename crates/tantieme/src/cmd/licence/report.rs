//! Usage reports and what is contested in them.

use std::path::PathBuf;
use std::process::ExitCode;

use app::license::report::{self, Contest, HandIn, Handed, Told};
use app::{Failure, House};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{payment_json, payment_words, percent, published, say};
use crate::cmd::consent_house::day;
use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Reports.
#[derive(Debug, Subcommand)]
pub enum Reports {
    /// Report what outputs were made from: a table `recording,weight`, weights in any unit or all with `%`
    #[command(
        after_help = "Example: tantieme licence report lic-… september.csv --from 2026-09-01 --until 2026-10-01 --income \"EUR 1000\""
    )]
    Report(Report),
    /// The reports that name works of a party, or that it handed in; the credits of every model without one
    #[command(name = "reports", after_help = "Example: tantieme licence reports \"Ada Nwosu\"")]
    List {
        /// The party; all without
        party: Option<String>,
    },
    /// Contest what a report says of a recording; its money waits until that is decided
    #[command(
        after_help = "Example: tantieme licence contest rpt-… --party \"Ada Nwosu\" --recording FRZ032600001 --part \"12.5 %\" --words \"heard in every second output\""
    )]
    Contest {
        /// The report
        report: String,
        /// Who contests: somebody with a role in the recording
        #[arg(long)]
        party: String,
        /// The recording: its id or ISRC
        #[arg(long)]
        recording: String,
        /// The part that is asked for
        #[arg(long)]
        part: Option<String>,
        /// Why
        #[arg(long)]
        words: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Decide a contest: with a part it is upheld, without it is dismissed
    #[command(
        after_help = "Example: tantieme licence decide cts-… --part \"10 %\" --reason \"samples compared\" --by Ines"
    )]
    Decide {
        /// The contest
        contest: String,
        /// The part that the recording counts for from now on
        #[arg(long)]
        part: Option<String>,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who decides
        #[arg(long)]
        by: String,
    },
}

/// A report.
#[derive(Debug, Args)]
pub struct Report {
    /// The licence
    license: String,
    /// The table
    file: PathBuf,
    /// First day
    #[arg(long)]
    from: String,
    /// The day after the last
    #[arg(long)]
    until: String,
    /// What was earned with the outputs
    #[arg(long)]
    income: Option<String>,
    /// How many outputs were made
    #[arg(long)]
    outputs: Option<u64>,
    /// Who hands it in
    #[arg(long, default_value = "house")]
    by: String,
}

impl Reports {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Reports::Report(r) => r.run(h, place).await?,
            Reports::List { party } => {
                let all = report::list(h, party.as_deref()).await?;
                if place.json {
                    output::json(&all.iter().map(told_json).collect());
                } else {
                    all.iter().for_each(print);
                    if all.is_empty() {
                        println!("nothing was reported");
                    }
                }
            }
            Reports::Contest { report, party, recording, part, words, by } => {
                let ask = Contest {
                    report: report.clone(),
                    party: party.clone(),
                    recording: recording.clone(),
                    asked: part.as_deref().map(|p| input::parse("share", p)).transpose()?,
                    words: words.clone(),
                    by: by.clone(),
                };
                let row = report::contest(h, &ask).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "contest": row.id, "report": row.report, "entry": row.place }),
                    &format!("{} waits to be decided, and the money with it", row.id),
                );
            }
            Reports::Decide { contest, part, reason, by } => {
                let part = part.as_deref().map(|p| input::parse("share", p)).transpose()?;
                let told = report::decide(h, contest, part, reason, by).await?;
                published(h).await?;
                if place.json {
                    output::json(&told_json(&told));
                } else {
                    print(&told);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Report {
    async fn run(&self, h: &House, place: &Place) -> Result<(), Failure> {
        let needed = |text: &str| {
            day(Some(text))?
                .ok_or_else(|| refuse("date-bad", "no day is named", "write a day such as 2026-11-01"))
        };
        let document = input::document_name(&self.file);
        let ask = HandIn {
            license: self.license.clone(),
            document: document.clone(),
            bytes: input::read_whole(&self.file)?,
            from: needed(&self.from)?,
            until: needed(&self.until)?,
            outputs: self.outputs,
            income: self.income.as_deref().map(|i| input::parse("amount", i)).transpose()?,
            by: self.by.clone(),
        };
        match report::hand_in(h, ask).await? {
            Handed::Taken(taken) => {
                published(h).await?;
                if place.json {
                    let mut value = told_json(&taken.report);
                    value["before"] = taken.before.into();
                    value["violations"] = taken.violations.into();
                    value["payment"] = taken.payment.as_ref().map_or(Value::Null, payment_json);
                    output::json(&value);
                    return Ok(());
                }
                let before = if taken.before { ", here before: nothing was changed" } else { "" };
                println!(
                    "{document}: {} sources, {} violations{before}",
                    taken.report.sources.len(),
                    taken.violations
                );
                print(&taken.report);
                if let Some(payment) = &taken.payment {
                    println!("  {}", payment_words(payment));
                }
                Ok(())
            }
            Handed::Refused(problems) => {
                if place.json {
                    output::json(
                        &json!({ "problems": problems.iter().map(output::problem).collect::<Vec<_>>() }),
                    );
                }
                output::problems(&document, &problems);
                let message = format!("`{document}` was not taken: {} problems", problems.len());
                Err(refuse(
                    "report",
                    message,
                    "money follows every row: correct them all and hand it in again",
                ))
            }
        }
    }
}

fn print(told: &Told) {
    let row = &told.row;
    let waits = told.waits.map_or_else(String::new, |code| format!(", its money waits ({code})"));
    println!(
        "{} {} {} of {}, {} to {}{waits}",
        row.id, row.model, row.version, told.licensee, row.from, row.until
    );
    for s in &told.sources {
        let name = match (s.row.recording.is_some(), s.row.source.is_empty()) {
            (true, _) => s.title.clone(),
            (_, true) => "not attributed".to_owned(),
            _ => format!("`{}`, not known here", s.row.source),
        };
        let license = if s.row.licensed || s.row.source.is_empty() { "" } else { ", not licensed" };
        let changed = if s.row.parts == s.row.counted {
            String::new()
        } else {
            format!(", reported as {}", percent(s.row.parts))
        };
        println!("  {:>12} {name}{license}{changed}", percent(s.row.counted));
    }
    for c in &told.contests {
        let asked = c.asked.map_or_else(String::new, |p| format!(", asks for {}", percent(p)));
        println!("  {} {}{asked}: {}", c.id, c.status, c.words);
    }
}

fn told_json(told: &Told) -> Value {
    let row = &told.row;
    let sources = told.sources.iter().map(|s| {
        json!({
            "line": s.row.line, "source": s.row.source, "recording": s.row.recording.as_ref().map(|r| r.as_str()), "title": s.title,
            "licensed": s.row.licensed, "parts": s.row.parts, "counted": s.row.counted, "own": s.own,
        })
    });
    let contests = told.contests.iter().map(|c| {
        json!({ "contest": c.id, "party": c.party.as_str(), "recording": c.recording.as_str(), "asked": c.asked, "words": c.words, "status": c.status, "reason": c.reason })
    });
    json!({
        "report": row.id, "license": row.license, "licensee": told.licensee, "model": row.model, "model_version": row.version,
        "from": row.from.to_string(), "until": row.until.to_string(), "outputs": row.outputs, "income": row.income.map(output::money),
        "document": row.document, "document_hash": row.document_hash, "root": row.root, "entry": row.place,
        "contest_until": row.contest_until.to_string(), "whole": 1_000_000_000, "sources": sources.collect::<Vec<_>>(),
        "contests": contests.collect::<Vec<_>>(), "waits": told.waits, "pot": told.money.as_ref().map(|m| m.pot.clone()),
    })
}
