//! A brand and an artist do everything on pages: terms, brief with remarks, publishing, answer, contract, signatures, delivery,
//! acceptance, figures; in both languages, without scripts; and no page tells a brand what an artist refuses.

use jiff::Span;

use crate::browser::{Answer, Browser, Place, open, place};

fn check(page: &Answer, lang: &str) {
    let body = &page.body;
    assert_eq!(page.status, 200, "{body}");
    assert!(body.contains(&format!("<html lang=\"{lang}\"")) && body.len() < 120_000, "{} bytes", body.len());
    for never in ["<script", "<style", " style=\"", "Unknown localization", " onclick"] {
        assert!(!body.contains(never), "{never} in {body}");
    }
    assert_eq!(body.matches("<h1").count(), 1);
    let ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let once: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), once.len(), "an id stands twice: {ids:?}");
}

async fn party(place: &Place, name: &str) -> String {
    let ask = app::party::Register {
        name: name.into(),
        territory: Some("FR".into()),
        mail: Some("somebody@example.org".into()),
        by: "ada".into(),
        ..Default::default()
    };
    app::party::register(&place.house, ask).await.unwrap().party.id.to_string()
}

fn day(place: &Place, days: i64) -> String {
    let today = place.house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.saturating_add(Span::new().days(days)).to_string()
}

/// The address a redirect leads to.
fn to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_brand_and_an_artist_need_no_command_line() {
    let place = place(open()).await;
    let house = &place.house;
    let (brand, artist, other) = (
        party(&place, "Mutuelle des Rives").await,
        party(&place, "Ona Veld").await,
        party(&place, "Orla Quist").await,
    );
    let agency = party(&place, "Agence Quai").await;
    let mut fr = Browser::new(&place, "fr");
    let csrf = fr.get(&format!("/briefs/{brand}/contact")).await.hidden("csrf");
    for who in [&brand, &artist] {
        let contact = [
            ("csrf", csrf.as_str()),
            ("act", "contact"),
            ("contact", "12 rue de la Part, Roc-Neuf"),
            ("country", "fr"),
            ("mail", "contracts@example.org"),
        ];
        to(&fr.post(&format!("/briefs/{who}/contact"), &contact).await);
    }
    let bad = fr
        .post(
            &format!("/briefs/{brand}/contact"),
            &[("csrf", csrf.as_str()), ("act", "contact"), ("contact", "x@y.example"), ("country", "FR")],
        )
        .await;
    assert!(bad.status == 422 && bad.body.contains("adresse postale"), "{}", bad.body);
    // Terms, with a mistake first.
    let terms = format!("/briefs/{artist}/terms");
    let bad = fr.post(&terms, &[("csrf", csrf.as_str()), ("minimum-any", "beaucoup")]).await;
    assert!(bad.status == 422 && bad.body.contains("beaucoup"), "{}", bad.body);
    let sent = [
        ("csrf", csrf.as_str()),
        ("never_sectors", "alcohol"),
        ("never_sectors", "gambling"),
        ("minimum-any", "300"),
        ("tags", "folk, dub"),
        ("never_brands", "Orla Quist"),
        ("scene-who-1", "Orla Quist"),
        ("scene-part-1", "100 %"),
    ];
    to(&fr.post(&terms, &sent).await);
    let page = fr.get(&terms).await;
    check(&page, "fr");
    assert!(page.body.contains("Orla Quist") && page.body.contains("value=\"300.00\""), "{}", page.body);
    // The other artist never wants insurers.
    to(&fr
        .post(&format!("/briefs/{other}/terms"), &[("csrf", csrf.as_str()), ("never_sectors", "insurance")])
        .await);

    // A brief with gaps is kept, and each remark stands beside its field, in the reader's language.
    let gaps = [
        ("csrf", csrf.as_str()),
        ("title", "La rive"),
        ("budget", "beaucoup"),
        ("step-title-1", "Film"),
        ("step-pays-1", "800"),
        ("step-due-1", "2001-01-01"),
    ];
    let at = to(&fr.post(&format!("/briefs/{brand}/new"), &gaps).await);
    assert!(at.ends_with("/edit#remarks"), "{at}");
    let at = at.trim_end_matches("#remarks").to_owned();
    let page = fr.get(&at).await;
    check(&page, "fr");
    for said in ["Ce n’est pas un montant", "Cela manque.", "est passé"] {
        assert!(page.body.replace('\'', "’").contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("is missing"), "{}", page.body);
    let mut en = Browser::new(&place, "en");
    let page = en.get(&at).await;
    check(&page, "en");
    assert!(page.body.contains("is missing"), "{}", page.body);
    let (starts, ends, due) = (day(&place, 10), day(&place, 60), day(&place, 20));
    let whole = [
        ("csrf", csrf.as_str()),
        ("title", "La rive"),
        ("kind", "social-content"),
        ("wanted", "Un film court"),
        ("sector", "insurance"),
        ("budget", "1 200"),
        ("artists", "1"),
        ("step-title-1", "Film"),
        ("step-pays-1", "1200"),
        ("step-due-1", due.as_str()),
        ("territories", "FR"),
        ("starts", starts.as_str()),
        ("ends", ends.as_str()),
        ("uses", "web"),
        ("uses", "own-channels"),
        ("months", "12"),
        ("indicators", "vues"),
        ("lang", "fr"),
        ("law", "FR"),
    ];
    let brief = to(&fr.post(&at, &whole).await);
    assert!(!brief.contains("edit"), "{brief}");
    check(&fr.get(&brief).await, "fr");
    to(&fr.post(&brief, &[("csrf", csrf.as_str()), ("act", "publish")]).await);
    // Asking by name whoever refuses looks like asking whoever does not answer.
    for name in ["Orla Quist", "Ona Veld"] {
        to(&fr.post(&brief, &[("csrf", csrf.as_str()), ("act", "invite"), ("artist", name)]).await);
    }
    let page = fr.get(&brief).await;
    check(&page, "fr");
    assert_eq!(page.body.matches("pas encore de réponse").count(), 2, "{}", page.body);
    assert!(fr.get(&format!("/briefs/{other}")).await.body.matches("La rive").count() == 0);
    // The artist sees what is asked and says yes.
    let mine = format!("/briefs/{artist}");
    let page = fr.get(&mine).await;
    check(&page, "fr");
    assert!(
        page.body.contains("La rive") && page.body.contains("Aucun usage par une intelligence artificielle"),
        "{}",
        page.body
    );
    let id = brief.rsplit('/').next().unwrap().to_owned();
    to(&fr
        .post(
            &format!("{mine}/answer/{id}"),
            &[("csrf", csrf.as_str()), ("act", "yes"), ("words", "avec plaisir")],
        )
        .await);
    let page = fr.get(&brief).await;
    assert!(page.body.contains("avec plaisir") && page.body.contains("Ona Veld"), "{}", page.body);
    let chosen = page.hidden("artist");
    let deal = to(&fr
        .post(
            &brief,
            &[("csrf", csrf.as_str()), ("act", "choose"), ("artist", chosen.as_str()), ("form", "single")],
        )
        .await);
    let theirs = deal.replace(&brand, &artist);
    for (browser, lang) in [(&mut fr, "fr"), (&mut en, "en")] {
        for address in [
            &deal,
            &theirs,
            &format!("/briefs/{brand}"),
            &format!("/briefs/{brand}/contact"),
            &"/field".to_owned(),
        ] {
            check(&browser.get(address).await, lang);
        }
    }
    assert_eq!(fr.get(&deal.replace(&brand, &other)).await.status, 403);
    assert_eq!(fr.get(&deal.replace(&brand, &agency)).await.status, 403);
    // Both sign what they read.
    for address in [&deal, &theirs] {
        let page = fr.get(address).await;
        let hash = page.hidden("hash");
        let stale = [("csrf", csrf.as_str()), ("act", "sign"), ("hash", "00")];
        let refused = fr.post(address, &stale).await;
        assert!(refused.status == 422 && refused.body.contains("Le texte a changé"), "{}", refused.body);
        to(&fr.post(address, &[("csrf", csrf.as_str()), ("act", "sign"), ("hash", hash.as_str())]).await);
    }
    let early = fr
        .post(&theirs, &[("csrf", csrf.as_str()), ("act", "submit"), ("milestone", "1"), ("words", "x")])
        .await;
    assert!(early.status == 422 && early.body.contains("tout le budget"), "{}", early.body);
    let shown = app::brief::deal::one(house, deal.rsplit('/').next().unwrap(), "house").await.unwrap();
    let receive = app::pot::Receive {
        reference: shown.payment.unwrap().contribution.reference,
        amount: None,
        evidence: "transfer".into(),
        by: "ada".into(),
    };
    app::pot::receive(house, receive).await.unwrap();
    let go = [
        ("csrf", csrf.as_str()),
        ("act", "submit"),
        ("milestone", "1"),
        ("words", "https://video.example/1"),
        ("labels", "Publicité"),
    ];
    to(&fr.post(&theirs, &go).await);
    let page = fr.get(&deal).await;
    check(&page, "fr");
    assert!(page.body.contains("https://video.example/1"), "{}", page.body);
    let back = [("csrf", csrf.as_str()), ("act", "send-back"), ("milestone", "1"), ("words", "trop sombre")];
    to(&fr.post(&deal, &back).await);
    assert!(fr.get(&theirs).await.body.contains("trop sombre"));
    to(&fr.post(&theirs, &go).await);
    to(&fr.post(&deal, &[("csrf", csrf.as_str()), ("act", "accept"), ("milestone", "1")]).await);
    let again = fr.post(&deal, &[("csrf", csrf.as_str()), ("act", "accept"), ("milestone", "1")]).await;
    assert!(again.status == 422 && !again.body.contains("refusal-"), "{}", again.body);
    let measure = [
        ("csrf", csrf.as_str()),
        ("act", "measure"),
        ("indicator", "vues"),
        ("value", "12 345"),
        ("source", "la plateforme"),
    ];
    to(&fr.post(&theirs, &measure).await);
    let page = fr.get(&deal).await;
    check(&page, "fr");
    assert!(page.body.contains("la plateforme") && page.body.contains("terminé"), "{}", page.body);
    assert_eq!(fr.get(&format!("{deal}/text")).await.status, 200);
    // A mandate is given and taken back on a page, and the agency then sees its brand's briefs.
    let give = [
        ("csrf", csrf.as_str()),
        ("act", "give"),
        ("agency", "Agence Quai"),
        ("evidence", "contrat du 2 mars"),
        ("until", ""),
    ];
    to(&fr.post(&format!("/briefs/{brand}/contact"), &give).await);
    assert!(fr.get(&format!("/briefs/{agency}/new")).await.body.contains("Mutuelle des Rives"));
    let page = fr.get(&format!("/briefs/{brand}/contact")).await;
    check(&page, "fr");
    let end = [("csrf", csrf.as_str()), ("act", "end"), ("mandate", &page.hidden("mandate"))];
    to(&fr.post(&format!("/briefs/{agency}/contact"), &end).await);
    assert!(!fr.get(&format!("/briefs/{agency}/new")).await.body.contains("Mutuelle des Rives"));
    let told = fr.get("/field.json").await;
    assert!(told.status == 200 && told.body.contains("\"prices\":[]"), "{}", told.body);
}

/// A dispute, from the brand's page over the artist's to the house's; invoices as files; a session drawn and told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_house_settles_bills_and_gives_sessions_on_pages() {
    use app::brief::{self, answer, deal, terms, work};
    let place = place(open()).await;
    let house = &place.house;
    for (name, value) in [
        ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ("house-vat-id", "FR44732829320"),
        ("house-registration", "73282932000074"),
    ] {
        app::policy::set(house, name, value, "ada").await.unwrap();
    }
    let (brand, artist) = (party(&place, "Mutuelle des Rives").await, party(&place, "Ona Veld").await);
    for who in [&brand, &artist] {
        let contact = terms::Contact {
            contact: "12 rue de la Part, 42990 Roc-Neuf".into(),
            country: "FR".into(),
            mail: "contracts@example.org".into(),
            registration: "73282932000074".into(),
            ..terms::Contact::default()
        };
        terms::set_contact(house, who, contact, who).await.unwrap();
    }
    terms::set(house, &artist, "", &artist).await.unwrap();
    let text = format!(
        "title = \"La rive\"\nwanted = \"Un film\"\nkind = \"social-content\"\nsector = \"insurance\"\nbudget = \"EUR 4000\"\nartists = 1\n\
         territories = [\"FR\", \"DE\"]\nstarts = \"{}\"\nends = \"{}\"\nuses = [\"own-channels\"]\nmonths = 12\nlang = \"fr\"\nlaw = \"FR\"\n\
         milestones = [{{ title = \"Film\", pays = \"EUR 1000\", due = \"{}\" }}, {{ title = \"Suite\", pays = \"EUR 3000\", due = \"{}\" }}]\n",
        day(&place, 1),
        day(&place, 60),
        day(&place, 20),
        day(&place, 30)
    );
    let ask = brief::Write { brand: brand.clone(), text, by: brand.clone(), ..Default::default() };
    let id = brief::write(house, ask).await.unwrap().row.id.to_string();
    brief::publish(house, &id, &brand).await.unwrap();
    answer::answer(house, &id, &artist, true, "").await.unwrap();
    let made = deal::choose(house, &id, &artist, "single", deal::Terms::default(), &brand).await.unwrap();
    let id = made.row.id.to_string();
    deal::sign(house, &id, None, &artist).await.unwrap();
    let signed = deal::sign(house, &id, None, &brand).await.unwrap();
    let receive = app::pot::Receive {
        reference: signed.payment.unwrap().contribution.reference,
        amount: None,
        evidence: "transfer".into(),
        by: "ada".into(),
    };
    app::pot::receive(house, receive).await.unwrap();
    brief::due(house, brief::HOUSE).await.unwrap();

    let mut fr = Browser::new(&place, "fr");
    let mut en = Browser::new(&place, "en");
    let (ours, theirs) =
        (format!("/briefs/{brand}/contract/{id}"), format!("/briefs/{artist}/contract/{id}"));
    // Each territory's label is picked, not typed: both are confirmed on delivery.
    let page = fr.get(&theirs).await;
    check(&page, "fr");
    let csrf = page.hidden("csrf");
    for word in ["Publicité", "Werbung", "(DE)"] {
        assert!(page.body.contains(word), "{word}: {}", page.body);
    }
    let deliver = |labels: &'static [&'static str]| {
        let mut fields = vec![
            ("csrf", csrf.clone()),
            ("act", "submit".to_owned()),
            ("milestone", "1".to_owned()),
            ("words", "https://video.example/1".to_owned()),
        ];
        fields.extend(labels.iter().map(|l| ("labels", (*l).to_owned())));
        fields
    };
    let fields = deliver(&["Publicité", ""]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(fr.post(&theirs, &fields).await.status, 422, "Germany has no label yet");
    let fields = deliver(&["Publicité", "Werbung"]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    to(&fr.post(&theirs, &fields).await);

    let act = |act: &'static str, words: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("act", act.to_owned()),
            ("milestone", "1".to_owned()),
            ("words", words.to_owned()),
        ]
    };
    for (address, what, words) in
        [(&ours, "dispute", "deux minutes manquent"), (&theirs, "evidence", "le brief disait trois minutes")]
    {
        let fields = act(what, words);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        to(&fr.post(address, &fields).await);
    }
    for (browser, lang) in [(&mut fr, "fr"), (&mut en, "en")] {
        for address in [&ours, &theirs, &"/house/work".to_owned(), &"/house".to_owned()] {
            let page = browser.get(address).await;
            check(&page, lang);
            if address != "/house" {
                assert!(
                    page.body.contains("deux minutes manquent") && page.body.contains("trois minutes"),
                    "{}",
                    page.body
                );
            }
        }
    }
    let decide = |act: &'static str, amount: &'static str, reasons: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("act", act.to_owned()),
            ("deal", id.clone()),
            ("milestone", "1".to_owned()),
            ("amount", amount.to_owned()),
            ("reasons", reasons.to_owned()),
        ]
    };
    for (what, amount, reasons) in [("part", "1000,01", "x"), ("part", "beaucoup", "x"), ("all", "", " ")] {
        let fields = decide(what, amount, reasons);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = fr.post("/house/work", &fields).await;
        assert_eq!(page.status, 422, "{what} {amount}");
        check_body(&page.body);
    }
    let fields = decide("part", "300", "la moitié y était");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    to(&fr.post("/house/work", &fields).await);
    for address in [&ours, &theirs, &"/house/work".to_owned()] {
        let page = fr.get(address).await;
        check(&page, "fr");
        assert!(page.body.contains("la moitié y était") && page.body.contains("300,00"), "{}", page.body);
    }
    let held = app::brief::deal::one(house, &id, "house").await.unwrap();
    assert_eq!(
        (held.held.to_string().as_str(), held.paid.to_string().as_str()),
        ("EUR 3000.00", "EUR 300.00")
    );

    // An invoice and a credit note, for the brand alone, as page, PDF and XML.
    let numbers: Vec<String> = held.invoices.iter().map(|i| i.number.clone()).collect();
    assert_eq!(numbers.len(), 2);
    let list = fr.get(&format!("/briefs/{brand}/invoices")).await;
    check(&list, "fr");
    for number in &numbers {
        assert!(list.body.contains(number.as_str()));
        let at = format!("{ours}/invoice/{number}");
        let page = fr.get(&at).await;
        check(&page, "fr");
        assert!(page.body.contains("Factur-X") && page.body.contains("42990 Roc-Neuf"), "{}", page.body);
        let pdf = fr.get(&format!("{at}/pdf")).await;
        assert!(
            pdf.status == 200
                && pdf.body.starts_with("%PDF-")
                && pdf.header("content-type") == "application/pdf"
        );
        let xml = fr.get(&format!("{at}/xml")).await;
        assert!(xml.status == 200 && xml.body.contains("urn:cen.eu:en16931:2017"), "{}", xml.body);
        assert_eq!(fr.get(&format!("{theirs}/invoice/{number}/pdf")).await.status, 403);
    }
    assert!(!fr.get(&format!("/briefs/{artist}/invoices")).await.body.contains(&numbers[0]));

    // A session from the fund: refused where the fund holds less, then drawn; the artist reads the log.
    work::cancel(house, &id, "fini", &brand).await.unwrap();
    let give = |amount: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("amount", amount.to_owned()),
            ("count", "1".to_owned()),
            ("place", String::new()),
        ]
    };
    let fields = give("5 000");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let refused = fr.post("/house/grants", &fields).await;
    assert!(refused.status == 422 && refused.body.contains("value=\"5 000\""), "{}", refused.body);
    let fields = give("10");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    to(&fr.post("/house/grants", &fields).await);
    for (browser, lang) in [(&mut fr, "fr"), (&mut en, "en")] {
        for address in ["/house/grants".to_owned(), "/field".into(), format!("/briefs/{artist}")] {
            check(&browser.get(&address).await, lang);
        }
    }
    let mine = fr.get(&format!("/briefs/{artist}")).await;
    assert!(mine.body.contains("vous est donnée"), "{}", mine.body);
    let grant = mine.body.split("/session/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let log = fr.get(&format!("/briefs/{artist}/session/{grant}")).await;
    app::brief::domain::grant::SelectionLog::read(&log.body).unwrap().check().unwrap();
    assert_eq!(fr.get(&format!("/field/session/{grant}")).await.status, 404, "few stand in it");
    assert_eq!(fr.get(&format!("/briefs/{brand}/session/{grant}")).await.status, 404);
    assert_eq!(fr.get(&format!("/house/grants/{grant}/log")).await.body, log.body);
}

/// Nothing untranslated on a page that refuses.
fn check_body(body: &str) {
    assert!(!body.contains("refusal-") && !body.contains("Unknown localization"), "{body}");
}
