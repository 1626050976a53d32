//! A licensee with a key of its own: nobody signs for it, and whoever has the log's key checks what it signed.

use ::consent::statement;
use app::license::quote::Wish;
use app::license::{key, papers, permit, sign};
use app::{House, consent, log};
use proof::log::{KeyRing, Policy};
use serde_json::{Value, json};

use crate::licence;
use crate::story::code;

const FIRST: [u8; 32] = [21; 32];
const SECOND: [u8; 32] = [22; 32];

fn signed(drafts: &[Value], seed: &[u8; 32]) -> Vec<Value> {
    drafts.iter().map(|d| statement::sign(d.clone(), seed).unwrap()).collect()
}

async fn bind(h: &House, party: &str, seed: &[u8; 32], before: Option<&[u8; 32]>) -> &'static str {
    let paper = key::paper(party, seed, before, "00ff").unwrap().to_string();
    code(key::register(h, &paper, None, "ines").await)
}

fn policy(h: &House) -> Policy {
    let key = proof::SigningKey::from_seed(&h.origin, &h.log_seed).unwrap().verifier().clone();
    Policy::log_only(KeyRing::new(&h.origin, key))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_licensee_signs_itself_is_checked_offline_and_forged_by_nobody() {
    for story in licence::begun().await {
        let h = story.house();
        let maker = story.id("Modelmaker").await;
        let offer = licence::offered(h, "train.gen", "EUR 10 per work").await;
        let wish = licence::wish("train.gen", &[&offer]);
        let drafts = sign::draft(h, &wish).await.unwrap();
        assert_eq!(drafts.len(), 1);
        assert_eq!(
            code(sign::accept_signed(h, &wish, &signed(&drafts, &FIRST), "ines").await),
            "own-key-none"
        );
        // A key is bound by its own signature, and by nobody else's.
        let stranger = key::paper(&maker, &FIRST, Some(&SECOND), "1").unwrap().to_string();
        assert_eq!(code(key::register(h, &stranger, None, "ines").await), "own-key-live");
        let other = key::paper("pty-other", &FIRST, None, "1").unwrap().to_string();
        assert_eq!(code(key::register(h, &other, None, "ines").await), "party-unknown");
        let paper = key::paper(&maker, &FIRST, None, "1").unwrap();
        let mut forged = paper.clone();
        forged["party"] = story.id("Mixwright").await.into();
        for bad in ["", "{}", "[]", &forged.to_string()] {
            assert_eq!(code(key::register(h, bad, None, "ines").await), "own-key-paper", "{bad}");
        }
        assert_eq!(code(key::register(h, &paper.to_string(), Some("pty-x"), "ines").await), "own-key-other");
        key::register(h, &paper.to_string(), Some(&maker), "ines").await.unwrap();
        assert_eq!(bind(h, &maker, &FIRST, None).await, "own-key-same");
        // The house signs for it no longer.
        assert_eq!(code(sign::accept(h, &wish, "ines").await), "agreement-own-key");
        assert_eq!(
            code(sign::accept_signed(h, &wish, &signed(&drafts, &SECOND), "ines").await),
            "own-key-signature"
        );
        assert_eq!(code(sign::accept_signed(h, &wish, &[], "ines").await), "agreement-stale");
        for (field, value) in
            [("due", json!("EUR 1")), ("works", json!(2)), ("licensee", json!("pty-x")), ("extra", json!(1))]
        {
            let mut changed = drafts[0].clone();
            changed[field] = value;
            let changed = signed(&[changed], &FIRST);
            assert_eq!(
                code(sign::accept_signed(h, &wish, &changed, "ines").await),
                "agreement-stale",
                "{field}"
            );
        }
        for (field, value) in [
            ("license", "off-1"),
            ("license", "lic-../x"),
            ("salt", ""),
            ("day", "2026-01-01"),
            ("day", "2100-01-01"),
        ] {
            let mut changed = drafts[0].clone();
            changed[field] = value.into();
            let changed = signed(&[changed], &FIRST);
            assert_eq!(
                code(sign::accept_signed(h, &wish, &changed, "ines").await),
                "agreement-stale",
                "{field} {value}"
            );
        }
        let mut broken = signed(&drafts, &FIRST);
        broken[0]["due"] = "EUR 1".into();
        assert_eq!(code(sign::accept_signed(h, &wish, &broken, "ines").await), "own-key-signature");
        let good = signed(&drafts, &FIRST);
        let license = sign::accept_signed(h, &wish, &good, "ines").await.unwrap().remove(0).license.row;
        assert_eq!(serde_json::from_str::<Value>(&license.agreement).unwrap(), good[0]);
        // Handed in again, for a later version that would be licensed anew: it says something else.
        let again = Wish { version: "3".into(), ..licence::wish("train.gen", &[&offer]) };
        let next = sign::draft(h, &again).await.unwrap();
        let mut used = next[0].clone();
        used["license"] = license.id.clone().into();
        let used = signed(&[used], &FIRST);
        assert_eq!(code(sign::accept_signed(h, &again, &used, "ines").await), "agreement-used");
        // Offline: the papers with the log's receipts.
        let bare = papers::of(h, &license.id).await.unwrap();
        assert!(papers::verify(&bare, &policy(h)).unwrap_err().contains("receipt"));
        log::publish(h).await.unwrap();
        let file = papers::of(h, &license.id).await.unwrap();
        let shown = papers::verify(&file, &policy(h)).unwrap();
        assert_eq!((shown.own_key, shown.works), (Some(key::public(&FIRST).unwrap()), 1));
        let not_believed = attacks(&file, h);
        assert!(not_believed >= 20, "{not_believed}");
        // The key is followed by another, by its own signature; what was signed stays as it was.
        assert_eq!(bind(h, &maker, &SECOND, None).await, "own-key-live");
        assert_eq!(bind(h, &maker, &SECOND, Some(&FIRST)).await, "done");
        assert_eq!(
            code(sign::accept_signed(h, &again, &signed(&next, &FIRST), "ines").await),
            "own-key-signature"
        );
        sign::accept_signed(h, &again, &signed(&next, &SECOND), "ines").await.unwrap();
        assert!(
            papers::verify(&papers::of(h, &license.id).await.unwrap(), &policy(h)).unwrap().own_key.is_some()
        );
        // A lost key is ended by the house, with a reason.
        assert_eq!(code(key::end(h, "Modelmaker", " ", "ines").await), "evidence");
        key::end(h, "Modelmaker", "stolen", "ines").await.unwrap();
        assert_eq!(code(key::end(h, "Modelmaker", "stolen", "ines").await), "own-key-none");
        let keys = key::list(h, "Modelmaker").await.unwrap();
        assert!(keys.len() == 2 && keys.iter().all(|k| k.end.is_some()), "{}", story.fresh.engine);
        let fourth = Wish { version: "4".into(), ..licence::wish("train.gen", &[&offer]) };
        let by_house = sign::accept(h, &fourth, "ines").await.unwrap().remove(0).license.row;
        log::publish(h).await.unwrap();
        let shown = papers::verify(&papers::of(h, &by_house.id).await.unwrap(), &policy(h)).unwrap();
        assert_eq!(shown.own_key, None, "{}", story.fresh.engine);
    }
}

/// Changes every text of the file, signs the agreement anew with another key, binds another one: nothing of it is believed.
fn attacks(file: &Value, h: &House) -> usize {
    let mut refused = 0;
    for paper in ["offer", "agreement", "key"] {
        for field in file[paper].as_object().unwrap().keys() {
            let mut forged = file.clone();
            forged[paper][field] = json!("x");
            assert!(papers::verify(&forged, &policy(h)).is_err(), "{paper} {field}");
            refused += 1;
        }
        let mut bare = file.clone();
        bare["receipts"][paper] = "".into();
        assert!(papers::verify(&bare, &policy(h)).is_err());
        let mut swapped = file.clone();
        swapped["receipts"][paper] = file["receipts"][if paper == "offer" { "key" } else { "offer" }].clone();
        assert!(papers::verify(&swapped, &policy(h)).is_err());
    }
    let mut resigned = file.clone();
    resigned["agreement"] = statement::sign(file["agreement"].clone(), &SECOND).unwrap();
    assert!(papers::verify(&resigned, &policy(h)).is_err());
    let mut bound = file.clone();
    bound["key"] = key::paper("pty-x", &FIRST, None, "1").unwrap();
    assert!(papers::verify(&bound, &policy(h)).is_err());
    let mut fewer = file.clone();
    fewer["works"] = json!([]);
    assert!(papers::verify(&fewer, &policy(h)).is_err());
    refused
}

/// Statements too: a speaker with a registered key is believed under that key alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_speaker_with_a_registered_key_speaks_under_it_alone() {
    for story in licence::begun().await {
        let h = story.house();
        let mira = story.id("Mira Feld").await;
        assert_eq!(bind(h, &mira, &FIRST, None).await, "done");
        let said = json!({
            "type": "statement", "id": "cst-home", "speaker": mira, "subject": "catalogue", "kind": "refuse", "uses": ["train"],
            "salt": "00", "level": "asserted",
        });
        let by = |seed: &[u8; 32]| statement::sign(said.clone(), seed).unwrap().to_string();
        let one = |line: String| async move {
            consent::submit(h, line.as_bytes(), "ines").await.unwrap().remove(0).taken
        };
        let refused = one(by(&SECOND)).await.unwrap_err();
        assert!(refused.contains("another key"), "{refused}");
        one(by(&FIRST)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_signed_by_the_tools_maker_is_enough_for_a_permit() {
    for story in licence::begun().await {
        let h = story.house();
        let low_tide = licence::id(&story, "S01").await;
        let tool = story.id("Mixwright").await;
        let request = |at: jiff::Timestamp| {
            json!({
                "type": permit::REQUEST, "tool": tool, "project": "Night Drive", "uses": ["index.search"], "recordings": [low_tide],
                "minutes": 30, "asked_at": at.to_string(),
            })
        };
        let by = |value: Value, seed: &[u8; 32]| statement::sign(value, seed).unwrap();
        let now = h.now();
        assert_eq!(code(permit::issue_signed(h, &by(request(now), &FIRST)).await), "own-key-none");
        assert_eq!(bind(h, &tool, &FIRST, None).await, "done");
        assert_eq!(code(permit::issue_signed(h, &by(request(now), &SECOND)).await), "own-key-signature");
        assert_eq!(code(permit::issue_signed(h, &json!({})).await), "request-bad");
        let late = now - jiff::SignedDuration::from_mins(6);
        assert_eq!(code(permit::issue_signed(h, &by(request(late), &FIRST)).await), "request-bad");
        let mut changed = by(request(now), &FIRST);
        changed["minutes"] = 700.into();
        assert_eq!(code(permit::issue_signed(h, &changed).await), "own-key-signature");
        assert_eq!(code(permit::issue_signed(h, &by(request(now), &FIRST)).await), "permit-denied");
        let permit = consent::Say {
            speaker: "Mira Feld".into(),
            subject: "catalogue".into(),
            word: "permit".into(),
            uses: vec!["index.search".into()],
            by: "ines".into(),
            ..consent::Say::default()
        };
        consent::say(h, &[permit]).await.unwrap();
        let (given, _) = permit::issue_signed(h, &by(request(now), &FIRST)).await.unwrap();
        assert_eq!(
            (given.tool, given.uses),
            (tool, vec!["index.search".to_owned()]),
            "{}",
            story.fresh.engine
        );
    }
}
