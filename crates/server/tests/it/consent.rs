//! A holder sets a catalogue on one page; everybody reads what is allowed, the log, and whether a receipt holds.

use app::consent;

use crate::browser::{Answer, Browser, open, place, recordings};

fn check(page: &Answer, lang: &str) {
    let body = &page.body;
    assert!(body.contains(&format!("<html lang=\"{lang}\"")) && body.len() < 90_000, "{} bytes", body.len());
    for never in ["<script", "<style", " style=\"", "Unknown localization", " onclick"] {
        assert!(!body.contains(never), "{never} in {body}");
    }
    assert_eq!(body.matches("<h1").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalogue_is_set_on_one_page_and_everybody_can_check_it() {
    let place = place(open()).await;
    let house = &place.house;
    for recording in &recordings(house).await[..2] {
        let ask = app::party::SetShare {
            recording: recording.clone(),
            party: "Mira Feld".into(),
            ratio: money::Ratio::new(1, 1).unwrap(),
            territory: None,
            period: music::Period::ALWAYS,
            use_type: None,
            by: "ada".into(),
        };
        app::party::set_share(house, ask).await.unwrap();
    }
    let token = consent::link(house, "Mira Feld", 30, "ada").await.unwrap();
    let mine = format!("/consent/mine/{token}");
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        for address in [
            "/consent",
            "/log",
            "/consent/check",
            &mine,
            "/consent/of/Mira%20Feld",
            "/consent/recording/FRZ032600001",
        ] {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
        for (address, status) in [
            ("/consent/mine/nonsense", 404),
            ("/consent/recording/FRZ032600099", 404),
            ("/log/.state/checkpoint", 404),
            ("/log/../tantieme.db", 404),
        ] {
            let page = browser.get(address).await;
            assert_eq!(page.status, status, "{address}: {}", page.body);
        }
    }
    let mut browser = Browser::new(&place, "fr");
    let csrf = browser.get(&mine).await.hidden("csrf");
    assert_eq!(browser.post(&mine, &[("all", "refuse"), ("csrf", "00")]).await.status, 403);
    assert_eq!(browser.post(&mine, &[("csrf", &csrf), ("declare", "yes")]).await.status, 303);
    let set = [
        ("csrf", csrf.as_str()),
        ("all", ""),
        ("train.gen", "refuse"),
        ("index.search", "permit"),
        ("gen.remix", "ask"),
        ("attribution", "yes"),
        ("offer", "write to me"),
    ];
    assert_eq!(browser.post(&mine, &set).await.status, 303);
    let page = browser.get(&mine).await;
    check(&page, "fr");
    assert!(page.body.contains("non permis") && page.body.contains("permis à tous"), "{}", page.body);
    let lifted = [("csrf", csrf.as_str()), ("all", ""), ("train.gen", "permit")];
    browser.post(&mine, &lifted).await;
    assert!(browser.get(&mine).await.body.contains("Un de vos refus doit être levé"));
    app::log::publish(house).await.unwrap();
    let checkpoint = browser.get("/log/checkpoint").await;
    assert!(checkpoint.body.starts_with("house.example/log\n"), "{}", checkpoint.body);
    assert_eq!(
        (checkpoint.header("cache-control"), checkpoint.header("access-control-allow-origin")),
        ("public, no-cache", "*")
    );
    let size: u64 = checkpoint.body.lines().nth(1).unwrap().parse().unwrap();
    let tile = browser.get(&format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(
        (tile.status.as_u16(), tile.header("cache-control")),
        (200, "public, max-age=31536000, immutable")
    );
    let recording = recordings(house).await[0].to_string();
    let ask = consent::receipt::Ask {
        recording: Some(recording),
        usage: "train.gen".into(),
        licensee: "anybody".into(),
        ..Default::default()
    };
    let receipt = consent::receipt::answer(house, &ask).await.unwrap();
    let csrf = browser.get("/consent/check").await.hidden("csrf");
    let good = browser.post("/consent/check", &[("csrf", &csrf), ("receipt", &receipt)]).await;
    assert!(good.status == 200 && good.body.contains("Il est authentique"), "{}", good.body);
    let bad = browser
        .post("/consent/check", &[("csrf", &csrf), ("receipt", &receipt.replace("refuse", "permit"))])
        .await;
    assert!(bad.status == 422 && bad.body.contains("pas reconnu"), "{}", bad.body);
}
