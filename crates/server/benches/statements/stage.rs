//! An invented house of any size in which every party was paid for a few recordings and is signed in.

use std::path::PathBuf;

use app::House;
use ledger::{Account, Draft, Hash};
use money::{Amount, Currency};
use music::{
    AllocationLineId, EventId, LineId, MediaKind, PartyId, PotId, Recording, RecordingId, RecordingStatus,
    RunId, SetListId,
};
use store::{AllocationRow, CatalogueRow, LineRow, PotRow, RunRow, SetListRow, args};

use crate::common;

/// Lines of one set.
const LINES: usize = 100;
/// Rows written at a time.
const AT_ONCE: usize = 20_000;
const WORDS: [&str; 12] = [
    "night", "harbour", "tide", "lantern", "paper", "moon", "signal", "ember", "glass", "river", "copper",
    "static",
];

/// Somebody who is signed in, and whose statement it is.
pub struct Seat {
    pub party: String,
    pub name: String,
    pub token: String,
}

/// Makes the house in a folder.
pub async fn make(folder: PathBuf, parties: usize, recordings: usize) {
    let house = common::house(folder).await;
    people(&house, parties).await;
    for from in (0..recordings).step_by(AT_ONCE) {
        catalogue(&house, from, recordings.min(from + AT_ONCE), parties).await;
    }
    played(&house, parties, recordings).await;
    paid(&house, parties, recordings).await;
}

/// Serves the house of a folder until the program ends, and tells its address.
pub async fn serve(folder: PathBuf) -> String {
    common::serve(common::house(folder).await).await
}

/// Everybody who is signed in.
pub fn seats(parties: usize) -> Vec<Seat> {
    let seat = |n| Seat { party: party(n).to_string(), name: name(n), token: token(n) };
    (0..parties).map(seat).collect()
}

fn token(n: usize) -> String {
    format!("{n:048x}")
}

fn party(n: usize) -> PartyId {
    PartyId::from_bits(n as u64 + 1)
}

fn recording(n: usize) -> RecordingId {
    RecordingId::from_bits(n as u64 + 1)
}

fn line(n: usize) -> LineId {
    LineId::from_bits(n as u64 + 1)
}

fn name(n: usize) -> String {
    format!("{} {} {n}", WORDS[n % WORDS.len()], WORDS[n / 7 % WORDS.len()])
}

async fn people(house: &House, parties: usize) {
    let now = house.now().as_microsecond();
    let mut tx = house.store.begin().await.unwrap();
    let (mut rows, mut sign_ins, mut roles, mut sessions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..parties {
        let (id, sign_in) = (party(n), format!("sgn-{n:08}"));
        rows.push(args![id.as_str(), name(n), name(n), "person", "here", now]);
        sign_ins.push(args![sign_in.as_str(), "en", now]);
        roles.push(args![sign_in.as_str(), "owner", id.as_str(), now - 1, "bench"]);
        let hash = Hash::of(token(n).as_bytes()).to_string();
        sessions.push(args![
            hash,
            format!("ses-{n:08}"),
            sign_in.as_str(),
            "link",
            "bench",
            now,
            now,
            now + 86_400_000_000_i64
        ]);
    }
    for (head, rows) in [
        ("insert into party (id, name, name_key, kind, standing, created_us)", rows),
        ("insert into sign_in (id, lang, created_us)", sign_ins),
        ("insert into sign_in_role (sign_in, role, party, since_us, by_party)", roles),
        ("insert into session (hash, id, sign_in, door, agent, created_us, seen_us, until_us)", sessions),
    ] {
        tx.insert_many(head, rows, "").await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn catalogue(house: &House, from: usize, until: usize, parties: usize) {
    let row = |n: usize| CatalogueRow {
        recording: Recording {
            id: recording(n),
            kind: MediaKind::Audio,
            artist: name(n % parties),
            title: format!("{} {}", WORDS[n / 3 % WORDS.len()], WORDS[n / 5 % WORDS.len()]),
            version: String::new(),
            album: String::new(),
            label: String::new(),
            duration_s: Some(300),
            year: None,
            isrc: None,
            mbid: None,
            own_id: None,
            status: RecordingStatus::Live,
        },
        source: "bench".to_owned(),
        source_id: n.to_string(),
        origin_line: n as i64,
        merged_into: None,
    };
    let rows: Vec<CatalogueRow> = (from..until).map(row).collect();
    let mut tx = house.store.begin().await.unwrap();
    tx.upsert_recordings(&rows, house.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Sets in which every recording was played once.
async fn played(house: &House, parties: usize, recordings: usize) {
    let now = house.now();
    let mut tx = house.store.begin().await.unwrap();
    for (set, from) in (0..recordings).step_by(LINES).enumerate() {
        let (event, list) = (EventId::from_bits(set as u64 + 1), SetListId::from_bits(set as u64 + 1));
        let performer = party(set % parties);
        let row = music::event::Event {
            id: event.clone(),
            name: format!("Night {set}"),
            date: Some(jiff::civil::date(2026, 1 + (set % 9) as i8, 4)),
            venue: "Kiln".to_owned(),
            city: "Lyon".to_owned(),
            territory: None,
            time_zone: String::new(),
            performer: performer.clone(),
        };
        tx.insert_event(&row).await.unwrap();
        let row = SetListRow {
            id: list.clone(),
            event,
            performer: performer.clone(),
            submitted_by: performer,
            document: "set.txt".to_owned(),
            document_hash: format!("{set:064x}"),
            format: "text".to_owned(),
            set_number: 1,
            visibility: "everything".to_owned(),
            status: "open".to_owned(),
            same_as: None,
            created: now,
        };
        tx.insert_set_list(&row).await.unwrap();
        let line = |n: usize| LineRow {
            id: line(n),
            set_list: list.clone(),
            position: (n - from) as u32 + 1,
            origin_line: (n - from) as i64 + 1,
            raw: String::new(),
            artist: name(n % parties),
            title: String::new(),
            version: String::new(),
            label: String::new(),
            duration_s: None,
            isrc: None,
            mbid: None,
            own_id: None,
            started_at: None,
            played_s: None,
            played: true,
            verdict: "matched".to_owned(),
            recording: Some(recording(n)),
            probability_ppm: 990_000,
            reasons: String::new(),
            spelling: None,
            candidates: String::new(),
            decided_by: None,
        };
        let rows: Vec<LineRow> = (from..recordings.min(from + LINES)).map(line).collect();
        tx.insert_lines(&rows).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// One run that pays every line, booked as one entry with one posting for each party.
async fn paid(house: &House, parties: usize, recordings: usize) {
    let now = house.now();
    let (pot, run) = (PotId::from_bits(1), RunId::from_bits(1));
    let micros = |n: usize| 400_000 + (n as i64 % 900_000);
    let eur = |micros: i64| Amount::from_micros(micros, Currency::EUR);
    let mut tx = house.store.begin().await.unwrap();
    let row = PotRow {
        id: pot.clone(),
        programme: "set-list".to_owned(),
        event: None,
        currency: Currency::EUR,
        rule: "set-list-per-line@1".to_owned(),
        purpose: "bench".to_owned(),
        status: "allocated".to_owned(),
        created: now,
    };
    tx.insert_pot(&row).await.unwrap();
    let mut sums = vec![0_i64; parties];
    let mut lines = Vec::with_capacity(recordings);
    for n in 0..recordings {
        sums[n % parties] += micros(n);
        lines.push(AllocationRow {
            id: AllocationLineId::from_bits(n as u64 + 1),
            run: run.clone(),
            place: n as i64,
            pot: pot.clone(),
            kind: "pay".to_owned(),
            account: Account::party(party(n % parties).as_str()).as_str().to_owned(),
            party: Some(party(n % parties)),
            recording: Some(recording(n)),
            set_line: Some(line(n)),
            side: Some("master".to_owned()),
            reason: String::new(),
            amount: eur(micros(n)),
            why: "1 of 100 lines".to_owned(),
        });
    }
    let total: i64 = sums.iter().sum();
    let rule = allocation::library().into_iter().find(|r| r.name == "set-list-per-line").unwrap();
    let row = RunRow {
        id: run.clone(),
        kind: "allocation".to_owned(),
        status: "approved".to_owned(),
        rule: rule.name.clone(),
        rule_version: rule.version,
        rule_hash: rule.hash(),
        currency: Currency::EUR,
        input_hash: "0".repeat(64),
        lines_hash: "1".repeat(64),
        manifest: Vec::new(),
        private: false,
        givers: 2_000,
        of_run: None,
        by: "bench".to_owned(),
        created: now,
        approved_by: Some("bench".to_owned()),
        approved: Some(now),
        entry: Some(1),
    };
    tx.insert_run(&row, &[(pot, eur(total))], &lines).await.unwrap();
    let mut draft = Draft::posted("allocation", run.as_str(), "bench").debit(Account::bank(), eur(total));
    for (n, sum) in sums.into_iter().enumerate() {
        draft = draft.credit(Account::party(party(n).as_str()), eur(sum));
    }
    tx.post_one(now, draft).await.unwrap();
    tx.commit().await.unwrap();
}
