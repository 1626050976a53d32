//! The public log of the house: filled from the rows, caught up, never rolled back, witnessed, its keys changed.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use app::{House, log, policy};
use proof::log::{AddCheckpoint, KeyRing, Policy, Receipt, Seen, WitnessSigningKey};
use proof::{Hash, Note, SigningKey};

use crate::story::{self, Story, amount, code};

const LINES: &str = "Mira Feld - Low Tide\nOrrin Vale - Backroom Ledger\n";

fn ring(house: &House) -> KeyRing {
    let key = SigningKey::from_seed(&house.origin, &house.log_seed).unwrap();
    KeyRing::new(&house.origin, key.verifier().clone())
}

fn checkpoint(house: &House) -> String {
    std::fs::read_to_string(house.folder.join("log/checkpoint")).unwrap()
}

async fn noted(house: &House, who: &str, times: usize) {
    for n in 0..times {
        app::consent::level::note(house, who, "documented", &format!("letter {n}"), "ines").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_run_and_every_proof_is_an_entry_that_strangers_can_check() {
    for mut story in story::each().await {
        let run = story.shared("DJ Lantern", LINES, amount("EUR 50")).await;
        let lists = story.house().store.begin_read().await.unwrap().set_lists(9).await.unwrap();
        let ask = app::proof::Issue {
            set_list: lists[0].id.clone(),
            at_least: None,
            show_event: false,
            by: "DJ Lantern".into(),
        };
        let proof = app::proof::issue(story.house(), ask).await.unwrap();
        let h = story.house();
        let published = log::publish(h).await.unwrap();
        assert_eq!(published.size, 3, "the rule, the run, the proof");
        assert_eq!(log::publish(h).await.unwrap().new, 0);
        let policy = Policy::log_only(ring(h));
        let receipt: Receipt =
            log::receipt(h, "run", run.as_str()).await.unwrap().to_string().parse().unwrap();
        assert_eq!(receipt.verify(&policy).unwrap().checkpoint.size, 3);
        let shown = app::allocation::show(h, &run).await.unwrap();
        assert_eq!(receipt.entry, Some(shown.run.manifest), "the manifest itself is the entry");
        let receipt = log::receipt(h, "proof", proof.id.as_str()).await.unwrap();
        let entry = String::from_utf8(receipt.entry.clone().unwrap()).unwrap();
        assert!(
            entry.contains(&Hash::of(proof.note.as_bytes()).to_string()) && !entry.contains("Lantern"),
            "{entry}"
        );
        let mut changed = receipt;
        changed.entry = Some(entry.replace("proof", "prooF").into_bytes());
        assert!(changed.verify(&policy).is_err());
        assert_eq!(code(log::receipt(h, "run", "run-none").await), "log-entry-unknown");
        assert!(app::doctor::examine(h).await.unwrap().is_sound());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_or_older_folder_is_caught_up_and_shows_no_second_history() {
    for story in story::each().await {
        let h = story.house();
        noted(h, "Mira Feld", 300).await;
        log::publish(h).await.unwrap();
        let old = tempfile::tempdir().unwrap();
        copy(&h.folder.join("log"), old.path());
        noted(h, "Orrin Vale", 10).await;
        log::publish(h).await.unwrap();
        let newest = checkpoint(h);
        for keep in [true, false] {
            std::fs::remove_dir_all(h.folder.join("log")).unwrap();
            if keep {
                copy(old.path(), &h.folder.join("log"));
            }
            assert_eq!(log::publish(h).await.unwrap().size, 310);
            assert_eq!(checkpoint(h), newest, "the same bytes");
        }
        noted(h, "Orrin Vale", 1).await;
        assert_eq!(log::publish(h).await.unwrap().size, 311);
        let place = log::receipt(h, "level", "none").await;
        assert_eq!(code(place), "log-entry-unknown");
    }
}

/// An older copy of the database next to a log that was published is never written on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_database_rolls_no_checkpoint_back() {
    let (newer, older): (Vec<Story>, Vec<Story>) = (story::each().await, story::each().await);
    for (newer, older) in newer.into_iter().zip(older) {
        noted(newer.house(), "Mira Feld", 5).await;
        log::publish(newer.house()).await.unwrap();
        let before = checkpoint(newer.house());
        let restored = House { folder: newer.house().folder.clone(), ..older.house().clone() };
        noted(&restored, "Mira Feld", 3).await;
        assert_eq!(code(log::publish(&restored).await), "log-rolled-back");
        assert!(!app::doctor::examine(&restored).await.unwrap().is_sound());
        noted(&restored, "Orrin Vale", 4).await;
        assert_eq!(code(log::publish(&restored).await), "log-split");
        assert!(!app::doctor::examine(&restored).await.unwrap().is_sound());
        assert_eq!(checkpoint(newer.house()), before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_publish_at_once_make_one_history() {
    for story in story::each().await {
        let h = story.house().clone();
        noted(&h, "Mira Feld", 20).await;
        let both = tokio::join!(log::publish(&h), log::publish(&h));
        let busy = [code(both.0), code(both.1)];
        assert!(busy.contains(&"done") && busy.iter().all(|c| ["done", "log-busy"].contains(c)), "{busy:?}");
        assert_eq!(log::publish(&h).await.unwrap().size, 20);
        let mut tx = h.store.begin().await.unwrap();
        let changed = tx.run("update log_leaf set kind = 'other' where place = 3", vec![]).await;
        assert!(changed.unwrap_err().database_message().is_some(), "an entry never changes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_key_signs_from_its_entry_on_and_the_old_one_no_more() {
    for story in story::each().await {
        let old = story.house().clone();
        noted(&old, "Mira Feld", 3).await;
        log::publish(&old).await.unwrap();
        let seed = [77; 32];
        let new = SigningKey::from_seed(&old.origin, &seed).unwrap();
        log::rotate(&old, &new, "ines").await.unwrap();
        log::rotate(&old, &new, "ines").await.unwrap();
        noted(&old, "Mira Feld", 1).await;
        assert_eq!(code(log::publish(&old).await), "log-key");
        let h = House { log_seed: seed, ..old.clone() };
        assert_eq!(log::publish(&h).await.unwrap().size, 5);
        let mut keys = ring(&old);
        assert!(Policy::log_only(keys.clone()).open(&checkpoint(&h)).is_err(), "the first key alone");
        keys.rotate(&std::fs::read_to_string(h.folder.join("log/rotation/1")).unwrap()).unwrap();
        assert_eq!(Policy::log_only(keys).open(&checkpoint(&h)).unwrap().checkpoint.size, 5);
        assert_eq!(log::status(&h).await.unwrap().signs, new.verifier().to_string());
        // What the old key signed is written anew without it.
        std::fs::remove_dir_all(h.folder.join("log")).unwrap();
        assert_eq!(log::publish(&h).await.unwrap().size, 5);
        assert!(app::doctor::examine(&h).await.unwrap().is_sound());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn witnesses_are_asked_and_their_cosignatures_kept() {
    for story in story::each().await {
        let h = story.house();
        let witness = WitnessSigningKey::from_seed("witness.example", &[9; 32]).unwrap();
        let port = stand_by(witness.clone(), ring(h), 3);
        let value = format!(
            "{} http://127.0.0.1:{port}; {} http://127.0.0.1:1",
            witness.verifier(),
            WitnessSigningKey::from_seed("gone.example", &[8; 32]).unwrap().verifier()
        );
        policy::set(h, "log-witnesses", &value, "ines").await.unwrap();
        noted(h, "Mira Feld", 2).await;
        let done = log::publish(h).await.unwrap();
        assert_eq!(done.witnesses.iter().map(|w| w.failed.is_none()).collect::<Vec<_>>(), [true, false]);
        noted(h, "Mira Feld", 2).await;
        log::publish(h).await.unwrap();
        let policy = Policy { keys: ring(h), witnesses: vec![witness.verifier().clone()], quorum: 1 };
        assert_eq!(
            policy.open(&checkpoint(h)).unwrap().checkpoint.size,
            4,
            "asked again from the size it knew"
        );
        let kept = std::fs::read_to_string(h.folder.join("log/cosigned/4")).unwrap();
        assert_eq!(kept, checkpoint(h));
        let mut tx = h.store.begin_read().await.unwrap();
        assert_eq!(tx.newest_head().await.unwrap().unwrap().cosigned, kept);
        drop(tx);
        let mirror = tempfile::tempdir().unwrap();
        assert!(log::mirror(h, mirror.path()).await.unwrap() > 3);
        let reader = ports::log::LogFolder::new(mirror.path());
        let note: Note = reader.checkpoint().unwrap().parse().unwrap();
        let trusted = policy.open_note(&note).unwrap();
        assert!(reader.receipt(3, note, &trusted).unwrap().verify(&policy).is_ok());
        assert!(log::file(h, "../tantieme.db").await.unwrap().is_none());
        assert!(log::file(h, ".state/checkpoint").await.unwrap().is_none());
        assert_eq!(log::file(h, "checkpoint").await.unwrap().unwrap().bytes, kept.into_bytes());
        assert!(log::file(h, "tile/0/000.p/4").await.unwrap().is_some());
    }
}

/// A witness that answers so many requests on a port of its own, then ends.
fn stand_by(witness: WitnessSigningKey, keys: KeyRing, times: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut latest: Option<Seen> = None;
        for stream in listener.incoming().take(times) {
            let mut stream = stream.unwrap();
            let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
            let body = loop {
                let read = stream.read(&mut chunk).unwrap();
                bytes.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n") {
                    assert!(head.starts_with("POST /add-checkpoint HTTP/1.1"));
                    let length: usize = head
                        .split("Content-Length: ")
                        .nth(1)
                        .unwrap()
                        .lines()
                        .next()
                        .unwrap()
                        .parse()
                        .unwrap();
                    if body.len() >= length {
                        break body.to_owned();
                    }
                }
            };
            let request: AddCheckpoint = body.parse().unwrap();
            let answer = match request.decide(Some(&keys), latest.as_ref()) {
                Ok((_, seen)) => {
                    latest = Some(seen);
                    let signature = witness.cosign(&request.checkpoint, 1_790_000_000).unwrap();
                    let note = request.checkpoint.clone().with(signature).unwrap().to_string();
                    let line = note.lines().last().unwrap().to_owned();
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{line}\n")
                }
                Err(proof::log::WitnessRefusal::OtherSize { latest }) => {
                    format!("HTTP/1.1 409 Conflict\r\nConnection: close\r\n\r\n{latest}\n")
                }
                Err(other) => panic!("{other}"),
            };
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    port
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
