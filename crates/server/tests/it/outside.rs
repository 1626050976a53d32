//! The doors against real counterparts on this machine: an OpenID Connect provider, a CAS server, a library system, a
//! harvester.
//!
//! `oidc-provider` (npm) is looked for in the folder `TANTIEME_TEST_NODE_MODULES`; `django-cas-server`, `pysip2` and `sickle` (PyPI)
//! with the Python of `TANTIEME_TEST_PYTHON`, or `python3`. Where one is missing its test says so, and under `CI=true` it
//! fails.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use app::member::{self, Door, Outside};
use server::Config;

use crate::browser::{Browser, Fixed, Place, Real, open, place_in};

const BACK: &str = "http://house.example";

/// Says that a counterpart is missing; fails where it must not be.
fn skipped(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} is not here");
    #[allow(clippy::print_stderr)] // a test that skips must say so
    {
        eprintln!("SKIPPED: {what} is not here");
    }
}

/// A program on a port of its own; it ends when its input does.
struct Counterpart {
    child: Child,
    at: String,
    /// What it says goes somewhere, or it would end.
    _says: BufReader<std::process::ChildStdout>,
}

impl Drop for Counterpart {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(mut command: Command, port: u16) -> Option<Counterpart> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut line = String::new();
    let mut says = BufReader::new(child.stdout.take()?);
    says.read_line(&mut line).ok()?;
    let counterpart = Counterpart { child, at: format!("127.0.0.1:{port}"), _says: says };
    (line.trim() == "ready").then_some(counterpart)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn python() -> String {
    std::env::var("TANTIEME_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn script(name: &str) -> String {
    format!("{}/tests/counterparts/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A person's browser at the counterpart: cookies, forms, redirects within it.
struct Person {
    at: String,
    cookies: BTreeMap<String, String>,
}

impl Person {
    fn new(at: &str) -> Person {
        Person { at: at.to_owned(), cookies: BTreeMap::new() }
    }

    /// Follows redirects within the counterpart; where one leads out, gives its address.
    fn go(&mut self, address: &str, form: Option<&str>) -> Result<String, String> {
        let (mut address, mut form) = (address.to_owned(), form.map(str::to_owned));
        for _ in 0..10 {
            let inside = address.strip_prefix(&format!("http://{}", self.at)).unwrap_or(&address).to_owned();
            if !inside.starts_with('/') {
                return Err(address);
            }
            let (head, body) = self.ask(&inside, form.take().as_deref());
            match head
                .lines()
                .find_map(|l| l.split_once(": ").filter(|(k, _)| k.eq_ignore_ascii_case("location")))
            {
                Some((_, to)) => to.clone_into(&mut address),
                None => return Ok(body),
            }
        }
        panic!("redirected in a circle: {address}");
    }

    fn ask(&mut self, path: &str, form: Option<&str>) -> (String, String) {
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let (method, body) = if form.is_some() { ("POST", form.unwrap_or_default()) } else { ("GET", "") };
        let text = format!(
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nCookie: {}\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.at,
            cookies.join("; "),
            body.len(),
        );
        let mut stream = TcpStream::connect(&self.at).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        for line in head.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((key, value)) = value.split(';').next().and_then(|p| p.split_once('='))
            {
                self.cookies.insert(key.to_owned(), value.to_owned());
            }
        }
        (head.to_owned(), body.to_owned())
    }
}

/// A value of an attribute after a mark in a page.
fn after<'a>(page: &'a str, mark: &str) -> &'a str {
    page.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark} in {page}")).split('"').next().unwrap()
}

async fn real_place() -> Place {
    let world = Arc::new(Real(Fixed(AtomicU64::new(7))));
    let config = Config { fetch: Arc::new(Outside::new(true)), ..open() };
    let place = place_in(config, world).await;
    app::policy::set(&place.house, "house-url", BACK, "ada").await.unwrap();
    place
}

async fn mira(place: &Place) -> String {
    let mut tx = place.house.store.begin_read().await.unwrap();
    app::party::find(&mut tx, "Mira Feld").await.unwrap().party.id.to_string()
}

async fn members(place: &Place, institution: &str) -> i64 {
    member::count(&place.house, institution).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_real_openid_provider_lets_its_readers_in() {
    let Ok(modules) = std::env::var("TANTIEME_TEST_NODE_MODULES") else {
        return skipped("oidc-provider (TANTIEME_TEST_NODE_MODULES)");
    };
    let port = free_port();
    let mut command = Command::new("node");
    command.args([&script("provider.mjs"), &modules, &port.to_string(), &format!("{BACK}/enter/oidc/back")]);
    let Some(provider) = start(command, port) else { return skipped("oidc-provider") };
    let place = real_place().await;
    let town = mira(&place).await;
    let door = Door::Oidc {
        issuer: format!("http://{}", provider.at),
        client_id: "tantieme".to_owned(),
        client_secret: Some("a secret of the tests: + & %".to_owned()),
    };
    member::set_door(&place.house, &town, &door, "ada").await.unwrap();
    let mut browser = Browser::new(&place, "en");
    let mut backs = Vec::new();
    for login in ["reader-7", "reader-7", "reader-8"] {
        let page = browser.get(&format!("/enter/{town}")).await;
        assert!(page.body.contains(&format!("/enter/{town}/oidc")), "{}", page.body);
        let leaving = browser.get(&format!("/enter/{town}/oidc?next=/figures")).await;
        assert_eq!(leaving.status, 303, "{}", leaving.body);
        let to = leaving.header("location").to_owned();
        assert!(to.contains("code_challenge_method=S256") && to.contains("scope=openid&"), "{to}");
        let mut person = Person::new(&provider.at);
        let form = person.go(&to, None).unwrap();
        let action = after(&form, "action=\"").to_owned();
        let form = person.go(&action, Some(&format!("prompt=login&login={login}&password=x"))).unwrap();
        let action = after(&form, "action=\"").to_owned();
        let back = person.go(&action, Some("prompt=consent")).unwrap_err();
        let back = back.strip_prefix(BACK).unwrap().to_owned();
        // Another browser does not come in by it, and the way is gone after.
        if login == "reader-8" {
            let mut thief = Browser::new(&place, "en");
            let page = thief.get(&back).await;
            assert!(page.status == 422 && page.body.contains("used already"), "{}", page.body);
            assert_eq!(browser.get(&back).await.status, 422);
            continue;
        }
        let came = browser.get(&back).await;
        assert_eq!((came.status.as_u16(), came.header("location")), (303, "/figures"), "{}", came.body);
        assert!(browser.get("/account").await.body.contains("Mira Feld"), "the membership is shown");
        backs.push(back);
    }
    assert_eq!(members(&place, &town).await, 1, "the same reader is the same member");
    for back in backs {
        let replayed = browser.get(&back).await;
        assert!(replayed.status == 422 && replayed.body.contains("used already"), "{}", replayed.body);
    }
    // A code that the provider never gave.
    let leaving = browser.get(&format!("/enter/{town}/oidc")).await;
    let state =
        leaving.header("location").split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let iss = format!("http%3A%2F%2F127.0.0.1%3A{port}");
    let made_up = browser.get(&format!("/enter/oidc/back?code=made-up&state={state}&iss={iss}")).await;
    assert!(made_up.status == 422 && made_up.body.contains("did not confirm"), "{}", made_up.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_real_cas_server_lets_its_readers_in() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut command = Command::new(python());
    command.args([&script("cas.py"), &port.to_string(), &folder.path().display().to_string()]);
    let Some(cas) = start(command, port) else { return skipped("django-cas-server") };
    let place = real_place().await;
    let town = mira(&place).await;
    let door = Door::Cas { server: format!("http://{}/cas", cas.at) };
    member::set_door(&place.house, &town, &door, "ada").await.unwrap();
    let mut browser = Browser::new(&place, "fr");
    for round in 0..2 {
        let leaving = browser.get(&format!("/enter/{town}/cas")).await;
        let to = leaving.header("location").to_owned();
        let mut person = Person::new(&cas.at);
        let form = person.go(&to, None).unwrap();
        let hidden: Vec<String> = form
            .split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|field| {
                let field = field.split('>').next().unwrap();
                let name = field.split('"').next().unwrap();
                let value = field.split("value=\"").nth(1).unwrap_or_default().split('"').next().unwrap();
                let value = value.replace("&amp;", "&");
                let code = |b: u8| {
                    if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
                };
                format!("{name}={}", value.bytes().map(code).collect::<String>())
            })
            .collect();
        let filled = format!("{}&username=reader-7&password=quiet+tides", hidden.join("&"));
        let path = to.strip_prefix(&format!("http://{}", cas.at)).unwrap().to_owned();
        let back = person.go(&path, Some(&filled)).unwrap_err();
        let back = back.strip_prefix(BACK).unwrap().to_owned();
        let came = browser.get(&back).await;
        assert_eq!(
            (came.status.as_u16(), came.header("location")),
            (303, "/listen"),
            "{round}: {}",
            came.body
        );
        let replayed = browser.get(&back).await;
        assert!(replayed.status == 422 && replayed.body.contains("déjà servi"), "{}", replayed.body);
    }
    assert_eq!(members(&place, &town).await, 1);
    // A ticket that the server never gave.
    let leaving = browser.get(&format!("/enter/{town}/cas")).await;
    let way = leaving.header("location").split("way%3D").nth(1).unwrap().to_owned();
    let made_up = browser.get(&format!("/enter/cas/back?way={way}&ticket=ST-made-up")).await;
    assert!(made_up.status == 422 && made_up.body.contains("n’a pas confirmé"), "{}", made_up.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_library_system_answers_for_its_cards() {
    let port = free_port();
    let mut command = Command::new(python());
    command.args([&script("sip2.py"), &port.to_string()]);
    let Some(library) = start(command, port) else { return skipped("pysip2") };
    let place = real_place().await;
    let town = mira(&place).await;
    let at = library.at.clone();
    let door = |password: &str| Door::Sip2 {
        server: format!("sip2://{at}"),
        institution: "NORD".into(),
        user: "house".into(),
        password: password.into(),
        location: "web".into(),
        terminal_password: String::new(),
    };
    member::set_door(&place.house, &town, &door("tide"), "ada").await.unwrap();
    let mut browser = Browser::new(&place, "fr");
    let here = format!("/enter/{town}");
    let csrf = browser.get(&here).await.hidden("csrf");
    let knock = format!("{here}/card");
    for (card, pin) in [("20041", "0815"), ("20099", "4711"), ("20043", "1234"), ("20041|AD4711", "0815")] {
        let refused = browser.post(&knock, &[("csrf", &csrf), ("card", card), ("pin", pin)]).await;
        assert!(
            refused.status == 422 && refused.body.contains("ne vont pas ensemble"),
            "{card}: {}",
            refused.body
        );
    }
    for (card, pin) in [("20041", "4711"), ("200 41", "4711"), ("20042", "0815")] {
        let csrf = browser.get(&here).await.hidden("csrf");
        let came = browser.post(&knock, &[("csrf", &csrf), ("card", card), ("pin", pin)]).await;
        assert_eq!(
            (came.status.as_u16(), came.header("location")),
            (303, "/listen"),
            "{card}: {}",
            came.body
        );
    }
    assert_eq!(members(&place, &town).await, 2);
    // A list names the same card: the same member comes in, once the library's system is asked no more.
    let list =
        member::card::hand_in(&place.house, &town, b"card;pin\n20041;9999\n", true, "ada").await.unwrap();
    assert_eq!(list.cards, 1);
    member::close_door(&place.house, &town, "sip2", "ada").await.unwrap();
    let csrf = browser.get(&here).await.hidden("csrf");
    let came = browser.post(&knock, &[("csrf", &csrf), ("card", "20041"), ("pin", "9999")]).await;
    let csrf = browser.get(&here).await.hidden("csrf");
    assert_eq!((came.status.as_u16(), members(&place, &town).await), (303, 2));
    // Where the system refuses the house, or is away, nobody comes in and everybody is told so.
    member::set_door(&place.house, &town, &door("ebb"), "ada").await.unwrap();
    let refused = browser.post(&knock, &[("csrf", &csrf), ("card", "20042"), ("pin", "0815")]).await;
    assert!(refused.status == 422 && refused.body.contains("ne répond pas comme"), "{}", refused.body);
    drop(library);
    let away = browser.post(&knock, &[("csrf", &csrf), ("card", "20042"), ("pin", "0815")]).await;
    assert_eq!(away.status, 422);
    assert_eq!(members(&place, &town).await, 2);
    for server in
        ["sip2://library.example:6001", "sip2s://library.example", "https://library.example:6001", "tide"]
    {
        let Door::Sip2 { institution, user, password, location, terminal_password, .. } = door("tide") else {
            unreachable!()
        };
        let odd = Door::Sip2 {
            server: server.to_owned(),
            institution,
            user,
            password,
            location,
            terminal_password,
        };
        let refused = member::set_door(&place.house, &town, &odd, "ada").await.unwrap_err().to_string();
        assert!(refused.contains("SIP2 is spoken at"), "{server}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_real_harvester_reads_the_feed() {
    let known = Command::new(python()).args(["-c", "import sickle"]).output();
    if !known.is_ok_and(|out| out.status.success()) {
        return skipped("sickle");
    }
    let place = real_place().await;
    // More than one answer holds, so that tokens are followed, and one recording that was withdrawn.
    let mut table = String::from("id\tartist\ttitle\talbum\tlabel\tduration_s\tisrc\tyear\n");
    for n in 100..400 {
        table.push_str(&format!("{n}\tOna Veld\tTide {n} <&>\tTides\tKiln\t300\t\t2020\n"));
    }
    let input = Box::new(std::io::Cursor::new(table.into_bytes()));
    app::catalogue::import(&place.house, "more.tsv", input, None, "ada", &|_| {}).await.unwrap();
    let mut tx = place.house.store.begin().await.unwrap();
    let row = tx.recordings_by_source_id("150").await.unwrap().remove(0);
    assert!(tx.withdraw_recording(&row.source, "150", place.house.now()).await.unwrap());
    tx.commit().await.unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ready = move |at| {
        let _ = tell.send(at);
    };
    let end = async move {
        let _ = stopped.await;
    };
    let serving = tokio::spawn(server::serve(place.house.clone(), open(), ready, end));
    let at: std::net::SocketAddr = told.await.unwrap();
    let done = tokio::task::spawn_blocking(move || {
        Command::new(python()).args([script("harvest.py"), format!("http://{at}/oai")]).output().unwrap()
    });
    let done = done.await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let read: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(
        (read["heads"].as_u64(), read["ids"].as_u64(), read["gone"].as_u64()),
        (Some(305), Some(305), Some(1)),
        "{read}"
    );
    assert_eq!(read["titles"].as_array().unwrap().len(), 304);
    assert!(read["titles"].as_array().unwrap().iter().any(|t| t == "Tide 101 <&>"), "{read}");
    assert_eq!(read["touch"], 305);
    assert!(read["artists"].as_array().unwrap().iter().any(|a| a == "Mira Feld"));
    assert_eq!(
        read["errors"],
        serde_json::json!(["NoRecordsMatch", "IdDoesNotExist", "CannotDisseminateFormat"])
    );
    assert_eq!((&read["deleted"], &read["one"]), (&"persistent".into(), &true.into()));
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}
