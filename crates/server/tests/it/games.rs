//! A game's build as a member meets it, and as nobody else does.

use app::audio::scan;
use app::member::{self, Door, link};
use music::MediaKind;

use crate::browser::{Browser, Place, open, place};
use crate::institutions::{contract, library};

const KEY: &str = "9f2c4d7a1b3e5f60718293a4b5c6d7e8";

async fn game(place: &Place) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weir.zip");
    let pages: [(&str, &[u8]); 2] = [("index.html", b"<script src=\"a/b.js\"></script>"), ("a/b.js", b"1+1")];
    std::fs::write(&file, media::pack::packed(&pages).unwrap()).unwrap();
    let ask = scan::Bring {
        file,
        by: "ada".into(),
        artist: "Noé Farge".into(),
        title: "The Weir".into(),
        kind: Some(MediaKind::Game),
        made: None,
    };
    scan::bring(&place.house, ask).await.unwrap().to_string()
}

async fn comes_in(place: &Place, browser: &mut Browser<'_>, town: &str) {
    member::set_door(&place.house, town, &Door::SignedLink { key: KEY.to_owned() }, "ada").await.unwrap();
    let time = place.house.now().as_second().to_string();
    let made = link::Link { uid: "4711", time: &time, nonce: "0123456789abcdef", dest: "/", sig: "" };
    let sig = link::signature(KEY, town, &made);
    let address = format!("/enter/{town}/link?uid=4711&time={time}&nonce={}&dest=%2F&sig={sig}", made.nonce);
    assert_eq!(browser.get(&address).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_runs_in_an_origin_of_its_own_for_members_alone() {
    let place = place(open()).await;
    let id = game(&place).await;
    let town = library(&place, "Médiathèque Nord", &[]).await;
    let mut browser = Browser::new(&place, "en");
    let page = browser.get(&format!("/game/{id}")).await;
    assert!(page.status == 200 && page.body.contains("The Weir") && !page.body.contains("<iframe"));
    let csrf = page.hidden("csrf");
    let away = browser.post(&format!("/game/{id}"), &[("csrf", &csrf)]).await;
    assert!(away.header("location").starts_with("/sign-in"), "{:?} {}", away.status, away.body);
    comes_in(&place, &mut browser, &town).await;
    let csrf = browser.get(&format!("/game/{id}")).await.hidden("csrf");
    let none = browser.post(&format!("/game/{id}"), &[("csrf", &csrf)]).await;
    assert!(none.status == 422 && none.body.contains("subscription"), "no contract yet: {}", none.body);
    contract(&place, "Médiathèque Nord").await;
    let opened = browser.post(&format!("/game/{id}"), &[("csrf", &csrf)]).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    let policy = opened.header("content-security-policy");
    assert!(policy.contains("frame-src 'self'") && policy.contains("script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe") && opened.header("x-frame-options") == "DENY");
    assert!(opened.body.contains("sandbox=\"allow-scripts") && !opened.body.contains("allow-same-origin"));
    let address = opened.body.split("src=\"/build/").nth(1).unwrap().split('"').next().unwrap();
    let base = format!("/build/{}", address.trim_end_matches("index.html"));
    let mut stranger = Browser::new(&place, "en");
    for (path, kind) in [("index.html", "text/html; charset=utf-8"), ("a/b.js", "text/javascript")] {
        let file = stranger.get(&format!("{base}{path}")).await;
        assert_eq!((file.status.as_u16(), file.header("content-type")), (200, kind));
        let policy = file.header("content-security-policy");
        assert!(
            policy.starts_with("sandbox allow-scripts") && !policy.contains("allow-same-origin"),
            "{policy}"
        );
        assert!(
            policy.contains("form-action 'none'") && policy.contains("frame-ancestors 'self'"),
            "{policy}"
        );
        assert_eq!((file.header("set-cookie"), file.header("x-content-type-options")), ("", "nosniff"));
        assert_eq!(file.header("access-control-allow-origin"), "*");
    }
    for path in ["none.js", "../index.html", "..%2F..%2Fetc%2Fpasswd", "a", ""] {
        assert_eq!(stranger.get(&format!("{base}{path}")).await.status, 404, "{path}");
    }
    let forged = base.replace(".1", ".9");
    for base in [forged.as_str(), "/build/x.1.00/", "/build/x/", &format!("/build/{id}.9999999999./")] {
        assert_eq!(stranger.get(&format!("{base}index.html")).await.status, 404, "{base}");
    }
    let csrf = opened.hidden("csrf");
    let beat = browser.post(&format!("/game/{id}/beat"), &[("csrf", &csrf), ("seconds", "60")]).await;
    assert_eq!(beat.status, 204);
    assert_eq!(
        browser.post(&format!("/game/{id}/beat"), &[("csrf", "0"), ("seconds", "60")]).await.status,
        403
    );
}
