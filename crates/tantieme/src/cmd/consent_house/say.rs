//! What holders say, and take back.

use std::process::ExitCode;

use std::path::PathBuf;

use app::consent::{Say, Spoken};
use app::{Failure, House, consent};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{conditions, day, published, row_json, say, waits};
use crate::input;
use crate::output;
use crate::wiring::Place;

/// What is said.
#[derive(Debug, Subcommand)]
pub enum Speak {
    /// Say what AI may do with a recording, a work, a voice, a project or a whole catalogue
    #[command(
        after_help = "Example: tantieme consent state \"Ada Nwosu\" --refuse train --ask gen.remix --permit index.search,analyse.mine\n         tantieme consent state \"Agency\" --for \"Ada Nwosu\" --subject recording:DEA122600001 --permit train.nongen --licensee \"Modelmaker\" --until 2027-01-01"
    )]
    State(State),
    /// Take a statement back
    #[command(after_help = "Example: tantieme consent withdraw cst-… --by \"Ada Nwosu\"")]
    Withdraw {
        /// The statement
        statement: String,
        /// Who said it
        #[arg(long)]
        by: String,
    },
    /// Take statements that their speakers signed with keys of their own (NDJSON)
    #[command(after_help = "Example: tantieme consent submit statements.ndjson --by Ines")]
    Submit {
        /// The file
        file: PathBuf,
        /// Who vouches that the keys are the speakers'
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl Speak {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Speak::State(s) => spoken(h, place, s.things()?).await?,
            Speak::Withdraw { statement, by } => {
                let done = consent::withdraw(h, statement, by, by).await?;
                tell(h, place, &[done]).await?;
                let said = Say { speaker: by.clone(), ..Say::default() };
                touches(h, place, &[said]).await?;
            }
            Speak::Submit { file, by } => return submit(h, place, file, by).await,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Something to say.
#[derive(Debug, Args)]
pub struct State {
    /// Who says it
    speaker: String,
    /// For whom, where the speaker is an agent
    #[arg(long = "for")]
    for_party: Option<String>,
    /// `catalogue`, `person`, `recording:ISRC`, `work:ISWC` or `project:NAME`
    #[arg(long, default_value = "catalogue")]
    subject: String,
    /// Uses to permit
    #[arg(long, value_delimiter = ',')]
    permit: Vec<String>,
    /// Uses to be asked about for a licence
    #[arg(long, value_delimiter = ',')]
    ask: Vec<String>,
    /// Uses to refuse
    #[arg(long, value_delimiter = ',', required_unless_present_any = ["permit", "ask"])]
    refuse: Vec<String>,
    /// To whom; everybody without
    #[arg(long = "licensee")]
    licensees: Vec<String>,
    /// Where; everywhere without
    #[arg(long = "territory", value_delimiter = ',')]
    territories: Vec<String>,
    /// First day
    #[arg(long)]
    from: Option<String>,
    /// The day after the last
    #[arg(long)]
    until: Option<String>,
    /// What a permit asks in return, such as `attribution`, `purpose=research`, `model=m`, `max_days=365`, `output=walled,download`
    #[arg(long = "condition")]
    conditions: Vec<String>,
    /// What is offered where a licence is asked for
    #[arg(long, default_value = "")]
    offer: String,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

impl State {
    fn things(&self) -> Result<Vec<Say>, Failure> {
        let mut things = Vec::new();
        for (word, uses) in [("permit", &self.permit), ("ask", &self.ask), ("refuse", &self.refuse)] {
            if uses.is_empty() {
                continue;
            }
            things.push(Say {
                speaker: self.speaker.clone(),
                for_party: self.for_party.clone(),
                subject: self.subject.clone(),
                word: word.to_owned(),
                uses: uses.clone(),
                licensees: self.licensees.clone(),
                territories: self.territories.clone(),
                from: day(self.from.as_deref())?,
                until: day(self.until.as_deref())?,
                conditions: if word == "permit" { conditions(&self.conditions)? } else { None },
                offer: if word == "ask" { self.offer.clone() } else { String::new() },
                withdraws: String::new(),
                by: self.by.clone(),
            });
        }
        Ok(things)
    }
}

async fn spoken(house: &House, place: &Place, things: Vec<Say>) -> Result<(), Failure> {
    let done = consent::say(house, &things).await?;
    tell(house, place, &done).await?;
    if done.iter().any(|d| matches!(d, Spoken::Said(row) if row.line.contains("\"kind\":\"refuse\""))) {
        touches(house, place, &things).await?;
    }
    Ok(())
}

async fn tell(house: &House, place: &Place, done: &[Spoken]) -> Result<(), Failure> {
    published(house).await?;
    for one in done {
        match one {
            Spoken::Said(row) => {
                say(place, row_json(row), &format!("{} is entry {} of the log", row.id, row.place))
            }
            Spoken::Waits(row) => waits(place, row),
        }
    }
    Ok(())
}

async fn submit(house: &House, place: &Place, file: &std::path::Path, by: &str) -> Result<ExitCode, Failure> {
    let done = consent::submit(house, &input::read_whole(file)?, by).await?;
    published(house).await?;
    let mut bad = 0;
    for one in &done {
        match &one.taken {
            Ok(row) => say(
                place,
                row_json(row),
                &format!("line {}: {} is entry {} of the log", one.line, row.id, row.place),
            ),
            Err(why) => {
                bad += 1;
                if place.json {
                    output::json(&json!({ "line": one.line, "refused": why }));
                } else {
                    eprintln!("line {}: {why}", one.line);
                }
            }
        }
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The trained models that hold recordings of whoever changed their mind: they learned from what was permitted before.
async fn touches(house: &House, place: &Place, things: &[Say]) -> Result<(), Failure> {
    let holder = things.first().map(|t| t.for_party.clone().unwrap_or_else(|| t.speaker.clone()));
    for t in consent::license::touched(house, &holder.unwrap_or_default()).await? {
        super::touched(place, &t);
    }
    Ok(())
}
