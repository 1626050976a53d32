//! Webhooks have pages: for a party, for the house, for a person; in both languages, without scripts.

use app::webhook::{self, Add};

use crate::browser::{Answer, Browser, open, place};

fn check(page: &Answer, lang: &str) {
    let body = &page.body;
    assert!(body.contains(&format!("<html lang=\"{lang}\"")), "{body}");
    for never in ["<script", "<style", " style=\"", "Unknown localization", " onclick"] {
        assert!(!body.contains(never), "{never} in {body}");
    }
    let ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    let once: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(ids.len(), once.len(), "an id stands twice: {ids:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_party_registers_tests_rotates_and_removes_on_its_page() {
    let place = place(open()).await;
    let (house, address) = (&place.house, "/webhooks/Mira%20Feld");
    for lang in ["en", "fr"] {
        let mut browser = Browser::new(&place, lang);
        for page in [address, "/webhooks"] {
            check(&browser.get(page).await, lang);
        }
    }
    let mut browser = Browser::new(&place, "fr");
    let csrf = browser.get(address).await.hidden("csrf");
    assert_eq!(browser.post(address, &[("csrf", "00"), ("do", "add")]).await.status, 403);
    let add = |url: &'static str| {
        [("csrf", csrf.clone()), ("do", "add".into()), ("url", url.to_owned()), ("payout.sent", "yes".into())]
    };
    fn of<'a, const N: usize>(fields: &'a [(&'static str, String); N]) -> [(&'static str, &'a str); N] {
        fields.each_ref().map(|(k, v)| (*k, v.as_str()))
    }
    let bad = browser.post(address, &of(&add("https://127.0.0.1/"))).await;
    assert!(bad.status == 422 && bad.body.contains("ne peut pas être informée"), "{}", bad.body);
    let none =
        browser.post(address, &[("csrf", &csrf), ("do", "add"), ("url", "https://example.org/")]).await;
    assert!(none.status == 422 && none.body.contains("Cochez"), "{}", none.body);
    let made = browser.post(address, &of(&add("https://example.org/hook"))).await;
    assert!(made.status == 200 && made.body.contains("whsec_"), "{}", made.body);
    check(&made, "fr");
    let hook = webhook::list(house, Some("Mira Feld")).await.unwrap().remove(0);
    assert_eq!(hook.kinds, "payout.sent");
    assert!(!browser.get(address).await.body.contains("whsec_"), "a secret is shown once");
    let go = |what: &str, id: &str| [("csrf", csrf.clone()), ("do", what.to_owned()), ("id", id.to_owned())];
    assert_eq!(browser.post(address, &of(&go("test", hook.id.as_str()))).await.status, 303);
    let page = browser.get(address).await;
    check(&page, "fr");
    assert!(page.body.contains("Attend d’être envoyé") && page.body.contains("example.org"), "{}", page.body);
    let rotated = browser.post(address, &of(&go("rotate", hook.id.as_str()))).await;
    assert!(
        rotated.body.contains("whsec_") && rotated.body.contains("L’ancien secret signe aussi"),
        "{}",
        rotated.body
    );
    // Another owner's webhook is nobody's here.
    let ask = Add { owner: "house".into(), url: "https://example.org/".into(), ..Add::default() };
    let (other, _) = webhook::add(house, &ask).await.unwrap();
    for what in ["test", "rotate", "remove"] {
        let refused = browser.post(address, &of(&go(what, other.id.as_str()))).await;
        assert!(refused.status == 422 && refused.body.contains("n’existe pas"), "{what} {}", refused.body);
    }
    assert!(browser.get("/webhooks").await.body.contains("informée de tout"));
    assert_eq!(browser.post(address, &of(&go("remove", hook.id.as_str()))).await.status, 303);
    assert!(!browser.get(address).await.body.contains("example.org/hook"));
    assert_eq!(browser.get("/webhooks/Nobody").await.status, 404);
    assert_eq!(browser.post(address, &of(&go("explode", ""))).await.status, 400);
    assert!(
        browser.get("/account/webhooks").await.status.is_redirection()
            || browser.get("/account/webhooks").await.status == 401
    );
}
