//! One file becomes the master of one recording: sound, film, book, comic, game.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use media::format::{HEAD, sniff};
use media::{Flaw, Format};
use music::{MediaKind, RecordingId};
use ports::depot::{Depot, Kept};
use store::{AnalysisRow, CoverRow, MasterRow, Tx};

use super::{depot, edition, fault, reach};
use crate::failure::refuse;
use crate::{Failure, House};

/// A file for a recording.
#[derive(Debug, Clone)]
pub struct Add {
    /// The recording: our id, ISRC, own id, or its id in its source.
    pub recording: String,
    /// The file.
    pub file: PathBuf,
    /// Who brings it.
    pub by: String,
}

/// A file that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The recording it is the master of now.
    pub recording: RecordingId,
    /// Its SHA-256.
    pub address: String,
    /// What it is.
    pub format: Format,
    /// Its length.
    pub bytes: u64,
    /// Whether its sound waits to be decoded.
    pub due: bool,
    /// What is wrong with it although it was taken.
    pub flaw: Option<Flaw>,
}

/// Takes a file for a recording. Its content says what it is; sound waits to be decoded by [`super::analyse`].
pub async fn add(house: &House, ask: Add) -> Result<Added, Failure> {
    let name = ask.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let (file, bytes) = ports::folder::open_named(&ask.file)
        .map_err(|e| refuse("file", format!("`{}` cannot be read: {e}", ask.file.display()), ""))?;
    let mut tx = house.store.begin_read().await?;
    let recording = super::named(&mut tx, &ask.recording).await?;
    let kind = tx.recording(&recording).await?.map_or(MediaKind::Audio, |r| r.recording.kind);
    drop(tx);
    let place = depot(house)?;
    let took = tokio::task::spawn_blocking(move || take(&place, file, bytes, Some(kind)))
        .await
        .map_err(|e| fault("a file could not be read", &e))?
        .map_err(|flaw| refused(&name, &flaw))?;
    let now = house.now();
    let mut tx = house.store.begin().await?;
    record(house, &mut tx, &took, &recording, &name, &ask.by).await?;
    let subject = recording.as_str();
    tx.note(now, &ask.by, "audio add", subject, &format!("{name} ({})", took.format.word())).await?;
    tx.commit().await?;
    Ok(Added {
        recording,
        address: took.kept.address.to_string(),
        format: took.format,
        bytes: took.kept.bytes,
        due: took.format.is_sound(),
        flaw: took.flaw,
    })
}

/// Takes a picture for a recording or release, in all sizes.
pub async fn cover(house: &House, subject: &str, file: &std::path::Path, by: &str) -> Result<usize, Failure> {
    let (mut file_in, bytes) = ports::folder::open_named(file)
        .map_err(|e| refuse("file", format!("`{}` cannot be read: {e}", file.display()), ""))?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if bytes > media::picture::LARGEST_FILE as u64 {
        let flaw = Flaw::new("picture-too-large", "the picture is larger than 40 MB", "send a smaller one");
        return Err(refused(&name, &flaw));
    }
    let subject = match subject.parse::<music::ReleaseId>() {
        Ok(release) => release.to_string(),
        Err(_) => {
            let mut tx = house.store.begin_read().await?;
            super::named(&mut tx, subject).await?.to_string()
        }
    };
    let place = depot(house)?;
    let of = subject.clone();
    let rows = tokio::task::spawn_blocking(move || {
        let mut picture = Vec::new();
        file_in.read_to_end(&mut picture).map_err(|e| Flaw::unread(&e))?;
        covers(&place, &of, &picture)
    })
    .await
    .map_err(|e| fault("a picture could not be read", &e))?
    .map_err(|flaw| refused(&name, &flaw))?;
    let now = house.now();
    let mut tx = house.store.begin().await?;
    tx.put_covers(&subject, &rows, now).await?;
    tx.note(now, by, "audio cover", &subject, &name).await?;
    tx.commit().await?;
    Ok(rows.len())
}

/// A file that lies in the depot, with what was found without decoding its sound.
#[derive(Debug, Clone)]
pub(crate) struct Took {
    pub(crate) kept: Kept,
    pub(crate) format: Format,
    pub(crate) flaw: Option<Flaw>,
    pub(crate) edition: Option<media::book::Edition>,
    /// The files of a web build.
    pub(crate) parts: Vec<store::PartRow>,
    pub(crate) picture: Vec<CoverRow>,
    /// Seconds of a film, where its container says so.
    pub(crate) duration_ms: Option<i64>,
}

/// Keeps a file if it is what it should be; `kind` is the medium of its recording, where that is known. Blocks.
pub(crate) fn take(depot: &Depot, mut file: File, bytes: u64, kind: Option<MediaKind>) -> Result<Took, Flaw> {
    let mut head = Vec::with_capacity(HEAD);
    (&file).take(HEAD as u64).read_to_end(&mut head).map_err(|e| Flaw::unread(&e))?;
    if bytes == 0 {
        return Err(Flaw::new("file-empty", "the file is empty", "send it again; the upload broke off"));
    }
    let format = sniff(&head).ok_or_else(Flaw::unknown_kind)?;
    fits(format, kind)?;
    let rewind = |file: &mut File| file.seek(SeekFrom::Start(0)).map_err(|e| Flaw::unread(&e));
    rewind(&mut file)?;
    let kept = depot.keep(&mut file).map_err(|e| Flaw::unread(&e))?;
    let mut took = Took {
        kept,
        format,
        flaw: None,
        edition: None,
        parts: Vec::new(),
        picture: Vec::new(),
        duration_ms: None,
    };
    rewind(&mut file)?;
    let comic = kind == Some(MediaKind::Comic) || format == Format::Cbz;
    match format {
        Format::Epub => took.edition = Some(media::book::epub(&file)?),
        Format::Cbz | Format::Zip if comic => took.edition = Some(media::book::cbz(&file)?),
        Format::Cbz | Format::Zip => took.parts = reach::unpack(depot, &file)?,
        Format::Mp4 => {
            let tags = media::tag::read(&file, format, true).unwrap_or_default();
            took.duration_ms = tags.duration_ms.and_then(|ms| i64::try_from(ms).ok());
        }
        _ => {}
    }
    if let Some(picture) = took.edition.as_mut().and_then(|e| e.cover.take()) {
        // A book without a good cover is a book.
        match covers(depot, "", &picture) {
            Ok(rows) => took.picture = rows,
            Err(flaw) => took.flaw = Some(flaw),
        }
    }
    Ok(took)
}

fn fits(format: Format, kind: Option<MediaKind>) -> Result<(), Flaw> {
    let fine = match kind {
        None => format.medium().is_some() && format != Format::Hls,
        Some(MediaKind::Audio) => format.is_sound(),
        Some(MediaKind::Video) => matches!(format, Format::Mp4 | Format::Webm),
        Some(MediaKind::Book) => matches!(format, Format::Epub | Format::Pdf),
        Some(MediaKind::Comic) => matches!(format, Format::Cbz | Format::Zip | Format::Epub | Format::Pdf),
        Some(MediaKind::Game) => matches!(format, Format::Zip | Format::Cbz),
    };
    if fine {
        return Ok(());
    }
    let wanted = kind.map_or("audio", MediaKind::word);
    let words = format!("the content is `{}`, which is no {wanted}", format.word());
    Err(Flaw::new("medium-mismatch", words, "name the recording that the file belongs to"))
}

/// Writes what was taken as the master of a recording.
pub(crate) async fn record(
    house: &House,
    tx: &mut Tx,
    took: &Took,
    recording: &RecordingId,
    origin: &str,
    by: &str,
) -> Result<(), Failure> {
    let now = house.now();
    let kind = match (took.format.medium(), took.edition.is_some()) {
        (Some(MediaKind::Game), true) => MediaKind::Comic,
        (Some(MediaKind::Comic), false) => MediaKind::Game,
        (kind, _) => kind.unwrap_or(MediaKind::Audio),
    };
    let address = took.kept.address.to_string();
    let row = MasterRow {
        recording: recording.clone(),
        address: address.clone(),
        kind: kind.word().to_owned(),
        format: took.format.word().to_owned(),
        bytes: i64::try_from(took.kept.bytes).unwrap_or(i64::MAX),
        origin: origin.to_owned(),
        by: by.to_owned(),
        at: now,
    };
    tx.put_masters(std::slice::from_ref(&row), now).await?;
    if took.format.is_sound() {
        tx.put_due(&[address], now).await?;
        return Ok(());
    }
    let analysis = AnalysisRow {
        address,
        state: "good".to_owned(),
        duration_ms: took.duration_ms,
        problem: took.flaw.as_ref().map(|f| f.code.to_owned()).unwrap_or_default(),
        problem_words: took.flaw.as_ref().map(|f| f.words.clone()).unwrap_or_default(),
        ..AnalysisRow::default()
    };
    tx.put_analysis(&analysis, now).await?;
    if let Some(found) = &took.edition {
        edition::record(tx, recording, found, now).await?;
    }
    if !took.parts.is_empty() {
        tx.put_parts(recording, &took.parts).await?;
        tx.put_access(&reach::web_row(recording, by), now).await?;
    }
    if !took.picture.is_empty() && tx.covers_of(recording.as_str()).await?.is_empty() {
        let rows = owned_by(&took.picture, recording.as_str());
        tx.put_covers(recording.as_str(), &rows, now).await?;
    }
    Ok(())
}

pub(crate) fn owned_by(rows: &[CoverRow], subject: &str) -> Vec<CoverRow> {
    rows.iter().map(|r| CoverRow { subject: subject.to_owned(), ..r.clone() }).collect()
}

/// Keeps a picture as it came and in all sizes. Blocks.
pub(crate) fn covers(depot: &Depot, subject: &str, picture: &[u8]) -> Result<Vec<CoverRow>, Flaw> {
    let (about, sizes) = media::picture::sizes(picture)?;
    let row = |size: u32, kept: Kept, format: Format, width: u32, height: u32| CoverRow {
        subject: subject.to_owned(),
        size: i64::from(size),
        address: kept.address.to_string(),
        format: format.word().to_owned(),
        width: i64::from(width),
        height: i64::from(height),
        bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
    };
    let keep = |bytes: &[u8]| depot.keep_bytes(bytes).map_err(|e| Flaw::unread(&e));
    let mut rows = vec![row(0, keep(picture)?, about.format, about.width, about.height)];
    for made in sizes {
        rows.push(row(made.size, keep(&made.jpeg)?, Format::Jpeg, made.width, made.height));
    }
    Ok(rows)
}

/// A flaw as a refusal, with the file's name.
pub(crate) fn refused(name: &str, flaw: &Flaw) -> Failure {
    refuse(flaw.code, format!("`{name}`: {}", flaw.words), flaw.hint)
}
