//! What waits is kept and decoded, in the background or at once: integrity, loudness, waveform, rendition, covers.
//!
//! Each file is a step of its own, recorded when it is done, so that work that was broken off goes on where it was.
//! [`next`] names the next steps and [`step`] does one; a job queue calls them, and [`run`] does all of them here.

use std::collections::VecDeque;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use consent::Use;
use media::listen::{Found, listen};
use media::{Address, Flaw, Format};
use music::RecordingId;
use ports::depot::{Depot, Kept};
use store::{AnalysisRow, RenditionRow, ScannedRow};
use tokio::task::JoinSet;

use super::{depot, fault, keep};
use crate::{Failure, House};

/// How often a content is tried before it counts as unreadable: a crash of the decoder may be one of the machine.
const TRIES: i64 = 3;

/// One step of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A scanned file is kept: folder and path in it.
    Keep(String, String),
    /// A content is decoded: its address.
    Decode(String),
}

/// How far the work is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Steps done.
    pub done: u64,
    /// Steps known.
    pub total: u64,
    /// Milliseconds of sound decoded.
    pub heard_ms: u64,
}

/// What came of the work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysed {
    /// Files kept.
    pub kept: u64,
    /// Contents that play without fault.
    pub good: u64,
    /// Contents that play with a fault.
    pub damaged: u64,
    /// Contents that cannot be played.
    pub unreadable: u64,
    /// What was wrong: the file's name, and why; at most 200.
    pub flaws: Vec<(String, Flaw)>,
    /// How many flaws there were in all.
    pub flaw_count: u64,
    /// Whether it ended before everything was done.
    pub interrupted: bool,
}

/// How the work is done.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// How many files at the same time; at least one.
    pub threads: usize,
    /// End after so many steps; `None` does everything.
    pub most: Option<u64>,
    /// Set by somebody who wants it to end soon.
    pub stop: Arc<AtomicBool>,
}

/// The next steps, at most so many; none when all is done. Steps a caller holds already may be named again.
pub async fn next(house: &House, most: usize) -> Result<Vec<Step>, Failure> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut tx = house.store.begin_read().await?;
    let waiting = tx.waiting_after("", "", most).await?;
    let mut steps: Vec<Step> = waiting.into_iter().map(|w| Step::Keep(w.folder, w.path)).collect();
    let left = most.saturating_sub(steps.len() as i64);
    let due = if left > 0 { tx.due_after("", left).await? } else { Vec::new() };
    steps.extend(due.into_iter().map(|(address, _)| Step::Decode(address)));
    Ok(steps)
}

/// How many steps wait: files to keep, contents to decode.
pub async fn waiting(house: &House) -> Result<(u64, u64), Failure> {
    let mut tx = house.store.begin_read().await?;
    let of = |counts: Vec<(String, i64)>, state: &str| {
        counts.into_iter().find(|(s, _)| s == state).and_then(|(_, n)| u64::try_from(n).ok()).unwrap_or(0)
    };
    let keep = of(tx.scanned_counts().await?, "waiting");
    Ok((keep, of(tx.analysis_counts().await?, "due")))
}

/// What one step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A file lies in the depot; the content that is to be decoded next, where it was not decoded before.
    Kept(Option<String>),
    /// A content was decoded: its new state.
    Decoded(&'static str),
    /// Nothing was to be done any more.
    Nothing,
}

/// Does one step; `heard` is told milliseconds of sound as they are decoded and may end the step with `false`. The
/// second value is what is wrong with the file, by its name.
pub async fn step(
    house: &House,
    step: &Step,
    heard: Arc<dyn Fn(u64) -> bool + Send + Sync>,
) -> Result<(Done, Option<(String, Flaw)>), Failure> {
    match step {
        Step::Keep(folder, path) => keep_scanned(house, folder, path).await,
        Step::Decode(address) => decode(house, address, heard).await,
    }
}

/// Does everything that waits. `progress` is called after each step and while long ones go on.
pub async fn run(
    house: &House,
    ask: Run,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<Analysed, Failure> {
    let (keep, due) = waiting(house).await?;
    let known = Arc::new((AtomicU64::new(0), AtomicU64::new(keep * 2 + due), AtomicU64::new(0)));
    let mut walk = Walk::default();
    let mut done = Analysed::default();
    let mut working: JoinSet<Result<Ended, Failure>> = JoinSet::new();
    let mut begun = 0;
    loop {
        let room = working.len() < ask.threads.max(1) && ask.most.is_none_or(|most| begun < most);
        if room
            && !ask.stop.load(Ordering::Relaxed)
            && let Some(step) = walk.next(house).await?
        {
            begun += 1;
            working.spawn(one(house.clone(), step, ask.stop.clone(), known.clone(), progress.clone()));
            continue;
        }
        let Some(ended) = working.join_next().await else { break };
        let (what, flaw) = ended.map_err(|e| fault("a step of the analysis stopped", &e))??;
        done.count(&what, flaw);
        match what {
            Done::Kept(Some(address)) => walk.fresh.push_back(address),
            Done::Kept(None) => drop(known.1.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
        known.0.fetch_add(1, Ordering::Relaxed);
        progress(told(&known));
    }
    done.interrupted = waiting(house).await? != (0, 0);
    Ok(done)
}

/// What one step did, and the flaw it found with the file it was about.
type Ended = (Done, Option<(String, Flaw)>);

type Known = (AtomicU64, AtomicU64, AtomicU64);

fn told(known: &Known) -> Progress {
    let of = |n: &AtomicU64| n.load(Ordering::Relaxed);
    Progress { done: of(&known.0), total: of(&known.1), heard_ms: of(&known.2) }
}

async fn one(
    house: House,
    what: Step,
    stop: Arc<AtomicBool>,
    known: Arc<Known>,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<(Done, Option<(String, Flaw)>), Failure> {
    let last = AtomicU64::new(0);
    let heard = move |ms: u64| {
        let before = last.swap(ms, Ordering::Relaxed);
        known.2.fetch_add(ms.saturating_sub(before), Ordering::Relaxed);
        progress(told(&known));
        !stop.load(Ordering::Relaxed)
    };
    step(&house, &what, Arc::new(heard)).await
}

/// The way through what waits: scanned files in order, then what came of them and what was due before.
#[derive(Default)]
struct Walk {
    waiting: VecDeque<Step>,
    fresh: VecDeque<String>,
    after_file: Option<(String, String)>,
    files_end: bool,
    after_due: String,
    due_end: bool,
    seen: std::collections::HashSet<String>,
}

impl Walk {
    async fn next(&mut self, house: &House) -> Result<Option<Step>, Failure> {
        const AT_ONCE: i64 = 500;
        loop {
            // What was just kept is decoded while the disk still has it at hand.
            if let Some(address) = self.fresh.pop_front() {
                if self.seen.insert(address.clone()) {
                    return Ok(Some(Step::Decode(address)));
                }
                continue;
            }
            if let Some(step) = self.waiting.pop_front() {
                return Ok(Some(step));
            }
            let mut tx = house.store.begin_read().await?;
            if !self.due_end {
                let rows = tx.due_after(&self.after_due, AT_ONCE).await?;
                self.due_end = rows.is_empty();
                if let Some((last, _)) = rows.last() {
                    self.after_due.clone_from(last);
                }
                for (address, _) in rows {
                    if self.seen.insert(address.clone()) {
                        self.waiting.push_back(Step::Decode(address));
                    }
                }
            } else if !self.files_end {
                let (folder, path) = self.after_file.clone().unwrap_or_default();
                let rows = tx.waiting_after(&folder, &path, AT_ONCE).await?;
                self.files_end = rows.is_empty();
                if let Some(last) = rows.last() {
                    self.after_file = Some((last.folder.clone(), last.path.clone()));
                }
                self.waiting.extend(rows.into_iter().map(|r| Step::Keep(r.folder, r.path)));
            } else {
                return Ok(None);
            }
        }
    }
}

impl Analysed {
    fn count(&mut self, done: &Done, flaw: Option<(String, Flaw)>) {
        match done {
            Done::Kept(_) => self.kept += 1,
            Done::Decoded("good") => self.good += 1,
            Done::Decoded("damaged") => self.damaged += 1,
            Done::Decoded("unreadable") => self.unreadable += 1,
            Done::Decoded(_) | Done::Nothing => {}
        }
        if let Some(flaw) = flaw {
            self.flaw_count += 1;
            if self.flaws.len() < 200 {
                self.flaws.push(flaw);
            }
        }
    }
}

async fn keep_scanned(
    house: &House,
    folder: &str,
    path: &str,
) -> Result<(Done, Option<(String, Flaw)>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let row = tx.scanned_file(folder, path).await?.filter(|r| r.state == "waiting");
    let Some(mut row) = row else { return Ok((Done::Nothing, None)) };
    let needs_cover = !row.release.is_empty() && tx.covers_of(&row.release).await?.is_empty();
    drop(tx);
    let place = depot(house)?;
    let (at, name) = (folder.to_owned(), path.to_owned());
    let work = tokio::task::spawn_blocking(move || {
        let (file, bytes) = ports::folder::open(Path::new(&at), &name).map_err(|e| Flaw::unread(&e))?;
        let took = keep::take(&place, file, bytes, None)?;
        let covers = if needs_cover { cover_beside(&place, &at, &name, &took) } else { Vec::new() };
        Ok::<_, Flaw>((took, covers))
    });
    let done = work.await.map_err(|e| fault("a file could not be kept", &e))?;
    let mut tx = house.store.begin().await?;
    let (outcome, flaw) = match done {
        Ok((took, covers)) => {
            let recording: RecordingId =
                row.recording.parse().map_err(|e| fault("a scanned file names no recording", &e))?;
            let recording = tx.survivor(&recording).await?;
            keep::record(house, &mut tx, &took, &recording, path, &row.by).await?;
            if !covers.is_empty() {
                tx.put_covers(&row.release, &keep::owned_by(&covers, &row.release), house.now()).await?;
            }
            row.state = "kept".to_owned();
            let address = took.kept.address.to_string();
            let due = tx.analysis_state(&address).await?.as_deref() == Some("due");
            (Done::Kept(due.then_some(address)), took.flaw)
        }
        Err(flaw) => {
            row.state = "useless".to_owned();
            (row.problem, row.problem_words) = (flaw.code.to_owned(), flaw.words.clone());
            (Done::Kept(None), Some(flaw))
        }
    };
    tx.put_scanned(std::slice::from_ref(&row)).await?;
    tx.commit().await?;
    Ok((outcome, flaw.map(|flaw| (path.to_owned(), flaw))))
}

/// The picture in a file's tags, else the one that lies beside it by a usual name. Blocks.
fn cover_beside(depot: &Depot, folder: &str, path: &str, took: &keep::Took) -> Vec<store::CoverRow> {
    const NAMES: [&str; 8] = [
        "cover.jpg",
        "folder.jpg",
        "front.jpg",
        "cover.png",
        "folder.png",
        "front.png",
        "Cover.jpg",
        "Folder.jpg",
    ];
    let inside = depot
        .file(&took.kept.address)
        .ok()
        .flatten()
        .and_then(|file| media::tag::picture(std::io::BufReader::new(file), took.format).ok().flatten());
    let below = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let beside = || {
        NAMES.iter().find_map(|name| {
            let (file, bytes) = ports::folder::open(Path::new(folder), &format!("{below}{name}")).ok()?;
            let mut picture = Vec::new();
            (bytes <= media::picture::LARGEST_FILE as u64).then_some(())?;
            file.take(bytes).read_to_end(&mut picture).ok()?;
            Some(picture)
        })
    };
    // A release without a good picture is a release.
    let made = |picture: Vec<u8>| keep::covers(depot, "", &picture).ok();
    inside.and_then(made).or_else(|| beside().and_then(made)).unwrap_or_default()
}

async fn decode(
    house: &House,
    address: &str,
    heard: Arc<dyn Fn(u64) -> bool + Send + Sync>,
) -> Result<(Done, Option<(String, Flaw)>), Failure> {
    let mut tx = house.store.begin_read().await?;
    let Some(due) = tx.due(address).await? else { return Ok((Done::Nothing, None)) };
    drop(tx);
    let at: Address = address.parse().map_err(|e| fault("a master has no address", &e))?;
    let format = Format::from_word(&due.format).unwrap_or(Format::Mp3);
    let place = depot(house)?;
    let work = tokio::task::spawn_blocking(move || hear(&place, at, format, &*heard));
    let (name, now) = (due.origin, house.now());
    let tried = due.tried + 1;
    let mut row = AnalysisRow { address: address.to_owned(), tried, ..AnalysisRow::default() };
    let (state, rendition, flaw) = match work.await {
        Ok(Ok((found, rendition))) => {
            let state = if found.flaw.is_some() { "damaged" } else { "good" };
            fill(&mut row, &found);
            (state, rendition, found.flaw)
        }
        Ok(Err(flaw)) if flaw.code == "interrupted" => return Ok((Done::Nothing, None)),
        // The depot may be back tomorrow; the file stays due until it was tried often enough.
        Ok(Err(flaw)) if flaw.code == "file-unread" && tried < TRIES => ("due", None, Some(flaw)),
        Ok(Err(flaw)) => ("unreadable", None, Some(flaw)),
        Err(_) if tried < TRIES => ("due", None, None),
        Err(_) => {
            let words = "the decoder stopped at this file";
            ("unreadable", None, Some(Flaw::new("sound-corrupt", words, "send it in another format")))
        }
    };
    row.state = state.to_owned();
    if let Some(flaw) = &flaw {
        (row.problem, row.problem_words) = (flaw.code.to_owned(), flaw.words.clone());
    }
    let mut tx = house.store.begin().await?;
    if tx.content_barred(Use::AnalyseMine.code(), address).await? {
        // Its holder refuses: what playing it needs is kept, and nothing is found out about it.
        (row.loudness_mlufs, row.range_mlu, row.peak_mdbtp, row.peaks) = (None, None, None, None);
    }
    tx.put_analysis(&row, now).await?;
    if let Some(ms) = row.duration_ms {
        tx.take_duration(address, (ms + 500) / 1_000).await?;
    }
    if let Some((kept, rendered)) = rendition {
        let rendition = RenditionRow {
            master: address.to_owned(),
            format: Format::Opus.word().to_owned(),
            kbps: i64::from(rendered.kbps),
            address: kept.address.to_string(),
            bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
            duration_ms: i64::try_from(rendered.duration_ms).unwrap_or(i64::MAX),
        };
        tx.put_rendition(&rendition, now).await?;
    }
    tx.commit().await?;
    Ok((Done::Decoded(state), flaw.map(|flaw| (name, flaw))))
}

type Heard = (Found, Option<(Kept, media::opus::Rendered)>);

fn hear(
    depot: &Depot,
    address: Address,
    format: Format,
    heard: &(dyn Fn(u64) -> bool + Send + Sync),
) -> Result<Heard, Flaw> {
    let file = depot
        .file(&address)
        .map_err(|e| Flaw::unread(&e))?
        .ok_or_else(|| Flaw::new("content-missing", "the depot has lost the file", "bring the file again"))?;
    let out = depot.begin().map_err(|e| Flaw::unread(&e))?;
    let (found, made) = listen(Box::new(file), format, &address, Some(out), &mut |ms| heard(ms))?;
    let rendition = match made {
        Some((out, rendered)) => Some((out.finish().map_err(|e| Flaw::unread(&e))?, rendered)),
        None => None,
    };
    Ok((found, rendition))
}

fn fill(row: &mut AnalysisRow, found: &Found) {
    row.duration_ms = i64::try_from(found.duration_ms).ok();
    row.sample_rate = Some(i64::from(found.rate));
    row.channels = i64::try_from(found.channels).ok();
    row.loudness_mlufs = found.loudness.integrated_mlufs;
    row.range_mlu = found.loudness.range_mlu;
    row.peak_mdbtp = found.loudness.peak_mdbtp;
    row.peaks = Some(found.peaks.clone());
}

/// The kind of job that keeps and decodes what waits.
pub const JOB: &str = "audio-analyse";

/// Does everything that waits, one file after the other, so that the pages stay quick.
#[derive(Debug, Clone, Copy)]
pub struct Analyse;

impl crate::job::Handler for Analyse {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run<'a>(&'a self, house: &'a House, _job: &'a crate::job::Held) -> crate::job::Work<'a> {
        Box::pin(
            async move { run(house, Run { threads: 1, ..Run::default() }, Arc::new(|_| {})).await.map(drop) },
        )
    }
}

/// Files of all scans that were of no use, each with why: for a report. At most so many.
pub async fn useless(house: &House, most: i64) -> Result<Vec<ScannedRow>, Failure> {
    let mut tx = house.store.begin_read().await?;
    Ok(tx.useless(most).await?)
}
