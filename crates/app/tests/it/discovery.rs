//! The recommender of a house: what it reads, what it must not, and that money never reaches it.

use std::collections::BTreeSet;

use app::discovery::{Asked, MemberPlays, Selection, Train, TrainingConsent};
use app::{House, catalogue, discovery, pot};
use money::Currency;
use music::event::Event;
use music::pot::PayerRole;
use music::{Party, PartyId, PartyKind, RecordingId};
use store::{LineRow, SetListRow, Standing};
use testkit::house;

const CATALOGUE: &str = "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear
1\tMira Feld\tLow Tide\tHarbour\tKiln Records\t364\tFRZ032600001\t2024
2\tOna Veld\tPaper Moon\tPaper\tKiln Digital\t341\tFRZ032600002\t2021
3\tKollektiv Nord\tNight Drive\tSodium\tSodium\t371\tFRZ032600003\t2023
4\tNils Aster\tGlass Road\tAsters\tAster\t300\tFRZ032600004\t2022
5\tTeo Brandt\tHalf Light\tHalf\tHalf\t310\tFRZ032600005\t2022
";

/// Twelve DJs who play 1, 3 and a name that is not here; eleven of them 4; one alone 5.
async fn filled(house: &House) {
    let input = Box::new(std::io::Cursor::new(CATALOGUE.as_bytes().to_vec()));
    catalogue::import(house, "catalogue.tsv", input, None, "ada", &|_| {}).await.unwrap();
    for n in 0..12 {
        let dj = person(house, &format!("DJ Number {n}")).await;
        let mut lines = vec![("1", ""), ("3", ""), ("", "The Stadium Act")];
        if n < 11 {
            lines.push(("4", ""));
        } else {
            lines.push(("5", "A Secret Weapon"));
        }
        set_list(house, &dj, &lines).await;
    }
}

async fn person(house: &House, name: &str) -> PartyId {
    let party = Party {
        id: house.party_id(),
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: PartyKind::Person,
        territory: None,
        isni: None,
        ipi: None,
        mbid: None,
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_party(&party, Standing::Here, house.now()).await.unwrap();
    tx.commit().await.unwrap();
    party.id
}

async fn set_list(house: &House, dj: &PartyId, lines: &[(&str, &str)]) {
    let event = Event {
        id: house.event_id(),
        name: "Night".into(),
        date: None,
        venue: String::new(),
        city: String::new(),
        territory: None,
        time_zone: "UTC".into(),
        performer: dj.clone(),
    };
    let list = SetListRow {
        id: house.set_list_id(),
        event: event.id.clone(),
        performer: dj.clone(),
        submitted_by: dj.clone(),
        document: "set.txt".into(),
        document_hash: event.id.to_string(),
        format: "text".into(),
        set_number: 1,
        visibility: "track-only".into(),
        status: "open".into(),
        same_as: None,
        created: house.now(),
    };
    let mut rows = Vec::new();
    for (place, (id, name)) in (1..).zip(lines) {
        let recording = if id.is_empty() { None } else { Some(named(house, id).await) };
        rows.push(LineRow {
            id: house.line_id(),
            set_list: list.id.clone(),
            position: place,
            origin_line: i64::from(place),
            raw: format!("{name} - Whatever"),
            artist: (*name).to_owned(),
            title: "Whatever".into(),
            version: String::new(),
            label: String::new(),
            duration_s: None,
            isrc: None,
            mbid: None,
            own_id: None,
            started_at: None,
            played_s: None,
            played: true,
            verdict: if recording.is_some() { "matched" } else { "unmatched" }.into(),
            recording,
            probability_ppm: 0,
            reasons: String::new(),
            spelling: None,
            candidates: String::new(),
            decided_by: None,
        });
    }
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_event(&event).await.unwrap();
    tx.insert_set_list(&list).await.unwrap();
    tx.insert_lines(&rows).await.unwrap();
    tx.commit().await.unwrap();
}

async fn named(house: &House, id: &str) -> RecordingId {
    catalogue::find(house, id).await.unwrap()
}

fn ask() -> Train {
    Train {
        consent: TrainingConsent::NotAsked,
        plays: Vec::new(),
        selections: Vec::new(),
        threads: 2,
        by: "ada".into(),
    }
}

/// What is near the recording with an id in its source, by titles.
async fn near(house: &House, id: &str) -> Vec<String> {
    let model = discovery::open_or_refuse(house).await.unwrap();
    let found = discovery::similar(house, &model, &named(house, id).await, &Asked::default()).await.unwrap();
    found.into_iter().map(|n| n.row.recording.title).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_trains_and_answers_with_reasons() {
    for fresh in house::each(12).await {
        let house = &fresh.house;
        filled(house).await;
        let untrained = discovery::open_or_refuse(house).await.unwrap_err().to_string();
        assert!(untrained.contains("not trained yet"), "{untrained}");
        let trained = discovery::train(house, ask()).await.unwrap();
        assert_eq!(
            (trained.run.djs, trained.run.members, trained.run.recordings),
            (12, 0, 5),
            "{}",
            fresh.engine
        );
        assert_eq!(trained.run.consent, "not asked");
        assert!(discovery::train(house, ask()).await.unwrap().before, "the same again is no new training");

        let model = discovery::open_or_refuse(house).await.unwrap();
        let low_tide = named(house, "1").await;
        let found = discovery::similar(house, &model, &low_tide, &Asked::default()).await.unwrap();
        let titles: Vec<&str> = found.iter().map(|n| n.row.recording.title.as_str()).collect();
        assert!(titles.contains(&"Night Drive") && titles.contains(&"Glass Road"), "{titles:?}");
        assert!(titles.contains(&"Paper Moon"), "by the label's family: {titles:?}");
        assert!(!titles.contains(&"Half Light"), "one DJ is too few: {titles:?}");
        let drive = found.iter().find(|n| n.row.recording.title == "Night Drive").unwrap();
        assert_eq!(drive.reasons[0].code, "same-djs");
        assert_eq!(drive.reasons[0].fr, "joué par les mêmes DJ, 10 ou plus");

        let matching = catalogue::open_matching(house).await.unwrap();
        let voyage = async |words: &str| {
            discovery::voyage(house, Some(&model), &matching, words, &Asked::default()).await.unwrap()
        };
        let away = voyage("the stadium act").await;
        assert_eq!(away.known, "played");
        assert!(away.recordings.iter().any(|n| n.row.recording.title == "Night Drive"), "{away:?}");
        let title = voyage("The Stadium Act - Some Hit").await;
        assert_eq!((title.known, title.name.as_str()), ("played", "The Stadium Act"));
        assert_eq!(voyage("A Secret Weapon").await.known, "nothing");
        let here = voyage("Mira Feld Low Tide").await;
        assert_eq!(here.catalogue[0].recording.title, "Low Tide");
        assert!(!here.recordings.is_empty());

        let way = discovery::path(house, &model, &named(house, "2").await, &named(house, "4").await, 25)
            .await
            .unwrap();
        assert!(way.len() >= 3 && way[1..].iter().all(|leg| !leg.reasons.is_empty()), "{way:?}");
        let radio = discovery::radio(house, &model, &low_tide, 3, 10).await.unwrap();
        assert_eq!(radio, discovery::radio(house, &model, &low_tide, 3, 10).await.unwrap());
        let next =
            discovery::recommend(house, &model, &[(low_tide.clone(), 2)], &Asked::default()).await.unwrap();
        assert!(next.iter().all(|n| n.row.recording.id != low_tide) && next[0].because == Some(low_tide));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_refuses_is_not_read_and_what_is_refused_is_not_there() {
    for fresh in house::each(13).await {
        let house = &fresh.house;
        filled(house).await;
        discovery::train(house, ask()).await.unwrap();
        assert!(near(house, "1").await.contains(&"Night Drive".to_owned()));
        // twelve DJs less three are nine
        for n in 0..3 {
            discovery::refuse_training(house, &format!("DJ Number {n}"), true, "ada").await.unwrap();
        }
        let trained = discovery::train(house, ask()).await.unwrap();
        assert_eq!((trained.run.djs, trained.run.refused), (9, 3));
        assert_eq!(near(house, "1").await, ["Paper Moon"]);
        for n in 0..3 {
            discovery::refuse_training(house, &format!("DJ Number {n}"), false, "ada").await.unwrap();
        }
        // the decision about the recordings is a value
        let refused = BTreeSet::from([named(house, "3").await]);
        let consent = TrainingConsent::Decided { terms: "train.nongen by the house".into(), refused };
        let trained = discovery::train(house, Train { consent, ..ask() }).await.unwrap();
        assert_eq!((trained.run.left_out, trained.run.recordings), (1, 4));
        let titles = near(house, "1").await;
        assert!(titles.contains(&"Glass Road".to_owned()) && !titles.contains(&"Night Drive".to_owned()));
        assert_eq!(discovery::trainings(house).await.unwrap().len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_and_selections_train_and_a_member_may_refuse() {
    for fresh in house::each(14).await {
        let house = &fresh.house;
        filled(house).await;
        let (low, half) = (named(house, "1").await, named(house, "5").await);
        let heard = |member: u32, recording: &RecordingId| MemberPlays {
            member: format!("mem-{member:020}"),
            recording: recording.to_string(),
            plays: 3,
        };
        let plays: Vec<MemberPlays> = (0..10).flat_map(|m| [heard(m, &low), heard(m, &half)]).collect();
        let with = |plays: &[MemberPlays]| Train { plays: plays.to_vec(), ..ask() };
        assert_eq!(discovery::train(house, with(&plays)).await.unwrap().run.members, 10);
        assert!(near(house, "1").await.contains(&"Half Light".to_owned()));
        discovery::refuse_training(house, &plays[0].member, true, "ada").await.unwrap();
        assert_eq!(discovery::train(house, with(&plays)).await.unwrap().run.members, 9);
        assert!(!near(house, "1").await.contains(&"Half Light".to_owned()), "nine are too few");
        let selection = Selection { id: "sel-1".into(), recordings: vec![low.clone(), half.clone()] };
        discovery::train(house, Train { selections: vec![selection], ..ask() }).await.unwrap();
        assert!(
            near(house, "1").await.contains(&"Half Light".to_owned()),
            "a selection is there for all to read"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_withdrawn_since_is_not_shown() {
    let fresh = house::sqlite(15).await;
    let house = &fresh.house;
    filled(house).await;
    discovery::train(house, ask()).await.unwrap();
    let row = {
        let mut tx = house.store.begin().await.unwrap();
        let row = tx.recording(&named(house, "3").await).await.unwrap().unwrap();
        tx.withdraw_recording(&row.source, &row.source_id, house.now()).await.unwrap();
        tx.commit().await.unwrap();
        row
    };
    assert!(!near(house, "1").await.contains(&"Night Drive".to_owned()));
    assert_eq!(discovery::recording(house, &row.recording.id).await.unwrap(), None);
    let model = discovery::open_or_refuse(house).await.unwrap();
    let way = discovery::path(house, &model, &named(house, "1").await, &row.recording.id, 25).await.unwrap();
    assert!(way.is_empty());
}

/// The wall: whatever is paid, by whomever, the model is the same, byte for byte.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_does_not_reach_it() {
    let fresh = house::sqlite(16).await;
    let house = &fresh.house;
    filled(house).await;
    let before = discovery::train(house, ask()).await.unwrap().run;
    app::policy::set(house, "house-iban", "DE02120300000000202051", "ada").await.unwrap();
    let brand = person(house, "A Large Brand").await;
    let open = pot::Open {
        purpose: "Be heard".into(),
        currency: Currency::EUR,
        rule: "set-list-per-line".into(),
        event: None,
        by: "ada".into(),
    };
    let pot = pot::open(house, open).await.unwrap().id;
    let gift = pot::Contribute {
        pot,
        payer: brand.to_string(),
        role: PayerRole::Dj,
        gift: pot::Gift::Amount("EUR 900000".parse().unwrap()),
        venue_attests: false,
        by: "ada".into(),
    };
    pot::contribute(house, gift).await.unwrap();
    let after = discovery::train(house, ask()).await.unwrap().run;
    assert_eq!((before.model_hash, before.inputs_hash), (after.model_hash, after.inputs_hash));
}

/// Gives every recording of the catalogue a file that plays.
async fn playable(house: &House) {
    let by = person(house, "A label").await;
    let kept = app::audio::depot(house).unwrap().keep_bytes(&[7; 4_000]).unwrap();
    let now = house.now();
    let mut masters = Vec::new();
    for id in ["1", "2", "3", "4", "5"] {
        masters.push(store::MasterRow {
            recording: named(house, id).await,
            address: kept.address.to_string(),
            kind: "audio".into(),
            format: "mp3".into(),
            bytes: 4_000,
            origin: format!("{id}.mp3"),
            by: by.to_string(),
            at: now,
        });
    }
    let analysis = store::AnalysisRow {
        address: kept.address.to_string(),
        state: "good".into(),
        problem: String::new(),
        problem_words: String::new(),
        duration_ms: Some(200_000),
        sample_rate: Some(44_100),
        channels: Some(2),
        loudness_mlufs: Some(-14_000),
        range_mlu: Some(5_000),
        peak_mdbtp: Some(-1_000),
        peaks: None,
        tried: 1,
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.put_masters(&masters, now).await.unwrap();
    tx.put_analysis(&analysis, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// What players are told is alike rests on what was learned, and on the catalogue where nothing was; a new training is a
/// new library.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_library_of_players_rests_on_what_was_learned() {
    for fresh in house::each(16).await {
        let house = &fresh.house;
        filled(house).await;
        playable(house).await;
        let before = app::library::load(house, "FR").await.unwrap();
        assert!(!before.library.has_neighbours(), "{}: nobody trained", fresh.engine);
        let one = named(house, "1").await;
        let song = before.library.song_by_id(one.as_str()).unwrap().no;
        assert!(before.library.like_song(song, 5, 1).iter().all(|n| n.likeness.is_none()));
        discovery::train(house, ask()).await.unwrap();
        assert_ne!(app::library::mark(house).await.unwrap(), before.mark, "{}", fresh.engine);
        let after = app::library::load(house, "FR").await.unwrap();
        assert!(after.library.has_neighbours(), "{}", fresh.engine);
        let song = after.library.song_by_id(one.as_str()).unwrap().no;
        let near = after.library.like_song(song, 5, 1);
        let first = after.library.song(near[0].song).unwrap();
        assert_eq!(first.title, "Night Drive", "{}: {near:?}", fresh.engine);
        assert!(near[0].likeness.is_some_and(|l| l > 0.0 && l <= 1.0));
        let three = after.library.song_by_id(named(house, "3").await.as_str()).unwrap().no;
        let way = after.library.path(song, three, 5);
        assert_eq!(way.iter().map(|n| n.song).collect::<Vec<_>>(), [song, three], "{}", fresh.engine);
    }
}

/// Training comes round by itself, by what holders have said since; never before a person has trained, and not where the
/// decision came from a file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn training_comes_round_by_what_holders_say() {
    let fresh = house::sqlite(17).await;
    let house = &fresh.house;
    filled(house).await;
    assert!(discovery::retrain(house, "clock").await.unwrap().is_none(), "nobody has trained");
    discovery::train(house, ask()).await.unwrap();
    assert!(discovery::retrain(house, "clock").await.unwrap().is_none(), "too soon");
    fresh.world.pass_days(8);
    let again = discovery::retrain(house, "clock").await.unwrap().unwrap();
    assert_eq!(again.run.left_out, 5, "nobody said yes: {}", again.run.consent);
    assert!(again.run.consent.ends_with(" entries of the log"), "{}", again.run.consent);
    fresh.world.pass_days(8);
    assert!(discovery::retrain(house, "clock").await.unwrap().is_some(), "the house asks itself again");
    let file = TrainingConsent::Decided {
        terms: "train.nongen by x on 2026-11-01 worldwide".into(),
        refused: BTreeSet::new(),
    };
    discovery::train(house, Train { consent: file, ..ask() }).await.unwrap();
    fresh.world.pass_days(8);
    assert!(discovery::retrain(house, "clock").await.unwrap().is_none(), "only a person has the file");
}
