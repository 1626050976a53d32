//! The house heeds what it asks: a holder's refusal takes a recording out of searches and out of analysis, at once, and what is
//! allowed again comes back.

use std::sync::Arc;

use ::library::Page;
use app::audio::analyse::{self, Run};
use app::audio::scan;
use app::consent::{self, Say, Spoken};
use app::discovery::{self, Asked};
use app::{House, audio, catalogue, job, library, party};
use media::tone;
use money::Ratio;
use music::{Made, RecordingId};
use testkit::house;

const ALL: Page = Page { offset: 0, count: 100 };

/// One file of Mira's in the catalogue, decoded, with her share.
async fn filled(house: &House, folder: &std::path::Path) -> RecordingId {
    std::fs::write(folder.join("Mira Feld - Loose.wav"), tone::sweep(200.0, 900.0, 2, 0.4, 44_100)).unwrap();
    std::fs::write(folder.join("Ona Veld - Paper.wav"), tone::sweep(300.0, 700.0, 2, 0.4, 44_100)).unwrap();
    let ask = scan::Scan {
        folder: folder.to_owned(),
        by: "test".into(),
        label: "Quay".into(),
        made: Some(Made::Human),
    };
    scan::scan(house, ask, Arc::new(|_| {})).await.unwrap();
    decoded(house).await;
    let rows = house.store.begin_read().await.unwrap().recordings_after("", 10).await.unwrap();
    let id = rows.iter().find(|r| r.recording.title == "Loose").unwrap().recording.id.clone();
    let mira = party::Register { name: "Mira Feld".into(), by: "ines".into(), ..Default::default() };
    if party::one(house, "Mira Feld").await.is_err() {
        party::register(house, mira).await.unwrap();
    }
    let mut tx = house.store.begin().await.unwrap();
    let id_of = party::find(&mut tx, "Mira Feld").await.unwrap().party.id;
    tx.set_standing(&id_of, store::Standing::Here).await.unwrap();
    tx.commit().await.unwrap();
    let share = party::SetShare {
        recording: id.clone(),
        party: "Mira Feld".into(),
        ratio: Ratio::WHOLE,
        territory: None,
        period: music::Period::ALWAYS,
        use_type: None,
        by: "ines".into(),
    };
    party::set_share(house, share).await.unwrap();
    id
}

async fn decoded(house: &House) {
    analyse::run(house, Run { threads: 1, ..Run::default() }, Arc::new(|_| {})).await.unwrap();
}

fn says(word: &str, uses: &str, licensees: &[&str]) -> Say {
    Say {
        speaker: "Mira Feld".into(),
        subject: "catalogue".into(),
        word: word.into(),
        uses: vec![uses.into()],
        licensees: licensees.iter().map(|l| (*l).to_owned()).collect(),
        by: "ines".into(),
        ..Say::default()
    }
}

async fn said(house: &House, thing: Say) -> store::ConsentRow {
    match consent::say(house, &[thing]).await.unwrap().remove(0) {
        Spoken::Said(row) => row,
        Spoken::Waits(row) => panic!("{} waits", row.id),
    }
}

/// How many songs, albums and artists a listener finds, and rows of the public search.
async fn found(house: &House, words: &str) -> [usize; 4] {
    let library = library::load(house, "").await.unwrap().library;
    let matching = catalogue::open_matching(house).await.unwrap();
    let led = discovery::voyage(house, None, &matching, words, &Asked::default()).await.unwrap();
    [
        library.search_songs(words, ALL).len(),
        library.search_albums(words, ALL).len(),
        library.search_artists(words, ALL).len(),
        led.catalogue.len(),
    ]
}

async fn work(house: &House) {
    job::round(house).await.unwrap();
    while job::run_one(house, &job::handlers(None), "w").await.unwrap().is_some() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_takes_a_recording_out_of_searches_and_a_permit_brings_it_back() {
    for fresh in house::each(61).await {
        let (h, engine) = (&fresh.house, fresh.engine);
        let folder = tempfile::tempdir().unwrap();
        let id = filled(h, folder.path()).await;
        assert_eq!(found(h, "loose").await, [1, 0, 0, 1], "silence refuses nobody's own search: {engine}");
        assert_eq!(found(h, "mira").await[2], 1);
        // To somebody else it is none of the house's business; about another use neither.
        let other = party::Register { name: "Modelmaker".into(), by: "ines".into(), ..Default::default() };
        party::register(h, other).await.unwrap();
        said(h, says("refuse", "index.search", &["Modelmaker"])).await;
        said(h, says("refuse", "train", &[])).await;
        work(h).await;
        assert_eq!(found(h, "loose").await[0], 1, "{engine}");
        let before = library::mark(h).await.unwrap();
        said(h, says("refuse", "index.search", &[])).await;
        // At once, with no job in between; its page and its sound stay where a link leads.
        assert_eq!(found(h, "loose").await, [0, 0, 0, 0], "{engine}");
        assert_eq!(found(h, "mira").await, [0, 0, 0, 0], "{engine}");
        assert_eq!(found(h, "paper").await[0], 1, "{engine}");
        assert_ne!(library::mark(h).await.unwrap(), before, "players get a new library");
        assert!(discovery::recording(h, &id).await.unwrap().is_some());
        let songs = library::load(h, "").await.unwrap().library;
        assert!(songs.song_by_id(id.as_str()).is_some(), "{engine}");
        work(h).await;
        assert_eq!(found(h, "loose").await[0], 0, "{engine}");
        assert!(!consent::own::heed(h).await.unwrap(), "nothing was said since");
        // The permit lifts her own refusal, so it waits for her code or for time, and then it comes back.
        let waiting = consent::say(h, &[says("permit", "index.search", &[])]).await.unwrap();
        assert!(matches!(waiting[0], Spoken::Waits(_)));
        fresh.world.pass_days(30);
        consent::wait::settle_due(h).await.unwrap();
        work(h).await;
        assert_eq!(found(h, "loose").await, [1, 0, 0, 1], "{engine}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_ends_analysis_and_leaves_what_playing_needs() {
    for fresh in house::each(62).await {
        let (h, engine) = (&fresh.house, fresh.engine);
        let folder = tempfile::tempdir().unwrap();
        let id = filled(h, folder.path()).await;
        assert!(audio::waveform(h, &id).await.unwrap().is_some());
        // A wildcard refuses this too.
        said(h, says("refuse", "*", &[])).await;
        let of = async |id: &RecordingId| audio::playable(h, id).await.unwrap().unwrap();
        let found = of(&id).await;
        assert!(found.plays() && found.analysis.duration_ms == Some(2_000), "{engine}");
        let a = &found.analysis;
        assert_eq!((a.loudness_mlufs, a.range_mlu, a.peak_mdbtp), (None, None, None), "{engine}");
        assert!(audio::waveform(h, &id).await.unwrap().is_none(), "{engine}");
        // Decoded anew, nothing is found out again.
        let mut tx = h.store.begin().await.unwrap();
        tx.analyse_again(id.as_str()).await.unwrap();
        tx.commit().await.unwrap();
        decoded(h).await;
        assert!(of(&id).await.plays() && of(&id).await.analysis.loudness_mlufs.is_none(), "{engine}");
        // Somebody else's recording keeps its own.
        let rows = h.store.begin_read().await.unwrap().recordings_after("", 10).await.unwrap();
        let other = rows.iter().find(|r| r.recording.title == "Paper").unwrap().recording.id.clone();
        assert!(of(&other).await.analysis.loudness_mlufs.is_some());
        fresh.world.pass_days(1);
        let waits = consent::say(h, &[says("permit", "analyse.mine", &[])]).await.unwrap();
        assert!(matches!(waits[0], Spoken::Waits(_)));
        fresh.world.pass_days(30);
        consent::wait::settle_due(h).await.unwrap();
        consent::own::heed(h).await.unwrap();
        decoded(h).await;
        assert!(of(&id).await.analysis.loudness_mlufs.is_some(), "{engine}");
    }
}
