//! Every answer is numbered, timed and counted, by the pattern of its address: never by the address itself, which may be a
//! secret link or name a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::operation::Vitals;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hmac::Mac;
use tracing::Instrument;

use crate::visit::mac;
use crate::{Web, access};

/// The header that numbers an answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The bounds of the classes of times, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// The same in microseconds.
const BOUNDS_US: [u128; 11] =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000];
/// Patterns that are told apart; there are fewer addresses than this.
const ROUTES_MOST: usize = 2_000;
/// How long what the database told of the house is told again.
const VITALS_FRESH: Duration = Duration::from_secs(5);

/// What was counted since the process began.
pub(crate) struct Meter {
    began: Instant,
    routes: Mutex<BTreeMap<(String, String), Tally>>,
    open: std::sync::atomic::AtomicI64,
    ending: std::sync::atomic::AtomicBool,
    vitals: Mutex<Option<(Instant, Vitals)>>,
}

#[derive(Debug, Default, Clone)]
struct Tally {
    by_status: BTreeMap<u16, u64>,
    classes: [u64; BOUNDS.len()],
    count: u64,
    sum_us: u128,
}

impl Default for Meter {
    fn default() -> Meter {
        Meter {
            began: Instant::now(),
            routes: Mutex::default(),
            open: 0.into(),
            ending: false.into(),
            vitals: Mutex::default(),
        }
    }
}

impl Meter {
    fn count(&self, method: &str, route: &str, status: StatusCode, took: Duration) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (method.to_owned(), route.to_owned());
        if routes.len() >= ROUTES_MOST && !routes.contains_key(&key) {
            key = (String::new(), "other".to_owned());
        }
        let tally = routes.entry(key).or_default();
        let us = took.as_micros();
        *tally.by_status.entry(status.as_u16()).or_default() += 1;
        tally.count += 1;
        tally.sum_us += us;
        for (class, bound) in tally.classes.iter_mut().zip(BOUNDS_US) {
            *class += u64::from(us <= bound);
        }
    }

    /// Says that no more requests should be sent here.
    pub(crate) fn end(&self) {
        self.ending.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn write(&self, vitals: Option<&Vitals>, events: Option<i64>) -> String {
        let mut text = String::with_capacity(16 * 1024);
        self.write_requests(&mut text);
        let mut gauge = |name: &str, help: &str, kind: &str, value: String| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        };
        let open = self.open.load(std::sync::atomic::Ordering::Relaxed);
        gauge("tantieme_http_open_requests", "Requests that are being answered", "gauge", open.to_string());
        let up = self.began.elapsed().as_secs().to_string();
        gauge("tantieme_uptime_seconds", "Seconds since this process began", "counter", up);
        let ending = i32::from(self.is_ending()).to_string();
        gauge("tantieme_ending", "1 while this process ends", "gauge", ending);
        if let Some(events) = events {
            let help = "Things seen of members' listening that this process wrote down";
            gauge("tantieme_listening_events_total", help, "counter", events.to_string());
        }
        let answers = i32::from(vitals.is_some()).to_string();
        gauge("tantieme_database_up", "1 where the database answers", "gauge", answers);
        let Some(v) = vitals else { return text };
        gauge(
            "tantieme_job_queue_age_seconds",
            "For how long the job due longest has waited",
            "gauge",
            v.queue_age_s.to_string(),
        );
        gauge("tantieme_log_entries", "Entries of the public log", "gauge", v.log_entries.to_string());
        gauge(
            "tantieme_log_published_entries",
            "Entries that a checkpoint covers",
            "gauge",
            v.log_published.to_string(),
        );
        if let Some(age) = v.checkpoint_age_s {
            gauge(
                "tantieme_log_checkpoint_age_seconds",
                "Seconds since the newest checkpoint",
                "gauge",
                age.to_string(),
            );
        }
        if let Some(age) = v.backup_age_s {
            gauge("tantieme_backup_age_seconds", "Seconds since the last backup", "gauge", age.to_string());
        }
        gauge(
            "tantieme_plays_delivered_total",
            "Plays delivered for sharing",
            "counter",
            v.plays.to_string(),
        );
        gauge("tantieme_schema", "The schema of the database", "gauge", v.schema.to_string());
        let (open, idle, most) = (v.pool.open, v.pool.idle, v.pool.most);
        let _ = writeln!(
            text,
            "# HELP tantieme_database_connections Connections of this process\n# TYPE tantieme_database_connections gauge\n\
             tantieme_database_connections{{state=\"busy\"}} {}\ntantieme_database_connections{{state=\"idle\"}} {idle}\n\
             # HELP tantieme_database_connections_most How many there may be\n# TYPE tantieme_database_connections_most gauge\n\
             tantieme_database_connections_most {most}",
            open.saturating_sub(idle)
        );
        text.push_str("# HELP tantieme_jobs Jobs by kind and state\n# TYPE tantieme_jobs gauge\n");
        for job in &v.jobs {
            let _ = writeln!(
                text,
                "tantieme_jobs{{kind=\"{}\",state=\"{}\"}} {}",
                label(&job.kind),
                label(&job.state),
                job.count
            );
        }
        text
    }

    fn write_requests(&self, text: &mut String) {
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        text.push_str("# HELP tantieme_http_requests_total Answers by pattern of address and status\n# TYPE tantieme_http_requests_total counter\n");
        for ((method, route), tally) in &routes {
            for (status, count) in &tally.by_status {
                let _ = writeln!(
                    text,
                    "tantieme_http_requests_total{{method=\"{}\",route=\"{}\",status=\"{status}\"}} {count}",
                    label(method),
                    label(route)
                );
            }
        }
        text.push_str("# HELP tantieme_http_request_seconds Time to the head of an answer\n# TYPE tantieme_http_request_seconds histogram\n");
        for ((method, route), tally) in &routes {
            let of = format!("method=\"{}\",route=\"{}\"", label(method), label(route));
            for (bound, count) in BOUNDS.iter().zip(tally.classes) {
                let _ = writeln!(text, "tantieme_http_request_seconds_bucket{{{of},le=\"{bound}\"}} {count}");
            }
            let seconds = tally.sum_us as f64 / 1e6;
            let _ = writeln!(
                text,
                "tantieme_http_request_seconds_bucket{{{of},le=\"+Inf\"}} {count}\ntantieme_http_request_seconds_sum{{{of}}} {seconds}\ntantieme_http_request_seconds_count{{{of}}} {count}",
                count = tally.count
            );
        }
    }
}

/// A label's value as Prometheus writes it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Numbers a request, answers it, counts it, and says a line about it.
pub(crate) async fn watch(State(web): State<Web>, request: Request, next: Next) -> Response {
    let id = number(&web, request.headers(), peer(&request));
    let method = request.method().clone();
    let route = pattern(&request);
    let span = tracing::info_span!("request", %id);
    let begun = Instant::now();
    let open = Open::new(web.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(open);
    let (took, status) = (begun.elapsed(), response.status());
    // What is not of HTTP's own words is counted as one.
    let word = if method.as_str().len() <= 7 { method.as_str() } else { "OTHER" };
    web.meter().count(word, &route, status, took);
    span.in_scope(|| {
        let ms = took.as_millis();
        tracing::info!(target: "tantieme::request", method = word, %route, status = status.as_u16(), ms, "answered");
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The pattern of a request's address.
pub(crate) fn pattern(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or_else(|| "other".to_owned(), |m| m.as_str().to_owned())
}

fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip())
}

/// The number that a relay on this machine gave, or a new one.
fn number(web: &Web, headers: &HeaderMap, peer: Option<IpAddr>) -> String {
    let given = headers.get(REQUEST_ID).and_then(|v| v.to_str().ok()).filter(|id| {
        peer.is_some_and(|p| p.is_loopback())
            && (8..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    given.map_or_else(|| format!("{:016x}", web.house().world.bits()), str::to_owned)
}

/// A request that is being answered.
struct Open(Web);

impl Open {
    fn new(web: Web) -> Open {
        web.meter().open.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Open(web)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.meter().open.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// What is measured, in the text of Prometheus: for this machine, or for whoever has the token.
pub(crate) async fn metrics(State(web): State<Web>, request: Request) -> Response {
    if !may_measure(&web, request.headers(), peer(&request)) {
        return (StatusCode::FORBIDDEN, "metrics are for this machine, or for whoever has the token\n")
            .into_response();
    }
    let meter = web.meter();
    let known = meter.vitals.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let vitals = match known.filter(|(at, _)| at.elapsed() < VITALS_FRESH) {
        Some((_, vitals)) => Some(vitals),
        None => {
            let asked = app::operation::vitals(web.house());
            let asked = tokio::time::timeout(Duration::from_secs(5), asked).await;
            let vitals = asked.ok().and_then(Result::ok);
            *meter.vitals.lock().unwrap_or_else(PoisonError::into_inner) =
                vitals.clone().map(|v| (Instant::now(), v));
            vitals
        }
    };
    let events = web.players().recorder().map(app::counting::Recorder::written);
    let text = meter.write(vitals.as_ref(), events);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn may_measure(web: &Web, headers: &HeaderMap, peer: Option<IpAddr>) -> bool {
    if let Some(token) = web.metrics_token() {
        let given = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
        let given = given.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
        // Both go through a keyed hash, so that the comparison takes the same time whatever was given.
        let want = mac(web.secret(), "metrics", token.as_bytes()).finalize().into_bytes();
        return mac(web.secret(), "metrics", given.as_bytes()).verify_slice(&want).is_ok();
    }
    peer.is_none_or(|p| p.is_loopback()) && access::from_this_machine(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_classes_that_add_up() {
        let meter = Meter::default();
        for (us, status) in [(900, 200), (2_600, 200), (30_000, 404), (9_000_000, 200)] {
            meter.count(
                "GET",
                "/party/{id}",
                StatusCode::from_u16(status).unwrap(),
                Duration::from_micros(us),
            );
        }
        let text = meter.write(None, Some(7));
        for line in [
            "tantieme_http_requests_total{method=\"GET\",route=\"/party/{id}\",status=\"200\"} 3",
            "tantieme_http_requests_total{method=\"GET\",route=\"/party/{id}\",status=\"404\"} 1",
            "tantieme_http_request_seconds_bucket{method=\"GET\",route=\"/party/{id}\",le=\"0.001\"} 1",
            "tantieme_http_request_seconds_bucket{method=\"GET\",route=\"/party/{id}\",le=\"0.05\"} 3",
            "tantieme_http_request_seconds_bucket{method=\"GET\",route=\"/party/{id}\",le=\"+Inf\"} 4",
            "tantieme_http_request_seconds_count{method=\"GET\",route=\"/party/{id}\"} 4",
            "tantieme_listening_events_total 7",
            "tantieme_database_up 0",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_strangers_send_does_not_fill_the_memory() {
        let meter = Meter::default();
        for n in 0..ROUTES_MOST + 50 {
            meter.count("GET", &format!("/{n}"), StatusCode::OK, Duration::ZERO);
        }
        assert!(meter.routes.lock().unwrap().len() <= ROUTES_MOST + 1);
        assert_eq!(label("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
