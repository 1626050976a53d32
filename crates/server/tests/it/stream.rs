//! Contents over HTTP: parts, tags, the account of what went out, and a thousand listeners at once.

use std::io::Read as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::World;
use app::audio::{Blob, Depot};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use server::stream::{Content, Delivered, Meter, respond};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tower::ServiceExt as _;

struct Clock;

impl World for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn bits(&self) -> u64 {
        0
    }

    fn nonce(&self) -> [u8; 24] {
        [0; 24]
    }
}

type Account = Arc<Mutex<Vec<Delivered>>>;

#[derive(Clone)]
struct Served {
    blob: Blob,
    account: Account,
}

async fn serve(State(served): State<Served>, request: Request) -> Response {
    let account = served.account.clone();
    let sink = Arc::new(move |d| account.lock().unwrap().push(d));
    let stream = request.uri().path().to_owned();
    let meter = Meter { stream, world: Arc::new(Clock), sink };
    let content =
        Content { blob: served.blob, tag: "abc".to_owned(), content_type: "audio/mpeg", save_as: None };
    respond(request.method(), request.headers(), content, Some(meter))
}

async fn router(bytes: &[u8]) -> (Router, Account, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let depot = Depot::at(folder.path().to_str().unwrap()).unwrap();
    let address = depot.keep_bytes(bytes).unwrap().address;
    let blob = depot.open(&address).await.unwrap().unwrap();
    let account = Account::default();
    let served = Served { blob, account: account.clone() };
    (Router::new().route("/{*id}", get(serve)).with_state(served), account, folder)
}

fn song(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 31 % 251) as u8).collect()
}

async fn asked(router: &Router, method: &str, headers: &[(&str, &str)]) -> (u16, Response<Vec<u8>>) {
    let mut request = Request::builder().method(method).uri("/s1");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    (head.status.as_u16(), Response::from_parts(head, body))
}

fn header<'r>(response: &'r Response<Vec<u8>>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |v| v.to_str().unwrap())
}

#[tokio::test]
async fn parts_come_as_asked_and_are_accounted_for() {
    let bytes = song(200_000);
    let (router, account, _folder) = router(&bytes).await;
    let (status, whole) = asked(&router, "GET", &[]).await;
    assert_eq!((status, whole.body()), (200, &bytes));
    assert_eq!(header(&whole, "content-length"), "200000");
    assert_eq!((header(&whole, "accept-ranges"), header(&whole, "etag")), ("bytes", "\"abc\""));
    let (status, part) = asked(&router, "GET", &[("range", "bytes=70000-170000")]).await;
    assert_eq!((status, part.body().as_slice()), (206, &bytes[70_000..=170_000]));
    assert_eq!(header(&part, "content-range"), "bytes 70000-170000/200000");
    let (status, tail) = asked(&router, "GET", &[("range", "bytes=-5"), ("if-range", "\"abc\"")]).await;
    assert_eq!((status, tail.body().as_slice()), (206, &bytes[199_995..]));
    let (status, none) = asked(&router, "GET", &[("range", "bytes=200000-")]).await;
    assert_eq!((status, header(&none, "content-range")), (416, "bytes */200000"));
    assert!(String::from_utf8_lossy(none.body()).contains("range-wrong"));
    let (status, head) = asked(&router, "HEAD", &[]).await;
    assert_eq!((status, head.body().len(), header(&head, "content-length")), (200, 0, "200000"));
    assert_eq!(asked(&router, "GET", &[("if-none-match", "\"abc\"")]).await.0, 304);
    assert_eq!(asked(&router, "GET", &[("if-match", "\"x\"")]).await.0, 412);
    let told = account.lock().unwrap().clone();
    let spans: Vec<(u64, u64)> = told.iter().map(|d| (d.from_byte, d.to_byte)).collect();
    let want = [
        (0, 65_536),
        (65_536, 131_072),
        (131_072, 196_608),
        (196_608, 200_000),
        (70_000, 135_536),
        (135_536, 170_001),
        (199_995, 200_000),
    ];
    assert_eq!(spans, want);
    assert!(told.iter().all(|d| d.stream == "/s1") && told.is_sorted_by_key(|d| d.at));
}

/// Guards the account against listeners that hang up: what was not taken is not delivered.
#[tokio::test]
async fn a_listener_who_leaves_is_not_credited_with_the_rest() {
    let bytes = song(50_000_000);
    let (router, account, _folder) = router(&bytes).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let mut socket = tokio::net::TcpStream::connect(at).await.unwrap();
    socket.write_all(b"GET /s HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut block = vec![0; 200_000];
    socket.read_exact(&mut block).await.unwrap();
    drop(socket);
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.abort();
    let told: u64 = account.lock().unwrap().iter().map(|d| d.to_byte - d.from_byte).sum();
    // The system's own buffers lie between us and the listener.
    assert!((131_072..20_000_000).contains(&told), "{told}");
}

#[derive(Default)]
struct Tally {
    bytes: AtomicU64,
    late: AtomicU64,
    worst_us: AtomicU64,
}

/// One listener at 320 kbit/s: 40,000 bytes each second; a second that is not there when it is due is a stall.
async fn listen(at: std::net::SocketAddr, number: usize, seconds: u64, tally: Arc<Tally>) {
    tokio::time::sleep(Duration::from_micros(number as u64 * 1_000)).await;
    let mut socket = tokio::net::TcpStream::connect(at).await.unwrap();
    let ask = format!("GET /s{number} HTTP/1.1\r\nhost: x\r\n\r\n");
    socket.write_all(ask.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let mut block = vec![0; 40_000];
    for second in 0..seconds {
        let due = begun + Duration::from_secs(second);
        tokio::time::sleep_until(due.into()).await;
        socket.read_exact(&mut block).await.unwrap();
        let took = due.elapsed();
        tally.bytes.fetch_add(40_000, Ordering::Relaxed);
        tally.worst_us.fetch_max(took.as_micros() as u64, Ordering::Relaxed);
        // Players begin with a second in hand.
        if took > Duration::from_secs(1) {
            tally.late.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn cpu_s() -> f64 {
    let mut text = String::new();
    let read = std::fs::File::open("/proc/self/stat").and_then(|mut f| f.read_to_string(&mut text));
    if read.is_err() {
        return 0.0;
    }
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1_000
}

/// Measured, not asserted in time: that no second is late is the machine's business; that all bytes come is ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a load of twenty seconds; `cargo test -p server -- --ignored --nocapture slow_`"]
async fn slow_a_thousand_listeners_at_320_kbit_s() {
    const LISTENERS: usize = 1_000;
    const SECONDS: u64 = 20;
    let (router, account, _folder) = router(&song(40_000 * 60)).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let (tally, before) = (Arc::new(Tally::default()), cpu_s());
    let mut all = tokio::task::JoinSet::new();
    for number in 0..LISTENERS {
        all.spawn(listen(at, number, SECONDS, tally.clone()));
    }
    while let Some(ended) = all.join_next().await {
        ended.unwrap();
    }
    server.abort();
    let of = |n: &AtomicU64| n.load(Ordering::Relaxed);
    let cpu = cpu_s() - before;
    eprintln!(
        "{LISTENERS} listeners, {SECONDS} s each: {} MB heard, {} late seconds, the worst after {} ms, {cpu:.1} s of CPU \
         for server and listeners together, {} MB of memory at most, {} accounts",
        of(&tally.bytes) / 1_000_000,
        of(&tally.late),
        of(&tally.worst_us) / 1_000,
        peak_mb(),
        account.lock().unwrap().len()
    );
    assert_eq!(of(&tally.bytes), LISTENERS as u64 * SECONDS * 40_000);
}
