//! A DJ mails their list in: the private address, what comes of messages, the answers, and the mail server's side.

use app::House;
use app::session::Role;
use app::sign_in::{self, Add, Grant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::browser::{Answer, Browser, Place, open, place};

const DOMAIN: &str = "lists.example.org";

/// A small house that takes mail, with the owner of a party in it; and the local part of that party's address.
async fn with_mail(lang: &str) -> (Place, String, String) {
    let place = place(open()).await;
    let (party, local) = prepare(&place.house, lang).await;
    (place, party, local)
}

async fn prepare(house: &House, lang: &str) -> (String, String) {
    for (name, value) in [("mail-in-domain", DOMAIN), ("house-url", "https://house.example")] {
        app::policy::set(house, name, value, "ada").await.unwrap();
    }
    let mut tx = house.store.begin_read().await.unwrap();
    let known = tx.parties_named("Mira Feld").await.unwrap();
    drop(tx);
    let party = match known.into_iter().next() {
        Some(known) => known.party.id,
        None => {
            let ask =
                app::party::Register { name: "Mira Feld".into(), by: "ada".into(), ..Default::default() };
            app::party::register(house, ask).await.unwrap().party.id
        }
    };
    let add = Add {
        mail: "mira@example.org".to_owned(),
        name: "Mira".to_owned(),
        lang: lang.to_owned(),
        by: "ada".to_owned(),
        ..Add::default()
    };
    let who = sign_in::add(house, add).await.unwrap();
    let _ = who;
    let grant = Grant {
        who: "mira@example.org".to_owned(),
        role: Role::Owner,
        party: party.to_string(),
        until: None,
        by: "ada".to_owned(),
    };
    sign_in::grant(house, grant).await.unwrap();
    let address = app::mail_in::renew(house, party.as_str(), "ada").await.unwrap();
    let local = address.text.strip_suffix(&format!("@{DOMAIN}")).unwrap().to_owned();
    assert!(local.len() == 24 && local.starts_with("set-"), "{local}");
    (party.to_string(), local)
}

fn with_file(id: &str, name: &str, lines: &str) -> Vec<u8> {
    format!(
        "From: Somebody Else <forged@elsewhere.example>\nTo: <x@{DOMAIN}>\nSubject: Fwd: Club Nord, 2026-09-04\n\
         Message-ID: <{id}@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nMy set from last night\n\
         --b\nContent-Type: text/plain; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\n\n{lines}\n--b--\n"
    )
    .replace('\n', "\r\n")
    .into_bytes()
}

const LINES: &str = "Mira Feld - Low Tide\nOna Veld - Paper Moon\nNobody - At All";

async fn take(house: &House, local: &str, message: &[u8]) -> server::mail_in::Taken {
    server::mail_in::take(house, local, message.into()).await.unwrap().unwrap()
}

/// The mails that wait: to whom, subject, body.
async fn mails(house: &House) -> Vec<(String, String, String)> {
    let mut tx = house.store.begin_read().await.unwrap();
    let all = tx.waiting_mail(house.store.fields()).await.unwrap();
    all.into_iter().filter(|m| m.reason == "mail-in").map(|m| (m.to, m.subject, m.body)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailed_list_waits_as_a_draft_and_its_owner_is_told_in_french() {
    let (place, party, local) = with_mail("fr").await;
    let house = &place.house;
    let message = with_file("1", "set.txt", LINES);
    let taken = take(house, &local.to_uppercase(), &message).await;
    assert_eq!((taken.outcome.as_str(), taken.again, taken.made.len()), ("draft", false, 1));
    let sent = mails(house).await;
    let [(to, subject, body)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(to, "mira@example.org", "never to whom a message says it is from");
    assert!(subject.contains("votre liste vous attend"), "{subject}");
    let link = format!("https://house.example/sets/{party}/mailed/{}", taken.made[0]);
    assert!(body.contains(&link) && body.contains("3 titres joués, dont 2 reconnus"), "{body}");
    assert!(!body.contains("forged"), "{body}");
    // The same message again, as mail servers send it: nothing new, and nobody is told twice.
    let again = take(house, &local, &message).await;
    assert!(again.again && again.outcome == "draft");
    assert_eq!(mails(house).await.len(), 1);
    // The draft is the form with its file; handed in, it is a list and no draft any more.
    let mut browser = Browser::new(&place, "fr");
    let page = browser.get(&format!("/sets/{party}")).await;
    assert!(page.body.contains("set.txt") && page.body.contains("Club Nord"), "{}", page.body);
    let form = browser.get(&format!("/sets/{party}/mailed/{}", taken.made[0])).await;
    assert_eq!(form.status, 200, "{}", form.body);
    assert!(
        form.body.contains("value=\"Club Nord\"") && form.body.contains("value=\"2026-09-04\""),
        "{}",
        form.body
    );
    let (csrf, kept) = (form.hidden("csrf"), form.hidden("kept"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("kept", kept.as_str()),
        ("performer", "Mira Feld"),
        ("event", "Club Nord"),
        ("date", "2026-09-04"),
        ("gift", "none"),
        ("visibility", "track-only"),
    ];
    let done: Answer = browser.hand_in(&fields, None).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(app::mail_in::drafts(house, &party).await.unwrap().is_empty());
    let gone = browser.get(&format!("/sets/{party}/mailed/{}", taken.made[0])).await;
    assert_eq!(gone.status, 404, "{}", gone.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_used_gets_one_answer_with_a_hint_and_programs_get_none() {
    let (place, _, local) = with_mail("en").await;
    let house = &place.house;
    let cases: [(&[u8], &str, &str); 5] = [
        (b"Subject: hello\r\nMessage-ID: <1@x>\r\n\r\n\r\n", "refused", "brings no set list"),
        (
            b"Subject: x\r\nMessage-ID: <2@x>\r\nContent-Type: image/png; name=a.png\r\n\r\nPNG\r\n",
            "refused",
            "brings no set list",
        ),
        (b"Subject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away\r\n", "automatic", ""),
        (b"From: MAILER-DAEMON@x.example\r\nSubject: Failed\r\n\r\nNot there\r\n", "automatic", ""),
        (b"", "refused", "no mail message"),
    ];
    let mut told = 0;
    for (message, want, words) in cases {
        let taken = take(house, &local, message).await;
        assert_eq!(taken.outcome, want, "{}", String::from_utf8_lossy(message));
        told += usize::from(!words.is_empty());
        let sent = mails(house).await;
        assert_eq!(sent.len(), told);
        if !words.is_empty() {
            assert!(sent.iter().any(|(_, _, body)| body.contains(words)), "{words}: {sent:?}");
        }
    }
    let damaged = with_file("9", "history.nml", "<?xml version=\"1.0\"?><NML VERSION=\"19\"><COLLECTION");
    assert_eq!(take(house, &local, &damaged).await.outcome, "refused");
    let last = mails(house).await;
    assert!(last.iter().any(|(_, _, b)| b.contains("history.nml")), "{last:?}");
    // An address takes so many a day; then the mail server is asked to come again.
    for n in 0..50 {
        let message = format!("Subject: x\r\nMessage-ID: <m{n}@x>\r\n\r\n\r\n");
        if let Err(app::Failure::Refused(refusal)) =
            server::mail_in::take(house, &local, message.as_bytes().into()).await
        {
            assert_eq!(refusal.code, "mail-often");
            return;
        }
    }
    panic!("one address took everything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_standing_promise_a_mailed_list_is_recorded_at_once() {
    for fresh in testkit::house::each(27).await {
        let house = &fresh.house;
        let (party, local) = prepare(house, "en").await;
        let promise = app::pot::Plan::Amount("EUR 20".parse().unwrap());
        app::pot::plan(house, &party, money::Currency::EUR, Some(promise), &party).await.unwrap();
        let pasted = format!(
            "Subject: Kiln\r\nMessage-ID: <1@x>\r\n\r\n{}\r\n-- \r\nMira\r\n",
            LINES.replace('\n', "\r\n")
        );
        let taken = take(house, &local, pasted.as_bytes()).await;
        assert_eq!(taken.outcome, "list", "{taken:?}");
        let list = taken.made[0].parse().unwrap();
        let (row, event, lines) = app::set_list::show(house, &list).await.unwrap();
        assert_eq!((event.name.as_str(), lines.len(), row.visibility.as_str()), ("Kiln", 3, "track-only"));
        let sent = mails(house).await;
        assert!(sent[0].2.contains(&format!("https://house.example/set-list/{list}")), "{sent:?}");
        // Closed, the address is nobody's.
        app::mail_in::end(house, &party, &party).await.unwrap();
        assert!(server::mail_in::take(house, &local, pasted.as_bytes().into()).await.unwrap().is_none());
    }
}

struct Relay(TcpStream);

impl Relay {
    async fn hear(&mut self, want: &str) -> String {
        let mut heard = Vec::new();
        let mut byte = [0];
        // The last line of an answer has a blank behind its number.
        loop {
            let n = self.0.read(&mut byte).await.unwrap();
            assert!(n > 0, "hung up: {}", String::from_utf8_lossy(&heard));
            heard.push(byte[0]);
            let text = String::from_utf8_lossy(&heard).into_owned();
            if let Some(last) = text.strip_suffix("\r\n").and_then(|t| t.lines().last())
                && last.as_bytes().get(3) == Some(&b' ')
            {
                assert!(last.starts_with(want), "{want}: {text}");
                return text;
            }
        }
    }

    async fn say(&mut self, line: &str, want: &str) -> String {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.hear(want).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_hands_messages_over() {
    let (place, party, local) = with_mail("en").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let listening = tokio::spawn(server::lmtp::listen(place.house.clone(), listener, 100_000, stopped));
    let mut relay = Relay(TcpStream::connect(at).await.unwrap());
    relay.hear("220").await;
    relay.say("MAIL FROM:<a@b>", "503").await;
    assert!(relay.say("LHLO relay.example", "250").await.contains("SIZE 100000"));
    relay.say("EHLO relay.example", "500").await;
    relay.say("MAIL FROM:<a@b> SIZE=200000", "552").await;
    relay.say("MAIL FROM:<a@b>", "250").await;
    relay.say("DATA", "503").await;
    relay.say(&format!("RCPT TO:<nobody@{DOMAIN}>"), "550").await;
    relay.say(&format!("RCPT TO:<{local}@elsewhere.example>"), "550").await;
    relay.say(&format!("RCPT TO:<{}@{}>", local.to_uppercase(), DOMAIN.to_uppercase()), "250").await;
    relay.say("DATA", "354").await;
    let message = String::from_utf8(with_file("7", "set.txt", LINES)).unwrap();
    relay.say(&format!("{message}\r\n."), "250").await;
    assert_eq!(app::mail_in::drafts(&place.house, &party).await.unwrap().len(), 1);
    // Too large, and the connection goes on.
    relay.say("MAIL FROM:<a@b>", "250").await;
    relay.say(&format!("RCPT TO:<{local}@{DOMAIN}>"), "250").await;
    relay.say("DATA", "354").await;
    relay.say(&format!("Subject: x\r\n\r\n{}\r\n.", "x".repeat(200_000)), "552").await;
    relay.say(&"N".repeat(5_000), "500").await;
    relay.say("NOOP", "250").await;
    relay.say("QUIT", "221").await;
    // Six connections stand; the next is asked to come again.
    let mut held = Vec::new();
    for _ in 0..6 {
        let mut one = Relay(TcpStream::connect(at).await.unwrap());
        one.hear("220").await;
        held.push(one);
    }
    Relay(TcpStream::connect(at).await.unwrap()).hear("421").await;
    // Who only guesses is shown out.
    let mut guesser = held.pop().unwrap();
    guesser.say("LHLO x", "250").await;
    guesser.say("MAIL FROM:<>", "250").await;
    for n in 0..19 {
        guesser.say(&format!("RCPT TO:<set-{n}@{DOMAIN}>"), "550").await;
    }
    guesser.0.write_all(format!("RCPT TO:<set-x@{DOMAIN}>\r\n").as_bytes()).await.unwrap();
    guesser.hear("550").await;
    guesser.hear("421").await;
    stop.send(true).unwrap();
    listening.await.unwrap();
    let in_the_open = server::Config { lmtp: Some("0.0.0.0:0".parse().unwrap()), ..open() };
    let refused =
        server::serve(place.house.clone(), in_the_open, |_| panic!("must not listen"), async {}).await;
    assert!(matches!(refused, Err(server::ServeError::LmtpOpen(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_telephone_shares_a_file() {
    let place = place(open()).await;
    let mut browser = Browser::new(&place, "fr");
    let manifest = browser.get("/app.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let told: serde_json::Value = serde_json::from_str(&manifest.body).unwrap();
    let target = &told["share_target"];
    assert_eq!(
        (target["action"].as_str(), target["method"].as_str()),
        (Some("/set-list/shared"), Some("POST"))
    );
    assert!(browser.get("/").await.body.contains("rel=\"manifest\""));
    let shared =
        browser.share(&[("title", "x"), ("text", "")], Some(("history.txt", LINES.as_bytes()))).await;
    assert_eq!(shared.status, 303, "{}", shared.body);
    let form = browser.get(shared.header("location")).await;
    assert!(form.body.contains("history.txt"), "{}", form.body);
    let (csrf, kept) = (form.hidden("csrf"), form.hidden("kept"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("kept", kept.as_str()),
        ("performer", "Mira Feld"),
        ("gift", "none"),
        ("visibility", "track-only"),
    ];
    let done = browser.hand_in(&fields, None).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let list = browser.get(done.header("location")).await;
    assert!(list.body.contains("Paper Moon"), "{}", list.body);
    let text = browser.share(&[("text", LINES)], None).await;
    assert!(browser.get(text.header("location")).await.body.contains("pasted.txt"));
    assert_eq!(browser.share(&[], None).await.header("location"), "/set-list");
}
