//! Nobody sees what is another's. Two of each kind of party are here, and whatever is theirs alone carries a mark that
//! occurs nowhere else; then everybody asks for every address of the table with everybody's ids, and no mark of another
//! may come back. On both engines.

use app::payout::Details;
use app::session::Role;
use app::sign_in::{self, Add, Grant};
use app::{House, brief, institution, party, payout};
use axum::http::StatusCode;
use jiff::tz::TimeZone;
use money::Ratio;
use music::{MediaKind, Recording, RecordingStatus};
use server::{Web, router};
use store::{CatalogueRow, ShareOfferId, ShareOfferRow, ThanksId, ThanksRow};
use testkit::house::{self, Fresh};

use crate::browser::{Browser, Place, open};
use crate::routes;

const PHRASE: &str = "four quiet tides";
/// Who acts: two of each kind, so that one of a kind is tried against another of it.
const PARTIES: [&str; 8] =
    ["dj-a", "dj-b", "producer-a", "producer-b", "library-a", "library-b", "brand-a", "licensee-a"];

/// A mark that occurs nowhere else: of whom, and of what.
fn mark(of: &str, what: &str) -> String {
    let sum =
        of.bytes().chain(what.bytes()).fold(7_u64, |s, b| s.wrapping_mul(31).wrapping_add(u64::from(b)));
    format!("zq{sum:016x}{}", of.replace('-', ""))
}

/// What is put where, by whom, with the ids by which it may be asked for.
struct World {
    ids: Vec<(String, String)>,
    all: Vec<String>,
}

async fn person(house: &House, who: &str, roles: &[(Role, &str)]) {
    let ask = Add {
        login: who.to_owned(),
        name: mark(who, "person"),
        lang: "en".to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(house, ask).await.unwrap();
    for (role, party) in roles {
        let ask = Grant {
            who: who.to_owned(),
            role: *role,
            party: (*party).to_owned(),
            until: None,
            by: "ada".to_owned(),
        };
        sign_in::grant(house, ask).await.unwrap();
    }
}

async fn enter(browser: &mut Browser<'_>, who: &str) {
    let csrf = browser.get("/sign-in").await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("login", who), ("password", PHRASE)];
    assert_eq!(browser.post("/sign-in/password", &fields).await.status, StatusCode::SEE_OTHER, "{who}");
}

fn browser(place: &Place, n: usize) -> Browser<'_> {
    let mut browser = Browser::new(place, "en");
    browser.headers.push(("x-forwarded-for", format!("10.{}.0.1", n % 250)));
    browser
}

/// Fills a house with what is somebody's alone.
async fn fill(fresh: &Fresh, place: &Place) -> World {
    let house = &place.house;
    let mut world = World { ids: Vec::new(), all: Vec::new() };
    for (name, value) in [("house-iban", house::HOUSE_IBAN), ("house-name", "Haus der Töne")] {
        app::policy::set(house, name, value, "ada").await.unwrap();
    }
    let mut ids = std::collections::BTreeMap::new();
    for who in PARTIES {
        let ask = party::Register {
            name: format!("The {who}"),
            by: "ada".to_owned(),
            ..party::Register::default()
        };
        let id = party::register(house, ask).await.unwrap().party.id;
        person(house, who, &[(Role::Owner, id.as_str())]).await;
        if who.starts_with("library") {
            library(house, who, id.as_str()).await;
        }
        let details = Details {
            holder: mark(who, "holder"),
            iban: "DE02120300000000202051".to_owned(),
            ..Details::default()
        };
        payout::set_details(house, id.as_str(), details, who).await.unwrap();
        ids.insert(who, id);
    }
    person(house, "stranger", &[]).await;
    recordings(house, &ids["producer-a"], &ids["producer-b"]).await;
    for (n, who) in ["dj-a", "dj-b"].into_iter().enumerate() {
        let mut browser = browser(place, n);
        enter(&mut browser, who).await;
        let csrf = browser.get("/set-list").await.hidden("csrf");
        let (name, event, city) = (format!("The {who}"), mark(who, "event"), mark(who, "city"));
        let lines = format!("The producer-a - Low Tide\n{} - {}", mark(who, "artist"), mark(who, "title"));
        let fields = [
            ("csrf", csrf.as_str()),
            ("lines", lines.as_str()),
            ("performer", name.as_str()),
            ("event", event.as_str()),
            ("city", city.as_str()),
            ("date", "2026-09-04"),
            ("gift", "amount"),
            ("amount", if n == 0 { "4173.19" } else { "4183.27" }),
            ("currency", "EUR"),
            ("visibility", "track-only"),
        ];
        let done = browser.hand_in(&fields, None).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        fresh.world.pass_seconds(60);
    }
    for who in ["library-a", "library-b"] {
        let mut browser = browser(place, 3);
        enter(&mut browser, who).await;
        let id = &ids[who];
        let csrf = browser.get(&format!("/institution/{id}/selections")).await.hidden("csrf");
        let title = mark(who, "draft");
        let fields = [("csrf", csrf.as_str()), ("title", title.as_str()), ("lang", "fr")];
        let done = browser.post(&format!("/institution/{id}/selections"), &fields).await;
        assert!(done.status.as_u16() < 400, "{}", done.body);
        let note = mark(who, "invitation");
        let fields = [("csrf", csrf.as_str()), ("note", note.as_str()), ("uses", "3"), ("until", "")];
        let done = browser.post(&format!("/institution/{id}/invitations"), &fields).await;
        assert!(done.status.as_u16() < 400, "{}", done.body);
        fresh.world.pass_seconds(60);
    }
    let text = format!("title = \"{0}\"\nwords = \"{0}\"\n", mark("brand-a", "brief"));
    let written = brief::Write {
        brand: ids["brand-a"].to_string(),
        text,
        by: ids["brand-a"].to_string(),
        ..Default::default()
    };
    let _ = brief::write(house, written).await;
    words(house, &ids).await;
    world.ids = ids.iter().map(|(who, id)| ((*who).to_owned(), id.to_string())).collect();
    let mut tx = house.store.begin_read().await.unwrap();
    for sql in [
        "select id from set_list",
        "select id from recording",
        "select id from pot",
        "select id from run",
        "select id from brief",
        "select id from brand_deal",
        "select printed from sale",
        "select id from selection",
        "select id from playlist",
        "select id from session",
        "select id from invitation",
        "select id from share_offer",
    ] {
        let rows = tx.rows(sql, Vec::new()).await.unwrap_or_default();
        world.all.extend(rows.iter().take(6).map(|r| r.text(0).unwrap()));
    }
    world
}

async fn library(house: &House, who: &str, id: &str) {
    crate::browser::subscribe(house, id).await;
    let billing = institution::Billing {
        name: mark(who, "billing"),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        ..institution::Billing::default()
    };
    institution::set_billing(house, id, billing, "ada").await.unwrap();
}

async fn recordings(house: &House, a: &music::PartyId, b: &music::PartyId) {
    let mut tx = house.store.begin().await.unwrap();
    for (n, (artist, title)) in
        [("The producer-a", "Low Tide"), ("The producer-b", "Night Drive")].into_iter().enumerate()
    {
        let recording = Recording {
            id: house.recording_id(),
            kind: MediaKind::Audio,
            artist: artist.to_owned(),
            title: title.to_owned(),
            version: String::new(),
            album: String::new(),
            label: String::new(),
            duration_s: Some(300),
            year: None,
            isrc: None,
            mbid: None,
            own_id: None,
            status: RecordingStatus::Live,
        };
        let row = CatalogueRow {
            recording,
            source: "test".to_owned(),
            source_id: format!("{n}"),
            origin_line: 1,
            merged_into: None,
        };
        tx.upsert_recordings(std::slice::from_ref(&row), house.now()).await.unwrap();
        let offer = ShareOfferRow {
            id: ShareOfferId::from_bits(n as u64 + 1),
            recording: row.recording.id,
            from: if n == 0 { a.clone() } else { b.clone() },
            to: if n == 0 { b.clone() } else { a.clone() },
            ratio: Ratio::new(1, 3).unwrap(),
            day: house.now().to_zoned(TimeZone::UTC).date(),
            words: mark("producer-ab", &format!("offer{n}")),
            status: "open".to_owned(),
            offered: house.now(),
            by: "sgn-x".to_owned(),
            answered: None,
        };
        tx.insert_share_offer(&offer).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Thanks, lists of members, keys: what is said between two, or kept for oneself.
async fn words(house: &House, ids: &std::collections::BTreeMap<&str, music::PartyId>) {
    let mut tx = house.store.begin().await.unwrap();
    for list in tx.set_lists(10).await.unwrap() {
        let of = ids.iter().find(|(_, id)| **id == list.performer).unwrap().0;
        let row = ThanksRow {
            id: ThanksId::from_bits(house.world.bits()),
            from: ids["producer-a"].clone(),
            set_list: list.id,
            words: mark(of, "thanks"),
            said: house.now(),
            by: "sgn-x".to_owned(),
        };
        tx.insert_thanks(&row).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Whose a mark is, as far as the page of somebody may hold it.
fn may_see(who: &str, page: &str) -> Vec<String> {
    // The offers between the two producers are theirs both; the thanks were said by one of them.
    let mut strange = Vec::new();
    for other in PARTIES.iter().copied().chain(["stranger"]) {
        if other == who {
            continue;
        }
        for what in [
            "person",
            "holder",
            "event",
            "city",
            "artist",
            "title",
            "draft",
            "invitation",
            "billing",
            "brief",
            "thanks",
        ] {
            if what == "thanks" && who == "producer-a" {
                continue;
            }
            let mark = mark(other, what);
            if page.contains(&mark) {
                strange.push(format!("{other}’s {what}"));
            }
        }
    }
    for n in 0..2 {
        if !who.starts_with("producer") && page.contains(&mark("producer-ab", &format!("offer{n}"))) {
            strange.push("an offer between producers".to_owned());
        }
    }
    for (of, amount) in [("dj-a", ["4,173.19", "4173.19"]), ("dj-b", ["4,183.27", "4183.27"])] {
        if of != who && amount.iter().any(|a| page.contains(a)) {
            strange.push(format!("{of}’s amount"));
        }
    }
    strange
}

async fn ask_for_everything(fresh: Fresh, sample: usize) {
    let app = router(Web::new(fresh.house.clone(), &open()));
    let folder = tempfile::tempdir().unwrap();
    let place = Place::of(fresh.house.clone(), app, folder);
    let world = fill(&fresh, &place).await;
    let table = routes::pages();
    let parties: Vec<&str> = world.ids.iter().map(|(_, id)| id.as_str()).collect();
    let others: Vec<&str> = world.all.iter().map(String::as_str).collect();
    let (mut asked, mut told, mut seen, mut wrong) = (0_usize, 0_usize, 0_usize, Vec::new());
    for (n, who) in PARTIES.iter().copied().chain(["stranger", "nobody"]).enumerate() {
        let mut browser = browser(&place, n + 10);
        if who != "nobody" {
            enter(&mut browser, who).await;
        }
        for (turn, route) in (n..).zip(table.iter().filter(|r| r.gets)) {
            let parameters = route.parameters();
            let first: &[&str] = if parameters.first().is_some_and(|p| ["party", "institution"].contains(p)) {
                &parties
            } else {
                &others
            };
            let mut addresses = vec![];
            match parameters.len() {
                0 => addresses.push(route.path.clone()),
                1 => addresses.extend(first.iter().map(|v| route.filled(&[v]))),
                _ => addresses
                    .extend(first.iter().flat_map(|v| others.iter().map(|o| route.filled(&[v, o, o])))),
            }
            // Of many, every so many-th, another one for each who asks.
            let every = addresses.len().div_ceil(sample).max(1);
            for address in addresses.iter().skip(turn % every).step_by(every) {
                fresh.world.pass_seconds(2);
                let page = browser.get(address).await;
                asked += 1;
                assert!(page.status.as_u16() < 500, "{who} {address}: {}", page.body);
                assert!(
                    page.header("content-security-policy").contains("default-src 'none'"),
                    "{who} {address}"
                );
                for strange in may_see(who, &page.body) {
                    wrong.push(format!("{who} sees {strange} at {address}"));
                }
                told += usize::from(page.status == StatusCode::OK);
                seen += usize::from(
                    page.body.contains(&mark(who, "event")) || page.body.contains(&mark(who, "draft")),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {}", fresh.engine, wrong.join("\n"));
    assert!(asked > 1_500 && told > 300 && seen > 3, "{asked} asked, {told} answered, {seen} with one’s own");
    eprintln!(
        "{}: {asked} addresses asked, {told} answered, {seen} held the asker’s own marks",
        fresh.engine
    );
    nobody_acts_for_another(&fresh, &place, &world).await;
}

/// A form for another's party is refused whatever it holds, also with the right token.
async fn nobody_acts_for_another(fresh: &Fresh, place: &Place, world: &World) {
    for (n, who) in ["dj-b", "library-b", "stranger"].into_iter().enumerate() {
        let mut browser = browser(place, n + 40);
        enter(&mut browser, who).await;
        let csrf = browser.get("/account").await.hidden("csrf");
        for route in routes::pages().iter().filter(|r| r.posts && r.parameters().first() == Some(&"party")) {
            let other = &world.ids.iter().find(|(of, _)| of == "library-a").unwrap().1;
            let address = route.filled(&[other, "x", "y"]);
            fresh.world.pass_seconds(60);
            let fields = [
                ("csrf", csrf.as_str()),
                ("act", "offer"),
                ("title", "x"),
                ("words", "x"),
                ("decision", "x"),
            ];
            let answer = browser.post(&address, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{who} {address}: {}", answer.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mark_of_another_comes_back() {
    for fresh in house::each(71).await {
        let sample = if fresh.engine == "sqlite" { 12 } else { 5 };
        ask_for_everything(fresh, sample).await;
    }
}
