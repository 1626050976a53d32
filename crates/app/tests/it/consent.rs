//! What holders say, what that makes of a recording, and receipts that a stranger checks: with the attacks on them.

use app::consent::receipt::Ask;
use app::consent::roles::Declare;
use app::consent::{self, Say, Spoken, wait};
use app::{House, log};
use proof::SigningKey;
use proof::log::{KeyRing, Policy, Seen};
use serde_json::Value;

use crate::story::{self, Story, code};

fn says(speaker: &str, word: &str, uses: &str, subject: &str) -> Say {
    Say {
        speaker: speaker.to_owned(),
        subject: subject.to_owned(),
        word: word.to_owned(),
        uses: uses.split(',').map(str::to_owned).collect(),
        by: "ines".to_owned(),
        ..Say::default()
    }
}

async fn say(house: &House, thing: Say) -> Spoken {
    consent::say(house, &[thing]).await.unwrap().remove(0)
}

fn said(spoken: Spoken) -> store::ConsentRow {
    match spoken {
        Spoken::Said(row) => row,
        Spoken::Waits(row) => panic!("{} waits", row.id),
    }
}

fn waits(spoken: Spoken) -> store::WaitRow {
    match spoken {
        Spoken::Waits(row) => row,
        Spoken::Said(row) => panic!("{} was said", row.id),
    }
}

async fn recording(story: &Story, own: &str) -> String {
    app::catalogue::find(story.house(), own).await.unwrap().to_string()
}

/// The answer's codes as of a size of the log.
async fn asked(house: &House, recording: &str, usage: &str, size: u64) -> String {
    let index = consent::registry::index(house, size).await.unwrap();
    let subject = ::consent::Asked::Recording(recording);
    let day = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let question = ::consent::Question {
        log_size: size,
        ..::consent::Question::new(
            subject,
            usage.parse().unwrap(),
            "modelmaker",
            day,
            music::Territory::worldwide(),
        )
    };
    let mut answer = ::consent::Answer::default();
    index.decide(&question, &mut ::consent::Session::default(), &mut answer);
    format!("{} {}", answer.outcome.code(), answer.reasons.codes()).trim().to_owned()
}

async fn declared(house: &House, who: &str) {
    let roles = vec!["work".to_owned(), "featured".to_owned()];
    let ask = Declare { party: who.into(), roles, subjects: vec![], by: "ines".into() };
    consent::roles::declare(house, ask).await.unwrap();
}

fn policy(house: &House) -> Policy {
    let key = SigningKey::from_seed(&house.origin, &house.log_seed).unwrap();
    Policy::log_only(KeyRing::new(&house.origin, key.verifier().clone()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_holds_from_its_entry_on_and_earlier_answers_stay() {
    for story in story::each().await {
        let h = story.house();
        let low_tide = recording(&story, "S01").await;
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY UNKNOWN_SUBJECT");
        declared(h, "Mira Feld").await;
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY SILENT");
        let mut thing = says("Mira Feld", "permit", "train.gen", "catalogue");
        thing.conditions = Some(serde_json::json!({ "attribution": true }));
        let first = said(say(h, thing).await);
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "PERMIT_IF");
        let then = first.place.unsigned_abs() + 1;
        let refused = said(say(h, says("Mira Feld", "refuse", "train", "catalogue")).await);
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY PROHIBITED", "at once");
        assert_eq!(asked(h, &low_tide, "train.gen", then).await, "PERMIT_IF", "for ever the same");
        assert_eq!(asked(h, &low_tide, "train.gen", first.place.unsigned_abs()).await, "DENY SILENT");
        // Lifting the refusal, in whichever words, waits.
        for thing in [
            says("Mira Feld", "permit", "train.gen", "catalogue"),
            says("Mira Feld", "ask", "train", "catalogue"),
            says("Mira Feld", "permit", "train.gen", &format!("recording:{low_tide}")),
        ] {
            let row = waits(say(h, thing).await);
            wait::stop(h, &row.id, "Mira Feld").await.unwrap();
        }
        let row = waits(consent::withdraw(h, &refused.id, "Mira Feld", "Mira Feld").await.unwrap());
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY PROHIBITED");
        for _ in 0..5 {
            assert_eq!(code(wait::confirm(h, &row.id, "nonsense", "ines").await), "wait-code");
        }
        assert_eq!(code(wait::confirm(h, &row.id, "nonsense", "ines").await), "wait-tries");
        story.fresh.world.pass_days(6);
        assert_eq!(wait::settle_due(h).await.unwrap(), 0);
        story.fresh.world.pass_days(2);
        assert_eq!(wait::settle_due(h).await.unwrap(), 1);
        assert_eq!(
            asked(h, &low_tide, "train.gen", u64::MAX).await,
            "PERMIT_IF",
            "the permit before holds again"
        );
        let voice = asked(h, &low_tide, "train.voice", u64::MAX).await;
        assert!(voice.starts_with("DENY PERSON_CONSENT_MISSING"), "{voice}");
        assert_eq!(
            code(consent::say(h, &[says("Palo Verdin", "refuse", "*", "catalogue")]).await),
            "party-not-here"
        );
        assert_eq!(
            code(consent::say(h, &[says("Mira Feld", "refuse", "trains", "catalogue")]).await),
            "consent-use"
        );
        assert_eq!(
            code(consent::say(h, &[says("Mira Feld", "shout", "train", "catalogue")]).await),
            "consent-word"
        );
        assert_eq!(
            code(consent::say(h, &[says("Mira Feld", "refuse", "train", "recording:DEA000000001")]).await),
            "recording-unknown"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mailed_code_lifts_at_once_and_an_agent_speaks_only_under_mandate() {
    for story in story::each().await {
        let h = story.house();
        let low_tide = recording(&story, "S01").await;
        declared(h, "Mira Feld").await;
        let mut thing = says("Orrin Vale", "permit", "train.gen", "catalogue");
        thing.for_party = Some("Mira Feld".to_owned());
        assert_eq!(code(consent::say(h, std::slice::from_ref(&thing)).await), "consent-mandate");
        let give = consent::mandate::Give {
            principal: "Mira Feld".into(),
            agent: "Orrin Vale".into(),
            uses: vec!["train".into()],
            by: "ines".into(),
            ..Default::default()
        };
        let row = consent::mandate::give(h, &give).await.unwrap();
        assert_eq!(
            code(consent::say(h, std::slice::from_ref(&thing)).await),
            "consent-mandate",
            "not before the holder's code"
        );
        let mut tx = h.store.begin_read().await.unwrap();
        let mails = tx.waiting_mail(h.store.fields()).await.unwrap();
        drop(tx);
        let body = &mails.iter().find(|m| m.id == format!("wait-{}", row.id)).unwrap().body;
        let number = body.split("code ").nth(1).unwrap()[..8].to_owned();
        assert_eq!(wait::confirm(h, &row.id, &number, "Mira Feld").await.unwrap().status, "done");
        assert_eq!(code(wait::confirm(h, &row.id, &number, "Mira Feld").await), "wait-decided");
        said(say(h, thing).await);
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "PERMIT");
        let mut tx = h.store.begin_read().await.unwrap();
        let mandate = tx.consent_lines("mandate").await.unwrap().remove(0).id;
        drop(tx);
        consent::mandate::revoke(h, &mandate, "Mira Feld").await.unwrap();
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY MANDATE_REVOKED");
        assert_eq!(code(consent::mandate::revoke(h, &mandate, "ines").await), "mandate-ended");
        let over = wait::hand_over(h, "Mira Feld", "Orrin Vale", "ines").await.unwrap();
        story.fresh.world.pass_days(8);
        wait::settle_due(h).await.unwrap();
        assert_eq!(
            wait::list(h, Some("Mira Feld"))
                .await
                .unwrap()
                .into_iter()
                .find(|w| w.id == over.id)
                .unwrap()
                .status,
            "done"
        );
        let roles = h
            .store
            .begin_read()
            .await
            .unwrap()
            .role_claims_of("", &format!("recording:{low_tide}"))
            .await
            .unwrap();
        let orrin = story.id("Orrin Vale").await;
        assert!(roles.iter().any(|r| r.role == "master" && r.party.as_str() == orrin), "{roles:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_hold_offline_and_every_change_of_them_is_refused() {
    for story in story::each().await {
        let h = story.house();
        let ledger = recording(&story, "S02").await;
        declared(h, "Mira Feld").await;
        let row = said(say(h, says("Mira Feld", "permit", "train.gen,index.search", "catalogue")).await);
        assert_eq!(code(consent::receipt::statement(h, &row.id).await), "log-unpublished");
        log::publish(h).await.unwrap();
        let policy = policy(h);
        let alone = consent::receipt::statement(h, &row.id).await.unwrap();
        let shown = ::consent::receipt::verify(&alone, &policy, None).unwrap();
        assert_eq!(
            (shown.statements.as_slice(), shown.silent, shown.answer),
            ([row.id.clone()].as_slice(), 0, None)
        );
        let ask = Ask {
            recording: Some(ledger.clone()),
            usage: "train.gen".into(),
            licensee: "modelmaker".into(),
            ..Ask::default()
        };
        let text = consent::receipt::answer(h, &ask).await.unwrap();
        let shown = ::consent::receipt::verify(&text, &policy, None).unwrap();
        assert!(shown.answer.as_deref().unwrap().starts_with("DENY SILENT"), "{:?}", shown.answer);
        assert!(shown.silent >= 3, "that Orrin Vale said nothing is proved: {}", shown.silent);
        assert!(attacks(&text, &policy) > 20);
        assert!(attacks(&alone, &policy) > 5);
        // Orrin refuses; the receipt from before is refused by whoever has seen the log since, and nobody can forge his silence.
        let orrin = Say { for_party: None, ..says("Orrin Vale", "refuse", "*", "catalogue") };
        said(say(h, orrin).await);
        log::publish(h).await.unwrap();
        let checkpoint = std::fs::read_to_string(h.folder.join("log/checkpoint")).unwrap();
        let seen = Seen::from(&policy.open(&checkpoint).unwrap().checkpoint);
        assert!(::consent::receipt::verify(&text, &policy, None).is_ok());
        assert!(::consent::receipt::verify(&text, &policy, Some(&seen)).is_err(), "replayed");
        let newer = consent::receipt::answer(h, &ask).await.unwrap();
        let shown = ::consent::receipt::verify(&newer, &policy, Some(&seen)).unwrap();
        assert!(shown.answer.unwrap().starts_with("DENY PROHIBITED"));
        let (old, mut forged): (Value, Value) =
            (serde_json::from_str(&text).unwrap(), serde_json::from_str(&newer).unwrap());
        forged["spoken"] = old["spoken"].clone();
        forged["lines"] = old["lines"].clone();
        forged["answer"] = old["answer"].clone();
        assert!(
            ::consent::receipt::verify(&forged.to_string(), &policy, Some(&seen)).is_err(),
            "forged absence"
        );
        let other = SigningKey::from_seed(&h.origin, &[99; 32]).unwrap();
        let stranger = Policy::log_only(KeyRing::new(&h.origin, other.verifier().clone()));
        assert!(::consent::receipt::verify(&newer, &stranger, None).is_err());
    }
}

/// Changes each part of a receipt, and expects every change to be refused. Tells how many were tried.
fn attacks(text: &str, policy: &Policy) -> usize {
    let whole: Value = serde_json::from_str(text).unwrap();
    let mut tried = 0;
    let mut check = |what: String, forged: Value| {
        assert!(::consent::receipt::verify(&forged.to_string(), policy, None).is_err(), "{what}: {forged:#}");
        tried += 1;
    };
    for (place, line) in whole["lines"].as_array().unwrap().iter().enumerate() {
        if line["type"] != "statement" {
            continue;
        }
        for (field, value) in [
            ("kind", "refuse"),
            ("kind", "ask"),
            ("speaker", "pty-x"),
            ("subject", "person"),
            ("prev", "00"),
            ("signature", "00"),
            ("at", "x"),
        ] {
            let mut forged = whole.clone();
            forged["lines"][place][field] = value.into();
            check(format!("{field} of line {place}"), forged);
        }
        let mut forged = whole.clone();
        forged["lines"].as_array_mut().unwrap().remove(place);
        check(format!("without line {place}"), forged);
        let mut forged = whole.clone();
        forged["lines"][place]["log"] = 0.into();
        check(format!("line {place} at another place"), forged);
    }
    for place in 0..whole["spoken"].as_array().unwrap().len() {
        let mut forged = whole.clone();
        forged["spoken"][place]["holder"] = "pty-somebody".into();
        check(format!("proof {place} of another holder"), forged);
        let mut forged = whole.clone();
        let heads = forged["spoken"][place]["heads"].as_array().unwrap().is_empty();
        forged["spoken"][place]["heads"] =
            if heads { serde_json::json!([["a", "b", 1]]) } else { serde_json::json!([]) };
        check(format!("other heads {place}"), forged);
        if !whole["question"].is_null() {
            let mut forged = whole.clone();
            forged["spoken"].as_array_mut().unwrap().remove(place);
            check(format!("without proof {place}"), forged);
        }
    }
    for place in 0..whole["held"].as_array().unwrap().len() {
        for (field, value) in
            [("key", "recording:another"), ("kind", "mandate"), ("proof", "map proof v1\nempty\n")]
        {
            let mut forged = whole.clone();
            if forged["held"][place][field] == value {
                continue;
            }
            forged["held"][place][field] = value.into();
            check(format!("{field} of what is held {place}"), forged);
        }
        let mut forged = whole.clone();
        forged["held"].as_array_mut().unwrap().remove(place);
        check(format!("without what is held {place}"), forged);
    }
    for (place, line) in whole["lines"].as_array().unwrap().iter().enumerate() {
        if ["claim", "mandate", "license", "dispute"].contains(&line["type"].as_str().unwrap())
            && line["log"].is_u64()
        {
            for (field, value) in [
                ("revoked_log", 1.into()),
                ("closed_log", 1.into()),
                ("party", Value::from("pty-x")),
                ("log", 0.into()),
            ] {
                let mut forged = whole.clone();
                forged["lines"][place][field] = value;
                if forged != whole {
                    check(format!("{field} of line {place}"), forged);
                }
            }
            let mut forged = whole.clone();
            forged["lines"].as_array_mut().unwrap().remove(place);
            check(format!("without line {place}"), forged);
        }
    }
    for field in ["map", "type", "version"] {
        let mut forged = whole.clone();
        forged[field] = "x".into();
        check(field.to_owned(), forged);
    }
    if !whole["question"].is_null() {
        let mut forged = whole.clone();
        forged["answer"] = "PERMIT  weakest=contact".into();
        check("another answer".to_owned(), forged);
    }
    tried
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_signed_at_home_are_taken_and_forgeries_are_not() {
    for story in story::each().await {
        let h = story.house();
        let mira = story.id("Mira Feld").await;
        let sign = |value: Value| ::consent::statement::sign(value, &[42; 32]).unwrap();
        let first = sign(
            serde_json::json!({ "type": "statement", "id": "own-1", "speaker": mira, "subject": "catalogue", "kind": "refuse", "uses": ["*"] }),
        );
        let hash = ::consent::statement::hash(&first).unwrap().to_string();
        let second = serde_json::json!({ "type": "statement", "id": "own-2", "speaker": mira, "subject": "catalogue", "kind": "refuse", "uses": ["train"], "prev": hash });
        let lines = [
            first.to_string(),
            first.to_string(),
            { let mut f = first.clone(); f["kind"] = "permit".into(); f.to_string() },
            ::consent::statement::sign(second.clone(), &[43; 32]).unwrap().to_string(),
            sign(serde_json::json!({ "type": "statement", "id": "own-3", "speaker": mira, "subject": "catalogue", "kind": "refuse", "uses": ["gen"] })).to_string(),
            sign(second).to_string(),
            sign(serde_json::json!({ "type": "statement", "id": "own-4", "speaker": mira, "subject": "person", "kind": "refuse", "uses": ["gen"], "level": "qualified" })).to_string(),
            "not json".to_owned(),
        ];
        let done = consent::submit(h, lines.join("\n").as_bytes(), "ines").await.unwrap();
        let taken: Vec<bool> = done.iter().map(|d| d.taken.is_ok()).collect();
        assert_eq!(taken, [true, true, false, false, false, true, false, false], "{done:?}");
        log::publish(h).await.unwrap();
        let receipt = consent::receipt::statement(h, "own-2").await.unwrap();
        assert_eq!(
            ::consent::receipt::verify(&receipt, &policy(h), None).unwrap().statements.len(),
            2,
            "the whole chain"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_impostor_stops_everything_and_a_run_is_asked_for_a_work() {
    for story in story::each().await {
        let h = story.house();
        let (low_tide, clock) = (recording(&story, "S01").await, recording(&story, "S03").await);
        declared(h, "Mira Feld").await;
        said(say(h, says("Mira Feld", "permit", "train.gen", "catalogue")).await);
        let ask = consent::training::Register {
            licensee: "Club Kessel".into(),
            model: "m".into(),
            version: "2".into(),
            usage: "train.gen".into(),
            recordings: vec![low_tide.clone(), "DEA000000009".into(), low_tide.clone()],
            by: "ines".into(),
        };
        let run = consent::training::register(h, ask).await.unwrap();
        assert_eq!((run.rows, run.unknown), (2, 1));
        for (recording, want) in [(&low_tide, true), (&clock, false)] {
            let answer = consent::training::was_in(h, recording, None).await.unwrap().remove(0);
            let mut proof = answer.to_json();
            assert_eq!((answer.present, consent::training::verify(&proof)), (want, Ok(want)));
            proof["present"] = (!want).into();
            assert!(consent::training::verify(&proof).is_err());
            let mut proof = answer.to_json();
            proof["recording"] = "rec-another".into();
            assert!(consent::training::verify(&proof).is_err() || !want);
        }
        let grant = consent::license::Grant {
            licensee: "Club Kessel".into(),
            uses: vec!["gen.remix".into()],
            subjects: vec!["catalogue".into()],
            signers: vec!["Mira Feld".into()],
            promises: "no new version".into(),
            by: "ines".into(),
            ..Default::default()
        };
        let license = consent::license::grant(h, &grant).await.unwrap();
        let touched = consent::license::touched(h, "Mira Feld").await.unwrap();
        assert_eq!((touched.len(), touched[0].promises[0].as_str()), (1, "no new version"));
        assert_eq!(
            code(
                consent::license::grant(h, &consent::license::Grant { signers: vec![], ..grant.clone() })
                    .await
            ),
            "consent-signers"
        );
        assert_eq!(
            code(
                consent::license::grant(h, &consent::license::Grant { uses: vec!["gen".into()], ..grant })
                    .await
            ),
            "consent-line"
        );
        let found = consent::level::impostor(h, "Mira Feld", None, "ines").await.unwrap();
        assert_eq!(found.licenses.len(), 1);
        consent::license::revoke(h, &license.id, "ines").await.unwrap();
        assert_eq!(code(consent::license::revoke(h, &license.id, "ines").await), "license-ended");
        assert_eq!((found.statements.len(), found.trained.len(), found.dispute), (1, 1, None));
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "PERMIT");
        let found =
            consent::level::impostor(h, "Mira Feld", Some("another's passport"), "ines").await.unwrap();
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY DISPUTED");
        consent::level::settle(h, &found.dispute.unwrap(), "it was hers", "ines").await.unwrap();
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "PERMIT");
        assert_eq!(code(consent::level::note(h, "Mira Feld", "sure", "x", "ines").await), "level-unknown");
        assert_eq!(code(consent::level::note(h, "Mira Feld", "identified", " ", "ines").await), "evidence");
        consent::level::note(h, "Mira Feld", "identified", "passport seen", "ines").await.unwrap();
        assert_eq!(consent::level::history(h, "Mira Feld").await.unwrap()[0].2, "passport seen");
        let token = consent::link(h, "Mira Feld", 2, "ines").await.unwrap();
        assert_eq!(consent::linked(h, &token).await.unwrap().party.name, "Mira Feld");
        story.fresh.world.pass_days(3);
        assert_eq!(code(consent::linked(h, &token).await), "link-unknown");
        let page = consent::standing(h, "Mira Feld").await.unwrap();
        let row = page.uses.iter().find(|u| u.usage.code() == "train.gen").unwrap();
        assert_eq!((row.said, row.yes), (Some("permit"), 1), "S02 is half another's");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_shows_disputes_and_ends_and_nobody_can_leave_them_out() {
    for story in story::each().await {
        let h = story.house();
        let low_tide = recording(&story, "S01").await;
        declared(h, "Mira Feld").await;
        said(say(h, says("Mira Feld", "permit", "train.gen", "catalogue")).await);
        let ask = Ask {
            recording: Some(low_tide.clone()),
            usage: "train.gen".into(),
            licensee: "modelmaker".into(),
            ..Ask::default()
        };
        log::publish(h).await.unwrap();
        let policy = policy(h);
        let calm = consent::receipt::answer(h, &ask).await.unwrap();
        let shown = ::consent::receipt::verify(&calm, &policy, None).unwrap();
        assert!(shown.complete && shown.answer.unwrap().starts_with("PERMIT "));
        let dispute =
            consent::level::dispute(h, &format!("recording:{low_tide}"), "Club Kessel", "ours", "ines")
                .await
                .unwrap();
        log::publish(h).await.unwrap();
        let contested = consent::receipt::answer(h, &ask).await.unwrap();
        let shown = ::consent::receipt::verify(&contested, &policy, None).unwrap();
        assert!(shown.answer.unwrap().starts_with("DENY DISPUTED"));
        // The dispute left out, with the answer that would follow: the map says that there is one.
        let mut forged: Value = serde_json::from_str(&contested).unwrap();
        forged["lines"].as_array_mut().unwrap().retain(|l| l["type"] != "dispute");
        forged["answer"] = serde_json::from_str::<Value>(&calm).unwrap()["answer"].clone();
        let why = ::consent::receipt::verify(&forged.to_string(), &policy, None).unwrap_err().to_string();
        assert!(why.contains("`dispute`"), "{why}");
        // Told as closed while it is open.
        let mut forged: Value = serde_json::from_str(&contested).unwrap();
        for line in forged["lines"].as_array_mut().unwrap().iter_mut().filter(|l| l["type"] == "dispute") {
            line["closed_at"] = line["at"].clone();
            line["closed_log"] = line["log"].clone();
        }
        assert!(::consent::receipt::verify(&forged.to_string(), &policy, None).is_err());
        consent::level::settle(h, &dispute.id, "settled", "ines").await.unwrap();
        log::publish(h).await.unwrap();
        let text = consent::receipt::answer(h, &ask).await.unwrap();
        assert!(
            ::consent::receipt::verify(&text, &policy, None).unwrap().answer.unwrap().starts_with("PERMIT ")
        );
        assert!(attacks(&text, &policy) > 30);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_said_is_forgotten_and_the_log_stays() {
    for story in story::each().await {
        let h = story.house();
        let low_tide = recording(&story, "S01").await;
        declared(h, "Mira Feld").await;
        let first = said(say(h, says("Mira Feld", "permit", "train.gen", "catalogue")).await);
        said(say(h, says("Mira Feld", "refuse", "gen", "catalogue")).await);
        log::publish(h).await.unwrap();
        let policy = policy(h);
        let receipt = log::receipt(h, "statement", &first.id).await.unwrap();
        let before = log::status(h).await.unwrap();
        let erased = consent::erase::erase(h, "Mira Feld", "ines").await.unwrap();
        assert_eq!(erased.statements, 2);
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY SILENT");
        assert_eq!(code(consent::receipt::statement(h, &first.id).await), "statement-erased");
        // The tree is the same, the entry's receipt still holds, and the log goes on.
        let after = log::status(h).await.unwrap();
        assert_eq!((before.size, before.head.unwrap().root), (after.size, after.head.unwrap().root));
        assert!(log::receipt(h, "statement", &first.id).await.unwrap().verify(&policy).is_ok());
        assert!(receipt.verify(&policy).is_ok());
        said(say(h, says("Mira Feld", "refuse", "*", "catalogue")).await);
        log::publish(h).await.unwrap();
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY PROHIBITED");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_house_asks_as_everybody_does_and_its_trainings_are_registered() {
    for story in story::each().await {
        let h = story.house();
        let low_tide = recording(&story, "S01").await;
        let nongen = ::consent::Use::TrainNongen;
        let silent = consent::own::decided(h, nongen).await.unwrap();
        assert!(silent.allowed.is_empty() && silent.refused.iter().any(|r| r.as_str() == low_tide));
        assert!(silent.spoken_against.is_empty());
        declared(h, "Mira Feld").await;
        said(say(h, says("Mira Feld", "permit", "train.nongen", "catalogue")).await);
        let own = consent::own::decided(h, nongen).await.unwrap();
        assert!(
            own.allowed.iter().any(|r| r.as_str() == low_tide) && own.terms.contains("train.nongen by house")
        );
        let read = own.allowed.iter().map(ToString::to_string).collect();
        let row = consent::own::register(h, "recommender", "1", nongen, read, "ines").await.unwrap();
        let again = consent::own::register(h, "recommender", "2", nongen, vec![low_tide.clone()], "ines")
            .await
            .unwrap();
        assert_eq!(row.speaker, again.speaker);
        let found = consent::training::was_in(h, &low_tide, Some(&row.id)).await.unwrap().remove(0);
        assert!(found.present && consent::training::verify(&found.to_json()) == Ok(true));
        log::publish(h).await.unwrap();
        assert!(log::receipt(h, "training", &row.id).await.is_ok());
        let mut proof =
            consent::training::was_in(h, &low_tide, Some(&row.id)).await.unwrap().remove(0).to_json();
        assert!(consent::training::verify_registered(&proof, &policy(h)).is_ok());
        proof["run"]["rows"] = 9.into();
        assert!(consent::training::verify_registered(&proof, &policy(h)).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_say_only_tightens() {
    use ::consent::foreign::source::For;
    for story in story::each().await {
        let h = story.house();
        let low_tide = recording(&story, "S01").await;
        declared(h, "Mira Feld").await;
        said(say(h, says("Mira Feld", "permit", "train.gen,analyse.mine", "catalogue")).await);
        let text = br#"{"entries":{"cawg.ai_generative_training":{"use":"constrained"},"cawg.ai_inference":{"use":"allowed"}}}"#;
        let read = consent::foreign::read("x.json", text, None, For::default()).unwrap();
        let refused = read.told[0].refused;
        let rows = consent::foreign::tighten(h, "Mira Feld", "catalogue", refused, "ines").await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(asked(h, &low_tide, "train.gen", u64::MAX).await, "DENY PROHIBITED");
        assert_eq!(asked(h, &low_tide, "input.ref", u64::MAX).await, "DENY SILENT");
        assert!(
            consent::foreign::tighten(h, "Mira Feld", "catalogue", refused, "ines").await.unwrap().is_empty()
        );
        let csv = consent::foreign::statements(h, "Mira Feld", true).await.unwrap();
        let back = consent::foreign::read("x.csv", csv.as_bytes(), None, For::default()).unwrap();
        assert_eq!((back.statements.len(), back.problems.len()), (2, 0));
        let answers = consent::foreign::answers(h, Some(&low_tide), None).await.unwrap();
        let out = ::consent::foreign::aipref::export(&answers);
        assert_eq!(out.text, "train-ai=n, ai-use=n, search=n");
    }
}
