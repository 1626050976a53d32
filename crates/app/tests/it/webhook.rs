//! Webhooks: told once the thing happened, signed, again and again where nobody answers, never into the house's own network.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use app::House;
use app::consent::{self, Say};
use app::job::{self, Outcome};
use app::webhook::{self, Add, Outlets};
use proof::webhook::{BadMessage, Secret};
use serde_json::{Value, json};
use store::WebhookRow;
use testkit::house::{self, Fresh};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::licence;
use crate::story::{self, Story, amount, code};

/// A message as it arrived.
#[derive(Debug, Clone, Default)]
struct Came {
    head: String,
    body: String,
}

impl Came {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|l| l.split_once(':')).map_or("", |(_, v)| v.trim())
    }

    fn data(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).unwrap()["data"].clone()
    }

    fn believed(&self, secret: &str, now: i64) -> Result<(), BadMessage> {
        let secret: Secret = secret.parse().unwrap();
        let (id, time, signed) =
            (self.header("webhook-id"), self.header("webhook-timestamp"), self.header("webhook-signature"));
        secret.check(id, time, signed, self.body.as_bytes(), now)
    }
}

/// A real receiver on this machine, which answers what it was told to, then 204.
#[derive(Clone)]
struct Receiver {
    url: String,
    came: Arc<Mutex<Vec<Came>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    async fn begin(answers: &[u16]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?for=us", listener.local_addr().unwrap());
        let receiver = Receiver {
            url,
            came: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
        };
        let own = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
                let came = loop {
                    let read = stream.read(&mut part).await.unwrap();
                    bytes.extend_from_slice(&part[..read]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let came = Came { head: head.to_owned(), body: body.to_owned() };
                    let length: usize = came.header("content-length").parse().unwrap();
                    if body.len() >= length {
                        break came;
                    }
                };
                let status = own.answers.lock().unwrap().pop_front().unwrap_or(204);
                own.came.lock().unwrap().push(came);
                let answer = format!(
                    "HTTP/1.1 {status} So\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        receiver
    }

    fn all(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }
}

async fn hook(h: &House, owner: &str, url: &str, kinds: &[&str]) -> (WebhookRow, String) {
    let ask = Add {
        owner: owner.to_owned(),
        url: url.to_owned(),
        kinds: kinds.iter().map(|k| (*k).to_owned()).collect(),
        loopback: true,
        by: "ines".to_owned(),
    };
    webhook::add(h, &ask).await.unwrap()
}

/// Does what is due; what came of each.
async fn worked(h: &House) -> Vec<Outcome> {
    let (handlers, mut all) = (job::webhook_handlers(Outlets::default()), Vec::new());
    while let Some((_, outcome)) = job::run_one(h, &handlers, "teller").await.unwrap() {
        all.push(outcome);
    }
    all
}

async fn states(h: &House, hook: &WebhookRow) -> Vec<(String, i64, Option<i64>)> {
    let (_, all) = webhook::deliveries(h, hook.id.as_str(), None, "", 100).await.unwrap();
    all.into_iter().map(|d| (d.state, d.attempts, d.status)).collect()
}

fn now(h: &House) -> i64 {
    h.now().as_second()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_tried_until_it_arrives_and_its_signature_holds_only_whole() {
    for fresh in house::each(21).await {
        let h = &fresh.house;
        // A redirect is followed nowhere: it counts as a failure.
        let receiver = Receiver::begin(&[500, 302]).await;
        let (hook, secret) = hook(h, "house", &receiver.url, &[]).await;
        webhook::test(h, hook.id.as_str(), None, "ines").await.unwrap();
        for (tries, wait) in [(1, 5), (2, 60)] {
            assert_eq!(worked(h).await, [Outcome::Done], "{}", fresh.engine);
            let status = if tries == 1 { Some(500) } else { Some(302) };
            assert_eq!(states(h, &hook).await, [("waiting".to_owned(), tries, status)]);
            assert_eq!(receiver.all().len(), usize::try_from(tries).unwrap());
            fresh.world.pass_seconds(wait + wait / 10 + 1);
        }
        let at = now(h);
        worked(h).await;
        assert_eq!(states(h, &hook).await, [("delivered".to_owned(), 3, Some(204))], "{}", fresh.engine);
        let all = receiver.all();
        let last = all.last().unwrap();
        assert!(all.iter().all(|c| c.header("webhook-id") == last.header("webhook-id")));
        assert!(last.head.starts_with("POST /hook?for=us HTTP/1.1"), "{}", last.head);
        assert_eq!(last.header("content-type"), "application/json");
        assert_eq!(last.data(), json!({ "webhook": hook.id.as_str() }));
        assert_eq!(last.believed(&secret, at), Ok(()));
        // Forged in every part, sent again later, made with another secret.
        let forged = |body: &str, head: &str| Came { body: body.into(), head: head.into() };
        let other = Secret::of(&[9; 24]).unwrap().text();
        for (came, with, at, want) in [
            (forged(&last.body.replace("test", "tent"), &last.head), &secret, at, BadMessage::Signature),
            (forged(&last.body, &last.head.replace("v1,", "v1,A")), &secret, at, BadMessage::Signature),
            (forged(&last.body, &last.head.replace("msg-", "msg-0")), &secret, at, BadMessage::Signature),
            (last.clone(), &other, at, BadMessage::Signature),
            (last.clone(), &secret, at + 301, BadMessage::Old),
        ] {
            assert_eq!(came.believed(with, at), Err(want));
        }
        assert!(worked(h).await.is_empty(), "nothing is told twice");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_about_a_day_it_is_given_up_and_a_person_sends_it_again() {
    for fresh in house::each(22).await {
        let h = &fresh.house;
        let receiver = Receiver::begin(&[503; 9]).await;
        let (hook, _) = hook(h, "house", &receiver.url, &["log.published"]).await;
        let first = webhook::test(h, hook.id.as_str(), None, "ines").await.unwrap();
        let begun = now(h);
        while states(h, &hook).await[0].0 == "waiting" {
            worked(h).await;
            fresh.world.pass_seconds(600);
        }
        let hours = (now(h) - begun) / 3_600;
        assert!((22..=26).contains(&hours), "{hours} hours");
        assert_eq!(states(h, &hook).await, [("given-up".to_owned(), webhook::ATTEMPTS, Some(503))]);
        assert_eq!(code(webhook::replay(h, "msg-unknown", None, "ines").await), "delivery-unknown");
        assert_eq!(
            code(webhook::replay(h, first.id.as_str(), Some("pty-other"), "ines").await),
            "webhook-unknown"
        );
        webhook::replay(h, first.id.as_str(), Some("house"), "ines").await.unwrap();
        assert_eq!(code(webhook::replay(h, first.id.as_str(), None, "ines").await), "delivery-waits");
        worked(h).await;
        assert_eq!(states(h, &hook).await, [("delivered".to_owned(), 1, Some(204))], "{}", fresh.engine);
        let ids: Vec<String> = receiver.all().iter().map(|c| c.header("webhook-id").to_owned()).collect();
        assert!(ids.len() == 10 && ids.iter().all(|id| *id == first.id.as_str()));
        assert_eq!(webhook::list(h, Some("house")).await.unwrap()[0].failures, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_is_left_in_peace_and_one_that_is_gone_is_never_told_again() {
    for fresh in house::each(23).await {
        let h = &fresh.house;
        let receiver = Receiver::begin(&[500, 500, 500]).await;
        let (hook, _) = hook(h, "house", &receiver.url, &[]).await;
        for _ in 0..5 {
            webhook::test(h, hook.id.as_str(), None, "ines").await.unwrap();
        }
        worked(h).await;
        assert_eq!(receiver.all().len(), 3, "after three failures the others wait: {}", fresh.engine);
        fresh.world.pass_seconds(7);
        worked(h).await;
        assert_eq!(receiver.all().len(), 8, "{}", fresh.engine);
        assert!(states(h, &hook).await.iter().all(|s| s.0 == "delivered"));

        receiver.answers.lock().unwrap().push_back(410);
        for _ in 0..2 {
            webhook::test(h, hook.id.as_str(), None, "ines").await.unwrap();
        }
        worked(h).await;
        assert_eq!(receiver.all().len(), 9);
        let row = &webhook::list(h, None).await.unwrap()[0];
        assert_eq!((row.ended_why.as_str(), row.url.as_str()), ("gone", ""));
        assert_eq!(code(webhook::test(h, hook.id.as_str(), None, "ines").await), "webhook-ended");
        assert_eq!(code(webhook::remove(h, hook.id.as_str(), None, "ines").await), "webhook-ended");
        assert_eq!(code(webhook::rotate(h, hook.id.as_str(), None, 1, "ines").await), "webhook-ended");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_secret_and_the_one_before_both_hold_for_a_day() {
    for fresh in house::each(24).await {
        let h = &fresh.house;
        let receiver = Receiver::begin(&[]).await;
        let (hook, before) = hook(h, "house", &receiver.url, &[]).await;
        let (_, after) =
            webhook::rotate(h, hook.id.as_str(), None, webhook::OVERLAP_HOURS, "ines").await.unwrap();
        assert_ne!(before, after);
        for (days, holds) in [(0, true), (1, false)] {
            fresh.world.pass_days(days);
            webhook::test(h, hook.id.as_str(), None, "ines").await.unwrap();
            worked(h).await;
            let last = receiver.all().pop().unwrap();
            assert_eq!(last.believed(&after, now(h)), Ok(()), "{}", fresh.engine);
            assert_eq!(last.believed(&before, now(h)).is_ok(), holds, "{}", fresh.engine);
        }
        // A leaked secret ends at once.
        let (_, third) = webhook::rotate(h, hook.id.as_str(), None, 0, "ines").await.unwrap();
        webhook::test(h, hook.id.as_str(), None, "ines").await.unwrap();
        worked(h).await;
        let last = receiver.all().pop().unwrap();
        assert!(last.believed(&third, now(h)).is_ok() && last.believed(&after, now(h)).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_into_the_houses_own_network() {
    for fresh in house::each(25).await {
        let h = &fresh.house;
        let receiver = Receiver::begin(&[]).await;
        let port = receiver.url.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
        let ask = |url: String, loopback| Add { owner: "house".into(), url, loopback, ..Add::default() };
        for url in
            [receiver.url.clone(), format!("https://localhost:{port}/"), "https://10.0.0.1/".to_owned()]
        {
            assert_eq!(code(webhook::add(h, &ask(url, false)).await), "webhook-address");
        }
        assert_eq!(code(webhook::add(h, &ask("http://10.0.0.1/".into(), true)).await), "webhook-address");
        // A name that is public by its looks and leads home: judged where it is connected to, each time.
        let (row, _) = webhook::add(h, &ask("https://public.example/".into(), false)).await.unwrap();
        let outlets = Outlets { public: Arc::new(Bent(port)), ..Outlets::default() };
        webhook::test(h, row.id.as_str(), None, "ines").await.unwrap();
        let handlers = job::webhook_handlers(outlets);
        job::run_one(h, &handlers, "teller").await.unwrap().unwrap();
        let (_, told) = webhook::deliveries(h, row.id.as_str(), None, "", 9).await.unwrap();
        assert!(told[0].error.contains("not public"), "{}", told[0].error);
        assert!(receiver.all().is_empty(), "{}", fresh.engine);
    }
}

/// The real outside behind a name server that answers with this machine for every name.
struct Bent(String);

impl ports::http::Fetch for Bent {
    fn ask(&self, mut ask: ports::http::Ask) -> ports::http::Asking<'_> {
        ask.url = format!("https://localhost:{}/", self.0).parse().unwrap();
        Box::pin(async move { ports::http::Outside::new(false).ask(ask).await })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_registered_is_asked_in_order() {
    for fresh in house::each(26).await {
        let h = &fresh.house;
        let ask = |owner: &str, kind: &str, url: &str| Add {
            owner: owner.to_owned(),
            kinds: vec![kind.to_owned()],
            url: url.to_owned(),
            ..Add::default()
        };
        let fine = "https://example.org/";
        for (owner, kind, url, want) in [
            ("Nobody", "nothing", "", "party-unknown"),
            ("house", "nothing", "", "webhook-kind"),
            ("house", "webhook.test", fine, "webhook-kind"),
            ("sgn-1", "payout.sent", fine, "webhook-kind"),
            ("house", "payout.sent", "ftp://example.org", "webhook-address"),
            ("sgn-1", "log.published", fine, "done"),
        ] {
            assert_eq!(code(webhook::add(h, &ask(owner, kind, url)).await), want, "{owner} {kind} {url}");
        }
        for _ in 0..20 {
            webhook::add(h, &ask("house", "payout.sent", fine)).await.unwrap();
        }
        assert_eq!(code(webhook::add(h, &ask("house", "payout.sent", fine)).await), "webhook-many");
        let state = webhook::deliveries(h, "whk-1", None, "lost", 1).await;
        assert_eq!(code(state), "webhook-state");
        assert_eq!(code(webhook::deliveries(h, "whk-1", None, "", 1).await), "webhook-unknown");
        // The address rests encrypted, and so does the secret.
        let mut tx = h.store.begin_read().await.unwrap();
        let rows = tx.rows("select sealed_url, sealed_secret from webhook", vec![]).await.unwrap();
        for row in rows {
            let bytes = [row.blob(0).unwrap(), row.blob(1).unwrap()].concat();
            assert!(!String::from_utf8_lossy(&bytes).contains("example"));
        }
    }
}

/// What each receiver heard: kind and data, in the order of arrival.
fn heard(receiver: &Receiver) -> Vec<(String, Value)> {
    let read = |c: &Came| {
        let body: Value = serde_json::from_str(&c.body).unwrap();
        (body["type"].as_str().unwrap().to_owned(), body["data"].clone())
    };
    receiver.all().iter().map(read).collect()
}

fn refusal(licensees: &[&str]) -> Say {
    Say {
        speaker: "Mira Feld".into(),
        subject: "catalogue".into(),
        word: "refuse".into(),
        uses: vec!["train.gen".into()],
        licensees: licensees.iter().map(|l| (*l).to_owned()).collect(),
        by: "ines".into(),
        ..Say::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_licensee_that_holds_a_work_hears_that_its_consent_changed() {
    for story in licence::begun().await {
        let h = story.house();
        let (maker, mixer) = (Receiver::begin(&[]).await, Receiver::begin(&[]).await);
        let mira = Receiver::begin(&[]).await;
        hook(h, "Modelmaker", &maker.url, &["consent.changed", "licence.agreed", "violation.found"]).await;
        hook(h, "Mixwright", &mixer.url, &[]).await;
        hook(h, "Mira Feld", &mira.url, &[]).await;
        consent::say(h, &[refusal(&[])]).await.unwrap();
        worked(h).await;
        assert!(maker.all().is_empty() && mixer.all().is_empty(), "nobody holds anything yet");
        consent::withdraw(h, &statement(h, &story).await, "Mira Feld", "ines").await.unwrap();
        let low_tide = licence::id(&story, "S01").await;
        let grant = consent::training::Register {
            licensee: "Modelmaker".into(),
            model: "m".into(),
            version: "1".into(),
            usage: "train.gen".into(),
            recordings: vec![low_tide.clone()],
            by: "ines".into(),
        };
        let run = consent::training::register(h, grant).await.unwrap().row.id;
        consent::say(h, &[refusal(&[])]).await.unwrap();
        worked(h).await;
        let told = heard(&maker);
        let (kind, data) = told.last().unwrap();
        assert_eq!((kind.as_str(), data["change"].as_str()), ("consent.changed", Some("refuse")));
        let want = json!([{ "training_run": run, "recordings": [low_tide], "recordings_in_all": 1 }]);
        assert_eq!((&data["training_runs"], &data["licences"]), (&want, &json!([])));
        assert!(mixer.all().is_empty() && mira.all().is_empty(), "{}", story.fresh.engine);
        // A word to somebody else is nobody else's business.
        let before = maker.all().len();
        consent::say(h, &[refusal(&["Mixwright"])]).await.unwrap();
        worked(h).await;
        assert_eq!((maker.all().len(), mixer.all().len()), (before, 0));
        let body = &maker.all().last().unwrap().body.clone();
        assert!(!body.contains("Mira") && !body.contains("Low Tide"), "{body}");
        // What is contested, and what is examined, is told too.
        let subject = format!("recording:{low_tide}");
        consent::level::dispute(h, &subject, "Orrin Vale", "I sang it", "ines").await.unwrap();
        app::license::violation::examine(h, &run, "ines").await.unwrap();
        worked(h).await;
        // What happened in one moment comes in no order.
        let mut kinds: Vec<(String, Value)> =
            heard(&maker).into_iter().skip(before).map(|(k, d)| (k, d["change"].clone())).collect();
        kinds.sort_by(|a, b| a.0.cmp(&b.0));
        let want =
            [("consent.changed".to_owned(), json!("disputed")), ("violation.found".to_owned(), json!(null))];
        assert_eq!(kinds, want, "{}", story.fresh.engine);
        assert!(mixer.all().is_empty() && mira.all().is_empty());
    }
}

/// The newest statement of Mira's.
async fn statement(h: &House, story: &Story) -> String {
    let mira = story.id("Mira Feld").await;
    let mut tx = h.store.begin_read().await.unwrap();
    let rows = tx.consent_of(&mira.parse().unwrap()).await.unwrap();
    rows.into_iter().rev().find(|r| r.kind == "statement").unwrap().id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agreements_contests_lists_statements_and_payouts_are_told_to_whom_they_concern() {
    for mut story in licence::begun().await {
        let h = &story.house().clone();
        let (maker, mira, dj) =
            (Receiver::begin(&[]).await, Receiver::begin(&[]).await, Receiver::begin(&[]).await);
        hook(h, "Modelmaker", &maker.url, &[]).await;
        hook(
            h,
            "Mira Feld",
            &mira.url,
            &["licence.agreed", "statement.ready", "payout.sent", "report.contested"],
        )
        .await;
        hook(h, "DJ Lantern", &dj.url, &[]).await;
        let offer = licence::offered(h, "train.gen", "EUR 10 per work").await;
        let signed = licence::accepted(h, "train.gen", &offer).await;
        story.receive(&signed.payment.unwrap().contribution.reference, amount("EUR 10")).await;
        story.share().await;
        let night = story.night(
            "DJ Lantern",
            "1. Mira Feld - Low Tide\n2. Nobody - Nothing\n",
            app::pot::Gift::Amount(amount("EUR 50")),
        );
        app::set_list::submit(h, &story.matching, night).await.unwrap();
        story.details("Mira Feld", "DE02500105170137075030").await.unwrap();
        story.fresh.world.pass_days(120);
        let period = music::Period::parse("2026-09").unwrap();
        app::statement::make(h, "Mira Feld", period).await.unwrap();
        app::statement::make(h, "Mira Feld", period).await.unwrap();
        let batch = app::payout::prepare(h, money::Currency::EUR, "ines").await.unwrap();
        app::payout::approve(h, &batch.batch.id, "tomas").await.unwrap();
        for _ in 0..2 {
            app::payout::export(h, None, "sepa", "ines").await.unwrap();
        }
        worked(h).await;
        let told =
            |receiver: &Receiver| heard(receiver).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        let engine = story.fresh.engine;
        let sorted = |mut all: Vec<String>| {
            all.sort();
            all
        };
        assert_eq!(sorted(told(&mira)), ["licence.agreed", "payout.sent", "statement.ready"], "{engine}");
        assert_eq!(told(&dj), ["set_list.matched"], "{engine}");
        let list = heard(&dj).remove(0).1;
        assert_eq!((&list["lines"], &list["matched"], &list["unmatched"]), (&json!(2), &json!(1), &json!(1)));
        assert!(sorted(told(&maker)).starts_with(&["licence.agreed".to_owned()]), "{engine}");
        let agreed = heard(&maker).into_iter().find(|(k, _)| k == "licence.agreed").unwrap().1;
        assert_eq!(
            (agreed["licence"].as_str(), &agreed["works"]),
            (Some(signed.license.row.id.as_str()), &json!(1))
        );
        for came in mira.all().iter().chain(&dj.all()).chain(&maker.all()) {
            for word in ["Mira", "Lantern", "DE02", "EUR 10", "10.00"] {
                assert!(!came.body.contains(word), "{}", came.body);
            }
        }
    }
}

/// What is told belongs to what it tells about: where that is not recorded, neither is the telling.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_did_not_happen_is_not_told() {
    for story in story::each().await {
        let h = story.house();
        let receiver = Receiver::begin(&[]).await;
        let (row, _) = hook(h, "house", &receiver.url, &[]).await;
        let mut tx = h.store.begin().await.unwrap();
        let id = store::DeliveryId::from_bits(5);
        tx.insert_delivery(&id, &row.id, "webhook.test", "{}", h.now()).await.unwrap();
        drop(tx);
        let wrong = Say { word: "perhaps".into(), ..refusal(&[]) };
        assert_eq!(code(consent::say(h, &[refusal(&[]), wrong]).await), "consent-word");
        assert!(worked(h).await.is_empty() && receiver.all().is_empty(), "{}", story.fresh.engine);
    }
}

/// Two tellers take each message once, and one that was killed leaves it to the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tellers_side_by_side_send_each_message_once() {
    for fresh in house::each(27).await {
        let Fresh { house: h, engine, .. } = &fresh;
        let receiver = Receiver::begin(&[]).await;
        let (row, _) = hook(h, "house", &receiver.url, &[]).await;
        for _ in 0..12 {
            webhook::test(h, row.id.as_str(), None, "ines").await.unwrap();
        }
        let crew: Vec<_> = (0..3)
            .map(|_| {
                let h = h.clone();
                tokio::spawn(async move {
                    // Where another one was just quicker there may be more.
                    for _ in 0..4 {
                        worked(&h).await;
                    }
                })
            })
            .collect();
        for worker in crew {
            worker.await.unwrap();
        }
        worked(h).await;
        let mut ids: Vec<String> = receiver.all().iter().map(|c| c.header("webhook-id").to_owned()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), receiver.all().len()), (12, 12), "{engine}");
    }
}
