//! `tantieme recording`: tracks registered before their release.

use std::process::ExitCode;

use app::Failure;
use app::registration::{Register, Release};
use clap::Subcommand;
use serde_json::{Value, json};
use store::CatalogueRow;

use crate::cmd::duplicate;
use crate::input::parse;
use crate::output;
use crate::wiring::Place;

/// Tracks before their release
#[derive(Debug, Subcommand)]
pub enum RecordingCommand {
    /// Register a track before its release and get an id for the file's comment tag
    #[command(
        disable_version_flag = true,
        after_help = "Example: tantieme recording register --by \"Ada Nwosu\" --title \"Night Drive\" --version \"KN Remix\""
    )]
    Register {
        /// Who registers it: a party
        #[arg(long)]
        by: String,
        /// The artist credit as it will be printed; the party's name without
        #[arg(long, default_value = "")]
        artist: String,
        /// The title
        #[arg(long)]
        title: String,
        /// The version, such as `Dub`
        #[arg(long, default_value = "")]
        version: String,
        /// The label
        #[arg(long, default_value = "")]
        label: String,
        /// Seconds
        #[arg(long)]
        duration: Option<u32>,
        /// It is another recording although the catalogue seems to have it
        #[arg(long)]
        another: bool,
    },
    /// Say that a registered track is out: it gets its ISRC, or becomes one with the catalogue's row
    #[command(after_help = "Example: tantieme recording release TNT… --isrc DEA122600001 --by \"Ada Nwosu\"")]
    Release {
        /// The track: its own id or our id
        recording: String,
        /// Its ISRC
        #[arg(long)]
        isrc: Option<String>,
        /// The row of the catalogue that it came out as
        #[arg(long)]
        row: Option<String>,
        /// Who registered it
        #[arg(long)]
        by: String,
    },
    /// What was registered before release
    #[command(after_help = "Example: tantieme recording list --by \"Ada Nwosu\"")]
    List {
        /// By whom; everybody without
        #[arg(long)]
        by: Option<String>,
    },
}

impl RecordingCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            RecordingCommand::Register { by, artist, title, version, label, duration, another } => {
                let house = place.open().await?;
                let matching = app::catalogue::open_matching(&house).await?;
                let ask = Register {
                    by: by.clone(),
                    artist: artist.clone(),
                    title: title.clone(),
                    version: version.clone(),
                    label: label.clone(),
                    duration_s: *duration,
                    another: *another,
                };
                registered(place, &app::registration::register(&house, &matching, ask).await?);
            }
            RecordingCommand::Release { recording, isrc, row, by } => {
                let house = place.open().await?;
                let isrc = isrc.as_deref().map(|t| parse("identifier", t)).transpose()?;
                let ask = Release { recording: recording.clone(), isrc, row: row.clone(), by: by.clone() };
                let done = app::registration::release(&house, ask).await?;
                if place.json {
                    output::json(
                        &json!({ "recording": row_json(&done.row), "merged": done.merged.as_ref().map(duplicate::merged_json) }),
                    );
                } else {
                    let isrc = done
                        .row
                        .recording
                        .isrc
                        .as_ref()
                        .map_or("no ISRC".to_owned(), |i| format!("ISRC {i}"));
                    println!("{} is out ({isrc})", done.row.recording.id);
                    done.merged.iter().for_each(duplicate::print_merged);
                }
            }
            RecordingCommand::List { by } => {
                let house = place.open().await?;
                let all = app::registration::list(&house, by.as_deref()).await?;
                if place.json {
                    let rows = all.iter().map(
                        |(row, answers)| json!({ "recording": row_json(row), "answers": answers.as_str() }),
                    );
                    output::json(&rows.collect::<Vec<_>>().into());
                } else {
                    let rows = all.iter().map(|(row, answers)| {
                        let r = &row.recording;
                        let own = r.own_id.as_ref().map(ToString::to_string).unwrap_or_default();
                        vec![
                            own,
                            answers.to_string(),
                            r.status.word().to_owned(),
                            format!("{} - {}", r.artist, r.title),
                        ]
                    });
                    output::table(&["own id", "recording", "status", "track"], rows.collect());
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn registered(place: &Place, row: &CatalogueRow) {
    let own = row.recording.own_id.as_ref().map(ToString::to_string).unwrap_or_default();
    if place.json {
        output::json(&row_json(row));
    } else {
        println!("{own} {} - {} ({})", row.recording.artist, row.recording.title, row.recording.id);
        println!(
            "Write {own} into the comment tag of every file you send out; nothing else needs to be in it."
        );
    }
}

fn row_json(row: &CatalogueRow) -> Value {
    let r = &row.recording;
    json!({
        "id": r.id.as_str(), "own_id": r.own_id.as_ref().map(|i| i.as_str()), "artist": r.artist, "title": r.title, "version": r.version,
        "label": r.label, "duration_s": r.duration_s, "isrc": r.isrc.as_ref().map(|i| i.as_str()), "status": r.status.word(),
    })
}
