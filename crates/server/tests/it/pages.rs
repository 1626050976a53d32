//! Each page in both languages, and the way of a set list from the form to its settled lines.

use app::{allocation, claim, pot, set_list};
use music::SetListId;

use crate::browser::{Answer, Browser, Place, make_doubtful, open, place, recordings};

const LINES: &str = "1. Mira Feld - Low Tide (Nils Aster Remix) [Kiln]\n2. Night Drive\n3. Ona Veld - Paper Moon\n4. Somebody Nobody Knows - <script>alert(1)</script>\n";

/// What holds for every page.
fn check(page: &Answer, lang: &str) {
    let body = &page.body;
    assert!(
        body.starts_with("<!DOCTYPE html>") && body.contains(&format!("<html lang=\"{lang}\"")),
        "{body}"
    );
    assert!(body.len() < 40_000, "{} bytes", body.len());
    for outside in [
        "http://",
        "https://",
        "src=\"//",
        "href=\"//",
        "<script",
        "<style",
        " style=\"",
        "javascript:",
        " onclick",
    ] {
        let clean = body.replace("http://www.w3.org/2000/svg", "");
        assert!(!clean.contains(outside), "{outside} in {body}");
    }
    assert!(!body.contains("Unknown localization"), "a text is missing: {body}");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(body.matches("<h1").count(), 1, "one first heading");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_answers_in_both_languages() {
    let place = place(open()).await;
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        for address in
            ["/", "/figures", "/search", "/search?name=Mira", "/search?name=zzz", "/set-list", "/statement"]
        {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
        for (address, status) in [
            ("/nothing", 404),
            ("/set-list/set-NONE", 404),
            ("/set-list/x", 404),
            ("/statement/Nobody", 404),
            ("/statement/Mira%20Feld?period=soon", 422),
        ] {
            let page = browser.get(address).await;
            assert_eq!(page.status, status, "{address}: {}", page.body);
            check(&page, lang);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_visit_is_light() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "fr");
    let home = browser.get("/").await;
    let style = home.body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let style = browser.get(style).await;
    assert_eq!((style.status.as_u16(), style.header("content-type")), (200, "text/css; charset=utf-8"));
    let icon = browser.get("/static/icon.svg").await;
    assert!(home.body.len() + style.body.len() + icon.body.len() < 60_000);
    let health = browser.get("/health").await;
    assert!(health.body.contains("\"status\":\"ok\""), "{}", health.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_language_is_chosen_and_kept() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    check(&browser.get("/search?name=Mira&lang=fr").await, "fr");
    check(&browser.get("/").await, "fr");
    assert!(browser.get("/search?name=Mira").await.body.contains("/search?name=Mira&amp;lang=en"));
    check(&browser.get("/?lang=en").await, "en");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_list_becomes_lines_a_reference_and_settled_doubts() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "fr");
    let id = browser.hand_in_as_new("DJ Umbra", LINES).await;
    let recordings = recordings(&place.house).await;
    make_doubtful(&place.house, &id, 2, &recordings[2..4]).await;
    let page = browser.get(&format!("/set-list/{id}")).await;
    check(&page, "fr");
    assert!(page.body.contains("50,00\u{a0}€"), "5 % of 1000: {}", page.body);
    assert!(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "hostile text is shown as text");
    assert!(page.body.contains("<svg") && page.body.contains("DE02 1203"), "the code and the account");
    let reference = page.body.split("translate=\"no\">RF").nth(1).unwrap().split('<').next().unwrap();
    assert!(reference.split(' ').skip(1).all(|group| (1..=4).contains(&group.len())), "{reference}");
    assert!(
        page.body.contains("accesskey=\"1\"") && page.body.contains("accesskey=\"3\""),
        "two candidates and none of these"
    );
    let doubt = set_list::review(&place.house, Some(&id)).await.unwrap().remove(0);
    let choice = format!("{}|{}", doubt.line.id, recordings[2]);
    let csrf = page.hidden("csrf");
    let settled =
        browser.post(&format!("/set-list/{id}/settle"), &[("csrf", &csrf), ("choice", &choice)]).await;
    assert_eq!(
        (settled.status.as_u16(), settled.header("location").to_owned()),
        (303, format!("/set-list/{id}#doubts"))
    );
    assert!(set_list::review(&place.house, Some(&id)).await.unwrap().is_empty());
    let again = browser.get(&format!("/set-list/{id}")).await;
    assert!(again.body.contains("Kollektiv Nord – Night Drive") && !again.body.contains("accesskey"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_night_is_asked_about_and_the_same_file_changes_nothing() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    let id = browser.hand_in_as_new("DJ Umbra", LINES).await;
    let csrf = browser.get("/set-list").await.hidden("csrf");
    let fields = |lines| {
        [
            ("csrf", csrf.clone()),
            ("lines", lines),
            ("performer", "DJ Umbra".to_owned()),
            ("date", "2026-09-04".to_owned()),
            ("gift", "none".to_owned()),
            ("visibility", "track-only".to_owned()),
        ]
    };
    let send =
        |fields: &[(&'static str, String)]| fields.iter().map(|(k, v)| (*k, v.clone())).collect::<Vec<_>>();
    let same = send(&fields(LINES.to_owned()));
    let same: Vec<(&str, &str)> = same.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let before = browser.hand_in(&same, None).await;
    assert_eq!(before.header("location"), format!("/set-list/{id}?before=1"));
    let more = send(&fields(format!("{LINES}5. Mira Feld - Low Tide\n")));
    let more: Vec<(&str, &str)> = more.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let asked = browser.hand_in(&more, None).await;
    assert_eq!(asked.status, 422);
    check(&asked, "en");
    assert!(
        asked.body.contains("Is this the same performance?")
            && asked.body.contains(&format!("value=\"{id}\"")),
        "{}",
        asked.body
    );
    let kept = asked.hidden("kept");
    let done =
        browser.post("/set-list/answer", &[("csrf", &csrf), ("kept", &kept), ("same", id.as_str())]).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(browser.get(done.header("location")).await.body.contains("Kept as evidence"));
    let gone =
        browser.post("/set-list/answer", &[("csrf", &csrf), ("kept", &kept), ("same", "another")]).await;
    assert_eq!(gone.status, 410);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_cannot_be_taken_keeps_what_was_typed() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    let csrf = browser.get("/set-list").await.hidden("csrf");
    for (fee, zone, file, want) in [
        ("1,000", "", "A - B\nC - D\n", "“1,000” is not clear as an amount."),
        ("1000", "Paris", "A - B\nC - D\n", "“Paris” is not a time zone."),
        ("1000", "", "\0\0\0\0\0\0\0\0", "No track can be read from “night.txt”."),
        ("-5", "", "A - B\nC - D\n", "cannot be shared"),
    ] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("performer", "Mira Feld"),
            ("venue", "\"><b>The Kiln"),
            ("gift", "share"),
            ("fee", fee),
            ("share", "5"),
            ("currency", "EUR"),
            ("visibility", "track-only"),
            ("time_zone", zone),
        ];
        let page = browser.hand_in(&fields, Some(("night.txt", file.as_bytes()))).await;
        assert_eq!(page.status, 422);
        check(&page, "en");
        assert!(page.body.contains(want), "{want} in {}", page.body);
        assert!(
            page.body.contains("value=\"&quot;&gt;&lt;b&gt;The Kiln\"")
                && page.body.contains("We still have “night.txt”"),
            "{}",
            page.body
        );
        assert!(!page.hidden("kept").is_empty());
    }
    let nothing = browser.hand_in(&[("csrf", &csrf), ("performer", "Mira Feld")], None).await;
    assert!(nothing.status == 422 && nothing.body.contains("No file was chosen"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_with_several_sets_is_asked_about() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    let csrf = browser.get("/set-list").await.hidden("csrf");
    let session = |date: &str, title: &str| {
        format!(
            "\"name\",\"artist\",\"start time\"\n\"{date}\",\"\",\"\"\n\"{title}\",\"Mira Feld\",\"22:00:00\"\n"
        )
    };
    let file = session("04/09/2026", "Low Tide") + &session("05/09/2026", "Paper Moon");
    let fields =
        [("csrf", csrf.as_str()), ("performer", "Mira Feld"), ("gift", "none"), ("visibility", "track-only")];
    let page = browser.hand_in(&fields, Some(("serato.csv", file.as_bytes()))).await;
    if page.status == 303 {
        return; // read as one list: nothing to ask
    }
    check(&page, "en");
    let kept = page.hidden("kept");
    let done = browser.post("/set-list/answer", &[("csrf", &csrf), ("kept", &kept), ("set", "2")]).await;
    assert_eq!(done.status, 303, "{}", done.body);
}

/// A night of two lines, paid in, shared and approved: EUR 21.25 each, and nobody has claimed them yet.
async fn share_a_night(place: &Place, browser: &mut Browser<'_>) -> SetListId {
    let id = browser
        .hand_in_as_new("DJ Umbra", "Ona Veld - Paper Moon\nMira Feld - Low Tide (Nils Aster Remix)\n")
        .await;
    let house = &place.house;
    let (list, _, lines) = set_list::show(house, &id).await.unwrap();
    let recordings = recordings(house).await;
    for (line, recording) in lines.iter().zip([4, 1]) {
        set_list::settle(house, &line.id, Some(&recordings[recording]), list.performer.as_str())
            .await
            .unwrap();
    }
    let mut tx = house.store.begin_read().await.unwrap();
    let contribution = tx.all_contributions().await.unwrap().remove(0);
    drop(tx);
    let receive = pot::Receive {
        reference: contribution.reference.clone(),
        amount: None,
        evidence: "statement 1".into(),
        by: "ada".into(),
    };
    pot::receive(house, receive).await.unwrap();
    pot::close(house, &contribution.pot, "ada").await.unwrap();
    let ask = allocation::Allocate { pots: vec![contribution.pot], rule: None, by: "ada".into() };
    let run = allocation::draft(house, ask).await.unwrap();
    allocation::approve(house, &run.run.id, "bea").await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_found_and_claimed() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "fr");
    share_a_night(&place, &mut browser).await;
    let found = browser.get("/search?name=ona").await;
    check(&found, "fr");
    assert!(
        found.body.contains("Ona Veld")
            && found.body.contains("de l’argent attend")
            && !found.body.contains("21,25"),
        "{}",
        found.body
    );
    assert!(
        !browser.get("/search?name=Umbra").await.body.contains("DJ Umbra</strong>"),
        "who only gives is not shown"
    );
    let address = found.body.split("href=\"/claim?").nth(1).unwrap().split('"').next().unwrap();
    let form = browser.get(&format!("/claim?{address}")).await;
    check(&form, "fr");
    let (csrf, party) = (form.hidden("csrf"), form.hidden("party"));
    let send = |contact: &'static str| {
        vec![
            ("csrf", csrf.clone()),
            ("party", party.clone()),
            ("name", "Ona <b>V.</b>".to_owned()),
            ("contact", contact.to_owned()),
            ("evidence", "https://ona.example".to_owned()),
            ("first", "yes".to_owned()),
        ]
    };
    for (contact, status, want) in [
        ("nowhere", 422, "n’est pas une adresse"),
        ("ona@example.org", 200, "Votre demande pour Ona Veld"),
        ("ona@example.org", 422, "Vous avez déjà réclamé"),
    ] {
        let fields = send(contact);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = browser.post("/claim", &fields).await;
        assert_eq!(page.status, status, "{}", page.body);
        assert!(page.body.contains(want) && !page.body.contains("<b>"), "{want}: {}", page.body);
    }
    let invite = claim::Invite {
        party: "Ona Veld".into(),
        relay: claim::Relay::Operator,
        to: "veld@example.org".into(),
        by: "ada".into(),
    };
    let (_, token) = claim::invite(&place.house, invite).await.unwrap();
    let link = browser.get(&format!("/claim/{token}")).await;
    check(&link, "fr");
    assert!(link.body.contains("Vous êtes Ona Veld") && link.hidden("token") == token);
    let fields = [
        ("csrf", csrf.as_str()),
        ("party", "pty-OTHER"),
        ("token", &token),
        ("name", "Ona V."),
        ("contact", "veld@example.org"),
        ("evidence", ""),
        ("first", ""),
    ];
    assert_eq!(
        browser.post("/claim", &fields).await.status,
        200,
        "the link names the party, whatever the form says"
    );
    let again = browser.post("/claim", &fields).await;
    assert!(again.status == 422 && again.body.contains("Ce lien a déjà servi"), "{}", again.body);
    let hidden = browser.get("/claim?party=pty-NONE").await;
    assert_eq!(hidden.status, 404);
    assert_eq!(browser.get("/claim").await.header("location"), "/search");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_opens_its_lines() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    let id = share_a_night(&place, &mut browser).await;
    let house = &place.house;
    let paid = browser.get(&format!("/set-list/{id}")).await;
    assert!(paid.body.contains("It has arrived"), "the receipt");
    for (lang, sum) in [("en", "€21.25"), ("fr", "21,25\u{a0}€")] {
        let mut browser = Browser::new(&place, lang);
        let page = browser.get("/statement/Ona%20Veld").await;
        assert_eq!(page.status, 200, "{}", page.body);
        check(&page, lang);
        assert!(
            page.body.contains(sum) && page.body.contains("<details") && page.body.contains("Paper Moon"),
            "{}",
            page.body
        );
    }
    let to = browser.get("/statement?party=Ona+Veld&period=2026").await;
    assert_eq!(to.header("location"), "/statement/Ona%20Veld?period=2026");
    let issued = app::statement::make(house, "Ona Veld", music::Period::ALWAYS).await.unwrap();
    let alone = server::statement_html(&issued, server::Lang::Fr);
    assert!(alone.contains("<style>") && alone.contains("21,25") && !alone.contains("href=\"/"), "{alone}");
}

/// A pot under several rules: the picture and its table in both languages, and nothing of it written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pot_is_compared_and_a_place_reported() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    browser.hand_in_as_new("DJ Umbra", LINES).await;
    let pot = pot::list(&place.house).await.unwrap().remove(0).pot.id;
    for (lang, word, money) in
        [("en", "Gini coefficient", "€50.00"), ("fr", "Coefficient de Gini", "50,00\u{a0}€")]
    {
        let mut browser = Browser::new(&place, lang);
        let page =
            browser.get(&format!("/compare/{pot}?rules=set-list-per-line,pro-rata,user-centric")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        check(&page, lang);
        assert!(page.body.contains(word) && page.body.contains(money), "{}", page.body);
        assert!(page.body.matches("class=\"cmp\"").count() == 3 && page.body.matches("<desc").count() == 3);
        assert!(page.body.matches("<table").count() >= 4, "each picture has its table");
        for address in ["/territory/FR-42", "/territory/FR-42/roanne?period=2026"] {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
        for (address, status) in [
            ("/compare/pot-NONE".to_owned(), 404),
            ("/compare/x".to_owned(), 404),
            (format!("/compare/{pot}?rules=fair"), 404),
            ("/territory/Loire".to_owned(), 404),
            ("/territory/FR-42?period=soon".to_owned(), 422),
        ] {
            let page = browser.get(&address).await;
            assert_eq!(page.status, status, "{address}: {}", page.body);
            check(&page, lang);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_leads_on_and_a_recording_says_who_else() {
    let place = place(open()).await;
    let first = app::catalogue::find(&place.house, "1").await.unwrap();
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        let before = ["/discover".to_owned(), "/discover?q=Low%20Tide".into(), format!("/recording/{first}")];
        for address in before {
            let page = browser.get(&address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
    }
    let ask = app::discovery::Train {
        consent: app::discovery::TrainingConsent::NotAsked,
        plays: Vec::new(),
        selections: Vec::new(),
        threads: 1,
        by: "ada".to_owned(),
    };
    app::discovery::train(&place.house, ask).await.unwrap();
    for (lang, same) in [("en", "same label family: Kiln"), ("fr", "même famille de labels : Kiln")] {
        let mut browser = Browser::new(&place, lang);
        let page = browser.get(&format!("/recording/{first}?near=FR-42&dial=few")).await;
        assert!(page.body.contains(same) && page.body.contains("Paper Moon"), "{}", page.body);
        assert!(page.body.contains("near=FR-42&amp;dial=few"), "what was chosen stays chosen: {}", page.body);
        check(&page, lang);
        for address in [
            "/discover?q=Kiln".to_owned(),
            "/discover?q=Mira%20Feld".into(),
            "/discover?q=Somebody%20Else%20%3Cscript%3Ealert(1)%3C%2Fscript%3E".into(),
            format!("/discover?q={}", "x".repeat(3_000)),
            "/discover?q=Low&near=nowhere".into(),
            format!("/recording/{first}/radio?seed=18446744073709551615"),
            format!("/recording/{first}/path?to=Paper%20Moon"),
            format!("/recording/{first}/path?to=nothing%20here"),
            format!("/recording/{first}/path"),
        ] {
            let page = browser.get(&address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recordings_that_are_not_out_are_as_unknown_as_those_that_never_were() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    for address in ["/recording/x", "/recording/rec-NONE", "/recording/x/radio"] {
        assert_eq!(browser.get(address).await.status, 404, "{address}");
    }
}
