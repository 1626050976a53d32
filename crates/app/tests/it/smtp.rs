//! Mail over SMTP, on loopback against a server that lives in this test: what arrives, and what a server that does
//! not take it leaves behind.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use app::mail;
use ports::mail::{Smtp, SmtpConfig, Tls};

use crate::story;

/// What a server does when a message comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Takes,
    /// Greets, and then is busy for every sender.
    IsBusy,
    /// Takes the envelope and refuses the message.
    Refuses,
    /// Hangs up in the middle.
    HangsUp,
}

/// A small SMTP server at a free port of this machine.
struct Server {
    port: u16,
    /// Each message with its envelope.
    taken: Arc<Mutex<Vec<(String, String, String)>>>,
    /// How many messages were begun.
    asked: Arc<Mutex<usize>>,
}

impl Server {
    fn start(mood: Mood) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server { port, taken: Arc::default(), asked: Arc::default() };
        let (taken, asked) = (server.taken.clone(), server.asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A conversation that breaks off is the client's matter.
                let _ = converse(stream, mood, &taken, &asked);
            }
        });
        server
    }

    fn client(&self) -> Smtp {
        Smtp::new(&SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: Some(self.port),
            tls: Tls::None,
            user: None,
            from: "Maison Tantième <house@tantieme.example>".to_owned(),
        })
        .unwrap()
    }
}

fn converse(
    mut stream: TcpStream,
    mood: Mood,
    taken: &Mutex<Vec<(String, String, String)>>,
    asked: &Mutex<usize>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?);
    let (mut from, mut to) = (String::new(), String::new());
    stream.write_all(b"220 test ready\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let word = line.trim_end().to_owned();
        let answer: &[u8] = match word.split([' ', ':']).next().unwrap_or_default().to_uppercase().as_str() {
            "EHLO" => b"250-test\r\n250 8BITMIME\r\n",
            "MAIL" => {
                *asked.lock().unwrap() += 1;
                from = word;
                if mood == Mood::IsBusy { b"451 busy\r\n" } else { b"250 ok\r\n" }
            }
            "RCPT" => {
                to = word;
                b"250 ok\r\n"
            }
            "DATA" if mood == Mood::HangsUp => return Ok(()),
            "DATA" if mood == Mood::Refuses => b"554 not this one\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let mut message = String::new();
                loop {
                    let mut line = String::new();
                    if lines.read_line(&mut line)? == 0 || line == ".\r\n" {
                        break;
                    }
                    message.push_str(&line);
                }
                taken.lock().unwrap().push((from.clone(), to.clone(), message));
                b"250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer)?;
    }
}

/// Bank details change so many times, and each time the contact known before is to be told.
async fn change(story: &story::Story, count: usize) {
    for iban in ["DE02500105170137075030", "DE02120300000000202051"].iter().cycle().take(count + 1) {
        story.details("Mira Feld", iban).await.unwrap();
    }
}

async fn waiting(story: &story::Story) -> usize {
    let mut tx = story.house().store.begin_read().await.unwrap();
    tx.waiting_mail(story.house().store.fields()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_arrives_once_with_the_right_headers() {
    for story in story::each().await {
        let server = Server::start(Mood::Takes);
        change(&story, 1).await;
        let done = mail::deliver(story.house(), &server.client()).await.unwrap();
        assert_eq!((done.sent, done.failed.len(), done.left), (1, 0, 0));
        let again = mail::deliver(story.house(), &server.client()).await.unwrap();
        assert_eq!((again.sent, waiting(&story).await), (0, 0), "what was sent is not sent again");
        let taken = server.taken.lock().unwrap().clone();
        let [(from, to, message)] = taken.as_slice() else { panic!("{taken:?}") };
        assert!(from.starts_with("MAIL FROM:<house@tantieme.example>"), "{from}");
        assert!(to.starts_with("RCPT TO:<9@example.org>"), "{to}");
        let (headers, _) = message.split_once("\r\n\r\n").unwrap();
        for (name, want) in [
            ("To: ", "9@example.org"),
            ("From: ", "<house@tantieme.example>"),
            ("Date: ", "21 Sep 2026"),
            ("Message-ID: <", "@tantieme.example>"),
            ("Content-Type: ", "text/plain; charset=utf-8"),
            ("Subject: ", ""),
        ] {
            let found: Vec<&str> = headers.split("\r\n").filter(|l| l.starts_with(name)).collect();
            assert!(found.len() == 1 && found[0].contains(want), "{name} in {headers}");
        }
        assert!(!headers.to_lowercase().contains("bcc:"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_fails_loses_no_mail_and_is_not_pestered() {
    for story in story::each().await {
        change(&story, 5).await;
        for mood in [Mood::IsBusy, Mood::Refuses, Mood::HangsUp] {
            let server = Server::start(mood);
            let done = mail::deliver(story.house(), &server.client()).await.unwrap();
            assert_eq!((done.sent, done.failed.len() + done.left), (0, 5), "{mood:?}");
            assert!(done.left > 0, "{mood:?}: after a few failures in a row the others wait");
            assert!(done.failed.iter().all(|(_, why)| why.contains("mail server")), "{done:?}");
            let asked = *server.asked.lock().unwrap();
            assert!(asked <= 2 * done.failed.len(), "{mood:?}: asked {asked} times for {done:?}");
            assert_eq!(waiting(&story).await, 5, "{mood:?}: all of it is kept");
        }
        // Nobody listens there at all.
        let gone = Server { port: 9, taken: Arc::default(), asked: Arc::default() };
        assert_eq!(mail::deliver(story.house(), &gone.client()).await.unwrap().sent, 0);
        let server = Server::start(Mood::Takes);
        let done = mail::deliver(story.house(), &server.client()).await.unwrap();
        assert_eq!(
            (done.sent, server.taken.lock().unwrap().len()),
            (5, 5),
            "a server that is back gets each once"
        );
    }
}
