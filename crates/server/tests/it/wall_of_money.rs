//! The wall between brands' money and listening: a house in which a brand has paid an artist, and for a selection, answers the
//! same bytes as before wherever somebody looks for music; and what was paid for says so on every page and in every player.

use std::collections::BTreeMap;

use app::brief::{self, HOUSE, answer, deal, terms, wall, work};
use app::member::card;
use app::{House, party, pot, selection};
use axum::body::Body;
use axum::http::Request;
use jiff::Span;
use music::RecordingId;

use crate::browser::Browser;
use crate::players::{Stage, stage};

const BRAND: &str = "Mutuelle des Rives";

async fn register(house: &House, name: &str) {
    let ask = party::Register {
        name: name.into(),
        territory: Some("FR".into()),
        mail: Some("somebody@example.org".into()),
        by: "ada".into(),
        ..Default::default()
    };
    let _ = party::register(house, ask).await;
}

/// A brand pays Mira Feld for work of a kind, from the brief to the acceptance; the contract's id.
async fn paid(house: &House, kind: &str, objective: &str) -> String {
    let today = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let day = |n: i64| today.saturating_add(Span::new().days(n));
    let text = format!(
        "title = \"The river\"\nwanted = \"A list of the river\"\nkind = \"{kind}\"\nsector = \"insurance\"\nobjective = \"{objective}\"\n\
         budget = \"EUR 9000\"\nartists = 1\nterritories = [\"FR\"]\nstarts = \"{}\"\nends = \"{}\"\nuses = [\"own-channels\", \"web\"]\nmonths = 12\n\
         milestones = [{{ title = \"All of it\", pays = \"EUR 9000\", due = \"{}\" }}]\n",
        day(0),
        day(60),
        day(30)
    );
    let ask = brief::Write { brand: BRAND.into(), text, by: BRAND.into(), ..Default::default() };
    let id = brief::write(house, ask).await.unwrap().row.id.to_string();
    brief::publish(house, &id, BRAND).await.unwrap();
    answer::answer(house, &id, "Mira Feld", true, "").await.unwrap();
    let made = deal::choose(house, &id, "Mira Feld", "single", deal::Terms::default(), BRAND).await.unwrap();
    let deal = made.row.id.to_string();
    deal::sign(house, &deal, None, "Mira Feld").await.unwrap();
    let signed = deal::sign(house, &deal, None, BRAND).await.unwrap();
    let receive = pot::Receive {
        reference: signed.payment.unwrap().contribution.reference,
        amount: None,
        evidence: "transfer".into(),
        by: "ada".into(),
    };
    pot::receive(house, receive).await.unwrap();
    brief::due(house, HOUSE).await.unwrap();
    let submit = work::Submit {
        deal: deal.clone(),
        milestone: 1,
        evidence: "https://video.example/1".into(),
        labels: vec!["Publicité".into()],
        by: "Mira Feld".into(),
    };
    work::submit(house, submit).await.unwrap();
    work::accept(house, &deal, 1, BRAND).await.unwrap();
    deal
}

async fn train(house: &House, selections: Vec<app::discovery::Selection>) -> String {
    let ask = app::discovery::Train {
        consent: app::discovery::TrainingConsent::NotAsked,
        plays: Vec::new(),
        selections,
        threads: 1,
        by: "ada".to_owned(),
    };
    app::discovery::train(house, ask).await.unwrap().run.model_hash
}

/// Everything by which somebody finds music here, as bytes: the voyage, searches, players' lists, counts and rules.
async fn everything(stage: &Stage) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for address in [
        "/discover?q=Mira%20Feld",
        "/discover?q=Kiln&near=FR-42",
        "/recording/rec-B1?dial=few",
        "/recording/rec-B1/radio?seed=7",
        "/recording/rec-B1/path?to=Anchor",
        "/search?q=Mira",
        "/rules",
        "/api/v1/voyage?name=Mira%20Feld",
        "/api/v1/rules",
    ] {
        let request = Request::get(address).header("host", "localhost:8080").body(Body::empty()).unwrap();
        let got = stage.send(request).await;
        assert!(got.status.as_u16() < 300, "{address}: {}", got.text());
        all.insert(address.to_owned(), without_tokens(&got.text()).into_bytes());
    }
    for (endpoint, rest) in [
        ("search3", "query=m"),
        ("search2", "query=night"),
        ("getSimilarSongs2", "id=rec-B1&count=20"),
        ("getSonicSimilarTracks", "id=rec-B1&count=20"),
        ("findSonicPath", "startSongId=rec-A1&endSongId=rec-C1&count=6"),
        ("getTopSongs", "artist=Mira%20Feld"),
        ("getAlbumList2", "type=newest"),
        ("getAlbumList2", "type=frequent"),
        ("getAlbumList2", "type=highest"),
        ("getArtists", ""),
        ("getSong", "id=rec-B1"),
        ("getGenres", ""),
    ] {
        for format in ["json", "xml"] {
            let got = stage.get(&stage.address(endpoint, &format!("f={format}&{rest}"))).await;
            all.insert(format!("{endpoint} {rest} {format}"), got.bytes);
        }
    }
    let today = stage.house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let until = today.saturating_add(Span::new().days(400));
    let told = app::institution::usage::report(&stage.house, stage.institution.as_str(), today, until)
        .await
        .unwrap();
    all.insert("what the institution is told".into(), format!("{told:?}").into_bytes());
    let heard = app::heard::heard(&stage.house, "Mira Feld").await.unwrap();
    all.insert("what the artist is told of plays".into(), format!("{heard:?}").into_bytes());
    let rules: Vec<String> =
        allocation::library().iter().map(|r| format!("{} {}", r.label(), r.hash())).collect();
    all.insert("rules".into(), rules.join("\n").into_bytes());
    all
}

/// The same once players were given what was trained: until then they guess what is near.
async fn settled(stage: &Stage) -> BTreeMap<String, Vec<u8>> {
    for _ in 0..100 {
        let all = everything(stage).await;
        let guessed = all.values().any(|bytes| String::from_utf8_lossy(bytes).contains("\"similarity\":-1"));
        if !guessed {
            return all;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("players still guess what is near");
}

/// A page without the tokens of its forms, which no two answers share.
fn without_tokens(page: &str) -> String {
    let mut parts = page.split("name=\"csrf\" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    text
}

fn same(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>, when: &str) {
    for (name, bytes) in before {
        let now = String::from_utf8_lossy(&after[name]);
        assert_eq!(String::from_utf8_lossy(bytes), now, "{when}: {name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn brand_money_changes_nothing_that_leads_to_music_and_says_so_where_it_paid() {
    let stage = stage().await;
    let house = stage.house.clone();
    for name in [BRAND, "Mira Feld"] {
        register(&house, name).await;
        let contact = terms::Contact {
            contact: "12 rue de la Part, 42000 Roc-Neuf".into(),
            country: "FR".into(),
            ..terms::Contact::default()
        };
        terms::set_contact(&house, name, contact, name).await.unwrap();
    }
    terms::set(&house, "Mira Feld", "", "Mira Feld").await.unwrap();
    stage.ask("scrobble", "id=rec-B1&time=1789999000000").await;
    let model = train(&house, Vec::new()).await;
    let before = settled(&stage).await;
    let lists = stage.ask("getPlaylists", "").await;

    // A brand pays, and the model is trained again.
    let deal = paid(&house, "branded-selection", "a list").await;
    assert_eq!(train(&house, Vec::new()).await, model);
    same(&before, &settled(&stage).await, "a brand has paid");
    assert_eq!(stage.ask("getPlaylists", "").await, lists);

    // The selection that it paid for is shown by the institution, and labelled.
    let items: Vec<(RecordingId, String)> =
        ["rec-B1", "rec-B2"].iter().map(|r| (r.parse().unwrap(), String::new())).collect();
    let write = |title: &str| selection::Write {
        institution: stage.institution.to_string(),
        title: title.into(),
        lang: "fr".into(),
        items: items.clone(),
        by: "ada".into(),
        ..Default::default()
    };
    let made = selection::write(&house, write("La rive payée")).await.unwrap();
    let own = selection::write(&house, write("La rive choisie")).await.unwrap();
    for slug in [&made.row.slug, &own.row.slug] {
        selection::set_status(&house, stage.institution.as_str(), slug, "published", "ada").await.unwrap();
    }
    wall::label_selection(&house, &deal, &made.row.slug, BRAND).await.unwrap();
    let recordings = items.iter().map(|(r, _)| r.clone()).collect();
    let chosen = app::discovery::Selection { id: made.row.id.to_string(), recordings };
    assert_eq!(train(&house, vec![chosen]).await, model, "what was paid for teaches nothing");
    same(&before, &settled(&stage).await, "a brand has paid for a selection");

    // In players both are lists that cannot be changed; the one that was paid for begins with its label.
    let told = stage.ask("getPlaylists", "").await;
    let all = told["playlists"]["playlist"].as_array().unwrap();
    let named = |slug: &str| {
        let id = format!("selection-{slug}");
        all.iter().find(|l| l["id"] == id.as_str()).unwrap_or_else(|| panic!("{slug}: {told}")).clone()
    };
    let list = named(&made.row.slug);
    assert_eq!(list["name"], format!("Publicité · La rive payée ({BRAND})"));
    assert_eq!(
        (list["comment"].as_str(), list["readonly"].as_bool()),
        (Some("Publicité · Mutuelle des Rives"), Some(true))
    );
    assert_eq!(named(&own.row.slug)["name"], "La rive choisie");
    let one = stage.ask("getPlaylist", &format!("id=selection-{}", made.row.slug)).await;
    assert_eq!(one["playlist"]["entry"].as_array().unwrap().len(), 2);
    assert!(one["playlist"]["name"].as_str().unwrap().starts_with("Publicité"));
    let refused =
        stage.ask("updatePlaylist", &format!("playlistId=selection-{}&name=Mine", made.row.slug)).await;
    assert_eq!(refused["error"]["code"], 70);
    let xml = stage.get(&stage.address("getPlaylists", "f=xml")).await.text();
    assert!(xml.contains("name=\"Publicité · La rive payée (Mutuelle des Rives)\""), "{xml}");
    let address = format!("/api/v1/selections/{}", made.row.slug);
    let request = Request::get(address).header("host", "localhost:8080").body(Body::empty()).unwrap();
    let open = stage.send(request).await.json();
    assert_eq!(
        (open["paid"]["label"].as_str(), open["paid"]["brand"].as_str()),
        (Some("Publicité"), Some(BRAND))
    );

    // On every page that shows it, the public ones and the member's.
    let (town, slug) = (stage.institution.to_string(), made.row.slug.clone());
    let place_slug = app::institution::one(&house, &town).await.unwrap().row.slug;
    let place = stage.for_browsers();
    card::hand_in(&place.house, &town, b"card;pin\n1001;1234\n", true, "ada").await.unwrap();
    let mut member = Browser::new(&place, "fr");
    let csrf = member.get(&format!("/enter/{town}")).await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("card", "1001"), ("pin", "1234")];
    assert_eq!(member.post(&format!("/enter/{town}/card"), &fields).await.status, 303);
    for address in [
        "/selections".to_owned(),
        format!("/selection/{slug}"),
        format!("/kiosk/{place_slug}"),
        format!("/embed/selection/{slug}"),
        "/listen".to_owned(),
        format!("/listen/selection/{slug}"),
    ] {
        let mut page = member.get(&address).await;
        if address.starts_with("/kiosk") && !page.body.contains("La rive payée") {
            page = member.get(&format!("/kiosk/{place_slug}/1")).await;
        }
        assert_eq!(page.status, 200, "{address}: {}", page.body);
        assert!(page.body.contains("La rive payée"), "{address}: {}", page.body);
        let label = page.body.matches("Publicité · Mutuelle des Rives").count();
        assert_eq!(label, 1, "{address}: {}", page.body);
    }
}
