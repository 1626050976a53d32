//! The catalogue: recordings, who holds them, and documents that bring more.

use app::party::SetShare;
use app::registration::{self, Register, Release};
use app::session::Need;
use app::{catalogue, discovery};
use axum::http::StatusCode;
use music::{Period, RecordingId, UseType};
use store::CatalogueRow;

use super::caller::Ask;
use super::page::{self, Listed};
use super::party::HeldShare;
use super::problem::Wrong;
use super::shape::{ask, tell};
use super::value::{bytes, part, read};

tell! {
    /// One fixed performance.
    Recording {
        /// Our id.
        id: String,
        /// What kind of thing it is.
        kind: String,
        /// The artist credit as printed.
        artist: String,
        /// The title.
        title: String,
        /// The version, where the source keeps it apart.
        version: String,
        /// The release it is best known from.
        album: String,
        /// The label.
        label: String,
        /// Seconds, where known.
        duration_s: Option<u32>,
        /// First year, where known.
        year: Option<u32>,
        /// ISRC, where known.
        isrc: Option<String>,
        /// `live`, `unreleased`, `withdrawn` or `merged`.
        status: String,
        /// The recording that took its place, where it was merged.
        merged_into: Option<String>,
    }
    /// A recording that a name leads to.
    NearRecording {
        /// The recording.
        recording: Recording,
        /// How near, from 0 to 1.
        similarity: f64,
        /// Why, in English.
        reasons: Vec<String>,
    }
    /// Recordings that are near.
    NearRecordings {
        /// The nearest first.
        items: Vec<NearRecording>,
    }
    /// Who holds a recording.
    RecordingShares {
        /// In the order of their ids.
        shares: Vec<ShareOf>,
    }
    /// A share of a recording and whose it is.
    ShareOf {
        /// The party.
        party: String,
        /// The share.
        share: HeldShare,
    }
    /// What came of a document.
    Imported {
        /// What it was read as.
        kind: Option<String>,
        /// Recordings written.
        recordings: u64,
        /// Releases written.
        releases: u64,
        /// Shares written.
        shares: u64,
        /// Recordings withdrawn.
        withdrawn: u64,
        /// What was wrong, as far as it is shown.
        problems: Vec<Found>,
        /// How many problems there were in all.
        problem_count: u64,
    }
    /// Something that is wrong in a document.
    Found {
        /// The line, from 1; 0 for the whole document.
        line: u64,
        /// A stable word for it.
        code: String,
        /// What is wrong.
        message: String,
        /// What to try.
        hint: String,
    }
}

ask! {
    /// Which recordings.
    Which {
        /// An ISRC.
        isrc: Option<String>,
        /// Where the page before ended.
        after: Option<String>,
        /// How many rows, 200 at most.
        limit: Option<u32>,
    }
    /// What to look for.
    Name {
        /// The name of an artist or a title.
        name: String,
    }
    /// A track before its release.
    NewTrack {
        /// The artist.
        artist: String,
        /// The title.
        title: String,
        /// The version.
        version: Option<String>,
        /// The label.
        label: Option<String>,
        /// Seconds.
        duration_s: Option<u32>,
        /// Whether it is another one than the registered track of the same name.
        another: Option<bool>,
    }
    /// The release of a track.
    NewRelease {
        /// Its ISRC.
        isrc: Option<String>,
        /// The recording of the catalogue that it is.
        row: Option<String>,
    }
    /// A share of a recording.
    NewShare {
        /// The recording.
        recording: String,
        /// The party.
        party: String,
        /// The part of the whole, such as `50 %`.
        part: String,
        /// The territory; the world where it is left out.
        territory: Option<String>,
        /// The first day.
        from: Option<jiff::civil::Date>,
        /// The first day after it.
        until: Option<jiff::civil::Date>,
        /// `any`, `set-list`, `streaming`, `campaign` or `licensing`.
        use_type: Option<String>,
    }
    /// A document with recordings.
    Document {
        /// Its name, such as `catalogue.tsv`.
        name: String,
        /// Its bytes in base 64.
        base64: String,
        /// What it is, where it shall not be guessed: `csv`, `tsv`, `ddex-ern`, `musicbrainz-json`.
        kind: Option<String>,
    }
}

impl Recording {
    pub(crate) fn of(row: &CatalogueRow) -> Recording {
        let r = &row.recording;
        Recording {
            id: r.id.to_string(),
            kind: r.kind.word().to_owned(),
            artist: r.artist.clone(),
            title: r.title.clone(),
            version: r.version.clone(),
            album: r.album.clone(),
            label: r.label.clone(),
            duration_s: r.duration_s,
            year: r.year.map(u32::from),
            isrc: r.isrc.as_ref().map(ToString::to_string),
            status: r.status.word().to_owned(),
            merged_into: row.merged_into.as_ref().map(ToString::to_string),
        }
    }
}

/// Tracks before their release are their makers' business.
fn is_public(row: &CatalogueRow) -> bool {
    row.recording.status != music::RecordingStatus::Unreleased
}

pub(crate) async fn list(ask: Ask<Which, ()>) -> Result<Listed<Recording>, Wrong> {
    let q = &ask.query;
    let mut tx = ask.house.store.begin_read().await?;
    if let Some(isrc) = &q.isrc {
        let isrc: music::Isrc = read("isrc", isrc)?;
        let rows = tx.recordings_by_isrc(&isrc.to_string()).await?.into_iter().filter(is_public);
        return page::cut(
            rows,
            (q.after.as_deref(), q.limit),
            |r| r.recording.id.to_string(),
            |r| Recording::of(&r),
        );
    }
    let (most, start) = (page::limit(q.limit)?, page::start(q.after.as_deref())?);
    let rows = tx.recordings_after(&start, most as i64 + 1).await?;
    let next = rows.get(most).and_then(|_| rows.get(most - 1)).map(|r| page::cursor(r.recording.id.as_str()));
    let items = rows.iter().take(most).filter(|r| is_public(r)).map(Recording::of).collect();
    Ok(Listed { items, next })
}

fn unknown(id: &str) -> Wrong {
    let detail = format!("there is no recording `{}`", crate::form::short(id));
    Wrong::new(StatusCode::NOT_FOUND, "recording-unknown", detail, "look it up by ISRC")
}

pub(crate) async fn one(ask: Ask<(), ()>) -> Result<Recording, Wrong> {
    let id: RecordingId = read("recording-unknown", ask.at("recording"))?;
    let mut tx = ask.house.store.begin_read().await?;
    let row = tx.recording(&id).await?.filter(is_public).ok_or_else(|| unknown(id.as_str()))?;
    Ok(Recording::of(&row))
}

pub(crate) async fn shares(ask: Ask<(), ()>) -> Result<RecordingShares, Wrong> {
    ask.require(Need::SeeHouse)?;
    let id: RecordingId = read("recording-unknown", ask.at("recording"))?;
    let mut tx = ask.house.store.begin_read().await?;
    tx.recording(&id).await?.ok_or_else(|| unknown(id.as_str()))?;
    let rows = tx.shares_of_recording(&id).await?;
    let told = rows.iter().map(|r| ShareOf { party: r.share.party.to_string(), share: HeldShare::of(r) });
    Ok(RecordingShares { shares: told.collect() })
}

pub(crate) async fn set_share(ask: Ask<(), NewShare>) -> Result<HeldShare, Wrong> {
    ask.require(Need::Operate)?;
    let b = &ask.body;
    let use_type = match b.use_type.as_deref() {
        None => None,
        Some(word) => Some(UseType::from_word(word).ok_or_else(|| {
            Wrong::unfit(
                "use-type",
                format!("`{}` is no type of use", crate::form::short(word)),
                "any, set-list, streaming, campaign, licensing",
            )
        })?),
    };
    let set = SetShare {
        recording: read("recording-unknown", &b.recording)?,
        party: b.party.clone(),
        ratio: part(&b.part)?,
        territory: b.territory.clone(),
        period: Period { start: b.from, end: b.until },
        use_type,
        by: ask.by().to_owned(),
    };
    let (row, _) = app::party::set_share(&ask.house, set).await?;
    Ok(HeldShare::of(&row))
}

pub(crate) async fn registered(ask: Ask<page::Page, ()>) -> Result<Listed<Recording>, Wrong> {
    let party = ask.see()?;
    let rows = registration::list(&ask.house, Some(&party)).await?;
    let q = &ask.query;
    page::cut(
        rows,
        (q.after.as_deref(), q.limit),
        |(r, _)| r.recording.id.to_string(),
        |(r, _)| Recording::of(&r),
    )
}

pub(crate) async fn register(ask: Ask<(), NewTrack>) -> Result<Recording, Wrong> {
    let party = ask.act()?;
    let matching = catalogue::open_matching(&ask.house).await?;
    let b = ask.body;
    let track = Register {
        by: party,
        artist: b.artist,
        title: b.title,
        version: b.version.unwrap_or_default(),
        label: b.label.unwrap_or_default(),
        duration_s: b.duration_s,
        another: b.another.unwrap_or_default(),
    };
    Ok(Recording::of(&registration::register(&ask.house, &matching, track).await?))
}

pub(crate) async fn release(ask: Ask<(), NewRelease>) -> Result<Recording, Wrong> {
    let party = ask.act()?;
    let isrc = ask.body.isrc.as_deref().map(|i| read("isrc", i)).transpose()?;
    let release =
        Release { recording: ask.at("recording").to_owned(), isrc, row: ask.body.row.clone(), by: party };
    Ok(Recording::of(&registration::release(&ask.house, release).await?.row))
}

pub(crate) async fn import(ask: Ask<(), Document>) -> Result<Imported, Wrong> {
    ask.require(Need::Operate)?;
    let _seat = ask.web.upload_seat().await?;
    let kind = match ask.body.kind.as_deref() {
        None => None,
        Some(word) => {
            let all = formats::catalogue::Kind::ALL;
            Some(all.into_iter().find(|k| k.word() == word).ok_or_else(|| {
                let known = all.map(|k| k.word()).join(", ");
                Wrong::unfit(
                    "kind-unknown-word",
                    format!("`{}` is no kind of document", crate::form::short(word)),
                    known,
                )
            })?)
        }
    };
    let input = Box::new(std::io::Cursor::new(bytes(&ask.body.base64)?));
    let name: String = ask.body.name.chars().filter(|c| !c.is_control()).take(120).collect();
    let done = catalogue::import(&ask.house, &name, input, kind, ask.by(), &|_| {}).await?;
    Ok(Imported {
        kind: done.kind.map(|k| k.word().to_owned()),
        recordings: done.recordings,
        releases: done.releases,
        shares: done.shares,
        withdrawn: done.withdrawn,
        problems: done.problems.iter().map(Found::of).collect(),
        problem_count: done.problem_count,
    })
}

impl Found {
    pub(crate) fn of(problem: &music::Problem) -> Found {
        Found {
            line: problem.origin.line,
            code: problem.code.to_owned(),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

pub(crate) async fn similar(ask: Ask<(), ()>) -> Result<NearRecordings, Wrong> {
    let id: RecordingId = read("recording-unknown", ask.at("recording"))?;
    let Some(model) = discovery::open(&ask.house).await? else {
        return Ok(NearRecordings { items: Vec::new() });
    };
    let near = discovery::similar(&ask.house, &model, &id, &discovery::Asked::default()).await?;
    Ok(NearRecordings { items: near.iter().map(NearRecording::of).collect() })
}

pub(crate) async fn voyage(ask: Ask<Name, ()>) -> Result<NearRecordings, Wrong> {
    let matching = catalogue::open_matching(&ask.house).await?;
    let model = discovery::open(&ask.house).await?;
    let asked = discovery::Asked::default();
    let found = discovery::voyage(&ask.house, model.as_ref(), &matching, &ask.query.name, &asked).await?;
    Ok(NearRecordings { items: found.recordings.iter().map(NearRecording::of).collect() })
}

impl NearRecording {
    fn of(near: &discovery::Near) -> NearRecording {
        NearRecording {
            recording: Recording::of(&near.row),
            similarity: f64::from(near.similarity),
            reasons: near.reasons.iter().map(|r| r.en.clone()).collect(),
        }
    }
}
