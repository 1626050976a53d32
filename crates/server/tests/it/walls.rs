//! What must not pass.

use argon2::password_hash::{PasswordHasher, SaltString};
use server::{Config, ServeError};

use crate::browser::{Browser, open, place};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_without_our_token_are_refused_and_change_nothing() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    let form = browser.get("/set-list").await;
    let csrf = form.hidden("csrf");
    assert!(
        form.header("set-cookie").contains("HttpOnly")
            && form.header("set-cookie").contains("SameSite=Strict")
    );
    let fields =
        [("performer", "Mira Feld"), ("lines", "A - B"), ("gift", "none"), ("visibility", "track-only")];
    for token in [None, Some(""), Some("00"), Some(&csrf[..126]), Some(&"0".repeat(128))] {
        let mut all: Vec<(&str, &str)> = token.iter().map(|t| ("csrf", *t)).collect();
        all.extend(fields);
        assert_eq!(browser.hand_in(&all, None).await.status, 403, "{token:?}");
    }
    let mut other = Browser::new(&place, "en");
    other.get("/set-list").await;
    let all: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields).collect();
    assert_eq!(other.hand_in(&all, None).await.status, 403, "a token of another visit");
    let mut no_cookie = Browser::new(&place, "en");
    assert_eq!(no_cookie.hand_in(&all, None).await.status, 403, "no cookie");
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        browser.headers.push((name, value.to_owned()));
        assert_eq!(browser.hand_in(&all, None).await.status, 403, "{name}");
        browser.headers.pop();
    }
    let mut tx = place.house.store.begin_read().await.unwrap();
    assert!(tx.set_lists(10).await.unwrap().is_empty());
    drop(tx);
    browser.headers.push(("origin", "http://localhost:8080".to_owned()));
    assert_eq!(browser.hand_in(&all, None).await.status, 303, "the rightful one passes");
    for address in ["/claim", "/set-list/answer"] {
        let answer = browser
            .post(
                address,
                &[
                    ("csrf", "00"),
                    ("kept", "x"),
                    ("party", "pty-1"),
                    ("name", "a"),
                    ("contact", "b"),
                    ("evidence", "c"),
                ],
            )
            .await;
        assert_eq!(answer.status, 403, "{address}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_password_only_this_machine_is_answered() {
    let place = place(open()).await;
    for (name, value, want) in [
        ("host", "127.0.0.1:80", 200),
        ("host", "[::1]:8080", 200),
        ("host", "evil.example", 403),
        ("x-forwarded-for", "203.0.113.9", 403),
        ("forwarded", "for=203.0.113.9", 403),
    ] {
        let mut browser = Browser::new(&place, "en");
        if name == "host" {
            browser.headers.clear();
        }
        browser.headers.push((name, value.to_owned()));
        assert_eq!(browser.get("/set-list").await.status, want, "{name}: {value}");
        assert_eq!(browser.get("/search").await.status, 200, "what is public stays public");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_house_password_opens_what_is_private() {
    let salt = SaltString::encode_b64(b"a salt for tests").unwrap();
    let params = argon2::Params::new(64, 1, 1, None).unwrap();
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = argon.hash_password(b"sesame", &salt).unwrap().to_string();
    let place = place(Config { password_hash: Some(hash), ..open() }).await;
    let mut browser = Browser::new(&place, "fr");
    for address in [
        "/set-list",
        "/statement",
        "/statement/Mira%20Feld",
        "/set-list/set-1",
        "/compare/pot-1",
        "/territory/FR-42",
    ] {
        let page = browser.get(address).await;
        assert_eq!(page.status, 401, "{address}");
        assert!(page.header("www-authenticate").starts_with("Basic"));
    }
    for address in ["/", "/figures", "/search", "/health"] {
        assert_eq!(browser.get(address).await.status, 200, "{address}");
    }
    browser.headers.push(("authorization", "Basic aG91c2U6d3Jvbmc=".to_owned())); // house:wrong
    assert_eq!(browser.get("/set-list").await.status, 401);
    browser.headers.pop();
    browser.headers.push(("authorization", "Basic aG91c2U6c2VzYW1l".to_owned())); // house:sesame
    for _ in 0..2 {
        assert_eq!(browser.get("/set-list").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_much_is_refused_with_a_page() {
    let place = place(Config { upload_bytes: 10_000, ..open() }).await;
    let mut browser = Browser::new(&place, "en");
    let csrf = browser.get("/set-list").await.hidden("csrf");
    let page = browser
        .hand_in(&[("csrf", &csrf), ("performer", "Mira Feld")], Some(("big.txt", &[b'x'; 20_000])))
        .await;
    assert_eq!(page.status, 413, "{}", page.body);
    assert!(page.body.contains("That is too much"));
    let long = "x".repeat(3_000);
    assert_eq!(browser.hand_in(&[("csrf", &csrf), ("performer", &long)], None).await.status, 413);
    assert_eq!(browser.post("/figures", &[]).await.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_words_come_back_as_words() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    for address in [
        "/search?name=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/statement/%3Cscript%3E",
        "/%3Cscript%3E?lang=%3Cscript%3E&x=%22%3E%3Cscript%3E",
        "/claim/%3Cscript%3E",
        "/claim?party=pty-%3Cscript%3E",
        "/set-list/%3Cscript%3E?skip=99999999999",
        "/static/..%2f..%2fCargo.toml",
    ] {
        let page = browser.get(address).await;
        assert!(page.status.as_u16() < 500 && !page.body.contains("<script"), "{address}: {}", page.body);
    }
    let name = "\"><img src=x onerror=alert(1)>";
    let id = browser.hand_in_as_new(name, "a - <b>bold</b>\nb - \" onmouseover=\"x\n").await;
    for address in [
        format!("/set-list/{id}"),
        "/search?name=img".to_owned(),
        "/statement/%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E".to_owned(),
    ] {
        let page = browser.get(&address).await;
        assert!(
            !page.body.contains("<img")
                && !page.body.contains("<b>")
                && !page.body.contains("\" onmouseover"),
            "{}",
            page.body
        );
    }
}

#[tokio::test]
async fn an_open_address_needs_a_password() {
    let place = place(open()).await;
    let serve = |config| server::serve(place.house.clone(), config, |_| panic!("must not listen"), async {});
    let outside = Config::at("0.0.0.0:0".parse().unwrap());
    assert!(matches!(serve(outside.clone()).await, Err(ServeError::PasswordNeeded(_))));
    let plain = Config { password_hash: Some("sesame".to_owned()), ..outside };
    assert!(matches!(serve(plain).await, Err(ServeError::PasswordHash)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serving_ends_when_asked() {
    let place = place(open()).await;
    let (tell, told) = tokio::sync::oneshot::channel::<std::net::SocketAddr>();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let house = place.house.clone();
    let serving = tokio::spawn(async move {
        server::serve(house, open(), |at| tell.send(at).unwrap(), async { stopped.await.unwrap_or_default() })
            .await
    });
    let at = told.await.unwrap();
    assert!(tokio::net::TcpStream::connect(at).await.is_ok());
    stop.send(()).unwrap();
    assert!(serving.await.unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_searches_too_fast_is_told_when_to_come_again() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "fr");
    // The clock of this house stands still, so nothing comes back.
    let mut last = browser.get("/search?name=Mira").await;
    for _ in 0..130 {
        last = browser.get("/search?name=Mira").await;
    }
    assert_eq!(last.status, 429, "{}", last.body);
    assert_eq!(last.header("retry-after"), "1");
    assert!(last.body.contains("Trop de demandes"), "{}", last.body);
    assert_eq!(browser.get("/search").await.status, 200, "the empty form is free");
    assert_eq!(browser.get("/figures").await.status, 200);
    browser.headers.push(("x-forwarded-for", "203.0.113.9".to_owned()));
    assert_eq!(browser.get("/search?name=Mira").await.status, 200, "another network");
}

/// Whatever takes a form refuses one without our token, as the house's own machine and as somebody signed in. Machines
/// that harvest ask by POST too and change nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_that_takes_a_form_asks_for_its_token() {
    let place = place(open()).await;
    let mut asked = 0;
    for (n, route) in crate::routes::pages().iter().filter(|r| r.posts && r.path != "/oai").enumerate() {
        let address = route.filled(&["Mira%20Feld", "x", "y"]);
        for fields in [
            &[("x", "y")][..],
            &[("csrf", "00"), ("mail", "a@example.org"), ("act", "offer"), ("decision", "approve")],
        ] {
            let mut browser = Browser::new(&place, "en");
            // The clock stands still: each from a network of its own, and from this machine where that is asked.
            if [
                "/sign", "/second", "/account", "/enter", "/join", "/claim", "/consent", "/game", "/permit",
                "/places",
            ]
            .iter()
            .any(|p| address.starts_with(p))
            {
                browser.headers.push(("x-forwarded-for", format!("10.{}.{n}.1", fields.len())));
            }
            browser.get("/figures").await;
            let answer = browser.post(&address, fields).await;
            asked += 1;
            // Where somebody has to be signed in that is asked first; an address may also know that nothing is there.
            let to_the_door = answer.status == 303 && answer.header("location").starts_with("/sign-in");
            assert!(
                to_the_door || [400, 401, 403, 404].contains(&answer.status.as_u16()),
                "{address}: {} {}",
                answer.status,
                answer.header("location")
            );
        }
    }
    assert!(asked > 120, "{asked}");
}

/// No answer runs or styles anything inline, whatever it answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_its_policy() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "en");
    for route in crate::routes::pages() {
        let page = browser.get(&route.filled(&["Mira%20Feld", "x", "y"])).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains('*'),
            "{}: {policy}",
            route.path
        );
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{}", route.path);
        let inline =
            page.body.split("<script").skip(1).any(|s| !s.split('>').next().unwrap_or("").contains("src="));
        assert!(
            !inline && !page.body.contains(" style=\"") && !page.body.contains(" onclick"),
            "{}",
            route.path
        );
    }
}

/// A body without an end, and how many bytes of it were taken.
fn endless(chunk: &'static [u8]) -> (axum::body::Body, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = taken.clone();
    let chunks = futures::stream::unfold(0_usize, move |n| {
        let count = count.clone();
        async move {
            // So much that whoever read on would be found out, and the test ends all the same.
            if n >= 96 * 16 {
                return None;
            }
            count.fetch_add(chunk.len(), std::sync::atomic::Ordering::Relaxed);
            Some((Ok::<_, std::convert::Infallible>(axum::body::Bytes::from_static(chunk)), n + 1))
        }
    });
    (axum::body::Body::from_stream(chunks), taken)
}

/// Whatever takes a body stops reading where its bound is, whoever sends it and in whatever form, and says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_reads_more_than_its_bound() {
    use tower::ServiceExt;
    const KIB: usize = 1024;
    let filler: &'static [u8] = Box::leak(vec![b'x'; 64 * KIB].into_boxed_slice());
    let place = place(Config { upload_bytes: 3_000_000, ..open() }).await;
    let mut browser = Browser::new(&place, "en");
    let csrf = browser.get("/set-list").await.hidden("csrf");
    let forms = [
        ("application/x-www-form-urlencoded", format!("csrf={csrf}&x=")),
        (
            "multipart/form-data; boundary=xx",
            format!(
                "--xx\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
            ),
        ),
    ];
    let mut addresses: Vec<(String, usize)> = crate::routes::pages()
        .iter()
        .filter(|r| r.posts)
        .map(|route| {
            let most = match route.path.as_str() {
                "/set-list" | "/set-list/shared" => 3_000_000,
                path if path.ends_with("/picture") => app::selection::MOST_PICTURE_BYTES + 64 * KIB,
                // What `axum` takes of a form where nothing is said.
                _ => 2 * KIB * KIB,
            };
            (route.filled(&["Mira%20Feld", "x", "y"]), most)
        })
        .collect();
    for other in [
        "/rest/ping.view",
        "/rest/createPlaylist",
        "/1/submit-listens",
        "/api/v1/parties",
        "/api/v1/set-lists",
        "/nothing",
    ] {
        addresses.push((other.to_owned(), 32 * KIB * KIB));
    }
    let (mut too_large, mut tried) = (0, 0);
    for (n, (address, most)) in addresses.iter().enumerate() {
        for (kind, head) in &forms {
            let (rest, taken) = endless(filler);
            let head = futures::stream::once(std::future::ready(Ok::<_, axum::Error>(head.clone().into())));
            let whole = futures::StreamExt::chain(head, rest.into_data_stream());
            let request = axum::http::Request::post(address)
                .header("host", "localhost:8080")
                .header("accept-language", "en")
                .header("content-type", *kind)
                .header("cookie", browser.cookies.join("; "))
                // The clock stands still: each from a network of its own where somebody may come from elsewhere.
                .header("x-request-id", n.to_string())
                .body(axum::body::Body::from_stream(whole))
                .unwrap();
            let answer = place.app.clone().oneshot(request).await.unwrap();
            tried += 1;
            let status = answer.status().as_u16();
            let bytes = axum::body::to_bytes(answer.into_body(), 1_000_000).await.unwrap();
            let taken = taken.load(std::sync::atomic::Ordering::Relaxed);
            assert!(taken <= most + 192 * KIB, "{address} took {taken} bytes of {kind}, {status}");
            // Players are told what is wrong in an answer that says 200, as their protocol wants it.
            assert!((status >= 300 || address.starts_with("/rest/")) && status != 500, "{address}: {status}");
            if status == 413 {
                too_large += 1;
                let said = String::from_utf8_lossy(&bytes);
                assert!(said.contains("too much") || said.contains("too-large"), "{address}: {said}");
            }
        }
    }
    assert!(tried > 150 && too_large > 40, "{too_large} of {tried} said that it is too much");
}
