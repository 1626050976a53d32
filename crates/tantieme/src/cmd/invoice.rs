//! `tantieme invoice`: self-billed invoices and the mandates behind them.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::invoice::{Give, IssuedInvoice, Mandate, Side, Treatment, address_lines};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use music::Period;
use serde_json::{Value, json};

use crate::cmd::statement::shown;
use crate::input::{self, parse, refuse};
use crate::output;
use crate::wiring::Place;

/// Self-billed invoices
#[derive(Debug, Subcommand)]
pub enum InvoiceCommand {
    /// Note a payee's mandate to be invoiced by the house
    #[command(
        after_help = "Example: tantieme invoice mandate \"Ada Nwosu\" --given 2026-09-01 --name \"Ada Nwosu EI\" --street \"rue de la Part\" --building 12 --postcode 42000 --town Saint-Etienne --country FR --treatment not-liable"
    )]
    Mandate(Box<MandateArgs>),
    /// End a payee's mandate
    #[command(after_help = "Example: tantieme invoice withdraw \"Ada Nwosu\"")]
    Withdraw {
        /// The payee: id or unique name
        party: String,
        /// Who ends it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Issue the invoices of days that are over, of one payee or of all with a mandate
    #[command(after_help = "Example: tantieme invoice issue \"Ada Nwosu\" --period 2026-09")]
    Issue {
        /// The payee: id or unique name; all with a mandate without
        party: Option<String>,
        /// `2026-09` or `2026-07-01..2026-10-01`
        #[arg(long)]
        period: String,
        /// Who issues
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take an invoice back by a negative one
    #[command(after_help = "Example: tantieme invoice correct \"Ada Nwosu\" 3 --reason \"wrong VAT id\"")]
    Correct {
        /// The payee
        party: String,
        /// The invoice's number, whole or its last part
        number: String,
        /// Why, as it is printed
        #[arg(long)]
        reason: String,
        /// Who takes it back
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// All invoices of a payee
    #[command(after_help = "Example: tantieme invoice list \"Ada Nwosu\"")]
    List {
        /// The payee
        party: String,
    },
    /// One invoice as text, JSON, HTML or PDF
    #[command(
        after_help = "Example: tantieme invoice show \"Ada Nwosu\" 3 --pdf --lang fr --out invoice.pdf"
    )]
    Show {
        /// The payee
        party: String,
        /// The invoice's number, whole or its last part
        number: String,
        /// `text`, `json`, `html` or `pdf`
        #[arg(long, default_value = "text")]
        format: String,
        /// The same as `--format pdf`
        #[arg(long)]
        pdf: bool,
        /// `en` or `fr`
        #[arg(long, default_value = "en")]
        lang: String,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// A mandate on the command line.
#[derive(Debug, Args)]
pub struct MandateArgs {
    /// The payee: id or unique name
    party: String,
    /// The day the payee gave it
    #[arg(long)]
    given: String,
    /// Legal name; the party's name without
    #[arg(long)]
    name: Option<String>,
    /// Street
    #[arg(long, default_value = "")]
    street: String,
    /// Building number
    #[arg(long, default_value = "")]
    building: String,
    /// Post code
    #[arg(long, default_value = "")]
    postcode: String,
    /// Town
    #[arg(long)]
    town: String,
    /// Country, two letters
    #[arg(long)]
    country: String,
    /// VAT id
    #[arg(long, default_value = "")]
    vat_id: String,
    /// Number in a trade register
    #[arg(long, default_value = "")]
    registration: String,
    /// `standard`, `not-liable` or `reverse-charge`
    #[arg(long, default_value = "not-liable")]
    treatment: String,
    /// The rate of VAT where it is due, such as `20 %`
    #[arg(long, default_value = "")]
    rate: String,
    /// Who notes it
    #[arg(long, default_value = "house")]
    by: String,
}

impl InvoiceCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            InvoiceCommand::Mandate(ask) => {
                let name = match &ask.name {
                    Some(name) => name.clone(),
                    None => app::party::one(&house, &ask.party).await?.party.name,
                };
                let version = app::invoice::give_mandate(&house, ask.given(name)?).await?;
                if place.json {
                    output::json(&json!({ "party": ask.party, "version": version }));
                } else {
                    println!(
                        "mandate {version} of {} is noted; `tantieme invoice issue` writes invoices by it",
                        ask.party
                    );
                }
            }
            InvoiceCommand::Withdraw { party, by } => {
                app::invoice::withdraw_mandate(&house, party, by).await?;
                if !place.json {
                    println!("no more invoices are written in the name of {party}");
                }
            }
            InvoiceCommand::Issue { party, period, by } => {
                let period = Period::parse(period).ok_or_else(|| {
                    let hint = "as in `2026-09` or `2026-07-01..2026-10-01`";
                    refuse("period", format!("`{period}` is not a period"), hint)
                })?;
                let issued = match party {
                    Some(party) => app::invoice::issue(&house, party, period, by).await?,
                    None => issue_all(&house, period, by).await?,
                };
                told(&issued, place.json)?;
            }
            InvoiceCommand::Correct { party, number, reason, by } => {
                told(&[app::invoice::correct(&house, party, number, reason, by).await?], place.json)?;
            }
            InvoiceCommand::List { party } => told(&app::invoice::list(&house, party).await?, place.json)?,
            InvoiceCommand::Show { party, number, format, pdf, lang, out } => {
                let issued = app::invoice::one(&house, party, number).await?;
                let lang = if lang == "fr" { server::Lang::Fr } else { server::Lang::En };
                let format = match (place.json, *pdf) {
                    (true, _) => "json",
                    (_, true) => "pdf",
                    _ => format.as_str(),
                };
                let bytes = match format {
                    "text" => server::invoice_text(&issued, lang).into_bytes(),
                    "json" => format!("{}\n", value(&issued)?).into_bytes(),
                    "html" => server::invoice_html(&issued, lang).into_bytes(),
                    "pdf" => server::invoice_pdf(&issued, lang)
                        .map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?,
                    other => {
                        let hint = "`text`, `json`, `html` or `pdf`";
                        return Err(refuse("invoice-format", format!("there is no format `{other}`"), hint));
                    }
                };
                input::write_whole(out.as_deref().unwrap_or(std::path::Path::new("-")), &bytes)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl MandateArgs {
    fn given(&self, name: String) -> Result<Give, Failure> {
        let treatment = Treatment::from_word(&self.treatment).ok_or_else(|| {
            let message = format!("`{}` is no treatment of VAT", self.treatment);
            refuse("vat-treatment", message, "`standard`, `not-liable` or `reverse-charge`")
        })?;
        let supplier = Side {
            name,
            address: address_lines(&self.street, &self.building, &self.postcode, &self.town, &self.country),
            country: self.country.clone(),
            vat_id: self.vat_id.clone(),
            registration: self.registration.clone(),
        };
        Ok(Give {
            party: self.party.clone(),
            mandate: Mandate { supplier, treatment, rate: self.rate.clone() },
            given: parse::<Date>("date", &self.given)?,
            by: self.by.clone(),
        })
    }
}

/// Every payee with a mandate who earned something; who did not is passed over.
async fn issue_all(house: &app::House, period: Period, by: &str) -> Result<Vec<IssuedInvoice>, Failure> {
    let mut all = Vec::new();
    for (party, _) in app::invoice::mandated(house).await? {
        match app::invoice::issue(house, party.as_str(), period, by).await {
            Ok(issued) => all.extend(issued),
            Err(Failure::Refused(refusal)) if refusal.code == "nothing-to-invoice" => {}
            Err(other) => return Err(other),
        }
    }
    Ok(all)
}

fn value(issued: &IssuedInvoice) -> Result<Value, Failure> {
    serde_json::to_value(issued).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))
}

fn told(issued: &[IssuedInvoice], as_json: bool) -> Result<(), Failure> {
    if as_json {
        output::json(&issued.iter().map(value).collect::<Result<Vec<_>, _>>()?.into());
        return Ok(());
    }
    let rows = issued.iter().map(|one| {
        let i = &one.invoice;
        let span = format!("{} up to {}", i.from, i.until);
        let kind =
            if i.corrects.is_empty() { i.kind.clone() } else { format!("{} of {}", i.kind, i.corrects) };
        vec![
            i.number.clone(),
            i.supplier.name.clone(),
            kind,
            span,
            i.issued.clone(),
            shown(&i.gross, &i.currency),
        ]
    });
    output::table(&["number", "payee", "kind", "supplied", "issued", "total"], rows.collect());
    Ok(())
}
