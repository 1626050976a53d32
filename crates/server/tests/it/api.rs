//! The API's walls: keys, scopes, bodies, methods, pages.

use app::session::Role;
use serde_json::{Value, json};

use crate::api_scene::{Scene, admit, empty, somebody};

fn document() -> Value {
    serde_json::from_str(server::document()).unwrap()
}

async fn scene() -> Scene {
    empty(testkit::house::sqlite(80).await).await
}

/// Every operation: its method, its path with some id in it, itself.
fn operations() -> Vec<(&'static str, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parts = path.trim_start_matches("/api/v1").split('/');
            let filled: Vec<&str> =
                parts.map(|p| if p.starts_with('{') { "x-000000000001" } else { p }).collect();
            all.push((if method == "get" { "GET" } else { "POST" }, filled.join("/"), operation.clone()));
        }
    }
    assert!(all.len() > 120, "{}", all.len());
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_asks_for_a_key_with_its_scope() {
    let mut scene = scene().await;
    admit(&mut scene, "bare", Role::Operator, "", "nothing").await;
    for (method, path, operation) in operations() {
        let public = operation["security"].as_array().unwrap().is_empty();
        let anybody =
            scene.asked(method, "", &path).header("content-type", "application/json").raw("{}").send().await;
        let bare = scene
            .asked(method, "bare", &path)
            .header("content-type", "application/json")
            .raw("{}")
            .send()
            .await;
        if public {
            assert!(![401, 403].contains(&anybody.status), "{method} {path}: {}", anybody.text);
            continue;
        }
        assert_eq!((anybody.status, anybody.code().as_str()), (401, "key-missing"), "{method} {path}");
        assert!(anybody.header("www-authenticate").starts_with("Bearer"));
        let session = operation["security"][0]["session"].is_array();
        let want = if session { (401, "key-missing") } else { (403, "scope-missing") };
        assert_eq!((bare.status, bare.code().as_str()), want, "{method} {path}");
    }
    for secret in ["", "ttk_", "ttk_0000", "x", "\u{e9}"] {
        let asked =
            scene.asked("GET", "", "/me").header("authorization", &format!("Bearer {secret}")).send().await;
        assert_eq!((asked.status, asked.code().as_str()), (401, "key-over"), "{secret}");
    }
    assert_eq!(scene.get("house", "/me").send().await.good()["house"], json!(["operator"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_are_read_with_care() {
    let scene = scene().await;
    for (method, path, operation) in operations().into_iter().filter(|(m, ..)| *m == "POST") {
        if operation["requestBody"].is_null() || operation["security"][0]["session"].is_array() {
            continue;
        }
        let send = |kind: &'static str, body: Vec<u8>| {
            let asked = scene.asked(method, "house", &path).once("w1").header("content-type", kind).raw(body);
            async move { asked.send().await }
        };
        let json = "application/json";
        let deep = format!("{}1{}", "{\"a\":".repeat(3_000), "}".repeat(3_000));
        for (kind, body, want) in [
            (json, b"{".to_vec(), (400, "body-unreadable")),
            (json, b"[]".to_vec(), (422, "body-unfit")),
            (json, b"\xff\xfe".to_vec(), (400, "body-not-utf8")),
            (json, b"{\"zzz\": \"\\u0000\"}".to_vec(), (400, "body-nul")),
            (json, b"{\"zzz\": 1}".to_vec(), (422, "body-field-unknown")),
            ("text/plain", b"{}".to_vec(), (415, "content-type")),
            ("application/x-www-form-urlencoded", b"a=b".to_vec(), (415, "content-type")),
            ("application/json; charset=latin1", b"{}".to_vec(), (415, "content-type")),
        ] {
            let answer = send(kind, body.clone()).await;
            let code = answer.code();
            assert_eq!(
                (answer.status, code.as_str()),
                want,
                "{path} {kind} {:?}: {}",
                String::from_utf8_lossy(&body),
                answer.text
            );
        }
        let answer = send(json, deep.into_bytes()).await;
        assert!([400, 422].contains(&answer.status), "{path}: {}", answer.text);
        answer.code();
        if operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            == "#/components/schemas/NewPot"
        {
            let answer = send(json, vec![b' '; 300_000]).await;
            assert_eq!((answer.status, answer.code().as_str()), (413, "too-large"));
        }
    }
    let unknown = scene.post("house", "/pots", &json!({ "purpos": "x" })).once("k").send().await;
    assert!(unknown.json()["hint"].as_str().unwrap().contains("`purpose`"), "{}", unknown.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_that_are_none_are_refused() {
    let scene = scene().await;
    let pot = |amount: Value| json!({ "payer": "x", "role": "venue", "gift": { "amount": amount } });
    for amount in ["-5", "1e9", "NaN", "", "99999999999999999999999", "0.0000001", "1,5", "５"] {
        let body = pot(json!({ "amount": amount, "currency": "EUR" }));
        let answer =
            scene.post("house", "/pots/pot-000000000001/contributions", &body).once("k").send().await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "money-unreadable"), "{amount}");
    }
    for amount in [json!(5), json!(5.5), json!(null), json!([])] {
        let body = pot(json!({ "amount": amount, "currency": "EUR" }));
        let answer =
            scene.post("house", "/pots/pot-000000000001/contributions", &body).once("k").send().await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "body-unfit"), "{amount}");
    }
    for currency in ["", "EU", "EURO", "XYZ", "\u{1F600}"] {
        let answer =
            scene.post("house", "/payout-batches", &json!({ "currency": currency })).once("k").send().await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "currency"), "{currency}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_and_methods_that_are_none_are_problems_too() {
    let scene = scene().await;
    for path in ["", "/", "/nothing", "/parties/a/b/c/d", "/openapi.jso"] {
        let answer = scene.get("house", path).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not-found"), "{path}");
    }
    for (method, path, allow) in [
        ("DELETE", "/pots", "GET, POST"),
        ("PUT", "/me", "GET"),
        ("OPTIONS", "/doctor", "GET"),
        ("POST", "/openapi.json", "GET"),
    ] {
        let answer = scene.asked(method, "house", path).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (405, "method"), "{method} {path}");
        assert_eq!(answer.header("allow"), allow);
    }
    assert_eq!(scene.asked("HEAD", "house", "/me").send().await.status, 200);
    for query in [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=-1",
        "after=!",
        "after=",
        "unknown=1",
        "limit=1&limit=2",
        "after=%00",
    ] {
        let answer = scene.get("house", &format!("/pots?{query}")).send().await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        answer.code();
    }
    for path in ["/parties/%00", "/parties/%ff", "/runs/%0a", "/rules/..%2f..%2fetc"] {
        let answer = scene.get("house", path).send().await;
        assert!([403, 404, 422].contains(&answer.status), "{path}: {}", answer.text);
        answer.code();
    }
    let document = scene.asked("GET", "", "/openapi.json").send().await;
    assert_eq!((document.status, document.text.as_str()), (200, server::document()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_too_much_is_told_when_to_come_again() {
    let scene = scene().await;
    let mut last = scene.get("house", "/rules/set-list-per-line").send().await;
    for _ in 0..2_100 {
        if last.status != 200 {
            break;
        }
        last = scene.get("house", "/rules/set-list-per-line").send().await;
    }
    assert_eq!((last.status, last.code().as_str()), (429, "too-fast"));
    assert_eq!(last.header("retry-after"), "1");
    assert_eq!(scene.get("second", "/me").send().await.status, 200, "somebody else");
    scene.fresh.world.pass_seconds(1);
    assert_eq!(scene.get("house", "/me").send().await.status, 200, "a second later");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_come_in_pages_that_stay_right_while_they_grow() {
    for fresh in testkit::house::each(83).await {
        let scene = empty(fresh).await;
        let pot = |n: usize| json!({ "purpose": format!("night {n}"), "currency": "EUR", "rule": "set-list-per-line" });
        for n in 0..7 {
            scene.done("house", "/pots", pot(n)).await;
            scene.fresh.world.pass_seconds(1);
        }
        let (mut seen, mut after) = (Vec::new(), String::new());
        for round in 0..20 {
            let page = scene.read("house", &format!("/pots?limit=2{after}")).await;
            seen.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|p| p["pot"]["purpose"].as_str().unwrap().to_owned()),
            );
            if round < 3 {
                scene.done("house", "/pots", pot(100 + round)).await;
                scene.fresh.world.pass_seconds(1);
            }
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let want: Vec<String> = (0..7).chain(100..103).map(|n| format!("night {n}")).collect();
        assert_eq!(seen, want, "{}", scene.fresh.engine);
        let all = scene.read("house", "/recordings?limit=3").await;
        let rest = scene
            .read("house", &format!("/recordings?limit=3&after={}", all["next"].as_str().unwrap()))
            .await;
        assert_eq!((all["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 1));
        assert_eq!(rest["next"], Value::Null);
    }
}

/// A browser that is signed in may ask too, from this site, and shows the second factor where money or consents change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_callers_with_their_own_walls() {
    let mut scene = scene().await;
    let id = somebody(&mut scene, "mira").await;
    let entered =
        app::sign_in::enter_by_password(&scene.house, "mira", crate::api_scene::PHRASE, "tests", None)
            .await
            .unwrap();
    let cookie = format!("session={}", entered.token);
    let session = |method, path: &str| scene.asked(method, "", path).header("cookie", &cookie);
    assert_eq!(session("GET", "/me").send().await.good()["parties"][0]["party"], json!(id));
    let words = json!({ "words": [{ "word": "refuse", "uses": ["train.gen"] }] }).to_string();
    let path = format!("/parties/{id}/consents");
    let bare = session("POST", &path).raw(words.clone()).send().await;
    assert_eq!((bare.status, bare.code().as_str()), (403, "second-factor-none"));
    let bare = session("POST", "/member/join").raw("{\"code\": \"x\"}").send().await;
    assert_eq!(
        (bare.status, bare.code().as_str()),
        (415, "content-type"),
        "a form of another site has no such type"
    );
    let crossing = session("POST", "/member/join").header("content-type", "application/json");
    let crossing = crossing.header("sec-fetch-site", "cross-site").raw("{\"code\": \"x\"}").send().await;
    assert_eq!((crossing.status, crossing.code().as_str()), (403, "cross-site"));
    // Keys are made by who is signed in; one for money needs the second factor.
    let json_post = |path, body: Value| {
        session("POST", path).header("content-type", "application/json").raw(body.to_string())
    };
    let made = json_post("/keys", json!({ "name": "mine", "scopes": ["read"] })).send().await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.good();
    let secret = made["secret"].as_str().unwrap().to_owned();
    let mine = scene
        .asked("GET", "", "/me")
        .header("authorization", &format!("Bearer {secret}"))
        .send()
        .await
        .good();
    assert_eq!(mine["scopes"], json!(["read"]));
    let refused = json_post("/keys", json!({ "name": "bank", "scopes": ["money"] })).send().await;
    assert_eq!(refused.code(), "second-factor-none");
    let end = format!("/keys/{}/end", made["key"]["id"].as_str().unwrap());
    assert_eq!(json_post(&end, json!({})).send().await.status, 200);
    let over =
        scene.asked("GET", "", "/me").header("authorization", &format!("Bearer {secret}")).send().await;
    assert_eq!(over.code(), "key-over");
}
