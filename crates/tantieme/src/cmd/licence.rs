//! `tantieme licence`: what holders offer, what licensees sign, pay and report, permits, violations, imitation; one noun a file.

mod imitation;
mod key;
mod offer;
mod permit;
mod report;
mod settlement;
mod sign;
mod violation;

use std::process::ExitCode;

use app::pot::Payment;
use app::{Failure, House};
use clap::Subcommand;
use serde_json::{Value, json};

use super::consent_house::{published, say};
use crate::output;
use crate::wiring::Place;

/// Licences for uses by AI
#[derive(Debug, Subcommand)]
pub enum Licence {
    #[command(flatten)]
    Offers(offer::Offers),
    #[command(flatten)]
    Signing(sign::Signing),
    #[command(flatten)]
    Reports(report::Reports),
    #[command(flatten)]
    Permits(permit::Permits),
    #[command(flatten)]
    Violations(violation::Violations),
    #[command(flatten)]
    Settlements(settlement::Settlements),
    /// Keys of parties' own: who registers one signs for itself
    #[command(subcommand)]
    Key(key::Key),
    /// Reports that a recording or a model imitates somebody
    #[command(subcommand)]
    Imitation(imitation::Imitation),
    /// How many works have a decision, use by use: a public figure
    #[command(after_help = "Example: tantieme licence decided --json")]
    Decided,
}

impl Licence {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        if let Licence::Permits(permit::Permits::CheckPermit(check)) = self {
            return check.run(place);
        }
        if let Licence::Signing(sign::Signing::Sign { file, key, out }) = self {
            return key::sign(file, key, out.as_deref());
        }
        if let Licence::Key(c) = self
            && let Some(done) = c.offline(place)
        {
            return done;
        }
        let house = place.open().await?;
        let h = &house;
        match self {
            Licence::Offers(c) => c.run(h, place).await,
            Licence::Signing(c) => c.run(h, place).await,
            Licence::Reports(c) => c.run(h, place).await,
            Licence::Permits(c) => c.run(h, place).await,
            Licence::Violations(c) => c.run(h, place).await,
            Licence::Settlements(c) => c.run(h, place).await,
            Licence::Key(c) => c.run(h, place).await,
            Licence::Imitation(c) => c.run(h, place).await,
            Licence::Decided => decided(h, place).await,
        }
    }
}

async fn decided(house: &House, place: &Place) -> Result<ExitCode, Failure> {
    let all = app::license::public::decided(house).await?;
    if place.json {
        let rows =
            all.iter().map(|d| json!({ "use": d.usage.code(), "decided": d.decided, "recordings": d.all }));
        output::json(&rows.collect());
    } else {
        let rows =
            all.iter().map(|d| vec![d.usage.code().to_owned(), d.decided.to_string(), d.all.to_string()]);
        output::table(&["use", ">decided", ">recordings"], rows.collect());
    }
    Ok(ExitCode::SUCCESS)
}

/// A payment in words: what a transfer form asks for.
fn payment_words(p: &Payment) -> String {
    format!(
        "to pay: {} to {}, reference {} (pot {})",
        p.contribution.pledged, p.holder, p.contribution.reference, p.contribution.pot
    )
}

fn payment_json(p: &Payment) -> Value {
    json!({
        "pot": p.contribution.pot.as_str(), "contribution": p.contribution.id.as_str(), "reference": p.contribution.reference,
        "due": output::money(p.contribution.pledged), "holder": p.holder, "iban": p.iban, "bic": p.bic,
    })
}

/// Parts of a milliard as a percentage, with as many digits as it needs.
fn percent(parts: i64) -> String {
    let text = format!("{}.{:07}", parts / 10_000_000, parts.unsigned_abs() % 10_000_000);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A list of lines in a file, such as ids or ISRCs.
fn lines_of(file: &std::path::Path) -> Result<Vec<String>, Failure> {
    let text = String::from_utf8_lossy(&crate::input::read_whole(file)?).into_owned();
    Ok(text.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect())
}
