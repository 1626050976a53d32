//! `tantieme catalogue`: importing deliveries and listing what there is.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use app::Failure;
use app::catalogue::Entry;
use app::duplicate::Merge;
use clap::Subcommand;
use formats::catalogue::Kind;
use serde_json::{Value, json};

use crate::cmd::{audio, duplicate};
use crate::input::{self, refuse};
use crate::output;
use crate::wiring::Place;

/// Recordings
#[derive(Debug, Subcommand)]
pub enum Catalogue {
    /// Import CSV/TSV (also .xz, .zst, .gz), DDEX ERN or MusicBrainz dump lines
    #[command(after_help = "Example: tantieme catalogue import catalogue.tsv.xz release.xml")]
    Import {
        /// The files; `-` is standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// `csv`, `tsv`, `ddex-ern` or `musicbrainz-json`, where the content misleads
        #[arg(long)]
        kind: Option<String>,
        /// Who imports
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Take a folder of tagged files as recordings and releases; also single books, comics, films and games
    #[command(
        after_help = "Example: tantieme catalogue ingest ~/music/our-label --label \"Our Label\" --made human"
    )]
    Ingest {
        /// Folders of sound, or files
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The label, where tags name none
        #[arg(long, default_value = "")]
        label: String,
        /// Who made it, where a book, comic, film or game does not say
        #[arg(long, default_value = "")]
        artist: String,
        /// What it is called, where a book, comic, film or game does not say
        #[arg(long, default_value = "")]
        title: String,
        /// `video`, `game`, `book` or `comic`, where content alone does not tell
        #[arg(long)]
        kind: Option<String>,
        /// Declare how all of it is made: `human`, `assisted` or `generated`
        #[arg(long)]
        made: Option<String>,
        /// Keep and decode at once, instead of in the background
        #[arg(long)]
        analyse: bool,
        /// Who brings it
        #[arg(long, default_value = "house")]
        by: String,
    },
    /// Every recording with its identifiers, shares, sources and status
    #[command(after_help = "Example: tantieme catalogue list --json | jq .title")]
    List,
    /// Rows that look like one recording, with reasons; nothing is changed
    #[command(after_help = "Example: tantieme catalogue duplicates --least 0.8")]
    Duplicates {
        /// The least chance that a pair is shown at
        #[arg(long, default_value = "0.9")]
        least: String,
    },
    /// Merge a row into another: the first answers for both from now on, no money moves
    #[command(after_help = "Example: tantieme catalogue merge rec-… rec-… --by Paul")]
    Merge {
        /// The row that stays: our id, ISRC, own id or its id in its source
        keep: String,
        /// The row that goes
        gone: String,
        /// Merge although the rows name different versions
        #[arg(long)]
        anyway: bool,
        /// Who says so
        #[arg(long)]
        by: String,
    },
    /// Set a merged row apart again
    #[command(after_help = "Example: tantieme catalogue unmerge rec-… --by Paul")]
    Unmerge {
        /// The row that was merged
        gone: String,
        /// Who says so
        #[arg(long)]
        by: String,
    },
    /// Everything that was merged and set apart
    #[command(after_help = "Example: tantieme catalogue merges")]
    Merges,
}

impl Catalogue {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Catalogue::Import { files, kind, by } => import(place, files, kind.as_deref(), by).await,
            Catalogue::Ingest { paths, label, artist, title, kind, made, analyse, by } => {
                let (kind, made) = (kind.as_deref(), made.as_deref());
                audio::ingest(
                    place,
                    audio::Ingest { paths, label, artist, title, kind, made, analyse: *analyse, by },
                )
                .await
            }
            Catalogue::List => list(place).await,
            Catalogue::Duplicates { least } => duplicate::duplicates(place, least).await,
            Catalogue::Merge { keep, gone, anyway, by } => {
                let ask = Merge { keep: keep.clone(), gone: gone.clone(), anyway: *anyway, by: by.clone() };
                duplicate::merge(place, ask).await
            }
            Catalogue::Unmerge { gone, by } => duplicate::unmerge(place, gone, by).await,
            Catalogue::Merges => duplicate::merges(place).await,
        }
    }
}

async fn import(place: &Place, files: &[PathBuf], kind: Option<&str>, by: &str) -> Result<ExitCode, Failure> {
    let kind = match kind {
        None => None,
        Some(word) => Some(Kind::from_word(word).ok_or_else(|| {
            let words: Vec<&str> = Kind::ALL.iter().map(|k| k.word()).collect();
            refuse(
                "kind",
                format!("`{word}` is no kind of catalogue"),
                format!("one of {}", words.join(", ")),
            )
        })?),
    };
    let house = place.open().await?;
    let mut clean = true;
    for file in files {
        let name = input::document_name(file);
        let bar = output::progress(&format!("importing {name}"));
        let done =
            app::catalogue::import(&house, &name, input::open(file)?, kind, by, &|n| bar.set_position(n))
                .await;
        bar.finish_and_clear();
        let done = done?;
        output::problems(&name, &done.problems);
        clean &= done.problem_count == 0;
        if place.json {
            output::json(&json!({
                "document": name, "kind": done.kind.map(|k| k.word()), "recordings": done.recordings, "releases": done.releases,
                "shares": done.shares, "withdrawn": done.withdrawn, "problems": done.problem_count,
            }));
        } else {
            let kind = done.kind.map_or("", |k| k.word());
            println!(
                "{name} ({kind}): {} recordings, {} releases, {} shares, {} withdrawn, {} problems",
                done.recordings, done.releases, done.shares, done.withdrawn, done.problem_count
            );
        }
    }
    let _ = clean;
    Ok(ExitCode::SUCCESS)
}

async fn list(place: &Place) -> Result<ExitCode, Failure> {
    let house = place.open().await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut first = true;
    let mut broken = false;
    if place.json {
        broken |= write!(out, "[").is_err();
    }
    app::catalogue::list(&house, &mut |entry| {
        let text = if place.json {
            format!("{}{}", if first { "\n" } else { ",\n" }, as_json(&entry))
        } else {
            as_text(&entry)
        };
        first = false;
        broken |= out.write_all(text.as_bytes()).is_err();
    })
    .await?;
    if place.json {
        broken |= writeln!(out, "\n]").is_err();
    }
    // Somebody who closes the pipe has seen enough.
    let _ = (out.flush(), broken);
    Ok(ExitCode::SUCCESS)
}

fn as_json(entry: &Entry) -> Value {
    let r = &entry.row.recording;
    let live: Vec<&music::RightsShare> = entry
        .shares
        .iter()
        .map(|(s, _)| &s.share)
        .filter(|s| s.status != music::ShareStatus::Withdrawn)
        .collect();
    let standing = match music::share::standing(&live) {
        _ if live.is_empty() => "credited artist by default".to_owned(),
        music::share::Standing::Whole => "whole".to_owned(),
        music::share::Standing::Open(missing) => format!("open claim: {missing} missing"),
        music::share::Standing::Over(by) => format!("overclaim: {by} beyond the whole"),
        music::share::Standing::Disputed => "disputed".to_owned(),
    };
    json!({
        "id": r.id.as_str(), "kind": r.kind.word(), "artist": r.artist, "title": r.title, "version": r.version, "album": r.album,
        "label": r.label, "duration_s": r.duration_s, "year": r.year, "isrc": r.isrc.as_ref().map(|i| i.as_str()),
        "mbid": r.mbid.as_ref().map(|i| i.as_str()), "own_id": r.own_id.as_ref().map(|i| i.as_str()), "status": r.status.word(),
        "merged_into": entry.row.merged_into.as_ref().map(|m| m.as_str()),
        "source": entry.row.source, "source_id": entry.row.source_id, "line": entry.row.origin_line, "standing": standing,
        "shares": entry.shares.iter().map(|(s, name)| json!({
            "party": s.share.party.as_str(), "name": name, "share": s.share.ratio.to_string(), "side": s.share.side().word(),
            "territory": s.share.territory.as_str(), "period": s.share.period.to_string(), "use": s.share.use_type.word(),
            "status": s.share.status.word(), "source": s.source,
        })).collect::<Vec<_>>(),
    })
}

fn as_text(entry: &Entry) -> String {
    let r = &entry.row.recording;
    let isrc = r.isrc.as_ref().map_or("-", |i| i.as_str());
    let mut text = format!(
        "{}\t{isrc}\t{}\t{} - {}\t{}\n",
        r.id,
        r.status.word(),
        r.artist,
        r.title,
        entry.row.source_id
    );
    for (share, name) in &entry.shares {
        text.push_str(&format!(
            "\t{} {name} ({}, {})\n",
            share.share.ratio,
            share.share.side().word(),
            share.share.status.word()
        ));
    }
    text
}
