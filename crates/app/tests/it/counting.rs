//! Listening, from the first byte to the statement: what is written down, counted, told and forgotten.

mod crash;
mod seat;
mod simulated;
mod story;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use app::counting::{Listener, Recorder};
use app::{House, party};
use jiff::Timestamp;
use music::{MediaKind, PartyId, Recording, RecordingId, RecordingStatus};
use ports::period_keys::PeriodKeys;
use programmes::streaming::{Report, TimeMap, Unit};
use store::CatalogueRow;
use testkit::house::Fresh;
use testkit::listening::{Act, Does, id};

/// When listening begins: midnight of 1 October 2026 in Paris, in milliseconds.
pub const BEGIN: i64 = 1_790_805_600_000;

/// A world whose clock is set to the millisecond.
pub struct Clock {
    ms: AtomicI64,
    rest: Arc<dyn app::World>,
}

impl Clock {
    pub fn set(&self, since_begin: i64) {
        self.ms.store(BEGIN + since_begin, Relaxed);
    }
}

impl app::World for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.ms.load(Relaxed)).unwrap()
    }

    fn bits(&self) -> u64 {
        self.rest.bits()
    }

    fn nonce(&self) -> [u8; 24] {
        self.rest.nonce()
    }
}

/// A house with an institution, recordings, and its own clock.
pub struct Place {
    pub house: House,
    pub clock: Arc<Clock>,
    pub institution: PartyId,
    pub keys: PeriodKeys,
    pub engine: &'static str,
    pub fresh: Fresh,
}

pub async fn place(fresh: Fresh, recordings: usize) -> Place {
    let clock = Arc::new(Clock { ms: AtomicI64::new(BEGIN), rest: fresh.house.world.clone() });
    let house = House { world: clock.clone(), ..fresh.house.clone() };
    let institution = institution(&house, "Médiathèque du Port").await;
    insert_recordings(&house, recordings).await;
    let keys = PeriodKeys::at(&fresh.folder.path().join("keys"));
    let engine = fresh.engine;
    Place { house, clock, institution, keys, engine, fresh }
}

/// The institution of a name, registered where it is not here yet.
async fn institution(house: &House, name: &str) -> PartyId {
    let mut tx = house.store.begin_read().await.unwrap();
    if let Some(known) = tx.parties_named(name).await.unwrap().first() {
        return known.party.id.clone();
    }
    drop(tx);
    let register =
        party::Register { name: name.into(), kind: "organisation".into(), ..party::Register::default() };
    party::register(house, register).await.unwrap().party.id
}

/// Recordings of ten artists, with the ids of the simulated world.
pub async fn insert_recordings(house: &House, count: usize) {
    let rows: Vec<CatalogueRow> = (0..count)
        .map(|n| CatalogueRow {
            recording: Recording {
                id: id(n),
                kind: MediaKind::Audio,
                artist: format!("Artist {}", n % 10),
                title: format!("Piece {n}"),
                version: String::new(),
                album: String::new(),
                label: String::new(),
                duration_s: None,
                year: None,
                isrc: None,
                mbid: None,
                own_id: None,
                status: RecordingStatus::Live,
            },
            source: "simulated".into(),
            source_id: format!("s{n}"),
            origin_line: n as i64 + 1,
            merged_into: None,
        })
        .collect();
    let mut tx = house.store.begin().await.unwrap();
    tx.upsert_recordings(&rows, house.now()).await.unwrap();
    tx.commit().await.unwrap();
}

impl Place {
    pub fn listener(&self, member: &str, device: &str) -> Listener {
        Listener {
            institution: self.institution.clone(),
            member: member.to_owned(),
            device: device.to_owned(),
        }
    }

    pub fn recorder(&self) -> Recorder {
        Recorder::new(self.house.clone(), self.keys.clone())
    }
}

/// What a player says in the house's time.
pub fn told(report: Report) -> Report {
    match report {
        Report::Listened { at: Some(at) } => Report::Listened { at: Some(BEGIN + at) },
        other => other,
    }
}

/// A file of a thousand bytes a second.
pub fn file(length_ms: u32) -> TimeMap {
    TimeMap::even(0, u64::from(length_ms), length_ms)
}

/// What the doors to players do when a player does something.
pub async fn act(recorder: &Recorder, who: &Listener, act: &Act, broken: &BTreeMap<u64, u32>) {
    match act.does {
        Does::Fetch { stream, from, to, length } => {
            let mut out = recorder.stream(who, &act.recording, file(length), Unit::Play);
            let end = broken.get(&stream).copied().unwrap_or(to).min(to);
            let mut at = u64::from(from);
            while at < u64::from(end) {
                at = out.grant(at).await.unwrap();
            }
            out.ended(u64::from(end)).await.unwrap();
        }
        // Told where the stream ended.
        Does::Break { .. } => {}
        Does::Say(report) => recorder.say(who, &[(act.recording.clone(), told(report))]).await.unwrap(),
    }
}

/// Where the lines of requests broke.
pub fn broken(acts: &[Act]) -> BTreeMap<u64, u32> {
    let of = |a: &Act| if let Does::Break { stream, at } = a.does { Some((stream, at)) } else { None };
    acts.iter().filter_map(of).collect()
}

/// What is counted in a period's file, by the names in it.
pub fn counted(folder: &Path, period: &str) -> BTreeMap<(String, RecordingId), u64> {
    let file = folder.join("usage").join(format!("{period}.parquet"));
    let rows = bulk::usage::read_usage(&file, |_| true).unwrap();
    let counted = rows.into_iter().filter(|r| r.outcome == "counted");
    counted.map(|r| ((r.member, r.recording.parse().unwrap()), u64::from(r.plays))).collect()
}
