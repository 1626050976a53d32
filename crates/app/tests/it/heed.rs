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

/// What a harvester holds after it asked from a moment on: titles of what is told, ids of what is gone.
async fn harvested(house: &House, from: jiff::Timestamp) -> (Vec<String>, Vec<RecordingId>) {
    let mut after = app::harvest::Place { at_us: from.as_microsecond(), id: String::new() };
    let (mut told, mut gone) = (Vec::new(), Vec::new());
    loop {
        let page = app::harvest::page(house, &after, i64::MAX).await.unwrap();
        for r in page.records {
            assert!(r.at >= from);
            if r.gone { gone.push(r.recording.id) } else { told.push(r.recording.title) }
        }
        let Some(next) = page.next else { break };
        after = next;
    }
    told.sort();
    (told, gone)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn harvesters_are_told_of_a_refusal_as_of_a_deletion_and_of_the_permit_as_of_a_change() {
    for fresh in house::each(64).await {
        let (h, engine) = (&fresh.house, fresh.engine);
        let folder = tempfile::tempdir().unwrap();
        let id = filled(h, folder.path()).await;
        assert_eq!(
            harvested(h, jiff::Timestamp::UNIX_EPOCH).await,
            (vec!["Loose".into(), "Paper".into()], vec![])
        );
        fresh.world.pass_days(1);
        let (version, before) =
            (h.store.begin_read().await.unwrap().catalogue_version().await.unwrap(), h.now());
        assert_eq!(harvested(h, before).await, (vec![], vec![]), "nothing changed since: {engine}");
        said(h, says("refuse", "index.search", &[])).await;
        // Who asks for what is new hears that it is gone; who asks for everything too.
        assert_eq!(harvested(h, before).await, (vec![], vec![id.clone()]), "{engine}");
        assert_eq!(harvested(h, jiff::Timestamp::UNIX_EPOCH).await, (vec!["Paper".into()], vec![id.clone()]));
        assert!(app::harvest::one(h, &id).await.unwrap().unwrap().gone);
        let now = h.store.begin_read().await.unwrap().catalogue_version().await.unwrap();
        assert_eq!(version, now, "the catalogue is the same");
        // Saying it once more changes nothing; the permit brings it back.
        fresh.world.pass_days(1);
        let later = h.now();
        said(h, says("refuse", "index", &[])).await;
        assert_eq!(harvested(h, later).await, (vec![], vec![]), "{engine}");
        consent::say(h, &[says("permit", "index.search", &[])]).await.unwrap();
        fresh.world.pass_days(30);
        consent::wait::settle_due(h).await.unwrap();
        work(h).await;
        assert_eq!(harvested(h, later).await, (vec!["Loose".into()], vec![]), "{engine}");
        assert!(!app::harvest::one(h, &id).await.unwrap().unwrap().gone);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_about_a_work_reaches_its_recordings_and_no_others() {
    for fresh in house::each(65).await {
        let (h, engine) = (&fresh.house, fresh.engine);
        let folder = tempfile::tempdir().unwrap();
        let id = filled(h, folder.path()).await;
        let mut tx = h.store.begin().await.unwrap();
        let work: music::WorkId = "wrk-0123456789abc".parse().unwrap();
        let work = tx.put_work(&work, "Loose", None).await.unwrap();
        tx.link_work(&id, &work).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = h.store.begin_read().await.unwrap();
        let all = tx.told_recordings().await.unwrap();
        let (none, every) = (Default::default(), all.iter().map(|r| r.id.clone()).collect());
        assert_eq!(tx.told_among(&every, &none).await.unwrap(), all, "{engine}");
        let works = [work.to_string()].into();
        let of_work = tx.told_among(&none, &works).await.unwrap();
        assert_eq!(of_work.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), [id.as_str()], "{engine}");
        assert_eq!(tx.told_among(&none, &none).await.unwrap(), []);
        drop(tx);
        // She holds the recording, so that her word about its work reaches it.
        said(h, Say { subject: format!("work:{work}"), ..says("refuse", "index.search", &[]) }).await;
        assert_eq!(found(h, "loose").await[0], 0, "{engine}");
        assert_eq!(found(h, "paper").await[0], 1, "{engine}");
    }
}
