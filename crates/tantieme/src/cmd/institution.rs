//! `tantieme institution`: who subscribes, what was agreed and billed, who has seats and kiosks, what is told of use.
//!
//! Each command is one arm here beside its help; what it takes and how it is printed stands below by noun.

mod contract;
mod invoice;
mod kiosk;
mod note;
mod seat;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use app::institution::{self, Institution, bill, stayed};
use app::{Failure, partner};
use clap::Subcommand;
use jiff::civil::Date;
use money::{Amount, Ratio};
use music::Period;
use serde_json::{Value, json};

use self::contract::AgreeArgs;
use self::kiosk::KioskCommand;
use self::note::{AddArgs, BillingArgs};
use crate::input::{parse, refuse};
use crate::output;
use crate::wiring::Place;

/// Institutions
#[derive(Debug, Subcommand)]
pub enum InstitutionCommand {
    /// Note a party as an institution, or what is new about it
    #[command(
        after_help = "Example: tantieme institution add \"Médiathèque du Port\" --kind library --town Roc-Neuf --country FR --at 45.9,4.1 --listed"
    )]
    Add(Box<AddArgs>),
    /// All institutions
    #[command(after_help = "Example: tantieme institution list")]
    List,
    /// What an invoice to an institution needs
    #[command(
        after_help = "Example: tantieme institution billing \"Médiathèque du Port\" --name \"Commune de Roc-Neuf\" --siret \"732 829 320 00074\" --street \"2 place du Marché\" --postcode 42990 --town Roc-Neuf --country FR --service-code LECTURE"
    )]
    Billing(Box<BillingArgs>),
    /// Note a contract
    #[command(
        after_help = "Example: tantieme institution agree \"Réseau des Rives\" --under \"Nord:inhabitants=34000:seats=40\" --under \"Sud:inhabitants=12000\" --from 2026-01-01 --until 2027-01-01 --price \"EUR 12000\" --key inhabitants --home --on-site"
    )]
    Agree(Box<AgreeArgs>),
    /// Give an institution another name in addresses; its earlier ones lead on
    #[command(after_help = "Example: tantieme institution slug \"Médiathèque du Port\" roc-neuf")]
    Slug {
        /// Id, name in addresses or name
        institution: String,
        /// The new name: small letters, digits and hyphens
        slug: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Contracts, of all or of one institution
    #[command(after_help = "Example: tantieme institution contracts \"Réseau des Rives\"")]
    Contracts {
        /// Id, name in addresses or name
        institution: Option<String>,
    },
    /// Let a contract go on for its next term; without one, all that are due
    #[command(after_help = "Example: tantieme institution renew")]
    Renew {
        /// The contract's id
        contract: Option<String>,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Note that a contract will not go on
    #[command(after_help = "Example: tantieme institution notice ctr-7K3QX9ZP2M4T")]
    Notice {
        /// The contract's id
        contract: String,
        /// Who gives it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Bill a contract: its term, or some of its days
    #[command(
        after_help = "Example: tantieme institution bill ctr-7K3QX9ZP2M4T --period 2026-01-01..2026-04-01"
    )]
    Bill {
        /// The contract's id
        contract: String,
        /// `2026-09` or `2026-07-01..2026-10-01`; the whole term without
        #[arg(long)]
        period: Option<String>,
        /// Who bills
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take an invoice back by a credit note
    #[command(after_help = "Example: tantieme institution credit TM-2026-0003 --reason \"wrong SIRET\"")]
    Credit {
        /// The invoice's number
        number: String,
        /// Why, as it is printed
        #[arg(long)]
        reason: String,
        /// Who takes it back
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Invoices and credit notes, of all or to one institution
    #[command(after_help = "Example: tantieme institution invoices")]
    Invoices {
        /// Id, name in addresses or name
        institution: Option<String>,
    },
    /// One invoice: `text`, `json`, `html`, `xml` (CII, EN 16931) or `pdf` (Factur-X)
    #[command(
        after_help = "Example: tantieme institution invoice TM-2026-0003 --format pdf --out invoice.pdf"
    )]
    Invoice {
        /// Its number
        number: String,
        /// `text`, `json`, `html`, `xml` or `pdf`
        #[arg(long, default_value = "text")]
        format: String,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Book money for an invoice by hand
    #[command(
        after_help = "Example: tantieme institution receive TM-2026-0003 --evidence \"statement 12, line 3\""
    )]
    Receive {
        /// The invoice's number
        number: String,
        /// How much; what is open without
        #[arg(long)]
        amount: Option<String>,
        /// What proves it
        #[arg(long)]
        evidence: String,
        /// Who answers for it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// The pots where institutions' money lies, by the spans whose plays are shared together
    #[command(after_help = "Example: tantieme institution pots --period 2026-09")]
    Pots {
        /// Id, name in addresses or name
        institution: Option<String>,
        /// A year, a month or a span
        #[arg(long)]
        period: Option<String>,
    },
    /// How an institution's seats stand; with `--member`, whether that member may listen now
    #[command(after_help = "Example: tantieme institution seats \"Médiathèque du Port\"")]
    Seats {
        /// Id, name in addresses or name
        institution: String,
        /// A member as the door knows it; takes a seat
        #[arg(long)]
        member: Option<String>,
        /// On site instead of at home
        #[arg(long)]
        on_site: bool,
    },
    /// Kiosks: devices in an institution's rooms
    #[command(subcommand)]
    Kiosk(KioskCommand),
    /// Take in what members did in a span that is over, and tell the institution once what may be told
    #[command(
        after_help = "Example: tantieme institution tell \"Médiathèque du Port\" --period 2026-09 --events events.csv\n\nevents.csv: at,member,session,item,medium,near,action with `at` in seconds since 1970 or RFC 3339, `medium` audio, video, game, book or comic,\n`near` here, country, elsewhere or unknown, `action` investigation or request"
    )]
    Tell {
        /// Id, name in addresses or name
        institution: String,
        /// The span: `2026-09`
        #[arg(long)]
        period: String,
        /// The events
        #[arg(long)]
        events: PathBuf,
        /// Who tells
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// What was told: CSV in the manner of COUNTER 5.1, or JSON
    #[command(
        after_help = "Example: tantieme institution statistics \"Médiathèque du Port\" --period 2026 --out PR.csv"
    )]
    Statistics {
        /// Id, name in addresses or name
        institution: String,
        /// A year, a month or a span
        #[arg(long)]
        period: Option<String>,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Of what an institution paid, what stayed with artists of its places
    #[command(after_help = "Example: tantieme institution stayed \"Médiathèque du Port\" --period 2026")]
    Stayed {
        /// Id, name in addresses or name
        institution: String,
        /// A year, a month or a span
        #[arg(long)]
        period: Option<String>,
    },
    /// The funds that pots set money aside for, and what of it is lent (`tantieme advance` lends)
    #[command(after_help = "Example: tantieme institution funds")]
    Funds,
    /// How often places were asked to subscribe
    #[command(after_help = "Example: tantieme institution wishes")]
    Wishes,
    /// Rates of VAT: all, or a new one from a day on
    #[command(
        after_help = "Example: tantieme institution vat --country FR --class standard --rate \"20 %\" --since 2014-01-01"
    )]
    Vat {
        /// Country, two letters
        #[arg(long, requires_all = ["class", "rate", "since"])]
        country: Option<String>,
        /// Which of its rates: `standard`, `reduced`
        #[arg(long)]
        class: Option<String>,
        /// The rate
        #[arg(long)]
        rate: Option<String>,
        /// The first day
        #[arg(long)]
        since: Option<String>,
        /// Who notes it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

impl InstitutionCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let shown = Shown { json: place.json };
        match self {
            InstitutionCommand::Add(a) => shown.institutions(&[institution::note(&house, a.note()).await?]),
            InstitutionCommand::Slug { institution, slug, by } => {
                shown.institutions(&[institution::set_slug(&house, institution, slug, by).await?])
            }
            InstitutionCommand::List => shown.institutions(&institution::list(&house).await?),
            InstitutionCommand::Billing(b) => {
                institution::set_billing(&house, &b.institution, b.billing(), &b.by).await?;
                shown.word("billing", "noted");
            }
            InstitutionCommand::Agree(a) => shown.contracts(&[institution::agree(&house, a.agree()?).await?]),
            InstitutionCommand::Contracts { institution } => {
                shown.contracts(&institution::contracts(&house, institution.as_deref()).await?);
            }
            InstitutionCommand::Renew { contract: Some(contract), by } => {
                shown.contracts(&[institution::renew(&house, contract, by).await?]);
            }
            InstitutionCommand::Renew { contract: None, by } => {
                let (done, failed) = institution::renew_due(&house, by).await?;
                shown.contracts(&done);
                for (contract, failure) in &failed {
                    eprintln!("{contract}: {failure}");
                }
                return Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) });
            }
            InstitutionCommand::Notice { contract, by } => {
                institution::notice(&house, contract, by).await?;
                shown.word("notice", "noted");
            }
            InstitutionCommand::Bill { contract, period, by } => {
                let days = match period {
                    Some(text) => Some(whole_span(text)?),
                    None => None,
                };
                shown.sales(&[bill::issue(&house, contract, days, by).await?])?;
            }
            InstitutionCommand::Credit { number, reason, by } => {
                shown.sales(&[bill::credit(&house, number, reason, by).await?])?;
            }
            InstitutionCommand::Invoices { institution } => {
                shown.sales(&bill::list(&house, institution.as_deref()).await?)?;
            }
            InstitutionCommand::Invoice { number, format, out } => {
                let format = if place.json { "json" } else { format.as_str() };
                invoice::write(&house, number, format, out.as_deref()).await?;
            }
            InstitutionCommand::Receive { number, amount, evidence, by } => {
                let amount = amount.as_deref().map(|a| parse::<Amount>("amount", a)).transpose()?;
                shown.sales(&[bill::receive(&house, number, amount, evidence, by).await?])?;
            }
            InstitutionCommand::Pots { institution, period } => {
                seat::pots(&house, shown, institution.as_deref(), period.as_deref()).await?
            }
            InstitutionCommand::Seats { institution, member, on_site } => {
                seat::seats(&house, shown, institution, member.as_deref(), *on_site).await?;
            }
            InstitutionCommand::Kiosk(command) => command.run(&house, shown).await?,
            InstitutionCommand::Tell { institution, period, events, by } => {
                return usage::tell(&house, shown, institution, period, events, by).await;
            }
            InstitutionCommand::Statistics { institution, period, out } => {
                usage::statistics(&house, shown, institution, period.as_deref(), out.as_deref()).await?;
            }
            InstitutionCommand::Stayed { institution, period } => {
                let (from, until) = span(period.as_deref())?;
                shown.stayed(&stayed::report(&house, institution, from, until).await?);
            }
            InstitutionCommand::Funds => {
                let all = institution::fund::list(&house).await?;
                shown.table(
                    &["fund", ">holds", ">lent", ">free"],
                    all.iter().map(|f| vec![f.name.clone(), f.holds.to_string(), f.lent.to_string(), f.free.to_string()]).collect(),
                    || all.iter().map(|f| json!({ "fund": f.name, "holds": output::money(f.holds), "lent": output::money(f.lent), "free": output::money(f.free) })).collect(),
                );
            }
            InstitutionCommand::Wishes => {
                let all = partner::wishes(&house, true).await?;
                shown.table(
                    &["place", "name", ">asked for"],
                    all.iter().map(|(c, n, k)| vec![c.clone(), n.clone(), k.to_string()]).collect(),
                    || all.iter().map(|(c, n, k)| json!({ "place": c, "name": n, "wishes": k })).collect(),
                );
            }
            InstitutionCommand::Vat { country, class, rate, since, by } => {
                if let (Some(country), Some(class), Some(rate), Some(since)) = (country, class, rate, since) {
                    let (rate, since) = (parse::<Ratio>("vat-rate", rate)?, parse::<Date>("date", since)?);
                    institution::set_rate(&house, country, class, since, rate, by).await?;
                }
                let all = institution::rates(&house).await?;
                shown.table(
                    &["country", "class", "since", ">rate"],
                    all.iter().map(|(c, k, d, r)| vec![c.clone(), k.clone(), d.to_string(), r.to_string()]).collect(),
                    || all.iter().map(|(c, k, d, r)| json!({ "country": c, "class": k, "since": d.to_string(), "rate": r.to_string() })).collect(),
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn span(period: Option<&str>) -> Result<(Date, Date), Failure> {
    let Some(text) = period else { return Ok((Date::MIN, Date::MAX)) };
    let hint = "a year, a month or a span: 2026, 2026-09, 2026-07-01..2026-10-01";
    let period =
        Period::parse(text).ok_or_else(|| refuse("period", format!("`{text}` is no period"), hint))?;
    Ok((period.start.unwrap_or(Date::MIN), period.end.unwrap_or(Date::MAX)))
}

fn whole_span(text: &str) -> Result<(Date, Date), Failure> {
    let (from, until) = span(Some(text))?;
    if from == Date::MIN || until == Date::MAX {
        return Err(refuse(
            "period",
            format!("`{text}` has no beginning or no end"),
            "`2026-07-01..2026-10-01`",
        ));
    }
    Ok((from, until))
}

/// How results are printed.
#[derive(Debug, Clone, Copy)]
struct Shown {
    json: bool,
}

impl Shown {
    fn word(self, what: &str, word: &str) {
        if self.json {
            output::json(&json!({ what: word }));
        } else {
            println!("{what} {word}");
        }
    }

    fn table(self, heads: &[&str], rows: Vec<Vec<String>>, json: impl FnOnce() -> Vec<Value>) {
        if self.json {
            output::json(&json().into());
        } else {
            output::table(heads, rows);
        }
    }

    fn institutions(self, all: &[Institution]) {
        self.table(
            &["id", "name", "kind", "town", "page"],
            all.iter().map(|i| vec![i.row.party.to_string(), i.name.clone(), i.row.kind.clone(), i.row.town.clone(), format!("/places/{}", i.row.slug)]).collect(),
            || all.iter().map(|i| json!({ "id": i.row.party.as_str(), "name": i.name, "slug": i.row.slug, "kind": i.row.kind, "town": i.row.town, "country": i.row.country, "places": i.places, "listed": i.row.listed })).collect(),
        );
    }
}
