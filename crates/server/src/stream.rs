//! Contents over HTTP: ranges, entity tags, and an account of which bytes went out when.
//!
//! One block is read at a time, and only when the connection can take it, so that a slow listener costs one block of
//! memory and nothing else. What is delivered is told to a sink as it happens; what that means for anybody's plays is
//! decided elsewhere.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use app::World;
use app::audio::Blob;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use jiff::Timestamp;

use crate::range::{Part, wanted};

/// How much is read and handed out at a time: 1.6 s of 320 kbit/s.
pub const BLOCK: usize = 64 * 1024;

/// Bytes of a content that this server delivered: taken by the connection, the last block of an answer included once
/// the answer is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Which answer, as its caller named it.
    pub stream: String,
    /// The first byte, counted from the content's beginning.
    pub from_byte: u64,
    /// The first byte after it.
    pub to_byte: u64,
    /// When the connection had taken it.
    pub at: Timestamp,
}

/// Who is told what was delivered. Called from the thread that serves: it should only note it down.
pub type Sink = Arc<dyn Fn(Delivered) + Send + Sync>;

/// The account of one answer.
#[derive(Clone)]
pub struct Meter {
    /// What [`Delivered::stream`] says.
    pub stream: String,
    /// Whose clock says when.
    pub world: Arc<dyn World>,
    /// Who is told.
    pub sink: Sink,
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// A content to answer with.
#[derive(Debug, Clone)]
pub struct Content {
    /// The bytes.
    pub blob: Blob,
    /// What names these bytes and no others, without quotes: their address.
    pub tag: String,
    /// Their media type.
    pub content_type: &'static str,
    /// The name to save them under, for downloads.
    pub save_as: Option<String>,
}

/// Answers a `GET` or `HEAD` with a content or the part that is asked for. With a meter, what goes out is told.
pub fn respond(method: &Method, headers: &HeaderMap, content: Content, meter: Option<Meter>) -> Response {
    let length = content.blob.bytes();
    let tag = format!("\"{}\"", content.tag);
    let part = wanted(headers, &tag, length);
    let (status, from, to) = match part {
        Part::Whole => (StatusCode::OK, 0, length),
        Part::Bytes(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Part::Known => return bare(StatusCode::NOT_MODIFIED, &tag),
        Part::Changed => return bare(StatusCode::PRECONDITION_FAILED, &tag),
        Part::Nowhere => return nowhere(length),
    };
    let body = if *method == Method::HEAD || from == to {
        Body::empty()
    } else {
        Body::new(Outgoing { blob: content.blob, next: from, end: to, told: from, reading: None, meter })
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content.content_type));
    out.insert(CONTENT_LENGTH, HeaderValue::from(to - from));
    out.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400"));
    put(out, ETAG, &tag);
    if status == StatusCode::PARTIAL_CONTENT {
        put(out, CONTENT_RANGE, &format!("bytes {from}-{}/{length}", to - 1));
    }
    if let Some(name) = &content.save_as {
        put(out, CONTENT_DISPOSITION, &disposition(name));
    }
    response
}

fn put(headers: &mut HeaderMap, name: axum::http::HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

fn bare(status: StatusCode, tag: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    put(response.headers_mut(), ETAG, tag);
    // The frame takes an answer with a type of its own as it is.
    put(response.headers_mut(), CONTENT_TYPE, "application/octet-stream");
    response
}

fn nowhere(length: u64) -> Response {
    let words = format!(
        "{{\"type\":\"about:blank\",\"title\":\"range-wrong\",\"status\":416,\"detail\":\"there are {length} bytes; ask for `bytes=FIRST-LAST` within them\"}}"
    );
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    put(response.headers_mut(), CONTENT_TYPE, "application/problem+json");
    put(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{length}"));
    put(response.headers_mut(), ACCEPT_RANGES, "bytes");
    response
}

/// A name for saving (RFC 6266): ASCII as far as it goes, and in full behind it.
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    let full: String = name
        .bytes()
        .map(|b| {
            let fine = b.is_ascii_alphanumeric() || b".-_".contains(&b);
            if fine { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

type Reading = Pin<Box<dyn Future<Output = io::Result<Vec<u8>>> + Send>>;

/// The bytes of one answer on their way out.
struct Outgoing {
    blob: Blob,
    /// The next byte to read.
    next: u64,
    end: u64,
    /// Up to where the sink was told.
    told: u64,
    reading: Option<Reading>,
    meter: Option<Meter>,
}

impl Outgoing {
    /// Tells the sink what the connection has taken since.
    fn tell(&mut self) {
        let (from_byte, to_byte) = (self.told, self.next);
        if let Some(meter) = &self.meter
            && from_byte < to_byte
        {
            let at = meter.world.now();
            (meter.sink)(Delivered { stream: meter.stream.clone(), from_byte, to_byte, at });
        }
        self.told = to_byte;
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if this.reading.is_none() {
            // To be asked for more means that what was handed out is taken.
            this.tell();
            if this.next >= this.end {
                return Poll::Ready(None);
            }
            let (blob, from) = (this.blob.clone(), this.next);
            let count = usize::try_from(this.end - from).map_or(BLOCK, |left| left.min(BLOCK));
            this.reading = Some(Box::pin(async move { blob.read_at(from, count).await }));
        }
        let Some(reading) = &mut this.reading else { return Poll::Ready(None) };
        let read = std::task::ready!(reading.as_mut().poll(cx));
        this.reading = None;
        Poll::Ready(Some(match read {
            Ok(bytes) if bytes.is_empty() => {
                this.end = this.next;
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            Ok(bytes) => {
                this.next += bytes.len() as u64;
                Ok(Frame::data(Bytes::from(bytes)))
            }
            Err(error) => {
                this.end = this.next;
                Err(error)
            }
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.end && self.reading.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end.saturating_sub(self.next))
    }
}

impl Drop for Outgoing {
    /// After the last block nobody asks for more. An answer that broke off is not credited with the block it broke in.
    fn drop(&mut self) {
        if self.next >= self.end {
            self.tell();
        }
    }
}
