//! Institutions as a browser meets them: the public pages, what staff see, what staff may change, and frames.

use app::institution::usage::{Action, Event, Near};
use app::institution::{self, Agree, Billing, Note, Under, bill, usage};
use app::session::Role;
use app::sign_in::{self, Add, Grant};
use app::{party, policy};
use music::MediaKind;

use crate::browser::{Browser, Place, open, place};

const PHRASE: &str = "four quiet tides";

pub(crate) async fn library(place: &Place, name: &str, frames: &[&str]) -> String {
    let ask = party::Register {
        name: name.to_owned(),
        kind: "organisation".to_owned(),
        territory: Some("FR-42".to_owned()),
        ..party::Register::default()
    };
    let id = party::register(&place.house, ask).await.unwrap().party.id.to_string();
    let note = Note {
        party: id.clone(),
        kind: "library".to_owned(),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        at: "45.9,4.1".to_owned(),
        listed: true,
        frames: frames.iter().map(|f| (*f).to_owned()).collect(),
        by: "ada".to_owned(),
        ..Note::default()
    };
    institution::note(&place.house, note).await.unwrap();
    id
}

pub(crate) async fn staff(place: &Place, mail: &str, party: &str) {
    let add = Add {
        mail: mail.to_owned(),
        lang: "fr".to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(&place.house, add).await.unwrap();
    let grant = Grant {
        who: mail.to_owned(),
        role: Role::Staff,
        party: party.to_owned(),
        until: None,
        by: "ada".to_owned(),
    };
    sign_in::grant(&place.house, grant).await.unwrap();
}

pub(crate) async fn enter(browser: &mut Browser<'_>, mail: &str) {
    let csrf = browser.get("/sign-in").await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("login", mail), ("password", PHRASE)];
    assert_eq!(browser.post("/sign-in/password", &fields).await.status.as_u16(), 303);
}

pub(crate) async fn contract(place: &Place, name: &str) -> String {
    for (name, value) in [
        ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ("house-vat-id", "FR44732829320"),
        ("house-registration", "73282932000074"),
    ] {
        policy::set(&place.house, name, value, "ada").await.unwrap();
    }
    let billing = Billing {
        name: name.to_owned(),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        ..Billing::default()
    };
    institution::set_billing(&place.house, name, billing, "ada").await.unwrap();
    let agree = Agree {
        holder: name.to_owned(),
        members: vec![Under { institution: name.to_owned(), seats: Some(40), ..Under::default() }],
        start: "2026-01-01".parse().unwrap(),
        end: "2027-01-01".parse().unwrap(),
        price_kind: "per-seat".to_owned(),
        price: "EUR 100".parse().unwrap(),
        key: "seats".to_owned(),
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
        order: "EJ-1".to_owned(),
        renews_months: Some(12),
        notice_days: 90,
        by: "ada".to_owned(),
    };
    let agreed = institution::agree(&place.house, agree).await.unwrap();
    bill::issue(&place.house, agreed.row.id.as_str(), None, "ada").await.unwrap().row.printed
}

async fn told(place: &Place, name: &str) {
    let names: Vec<String> = (0..25).map(|n| format!("m{n}")).collect();
    let events = names.iter().map(|m| Event {
        at_s: 1_000,
        member: m,
        session: "s",
        item: "rec-1",
        medium: MediaKind::Audio,
        near: Near::Here,
        action: Action::Request,
    });
    usage::take(
        &place.house,
        name,
        "2026-08-01".parse().unwrap(),
        "2026-09-01".parse().unwrap(),
        events,
        "ada",
    )
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_write_what_everybody_reads() {
    let place = place(open()).await;
    app::territory::import(&place.house, "p.csv", "code;name\nFR-42;Loire\n", "ada").await.unwrap();
    let nord = library(&place, "Médiathèque Nord", &["https://nord.example"]).await;
    let sud = library(&place, "Médiathèque Sud", &[]).await;
    staff(&place, "ines@example.org", &nord).await;
    let mut tx = place.house.store.begin_read().await.unwrap();
    let recording = tx.recordings_by_isrc("FRZ032600001").await.unwrap()[0].recording.id.to_string();
    drop(tx);
    let mut browser = Browser::new(&place, "fr");
    enter(&mut browser, "ines@example.org").await;
    let form = browser.get(&format!("/institution/{nord}/selections")).await;
    let csrf = form.hidden("csrf");
    let items = format!("{recording} à écouter fort");
    let sheet = [
        ("csrf", csrf.as_str()),
        ("selection", ""),
        ("title", "Voix <b>d’ici</b>"),
        ("words", "Un.\n\nDeux."),
        ("items", &items),
        ("curators", "Inès Roux"),
        ("from", ""),
        ("until", ""),
        ("lang", "fr"),
    ];
    let done = browser.post(&format!("/institution/{nord}/selections"), &sheet).await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.body);
    let address = done.header("location").to_owned();
    let slug = address.rsplit('/').next().unwrap().to_owned();
    assert_eq!(
        Browser::new(&place, "en").get(&format!("/selection/{slug}")).await.status.as_u16(),
        404,
        "a draft"
    );
    let done = browser.post(&format!("{address}/status"), &[("csrf", &csrf), ("status", "published")]).await;
    assert_eq!(done.status.as_u16(), 303);
    let mut anybody = Browser::new(&place, "en");
    let page = anybody.get(&format!("/selection/{slug}")).await;
    assert_eq!(page.status.as_u16(), 200);
    for words in ["Voix &lt;b&gt;d’ici", "Low Tide", "Inès Roux", "Where to listen", "à écouter fort"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    // A frame of its own site, and of no other; the page itself is framed by nobody.
    let frame = anybody.get(&format!("/embed/selection/{slug}")).await;
    assert!(frame.header("content-security-policy").ends_with("frame-ancestors https://nord.example"));
    assert!(frame.header("x-frame-options").is_empty() && !frame.body.contains("<form"));
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    let kiosk = anybody.get("/kiosk/mediatheque-nord").await;
    assert!(kiosk.body.contains("data-seconds=") && kiosk.body.contains("Low Tide"), "{}", kiosk.body);
    for address in ["/places", "/places/mediatheque-nord", "/selections"] {
        let page = anybody.get(address).await;
        assert_eq!(page.status.as_u16(), 200, "{address}");
        assert!(page.body.contains("Médiathèque Nord") || page.body.contains("Voix"), "{address}");
    }
    // What is another's stays another's, whatever the address calls it.
    for other in [sud.as_str(), "mediatheque-sud", "M%C3%A9diath%C3%A8que%20Sud"] {
        let answer = browser.post(&format!("/institution/{other}/selections"), &sheet).await;
        assert!(!answer.status.is_success() && answer.status.as_u16() != 303, "{other}: {}", answer.status);
        let answer = browser.get(&format!("/institution/{other}")).await;
        assert_ne!(answer.status.as_u16(), 200, "{other}");
    }
    let answer = browser
        .post(
            &format!("/institution/{sud}/selections/{slug}/status"),
            &[("csrf", &csrf), ("status", "withdrawn")],
        )
        .await;
    assert_ne!(answer.status.as_u16(), 303);
    let forged = browser.post(&format!("{address}/status"), &[("csrf", "0"), ("status", "withdrawn")]).await;
    assert_eq!(forged.status.as_u16(), 403);
    let mut stranger = Browser::new(&place, "en");
    stranger.headers = vec![("host", "evil.example".to_owned())];
    assert_ne!(stranger.get(&format!("/institution/{nord}/selections")).await.status.as_u16(), 200);
    let wish = anybody.get("/places").await.hidden("csrf");
    let kept = anybody.post("/places/wish", &[("csrf", &wish), ("place", "FR-42")]).await;
    assert_eq!(kept.header("location"), "/places?asked=1#wish");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_reads_its_invoices_and_its_use() {
    let place = place(open()).await;
    let nord = library(&place, "Médiathèque Nord", &[]).await;
    let sud = library(&place, "Médiathèque Sud", &[]).await;
    staff(&place, "ines@example.org", &nord).await;
    let number = contract(&place, "Médiathèque Nord").await;
    told(&place, "Médiathèque Nord").await;
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        enter(&mut browser, "ines@example.org").await;
        for address in [
            format!("/institution/{nord}"),
            format!("/institution/{nord}/use"),
            format!("/institution/{nord}/invoice/{number}"),
        ] {
            let page = browser.get(&address).await;
            assert_eq!(page.status.as_u16(), 200, "{address}: {}", page.body);
            assert!(!page.body.contains("Unknown localization"), "{address}: {}", page.body);
        }
    }
    let mut browser = Browser::new(&place, "en");
    enter(&mut browser, "ines@example.org").await;
    let csv = browser.get(&format!("/institution/{nord}/use/csv?period=2026")).await;
    assert!(csv.body.contains("Sound,Total_Item_Requests,25,25"), "{}", csv.body);
    let xml = browser.get(&format!("/institution/{nord}/invoice/{number}/xml")).await;
    assert!(xml.body.contains("<ram:GrandTotalAmount>4800.00</ram:GrandTotalAmount>"), "{}", xml.body);
    assert_ne!(browser.get(&format!("/institution/{sud}/invoice/{number}")).await.status.as_u16(), 200);
}
