//! A depot in a bucket, against a small server on this machine that speaks as much of S3 as the depot asks for.
//!
//! Keys and endpoint come from the environment, so the test runs itself again with one of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use media::Address;
use ports::depot::Depot;

const CHILD: &str = "TANTIEME_TEST_BUCKET_CHILD";

type Held = Arc<Mutex<HashMap<String, Vec<u8>>>>;

#[test]
fn a_bucket_keeps_what_a_folder_keeps() {
    if std::env::var_os(CHILD).is_some() {
        return keeps();
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let held = Held::default();
    let shared = held.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let held = shared.clone();
            std::thread::spawn(move || while answer(&stream, &held).is_some() {});
        }
    });
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "bucket::a_bucket_keeps_what_a_folder_keeps", "--nocapture"])
        .env(CHILD, "1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "here")
        .env("AWS_ENDPOINT", format!("http://{at}"))
        .env("AWS_ALLOW_HTTP", "true")
        .status()
        .unwrap();
    assert!(done.success());
    let keys: Vec<String> = held.lock().unwrap().keys().cloned().collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert!(keys.iter().all(|k| k.starts_with("/tones/depot/")), "{keys:?}");
}

fn keeps() {
    let house = tempfile::tempdir().unwrap();
    Depot::choose(house.path(), "s3://tones/depot").unwrap();
    let depot = Depot::of(house.path()).unwrap();
    assert_eq!(depot.place(), "s3://tones/depot");
    let first = depot.keep_bytes(b"a tone").unwrap();
    assert!(first.fresh && !depot.keep_bytes(b"a tone").unwrap().fresh);
    // Past the size that travels in one piece.
    let long: Vec<u8> = (0..9_000_000_u32).map(|n| (n % 251) as u8).collect();
    let second = depot.keep_bytes(&long).unwrap();
    assert_eq!((second.bytes, second.address), (9_000_000, Address::of(&long)));
    assert_eq!(depot.length(&second.address).unwrap(), Some(9_000_000));
    assert_eq!(depot.length(&Address::of(b"none")).unwrap(), None);
    let mut whole = Vec::new();
    depot.file(&second.address).unwrap().unwrap().read_to_end(&mut whole).unwrap();
    assert!(whole == long && depot.file(&Address::of(b"none")).unwrap().is_none());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let blob = depot.open(&first.address).await.unwrap().unwrap();
        assert_eq!((blob.bytes(), blob.read_at(2, 100).await.unwrap()), (6, b"tone".to_vec()));
        assert!(depot.open(&Address::of(b"none")).await.unwrap().is_none());
    });
}

/// Answers one request; `None` where there is none any more.
fn answer(stream: &TcpStream, held: &Held) -> Option<()> {
    let mut input = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    input.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut range) = (0, None);
    loop {
        let mut header = String::new();
        input.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "range" => range = value.trim().strip_prefix("bytes=").map(str::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut held = held.lock().unwrap();
    let (status, more, out) = match (method.as_str(), query) {
        ("POST", "uploads" | "uploads=") => {
            let xml =
                "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
            ("200 OK", String::new(), xml.as_bytes().to_vec())
        }
        ("PUT", query) if query.contains("partNumber") => {
            let number = query.split('&').find_map(|p| p.strip_prefix("partNumber="))?;
            held.insert(format!("part {number:0>5} {path}"), body);
            ("200 OK", format!("ETag: \"e{number}\"\r\n"), Vec::new())
        }
        ("POST", _) => {
            let mut parts: Vec<String> =
                held.keys().filter(|k| k.starts_with("part ") && k.ends_with(path)).cloned().collect();
            parts.sort();
            let whole: Vec<u8> = parts.iter().filter_map(|p| held.remove(p)).flatten().collect();
            held.insert(path.to_owned(), whole);
            let xml = "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
            ("200 OK", String::new(), xml.as_bytes().to_vec())
        }
        ("PUT", _) => {
            held.insert(path.to_owned(), body);
            ("200 OK", "ETag: \"e\"\r\n".to_owned(), Vec::new())
        }
        (_, _) => match (held.get(path), range) {
            (None, _) => ("404 Not Found", String::new(), Vec::new()),
            (Some(all), None) => ("200 OK", String::new(), all.clone()),
            (Some(all), Some(range)) => {
                let (from, to) = range.split_once('-')?;
                let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
                let to = (to + 1).min(all.len());
                let line = format!("Content-Range: bytes {from}-{}/{}\r\n", to - 1, all.len());
                ("206 Partial Content", line, all.get(from..to)?.to_vec())
            }
        },
    };
    drop(held);
    let tag = if more.contains("ETag") { "" } else { "ETag: \"e\"\r\n" };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nLast-Modified: Sat, 21 Nov 2026 12:00:00 GMT\r\n{tag}{more}\r\n",
        out.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    if method != "HEAD" {
        stream.write_all(&out).ok()?;
    }
    Some(())
}
