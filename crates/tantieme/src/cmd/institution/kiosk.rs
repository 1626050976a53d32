//! Kiosks.

use app::institution::kiosk;
use app::{Failure, House};
use clap::Subcommand;
use serde_json::json;

use super::Shown;
use crate::output;

/// Kiosks
#[derive(Debug, Subcommand)]
pub enum KioskCommand {
    /// Set one up; its token is told once
    #[command(
        after_help = "Example: tantieme institution kiosk add \"Médiathèque du Port\" \"reading room\" --network 192.0.2.0/24"
    )]
    Add {
        /// Id, name in addresses or name
        institution: String,
        /// What they call it
        name: String,
        /// Networks it may call from
        #[arg(long, required = true)]
        network: Vec<String>,
        /// Who sets it up
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// All kiosks of an institution
    #[command(after_help = "Example: tantieme institution kiosk list \"Médiathèque du Port\"")]
    List {
        /// Id, name in addresses or name
        institution: String,
    },
    /// End one
    #[command(
        after_help = "Example: tantieme institution kiosk end \"Médiathèque du Port\" ksk-7K3QX9ZP2M4T"
    )]
    End {
        /// Id, name in addresses or name
        institution: String,
        /// The kiosk's id
        kiosk: String,
        /// Who ends it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl KioskCommand {
    pub(super) async fn run(&self, house: &House, shown: Shown) -> Result<(), Failure> {
        match self {
            KioskCommand::Add { institution, name, network, by } => {
                let made = kiosk::set_up(house, institution, name, network, by).await?;
                if shown.json {
                    output::json(&json!({ "kiosk": made.row.id.as_str(), "token": made.token }));
                } else {
                    println!("{}\ntoken, told once: {}", made.row.id, made.token);
                }
            }
            KioskCommand::List { institution } => {
                let all = kiosk::list(house, institution).await?;
                shown.table(
                    &["kiosk", "name", "networks", "state"],
                    all.iter().map(|k| vec![k.id.to_string(), k.name.clone(), k.networks.clone(), if k.ended.is_some() { "ended" } else { "open" }.to_owned()]).collect(),
                    || all.iter().map(|k| json!({ "kiosk": k.id.as_str(), "name": k.name, "networks": k.networks, "open": k.ended.is_none() })).collect(),
                );
            }
            KioskCommand::End { institution, kiosk: id, by } => {
                kiosk::end(house, institution, id, by).await?;
                shown.word("kiosk", "ended");
            }
        }
        Ok(())
    }
}
