//! What a licensee asks, signs and has.

use std::path::PathBuf;
use std::process::ExitCode;

use app::license::quote::{self, Wish};
use app::license::{self, Shown, sign};
use app::{Failure, House};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{lines_of, payment_json, payment_words, published, say};
use crate::output;
use crate::wiring::Place;

/// Asking and signing.
#[derive(Debug, Subcommand)]
pub enum Signing {
    /// What a licensee could get from all standing offers, what each costs, and who is missing; nothing is signed
    #[command(
        after_help = "Example: tantieme licence ask \"Modelmaker\" --use train.gen --model m --model-version 2 --works works.txt"
    )]
    Ask(WishArgs),
    /// Sign in answer to offers: each becomes a licence, and what is due now gets a reference to pay to
    #[command(
        after_help = "Example: tantieme licence accept \"Modelmaker\" --use train.gen --model m --model-version 2 --offer off-… --by Ines"
    )]
    Accept(AcceptArgs),
    /// Sign papers with a key of your own, offline; touches no data directory
    #[command(
        after_help = "Example: tantieme licence sign agreements.ndjson --key maker.key --out signed.ndjson"
    )]
    Sign {
        /// A paper a line, as `licence accept --draft` writes them; `-` is standard input
        file: PathBuf,
        /// The key's file: 64 hexadecimal digits
        #[arg(long)]
        key: PathBuf,
        /// Where to write them; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The papers of a licence with the log's receipts, for `tantieme verify`
    #[command(after_help = "Example: tantieme licence papers lic-… --out papers.json")]
    Papers {
        /// The licence
        license: String,
        /// Where to write them; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The licences of a party, as holder or licensee, with their money
    #[command(after_help = "Example: tantieme licence list \"Modelmaker\"")]
    List {
        /// The party; all without
        party: Option<String>,
    },
    /// One licence with its papers, as both sides signed them
    #[command(after_help = "Example: tantieme licence show lic-… --json")]
    Show {
        /// The licence
        license: String,
    },
    /// Revoke a licence: nothing new begins, outputs go on through its notice
    #[command(after_help = "Example: tantieme licence revoke lic-… --by \"Ada Nwosu\"")]
    Revoke {
        /// The licence
        license: String,
        /// Who does it
        #[arg(long, default_value = "house")]
        by: String,
    },
}

/// What a licensee accepts, and with whose signature.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    #[command(flatten)]
    wish: WishArgs,
    /// Write the agreements to this file, for the licensee to sign with its own key; nothing is recorded
    #[arg(long, value_name = "FILE", conflicts_with = "signed")]
    draft: Option<PathBuf>,
    /// The agreements as the licensee signed them with its own key
    #[arg(long, value_name = "FILE")]
    signed: Option<PathBuf>,
}

/// What a licensee wishes.
#[derive(Debug, Args)]
pub struct WishArgs {
    /// Who asks
    licensee: String,
    /// Uses, one by one
    #[arg(long = "use", value_delimiter = ',', required = true)]
    uses: Vec<String>,
    /// The model
    #[arg(long, default_value = "")]
    model: String,
    /// Its version; a retrain is another one
    #[arg(long, default_value = "")]
    model_version: String,
    /// A file with an id or ISRC a line; everything that offers reach without
    #[arg(long)]
    works: Option<PathBuf>,
    /// These offers only
    #[arg(long = "offer", value_delimiter = ',')]
    offers: Vec<String>,
    /// Who enters it
    #[arg(long, default_value = "house")]
    by: String,
}

impl WishArgs {
    fn wish(&self) -> Result<Wish, Failure> {
        Ok(Wish {
            licensee: self.licensee.clone(),
            uses: self.uses.clone(),
            model: self.model.clone(),
            version: self.model_version.clone(),
            recordings: self.works.as_deref().map(lines_of).transpose()?.unwrap_or_default(),
            offers: self.offers.clone(),
        })
    }
}

impl Signing {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Signing::Ask(w) => ask(h, place, &w.wish()?).await?,
            Signing::Sign { .. } => {}
            Signing::Papers { license, out } => {
                let file = license::papers::of(h, license).await?.to_string();
                match out {
                    Some(out) => crate::input::write_whole(out, file.as_bytes())?,
                    None => println!("{file}"),
                }
            }
            Signing::Accept(AcceptArgs { wish, draft: Some(file), .. }) => {
                let papers = sign::draft(h, &wish.wish()?).await?;
                let lines: Vec<String> = papers.iter().map(ToString::to_string).collect();
                crate::input::write_whole(file, format!("{}\n", lines.join("\n")).as_bytes())?;
            }
            Signing::Accept(AcceptArgs { wish: w, signed: papers, .. }) => {
                let signed = match papers {
                    None => sign::accept(h, &w.wish()?, &w.by).await?,
                    Some(file) => {
                        sign::accept_signed(h, &w.wish()?, &super::key::papers(file)?, &w.by).await?
                    }
                };
                published(h).await?;
                for one in &signed {
                    let row = &one.license.row;
                    let mut value = shown_json(&one.license);
                    value["payment"] = one.payment.as_ref().map_or(Value::Null, payment_json);
                    let words = format!(
                        "{} with {}: {} works, {}{}",
                        row.id,
                        one.license.holder,
                        one.license.works.len(),
                        row.fee,
                        one.payment
                            .as_ref()
                            .map_or_else(String::new, |p| format!("\n  {}", payment_words(p)))
                    );
                    say(place, value, &words);
                }
            }
            Signing::List { party } => {
                let all = license::list(h, party.as_deref()).await?;
                if place.json {
                    output::json(&all.iter().map(shown_json).collect());
                } else {
                    list(&all);
                }
            }
            Signing::Show { license } => {
                let one = license::one(h, license).await?;
                if place.json {
                    output::json(&shown_json(&one));
                } else {
                    show(&one);
                }
            }
            Signing::Revoke { license, by } => {
                let row = app::consent::license::revoke(h, license, by).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "license": row.id, "ended": row.end.map(|e| e.1.to_string()) }),
                    &format!("{} is revoked", row.id),
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn ask(house: &House, place: &Place, wish: &Wish) -> Result<(), Failure> {
    let found = quote::quote(house, wish).await?;
    if place.json {
        let offers = found.offers.iter().map(|q| {
            json!({
                "offer": super::offer::offer_json(&q.offer), "works": q.works,
                "due": q.due.as_ref().map(|d| json!({ "money": output::money(d.amount), "why": d.why })),
            })
        });
        let works = found.works.iter().map(
            |w| json!({ "recording": w.recording, "title": w.title, "state": w.state, "reasons": w.reasons }),
        );
        output::json(&json!({ "offers": offers.collect::<Vec<_>>(), "works": works.collect::<Vec<_>>() }));
        return Ok(());
    }
    let rows = found.offers.iter().map(|q| {
        let due = q
            .due
            .as_ref()
            .map_or_else(|| "with each report".to_owned(), |d| format!("{} ({})", d.amount, d.why));
        vec![
            q.offer.row.id.clone(),
            q.offer.holder.clone(),
            q.works.len().to_string(),
            q.offer.terms.fee.to_string(),
            due,
        ]
    });
    output::table(&["~offer", "holder", ">works", "fee", "due now"], rows.collect());
    let rows = found
        .works
        .iter()
        .map(|w| vec![w.title.clone(), w.state.to_owned(), w.reasons.clone(), w.recording.clone()]);
    output::table(&["work", "state", "why", "~recording"], rows.collect());
    if found.offers.is_empty() {
        println!("nobody offers this");
    }
    Ok(())
}

fn list(all: &[Shown]) {
    for one in all {
        let ended = one.ended.map_or_else(String::new, |d| format!(", revoked {d}"));
        println!(
            "{} {} from {}: {} {} {}, {} works, {}{ended}",
            one.row.id,
            one.licensee,
            one.holder,
            one.terms.uses.join(","),
            one.row.model,
            one.row.version,
            one.works.len(),
            one.row.fee
        );
        for m in &one.money {
            println!(
                "  {} {}: {} of {} received, {} paid on, {} waiting ({})",
                m.kind, m.pot, m.received, m.pledged, m.paid, m.waits, m.why
            );
        }
    }
    if all.is_empty() {
        println!("no licence is signed");
    }
}

fn show(one: &Shown) {
    list(std::slice::from_ref(one));
    println!("  promised when consent ends: {}", one.row.promise);
    println!("  agreement {} (entry {})", one.row.hash, one.row.place);
    for (id, title) in &one.works {
        println!("  {title} ({id})");
    }
}

fn shown_json(one: &Shown) -> Value {
    let money = one.money.iter().map(|m| {
        json!({
            "kind": m.kind, "pot": m.pot, "why": m.why, "report": m.report, "reference": m.reference, "pledged": output::money(m.pledged),
            "received": output::money(m.received), "paid": output::money(m.paid), "waits": output::money(m.waits), "own": output::money(m.own),
        })
    });
    let paper = |text: &str| serde_json::from_str::<Value>(text).ok();
    json!({
        "license": one.row.id, "holder": one.holder, "licensee": one.licensee, "uses": one.terms.uses, "model": one.row.model,
        "model_version": one.row.version, "fee": one.row.fee, "promise": one.row.promise, "ended": one.ended.map(|d| d.to_string()),
        "works": one.works.iter().map(|(id, title)| json!({ "recording": id, "title": title })).collect::<Vec<_>>(),
        "entry": one.row.place, "hash": one.row.hash, "offer": paper(&one.papers.0), "agreement": paper(&one.papers.1),
        "money": money.collect::<Vec<_>>(),
    })
}
