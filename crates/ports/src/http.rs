//! Outgoing HTTP for sign-in doors: one question, one bounded answer.
//!
//! It reaches public addresses only, so that an address in a configuration or in somebody's answer cannot be bent to
//! point into the house's own network: names are looked up here, every address is judged, and the judged one is
//! connected to. It follows no redirects, keeps no cookies, and speaks TLS unless plain text was allowed for tests and
//! for counterparts on this machine.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// Longest time for one question with its answer.
const TIME: Duration = Duration::from_secs(10);
/// Most bytes of an answer in a conversation of lines.
const LINE: usize = 8 * 1024;
/// Most bytes of an answer.
const BYTES: usize = 1024 * 1024;

/// A question.
#[derive(Clone)]
pub struct Ask {
    /// Where; `https`, or `http` where plain text is allowed.
    pub url: Url,
    /// A form to post; `GET` without.
    pub form: Option<String>,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Ask {
    /// A plain question for JSON, XML or text.
    pub fn get(url: Url) -> Ask {
        Ask { url, form: None, headers: Vec::new() }
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Queries, forms and headers may hold secrets.
        write!(f, "Ask({}{})", self.url.host_str().unwrap_or_default(), self.url.path())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// Only `https` is asked.
    #[error("`{0}` is not asked over TLS")]
    NotTls(String),
    /// The name leads into a private network.
    #[error("`{0}` leads to an address that is not public")]
    Private(String),
    /// It took too long.
    #[error("`{0}` did not answer within 10 seconds")]
    Slow(String),
    /// The answer is too long.
    #[error("`{0}` answered with more than 1 MiB")]
    Long(String),
    /// The connection failed.
    #[error("`{0}` cannot be reached: {1}")]
    Failed(String, String),
}

/// A conversation of lines over one connection, each ended by a carriage return, as library systems hold it. The next line is said only
/// once the one before was answered as it should be.
#[derive(Clone)]
pub struct Talk {
    /// Where: `sip2s` over TLS, `sip2` in plain text on this machine, where a tunnel ends.
    pub url: Url,
    /// What is said, and how its answer has to begin for more to be said.
    pub lines: Vec<(Vec<u8>, &'static [u8])>,
}

impl fmt::Debug for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Lines hold secrets.
        write!(f, "Talk({})", self.url.host_str().unwrap_or_default())
    }
}

/// What a question brings.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>>;

/// What a conversation brings: the answers, as far as it went.
pub type Talking<'a> = Pin<Box<dyn Future<Output = Result<Vec<Vec<u8>>, NoAnswer>> + Send + 'a>>;

/// Asks the outside.
pub trait Fetch: Send + Sync {
    /// Asks once.
    fn ask(&self, ask: Ask) -> Asking<'_>;

    /// Holds a conversation of lines.
    fn talk(&self, talk: Talk) -> Talking<'_> {
        let name = talk.url.host_str().unwrap_or_default().to_owned();
        Box::pin(
            async move { Err(NoAnswer::Failed(name, "this house holds no such conversations".to_owned())) },
        )
    }
}

/// The outside itself.
#[derive(Clone)]
pub struct Outside {
    tls: TlsConnector,
    this_machine_too: bool,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").field("this_machine_too", &self.this_machine_too).finish_non_exhaustive()
    }
}

impl Outside {
    /// Public addresses over TLS; with `this_machine_too` also this machine's own, in plain text.
    pub fn new(this_machine_too: bool) -> Outside {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS 1.2 and 1.3, which rustls asks for")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Outside { tls: TlsConnector::from(Arc::new(config)), this_machine_too }
    }

    async fn asked(&self, ask: Ask) -> Result<Answer, NoAnswer> {
        let name = ask.url.host_str().unwrap_or_default().to_owned();
        let failed = |e: &dyn fmt::Display| NoAnswer::Failed(name.clone(), e.to_string());
        let plain = ask.url.scheme() == "http";
        if !matches!(ask.url.scheme(), "http" | "https") || (plain && !self.this_machine_too) {
            return Err(NoAnswer::NotTls(name));
        }
        let address = self.address(&ask.url, plain).await?;
        let stream = TcpStream::connect(address).await.map_err(|e| failed(&e))?;
        if plain {
            return spoken(stream, &ask).await.map_err(|e| e.named(&name));
        }
        let server = ServerName::try_from(name.clone()).map_err(|e| failed(&e))?;
        let stream = self.tls.connect(server, stream).await.map_err(|e| failed(&e))?;
        spoken(stream, &ask).await.map_err(|e| e.named(&name))
    }

    async fn talked(&self, talk: Talk) -> Result<Vec<Vec<u8>>, NoAnswer> {
        let name = talk.url.host_str().unwrap_or_default().to_owned();
        let failed = |e: &dyn fmt::Display| NoAnswer::Failed(name.clone(), e.to_string());
        let plain = talk.url.scheme() == "sip2";
        // In plain text to this machine alone, where a tunnel ends: only the house configures it.
        if !matches!(talk.url.scheme(), "sip2" | "sip2s") {
            return Err(NoAnswer::NotTls(name));
        }
        let address = self.address(&talk.url, plain).await?;
        let stream = TcpStream::connect(address).await.map_err(|e| failed(&e))?;
        if plain {
            return conversation(stream, &talk).await.map_err(|e| e.named(&name));
        }
        let server = ServerName::try_from(name.clone()).map_err(|e| failed(&e))?;
        let stream = self.tls.connect(server, stream).await.map_err(|e| failed(&e))?;
        conversation(stream, &talk).await.map_err(|e| e.named(&name))
    }

    /// The address of a host: every one it has must be allowed, so that no answer of a name server slips through.
    async fn address(&self, url: &Url, plain: bool) -> Result<SocketAddr, NoAnswer> {
        let name = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or(443);
        let all: Vec<SocketAddr> = match url.host() {
            Some(Host::Ipv4(ip)) => vec![(ip, port).into()],
            Some(Host::Ipv6(ip)) => vec![(ip, port).into()],
            _ => tokio::net::lookup_host((name.as_str(), port))
                .await
                .map_err(|e| NoAnswer::Failed(name.clone(), e.to_string()))?
                .collect(),
        };
        let allowed = |a: &SocketAddr| {
            if plain {
                a.ip().is_loopback()
            } else {
                is_public(a.ip()) || (self.this_machine_too && a.ip().is_loopback())
            }
        };
        match all.first() {
            Some(first) if all.iter().all(allowed) => Ok(*first),
            Some(_) => Err(NoAnswer::Private(name)),
            None => Err(NoAnswer::Failed(name, "it has no address".to_owned())),
        }
    }
}

impl Fetch for Outside {
    fn ask(&self, ask: Ask) -> Asking<'_> {
        Box::pin(async move {
            let name = ask.url.host_str().unwrap_or_default().to_owned();
            tokio::time::timeout(TIME, self.asked(ask)).await.unwrap_or(Err(NoAnswer::Slow(name)))
        })
    }

    fn talk(&self, talk: Talk) -> Talking<'_> {
        Box::pin(async move {
            let name = talk.url.host_str().unwrap_or_default().to_owned();
            tokio::time::timeout(TIME, self.talked(talk)).await.unwrap_or(Err(NoAnswer::Slow(name)))
        })
    }
}

enum Broken {
    Long,
    Failed(String),
}

impl Broken {
    fn named(self, name: &str) -> NoAnswer {
        match self {
            Broken::Long => NoAnswer::Long(name.to_owned()),
            Broken::Failed(why) => NoAnswer::Failed(name.to_owned(), why),
        }
    }
}

/// Says one line after the other and reads an answer to each, up to its carriage return.
async fn conversation(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin,
    talk: &Talk,
) -> Result<Vec<Vec<u8>>, Broken> {
    let failed = |e: &dyn fmt::Display| Broken::Failed(e.to_string());
    let mut stream = BufReader::new(stream);
    let mut answers = Vec::new();
    for (line, expected) in &talk.lines {
        stream.write_all(line).await.map_err(|e| failed(&e))?;
        stream.flush().await.map_err(|e| failed(&e))?;
        let mut answer = Vec::new();
        // One byte more than may come, so that a longer answer is told from one that fits.
        (&mut stream).take(LINE as u64 + 1).read_until(b'\r', &mut answer).await.map_err(|e| failed(&e))?;
        if answer.len() > LINE {
            return Err(Broken::Long);
        }
        if answer.is_empty() {
            return Err(Broken::Failed("it hung up".to_owned()));
        }
        let fine = answer.trim_ascii_start().starts_with(expected);
        answers.push(answer);
        if !fine {
            break;
        }
    }
    Ok(answers)
}

async fn spoken(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    ask: &Ask,
) -> Result<Answer, Broken> {
    let failed = |e: &dyn fmt::Display| Broken::Failed(e.to_string());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| failed(&e))?;
    let driving = tokio::spawn(connection);
    let host = ask.url.host_str().unwrap_or_default();
    let authority = ask.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let path = &ask.url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut request = hyper::Request::builder()
        .uri(path)
        .method(if ask.form.is_some() { "POST" } else { "GET" })
        .header("host", authority)
        .header("user-agent", "tantieme")
        .header("accept-encoding", "identity");
    if ask.form.is_some() {
        request = request.header("content-type", "application/x-www-form-urlencoded");
    }
    for (name, value) in &ask.headers {
        request = request.header(*name, value);
    }
    let body = Full::new(Bytes::from(ask.form.clone().unwrap_or_default()));
    let request = request.body(body).map_err(|e| failed(&e))?;
    let response = sender.send_request(request).await.map_err(|e| failed(&e))?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), BYTES).collect().await;
    driving.abort();
    match body {
        Ok(all) => Ok(Answer { status, body: all.to_bytes().to_vec() }),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(Broken::Long),
        Err(error) => Err(failed(&error)),
    }
}

/// Whether an address is one of the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_broadcast()
                || v4.is_documentation()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 192 && b == 0 && c == 0))
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            // Global unicast is 2000::/3; of it, not what maps to IPv4 or is kept for documents and tunnels.
            (a & 0xe000) == 0x2000
                && !(a == 0x2001 && b < 0x200)
                && !(a == 0x2001 && b == 0xdb8)
                && a != 0x2002
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for (ip, want) in [
            ("93.184.216.34", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("2606:2800:220:1::1", true),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("fe80::1", false),
            ("fc00::1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), want, "{ip}");
        }
    }

    #[tokio::test]
    async fn private_addresses_and_plain_text_are_refused() {
        let closed = Outside::new(false);
        for (url, want) in [
            ("http://example.org/", "not asked over TLS"),
            ("ftp://example.org/", "not asked over TLS"),
            ("https://127.0.0.1/", "not public"),
            ("https://[::1]/", "not public"),
            ("https://169.254.169.254/latest", "not public"),
            ("https://localhost/", "not public"),
        ] {
            let refused = closed.ask(Ask::get(url.parse().unwrap())).await.unwrap_err().to_string();
            assert!(refused.contains(want), "{url}: {refused}");
        }
        let here = Outside::new(true).ask(Ask::get("http://10.0.0.1/".parse().unwrap())).await.unwrap_err();
        assert!(here.to_string().contains("not public"), "{here}");
    }
}
