//! `tantieme institution`: who subscribes, what was agreed and billed, who has seats and kiosks, what is told of use.
//!
//! It is one piece because each command is one arm beside its help and its line of output, and nothing here decides.

use std::path::PathBuf;
use std::process::ExitCode;

use app::institution::bill::{self, Sale};
use app::institution::usage::{Action, Event, Near};
use app::institution::{
    self, Access, Agree, Agreed, Billing, Institution, Note, Under, kiosk, stayed, usage,
};
use app::{Failure, House, partner};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use money::{Amount, Ratio};
use music::{MediaKind, Period};
use serde_json::{Value, json};

use crate::input::{self, parse, refuse};
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
    institution: String,
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
    by: String,
}

/// A contract on the command line.
#[derive(Debug, Args)]
pub struct AgreeArgs {
    /// Who signs and is billed
    holder: String,
    /// An institution under it: `NAME:seats=40:inhabitants=34000:weight=2`; the holder alone without
    #[arg(long)]
    under: Vec<String>,
    /// First day
    #[arg(long)]
    from: String,
    /// First day after it
    #[arg(long)]
    until: String,
    /// What the price is of: `flat`, `per-seat` or `per-inhabitant`
    #[arg(long, default_value = "flat")]
    price_of: String,
    /// The price for the whole term, before VAT
    #[arg(long)]
    price: String,
    /// By what the money is attributed: `equal`, `seats`, `inhabitants` or `weights`
    #[arg(long, default_value = "equal")]
    key: String,
    /// The rule
    #[arg(long, default_value = "territorial-contribution-by-member")]
    rule: String,
    /// What is sold, as the invoice says it
    #[arg(long, default_value = "")]
    subject: String,
    /// The language of the invoices: `en` or `fr`
    #[arg(long, default_value = "fr")]
    lang: String,
    /// How often plays are shared: `month`, `quarter` or `term`
    #[arg(long, default_value = "month")]
    closes: String,
    /// Kiosks are agreed
    #[arg(long)]
    on_site: bool,
    /// Access from home is agreed
    #[arg(long)]
    home: bool,
    /// VAT category: `S` due, `Z` at nothing, `E` exempt, `AE` reverse charge, `O` outside
    #[arg(long, default_value = "S")]
    vat: String,
    /// Which of the country's rates
    #[arg(long, default_value = "standard")]
    vat_class: String,
    /// Why there is no VAT, as printed
    #[arg(long, default_value = "")]
    exemption: String,
    /// The code of that reason, such as VATEX-FR-FRANCHISE
    #[arg(long, default_value = "")]
    exemption_code: String,
    /// The buyer's order number
    #[arg(long, default_value = "")]
    order: String,
    /// Months by which it goes on; it ends where none are given
    #[arg(long)]
    renews: Option<u32>,
    /// Days before the end until which notice may be given
    #[arg(long, default_value_t = 90)]
    notice_days: u32,
    /// Who notes it
    #[arg(long, default_value = "house")]
    by: String,
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
                let sale = bill::one(&house, number).await?;
                let format = if place.json { "json" } else { format.as_str() };
                let bytes = match format {
                    "text" => server::sale_text(&sale).into_bytes(),
                    "html" => server::sale_html(&sale).into_bytes(),
                    "json" => format!("{}\n", sale_json(&sale)?).into_bytes(),
                    "xml" => sale.cii()?.into_bytes(),
                    "pdf" => server::sale_pdf(&sale)?,
                    other => {
                        let hint = "`text`, `json`, `html`, `xml` or `pdf`";
                        return Err(refuse("invoice-format", format!("there is no format `{other}`"), hint));
                    }
                };
                input::write_whole(out.as_deref().unwrap_or(std::path::Path::new("-")), &bytes)?;
            }
            InstitutionCommand::Receive { number, amount, evidence, by } => {
                let amount = amount.as_deref().map(|a| parse::<Amount>("amount", a)).transpose()?;
                shown.sales(&[bill::receive(&house, number, amount, evidence, by).await?])?;
            }
            InstitutionCommand::Pots { institution, period } => {
                pots(&house, shown, institution.as_deref(), period.as_deref()).await?
            }
            InstitutionCommand::Seats { institution, member, on_site } => {
                seats(&house, shown, institution, member.as_deref(), *on_site).await?;
            }
            InstitutionCommand::Kiosk(command) => command.run(&house, shown).await?,
            InstitutionCommand::Tell { institution, period, events, by } => {
                return tell(&house, shown, institution, period, events, by).await;
            }
            InstitutionCommand::Statistics { institution, period, out } => {
                statistics(&house, shown, institution, period.as_deref(), out.as_deref()).await?;
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

impl KioskCommand {
    async fn run(&self, house: &House, shown: Shown) -> Result<(), Failure> {
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

impl AddArgs {
    fn note(&self) -> Note {
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
    fn billing(&self) -> Billing {
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

impl AgreeArgs {
    fn agree(&self) -> Result<Agree, Failure> {
        Ok(Agree {
            holder: self.holder.clone(),
            members: self.under.iter().map(|u| under(u)).collect::<Result<_, _>>()?,
            start: parse("date", &self.from)?,
            end: parse("date", &self.until)?,
            price_kind: self.price_of.clone(),
            price: parse("amount", &self.price)?,
            key: self.key.clone(),
            rule: self.rule.clone(),
            subject: self.subject.clone(),
            lang: self.lang.clone(),
            closes: self.closes.clone(),
            on_site: self.on_site,
            home: self.home,
            vat: self.vat.clone(),
            vat_class: self.vat_class.clone(),
            exemption: self.exemption.clone(),
            exemption_code: self.exemption_code.clone(),
            order: self.order.clone(),
            renews_months: self.renews,
            notice_days: self.notice_days,
            by: self.by.clone(),
        })
    }
}

/// `NAME:seats=40:inhabitants=34000:weight=2`.
fn under(text: &str) -> Result<Under, Failure> {
    let bad = || {
        let message = format!("`{text}` does not say who is under the contract");
        refuse(
            "contract-under",
            message,
            "`NAME:seats=40:inhabitants=34000:weight=2`, each count where it matters",
        )
    };
    let mut parts = text.split(':');
    let mut one =
        Under { institution: parts.next().unwrap_or_default().trim().to_owned(), ..Under::default() };
    for part in parts {
        let (key, value) = part.split_once('=').ok_or_else(bad)?;
        let number: Option<u64> = Some(value.trim().parse().map_err(|_| bad())?);
        match key.trim() {
            "seats" => one.seats = number,
            "inhabitants" => one.inhabitants = number,
            "weight" => one.weight = number,
            _ => return Err(bad()),
        }
    }
    Ok(one)
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

async fn pots(house: &House, shown: Shown, who: Option<&str>, period: Option<&str>) -> Result<(), Failure> {
    let (from, until) = span(period)?;
    let party = match who {
        Some(text) => Some(institution::one(house, text).await?.row.party),
        None => None,
    };
    let all = institution::pots(house, party.as_ref(), from, until).await?;
    let names = app::party::names(house, all.iter().map(|p| p.institution.clone())).await?;
    let name = |p: &institution::Purse| names.get(&p.institution).cloned().unwrap_or_default();
    shown.table(
        &["institution", "from", "until", "pot", ">seats", ">billed", ">received", "state"],
        all.iter()
            .map(|p| vec![name(p), p.start.to_string(), p.end.to_string(), p.pot.to_string(), p.seats.map_or_else(|| "-".to_owned(), |s| s.to_string()), p.billed.to_string(), p.received.to_string(), p.status.clone()])
            .collect(),
        || {
            all.iter()
                .map(|p| json!({ "institution": p.institution.as_str(), "name": name(p), "contract": p.contract.as_str(), "from": p.start.to_string(), "until": p.end.to_string(), "pot": p.pot.as_str(), "rule": p.rule, "seats": p.seats, "billed": output::money(p.billed), "received": output::money(p.received), "status": p.status }))
                .collect()
        },
    );
    Ok(())
}

async fn seats(
    house: &House,
    shown: Shown,
    who: &str,
    member: Option<&str>,
    on_site: bool,
) -> Result<(), Failure> {
    if let Some(member) = member {
        let party = institution::one(house, who).await?.row.party;
        let access = if on_site { Access::OnSite } else { Access::Home };
        let seat = institution::seat(house, &party, member, access).await?;
        if shown.json {
            output::json(
                &json!({ "contract": seat.contract.as_str(), "until": seat.until.to_string(), "home": seat.home, "on_site": seat.on_site, "fresh": seat.fresh }),
            );
        } else {
            println!("{member} may listen until {}", seat.until);
        }
        return Ok(());
    }
    match institution::seats(house, who).await? {
        Some(s) if shown.json => output::json(
            &json!({ "contract": s.contract.as_str(), "until": s.until.to_string(), "paid": s.paid, "taken": s.taken }),
        ),
        None if shown.json => output::json(&Value::Null),
        Some(s) => {
            let paid = s.paid.map_or_else(|| "any number of".to_owned(), |p| p.to_string());
            println!("{} of {paid} seats are taken, until {}", s.taken, s.until);
        }
        None => println!("no contract runs today"),
    }
    Ok(())
}

/// What members did, a line each.
async fn tell(
    house: &House,
    shown: Shown,
    who: &str,
    period: &str,
    file: &std::path::Path,
    by: &str,
) -> Result<ExitCode, Failure> {
    let (from, until) = whole_span(period)?;
    let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
    let mut problems = Vec::new();
    let mut events = Vec::new();
    for (n, line) in (1_u64..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if line.trim().is_empty() || (n == 1 && line.starts_with("at")) {
            continue;
        }
        match event(line) {
            Some(event) => events.push(event),
            None => problems.push(music::Problem::new(
                "event",
                n,
                "this line is no event",
                "at,member,session,item,medium,near,action: `1790000000,m1,s1,rec-…,audio,here,request`",
            )),
        }
    }
    output::problems(&input::document_name(file), &problems);
    if !problems.is_empty() {
        // What is told is told once: a broken line would be missing in it for good.
        return Ok(ExitCode::from(1));
    }
    let span = usage::take(house, who, from, until, events, by).await?;
    if shown.json {
        output::json(
            &json!({ "from": span.start.to_string(), "until": span.end.to_string(), "told": span.told }),
        );
    } else {
        match span.told.members {
            Some(members) => {
                println!("{members} active members; `tantieme institution statistics` shows what is told")
            }
            None => {
                println!("fewer than {} active members: nothing is told of this span", span.told.threshold)
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn event(line: &str) -> Option<Event<'_>> {
    let parts: Vec<&str> = line.split(',').map(str::trim).collect();
    let &[at, member, session, item, medium, near, action] = parts.as_slice() else { return None };
    let at_s = at.parse().ok().or_else(|| at.parse::<jiff::Timestamp>().ok().map(|t| t.as_second()))?;
    let named = !member.is_empty() && !item.is_empty();
    named.then_some(())?;
    Some(Event {
        at_s,
        member,
        session,
        item,
        medium: MediaKind::ALL.into_iter().find(|m| m.word() == medium)?,
        near: Near::ALL.into_iter().find(|n| n.word() == near)?,
        action: match action {
            "request" => Action::Request,
            "investigation" => Action::Investigation,
            _ => return None,
        },
    })
}

async fn statistics(
    house: &House,
    shown: Shown,
    who: &str,
    period: Option<&str>,
    out: Option<&std::path::Path>,
) -> Result<(), Failure> {
    let (from, until) = span(period)?;
    let report = usage::report(house, who, from, until).await?;
    let text = if shown.json {
        let spans: Vec<Value> = report
            .spans
            .iter()
            .map(|s| json!({ "from": s.start.to_string(), "until": s.end.to_string(), "told": s.told }))
            .collect();
        format!("{}\n", json!({ "institution": report.institution.name, "spans": spans }))
    } else {
        let today = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        usage::csv(&report, "Tantième", today)
    };
    input::write_whole(out.unwrap_or(std::path::Path::new("-")), text.as_bytes())
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

    fn contracts(self, all: &[Agreed]) {
        self.table(
            &["contract", "holder", "from", "until", ">price of the term", "key", "under"],
            all.iter()
                .map(|a| {
                    let under: Vec<&str> = a.members.iter().map(|m| m.1.as_str()).collect();
                    vec![a.row.id.to_string(), a.holder.clone(), a.row.start.to_string(), a.row.end.to_string(), a.total.to_string(), a.row.key.clone(), under.join(", ")]
                })
                .collect(),
            || {
                all.iter()
                    .map(|a| {
                        let under: Vec<Value> = a.members.iter().map(|(m, name)| json!({ "institution": m.institution.as_str(), "name": name, "seats": m.seats, "inhabitants": m.inhabitants, "weight": m.weight })).collect();
                        json!({ "contract": a.row.id.as_str(), "holder": a.row.holder.as_str(), "name": a.holder, "from": a.row.start.to_string(), "until": a.row.end.to_string(), "price_of": a.row.price_kind, "price": output::money(a.row.price), "total": output::money(a.total), "key": a.row.key, "rule": a.row.rule, "closes": a.row.closes, "home": a.row.home, "on_site": a.row.on_site, "renews_months": a.row.renews_months, "noticed": a.row.noticed.is_some(), "follows": a.row.follows.as_ref().map(|f| f.to_string()), "under": under })
                    })
                    .collect()
            },
        );
    }

    fn sales(self, all: &[Sale]) -> Result<(), Failure> {
        if self.json {
            output::json(&all.iter().map(sale_json).collect::<Result<Vec<_>, _>>()?.into());
            return Ok(());
        }
        let rows = all.iter().map(|s| {
            let kind = if s.body.corrects.is_empty() {
                s.row.kind.clone()
            } else {
                format!("{} of {}", s.row.kind, s.body.corrects)
            };
            vec![
                s.row.printed.clone(),
                s.body.buyer.name.clone(),
                kind,
                s.body.issued.clone(),
                s.row.gross.to_string(),
                s.open().to_string(),
                s.row.reference.clone(),
            ]
        });
        output::table(&["number", "buyer", "kind", "issued", ">total", ">open", "reference"], rows.collect());
        Ok(())
    }

    fn stayed(self, all: &[stayed::Stayed]) {
        if self.json {
            let rows: Vec<Value> = all.iter().map(|s| json!({ "currency": s.currency.code(), "paid": output::money(s.paid), "stayed": output::money(s.stayed), "parties": s.parties, "untold": output::money(s.untold) })).collect();
            output::json(&rows.into());
            return;
        }
        if all.is_empty() {
            println!("nothing of its money was shared in this time");
        }
        for s in all {
            if s.parties > 0 {
                println!("of {} paid, {} stayed with {} artists here", s.paid, s.stayed, s.parties);
            }
            if s.untold.is_positive() {
                println!(
                    "{} were shared for spans of which this is not told: too few stand behind them",
                    s.untold
                );
            }
        }
    }
}

fn sale_json(sale: &Sale) -> Result<Value, Failure> {
    let body =
        serde_json::to_value(&sale.body).map_err(|e| Failure::Fault(store::Fault::new(e.to_string())))?;
    let parts: Vec<Value> = sale
        .parts
        .iter()
        .map(|p| json!({ "institution": p.institution.as_str(), "from": p.start.to_string(), "until": p.end.to_string(), "pot": p.pot.as_str(), "amount": output::money(p.amount) }))
        .collect();
    Ok(
        json!({ "invoice": body, "received": output::money(sale.received), "open": output::money(sale.open()), "credited_by": sale.credited_by, "parts": parts }),
    )
}
