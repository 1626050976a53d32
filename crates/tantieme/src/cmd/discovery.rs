//! `tantieme discovery`: train the recommender, ask it, measure it.

mod alone;
mod ask;
mod evaluate;
mod house;

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use clap::{Args, Subcommand, ValueEnum};
use discovery::Settings;
use music::Place as Where;

use crate::input::refuse;
use crate::wiring::Place;

/// Who else
#[derive(Debug, Subcommand)]
pub enum Discovery {
    /// Train on what is here and may be read; or on a table, into a file, touching no data directory
    #[command(
        after_help = "Example: tantieme discovery train --plays 'plays/2026-09/*.parquet'\n         tantieme discovery train --rows plays.tsv --catalogue catalogue.tsv --out model.graph"
    )]
    Train(Train),
    /// The recordings nearest to one, and why
    #[command(after_help = "Example: tantieme discovery similar DEA122600001 --local FR-42")]
    Similar {
        /// The recording
        recording: String,
        #[command(flatten)]
        list: List,
    },
    /// The next recordings for somebody who heard some
    #[command(
        after_help = "Example: tantieme discovery recommend --heard DEA122600001 --heard DEA122600002:12"
    )]
    Recommend {
        /// A recording that was heard, and how often; may be repeated
        #[arg(long, required = true, value_name = "RECORDING[:PLAYS]")]
        heard: Vec<String>,
        #[command(flatten)]
        list: List,
    },
    /// The shortest way from one recording to another, with the reason for each step
    #[command(after_help = "Example: tantieme discovery path DEA122600001 DEA122600009")]
    Path {
        /// Where it begins
        from: String,
        /// Where it ends
        to: String,
        #[command(flatten)]
        list: List,
    },
    /// Recordings to play after one another, from one
    #[command(after_help = "Example: tantieme discovery radio DEA122600001 --seed 7 --count 50")]
    Radio {
        /// The recording
        recording: String,
        /// The same seed plays the same
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[command(flatten)]
        list: List,
    },
    /// From any name, in the catalogue or not, to recordings of the house
    #[command(after_help = "Example: tantieme discovery voyage \"Kora Lind\" --local FR-42")]
    Voyage {
        /// A name, a title, a label or a style
        words: String,
        #[command(flatten)]
        list: List,
    },
    /// The published measures on a split: Recall@20, NDCG@100, coverage, long tail, training time, memory
    #[command(after_help = "Example: tantieme discovery evaluate train.txt test.txt --json")]
    Evaluate(evaluate::Evaluate),
    /// What a member or a DJ played must not train the recommender, from the next training on
    #[command(after_help = "Example: tantieme discovery refuse \"DJ Low Tide\"")]
    Refuse {
        /// A member's pseudonym (`mem-…`), or a DJ: a party id or a unique name
        who: String,
        /// Take the refusal back
        #[arg(long)]
        undo: bool,
        /// Who says so
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// The trainings so far: what each read, under which settings and which decision
    #[command(after_help = "Example: tantieme discovery trainings --json")]
    Trainings,
}

/// Train.
#[derive(Debug, Args)]
pub struct Train {
    /// Parquet files with `member` and `recording` (our ids), and optionally `plays`, beside the plays that are here; a
    /// pattern in quotes, a file or a folder; may be repeated
    #[arg(long, value_name = "GLOB", conflicts_with = "rows")]
    plays: Vec<String>,
    /// Consents (NDJSON, or a folder of it): recordings whose use `train.nongen` by the house is not permitted are left out
    #[arg(long, value_name = "FILE", conflicts_with = "rows")]
    consent: Option<PathBuf>,
    /// The same, asking what holders said to this house itself
    #[arg(long, conflicts_with_all = ["rows", "consent"])]
    own_consents: bool,
    /// The party id under which the consents are asked
    #[arg(long, default_value = "house")]
    licensee: String,
    /// A table instead of the house: `person recording plays`, separated by tabs
    #[arg(long, value_name = "FILE", requires = "out")]
    rows: Option<PathBuf>,
    /// What is known of the recordings of the table: TSV with `id` and any of `artist`, `title`, `version`, `label`, `tags`, `territory`
    #[arg(long, value_name = "FILE", requires = "rows")]
    catalogue: Option<PathBuf>,
    /// Where the model goes
    #[arg(long, value_name = "FILE", requires = "rows")]
    out: Option<PathBuf>,
    /// The dial between what many play (0) and the long tail (1); in a house the policy `discovery-beta`
    #[arg(long, requires = "rows")]
    beta: Option<f32>,
    /// How many different people must stand behind a neighbour; in a house the policy `discovery-threshold`. Fewer than 10
    /// is for public research data alone
    #[arg(long, requires = "rows")]
    least_people: Option<u32>,
    /// How many neighbours of each recording are kept
    #[arg(long, requires = "rows")]
    keep: Option<usize>,
    /// How many threads; all cores without
    #[arg(long)]
    threads: Option<usize>,
    /// Who trains
    #[arg(long, default_value = "house")]
    by: String,
}

/// What every list is asked with.
#[derive(Debug, Args)]
pub struct List {
    /// A model file instead of the house's; touches no data directory
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// How many at most
    #[arg(long, default_value_t = 20)]
    count: usize,
    /// Whose local work comes sooner, as in `FR-42`
    #[arg(long, value_name = "PLACE")]
    local: Option<String>,
    /// The dial at the time of asking: -1 (what many play) to 1 (what few play)
    #[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
    dial: f32,
    /// The language of the reasons
    #[arg(long, value_enum, default_value = "en")]
    lang: Tongue,
}

/// The language of the reasons.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Tongue {
    /// English
    En,
    /// French
    Fr,
}

impl Discovery {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Discovery::Train(c) if c.rows.is_some() => alone::train(c, place.json),
            Discovery::Train(c) => house::train(c, place).await,
            Discovery::Evaluate(c) => c.run(place.json),
            Discovery::Refuse { who, undo, by } => house::refuse(place, who, !undo, by).await,
            Discovery::Trainings => house::trainings(place).await,
            Discovery::Similar { recording, list } => {
                ask::run(&ask::Question::Similar(recording), list, place).await
            }
            Discovery::Recommend { heard, list } => {
                ask::run(&ask::Question::Recommend(heard), list, place).await
            }
            Discovery::Path { from, to, list } => ask::run(&ask::Question::Path(from, to), list, place).await,
            Discovery::Radio { recording, seed, list } => {
                ask::run(&ask::Question::Radio(recording, *seed), list, place).await
            }
            Discovery::Voyage { words, list } => ask::run(&ask::Question::Voyage(words), list, place).await,
        }
    }
}

impl Train {
    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(cores)
    }

    fn settings(&self) -> Settings {
        let shipped = Settings::default();
        let least_people = self.least_people.unwrap_or(shipped.least_people);
        Settings {
            beta: self.beta.unwrap_or(shipped.beta),
            keep: self.keep.unwrap_or(shipped.keep),
            least_people,
            told_from: shipped.told_from.max(least_people),
            ..shipped
        }
    }
}

impl List {
    fn place(&self) -> Result<Option<Where>, Failure> {
        let bad = |e: music::place::UnknownPlace| {
            refuse("place-unknown", e.to_string(), "write it as in `--local FR-42`")
        };
        self.local.as_deref().map(|text| text.parse().map_err(bad)).transpose()
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
