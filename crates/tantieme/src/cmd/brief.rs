//! `tantieme brief`: what brands want, what artists never want, who says yes, and what is agreed, delivered and paid.

mod print;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::brief::{self, HOUSE, answer, deal, dispute, domain, field, mandate, tax, terms, wall, work};
use app::{Failure, Refusal};
use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use money::Amount;
use serde_json::json;

use crate::input::{self, parse};
use crate::output;
use crate::wiring::Place;

/// Briefs
#[derive(Debug, Subcommand)]
pub enum BriefCommand {
    /// Say what is missing in a brief; touches no data directory
    #[command(after_help = "Example: tantieme brief check brief.toml")]
    Check {
        /// TOML or JSON
        file: PathBuf,
        /// The day it is checked on; today where absent
        #[arg(long)]
        on: Option<String>,
    },
    /// Write a brief for a brand, or another version of a draft
    #[command(after_help = "Example: tantieme brief write brief.toml --brand \"Mutuelle des Rives\"")]
    Write {
        /// TOML or JSON
        file: PathBuf,
        /// The brand: id or unique name
        #[arg(long, default_value = "", required_unless_present = "brief")]
        brand: String,
        /// The agency that asks for it, under its mandate
        #[arg(long, default_value = "")]
        agency: String,
        /// The draft that is changed
        #[arg(long, default_value = "")]
        brief: String,
        /// Who writes it
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// All briefs
    #[command(after_help = "Example: tantieme brief list")]
    List,
    /// A brief, what it offers, and what is missing
    #[command(after_help = "Example: tantieme brief show brf-…")]
    Show {
        /// The brief
        brief: String,
    },
    /// Publish a brief: artists whose terms allow it are asked, fairly over time
    #[command(after_help = "Example: tantieme brief publish brf-… --by \"Mutuelle des Rives\"")]
    Publish(OfBrief),
    /// Take a brief back
    #[command(after_help = "Example: tantieme brief withdraw brf-… --by \"Mutuelle des Rives\"")]
    Withdraw(OfBrief),
    /// What the brand sees: who said yes, and why they fit
    #[command(after_help = "Example: tantieme brief answers brf-… --by \"Mutuelle des Rives\"")]
    Answers(OfBrief),
    /// The whole shortlist with its reasons, for the house
    #[command(after_help = "Example: tantieme brief shortlist brf-…")]
    Shortlist {
        /// The brief
        brief: String,
    },
    /// Ask an artist by name
    #[command(after_help = "Example: tantieme brief invite brf-… \"Mira Feld\" --by \"Mutuelle des Rives\"")]
    Invite {
        /// The brief
        brief: String,
        /// The artist
        artist: String,
        /// Who asks: the brand or its agency
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// An artist's answer
    #[command(
        after_help = "Example: tantieme brief answer brf-… \"Mira Feld\" --yes --words \"with pleasure\""
    )]
    Answer {
        /// The brief
        brief: String,
        /// The artist
        artist: String,
        /// Yes
        #[arg(long, conflicts_with = "no", required_unless_present = "no")]
        yes: bool,
        /// No; told to nobody
        #[arg(long)]
        no: bool,
        /// A pitch
        #[arg(long, default_value = "")]
        words: String,
    },
    /// An artist's pitch to an open call; it costs nothing
    #[command(
        after_help = "Example: tantieme brief pitch brf-… \"Mira Feld\" --words \"a film of the river\""
    )]
    Pitch {
        /// The brief
        brief: String,
        /// The artist
        artist: String,
        /// The pitch
        #[arg(long)]
        words: String,
    },
    /// What an artist is asked, and the open calls within its terms
    #[command(after_help = "Example: tantieme brief invitations \"Mira Feld\"")]
    Invitations {
        /// The artist
        artist: String,
    },
    /// An artist's own terms: shown, or set from a document
    #[command(after_help = "Example: tantieme brief terms \"Mira Feld\" terms.toml")]
    Terms {
        /// The artist
        artist: String,
        /// TOML or JSON; without it the terms are shown
        file: Option<PathBuf>,
        /// Who sets them
        #[arg(long, default_value = "")]
        by: String,
    },
    /// How often an artist was shown, where, and what was due
    #[command(after_help = "Example: tantieme brief exposure \"Mira Feld\"")]
    Exposure {
        /// The artist
        artist: String,
    },
    /// How a party can be reached for a contract, and where it is resident for tax
    #[command(
        after_help = "Example: tantieme brief contact \"Mira Feld\" --contact \"12 rue de la Part, 42000 Saint-Etienne\" --country FR"
    )]
    Contact {
        /// The party
        party: String,
        /// A postal address, in one line
        #[arg(long)]
        contact: String,
        /// Country of residence for tax, two letters
        #[arg(long)]
        country: String,
        /// A mail address for contracts; the party's own where absent
        #[arg(long, default_value = "")]
        mail: String,
        /// VAT id, of a brand
        #[arg(long, default_value = "")]
        vat_id: String,
        /// Number in a trade register, of a brand
        #[arg(long, default_value = "")]
        registration: String,
        /// Who says so
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Give an agency a mandate to act for a brand; without an agency the mandates are listed
    #[command(
        after_help = "Example: tantieme brief mandate \"Mutuelle des Rives\" \"Agence Quai\" --evidence \"contract of 2 March\" --until 2027-01-01"
    )]
    Mandate {
        /// The brand
        brand: String,
        /// The agency
        agency: Option<String>,
        /// The paper it stands on
        #[arg(long, default_value = "")]
        evidence: String,
        /// The first day on which it no longer holds
        #[arg(long, default_value = "")]
        until: String,
        /// Who gives it: the brand, or the house with the paper in its hands
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Take an agency's mandate back; it holds at once
    #[command(name = "mandate-end", after_help = "Example: tantieme brief mandate-end bmd-…")]
    MandateEnd {
        /// The mandate
        mandate: String,
        /// Who: the brand, the agency or the house
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Draft a contract with an artist who said yes
    #[command(after_help = "Example: tantieme brief choose brf-… \"Mira Feld\" --by \"Mutuelle des Rives\"")]
    Choose {
        /// The brief
        brief: String,
        /// The artist, or the invitation where names wait
        artist: String,
        /// A framework agreement, under which orders follow
        #[arg(long)]
        framework: bool,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// An order under a framework agreement
    #[command(
        after_help = "Example: tantieme brief order bdl-… --document order.toml --by \"Mutuelle des Rives\""
    )]
    Order {
        /// The framework agreement
        contract: String,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Write another version of a contract that nobody signed yet
    #[command(
        after_help = "Example: tantieme brief revise bdl-… --part \"Mira Feld=50 %\" --part \"Orrin Vale=50 %\" --by \"Mira Feld\""
    )]
    Revise {
        /// The contract
        contract: String,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// A contract as it stands: money held and paid, milestones, what happened
    #[command(after_help = "Example: tantieme brief contract bdl-… --text")]
    Contract {
        /// The contract
        contract: String,
        /// Only the text that is signed
        #[arg(long)]
        text: bool,
        /// Who looks
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// The contracts of a party; all without
    #[command(after_help = "Example: tantieme brief contracts \"Mira Feld\"")]
    Contracts {
        /// The party
        party: Option<String>,
    },
    /// Sign a contract
    #[command(after_help = "Example: tantieme brief sign bdl-… --by \"Mira Feld\"")]
    Sign {
        /// The contract
        contract: String,
        /// The hash of the text that was read
        #[arg(long)]
        hash: Option<String>,
        /// Who signs: a side of the contract
        #[arg(long)]
        by: String,
    },
    /// Deliver a milestone
    #[command(
        after_help = "Example: tantieme brief submit bdl-… 1 --evidence https://video.example/1 --label Publicité --by \"Mira Feld\""
    )]
    Submit {
        #[command(flatten)]
        which: Which,
        /// Where it can be seen
        #[arg(long)]
        evidence: String,
        /// A label that what was published carries; may be repeated
        #[arg(long)]
        label: Vec<String>,
    },
    /// Accept a milestone; it is paid at once
    #[command(after_help = "Example: tantieme brief accept bdl-… 1 --by \"Mutuelle des Rives\"")]
    Accept(Which),
    /// Send a milestone back
    #[command(
        name = "send-back",
        after_help = "Example: tantieme brief send-back bdl-… 1 --reasons \"the second half is missing\" --by \"Mutuelle des Rives\""
    )]
    SendBack {
        #[command(flatten)]
        which: Which,
        /// What is missing of what was agreed
        #[arg(long)]
        reasons: String,
    },
    /// Dispute a milestone: it is frozen, and no other
    #[command(
        after_help = "Example: tantieme brief dispute bdl-… 1 --reasons \"not what was agreed\" --by \"Mutuelle des Rives\""
    )]
    Dispute {
        #[command(flatten)]
        which: Which,
        /// What it is about
        #[arg(long)]
        reasons: String,
    },
    /// Say something to a dispute; both sides and the house read it
    #[command(
        after_help = "Example: tantieme brief evidence bdl-… 1 --words \"the hall's own count is …\" --by \"Mira Feld\""
    )]
    Evidence {
        #[command(flatten)]
        which: Which,
        /// What the house should know
        #[arg(long)]
        words: String,
    },
    /// Disputes, open ones first, with what both sides say
    #[command(after_help = "Example: tantieme brief disputes")]
    Disputes,
    /// Settle a dispute: so much is paid, the rest goes back
    #[command(
        after_help = "Example: tantieme brief settle bdl-… 1 --pays \"EUR 200\" --reasons \"a third was there\""
    )]
    Settle {
        /// The contract
        contract: String,
        /// Which milestone, from 1
        milestone: i64,
        /// What of it is paid
        #[arg(long)]
        pays: String,
        /// Why
        #[arg(long)]
        reasons: String,
        /// Who settles
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Cancel a contract: what the contract says is paid, the rest goes back
    #[command(
        after_help = "Example: tantieme brief cancel bdl-… --reasons \"plans changed\" --by \"Mutuelle des Rives\""
    )]
    Cancel {
        /// The contract
        contract: String,
        /// Why
        #[arg(long)]
        reasons: String,
        /// Who cancels: a side of the contract
        #[arg(long)]
        by: String,
    },
    /// Note a raw figure of what was agreed to be measured
    #[command(
        after_help = "Example: tantieme brief measure bdl-… views 12345 --source \"the platform's report\" --by \"Mira Feld\""
    )]
    Measure {
        /// The contract
        contract: String,
        /// What
        indicator: String,
        /// How much
        value: i64,
        /// Where it comes from
        #[arg(long)]
        source: String,
        /// Who says so
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Invoices to brands and credit notes, or one of them in a format
    #[command(after_help = "Example: tantieme brief invoice TM-C-2026-0001 --format pdf --out invoice.pdf")]
    Invoice {
        /// Its number; all are listed without
        number: Option<String>,
        /// `text`, `json`, `html`, `xml` or `pdf`
        #[arg(long, default_value = "text")]
        format: String,
        /// Where to write it; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Label a selection as paid for
    #[command(after_help = "Example: tantieme brief label bdl-… voix-de-la-loire")]
    Label {
        /// The contract
        contract: String,
        /// The selection
        selection: String,
        /// Who does it
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Do what became due: terms that passed, budgets that came
    #[command(after_help = "Example: tantieme brief due")]
    Due,
    /// What the field is told: reference prices, parts by tier and territory, how fair the lists were
    #[command(after_help = "Example: tantieme brief field --json")]
    Field,
    /// Give sessions to emerging artists from the solidarity fund
    #[command(after_help = "Example: tantieme brief grant \"EUR 400\" --count 3 --place FR-42")]
    Grant {
        /// How much each
        amount: String,
        /// How many
        #[arg(long, default_value_t = 1)]
        count: usize,
        /// Only artists at home there
        #[arg(long, default_value = "")]
        place: String,
        /// Who gives
        #[arg(long, default_value = HOUSE)]
        by: String,
    },
    /// Sessions that were given, or the selection log of one
    #[command(after_help = "Example: tantieme brief grants grt-… > selection.json")]
    Grants {
        /// The session whose selection log is printed
        grant: Option<String>,
    },
    /// Draw a selection again from its log, and say whether the same are chosen; touches no data directory
    #[command(name = "grant-check", after_help = "Example: tantieme brief grant-check selection.json")]
    GrantCheck {
        /// The log, as `brief grants`, the page of the field or an artist's own page tells it
        file: PathBuf,
    },
}

/// A brief and who acts on it.
#[derive(Debug, Args)]
pub struct OfBrief {
    /// The brief
    brief: String,
    /// Who: the brand or its agency
    #[arg(long, default_value = HOUSE)]
    by: String,
}

/// A milestone and who acts on it.
#[derive(Debug, Args)]
pub struct Which {
    /// The contract
    contract: String,
    /// Which milestone, from 1
    milestone: i64,
    /// Who: the side whose step it is
    #[arg(long)]
    by: String,
}

/// What the sides agree beside the brief.
#[derive(Debug, Args)]
pub struct Agreed {
    /// TOML or JSON with `milestones`, `split`, `split_of`, `scene`
    #[arg(long)]
    document: Option<PathBuf>,
    /// A part of the artist's side, `NAME=1/3`; may be repeated
    #[arg(long)]
    part: Vec<String>,
    /// A recording whose shares say how the artist's side divides
    #[arg(long, default_value = "")]
    split_of: String,
    /// A part of the solidarity slice, `NAME=100 %`; may be repeated
    #[arg(long)]
    scene: Vec<String>,
    /// Who drafts
    #[arg(long, default_value = HOUSE)]
    by: String,
}

impl Agreed {
    fn terms(&self) -> Result<deal::Terms, Failure> {
        let mut agreed: deal::Terms = match &self.document {
            Some(file) => domain::read(&text(file)?).map_err(|f| input::refuse(f.code, f.message, f.hint))?,
            None => deal::Terms::default(),
        };
        agreed.split.extend(pairs(&self.part)?);
        agreed.scene.extend(pairs(&self.scene)?);
        if !self.split_of.is_empty() {
            agreed.split_of.clone_from(&self.split_of);
        }
        Ok(agreed)
    }
}

fn pairs(texts: &[String]) -> Result<Vec<[String; 2]>, Failure> {
    let pair =
        |t: &String| t.rsplit_once('=').map(|(who, part)| [who.trim().to_owned(), part.trim().to_owned()]);
    let bad =
        |t: &String| input::refuse("split", format!("`{t}` names no part"), "write `\"Mira Feld=1/3\"`");
    texts.iter().map(|t| pair(t).ok_or_else(|| bad(t))).collect()
}

fn text(file: &Path) -> Result<String, Failure> {
    String::from_utf8(input::read_whole(file)?)
        .map_err(|_| input::refuse("document", "the document is no UTF-8 text", "save it as UTF-8"))
}

impl BriefCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        use BriefCommand as C;
        if let C::Check { file, on } = self {
            return check(file, on.as_deref(), place.json);
        }
        if let C::GrantCheck { file } = self {
            return grant_check(file, place.json);
        }
        let house = place.open().await?;
        let h = &house;
        let json = place.json;
        match self {
            C::Check { .. } | C::GrantCheck { .. } => {}
            C::Write { file, brand, agency, brief, by } => {
                let ask = brief::Write {
                    brand: brand.clone(),
                    agency: agency.clone(),
                    brief: brief.clone(),
                    text: text(file)?,
                    by: by.clone(),
                };
                print::brief(json, &brief::write(h, ask).await?);
            }
            C::List => print::briefs(json, &brief::list(h).await?),
            C::Show { brief } => print::brief(json, &brief::one(h, brief).await?),
            C::Publish(w) => print::brief(json, &brief::publish(h, &w.brief, &w.by).await?.brief),
            C::Withdraw(w) => print::brief(json, &brief::withdraw(h, &w.brief, &w.by).await?),
            C::Answers(w) => print::seen(json, &brief::seen(h, &w.brief, &w.by).await?),
            C::Shortlist { brief } => print::standings(json, &brief::standings(h, brief).await?),
            C::Invite { brief, artist, by } => {
                answer::invite(h, brief, artist, by).await?;
                print::said(json, "asked");
            }
            C::Answer { brief, artist, yes, words, .. } => {
                answer::answer(h, brief, artist, *yes, words).await?;
                print::said(json, if *yes { "yes" } else { "no" });
            }
            C::Pitch { brief, artist, words } => {
                answer::pitch(h, brief, artist, words).await?;
                print::said(json, "pitched");
            }
            C::Invitations { artist } => print::invitations(json, &answer::invitations(h, artist).await?),
            C::Terms { artist, file: Some(file), by } => {
                let by = if by.is_empty() { artist } else { by };
                let version = terms::set(h, artist, &text(file)?, by).await?;
                print::said(json, &format!("terms noted, version {version}"));
            }
            C::Terms { artist, file: None, .. } => {
                let written = terms::get(h, artist).await?;
                output::json(&serde_json::to_value(written).unwrap_or_default());
            }
            C::Exposure { artist } => print::exposure(json, &terms::exposure(h, artist).await?),
            C::Contact { party, contact, country, mail, vat_id, registration, by } => {
                let ask = terms::Contact {
                    contact: contact.clone(),
                    country: country.clone(),
                    mail: mail.clone(),
                    vat_id: vat_id.clone(),
                    registration: registration.clone(),
                };
                terms::set_contact(h, party, ask, by).await?;
                print::said(json, "contact noted");
            }
            C::Mandate { brand, agency: Some(agency), evidence, until, by } => {
                let ask = mandate::Give {
                    brand: brand.clone(),
                    agency: agency.clone(),
                    until: until.clone(),
                    evidence: evidence.clone(),
                    by: by.clone(),
                };
                print::mandates(json, &[mandate::give(h, ask).await?]);
            }
            C::Mandate { brand, agency: None, .. } => print::mandates(json, &mandate::list(h, brand).await?),
            C::MandateEnd { mandate, by } => print::mandates(json, &[mandate::end(h, mandate, by).await?]),
            C::Choose { brief, artist, framework, agreed } => {
                let form = if *framework { "framework" } else { "single" };
                print::deal(json, &deal::choose(h, brief, artist, form, agreed.terms()?, &agreed.by).await?);
            }
            C::Order { contract, agreed } => {
                print::deal(json, &deal::order(h, contract, agreed.terms()?, &agreed.by).await?);
            }
            C::Revise { contract, agreed } => {
                print::deal(json, &deal::revise(h, contract, agreed.terms()?, &agreed.by).await?);
            }
            C::Contract { contract, text, by } => {
                let shown = deal::one(h, contract, by).await?;
                if *text { print!("{}", shown.text.words) } else { print::deal(json, &shown) }
            }
            C::Contracts { party } => print::deals(json, &deal::list(h, party.as_deref()).await?),
            C::Sign { contract, hash, by } => {
                print::deal(json, &deal::sign(h, contract, hash.as_deref(), by).await?);
            }
            C::Submit { which: w, evidence, label } => {
                let ask = work::Submit {
                    deal: w.contract.clone(),
                    milestone: w.milestone,
                    evidence: evidence.clone(),
                    labels: label.clone(),
                    by: w.by.clone(),
                };
                print::deal(json, &work::submit(h, ask).await?);
            }
            C::Accept(w) => print::deal(json, &work::accept(h, &w.contract, w.milestone, &w.by).await?),
            C::SendBack { which: w, reasons } => {
                print::deal(json, &work::send_back(h, &w.contract, w.milestone, reasons, &w.by).await?);
            }
            C::Dispute { which: w, reasons } => {
                print::deal(json, &work::dispute(h, &w.contract, w.milestone, reasons, &w.by).await?);
            }
            C::Evidence { which: w, words } => {
                print::deal(json, &dispute::say(h, &w.contract, w.milestone, words, &w.by).await?);
            }
            C::Disputes => print::disputes(json, &dispute::list(h).await?),
            C::Settle { contract, milestone, pays, reasons, by } => {
                let award: Amount = parse("award", pays)?;
                print::deal(json, &dispute::settle(h, contract, *milestone, award, reasons, by).await?);
            }
            C::Cancel { contract, reasons, by } => {
                print::deal(json, &work::cancel(h, contract, reasons, by).await?);
            }
            C::Measure { contract, indicator, value, source, by } => {
                print::deal(json, &work::measure(h, contract, indicator, *value, source, by).await?);
            }
            C::Invoice { number: None, .. } => print::invoices(json, &tax::list(h, None).await?),
            C::Invoice { number: Some(number), format, out } => {
                let format = if json { "json" } else { format.as_str() };
                let all = tax::list(h, None).await?;
                let one = all.iter().find(|i| i.number == number.trim()).ok_or_else(|| {
                    input::refuse(
                        "invoice-unknown",
                        format!("there is no invoice `{}` to a brand", number.trim()),
                        "`tantieme brief invoice` lists them",
                    )
                })?;
                let bytes = print::invoice(one, format)?;
                input::write_whole(out.as_deref().unwrap_or(Path::new("-")), &bytes)?;
            }
            C::Label { contract, selection, by } => {
                print::said(json, &wall::label_selection(h, contract, selection, by).await?);
            }
            C::Due => print::due(json, &brief::due(h, HOUSE).await?),
            C::Field => print::field(json, &field::field(h).await?),
            C::Grant { amount, count, place: at, by } => {
                let ask = field::Give {
                    amount: parse("grant", amount)?,
                    count: *count,
                    place: at.clone(),
                    by: by.clone(),
                };
                print::grants(json, &field::give(h, ask).await?);
            }
            C::Grants { grant: None } => print::grants(json, &field::grants(h).await?),
            C::Grants { grant: Some(grant) } => println!("{}", field::selection_log(h, grant, true).await?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn check(file: &Path, on: Option<&str>, as_json: bool) -> Result<ExitCode, Failure> {
    let day = match on {
        Some(day) => parse("date", day)?,
        None => jiff::Timestamp::now().to_zoned(TimeZone::UTC).date(),
    };
    let written: domain::Written =
        domain::read(&text(file)?).map_err(|f| Failure::Refused(Refusal::new(f.code, f.message, f.hint)))?;
    let flaws = written.check(day).err().unwrap_or_default();
    if as_json {
        let flaws: Vec<_> = flaws
            .iter()
            .map(|f| json!({ "code": f.code, "field": f.field, "message": f.message, "hint": f.hint }))
            .collect();
        output::json(&json!({ "whole": flaws.is_empty(), "flaws": flaws }));
    } else if flaws.is_empty() {
        println!("nothing is missing");
    } else {
        flaws.iter().for_each(print::flaw);
    }
    Ok(if flaws.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn grant_check(file: &Path, as_json: bool) -> Result<ExitCode, Failure> {
    let wrong = |f: domain::Flaw| Failure::Refused(Refusal::new(f.code, f.message, f.hint));
    let text = text(file)?;
    let log = domain::grant::SelectionLog::read(&text).map_err(wrong)?;
    log.check().map_err(wrong)?;
    let hash = log.hash();
    if as_json {
        output::json(
            &json!({ "follows": true, "hash": hash, "chosen": log.chosen, "candidates": log.candidates.len() }),
        );
    } else {
        println!(
            "the choice follows from seed and debts: {} of {} chosen",
            log.chosen.len(),
            log.candidates.len()
        );
        println!("its hash in the public log is {hash}");
    }
    Ok(ExitCode::SUCCESS)
}
