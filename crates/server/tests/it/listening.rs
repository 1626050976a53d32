//! A member on their own pages, as a browser meets them.

use app::member::card;
use serde_json::Value;

use crate::browser::{Answer, Browser, Place};
use crate::players::stage;

/// A house with sound whose institution handed in two cards; the institution's id too.
async fn house() -> (Place, String) {
    let stage = stage().await;
    let town = stage.institution.to_string();
    let place = stage.for_browsers();
    card::hand_in(&place.house, &town, b"card;pin\n1001;1234\n1002;1234\n", true, "ada").await.unwrap();
    (place, town)
}

async fn enter(browser: &mut Browser<'_>, town: &str, number: &str) {
    let page = browser.get(&format!("/enter/{town}")).await;
    let csrf = page.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("card", number), ("pin", "1234")];
    let entered = browser.post(&format!("/enter/{town}/card"), &fields).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/listen"), "{}", entered.body);
}

/// What holds for every page on which a member listens.
fn check(page: &Answer, lang: &str) {
    let body = &page.body;
    assert!(body.contains(&format!("<html lang=\"{lang}\"")) && body.len() < 40_000, "{} bytes", body.len());
    assert!(!body.contains("Unknown localization"), "a text is missing: {body}");
    assert_eq!(body.matches("<h1").count(), 1, "{body}");
    assert_eq!(body.matches("<script").count(), 1, "our player and nothing inline");
    assert!(
        body.contains("<script src=\"/static/player.js?v=")
            && !body.contains(" style=\"")
            && !body.contains(" onclick")
    );
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self';")
            && policy.contains("media-src 'self'")
            && !policy.contains("unsafe")
    );
    let outside = body.replace("http://www.w3.org/2000/svg", "").replace("http://127.0.0.1:8080", "");
    assert!(!outside.contains("http://") && !outside.contains("https://"), "{outside}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_finds_plays_keeps_and_lists() {
    let (place, town) = house().await;
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        let away = browser.get("/listen").await;
        assert_eq!(away.header("location"), "/sign-in?next=/listen");
        enter(&mut browser, &town, if lang == "en" { "1001" } else { "1002" }).await;
        for address in [
            "/listen",
            "/listen/albums",
            "/listen/search",
            "/listen/search?q=night",
            "/listen/search?q=%3Cscript%3E",
            "/listen/favourites",
            "/listen/lists",
            "/listen/history",
            "/listen/players",
            "/listen/money",
            "/listen/album/rel-R1",
            "/listen/song/rec-A1",
            "/discover",
        ] {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
        for address in
            ["/listen/song/rec-X1", "/listen/album/none", "/listen/artist/none", "/listen/list/lst-1"]
        {
            assert_eq!(browser.get(address).await.status, 404, "{address}");
        }
    }
    let mut browser = Browser::new(&place, "en");
    enter(&mut browser, &town, "1001").await;
    let found = browser.get("/listen/search?q=night").await;
    assert!(found.body.contains("data-song=\"rec-A1\"") && found.body.contains("Night Drive (KN Remix)"));
    let song = browser.get("/listen/song/rec-B1").await;
    assert!(
        song.body.contains("<audio controls")
            && song.body.contains("Low Tide &amp; &quot;Ebb&quot; &lt;live&gt;"),
        "{}",
        song.body
    );
    let csrf = song.hidden("csrf");
    let star = [("csrf", csrf.as_str()), ("item", "song rec-B1"), ("next", "/listen/song/rec-B1")];
    assert_eq!(browser.post("/listen/star", &star).await.header("location"), "/listen/song/rec-B1");
    assert_eq!(browser.post("/listen/star", &[("csrf", &csrf), ("item", "song rec-X1")]).await.status, 404);
    let elsewhere = [("csrf", csrf.as_str()), ("item", "artist none"), ("next", "//evil.example")];
    assert_eq!(browser.post("/listen/star", &elsewhere).await.status, 404);
    let kept = browser.get("/listen/favourites").await;
    assert!(kept.body.contains("rec-B1") && kept.body.contains("aria-pressed=\"true\""));
    let add = [("csrf", csrf.as_str()), ("song", "rec-B1"), ("name", "Sea & <salt>")];
    let list = browser.post("/listen/lists/add", &add).await.header("location").to_owned();
    assert!(list.starts_with("/listen/list/lst-"), "{list}");
    let id = list.trim_start_matches("/listen/list/").to_owned();
    let again = [("csrf", csrf.as_str()), ("song", "rec-A1"), ("list", id.as_str())];
    assert_eq!(browser.post("/listen/lists/add", &again).await.header("location"), list);
    check(&browser.get(&list).await, "en");
    let xspf = browser.get(&format!("{list}/xspf")).await;
    let read = crate::players::xml(&xspf.body);
    assert_eq!(read.name, "playlist");
    assert!(
        xspf.body.contains("<identifier>urn:isrc:FRZ032600001</identifier>")
            && xspf.body.contains("Sea &amp; &lt;salt&gt;")
    );
    let jspf: Value = serde_json::from_str(&browser.get(&format!("{list}/jspf")).await.body).unwrap();
    assert_eq!(jspf["playlist"]["track"][1]["creator"], "Ada Nwosu feat. Mira Feld");
    assert!(browser.get(&format!("{list}/m3u")).await.body.starts_with("#EXTM3U\n"));
    assert_eq!(browser.get(&format!("{list}/exe")).await.status, 404);
    let mut other = Browser::new(&place, "en");
    enter(&mut other, &town, "1002").await;
    assert_eq!(other.get(&list).await.status, 404, "somebody else's is as unknown as none");
    let token = other.get("/listen").await.hidden("csrf");
    assert_eq!(other.post(&format!("{list}/drop"), &[("csrf", &token)]).await.status, 404);
    assert_eq!(browser.post(&format!("{list}/out"), &[("csrf", &csrf), ("place", "0")]).await.status, 303);
    assert!(!browser.get(&format!("{list}/jspf")).await.body.contains("Low Tide"));
    assert_eq!(
        browser.post(&format!("{list}/drop"), &[("csrf", &csrf)]).await.header("location"),
        "/listen/lists"
    );
    let exported: Value = serde_json::from_str(&browser.get("/account/export").await.body).unwrap();
    assert_eq!(exported["memberships"][0]["favourites"][0]["what"]["creator"], "Mira Feld");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_player_of_the_pages_fetches_tells_and_remembers() {
    let (place, town) = house().await;
    let mut browser = Browser::new(&place, "en");
    assert_eq!(browser.get("/listen/stream/rec-A1").await.status, 303, "nobody hears without signing in");
    enter(&mut browser, &town, "1001").await;
    let home = browser.get("/listen").await;
    let csrf = home.hidden("csrf");
    let sound = browser.get("/listen/stream/rec-A1?format=opus").await;
    assert_eq!((sound.status.as_u16(), sound.header("content-type")), (200, "audio/mpeg"));
    browser.headers.push(("range", "bytes=0-99".to_owned()));
    assert_eq!(browser.get("/listen/stream/rec-A1").await.header("content-range"), "bytes 0-99/400000");
    browser.headers.pop();
    assert_eq!(browser.get("/listen/stream/rec-X1").await.status, 404);
    let picture = browser.get("/listen/cover/rec-A1").await;
    assert_eq!(picture.header("content-type"), "image/svg+xml");
    assert_eq!(browser.get("/listen/wave/rec-A1").await.status, 200);
    let said = |state: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("id", "rec-A1".to_owned()),
            ("state", state.to_owned()),
            ("at", "0".to_owned()),
        ]
    };
    for (state, status) in [("playing", 204), ("heard", 204), ("stopped", 204), ("sleeping", 400)] {
        let fields = said(state);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(browser.post("/listen/said", &fields).await.status.as_u16(), status, "{state}");
    }
    let by_hand =
        [("csrf", csrf.as_str()), ("id", "rec-B2"), ("state", "heard"), ("next", "/listen/history")];
    assert_eq!(browser.post("/listen/said", &by_hand).await.header("location"), "/listen/history");
    let mut tx = place.house.store.begin_read().await.unwrap();
    let events = tx.rows("select member from play_event", Vec::new()).await.unwrap();
    assert!(events.len() >= 6 && events.iter().all(|r| r.text(0).unwrap().starts_with("usg-")));
    drop(tx);
    let history = browser.get("/listen/history").await;
    assert!(
        history.body.contains("rec-A1")
            && history.body.contains("rec-B2")
            && history.body.contains("September"),
        "{}",
        history.body
    );
    assert_eq!(browser.post("/listen/history", &[("csrf", &csrf), ("song", "rec-A1")]).await.status, 303);
    assert!(!browser.get("/listen/history").await.body.contains("data-song=\"rec-A1\""));
    assert_eq!(browser.post("/listen/history", &[("csrf", &csrf), ("song", "")]).await.status, 303);
    assert!(!browser.get("/listen/history").await.body.contains("data-song"));
    let queue =
        [("csrf", csrf.as_str()), ("songs", "rec-A1 rec-X1 rec-B1"), ("current", "1"), ("at", "1500")];
    assert_eq!(browser.post("/listen/queue", &queue).await.status, 204);
    let kept: Value = serde_json::from_str(&browser.get("/listen/queue").await.body).unwrap();
    assert_eq!(
        (kept["songs"].as_array().unwrap().len(), kept["current"].as_i64(), kept["at"].as_i64()),
        (2, Some(1), Some(1_500))
    );
    assert_eq!(browser.post("/listen/queue", &[("csrf", "0"), ("songs", "rec-A1")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_player_is_let_in_and_shut_out() {
    let (place, town) = house().await;
    let mut browser = Browser::new(&place, "en");
    enter(&mut browser, &town, "1001").await;
    let csrf = browser.get("/listen/players").await.hidden("csrf");
    let refused = browser.post("/listen/players", &[("csrf", &csrf), ("name", " ")]).await;
    assert!(refused.status == 422 && refused.body.contains("at most 100"), "{}", refused.body);
    let made = browser
        .post("/listen/players", &[("csrf", &csrf), ("name", "telephone"), ("kind", "password")])
        .await;
    let between =
        |text: &str, from: &str| text.split(from).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let secret = between(&made.body, "code class=\"secret\">");
    let login = between(&made.body, "<dt>Name for players</dt><dd class=\"big\">");
    let ping = format!("/rest/ping?u={login}&p={secret}&v=1.16.1&c=test&f=json");
    assert!(browser.get(&ping).await.body.contains("\"ok\""), "{login}");
    let page = browser.get("/listen/players").await;
    assert!(!page.body.contains(&secret) && page.body.contains("telephone"), "shown once");
    let id = page.hidden("id");
    let mut other = Browser::new(&place, "en");
    enter(&mut other, &town, "1002").await;
    let token = other.get("/listen/players").await.hidden("csrf");
    assert_eq!(other.post("/listen/players/end", &[("csrf", &token), ("id", &id)]).await.status, 404);
    assert_eq!(browser.post("/listen/players/end", &[("csrf", &csrf), ("id", &id)]).await.status, 303);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(browser.get(&ping).await.body.contains("\"code\":40"));
    let key =
        browser.post("/listen/players", &[("csrf", &csrf), ("name", "scrobbler"), ("kind", "key")]).await;
    let key = between(&key.body, "code class=\"secret\">");
    assert!(key.starts_with("tk-"), "{key}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_is_over_plays_nothing_and_says_so() {
    let (place, town) = house().await;
    let mut browser = Browser::new(&place, "fr");
    enter(&mut browser, &town, "1001").await;
    let mut tx = place.house.store.begin().await.unwrap();
    tx.run("update contract set end_day = '2026-09-02'", Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let home = browser.get("/listen").await;
    assert!(home.status == 200 && home.body.contains("est terminé"), "{}", home.body);
    let song = browser.get("/listen/song/rec-A1").await;
    assert!(!song.body.contains("<audio"), "nothing to press that would not play");
    let sound = browser.get("/listen/stream/rec-A1").await;
    assert!(sound.status == 422 && sound.body.contains("est terminé"), "{}", sound.body);
    let csrf = home.hidden("csrf");
    assert_eq!(browser.post("/listen/star", &[("csrf", &csrf), ("item", "song rec-A1")]).await.status, 303);
    let mut nobody = Browser::new(&place, "fr");
    crate::doors::somebody_signed_in(&place, &mut nobody).await;
    let none = nobody.get("/listen").await;
    assert!(none.status == 422 && none.body.contains("href=\"/join\""), "{}", none.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_of_a_member_is_light() {
    let (place, town) = house().await;
    let mut browser = Browser::new(&place, "fr");
    enter(&mut browser, &town, "1001").await;
    let home = browser.get("/listen").await;
    let address = |mark: &str| home.body.split(mark).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (style, player) = (address("rel=\"stylesheet\" href=\""), address("<script src=\""));
    let style = browser.get(&style).await;
    let player = browser.get(&player).await;
    assert_eq!(player.header("content-type"), "text/javascript; charset=utf-8");
    let whole = home.body.len() + style.body.len() + player.body.len();
    assert!(whole < 60_000, "{} + {} + {}", home.body.len(), style.body.len(), player.body.len());
}

/// A clock that the test sets, over another world.
struct Moving(std::sync::atomic::AtomicI64, crate::browser::Fixed);

impl Moving {
    fn now(&self) -> i64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, std::sync::atomic::Ordering::Relaxed);
    }
}

impl app::World for Moving {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(Moving::now(self)).unwrap()
    }

    fn bits(&self) -> u64 {
        self.1.bits()
    }

    fn nonce(&self) -> [u8; 24] {
        self.1.nonce()
    }
}

/// Twelve members listen in October, the library's EUR 400 are shared, and each sees their own seat.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_sees_where_the_money_of_the_seat_went() {
    use app::pot::{self, Gift};
    use app::{allocation, period};
    // Noon of 2 October 2026.
    let clock = std::sync::Arc::new(Moving(1_790_942_400.into(), crate::browser::Fixed::new()));
    let sound = crate::players::Sound { bytes: vec![7; 40_000], format: "mp3", ms: 20_000, peaks: None };
    let stage = crate::players::stage_in(clock.clone(), &sound).await;
    let town = stage.institution.to_string();
    let place = stage.for_browsers();
    let house = &place.house;
    let cards: String = (0..12).map(|n| format!("10{n:02};1234\n")).collect();
    card::hand_in(house, &town, format!("card;pin\n{cards}").as_bytes(), true, "ada").await.unwrap();
    let mut first = Browser::new(&place, "fr");
    for n in 0..12 {
        let mut other = Browser::new(&place, "fr");
        let browser = if n == 0 { &mut first } else { &mut other };
        enter(browser, &town, &format!("10{n:02}")).await;
        let csrf = browser.get("/listen").await.hidden("csrf");
        for song in if n == 0 { ["rec-A1", "rec-C2"] } else { ["rec-A1", "rec-B1"] } {
            assert_eq!(browser.get(&format!("/listen/stream/{song}")).await.status, 200);
            clock.pass(25);
            let said = [("csrf", csrf.as_str()), ("id", song), ("state", "heard")];
            assert_eq!(browser.post("/listen/said", &said).await.status, 204);
            clock.pass(3_600);
        }
    }
    let none = first.get("/listen/money").await;
    assert!(none.body.contains("Rien n’a encore été partagé"), "{}", none.body);
    clock.pass(40 * 86_400);
    period::draft(house, &town, "2026-10", Some(20), "ines").await.unwrap();
    let ask = pot::Open {
        purpose: "October".into(),
        currency: money::Currency::EUR,
        rule: "territorial-contribution-by-member".into(),
        event: None,
        by: "ines".into(),
    };
    let pot = pot::open(house, ask).await.unwrap().id;
    let ask = pot::Contribute {
        pot: pot.clone(),
        payer: town.clone(),
        role: music::pot::PayerRole::Subscriber,
        gift: Gift::Amount("EUR 400".parse().unwrap()),
        venue_attests: false,
        by: "ines".into(),
    };
    let reference = pot::contribute(house, ask).await.unwrap().contribution.reference;
    let ask = pot::Receive { reference, amount: None, evidence: "statement 7".into(), by: "ines".into() };
    pot::receive(house, ask).await.unwrap();
    period::approve(house, &town, "2026-10", Some(&pot), "paul").await.unwrap();
    let ask = allocation::Allocate { pots: vec![pot], rule: None, by: "ines".into() };
    let run = allocation::draft(house, ask).await.unwrap();
    allocation::approve(house, &run.run.id, "paul").await.unwrap();
    // The session is over after so many idle days; the member is the same.
    enter(&mut first, &town, "1000").await;
    let told = first.get("/listen/money").await;
    check(&told, "fr");
    let text = told.body.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(
        text.contains("octobre 2026") && text.contains("20,00 €") && text.contains("The Kollektiv – Anchor"),
        "{text}"
    );
    assert!(
        !text.contains("Brine") && !text.contains("usg-") && !text.contains("mbr-"),
        "nothing of anybody else"
    );
    if let Ok(folder) = std::env::var("TANTIEME_TEST_SHOTS") {
        std::fs::write(format!("{folder}/money.html"), &told.body).unwrap();
    }
}

/// What a member plays trains the recommender until they refuse, on their own page, in a word that tells nobody else of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_refuses_to_train_and_allows_again() {
    let (place, town) = house().await;
    let mut browser = Browser::new(&place, "fr");
    enter(&mut browser, &town, "1001").await;
    let history = "/listen/history";
    let refusals = async || place.house.store.begin_read().await.unwrap().discovery_refusals().await.unwrap();
    for (word, state) in
        [("no", "Ce que vous écoutez n’entraîne rien"), ("yes", "Ce que vous écoutez l’entraîne")]
    {
        let page = browser.get(history).await;
        check(&page, "fr");
        assert_eq!(page.hidden("plays"), word);
        let csrf = page.hidden("csrf");
        let bad = browser.post("/listen/history/training", &[("csrf", "00"), ("plays", word)]).await;
        assert_eq!(bad.status.as_u16(), 403);
        let done =
            browser.post("/listen/history/training", &[("csrf", csrf.as_str()), ("plays", word)]).await;
        assert_eq!(done.header("location"), "/listen/history#training");
        assert!(browser.get(history).await.body.contains(state));
        let kept = refusals().await;
        assert_eq!(kept.is_empty(), word == "yes", "{kept:?}");
        assert!(kept.iter().all(|k| !k.starts_with("mbr-")), "who refuses is not written down: {kept:?}");
    }
}

/// What a member keeps and hears is seen by nobody else: not by another member of the same institution, not by its people,
/// not on the house's own machine. Every address is asked, also with the ids of what is theirs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_member_keeps_is_seen_by_nobody_else() {
    use app::shelf::{self, ItemKind};
    let (place, town) = house().await;
    let members = async || {
        let mut tx = place.house.store.begin_read().await.unwrap();
        let rows = tx.rows("select member, login from listener", Vec::new()).await.unwrap();
        let all: Vec<(String, String)> =
            rows.iter().map(|r| (r.text(0).unwrap(), r.text(1).unwrap())).collect();
        all
    };
    let before = members().await;
    let mut ada = Browser::new(&place, "en");
    enter(&mut ada, &town, "1001").await;
    ada.get("/listen").await;
    let (member, login) = members().await.into_iter().find(|m| !before.contains(m)).unwrap();
    let now = place.house.now();
    shelf::star(&place.house, &member, &[(ItemKind::Song, "rec-B2".to_owned())], true).await.unwrap();
    let plays: Vec<_> = (0..137).map(|_| ("rec-C2".to_owned(), now)).collect();
    shelf::played(&place.house, &member, &plays).await.unwrap();
    let songs = vec!["rec-C1".to_owned()];
    let list = app::playlist::create(&place.house, &member, "zq tide list 7741", songs).await.unwrap().row.id;
    let device = app::app_password::create(&place.house, &member, "zq device 7742").await.unwrap();
    // What stands in memory of a member is read anew once their own page changes something.
    let csrf = ada.get("/listen/history").await.hidden("csrf");
    ada.post("/listen/history", &[("csrf", &csrf), ("song", "rec-A1")]).await;
    let marks = [list.as_str(), "zq tide list 7741", "zq device 7742", &device.id, &member, &login];
    for (address, mark) in [
        ("/listen/lists", "zq tide list 7741"),
        ("/listen/players", "zq device 7742"),
        ("/listen/history", "rec-C2"),
        ("/listen/favourites", "rec-B2"),
    ] {
        assert!(ada.get(address).await.body.contains(mark), "{address} shows its owner nothing");
    }
    let mut ben = Browser::new(&place, "en");
    enter(&mut ben, &town, "1002").await;
    for (address, mark) in [("/listen/history", "rec-C2"), ("/listen/favourites", "rec-B2")] {
        assert!(!ben.get(address).await.body.contains(mark), "{address} shows another’s {mark}");
    }
    let mut asked = 0;
    let mut nobody = Browser::new(&place, "en");
    let mut elsewhere = Browser::new(&place, "en");
    elsewhere.headers.push(("x-forwarded-for", "203.0.113.9".to_owned()));
    for (who, browser) in
        [("another member", &mut ben), ("the house", &mut nobody), ("nobody", &mut elsewhere)]
    {
        for route in crate::routes::pages().iter().filter(|r| r.gets) {
            let values: &[&str] = if route.parameters().is_empty() {
                &[""]
            } else {
                &[&town, &list, "rec-B2", &member, &device.id]
            };
            for value in values {
                let address = route.filled(&[value, value, value]);
                let page = browser.get(&address).await;
                asked += 1;
                assert!(page.status.as_u16() < 500, "{who} {address}: {}", page.body);
                // What was asked for may be said back.
                let strange = marks.iter().find(|m| *m != value && page.body.contains(*m));
                assert!(strange.is_none(), "{who} sees {strange:?} at {address}");
            }
        }
    }
    assert!(asked > 500, "{asked}");
    let csrf = ben.get("/listen/lists").await.hidden("csrf");
    for (address, field, value) in [
        (format!("/listen/list/{list}/drop"), "sure", "yes"),
        (format!("/listen/list/{list}/name"), "name", "mine"),
        (format!("/listen/list/{list}/out"), "place", "0"),
        ("/listen/lists/add".to_owned(), "list", list.as_str()),
        ("/listen/players/end".to_owned(), "id", device.id.as_str()),
    ] {
        let fields = [("csrf", csrf.as_str()), (field, value), ("song", "rec-A1")];
        ben.post(&address, &fields).await;
    }
    let kept = app::playlist::one(&place.house, &member, &list).await.unwrap();
    assert_eq!((kept.row.name.as_str(), kept.songs.len()), ("zq tide list 7741", 1));
    let devices = app::app_password::list(&place.house, &member).await.unwrap();
    assert!(devices.iter().all(|d| d.revoked.is_none()), "{devices:?}");
}
