//! Where the mail server of the house hands over set lists (LMTP, RFC 2033). Small on purpose: it knows the addresses in
//! force and nothing else, keeps nothing that was not acknowledged, and bounds size, time and number of everything.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use app::{Failure, House};
use formats::lmtp::{Command, MOST_LINE, command};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::mail_in;

/// Connections at a time; a mail server opens two or three.
const SESSIONS: usize = 6;
/// How long the other side may be silent.
const IDLE: Duration = Duration::from_secs(60);
/// How long one connection may take.
const SESSION: Duration = Duration::from_secs(900);
/// How long one message may take to be worked on.
const WORK: Duration = Duration::from_secs(120);
/// Receivers of one message, messages of one connection, and lines that are no command or nobody's address.
const RECEIVERS: usize = 10;
const MESSAGES: usize = 50;
const MISTAKES: usize = 20;

/// Whether mail may be listened for at an address: on this machine, or within a network of one's own. In the open
/// anybody could try addresses and fill the disk; a mail server with its own defences belongs before it.
pub(crate) fn may_listen(at: SocketAddr) -> bool {
    match at.ip() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

/// Takes messages of at most so many bytes until `stop` turns true or its sender is gone.
pub async fn listen(house: House, listener: TcpListener, most: usize, mut stop: watch::Receiver<bool>) {
    let seats = Arc::new(Semaphore::new(SESSIONS));
    let work = Arc::new(Semaphore::new(1));
    loop {
        let stream = tokio::select! {
            got = listener.accept() => match got {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection for mail was not taken");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    continue;
                }
            },
            _ = stop.changed() => return,
        };
        let Ok(seat) = seats.clone().try_acquire_owned() else {
            tokio::spawn(timeout(IDLE, turned_away(stream)));
            continue;
        };
        let session = Session::new(house.clone(), most, work.clone());
        tokio::spawn(async move {
            match timeout(SESSION, session.run(stream)).await {
                Ok(Err(error)) => tracing::debug!(%error, "a connection for mail broke off"),
                Err(_) => tracing::debug!("a connection for mail took too long"),
                Ok(Ok(())) => {}
            }
            drop(seat);
        });
    }
}

async fn turned_away(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(b"421 4.3.2 too many connections, come again\r\n").await
}

struct Session {
    house: House,
    most: usize,
    work: Arc<Semaphore>,
    greeted: bool,
    mailing: bool,
    /// The local parts that were accepted.
    to: Vec<String>,
    mistakes: usize,
    messages: usize,
}

/// A line of the other side.
enum Heard {
    Line(Vec<u8>),
    TooLong,
    Over,
}

impl Session {
    fn new(house: House, most: usize, work: Arc<Semaphore>) -> Session {
        let to = Vec::new();
        Session { house, most, work, greeted: false, mailing: false, to, mistakes: 0, messages: 0 }
    }

    async fn run(mut self, stream: TcpStream) -> io::Result<()> {
        let (from, mut out) = stream.into_split();
        let mut from = BufReader::new(from);
        say(&mut out, "220 tantieme LMTP").await?;
        loop {
            let heard = match timeout(IDLE, line(&mut from)).await {
                Ok(heard) => heard?,
                Err(_) => return say(&mut out, "421 4.4.2 nothing was said for too long").await,
            };
            let done = match heard {
                Heard::Over => return Ok(()),
                Heard::TooLong => Err("500 5.5.6 the line is too long"),
                Heard::Line(line) => command(&line),
            };
            match done {
                Ok(Command::Quit) => return say(&mut out, "221 2.0.0 good bye").await,
                Ok(Command::Data) if self.mailing && !self.to.is_empty() => {
                    self.data(&mut from, &mut out).await?;
                }
                Ok(command) => {
                    let answer = self.answer(command).await;
                    self.mistakes += usize::from(answer.starts_with('5'));
                    say(&mut out, &answer).await?;
                }
                Err(answer) => {
                    self.mistakes += 1;
                    say(&mut out, answer).await?;
                }
            }
            if self.mistakes >= MISTAKES {
                return say(&mut out, "421 4.7.0 too many mistakes").await;
            }
        }
    }

    async fn answer(&mut self, command: Command) -> String {
        match command {
            Command::Hello(_) => {
                self.greeted = true;
                self.reset();
                format!(
                    "250-tantieme\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {}",
                    self.most
                )
            }
            Command::Mail(_) if !self.greeted => "503 5.5.1 say LHLO first".to_owned(),
            Command::Mail(_) if self.mailing => "503 5.5.1 one message at a time".to_owned(),
            Command::Mail(_) if self.messages >= MESSAGES => "421 4.7.0 enough for one connection".to_owned(),
            Command::Mail(Some(size)) if size > self.most as u64 => too_large(self.most),
            Command::Mail(_) => {
                self.mailing = true;
                "250 2.1.0 whoever it is from".to_owned()
            }
            Command::Receiver(..) if !self.mailing => "503 5.5.1 say MAIL first".to_owned(),
            Command::Receiver(..) if self.to.len() >= RECEIVERS => "452 4.5.3 too many receivers".to_owned(),
            Command::Receiver(local, domain) => match self.is_here(&local, &domain).await {
                Ok(true) => {
                    self.to.push(local);
                    "250 2.1.5 somebody is there".to_owned()
                }
                Ok(false) => "550 5.1.1 nobody has this address".to_owned(),
                Err(failure) => {
                    tracing::warn!(%failure, "an address for mail could not be looked up");
                    "451 4.3.0 not now".to_owned()
                }
            },
            Command::Data => "503 5.5.1 say MAIL and RCPT first".to_owned(),
            Command::Reset => {
                self.reset();
                "250 2.0.0 forgotten".to_owned()
            }
            Command::Nothing => "250 2.0.0 here".to_owned(),
            Command::Verify => "252 2.1.5 nobody is told".to_owned(),
            Command::Quit => "221 2.0.0 good bye".to_owned(),
        }
    }

    async fn is_here(&self, local: &str, domain: &str) -> Result<bool, Failure> {
        Ok(app::mail_in::is_ours(&self.house, domain).await?
            && app::mail_in::door(&self.house, local).await?.is_some())
    }

    fn reset(&mut self) {
        self.mailing = false;
        self.to.clear();
    }

    /// Takes a message and answers for each receiver, in their order (RFC 2033, section 4.2).
    async fn data(
        &mut self,
        from: &mut (impl AsyncBufRead + Unpin),
        out: &mut OwnedWriteHalf,
    ) -> io::Result<()> {
        say(out, "354 go on").await?;
        let bytes: Option<Arc<[u8]>> = message(from, self.most).await?.map(Into::into);
        self.messages += 1;
        for local in std::mem::take(&mut self.to) {
            let answer = match &bytes {
                None => too_large(self.most),
                Some(bytes) => self.take(&local, bytes.clone()).await,
            };
            say(out, &answer).await?;
        }
        self.reset();
        Ok(())
    }

    async fn take(&self, local: &str, bytes: Arc<[u8]>) -> String {
        // One message is worked on at a time: nobody waits for it but a mail server.
        let Ok(_turn) = self.work.acquire().await else { return "451 4.3.0 not now".to_owned() };
        match timeout(WORK, mail_in::take(&self.house, local, bytes)).await {
            Ok(Ok(Some(taken))) => {
                tracing::info!(outcome = %taken.outcome, again = taken.again, "a message was taken");
                "250 2.0.0 taken".to_owned()
            }
            Ok(Ok(None)) => "550 5.1.1 nobody has this address".to_owned(),
            Ok(Err(Failure::Refused(refusal))) => format!("451 4.7.1 {}", refusal.message.replace('`', "")),
            Ok(Err(failure)) => {
                tracing::warn!(%failure, "a message could not be taken");
                "451 4.3.0 not now".to_owned()
            }
            Err(_) => "451 4.3.0 it takes too long now".to_owned(),
        }
    }
}

fn too_large(most: usize) -> String {
    format!("552 5.3.4 a message has {most} bytes at most")
}

async fn say(out: &mut OwnedWriteHalf, words: &str) -> io::Result<()> {
    timeout(IDLE, out.write_all(format!("{words}\r\n").as_bytes())).await.map_err(io::Error::other)?
}

/// The next line; one that is too long is passed over to its end, within bounds.
async fn line(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Heard> {
    let mut line = Vec::new();
    let most = MOST_LINE as u64;
    if (&mut *from).take(most).read_until(b'\n', &mut line).await? == 0 {
        return Ok(Heard::Over);
    }
    if line.ends_with(b"\n") {
        return Ok(Heard::Line(line));
    }
    if line.len() < MOST_LINE {
        return Ok(Heard::Over);
    }
    line.clear();
    (&mut *from).take(64 * most).read_until(b'\n', &mut line).await?;
    Ok(if line.ends_with(b"\n") { Heard::TooLong } else { Heard::Over })
}

/// A message up to the line with a dot alone, without the dots that were put before others; `None` where it is larger
/// than it may be, after all of it was heard. Only CR LF ends a line: a bare LF before the dot would let one message
/// pass for two.
async fn message(from: &mut (impl AsyncBufRead + Unpin), most: usize) -> io::Result<Option<Vec<u8>>> {
    let (mut kept, mut heard, mut is_large) = (Vec::new(), 0_usize, false);
    let (mut at_start, mut half_end) = (true, false);
    loop {
        let mut chunk = Vec::new();
        let reading = (&mut *from).take(64 * 1024);
        let n = timeout(IDLE, read_line(reading, &mut chunk)).await.map_err(io::Error::other)??;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if at_start && chunk == b".\r\n" {
            return Ok((!is_large).then_some(kept));
        }
        heard += n;
        if heard > most.saturating_mul(4) {
            return Err(io::Error::other("a message without an end"));
        }
        let body = if at_start { chunk.strip_prefix(b".").unwrap_or(&chunk) } else { &chunk };
        is_large |= kept.len() + body.len() > most;
        if is_large {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(body);
        }
        at_start = chunk.ends_with(b"\r\n") || (half_end && chunk == b"\n");
        half_end = chunk.ends_with(b"\r");
    }
}

async fn read_line(mut from: impl AsyncBufRead + Unpin, into: &mut Vec<u8>) -> io::Result<usize> {
    from.read_until(b'\n', into).await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn heard(bytes: &[u8], most: usize) -> Option<Option<Vec<u8>>> {
        message(&mut BufReader::with_capacity(7, bytes), most).await.ok()
    }

    #[tokio::test]
    async fn a_message_ends_with_its_dot_and_nothing_else() {
        assert_eq!(heard(b"a\r\n..b\r\n.\r\n", 100).await, Some(Some(b"a\r\n.b\r\n".to_vec())));
        assert_eq!(heard(b".\r\n", 100).await, Some(Some(Vec::new())));
        assert_eq!(heard(b"a\n.\nb\n.\r\n\r\n.\r\n", 100).await, Some(Some(b"a\n.\nb\n.\r\n\r\n".to_vec())));
        assert_eq!(heard(b"a\r\n", 100).await, None, "it broke off");
        assert_eq!(heard(b"aaaaaaaaaa\r\n.\r\n", 5).await, Some(None), "too large, and all of it heard");
        let long = [b"x".repeat(70_000), b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(heard(&long, 80_000).await.flatten().map(|m| m.len()), Some(70_002));
        // The end of a line may fall between two readings.
        let split = [b"x".repeat(64 * 1024 - 1), b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(heard(&split, 80_000).await.flatten().map(|m| m.len()), Some(64 * 1024 + 1));
        assert_eq!(heard(&b"x\r\n".repeat(1_000), 10).await, None, "no end at all");
    }

    #[test]
    fn the_open_is_no_place_to_listen_for_mail() {
        for (at, want) in [
            ("127.0.0.1:24", true),
            ("[::1]:24", true),
            ("10.1.2.3:24", true),
            ("0.0.0.0:24", false),
            ("203.0.113.9:24", false),
        ] {
            assert_eq!(may_listen(at.parse().unwrap()), want, "{at}");
        }
    }
}
