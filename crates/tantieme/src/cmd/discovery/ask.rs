//! Asking a model: the house's, or a file.

use std::process::ExitCode;

use app::Failure;
use app::discovery::{Asked, Near, Said};
use discovery::{Graph, Heard, Known, Language, Neighbour, Options, Reason};
use ports::index_file::IndexFile;
use serde_json::{Value, json};

use super::{List, Tongue};
use crate::input::{cannot_read, refuse};
use crate::output;
use crate::wiring::Place;

/// What is asked.
pub enum Question<'a> {
    /// The nearest to one.
    Similar(&'a str),
    /// The next for some.
    Recommend(&'a [String]),
    /// The way from one to another.
    Path(&'a str, &'a str),
    /// From one, by a seed.
    Radio(&'a str, u64),
    /// From a name.
    Voyage(&'a str),
}

/// One line of an answer.
struct Row {
    id: String,
    artist: String,
    title: String,
    label: String,
    similarity: f32,
    reasons: Vec<Said>,
}

/// An answer.
#[derive(Default)]
struct Answer {
    /// What is known of a name.
    known: Option<&'static str>,
    name: String,
    spelled_like: Vec<String>,
    catalogue: Vec<Row>,
    rows: Vec<Row>,
}

/// Asks, and prints the answer; nothing found is exit 1.
pub async fn run(question: &Question<'_>, list: &List, place: &Place) -> Result<ExitCode, Failure> {
    let answer = match &list.model {
        Some(path) => {
            let bytes = IndexFile::open(path).map_err(|e| cannot_read(path, &e))?;
            let graph = Graph::open(&bytes).map_err(|e| {
                refuse(
                    "discovery-model",
                    e.to_string(),
                    "train it: `tantieme discovery train --rows … --out …`",
                )
            })?;
            of_file(question, list, &graph)?
        }
        None => of_house(question, list, place).await?,
    };
    print(&answer, list.lang, place.json);
    let found = !answer.rows.is_empty() || !answer.catalogue.is_empty();
    Ok(if found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn of_house(question: &Question<'_>, list: &List, place: &Place) -> Result<Answer, Failure> {
    let house = place.open().await?;
    let model = app::discovery::open_or_refuse(&house).await?;
    let ask = Asked { most: list.count, local: list.place()?, dial: list.dial };
    let rows = match question {
        Question::Similar(recording) => {
            let id = app::catalogue::find(&house, recording).await?;
            app::discovery::similar(&house, &model, &id, &ask).await?
        }
        Question::Recommend(heard) => {
            let mut history = Vec::new();
            for text in *heard {
                let (recording, plays) = heard_of(text);
                history.push((app::catalogue::find(&house, recording).await?, plays));
            }
            app::discovery::recommend(&house, &model, &history, &ask).await?
        }
        Question::Path(from, to) => {
            let (from, to) =
                (app::catalogue::find(&house, from).await?, app::catalogue::find(&house, to).await?);
            app::discovery::path(&house, &model, &from, &to, list.count).await?
        }
        Question::Radio(recording, seed) => {
            let id = app::catalogue::find(&house, recording).await?;
            app::discovery::radio(&house, &model, &id, *seed, list.count).await?
        }
        Question::Voyage(words) => {
            let matching = app::catalogue::open_matching(&house).await?;
            let found = app::discovery::voyage(&house, Some(&model), &matching, words, &ask).await?;
            return Ok(Answer {
                known: Some(found.known),
                name: found.name,
                spelled_like: found.spelled_like,
                catalogue: found.catalogue.iter().map(|row| of_row(row, 1.0, Vec::new())).collect(),
                rows: found.recordings.into_iter().map(near).collect(),
            });
        }
    };
    Ok(Answer { rows: rows.into_iter().map(near).collect(), ..Answer::default() })
}

fn near(near: Near) -> Row {
    of_row(&near.row, near.similarity, near.reasons)
}

fn of_row(row: &store::CatalogueRow, similarity: f32, reasons: Vec<Said>) -> Row {
    let r = &row.recording;
    let title = if r.version.is_empty() { r.title.clone() } else { format!("{} ({})", r.title, r.version) };
    Row { id: r.id.to_string(), artist: r.artist.clone(), title, label: r.label.clone(), similarity, reasons }
}

fn of_file(question: &Question<'_>, list: &List, graph: &Graph<'_>) -> Result<Answer, Failure> {
    let options = Options { most: list.count, local: list.place()?, dial: list.dial, ..Options::default() };
    let find = |id: &str| {
        let unknown = || {
            refuse(
                "recording-unknown",
                format!("the model holds no recording `{id}`"),
                "a recording is named by its id here",
            )
        };
        graph.find(id).ok_or_else(unknown)
    };
    let rows = match question {
        Question::Similar(recording) => {
            graph.similar_with(find(recording)?, &options).into_iter().map(neighbour).collect()
        }
        Question::Radio(recording, seed) => {
            graph.radio(find(recording)?, *seed, list.count).into_iter().map(neighbour).collect()
        }
        Question::Recommend(heard) => {
            let mut history = Vec::new();
            for text in *heard {
                let (recording, count) = heard_of(text);
                history.push(Heard { recording: find(recording)?, count });
            }
            let rows = graph.recommend(&history, &options).into_iter().map(|r| {
                let mut reasons: Vec<Reason<'_>> =
                    r.because.into_iter().take(1).flat_map(|b| b.reasons).collect();
                reasons.extend(r.reasons);
                neighbour(Neighbour { item: r.item, similarity: r.score, reasons })
            });
            rows.collect()
        }
        Question::Path(from, to) => match graph.path(find(from)?, find(to)?, list.count) {
            Some(path) => {
                let start = Neighbour { item: path.start, similarity: 1.0, reasons: Vec::new() };
                let legs = path.legs.into_iter().map(|l| Neighbour {
                    item: l.item,
                    similarity: l.similarity,
                    reasons: l.reasons,
                });
                std::iter::once(start).chain(legs).map(neighbour).collect()
            }
            None => Vec::new(),
        },
        Question::Voyage(words) => {
            let found = graph.voyage(words, &options);
            let (known, name) = match found.known {
                Known::Here { name } => ("here", name),
                Known::Played { name } => ("played", name),
                Known::Label => ("label", *words),
                Known::Tag => ("tag", *words),
                Known::Nothing => ("nothing", *words),
            };
            return Ok(Answer {
                known: Some(known),
                name: name.to_owned(),
                spelled_like: found.spelled_like.into_iter().map(str::to_owned).collect(),
                catalogue: Vec::new(),
                rows: found.recordings.into_iter().map(neighbour).collect(),
            });
        }
    };
    Ok(Answer { rows, ..Answer::default() })
}

fn neighbour(n: Neighbour<'_>) -> Row {
    let said = |r: &Reason<'_>| Said { code: r.code(), en: r.words(Language::En), fr: r.words(Language::Fr) };
    Row {
        id: n.item.id.to_owned(),
        artist: n.item.artist.to_owned(),
        title: n.item.title.to_owned(),
        label: n.item.label.to_owned(),
        similarity: n.similarity,
        reasons: n.reasons.iter().map(said).collect(),
    }
}

/// `RECORDING:PLAYS`, or a recording once.
fn heard_of(text: &str) -> (&str, u32) {
    let split = text.rsplit_once(':').and_then(|(r, n)| Some((r, n.parse::<u32>().ok()?)));
    split.unwrap_or((text, 1))
}

fn print(answer: &Answer, lang: Tongue, as_json: bool) {
    let words = |said: &Said| match lang {
        Tongue::En => said.en.clone(),
        Tongue::Fr => said.fr.clone(),
    };
    if as_json {
        let row = |r: &Row| {
            let reasons: Vec<Value> =
                r.reasons.iter().map(|s| json!({ "code": s.code, "words": words(s) })).collect();
            json!({
                "recording": r.id, "artist": r.artist, "title": r.title, "label": r.label,
                "similarity": r.similarity, "reasons": reasons,
            })
        };
        let mut value = json!({ "recordings": answer.rows.iter().map(row).collect::<Vec<_>>() });
        if let Some(known) = answer.known {
            value["known"] = json!(known);
            value["name"] = json!(answer.name);
            value["spelled_like"] = json!(answer.spelled_like);
            value["catalogue"] = answer.catalogue.iter().map(row).collect();
        }
        return output::json(&value);
    }
    if let Some(known) = answer.known {
        let name = &answer.name;
        eprintln!(
            "{}",
            match known {
                "here" => format!("{name} is in the catalogue"),
                "played" => format!("{name} is not in the catalogue; this is played beside it"),
                "label" => format!("`{name}` is a label"),
                "tag" => format!("`{name}` is a style"),
                _ => format!("nothing is known of `{name}`"),
            }
        );
        if !answer.spelled_like.is_empty() {
            eprintln!("spelled nearly like it: {}", answer.spelled_like.join(", "));
        }
    }
    if answer.known.is_none() && answer.rows.is_empty() {
        eprintln!("nothing was found that enough people stand behind");
    }
    let line = |r: &Row| {
        let reasons: Vec<String> = r.reasons.iter().map(words).collect();
        vec![
            format!("{:.2}", r.similarity),
            r.artist.clone(),
            r.title.clone(),
            reasons.join("; "),
            r.id.clone(),
        ]
    };
    let all = answer.catalogue.iter().chain(&answer.rows).map(line).collect();
    output::table(&[">near", "artist", "title", "why", "~recording"], all);
}
