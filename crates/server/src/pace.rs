//! How fast names may be searched and claimed, and doors knocked at: so often from one network, and so often by one person where known.
//!
//! Each asker has a bucket of tokens that fills up by itself; a visit takes one, and where none is left it is told
//! when to come again. Time comes from the house's clock. The memory is bounded: buckets that are full again are
//! forgotten, and past [`BUCKETS`] askers all new ones share one bucket.
//!
//! It sees addresses and moments; it has no idea what is asked.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Mutex;

use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use crate::Web;
use crate::flaw::Flaw;
use crate::visit::{VISIT_COOKIE, cookie};

/// Most buckets that are remembered; some 2 MB.
const BUCKETS: usize = 20_000;

/// What is asked for; each has buckets of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Matter {
    /// Searching a name, or opening the form of one.
    Search,
    /// Opening a one-time link: slower, since links could be guessed.
    Link,
    /// Sending a claim.
    Claim,
    /// Knocking at a door: asking for a link, trying a password or a code.
    Door,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Asker {
    /// Everybody of one network: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address.
    Network(IpAddr),
    /// A visit by its cookie.
    Person(String),
    /// Whoever comes when the memory is full.
    Others,
}

/// How much may be asked at once, and how fast it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowance {
    /// How many at once.
    burst: i64,
    /// After how many microseconds one more is allowed.
    every_us: i64,
}

/// Microseconds.
const SECOND: i64 = 1_000_000;

impl Matter {
    /// A person searches now and then; a household, a club or a label shares its network.
    const fn allowance(self, person: bool) -> Allowance {
        match (self, person) {
            (Matter::Search, false) => Allowance { burst: 120, every_us: SECOND / 2 },
            (Matter::Search, true) => Allowance { burst: 60, every_us: SECOND },
            (Matter::Link, false) => Allowance { burst: 30, every_us: 10 * SECOND },
            (Matter::Link, true) => Allowance { burst: 15, every_us: 20 * SECOND },
            (Matter::Claim, false) => Allowance { burst: 20, every_us: 30 * SECOND },
            (Matter::Door, false) => Allowance { burst: 40, every_us: 10 * SECOND },
            (Matter::Door, true) => Allowance { burst: 15, every_us: 20 * SECOND },
            (Matter::Claim, true) => Allowance { burst: 10, every_us: 60 * SECOND },
        }
    }
}

/// A bucket as the moment at which it is full again: one number holds tokens and time.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    full_at_us: i64,
}

/// All buckets.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    buckets: HashMap<(Matter, Asker), Bucket>,
    /// When full buckets were last forgotten.
    swept_us: i64,
}

impl Pace {
    /// Takes a token from each asker's bucket; without one, in how many whole seconds there is one.
    fn take(&self, matter: Matter, askers: &[Asker], now: Timestamp) -> Result<(), u64> {
        let now = now.as_microsecond();
        // A lock that a panic left behind holds a table that is still right.
        let mut table = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.sweep(now);
        let keys: Vec<(Matter, Asker)> = askers.iter().map(|a| table.key(matter, a)).collect();
        let mut wait = 0;
        for (_, asker) in &keys {
            wait = wait.max(table.wait(matter, asker, now));
        }
        if wait > 0 {
            return Err(u64::try_from(wait).unwrap_or(1).div_ceil(SECOND as u64));
        }
        for (matter, asker) in keys {
            let allowance = matter.allowance(matches!(asker, Asker::Person(_)));
            let bucket = table.buckets.entry((matter, asker)).or_insert(Bucket { full_at_us: now });
            bucket.full_at_us = bucket.full_at_us.max(now) + allowance.every_us;
        }
        Ok(())
    }
}

impl Table {
    /// The asker's own bucket, or the one that all share where the table is full.
    fn key(&self, matter: Matter, asker: &Asker) -> (Matter, Asker) {
        let own = (matter, asker.clone());
        if self.buckets.contains_key(&own) || self.buckets.len() < BUCKETS {
            own
        } else {
            (matter, Asker::Others)
        }
    }

    /// How many microseconds until this bucket has a token.
    fn wait(&self, matter: Matter, asker: &Asker, now: i64) -> i64 {
        let allowance = matter.allowance(matches!(asker, Asker::Person(_)));
        let full = self.buckets.get(&(matter, asker.clone())).map_or(now, |b| b.full_at_us);
        // `burst` tokens are missing once it takes `burst × every` to fill it.
        (full - now + allowance.every_us - allowance.burst * allowance.every_us).max(0)
    }

    /// Forgets what is full again, at most once a second.
    fn sweep(&mut self, now: i64) {
        if self.buckets.len() >= BUCKETS && (now - self.swept_us).abs() >= SECOND {
            self.buckets.retain(|_, bucket| bucket.full_at_us > now);
            self.swept_us = now;
        }
    }
}

/// Lets a visit pass that does not ask too fast.
pub(crate) async fn guard(State(web): State<Web>, request: Request, next: Next) -> Response {
    if let Some(matter) = matter(request.method(), request.uri().path(), request.uri().query()) {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        let mut askers = vec![Asker::Network(network(address(peer, request.headers())))];
        let name = cookie(request.headers(), VISIT_COOKIE);
        askers.extend(name.filter(|n| n.len() == 32).map(Asker::Person));
        if let Err(seconds) = web.pace().take(matter, &askers, web.house().now()) {
            return Flaw::TooFast(seconds).into_response();
        }
    }
    next.run(request).await
}

fn matter(method: &Method, path: &str, query: Option<&str>) -> Option<Matter> {
    match (method == Method::POST, path) {
        (true, door) if is_door(door) => Some(Matter::Door),
        (true, _) => Some(Matter::Claim),
        // Each showing of this page gives out a challenge.
        (false, "/sign-in/passkey") => Some(Matter::Search),
        (false, door) if is_door(door) => opens_by_itself(door).then_some(Matter::Link),
        (false, "/search" | "/claim") => query.is_some_and(|q| q.contains('=')).then_some(Matter::Search),
        (false, link) if link.starts_with("/claim/") || link.starts_with("/consent/mine/") => {
            Some(Matter::Link)
        }
        (false, _) => Some(Matter::Search),
    }
}

fn is_door(path: &str) -> bool {
    ["/sign-in", "/sign-out", "/second-factor", "/account", "/enter", "/join", "/users/auth"]
        .iter()
        .any(|door| path.starts_with(door))
}

/// Doors that a mere address opens, or tries to.
fn opens_by_itself(path: &str) -> bool {
    path.starts_with("/sign-in/link/")
        || path.starts_with("/users/auth")
        || (path.starts_with("/enter/")
            && ["/link", "/back", "/oidc", "/cas"].iter().any(|end| path.ends_with(end)))
}

/// Who really visits: the peer, or whoever a relay on this machine says it is passing on. Headers of strangers are
/// not believed, or each visit could claim an address of its own.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let passed_on = headers.get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let nearest = passed_on.and_then(|list| list.rsplit(',').next()).and_then(|a| a.trim().parse().ok());
    if peer.is_loopback() { nearest.unwrap_or(peer) } else { peer }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn net(last: u8) -> Vec<Asker> {
        vec![Asker::Network(network(IpAddr::V4(Ipv4Addr::new(203, 0, last, 7))))]
    }

    #[test]
    fn a_bucket_empties_and_fills_by_the_clock() {
        let pace = Pace::default();
        for _ in 0..20 {
            assert_eq!(pace.take(Matter::Claim, &net(1), at(0)), Ok(()));
        }
        assert_eq!(pace.take(Matter::Claim, &net(1), at(0)), Err(30));
        assert_eq!(pace.take(Matter::Claim, &net(1), at(12)), Err(18));
        assert_eq!(pace.take(Matter::Claim, &net(2), at(0)), Ok(()), "another network");
        assert_eq!(pace.take(Matter::Search, &net(1), at(0)), Ok(()), "another matter");
        assert_eq!(pace.take(Matter::Claim, &net(1), at(30)), Ok(()));
        assert_eq!(pace.take(Matter::Claim, &net(1), at(30)), Err(30));
        // A clock set back gives nothing away and locks nobody out for longer than a full bucket takes.
        assert_eq!(pace.take(Matter::Claim, &net(1), at(29)), Err(31));
    }

    #[test]
    fn a_person_has_a_bucket_too() {
        let pace = Pace::default();
        let askers = |last| [net(last), vec![Asker::Person("p".repeat(32))]].concat();
        for last in 0..10 {
            assert_eq!(pace.take(Matter::Claim, &askers(last), at(0)), Ok(()));
        }
        assert_eq!(pace.take(Matter::Claim, &askers(99), at(0)), Err(60), "however many networks");
    }

    #[test]
    fn memory_is_bounded_and_comes_back() {
        let pace = Pace::default();
        let asker = |n: u32| vec![Asker::Network(IpAddr::V4(Ipv4Addr::from(n << 8)))];
        let crowd = u32::try_from(BUCKETS).unwrap() + 50;
        let told: Vec<_> = (0..crowd).map(|n| pace.take(Matter::Claim, &asker(n), at(0))).collect();
        assert!(pace.0.lock().unwrap().buckets.len() <= BUCKETS + 1);
        assert!(told[..BUCKETS].iter().all(Result::is_ok));
        assert!(told.last().unwrap().is_err(), "past the limit all share one bucket");
        assert_eq!(pace.take(Matter::Claim, &asker(7), at(0)), Ok(()), "who was there keeps the own one");
        assert_eq!(pace.take(Matter::Claim, &asker(crowd), at(100)), Ok(()));
        assert!(pace.0.lock().unwrap().buckets.len() < 100, "full buckets are forgotten");
    }

    #[test]
    fn only_a_relay_on_this_machine_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.1, 203.0.113.9".parse().unwrap());
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(address(Some(ip("127.0.0.1")), &headers), ip("203.0.113.9"));
        assert_eq!(address(Some(ip("192.0.2.4")), &headers), ip("192.0.2.4"));
        assert_eq!(network(ip("203.0.113.9")), ip("203.0.113.0"));
        assert_eq!(network(ip("::ffff:203.0.113.9")), ip("203.0.113.0"));
        assert_eq!(network(ip("2001:db8:1:2::9")), ip("2001:db8:1::"));
    }
}
