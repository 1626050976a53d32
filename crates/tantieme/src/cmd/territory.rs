//! `tantieme territory`: places, who belongs to them, and what stayed there.

use std::path::PathBuf;
use std::process::ExitCode;

use allocation::territory::Where;
use app::Failure;
use app::figures::Told;
use clap::Subcommand;
use money::Amount;
use music::{Level, Period};
use serde_json::{Value, json};

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Territories
#[derive(Debug, Subcommand)]
pub enum Territory {
    /// Take in a list of places, one a line: `FR-42;Loire`, `FR-42/roanne;Roanne`
    #[command(after_help = "Example: tantieme territory import places.csv")]
    Import {
        /// The list
        file: PathBuf,
        /// Who takes it in
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// The places of this house
    #[command(after_help = "Example: tantieme territory list")]
    List,
    /// Say that a recording or a party belongs to a place
    #[command(
        after_help = "Example: tantieme territory tag \"Mira Feld\" FR-42/roanne\n         tantieme territory tag rec-… FR-42"
    )]
    Tag {
        /// A recording's id, or a party by id or unique name
        subject: String,
        /// The place's code
        code: String,
        /// Take the tag away
        #[arg(long)]
        remove: bool,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Of what payers of a place paid, what stayed there
    #[command(after_help = "Example: tantieme territory report FR-42 --period 2026")]
    Report {
        /// The place's code
        code: String,
        /// A year, a month or a day; since ever without
        #[arg(long)]
        period: Option<String>,
        /// How finely the places it went to are told apart: `country`, `subdivision` or `locality`
        #[arg(long, default_value = "subdivision")]
        level: String,
    },
}

impl Territory {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Territory::Import { file, by } => {
                let text = String::from_utf8_lossy(&input::read_whole(file)?).into_owned();
                let document = input::document_name(file);
                let (count, problems) = app::territory::import(&house, &document, &text, by).await?;
                output::problems(&document, &problems);
                if place.json {
                    output::json(
                        &json!({ "places": count, "problems": problems.iter().map(output::problem).collect::<Vec<_>>() }),
                    );
                } else {
                    println!("{document}: {count} places, {} problems", problems.len());
                }
                return Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) });
            }
            Territory::List => {
                let places = app::territory::list(&house).await?;
                if place.json {
                    let all: Vec<Value> = places
                        .iter()
                        .map(|p| json!({ "code": p.code, "name": p.name, "source": p.source }))
                        .collect();
                    output::json(&all.into());
                } else {
                    output::table(
                        &["code", "name"],
                        places.into_iter().map(|p| vec![p.code, p.name]).collect(),
                    );
                }
            }
            Territory::Tag { subject, code, remove, by } => {
                let changed = app::territory::tag(&house, subject, code, *remove, by).await?;
                if place.json {
                    output::json(&json!({ "changed": changed }));
                } else {
                    let word = if *remove { "no longer belongs" } else { "belongs" };
                    println!("{subject} {word} to {code}{}", if changed { "" } else { ", as before" });
                }
            }
            Territory::Report { code, period, level } => {
                let period = match period {
                    None => Period::ALWAYS,
                    Some(text) => Period::parse(text).ok_or_else(|| {
                        refuse(
                            "period",
                            format!("`{text}` is no period"),
                            "a year, a month or a day: 2026, 2026-09, 2026-09-04",
                        )
                    })?,
                };
                let level = Level::from_word(level).ok_or_else(|| {
                    refuse(
                        "level",
                        format!("`{level}` is no level of places"),
                        "`country`, `subdivision` or `locality`",
                    )
                })?;
                print(place, &app::territory::report(&house, code, period, level).await?);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn amount(told: &Told<Amount>) -> String {
    match told {
        Told::Known(a) => a.to_string(),
        Told::Withheld(why) => format!("withheld: {why}"),
    }
}

fn place_words(place: &Where) -> String {
    match place {
        Where::At(code) => format!("went to {code}"),
        Where::Unknown => "went to parties whose place is not known".to_owned(),
        Where::Waiting => "waits for an owner".to_owned(),
        Where::Taken => "kept for the service and for funds".to_owned(),
    }
}

fn print(place: &Place, report: &app::territory::Report) {
    if place.json {
        let told = |t: &Told<Amount>| match t {
            Told::Known(a) => output::money(*a),
            Told::Withheld(why) => json!({ "withheld": why }),
        };
        let all: Vec<Value> = report
            .currencies
            .iter()
            .map(|c| {
                json!({
                    "currency": c.currency.code(), "paid_in": told(&c.paid_in), "stayed": told(&c.stayed),
                    "parties": match &c.parties { Told::Known(n) => json!(n), Told::Withheld(why) => json!({ "withheld": why }) },
                    "went": match &c.went {
                        Told::Known(all) => all.iter().map(|(w, a)| json!({ "to": match w { Where::At(code) => code.as_str(), Where::Unknown => "unknown", Where::Waiting => "waiting", Where::Taken => "taken" }, "amount": output::money(*a) })).collect::<Vec<_>>().into(),
                        Told::Withheld(why) => json!({ "withheld": why }),
                    },
                })
            })
            .collect();
        output::json(
            &json!({ "place": report.place.as_str(), "name": report.name, "period": report.period.to_string(), "currencies": all }),
        );
        return;
    }
    let name = if report.name.is_empty() { String::new() } else { format!(" ({})", report.name) };
    println!("What stayed in {}{name}", report.place);
    for c in &report.currencies {
        if let (Told::Known(paid), Told::Known(stayed), Told::Known(parties)) =
            (&c.paid_in, &c.stayed, &c.parties)
        {
            println!("\nof {paid} paid in, {stayed} stayed with {parties} parties here");
        }
        let mut rows = vec![
            vec!["paid in by payers here".to_owned(), amount(&c.paid_in)],
            vec!["stayed here".to_owned(), amount(&c.stayed)],
        ];
        if let Told::Known(went) = &c.went {
            rows.extend(went.iter().map(|(w, a)| vec![place_words(w), a.to_string()]));
        }
        output::table(&["figure", ">value"], rows);
    }
    if report.currencies.is_empty() {
        println!("nothing was paid by payers of this place in this time");
    }
}
