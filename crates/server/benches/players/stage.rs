//! An invented catalogue of any size, served on a free port.

use std::path::PathBuf;

use app::{House, app_password, listener};
use music::{MediaKind, Recording, RecordingId, RecordingStatus, Release, ReleaseId, Track};
use store::{AnalysisRow, CatalogueRow, MasterRow};

use crate::common;

/// Words that titles and names are made of.
pub const WORDS: [&str; 24] = [
    "night", "drive", "harbour", "tide", "anchor", "brine", "lantern", "sodium", "paper", "moon", "velvet",
    "signal", "orbit", "north", "ember", "glass", "river", "quiet", "motor", "copper", "winter", "garden",
    "static", "bloom",
];
/// Songs of one album.
const TRACKS: usize = 10;
/// Rows written at a time.
const AT_ONCE: usize = 20_000;

/// Fills a folder with a house of so many songs.
pub async fn store(folder: PathBuf, songs: usize) {
    let house = common::house(folder).await;
    for from in (0..songs).step_by(AT_ONCE) {
        write(&house, from, songs.min(from + AT_ONCE)).await;
    }
    let ask = listener::Register { member: "mem-1".into(), login: "bench".into(), ..Default::default() };
    listener::register(&house, ask).await.unwrap();
}

/// Serves a folder until the program ends: its address, a login and its password.
pub async fn serve(folder: PathBuf) -> (String, String, String) {
    let house = common::house(folder).await;
    let made = app_password::create(&house, "mem-1", "bench").await.unwrap();
    (common::serve(house).await, made.login, made.secret)
}

fn word(n: usize) -> &'static str {
    WORDS[n.wrapping_mul(2_654_435_761) / 7 % WORDS.len()]
}

fn title(n: usize) -> String {
    format!("{} {} {}", word(n), word(n / 3 + 5), n / 500)
}

fn artist(n: usize) -> String {
    let n = n / 40;
    format!("{} {} {}", word(n + 11), word(n / 2 + 3), n)
}

fn recording(n: usize) -> Recording {
    Recording {
        id: RecordingId::from_bits(n as u64 * 1_099_511_628_211),
        kind: MediaKind::Audio,
        artist: artist(n),
        title: title(n),
        version: String::new(),
        album: String::new(),
        label: format!("Label {}", n / 400),
        duration_s: Some(180 + (n % 240) as u32),
        year: Some(1990 + (n / TRACKS % 35) as u16),
        isrc: None,
        mbid: None,
        own_id: None,
        status: RecordingStatus::Live,
    }
}

async fn write(house: &House, from: usize, to: usize) {
    let now = house.now();
    let mut tx = house.store.begin().await.unwrap();
    let rows: Vec<CatalogueRow> = (from..to)
        .map(|n| CatalogueRow {
            recording: recording(n),
            source: "bench".into(),
            source_id: n.to_string(),
            origin_line: 0,
            merged_into: None,
        })
        .collect();
    tx.upsert_recordings(&rows, now).await.unwrap();
    let address = "0".repeat(64);
    let analysis = AnalysisRow {
        address: address.clone(),
        state: "good".into(),
        problem: String::new(),
        problem_words: String::new(),
        duration_ms: None,
        sample_rate: Some(44_100),
        channels: Some(2),
        loudness_mlufs: Some(-14_000),
        range_mlu: Some(5_000),
        peak_mdbtp: Some(-1_000),
        peaks: None,
        tried: 1,
    };
    tx.put_analysis(&analysis, now).await.unwrap();
    let masters: Vec<MasterRow> = rows
        .iter()
        .map(|r| MasterRow {
            recording: r.recording.id.clone(),
            address: address.clone(),
            kind: "audio".into(),
            format: "flac".into(),
            bytes: 30_000_000,
            origin: "a.flac".into(),
            by: "bench".into(),
            at: now,
        })
        .collect();
    tx.put_masters(&masters, now).await.unwrap();
    for album in (from..to).step_by(TRACKS) {
        let release = Release {
            id: ReleaseId::from_bits(album as u64 * 1_099_511_628_211 + 1),
            title: format!("{} {}", word(album / TRACKS), album / TRACKS),
            artist: artist(album),
            label: String::new(),
            catalogue_number: String::new(),
            gtin: None,
        };
        tx.put_release(&release, "bench", &album.to_string()).await.unwrap();
        for (place, row) in rows[album - from..].iter().take(TRACKS).enumerate() {
            let track = Track {
                release: release.id.clone(),
                position: place as u32 + 1,
                recording: row.recording.id.clone(),
            };
            tx.put_track(&track).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}
