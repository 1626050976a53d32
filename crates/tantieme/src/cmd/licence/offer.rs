//! What holders offer.

use std::process::ExitCode;

use app::license::offer::{self, Made, Make, Offered};
use app::{Failure, House};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{published, say};
use crate::cmd::consent_house::{conditions, day, waits};
use crate::output;
use crate::wiring::Place;

/// Offers.
#[derive(Debug, Subcommand)]
pub enum Offers {
    /// Offer a licence: to everybody who accepts its terms, or to one licensee
    #[command(
        after_help = "Example: tantieme licence offer \"Ada Nwosu\" --use train.gen --fee \"EUR 2 per work\" --promise \"retrain within 90 days\"\n         tantieme licence offer \"Agency\" --for \"Ada Nwosu\" --to \"Modelmaker\" --use gen.remix --fee \"30 % of income, at least EUR 100\" --until 2027-11-21"
    )]
    Offer(Offer),
    /// What is offered, by one holder or by all
    #[command(name = "offers", after_help = "Example: tantieme licence offers \"Ada Nwosu\"")]
    List {
        /// The holder
        holder: Option<String>,
    },
    /// Take an offer back; what was signed by it stands
    #[command(after_help = "Example: tantieme licence withdraw off-… --by \"Ada Nwosu\"")]
    Withdraw {
        /// The offer
        offer: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

/// An offer.
#[derive(Debug, Args)]
pub struct Offer {
    /// Who offers
    speaker: String,
    /// For whom, where an agent offers
    #[arg(long = "for")]
    for_party: Option<String>,
    /// To whom; to everybody without
    #[arg(long = "to")]
    licensee: Option<String>,
    /// Uses, one by one
    #[arg(long = "use", value_delimiter = ',', required = true)]
    uses: Vec<String>,
    /// Of what: `recording:ISRC`, `work:ISWC`, `project:NAME`; the whole catalogue without
    #[arg(long = "subject")]
    subjects: Vec<String>,
    /// What it costs: `EUR 2 per work`, `EUR 500 per version`, `30 % of income, at least EUR 100`, `EUR 0.001 per output`, `nothing`
    #[arg(long)]
    fee: String,
    /// What is to be promised for when consent ends: `nothing`, `next version`, `retrain within 90 days`, `withdraw within 30 days`
    #[arg(long, default_value = "nothing")]
    promise: String,
    /// Where; everywhere without
    #[arg(long = "territory", value_delimiter = ',')]
    territories: Vec<String>,
    /// First day
    #[arg(long)]
    from: Option<String>,
    /// The day after the last
    #[arg(long)]
    until: Option<String>,
    /// What else is asked in return, such as `attribution`, `purpose=research`, `output=walled`
    #[arg(long = "condition")]
    conditions: Vec<String>,
    /// For how many days outputs may go on after a revocation
    #[arg(long, default_value_t = 0)]
    notice_days: u32,
    /// How many outputs a report may tell at most
    #[arg(long)]
    output_cap: Option<u64>,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

impl Offers {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Offers::Offer(o) => match offer::make(h, &o.make()?).await? {
                Made::Open(row) => {
                    published(h).await?;
                    let value = json!({ "offer": row.id, "entry": row.place, "hash": row.hash });
                    say(place, value, &format!("{} is entry {} of the log", row.id, row.place));
                }
                Made::Waits(row) => waits(place, &row),
            },
            Offers::List { holder } => {
                let all = offer::list(h, holder.as_deref()).await?;
                if place.json {
                    output::json(&all.iter().map(offer_json).collect());
                } else {
                    output::table(
                        &["~offer", "holder", "to", "uses", "fee", "until", "state"],
                        all.iter().map(cells).collect(),
                    );
                    if all.is_empty() {
                        println!("nothing is offered");
                    }
                }
            }
            Offers::Withdraw { offer: id, by } => {
                let row = offer::withdraw(h, id, by).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "offer": row.id, "status": row.status }),
                    &format!("{} is taken back", row.id),
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Offer {
    fn make(&self) -> Result<Make, Failure> {
        Ok(Make {
            speaker: self.speaker.clone(),
            for_party: self.for_party.clone(),
            licensee: self.licensee.clone(),
            uses: self.uses.clone(),
            subjects: self.subjects.clone(),
            territories: self.territories.clone(),
            from: day(self.from.as_deref())?,
            until: day(self.until.as_deref())?,
            conditions: conditions(&self.conditions)?,
            fee: self.fee.clone(),
            promise: self.promise.clone(),
            notice_days: self.notice_days,
            output_cap: self.output_cap,
            by: self.by.clone(),
        })
    }
}

fn cells(o: &Offered) -> Vec<String> {
    vec![
        o.row.id.clone(),
        o.holder.clone(),
        o.licensee.clone().unwrap_or_else(|| "everybody".to_owned()),
        o.terms.uses.join(","),
        o.terms.fee.to_string(),
        o.terms.until.map_or_else(String::new, |d| d.to_string()),
        o.row.status.clone(),
    ]
}

/// An offer for programs.
pub(super) fn offer_json(o: &Offered) -> Value {
    json!({
        "offer": o.row.id, "holder": o.holder, "holder_id": o.row.holder.as_str(), "to": o.licensee, "uses": o.terms.uses,
        "subjects": o.terms.subjects, "fee": o.terms.fee.to_string(), "promise": o.terms.promise.to_string(),
        "until": o.terms.until.map(|d| d.to_string()), "status": o.row.status, "entry": o.row.place, "hash": o.row.hash,
        "paper": serde_json::from_str::<Value>(&o.row.paper).ok(),
    })
}
