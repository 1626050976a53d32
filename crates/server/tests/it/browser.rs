//! A browser without a screen, and a small house for it to visit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::{House, World, institution, party, policy};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use music::{RecordingId, SetListId};
use server::{Config, Web, router};
use store::{FieldKey, Store};
use tower::ServiceExt;

/// A world whose clock stands still.
pub struct Fixed(pub AtomicU64);

impl Fixed {
    pub fn new() -> Fixed {
        Fixed(AtomicU64::new(1))
    }
}

impl World for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    fn bits(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    fn nonce(&self) -> [u8; 24] {
        let mut nonce = [0; 24];
        for chunk in nonce.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes());
        }
        nonce
    }
}

/// The real clock, where a counterpart has it too.
pub struct Real(pub Fixed);

impl World for Real {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn bits(&self) -> u64 {
        self.0.bits()
    }

    fn nonce(&self) -> [u8; 24] {
        self.0.nonce()
    }
}

/// The catalogue of the small house; one pair that a bare title cannot tell apart.
const CATALOGUE: &str = "id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear
1\tMira Feld\tLow Tide\tHarbour\tKiln\t364\tFRZ032600001\t2024
2\tMira Feld\tLow Tide (Nils Aster Remix)\tHarbour\tKiln\t402\tFRZ032600002\t2025
3\tKollektiv Nord\tNight Drive\tSodium\tSodium\t371\tFRZ032600003\t2023
4\tNils Aster\tNight Drive\tAsters\tSodium\t300\tFRZ032600004\t2022
5\tOna Veld\tPaper Moon\tPaper\tKiln\t341\tFRZ032600005\t2021
";

/// A house with a catalogue and an account, thrown away at the end.
pub struct Place {
    pub house: House,
    pub app: Router,
    _folder: tempfile::TempDir,
}

impl Place {
    /// A house that was made elsewhere.
    pub fn of(house: House, app: Router, folder: tempfile::TempDir) -> Place {
        Place { house, app, _folder: folder }
    }
}

/// A small house whose pages answer as `config` says.
pub async fn place(config: Config) -> Place {
    place_in(config, Arc::new(Fixed(AtomicU64::new(1)))).await
}

/// The same in another world.
pub async fn place_in(config: Config, world: Arc<dyn World>) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let house = House {
        store: Store::open(folder.path(), FieldKey::new([1; 32])).await.unwrap(),
        world,
        folder: folder.path().to_owned(),
        log_seed: [2; 32],
        commitment_key: [3; 32],
        origin: "house.example/log".to_owned(),
    };
    for (name, value) in [("house-iban", "DE02120300000000202051"), ("house-name", "Haus der Töne")] {
        policy::set(&house, name, value, "ada").await.unwrap();
    }
    let input = Box::new(std::io::Cursor::new(CATALOGUE.as_bytes().to_vec()));
    app::catalogue::import(&house, "catalogue.tsv", input, None, "ada", &|_| {}).await.unwrap();
    let mira =
        party::Register { name: "Mira Feld".to_owned(), by: "ada".to_owned(), ..party::Register::default() };
    party::register(&house, mira).await.unwrap();
    let app = router(Web::new(house.clone(), &config));
    Place { house, app, _folder: folder }
}

pub fn open() -> Config {
    Config::at("127.0.0.1:0".parse().unwrap())
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let at = self.body.find(&start).unwrap_or_else(|| panic!("no field {name} in {}", self.body))
            + start.len();
        self.body[at..].split('"').next().unwrap().to_owned()
    }
}

/// A browser that keeps its cookies.
pub struct Browser<'a> {
    place: &'a Place,
    pub language: &'static str,
    pub cookies: Vec<String>,
    pub headers: Vec<(&'static str, String)>,
}

impl<'a> Browser<'a> {
    pub fn new(place: &'a Place, language: &'static str) -> Self {
        Browser { place, language, cookies: Vec::new(), headers: vec![("host", "localhost:8080".to_owned())] }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.send(Request::get(address), Body::empty()).await
    }

    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let plain = |b: u8| b.is_ascii_alphanumeric();
        let code = |t: &str| {
            t.bytes()
                .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
                .collect::<String>()
        };
        let body =
            fields.iter().map(|(k, v)| format!("{}={}", code(k), code(v))).collect::<Vec<_>>().join("&");
        self.send(
            Request::post(address).header("content-type", "application/x-www-form-urlencoded"),
            Body::from(body),
        )
        .await
    }

    /// Sends the form of a set list, with a file where one is given.
    pub async fn hand_in(&mut self, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        self.send_parts("/set-list", fields, file).await
    }

    /// Shares a file or words with the house, as a telephone does.
    pub async fn share(&mut self, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        self.send_parts("/set-list/shared", fields, file).await
    }

    /// Sends a form of several parts.
    pub async fn send_parts(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .into_bytes(),
            );
        }
        if let Some((name, bytes)) = file {
            body.extend(
                format!("--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                    .into_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--xx--\r\n");
        self.send(
            Request::post(address).header("content-type", "multipart/form-data; boundary=xx"),
            Body::from(body),
        )
        .await
    }

    async fn send(&mut self, mut request: axum::http::request::Builder, body: Body) -> Answer {
        request = request.header("accept-language", self.language).header("cookie", self.cookies.join("; "));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let response = self.place.app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            let name = pair.split('=').next().unwrap().to_owned();
            self.cookies.retain(|c| !c.starts_with(&format!("{name}=")));
            self.cookies.push(pair);
        }
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        // A tile of the log is no text; every page is.
        let page = parts.headers.get("content-type").is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
        let body = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!page || !body.contains(char::REPLACEMENT_CHARACTER), "a page that is no UTF-8");
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Hands in pasted lines, answers that the performer is new, and gives the list's id.
    pub async fn hand_in_as_new(&mut self, performer: &str, lines: &str) -> SetListId {
        let form = self.get("/set-list").await;
        let csrf = form.hidden("csrf");
        let fields = [
            ("csrf", csrf.as_str()),
            ("lines", lines),
            ("performer", performer),
            ("event", "Night at the Kiln"),
            ("date", "2026-09-04"),
            ("city", "Lyon"),
            ("gift", "share"),
            ("fee", "1000"),
            ("share", "5"),
            ("currency", "EUR"),
            ("visibility", "track-only"),
        ];
        let asked = self.hand_in(&fields, None).await;
        assert_eq!(asked.status, 422, "{}", asked.body);
        let kept = asked.hidden("kept");
        let done =
            self.post("/set-list/answer", &[("csrf", &csrf), ("kept", &kept), ("register", "yes")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        done.header("location").trim_start_matches("/set-list/").parse().unwrap()
    }
}

/// Puts a party under a contract for a year, as an institution in France.
pub async fn subscribe(house: &House, party: &str) {
    let note = institution::Note {
        party: party.to_owned(),
        kind: "library".to_owned(),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        by: "ada".to_owned(),
        ..institution::Note::default()
    };
    institution::note(house, note).await.unwrap();
    let start = house.now().to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
    let agree = institution::Agree {
        holder: party.to_owned(),
        members: vec![institution::Under {
            institution: party.to_owned(),
            seats: None,
            ..institution::Under::default()
        }],
        start,
        end: start.checked_add(jiff::Span::new().years(1)).unwrap(),
        price_kind: "flat".to_owned(),
        price: "EUR 1200".parse().unwrap(),
        key: "equal".to_owned(),
        rule: "territorial-contribution-by-member".to_owned(),
        subject: "Abonnement".to_owned(),
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
    institution::agree(house, agree).await.unwrap();
}

/// Makes a line doubtful between the given recordings.
pub async fn make_doubtful(house: &House, list: &SetListId, position: u32, recordings: &[RecordingId]) {
    let mut tx = house.store.begin().await.unwrap();
    let candidates = recordings.iter().map(|r| format!("{r}\t450000")).collect::<Vec<_>>().join("\n");
    let sql = "update set_list_line set verdict = 'ambiguous', recording = null, candidates = $3 where set_list = $1 and position = $2";
    tx.run(sql, store::args![list.as_str(), position, candidates]).await.unwrap();
    tx.commit().await.unwrap();
}

/// The recordings of the small catalogue, in its order.
pub async fn recordings(house: &House) -> Vec<RecordingId> {
    let mut tx = house.store.begin_read().await.unwrap();
    let mut rows = tx.recordings_after("", 100).await.unwrap();
    rows.sort_by(|a, b| a.source_id.cmp(&b.source_id));
    rows.into_iter().map(|r| r.recording.id).collect()
}
