//! What can be played, viewed and read: which file answers for a recording, its renditions, pictures and waveform.
//!
//! Bringing files in is in the files below: [`keep`] for one file, [`scan`] for a folder of tagged files, [`deliver`]
//! for a distributor's message with its files; [`analyse`] decodes what waits, in the background. Here nothing is
//! counted: who listened to what is told by whoever serves the bytes.

pub mod analyse;
pub mod deliver;
pub mod edition;
pub mod keep;
pub mod made;
pub mod mp3;
pub mod reach;
pub mod scan;

use formats::catalogue::Deal;
use jiff::civil::Date;
use media::{Address, Format};
use music::{MediaKind, RecordingId, Territory};
pub use ports::depot::{Blob, Depot};
use store::{AnalysisRow, CoverRow, MasterRow, RenditionRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House};

/// A recording that can be played, with all that is known of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playable {
    /// The file as it came.
    pub master: MasterRow,
    /// What decoding found; `state` is `due` until it was decoded once.
    pub analysis: AnalysisRow,
    /// What was made of it for players, smallest first.
    pub renditions: Vec<RenditionRow>,
}

/// What a player asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Want<'a> {
    /// The format it names: `opus`, `mp3`, …, `raw` for the file as it came; `None` leaves it to us.
    pub format: Option<&'a str>,
    /// The most kilobits a second; `None` and 0 are no limit.
    pub most_kbps: Option<u32>,
}

/// The bytes that answer a player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Where they lie.
    pub address: Address,
    /// How many there are.
    pub bytes: u64,
    /// Milliseconds, where known.
    pub duration_ms: Option<u64>,
    /// Kilobits a second on average, where known.
    pub kbps: Option<u32>,
    /// What they are.
    pub format: Format,
    /// Whether they are the file as it came.
    pub is_master: bool,
}

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Where its bytes lie.
    pub address: Address,
    /// How many there are.
    pub bytes: u64,
    /// What they are.
    pub format: Format,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// ReplayGain 2: how much louder or softer a player should play, in hundredths of a decibel, and the true peaks in
/// millionths of full scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gain {
    /// For the track by itself.
    pub track_cdb: Option<i64>,
    /// The track's true peak.
    pub track_peak_ppm: Option<i64>,
    /// For the track within its release, where all of the release that is here was decoded.
    pub release_cdb: Option<i64>,
    /// The release's true peak.
    pub release_peak_ppm: Option<i64>,
}

impl Playable {
    /// Whether its file was decoded and plays.
    pub fn plays(&self) -> bool {
        matches!(self.analysis.state.as_str(), "good" | "damaged")
    }

    /// The bytes that answer a player best: the file as it came where it fits the wish, else the largest rendition
    /// that fits, else the smallest there is. `None` only where the file's format is not known any more.
    pub fn pick(&self, want: Want<'_>) -> Option<Choice> {
        let limit = want.most_kbps.filter(|kbps| *kbps > 0);
        let master = self.as_it_came()?;
        let fits = |c: &Choice| limit.is_none_or(|limit| c.kbps.is_none_or(|kbps| kbps <= limit));
        let named = match want.format {
            None | Some("" | "raw") => None,
            Some("ogg") => Some("opus"),
            Some(word) => Some(word),
        };
        let is_named = |c: &Choice| named.is_none_or(|word| c.format.word() == word);
        if want.format == Some("raw") || (is_named(&master) && fits(&master)) {
            return Some(master);
        }
        let made: Vec<Choice> = self.renditions.iter().filter_map(rendition).collect();
        let best = |list: Vec<&Choice>| list.last().map(|c| **c);
        best(made.iter().filter(|c| is_named(c) && fits(c)).collect())
            .or_else(|| best(made.iter().filter(|c| fits(c)).collect()))
            .or_else(|| made.first().copied())
            .or(Some(master))
    }

    fn as_it_came(&self) -> Option<Choice> {
        let bytes = u64::try_from(self.master.bytes).ok()?;
        let duration_ms = self.analysis.duration_ms.and_then(|ms| u64::try_from(ms).ok());
        Some(Choice {
            address: self.master.address.parse().ok()?,
            bytes,
            duration_ms,
            kbps: duration_ms
                .filter(|ms| *ms > 0)
                .and_then(|ms| u32::try_from(bytes.saturating_mul(8) / ms).ok()),
            format: Format::from_word(&self.master.format)?,
            is_master: true,
        })
    }
}

fn rendition(row: &RenditionRow) -> Option<Choice> {
    Some(Choice {
        address: row.address.parse().ok()?,
        bytes: u64::try_from(row.bytes).ok()?,
        duration_ms: u64::try_from(row.duration_ms).ok(),
        kbps: u32::try_from(row.kbps).ok(),
        format: Format::from_word(&row.format)?,
        is_master: false,
    })
}

/// What can be played for a recording; a merged row leads to the one that answers for it. `None` where no file came.
pub async fn playable(house: &House, recording: &RecordingId) -> Result<Option<Playable>, Failure> {
    let mut tx = house.store.begin_read().await?;
    playable_in(&mut tx, recording).await
}

/// The same within a transaction of the caller.
pub async fn playable_in(tx: &mut Tx, recording: &RecordingId) -> Result<Option<Playable>, Failure> {
    let mut row = tx.playable(recording).await?;
    if row.is_none() {
        // The file may stand at the row that answers, or at one that was merged into it.
        let answering = tx.survivor(recording).await?;
        for other in tx.family(&answering).await? {
            if row.is_none() {
                row = tx.playable(&other).await?;
            }
        }
    }
    let Some(row) = row else { return Ok(None) };
    let renditions = tx.renditions_of(&row.master.address).await?;
    Ok(Some(Playable { master: row.master, analysis: row.analysis, renditions }))
}

/// Opens the bytes at an address; refused where the depot has lost them.
pub async fn open(house: &House, address: &Address) -> Result<Blob, Failure> {
    match depot(house)?.open(address).await {
        Ok(Some(blob)) => Ok(blob),
        Ok(None) => Err(refuse(
            "content-missing",
            format!("the content `{address}` is not in the depot"),
            "bring the file again with `tantieme audio add`, or restore the depot from its backup",
        )),
        Err(error) => Err(fault("the depot cannot be read", &error)),
    }
}

/// The house's depot.
pub fn depot(house: &House) -> Result<Depot, Failure> {
    Depot::of(&house.folder).map_err(|e| {
        refuse("depot", format!("the depot cannot be used: {e}"), "`tantieme audio place` names another")
    })
}

/// A picture of a recording or release that is at least `pixels` wide or high, else the largest; 0 is the picture as it
/// came. A recording without one of its own has its release's, and the other way round. `None` where there is none.
pub async fn picture(house: &House, subject: &str, pixels: u32) -> Result<Option<Picture>, Failure> {
    let mut tx = house.store.begin_read().await?;
    picture_in(&mut tx, subject, pixels).await
}

/// The same within a transaction of the caller.
pub async fn picture_in(tx: &mut Tx, subject: &str, pixels: u32) -> Result<Option<Picture>, Failure> {
    let mut rows = tx.covers_of(subject).await?;
    if rows.is_empty() {
        rows = covers_beside(tx, subject).await?;
    }
    let wanted = i64::from(pixels);
    let came = rows.iter().find(|r| r.size == 0);
    let made: Vec<&CoverRow> = rows.iter().filter(|r| r.size > 0).collect();
    let row = match pixels {
        0 => came.or(made.last().copied()),
        _ => made.iter().find(|r| r.size >= wanted).or(made.last()).copied().or(came),
    };
    Ok(row.and_then(picture_of))
}

async fn covers_beside(tx: &mut Tx, subject: &str) -> Result<Vec<CoverRow>, Failure> {
    if let Ok(recording) = subject.parse::<RecordingId>() {
        return match tx.release_of(&recording).await? {
            Some(release) => Ok(tx.covers_of(release.as_str()).await?),
            None => Ok(Vec::new()),
        };
    }
    match tx.cover_on_release(subject).await? {
        Some(track) => Ok(tx.covers_of(&track).await?),
        None => Ok(Vec::new()),
    }
}

fn picture_of(row: &CoverRow) -> Option<Picture> {
    Some(Picture {
        address: row.address.parse().ok()?,
        bytes: u64::try_from(row.bytes).ok()?,
        format: Format::from_word(&row.format)?,
        width: u32::try_from(row.width).ok()?,
        height: u32::try_from(row.height).ok()?,
    })
}

/// The waveform of a recording: one byte per column, the loudest sample in it, 255 is full scale. `None` until decoded.
pub async fn waveform(house: &House, recording: &RecordingId) -> Result<Option<Vec<u8>>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.waveform(recording).await?)
}

/// ReplayGain 2 of a playable recording.
///
/// The release's loudness is the mean of its tracks' energies, weighted by duration: the gating of EBU R128 is done per
/// track, so that it is known as soon as each was decoded once.
pub async fn gain(tx: &mut Tx, playable: &Playable) -> Result<Gain, Failure> {
    let of = |mlufs: i64| media::loudness::REFERENCE_MLUFS.saturating_sub(mlufs) / 10;
    let mut gain = Gain {
        track_cdb: playable.analysis.loudness_mlufs.map(of),
        track_peak_ppm: playable.analysis.peak_mdbtp.map(media::loudness::peak_ppm),
        ..Gain::default()
    };
    if let Some(release) = tx.release_of(&playable.master.recording).await? {
        let tracks = tx.release_loudness(&release).await?;
        gain.release_cdb = media::loudness::together(tracks.iter().map(|t| (t.0, t.1))).map(of);
        gain.release_peak_ppm = tracks.iter().map(|t| media::loudness::peak_ppm(t.2)).max();
    }
    Ok(gain)
}

/// Contents that the tables name and the depot does not hold: their addresses; and how many were looked for.
pub async fn missing(house: &House) -> Result<(Vec<String>, u64), Failure> {
    let mut tx = house.store.begin_read().await?;
    let addresses = tx.addresses().await?;
    drop(tx);
    let (place, count) = (depot(house)?, addresses.len() as u64);
    let lost = move |address: &String| {
        let there = address.parse().ok().map(|a| place.length(&a));
        !matches!(there, Some(Ok(Some(_))))
    };
    let missing = tokio::task::spawn_blocking(move || addresses.into_iter().filter(lost).collect())
        .await
        .map_err(|e| fault("the depot cannot be looked through", &e))?;
    Ok((missing, count))
}

/// Whether a recording may be offered in a territory on a day, by the deals its deliveries state; without deals it may.
/// `None` is a place unknown: then any territory's offer counts.
pub async fn offered(
    tx: &mut Tx,
    recording: &RecordingId,
    territory: Option<&Territory>,
    day: Date,
) -> Result<bool, Failure> {
    let rows = tx.deals_of(recording).await?;
    let deals: Vec<std::sync::Arc<Deal>> =
        rows.iter().map(deliver::deal_of).map(std::sync::Arc::new).collect();
    Ok(deals.is_empty() || Deal::offered(&deals, territory, day))
}

/// The unit in which use of a medium is counted: a word for reports.
pub fn use_unit(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Audio => "play",
        MediaKind::Game => "session",
        MediaKind::Video => "view",
        MediaKind::Book | MediaKind::Comic => "read",
    }
}

pub(crate) fn fault(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::Fault(store::Fault::new(format!("{what}: {error}")))
}

/// The recording that a text means, merged rows leading to the one that answers.
pub(crate) async fn named(tx: &mut Tx, text: &str) -> Result<RecordingId, Failure> {
    let row = crate::catalogue::row_named(tx, text).await?;
    Ok(tx.survivor(&row.recording.id).await?)
}
