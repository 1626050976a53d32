//! What models were trained on.

use std::path::PathBuf;
use std::process::ExitCode;

use app::consent::training::Register;
use app::{Failure, House, consent};
use clap::Subcommand;
use serde_json::{Value, json};

use super::{published, say};
use crate::input;
use crate::wiring::Place;

/// Training runs.
#[derive(Debug, Subcommand)]
pub enum Trainings {
    /// Register what a model was trained on: one id or ISRC a line
    #[command(
        after_help = "Example: tantieme consent training manifest.txt --licensee \"Modelmaker\" --model m --model-version 2 --use train.gen"
    )]
    Training {
        /// The manifest
        manifest: PathBuf,
        /// Who trained
        #[arg(long)]
        licensee: String,
        /// The model
        #[arg(long)]
        model: String,
        /// Its version
        #[arg(long)]
        model_version: String,
        /// For which use
        #[arg(long = "use")]
        usage: String,
        /// Who enters it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Was this recording in a registered training run? Yes or no, with the proof
    #[command(after_help = "Example: tantieme consent was-in DEA122600001 --json > proofs.json")]
    WasIn {
        /// The recording: its id or ISRC
        recording: String,
        /// Ask this run only
        #[arg(long)]
        run: Option<String>,
    },
}

impl Trainings {
    /// Runs it.
    pub async fn run(&self, h: &House, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Trainings::Training { manifest, licensee, model, model_version, usage, by } => {
                let text = String::from_utf8_lossy(&input::read_whole(manifest)?).into_owned();
                let ask = Register {
                    licensee: licensee.clone(),
                    model: model.clone(),
                    version: model_version.clone(),
                    usage: usage.clone(),
                    recordings: text.lines().map(str::to_owned).collect(),
                    by: by.clone(),
                };
                let done = consent::training::register(h, ask).await?;
                let examined = app::license::violation::examine(h, &done.row.id, by).await?;
                published(h).await?;
                say(
                    place,
                    json!({ "run": done.row.id, "entry": done.row.place, "rows": done.rows, "unknown": done.unknown, "permitted": examined.permitted, "violations": examined.violations }),
                    &format!(
                        "{} with {} recordings, {} of them unknown here, {} not permitted",
                        done.row.id,
                        done.rows,
                        done.unknown,
                        examined.recordings - examined.permitted
                    ),
                );
            }
            Trainings::WasIn { recording, run } => {
                for one in consent::training::was_in(h, recording, run.as_deref()).await? {
                    let word = if one.present { "yes" } else { "no" };
                    let model =
                        |name: &str| one.run.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                    say(
                        place,
                        one.to_json(),
                        &format!("{word:3} {} {} {}", model("id"), model("model"), model("version")),
                    );
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
