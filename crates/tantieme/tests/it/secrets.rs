//! Whatever people and programs hand over, nothing secret stands in the log: journeys against a real process that logs as
//! much as it can, and then its whole log is searched.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::api::{KEYS, found, tantieme};

const PASSWORD: &str = "four quiet tides";
const WRONG: &str = "five-loud-rivers-77";
const ADDRESS: &str = "mira.hidden@studio-hidden.example";
const IBAN: &str = "DE02120300000000202051";
const PLAYER: &str = "player-pass-word-4711";
const NOTE: &str = "a private line of a set list 90210";

struct Served {
    child: Child,
    at: String,
    lmtp: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A house on ports that the system chose, as its log tells: one that was free a moment ago may be another's by now.
fn serve(folder: &Path) -> Served {
    let log = folder.join("log");
    let child = Command::new(env!("CARGO_BIN_EXE_tantieme"))
        .args(["--log-filter", "trace", "serve", "--listen", "127.0.0.1:0", "--lmtp", "127.0.0.1:0"])
        .args(["--outbox", "out"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut served = Served { child, at: String::new(), lmtp: String::new() };
    let begun = Instant::now();
    loop {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let after = |word: &str, before: &str| {
            let line = said.split_inclusive('\n').find(|l| l.ends_with('\n') && l.contains(word))?;
            let (_, rest) = line.split_once(before)?;
            Some(rest.split_whitespace().next()?.to_owned())
        };
        let found = (after("listening on", "http://"), after("taken by mail", " at="));
        if let (Some(at), Some(lmtp)) = found {
            (served.at, served.lmtp) = (at, lmtp);
            return served;
        }
        let ended = served.child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended with {ended:?}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not listen: {said}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What came back: status, the whole head, body.
fn ask(at: &str, method: &str, path: &str, head: &[(&str, &str)], body: &str) -> (u16, String, String) {
    let mut to = TcpStream::connect(at).unwrap();
    to.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let port = at.rsplit_once(':').unwrap().1;
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n");
    for (name, value) in head {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    to.write_all(text.as_bytes()).unwrap();
    let mut all = Vec::new();
    let _ = to.read_to_end(&mut all);
    let all = String::from_utf8_lossy(&all).into_owned();
    let (head, body) = all.split_once("\r\n\r\n").unwrap_or((&all, ""));
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    (status, head.to_owned(), body.to_owned())
}

fn cookie(head: &str, name: &str) -> String {
    let start = format!("{name}=");
    head.lines()
        .filter_map(|l| l.split_once(": ").filter(|(k, _)| k.eq_ignore_ascii_case("set-cookie")))
        .filter_map(|(_, v)| v.split(';').next())
        .find_map(|v| v.strip_prefix(&start).map(str::to_owned))
        .unwrap_or_default()
}

fn between<'a>(text: &'a str, before: &str, after: char) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split(after).next()).unwrap_or_default()
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn nothing_secret_stands_in_the_log() {
    let folder = found();
    tantieme(folder.path(), &["policy", "set", "mail-in-domain", "lists.example.org"]);
    tantieme(folder.path(), &["party", "add", "Mira Feld"]);
    let mut served = serve(folder.path());
    let at = served.at.clone();
    let mut secrets: Vec<(&str, String)> = [
        ("a password", PASSWORD),
        ("a wrong password", WRONG),
        ("a mail address", ADDRESS),
        ("an account", IBAN),
        ("a player's password", PLAYER),
        ("a line of a mail", NOTE),
    ]
    .map(|(what, text)| (what, text.to_owned()))
    .into();
    secrets.extend(KEYS.iter().map(|k| ("a key", (*k).to_owned())));
    // At the door, with a wrong password and the right one.
    let (_, head, body) = ask(&at, "GET", "/sign-in", &[], "");
    let visit: Vec<String> = ["visit", "tantieme-visit"]
        .iter()
        .filter_map(|n| Some(cookie(&head, n)).filter(|c| !c.is_empty()).map(|c| format!("{n}={c}")))
        .collect();
    let all_cookies: Vec<String> = head
        .lines()
        .filter_map(|l| l.split_once(": ").filter(|(k, _)| k.eq_ignore_ascii_case("set-cookie")))
        .filter_map(|(_, v)| v.split(';').next().map(str::to_owned))
        .collect();
    let jar = if visit.is_empty() { all_cookies.join("; ") } else { visit.join("; ") };
    secrets
        .extend(all_cookies.iter().filter_map(|c| c.split_once('=')).map(|(_, v)| ("a visit", v.to_owned())));
    let csrf = between(&body, "name=\"csrf\" value=\"", '"').to_owned();
    secrets.push(("a form's token", csrf.clone()));
    let form = |fields: &[(&str, &str)]| {
        fields
            .iter()
            .map(|(k, v)| format!("{k}={}", v.replace('@', "%40").replace(' ', "+")))
            .collect::<Vec<_>>()
            .join("&")
    };
    let head_with = |jar: &str| [("cookie", jar.to_owned())];
    let wrong = form(&[("csrf", &csrf), ("login", "Ada"), ("password", WRONG)]);
    let jar_head = head_with(&jar);
    ask(&at, "POST", "/sign-in/password", &[FORM, ("cookie", &jar_head[0].1)], &wrong);
    let right = form(&[("csrf", &csrf), ("login", "Ada"), ("password", PASSWORD)]);
    let (status, head, _) = ask(&at, "POST", "/sign-in/password", &[FORM, ("cookie", &jar)], &right);
    assert_eq!(status, 303, "{head}");
    let session = head
        .lines()
        .filter_map(|l| l.split_once(": ").filter(|(k, _)| k.eq_ignore_ascii_case("set-cookie")))
        .filter_map(|(_, v)| v.split(';').next())
        .find(|c| c.contains("session"))
        .unwrap()
        .to_owned();
    secrets.push(("a session", session.split_once('=').unwrap().1.to_owned()));
    let inside = format!("{jar}; {session}");
    let (status, _, account) = ask(&at, "GET", "/account", &[("cookie", &inside)], "");
    assert_eq!(status, 200, "{account}");
    let made = ask(
        &at,
        "POST",
        "/api/v1/keys",
        &[JSON, ("cookie", &inside)],
        "{\"name\":\"x\",\"scopes\":[\"read\"]}",
    );
    let key = between(&made.2, "\"secret\":\"", '"').to_owned();
    assert!(key.starts_with("ttk_"), "{} {}", made.0, made.2);
    secrets.push(("a key that was made", key.clone()));
    ask(&at, "GET", "/api/v1/me", &[("authorization", &format!("Bearer {key}"))], "");
    ask(&at, "GET", "/api/v1/me", &[("authorization", "Bearer ttk_99999999999999999999999999999999")], "");
    secrets.push(("a wrong key", "ttk_99999999999999999999999999999999".to_owned()));
    let set_up = ask(&at, "GET", "/account/second-factor", &[("cookie", &inside)], "").2;
    let second = between(&set_up, "class=\"secret\">", '<').to_owned();
    assert!(second.len() > 10, "{set_up}");
    secrets.push(("a second factor", second.clone()));
    secrets.push(("a second factor", second.replace(' ', "")));
    // A link by mail, out of the outbox, and through its door.
    let link_form = form(&[("csrf", &csrf), ("mail", ADDRESS)]);
    let asked = ask(&at, "POST", "/sign-in", &[FORM, ("cookie", &jar)], &link_form);
    assert!(asked.0 < 400, "{} {}", asked.0, asked.2);
    let begun = Instant::now();
    let token = loop {
        let mails = std::fs::read_dir(folder.path().join("out")).into_iter().flatten().flatten();
        let text: String = mails.filter_map(|f| std::fs::read_to_string(f.path()).ok()).collect();
        let plain = text.replace("=\r\n", "");
        let token: String =
            between(&plain, "/sign-in/link/", '\r').chars().take_while(char::is_ascii_alphanumeric).collect();
        if token.len() > 20 {
            break token;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no mail came: {text}");
        std::thread::sleep(Duration::from_millis(100));
    };
    secrets.push(("a link", token.clone()));
    let shown = ask(&at, "GET", &format!("/sign-in/link/{token}"), &[("cookie", &jar)], "");
    assert_eq!(shown.0, 200, "{}", shown.2);
    ask(&at, "POST", &format!("/sign-in/link/{token}"), &[FORM, ("cookie", &jar)], &form(&[("csrf", &csrf)]));
    // Programs: an account, a webhook, an address for mail, and bodies that cannot be read.
    let bearer = format!("Bearer {}", KEYS[0]);
    let with_key = |more: &'static str| [JSON, ("authorization", bearer.as_str()), ("idempotency-key", more)];
    let listed = ask(&at, "GET", "/api/v1/parties", &with_key("p"), "").2;
    let party = format!("pty-{}", between(&listed, "\"pty-", '"'));
    let bank = format!("{{\"holder\":\"Mira\",\"iban\":\"{IBAN}\"}}");
    ask(&at, "POST", &format!("/api/v1/parties/{party}/bank-details"), &with_key("b"), &bank);
    ask(
        &at,
        "POST",
        &format!("/api/v1/parties/{party}/bank-details"),
        &with_key("c"),
        &bank.replace(':', ";"),
    );
    ask(&at, "POST", &format!("/api/v1/parties/{party}/bank-details?iban={IBAN}"), &with_key("d"), "");
    let hook = "{\"url\":\"https://hooks.example.org/in\",\"kinds\":[\"payout.sent\"]}";
    let hooked = ask(&at, "POST", "/api/v1/parties/house/webhooks", &with_key("e"), hook).2;
    if let Some(secret) = Some(between(&hooked, "\"secret\":\"", '"')).filter(|s| s.len() > 10) {
        secrets.push(("a webhook's secret", secret.to_owned()));
    }
    let address = ask(&at, "POST", &format!("/api/v1/parties/{party}/mail-address"), &with_key("f"), "{}").2;
    let local = between(&address, "\"address\":\"", '@').to_owned();
    assert_eq!(local.len(), 24, "{address}");
    secrets.push(("an address for mail", local.clone()));
    for query in
        [format!("u=Ada&p={PLAYER}"), format!("u=Ada&p=enc:{}", hex(PLAYER)), format!("apiKey=tk-{PLAYER}")]
    {
        ask(&at, "GET", &format!("/rest/ping.view?v=1.16.1&c=test&{query}"), &[], "");
    }
    secrets.push(("a player's password in hexadecimal", hex(PLAYER)));
    ask(
        &at,
        "GET",
        "/metrics",
        &[("authorization", &format!("Bearer {WRONG}")), ("x-forwarded-for", "10.0.0.1")],
        "",
    );
    mailed(&served.lmtp, &local);
    // Gone, so that every line is written.
    assert!(Command::new("kill").arg(served.child.id().to_string()).status().unwrap().success());
    let _ = served.child.wait();
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("TRACE") && log.lines().count() > 200, "{} lines", log.lines().count());
    assert!(log.contains("a message was taken"), "the mail is not in the log at all");
    for (what, secret) in &secrets {
        assert!(secret.len() > 6, "{what} is too short to search for: `{secret}`");
        let found = log.lines().find(|l| l.contains(secret.as_str()));
        assert!(found.is_none(), "{what} stands in the log: {found:?}");
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

/// Hands a message over as a mail server does.
fn mailed(at: &str, local: &str) {
    let mut to = TcpStream::connect(at).unwrap();
    let mut from = BufReader::new(to.try_clone().unwrap());
    let mut hear = || {
        let mut line = String::new();
        while line.lines().last().is_none_or(|l| l.as_bytes().get(3) != Some(&b' ')) {
            assert!(from.read_line(&mut line).unwrap() > 0, "{line}");
        }
        line
    };
    hear();
    let message = format!(
        "From: {ADDRESS}\r\nSubject: {NOTE}\r\nMessage-ID: <1@{ADDRESS}>\r\n\r\n{NOTE} - {NOTE}\r\n."
    );
    for line in [
        "LHLO x".to_owned(),
        format!("MAIL FROM:<{ADDRESS}>"),
        format!("RCPT TO:<{local}@lists.example.org>"),
        "DATA".to_owned(),
        message,
    ] {
        to.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        let heard = hear();
        assert!(heard.starts_with(['2', '3']), "{line}: {heard}");
    }
}
