//! `tantieme sign-in`: who may come in, and as what.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::session::Role;
use app::sign_in::{self, Add, Grant};
use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use store::{RoleRow, SignInRow};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// People's access
#[derive(Debug, Subcommand)]
pub enum SignIn {
    /// Add somebody
    #[command(after_help = "Example: tantieme sign-in add --mail ada@example.org --name Ada")]
    Add {
        /// Their mail address
        #[arg(long, default_value = "")]
        mail: String,
        /// A name that stands in for the address at the door
        #[arg(long, default_value = "")]
        login: String,
        /// How they are addressed
        #[arg(long, default_value = "")]
        name: String,
        /// The language of mails: `fr` or `en`
        #[arg(long, default_value = "fr")]
        lang: String,
        /// A file whose first line is a first password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Who adds them
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Everybody who may come in, with their roles
    #[command(after_help = "Example: tantieme sign-in list")]
    List,
    /// Give somebody a role
    #[command(
        after_help = "Example: tantieme sign-in grant ada@example.org operator\n         tantieme sign-in grant mira@example.org owner --party \"Mira Feld\""
    )]
    Grant {
        /// Who: a mail address, a name at the door, or an id
        who: String,
        /// `owner`, `member` or `staff` of a party; `operator`, `approver` or `auditor` of the house
        role: String,
        /// Which party
        #[arg(long)]
        party: Option<String>,
        /// Which institution, by its id
        #[arg(long, conflicts_with = "party")]
        institution: Option<String>,
        /// The first day without the role; an auditor's needs one
        #[arg(long)]
        until: Option<String>,
        /// Who gives it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take a role away
    #[command(after_help = "Example: tantieme sign-in revoke ada@example.org operator")]
    Revoke {
        /// Who
        who: String,
        /// Which role
        role: String,
        /// Of which party
        #[arg(long)]
        party: Option<String>,
        /// Of which institution
        #[arg(long, conflicts_with = "party")]
        institution: Option<String>,
        /// Who takes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Print a link that lets somebody in once, to be handed over where there is no mail yet
    #[command(after_help = "Example: tantieme sign-in link ada@example.org")]
    Link {
        /// Who
        who: String,
        /// Who asks for it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Close somebody's access and erase what is personal about it
    #[command(after_help = "Example: tantieme sign-in erase mira@example.org")]
    Erase {
        /// Who
        who: String,
        /// Who asks for it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl SignIn {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            SignIn::Add { mail, login, name, lang, password_file, by } => {
                let password = match password_file {
                    Some(file) => {
                        let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
                        Some(text.lines().next().unwrap_or_default().to_owned())
                    }
                    None => None,
                };
                let ask = Add {
                    mail: mail.clone(),
                    login: login.clone(),
                    name: name.clone(),
                    lang: lang.clone(),
                    password,
                    by: by.clone(),
                };
                let row = sign_in::add(&house, ask).await?;
                if place.json { output::json(&row_json(&row, &[])) } else { println!("{}", row.id) }
            }
            SignIn::List => {
                let all = sign_in::list(&house).await?;
                if place.json {
                    output::json(
                        &all.iter().map(|(row, roles)| row_json(row, roles)).collect::<Vec<_>>().into(),
                    );
                } else {
                    let lines = all.iter().map(|(row, roles)| {
                        let roles: Vec<String> = roles
                            .iter()
                            .map(|r| format!("{} {}", r.role, r.party).trim().to_owned())
                            .collect();
                        let mail = row.mail.clone().unwrap_or_default();
                        vec![row.id.to_string(), mail, row.name.clone(), roles.join(", ")]
                    });
                    output::table(&["~sign-in", "mail", "name", "roles"], lines.collect());
                }
            }
            SignIn::Grant { who, role, party, institution, until, by } => {
                let until = until.as_deref().map(day).transpose()?;
                let party = whose(&house, party.as_deref(), institution.as_deref()).await?;
                let ask = Grant { who: who.clone(), role: role_of(role)?, party, until, by: by.clone() };
                let row = sign_in::grant(&house, ask).await?;
                if place.json {
                    output::json(&role_json(&row));
                } else {
                    println!("{who} is {} {}", row.role, row.party);
                }
            }
            SignIn::Revoke { who, role, party, institution, by } => {
                let party = whose(&house, party.as_deref(), institution.as_deref()).await?;
                sign_in::revoke(&house, who, role_of(role)?, &party, by).await?;
                if !place.json {
                    println!("{who} is no longer {role}");
                }
            }
            SignIn::Link { who, by } => {
                let link = sign_in::link_by_hand(&house, who, by).await?;
                if place.json { output::json(&json!({ "link": link })) } else { println!("{link}") }
            }
            SignIn::Erase { who, by } => {
                let mut tx = house.store.begin_read().await?;
                let row = sign_in::find(&house, &mut tx, who).await?;
                drop(tx);
                sign_in::erase(&house, &row.id, by).await?;
                if !place.json {
                    println!("{} is closed", row.id);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn whose(
    house: &app::House,
    party: Option<&str>,
    institution: Option<&str>,
) -> Result<String, Failure> {
    match (party, institution) {
        (Some(party), _) => {
            let mut tx = house.store.begin_read().await?;
            Ok(app::party::find(&mut tx, party).await?.party.id.to_string())
        }
        (None, Some(id)) => Ok(id.to_owned()),
        (None, None) => Ok(String::new()),
    }
}

fn role_of(word: &str) -> Result<Role, Failure> {
    Role::from_word(word).ok_or_else(|| {
        let all: Vec<&str> = Role::ALL.iter().map(|r| r.word()).collect();
        refuse("role", format!("`{word}` is no role"), all.join(", "))
    })
}

fn day(text: &str) -> Result<Timestamp, Failure> {
    let bad = || refuse("day", format!("`{text}` is not a day"), "as in `2027-01-31`");
    let day: Date = text.parse().map_err(|_| bad())?;
    Ok(day.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| bad())?.timestamp())
}

fn row_json(row: &SignInRow, roles: &[RoleRow]) -> Value {
    json!({
        "id": row.id.as_str(), "mail": row.mail, "name": row.name, "lang": row.lang, "password": row.password.is_some(),
        "second_factor": row.totp_on.is_some(), "created_at": row.created.to_string(), "ended_at": row.ended.map(|t| t.to_string()),
        "roles": roles.iter().map(role_json).collect::<Vec<_>>(),
    })
}

fn role_json(r: &RoleRow) -> Value {
    json!({ "role": r.role, "party": r.party, "until": r.until.map(|t| t.to_string()) })
}
