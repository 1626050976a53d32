//! Who an institution is, and what its accounts need.

use app::institution::{Billing, Note};
use clap::Args;

/// An institution on the command line.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The party: id or unique name
    party: String,
    /// `library`, `network`, `authority`, `works-council`, `venue`, `school` or `other`
    #[arg(long)]
    kind: String,
    /// Street with number
    #[arg(long, default_value = "")]
    street: String,
    /// Post code
    #[arg(long, default_value = "")]
    postcode: String,
    /// Town
    #[arg(long)]
    town: String,
    /// Country, two letters
    #[arg(long)]
    country: String,
    /// Its own site
    #[arg(long, default_value = "")]
    url: String,
    /// Latitude and longitude
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    at: String,
    /// Stands in the public directory
    #[arg(long)]
    listed: bool,
    /// A site that may show its selections in a frame: `https://library.example`
    #[arg(long)]
    frame: Vec<String>,
    /// Who notes it
    #[arg(long, default_value = "house")]
    by: String,
}

/// Billing particulars on the command line.
#[derive(Debug, Args)]
pub struct BillingArgs {
    /// Id, name in addresses or name
    pub(super) institution: String,
    /// Legal name
    #[arg(long)]
    name: String,
    /// SIRET
    #[arg(long, default_value = "")]
    siret: String,
    /// Another registration
    #[arg(long, default_value = "")]
    registration: String,
    /// VAT id
    #[arg(long, default_value = "")]
    vat_id: String,
    /// Street with number; may be given twice
    #[arg(long)]
    street: Vec<String>,
    /// Post code
    #[arg(long, default_value = "")]
    postcode: String,
    /// Town
    #[arg(long)]
    town: String,
    /// Country, two letters
    #[arg(long)]
    country: String,
    /// The code of the service that is billed
    #[arg(long, default_value = "")]
    service_code: String,
    /// Who notes it
    #[arg(long, default_value = "house")]
    pub(super) by: String,
}

impl AddArgs {
    /// As the use case takes it.
    pub(super) fn note(&self) -> Note {
        Note {
            party: self.party.clone(),
            kind: self.kind.clone(),
            street: self.street.clone(),
            postcode: self.postcode.clone(),
            town: self.town.clone(),
            country: self.country.clone(),
            url: self.url.clone(),
            at: self.at.clone(),
            listed: self.listed,
            frames: self.frame.clone(),
            by: self.by.clone(),
        }
    }
}

impl BillingArgs {
    /// As the use case takes it.
    pub(super) fn billing(&self) -> Billing {
        Billing {
            name: self.name.clone(),
            siret: self.siret.clone(),
            registration: self.registration.clone(),
            vat_id: self.vat_id.clone(),
            address: self.street.clone(),
            postcode: self.postcode.clone(),
            town: self.town.clone(),
            country: self.country.clone(),
            service_code: self.service_code.clone(),
        }
    }
}
