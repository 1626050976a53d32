//! `tantieme party` and `tantieme share`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::party::{Register, SetShare};
use app::payout::Details;
use clap::{Args, Subcommand};
use money::Ratio;
use music::{Period, UseType};
use serde_json::{Value, json};
use store::PartyRecord;

use crate::input::{self, parse, refuse};
use crate::output;
use crate::wiring::Place;

/// Parties
#[derive(Debug, Subcommand)]
pub enum PartyCommand {
    /// Register a party
    #[command(after_help = "Example: tantieme party add \"Ada Nwosu\" --country FR --mail ada@example.org")]
    Add {
        /// The name as credited
        name: String,
        /// `person`, `group` or `organisation`
        #[arg(long, default_value = "person")]
        kind: String,
        /// Country or subdivision
        #[arg(long)]
        country: Option<String>,
        /// ISNI
        #[arg(long)]
        isni: Option<String>,
        /// IPI name number
        #[arg(long)]
        ipi: Option<String>,
        /// Another name; may be repeated
        #[arg(long)]
        alias: Vec<String>,
        /// Mail address; kept encrypted
        #[arg(long)]
        mail: Option<String>,
        /// Who registers
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// All parties, or those with these words in their name
    #[command(after_help = "Example: tantieme party list nwosu")]
    List {
        /// Words of the name
        words: Option<String>,
    },
    /// Set bank details from options or a JSON file; a change waits and the old contact is told
    #[command(
        after_help = "Example: tantieme party bank \"Ada Nwosu\" --holder \"Ada Nwosu\" --iban \"DE02 1203 0000 0000 2020 51\""
    )]
    Bank(Box<BankDetails>),
    /// Other names a party is credited under
    #[command(subcommand)]
    Alias(AliasCommand),
    /// Say whether a DJ's answered lines may go into training the matcher: `yes` or `no`
    #[command(after_help = "Example: tantieme party training \"DJ Low Tide\" yes")]
    Training {
        /// The party
        party: String,
        /// `yes` or `no`
        answer: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Keep tax back from a party's payouts
    #[command(after_help = "Example: tantieme party withhold \"Ada Nwosu\" \"10 %\"")]
    Withhold {
        /// The party
        party: String,
        /// The part, such as `10 %`
        rate: String,
        /// Who sets it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

/// Other names.
#[derive(Debug, Subcommand)]
pub enum AliasCommand {
    /// Add another name: lines that credit it match the party's recordings
    #[command(after_help = "Example: tantieme party alias add \"Ada Nwosu\" \"A. Nwosu\"")]
    Add {
        /// The party
        party: String,
        /// The other name
        alias: String,
        /// Add it although somebody else has this name too; nobody is then paid by the name alone
        #[arg(long)]
        shared: bool,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take another name back; what was matched or paid before stays as it is
    #[command(after_help = "Example: tantieme party alias remove \"Ada Nwosu\" \"A. Nwosu\"")]
    Remove {
        /// The party
        party: String,
        /// The other name
        alias: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
}

/// Bank details on the command line.
#[derive(Debug, Args)]
pub struct BankDetails {
    /// The party
    party: String,
    /// Read all details from a JSON file instead (`holder`, `iban` or `account`+`bic`+`country`, address)
    #[arg(long)]
    file: Option<PathBuf>,
    /// Account holder
    #[arg(long, default_value = "")]
    holder: String,
    /// IBAN
    #[arg(long, default_value = "")]
    iban: String,
    /// Account number where there is no IBAN
    #[arg(long, default_value = "")]
    account: String,
    /// BIC
    #[arg(long, default_value = "")]
    bic: String,
    /// The account's country where there is no IBAN
    #[arg(long, default_value = "")]
    country: String,
    /// Paid through the payout provider
    #[arg(long)]
    provider: bool,
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
    #[arg(long, default_value = "")]
    town: String,
    /// Who sets them
    #[arg(long, default_value = "house")]
    by: String,
}

impl PartyCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            PartyCommand::Add { name, kind, country, isni, ipi, alias, mail, by } => {
                let ask = Register {
                    name: name.clone(),
                    kind: kind.clone(),
                    territory: country.clone(),
                    isni: isni.clone(),
                    ipi: ipi.clone(),
                    aliases: alias.clone(),
                    mail: mail.clone(),
                    by: by.clone(),
                };
                let record = app::party::register(&house, ask).await?;
                if place.json {
                    output::json(&party_json(&record))
                } else {
                    println!("{} {}", record.party.id, record.party.name)
                }
            }
            PartyCommand::List { words } => {
                let found = app::party::list(&house, words.as_deref().unwrap_or_default()).await?;
                if place.json {
                    output::json(&found.iter().map(party_json).collect::<Vec<_>>().into());
                } else {
                    let rows = found.iter().map(|r| {
                        let home = r.party.territory.as_ref().map_or("", |t| t.as_str());
                        vec![
                            r.party.id.to_string(),
                            r.party.name.clone(),
                            r.standing.word().to_owned(),
                            home.to_owned(),
                        ]
                    });
                    output::table(&["party", "name", "standing", "home"], rows.collect());
                }
            }
            PartyCommand::Bank(ask) => {
                let details = match &ask.file {
                    Some(file) => serde_json::from_slice(&input::read_whole(file)?).map_err(|e| {
                        refuse(
                            "bank-details",
                            format!("`{}` cannot be read: {e}", file.display()),
                            "a JSON object with `holder` and `iban`",
                        )
                    })?,
                    None => Details {
                        holder: ask.holder.clone(),
                        iban: ask.iban.clone(),
                        account: ask.account.clone(),
                        bic: ask.bic.clone(),
                        country: ask.country.clone(),
                        provider: ask.provider,
                        street: ask.street.clone(),
                        building: ask.building.clone(),
                        postcode: ask.postcode.clone(),
                        town: ask.town.clone(),
                        address_country: String::new(),
                    },
                };
                let row = app::payout::set_details(&house, &ask.party, details, &ask.by).await?;
                if place.json {
                    output::json(
                        &json!({ "party": row.party.as_str(), "version": row.version, "account": row.masked, "rail": row.rail, "usable_from": row.usable.to_string() }),
                    );
                } else {
                    println!("{} by {}, usable from {}", row.masked, row.rail, row.usable);
                }
            }
            PartyCommand::Alias(AliasCommand::Add { party, alias, shared, by }) => {
                let record = app::party::add_alias(&house, party, alias, *shared, by).await?;
                if place.json {
                    output::json(&party_json(&record))
                } else {
                    println!("{} is also {}", record.party.name, record.party.aliases.join(", "))
                }
            }
            PartyCommand::Alias(AliasCommand::Remove { party, alias, by }) => {
                let record = app::party::remove_alias(&house, party, alias, by).await?;
                if place.json {
                    output::json(&party_json(&record))
                } else {
                    println!("{} no longer goes by {}", record.party.name, alias.trim())
                }
            }
            PartyCommand::Training { party, answer, by } => {
                let yes = match answer.as_str() {
                    "yes" => true,
                    "no" => false,
                    other => {
                        return Err(refuse(
                            "training",
                            format!("`{other}` is neither `yes` nor `no`"),
                            "answer `yes` or `no`",
                        ));
                    }
                };
                app::answer::consent_to_training(&house, party, yes, by).await?;
                if !place.json {
                    let word = if yes { "may" } else { "may not" };
                    println!("answered lines of {party} {word} go into training");
                }
            }
            PartyCommand::Withhold { party, rate, by } => {
                let rate: Ratio = parse("share", rate)?;
                app::party::withhold(&house, party, rate, by).await?;
                if !place.json {
                    println!("{rate} kept back from payouts to {party}");
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn party_json(r: &PartyRecord) -> Value {
    let p = &r.party;
    json!({
        "id": p.id.as_str(), "name": p.name, "aliases": p.aliases, "kind": p.kind.word(), "standing": r.standing.word(),
        "territory": p.territory.as_ref().map(|t| t.as_str()), "isni": p.isni.as_ref().map(|i| i.as_str()),
        "ipi": p.ipi.as_ref().map(|i| i.as_str()), "withholding": r.withholding.to_string(),
    })
}

/// Shares
#[derive(Debug, Subcommand)]
pub enum ShareCommand {
    /// Set a party's share of a recording (0 % withdraws it)
    #[command(after_help = "Example: tantieme share set rec-… --party \"Ada Nwosu\" --share 50%")]
    Set {
        /// The recording: our id or its ISRC
        recording: String,
        /// Whose share
        #[arg(long)]
        party: String,
        /// How much of the whole
        #[arg(long)]
        share: String,
        /// Where; worldwide without
        #[arg(long)]
        territory: Option<String>,
        /// When, as `2026-01-01..2027-01-01`; always without
        #[arg(long)]
        period: Option<String>,
        /// `any`, `set-list`, `streaming`, `campaign` or `licensing`
        #[arg(long = "use", default_value = "any")]
        use_type: String,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl ShareCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let ShareCommand::Set { recording, party, share, territory, period, use_type, by } = self;
        let house = place.open().await?;
        let period = match period {
            None => Period::ALWAYS,
            Some(text) => Period::parse(text).ok_or_else(|| {
                refuse(
                    "period",
                    format!("`{text}` is not a period"),
                    "as in `2026`, `2026-09` or `2026-01-01..2027-01-01`",
                )
            })?,
        };
        let use_type = UseType::from_word(use_type).ok_or_else(|| {
            refuse(
                "use-type",
                format!("`{use_type}` is no use type"),
                "`any`, `set-list`, `streaming`, `campaign` or `licensing`",
            )
        })?;
        let ask = SetShare {
            recording: app::catalogue::find(&house, recording).await?,
            party: party.clone(),
            ratio: parse("share", share)?,
            territory: territory.clone(),
            period,
            use_type: Some(use_type),
            by: by.clone(),
        };
        let (row, standing) = app::party::set_share(&house, ask).await?;
        if place.json {
            output::json(
                &json!({ "share": row.share.id.as_str(), "recording": recording, "party": row.share.party.as_str(), "ratio": row.share.ratio.to_string(), "standing": standing }),
            );
        } else {
            println!("{} {} of {recording}; shares: {standing}", row.share.id, row.share.ratio);
        }
        Ok(ExitCode::SUCCESS)
    }
}
