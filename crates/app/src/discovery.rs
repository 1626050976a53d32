//! Who else: training the recommender on what is here, and asking it.
//!
//! Nothing here reads a pot, a contribution, a brief or anything else that was paid: what a brand pays cannot reach an
//! answer. Members and DJs who refuse are not read; recordings whose use was refused are not in the model at all.

mod again;
mod ask;
pub mod refuse;
mod train;

use std::path::PathBuf;
use std::sync::Arc;

use ports::index_file::IndexFile;
use store::{CatalogueRow, DiscoveryRunRow};

pub use again::{decided, decided_here, published, retrain, train_registered};
pub use ask::{Asked, Near, Said, Voyage, path, radio, recommend, recording, similar, voyage};
pub use train::{MemberPlays, Selection, Train, Trained, TrainingConsent, refuse_training, train};

use crate::failure::refuse;
use crate::{Failure, House};

/// The model in use, and the training it comes from.
#[derive(Debug, Clone)]
pub struct Model {
    /// The training.
    pub run: DiscoveryRunRow,
    bytes: Arc<IndexFile>,
}

impl Model {
    /// The neighbours.
    pub fn graph(&self) -> Result<discovery::Graph<'_>, Failure> {
        discovery::Graph::open(&self.bytes).map_err(|e| {
            refuse("discovery-model", e.to_string(), "train it anew: `tantieme discovery train`")
        })
    }
}

/// Opens the newest model that this program can read; `None` before the first training.
pub async fn open(house: &House) -> Result<Option<Model>, Failure> {
    let runs = house.store.begin_read().await?.discovery_runs(5).await?;
    for run in runs {
        if let Ok(bytes) = IndexFile::open(&path_of(house, &run.file))
            && discovery::Graph::open(&bytes).is_ok()
        {
            return Ok(Some(Model { run, bytes: Arc::new(bytes) }));
        }
    }
    Ok(None)
}

/// The same, refused where there is none.
pub async fn open_or_refuse(house: &House) -> Result<Model, Failure> {
    open(house).await?.ok_or_else(|| {
        refuse(
            "discovery-untrained",
            "the recommender was not trained yet",
            "train it: `tantieme discovery train`",
        )
    })
}

/// All trainings, newest first, at most a hundred.
pub async fn trainings(house: &House) -> Result<Vec<DiscoveryRunRow>, Failure> {
    Ok(house.store.begin_read().await?.discovery_runs(100).await?)
}

fn path_of(house: &House, file: &str) -> PathBuf {
    house.folder.join(file)
}

/// A recording's credit as single artists, the main one first.
pub fn artists(credit: &str) -> Vec<String> {
    let span = matching::parse::Span { start: 0, end: credit.len() };
    let credits = matching::parse::artists(credit, span);
    let names: Vec<String> = credits.iter().map(|c| c.name.of(credit).trim().to_owned()).collect();
    if names.iter().all(String::is_empty) { vec![credit.to_owned()] } else { names }
}

/// A title with its version.
pub(crate) fn title(row: &CatalogueRow) -> String {
    let r = &row.recording;
    if r.version.is_empty() { r.title.clone() } else { format!("{} ({})", r.title, r.version) }
}
