//! A house full of people who are nothing to each other, each with things of their own that bear a mark nobody can
//! guess, and a key for each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::pot::Gift;
use app::session::{Role, Visitor};
use app::sign_in::{Add, Grant};
use app::{House, institution, party, policy};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use server::{Config, Web, router};
use sha2::{Digest, Sha256};
use store::{ApiKeyId, ApiKeyRow};
use testkit::house::Fresh;

pub const PHRASE: &str = "four quiet tides";
pub const SCOPES: &str = "read listen set-lists catalogue consent money";

/// Somebody with a key.
#[derive(Debug, Clone)]
pub struct Caller {
    pub name: String,
    pub key: String,
    /// The party they act for; empty for members and for the house.
    pub party: String,
    /// The marks of what is theirs.
    pub marks: Vec<String>,
}

pub struct Scene {
    pub house: House,
    pub fresh: Fresh,
    pub app: Router,
    pub callers: Vec<Caller>,
    /// Ids by the word that stands in the braces of a path.
    pub ids: BTreeMap<String, Vec<String>>,
    keys: AtomicU64,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem, which has to be one.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        for word in ["type", "title", "detail", "hint", "code"] {
            assert!(problem[word].is_string(), "{problem}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }

    /// The answer, which has to be good.
    pub fn good(self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.text);
        assert_eq!(self.header("content-type"), "application/json");
        self.json()
    }
}

/// A request that is yet to be sent.
pub struct Asked<'a> {
    app: &'a Router,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Asked<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Under a key of the caller's choice.
    pub fn once(self, word: &str) -> Self {
        self.header("idempotency-key", word)
    }

    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(format!("/api/v1{}", self.path));
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), value.as_str());
        }
        let response = {
            use tower::ServiceExt;
            self.app.clone().oneshot(request.body(Body::from(self.body)).unwrap()).await.unwrap()
        };
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 50_000_000).await.unwrap();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

impl Scene {
    pub fn get(&self, who: &str, path: &str) -> Asked<'_> {
        self.asked("GET", who, path)
    }

    pub fn post(&self, who: &str, path: &str, body: &Value) -> Asked<'_> {
        let mut asked = self.asked("POST", who, path).header("content-type", "application/json");
        asked.body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        asked
    }

    /// Posts under a fresh key; good or not at all.
    pub async fn done(&self, who: &str, path: &str, body: Value) -> Value {
        let word = format!("k{}", self.keys.fetch_add(1, Ordering::Relaxed));
        self.post(who, path, &body).once(&word).send().await.good()
    }

    pub async fn read(&self, who: &str, path: &str) -> Value {
        self.get(who, path).send().await.good()
    }

    pub fn asked(&self, method: &'static str, who: &str, path: &str) -> Asked<'_> {
        let mut headers = vec![("host".to_owned(), "localhost:8080".to_owned())];
        if !who.is_empty() {
            headers.push(("authorization".to_owned(), format!("Bearer {}", self.caller(who).key)));
        }
        Asked { app: &self.app, method, path: path.to_owned(), headers, body: Vec::new() }
    }

    pub fn caller(&self, name: &str) -> &Caller {
        self.callers.iter().find(|c| c.name == name).unwrap_or_else(|| panic!("nobody is {name}"))
    }

    fn keep(&mut self, word: &str, id: impl ToString) {
        self.ids.entry(word.to_owned()).or_default().push(id.to_string());
    }

    /// A new mark of somebody's own.
    fn mark(&mut self, who: usize, what: &str) -> String {
        let mark = format!("mk{what}x{:016x}", self.house.world.bits());
        self.callers[who].marks.push(mark.clone());
        mark
    }

    fn seen(&self) -> usize {
        self.callers.len() - 1
    }
}

/// A house with who runs it and an approver, on one engine.
pub async fn empty(fresh: Fresh) -> Scene {
    let house = fresh.house.clone();
    for (name, value) in [("house-iban", "DE02120300000000202051"), ("house-name", "Haus der Töne")] {
        policy::set(&house, name, value, "ada").await.unwrap();
    }
    let catalogue = "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear
1\tMira Feld\tLow Tide\tHarbour\tKiln\t364\tFRZ032600001\t2024
2\tKollektiv Nord\tNight Drive\tSodium\tSodium\t371\tFRZ032600003\t2023
3\tOna Veld\tPaper Moon\tPaper\tKiln\t341\tFRZ032600005\t2021
4\tNils Aster\tLantern Street\tAsters\tSodium\t300\tFRZ032600004\t2022
";
    let input = Box::new(std::io::Cursor::new(catalogue.as_bytes().to_vec()));
    app::catalogue::import(&house, "catalogue.tsv", input, None, "ada", &|_| {}).await.unwrap();
    let app = router(Web::new(house.clone(), &Config::at("127.0.0.1:0".parse().unwrap())));
    let mut scene =
        Scene { house, fresh, app, callers: Vec::new(), ids: BTreeMap::new(), keys: AtomicU64::new(0) };
    let mut tx = scene.house.store.begin_read().await.unwrap();
    let rows = tx.recordings_after("", 100).await.unwrap();
    drop(tx);
    for row in rows {
        scene.keep("recording", &row.recording.id);
    }
    admit(&mut scene, "house", Role::Operator, "", SCOPES).await;
    admit(&mut scene, "second", Role::Approver, "", SCOPES).await;
    scene
}

/// Lets somebody in, with a key.
pub async fn admit(scene: &mut Scene, name: &str, role: Role, party: &str, scopes: &str) -> Arc<Visitor> {
    let house = scene.house.clone();
    let add = Add {
        login: name.to_owned(),
        name: name.to_owned(),
        lang: "en".to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    let row = app::sign_in::add(&house, add).await.unwrap();
    let nobody = role == Role::Member && party.is_empty();
    if !nobody {
        let grant = Grant {
            who: row.id.to_string(),
            role,
            party: party.to_owned(),
            until: None,
            by: "ada".to_owned(),
        };
        app::sign_in::grant(&house, grant).await.unwrap();
    }
    let secret =
        format!("ttk_{:032x}", u128::from(house.world.bits()) << 32 | u128::from(house.world.bits()));
    let hash: String = Sha256::digest(secret.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let key = ApiKeyRow {
        id: ApiKeyId::from_bits(house.world.bits()),
        sign_in: row.id.clone(),
        name: "tests".to_owned(),
        scopes: scopes.to_owned(),
        created: house.now(),
        seen: None,
        until: None,
        ended: None,
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_api_key(&hash, &key).await.unwrap();
    tx.commit().await.unwrap();
    let entered = app::sign_in::enter_by_password(&house, name, PHRASE, "tests", None).await.unwrap();
    scene.keep("key", &key.id);
    scene.callers.push(Caller {
        name: name.to_owned(),
        key: secret,
        party: party.to_owned(),
        marks: Vec::new(),
    });
    Arc::new(app::session::visitor(&house, &entered.token).await.unwrap().unwrap())
}

/// A party whose name is a mark, with somebody who acts for it.
pub async fn somebody(scene: &mut Scene, name: &str) -> String {
    let house = scene.house.clone();
    let shown = format!("{name} {:016x}", house.world.bits());
    let ask = party::Register {
        name: shown.clone(),
        territory: Some("FR".to_owned()),
        mail: Some(format!("{name}@example.org")),
        by: "ada".to_owned(),
        ..party::Register::default()
    };
    let id = party::register(&house, ask).await.unwrap().party.id.to_string();
    admit(scene, name, Role::Owner, &id, SCOPES).await;
    let at = scene.seen();
    scene.callers[at].marks.push(shown);
    scene.keep("party", &id);
    id
}

/// The whole scene: two of each kind.
pub async fn full(fresh: Fresh) -> Scene {
    let mut scene = empty(fresh).await;
    for n in 0..2 {
        dj(&mut scene, &format!("dj{n}"), n).await;
        producer(&mut scene, &format!("producer{n}"), n).await;
        library(&mut scene, &format!("library{n}"), n).await;
        brand(&mut scene, &format!("brand{n}")).await;
    }
    scene
}

async fn dj(scene: &mut Scene, name: &str, n: usize) {
    let id = somebody(scene, name).await;
    let at = scene.seen();
    let house = scene.house.clone();
    let gift = format!("EUR {}.{:02}", 71_131 + n * 17, 23 + n);
    scene.callers[at].marks.push(gift.trim_start_matches("EUR ").to_owned());
    let (document, event) = (scene.mark(at, "document"), scene.mark(at, "event"));
    let submit = app::set_list::Submit {
        document,
        bytes: b"Mira Feld - Low Tide\nKollektiv Nord - Night Drive\nNobody - Nothing at all\n".to_vec(),
        performer: id.clone(),
        gift: Some(Gift::Amount(gift.parse().unwrap())),
        event,
        date: Some(jiff::civil::date(2026, 9, 4)),
        visibility: "track-only".to_owned(),
        ..app::set_list::Submit::default()
    };
    let matching = app::catalogue::open_matching(&house).await.unwrap();
    let done = app::set_list::submit(&house, &matching, submit).await.unwrap();
    scene.keep("set_list", &done.list.id);
    for line in &done.lines {
        scene.keep("line", &line.id);
    }
    let payment = done.payment.unwrap();
    scene.keep("pot", &payment.contribution.pot);
    scene.keep("reference", &payment.contribution.reference);
    let receive = app::pot::Receive {
        reference: payment.contribution.reference.clone(),
        amount: None,
        evidence: "counted".to_owned(),
        by: "ada".to_owned(),
    };
    app::pot::receive(&house, receive).await.unwrap();
    scene.callers[at].marks.push(payment.contribution.reference);
    details(scene, at, &id, n).await;
}

/// Bank details under marks.
async fn details(scene: &mut Scene, at: usize, id: &str, n: usize) {
    let holder = scene.mark(at, "holder");
    let iban = ["FR7630006000011234567890189", "FR7630001007941234567890185"][n % 2];
    let details = app::payout::Details { holder, iban: iban.to_owned(), ..app::payout::Details::default() };
    app::payout::set_details(&scene.house, id, details, "ada").await.unwrap();
}

async fn producer(scene: &mut Scene, name: &str, n: usize) {
    let id = somebody(scene, name).await;
    let at = scene.seen();
    let house = scene.house.clone();
    let recording = scene.ids["recording"][n].clone();
    let share = party::SetShare {
        recording: recording.parse().unwrap(),
        party: id.clone(),
        ratio: "100 %".parse().unwrap(),
        territory: None,
        period: music::Period::ALWAYS,
        use_type: None,
        by: "ada".to_owned(),
    };
    party::set_share(&house, share).await.unwrap();
    let words = scene.mark(at, "offer");
    let say = app::consent::Say {
        speaker: id.clone(),
        subject: "catalogue".to_owned(),
        word: "ask".to_owned(),
        uses: vec!["gen.remix".to_owned()],
        offer: words,
        by: id.clone(),
        ..app::consent::Say::default()
    };
    if let app::consent::Spoken::Said(row) = &app::consent::say(&house, &[say]).await.unwrap()[0] {
        scene.keep("statement", &row.id);
    }
    let (title, promise) = (scene.mark(at, "track"), scene.mark(at, "promise"));
    let matching = app::catalogue::open_matching(&house).await.unwrap();
    let track = app::registration::Register {
        by: id.clone(),
        artist: "Somebody".to_owned(),
        title,
        ..app::registration::Register::default()
    };
    let track = app::registration::register(&house, &matching, track).await.unwrap();
    scene.keep("recording", &track.recording.id);
    app::brief::terms::set(&house, &id, &format!("tags = [\"{}\"]", scene.mark(at, "terms")), &id)
        .await
        .unwrap();
    // Their own licensee: what is between these two is nobody else's.
    let licensee = somebody(scene, &format!("licensee{n}")).await;
    let offer = app::license::offer::Make {
        speaker: id.clone(),
        licensee: Some(licensee),
        uses: vec!["train.nongen".to_owned()],
        fee: "EUR 2 per work".to_owned(),
        promise: promise.clone(),
        by: id.clone(),
        ..app::license::offer::Make::default()
    };
    if let app::license::offer::Made::Open(row) = app::license::offer::make(&house, &offer).await.unwrap() {
        scene.keep("offer", &row.id);
    }
    let seen = scene.seen();
    scene.callers[seen].marks.push(promise);
    details(scene, at, &id, n + 1).await;
}

async fn library(scene: &mut Scene, name: &str, n: usize) {
    let id = somebody(scene, name).await;
    let at = scene.seen();
    let house = scene.house.clone();
    let street = scene.mark(at, "street");
    let note = institution::Note {
        party: id.clone(),
        kind: "library".to_owned(),
        street,
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        by: "ada".to_owned(),
        ..institution::Note::default()
    };
    institution::note(&house, note).await.unwrap();
    let start = house.now().to_zoned(TimeZone::UTC).date().first_of_month();
    let price = format!("EUR {}.{:02}", 83_417 + n * 31, 41 + n);
    scene.callers[at].marks.push(price.trim_start_matches("EUR ").to_owned());
    let agree = institution::Agree {
        holder: id.clone(),
        members: vec![institution::Under {
            institution: id.clone(),
            seats: None,
            ..institution::Under::default()
        }],
        start,
        end: start.checked_add(jiff::Span::new().years(1)).unwrap(),
        price_kind: "flat".to_owned(),
        price: price.parse().unwrap(),
        key: "equal".to_owned(),
        rule: "territorial-contribution-by-member".to_owned(),
        subject: scene.mark(at, "subject"),
        lang: "fr".to_owned(),
        closes: "month".to_owned(),
        on_site: true,
        home: true,
        vat: "S".to_owned(),
        vat_class: "standard".to_owned(),
        exemption: String::new(),
        exemption_code: String::new(),
        order: String::new(),
        renews_months: None,
        notice_days: 90,
        by: "ada".to_owned(),
    };
    let agreed = institution::agree(&house, agree).await.unwrap();
    scene.keep("contract", &agreed.row.id);
    let until = house.now() + jiff::SignedDuration::from_hours(24 * 60);
    let words = scene.mark(at, "note");
    let (row, code) = app::member::invitation::create(&house, &id, &words, 30, until, "ada").await.unwrap();
    scene.keep("invitation", &row.id);
    let write = app::selection::Write {
        institution: id.clone(),
        title: scene.mark(at, "selection"),
        words: scene.mark(at, "words"),
        lang: "fr".to_owned(),
        items: vec![(scene.ids["recording"][0].parse().unwrap(), String::new())],
        by: "ada".to_owned(),
        selection: String::new(),
        curators: Vec::new(),
        from: None,
        until: None,
    };
    let made = app::selection::write(&house, write).await.unwrap();
    scene.keep("selection", &made.row.id);
    scene.keep("slug", &made.row.slug);
    let happening = app::selection::Happening {
        institution: id.clone(),
        day: house.now().to_zoned(TimeZone::UTC).date().tomorrow().unwrap(),
        title: scene.mark(at, "agenda"),
        words: String::new(),
        url: String::new(),
        by: "ada".to_owned(),
    };
    let row = app::selection::add_happening(&house, happening).await.unwrap();
    scene.keep("entry", &row.id);
    // A reader of theirs, who belongs to nobody.
    let reader = admit(scene, &format!("reader{n}"), Role::Member, "", SCOPES).await;
    let at = scene.seen();
    app::member::invitation::join(&house, &reader, &code).await.unwrap();
    let membership = app::member::membership(&house, &reader).await.unwrap();
    let title = scene.mark(at, "playlist");
    let list = app::playlist::create(&house, &membership.listener.member, &title, Vec::new()).await.unwrap();
    scene.keep("playlist", &list.row.id);
    scene.callers[at].marks.push(membership.listener.login);
}

async fn brand(scene: &mut Scene, name: &str) {
    let id = somebody(scene, name).await;
    let at = scene.seen();
    let title = scene.mark(at, "brief");
    let text = format!(
        "title = \"{title}\"\nkind = \"social-content\"\nwanted = \"Two short films\"\nsector = \"insurance\"\nbudget = \"EUR 9000\"\nartists = 1\n"
    );
    let write =
        app::brief::Write { brand: id.clone(), agency: String::new(), brief: String::new(), text, by: id };
    let shown = app::brief::write(&scene.house, write).await.unwrap();
    scene.keep("brief", &shown.row.id);
}

/// The words of an object that hold it together, with values of a scene.
pub fn something(
    scene: &Scene,
    schema: &Value,
    document: &Value,
    chance: &mut testkit::chance::Chance,
    deep: usize,
) -> Value {
    let schema = match schema["$ref"].as_str() {
        Some(pointer) => document.pointer(pointer.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if let Some(any) = schema["anyOf"].as_array() {
        return something(scene, &any[chance.below(any.len())], document, chance, deep + 1);
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[chance.below(words.len())].clone();
    }
    let kind = match &schema["type"] {
        Value::String(one) => one.as_str(),
        Value::Array(all) => all[0].as_str().unwrap(),
        _ => return json!({ "attribution": true }),
    };
    match kind {
        "object" => {
            let mut made = serde_json::Map::new();
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            for (name, part) in schema["properties"].as_object().into_iter().flatten() {
                if required.contains(&json!(name)) || (deep < 4 && chance.percent(50)) {
                    let value = match word(scene, name, part, chance) {
                        Some(value) => value,
                        None => something(scene, part, document, chance, deep + 1),
                    };
                    made.insert(name.clone(), value);
                }
            }
            Value::Object(made)
        }
        "array" => {
            let many = 1 + chance.below(2);
            (0..many).map(|_| something(scene, &schema["items"], document, chance, deep + 1)).collect()
        }
        "integer" => json!(chance.below(40)),
        "number" => json!(0.5),
        "boolean" => json!(chance.percent(50)),
        "null" => Value::Null,
        _ => text(scene, schema, chance),
    }
}

/// What a field is named after, somebody else's.
fn word(scene: &Scene, name: &str, schema: &Value, chance: &mut testkit::chance::Chance) -> Option<Value> {
    let known = match name {
        "performer" | "payer" | "licensee" | "party" | "for_party" | "holder" | "institution" | "person"
        | "to" => "party",
        "recording" | "row" => "recording",
        other => other,
    };
    let ids = scene.ids.get(known)?;
    match &schema["type"] {
        Value::String(one) if one == "string" => {}
        Value::Array(all) if all[0] == "string" => {}
        _ => return None,
    }
    chance.one(ids).map(|id| json!(id))
}

fn text(scene: &Scene, schema: &Value, chance: &mut testkit::chance::Chance) -> Value {
    match schema["format"].as_str() {
        Some("date") => {
            return json!(format!("2026-{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28)));
        }
        Some("date-time") => return json!(format!("2026-{:02}-01T00:00:00Z", 1 + chance.below(12))),
        _ => {}
    }
    match schema["pattern"].as_str() {
        Some(p) if p.contains("A-Z") => return json!("EUR"),
        Some(p) if p.contains("[0-9]") => return json!(format!("{}.50", 1 + chance.below(900))),
        _ => {}
    }
    let words = [
        "a word",
        "EUR",
        "train.gen",
        "gen.remix",
        "5 %",
        "EUR 2 per work",
        "catalogue",
        "FR",
        "fr",
        "TWlyYSBGZWxkIC0gTG93IFRpZGUK",
        "sepa",
        "set-list-per-line",
        "library",
    ];
    if chance.percent(30) {
        let all: Vec<&String> = scene.ids.values().flatten().collect();
        return json!(all[chance.below(all.len())]);
    }
    json!(words[chance.below(words.len())])
}
