//! Asking the model: its answers as rows of the catalogue as it stands now, each with reasons in both languages.

use consent::Use;
use discovery::{Heard, Known, Language, Neighbour, Options, Reason};
use matching::Query;
use music::{Place, RecordingId, RecordingStatus};
use store::{CatalogueRow, Tx};

use super::Model;
use crate::catalogue::Matching;
use crate::failure::refuse;
use crate::{Failure, House};

/// How many more are asked of the model than are answered: rows withdrawn since the training are passed over.
const SPARE: usize = 20;
/// How many rows of the catalogue a search finds.
const FOUND: usize = 8;

/// What is asked of a list.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How many at most, 1 to 200.
    pub most: usize,
    /// Whose local work comes sooner.
    pub local: Option<Place>,
    /// The dial at the time of asking: -1 (what many play) to 1 (what few play).
    pub dial: f32,
}

impl Default for Asked {
    fn default() -> Self {
        Asked { most: 20, local: None, dial: 0.0 }
    }
}

impl Asked {
    fn options(&self) -> Options {
        let most = self.most.clamp(1, 200) + SPARE;
        Options { most, local: self.local.clone(), dial: self.dial, ..Options::default() }
    }
}

/// A reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// A stable word.
    pub code: &'static str,
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
}

/// A recording that was found near.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The recording as it stands now.
    pub row: CatalogueRow,
    /// How near, of the nearest: above 0, 1 at most.
    pub similarity: f32,
    /// Why; empty where nothing may be told.
    pub reasons: Vec<Said>,
    /// The recording of the history that led here, for lists made from one.
    pub because: Option<RecordingId>,
}

/// Where a search leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Voyage {
    /// Rows of the catalogue that are what was asked for.
    pub catalogue: Vec<CatalogueRow>,
    /// What is known of the name: `here`, `played`, `label`, `tag` or `nothing`.
    pub known: &'static str,
    /// The name as it is written here; what was asked where it is not.
    pub name: String,
    /// Names spelled nearly like it.
    pub spelled_like: Vec<String>,
    /// Recordings it leads to.
    pub recordings: Vec<Near>,
}

/// A recording that is out, or the one that answers for it; `None` for any other, also for one that waits for its release.
pub async fn recording(house: &House, id: &RecordingId) -> Result<Option<CatalogueRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let answers = tx.survivor(id).await?;
    standing(&mut tx, answers.as_str()).await
}

/// The recordings nearest to one.
pub async fn similar(
    house: &House,
    model: &Model,
    id: &RecordingId,
    ask: &Asked,
) -> Result<Vec<Near>, Failure> {
    let graph = model.graph()?;
    let Some(recording) = graph.find(id.as_str()) else { return Ok(Vec::new()) };
    rows(house, graph.similar_with(recording, &ask.options()), ask.most).await
}

/// The next recordings for a history: our ids and plays.
pub async fn recommend(
    house: &House,
    model: &Model,
    history: &[(RecordingId, u32)],
    ask: &Asked,
) -> Result<Vec<Near>, Failure> {
    let graph = model.graph()?;
    let heard: Vec<Heard> = history
        .iter()
        .filter_map(|(id, count)| graph.find(id.as_str()).map(|recording| Heard { recording, count: *count }))
        .collect();
    let mut tx = house.store.begin_read().await?;
    let mut list = Vec::new();
    for one in graph.recommend(&heard, &ask.options()) {
        if list.len() >= ask.most {
            break;
        }
        let because = one.because.first().and_then(|b| b.heard.id.parse().ok());
        let mut reasons: Vec<Reason<'_>> = one.because.into_iter().take(1).flat_map(|b| b.reasons).collect();
        reasons.extend(one.reasons);
        if let Some(row) = pointed(&mut tx, one.item.id).await? {
            list.push(Near { row, similarity: one.score, reasons: said(&reasons), because });
        }
    }
    Ok(list)
}

/// Recordings to play after one another, from one; the same seed plays the same.
pub async fn radio(
    house: &House,
    model: &Model,
    id: &RecordingId,
    seed: u64,
    most: usize,
) -> Result<Vec<Near>, Failure> {
    let graph = model.graph()?;
    let Some(recording) = graph.find(id.as_str()) else { return Ok(Vec::new()) };
    let most = most.clamp(1, 500);
    rows(house, graph.radio(recording, seed, most + SPARE), most).await
}

/// The shortest way from one recording to another, both ends in it; empty where none is found. `similarity` is how near
/// each is to the one before.
pub async fn path(
    house: &House,
    model: &Model,
    from: &RecordingId,
    to: &RecordingId,
    most: usize,
) -> Result<Vec<Near>, Failure> {
    let graph = model.graph()?;
    let (Some(a), Some(b)) = (graph.find(from.as_str()), graph.find(to.as_str())) else {
        return Ok(Vec::new());
    };
    let mut tx = house.store.begin_read().await?;
    let mut gone: Vec<u32> = Vec::new();
    // what was withdrawn since the training is walked around; each round finds one at least
    for _ in 0..SPARE {
        let Some(path) = graph.path_through(a, b, most, &|r| !gone.contains(&r)) else {
            return Ok(Vec::new());
        };
        let (mut list, before) = (Vec::new(), gone.len());
        if let Some(row) = pointed(&mut tx, path.start.id).await? {
            list.push(Near { row, similarity: 1.0, reasons: Vec::new(), because: None });
        }
        for leg in path.legs {
            match pointed(&mut tx, leg.item.id).await? {
                Some(row) => list.push(Near {
                    row,
                    similarity: leg.similarity,
                    reasons: said(&leg.reasons),
                    because: None,
                }),
                None => gone.push(leg.item.recording),
            }
        }
        if gone.len() == before {
            return Ok(list);
        }
        if gone.contains(&b) {
            return Ok(Vec::new());
        }
    }
    Ok(Vec::new())
}

/// From a name, a title, a label or a style, in the catalogue or not, to recordings of the house. Where there is no model
/// yet, the catalogue alone is searched.
pub async fn voyage(
    house: &House,
    model: Option<&Model>,
    matching: &Matching,
    asked: &str,
    ask: &Asked,
) -> Result<Voyage, Failure> {
    let asked = asked.trim();
    if asked.is_empty() || asked.chars().count() > 200 {
        return Err(refuse(
            "search-length",
            "a search has between 1 and 200 letters",
            "write a name or a title",
        ));
    }
    let catalogue = found(house, matching, asked).await?;
    let nothing = |catalogue| Voyage {
        catalogue,
        known: "nothing",
        name: asked.to_owned(),
        spelled_like: Vec::new(),
        recordings: Vec::new(),
    };
    let Some(model) = model else { return Ok(nothing(catalogue)) };
    let graph = model.graph()?;
    let options = ask.options();
    let mut voyage = graph.voyage(asked, &options);
    // `artist - title` of what is not here: the artist may still be known
    if voyage.known == Known::Nothing
        && catalogue.is_empty()
        && let Some((artist, _)) = asked.split_once(" - ")
    {
        let by_artist = graph.voyage(artist, &options);
        if by_artist.known != Known::Nothing {
            voyage = by_artist;
        }
    }
    let (known, name) = match voyage.known {
        Known::Here { name } => ("here", name),
        Known::Played { name } => ("played", name),
        Known::Label => ("label", asked),
        Known::Tag => ("tag", asked),
        Known::Nothing => ("nothing", asked),
    };
    let mut recordings = voyage.recordings;
    // a title that is here leads to its neighbours
    if recordings.is_empty()
        && let Some(first) = catalogue.iter().find_map(|row| graph.find(row.recording.id.as_str()))
    {
        recordings = graph.similar_with(first, &options);
    }
    Ok(Voyage {
        known,
        name: name.to_owned(),
        spelled_like: voyage.spelled_like.into_iter().map(str::to_owned).collect(),
        recordings: rows(house, recordings, ask.most).await?,
        ..nothing(catalogue)
    })
}

/// Rows of the catalogue that hold every word of what was asked.
async fn found(house: &House, matching: &Matching, asked: &str) -> Result<Vec<CatalogueRow>, Failure> {
    let key = music::name_key(asked);
    let words: Vec<&str> = key.split(' ').filter(|w| !w.is_empty()).collect();
    let mut tx = house.store.begin_read().await?;
    let mut rows = Vec::new();
    for (id, _) in matching.verdict(&Query { text: asked, ..Query::default() }).candidates {
        let Some(row) = pointed(&mut tx, id.as_str()).await? else { continue };
        let r = &row.recording;
        let whole = music::name_key(&format!("{} {} {}", r.artist, r.title, r.version));
        let has = |word: &&str| whole.split(' ').any(|w| w == *word);
        if rows.len() < FOUND && words.iter().all(has) {
            rows.push((whole.split(' ').count(), row));
        }
    }
    // the row with the fewest words beside those that were asked for is meant
    rows.sort_by_key(|(words, _)| *words);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

async fn rows(house: &House, found: Vec<Neighbour<'_>>, most: usize) -> Result<Vec<Near>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut list = Vec::new();
    for one in found {
        if list.len() >= most {
            break;
        }
        if let Some(row) = pointed(&mut tx, one.item.id).await? {
            list.push(Near { row, similarity: one.similarity, reasons: said(&one.reasons), because: None });
        }
    }
    Ok(list)
}

/// The row of an id, as long as it is out.
async fn standing(tx: &mut Tx, id: &str) -> Result<Option<CatalogueRow>, Failure> {
    let Ok(id) = id.parse::<RecordingId>() else { return Ok(None) };
    Ok(tx.recording(&id).await?.filter(|row| row.recording.status == RecordingStatus::Live))
}

/// The same, unless its holder refuses the house to find it and point to it.
async fn pointed(tx: &mut Tx, id: &str) -> Result<Option<CatalogueRow>, Failure> {
    let Some(row) = standing(tx, id).await? else { return Ok(None) };
    let barred = tx.is_barred(Use::IndexSearch.code(), row.recording.id.as_str()).await?;
    Ok(Some(row).filter(|_| !barred))
}

fn said(reasons: &[Reason<'_>]) -> Vec<Said> {
    let said = |r: &Reason<'_>| Said { code: r.code(), en: r.words(Language::En), fr: r.words(Language::Fr) };
    reasons.iter().map(said).collect()
}
