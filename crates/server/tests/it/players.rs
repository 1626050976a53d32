//! A small house with sound, a member with players, and the official description of what players may be told.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::counting::PeriodKeys;
use app::counting::Recorder;
use app::{House, app_password, listener, party};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use music::{MediaKind, PartyId, Recording, RecordingStatus, Release, ReleaseId, Track};
use serde_json::{Map, Value, json};
use server::{Config, Web, router};
use store::{AnalysisRow, CatalogueRow, EditionRow, FieldKey, MasterRow, Store};
use tower::ServiceExt;

use crate::browser::{Fixed, Place, subscribe};

/// Bytes of the one file that every recording here has.
pub const FILE_BYTES: usize = 400_000;
/// How long it sounds.
pub const FILE_MS: i64 = 20_000;

/// A house with members who listen.
pub struct Stage {
    pub house: House,
    pub app: Router,
    /// The login and app password of one, the API key too.
    pub login: String,
    pub password: String,
    pub password_id: String,
    pub key: String,
    /// The login and app password of another.
    pub other: (String, String),
    pub institution: PartyId,
    _folder: tempfile::TempDir,
}

const ROWS: [(&str, &str, &str, &str, &str, &str, u16); 7] = [
    ("rec-A1", "Night Drive", "", "Ada Nwosu feat. Mira Feld", "", "House", 2024),
    ("rec-A2", "Night Drive", "KN Remix", "Ada Nwosu", "", "House", 2024),
    ("rec-B1", "Low Tide & \"Ebb\" <live>", "", "Mira Feld", "", "Dub", 2022),
    ("rec-B2", "Brine", "", "Mira Feld", "Harbour", "Dub", 2021),
    ("rec-C1", "Éclair", "", "Даша Вольт", "", "", 2020),
    ("rec-C2", "Anchor", "", "The Kollektiv", "Harbour Two", "Techno", 0),
    ("rec-X1", "Nobody hears this yet", "", "Mira Feld", "", "Dub", 2026),
];

/// The one file that every recording of a stage has.
pub struct Sound {
    pub bytes: Vec<u8>,
    pub format: &'static str,
    pub ms: i64,
    pub peaks: Option<Vec<u8>>,
}

pub async fn stage() -> Stage {
    let bytes = (0..FILE_BYTES).map(|n| (n % 251) as u8).collect();
    let sound = Sound { bytes, format: "mp3", ms: FILE_MS, peaks: None };
    stage_in(Arc::new(Fixed::new()), &sound).await
}

/// The same in another world, with another sound.
pub async fn stage_in(world: Arc<dyn app::World>, sound: &Sound) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    std::fs::create_dir(&keys).unwrap();
    let house = House {
        store: Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap(),
        world,
        folder: folder.path().to_owned(),
        log_seed: [2; 32],
        commitment_key: [3; 32],
        origin: "house.example/log".to_owned(),
    };
    let library =
        party::Register { name: "Médiathèque du Port".into(), by: "ada".into(), ..Default::default() };
    let institution = party::register(&house, library).await.unwrap().party.id;
    subscribe(&house, institution.as_str()).await;
    fill(&house, &institution, sound).await;
    let (login, first) = listens(&house, &institution, "mem-1", "ada").await;
    let (other, second) = listens(&house, &institution, "mem-2", "ben").await;
    let key = app_password::create_key(&house, "mem-1", "scrobbler").await.unwrap();
    let mut config = Config::at("127.0.0.1:0".parse().unwrap());
    config.recorder = Some(Recorder::new(house.clone(), PeriodKeys::at(&keys)));
    let app = router(Web::new(house.clone(), &config));
    Stage {
        house,
        app,
        login,
        password: first.secret,
        password_id: first.id,
        key: key.secret,
        other: (other, second.secret),
        institution,
        _folder: folder,
    }
}

async fn listens(
    house: &House,
    institution: &PartyId,
    member: &str,
    login: &str,
) -> (String, app_password::Made) {
    let ask = listener::Register {
        member: member.into(),
        login: login.into(),
        institution: institution.to_string(),
        territory: "FR".into(),
    };
    let row = listener::register(house, ask).await.unwrap();
    (row.login, app_password::create(house, member, "telephone").await.unwrap())
}

fn recording(row: &(&str, &str, &str, &str, &str, &str, u16), kind: MediaKind) -> CatalogueRow {
    let recording = Recording {
        id: row.0.parse().unwrap(),
        kind,
        artist: row.3.into(),
        title: row.1.into(),
        version: row.2.into(),
        album: row.4.into(),
        label: "Kiln".into(),
        duration_s: Some(20),
        year: (row.6 > 0).then_some(row.6),
        isrc: (row.0 == "rec-A1").then(|| "FRZ032600001".parse().unwrap()),
        mbid: None,
        own_id: None,
        status: RecordingStatus::Live,
    };
    CatalogueRow {
        recording,
        source: "ada".into(),
        source_id: row.0.into(),
        origin_line: 0,
        merged_into: None,
    }
}

async fn fill(house: &House, by: &PartyId, sound: &Sound) {
    let kept = app::audio::depot(house).unwrap().keep_bytes(&sound.bytes).unwrap();
    let now = house.now();
    let mut tx = house.store.begin().await.unwrap();
    let mut rows: Vec<CatalogueRow> = ROWS.iter().map(|r| recording(r, MediaKind::Audio)).collect();
    rows.push(recording(
        &("rec-K1", "The Lighthouse Book", "", "Ona Veld", "", "Novel", 2023),
        MediaKind::Book,
    ));
    rows.push(recording(&("rec-K2", "Gulls", "", "Nils Aster", "", "", 2024), MediaKind::Comic));
    tx.upsert_recordings(&rows, now).await.unwrap();
    let masters: Vec<MasterRow> = rows
        .iter()
        .filter(|r| r.recording.id.as_str() != "rec-X1")
        .map(|r| MasterRow {
            recording: r.recording.id.clone(),
            address: kept.address.to_string(),
            kind: r.recording.kind.word().into(),
            format: match r.recording.kind {
                MediaKind::Book => "epub",
                MediaKind::Comic => "cbz",
                _ => sound.format,
            }
            .into(),
            bytes: sound.bytes.len() as i64,
            origin: format!("{}.bin", r.recording.id),
            by: by.to_string(),
            at: now,
        })
        .collect();
    tx.put_masters(&masters, now).await.unwrap();
    let analysis = AnalysisRow {
        address: kept.address.to_string(),
        state: "good".into(),
        problem: String::new(),
        problem_words: String::new(),
        duration_ms: Some(sound.ms),
        sample_rate: Some(44_100),
        channels: Some(2),
        loudness_mlufs: Some(-14_200),
        range_mlu: Some(5_000),
        peak_mdbtp: Some(-1_000),
        peaks: sound.peaks.clone(),
        tried: 1,
    };
    tx.put_analysis(&analysis, now).await.unwrap();
    let release = Release {
        id: "rel-R1".parse::<ReleaseId>().unwrap(),
        title: "Roads".into(),
        artist: "Ada Nwosu".into(),
        label: "Kiln".into(),
        catalogue_number: "KLN 1".into(),
        gtin: None,
    };
    tx.put_release(&release, "ada", "R1").await.unwrap();
    for (position, song) in [(1, "rec-A1"), (2, "rec-A2"), (3, "rec-B1")] {
        let track = Track { release: release.id.clone(), position, recording: song.parse().unwrap() };
        tx.put_track(&track).await.unwrap();
    }
    for row in ROWS.iter().filter(|r| !r.5.is_empty()) {
        tx.put_genre(row.0, row.5).await.unwrap();
    }
    tx.put_lyrics("rec-A1", "en", "[00:01.00]Low\n[00:02.50]tide").await.unwrap();
    tx.put_lyrics("rec-B1", "und", "plain\nwords").await.unwrap();
    let edition = EditionRow {
        language: "fr".into(),
        publisher: "Presses du Port".into(),
        identifier: String::new(),
        description: "A keeper reads.".into(),
        pages: Some(210),
    };
    tx.put_edition(&"rec-K1".parse().unwrap(), &edition, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// An answer with its bytes.
pub struct Heard {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Heard {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.bytes)))
    }
}

impl Stage {
    /// The same house for browsers.
    pub fn for_browsers(self) -> Place {
        Place::of(self.house, self.app, self._folder)
    }

    pub async fn send(&self, request: Request<Body>) -> Heard {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.map(|b| b.to_vec()).unwrap_or_default();
        Heard { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn get(&self, address: &str) -> Heard {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// What comes before the parameters of a request of the one member.
    pub fn address(&self, endpoint: &str, rest: &str) -> String {
        format!("/rest/{endpoint}?u={}&p={}&v=1.16.1&c=test&{rest}", self.login, self.password)
    }

    /// The inside of an answer in JSON.
    pub async fn ask(&self, endpoint: &str, rest: &str) -> Value {
        self.get(&self.address(endpoint, &format!("f=json&{rest}"))).await.json()["subsonic-response"].take()
    }
}

/// The official description, beside the repository.
pub fn schema() -> Option<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/spec/opensubsonic/openapi-bundled.json");
    match std::fs::read(file) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{file} is not there");
            skipped("the official schema of OpenSubsonic");
            None
        }
    }
}

#[allow(clippy::print_stderr)] // a test that skips must say so
pub fn skipped(what: &str) {
    eprintln!("SKIPPED: {what}");
}

/// What is wrong with a value by a schema of an OpenAPI document: the words of JSON Schema that it uses.
pub fn flaws(document: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    if let Some(target) = schema["$ref"].as_str() {
        let found = document.pointer(target.trim_start_matches('#')).unwrap_or_else(|| panic!("{target}"));
        return flaws(document, found, value, at, out);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        flaws(document, part, value, at, out);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let tried: Vec<Vec<String>> = choices
            .iter()
            .map(|choice| {
                let mut wrong = Vec::new();
                flaws(document, choice, value, at, &mut wrong);
                wrong
            })
            .collect();
        match tried.iter().filter(|wrong| wrong.is_empty()).count() {
            1 => {}
            n => out.push(format!("{at}: fits {n} of the choices: {tried:?}")),
        }
    }
    let fits = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    if !fits {
        out.push(format!("{at}: {value} is no {}", schema["type"]));
    }
    if let Some(list) = schema["enum"].as_array()
        && !list.contains(value)
    {
        out.push(format!("{at}: {value} is none of {list:?}"));
    }
    let number = value.as_f64();
    if let (Some(least), Some(number)) = (schema["minimum"].as_f64(), number)
        && number < least
    {
        out.push(format!("{at}: {number} is below {least}"));
    }
    if let (Some(most), Some(number)) = (schema["maximum"].as_f64(), number)
        && number > most
    {
        out.push(format!("{at}: {number} is above {most}"));
    }
    if schema["format"] == "date-time"
        && value.as_str().is_some_and(|t| t.parse::<jiff::Timestamp>().is_err())
    {
        out.push(format!("{at}: {value} is no time"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.is_object() && value.get(name).is_none() {
            out.push(format!("{at}: `{name}` is missing"));
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            flaws(document, inner, value, &format!("{at}/{name}"), out);
        }
    }
    if !schema["items"].is_null() {
        for (place, item) in value.as_array().into_iter().flatten().enumerate() {
            flaws(document, &schema["items"], item, &format!("{at}/{place}"), out);
        }
    }
}

/// An element of XML.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

/// Reads XML; panics where it is not well formed.
pub fn xml(text: &str) -> Element {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().unwrap_or_else(|e| panic!("{e}: {text}"));
        match event {
            Event::Eof => break,
            Event::Start(ref start) | Event::Empty(ref start) => {
                let mut element = Element { name: start.name().0.to_owned(), ..Element::default() };
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap_or_else(|e| panic!("{e}: {text}"));
                    let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                    let name = attribute.key.0.to_owned();
                    assert!(element.attributes.iter().all(|(n, _)| *n != name), "`{name}` twice in {text}");
                    element.attributes.push((name, value));
                }
                if matches!(event, Event::Start(_)) {
                    open.push(element);
                } else {
                    open.last_mut().unwrap().children.push(element);
                }
            }
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(t) => {
                open.last_mut().unwrap().text.push_str(&quick_xml::escape::unescape(&t).unwrap());
            }
            Event::GeneralRef(r) => {
                let whole = format!("&{};", &*r);
                open.last_mut().unwrap().text.push_str(&quick_xml::escape::unescape(&whole).unwrap());
            }
            _ => {}
        }
    }
    open.pop().unwrap().children.pop().unwrap()
}

/// All properties of a schema, through its references and parts; of a choice those of all.
fn properties(document: &Value, schema: &Value, out: &mut BTreeMap<String, Value>) {
    if let Some(target) = schema["$ref"].as_str() {
        return properties(document, document.pointer(target.trim_start_matches('#')).unwrap(), out);
    }
    for word in ["allOf", "oneOf"] {
        for part in schema[word].as_array().into_iter().flatten() {
            properties(document, part, out);
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        out.insert(name.clone(), inner.clone());
    }
}

fn kind<'a>(document: &'a Value, schema: &'a Value) -> &'a str {
    let mut schema = schema;
    loop {
        if let Some(target) = schema["$ref"].as_str() {
            schema = document.pointer(target.trim_start_matches('#')).unwrap();
        } else if let Some(first) = schema["allOf"].as_array().and_then(|a| a.first()) {
            schema = first;
        } else {
            return schema["type"].as_str().unwrap_or("object");
        }
    }
}

fn plain(text: &str, kind: &str) -> Value {
    match kind {
        "integer" => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
        "number" => text.parse::<f64>().map_or_else(|_| json!(text), |n| json!(n)),
        "boolean" => match text {
            "true" => json!(true),
            "false" => json!(false),
            _ => json!(text),
        },
        _ => json!(text),
    }
}

/// XML as the JSON that a schema describes.
pub fn as_json(document: &Value, schema: &Value, element: &Element) -> Value {
    let mut known = BTreeMap::new();
    properties(document, schema, &mut known);
    let mut out = Map::new();
    for (name, value) in element.attributes.iter().filter(|(n, _)| n != "xmlns") {
        let kind = known.get(name).map_or("string", |s| kind(document, s));
        out.insert(name.clone(), plain(value, kind));
    }
    for child in &element.children {
        let Some(inner) = known.get(&child.name) else {
            out.entry(child.name.clone()).or_insert(json!("unknown"));
            continue;
        };
        let leaf = |schema: &Value| match kind(document, schema) {
            "object" => as_json(document, schema, child),
            kind => plain(&child.text, kind),
        };
        if kind(document, inner) == "array" {
            let list = out.entry(child.name.clone()).or_insert_with(|| json!([]));
            list.as_array_mut().unwrap().push(leaf(&inner["items"]));
        } else {
            out.insert(child.name.clone(), leaf(inner));
        }
    }
    if known.contains_key("value") {
        out.insert("value".into(), json!(element.text));
    }
    Value::Object(out)
}

/// JSON without what XML has no way to say: empty lists, and whether something that looks like a number is one.
pub fn bare(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, v)| v.as_array().is_none_or(|a| !a.is_empty()));
            Value::Object(kept.map(|(k, v)| (k.clone(), bare(v))).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(bare).collect()),
        Value::Number(n) => n.as_f64().map_or_else(|| value.clone(), |f| json!(f)),
        Value::String(text) => text.parse::<f64>().map_or_else(|_| value.clone(), |f| json!(f)),
        other => other.clone(),
    }
}
