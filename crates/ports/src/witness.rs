//! Asking witnesses to cosign a checkpoint: `add-checkpoint` (C2SP `tlog-witness`) over HTTP or HTTPS.
//!
//! One short request and one short answer on a connection of its own, within a time; redirects are not followed. What an
//! answer means is told by `proof::log::read_answer`.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use proof::log::AddCheckpoint;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// How long one witness may take for each step, in seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many bytes of an answer are read.
const ANSWER_MOST: u64 = 120_000;

/// Where a witness answers: `http://HOST[:PORT][/PATH]` or `https://…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    secure: bool,
    host: String,
    port: u16,
    path: String,
}

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Signature lines, believed by nobody yet.
    Signed(String),
    /// It signed a checkpoint of this size last; ask again from there.
    OtherSize(u64),
}

/// Why a witness did not sign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The address cannot be read.
    #[error("`{0}` is not the address of a witness; write `https://witness.example`")]
    Address(String),
    /// It cannot be reached, or broke off.
    #[error("the witness `{0}` cannot be reached: {1}")]
    Reach(String, #[source] std::io::Error),
    /// Its answer is no answer.
    #[error("the witness `{0}` answered what is no HTTP")]
    Garbled(String),
    /// It refused.
    #[error("the witness `{host}` refused with status {status}: {words}")]
    Refused {
        /// Which.
        host: String,
        /// The HTTP status.
        status: u16,
        /// What it said, cut short.
        words: String,
    },
}

impl FromStr for Address {
    type Err = WitnessError;

    fn from_str(text: &str) -> Result<Address, WitnessError> {
        let bad = || WitnessError::Address(text.chars().take(200).collect());
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
        let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(bad()),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':').filter(|(_, p)| !p.contains(']')) {
            Some((host, port)) => (host, port.parse().map_err(|_| bad())?),
            None => (authority, if secure { 443 } else { 80 }),
        };
        if host.is_empty() || !text.chars().all(plain) {
            return Err(bad());
        }
        Ok(Address { secure, host: host.to_owned(), port, path: path.trim_end_matches('/').to_owned() })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}/{}", self.host, self.port, self.path)
    }
}

impl Address {
    /// Sends a checkpoint with its proof; waits for the answer, so call it where waiting is allowed.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn ask(&self, request: &AddCheckpoint) -> Result<Answer, WitnessError> {
        let body = request.to_string();
        let slash = if self.path.is_empty() { "" } else { "/" };
        let head = format!(
            "POST {slash}{}/add-checkpoint HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.path,
            self.host,
            self.port,
            body.len()
        );
        let answer = self.exchange(&[head.as_bytes(), body.as_bytes()].concat());
        self.read(&answer.map_err(|e| WitnessError::Reach(self.to_string(), e))?)
    }

    fn exchange(&self, request: &[u8]) -> std::io::Result<Vec<u8>> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let none = || std::io::Error::new(std::io::ErrorKind::NotFound, "the name leads nowhere");
        let at = (bare, self.port).to_socket_addrs()?.next().ok_or_else(none)?;
        let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        if self.secure { talk(self.encrypted(stream)?, request) } else { talk(&mut stream, request) }
    }

    fn encrypted(&self, stream: TcpStream) -> std::io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(std::io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(self.host.clone()).map_err(std::io::Error::other)?;
        let session = ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
        Ok(StreamOwned::new(session, stream))
    }

    fn read(&self, answer: &[u8]) -> Result<Answer, WitnessError> {
        let garbled = || WitnessError::Garbled(self.to_string());
        let text = String::from_utf8_lossy(answer);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(garbled)?;
        let status = head.strip_prefix("HTTP/1.").and_then(|r| r.get(2..5)).and_then(|s| s.parse().ok());
        let chunked = head.lines().any(|l| {
            let l = l.to_ascii_lowercase();
            l.starts_with("transfer-encoding:") && l.contains("chunked")
        });
        let body = if chunked { unchunked(body).ok_or_else(garbled)? } else { body.to_owned() };
        match status.ok_or_else(garbled)? {
            200 => Ok(Answer::Signed(body)),
            409 => Ok(Answer::OtherSize(body.trim().parse().map_err(|_| garbled())?)),
            status => {
                let words = body.chars().filter(|c| !c.is_control()).take(200).collect();
                Err(WitnessError::Refused { host: self.to_string(), status, words })
            }
        }
    }
}

fn talk(mut stream: impl Read + Write, request: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(request)?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.take(ANSWER_MOST).read_to_end(&mut answer) {
        // A peer that closes without the farewell of TLS has still said everything its length promised.
        Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof && !answer.is_empty() => {}
        done => drop(done?),
    }
    Ok(answer)
}

/// The body behind its chunks' lengths.
fn unchunked(mut text: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (length, rest) = text.split_once("\r\n")?;
        let length = usize::from_str_radix(length.split(';').next()?.trim(), 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.push_str(rest.get(..length)?);
        text = rest.get(length..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_care() {
        let at: Address = "https://witness.example/a/".parse().unwrap();
        assert_eq!(at.to_string(), "https://witness.example:443/a");
        assert_eq!("http://127.0.0.1:8099".parse::<Address>().unwrap().to_string(), "http://127.0.0.1:8099/");
        for bad in
            ["", "witness.example", "ftp://a", "http://", "http://a:99999", "http://a/\r\nX: y", "http://a b"]
        {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_are_read_or_refused() {
        let at: Address = "http://w.example".parse().unwrap();
        let read = |text: &str| at.read(text.as_bytes());
        assert_eq!(
            read("HTTP/1.1 200 OK\r\nX: y\r\n\r\n— w AA==\n").unwrap(),
            Answer::Signed("— w AA==\n".into())
        );
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\n\n\r\n0\r\n\r\n";
        assert_eq!(read(chunked).unwrap(), Answer::Signed("abc\n".into()));
        assert_eq!(read("HTTP/1.1 409 Conflict\r\n\r\n17\n").unwrap(), Answer::OtherSize(17));
        assert!(matches!(
            read("HTTP/1.1 403 No\r\n\r\nunknown"),
            Err(WitnessError::Refused { status: 403, .. })
        ));
        for bad in ["", "SSH-2.0", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 409 C\r\n\r\nx", "HTTP/1.1 2"] {
            assert!(matches!(read(bad), Err(WitnessError::Garbled(_))), "{bad}");
        }
    }
}
