//! Who asks for what is another's never sees a byte of it.

use serde_json::Value;
use testkit::chance::Chance;

use crate::api_scene::{Scene, full, something};

/// Requests for each engine; together ten thousand.
const REQUESTS: usize = 5_000;

struct Operation {
    method: &'static str,
    path: String,
    parameters: Vec<String>,
    query: Vec<Value>,
    body: Value,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let of = |place: &str| {
                let all = operation["parameters"].as_array().cloned().unwrap_or_default();
                all.into_iter().filter(|p| p["in"] == place).collect::<Vec<_>>()
            };
            all.push(Operation {
                method: if method == "get" { "GET" } else { "POST" },
                path: path.trim_start_matches("/api/v1").to_owned(),
                parameters: of("path").iter().map(|p| p["name"].as_str().unwrap().to_owned()).collect(),
                query: of("query"),
                body: operation["requestBody"]["content"]["application/json"]["schema"].clone(),
            });
        }
    }
    all
}

/// A request of somebody, as often as not for what is not theirs.
fn address(scene: &Scene, operation: &Operation, document: &Value, chance: &mut Chance) -> String {
    let mut path = operation.path.clone();
    let all: Vec<&String> = scene.ids.values().flatten().collect();
    for name in &operation.parameters {
        let of_kind = scene.ids.get(name).filter(|_| !chance.percent(5));
        let id = of_kind.and_then(|ids| chance.one(ids)).unwrap_or_else(|| all[chance.below(all.len())]);
        path = path.replace(&format!("{{{name}}}"), id);
    }
    let mut words = Vec::new();
    for parameter in &operation.query {
        let name = parameter["name"].as_str().unwrap();
        if name == "after" || (parameter["required"] != true && chance.percent(50)) {
            continue;
        }
        let value = match (name, scene.ids.get(name)) {
            (_, Some(ids)) => chance.one(ids).unwrap().clone(),
            ("limit", _) => "200".to_owned(),
            _ => match something(scene, &parameter["schema"], document, chance, 0) {
                Value::String(text) => text.replace([' ', '%'], "+"),
                other => other.to_string(),
            },
        };
        words.push(format!("{name}={value}"));
    }
    if words.is_empty() { path } else { format!("{path}?{}", words.join("&")) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_of_everybody_holds_their_own_alone() {
    for fresh in testkit::house::each(81).await {
        let scene = full(fresh).await;
        let document: Value = serde_json::from_str(server::document()).unwrap();
        let mut chance = Chance::of(4);
        for operation in operations(&document).iter().filter(|o| o.method == "GET") {
            for caller in scene.callers.iter().filter(|c| !matches!(c.name.as_str(), "house" | "second")) {
                let path = operation.path.replace("{party}", &caller.party);
                if caller.party.is_empty() && operation.path.contains("{party}") {
                    continue;
                }
                let own = Operation {
                    path,
                    parameters: operation.parameters.iter().filter(|p| *p != "party").cloned().collect(),
                    method: "GET",
                    query: Vec::new(),
                    body: Value::Null,
                };
                let path = address(&scene, &own, &document, &mut chance);
                let answer = scene.get(&caller.name, &path).send().await;
                assert!(answer.status < 500, "{path}: {}", answer.text);
                nothing_of_others(&scene, &caller.name, &path, &answer.text);
            }
        }
        // The marks are there to be seen: the house sees them.
        let mut told = String::new();
        for path in ["/pots?limit=200", "/set-lists?limit=200", "/parties?limit=200", "/briefs?limit=200"] {
            told += &scene.get("house", path).send().await.text;
        }
        for caller in scene.callers.iter().filter(|c| c.name.starts_with("dj")) {
            assert!(caller.marks.iter().filter(|m| told.contains(m.as_str())).count() >= 3, "{caller:?}");
        }
    }
}

fn nothing_of_others(scene: &Scene, who: &str, path: &str, text: &str) {
    let own = &scene.caller(who).marks;
    for other in scene.callers.iter().filter(|c| c.name != who) {
        for mark in other.marks.iter().filter(|m| !own.contains(m)) {
            // What was asked with a word of another's may say that word again.
            assert!(!text.contains(mark.as_str()), "{who} sees `{mark}` of {} at {path}: {text}", other.name);
        }
    }
}

/// Ten thousand requests across parties, over every address of the document, on both engines.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "half a minute; CI runs it"]
async fn slow_ten_thousand_requests_never_show_another_partys_data() {
    for fresh in testkit::house::each(82).await {
        let engine = fresh.engine;
        let scene = full(fresh).await;
        let document: Value = serde_json::from_str(server::document()).unwrap();
        let all = operations(&document);
        let people: Vec<String> =
            scene.callers.iter().map(|c| c.name.clone()).filter(|n| n != "house" && n != "second").collect();
        let mut chance = Chance::of(17);
        let mut by_status = std::collections::BTreeMap::new();
        for n in 0..REQUESTS {
            scene.fresh.world.pass_seconds(1);
            let who = &people[chance.below(people.len())];
            let operation = &all[chance.below(all.len())];
            let path = address(&scene, operation, &document, &mut chance);
            let asked = if operation.method == "GET" {
                scene.get(who, &path)
            } else {
                let body = match &operation.body {
                    Value::Null => Value::Null,
                    schema => something(&scene, schema, &document, &mut chance, 0),
                };
                scene.post(who, &path, &body).once(&format!("c{n}"))
            };
            let answer = asked.send().await;
            assert!(answer.status < 500, "{} {path}: {}", operation.method, answer.text);
            *by_status.entry(answer.status).or_insert(0_usize) += 1;
            nothing_of_others(&scene, who, &path, &answer.text);
        }
        eprintln!("{engine}: {by_status:?}");
        assert!(by_status.get(&200).is_some_and(|n| *n > REQUESTS / 20), "{by_status:?}");
        assert!(by_status.get(&403).is_some_and(|n| *n > REQUESTS / 5), "{by_status:?}");
        assert_eq!(by_status.get(&429), None);
    }
}
