//! Training: what is here and may be read, as numbers without persons; then a file and a line in the register.

use std::collections::{BTreeMap, BTreeSet};

use discovery::{Fact, Graph, Node, Play, Settings, Source, Training};
use ledger::Hash;
use music::{PartyId, RecordingId, RecordingStatus, ShareSubject, id};
use ports::index_file::IndexFile;
use store::{DiscoveryRunRow, Tx};

use super::{artists, path_of, title};
use crate::failure::refuse;
use crate::{Failure, House, gather, party, policy};

/// What was decided about using the recordings for training (use `train.nongen`), as a value: whoever trains asks the
/// consent decision first and brings its answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrainingConsent {
    /// Nobody was asked; the register says so.
    NotAsked,
    /// The decision was asked under declared terms.
    Decided {
        /// The terms in one line: use, licensee, day, size of the log.
        terms: String,
        /// The recordings whose use is not permitted. They are not in the model.
        refused: BTreeSet<RecordingId>,
    },
}

/// What a member played, from elsewhere than the store, such as Parquet files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberPlays {
    /// The member's pseudonym.
    pub member: String,
    /// The recording: our id.
    pub recording: String,
    /// Plays.
    pub plays: u32,
}

/// A published selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Its id.
    pub id: String,
    /// What is in it.
    pub recordings: Vec<RecordingId>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Train {
    /// What was decided about the recordings.
    pub consent: TrainingConsent,
    /// Plays beside those in the store.
    pub plays: Vec<MemberPlays>,
    /// Published selections.
    pub selections: Vec<Selection>,
    /// How many threads; changes how long it takes and nothing else.
    pub threads: usize,
    /// Who trains.
    pub by: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trained {
    /// The line in the register.
    pub run: DiscoveryRunRow,
    /// Neighbours in the model.
    pub neighbours: u64,
    /// Its size in bytes.
    pub bytes: usize,
    /// The same was trained from the same before: nothing was written.
    pub before: bool,
}

/// Trains the recommender on what is here and may be read, and takes the model into use.
pub async fn train(house: &House, ask: Train) -> Result<Trained, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let settings = settings(&mut tx, house).await?;
    let read = read(&mut tx, &ask).await?;
    drop(tx);
    let inputs_hash = inputs_hash(&read.training, &settings);
    let (training, of_settings, threads) = (read.training, settings.clone(), ask.threads);
    let work = move || discovery::train(&training, &of_settings, threads);
    let bytes = tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Failure::Fault(store::Fault::new(format!("the training broke off: {e}"))))?
        .map_err(|e| refuse("discovery-train", e.to_string(), "check the policies `discovery-…`"))?;
    let model_hash = Hash::of(&bytes).to_string();
    let graph = Graph::open(&bytes).map_err(|e| refuse("discovery-model", e.to_string(), ""))?;
    let (neighbours, recordings, names) = (graph.neighbours(), graph.len(), graph.names());
    let (consent, left_out) = match &ask.consent {
        TrainingConsent::NotAsked => ("not asked".to_owned(), 0),
        TrainingConsent::Decided { terms, .. } => (terms.clone(), read.left_out),
    };
    let run = DiscoveryRunRow {
        id: format!("trn-{}", id::base32(house.world.bits())),
        file: format!("discovery/{model_hash}.graph"),
        model_hash,
        inputs_hash,
        settings: settings.line(),
        consent,
        left_out,
        recordings: i64::from(recordings),
        names: i64::from(names),
        members: count(read.members),
        djs: count(read.djs),
        selections: count(ask.selections.len()),
        plays: count(read.rows),
        refused: count(read.refused),
        by: ask.by.clone(),
        at: now,
    };
    let size = bytes.len();
    write(house, &run.file, bytes)?;
    let mut tx = house.store.begin().await?;
    let newest = tx.discovery_runs(1).await?.pop();
    if let Some(newest) = newest.filter(|n| {
        (&n.model_hash, &n.inputs_hash, &n.consent) == (&run.model_hash, &run.inputs_hash, &run.consent)
    }) {
        return Ok(Trained { run: newest, neighbours, bytes: size, before: true });
    }
    tx.insert_discovery_run(&run).await?;
    tx.note(now, &ask.by, "discovery train", &run.id, &run.model_hash).await?;
    tx.commit().await?;
    Ok(Trained { run, neighbours, bytes: size, before: false })
}

/// Says that what a person played must not train the recommender, or that it may again: a member by pseudonym, a DJ by
/// party id or unique name. The model in use changes with the next training.
pub async fn refuse_training(house: &House, who: &str, refuses: bool, by: &str) -> Result<String, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let person = match who.starts_with("mem-") {
        true => who.to_owned(),
        false => party::find(&mut tx, who).await?.party.id.to_string(),
    };
    tx.set_discovery_refusal(&person, refuses, by, now).await?;
    let word = if refuses { "refuses" } else { "agrees" };
    tx.note(now, by, "discovery training", &person, word).await?;
    tx.commit().await?;
    Ok(person)
}

async fn settings(tx: &mut Tx, house: &House) -> Result<Settings, Failure> {
    let least = policy::count(tx, "discovery-threshold", house.now()).await?.max(2);
    let beta = policy::share(tx, "discovery-beta", house.now()).await?;
    Ok(Settings {
        least_people: least,
        told_from: least,
        beta: beta.ppm_floor() as f32 / 1e6,
        ..Settings::default()
    })
}

struct Read {
    training: Training,
    left_out: i64,
    members: usize,
    djs: usize,
    rows: usize,
    refused: usize,
}

async fn read(tx: &mut Tx, ask: &Train) -> Result<Read, Failure> {
    let no_one = BTreeSet::new();
    let barred = match &ask.consent {
        TrainingConsent::Decided { refused, .. } => refused,
        TrainingConsent::NotAsked => &no_one,
    };
    let (facts, left_out) = facts(tx, barred).await?;
    let mut training = Training::new(facts);
    let keep: BTreeMap<RecordingId, RecordingId> = tx.merged_recordings().await?.into_iter().collect();
    let refusals: BTreeSet<String> = tx.discovery_refusals().await?.into_iter().collect();
    let mut reader = Reader { training: &mut training, keep: &keep, rows: 0 };
    let mut members: BTreeMap<String, u32> = BTreeMap::new();
    for (member, recording, plays) in tx.plays_for_discovery().await? {
        let person = numbered(&mut members, &member);
        reader.recording(Source::Members, person, &recording, plays);
    }
    for row in ask.plays.iter().filter(|row| !refusals.contains(&row.member)) {
        if let Ok(recording) = row.recording.parse::<RecordingId>() {
            let person = numbered(&mut members, &row.member);
            reader.recording(Source::Members, person, &recording, i64::from(row.plays));
        }
    }
    let mut djs: BTreeMap<String, u32> = BTreeMap::new();
    for line in tx.lines_for_discovery().await? {
        let person = numbered(&mut djs, &line.performer);
        match &line.recording {
            Some(recording) => reader.recording(Source::Djs, person, recording, line.plays),
            None => reader.name(person, &line.artist, line.plays),
        }
    }
    // What a brand paid for trains nothing.
    let paid: BTreeSet<String> = tx.branded_selections().await?.iter().map(ToString::to_string).collect();
    for (n, selection) in ask.selections.iter().enumerate().filter(|(_, s)| !paid.contains(&s.id)) {
        selection.recordings.iter().for_each(|r| reader.recording(Source::Selections, n as u32, r, 1));
    }
    let rows = reader.rows;
    Ok(Read { training, left_out, members: members.len(), djs: djs.len(), rows, refused: refusals.len() })
}

/// A number for a person, of no meaning beyond this training.
fn numbered(people: &mut BTreeMap<String, u32>, person: &str) -> u32 {
    let next = people.len() as u32;
    *people.entry(person.to_owned()).or_insert(next)
}

struct Reader<'a> {
    training: &'a mut Training,
    keep: &'a BTreeMap<RecordingId, RecordingId>,
    rows: usize,
}

impl Reader<'_> {
    fn recording(&mut self, source: Source, person: u32, recording: &RecordingId, plays: i64) {
        let mut answers = recording;
        // merges never go round; the count is for a damaged store
        for _ in 0..16 {
            match self.keep.get(answers) {
                Some(keep) => answers = keep,
                None => break,
            }
        }
        if let Some(what) = self.training.recording(answers.as_str()) {
            self.training.play(Play { source, person, what, count: small(plays) });
            self.rows += 1;
        }
    }

    /// A line that nothing matched still names an artist.
    fn name(&mut self, person: u32, artist: &str, plays: i64) {
        let credit = artist.split_once(" - ").map_or(artist, |(before, _)| before);
        let credit = credit.trim_start_matches(|c: char| c.is_ascii_digit() || ".):-– ".contains(c));
        for name in artists(credit).iter().take(4).filter(|n| n.len() <= 200) {
            if let Some(name) = self.training.add_name(name) {
                let what = Node::Name(name);
                self.training.play(Play { source: Source::Djs, person, what, count: small(plays) });
                self.rows += 1;
            }
        }
    }
}

/// What the catalogue says of every recording that is out; and how many were left out by a refusal.
async fn facts(tx: &mut Tx, barred: &BTreeSet<RecordingId>) -> Result<(Vec<Fact>, i64), Failure> {
    let homes = gather::homes(tx).await?;
    let tagged = gather::tags(tx, "rec-").await?;
    let mut holders: BTreeMap<RecordingId, Vec<PartyId>> = BTreeMap::new();
    for row in tx.all_recording_shares().await? {
        if let ShareSubject::Recording(recording) = row.share.subject {
            holders.entry(recording).or_default().push(row.share.party);
        }
    }
    let (mut facts, mut left_out, mut after) = (Vec::new(), 0, String::new());
    loop {
        let rows = tx.recordings_after(&after, 20_000).await?;
        let Some(last) = rows.last() else { return Ok((facts, left_out)) };
        after = last.recording.id.to_string();
        for row in &rows {
            let r = &row.recording;
            if r.status != RecordingStatus::Live {
                continue;
            }
            if barred.contains(&r.id) {
                left_out += 1;
                continue;
            }
            let own = tagged.get(r.id.as_str()).cloned().unwrap_or_default();
            let theirs = holders.get(&r.id).into_iter().flatten().filter_map(|p| homes.get(p.as_str()));
            let places: BTreeSet<_> = own.into_iter().chain(theirs.flatten().cloned()).collect();
            facts.push(Fact {
                id: r.id.to_string(),
                artists: artists(&r.artist),
                title: title(row),
                label: r.label.clone(),
                tags: Vec::new(),
                places: places.iter().map(ToString::to_string).collect(),
            });
        }
    }
}

fn inputs_hash(training: &Training, settings: &Settings) -> String {
    let mut bytes = settings.line().into_bytes();
    for fact in training.facts() {
        let fields = [&fact.id, &fact.title, &fact.label];
        let lists = fact.artists.iter().chain(&fact.tags).chain(&fact.places);
        for text in fields.into_iter().chain(lists) {
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(0);
        }
        bytes.push(1);
    }
    for play in &training.plays {
        let (kind, number) = match play.what {
            Node::Recording(n) => (0, n),
            Node::Name(n) => (1, n),
        };
        bytes.push(play.source as u8);
        bytes.push(kind);
        [play.person, number, play.count].into_iter().for_each(|n| bytes.extend_from_slice(&n.to_le_bytes()));
    }
    Hash::of(&bytes).to_string()
}

fn write(house: &House, file: &str, bytes: Vec<u8>) -> Result<(), Failure> {
    let path = path_of(house, file);
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| if path.exists() { Ok(()) } else { IndexFile::create(&path, bytes).map(drop) })
        .map_err(|e| {
            Failure::Fault(store::Fault::new(format!(
                "the model `{}` cannot be written: {e}",
                path.display()
            )))
        })
}

fn small(plays: i64) -> u32 {
    u32::try_from(plays.max(0)).unwrap_or(u32::MAX)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
