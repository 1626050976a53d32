//! `tantieme member`: how the readers of institutions come in.

use std::path::PathBuf;
use std::process::ExitCode;

use app::member::{self, Door, card, invitation};
use app::{Failure, House};
use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Members of institutions
#[derive(Debug, Subcommand)]
pub enum Member {
    /// Make a code that lets so many people in until a day; it is printed once
    #[command(
        after_help = "Example: tantieme member invite \"Médiathèque Nord\" --uses 200 --until 2027-06-30"
    )]
    Invite {
        /// The institution: its party's id or unique name
        institution: String,
        /// How many people at most
        #[arg(long, default_value_t = 1)]
        uses: u32,
        /// The last day
        #[arg(long)]
        until: String,
        /// What the institution calls it
        #[arg(long, default_value = "")]
        note: String,
        /// Who makes it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take over a list of cards: CSV with `card`, `pin` and `until`; names in it are not read
    #[command(after_help = "Example: tantieme member cards \"Médiathèque Nord\" readers.csv")]
    Cards {
        /// The institution
        institution: String,
        /// The list
        file: PathBuf,
        /// Keep cards that the list leaves out
        #[arg(long)]
        add: bool,
        /// Who hands it in
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Open a door to an institution's own system, or close it
    #[command(
        after_help = "Example: tantieme member door \"Médiathèque Nord\" --config oidc.json\n         where the file holds {\"kind\": \"oidc\", \"issuer\": \"https://…\", \"client_id\": …, \"client_secret\": …}\n         or {\"kind\": \"cas\", \"server\": …}, {\"kind\": \"signed-link\", \"key\": …}, {\"kind\": \"network\", \"networks\": […]},\n         or {\"kind\": \"sip2\", \"server\": \"sip2s://HOST:PORT\", \"institution\": …, \"user\": …, \"password\": …, \"location\": …},\n         or {\"kind\": \"pmb\", \"key\": …, \"station\": …, \"back_channel\": …}, whose links never end: only if the institution wants it"
    )]
    Door {
        /// The institution
        institution: String,
        /// A JSON file that says how its system is spoken with
        #[arg(long, value_name = "FILE", conflicts_with = "close", required_unless_present = "close")]
        config: Option<PathBuf>,
        /// Close the door of this kind
        #[arg(long, value_name = "KIND")]
        close: Option<String>,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// How many members an institution has, and by which doors they may come
    #[command(after_help = "Example: tantieme member show \"Médiathèque Nord\"")]
    Show {
        /// The institution
        institution: String,
    },
}

impl Member {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        match self {
            Member::Invite { institution, uses, until, note, by } => {
                let institution = institution_id(&house, institution).await?;
                let until = last_day(until)?;
                let (row, code) = invitation::create(&house, &institution, note, *uses, until, by).await?;
                if place.json {
                    output::json(
                        &json!({ "id": row.id, "code": code, "uses": row.uses_most, "until": row.until.to_string() }),
                    );
                } else {
                    println!("{code}");
                }
            }
            Member::Cards { institution, file, add, by } => {
                let institution = institution_id(&house, institution).await?;
                let bytes = input::read_whole(file)?;
                let done = card::hand_in(&house, &institution, &bytes, !add, by).await?;
                output::problems(&file.display().to_string(), &done.problems);
                if place.json {
                    let problems: Vec<_> = done.problems.iter().map(output::problem).collect();
                    output::json(&json!({ "cards": done.cards, "over": done.over, "problems": problems }));
                } else {
                    println!("{} cards taken over, {} over", done.cards, done.over);
                }
                if !done.problems.is_empty() {
                    return Ok(ExitCode::from(1));
                }
            }
            Member::Door { institution, config, close, by } => {
                let institution = institution_id(&house, institution).await?;
                if let Some(kind) = close {
                    member::close_door(&house, &institution, kind, by).await?;
                } else if let Some(file) = config {
                    let bytes = input::read_whole(file)?;
                    // The message of a wrong file must not repeat the secrets in it.
                    let door: Door = serde_json::from_slice(&bytes).map_err(|e| {
                        let message = format!("`{}` cannot be read at line {}", file.display(), e.line());
                        refuse("door-config", message, "`tantieme member door --help` shows the kinds")
                    })?;
                    member::set_door(&house, &institution, &door, by).await?;
                }
                show(place, &house, &institution).await?;
            }
            Member::Show { institution } => {
                let institution = institution_id(&house, institution).await?;
                show(place, &house, &institution).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn show(place: &Place, house: &House, institution: &str) -> Result<(), Failure> {
    let open = member::entrances(house, institution).await?;
    let count = member::count(house, institution).await?;
    let codes = invitation::list(house, institution).await?;
    if place.json {
        let codes: Vec<_> = codes
            .iter()
            .map(|c| json!({ "id": c.id, "note": c.note, "uses": c.uses, "uses_most": c.uses_most, "until": c.until.to_string(), "ended": c.ended.is_some() }))
            .collect();
        output::json(
            &json!({ "institution": institution, "members": count, "cards": open.cards, "doors": open.kinds, "invitations": codes }),
        );
        return Ok(());
    }
    let mut doors = open.kinds;
    if open.cards {
        doors.push("card".to_owned());
    }
    println!(
        "{count} members; doors: {}",
        if doors.is_empty() { "none".to_owned() } else { doors.join(", ") }
    );
    let lines = codes.iter().map(|c| {
        vec![c.id.clone(), c.note.clone(), format!("{} of {}", c.uses, c.uses_most), c.until.to_string()]
    });
    output::table(&["~invitation", "note", ">used", "until"], lines.collect());
    Ok(())
}

async fn institution_id(house: &House, text: &str) -> Result<String, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(app::party::find(&mut tx, text).await?.party.id.to_string())
}

/// The end of a day, in UTC.
fn last_day(text: &str) -> Result<Timestamp, Failure> {
    let bad = || refuse("day", format!("`{text}` is not a day"), "as in `2027-01-31`");
    let day: Date = text.parse().map_err(|_| bad())?;
    let next = day.tomorrow().map_err(|_| bad())?;
    Ok(next.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| bad())?.timestamp())
}
