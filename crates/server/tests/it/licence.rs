//! A holder offers on one page, a licensee asks, signs and reports on another, everybody reads the credits; a program gets a
//! permit.

use app::consent;
use sha2::Digest as _;
use tower::ServiceExt as _;

use crate::browser::{Answer, Browser, Place, open, place, recordings};

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

/// A licensee registers its own key on its page, is shown what to sign, and hands in what it signed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_licensee_signs_itself_on_its_page() {
    let place = place(open()).await;
    let house = &place.house;
    let ask = app::party::Register { name: "Modelmaker".into(), by: "ada".into(), ..Default::default() };
    let maker = app::party::register(house, ask).await.unwrap().party.id.to_string();
    let share = app::party::SetShare {
        recording: recordings(house).await[0].clone(),
        party: "Mira Feld".into(),
        ratio: money::Ratio::new(1, 1).unwrap(),
        territory: None,
        period: music::Period::ALWAYS,
        use_type: None,
        by: "ada".into(),
    };
    app::party::set_share(house, share).await.unwrap();
    let offer = app::license::offer::Make {
        speaker: "Mira Feld".into(),
        uses: vec!["index.search".into()],
        fee: "nothing".into(),
        promise: "nothing".into(),
        by: "ada".into(),
        ..Default::default()
    };
    app::license::offer::make(house, &offer).await.unwrap();
    let address = "/licensee/Modelmaker";
    let (seed, wish) = ([31; 32], "/licensee/Modelmaker?use=index.search&model=m&version=2");
    let mut browser = Browser::new(&place, "fr");
    let page = browser.get(address).await;
    check(&page, "fr");
    let csrf = page.hidden("csrf");
    let paper = app::license::key::paper(&maker, &seed, None, "00").unwrap().to_string();
    let bad = browser.post(address, &[("csrf", &csrf), ("do", "key"), ("paper", "{}")]).await;
    assert!(bad.status == 422 && bad.body.contains("Ce n’est pas le papier"), "{}", bad.body);
    assert_eq!(browser.post(address, &[("csrf", &csrf), ("do", "key"), ("paper", &paper)]).await.status, 303);
    let page = browser.get(wish).await;
    check(&page, "fr");
    let drafted = page.body.split("<pre translate=\"no\">").nth(1).unwrap().split("</pre>").next().unwrap();
    let draft: serde_json::Value = serde_json::from_str(&drafted.replace("&quot;", "\"")).unwrap();
    let signed = ::consent::statement::sign(draft, &seed).unwrap().to_string();
    let offers = page.hidden("offers");
    let go = |signed: &str| {
        let fields = [("do", "accept"), ("use", "index.search"), ("model", "m"), ("version", "2"), ("offers", &offers), ("signed", signed)];
        fields.iter().map(|(k, v)| (*k, (*v).to_owned())).chain([("csrf", csrf.clone())]).collect::<Vec<_>>()
    };
    for (text, words) in [("", "clé à vous"), ("[", "pas un accord signé"), ("{}", "pas ce qui serait signé")] {
        let fields = go(text);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let refused = browser.post(address, &fields).await;
        assert!(refused.status == 422 && refused.body.contains(words), "{text}: {}", refused.body);
    }
    let fields = go(&signed);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(browser.post(address, &fields).await.status, 303);
    let row = app::license::list(house, Some("Modelmaker")).await.unwrap().remove(0).row;
    assert!(row.agreement.contains(&app::license::key::public(&seed).unwrap()));
}

/// A program with a key of somebody who acts for the tool's maker gets a permit that holds offline; so does one whose request the
/// maker signed itself. Everybody else gets a problem that says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_asks_for_a_permit_over_http() {
    let place = place(open()).await;
    let house = &place.house;
    let ask = app::party::Register { name: "Mixwright".into(), by: "ada".into(), ..Default::default() };
    let tool = app::party::register(house, ask).await.unwrap().party.id.to_string();
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
    let say = consent::Say {
        speaker: "Mira Feld".into(),
        subject: "catalogue".into(),
        word: "permit".into(),
        uses: vec!["index.search".into()],
        by: "ada".into(),
        ..consent::Say::default()
    };
    consent::say(house, &[say]).await.unwrap();
    let (secret, stranger) = (key(house, &tool, "consent").await, key(house, "pty-other", "consent").await);
    let reader = key(house, &tool, "read").await;
    let asked = |recordings: &[&str]| serde_json::json!({ "tool": tool, "project": "Night Drive", "uses": ["index.search"], "recordings": recordings, "minutes": 30 });
    let (fine, id) = (asked(&[recording.as_str()]), recording.to_string());
    let given = post(&place, &fine.to_string(), Some(&secret)).await;
    assert_eq!(
        (given.status.as_u16(), given.header("content-type")),
        (200, "text/plain; charset=utf-8"),
        "{}",
        given.body
    );
    assert_eq!(given.header("cache-control"), "no-store");
    let verifier = app::proof::verifier(house).unwrap().parse().unwrap();
    let wants = app::licensing::permit::Ask {
        usage: Some("index.search"),
        recording: Some(&id),
        ..Default::default()
    };
    let permit =
        app::license::permit::check(&given.body, std::slice::from_ref(&verifier), wants, house.now())
            .unwrap();
    assert_eq!((permit.tool.as_str(), permit.project.as_str()), (tool.as_str(), "Night Drive"));
    let mut odd = fine.clone();
    odd["more"] = 1.into();
    let mut other = fine.clone();
    other["uses"] = serde_json::json!(["train.gen"]);
    let mut long = fine.clone();
    long["minutes"] = 721.into();
    for (body, key, status, code) in [
        (fine.to_string(), None, 401, "key"),
        (fine.to_string(), Some("ttk_nothing"), 401, "key"),
        (fine.to_string(), Some(stranger.as_str()), 403, "not-yours"),
        (fine.to_string(), Some(&reader), 422, "scope-missing"),
        ("{".to_owned(), Some(&secret), 400, "json"),
        (odd.to_string(), Some(&secret), 400, "json"),
        (other.to_string(), Some(&secret), 422, "permit-denied"),
        (long.to_string(), Some(&secret), 422, "permit-minutes"),
        (asked(&["FRZ999999999"]).to_string(), Some(&secret), 422, "recording-unknown"),
    ] {
        let answer = post(&place, &body, key).await;
        let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            (answer.status.as_u16(), told["code"].as_str()),
            (status, Some(code)),
            "{body} {}",
            answer.body
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    // Signed by the maker's own key, once it is registered.
    let mut request = fine.clone();
    request["type"] = "permit-request".into();
    request["asked_at"] = house.now().to_string().into();
    let request = ::consent::statement::sign(request, &[31; 32]).unwrap().to_string();
    assert!(post(&place, &request, None).await.body.contains("own-key-none"));
    let paper = app::license::key::paper(&tool, &[31; 32], None, "00").unwrap().to_string();
    app::license::key::register(house, &paper, None, "ada").await.unwrap();
    let given = post(&place, &request, None).await;
    assert_eq!(given.status.as_u16(), 200, "{}", given.body);
    let forged = post(&place, &request.replace("Night Drive", "Day Drive"), None).await;
    assert!(forged.status.as_u16() == 422 && forged.body.contains("own-key-signature"), "{}", forged.body);
}

/// A key of somebody who answers for a party.
async fn key(house: &app::House, party: &str, scope: &str) -> String {
    let bits = house.world.bits();
    let mail = format!("{bits:x}@example.org");
    let ask = app::sign_in::Add {
        mail: mail.clone(),
        login: String::new(),
        name: String::new(),
        lang: "en".into(),
        password: None,
        by: "ada".into(),
    };
    let id = app::sign_in::add(house, ask).await.unwrap().id;
    let grant = app::sign_in::Grant {
        who: mail,
        role: app::session::Role::Owner,
        party: party.to_owned(),
        until: None,
        by: "ada".to_owned(),
    };
    app::sign_in::grant(house, grant).await.unwrap();
    let secret = format!("ttk_{bits:016x}");
    let row = store::ApiKeyRow {
        id: store::ApiKeyId::from_bits(bits),
        sign_in: id,
        name: "program".into(),
        scopes: scope.to_owned(),
        created: house.now(),
        seen: None,
        until: None,
        ended: None,
    };
    let hash: String = sha2::Sha256::digest(secret.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_api_key(&hash, &row).await.unwrap();
    tx.commit().await.unwrap();
    secret
}

async fn post(place: &Place, body: &str, key: Option<&str>) -> Answer {
    let mut request = axum::http::Request::post("/permit")
        .header("content-type", "application/json")
        .header("host", "localhost:8080");
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    let answer = place
        .app
        .clone()
        .oneshot(request.body(axum::body::Body::from(body.to_owned())).unwrap())
        .await
        .unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, 1_000_000).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// Credits go on page by page, each report once.
#[tokio::test]
async fn credits_have_pages() {
    let place = place(open()).await;
    let (mut browser, rows) = (Browser::new(&place, "en"), 120_i64);
    let party = app::party::one(&place.house, "Mira Feld").await.unwrap().party.id;
    let mut tx = place.house.store.begin().await.unwrap();
    let offer = store::OfferRow {
        id: "off-1".into(),
        holder: party.clone(),
        speaker: party.clone(),
        licensee: None,
        paper: "{}".into(),
        hash: "00".into(),
        place: 0,
        status: "open".into(),
        opened: place.house.now(),
    };
    tx.insert_offer(&offer).await.unwrap();
    let license = store::LicenseRow {
        id: "lic-1".into(),
        offer: "off-1".into(),
        holder: party.clone(),
        licensee: party.clone(),
        model: "m".into(),
        version: "1".into(),
        fee: "nothing".into(),
        promise: "nothing".into(),
        agreement: "{}".into(),
        hash: "00".into(),
        place: 0,
        signed: place.house.now(),
    };
    let line = store::ConsentRow {
        id: "lic-1".into(),
        kind: "license".into(),
        speaker: party.clone(),
        holder: party.clone(),
        subject: "catalogue".into(),
        line: String::new(),
        hash: "00".into(),
        place: 0,
        day: "2026-09-01".parse().unwrap(),
        end: None,
    };
    tx.insert_consent(&line).await.unwrap();
    tx.insert_license(&license, &[]).await.unwrap();
    for n in 0..rows {
        let row = store::ReportRow {
            id: format!("rpt-{n:03}"),
            license: "lic-1".into(),
            licensee: party.clone(),
            model: format!("model {n:03}"),
            version: "1".into(),
            from: "2026-09-01".parse().unwrap(),
            until: "2026-10-01".parse().unwrap(),
            outputs: None,
            income: None,
            document: String::new(),
            document_hash: n.to_string(),
            root: String::new(),
            place: n,
            contest_until: place.house.now(),
            by: "ada".into(),
            opened: place.house.now(),
        };
        tx.insert_report(&row, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (mut next, mut seen) = (Some("/credits".to_owned()), Vec::new());
    while let Some(address) = next {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        check(&page, "en");
        seen.extend((0..rows).filter(|n| page.body.contains(&format!("model {n:03}"))).rev());
        next = page
            .body
            .split("/credits?before=")
            .nth(1)
            .map(|t| format!("/credits?before={}", t.split('"').next().unwrap()));
        assert!(seen.len() <= 120);
    }
    assert_eq!(seen, (0..rows).rev().collect::<Vec<_>>());
    assert_eq!(browser.get("/credits?before=x").await.status, 400);
}
