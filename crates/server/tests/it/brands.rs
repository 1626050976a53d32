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
