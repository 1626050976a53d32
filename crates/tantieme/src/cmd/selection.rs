//! `tantieme selection`: what institutions publish, from the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::selection::{self, Selection, Write};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use music::RecordingId;
use serde_json::{Value, json};

use crate::input::{self, parse};
use crate::output;
use crate::wiring::Place;

/// Selections
#[derive(Debug, Subcommand)]
pub enum SelectionCommand {
    /// Write a selection, or change one
    #[command(
        after_help = "Example: tantieme selection write \"Médiathèque du Port\" --title \"Voix de la Loire\" --item \"rec-…=à écouter fort\" --curator \"Inès Roux\""
    )]
    Write(Box<WriteArgs>),
    /// Publish one
    #[command(after_help = "Example: tantieme selection publish \"Médiathèque du Port\" voix-de-la-loire")]
    Publish(Which),
    /// Take one back
    #[command(after_help = "Example: tantieme selection withdraw \"Médiathèque du Port\" voix-de-la-loire")]
    Withdraw(Which),
    /// Give one a picture
    #[command(
        after_help = "Example: tantieme selection picture \"Médiathèque du Port\" voix-de-la-loire cover.jpg --alt \"three records on a table\""
    )]
    Picture {
        /// The institution and the selection
        #[command(flatten)]
        which: Which,
        /// A JPEG, PNG or WebP of at most 2 MB
        file: PathBuf,
        /// What is on it
        #[arg(long)]
        alt: String,
        /// Who made it
        #[arg(long, default_value = "")]
        credit: String,
    },
    /// All selections, of all or of one institution
    #[command(after_help = "Example: tantieme selection list")]
    List {
        /// Id, name in addresses or name
        institution: Option<String>,
    },
}

/// Which selection.
#[derive(Debug, Args)]
pub struct Which {
    /// Id, name in addresses or name
    institution: String,
    /// Its name in addresses, or its id
    selection: String,
    /// Who does it
    #[arg(long, default_value = "house")]
    by: String,
}

/// A selection on the command line.
#[derive(Debug, Args)]
pub struct WriteArgs {
    /// Id, name in addresses or name
    institution: String,
    /// The one that is changed
    #[arg(long, default_value = "")]
    selection: String,
    /// Title
    #[arg(long)]
    title: String,
    /// Words about it
    #[arg(long, default_value = "")]
    words: String,
    /// `en` or `fr`
    #[arg(long, default_value = "fr")]
    lang: String,
    /// A recording, with words about it: `rec-…` or `rec-…=words`
    #[arg(long)]
    item: Vec<String>,
    /// Who chose
    #[arg(long)]
    curator: Vec<String>,
    /// Shown from then on (RFC 3339)
    #[arg(long)]
    from: Option<String>,
    /// Not shown from then on
    #[arg(long)]
    until: Option<String>,
    /// Who writes it
    #[arg(long, default_value = "house")]
    by: String,
}

impl SelectionCommand {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let house = place.open().await?;
        let all = match self {
            SelectionCommand::Write(w) => vec![selection::write(&house, w.ask()?).await?],
            SelectionCommand::Publish(w) => {
                vec![selection::set_status(&house, &w.institution, &w.selection, "published", &w.by).await?]
            }
            SelectionCommand::Withdraw(w) => {
                vec![selection::set_status(&house, &w.institution, &w.selection, "withdrawn", &w.by).await?]
            }
            SelectionCommand::Picture { which: w, file, alt, credit } => {
                let bytes = input::read_whole(file)?;
                selection::set_picture(&house, &w.institution, &w.selection, &bytes, alt, credit, &w.by)
                    .await?;
                vec![selection::one(&house, &w.institution, &w.selection).await?]
            }
            SelectionCommand::List { institution } => {
                selection::list(&house, institution.as_deref(), false).await?
            }
        };
        if place.json {
            output::json(&all.iter().map(value).collect::<Vec<_>>().into());
        } else {
            let rows = all.iter().map(|s| {
                let state = if s.shown { "shown" } else { s.row.status.as_str() };
                vec![
                    s.row.slug.clone(),
                    s.row.title.clone(),
                    s.institution.name.clone(),
                    s.items.len().to_string(),
                    state.to_owned(),
                ]
            });
            output::table(&["selection", "title", "institution", ">recordings", "state"], rows.collect());
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl WriteArgs {
    fn ask(&self) -> Result<Write, Failure> {
        let mut items = Vec::new();
        for item in &self.item {
            let (id, words) = item.split_once('=').unwrap_or((item, ""));
            items.push((parse::<RecordingId>("recording-unknown", id)?, words.to_owned()));
        }
        let at = |text: &Option<String>| text.as_deref().map(|t| parse::<Timestamp>("date", t)).transpose();
        Ok(Write {
            institution: self.institution.clone(),
            selection: self.selection.clone(),
            title: self.title.clone(),
            words: self.words.clone(),
            lang: self.lang.clone(),
            items,
            curators: self.curator.clone(),
            from: at(&self.from)?,
            until: at(&self.until)?,
            by: self.by.clone(),
        })
    }
}

fn value(s: &Selection) -> Value {
    let items: Vec<Value> = s
        .items
        .iter()
        .map(|i| json!({ "recording": i.recording.as_str(), "artist": i.artist, "title": i.title, "words": i.words, "local": i.local }))
        .collect();
    json!({ "id": s.row.id.as_str(), "selection": s.row.slug, "title": s.row.title, "institution": s.institution.name, "status": s.row.status, "shown": s.shown, "curators": s.curators, "items": items })
}
