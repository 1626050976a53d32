//! `tantieme mail-in`: a message from a mail server that pipes it into a program.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use app::Failure;
use clap::Args;
use serde_json::json;

use crate::input;
use crate::output;
use crate::wiring::Place;

/// What mail servers understand as "nobody has this address" (`EX_NOUSER`): they tell the sender.
const NOBODY: u8 = 67;
/// What they understand as "not now" (`EX_TEMPFAIL`): they keep the message and come again.
const NOT_NOW: u8 = 75;

/// Take a set list that came by mail, for the private address of a DJ; for the pipe of a mail server
///
/// Ends with 0 where the message was taken, also where its list cannot be used and its owner was told so; with 67 where
/// nobody has the address; with 75 where it should be sent again.
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme mail-in --to set-…@lists.example.org message.eml\n         in master.cf: argv=tantieme --data /var/lib/tantieme mail-in --to ${original_recipient} -"
)]
pub struct MailIn {
    /// The message; `-` is standard input
    file: PathBuf,
    /// To which address it came; what its header says without
    #[arg(long)]
    to: Option<String>,
}

impl MailIn {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self.taken(place).await {
            Err(Failure::Refused(refusal)) if refusal.code == "mail-often" => {
                eprintln!("{refusal}");
                Ok(ExitCode::from(NOT_NOW))
            }
            Err(Failure::Fault(fault)) => {
                eprintln!("fault: {fault}");
                Ok(ExitCode::from(NOT_NOW))
            }
            other => other,
        }
    }

    async fn taken(&self, place: &Place) -> Result<ExitCode, Failure> {
        let bytes: Arc<[u8]> = input::read_whole(&self.file)?.into();
        let house = place.open().await?;
        let to = match &self.to {
            Some(to) => vec![to.clone()],
            None => formats::mail::read(&bytes).0.map(|l| l.to).unwrap_or_default(),
        };
        let mut all = Vec::new();
        for address in &to {
            let Some((local, domain)) = address.trim().rsplit_once('@') else { continue };
            if !app::mail_in::is_ours(&house, domain).await? {
                continue;
            }
            if let Some(taken) = server::mail_in::take(&house, local, bytes.clone()).await? {
                all.push(taken);
            }
        }
        if all.is_empty() {
            eprintln!("error: nobody has this address\n  hint: a DJ gets one on their page of past sets");
            return Ok(ExitCode::from(NOBODY));
        }
        for taken in &all {
            if place.json {
                output::json(&json!({ "outcome": taken.outcome, "again": taken.again, "made": taken.made }));
            } else {
                let again = if taken.again { " (it came before)" } else { "" };
                println!("{}{again} {}", taken.outcome, taken.made.join(" "));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
