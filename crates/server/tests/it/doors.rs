//! The doors as a browser meets them.

use app::session::Role;
use app::sign_in::{self, Add, Grant, totp};
use server::Config;

use crate::browser::{Browser, Place, open, place};

const MAIL: &str = "mira@example.org";
const PHRASE: &str = "four quiet tides";

async fn somebody(place: &Place, mail: &str, role: Role, party: &str) {
    let ask = Add {
        mail: mail.to_owned(),
        lang: "fr".to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(&place.house, ask).await.unwrap();
    let ask =
        Grant { who: mail.to_owned(), role, party: party.to_owned(), until: None, by: "ada".to_owned() };
    sign_in::grant(&place.house, ask).await.unwrap();
}

async fn mira(place: &Place) -> String {
    let mut tx = place.house.store.begin_read().await.unwrap();
    app::party::find(&mut tx, "Mira Feld").await.unwrap().party.id.to_string()
}

async fn enter(browser: &mut Browser<'_>, mail: &str) -> String {
    let csrf = browser.get("/sign-in").await.hidden("csrf");
    let done =
        browser.post("/sign-in/password", &[("csrf", &csrf), ("login", mail), ("password", PHRASE)]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/account"), "{}", done.body);
    done.header("set-cookie").to_owned()
}

/// The token in the newest mail with a link.
async fn mailed(place: &Place) -> Option<String> {
    let all = app::job::handlers(None);
    while app::job::run_one(&place.house, &all, "w").await.unwrap().is_some() {}
    let mut tx = place.house.store.begin_read().await.unwrap();
    let mail = tx.waiting_mail(place.house.store.fields()).await.unwrap().pop()?;
    Some(mail.body.split("/sign-in/link/").nth(1)?.split_whitespace().next()?.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_by_mail_leads_in_and_back_to_where_one_was() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "fr");
    let away = browser.get("/account").await;
    assert_eq!((away.status.as_u16(), away.header("location")), (303, "/sign-in?next=/account"));
    let form = browser.get("/sign-in?next=/figures").await;
    assert_eq!(form.hidden("next"), "/figures");
    let csrf = form.hidden("csrf");
    let asked = browser.post("/sign-in", &[("csrf", &csrf), ("mail", MAIL), ("next", "/figures")]).await;
    assert_eq!(asked.header("location"), "/sign-in/sent");
    assert!(browser.get("/sign-in/sent").await.body.contains("30 minutes"));
    let token = mailed(&place).await.unwrap();
    let address = format!("/sign-in/link/{token}");
    let page = browser.get(&address).await;
    assert!(page.body.contains("m…@example.org") && page.header("cache-control").contains("no-store"));
    let csrf = page.hidden("csrf");
    assert_eq!(browser.post(&address, &[("csrf", "00")]).await.status, 403);
    let entered = browser.post(&address, &[("csrf", &csrf)]).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/figures"));
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let account = browser.get("/account").await;
    assert!(account.status == 200 && account.body.contains(MAIL));
    assert_eq!(browser.post("/sign-out", &[("csrf", &csrf)]).await.status, 403, "a token of before");
    let csrf = account.hidden("csrf");
    assert_eq!(browser.post("/sign-out", &[("csrf", &csrf)]).await.status, 303);
    assert_eq!(browser.get("/account").await.status, 303, "signed out");
    let mut other = Browser::new(&place, "fr");
    let again = other.get(&address).await;
    assert!(again.status == 422 && again.body.contains("Ce lien a déjà servi"), "{}", again.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_and_an_unknown_address_get_the_same_answers() {
    let place = place(open()).await;
    somebody(&place, MAIL, Role::Owner, &mira(&place).await).await;
    let mut answers = Vec::new();
    for mail in [MAIL, "nobody@example.org"] {
        let mut browser = Browser::new(&place, "en");
        let csrf = browser.get("/sign-in").await.hidden("csrf");
        let link = browser.post("/sign-in", &[("csrf", &csrf), ("mail", mail)]).await;
        let wrong = browser
            .post("/sign-in/password", &[("csrf", &csrf), ("login", mail), ("password", "wrong")])
            .await;
        let body = wrong.body.replace(mail, "MAIL").replace(&csrf, "").replace(&wrong.hidden("csrf"), "");
        answers.push((link.status, link.header("location").to_owned(), wrong.status, body));
    }
    assert_eq!(answers[0], answers[1]);
}

/// Over TLS the cookie can be set by no other host, is not read under its other name, and goes over TLS only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_over_tls_are_bound_to_the_host() {
    let place = place(open()).await;
    somebody(&place, MAIL, Role::Owner, &mira(&place).await).await;
    let mut browser = Browser::new(&place, "en");
    browser.headers.push(("x-forwarded-proto", "https".to_owned()));
    let cookie = enter(&mut browser, MAIL).await;
    assert!(cookie.starts_with("__Host-session=") && cookie.contains("Secure") && !cookie.contains("Domain"));
    assert_eq!(browser.get("/account").await.status, 200);
    for kept in &mut browser.cookies {
        *kept = kept.replace("__Host-session", "session");
    }
    assert_eq!(browser.get("/account").await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_see_their_own_and_the_house_sees_its_own() {
    let place = place(Config { password_hash: Some("$argon2id$x".to_owned()), ..open() }).await;
    let mira = mira(&place).await;
    somebody(&place, MAIL, Role::Owner, &mira).await;
    somebody(&place, "ada@example.org", Role::Operator, "").await;
    somebody(&place, "auditor@example.org", Role::Approver, "").await;
    let other =
        app::party::Register { name: "Nils Aster".to_owned(), by: "ada".to_owned(), ..Default::default() };
    app::party::register(&place.house, other).await.unwrap();
    let own = format!("/statement/{mira}");
    for (mail, address, may) in [
        (MAIL, own.as_str(), true),
        (MAIL, "/statement/Mira%20Feld", true),
        (MAIL, "/statement/Nils%20Aster", false),
        (MAIL, "/invoice/Nils%20Aster", false),
        (MAIL, "/set-list", true),
        (MAIL, "/compare/pot-1", false),
        (MAIL, "/territory/FR-42", false),
        ("ada@example.org", "/statement/Nils%20Aster", true),
        ("ada@example.org", "/set-list", true),
        ("auditor@example.org", "/statement/Nils%20Aster", true),
    ] {
        let mut browser = Browser::new(&place, "en");
        assert_eq!(browser.get(address).await.status, 401, "not without signing in");
        enter(&mut browser, mail).await;
        let page = browser.get(address).await;
        // Where nothing was earned yet the page says so, with a status of its own.
        assert_eq!(page.status != 403, may, "{mail} {address}: {}", page.status);
        assert!(may || !page.body.contains("Nils Aster"), "{mail} {address}");
    }
    // For whom Mira hands in a list is looked at, and nobody else sees what came with it.
    let mut browser = Browser::new(&place, "en");
    enter(&mut browser, MAIL).await;
    let form = browser.get("/set-list").await;
    assert!(form.body.contains("value=\"Mira Feld\""), "{}", form.body);
    let csrf = form.hidden("csrf");
    let list = |name: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("performer", name.to_owned()),
            ("lines", "Ona Veld - Paper Moon".to_owned()),
            ("gift", "none".to_owned()),
        ]
    };
    let hers = list("mira feld");
    let hers: Vec<(&str, &str)> = hers.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let done = browser.hand_in(&hers, None).await;
    let address = done.header("location").to_owned();
    assert!(done.status == 303 && address.starts_with("/set-list/set-"), "{}", done.body);
    assert_eq!(browser.get(&address).await.status, 200);
    let other = list("Nils Aster");
    let other: Vec<(&str, &str)> = other.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(browser.hand_in(&other, None).await.status, 403);
    somebody(&place, "nils@example.org", Role::Owner, "pty-NOBODY1").await;
    let mut stranger = Browser::new(&place, "en");
    enter(&mut stranger, "nils@example.org").await;
    assert_eq!(stranger.get(&address).await.status, 403);
    // Who approves does not operate: handing in a list is refused, whatever the form holds.
    let mut browser = Browser::new(&place, "en");
    enter(&mut browser, "auditor@example.org").await;
    assert_eq!(browser.hand_in(&[("csrf", "x")], None).await.status, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_factor_is_set_up_and_asked_for() {
    let place = place(open()).await;
    somebody(&place, MAIL, Role::Owner, &mira(&place).await).await;
    let mut browser = Browser::new(&place, "en");
    enter(&mut browser, MAIL).await;
    let form = browser.get("/account").await;
    assert!(form.body.contains("None yet"));
    let csrf = form.hidden("csrf");
    let refused = browser.post("/account/keys", &[("csrf", &csrf), ("name", "bank"), ("money", "yes")]).await;
    assert!(refused.status == 403 && refused.body.contains("/account/second-factor"), "{}", refused.body);
    let setup = browser.get("/account/second-factor").await;
    assert!(setup.body.contains("<svg") && !setup.body.contains("style="), "drawn without inline style");
    let typed = setup
        .body
        .split("code class=\"secret\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .replace(' ', "");
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String =
        typed.bytes().map(|b| format!("{:05b}", digits.iter().position(|d| *d == b).unwrap())).collect();
    let secret: Vec<u8> =
        (0..20).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect();
    let step = place.house.now().as_second() / 30;
    let code = |ahead: i64| format!("{:06}", totp::code(&secret, step + ahead));
    let wrong = browser.post("/account/second-factor", &[("csrf", &csrf), ("code", "000000")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("does not fit"), "{}", wrong.body);
    let codes = browser.post("/account/second-factor", &[("csrf", &csrf), ("code", &code(0))]).await;
    assert!(codes.status == 200 && codes.body.matches("<li><code>").count() == 10, "{}", codes.body);
    let csrf = browser.get("/account").await.hidden("csrf");
    let made = browser.post("/account/keys", &[("csrf", &csrf), ("name", "bank"), ("money", "yes")]).await;
    assert!(made.status == 200 && made.body.contains("ttk_"), "just shown: {}", made.body);
    let ask = browser.get("/second-factor?next=/figures").await;
    assert_eq!(ask.hidden("next"), "/figures");
    let replay = browser.post("/second-factor", &[("csrf", &csrf), ("code", &code(0))]).await;
    assert!(replay.status == 422 && replay.body.contains("used already"), "{}", replay.body);
    let shown =
        browser.post("/second-factor", &[("csrf", &csrf), ("code", &code(1)), ("next", "//evil")]).await;
    assert_eq!((shown.status.as_u16(), shown.header("location")), (303, "/account"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_network_knocks_so_often() {
    let place = place(open()).await;
    let mut last = 0;
    for n in 0..60 {
        let mut browser = Browser::new(&place, "en");
        browser.headers.push(("x-forwarded-for", "203.0.113.9".to_owned()));
        let csrf = browser.get("/sign-in").await.hidden("csrf");
        let mail = format!("somebody{n}@example.org");
        let answer = browser.post("/sign-in", &[("csrf", &csrf), ("mail", &mail)]).await;
        last = answer.status.as_u16();
        if last == 429 {
            assert!(n >= 30 && !answer.header("retry-after").is_empty(), "{n}");
            break;
        }
        assert_eq!(last, 303, "{}", answer.body);
    }
    assert_eq!(last, 429);
}

/// Somebody with a mail address who is no member anywhere.
pub async fn somebody_signed_in(place: &Place, browser: &mut Browser<'_>) {
    let ask = Add {
        mail: MAIL.to_owned(),
        lang: "fr".to_owned(),
        password: Some(PHRASE.to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(&place.house, ask).await.unwrap();
    enter(browser, MAIL).await;
}
