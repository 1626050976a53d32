//! Addresses of workers.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};

use url::{Host, Url};

use crate::refusal::Refusal;

/// Reads `HOST:PORT` into the address that workers are called at.
///
/// # Errors
/// [`Refusal::Address`] where it is not of that form.
pub fn parse(text: &str) -> Result<Url, Refusal> {
    let text = text.trim();
    let wrong = || Refusal::Address(format!("`{text}` is not HOST:PORT"));
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let fine = !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0);
    let url = Url::parse(&format!("http://{text}/")).map_err(|_| wrong())?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if fine && bare { Ok(url) } else { Err(wrong()) }
}

/// Reads addresses, each once.
///
/// # Errors
/// [`Refusal::Address`] where one is not `HOST:PORT`, or there is none.
pub fn parse_all(texts: &[String]) -> Result<Vec<Url>, Refusal> {
    let mut urls = Vec::new();
    for text in texts.iter().flat_map(|t| t.split(',')).filter(|t| !t.trim().is_empty()) {
        let url = parse(text)?;
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    if urls.is_empty() { Err(Refusal::Address("no worker was named".to_owned())) } else { Ok(urls) }
}

/// Whether the address can only be this machine.
#[must_use]
pub fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// The address to listen at; a name is looked up, an unspecified address means every network.
///
/// # Errors
/// [`Refusal::Address`] where nothing can listen there.
pub fn listen_at(text: &str) -> Result<SocketAddr, Refusal> {
    let wrong = |why: &str| Refusal::Address(format!("`{text}` is no address to listen at{why}"));
    let mut found = text.to_socket_addrs().map_err(|why| wrong(&format!(": {why}")))?;
    found.next().ok_or_else(|| wrong(""))
}

/// Whether only this machine can reach what listens there.
#[must_use]
pub fn is_only_here(at: IpAddr) -> bool {
    at.is_loopback()
}

/// `HOST:PORT` of an address, as a person wrote it.
#[must_use]
pub fn show(url: &Url) -> String {
    match (url.host_str(), url.port_or_known_default()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        _ => url.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_host_and_port() {
        let urls =
            parse_all(&["127.0.0.1:7001,localhost:7002".to_owned(), "[::1]:80 , 127.0.0.1:7001".to_owned()]);
        let urls = urls.unwrap();
        let shown: Vec<String> = urls.iter().map(show).collect();
        assert_eq!(shown, ["127.0.0.1:7001", "localhost:7002", "[::1]:80"]);
        assert!(urls.iter().all(is_here));
        assert!(!is_here(&parse("10.0.0.7:7001").unwrap()));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            ",",
            "host",
            "host:",
            ":7001",
            "host:0",
            "host:99999",
            "http://host:1",
            "a/b:1",
            "u@h:1",
            "h:1/x",
        ] {
            assert!(matches!(parse_all(&[text.to_owned()]), Err(Refusal::Address(_))), "{text}");
        }
    }
}
