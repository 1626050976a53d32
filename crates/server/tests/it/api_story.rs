//! A night is paid, a word is said, a reader listens, a brief is written: through the API alone.

use app::session::Role;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::api_scene::{SCOPES, Scene, admit, empty, full, somebody};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// From a set list to the bank and back, with everything that is refused on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_list_is_paid() {
    for fresh in testkit::house::each(88).await {
        let mut scene = empty(fresh).await;
        let dj = somebody(&mut scene, "dj").await;
        let made = scene
            .done(
                "house",
                "/parties",
                json!({ "name": "Mira Feld", "territory": "FR", "mail": "m@example.org" }),
            )
            .await;
        let mira = text(&made["id"]).to_owned();
        admit(&mut scene, "mira", Role::Owner, &mira, SCOPES).await;
        let recordings = scene.read("dj", "/recordings?isrc=FRZ032600001").await;
        let tide = text(&recordings["items"][0]["id"]).to_owned();
        let share = json!({ "recording": tide, "party": mira, "part": "100 %" });
        assert_eq!(scene.post("dj", "/shares", &share).send().await.code(), "not-yours");
        scene.done("house", "/shares", share).await;
        let details = json!({ "holder": "Mira Feld", "iban": "FR7630006000011234567890189" });
        let path = format!("/parties/{mira}/bank-details");
        assert_eq!(scene.get("mira", &path).send().await.code(), "details-unknown");
        assert_eq!(
            scene.post("house", &path, &details).once("h").send().await.code(),
            "not-yours",
            "the owner's alone"
        );
        scene.done("mira", &path, details).await;
        assert!(!scene.read("mira", &path).await.to_string().contains("11234567890"));
        // The night.
        let list = json!({
            "performer": dj, "lines": "Mira Feld - Low Tide\nMira Feld - Low Tide\n", "event": "Night at the Kiln",
            "date": "2026-09-04", "city": "Lyon", "territory": "FR", "time_zone": "Europe/Paris",
            "gift": { "fee": { "amount": "2000", "currency": "EUR" }, "share": "5 %" },
        });
        assert_eq!(scene.post("mira", "/set-lists", &list).once("s").send().await.code(), "not-yours");
        let handed = scene.done("dj", "/set-lists", list.clone()).await;
        assert_eq!(
            (&handed["before"], &handed["lines"][0]["verdict"]),
            (&json!(false), &json!("matched")),
            "{handed}"
        );
        assert_eq!(handed["payment"]["pledged"], json!({ "amount": "100.000000", "currency": "EUR" }));
        assert_eq!(scene.done("dj", "/set-lists", list).await["before"], true);
        let id = text(&handed["list"]["id"]);
        assert_eq!(scene.read("dj", &format!("/set-lists/{id}")).await["lines"].as_array().unwrap().len(), 2);
        assert_eq!(scene.get("mira", &format!("/set-lists/{id}")).send().await.code(), "not-yours");
        assert_eq!(
            scene.get("mira", "/set-lists/set-000000000001").send().await.code(),
            "not-yours",
            "nor whether it is there"
        );
        let doubts = scene.read("dj", &format!("/set-lists/{id}/doubts")).await;
        assert_eq!(doubts["doubts"], json!([]));
        let reference = text(&handed["payment"]["reference"]);
        scene
            .done("house", &format!("/contributions/{reference}/receive"), json!({ "evidence": "counted" }))
            .await;
        // Shared by one, approved by another.
        let pots = scene.read("house", "/pots").await;
        let pot = text(&pots["items"][0]["pot"]["id"]).to_owned();
        assert_eq!(pots["items"][0]["received"]["amount"], "100.000000");
        let comparison = json!({ "pot": pot, "rules": ["set-list-per-line", "set-list-by-duration"] });
        let compared = scene.post("house", "/comparisons", &comparison).send().await;
        assert!(compared.status == 200 || compared.code() == "rule-unknown", "{}", compared.text);
        let run = scene.done("house", "/runs", json!({ "pots": [pot] })).await;
        let run_id = text(&run["run"]["id"]).to_owned();
        assert_eq!(run["run"]["status"], "draft");
        let approved = scene.done("second", &format!("/runs/{run_id}/approve"), Value::Null).await;
        assert_eq!(approved["run"]["status"], "approved");
        let balance = scene.read("mira", &format!("/parties/{mira}/balance")).await;
        assert!(
            text(&balance["balances"][0]["free"]["amount"]).starts_with(|c: char| c.is_ascii_digit()),
            "{balance}"
        );
        // Paid.
        let preview = scene.read("house", "/payout-preview?currency=EUR").await;
        assert_eq!(preview["payouts"].as_array().unwrap().len(), 1, "{preview}");
        let batch = scene.done("house", "/payout-batches", json!({ "currency": "EUR" })).await;
        let at = format!("/payout-batches/{}", text(&batch["id"]));
        assert_eq!(
            scene.post("house", &format!("{at}/approve"), &Value::Null).once("p").send().await.code(),
            "not-yours"
        );
        scene.done("second", &format!("{at}/approve"), Value::Null).await;
        let file = scene.done("house", &format!("{at}/export"), json!({ "rail": "sepa" })).await;
        let again = scene.done("house", &format!("{at}/export"), json!({ "rail": "sepa" })).await;
        assert_eq!(file["base64"], again["base64"]);
        let xml = String::from_utf8(BASE64_STANDARD.decode(text(&file["base64"])).unwrap()).unwrap();
        assert!(xml.contains("pain.001"), "{xml}");
        let payouts = scene.read("mira", &format!("/parties/{mira}/payouts")).await;
        let payout = text(&payouts["items"][0]["id"]).to_owned();
        let walk = scene.read("mira", &format!("/explanations/{payout}?party={mira}")).await;
        assert_eq!(walk["steps"][0]["what"], "payout");
        assert_eq!(
            scene.get("dj", &format!("/explanations/{payout}?party={dj}")).send().await.code(),
            "not-yours"
        );
        assert_eq!(scene.get("dj", &format!("/explanations/{payout}")).send().await.code(), "not-yours");
        let told = scene.read("mira", &format!("/parties/{mira}/statements")).await;
        assert_eq!(told["statements"][0]["party"], json!(mira));
        assert!(text(&told["statements"][0]["proof"]).contains("house.example/log"));
        assert_eq!(scene.read("house", "/doctor").await["sound"], true);
        assert_eq!(scene.get("mira", "/doctor").send().await.code(), "not-yours");
        let message = json!({ "name": "nonsense.xml", "base64": BASE64_STANDARD.encode("<x/>") });
        let nonsense = scene.post("house", "/bank-messages", &message).once("n").send().await;
        assert!(nonsense.status == 200 || nonsense.status == 422, "{}", nonsense.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_offers_and_answers() {
    for fresh in testkit::house::each(89).await {
        let scene = full(fresh).await;
        let party = scene.caller("producer0").party.clone();
        let at = format!("/parties/{party}/consents");
        let words = |word: &str, uses: Value| json!({ "words": [{ "word": word, "uses": uses }] });
        let said = scene.done("producer0", &at, words("refuse", json!(["train.gen"]))).await;
        assert!(said["words"][0]["said"]["id"].is_string(), "{said}");
        let lifted = scene.done("producer0", &at, words("permit", json!(["train.gen"]))).await;
        let wait = text(&lifted["words"][0]["waits"]["id"]).to_owned();
        assert_eq!(
            scene.post("producer1", &format!("{at}/waits/{wait}/stop"), &Value::Null).send().await.code(),
            "not-yours"
        );
        let theirs = format!("/parties/{}/consents/waits/{wait}/stop", scene.caller("producer1").party);
        assert_eq!(
            scene.post("producer1", &theirs, &Value::Null).send().await.code(),
            "not-yours",
            "nor by their own address"
        );
        scene.done("producer0", &format!("{at}/waits/{wait}/stop"), Value::Null).await;
        let unknown = scene.post("producer0", &at, &words("permit", json!(["no.such.use"]))).send().await;
        assert_eq!(unknown.status / 100, 4, "{}", unknown.text);
        unknown.code();
        let standing = scene.read("producer0", &at).await;
        assert!(
            standing["uses"]
                .as_array()
                .unwrap()
                .iter()
                .any(|u| u["usage"] == "train.gen" && u["said"] == "refuse"),
            "{standing}"
        );
        let statements = scene.read("producer0", &format!("{at}/statements?limit=1")).await;
        assert!(statements["next"].is_string());
        app::log::publish(&scene.house).await.unwrap();
        let recording = scene.ids["recording"][0].clone();
        let audit =
            json!({ "recordings": [recording, "FRZ039999999"], "usage": "train.gen", "licensee": "model-x" });
        let rows = scene.done("producer1", "/consent/audits", audit).await;
        assert_eq!(rows["rows"].as_array().unwrap().len(), 2, "{rows}");
        let question =
            json!({ "recording": recording, "usage": "train.gen", "licensee": "model-x", "territory": "FR" });
        let receipt = scene.done("producer1", "/consent/decisions", question).await;
        let checked = scene.post("", "/consent/checks", &receipt).send().await.good();
        assert!(checked["answer"].is_string(), "{checked}");
        assert_eq!(
            scene.post("", "/consent/checks", &json!({ "receipt": "nonsense" })).send().await.status,
            422
        );
        let log = scene.asked("GET", "", "/log").send().await.good();
        assert!(log["published"].as_u64().unwrap() > 0);
        // An offer to one licensee is theirs alone.
        let licensee = scene.caller("licensee0").party.clone();
        let seen = |who: &'static str| scene.read(who, "/offers?limit=200");
        let (own, other) = (seen("licensee0").await, seen("licensee1").await);
        assert!(own.to_string().contains(&licensee) && !other.to_string().contains(&licensee));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn institutions_readers_and_brands() {
    for fresh in testkit::house::each(90).await {
        let scene = full(fresh).await;
        let library = scene.caller("library0").party.clone();
        let at = format!("/institutions/{library}");
        let today: Date = scene.fresh.world.today();
        let from = today.first_of_month();
        let span = format!("from={from}&until={}", from.last_of_month().tomorrow().unwrap());
        for path in ["", "/seats", "/contracts", "/invoices", "/invitations", "/selections", "/agenda"] {
            scene.read("library0", &format!("{at}{path}")).await;
            assert_eq!(
                scene.get("library1", &format!("{at}{path}")).send().await.code(),
                "not-yours",
                "{path}"
            );
        }
        for path in ["/statistics", "/money"] {
            let told = scene.get("library0", &format!("{at}{path}?{span}")).send().await;
            assert_eq!(told.status, 200, "{path}: {}", told.text);
            let long =
                scene.get("library0", &format!("{at}{path}?from=0001-01-01&until=9999-01-01")).send().await;
            assert_eq!(long.code(), "period", "{path}");
        }
        let until = today.checked_add(jiff::Span::new().days(30)).unwrap();
        let code = scene
            .done(
                "library0",
                &format!("{at}/invitations"),
                json!({ "note": "spring", "uses": 3, "until": until }),
            )
            .await;
        assert!(text(&code["code"]).len() > 8);
        let past = json!({ "note": "x", "uses": 3, "until": "2001-01-01" });
        assert_eq!(scene.post("library0", &format!("{at}/invitations"), &past).send().await.status, 422);
        let selection = json!({ "title": "Low water", "lang": "en", "items": [{ "recording": scene.ids["recording"][0] }] });
        let made = scene.done("library0", &format!("{at}/selections"), selection).await;
        let path = format!("{at}/selections/{}/status", text(&made["slug"]));
        scene.done("library0", &path, json!({ "status": "published" })).await;
        let shown =
            scene.asked("GET", "", &format!("/selections/{}", text(&made["slug"]))).send().await.good();
        assert_eq!(shown["title"], "Low water");
        // A reader's own.
        let mine = scene.read("reader0", "/member").await;
        assert_eq!(mine["institution"], json!(library));
        assert_eq!(scene.get("dj0", "/member").send().await.status, 422, "who belongs nowhere");
        let list = scene
            .done(
                "reader0",
                "/member/playlists",
                json!({ "name": "tides", "songs": [scene.ids["recording"][0]] }),
            )
            .await;
        let path = format!("/member/playlists/{}", text(&list["id"]));
        assert!(scene.get("reader1", &path).send().await.status >= 400);
        scene.done("reader0", &path, json!({ "name": "ebb" })).await;
        assert_eq!(scene.read("reader0", &path).await["name"], "ebb");
        scene.done("reader0", &format!("{path}/drop"), Value::Null).await;
        scene
            .done(
                "reader0",
                "/member/favourites",
                json!({ "item": scene.ids["recording"][0], "kind": "song", "on": true }),
            )
            .await;
        assert_eq!(scene.read("reader0", "/member/favourites").await["items"].as_array().unwrap().len(), 1);
        assert_eq!(scene.read("reader1", "/member/favourites").await["items"], json!([]));
        scene.read("reader0", "/member/history").await;
        scene.read("reader0", "/member/money").await;
        assert!(scene.read("reader0", "/me/export").await["export"].is_object());
        // A brief is its brand's.
        let brand = scene.caller("brand0").party.clone();
        let briefs = scene.read("brand0", &format!("/parties/{brand}/briefs")).await;
        let brief = text(&briefs["items"][0]["id"]).to_owned();
        assert!(!briefs["items"][0]["flaws"].as_array().unwrap().is_empty());
        let publish = |party: &str| format!("/parties/{party}/briefs/{brief}/publish");
        assert_eq!(
            scene.post("brand0", &publish(&brand), &Value::Null).send().await.status,
            422,
            "it has flaws"
        );
        let other = scene.caller("brand1").party.clone();
        assert_eq!(scene.post("brand1", &publish(&other), &Value::Null).send().await.code(), "not-yours");
        assert_eq!(scene.post("brand1", &publish(&brand), &Value::Null).send().await.code(), "not-yours");
    }
}

/// Every address to read answers everybody who may read it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_house_reads_everything() {
    for fresh in testkit::house::each(91).await {
        let scene: Scene = full(fresh).await;
        let document: Value = serde_json::from_str(server::document()).unwrap();
        let span = "from=2026-09-01&until=2026-10-01";
        for (path, item) in document["paths"].as_object().unwrap() {
            if item["get"].is_null() {
                continue;
            }
            let mut filled = path.trim_start_matches("/api/v1").to_owned();
            let (mut known, mut party) = (true, "party");
            if filled.starts_with("/institutions/") {
                party = "library";
            }
            for name in filled.clone().split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')) {
                let id = match (name, party) {
                    ("party", "library") => Some(scene.caller("library0").party.clone()),
                    ("party", _) => Some(scene.caller("producer0").party.clone()),
                    ("rule", _) => Some("set-list-per-line".to_owned()),
                    ("code", _) => Some("FR".to_owned()),
                    _ => scene.ids.get(name).and_then(|ids| ids.first().cloned()),
                };
                known &= id.is_some();
                filled = filled.replace(&format!("{{{name}}}"), &id.unwrap_or_default());
            }
            if filled.ends_with("/statistics") || filled.ends_with("/money") && !filled.starts_with("/member")
            {
                filled = format!("{filled}?{span}");
            }
            if filled == "/credits" || filled == "/voyage" {
                filled = format!("{filled}?name=Mira");
            }
            let answer = scene.get("house", &filled).send().await;
            // What belongs to a reader is no operator's, a draft is not shown, and there is nothing to state yet.
            let not_there =
                filled.starts_with("/member") || ["/slug", "/selections/", "/territories/"].iter().any(|p| filled.contains(p));
            if known && !not_there && !filled.contains("/statements") && !filled.contains("/briefs/") {
                assert_eq!(answer.status, 200, "{filled}: {}", answer.text);
            } else {
                assert!(answer.status < 500, "{filled}: {}", answer.text);
            }
        }
    }
}
