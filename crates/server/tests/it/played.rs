//! The player of the pages in a real browser: it plays on while pages change, and what was heard counts.
//!
//! Chromium is driven by `playwright-core` (npm), looked for in the folder `TANTIEME_TEST_NODE_MODULES`; where one is
//! missing the test says so, and under `CI=true` it fails. `TANTIEME_TEST_SHOTS` names a folder for pictures of every page.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use app::counting::PeriodKeys;
use app::member::{card, own};
use jiff::SignedDuration;
use store::MemberRow;

use crate::browser::{Fixed, Real};
use crate::players::{Sound, skipped, stage_in};

/// How long each recording sounds.
const SECONDS: usize = 10;
const RATE: usize = 8_000;

/// A tone that swells, as a WAV file.
fn tone() -> Sound {
    let count = SECONDS * RATE;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + count as u32 * 2).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend((RATE as u32).to_le_bytes());
    bytes.extend((RATE as u32 * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend((count as u32 * 2).to_le_bytes());
    for n in 0..count {
        let swell = (n as f64 / count as f64 * std::f64::consts::PI).sin();
        let wave = (n as f64 * 220.0 * std::f64::consts::TAU / RATE as f64).sin();
        bytes.extend(((wave * swell * 9_000.0) as i16).to_le_bytes());
    }
    let peaks = (0..400_u32).map(|n| (40 + n * 7 % 97 + n * 100 / 400) as u8).collect();
    Sound { bytes, format: "wav", ms: SECONDS as i64 * 1_000, peaks: Some(peaks) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn music_plays_on_while_pages_change_and_counts() {
    let missing = |what: &str| {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} is not here");
        skipped(what);
    };
    let Ok(modules) = std::env::var("TANTIEME_TEST_NODE_MODULES") else {
        return missing("playwright-core (TANTIEME_TEST_NODE_MODULES)");
    };
    if !std::path::Path::new(&modules).join("playwright-core").is_dir() {
        return missing("playwright-core");
    }
    let stage = stage_in(Arc::new(Real(Fixed(AtomicU64::new(9)))), &tone()).await;
    let (town, app) = (stage.institution.to_string(), stage.app.clone());
    let place = stage.for_browsers();
    let house = &place.house;
    card::hand_in(house, &town, b"card;pin\n1001;1234\n", true, "ada").await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let mut command = Command::new("node");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/counterparts/player.mjs"));
    command.args([&modules, &format!("http://{at}"), &town]);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}", String::from_utf8_lossy(&output.stdout));
    let keys = PeriodKeys::at(&house.folder.join("keys"));
    let mut tx = house.store.begin_read().await.unwrap();
    let rows = tx.rows("select id, sign_in from member", Vec::new()).await.unwrap();
    drop(tx);
    let mut counted = 0;
    for row in rows {
        let member = MemberRow {
            id: row.text(0).unwrap().parse().unwrap(),
            institution: town.clone(),
            sign_in: row.text(1).unwrap().parse().unwrap(),
            created: house.now() - SignedDuration::from_hours(1),
            until: None,
            confirmed: house.now(),
            ended: None,
        };
        for period in own::counted(house, &keys, &member).await.unwrap() {
            counted += period.rows.iter().filter(|r| r.outcome == "counted").map(|r| r.plays).sum::<u64>();
        }
    }
    assert_eq!(counted, 2, "both were heard whole");
}
