//! Asked again, done once: in order, at the same time, and after a crash.

use app::api_answer::{self, Begun, Request};
use serde_json::json;

use crate::api_scene::{Scene, empty};

fn pot(n: usize) -> serde_json::Value {
    json!({ "purpose": format!("night {n}"), "currency": "EUR", "rule": "set-list-per-line" })
}

async fn pots(scene: &Scene) -> usize {
    app::pot::list(&scene.house).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_is_answered_as_before() {
    for fresh in testkit::house::each(84).await {
        let scene = empty(fresh).await;
        let bare = scene.post("house", "/pots", &pot(1)).send().await;
        assert_eq!((bare.status, bare.code().as_str()), (400, "idempotency-key-missing"));
        for word in ["", " ", "\u{e9}", &"x".repeat(256)] {
            let bad = scene.post("house", "/pots", &pot(1)).once(word).send().await;
            assert_eq!(bad.code(), "idempotency-key-bad", "{word}");
        }
        let first = scene.post("house", "/pots", &pot(1)).once("a").send().await;
        let again = scene.post("house", "/pots", &pot(1)).once("a").send().await;
        assert_eq!((first.status, again.status, &first.text), (201, 201, &again.text));
        assert_eq!(
            (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
            ("", "true")
        );
        let other = scene.post("house", "/pots", &pot(2)).once("a").send().await;
        assert_eq!((other.status, other.code().as_str()), (422, "idempotency-key-reused"));
        let elsewhere = scene.post("house", "/payout-batches", &pot(1)).once("a").send().await;
        assert_eq!(elsewhere.code(), "idempotency-key-reused", "another address is another request");
        assert_eq!(pots(&scene).await, 1);
        // Another caller's word is another word.
        let theirs = scene.post("second", "/pots", &pot(1)).once("a").send().await;
        assert_eq!(theirs.code(), "not-yours");
        // What was refused changed nothing, and its word is free.
        let refused =
            scene.post("house", "/payout-batches", &json!({ "currency": "EUR" })).once("b").send().await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(scene.post("house", "/pots", &pot(3)).once("b").send().await.status, 201);
        // Kept for a day at least; not for ever.
        scene.fresh.world.pass_seconds(86_400);
        assert_eq!(
            scene.post("house", "/pots", &pot(1)).once("a").send().await.header("idempotency-replayed"),
            "true"
        );
        scene.fresh.world.pass_days(2);
        assert_eq!(
            scene.post("house", "/pots", &pot(1)).once("a").send().await.header("idempotency-replayed"),
            ""
        );
        assert_eq!(pots(&scene).await, 3, "{}", scene.fresh.engine);
        // Who, and with which key, stands in the journal.
        let journal = scene.read("house", "/journal?limit=200").await;
        let noted = journal["entries"].as_array().unwrap().iter().filter(|e| e["action"] == "api").count();
        assert_eq!(noted, 3, "{journal}");
        // Answers are encrypted: some tell a secret once.
        let mut tx = scene.house.store.begin_read().await.unwrap();
        let rows = tx.rows("select sealed from api_answer", Vec::new()).await.unwrap();
        assert!(rows.iter().all(|r| !String::from_utf8_lossy(&r.blob(0).unwrap()).contains("night")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_at_once_are_one() {
    for fresh in testkit::house::each(85).await {
        let scene = std::sync::Arc::new(empty(fresh).await);
        for round in 0..5 {
            let mut running = Vec::new();
            for _ in 0..8 {
                let scene = scene.clone();
                running.push(tokio::spawn(async move {
                    scene.post("house", "/pots", &pot(round)).once(&format!("w{round}")).send().await
                }));
            }
            let mut texts = std::collections::BTreeSet::new();
            let mut replayed = 0;
            for one in running {
                let answer = one.await.unwrap();
                assert_eq!(answer.status, 201, "{}", answer.text);
                replayed += usize::from(answer.header("idempotency-replayed") == "true");
                texts.insert(answer.text);
            }
            assert_eq!((texts.len(), replayed), (1, 7));
        }
        assert_eq!(pots(&scene).await, 5, "{}", scene.fresh.engine);
    }
}

/// Killed before the answer is kept, nothing was done; killed after it, the answer is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_leaves_all_or_nothing() {
    for fresh in testkit::house::each(86).await {
        let scene = empty(fresh).await;
        let request = || Request {
            caller: "sin-000000000001".to_owned(),
            with: String::new(),
            what: "POST /api/v1/pots".to_owned(),
            key: Some("w".to_owned()),
            hash: "h".to_owned(),
        };
        let open = || app::pot::Open {
            purpose: "a night".to_owned(),
            currency: money::Currency::EUR,
            rule: "set-list-per-line".to_owned(),
            event: None,
            by: "ada".to_owned(),
        };
        for _ in 0..3 {
            let Begun::Fresh(house, work) = api_answer::begin(&scene.house, request()).await.unwrap() else {
                panic!("nothing was done")
            };
            app::pot::open(&house, open()).await.unwrap();
            assert_eq!(app::pot::list(&house).await.unwrap().len(), 1, "within, it is done");
            // The process ends here.
            drop((house, work));
            assert_eq!(pots(&scene).await, 0, "{}", scene.fresh.engine);
        }
        let Begun::Fresh(house, work) = api_answer::begin(&scene.house, request()).await.unwrap() else {
            panic!()
        };
        // A use case that refuses half-way leaves nothing of its own, and what was done beside it stays.
        let refused =
            app::pot::open(&house, app::pot::Open { rule: "no-such-rule".to_owned(), ..open() }).await;
        assert!(refused.is_err());
        app::pot::open(&house, open()).await.unwrap();
        work.keep(201, "made").await.unwrap();
        assert_eq!(pots(&scene).await, 1);
        match api_answer::begin(&scene.house, request()).await.unwrap() {
            Begun::Before(201, body) => assert_eq!(body, "made"),
            _ => panic!("it was done"),
        }
        assert!(app::doctor::examine(&scene.house).await.unwrap().is_sound());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_takes_long_is_done_once_too() {
    for fresh in testkit::house::each(87).await {
        let scene = empty(fresh).await;
        let tsv = "id\tartist\ttitle\n9\tIda Corn\tField\n";
        let encoded = {
            use base64::Engine;
            base64::prelude::BASE64_STANDARD.encode(tsv)
        };
        let body = json!({ "name": "more.tsv", "base64": encoded });
        let first = scene.post("house", "/catalogue/imports", &body).once("i").send().await;
        let again = scene.post("house", "/catalogue/imports", &body).once("i").send().await;
        assert_eq!((first.status, &first.text), (200, &again.text), "{}", first.text);
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(first.json()["recordings"], 1);
        // Begun by a process that died: for a while it is believed to be at work, then it is done again.
        let request = Request {
            caller: scene.read("house", "/me").await["id"].as_str().unwrap().to_owned(),
            with: String::new(),
            what: String::new(),
            key: Some("j".to_owned()),
            hash: api_answer::hash("POST", "/api/v1/catalogue/imports", "", body.to_string().as_bytes()),
        };
        let Begun::Fresh(..) = api_answer::begin_long(&scene.house, request).await.unwrap() else { panic!() };
        let busy = scene.post("house", "/catalogue/imports", &body).once("j").send().await;
        assert_eq!((busy.status, busy.code().as_str()), (409, "idempotency-key-busy"));
        assert_eq!(busy.header("retry-after"), "60");
        scene.fresh.world.pass_seconds(600);
        assert_eq!(scene.post("house", "/catalogue/imports", &body).once("j").send().await.status, 200);
    }
}
