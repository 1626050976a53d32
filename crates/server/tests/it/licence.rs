//! A holder offers on one page, a licensee asks, signs and reports on another, everybody reads the credits; a program gets a
//! permit.

use app::consent;

use crate::browser::{Answer, Browser, open, place, recordings};

fn check(page: &Answer, lang: &str) {
    let body = &page.body;
    assert!(body.contains(&format!("<html lang=\"{lang}\"")) && body.len() < 120_000, "{} bytes", body.len());
    for never in ["<script", "<style", " style=\"", "Unknown localization", " onclick"] {
        assert!(!body.contains(never), "{never} in {body}");
    }
    assert_eq!(body.matches("<h1").count(), 1);
    let ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let once: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), once.len(), "an id stands twice: {ids:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offers_licences_and_reports_have_pages_that_work_without_scripts() {
    let place = place(open()).await;
    let house = &place.house;
    let ask = app::party::Register { name: "Modelmaker".into(), by: "ada".into(), ..Default::default() };
    app::party::register(house, ask).await.unwrap();
    let recording = recordings(house).await[0].clone();
    let share = app::party::SetShare {
        recording: recording.clone(),
        party: "Mira Feld".into(),
        ratio: money::Ratio::new(1, 1).unwrap(),
        territory: None,
        period: music::Period::ALWAYS,
        use_type: None,
        by: "ada".into(),
    };
    app::party::set_share(house, share).await.unwrap();
    let declare = consent::roles::Declare {
        party: "Mira Feld".into(),
        roles: vec!["work".into(), "featured".into()],
        subjects: vec![],
        by: "ada".into(),
    };
    consent::roles::declare(house, declare).await.unwrap();
    let (holder, licensee) = ("/licence/Mira%20Feld", "/licensee/Modelmaker");
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        for address in [holder, licensee, "/credits"] {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{address}: {}", page.body);
            check(&page, lang);
        }
        assert_eq!(browser.get("/licence/Nobody").await.status, 404);
    }
    let mut browser = Browser::new(&place, "fr");
    let csrf = browser.get(holder).await.hidden("csrf");
    let go = [
        ("csrf", csrf.as_str()),
        ("do", "offer"),
        ("use", "gen.remix"),
        ("fee-kind", "of-income"),
        ("fee-share", "30"),
        ("fee-amount", "5,00"),
        ("promise", "next version"),
    ];
    assert_eq!(browser.post(holder, &[("csrf", "00"), ("do", "offer")]).await.status, 403);
    assert_eq!(browser.post(holder, &go).await.status, 303);
    let bad = browser
        .post(
            holder,
            &[
                ("csrf", &csrf),
                ("do", "offer"),
                ("use", "gen.remix"),
                ("fee-kind", "per-work"),
                ("fee-amount", "beaucoup"),
                ("promise", "nothing"),
            ],
        )
        .await;
    assert!(bad.status == 422 && bad.body.contains("n’est pas clair comme montant"), "{}", bad.body);
    let page = browser.get(holder).await;
    check(&page, "fr");
    assert!(page.body.contains("des revenus"), "{}", page.body);
    // The licensee asks, signs and reports.
    let quote = browser.get(&format!("{licensee}?use=gen.remix&model=m&version=2")).await;
    check(&quote, "fr");
    let offers = quote.hidden("offers");
    assert!(offers.starts_with("off-"), "{}", quote.body);
    let accept = [
        ("csrf", csrf.as_str()),
        ("do", "accept"),
        ("use", "gen.remix"),
        ("model", "m"),
        ("version", "2"),
        ("offers", offers.as_str()),
    ];
    assert_eq!(browser.post(licensee, &accept).await.status, 303);
    let license = app::license::list(house, Some("Modelmaker")).await.unwrap().remove(0);
    assert_eq!(license.works.len(), 1);
    let today = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (from, until) =
        (today.to_string(), today.checked_add(jiff::Span::new().days(1)).unwrap().to_string());
    let table = format!("recording,weight\n{recording},9\n,1\n");
    let report = |table: &str| {
        [
            ("csrf", csrf.clone()),
            ("do", "report".into()),
            ("license", license.row.id.clone()),
            ("from", from.clone()),
            ("until", until.clone()),
            ("income", "1000".into()),
            ("table", table.to_owned()),
        ]
    };
    let fields = report("recording,weight\nA,-1\n");
    let bad = browser.post(licensee, &fields.each_ref().map(|(k, v)| (*k, v.as_str()))).await;
    assert!(bad.body.contains("is no weight"), "{}", bad.body);
    let fields = report(&table);
    assert_eq!(browser.post(licensee, &fields.each_ref().map(|(k, v)| (*k, v.as_str()))).await.status, 303);
    let page = browser.get(licensee).await;
    check(&page, "fr");
    assert!(
        page.body.contains("RF") && page.body.contains("90"),
        "the reference to pay under: {}",
        page.body
    );
    // The holder contests and reports an imitation.
    let told = app::license::report::list(house, None).await.unwrap().remove(0);
    let id = recording.to_string();
    let contest = [
        ("csrf", csrf.as_str()),
        ("do", "contest"),
        ("report", &told.row.id),
        ("recording", &id),
        ("part", "95 %"),
        ("words", "partout"),
    ];
    assert_eq!(browser.post(holder, &contest).await.status, 303);
    let about = format!("report:{}", told.row.id);
    let imitation = [
        ("csrf", csrf.as_str()),
        ("do", "imitation"),
        ("about", about.as_str()),
        ("words", "ma voix"),
        ("evidence", "deux heures"),
    ];
    assert_eq!(browser.post(holder, &imitation).await.status, 303);
    for address in [holder, licensee, "/credits"] {
        check(&browser.get(address).await, "fr");
    }
    let denied = [
        ("csrf", csrf.as_str()),
        ("do", "permit"),
        ("project", "Nuit"),
        ("use", "tool.mix"),
        ("recordings", id.as_str()),
        ("minutes", "30"),
    ];
    let page = browser.post(licensee, &denied).await;
    assert!(page.status == 422 && page.body.contains("ne le permettent pas"), "{}", page.body);
    let page = browser.post("/permit", &[("tool", "x")]).await;
    assert_eq!(page.status, 401, "{}", page.body);
}
