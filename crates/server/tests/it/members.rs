//! Readers of institutions as a browser meets their doors.

use app::member::{self, Door, card, invitation, link};
use app::sign_in::{self, Add};

use crate::browser::{Browser, Place, open, place};

const KEY: &str = "9f2c4d7a1b3e5f60718293a4b5c6d7e8";

async fn town(place: &Place) -> String {
    let mut tx = place.house.store.begin_read().await.unwrap();
    app::party::find(&mut tx, "Mira Feld").await.unwrap().party.id.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_comes_in_by_card_takes_everything_along_and_is_forgotten() {
    let place = place(open()).await;
    let town = town(&place).await;
    let list = b"carte;code;fin\n0042;1234;2026-12-31\n0043;1234;2026-01-31\n";
    card::hand_in(&place.house, &town, list, true, "ada").await.unwrap();
    let mut browser = Browser::new(&place, "fr");
    let page = browser.get(&format!("/enter/{town}?next=/figures")).await;
    assert!(page.status == 200 && page.body.contains("Avec votre carte") && !page.body.contains("sur place"));
    let (csrf, post) = (page.hidden("csrf"), format!("/enter/{town}/card"));
    let refused = browser.post(&post, &[("csrf", &csrf), ("card", "0043"), ("pin", "1234")]).await;
    assert!(refused.status == 422 && refused.body.contains("Votre accès est terminé"), "{}", refused.body);
    let wrong = browser.post(&post, &[("csrf", &csrf), ("card", "0042"), ("pin", "0")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("ne vont pas ensemble"), "{}", wrong.body);
    assert_eq!(browser.post(&post, &[("csrf", "0"), ("card", "0042"), ("pin", "1234")]).await.status, 403);
    let fields = [("csrf", csrf.as_str()), ("card", "0042"), ("pin", "1234"), ("next", "/figures")];
    let entered = browser.post(&post, &fields).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/figures"));
    let account = browser.get("/account").await;
    let said = account.body.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(said.contains("jusqu’au 31 décembre 2026"), "{said}");
    let export = browser.get("/account/export").await;
    assert!(export.body.contains(&town) && !export.body.contains("0042"), "{}", export.body);
    let csrf = account.hidden("csrf");
    assert_eq!(
        browser.post("/account/erase", &[("csrf", &csrf)]).await.header("location"),
        "/account",
        "not sure"
    );
    assert_eq!(
        browser.post("/account/erase", &[("csrf", &csrf), ("sure", "yes")]).await.header("location"),
        "/"
    );
    assert_eq!(browser.get("/account").await.status, 303);
    assert_eq!(member::count(&place.house, &town).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_and_codes_lead_in() {
    let place = place(open()).await;
    let town = town(&place).await;
    member::set_door(&place.house, &town, &Door::SignedLink { key: KEY.to_owned() }, "ada").await.unwrap();
    let time = place.house.now().as_second().to_string();
    let made = link::Link { uid: "4711", time: &time, nonce: "0123456789abcdef", dest: "/figures", sig: "" };
    let sig = link::signature(KEY, &town, &made);
    let address =
        format!("/enter/{town}/link?uid=4711&time={time}&nonce=0123456789abcdef&dest=/figures&sig={sig}");
    let mut browser = Browser::new(&place, "en");
    let tampered = browser.get(&address.replace("uid=4711", "uid=4712")).await;
    assert!(tampered.status == 422 && tampered.body.contains("was changed"), "{}", tampered.body);
    assert_eq!(browser.get(&address).await.header("location"), "/figures");
    let replayed = browser.get(&address).await;
    assert!(replayed.status == 422 && replayed.body.contains("used already"), "{}", replayed.body);
    let old = browser.get("/users/auth/pmb?service=music&dest=/x&bibid=1&uid=2&token=3").await;
    assert!(
        old.status == 422 && old.body.contains("no such door"),
        "not unless the institution chose it: {}",
        old.body
    );
    let until = place.house.now() + jiff::SignedDuration::from_hours(1);
    let (_, code) = invitation::create(&place.house, &town, "", 1, until, "ada").await.unwrap();
    let mut other = Browser::new(&place, "en");
    assert_eq!(other.get("/join").await.header("location"), "/sign-in?next=/join");
    let ask = Add {
        mail: "nils@example.org".to_owned(),
        password: Some("four quiet tides".to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(&place.house, ask).await.unwrap();
    let csrf = other.get("/sign-in").await.hidden("csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("login", "nils@example.org"),
        ("password", "four quiet tides"),
        ("next", "/join"),
    ];
    assert_eq!(other.post("/sign-in/password", &fields).await.header("location"), "/join");
    let csrf = other.get("/join").await.hidden("csrf");
    assert_eq!(other.post("/join", &[("csrf", &csrf), ("code", "nonsense")]).await.status, 404);
    assert_eq!(other.post("/join", &[("csrf", &csrf), ("code", &code)]).await.header("location"), "/listen");
    assert_eq!(member::count(&place.house, &town).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_answers_every_question_in_its_form() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    for (query, want) in [
        ("verb=Identify", "<protocolVersion>2.0</protocolVersion>"),
        ("verb=ListSets", "<setSpec>music</setSpec>"),
        ("verb=ListMetadataFormats", "<metadataPrefix>oai1dtouch_dc</metadataPrefix>"),
        ("verb=ListRecords&metadataPrefix=oai1dtouch_dc", "<artist>Mira Feld</artist>"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc", "<header><identifier>oai:"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2020-01-01", "code=\"noRecordsMatch\""),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01",
            "<dc:title>Low Tide (Nils Aster Remix)</dc:title>",
        ),
        ("verb=GetRecord&metadataPrefix=oai_dc", "code=\"badArgument\""),
        ("verb=Steal", "code=\"badVerb\""),
        ("", "code=\"badVerb\""),
        ("verb=ListRecords&resumptionToken=%3Cscript%3E", "code=\"badResumptionToken\""),
    ] {
        let page = browser.get(&format!("/oai?{query}")).await;
        assert!(page.status == 200 && page.body.contains(want), "{query}: {}", page.body);
        assert!(page.header("content-type").starts_with("application/xml") && !page.body.contains("<script"));
        let posted: Vec<(&str, &str)> = query.split('&').filter_map(|p| p.split_once('=')).collect();
        if !query.contains('%') {
            let post = browser.post("/oai", &posted).await;
            assert!(post.body.contains(want), "{query}: {}", post.body);
        }
    }
}
