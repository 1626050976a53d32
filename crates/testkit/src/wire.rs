//! HTTP as far as our own tests need it to speak to a house that listens: one request, one connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// What came back: what was asked for, or a problem.
pub type Answer<T> = Result<T, Problem>;

/// What stood in the way.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// The house said so (RFC 9457): status, code, the whole of it.
    Said(u16, String, Value),
    /// There was no answer.
    Lost(String),
}

impl Problem {
    /// The code of a problem that was said.
    pub fn code(&self) -> &str {
        match self {
            Problem::Said(_, code, _) => code,
            Problem::Lost(_) => "lost",
        }
    }
}

/// A way to a house.
#[derive(Debug, Clone)]
pub struct Wire {
    /// Where it listens: `127.0.0.1:8080`.
    pub at: String,
    /// The key; empty for none.
    pub key: String,
}

impl Wire {
    /// A part of a path, encoded.
    pub fn part(text: &str) -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    }

    /// Sends a request and reads what it is answered.
    pub fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        path: String,
        query: &[(&str, Option<&str>)],
        once: Option<&str>,
        body: Option<Value>,
    ) -> Answer<T> {
        let words: Vec<String> =
            query.iter().filter_map(|(name, v)| Some(format!("{name}={}", Wire::part((*v)?)))).collect();
        let path = if words.is_empty() { path } else { format!("{path}?{}", words.join("&")) };
        let body = body.map(|b| b.to_string()).unwrap_or_default();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.at);
        if !self.key.is_empty() {
            head.push_str(&format!("Authorization: Bearer {}\r\n", self.key));
        }
        if let Some(once) = once {
            head.push_str(&format!("Idempotency-Key: {once}\r\n"));
        }
        if method == "POST" {
            head.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        let (status, text) =
            self.exchange(&format!("{head}\r\n{body}")).map_err(|e| Problem::Lost(e.to_string()))?;
        let value: Value = serde_json::from_str(&text).map_err(|e| Problem::Lost(format!("{e}: {text}")))?;
        if !(200..300).contains(&status) {
            let code = value["code"].as_str().unwrap_or_default().to_owned();
            return Err(Problem::Said(status, code, value));
        }
        serde_json::from_value(value).map_err(|e| Problem::Lost(format!("{e}: {text}")))
    }

    fn exchange(&self, request: &str) -> std::io::Result<(u16, String)> {
        let broken = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the answer broke off");
        let mut stream = TcpStream::connect(&self.at)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(broken)?;
        let length = head
            .lines()
            .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        // An answer without a length, or shorter than it says, was cut off.
        let length: usize = length.ok_or_else(broken)?;
        if body.len() < length {
            return Err(broken());
        }
        Ok((status, body.to_owned()))
    }
}
